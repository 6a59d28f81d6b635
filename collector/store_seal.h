/* SPDX-License-Identifier: Apache-2.0 */
/* Seals: rows of the journal that hold the digest of a small table as it was left, so
 * that a row that somebody edits, adds or deletes by hand is found. Tallies, gaps and
 * totals are not of these: they follow from each other, and closed versions hold them. */
#ifndef COALTALLY_STORE_SEAL_H
#define COALTALLY_STORE_SEAL_H

#include "collector/store_parts.h"
#include "collector/travel.h"

/* X(table, which rows, columns in the order of their hashing, order of rows). All but rev, which says only in which
 * order rows travel; rows of other ledgers are sealed in theirs. What an open segment counted moves with each commit
 * and stands in the tallies. */
#define SEALED_ALL ""
#define SEALED_OWN " WHERE rev < " TRAVEL_FOREIGN
/* clang-format off */
#define SEALED_TABLES(X) \
    X(mine, SEALED_OWN, "id, name, title_en, title_zh, simulated, month_cutoff, timezone, active", "id") \
    X(meter, SEALED_OWN, "id, name, mine, quantity, unit, role, path, device, point, definition, active", "id") \
    X(calendar, SEALED_OWN, "mine, quantity, from_day, day_start_s, shifts, act", "mine, quantity, from_day") \
    X(definition, SEALED_OWN, "id, hash, text", "id") \
    X(point, SEALED_ALL, "id, mine, device, point, unit, digits, places", "id") \
    X(segment, SEALED_OWN, "meter, segment, definition, modulus, times, over, opened_ms, closed_ms, first, base," \
      " CASE WHEN closed_ms IS NOT NULL THEN high END, CASE WHEN closed_ms IS NOT NULL THEN wraps END," \
      " CASE WHEN closed_ms IS NOT NULL THEN counted END", "meter, segment") \
    X(incarnation, SEALED_OWN, "id, first_rev, opened_ms", "id") \
    X(coefficient, SEALED_OWN, "meter, from_day, digits, places, act", "meter, from_day, act") \
    X(adjustment, SEALED_OWN, "act, mine, quantity, kind, from_day, to_day, shift, amount, reason", "act") \
    X(entry, SEALED_OWN, "mine, item, subject, kind, from_day, to_day, shift, from_ms, to_ms, version, value, unit, text, source," \
      " act", "from_day, mine, item, subject, kind, to_day, shift, from_ms, to_ms, version") \
    X(posting, SEALED_OWN, "act, meter, bucket_ms, end_ms, amount", "bucket_ms, meter, act") \
    X(hold, SEALED_OWN, "act, meter, from_ms, until_ms, ended_ms, end_act", "act") \
    X(replacement, SEALED_OWN, "act, meter, at_ms, old_last, new_first, serial", "act") \
    X(swap, SEALED_OWN, "act, meter, journal, from_ms, to_ms, before, after", "act") \
    X(resolution, SEALED_OWN, "journal, act, counted, amount", "journal") \
    X(acknowledgement, SEALED_OWN, "act, alarm, note", "act") \
    X(incident, SEALED_OWN, "act, mine, subject, kind, from_ms, to_ms, sign, handling, before, after, text", "act")
/* clang-format on */

enum sealed_table {
#define X(table, own, columns, order) SEALED_##table,
    SEALED_TABLES(X)
#undef X
        SEALED
};

struct seal {
    int64_t rows;
    char digest[DIGEST_HEX_BYTES];
};

/* The table's name; its index by that name, SEALED where there is none. */
const char *seal_name(enum sealed_table table);
enum sealed_table seal_table(const char *name);

/* The table as it is now. False with db_fault set. */
bool seal_make(struct db *db, enum sealed_table table, struct seal *seal);

/* Within the journal: kind, subject and text of a seal, and of what was not as it was left. */
#define SEAL_KIND        "seal"
#define SEAL_ALTERED     "altered"
#define SEAL_DIGEST_WORD "SHA-256 "

/* At the begin of a transaction that may change such tables: journals those that are not as they were
 * left, so that no later seal covers that up; store_commit then seals what has changed. */
void store_unseal(struct store *store, int64_t now_ms);
void store_seal(struct store *store);

#endif
