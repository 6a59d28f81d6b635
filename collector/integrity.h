/* SPDX-License-Identifier: Apache-2.0 */
/* Is the figure whole? What the ledger tells of how a mine's tonnes came about, for the
 * regulator: items, each traced to a row of the journal, an act or a version, and their sums
 * by mine and month. No item is in two of them.
 *
 * Of one reported quantity (raw coal): the meters are the mine's main meters that report it.
 * All amounts are in thousandths of its unit. A month is a calendar month of production days,
 * or the part of one that the asked-for days cut out; by the mine's calendar it has a span of
 * the clock, [begin, end). A row of the journal belongs to the span in which its stretch begins
 * (from_ms; where that is 0, at_ms). What is decided is what is decided now, not then. */
#ifndef COALTALLY_INTEGRITY_H
#define COALTALLY_INTEGRITY_H

#include "collector/list.h"
#include "collector/store_report.h"

enum integrity_kind {
    /* Journal rows `excluded` of the meters: what passed while a calibration bit or a hold stopped one.
     * amount: the row's. */
    INTEGRITY_EXCLUDED,
    /* Open work of the meters that a person discarded. amount: what --count alone would have counted of it,
     * resolution_judge; 0 where the row speaks of none. */
    INTEGRITY_DISCARDED,
    /* Open work of the meters that a person counted. amount: of the resolution. */
    INTEGRITY_COUNTED,
    /* Open work of the meters that nobody has decided. amount: resolution_unknown; not known where the
     * row has no bound. */
    INTEGRITY_UNKNOWN,
    /* Coefficients of the meters that hold from a day of the month on (all that were stated for it, also those
     * that a later act replaced). amount: how much more, or less, is reported by it within the month: of the
     * days from its own up to the next one's, or the month's end: what is reported less metered x the
     * coefficient of the day before (half to even); 0 for one that was replaced. */
    INTEGRITY_COEFFICIENT,
    /* Adjustments of the mine's quantity, of periods that begin in the month. amount: theirs. */
    INTEGRITY_ADJUSTED,
    /* Versions from 2 up of closed periods that begin in the month. amount: reported less that of the version
     * before. The sum holds those of the month itself where all of it was asked for and it is closed, else
     * those of its days: all others tell the same change again. */
    INTEGRITY_LATE,
    /* Gaps of the meters longer than an hour, and meters that stand in the configuration and have not been
     * read for longer than that as of now. span_ms: the part within the month; amount: the part of a gap's
     * amount, by time (gap_share); not known while it lasts. Counted once, in the month in which it begins. */
    INTEGRITY_OUTAGE,
    /* Holds of the meters by people. span_ms: the part within the month. Counted as an outage is. */
    INTEGRITY_HOLD,
    /* Journal rows `config`, `calendar`, `redefined` and `roster` of the mine or of any of its meters: what
     * changed in meters, calendars and the mine's own facts. */
    INTEGRITY_CONFIGURATION,
    /* Acts that say that a meter's instrument was replaced; at the instant they name. */
    INTEGRITY_REPLACED,
    /* Journal rows `reset`, `jump`, `wraps-unknown`, `breaks` and `below-a-day` that are not open work. */
    INTEGRITY_BREAK,
    /* Readings that were not taken: the counts of rows `glitch`, `range` and `dropped` of the meters. */
    INTEGRITY_GLITCH,
    /* Journal rows `creep` of the meters: counted while the belt was idle. amount: the row's. */
    INTEGRITY_CREEP,
    /* Journal rows `altered` and `rows-lost`: somebody changed the ledger by hand, or it lost rows. Of no mine. */
    INTEGRITY_ALTERED,
    INTEGRITY_KINDS
};

/* "excluded", "discarded", ... */
const char *integrity_kind_name(enum integrity_kind kind);

enum { INTEGRITY_OUTAGE_MS = 3600000, INTEGRITY_TEXT_BYTES = 320, INTEGRITY_PERSON_BYTES = 128 };

struct integrity_item {
    enum integrity_kind kind;
    int mine, meter;        /* indexes; -1: none */
    size_t month;           /* which of struct integrity */
    int64_t journal, act;   /* the row and the act that tell of it; 0: none */
    int64_t at_ms;          /* when it was written */
    int64_t from_ms, to_ms; /* its stretch; 0: an instant, or it lasts */
    int64_t count, span_ms;
    bool known, summed; /* amount is known, and is in the sum of its month */
    int64_t amount;
    char what[24];                   /* the kind of the journal's row, or the period that was closed */
    char by[INTEGRITY_PERSON_BYTES]; /* empty: the daemon */
    char text[INTEGRITY_TEXT_BYTES]; /* the reason that was given, else what the journal says */
};

struct integrity_sum {
    int64_t count, span_ms, amount;
    int64_t unbounded; /* items whose amount is not known */
};

/* A mine's month. */
struct integrity_row {
    size_t mine, month;
    struct figure figure; /* metered, reported, by_hand, adjusted: report_mine_sum */
    struct integrity_sum sum[INTEGRITY_KINDS];
};

/* Zero-initialised; freed with integrity_free. */
struct integrity {
    struct report *report; /* of at least these days */
    const char *quantity;
    const bool *mine; /* by index: which ones */
    size_t months;
    struct period *month; /* the days of each, in order */
    struct list items;    /* struct integrity_item, by month, mine and time */
    struct list rows;     /* struct integrity_row, by month and mine: of mines that report it or have an item */
};

/* Fills in months, items and rows of production days [days.from, days.to). The report, the
 * quantity and the mines were set. False when out of memory, or with db_fault set. */
bool integrity_read(struct integrity *integrity, struct period days);
void integrity_free(struct integrity *integrity);

/* part of whole in hundredths of a percent, half away from zero. False where whole is not above 0. */
bool integrity_percent(int64_t part, int64_t whole, int64_t *hundredths);
/* Hours, in hundredths, half up. */
int64_t integrity_hours(int64_t span_ms);

#endif
