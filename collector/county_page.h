/* SPDX-License-Identifier: Apache-2.0 */
/* The roster as tables: a row a mine, or a row for each thing known of it. */
#ifndef COALTALLY_COUNTY_PAGE_H
#define COALTALLY_COUNTY_PAGE_H

#include "collector/county.h"
#include "collector/indicator.h"
#include "collector/page.h"

/* What is shown of a roster. */
struct county_view {
    const struct county *county;
    const bool *mine; /* by index: shown */
    civil_day day;
    bool history;        /* what held before and will hold after too */
    enum fact_kind fact; /* this kind alone; FACT_KINDS: all, with faces and projects */
    enum language language;
    const struct indicators *indicators; /* what projects are called by; NULL: by their ids */
};

/* Columns and rows: the real mines first. */
void county_page_mines(const struct county_view *view, struct table *table);
void county_page_facts(const struct county_view *view, struct table *table);

/* "12 real mines: 11 producing, approved or designed capacity 1,200 10^4 t/a", a line for the
 * real ones and one for the simulated ones, never for both. */
void county_page_sums(const struct county_view *view, struct page *page);

/* Whether one of the mines that are shown is simulated. */
bool county_page_simulated(const struct county_view *view);

#endif
