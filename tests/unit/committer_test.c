/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/committer.h"

#include "tests/unit/daemon_rig.h"

#define AHEAD_MS INT64_C(3600000) /* how far the ledger's last commit is ahead of the clock */

static int start(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    *state = rig;
    rig_start(rig, 1);
    rig_open(rig);
    return 0;
}

static int end(void **state)
{
    rig_stop(*state);
    free(*state);
    return 0;
}

/* No bus runs here: they take what a test hands them. */
static struct meter *meters[1];

static struct committer *commit_from(struct rig *rig)
{
    meters[0] = meter_new(&rig->site, 0);
    struct committer *committer = committer_start(&rig->site, rig->store, meters);
    assert_non_null(committer);
    return committer;
}

static bool stop(struct rig *rig, struct committer *committer)
{
    assert_int_equal(eventfd_write(rig->site.stop, 1), 0);
    bool written = committer_stop(committer);
    meter_free(meters[0]);
    return written;
}

static void journal(const struct rig *rig, const char *kind)
{
    struct journal_entry entry = {.at_ms = clock_now().wall_ms, .mine = -1, .meter = -1, .count = 1};
    snprintf(entry.kind, sizeof entry.kind, "%s", kind);
    ledger_journal(rig->site.ledger, &entry);
}

static bool written(const struct rig *rig, const char *sql)
{
    for (int tries = 0; tries < 1000; tries++) {
        if (rig_value(rig, sql) > 0)
            return true;
        rig_wait_ms(10);
    }
    return false;
}

/* The clock is earlier than the last commit: it must not seem to have passed it,
 * whether anything was written meanwhile or not. */
static void a_clock_set_back_stays_behind_the_last_commit(void **state)
{
    struct rig *rig = *state;
    struct batch batch = {.entries = 1, .entry = &(struct journal_entry){.kind = "test", .mine = -1, .meter = -1}};
    const int64_t last_ms = clock_now().wall_ms + AHEAD_MS;

    assert_true(store_write(rig->store, &batch, last_ms));
    atomic_store(&rig->site.trust, TRUST_BEHIND);
    struct committer *committer = commit_from(rig);
    assert_int_equal(committer_report(committer).committed_ms, last_ms);
    journal(rig, "behind");
    assert_true(written(rig, "SELECT count(*) FROM journal WHERE kind = 'behind'"));
    rig_wait_ms(600); /* a tick of the committer, which notes it */
    assert_int_equal(committer_report(committer).committed_ms, last_ms);
    assert_true(stop(rig, committer));
}

/* A clock ten years ahead must not be believed because it has written its own time. */
static void a_clock_in_doubt_leaves_no_mark(void **state)
{
    struct rig *rig = *state;

    atomic_store(&rig->site.trust, TRUST_AHEAD);
    struct committer *committer = commit_from(rig);
    journal(rig, "ahead");
    assert_true(written(rig, "SELECT count(*) FROM journal WHERE kind = 'ahead'"));
    assert_int_equal(rig_value(rig, "SELECT commit_ms FROM revision"), 0);
    atomic_store(&rig->site.trust, TRUST_SYNCHRONISED);
    atomic_fetch_add(&rig->site.offset_ms, AHEAD_MS); /* stepped since it was judged */
    journal(rig, "stepped");
    assert_true(written(rig, "SELECT count(*) FROM journal WHERE kind = 'stepped'"));
    assert_int_equal(rig_value(rig, "SELECT commit_ms FROM revision"), 0);
    atomic_fetch_add(&rig->site.offset_ms, -AHEAD_MS);
    journal(rig, "good");
    assert_true(written(rig, "SELECT count(*) FROM revision WHERE commit_ms > 0"));
    assert_true(stop(rig, committer));
}

/* Under a clock that is a year ahead every minute seems old. */
static void no_minute_is_deleted_under_a_clock_in_doubt(void **state)
{
    struct rig *rig = *state;
    struct ledger_minute minute = {.device = 0, .point = 0, .minute_ms = 60000, .count = 1};
    struct batch batch = {.minutes = 1, .minute = &minute};

    assert_true(store_write(rig->store, &batch, clock_now().wall_ms));
    atomic_store(&rig->site.trust, TRUST_WAITING);
    struct committer *committer = commit_from(rig);
    journal(rig, "waiting");
    assert_true(written(rig, "SELECT count(*) FROM journal WHERE kind = 'waiting'"));
    rig_wait_ms(600);
    assert_int_equal(rig_value(rig, "SELECT count(*) FROM minute"), 1);
    atomic_store(&rig->site.trust, TRUST_SYNCHRONISED);
    assert_true(written(rig, "SELECT count(*) = 0 FROM minute"));
    assert_true(stop(rig, committer));
}

