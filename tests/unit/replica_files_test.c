/* SPDX-License-Identifier: Apache-2.0 */
/* The schedules that break simpler protocols, over the files that sites and a county have. */
#include "tests/unit/replica_files.h"

static uint64_t seed;
static struct files files;
static struct station *const mine = &files.station[0];
static struct station *const copy = &files.station[1];

/* --- what the tests are told in --- */

static void begin(size_t batch_rows)
{
    files_begin(&files, ++seed, batch_rows);
}

static int end(void **state)
{
    (void)state;
    files_end(&files);
    return 0;
}

static void county_takes(const struct letter *letter)
{
    assert_true(county_take(&files, letter, false));
    county_check(&files);
}

static struct letter sent_by(struct station *from)
{
    assert_true(station_send(from));
    return letter_take(&files, files.letters - 1);
}

static void answered(void)
{
    answer_send(&files, mine->site);
    struct letter answer = letter_take(&files, files.letters - 1);
    answer_deliver(&files, &answer);
    text_free(&answer.text);
}

/* The next message of it, taken and answered. */
static void step_of(struct station *from)
{
    struct letter letter = sent_by(from);
    county_takes(&letter);
    answered();
    text_free(&letter.text);
}

static void rest(void)
{
    assert_true(files_rest(&files));
}

static void arrived(struct station *from, int64_t total)
{
    rest();
    assert_true(station_arrived(from));
    assert_int_equal(station_total(from), total);
    assert_int_equal(counted_total(&files), total);
}

static void refused(struct letter *letter, enum replica_reason reason)
{
    const int64_t total = counted_total(&files);
    county_takes(letter);
    assert_int_equal(files.outcome.answer.reason, reason);
    assert_int_equal(counted_total(&files), total);
}

static struct replica_database held(void)
{
    return county_database(&files, station_database(mine));
}

static void accept(struct station *of)
{
    const char *why;
    county_decide(&files, station_database(of), true, &why);
    assert_null(why);
    county_check(&files);
}

static const char *reject(struct station *of)
{
    const char *why;
    county_decide(&files, station_database(of), false, &why);
    county_check(&files);
    return why;
}

/* --- the schedules --- */

/* k has its rev in the backup, moves, and batches go out up to just before where it was moved to. */
static void a_row_that_moved_before_the_restore_is_sent(void **state)
{
    (void)state;
    begin(1);
    station_open(mine);
    station_set(mine, 0, 10);
    station_set(mine, 1, 20);
    station_set(mine, 2, 30);
    station_backup(mine);
    const int64_t backup_rev = station_rev(mine);
    station_set(mine, 0, 11);
    do
        step_of(mine);
    while (held().live.position.rev < backup_rev);
    assert_int_equal(held().live.position.rev, backup_rev);
    station_restore(mine);
    files.batch_rows = 500;
    arrived(mine, 60);
    assert_int_equal(files.switches, 1);
}

static void rows_that_a_restore_undid_are_not_counted(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_backup(mine);
    station_set(mine, 0, 500);
    step_of(mine);
    struct letter late = sent_by(mine);
    station_restore(mine);
    station_set(mine, 1, 7);
    station_set(mine, 2, 8);
    step_of(mine);
    struct letter of_restored = sent_by(mine);
    county_takes(&late);
    assert_int_equal(counted_total(&files), 500);
    refused(&of_restored, REPLICA_ELSEWHERE);
    arrived(mine, 15);
    assert_true(files.superseded > 0);
    text_free(&late.text);
    text_free(&of_restored.text);
}

static void rows_read_at_another_head_do_not_fit(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    rest();
    county_keep(&files);
    const int64_t first = station_rev(mine);
    for (int i = 0; i < 4; i++)
        station_set(mine, i, 10);
    step_of(mine);
    station_set(mine, 4, 10);
    struct letter late = sent_by(mine);
    county_restore(&files);
    station_set(mine, 0, 100);
    station_set(mine, 1, 100);
    files.batch_rows = 2;
    replica_site_connected(mine->replica, files.now_ms);
    step_of(mine);
    step_of(mine); /* up to where the late one begins, without the two that moved */
    assert_int_equal(files.outcome.answer.live.rev, first + 4);
    assert_int_equal(files.outcome.answer.live.head, first + 7);
    refused(&late, REPLICA_ELSEWHERE);
    text_free(&late.text);
    arrived(mine, 230);
}

/* A restored backup that is opened has the head of the one that went on, and another incarnation. */
static void an_incarnation_is_random_not_a_number(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_backup(mine);
    station_open(mine);
    station_set(mine, 0, 500);
    rest();
    const int64_t head = station_rev(mine);
    station_restore(mine);
    while (station_rev(mine) < head + 1)
        station_set(mine, 1, station_rev(mine));
    arrived(mine, station_total(mine));
    assert_int_equal(files.switches, 1);
}

