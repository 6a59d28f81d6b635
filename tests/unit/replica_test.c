/* SPDX-License-Identifier: Apache-2.0 */
/* The schedules that break simpler protocols, each as it goes right with this one. */
#define REPLICA_KEYS 256
#include "tests/unit/replica_world.h"

#include "tests/unit/seed.h"

static struct world world;
static struct mine *const mine = &world.mine[0];
static struct mine *const copy = &world.mine[1];

/* --- what the tests are told in --- */

static void begin(size_t batch_rows)
{
    world_begin(&world, batch_rows);
}

static int end(void **state)
{
    (void)state;
    world_end(&world);
    return 0;
}

static void rest(void)
{
    assert_true(world_rest(&world));
}

/* The newest message on its way reaches the county, and its answer the site. */
static void county_takes(const struct letter *letter)
{
    county_take(&world, letter, false);
    county_check(&world);
}

static struct letter sent_by(struct mine *from)
{
    assert_true(mine_send(from));
    return letter_take(&world, world.letters - 1);
}

static void opened(struct mine *from)
{
    const struct letter opening = sent_by(from);
    assert_int_equal(opening.kind, LETTER_OPENING);
    county_takes(&opening);
    answer_deliver(&world, &world.outcome.answer);
}

/* The next batch of it, taken and answered. */
static void step_of(struct mine *from)
{
    const struct letter batch = sent_by(from);
    assert_int_equal(batch.kind, LETTER_BATCH);
    county_takes(&batch);
    answer_deliver(&world, &world.outcome.answer);
}

static void arrived(struct mine *from, int64_t total)
{
    rest();
    assert_true(mine_arrived(from));
    assert_int_equal(mine_total(from), total);
    assert_int_equal(counted_total(&world), total);
}

static void refused(const struct letter *letter, enum replica_reason reason)
{
    const int64_t total = counted_total(&world);
    county_takes(letter);
    assert_int_equal(world.outcome.answer.reason, reason);
    assert_int_equal(counted_total(&world), total);
}

static void accept(struct mine *of)
{
    char id[REPLICA_ID_SIZE];
    const char *why;
    id_text(of->ledger.database, id);
    assert_true(replica_county_accept(&world.store, id, &why));
    assert_null(why);
    county_check(&world);
}

static const char *reject(struct mine *of)
{
    char id[REPLICA_ID_SIZE];
    const char *why;
    id_text(of->ledger.database, id);
    assert_true(replica_county_reject(&world.store, id, &why));
    county_check(&world);
    return why;
}

/* --- the schedules --- */

/* k is at rev 2 in the backup, moves to 5, and the batch up to 3 goes out without it; then the restore. */
static void a_row_that_moved_before_the_restore_is_sent(void **state)
{
    (void)state;
    begin(2);
    mine_open(mine); /* rev 1 */
    mine_set(mine, 0, 10);
    mine_set(mine, 1, 20);
    mine_set(mine, 2, 30);
    mine->backup = mine->ledger;
    mine_set(mine, 0, 11);
    opened(mine);
    step_of(mine);
    assert_int_equal(held_by(&world, mine->ledger.database)->meta.live.position.rev, 3);
    mine_restore(mine);
    arrived(mine, 60);
    assert_int_equal(world.switches, 1);
}

static void rows_that_a_restore_undid_are_not_counted(void **state)
{
    struct letter late, of_restored;
    (void)state;
    begin(8);
    mine_open(mine);
    mine->backup = mine->ledger;
    mine_set(mine, 0, 500);
    opened(mine);
    late = sent_by(mine);
    mine_restore(mine);
    mine_set(mine, 1, 7);
    mine_set(mine, 2, 8);
    opened(mine);
    of_restored = sent_by(mine);
    county_takes(&late);
    assert_int_equal(counted_total(&world), 500);
    refused(&of_restored, REPLICA_ELSEWHERE);
    arrived(mine, 15);
}