/* An earlier daemon has read the meter a moment ago: 5000 counts, each of a kilogram. */
static void read_before(struct rig *rig)
{
    const struct clock_now now = clock_now();
    struct ledger_state read = {
        .state = {.started = 1, .segment = 1, .first = 5000, .high = 5000, .last = 5000, .accepted_ms = now.boot_ms},
        .at = now};
    struct batch batch = {.states = 1, .state = &read};
    read.state.moved_ms = now.boot_ms;
    assert_true(store_write(rig->store, &batch, now.wall_ms));
    store_close(rig->store);
    rig_open(rig);
}

static void read_total(int64_t total)
{
    enum { TOTAL = 1, POINTS = 3 };
    const struct clock_now now = clock_now();
    struct reading reading[POINTS] = {[TOTAL] = {QUALITY_GOOD, total}};
    const struct scan scan = {.wall_ms = now.wall_ms, .boot_ms = now.boot_ms, .points = POINTS, .readings = reading};
    meter_take(meters[0], &scan);
}

/* A bus that starts after the committer reads at once, however long it takes to read the ledger. */
static void what_is_read_once_it_has_started_counts(void **state)
{
    struct rig *rig = *state;
    read_before(rig);
    struct committer *committer = commit_from(rig);

    read_total(5020);
    assert_true(stop(rig, committer));
    assert_int_equal(rig_value(rig, "SELECT sum(metered) FROM tally"), 20);
}

/* One whose time was up while no daemon ran: what passed meanwhile is excluded. */
static void a_hold_is_known_before_the_first_reading(void **state)
{
    struct rig *rig = *state;
    struct db *other = db_open(rig->config->database, DB_WRITE);

    read_before(rig);
    db_run(other, "INSERT INTO hold(act, meter, from_ms, until_ms, rev) SELECT 1, id, 1000, 61000, 1 FROM meter");
    assert_string_equal(db_error(other), "");
    db_close(other);
    struct committer *committer = commit_from(rig);
    read_total(5020);
    assert_true(stop(rig, committer));
    assert_int_equal(rig_value(rig, "SELECT count(*) FROM journal WHERE kind = 'stopped'"), 1);
    assert_int_equal(rig_value(rig, "SELECT coalesce(sum(metered), 0) FROM tally"), 0);
}

static void a_stop_writes_what_waits(void **state)
{
    struct rig *rig = *state;
    struct committer *committer = commit_from(rig);

    journal(rig, "last");
    assert_true(stop(rig, committer));
    assert_int_equal(rig_value(rig, "SELECT count(*) FROM journal WHERE kind = 'last'"), 1);
}

/* A disk that fails raises an alarm, and all is written once it works again. */
static void a_failed_commit_is_an_alarm_until_one_succeeds(void **state)
{
    struct rig *rig = *state;
    struct db *other = db_open(rig->config->database, DB_WRITE);

    db_run(other, "CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    assert_string_equal(db_error(other), "");
    struct committer *committer = commit_from(rig);
    journal(rig, "waits");
    for (int tries = 0; tries < 1000 && !rig_alarm(rig, "not-written"); tries++)
        rig_wait_ms(10);
    assert_true(rig_alarm(rig, "not-written"));
    assert_non_null(strstr(committer_report(committer).error, "disk full"));
    db_run(other, "DROP TRIGGER full");
    db_close(other);
    assert_true(written(rig, "SELECT count(*) FROM journal WHERE kind = 'waits'"));
    assert_true(stop(rig, committer));
    assert_false(rig_alarm(rig, "not-written"));
}

static void a_locked_database_holds_no_stop_up(void **state)
{
    struct rig *rig = *state;
    struct db *other = db_open(rig->config->database, DB_WRITE);

    db_begin(other);
    assert_string_equal(db_error(other), "");
    struct committer *committer = commit_from(rig);
    journal(rig, "waits");
    for (int tries = 0; tries < 1000 && !committer_report(committer).writing_ms; tries++)
        rig_wait_ms(10);
    int64_t from_ms = clock_now().boot_ms;
    assert_false(stop(rig, committer));
    assert_true(clock_now().boot_ms - from_ms <
                DB_BUSY_TIMEOUT_MS - 1000); /* a second, on a machine that is not busy */
    db_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_clock_set_back_stays_behind_the_last_commit, start, end),
        cmocka_unit_test_setup_teardown(a_clock_in_doubt_leaves_no_mark, start, end),
        cmocka_unit_test_setup_teardown(no_minute_is_deleted_under_a_clock_in_doubt, start, end),
        cmocka_unit_test_setup_teardown(a_locked_database_holds_no_stop_up, start, end),
        cmocka_unit_test_setup_teardown(what_is_read_once_it_has_started_counts, start, end),
        cmocka_unit_test_setup_teardown(a_hold_is_known_before_the_first_reading, start, end),
        cmocka_unit_test_setup_teardown(a_stop_writes_what_waits, start, end),
        cmocka_unit_test_setup_teardown(a_failed_commit_is_an_alarm_until_one_succeeds, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
