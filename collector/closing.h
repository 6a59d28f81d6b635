/* SPDX-License-Identifier: Apache-2.0 */
/* Closed periods (已结账): what was reported of a mine's quantity is kept as a version
 * (版次); what changes afterwards makes the next one. By the clock shifts and days close
 * a while after their end; dekads, months and years close by hand, after the stock-take. */
#ifndef COALTALLY_CLOSING_H
#define COALTALLY_CLOSING_H

#include "collector/digest.h"
#include "collector/store_report.h"
#include "drivers/language.h"

enum { VERSION_PERSON_BYTES = 128, VERSION_TEXT_BYTES = 256 };

/* A period of a mine's reported quantity. */
struct closing_key {
    size_t mine; /* index in the roster */
    char quantity[32];
    struct period_name period;
};

struct version {
    struct closing_key key;
    int64_t version; /* from 1 */
    int64_t at_ms;
    int64_t metered, reported, adjusted;                                      /* thousandths, as in struct figure */
    int64_t unknown;                                                          /* -1: without a bound */
    char prepared_by[VERSION_PERSON_BYTES], checked_by[VERSION_PERSON_BYTES]; /* empty: by the clock */
    char despite[VERSION_TEXT_BYTES]; /* why it was closed though too much was unknown; empty: it was not */
    char cause[VERSION_TEXT_BYTES];   /* what changed since the version before, and why */
    char hash[DIGEST_HEX_BYTES];      /* closing_hash */
    char chain[DIGEST_HEX_BYTES];     /* the journal's head before it */
    int64_t through_act, act;         /* the newest act it knows of; the act that closed it, 0: none */
    int64_t id;                       /* of its row */
};

/* --- pure --- */

/* The same mine, quantity and period, its shift too. */
bool closing_same(const struct closing_key *a, const struct closing_key *b);

/* Whether what jumps, resets and holds leave unknown is little enough. Seconds that were not
 * read do not count: a counter's total has them. */
bool closing_reportable(const struct figure *figure, int64_t unknown_ppm);

/* When a period of this calendar begins and ends. */
struct calendar_span closing_span(const struct calendar *calendar, const struct period_name *period);

/* SHA-256 of all of a version, as its row of the journal ends with. `mine`: its name. False when
 * out of memory. */
bool closing_digest(const struct version *version, const char *mine, char hex[static DIGEST_HEX_BYTES]);
#define CLOSING_DIGEST_WORD "SHA-256 "

/* The cause of a version for people, without control characters: the ledger keeps it in English, "was -> is: why". */
void version_cause_say(const struct version *version, enum language language, char text[static VERSION_TEXT_BYTES]);

/* --- from the ledger --- */

/* What stands in the ledger of a period now: the figure, and SHA-256 over it and over all that
 * it is made of (tallies of shifts and days, days of longer periods, coefficients, what people
 * added). False with db_fault set. */
bool closing_facts(struct report *report, const struct closing_key *key, struct figure *figure,
                   char hash[static DIGEST_HEX_BYTES]);

/* The newest version of a period; false when it is not closed. */
bool version_newest(struct db *db, const struct roster *roster, const struct closing_key *key, struct version *out);

/* The version that pages show: where a county's ledger switched to another branch of a site's, the one of before, until
 * a person accepts it (*kept_ms: since when); else the newest (0). False when it is not closed. */
bool version_shown(struct db *db, const struct roster *roster, const struct closing_key *key, struct version *out,
                   int64_t *kept_ms);

/* Versions of one mine (-1: of all) whose days touch `days`, in the order of their making; only the newest
 * of each period, or all. A list of struct version, freed with free(at). False with db_fault set. */
bool versions_read(struct db *db, const struct roster *roster, int mine, struct period days, bool newest,
                   struct list *out);

/* A county's copy of a site's ledger was switched to another branch of it (a backup was restored there): what the
 * period's newest version said until then. Pages go on showing it until a person accepts the site's ledger, and say
 * by how much what the rows give now is another. */
struct version_kept {
    struct version version;
    int64_t number; /* of the database (travel.h) */
    int64_t switched_ms;
};

/* Those whose days touch `days`, likewise: a list of struct version_kept, at most one of a period. */
bool versions_kept(struct db *db, const struct roster *roster, int mine, struct period days, struct list *out);

#endif
