/* SPDX-License-Identifier: Apache-2.0 */
/* A person closes a period: prepared by one, checked by another. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/act.h"
#include "collector/amount.h"
#include "collector/quantity.h"
#include "collector/store_closing.h"
#include "drivers/span.h"

struct close {
    struct act_context *context;
    struct closing_key key;
    const char *prepared_by, *checked_by;
    const char *despite; /* the reason to close it though too much is unknown; NULL: none */
    char period[PERIOD_TEXT_BYTES];
};

static bool is_given(const char *value)
{
    return value && value[strspn(value, " ")];
}

/* However the name is spaced, and in whatever case. */
static bool same_person(const char *one, const char *other)
{
    for (;; one++, other++) {
        one += strspn(one, " ");
        other += strspn(other, " ");
        if (tolower((unsigned char)*one) != tolower((unsigned char)*other))
            return false;
        if (!*one)
            return true;
    }
}

static bool close_people(struct close *close, const struct act *act)
{
    close->prepared_by = act_value(act, "prepared-by");
    close->checked_by = act_value(act, "checked-by");
    close->despite = act_value(act, "despite") ? act_value(act, "reason") : NULL;
    if (act_value(act, "despite") && !is_given(close->despite))
        return act_refuse(close->context, "--despite needs a --reason, which is printed on the report");
    if (!is_given(close->prepared_by) || !is_given(close->checked_by))
        return act_refuse(close->context, "a period is closed with --prepared-by and --checked-by");
    if (same_person(close->prepared_by, close->checked_by))
        return act_refuse(close->context, "%.80s cannot check what %.80s prepared: name two people", close->checked_by,
                          close->prepared_by);
    if (strlen(close->prepared_by) >= VERSION_PERSON_BYTES || strlen(close->checked_by) >= VERSION_PERSON_BYTES ||
        (close->despite && strlen(close->despite) >= VERSION_TEXT_BYTES))
        return act_refuse(close->context, "a name has at most 127 bytes, a reason 255");
    return true;
}

static bool close_subject(struct close *close, const struct act *act)
{
    struct act_context *context = close->context;
    const char *quantity = act_value(act, "quantity"), *period = act_value(act, "period");
    const int mine = act_mine(context, act, "mine");
    if (mine < 0)
        return false;
    close->key.mine = (size_t)mine;
    const struct quantity *known = quantity_find(quantity ? quantity : "raw_coal");
    if (!known || strcmp(reported_quantity(known->name), known->name) != 0)
        return act_refuse(context, "--quantity %.40s: no quantity that is reported", quantity);
    snprintf(close->key.quantity, sizeof close->key.quantity, "%s", known->name);
    if (!period || !period_parse(period, civil_of_instant(context->now_ms), &close->key.period))
        return act_refuse(context, "--period %.60s: expected %s", period ? period : "",
                          say(context->language, PERIOD_FORMS));
    period_format(&close->key.period, close->period);
    return true;
}

static bool close_over(const struct close *close)
{
    struct act_context *context = close->context;
    if (context->doubt)
        return act_refuse(context, "the clock is in doubt, and nothing closes by it: set it first");
    const struct calendar *calendar = roster_calendar(context->roster, close->key.mine, close->key.quantity);
    const struct period_name *period = &close->key.period;
    char end[INSTANT_TEXT_BYTES];
    if (period->kind == PERIOD_KIND_SHIFT && period->shift >= calendar_rule_of(calendar, period->days.from)->shifts)
        return act_refuse(context, "%s: that day has only %d shifts", close->period,
                          calendar_rule_of(calendar, period->days.from)->shifts);
    const struct calendar_span span = closing_span(calendar, period);
    if (span.to_ms <= context->now_ms)
        return true;
    instant_format(span.to_ms, end);
    return act_refuse(context, "%s runs until %s: it is closed after that", close->period, end);
}

static void unknown_show(const struct figure *figure, char *text, size_t size)
{
    char amount[AMOUNT_TEXT_MAX];
    amount_exact(figure->unknown, amount);
    snprintf(text, size, "%s", figure->unbounded ? "?" : amount);
}

/* What the period holds now; false, after refusing, when it is not to be closed so. */
static bool close_judge(const struct close *close, struct figure *figure, char hash[static DIGEST_HEX_BYTES])
{
    struct act_context *context = close->context;
    const int64_t unknown_ppm = context->config ? context->config->closing.unknown_ppm : CLOSING_UNKNOWN_PPM;
    const struct calendar_span span =
        closing_span(roster_calendar(context->roster, close->key.mine, close->key.quantity), &close->key.period);
    char unknown[AMOUNT_TEXT_MAX];
    struct report *report =
        report_new(context->db, context->roster, context->now_ms, span.from_ms - DAY_MS, span.to_ms + DAY_MS);
    const bool known = report && closing_facts(report, &close->key, figure, hash);
    report_free(report);
    if (!known)
        return false;
    unknown_show(figure, unknown, sizeof unknown);
    if (!figure->any)
        return act_refuse(context, "%s: nothing is recorded of %s", close->period, close->key.quantity);
    if (!closing_reportable(figure, unknown_ppm) && !close->despite)
        return act_refuse(context,
                          "%s is not reportable: %zu open, %s unknown; resolve that (coaltally journal "
                          "--open), or close it with --despite and a --reason",
                          close->period, figure->open, unknown);
    return true;
}

bool act_close(struct act_context *context, const struct act *act)
{
    struct close close = {.context = context};
    char hash[DIGEST_HEX_BYTES], reported[AMOUNT_TEXT_MAX];
    struct figure figure;
    struct version before;
    if (!close_people(&close, act) || !close_subject(&close, act) || !close_over(&close) ||
        !close_judge(&close, &figure, hash))
        return false;
    struct version version = version_of(&close.key, &figure, hash, context->now_ms);
    const bool closed = version_newest(context->db, context->roster, &close.key, &before);
    if (closed && before.prepared_by[0] && strcmp(before.hash, hash) == 0)
        return act_refuse(
            context, "%s is closed already as v%" PRId64 ", prepared by %s, checked by %s, and nothing changed since",
            close.period, before.version, before.prepared_by, before.checked_by);
    version.act = context->act;
    snprintf(version.prepared_by, sizeof version.prepared_by, "%s", close.prepared_by);
    snprintf(version.checked_by, sizeof version.checked_by, "%s", close.checked_by);
    snprintf(version.despite, sizeof version.despite, "%s", close.despite ? close.despite : "");
    if (closed)
        snprintf(version.cause, sizeof version.cause, N_("signed by hand"));
    version_write(context->store, context->roster, &version);
    context->days = (struct period){0}; /* it changes no figure */
    amount_exact(version.reported, reported);
    return act_done(context, "%s %s closed as v%" PRId64 ": reported %s %s", act_value(act, "mine"), close.period,
                    version.version, reported, quantity_find(close.key.quantity)->unit);
}
