/* SPDX-License-Identifier: Apache-2.0 */
/* What the files store_*.c share. */
#ifndef COALTALLY_STORE_PARTS_H
#define COALTALLY_STORE_PARTS_H

#include "collector/digest.h"
#include "collector/state_text.h"
#include "collector/store.h"

enum { BOOT_ID_BYTES = 37 };

/* A meter's state as the ledger has it. */
struct saved {
    bool present;
    bool elsewhere; /* the meter now reads another register */
    int64_t boot;   /* whose clocks `at` and `state` stand on */
    struct clock_now at;
    struct totaliser_state state;
};

struct store {
    struct db *db;
    int lock; /* descriptor of the lock file */
    const struct config *config;
    int64_t *mine;       /* ids by the configuration's index */
    int64_t *meter;      /* likewise */
    int64_t *definition; /* by meter */
    int64_t *point;      /* by first_point[device] + point */
    int64_t *belt;       /* by meter: the id in table point under which its belt's minutes are kept */
    size_t *first_point; /* by device */
    struct saved *saved; /* by meter */
    int64_t boot;        /* id of this boot */
    int64_t commit_ms;   /* the latest */
    int64_t closed_ms;   /* the latest end of a closed period; what is posted before it may change one */
    /* Of the running transaction: */
    int64_t rev;
    int64_t entry; /* the journal's last row, and its hash */
    char chain[DIGEST_HEX_BYTES];
    bool unsealed; /* store_seal.h */
    int64_t seal_ms;
};

/* --- store.c: transactions --- */

/* Clears the fault of before, and begins; faults from here on are kept in the db. */
void store_begin(struct store *store);
bool store_commit(struct store *store, int64_t wall_ms);
/* A rev for one row that changes. */
int64_t store_rev(struct store *store);

/* --- store_lock.c --- */

/* Takes the ledger's lock, which the descriptor holds until it is closed; tries so often, 10 ms apart.
 * Else STORE_IN_USE or STORE_FAILED, with the reason in `text`. */
enum { STORE_LOCK_TRIES = 100 };
enum store_outcome store_lock(const char *database, int tries, int *lock, char *text, size_t size);

/* --- store_write.c --- */

/* All rows of a batch, within a transaction. */
void store_write_rows(struct store *store, const struct batch *batch);

/* Closes the open segments of a meter (id) that come before that one, each with a rev of its own. */
void store_close_segments(struct store *store, int64_t meter, int64_t below, int64_t at_ms);

/* --- store_check.c --- */

/* Reads all of the file for damage (quick_check: 0.4 s for 100 MB) and says what it finds first. */
bool store_damaged(struct db *db, char *what, size_t size);
/* The same; what it finds is a fault. */
bool store_sound(struct db *db);
/* The same of a file, by a handle that cannot write: whoever opens a damaged database for writing
 * makes it worse. One that does not exist yet is sound. False with the reason in `text`. */
bool store_sound_file(const char *path, char *text, size_t size);
/* Where a restored copy lies while the files of the ledger change their names, and whether a
 * restore was broken off then; `text` says what to do. */
void store_restoring_path(const char *database, char *path, size_t size);
bool store_half_restored(const char *database, char *text, size_t size);

/* --- store_schema.c --- */

extern const char *const store_steps[STORE_VERSION];
extern const char store_schema_acts[];   /* store_schema_acts.c: version 2 */
extern const char store_schema_travel[]; /* store_schema_travel.c: version 4 */
/* A ledger of ours, and none of a newer version; else a fault. */
bool store_judge_version(struct db *db);
/* Runs the steps that are missing up to version `newest`, after a backup beside `path`. */
bool store_migrate(struct db *db, const char *path, const char *const *steps, int64_t newest);

/* --- store_journal.c --- */

enum { JOURNAL_NUMBERS = 16 };

/* A row as it is hashed: all but hash and rev. */
struct journal_row {
    /* id, at_ms, level, mine, meter (0: none), bucket_ms, count, from_ms, to_ms, before,
     * after, amount, bounded, low, high, open */
    int64_t number[JOURNAL_NUMBERS];
    const char *kind, *subject, *text;
};

/* The columns of struct journal_row in its order, to select. */
#define JOURNAL_COLUMNS                                                                                                \
    "id, at_ms, level, ifnull(mine, 0), ifnull(meter, 0), bucket_ms, count, from_ms, to_ms, before, after, amount,"    \
    " bounded, low, high, open, kind, subject, text"

/* SHA-256 over the previous row's hash and this row. False when out of memory. */
bool journal_hash(const char *previous, const struct journal_row *row, char hash[static DIGEST_HEX_BYTES]);
void store_journal(struct store *store, const struct journal_entry *entry);
/* The same with mine and meter by their ids, 0: none; those of the entry are not read. Returns the row's id. */
int64_t store_journal_of(struct store *store, const struct journal_entry *entry, int64_t mine, int64_t meter);

/* --- store_state.c --- */

void store_load_states(struct store *store);
void store_save_state(struct store *store, size_t meter, const struct totaliser_state *state, int64_t boot,
                      struct clock_now at);

/* --- store_compare.c --- */

/* The hash of the journal's last row; empty: there is none. Within a transaction. */
const char *store_chain(struct store *store);
/* Each opening for writing begins one, whose rev goes before all others of the opening: replication tells by them
 * what came of which. Judges the sealed tables, as store_unseal. */
void store_incarnation(struct store *store, int64_t now_ms);
/* Within the transaction of the start. */
void store_compare(struct store *store, struct clock_now now);

/* --- store_derived.c --- */

struct derived {
    int64_t meter; /* id */
    struct calendar_place place;
    int64_t metered, good_ms;
};
/* year * 12 + month - 1 of a production day. */
int month_of_day(civil_day day);
/* What is reported of a shift changes by the product of its new sum and the coefficient of
 * its day, less that of the old one. */
void store_derive(struct db *db, const struct derived *gained);
/* After a coefficient of a meter (id) was stated: what is reported from that day on. */
void store_report_again(struct db *db, int64_t meter, civil_day from);
/* --- store_cut.c --- */

/* After a mine's calendar changed from that instant on: cuts the buckets that a new start cuts, and
 * makes the totals of its meters anew. act: 0, or the act that says who corrected it. Returns how
 * many buckets were cut where the readings around do not tell how they divide. */
int64_t store_recut(struct store *store, int64_t mine, int64_t from_ms, int64_t act);

/* Makes the totals of a mine's meters anew, from the tallies and the ledger's calendars. */
void store_derive_again(struct db *db, int64_t mine);

#endif
