/* SPDX-License-Identifier: Apache-2.0 */
/* A site's ledger with a row of everything in it that travels, for the tests of that. */
#ifndef COALTALLY_TEST_TRAVEL_RIG_H
#define COALTALLY_TEST_TRAVEL_RIG_H

#include "collector/store.h"
#include "collector/store_parts.h"
#include "collector/store_posting.h"
#include "collector/store_roster.h"
#include "collector/store_seal.h"
#include "collector/store_take.h"
#include "tests/unit/site.h"

enum { RIG_METERS = 4 };

struct rig {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct mover mover[RIG_METERS];
    uint64_t *seed;
    int64_t minute; /* how far it has run */
    int64_t acts;
};

static inline void rig_open(struct rig *rig, uint64_t *seed, size_t meters, char first_mine)
{
    char text[512] = "";
    *rig = (struct rig){.seed = seed};
    folder_make(rig->folder);
    snprintf(rig->database, sizeof rig->database, "%s/ledger.db", rig->folder);
    site_make(&rig->site, meters, rig->database);
    for (int i = 0; i < 2; i++)
        snprintf(rig->site.mine[i].name, sizeof rig->site.mine[i].name, "sim-%c", first_mine + i);
    if (meters == 0)
        rig->site.config.mines = 0; /* a county that has none of its own */
    assert_int_equal(store_open(&rig->site.config, wall(SITE_DAY_MS), &rig->store, text, sizeof text), STORE_OK);
    rig->ledger = ledger_new(&rig->site.config, NULL);
    assert_non_null(rig->ledger);
}

static inline void rig_close(struct rig *rig)
{
    ledger_free(rig->ledger);
    store_close(rig->store);
    folder_remove(rig->folder);
}

/* Some hours of chance: each meter is read most minutes, now and then one is away for an hour. */
static inline void rig_run(struct rig *rig, int64_t minutes)
{
    int64_t away[RIG_METERS] = {0};
    for (int64_t end = rig->minute + minutes; rig->minute < end; rig->minute++)
        for (size_t i = 0; i < rig->site.config.meters; i++) {
            const int64_t now_ms = SITE_DAY_MS + rig->minute * MINUTE_MS;
            if (away[i] > 0 && away[i]--)
                continue;
            if (random_below(rig->seed, 500) == 0)
                away[i] = 5 + random_below(rig->seed, 90);
            post(rig->ledger, i, &rig->mover[i], wall(now_ms),
                 rig->mover[i].state.started ? random_below(rig->seed, 9000) : 0);
        }
    const int64_t now_ms = SITE_DAY_MS + rig->minute * MINUTE_MS;
    struct batch *batch = ledger_take(rig->ledger, now_ms, true);
    assert_non_null(batch);
    assert_true(store_write(rig->store, batch, now_ms));
    batch_free(batch);
}

static inline void rig_sql(struct rig *rig, const char *sql, size_t count, const int64_t *values)
{
    db_value(rig->store->db, sql, count, values);
    assert_string_equal(store_error(rig->store), "");
}

