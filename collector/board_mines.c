/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board_mines.h"

#include "collector/assess.h"
#include "collector/selection.h"

enum { LATE_MS = 120000 };

/* Up to when all main meters of a mine have been read; 0: one had not been by then, or there is none. */
static int64_t mine_last_ms(struct report *report, size_t mine, int64_t as_of_ms)
{
    const struct roster *roster = report->roster;
    int64_t oldest_ms = as_of_ms;
    bool any = false;
    for (size_t i = 0; i < roster->meters; i++) {
        if (roster->meter[i].mine != mine || !roster->meter[i].main || !roster->meter[i].active)
            continue;
        any = true;
        if (report_first(report, i).at_ms > as_of_ms)
            return 0;
        const int64_t last_ms = report_last_ms(report, i);
        oldest_ms = last_ms < oldest_ms ? last_ms : oldest_ms;
    }
    return any ? oldest_ms : 0;
}

static void late_add(const struct roster_mine *mine, int64_t last_ms, enum language language, struct text *late)
{
    char at[24];
    instant_brief(last_ms, at);
    text_add(late, late->length ? ", " : "");
    text_add(late, mine_title(mine, language));
    if (last_ms)
        text_format(late, " (%.11s)", at);
}

void board_mines_judge(struct report *report, int64_t as_of_ms, enum language language, struct board_mines *out)
{
    *out = (struct board_mines){.complete_to_ms = as_of_ms};
    for (size_t m = 0; m < report->roster->mines; m++) {
        if (!report->roster->mine[m].active)
            continue;
        const int64_t last_ms = mine_last_ms(report, m, as_of_ms);
        out->mines++;
        if (last_ms >= as_of_ms - LATE_MS) {
            out->complete++;
            out->complete_to_ms = last_ms < out->complete_to_ms ? last_ms : out->complete_to_ms;
        } else {
            late_add(&report->roster->mine[m], last_ms, language, &out->late);
        }
    }
}
