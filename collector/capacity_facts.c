/* SPDX-License-Identifier: Apache-2.0 */
/* What is crossed, as programs read it. */

#include "collector/amount.h"
#include "collector/capacity_page.h"

/* "2026-11", "2026", "2026-11-20". */
static void period_write(const struct capacity_finding *finding, char text[static PERIOD_TEXT_BYTES])
{
    static const enum period_kind kinds[] = {PERIOD_KIND_MONTH, PERIOD_KIND_YEAR, PERIOD_KIND_YEAR, PERIOD_KIND_DAY};
    *text = '\0';
    if (finding->measure <= CAPACITY_DAY) {
        const struct period_name name = {kinds[finding->measure], finding->days, -1};
        period_format(&name, text);
    }
}

static void decimal_member(struct text *out, const char *key, struct decimal value)
{
    text_key(out, key);
    text_add_decimal(out, value);
}

static void finding_json(const struct capacity_finding *finding, struct text *out)
{
    char period[PERIOD_TEXT_BYTES], reach[DATE_TEXT_BYTES];
    period_write(finding, period);
    text_add(out, out->length > 1 ? ", {" : "{");
    text_member(out, "mine", finding->mine->name);
    text_member(out, "limit", capacity_measure_name(finding->measure));
    text_member(out, "level", finding->hidden || finding->limit->level != JOURNAL_RED ? "amber" : "red");
    text_member_bool(out, "hidden_by_coefficient", finding->hidden);
    if (*period)
        text_member(out, "period", period);
    if (finding->measure <= CAPACITY_DAY) {
        const int64_t days = finding->measure == CAPACITY_DAY ? finding->limit->of_days : 1;
        decimal_member(out, "amount", (struct decimal){finding->amount, 3});
        decimal_member(
            out, "share",
            (struct decimal){days * capacity_share(finding->amount, finding->figures.course.capacity, 4), 4});
        decimal_member(out, "over", finding->limit->percent);
        text_member_bool(out, "included", finding->limit->included);
    }
    if (finding->reaches) {
        civil_format(finding->reach, reach);
        text_member(out, "reached_on", reach);
    }
    text_member(out, "edition", finding->limit->edition_en);
    text_member(out, "source", finding->limit->source);
    text_add(out, "}");
}

void capacity_facts(const struct capacity_page *page, struct table *table)
{
    const struct capacity_finding *finding = page->findings.at;
    const struct capacity_mine *mine = page->mines.at;
    struct text crossed = {0}, unknown = {0};
    text_add(&crossed, "[");
    text_add(&unknown, "[");
    for (size_t i = 0; i < page->findings.count; i++)
        if (capacity_page_counts(page, finding[i].mine))
            finding_json(&finding[i], &crossed);
    for (size_t i = 0; i < page->mines.count; i++)
        if (capacity_page_counts(page, &mine[i]) && capacity_page_unjudged(page, &mine[i])) {
            text_add(&unknown, unknown.length > 1 ? ", " : "");
            text_add_json(&unknown, mine[i].name);
        }
    text_add(&crossed, "]");
    text_add(&unknown, "]");
    table_fact_json(table, "over_capacity", crossed.failed ? "null" : crossed.at);
    table_fact_json(table, "not_judged", unknown.failed ? "null" : unknown.at);
    text_free(&crossed);
    text_free(&unknown);
}
