/* SPDX-License-Identifier: Apache-2.0 */
/* Instruments are swapped at any time and in any way; whenever somebody says so, the ledger
 * holds what ran, to the unit. */
#include "collector/store_replacement.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/act.h"
#include "collector/store_seal.h"
#include "collector/store_verify.h"
#include "drivers/span.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/site.h"

enum { TRIALS = 80, STEP_MS = 5 * SECOND_MS };

/* The instrument, and what it really weighed. */
struct belt {
    struct totaliser_state state;
    struct totaliser_memory memory;
    int64_t modulus;
    int64_t total; /* in the register */
    int64_t ran;   /* since the first reading */
    int64_t rate;  /* an hour */
    struct clock_now at;
};

struct trial {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct roster *roster;
    uint64_t seed;
};

static void flow(struct belt *belt, int64_t ms)
{
    const int64_t amount = belt->rate * ms / HOUR_MS;
    belt->ran += amount;
    belt->total = (belt->total + amount) % belt->modulus;
    belt->at.wall_ms += ms;
    belt->at.boot_ms += ms;
}

static void step(struct trial *trial, struct belt *belt, size_t meter)
{
    struct totaliser_input input = {
        .at_ms = belt->at.boot_ms, .good = true, .count = belt->total, .step = 1, .reset_ms = INT64_MIN};
    for (int i = 0; i < 2; i++) {
        struct totaliser_outcome outcome =
            totaliser_step(&trial->site.meter[meter].rules, &belt->state, &belt->memory, &input);
        ledger_post(trial->ledger, meter, &outcome, &belt->state, belt->total, belt->at);
        if (!outcome.reread)
            return;
        input.reread = true;
    }
}

static void run(struct trial *trial, struct belt *belt, size_t meter, int steps)
{
    for (int i = 0; i < steps; i++) {
        flow(belt, STEP_MS);
        step(trial, belt, meter);
    }
}

static void commit(struct trial *trial, int64_t wall_ms)
{
    struct batch *batch = ledger_take(trial->ledger, wall_ms, true);
    assert_true(store_write(trial->store, batch, 0));
    batch_free(batch);
}

static struct replacement act_write(struct trial *trial, size_t meter, int64_t at_ms, int64_t old_last,
                                    int64_t new_first)
{
    struct db *db = trial->store->db;
    const int64_t act = 1 + db_value(db, "SELECT max(id) FROM act", 0, NULL);
    struct journal_entry entry = {.at_ms = at_ms, .kind = "act", .mine = -1, .meter = (int)meter, .count = 1};
    char uid[ACT_UID_BYTES], digest[DIGEST_HEX_BYTES];
    snprintf(uid, sizeof uid, "%032" PRId64, act);
    const struct act_row row = {act, at_ms, at_ms, ACT_DONE, uid, "replace", "{}", "Li", "li", ""};
    assert_true(act_digest(&row, digest));
    snprintf(entry.text, sizeof entry.text, "%s%s", ACT_DIGEST_WORD, digest);
    store_journal(trial->store, &entry);
    struct db_query *query = db_query(
        db, "INSERT INTO act(id, uid, verb, arguments, actor, os_user, at_ms, applied_ms, outcome, answer,"
            " journal, rev) SELECT ?1, ?3, 'replace', '{}', 'Li', 'li', ?2, ?2, 1, '', max(id), ?4 FROM journal");
    db_bind_int(query, act);
    db_bind_int(query, at_ms);
    db_bind_text(query, uid);
    db_bind_int(query, store_rev(trial->store));
    db_next(query);
    const struct replacement replacement = {
        .act = act,
        .meter = &trial->roster->meter[roster_meter(trial->roster, 0, trial->site.meter[meter].name)],
        .rules = &trial->site.meter[meter].rules,
        .at_ms = at_ms,
        .old_last = old_last,
        .new_first = new_first};
    const int64_t values[] = {replacement.act, replacement.meter->id,  at_ms, old_last,
                              new_first,       store_rev(trial->store)};
    db_value(db,
             "INSERT INTO replacement(act, meter, at_ms, old_last, new_first, serial, rev)"
             " VALUES(?, ?, ?, ?, ?, 'SIM-2', ?)",
             6, values);
    return replacement;
}

static enum replaced told(struct trial *trial, size_t meter, int64_t at_ms, int64_t old_last, int64_t new_first)
{
    struct swap swap;
    store_begin(trial->store);
    store_unseal(trial->store, 1);
    const struct replacement replacement = act_write(trial, meter, at_ms, old_last, new_first);
    const enum replaced replaced = store_replace(trial->store, &replacement, false, &swap);
    if (replaced == REPLACED_NOWHERE) {
        db_rollback(trial->store->db);
        fail_msg("meter %zu: fault %d, value %lld", meter, swap.fault, (long long)swap.value);
    }
    assert_true(store_commit(trial->store, 0));
    return replaced;
}

static int64_t tallied(struct trial *trial, size_t meter)
{
    return db_value(trial->store->db, "SELECT sum(metered) FROM tally WHERE meter = ?", 1, &trial->store->meter[meter]);
}

