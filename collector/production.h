/* SPDX-License-Identifier: Apache-2.0 */
/* The pages shift, day, month, year and hours: what mines produced, by quantity,
 * and how well that is known. They differ in their columns only. */
#ifndef COALTALLY_PRODUCTION_H
#define COALTALLY_PRODUCTION_H

#include "collector/assess.h"

enum production_kind {
    PRODUCTION_HOURS, /* a row an hour */
    PRODUCTION_SHIFT, /* a row a shift */
    PRODUCTION_DAY,   /* shifts, day, month and year to date */
    PRODUCTION_MONTH, /* month, the mine's own month, year to date */
    PRODUCTION_YEAR
};

/* Runs the verb: reads its options, prints the page. Returns an exit status. */
int production_run(const struct command *command, enum production_kind kind);

#endif
