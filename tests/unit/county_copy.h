/* SPDX-License-Identifier: Apache-2.0 */
/* A county's file with copies of sites' ledgers, for the tests of what reads them. */
#ifndef COALTALLY_TEST_COUNTY_COPY_H
#define COALTALLY_TEST_COUNTY_COPY_H

#include "tests/unit/travel_rig.h"

struct copying {
    struct rig rig;
    struct taker *taker;
};

static inline void copying_open(struct copying *county, uint64_t *seed)
{
    rig_open(&county->rig, seed, 0, 'x');
    county->taker = taker_new(county->rig.store, NULL, NULL);
    assert_non_null(county->taker);
}

/* The file is left as it is. */
static inline void copying_shut(struct copying *county)
{
    taker_free(county->taker);
    store_close(county->rig.store);
    county->taker = NULL;
    county->rig.store = NULL;
}

static inline void copying_close(struct copying *county)
{
    if (county->taker)
        copying_shut(county);
    ledger_free(county->rig.ledger);
    folder_remove(county->rig.folder);
}

static inline void copying_place(struct db *db, int64_t number, const char *site, const struct travel_batch *batch)
{
    struct db_query *query = db_query(
        db, "INSERT INTO replica(number, database, site, state, incarnation, head, rev, chain)"
            " VALUES(?1, ?2, ?3, 1, ?4, ?5, ?6, ?7) ON CONFLICT(number) DO UPDATE SET head = ?5, rev = ?6, chain = ?7");
    db_bind_int(query, number);
    db_bind_text(query, batch->database);
    db_bind_text(query, site);
    db_bind_text(query, batch->to.incarnation);
    db_bind_int(query, batch->to.head);
    db_bind_int(query, batch->to.rev);
    db_bind_text(query, batch->chain);
    db_next(query);
}

/* All of the site's rows up to a rev, under this number. */
static inline void copying_carry(struct copying *county, struct rig *site, int64_t number, const char *name, int64_t to)
{
    const int64_t now_ms = SITE_DAY_MS + 200 * HOUR_MS;
    struct taken taken = {0};
    struct store *store = county->rig.store;
    int64_t from = 0;
    do {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        assert_true(travel_stand(site->store->db, batch.database, &batch.to, batch.chain));
        const int64_t head = batch.to.head;
        assert_true(travel_read(site->store->db, 0, from, to < head ? to : head, &batch));
        store_begin(store);
        assert_true(taker_take(county->taker, number, &batch, now_ms, &taken));
        copying_place(store->db, number, name, &batch);
        assert_true(store_commit(store, now_ms));
        from = batch.to.rev;
        to = to < head ? to : head;
        travel_batch_free(&batch);
    } while (from < to);
}

#endif
