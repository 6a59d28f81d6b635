/* SPDX-License-Identifier: Apache-2.0 */
/* The mines of a side beside one another: plan, share, pace, utilisation, and who comes first. Pure.
 *
 * Each mine is judged as of where its own figures end (course.to_ms): what is not known yet is neither held
 * against it nor made up. Shares are permille, floored; -1: not known. */
#ifndef COALTALLY_RANKING_H
#define COALTALLY_RANKING_H

#include "collector/courses.h"

enum ranking_by {
    RANKING_DONE,        /* of the year */
    RANKING_SHARE,       /* done of the year's plan */
    RANKING_UTILISATION, /* 产能利用率 */
    RANKING_OVER,        /* over or under the plans to date 超欠 */
    RANKING_BYS
};

/* "done", "share", "utilisation", "over". */
const char *ranking_by_text(enum ranking_by by);
bool ranking_by_parse(const char *text, enum ranking_by *out);

struct ranking_row {
    size_t at;   /* index in the courses; of the total: none */
    size_t rank; /* from 1, equal values share one; 0: there is nothing to rank it by */
    bool has_capacity;
    int64_t capacity;
    bool has_month;      /* its figures reach into the day's month; else nothing of that is known */
    int64_t month, year; /* done */
    struct course_plan month_plan, year_plan;
    int64_t of_month, of_year; /* done of these plans */
    bool has_over;
    int64_t over;        /* done of the year less the plans to date */
    int64_t of_time;     /* share of the year at to_ms */
    int64_t utilisation; /* done / (capacity x share of the year gone) */
    struct forecast forecast;
    int64_t of_capacity; /* the forecast's total of the capacity */
};

struct ranking {
    size_t rows;
    struct ranking_row *row; /* the first one first, those without a rank last */
    /* Sums over the mines that have figures. A plan, over and the share of the month's plan are known where they are
     * known of each; capacity is of those that produce, and their utilisation is their done / the sum of capacity x
     * share of the year gone of each.
     */
    struct ranking_row total;
};

/* NULL when out of memory. Freed with ranking_free. */
struct ranking *ranking_make(const struct courses *courses, enum ranking_by by);
void ranking_free(struct ranking *ranking);

#endif
