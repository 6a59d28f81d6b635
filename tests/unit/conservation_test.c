/* SPDX-License-Identifier: Apache-2.0 */
/* Registers that wrap, reset, jump, stall and vanish go through totaliser, ledger
 * and store, with stops, reboots and writes that fail: the book must hold, and
 * what it does not hold must stand in the journal. */
#include "collector/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>

#include "collector/store_parts.h"
#include "collector/store_verify.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/site.h"

enum { METERS = 6, SCANS = 20000 };

struct instrument {
    int64_t register_count;
    struct totaliser_state state;
    struct totaliser_memory memory;
    int64_t silent_until_ms, calibrating_until_ms;
};

struct plant {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct instrument instrument[METERS];
    uint64_t seed;
    int64_t wall_ms, boot_ms;
};

static int plant_setup(void **state)
{
    struct plant *plant = calloc(1, sizeof(*plant));
    *state = plant;
    folder_make(plant->folder);
    snprintf(plant->database, sizeof(plant->database), "%s/ledger.db", plant->folder);
    site_make(&plant->site, METERS, plant->database);
    for (size_t i = 0; i < METERS; i++) {
        struct totaliser_rules *rules = &plant->site.meter[i].rules;
        rules->interval_ms = 10000;
        rules->max_rate = 360000; /* 100 counts a second */
        rules->modulus = i % 3 == 0 ? 1000000 : INT64_C(1) << 32;
        rules->resettable = i % 3 == 1;
        rules->convert = i % 2 ? (struct ratio){1000, 907} : (struct ratio){10, 1};
    }
    return 0;
}

static int plant_teardown(void **state)
{
    struct plant *plant = *state;
    store_close(plant->store);
    ledger_free(plant->ledger);
    folder_remove(plant->folder);
    free(plant);
    return 0;
}

static struct clock_now plant_now(const struct plant *plant)
{
    return (struct clock_now){plant->wall_ms, plant->boot_ms};
}

static void plant_start(struct plant *plant, bool trusted)
{
    char text[512];
    assert_int_equal(store_open(&plant->site.config, plant_now(plant), &plant->store, text, sizeof(text)), STORE_OK);
    revs_watch(plant->store->db);
    db_run(plant->store->db, "PRAGMA synchronous = OFF"); /* no power fails here, and disks differ */
    plant->ledger = ledger_new(&plant->site.config, NULL);
    for (size_t i = 0; i < METERS; i++) {
        struct instrument *instrument = &plant->instrument[i];
        instrument->memory = (struct totaliser_memory){0};
        instrument->state = (struct totaliser_state){0};
        store_state(plant->store, i, trusted, plant_now(plant), &instrument->state);
    }
}

static void plant_commit(struct plant *plant, bool all)
{
    struct batch *batch = ledger_take(plant->ledger, plant->wall_ms, all);
    bool failing = random_below(&plant->seed, 10) == 0;
    db_clear(plant->store->db);
    if (failing)
        db_run(plant->store->db, "PRAGMA query_only = 1");
    bool written = store_write(plant->store, batch, plant->wall_ms);
    db_clear(plant->store->db);
    db_run(plant->store->db, "PRAGMA query_only = 0");
    if (written)
        batch_free(batch);
    else
        ledger_return(plant->ledger, batch);
}

/* A stop or a kill; then a restart on this boot or after another. */
static void plant_restart(struct plant *plant)
{
    if (random_below(&plant->seed, 2))
        plant_commit(plant, true);
    ledger_free(plant->ledger);
    store_close(plant->store);
    int64_t down_ms = random_below(&plant->seed, 3 * HOUR_MS);
    plant->wall_ms += down_ms;
    plant->boot_ms += down_ms;
    if (random_below(&plant->seed, 2)) {
        struct db *db = db_open(plant->database, DB_WRITE);
        db_run(db, "UPDATE boot SET boot_id = 'boot ' || id");
        db_close(db);
        plant->boot_ms = 30000;
    }
    for (size_t i = 0; i < METERS; i++)
        plant->instrument[i].register_count += down_ms / 1000 * random_below(&plant->seed, 20);
    plant_start(plant, random_below(&plant->seed, 4) > 0);
}

