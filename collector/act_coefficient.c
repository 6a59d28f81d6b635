/* SPDX-License-Identifier: Apache-2.0 */
/* A coefficient of a meter from a production day on. What is reported of the days that
 * have passed since is made anew. */
#include <string.h>

#include "collector/act.h"
#include "collector/amount.h"
#include "collector/store_coefficient.h"
#include "collector/store_parts.h"
#include "collector/store_report.h"

enum { AHEAD_DAYS = 366 };

/* Gas and power are reported as they were measured. */
static bool coal_judge(struct act_context *context, const struct roster_meter *meter)
{
    const struct quantity *quantity = quantity_find(meter->quantity);
    if (strcmp(reported_quantity(meter->quantity), "raw_coal") == 0)
        return true;
    return act_refuse(context, "%s measures %s: expected a meter of run-of-mine or raw coal", meter->name,
                      quantity ? say(context->language, quantity->title) : meter->quantity);
}

static bool factor_read(struct act_context *context, const struct act *act, struct decimal *factor)
{
    const char *text = act_value(act, "factor");
    if (text && coefficient_parse(text, factor))
        return true;
    return act_refuse(context, "%.60s: expected a coefficient above 0 and at most 2, like 0.950", text ? text : "");
}

static bool day_read(struct act_context *context, const struct act *act, civil_day *day)
{
    const char *text = act_value(act, "from");
    if (!text || !civil_parse(text, day))
        return act_refuse(context, "--from %.60s: expected the first production day, like 2026-10-01",
                          text ? text : "");
    if (*day > civil_of_instant(context->now_ms) + AHEAD_DAYS)
        return act_refuse(context, "--from %s: more than a year ahead", text);
    return true;
}

static void row_write(struct act_context *context, int64_t meter, civil_day day, struct decimal factor)
{
    const int64_t values[] = {meter, day, factor.digits, factor.places, context->act, act_rev(context)};
    db_value(context->db, "INSERT INTO coefficient(meter, from_day, digits, places, act, rev) VALUES(?, ?, ?, ?, ?, ?)",
             6, values);
}

/* What the meter reports from a day on. */
static int64_t reported_from(struct act_context *context, int64_t meter, civil_day day)
{
    const int64_t values[] = {meter, day};
    return db_value(context->db, "SELECT sum(reported) FROM day_total WHERE meter = ? AND day >= ?", 2, values);
}

bool act_coefficient(struct act_context *context, const struct act *act)
{
    struct decimal factor, before;
    civil_day day;
    char date[DATE_TEXT_BYTES], new[DECIMAL_TEXT_MAX], old[DECIMAL_TEXT_MAX], was[AMOUNT_TEXT_MAX], is[AMOUNT_TEXT_MAX];
    const int meter = act_meter(context, act, "meter");
    if (meter < 0 || !coal_judge(context, &context->roster->meter[meter]) || !factor_read(context, act, &factor) ||
        !day_read(context, act, &day))
        return false;
    const struct roster_meter *of = &context->roster->meter[meter];
    before = coefficient_stored(context->db, of->id, day);
    amount_exact(reported_from(context, of->id, day), was);
    row_write(context, of->id, day, factor);
    store_report_again(context->db, of->id, day);
    context->days.from = day;
    amount_exact(reported_from(context, of->id, day), is);
    civil_format(day, date);
    decimal_format(factor, new);
    decimal_format(before, old);
    return act_done(context, "%s: coefficient %s from %s on, before %s; reported since then %s %s, before %s", of->name,
                    new, date, old, is, of->unit, was);
}