static void keep(void *context, const struct finding *finding)
{
    (void)context;
    print_message("# %s %s: %s\n", finding->check, finding->meter, finding->text);
}

static void setup(struct trial *trial)
{
    char text[512];
    *trial = (struct trial){.seed = seed_take()};
    folder_make(trial->folder);
    snprintf(trial->database, sizeof trial->database, "%s/ledger.db", trial->folder);
    site_make(&trial->site, TRIALS, trial->database);
    for (size_t i = 0; i < TRIALS; i++) {
        trial->site.meter[i].rules.resettable = random_below(&trial->seed, 2) == 0;
        trial->site.meter[i].rules.interval_ms = STEP_MS;
        if (random_below(&trial->seed, 2) == 0)
            trial->site.meter[i].rules.modulus = 10000000;
    }
    assert_int_equal(store_open(&trial->site.config, wall(SITE_DAY_MS), &trial->store, text, sizeof text), STORE_OK);
    revs_watch(trial->store->db);
    trial->ledger = ledger_new(&trial->site.config, NULL);
    trial->roster = roster_read(trial->store->db);
    assert_non_null(trial->roster);
}

static void teardown(struct trial *trial)
{
    ledger_free(trial->ledger);
    roster_free(trial->roster);
    store_close(trial->store);
    folder_remove(trial->folder);
}

/* What the new one shows when it is put in. */
static int64_t first_of(struct trial *trial, int64_t old_last, int64_t modulus)
{
    switch (random_below(&trial->seed, 6)) {
    case 0:
        return 0;
    case 1:
        return old_last; /* set to what the old one had */
    case 2:
        return old_last > 3000 ? old_last - random_below(&trial->seed, 3000) : 0;
    case 3:
        return (old_last + random_below(&trial->seed, 3000)) % modulus;
    case 4:
        return modulus - 1 - random_below(&trial->seed, 2000);
    default:
        return random_below(&trial->seed, 9000000);
    }
}

/* One meter's life: it counts, is swapped after a silence, perhaps, and counts on. */
static void trial_run(struct trial *trial, size_t meter)
{
    const struct totaliser_rules *rules = &trial->site.meter[meter].rules;
    struct belt belt = {.modulus = rules->modulus,
                        .total = random_below(&trial->seed, rules->modulus < 10000000 ? rules->modulus : 9999999),
                        .rate = random_below(&trial->seed, 1200001),
                        .at = wall(SITE_DAY_MS + random_below(&trial->seed, 10 * HOUR_MS))};
    const int64_t when = random_below(&trial->seed, 3);
    step(trial, &belt, meter);
    run(trial, &belt, meter, 10 + (int)random_below(&trial->seed, 700));
    flow(&belt, random_below(&trial->seed, 3) ? 0 : random_below(&trial->seed, 20 * MINUTE_MS));
    const int64_t old_last = belt.total, at_ms = belt.at.wall_ms;
    const int64_t new_first = first_of(trial, old_last, belt.modulus);
    commit(trial, at_ms);
    if (when == 0)
        told(trial, meter, at_ms, old_last, new_first);
    belt.total = new_first;
    flow(&belt, random_below(&trial->seed, 3) ? STEP_MS : random_below(&trial->seed, 30 * MINUTE_MS));
    run(trial, &belt, meter, 5);
    commit(trial, belt.at.wall_ms);
    if (when == 1)
        told(trial, meter, at_ms, old_last, new_first);
    belt.rate = 600000 + random_below(&trial->seed, 600000); /* what lies below the old total is passed at last */
    run(trial, &belt, meter, 200);
    commit(trial, belt.at.wall_ms);
    if (when == 2)
        told(trial, meter, at_ms + random_below(&trial->seed, 2 * MINUTE_MS) - MINUTE_MS, old_last, new_first);
    while (belt.total <= old_last && old_last - belt.total < 700000) /* until then it may be the old one's */
        run(trial, &belt, meter, 50);
    commit(trial, belt.at.wall_ms);
    assert_true(store_settle(trial->store));
    if (tallied(trial, meter) != belt.ran)
        fail_msg("meter %zu, said at %lld: %lld tallied, %lld ran; %lld -> %lld, modulus %lld, resettable %d", meter,
                 (long long)when, (long long)tallied(trial, meter), (long long)belt.ran, (long long)old_last,
                 (long long)new_first, (long long)belt.modulus, rules->resettable);
}

static void what_ran_is_in_the_ledger(void **unused)
{
    struct trial trial;
    (void)unused;
    setup(&trial);
    for (size_t i = 0; i < TRIALS; i++)
        trial_run(&trial, i);
    assert_int_equal(verify_run(trial.store->db, &(struct verify_to){.report = keep}).findings, 0);
    assert_int_equal(
        db_value(trial.store->db,
                 "SELECT count(*) FROM journal WHERE open = 1 AND id NOT IN (SELECT journal FROM resolution)", 0, NULL),
        0);
    teardown(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_ran_is_in_the_ledger)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
