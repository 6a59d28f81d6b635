/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of the board that hold mines, and past forecasts, beside one another. */
#ifndef COALTALLY_BOARD_PACE_H
#define COALTALLY_BOARD_PACE_H

#include "collector/ranking.h"
#include "collector/selection.h"

/* --- board --mines --- */

/* The ranking of the mines of the selection's side, by --by. Returns an exit status. */
int board_ranking(const struct selection *selection, const struct county *county, civil_day day);

/* --- board --backtest YEAR --- */

/* What the forecast would have said at each month's end of a year that is over, and what came out. Returns an exit
 * status. */
int board_backtest(const struct selection *selection, const struct county *county, const char *year);

/* Why there is no forecast, as people read it; "" where there is one. */
void forecast_reason(const struct courses *courses, const struct forecast *forecast, const struct selection *selection,
                     char *text, size_t size);

/* Up to when a mine's figures go, and what else is to be known of it: "10-12 by hand; stopped; no forecast: ..." */
void course_as_of(const struct courses *courses, const struct ranking_row *row, const struct selection *selection,
                  char *text, size_t size);

/* The mine's title in the user's language. */
const char *course_title(const struct course *course, const struct selection *selection);

#endif
