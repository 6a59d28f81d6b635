/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_replacement.h"

#include <inttypes.h>
#include <stdio.h>

#include "collector/amount.h"
#include "collector/store_closing.h"
#include "collector/store_posting.h"
#include "collector/store_seal.h"
#include "collector/store_swap.h"

/* --- one --- */

/* What acts have posted in that place before. */
static int64_t posted_before(struct store *store, const struct replacement *replacement, const struct swap *swap)
{
    const int64_t row[] = {swap->journal, replacement->meter->id, replacement->act};
    const int64_t near[] = {swap->span.from_ms, REPLACEMENT_NEAR_MS, replacement->meter->id, replacement->act};
    if (swap->journal)
        return db_value(store->db,
                        "SELECT sum(amount) FROM posting WHERE act IN (SELECT act FROM swap WHERE journal = ?1"
                        " UNION SELECT act FROM resolution WHERE journal = ?1) AND meter = ?2 AND act <> ?3",
                        3, row);
    return db_value(store->db,
                    "SELECT sum(amount) FROM posting WHERE act IN (SELECT act FROM swap WHERE journal IS NULL"
                    " AND abs(from_ms - ?1) <= ?2 AND meter = ?3) AND meter = ?3 AND act <> ?4",
                    4, near);
}

static void swap_write(struct store *store, const struct replacement *replacement, const struct swap *swap)
{
    struct db_query *query = db_query(store->db, "INSERT INTO swap(act, meter, journal, from_ms, to_ms, before, after,"
                                                 " rev) VALUES(?, ?, nullif(?, 0), ?, ?, ?, ?, ?)");
    db_bind_int(query, replacement->act);
    db_bind_int(query, replacement->meter->id);
    db_bind_int(query, swap->journal);
    db_bind_int(query, swap->span.from_ms);
    db_bind_int(query, swap->span.to_ms);
    db_bind_int(query, swap->before);
    db_bind_int(query, swap->after);
    db_bind_int(query, store_rev(store));
    db_next(query);
}

/* The open work of the break is done; a row that somebody has resolved stays so. */
static void swap_resolve(struct store *store, const struct replacement *replacement, const struct swap *swap)
{
    const int64_t values[] = {swap->journal, replacement->act, swap->after, store_rev(store)};
    db_value(store->db,
             "INSERT INTO resolution(journal, act, counted, amount, rev) SELECT id, ?2, 1, ?3, ?4 FROM journal"
             " WHERE id = ?1 AND open = 1 AND NOT EXISTS (SELECT 1 FROM resolution WHERE journal = ?1)",
             4, values);
}

enum replaced store_replace(struct store *store, const struct replacement *replacement, bool waited, struct swap *swap)
{
    const enum replaced found = swap_find(store->db, replacement, waited, swap);
    if (found != REPLACED_DONE)
        return found;
    swap->before = amount_add(swap->before, posted_before(store, replacement, swap));
    const int64_t lacking =
        store_post(store, replacement->meter, replacement->act, swap->span, swap->after - swap->before);
    if (lacking) {
        swap->fault = SWAP_LACKING;
        swap->value = lacking;
        return REPLACED_NOWHERE;
    }
    swap_write(store, replacement, swap);
    swap_resolve(store, replacement, swap);
    return REPLACED_DONE;
}

/* --- those that wait --- */

/* Newest first: a later act about the same swap stands for the earlier one. */
#define WAITING                                                                                                        \
    " FROM replacement AS one WHERE NOT EXISTS (SELECT 1 FROM swap WHERE swap.act = one.act) AND NOT EXISTS"           \
    " (SELECT 1 FROM replacement AS newer WHERE newer.meter = one.meter AND newer.act > one.act"                       \
    " AND abs(newer.at_ms - one.at_ms) <= 900000)"

static const struct totaliser_rules *rules_of(const struct store *store, int64_t meter)
{
    for (size_t i = 0; i < store->config->meters; i++)
        if (store->meter[i] == meter)
            return &store->config->meter[i].rules;
    return NULL;
}

static size_t waiting_read(struct store *store, const struct roster *roster, struct replacement *waiting, size_t size)
{
    size_t count = 0;
    struct db_query *query = db_query(store->db, "SELECT act, meter, at_ms, old_last, new_first" WAITING);
    while (count < size && db_next(query)) {
        const int index = roster_meter_id(roster, db_int(query, 1));
        if (index >= 0)
            waiting[count++] = (struct replacement){.act = db_int(query, 0),
                                                    .meter = &roster->meter[index],
                                                    .rules = rules_of(store, db_int(query, 1)),
                                                    .at_ms = db_int(query, 2),
                                                    .old_last = db_int(query, 3),
                                                    .new_first = db_int(query, 4)};
    }
    db_done(query);
    return count;
}

static void settled_journal(struct store *store, const struct replacement *replacement, const struct swap *swap)
{
    struct journal_entry entry = {.at_ms = swap->span.to_ms,
                                  .kind = "replaced",
                                  .meter = -1,
                                  .mine = -1,
                                  .count = 1,
                                  .from_ms = swap->span.from_ms,
                                  .to_ms = swap->span.to_ms,
                                  .amount = swap->after - swap->before};
    for (size_t i = 0; i < store->config->meters; i++)
        if (store->meter[i] == replacement->meter->id) {
            entry.meter = (int)i;
            entry.mine = (int)store->config->meter[i].mine;
        }
    snprintf(entry.text, sizeof entry.text, "act %" PRId64 ", announced: the new instrument was read",
             replacement->act);
    store_journal(store, &entry);
}

/* Closed periods that it reaches get a new version. */
static void settled_follow(struct store *store, const struct roster *roster, const struct replacement *replacement,
                           const struct swap *swap, int64_t now_ms)
{
    const struct period days = {civil_of_instant(swap->span.from_ms) - 1, civil_of_instant(swap->span.to_ms) + 2};
    char cause[96];
    snprintf(cause, sizeof cause, "act %" PRId64 ", replace: the new instrument was read", replacement->act);
    store_follow(store, roster->mine[replacement->meter->mine].id, days, cause, replacement->act, now_ms);
}

enum { WAITING_MAX = 64 };

bool store_waiting(struct store *store)
{
    db_clear(store->db);
    return db_value(store->db, "SELECT count(*)" WAITING, 0, NULL) > 0;
}

bool store_settle(struct store *store)
{
    const int64_t now_ms = clock_now().wall_ms;
    struct replacement waiting[WAITING_MAX];
    if (!store_waiting(store))
        return db_fault(store->db) == DB_OK;
    struct roster *roster = roster_read(store->db);
    if (!roster)
        return false;
    store_begin(store);
    store_unseal(store, now_ms);
    const size_t count = waiting_read(store, roster, waiting, WAITING_MAX);
    for (size_t i = 0; i < count; i++) {
        struct swap swap;
        if (store_replace(store, &waiting[i], true, &swap) != REPLACED_DONE)
            continue;
        settled_journal(store, &waiting[i], &swap);
        settled_follow(store, roster, &waiting[i], &swap, now_ms);
    }
    const bool written = store_commit(store, 0);
    roster_free(roster);
    return written;
}
