/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a site that runs, restarts and is restored come to a county in any order, twice or not at all: whenever the
 * county stands where a file ends, it has what the site had then, and the newest whole file brings it all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/ingest.h"
#include "tests/unit/files.h"

enum { FILES_MAX = 16 };

static uint64_t seed;

struct sheet {
    char path[128];
    struct travel_file_heading heading;
    struct text rows; /* all of the site's ledger then */
};

struct world {
    struct rig site;
    struct copying county;
    struct sheet sheet[FILES_MAX];
    size_t sheets;
    char backup[128];
    bool backed;
};

static void site_open(struct world *world)
{
    struct rig *rig = &world->site;
    char why[512] = "";
    if (store_open(&rig->site.config, wall(SITE_DAY_MS + rig->minute * MINUTE_MS), &rig->store, why, sizeof why) !=
        STORE_OK)
        fail_msg("%s", why);
}

static void site_restart(struct world *world)
{
    store_close(world->site.store);
    site_open(world);
}

static void site_backup(struct world *world)
{
    unlink(world->backup);
    assert_true(db_backup(world->site.store->db, world->backup, NULL));
    world->backed = true;
}

static void site_restore(struct world *world)
{
    char command[400];
    if (!world->backed)
        return;
    store_close(world->site.store);
    snprintf(command, sizeof command, "rm -f '%s'*; cp '%s' '%s'", world->site.database, world->backup,
             world->site.database);
    assert_int_equal(system(command), 0);
    site_open(world);
}

static void site_export(struct world *world)
{
    struct sheet *sheet = &world->sheet[world->sheets];
    char folder[sizeof world->site.folder];
    const int64_t head = db_value(world->site.store->db, "SELECT rev FROM revision", 0, NULL);
    int64_t from = 0;
    if (world->sheets && random_below(&seed, 4))
        from = world->sheet[random_below(&seed, (int64_t)world->sheets)].heading.to.rev;
    memcpy(folder, world->site.folder, sizeof folder); /* gcc takes the two for overlapping */
    snprintf(sheet->path, sizeof sheet->path, "%s/%zu.rows", folder, world->sheets);
    sheet->heading = file_make(world->site.store->db, 0, "site-a", from < head ? from : 0, sheet->path);
    rows_text(world->site.store->db, 0, 0, &sheet->rows);
    world->sheets++;
}

static void site_step(struct world *world)
{
    switch (random_below(&seed, 6)) {
    case 0:
        site_restart(world);
        break;
    case 1:
        site_backup(world);
        break;
    case 2:
        site_restore(world);
        break;
    default:
        rig_run(&world->site, 1 + random_below(&seed, 120));
        break;
    }
}

/* Is what counts what the site had at some time? */
static void county_check(struct world *world, const struct replica_database *database)
{
    struct text rows = {0};
    for (size_t i = 0; i < world->sheets; i++) {
        if (!replica_position_equal(&world->sheet[i].heading.to, &database->live.position))
            continue;
        text_clear(&rows);
        rows_text(world->county.rig.store->db, database->number, 0, &rows);
        assert_string_equal(rows.at, world->sheet[i].rows.at);
    }
    text_free(&rows);
}

static struct ingested county_ingest(struct world *world, const struct sheet *sheet)
{
    struct ingested ingested;
    char why[256] = "";
    const int64_t now_ms = SITE_DAY_MS + 300 * HOUR_MS;
    struct travel_file *file = file_open(sheet->path);
    struct replicas *replicas = world->county.replicas;
    replicas_begin(replicas, now_ms);
    const enum ingest_outcome outcome =
        ingest(replicas, world->county.rig.store->db, file, now_ms, true, NULL, &ingested, why, sizeof why);
    assert_true(outcome == INGEST_TAKEN || outcome == INGEST_REFUSED);
    assert_true(replicas_commit(replicas, now_ms));
    if (outcome == INGEST_REFUSED)
        assert_true(ingested.outcome.answer.reason == REPLICA_OLD ||
                    ingested.outcome.answer.reason == REPLICA_ELSEWHERE);
    county_check(world, &ingested.outcome.database);
    travel_file_close(file);
    return ingested;
}

/* The newest one is whole, and is the last to come. */
static void county_finish(struct world *world)
{
    struct sheet *last = &world->sheet[world->sheets];
    const int64_t now_ms = SITE_DAY_MS + 300 * HOUR_MS;
    const char *why;
    char folder[sizeof world->site.folder];
    memcpy(folder, world->site.folder, sizeof folder);
    snprintf(last->path, sizeof last->path, "%s/last.rows", folder);
    last->heading = file_make(world->site.store->db, 0, "site-a", 0, last->path);
    rows_text(world->site.store->db, 0, 0, &last->rows);
    world->sheets++;
    struct ingested ingested = county_ingest(world, last);
    if (ingested.outcome.did == REPLICA_DID_WAIT) {
        replicas_begin(world->county.replicas, now_ms);
        assert_true(replicas_accept(world->county.replicas, last->heading.database, &why));
        assert_null(why);
        assert_true(replicas_commit(world->county.replicas, now_ms));
        ingested = county_ingest(world, last);
    }
    assert_true(replica_consistent(&ingested.outcome.database));
    assert_true(replica_position_equal(&ingested.outcome.database.live.position, &last->heading.to));
    assert_false(ingested.outcome.database.chain_differs);
    county_check(world, &ingested.outcome.database);
}

static void files_in_any_order(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    (void)state;
    copying_open(&world->county, &seed);
    rig_open(&world->site, &seed, 2, 'a');
    snprintf(world->backup, sizeof world->backup, "%s/backup.db", world->site.folder);
    while (world->sheets < FILES_MAX - 1) {
        for (int64_t steps = random_below(&seed, 4); steps > 0; steps--)
            site_step(world);
        site_export(world);
        /* Some come soon, others late, twice or never. */
        for (int64_t come = random_below(&seed, 3); come > 0; come--)
            county_ingest(world, &world->sheet[random_below(&seed, (int64_t)world->sheets)]);
    }
    county_finish(world);
    for (size_t i = 0; i < world->sheets; i++)
        text_free(&world->sheet[i].rows);
    copying_close(&world->county);
    rig_close(&world->site);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_in_any_order), cmocka_unit_test(files_in_any_order),
        cmocka_unit_test(files_in_any_order), cmocka_unit_test(files_in_any_order),
        cmocka_unit_test(files_in_any_order), cmocka_unit_test(files_in_any_order),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
