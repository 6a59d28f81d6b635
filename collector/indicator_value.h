/* SPDX-License-Identifier: Apache-2.0 */
/* What an indicator is at a date: found by its definition in data, exactly, with the list of
 * what counts and why. Reads the ledger through a report, and the county's roster; no clock. */
#ifndef COALTALLY_INDICATOR_VALUE_H
#define COALTALLY_INDICATOR_VALUE_H

#include "collector/county.h"
#include "collector/hand_book.h"
#include "collector/indicator.h"
#include "collector/list.h"
#include "collector/store_report.h"

/* All outlive it. */
struct indicator_context {
    const struct indicators *indicators; /* where one refers to another */
    const struct county *county;         /* the mines with their facts; NULL: none is known */
    struct report *report;               /* the ledger's view */
    const struct hand_book *hand;        /* NULL: nothing was entered */
    civil_day day;                       /* production days of its year up to and with this one count */
    civil_day roster_day;                /* the roster is asked about this one: `day`, or what if: a later one */
    int64_t as_of_ms;                    /* the end of `day`, or now where that is earlier */
    bool simulated;                      /* the side: real mines and simulated ones are never added */
    enum language language;              /* of titles and reasons */
};

/* Where a value comes from. */
enum indicator_origin { ORIGIN_NONE, ORIGIN_METERED, ORIGIN_ROSTER, ORIGIN_BY_HAND, ORIGIN_DERIVED, ORIGINS };

/* One mine, face, stretch or project of the list behind a value. */
struct indicator_part {
    char mine[ID_BYTES]; /* as the ledger and the roster name it */
    char title[192];     /* the mine's, with the face's or meter's name where it is one */
    bool counts;         /* in `top`; else `why` says why not */
    bool among;          /* in `bottom`, of a share */
    int64_t amount;      /* what it adds to `top` where it counts, and would add where it does not */
    int64_t of;          /* what it adds to `bottom` where it is among */
    int64_t output;      /* of a share by capacity: what it reported in the year up to the day, thousandths */
    char why[256];       /* what it meets or does not */
    char source[512];    /* of the roster's facts, or of who entered it; "": the ledger's meters */
};

/* The value is top * times / bottom in the indicator's unit: exact, to be rounded at the edge only. */
struct indicator_value {
    bool has; /* false: no data yet */
    enum indicator_origin origin;
    int64_t top, bottom; /* bottom > 0 where there is a value */
    int64_t times;       /* 100 of a percentage, else 1 */
    int64_t by_people;   /* a sum: what of `top` no meter gave, but people entered or adjusted */
    int64_t since_ms;    /* a sum: the first reading of the meters that count; 0: none */
    /* A share by capacity: the same share by what was reported; output_bottom 0: nothing was. */
    int64_t output_top, output_bottom;
    int64_t whole;     /* room: the capacity that it is a part of */
    int64_t planned;   /* milestones: how many steps there are, reached or not */
    char note[256];    /* how it was derived; "" where nothing needs saying */
    struct list parts; /* struct indicator_part */
};

/* Finds it. False where memory ran out or the ledger could not be read (db_fault); to be freed with
 * indicator_value_free either way. */
bool indicator_evaluate(const struct indicator *indicator, const struct indicator_context *context,
                        struct indicator_value *out);
void indicator_value_free(struct indicator_value *value);

/* In the indicator's unit, floored to so many places (0 to 12): 90.9999 % never shows as 91.0.
 * False where there is none, or it does not fit. */
bool indicator_value_floor(const struct indicator_value *value, int places, struct decimal *out);
/* Below 0, 0, above 0: the value is less than the target, just it, or more; exactly. */
int indicator_value_compare(const struct indicator_value *value, struct decimal target);

/* A share by capacity, by output instead; has: something was reported. */
struct indicator_value indicator_value_output(const struct indicator_value *value);

#endif
