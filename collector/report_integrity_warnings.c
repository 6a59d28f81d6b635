/* SPDX-License-Identifier: Apache-2.0 */
/* What stands above the sums: what somebody has to look at first. */
#include "collector/report_integrity.h"
#include "drivers/decimal.h"

/* "Over a limit of capacity: north 2026-01 12.02 %, ..." */
static void over_add(const struct integrity_page *page, struct text *above)
{
    const struct integrity_row *row = page->integrity.rows.at;
    bool any = false;
    for (size_t i = 0; page->judgement && i < page->integrity.rows.count; i++) {
        const struct integrity_judgement *judged = &page->judgement[i];
        char share[DECIMAL_TEXT_MAX], month[8];
        if (judged->level == JOURNAL_INFO && !judged->hidden)
            continue;
        decimal_format((struct decimal){judged->hundredths, 2}, share);
        month_format(month_of(page->integrity.month[row[i].month].from), month);
        text_add(above, say(page->language, any ? N_(", ") : N_("Over a limit of capacity: ")));
        text_format(above, "%s %s %s %%", mine_title(&page->selection->roster->mine[row[i].mine], page->language),
                    month, share);
        text_format(above, " %s",
                    judged->level == JOURNAL_INFO
                        ? say(page->language, N_("by the year's highest coefficient"))
                        : word(judged->level == JOURNAL_RED ? WORD_RED : WORD_AMBER, page->language));
        any = true;
    }
    text_add(above, any ? "\n" : "");
}

void integrity_warnings(const struct integrity_page *page, struct text *above)
{
    const struct integrity_item *item = page->integrity.items.at;
    size_t altered = 0;
    for (size_t i = 0; i < page->integrity.items.count; i++)
        altered += item[i].kind == INTEGRITY_ALTERED;
    over_add(page, above);
    if (!altered)
        return;
    text_format(above, say(page->language, N_("THE LEDGER WAS CHANGED BY HAND, or lost rows: %zu times; see --detail")),
                altered);
    text_add(above, "\n");
}
