/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of what mines report: sums, ratios, growth, and what is priced. */
#include <stdio.h>

#include "collector/amount.h"
#include "collector/indicator_parts.h"

/* --- what one mine reports --- */

/* The first reading of its meters that report one of the quantities; 0: none was read yet. */
static int64_t first_ms(const struct finding *finding, const struct side_mine *mine, const char names[][32],
                        size_t count)
{
    struct report *report = finding->context->report;
    int64_t since_ms = 0;
    for (size_t i = 0; i < report->roster->meters; i++)
        for (size_t q = 0; q < count && (int)report->roster->meter[i].mine == mine->ledger; q++) {
            const bool reports = meter_reports(&report->roster->meter[i], names[q]);
            const int64_t at_ms = reports ? report_first(report, i).at_ms : 0;
            since_ms = at_ms && (since_ms == 0 || at_ms < since_ms) ? at_ms : since_ms;
        }
    return since_ms;
}

static void sum_why(const struct finding *finding, const struct figure *figure, int64_t since_ms, char why[256])
{
    const enum language language = finding->context->language;
    const int64_t year_ms = civil_instant(finding_days(finding).from, 0);
    char date[DATE_TEXT_BYTES] = "";
    civil_format(civil_of_instant(since_ms), date);
    if (!figure->any)
        snprintf(why, 256, "%s", say(language, "nothing was reported"));
    else if (figure->by_hand && since_ms)
        snprintf(why, 256, "%s", say(language, "metered, and entered by hand"));
    else if (figure->by_hand)
        snprintf(why, 256, "%s", say(language, "entered by hand"));
    else if (since_ms > year_ms)
        snprintf(why, 256, say(language, "metered since %s"), date);
    else
        snprintf(why, 256, "%s", say_of(language, "origin", "metered"));
}

static void since_take(struct indicator_value *value, int64_t since_ms)
{
    if (since_ms && (value->since_ms == 0 || since_ms < value->since_ms))
        value->since_ms = since_ms;
}

/* first_ms; 0 where that is not before the end of the days, or the year has not begun. */
static int64_t read_since(const struct finding *finding, const struct side_mine *mine)
{
    const struct indicator_find *find = finding->find;
    const int64_t since_ms = first_ms(finding, mine, find->quantity, find->quantities);
    const int64_t as_of_ms = finding->context->as_of_ms;
    return since_ms < as_of_ms && civil_instant(finding_days(finding).from, 0) < as_of_ms ? since_ms : 0;
}

/* --- sum --- */

void find_sum(struct finding *finding)
{
    const struct indicator_find *find = finding->find;
    struct indicator_value *value = finding->value;
    struct side_walk walk = {0};
    bool meters = false;
    while (side_next(finding, &walk)) {
        struct figure figure = {0};
        const int64_t since_ms = read_since(finding, &walk.mine);
        mine_reported(finding, &walk.mine, find->quantity, find->quantities, finding_days(finding), &figure);
        if (!figure.any && !since_ms)
            continue;
        struct indicator_part *part = part_add(finding, &walk.mine, "");
        part->counts = true;
        part->amount = figure.reported;
        sum_why(finding, &figure, since_ms, part->why);
        value->top = amount_add(value->top, figure.reported);
        value->by_people = amount_add(value->by_people, amount_add(figure.by_hand, figure.adjusted));
        since_take(value, since_ms);
        meters |= since_ms != 0;
        value->has = true;
    }
    value->bottom = 1000 * find->size;
    value->origin = meters ? ORIGIN_METERED : ORIGIN_BY_HAND;
}

/* --- ratio --- */

void find_ratio(struct finding *finding)
{
    const struct indicator_find *find = finding->find;
    const enum language language = finding->context->language;
    struct indicator_value *value = finding->value;
    const struct period days = finding_days(finding);
    struct side_walk walk = {0};
    bool meters = false, told = false;
    value->bottom = 0;
    while (side_next(finding, &walk)) {
        struct figure of = {0}, over = {0};
        mine_reported(finding, &walk.mine, find->quantity, find->quantities, days, &of);
        mine_reported(finding, &walk.mine, find->over, find->overs, days, &over);
        if (!of.any && !over.any)
            continue;
        struct indicator_part *part = part_add(finding, &walk.mine, "");
        part->counts = part->among = !find->together || (of.any && over.any);
        part->amount = of.reported;
        part->of = over.reported;
        if (!part->counts)
            snprintf(part->why, sizeof part->why, "%s",
                     say(language, "only one side of the ratio was reported: it is in neither"));
        else
            sum_why(finding, over.any ? &over : &of, first_ms(finding, &walk.mine, find->over, find->overs), part->why);
        if (!part->counts)
            continue;
        value->top = amount_add(value->top, of.reported);
        value->bottom = amount_add(value->bottom, over.reported);
        told |= of.any;
        meters |= first_ms(finding, &walk.mine, find->over, find->overs) != 0;
    }
    value->times = find->percent ? 100 : 1;
    value->has = value->bottom > 0 && told; /* what nobody has reported any of is no 0 % */
    value->origin = meters ? ORIGIN_METERED : ORIGIN_BY_HAND;
}