/* What a person did, and a row of each kind that people bring about. */
static inline void rig_act(struct rig *rig)
{
    struct store *store = rig->store;
    struct journal_entry entry = {.kind = "act", .mine = -1, .meter = -1, .count = 1, .text = "\"adjust\" \\ 煤"};
    store_begin(store);
    store_unseal(store, SITE_DAY_MS);
    const int64_t act = ++rig->acts, mine = store->mine[act % 2], meter = store->meter[act % RIG_METERS];
    const int64_t day = civil_of_instant(SITE_DAY_MS) + random_below(rig->seed, 3);
    const int64_t journal = store_journal_of(store, &entry, mine, meter);
    const int64_t rev[] = {act, mine, meter, day, journal, 0};
#define ROW(sql)                                                                                                       \
    do {                                                                                                               \
        int64_t values[6];                                                                                             \
        memcpy(values, rev, sizeof values);                                                                            \
        values[5] = store_rev(store);                                                                                  \
        rig_sql(rig, sql, 6, values);                                                                                  \
    } while (0)
    ROW("INSERT INTO act(id, uid, verb, arguments, actor, os_user, at_ms, applied_ms, outcome, answer, journal, rev)"
        " VALUES(?1, lower(hex(randomblob(16))), 'adjust', '{\"a\":\"b\"}', '张', 'me', ?2 + ?3, ?4, 1, '', ?5, ?6)");
    ROW("INSERT INTO coefficient SELECT ?3, ?4, 9 + ?1 % 3, 1, ?1, ?6 WHERE ?2 + ?5");
    store_report_again(store->db, meter, (civil_day)day);
    ROW("INSERT INTO adjustment SELECT ?1, ?2, 'raw_coal', 'day', ?4, ?4 + 1, -1, 1000, 'r', ?6 WHERE ?3 + ?5");
    ROW("INSERT INTO entry SELECT ?2, 'plan', 'raw_coal', 'day', ?4, ?4 + 1, -1, 0, 0, ?1, 5, 't', '', 's', ?1, ?6 "
        "WHERE ?3"
        " + ?5");
    ROW("INSERT INTO hold SELECT ?1, ?3, ?4, ?4, iif(?1 % 2, NULL, 7), NULL, ?6 WHERE ?2 + ?5");
    ROW("UPDATE hold SET ended_ms = ?5, end_act = ?1, rev = ?6 WHERE act = ?1 - 1 AND ?2 + ?3 + ?4");
    ROW("INSERT INTO replacement SELECT ?1, ?3, ?4, 1, 2, 'n', ?6 WHERE ?2 + ?5");
    ROW("INSERT INTO swap SELECT ?1, ?3, iif(?1 % 2, NULL, ?5), 1, 2, 3, 4, ?6 WHERE ?2 + ?4");
    ROW("INSERT INTO resolution SELECT ?5, ?1, 1, 12, ?6 WHERE ?2 + ?3 + ?4");
    ROW("INSERT INTO version SELECT ?1, ?2, 'raw_coal', 'day', ?4, ?4 + 1, -1, ?1, ?5, 1, 2, 3, 4, 'p', 'c', '', '', "
        "'h',"
        " 'ch', ?1 - 1, iif(?1 % 2, NULL, ?1), ?6 WHERE ?3");
    ROW("INSERT INTO acknowledgement SELECT ?1, ?5, 'seen', ?6 WHERE ?2 + ?3 + ?4");
    ROW("INSERT INTO incident SELECT ?1, ?2, 'belt-1', 'outage', ?4, NULL, '', '', NULL, 5, '', ?6 WHERE ?3 + ?5");
#undef ROW
    struct roster *roster = roster_read(store->db);
    const int index = roster_meter_id(roster, meter);
    const int64_t from_ms = SITE_DAY_MS + random_below(rig->seed, 40) * HOUR_MS;
    assert_int_equal(store_post(store, &roster->meter[index], act, (struct calendar_span){from_ms, from_ms + HOUR_MS},
                                random_below(rig->seed, 50000)),
                     0);
    roster_free(roster);
    assert_true(store_commit(store, SITE_DAY_MS));
}

/* The first mine's day has two shifts from now on, the second from that hour; the past is counted anew. */
static inline void rig_calendar(struct rig *rig, int hour)
{
    struct store *store = rig->store;
    char shifts[64];
    snprintf(shifts, sizeof shifts, "one@0|two@%d", hour * 3600);
    assert_true(roster_shifts(shifts, &(struct calendar_rule){0}));
    rig->site.rule[0].shifts = 2;
    rig->site.rule[0].shift[0] = (struct calendar_shift){.name = "one"};
    rig->site.rule[0].shift[1] = (struct calendar_shift){.name = "two", .start_s = hour * 3600};
    store_begin(store);
    store_unseal(store, SITE_DAY_MS);
    struct db_query *query = db_query(store->db, "UPDATE calendar SET shifts = ?, rev = ? WHERE mine = ?");
    db_bind_text(query, shifts);
    db_bind_int(query, store_rev(store));
    db_bind_int(query, store->mine[0]);
    db_next(query);
    store_derive_again(store->db, store->mine[0]);
    assert_true(store_commit(store, SITE_DAY_MS));
}

#endif
