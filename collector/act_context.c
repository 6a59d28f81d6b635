/* SPDX-License-Identifier: Apache-2.0 */
/* What verbs that act share. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/act.h"
#include "collector/store_parts.h"
#include "drivers/yaml.h"

static void answer(struct act_context *context, const char *format, va_list arguments)
{
    char text[512];
    vsnprintf(text, sizeof(text), format, arguments);
    text_clear(&context->answer);
    text_add(&context->answer, text);
}

bool act_done(struct act_context *context, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    answer(context, say(context->language, format), arguments);
    va_end(arguments);
    return true;
}

bool act_refuse(struct act_context *context, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    answer(context, say(context->language, format), arguments);
    va_end(arguments);
    return false;
}

/* An instant's production day is its civil day, or one beside it. */
void act_reach(struct act_context *context, struct calendar_span span)
{
    if (store_time(span.from_ms))
        context->days.from = civil_of_instant(span.from_ms) - 1;
    if (store_time(span.to_ms))
        context->days.to = civil_of_instant(span.to_ms) + 2;
}

int64_t act_rev(struct act_context *context)
{
    return store_rev(context->store);
}

int64_t act_journal(struct act_context *context, const struct journal_entry *entry, int64_t mine, int64_t meter)
{
    return store_journal_of(context->store, entry, mine, meter);
}

/* --- names --- */

/* Says that there is none of this name, and which comes nearest. */
static void unknown(struct act_context *context, const char *what, const char *name, size_t count,
                    const char *(*name_at)(const struct roster *roster, size_t index))
{
    const char **names = calloc(count + 1, sizeof(*names));
    for (size_t i = 0; names && i < count; i++)
        names[i] = name_at(context->roster, i);
    const char *nearest = names ? yaml_nearest(name, names) : NULL;
    if (nearest)
        act_refuse(context, "the ledger has no %s %.80s; did you mean %s?", what, name, nearest);
    else
        act_refuse(context, "the ledger has no %s %.80s", what, name);
    free(names);
}

static const char *mine_at(const struct roster *roster, size_t index)
{
    return roster->mine[index].name;
}

static const char *meter_at(const struct roster *roster, size_t index)
{
    return roster->meter[index].name;
}

static const char *named(struct act_context *context, const struct act *act, const char *name)
{
    const char *value = act_value(act, name);
    if (!value)
        act_refuse(context, "--%s is missing", name);
    return value;
}

int act_mine_any(struct act_context *context, const struct act *act, const char *name)
{
    const char *value = named(context, act, name);
    const int mine = value ? roster_mine(context->roster, value) : -1;
    if (mine >= 0)
        context->mine = context->roster->mine[mine].id;
    else if (value)
        unknown(context, say(context->language, "mine"), value, context->roster->mines, mine_at);
    return mine;
}

int act_mine(struct act_context *context, const struct act *act, const char *name)
{
    const int mine = act_mine_any(context, act, name);
    const struct roster_mine *of = mine >= 0 ? &context->roster->mine[mine] : NULL;
    if (!of || !of->number)
        return mine;
    act_refuse_site(context, say(context->language, "mine"), of->name, of->number);
    return -1;
}

int act_meter(struct act_context *context, const struct act *act, const char *name)
{
    const struct roster *roster = context->roster;
    const char *value = named(context, act, name);
    const int meter = value ? roster_meter(roster, 0, value) : -1,
              other = value ? roster_meter_next(roster, -1, value) : -1;
    if (meter >= 0) {
        context->meter = roster->meter[meter].id;
        context->mine = roster->mine[roster->meter[meter].mine].id;
    } else if (other >= 0)
        act_refuse_site(context, say(context->language, "meter"), value, roster->meter[other].number);
    else if (value)
        unknown(context, say(context->language, "meter"), value, roster->meters, meter_at);
    return meter;
}
