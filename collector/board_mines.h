/* SPDX-License-Identifier: Apache-2.0 */
/* Whose figures a board has: the mines of the ledger that are complete, and to when. */
#ifndef COALTALLY_BOARD_MINES_H
#define COALTALLY_BOARD_MINES_H

#include "collector/store_report.h"
#include "collector/text.h"
#include "collector/words.h"

struct board_mines {
    size_t mines, complete;
    int64_t complete_to_ms; /* all main meters of all complete mines have been read up to here, at most as_of_ms */
    struct text late;       /* "sim-d (11-22 05:35), sim-k": the others, and up to when they are known */
};

/* A mine is complete when each of its main meters has been read until two minutes
 * before `as_of_ms`. `out->late` is the caller's to free. */
void board_mines_judge(struct report *report, int64_t as_of_ms, enum language language, struct board_mines *out);

#endif
