/* SPDX-License-Identifier: Apache-2.0 */
/* The pages shift, day, dekad, month, year and hours: what mines produced, by quantity,
 * and how well that is known. They differ in their columns only. */
#ifndef COALTALLY_PRODUCTION_H
#define COALTALLY_PRODUCTION_H

#include "collector/assess.h"

enum production_kind {
    PRODUCTION_HOURS, /* a row an hour */
    PRODUCTION_SHIFT, /* a row a shift */
    PRODUCTION_DAY,   /* shifts, day, month and year to date */
    PRODUCTION_SPAN,  /* day and month with --from */
    PRODUCTION_DEKAD, /* dekad, month and year to date */
    PRODUCTION_MONTH, /* month, the mine's own month, year to date */
    PRODUCTION_YEAR
};

/* For the lists of options of verbs. */
/* clang-format off */
#define OPTION_FROM {"from", "DAY", N_("a span of days instead: its first one"), false}
#define OPTION_TO {"to", "DAY", N_("its last one, itself included (default today)"), false}
#define OPTION_COMPARE {"compare", "WITH", N_("with the period before (previous), or a year ago (year)"), false}
/* Whose figures, which of them, and how they are printed. */
#define OPTIONS_OF_PAGE \
    OPTION_MINE, OPTION_QUANTITY, OPTION_METERS, OPTION_FIGURE, OPTION_SIMULATED, OPTION_UNIT, OPTION_FORMAT
/* clang-format on */

/* Runs the verb: reads its options, prints the page. Returns an exit status. */
int production_run(const struct command *command, enum production_kind kind);

#endif
