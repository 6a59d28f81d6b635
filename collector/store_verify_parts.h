/* SPDX-License-Identifier: Apache-2.0 */
/* What the files store_verify*.c share. */
#ifndef COALTALLY_STORE_VERIFY_PARTS_H
#define COALTALLY_STORE_VERIFY_PARTS_H

#include "collector/list.h"
#include "collector/store_coefficient.h"
#include "collector/store_parts.h"
#include "collector/store_roster.h"
#include "collector/store_verify.h"

enum verify_check {
    CHECK_FILE,
    CHECK_SEGMENT,
    CHECK_STATE,
    CHECK_TALLY,
    CHECK_TOTAL,
    CHECK_GAP,
    CHECK_JOURNAL,
    CHECK_ACT,
    CHECK_VERSION,
    CHECK_SEAL,
    CHECK_CHAIN,
    CHECK_COPY,
    CHECKS
};

struct verify_segment {
    int64_t segment, first, base, counted, high, wraps;
    int64_t modulus;
    struct ratio convert;
};

/* A running sum of one of the derived tables. */
struct verify_total {
    bool any;
    int64_t period; /* day or month */
    int64_t shift;  /* 0 where there is none */
    int64_t metered, good_ms, reported;
    int64_t rows; /* gone through */
};

enum verify_period { PERIOD_SHIFT, PERIOD_DAY, PERIOD_MONTH, PERIODS };

/* One meter on the way through its rows. */
struct verify_meter {
    const struct roster_meter *roster;
    bool told[CHECKS];    /* the first finding of a kind is enough */
    struct list segments; /* struct verify_segment, in order */
    int64_t counted;      /* sum over the segments */
    int64_t tallied;      /* sum over the tallies */
    int64_t posted;       /* of it, by acts */
    int64_t posted_end_ms;
    int64_t bucket_end_ms;
    struct calendar_span shift; /* of the last tally */
    struct calendar_place place;
    struct verify_total total[PERIODS];
    int64_t gap_to_ms;
};

struct verify {
    struct db *db;
    const struct roster *roster;
    const struct coefficient_book *coefficients;
    struct verify_meter *meter; /* as in the roster */
    struct verification result;
    bool journal_told, version_told;
    const struct verify_to *to;
    const struct verified_copy *copy; /* `db` is the ledger of a site, made again; NULL: the file itself */
    char chain[DIGEST_HEX_BYTES];     /* the journal's head, and its row */
    int64_t chain_row;
    int64_t rows, all_rows; /* gone through, of the long tables */
};

/* The id that a row of `db` has in the file. */
int64_t verify_id(const struct verify *verify, int64_t id);
/* Whose row of the file itself it is, by its id or rev: a site's is verified with the site's ledger. */
bool verify_own(int64_t id);

/* A row of a long table (tally, gap, journal) is gone through. */
void verify_row(struct verify *verify);

/* The meter of a row's id; NULL, with a finding, when the ledger has none. */
struct verify_meter *verify_meter(struct verify *verify, enum verify_check check, int64_t id);

/* Reports, unless this meter (NULL: none) had a finding of the kind. `look` is made
 * of a table and a condition with the meter's id or the row's. */
void verify_find(struct verify *verify, struct verify_meter *meter, enum verify_check check, const char *look,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* floor((high + wraps * modulus) * convert) - floor(first * convert); false when it leaves int64. */
bool verify_counted(const struct verify_segment *segment, int64_t high, int64_t wraps, int64_t *counted);
const struct verify_segment *verify_segment(const struct verify_meter *meter, int64_t segment);

void verify_tallies(struct verify *verify);
void verify_gaps(struct verify *verify);
void verify_journal(struct verify *verify);
/* What people did: each table of typed rows has a function of its own. */
void verify_acts(struct verify *verify);
void verify_entries(struct verify *verify);
/* store_verify_incidents.c: acknowledgements, faults, calibrations. */
void verify_incidents(struct verify *verify);
void verify_reported(struct verify *verify);
void verify_versions(struct verify *verify);
/* store_verify_seals.c: small tables as they were left. */
void verify_seals(struct verify *verify);
/* store_verify_copy.c: the sites' ledgers of a county's file, and what it keeps of where they stand. */
void verify_copies(struct verify *verify);
/* store_verify.c: all that a ledger can be judged by without what a county derives from it. */
void verify_ledger(struct verify *verify);

#endif