static void a_restart_in_the_midst_goes_on(void **state)
{
    (void)state;
    begin(2);
    station_open(mine);
    for (int i = 0; i < 5; i++)
        station_set(mine, i, 10);
    step_of(mine);
    step_of(mine);
    const int64_t taken = held().live.position.rev;
    station_open(mine);
    station_open(mine); /* its own first rev is above all that was sent */
    files.batch_rows = 500;
    const size_t sent = files.batches_sent;
    arrived(mine, 50);
    assert_int_equal(files.batches_sent - sent, 1); /* none of it twice, and nothing at later openings */
    assert_true(taken > 0);
    assert_int_equal(files.switches, 0);
}

static void a_ledger_restored_to_nothing_replaces_the_old(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_backup(mine);
    station_set(mine, 0, 500);
    arrived(mine, 500);
    station_restore(mine);
    arrived(mine, 0);
}

static void a_county_restored_under_a_quiet_site_catches_up(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_set(mine, 0, 10);
    arrived(mine, 10);
    county_keep(&files);
    station_set(mine, 1, 20);
    arrived(mine, 30);
    county_restore(&files);
    const int64_t restored_ms = files.now_ms;
    assert_int_equal(counted_total(&files), 10);
    while (!station_arrived(mine)) {
        files.now_ms = replica_site_due(mine->replica);
        assert_true(files.now_ms - restored_ms <= 600 * 1000);
        while (station_send(mine)) {
            struct letter letter = letter_take(&files, 0);
            county_takes(&letter);
            answered();
            text_free(&letter.text);
        }
    }
    arrived(mine, 30);
}

static void two_copies_begin(void)
{
    begin(500);
    station_open(mine);
    station_set(mine, 0, 10);
    station_backup(mine);
    station_set(mine, 1, 20);
    arrived(mine, 30);
    station_copy(mine, copy, true);
    for (int i = 2; i < 8; i++) {
        rest();
        station_set(mine, i, 1);
        station_set(copy, i, 3);
        if (i % 4 == 0) {
            station_open(mine);
            station_open(copy);
        }
    }
    rest();
}

static void two_copies_do_not_switch_back_and_forth(void **state)
{
    (void)state;
    two_copies_begin();
    assert_int_equal(files.switches, 1);
    const struct replica_database database = held();
    assert_true(replica_waits(&database));
    assert_int_equal(counted_total(&files), station_total(copy));
    assert_true(files.batches_sent < 100);
}

static void of_two_copies_a_person_chooses_and_may_take_it_back(void **state)
{
    (void)state;
    two_copies_begin();
    accept(mine);
    assert_int_equal(counted_total(&files), station_total(mine));
    rest();
    assert_int_equal(counted_total(&files), station_total(mine));
    const struct replica_database database = held();
    assert_true(replica_waits(&database)); /* the copy now */
    assert_null(reject(mine));
    assert_int_equal(counted_total(&files), station_total(copy));
    assert_null(reject(mine)); /* what waits now is dropped; by line it comes again */
    assert_int_equal(counted_total(&files), station_total(copy));
    assert_non_null(reject(mine)); /* nothing is left to take back */
    station_set(mine, 30, 1);
    station_open(mine);
    rest();
    assert_int_equal(counted_total(&files), station_total(copy));
    accept(mine);
    station_stop(copy);
    arrived(mine, station_total(mine));
    station_open(mine); /* what was accepted is not asked for again */
    arrived(mine, station_total(mine));
}

static void a_ledger_that_a_copy_went_on_from_is_old(void **state)
{
    struct replica_site_view view;
    (void)state;
    begin(500);
    station_open(mine);
    station_set(mine, 0, 10);
    rest();
    station_copy(mine, copy, false);
    station_set(copy, 1, 20);
    rest();
    replica_site_connected(mine->replica, files.now_ms);
    rest();
    replica_site_view(mine->replica, &view);
    assert_int_equal(view.refused, REPLICA_OLD);
    assert_int_equal(files.switches, 0);
    assert_true(station_arrived(copy));
    assert_int_equal(counted_total(&files), 30);
}

static void a_redelivered_first_batch_begins_nothing(void **state)
{
    (void)state;
    begin(8);
    station_open(mine);
    for (int i = 0; i < 6; i++)
        station_set(mine, i, 10);
    step_of(mine);
    struct letter first = sent_by(mine);
    county_takes(&first);
    refused(&first, REPLICA_ELSEWHERE);
    answered();
    arrived(mine, 60);
    refused(&first, REPLICA_ELSEWHERE);
    assert_true(replica_position_none(&files.outcome.answer.branch));
    arrived(mine, 60);
    assert_int_equal(files.switches, 0);
    text_free(&first.text);
}

