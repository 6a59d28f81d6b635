/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger and the county's roster say of a mine's capacity, and which limits it crosses. The one
 * definition of it: for the daemon's watch, the board and the regulator's pages. */
#ifndef COALTALLY_CAPACITY_READ_H
#define COALTALLY_CAPACITY_READ_H

#include "collector/capacity.h"
#include "collector/county.h"
#include "collector/list.h"
#include "collector/store_report.h"

/* As of the end of `day`, or of now where that is earlier. All must outlive it. */
struct capacity_reader {
    struct report *report;
    const struct county *county; /* NULL: no roster, so no capacities */
    const struct capacity_limits *limits;
    civil_day day;
    int64_t begun_ms; /* when the ledger began; by capacity_mines_read */
};

/* A mine as it stands. One of them may be missing: a mine of the ledger that the roster does not know, or
 * one of the roster that the ledger does not know. */
struct capacity_mine {
    size_t mine;                      /* of the ledger, by index; CONFIG_NONE: it does not have it */
    const struct county_mine *county; /* NULL: the roster does not have it */
    const char *name;
    bool simulated;
    bool metered;      /* main meters report its raw coal; else people enter it */
    int64_t to_ms;     /* known up to here; 0: nothing has ever come */
    civil_day to;      /* the first day that is not complete; not after the day after the reader's */
    civil_day since;   /* the first day of which anything is known */
    int64_t silent_ms; /* from here on nothing has come: of meters the last reading, else the end of the period that
                          follows what was entered last; where nothing ever has, of the day on which it was to begin */
    struct capacity_pace pace; /* of the last complete days, as forecast.h has them */
    bool has_forecast;
    int64_t rest; /* what it forecasts for the rest of the year of the reader's day */
};

/* All active mines of the ledger, then the others of the roster whose state is known. A list of struct
 * capacity_mine. False when out of memory; faults of the ledger are kept in the report's db. */
bool capacity_mines_read(struct capacity_reader *reader, struct list *mines);

/* A calendar month or year of one. Of an adjustment of the mine's own month, which lies in two of them, each has its
 * share by days. */
struct capacity_figures {
    struct capacity_course course; /* of what is reported */
    /* The same with run-of-mine coal at one coefficient throughout: the one in force at the period's end (or
     * now), and the highest that was stated for any day of the calendar year and stood for a day at least. A
     * coefficient that is lowered lowers what is reported, and these tell it. */
    int64_t rom, by_last, by_highest;
    bool has_rom;                 /* it has run-of-mine meters */
    struct decimal last, highest; /* digits 0: of several meters, not one alike */
};

/* As far as the period has gone; faults of the ledger are kept in the report's db. */
void capacity_figures_read(struct capacity_reader *reader, const struct capacity_mine *mine, struct period days,
                           struct capacity_figures *out);

/* The part of it that is about coefficients: rom to highest, where course.done is known; of days [past.from,
 * past.to), as far as the period has gone. */
void capacity_coefficients_read(struct capacity_reader *reader, const struct capacity_mine *mine, struct period past,
                                struct capacity_figures *out);

/* One limit that one mine crosses. */
struct capacity_finding {
    const struct capacity_mine *mine;
    enum capacity_measure measure;
    const struct capacity_limit *limit;
    bool hidden;        /* only with the highest coefficient of the year; AMBER whatever the limit's level */
    struct period days; /* MONTH, YEAR, FORECAST: of them; DAY: the day; STOPPED: what was looked at */
    int64_t amount;     /* what was judged: thousandths; silent ms of NO_DATA and NO_ENTRY */
    struct capacity_figures figures; /* MONTH to DAY */
    bool reaches;                    /* of a month and a year the gravest limit, of a FORECAST the one it crosses, is
                                        not reached yet, but will be on the day `reach` */
    civil_day reach;
};

/* All that is crossed by mines of that list, mine by mine, in the order of enum capacity_measure: of the
 * month of the day and the one before, of the year (in January of the one before, too), the last complete
 * day, and how things stand. A list of struct capacity_finding. False when out of memory. */
bool capacity_survey(struct capacity_reader *reader, const struct list *mines, struct list *findings);

/* Of one period alone: what it crosses as it stands; of a month MONTH, of a year YEAR and FORECAST. */
bool capacity_survey_period(struct capacity_reader *reader, const struct capacity_mine *mine, struct period days,
                            struct list *findings);

/* The mean capacity over the days of which it is known. */
struct capacity_mean capacity_mean_of(const struct county_mine *mine, struct period days);

#endif
