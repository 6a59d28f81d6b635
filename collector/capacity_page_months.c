/* SPDX-License-Identifier: Apache-2.0 */
/* What is in no calendar month's judgement: entered for a period that lies in two of them or more. It is not divided,
 * for how much of it was mined in which month nobody knows. */
#include "collector/capacity_page.h"

enum { NAMED_MAX = 6 };

struct months_line {
    const struct capacity_page *page;
    struct text text;
    size_t count;
};

static bool judged_in_month(const struct addition *addition)
{
    return !addition->by_hand || month_of(addition->days.from) == month_of(addition->days.to - 1);
}

static void one_add(struct months_line *line, const struct capacity_mine *mine, const struct addition *addition)
{
    const enum language language = line->page->selection->language;
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES], amount[AMOUNT_TEXT_MAX];
    if (++line->count > NAMED_MAX)
        return;
    civil_format(addition->days.from, from);
    civil_format(addition->days.to - 1, to);
    amount_show(addition->amount, (struct amount_style){3, 0}, amount);
    text_add(&line->text, line->count > 1
                              ? say(language, ", ")
                              : say(language, "in no month's judgement, for it was entered for longer than one: "));
    text_format(&line->text, say(language, "%s %s to %s %s t"), capacity_page_title(line->page, mine), from, to,
                amount);
}

static void mine_add(struct months_line *line, const struct capacity_mine *mine)
{
    const struct capacity_reader *reader = &line->page->reader;
    const struct period year = year_days(year_of(reader->day));
    struct additions_walk walk = {
        .mine = mine->mine, .quantity = "raw_coal", .days = {year.from - 31, year.to + 31}, .shift = -1};
    if (mine->mine == CONFIG_NONE)
        return;
    for (const struct addition *added; (added = report_addition_next(reader->report, &walk));)
        if (!judged_in_month(added) && added->days.from <= reader->day && added->days.to > year.from)
            one_add(line, mine, added);
}

void capacity_months_line(const struct capacity_page *page, struct page *out)
{
    const struct capacity_mine *mine = page->mines.at;
    struct months_line line = {.page = page};
    for (size_t i = 0; i < page->mines.count; i++)
        if (capacity_page_counts(page, &mine[i]))
            mine_add(&line, &mine[i]);
    if (line.count > NAMED_MAX)
        text_format(&line.text, say(page->selection->language, " and %zu more"), line.count - NAMED_MAX);
    if (line.count)
        page_line(out, line.text.at ? line.text.at : "");
    out->out.failed |= line.text.failed;
    text_free(&line.text);
}