static void a_redelivered_first_batch_of_a_branch_begins_nothing(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_backup(mine);
    station_set(mine, 0, 500);
    arrived(mine, 500);
    station_restore(mine);
    for (int i = 1; i < 7; i++)
        station_set(mine, i, 10);
    const int64_t head = station_rev(mine);
    files.batch_rows = 8;
    step_of(mine);
    struct letter first = sent_by(mine);
    county_takes(&first);
    answered();
    step_of(mine);
    const int64_t staged = held().branch.position.rev;
    refused(&first, REPLICA_FITS); /* covered */
    assert_int_equal(files.outcome.did, REPLICA_DID_NOTHING);
    assert_int_equal(held().branch.position.rev, staged);
    station_open(mine);
    for (int i = 7; i < 11; i++)
        station_set(mine, i, 10);
    files.batch_rows = 2;
    step_of(mine);
    while (held().branch.position.rev <= head) /* the same branch, by the next incarnation */
        step_of(mine);
    const int64_t rev = held().branch.position.rev;
    refused(&first, REPLICA_OLD);
    assert_int_equal(held().branch.position.rev, rev);
    arrived(mine, 100);
    refused(&first, REPLICA_ELSEWHERE);
    arrived(mine, 100);
    text_free(&first.text);
}

static void a_switch_is_staged(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_set(mine, 0, 100);
    station_backup(mine);
    for (int i = 1; i < 5; i++)
        station_set(mine, i, 100);
    arrived(mine, 500);
    station_restore(mine);
    files.batch_rows = 1;
    step_of(mine);
    while (files.switches == 0) {
        assert_int_equal(counted_total(&files), 500);
        step_of(mine);
        assert_int_equal(files.outcome.did, files.switches ? REPLICA_DID_SWITCH : REPLICA_DID_STAGE);
    }
    assert_int_equal(counted_total(&files), 100);
    arrived(mine, 100);
}

/* Of each twenty messages one is lost, and the next that arrives is one of the oldest `mixed`. */
static size_t batches_on_a_poor_line(int64_t mixed, size_t *needed)
{
    begin(1);
    station_open(mine);
    for (int i = 0; i < 60; i++)
        station_set(mine, i, 1);
    char rows[DIGEST_HEX_BYTES];
    *needed = rows_digest(mine->rig.store->db, 0, rows) + 1;
    while (!station_arrived(mine) && files.batches_sent < 100 * *needed) {
        while (station_send(mine))
            if (random_below(&files.seed, 20) == 0)
                letter_drop(&files, files.letters - 1);
        if (!files.letters) {
            files.now_ms = replica_site_due(mine->replica);
            continue;
        }
        struct letter letter = letter_take(&files, (size_t)random_below(&files.seed, mixed) % files.letters);
        letter_deliver(&files, &letter);
        if (!letter.answer && random_below(&files.seed, 20) == 0)
            letter_drop(&files, files.letters - 1);
        text_free(&letter.text);
    }
    arrived(mine, 60);
    return files.batches_sent;
}

static void answers_of_other_sessions_are_ignored(void **state)
{
    size_t needed;
    (void)state;
    const size_t in_order = batches_on_a_poor_line(1, &needed);
    assert_true(in_order < 3 * needed);
    files_end(&files);
    const size_t mixed = batches_on_a_poor_line(3, &needed);
    print_message("# %zu batches sent, %zu out of order; %zu needed\n", in_order, mixed, needed);
    assert_true(mixed < 5 * needed);
}

static void neither_a_row_that_cannot_be_counted_nor_its_older_version_counts(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_set(mine, 0, 100);
    station_set(mine, 1, 10);
    arrived(mine, 110);
    station_set(mine, 0, ABSURD);
    rest();
    assert_true(station_arrived(mine)); /* confirmed all the same */
    assert_int_equal(files.uncounted, 1);
    assert_int_equal(counted_total(&files), 10);
    station_set(mine, 0, 50);
    arrived(mine, 60);
}

/* Its former one stays counted, and after an accept takes no more; a reject takes that back. */
static void another_database_is_added_when_accepted(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_set(mine, 0, 100);
    arrived(mine, 100);
    station_new(copy);
    station_set(copy, 5, 30);
    rest();
    assert_int_equal(counted_total(&files), 100);
    accept(copy);
    assert_int_equal(counted_total(&files), 130);
    rest();
    assert_true(station_arrived(copy));
    station_set(mine, 1, 7);
    rest();
    assert_int_equal(counted_total(&files), 130); /* it is retired */
    assert_null(reject(copy));
    assert_int_equal(counted_total(&files), 100);
    station_open(mine);
    station_stop(copy);
    arrived(mine, 107);
}

/* A restore keeps the database's id: under another one it would be another ledger, and its coal counted twice. */
static void a_restored_ledger_keeps_its_database_id(void **state)
{
    (void)state;
    begin(500);
    station_open(mine);
    station_set(mine, 0, 100);
    arrived(mine, 100);
    station_backup(mine);
    char id[TRAVEL_UID_BYTES];
    snprintf(id, sizeof id, "%s", station_database(mine));
    station_restore(mine);
    assert_string_equal(station_database(mine), id);
    arrived(mine, 100);
    assert_int_equal(files.switches, 0);
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
        cmocka_unit_test_teardown(another_database_is_added_when_accepted, end),
        cmocka_unit_test_teardown(a_restored_ledger_keeps_its_database_id, end),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