static void rows_read_at_another_head_do_not_fit(void **state)
{
    struct letter late;
    (void)state;
    begin(8);
    mine_open(mine);
    rest();
    world.county_backup = world.county; /* at rev 1 */
    for (uint32_t i = 0; i < 4; i++)
        mine_set(mine, i, 10);
    step_of(mine); /* 1-5 */
    mine_set(mine, 4, 10);
    late = sent_by(mine); /* 5-6 read at head 6 */
    world.county = world.county_backup;
    mine_set(mine, 0, 100);
    mine_set(mine, 1, 100);
    world.batch_rows = 2;
    replica_site_connected(mine->site, world.now_ms);
    opened(mine);
    step_of(mine); /* 1-5 read at head 8, without the two that moved */
    assert_int_equal(world.outcome.answer.live.rev, 5);
    assert_int_equal(world.outcome.answer.live.head, 8);
    refused(&late, REPLICA_ELSEWHERE);
    arrived(mine, 230);
}

/* The county stands at the restored ledger's own number and head, and holds other rows. */
static void by_number(bool random_ids)
{
    const uint32_t second = 1000;
    begin(8);
    mine_open(mine);
    mine->backup = mine->ledger;
    mine_open_as(mine, second);
    mine_set(mine, 0, 500);
    rest();
    mine->ledger = mine->backup;
    mine_open_as(mine, random_ids ? second + 1 : second);
    mine_set(mine, 1, 7);
    mine_set(mine, 2, 8);
}

static void an_incarnation_is_random_not_a_number(void **state)
{
    (void)state;
    by_number(true);
    arrived(mine, 15);
    world_end(&world);
    by_number(false);
    world.may_lie = true;
    rest();
    assert_int_equal(counted_total(&world), 500 + 8); /* what the rule keeps away: 7 is lost, 500 stays */
    assert_false(mine_arrived(mine));
}

static void a_restart_in_the_midst_goes_on(void **state)
{
    size_t sent;
    (void)state;
    begin(2);
    mine_open(mine);
    for (uint32_t i = 0; i < 5; i++)
        mine_set(mine, i, 10);
    opened(mine);
    step_of(mine); /* up to rev 2 */
    mine_open(mine);
    mine_open(mine); /* its own first rev is 8 */
    sent = world.batches_sent;
    opened(mine);
    step_of(mine); /* up to rev 4 */
    replica_site_connected(mine->site, world.now_ms);
    arrived(mine, 50);
    assert_int_equal(world.batches_sent - sent, 3); /* revs 3-8, none of it twice, and nothing at later openings */
    assert_int_equal(world.switches, 0);
}

static void a_ledger_restored_to_nothing_replaces_the_old(void **state)
{
    (void)state;
    begin(8);
    mine_open(mine);
    mine_set(mine, 0, 500);
    arrived(mine, 500);
    mine_restore(mine); /* the backup is of before the first opening */
    arrived(mine, 0);
}

static void a_county_restored_under_a_quiet_site_catches_up(void **state)
{
    int64_t restored_ms;
    (void)state;
    begin(8);
    mine_open(mine);
    mine_set(mine, 0, 10);
    arrived(mine, 10);
    world.county_backup = world.county;
    mine_set(mine, 1, 20);
    arrived(mine, 30);
    world.county = world.county_backup;
    restored_ms = world.now_ms;
    while (!mine_arrived(mine)) {
        world.now_ms = replica_site_due(mine->site);
        opened(mine);
        while (mine_send(mine)) {
            const struct letter letter = letter_take(&world, 0);
            letter_deliver(&world, &letter);
            county_check(&world);
        }
        assert_true(world.now_ms - restored_ms <= 600 * 1000);
    }
    arrived(mine, 30);
}

static void two_copies_begin(void)
{
    begin(8);
    mine_open(mine);
    mine_set(mine, 0, 10);
    mine->backup = mine->ledger;
    mine_set(mine, 1, 20);
    arrived(mine, 30);
    copy->ledger = mine->backup;
    mine_open(copy);
    for (uint32_t i = 2; i < 20; i++) {
        rest();
        mine_set(mine, i, 1);
        mine_set(copy, i, 3);
        if (i % 4 == 0) {
            mine_open(mine);
            mine_open(copy);
        }
    }
    rest();
}

static void two_copies_do_not_switch_back_and_forth(void **state)
{
    struct held *held;
    (void)state;
    two_copies_begin();
    held = held_by(&world, mine->ledger.database);
    assert_int_equal(world.switches, 1);
    assert_true(replica_waits(&held->meta));
    assert_int_equal(counted_total(&world), mine_total(copy));
    assert_true(cells_equal(held->branch.cell, mine->ledger.sheet.cell));
    assert_true(world.batches_sent < 100);
}