/* Coal passes, and accidents happen. */
static void instrument_live(struct plant *plant, size_t index, int64_t elapsed_ms)
{
    struct instrument *instrument = &plant->instrument[index];
    const struct totaliser_rules *rules = &plant->site.meter[index].rules;

    instrument->register_count += elapsed_ms * random_below(&plant->seed, 90) / 1000;
    switch (random_below(&plant->seed, 3000)) {
    case 0:
        instrument->register_count = rules->resettable ? 0 : instrument->register_count + 500000;
        break;
    case 1:
        instrument->silent_until_ms = plant->wall_ms + random_below(&plant->seed, 2 * HOUR_MS);
        break;
    case 2:
        instrument->calibrating_until_ms = plant->wall_ms + random_below(&plant->seed, HOUR_MS / 4);
        break;
    case 3:
        instrument->register_count -= instrument->register_count > 300 ? random_below(&plant->seed, 300) : 0;
        break;
    default:
        break;
    }
    instrument->register_count %= rules->modulus;
}

static bool instrument_step(struct plant *plant, size_t index, bool reread)
{
    struct instrument *instrument = &plant->instrument[index];
    bool garbage = !reread && random_below(&plant->seed, 500) == 0;
    struct totaliser_input input = {
        .at_ms = plant->boot_ms,
        .good = plant->wall_ms >= instrument->silent_until_ms,
        .calibrating = plant->wall_ms < instrument->calibrating_until_ms,
        .reread = reread,
        .count = garbage ? random_below(&plant->seed, INT64_C(1) << 33) : instrument->register_count,
        .step = 1,
        .reset_ms = INT64_MIN,
    };
    struct totaliser_outcome outcome =
        totaliser_step(&plant->site.meter[index].rules, &instrument->state, &instrument->memory, &input);
    ledger_post(plant->ledger, index, &outcome, &instrument->state, input.count, plant_now(plant));
    return outcome.reread;
}

static void print_finding(void *context, const struct finding *finding)
{
    (void)context;
    print_message("# %s %s: %s (%s)\n", finding->check, finding->meter, finding->text, finding->look);
}

static void the_book_holds_through_everything(void **state)
{
    struct plant *plant = *state;

    plant->seed = seed_take();
    plant->wall_ms = SITE_DAY_MS;
    plant->boot_ms = 1000000;
    plant_start(plant, true);
    for (int scan = 0; scan < SCANS; scan++) {
        int64_t elapsed_ms = 9000 + random_below(&plant->seed, 2000);
        plant->wall_ms += elapsed_ms;
        plant->boot_ms += elapsed_ms;
        for (size_t i = 0; i < METERS; i++) {
            instrument_live(plant, i, elapsed_ms);
            if (instrument_step(plant, i, false))
                instrument_step(plant, i, true);
        }
        if (scan % 6 == 0)
            plant_commit(plant, false);
        if (random_below(&plant->seed, 1000) == 0)
            plant_restart(plant);
    }
    db_clear(plant->store->db);
    struct batch *batch = ledger_take(plant->ledger, plant->wall_ms, true);
    assert_true(store_write(plant->store, batch, plant->wall_ms));
    batch_free(batch);

    struct db *db = store_read(plant->database);
    struct verification result = verify_run(db, &(struct verify_to){.report = print_finding});
    assert_string_equal(db_error(db), "");
    print_message("# %" PRId64 " segments, %" PRId64 " tallies, %" PRId64 " gaps, %" PRId64 " journal rows\n",
                  result.segments, result.tallies, result.gaps, result.entries);
    assert_int_equal(result.findings, 0);
    assert_true(result.segments > METERS && result.gaps > 0 && result.entries > 0);
    for (size_t i = 0; i < METERS; i++) {
        const int64_t meter = plant->store->meter[i];
        assert_int_equal(db_value(db, "SELECT sum(metered) FROM tally WHERE meter = ?", 1, &meter),
                         plant->instrument[i].state.total);
    }
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_book_holds_through_everything, plant_setup, plant_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