/* --- growth --- */

/* The same date a year earlier; of 29 February the 28th. */
static civil_day year_before(civil_day day)
{
    const int year = year_of(day);
    const civil_month month = month_of(day);
    const struct period now = month_days(month), then = month_days(month - 12);
    const civil_day same = then.from + (day - now.from);
    (void)year;
    return same < then.to ? same : then.to - 1;
}

/* Why a mine is not of the same scope in both years; NULL: it is. */
static const char *scope_fault(const struct finding *finding, const struct side_mine *mine,
                               const struct indicator_find *of, const struct figure *now, const struct figure *before,
                               struct period then)
{
    if (!now->any)
        return N_("nothing was reported this year");
    if (!before->any)
        return N_("nothing was reported in the year before");
    /* Metered from the middle of that span on, it is only a part of it. */
    if (!before->by_hand && first_ms(finding, mine, of->quantity, of->quantities) >= civil_instant(then.from + 1, 0))
        return N_("metered for a part of the year before only");
    return NULL;
}

static void growth_add(struct finding *finding, const struct side_mine *mine, const struct indicator_find *of,
                       struct period then)
{
    struct figure now = {0}, before = {0};
    struct indicator_value *value = finding->value;
    mine_reported(finding, mine, of->quantity, of->quantities, finding_days(finding), &now);
    mine_reported(finding, mine, of->quantity, of->quantities, then, &before);
    if (!now.any && !before.any)
        return;
    const char *fault = scope_fault(finding, mine, of, &now, &before, then);
    struct indicator_part *part = part_add(finding, mine, "");
    part->counts = part->among = !fault;
    part->amount = now.reported;
    part->of = before.reported;
    snprintf(part->why, sizeof part->why, "%s",
             say(finding->context->language, fault ? fault : N_("reported in both years")));
    if (fault)
        return;
    value->top = amount_add(value->top, amount_less(now.reported, before.reported));
    value->bottom = amount_add(value->bottom, before.reported);
}

void find_growth(struct finding *finding)
{
    const struct indicator *of = indicator_named(finding->context->indicators, finding->find->of);
    const struct period then = {year_days(year_of(finding->context->day) - 1).from,
                                year_before(finding->context->day) + 1};
    struct indicator_value *value = finding->value;
    struct side_walk walk = {0};
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    value->bottom = 0;
    while (of && side_next(finding, &walk))
        growth_add(finding, &walk.mine, &of->find, then);
    civil_format(then.from, from);
    civil_format(then.to - 1, to);
    snprintf(value->note, sizeof value->note,
             say(finding->context->language, "against %s to %s, of the mines that reported in both"), from, to);
    value->times = 100;
    value->has = value->bottom > 0;
    value->origin = ORIGIN_DERIVED;
}

/* --- priced --- */

static const struct indicator_price *price_at(const struct indicator_find *find, civil_day day)
{
    const struct indicator_price *price = NULL;
    for (size_t i = 0; i < find->prices; i++)
        price = find->price[i].from <= day ? &find->price[i] : price;
    return price;
}

/* The other's amount is in thousandths of its quantity's unit; the price is of one such unit. */
void find_priced(struct finding *finding)
{
    const struct indicator *of = indicator_named(finding->context->indicators, finding->find->of);
    const struct indicator_price *price = price_at(finding->find, finding->context->day);
    struct indicator_value *value = finding->value;
    char text[DECIMAL_TEXT_MAX], date[DATE_TEXT_BYTES];
    if (!of || !price)
        return;
    finding->failed |= !indicator_evaluate(of, finding->context, value);
    const struct decimal exact = decimal_reduce(price->price);
    value->has = value->has && !__builtin_mul_overflow(value->top, exact.digits, &value->top) &&
                 !__builtin_mul_overflow(1000 * finding->find->size, decimal_power(exact.places), &value->bottom);
    decimal_format(exact, text);
    civil_format(price->from, date);
    snprintf(value->note, sizeof value->note, say(finding->context->language, "at a price of %s since %s (%s)"), text,
             date, price->source);
    value->origin = ORIGIN_DERIVED;
}