static void of_two_copies_a_person_chooses_and_may_take_it_back(void **state)
{
    struct held *held;
    (void)state;
    two_copies_begin();
    held = held_by(&world, mine->ledger.database);
    accept(mine);
    assert_int_equal(counted_total(&world), mine_total(mine));
    rest();
    assert_int_equal(counted_total(&world), mine_total(mine));
    assert_true(replica_waits(&held->meta)); /* the copy now */
    assert_null(reject(mine));
    assert_int_equal(counted_total(&world), mine_total(copy));
    assert_null(reject(mine)); /* what waits now is dropped; by line it comes again */
    assert_false(replica_waits(&held->meta));
    assert_int_equal(counted_total(&world), mine_total(copy));
    assert_non_null(reject(mine)); /* nothing is left to take back */
    mine_set(mine, 30, 1);
    mine_open(mine);
    rest();
    assert_int_equal(counted_total(&world), mine_total(copy));
    accept(mine);
    mine_stop(copy);
    arrived(mine, mine_total(mine));
    mine_open(mine); /* what was accepted is not asked for again */
    arrived(mine, mine_total(mine));
}

/* A copy went on from the ledger that the daemon still has open: all that it has the county has, and more. */
static void a_ledger_that_a_copy_went_on_from_is_old(void **state)
{
    struct replica_site_view view;
    (void)state;
    begin(8);
    mine_open(mine);
    mine_set(mine, 0, 10);
    rest();
    copy->ledger = mine->ledger;
    mine_open(copy);
    mine_set(copy, 1, 20);
    rest();
    replica_site_connected(mine->site, world.now_ms);
    rest();
    replica_site_view(mine->site, &view);
    assert_int_equal(view.refused, REPLICA_OLD);
    assert_int_equal(world.switches, 0);
    assert_true(mine_arrived(copy));
    assert_int_equal(counted_total(&world), 30);
}

static void a_redelivered_first_batch_begins_nothing(void **state)
{
    struct letter first;
    (void)state;
    begin(2);
    mine_open(mine);
    for (uint32_t i = 0; i < 6; i++)
        mine_set(mine, i, 10);
    opened(mine);
    first = sent_by(mine);
    county_takes(&first);
    refused(&first, REPLICA_ELSEWHERE);
    answer_deliver(&world, &world.outcome.answer);
    arrived(mine, 60);
    refused(&first, REPLICA_ELSEWHERE);
    assert_true(replica_position_none(&world.outcome.answer.branch));
    arrived(mine, 60);
    assert_int_equal(world.switches, 0);
}

static void a_redelivered_first_batch_of_a_branch_begins_nothing(void **state)
{
    struct letter first;
    (void)state;
    begin(2);
    mine_open(mine);
    mine_set(mine, 0, 500);
    arrived(mine, 500);
    mine_restore(mine);
    for (uint32_t i = 1; i < 7; i++)
        mine_set(mine, i, 10);
    opened(mine);
    first = sent_by(mine);
    county_takes(&first);
    answer_deliver(&world, &world.outcome.answer);
    step_of(mine);
    refused(&first, REPLICA_FITS); /* covered */
    assert_int_equal(world.outcome.did, REPLICA_DID_NOTHING);
    assert_int_equal(world.outcome.answer.branch.rev, 4);
    mine_open(mine);
    for (uint32_t i = 7; i < 11; i++)
        mine_set(mine, i, 10);
    opened(mine);
    step_of(mine); /* the same branch, by the next incarnation */
    step_of(mine);
    refused(&first, REPLICA_OLD);
    assert_int_equal(world.outcome.answer.branch.rev, 8);
    arrived(mine, 100);
}

static void a_switch_is_staged(void **state)
{
    (void)state;
    begin(1);
    mine_open(mine);
    mine_set(mine, 0, 100);
    mine->backup = mine->ledger;
    for (uint32_t i = 1; i < 5; i++)
        mine_set(mine, i, 100);
    arrived(mine, 500);
    mine_restore(mine);
    opened(mine);
    for (int i = 0; i < 2; i++) { /* its two incarnations but the last, and the one row of coal */
        step_of(mine);
        assert_int_equal(world.outcome.did, REPLICA_DID_STAGE);
        assert_int_equal(counted_total(&world), 500);
    }
    step_of(mine);
    assert_int_equal(world.outcome.did, REPLICA_DID_SWITCH);
    assert_int_equal(counted_total(&world), 100);
    arrived(mine, 100);
}

