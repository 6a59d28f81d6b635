/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"
#include "collector/store_closing.h"
#include "collector/store_parts.h"
#include "collector/travel.h"

#define VERSION_COLUMNS                                                                                                \
    "mine, quantity, kind, from_day, to_day, shift, version, at_ms, metered, reported, adjusted, unknown,"             \
    " prepared_by, checked_by, despite, cause, hash, chain, through_act, ifnull(act, 0), id"

enum { VERSION_COLUMN_COUNT = 21 };

/* --- reading --- */

static bool key_read(const struct db_query *query, const struct roster *roster, struct closing_key *key)
{
    const int mine = roster_mine_id(roster, db_int(query, 0));
    const int64_t from = db_int(query, 3), to = db_int(query, 4), shift = db_int(query, 5);
    if (mine < 0 || from < INT32_MIN / 2 || to > INT32_MAX / 2 || from >= to || to - from > 366 || shift < -1 ||
        shift >= SHIFTS_MAX || !period_kind_read(db_text(query, 2), &key->period.kind))
        return false;
    key->mine = (size_t)mine;
    key->period.days = (struct period){(civil_day)from, (civil_day)to};
    key->period.shift = (int)shift;
    text_clean(db_text(query, 1), key->quantity, sizeof key->quantity);
    return true;
}

/* Texts are taken as they stand, or not at all: their digest must fit. */
static void text_take(const struct db_query *query, int column, char *out, size_t size)
{
    const char *text = db_text(query, column);
    snprintf(out, size, "%s", strlen(text) < size ? text : "");
}

static bool row_read(const struct db_query *query, const struct roster *roster, struct version *out)
{
    *out = (struct version){.version = db_int(query, 6),
                            .at_ms = db_int(query, 7),
                            .metered = db_int(query, 8),
                            .reported = db_int(query, 9),
                            .adjusted = db_int(query, 10),
                            .unknown = db_int(query, 11),
                            .through_act = db_int(query, 18),
                            .act = db_int(query, 19),
                            .id = db_int(query, 20)};
    text_take(query, 12, out->prepared_by, sizeof out->prepared_by);
    text_take(query, 13, out->checked_by, sizeof out->checked_by);
    text_take(query, 14, out->despite, sizeof out->despite);
    text_take(query, 15, out->cause, sizeof out->cause);
    text_take(query, 16, out->hash, sizeof out->hash);
    text_take(query, 17, out->chain, sizeof out->chain);
    return key_read(query, roster, &out->key);
}

static bool version_read(struct db_query *query, const struct roster *roster, const struct closing_key *key,
                         struct version *out)
{
    db_bind_int(query, key->period.days.from);
    db_bind_int(query, roster->mine[key->mine].id);
    db_bind_text(query, key->quantity);
    db_bind_text(query, period_kind_text(key->period.kind));
    db_bind_int(query, key->period.days.to);
    db_bind_int(query, key->period.shift);
    return db_next(query) && row_read(query, roster, out);
}

#define OF_PERIOD                                                                                                      \
    " WHERE from_day = ? AND mine = ? AND quantity = ? AND kind = ? AND to_day = ? AND shift = ?"                      \
    " ORDER BY version DESC LIMIT 1"

bool version_newest(struct db *db, const struct roster *roster, const struct closing_key *key, struct version *out)
{
    struct db_query *query = db_query(db, "SELECT " VERSION_COLUMNS " FROM version" OF_PERIOD);
    const bool found = version_read(query, roster, key, out);
    db_done(query);
    return found;
}

bool version_shown(struct db *db, const struct roster *roster, const struct closing_key *key, struct version *out,
                   int64_t *kept_ms)
{
    *kept_ms = 0;
    if (!roster->mine[key->mine].number)
        return version_newest(db, roster, key, out);
    struct db_query *query = db_query(db, "SELECT " VERSION_COLUMNS ", switched_ms FROM version_kept" OF_PERIOD);
    const bool kept = version_read(query, roster, key, out);
    if (kept)
        *kept_ms = db_int(query, VERSION_COLUMN_COUNT);
    db_done(query);
    return kept || version_newest(db, roster, key, out);
}

