/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the page of capacities share. */
#ifndef COALTALLY_CAPACITY_VIEW_H
#define COALTALLY_CAPACITY_VIEW_H

#include "collector/capacity_page.h"

struct capacity_view {
    struct selection selection;
    struct county *county;
    struct report *report;
    struct capacity_page judged;
    struct page page;
    struct table *table;
    civil_day day;
    bool months;         /* each of the year, not only the one of the day */
    struct list crossed; /* const struct capacity_limit *: those that rows name */
};

/* The columns of view->table, then a row for each month and year of each mine that counts; view->crossed gets the
 * limits that rows name. */
void capacity_view_fill(struct capacity_view *view);

#endif
