/* SPDX-License-Identifier: Apache-2.0 */
/* replace: the instrument of a meter was swapped. */
#include <inttypes.h>
#include <string.h>

#include "collector/act.h"
#include "collector/amount.h"
#include "collector/display.h"
#include "collector/period.h"
#include "collector/store_replacement.h"

enum { SERIAL_BYTES = 64 };

static bool total_read(struct act_context *context, const struct act *act, const struct roster_meter *meter,
                       const char *name, int64_t *total)
{
    const char *text = act_value(act, name);
    const struct quantity *quantity = quantity_find(meter->quantity);
    if (text && quantity && quantity_amount(quantity, text, total) && *total >= 0)
        return true;
    return act_refuse(context,
                      "--%s %.40s: expected what its display showed, like 402530.2 %s, no finer than a"
                      " thousandth",
                      name, text ? text : "", meter->unit);
}

static bool time_read(struct act_context *context, const struct act *act, int64_t *at_ms)
{
    const char *text = act_value(act, "at");
    if (!text || !period_parse_instant(text, civil_of_instant(context->now_ms), at_ms))
        return act_refuse(context, "--at %.40s: expected an instant like 2026-10-13 16:21", text ? text : "");
    if (*at_ms > context->now_ms + REPLACEMENT_NEAR_MS)
        return act_refuse(context,
                          "--at %.40s lies ahead: what the old one ends with is known once it has been"
                          " taken off",
                          text);
    return true;
}

static const struct totaliser_rules *rules_find(const struct config *config, const char *meter)
{
    for (size_t i = 0; config && i < config->meters; i++)
        if (strcmp(config->meter[i].name, meter) == 0)
            return &config->meter[i].rules;
    return NULL;
}

static void replacement_write(struct act_context *context, const struct act *act, const struct replacement *replacement)
{
    struct db_query *query =
        db_query(context->db, "INSERT INTO replacement(act, meter, at_ms, old_last, new_first, rev,"
                              " serial) VALUES(?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(query, context->act);
    db_bind_int(query, replacement->meter->id);
    db_bind_int(query, replacement->at_ms);
    db_bind_int(query, replacement->old_last);
    db_bind_int(query, replacement->new_first);
    db_bind_int(query, act_rev(context));
    db_bind_text(query, act_value(act, "serial"));
    db_next(query);
}

static bool refuse_swap(struct act_context *context, const struct replacement *replacement, const struct swap *swap)
{
    const char *unit = replacement->meter->unit;
    char at[INSTANT_TEXT_BYTES], value[AMOUNT_TEXT_MAX];
    instant_format(replacement->at_ms, at);
    amount_exact(swap->value, value);
    switch (swap->fault) {
    case SWAP_NO_BREAK:
        break;
    case SWAP_OLD_LAST:
        return act_refuse(context, "--old-last lies below %s %s, which was read of the old one before the swap", value,
                          unit);
    case SWAP_NEW_FIRST:
        return act_refuse(context, "--new-first lies above %s %s, the first reading of the new one", value, unit);
    case SWAP_RANGE:
        return act_refuse(context, "--old-last or --new-first is no total that the meter's register can show");
    case SWAP_RATE:
        return act_refuse(context,
                          "by these totals more would have passed than the %s %s that max_rate makes in"
                          " that time; look at both totals again",
                          value, unit);
    case SWAP_LACKING:
        return act_refuse(context, "by these totals %s %s would be taken away that were never counted there", value,
                          unit);
    }
    return act_refuse(context,
                      "%s shows no break within 15 min of %s: `coaltally journal --meter %s` has the times"
                      " of its breaks",
                      replacement->meter->name, at, replacement->meter->name);
}

static bool tell_swap(struct act_context *context, const struct replacement *replacement, const struct swap *swap)
{
    const char *unit = replacement->meter->unit;
    const int64_t posted = swap->after - swap->before;
    char after[AMOUNT_TEXT_MAX], difference[AMOUNT_TEXT_MAX];
    act_reach(context, swap->span);
    context->journal.from_ms = swap->span.from_ms;
    context->journal.to_ms = swap->span.to_ms;
    context->journal.amount = posted;
    amount_exact(swap->after, after);
    amount_exact(posted, difference);
    if (swap->stopped)
        return act_done(context,
                        "%s: in place of row %" PRId64 " (%s); the meter was stopped meanwhile, and what"
                        " ran stays excluded",
                        replacement->meter->name, swap->journal, kind_title(swap->kind, context->language));
    if (swap->journal)
        return act_done(context, "%s: in place of row %" PRId64 " (%s); %s %s passed there, %s%s %s posted",
                        replacement->meter->name, swap->journal, kind_title(swap->kind, context->language), after, unit,
                        posted > 0 ? "+" : "", difference, unit);
    return act_done(context, "%s: no break was seen then, the totals went over into each other; %s%s %s posted",
                    replacement->meter->name, posted > 0 ? "+" : "", difference, unit);
}

bool act_replace(struct act_context *context, const struct act *act)
{
    const int index = act_meter(context, act, "meter");
    struct replacement replacement = {.act = context->act};
    const char *serial = act_value(act, "serial");
    struct swap swap;
    if (index < 0)
        return false;
    replacement.meter = &context->roster->meter[index];
    replacement.rules = rules_find(context->config, replacement.meter->name);
    if (!time_read(context, act, &replacement.at_ms) ||
        !total_read(context, act, replacement.meter, "old-last", &replacement.old_last) ||
        !total_read(context, act, replacement.meter, "new-first", &replacement.new_first))
        return false;
    if (!serial || !*serial || strlen(serial) >= SERIAL_BYTES)
        return act_refuse(context, "--serial: expected the new instrument's number, of 1 to %d bytes",
                          SERIAL_BYTES - 1);
    replacement_write(context, act, &replacement);
    switch (store_replace(context->store, &replacement, false, &swap)) {
    case REPLACED_DONE:
        return tell_swap(context, &replacement, &swap);
    case REPLACED_NOWHERE:
        return refuse_swap(context, &replacement, &swap);
    case REPLACED_WAITS:
        break;
    }
    return act_done(context, "%s: announced; it takes place with the new instrument's first readings",
                    replacement.meter->name);
}