bool versions_read(struct db *db, const struct roster *roster, int mine, struct period days, bool newest,
                   struct list *out)
{
    /* A period is at most a year long, so none that touches the days begins earlier than that. */
    struct db_query *query =
        newest ? db_query(db, "SELECT " VERSION_COLUMNS ", max(version) FROM version WHERE from_day >= ? - 366"
                              " AND from_day < ? AND to_day > ? AND (? < 0 OR mine = ?)"
                              " GROUP BY from_day, mine, quantity, kind, to_day, shift ORDER BY id")
               : db_query(db, "SELECT " VERSION_COLUMNS " FROM version WHERE from_day >= ? - 366"
                              " AND from_day < ? AND to_day > ? AND (? < 0 OR mine = ?) ORDER BY id");
    const int64_t values[] = {days.from, days.to, days.from, mine, mine < 0 ? 0 : roster->mine[mine].id};
    struct version version;
    *out = (struct list){.size = sizeof version};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        db_bind_int(query, values[i]);
    while (db_next(query)) {
        if (!row_read(query, roster, &version))
            continue;
        struct version *slot = list_add(out);
        if (slot)
            *slot = version;
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    db_done(query);
    return db_fault(db) == DB_OK;
}

bool versions_kept(struct db *db, const struct roster *roster, int mine, struct period days, struct list *out)
{
    struct db_query *query =
        db_query(db, "SELECT " VERSION_COLUMNS ", number, switched_ms FROM version_kept WHERE from_day >= ? - 366"
                     " AND from_day < ? AND to_day > ? AND (? < 0 OR mine = ?) ORDER BY number, id");
    const int64_t values[] = {days.from, days.to, days.from, mine, mine < 0 ? 0 : roster->mine[mine].id};
    struct version_kept kept;
    *out = (struct list){.size = sizeof kept};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        db_bind_int(query, values[i]);
    while (db_next(query)) {
        if (!row_read(query, roster, &kept.version))
            continue;
        kept.number = db_int(query, VERSION_COLUMN_COUNT);
        kept.switched_ms = db_int(query, VERSION_COLUMN_COUNT + 1);
        struct version_kept *slot = list_add(out);
        if (slot)
            *slot = kept;
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    db_done(query);
    return db_fault(db) == DB_OK;
}

/* --- writing --- */

static void row_write(struct store *store, const struct version *version, int64_t mine)
{
    const struct period_name *period = &version->key.period;
    const int64_t numbers[] = {mine,
                               period->days.from,
                               period->days.to,
                               period->shift,
                               version->version,
                               version->at_ms,
                               version->metered,
                               version->reported,
                               version->adjusted,
                               version->unknown,
                               version->through_act,
                               version->act};
    const char *const texts[] = {version->key.quantity, period_kind_text(period->kind),
                                 version->prepared_by,  version->checked_by,
                                 version->despite,      version->cause,
                                 version->hash,         version->chain};
    struct db_query *query = db_query(
        store->db, "INSERT INTO version(mine, from_day, to_day, shift, version, at_ms, metered, reported, adjusted,"
                   " unknown, through_act, act, quantity, kind, prepared_by, checked_by, despite, cause, hash, chain,"
                   " rev, id) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                   " (SELECT ifnull(max(id), 0) + 1 FROM version WHERE id < " TRAVEL_FOREIGN "))");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        db_bind_int(query, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        db_bind_text(query, texts[i]);
    db_bind_int(query, store_rev(store));
    db_next(query);
}

/* "2026-10-13/2 v1, by the clock; ..."; ends with the digest that ties the row into the chain. */
static void journal_write(struct store *store, const struct version *version, const struct roster_mine *mine,
                          struct calendar_span span)
{
    struct journal_entry entry = {.at_ms = version->at_ms,
                                  .kind = "closed",
                                  .mine = -1,
                                  .meter = -1,
                                  .count = 1,
                                  .from_ms = span.from_ms,
                                  .to_ms = span.to_ms,
                                  .amount = version->reported};
    char digest[DIGEST_HEX_BYTES], name[PERIOD_TEXT_BYTES], by[2 * VERSION_PERSON_BYTES + 64];
    if (!closing_digest(version, mine->name, digest))
        db_fail(store->db, DB_OTHER, "out of memory");
    period_format(&version->key.period, name);
    snprintf(by, sizeof by, "%s", version->cause[0] ? "made anew" : "by the clock");
    if (version->prepared_by[0])
        snprintf(by, sizeof by, "prepared by %.120s, checked by %.120s", version->prepared_by, version->checked_by);
    snprintf(entry.subject, sizeof entry.subject, "%s", version->key.quantity);
    snprintf(entry.text, sizeof entry.text, "%s v%" PRId64 ", %s%s%.150s%s%.100s; " CLOSING_DIGEST_WORD "%s", name,
             version->version, by, version->cause[0] ? "; " : "", version->cause,
             version->despite[0] ? "; despite what is unknown: " : "", version->despite, digest);
    store_journal_of(store, &entry, mine->id, 0);
}

void version_write(struct store *store, const struct roster *roster, struct version *version)
{
    const struct roster_mine *mine = &roster->mine[version->key.mine];
    struct version before;
    version->version = 1;
    if (version_newest(store->db, roster, &version->key, &before))
        version->version = before.version + 1;
    version->through_act =
        db_value(store->db, "SELECT ifnull(max(id), 0) FROM act WHERE id < " TRAVEL_FOREIGN, 0, NULL);
    snprintf(version->chain, sizeof version->chain, "%s", store_chain(store));
    const struct calendar_span span =
        closing_span(roster_calendar(roster, version->key.mine, version->key.quantity), &version->key.period);
    row_write(store, version, mine->id);
    journal_write(store, version, mine, span);
    if (span.to_ms > store->closed_ms)
        store->closed_ms = span.to_ms;
}
