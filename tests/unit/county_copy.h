/* SPDX-License-Identifier: Apache-2.0 */
/* A county's file with copies of sites' ledgers, for the tests of what reads them. */
#ifndef COALTALLY_TEST_COUNTY_COPY_H
#define COALTALLY_TEST_COUNTY_COPY_H

#include "tests/unit/travel_rig.h"

#include "collector/store_replica.h"

struct copying {
    struct rig rig;
    struct replicas *replicas;
};

/* On until some meter was away. */
static inline void rig_run_to_gap(struct rig *rig)
{
    while (db_value(rig->store->db, "SELECT count(*) FROM gap", 0, NULL) == 0)
        rig_run(rig, 300);
}

static inline void copying_open(struct copying *county, uint64_t *seed)
{
    rig_open(&county->rig, seed, 0, 'x');
    county->replicas = replicas_new(county->rig.store, NULL, NULL);
    assert_non_null(county->replicas);
}

/* The file is left as it is. */
static inline void copying_shut(struct copying *county)
{
    replicas_free(county->replicas);
    store_close(county->rig.store);
    county->replicas = NULL;
    county->rig.store = NULL;
}

static inline void copying_close(struct copying *county)
{
    if (county->replicas)
        copying_shut(county);
    ledger_free(county->rig.ledger);
    folder_remove(county->rig.folder);
}

/* Where the county then stands, and what became of the message. */
static inline struct replica_outcome copying_batch(struct copying *county, const char *name,
                                                   const struct travel_batch *batch)
{
    const struct replica_heard heard = {.now_ms = SITE_DAY_MS + 200 * HOUR_MS, .trusted = true};
    struct replica_outcome outcome;
    assert_true(replicas_batch(county->replicas, name, batch, &heard, &outcome));
    return outcome;
}

/* All of the rows of another database of a site, which waits for a person. */
static inline void copying_stage(struct copying *county, struct rig *site, const char *name)
{
    struct replica_position from = {0};
    struct replica_outcome outcome;
    do {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        assert_true(travel_stand(site->store->db, batch.database, &batch.to, batch.chain));
        assert_true(travel_read(site->store->db, 0, from.rev, batch.to.head, &batch));
        batch.session = 1;
        batch.from = from;
        batch.whole = from.rev == 0;
        outcome = copying_batch(county, name, &batch);
        assert_true(outcome.did == REPLICA_DID_STAGE || outcome.did == REPLICA_DID_WAIT);
        from = outcome.answer.branch;
        travel_batch_free(&batch);
    } while (outcome.did != REPLICA_DID_WAIT);
}

/* The site's next rows from where the county stands, up to a rev; the county gets all of them. */
static inline void copying_carry(struct copying *county, struct rig *site, const char *name, int64_t to)
{
    struct replica_position from = {0};
    char database[TRAVEL_UID_BYTES], chain[TRAVEL_CHAIN_BYTES];
    struct replica_database known;
    assert_true(travel_stand(site->store->db, database, &from, chain));
    const struct replica_store *store = replicas_store(county->replicas);
    assert_true(store->find(store->context, database, &known));
    const int64_t head = from.head;
    from = known.live.position;
    while (from.rev < (to < head ? to : head)) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        assert_true(travel_stand(site->store->db, batch.database, &batch.to, batch.chain));
        assert_true(travel_read(site->store->db, 0, from.rev, to < head ? to : head, &batch));
        batch.session = 1;
        batch.from = from;
        batch.whole = from.rev == 0;
        const struct replica_outcome outcome = copying_batch(county, name, &batch);
        assert_int_equal(outcome.did, REPLICA_DID_APPLY);
        from = outcome.answer.live;
        travel_batch_free(&batch);
    }
}

/* Two sites, site-a and site-c, each after a life of its own, and the county with the whole of both. */
static inline void copies_open(struct rig site[static 2], struct copying *county, uint64_t *seed,
                               void (*live)(struct rig *rig))
{
    copying_open(county, seed);
    for (int i = 0; i < 2; i++) {
        rig_open(&site[i], seed, RIG_METERS, i ? 'c' : 'a');
        live(&site[i]);
        rig_run_to_gap(&site[i]);
        copying_carry(county, &site[i], i ? "site-c" : "site-a", TRAVEL_LOCAL_MAX);
    }
}

static inline void copies_close(struct rig site[static 2], struct copying *county)
{
    copying_close(county);
    rig_close(&site[0]);
    rig_close(&site[1]);
}

#endif
