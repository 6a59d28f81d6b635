/* SPDX-License-Identifier: Apache-2.0 */
/* Where the rows of a page, each rounded, do not add up to its totals. */
#include "collector/production_parts.h"

static enum word own_title(const struct production *production)
{
    static const enum word titles[] = {
        [PRODUCTION_HOURS] = WORD_AMOUNT, [PRODUCTION_SHIFT] = WORD_AMOUNT, [PRODUCTION_DAY] = WORD_DAY,
        [PRODUCTION_SPAN] = WORD_AMOUNT,  [PRODUCTION_DEKAD] = WORD_DEKAD,  [PRODUCTION_MONTH] = WORD_MONTH,
        [PRODUCTION_YEAR] = WORD_YEAR,
    };
    return production->comparing && production->kind != PRODUCTION_DAY ? WORD_AMOUNT : titles[production->kind];
}

void rounding_add(struct production *production, const struct row_sums *sums)
{
    const enum language language = production->selection.language;
    const struct amount_style style = production->selection.style;
    const struct {
        const struct column_sum *sum;
        enum word title;
        bool shown;
    } columns[] = {
        {&sums->own, own_title(production), true},
        {&sums->now, WORD_COMPARED, production->comparing && production->comparison.running},
        {&sums->then, production->with == COMPARISON_YEAR ? WORD_YEAR_AGO : WORD_PREVIOUS, production->comparing},
        {&sums->month, WORD_MONTH, true},
        {&sums->year, WORD_YEAR, true},
        {&sums->plan, WORD_PLAN, true},
        {&sums->metered, WORD_METERED, production->parts},
        {&sums->by_meters, WORD_BY_METERS, production->parts},
        {&sums->by_hand, WORD_BY_HAND, production->parts},
        {&sums->adjusted, WORD_ADJUSTED, production->parts},
    };
    struct text line = {0};
    for (int s = 0; s < production->shifts && s < SHIFTS_MAX; s++) {
        char title[SHIFT_NAME_BYTES + 8];
        shift_title(production, s, title, sizeof title);
        column_sum_note(&sums->shift[s], title, style, language, &line);
    }
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (columns[i].shown)
            column_sum_note(columns[i].sum, word(columns[i].title, language), style, language, &line);
    if (line.length)
        page_line(&production->page, line.at);
    text_free(&line);
}