enum { ROWS = 202, NEEDED = ROWS + 1 /* batches of one row */ };

/* Batches sent until the ledger has arrived, of each twenty messages one being lost; the next that arrives is one
 * of the oldest `mixed`. */
static size_t batches_on_a_poor_line(long mixed)
{
    begin(1);
    mine_open(mine);
    for (uint32_t i = 0; i < ROWS; i++)
        mine_set(mine, i, 1);
    while (!mine_arrived(mine) && world.batches_sent < 100 * NEEDED) {
        while (mine_send(mine))
            if (random() % 20 == 0)
                world.letters--;
        if (!world.letters) {
            world.now_ms = replica_site_due(mine->site);
            continue;
        }
        const struct letter letter = letter_take(&world, (size_t)(random() % mixed) % world.letters);
        letter_deliver(&world, &letter);
        if (letter.kind != LETTER_ANSWER && random() % 20 == 0)
            world.letters--;
    }
    arrived(mine, ROWS);
    return world.batches_sent;
}

static void answers_of_other_sessions_are_ignored(void **state)
{
    size_t in_order, mixed;

    (void)state;
    seed_random();
    in_order = batches_on_a_poor_line(1);
    world_end(&world);
    mixed = batches_on_a_poor_line(3);
    print_message("# %zu batches sent, %zu out of order; %d needed\n", in_order, mixed, NEEDED);
    assert_true(in_order < 3 * NEEDED);
    assert_true(mixed < 5 * NEEDED);
}

static void neither_a_row_that_cannot_be_counted_nor_its_older_version_counts(void **state)
{
    (void)state;
    begin(8);
    mine_open(mine);
    mine_set(mine, 0, 100);
    mine_set(mine, 1, 10);
    arrived(mine, 110);
    mine_set(mine, 0, ABSURD);
    rest();
    assert_true(mine_arrived(mine)); /* confirmed all the same */
    assert_int_equal(world.uncounted, 1);
    assert_int_equal(counted_total(&world), 10);
    mine_set(mine, 0, 50);
    arrived(mine, 60);
}

static void restored_under_a_new_id(bool new_id)
{
    begin(8);
    mine_open(mine);
    mine_set(mine, 0, 100);
    arrived(mine, 100);
    mine->backup = mine->ledger;
    if (new_id)
        mine->backup.database = world.next_id++;
    mine_restore(mine);
}

static void a_restored_ledger_keeps_its_database_id(void **state)
{
    (void)state;
    restored_under_a_new_id(false);
    arrived(mine, 100);
    world_end(&world);
    restored_under_a_new_id(true);
    world.may_lie = true;
    rest();
    assert_int_equal(counted_total(&world), 100);
    accept(mine);
    assert_string_equal(county_lie(&world), "the same coal is counted in two databases");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_row_that_moved_before_the_restore_is_sent, end),
        cmocka_unit_test_teardown(rows_that_a_restore_undid_are_not_counted, end),
        cmocka_unit_test_teardown(rows_read_at_another_head_do_not_fit, end),
        cmocka_unit_test_teardown(an_incarnation_is_random_not_a_number, end),
        cmocka_unit_test_teardown(a_restart_in_the_midst_goes_on, end),
        cmocka_unit_test_teardown(a_ledger_restored_to_nothing_replaces_the_old, end),
        cmocka_unit_test_teardown(a_county_restored_under_a_quiet_site_catches_up, end),
        cmocka_unit_test_teardown(two_copies_do_not_switch_back_and_forth, end),
        cmocka_unit_test_teardown(of_two_copies_a_person_chooses_and_may_take_it_back, end),
        cmocka_unit_test_teardown(a_ledger_that_a_copy_went_on_from_is_old, end),
        cmocka_unit_test_teardown(a_redelivered_first_batch_begins_nothing, end),
        cmocka_unit_test_teardown(a_redelivered_first_batch_of_a_branch_begins_nothing, end),
        cmocka_unit_test_teardown(a_switch_is_staged, end),
        cmocka_unit_test_teardown(answers_of_other_sessions_are_ignored, end),
        cmocka_unit_test_teardown(neither_a_row_that_cannot_be_counted_nor_its_older_version_counts, end),
        cmocka_unit_test_teardown(a_restored_ledger_keeps_its_database_id, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
