/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the board share. */
#ifndef COALTALLY_BOARD_PARTS_H
#define COALTALLY_BOARD_PARTS_H

#include "collector/indicator.h"
#include "collector/page.h"
#include "collector/selection.h"
#include "collector/store_report.h"

struct boarding {
    struct selection selection;
    struct report *report;
    struct indicators *indicators;
    struct county *named; /* asked for with --projects alone */
    struct page page;
    struct table *table;
    civil_day day;
    int year;
    struct calendar_span span; /* of the year */
    int64_t as_of_ms;
    bool simulated;
};

/* The columns, before the first row. */
void board_columns(struct boarding *boarding);

/* The row of an indicator, where the options ask for it. */
void board_row(struct boarding *boarding, const struct indicator *indicator);

#endif
