/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/store_calendar.h"
#include "collector/store_seal.h"
#include "collector/store_verify.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/seed.h"
#include "tests/unit/site.h"

enum { METERS = 4 };

struct scene {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct totals *totals;
    struct mover mover[METERS];
    char text[1024];
};

static int scene_setup(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    *state = scene;
    folder_make(scene->folder);
    snprintf(scene->database, sizeof(scene->database), "%s/ledger.db", scene->folder);
    site_make(&scene->site, METERS, scene->database);
    return 0;
}

static void scene_stop(struct scene *scene)
{
    store_close(scene->store);
    ledger_free(scene->ledger);
    totals_free(scene->totals);
    scene->store = NULL;
    scene->ledger = NULL;
    scene->totals = NULL;
}

static int scene_teardown(void **state)
{
    struct scene *scene = *state;
    scene_stop(scene);
    folder_remove(scene->folder);
    free(scene);
    return 0;
}

static enum store_outcome scene_open(struct scene *scene, int64_t wall_ms)
{
    return store_open(&scene->site.config, wall(wall_ms), &scene->store, scene->text, sizeof(scene->text));
}

/* As the daemon starts: the meters go on from what was saved. */
static void scene_start(struct scene *scene, int64_t wall_ms)
{
    enum store_outcome outcome = scene_open(scene, wall_ms);
    if (outcome != STORE_OK)
        print_message("# %s\n", scene->text);
    assert_int_equal(outcome, STORE_OK);
    db_run(scene->store->db, "PRAGMA synchronous = OFF"); /* no power fails here, and disks differ */
    revs_watch(scene->store->db);
    scene->totals = totals_new(&scene->site.config);
    scene->ledger = ledger_new(&scene->site.config, scene->totals);
    assert_true(store_totals(scene->store, scene->totals, wall_ms));
    for (size_t i = 0; i < METERS; i++) {
        struct totaliser_state state;
        ledger_resume(scene->ledger, i, store_posted_ms(scene->store, i));
        ledger_bucket(scene->ledger, i, store_bucket(scene->store, i));
        if (!store_state(scene->store, i, true, wall(wall_ms), &state))
            continue;
        scene->mover[i].state = state;
        scene->mover[i].at = wall(state.accepted_ms + SITE_DAY_MS - 5000000);
    }
}

static bool commit(struct scene *scene, int64_t wall_ms, bool all)
{
    struct batch *batch = ledger_take(scene->ledger, wall_ms, all);
    bool written = store_write(scene->store, batch, wall_ms);
    if (written)
        batch_free(batch);
    else
        ledger_return(scene->ledger, batch);
    return written;
}

static void move(struct scene *scene, size_t meter, int64_t wall_ms, int64_t amount)
{
    scene->mover[meter].state.accepted_ms = wall(wall_ms).boot_ms;
    post(scene->ledger, meter, &scene->mover[meter], wall(wall_ms), amount);
}

/* An hour of all meters, a reading a minute. */
static void work_an_hour(struct scene *scene, int64_t from_ms, int64_t amount)
{
    for (int minute = 0; minute < 60; minute++)
        for (size_t meter = 0; meter < METERS; meter++)
            move(scene, meter, from_ms + minute * MINUTE_MS, scene->mover[meter].state.started ? amount : 0);
}

static void print_finding(void *context, const struct finding *finding)
{
    (void)context;
    print_message("# %s %s: %s (%s)\n", finding->check, finding->meter, finding->text, finding->look);
}

static void holds(struct scene *scene)
{
    struct db *db = store_read(scene->database);
    struct verification result = verify_run(db, &(struct verify_to){.report = print_finding});
    assert_string_equal(db_error(db), "");
    assert_int_equal(result.findings, 0);
    db_close(db);
}

static int64_t value(struct scene *scene, const char *sql)
{
    struct db *db = store_read(scene->database);
    int64_t value = db_value(db, sql, 0, NULL);
    assert_string_equal(db_error(db), "");
    db_close(db);
    return value;
}

static void run_sql(struct scene *scene, const char *sql)
{
    struct db *db = db_open(scene->database, DB_WRITE);
    db_run(db, sql);
    assert_string_equal(db_error(db), "");
    db_close(db);
}

/* --- postings, restarts, failures --- */

static void write_fails(struct store *store, uint64_t *seed)
{
    static const char *const ways[] = {"PRAGMA query_only = 1", "PRAGMA max_page_count = 1"};
    db_clear(store->db);
    db_run(store->db, ways[random_below(seed, 2)]);
}

static void write_works(struct store *store)
{
    db_clear(store->db);
    db_run(store->db, "PRAGMA query_only = 0");
    db_run(store->db, "PRAGMA max_page_count = 1073741823");
}

static void random_weeks_add_up(void **state)
{
    struct scene *scene = *state;
    uint64_t seed = seed_take();
    int64_t now_ms = SITE_DAY_MS, sum[METERS] = {0};

    scene_start(scene, now_ms);
    for (int i = 0; i < 4000; i++) {
        now_ms += random_below(&seed, 50) ? random_below(&seed, 100000) : random_below(&seed, 9 * HOUR_MS);
        size_t meter = (size_t)random_below(&seed, METERS);
        int64_t amount = scene->mover[meter].state.started ? random_below(&seed, 50000) : 0;
        move(scene, meter, now_ms, amount);
        sum[meter] += amount;
        bool failing = random_below(&seed, 20) == 0;
        if (failing)
            write_fails(scene->store, &seed);
        if (random_below(&seed, 5) == 0)
            commit(scene, now_ms, false);
        if (failing)
            write_works(scene->store);
        if (random_below(&seed, 400) == 0) {
            assert_true(commit(scene, now_ms, true));
            scene_stop(scene);
            scene_start(scene, now_ms);
        }
    }
    assert_true(commit(scene, now_ms, true));
    holds(scene);
    for (size_t meter = 0; meter < METERS; meter++) {
        char sql[96];
        snprintf(sql, sizeof(sql), "SELECT sum(metered) FROM tally WHERE meter = %zu", meter + 1);
        assert_int_equal(value(scene, sql), sum[meter]);
    }
}

static void totals_go_on_from_the_ledger(void **state)
{
    struct scene *scene = *state;
    struct totals_line before[4], after[4];
    int64_t now_ms = SITE_DAY_MS + 7 * HOUR_MS;

    scene_start(scene, now_ms);
    work_an_hour(scene, now_ms, 100);
    work_an_hour(scene, now_ms + HOUR_MS, 1000);
    now_ms += 2 * HOUR_MS;
    assert_true(commit(scene, now_ms, true));
    assert_int_equal(totals_lines(scene->totals, 0, now_ms, before, 4), 1);
    scene_stop(scene);
    scene_start(scene, now_ms);
    assert_int_equal(totals_lines(scene->totals, 0, now_ms, after, 4), 1);
    assert_int_equal(before[0].shift, 2 * (59 * 1000));
    assert_int_equal(before[0].day, 2 * (59 * 100 + 60 * 1000));
    assert_int_equal(after[0].shift, before[0].shift);
    assert_int_equal(after[0].day, before[0].day);
    assert_int_equal(after[0].month, before[0].month);
    assert_int_equal(after[0].year, before[0].year);
}

static void what_a_full_disk_refuses_is_written_later(void **state)
{
    struct scene *scene = *state;
    char limit[64];

    scene_start(scene, SITE_DAY_MS);
    move(scene, 0, SITE_DAY_MS, 0);
    assert_true(commit(scene, SITE_DAY_MS, true));
    snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %" PRId64,
             db_value(scene->store->db, "PRAGMA page_count", 0, NULL));
    db_run(scene->store->db, limit);
    bool full = false;
    for (int hour = 0; hour < 200; hour++) {
        move(scene, 0, SITE_DAY_MS + hour * HOUR_MS + 1000, 100000);
        if (commit(scene, SITE_DAY_MS + hour * HOUR_MS + 1000, true))
            continue;
        full = true;
        assert_int_equal(db_fault(scene->store->db), DB_FULL);
        assert_non_null(strstr(store_error(scene->store), "make room"));
    }
    assert_true(full);
    write_works(scene->store);
    assert_true(commit(scene, SITE_DAY_MS + 200 * HOUR_MS, true));
    assert_int_equal(value(scene, "SELECT sum(metered) FROM tally"), 200 * 100000);
    holds(scene);
}

static void what_a_lock_delays_is_written_later(void **state)
{
    struct scene *scene = *state;

    scene_start(scene, SITE_DAY_MS);
    move(scene, 0, SITE_DAY_MS, 0);
    move(scene, 0, SITE_DAY_MS + 1000, 70);
    struct db *other = db_open(scene->database, DB_WRITE);
    db_begin(other);
    db_run(scene->store->db, "PRAGMA busy_timeout = 10");
    assert_false(commit(scene, SITE_DAY_MS + 1000, true));
    assert_int_equal(db_fault(scene->store->db), DB_LOCKED);
    db_close(other);
    move(scene, 0, SITE_DAY_MS + 2000, 8);
    assert_true(commit(scene, SITE_DAY_MS + 2000, true));
    assert_int_equal(value(scene, "SELECT sum(metered) FROM tally"), 78);
    holds(scene);
}

/* --- kill -9 --- */

/* Writes without end; tells the parent how much each commit has made certain. */
static void child_run(struct scene *scene, int64_t now_ms, int pipe)
{
    scene_start(scene, now_ms);
    for (;;) {
        now_ms += 7000;
        for (size_t meter = 0; meter < METERS; meter++)
            move(scene, meter, now_ms, scene->mover[meter].state.started ? 11 : 0);
        ledger_journal(scene->ledger, &(struct journal_entry){.at_ms = now_ms, .kind = "alarm", .meter = 0});
        if (!commit(scene, now_ms, true))
            _exit(1);
        int64_t certain = scene->mover[0].state.total;
        if (write(pipe, &certain, sizeof(certain)) != sizeof(certain))
            _exit(2);
    }
}

static void a_kill_leaves_whole_batches(void **state)
{
    struct scene *scene = *state;
    uint64_t seed = seed_take();
    int64_t now_ms = SITE_DAY_MS;

    for (int round = 0; round < 8; round++) {
        int pipes[2];
        int64_t certain = 0, told = 0;
        assert_int_equal(pipe(pipes), 0);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            close(pipes[0]);
            child_run(scene, now_ms, pipes[1]);
        }
        close(pipes[1]);
        for (int64_t commits = 1 + random_below(&seed, 20); commits > 0; commits--)
            if (read(pipes[0], &told, sizeof(told)) == sizeof(told))
                certain = told;
        usleep((useconds_t)random_below(&seed, 3000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        while (read(pipes[0], &told, sizeof(told)) == sizeof(told))
            certain = told;
        close(pipes[0]);
        holds(scene);
        int64_t written = value(scene, "SELECT sum(metered) FROM tally WHERE meter = 1");
        assert_true(written == certain || written == certain + 11);
        assert_int_equal(written * METERS, value(scene, "SELECT sum(metered) FROM tally"));
        now_ms = value(scene, "SELECT commit_ms FROM revision");
    }
}

/* --- who may open --- */

static void one_daemon_a_database(void **state)
{
    struct scene *scene = *state;
    struct store *second = NULL;

    assert_false(store_running(scene->database));
    assert_int_equal(scene_open(scene, SITE_DAY_MS), STORE_OK);
    assert_true(store_running(scene->database));
    assert_int_equal(store_open(&scene->site.config, wall(SITE_DAY_MS), &second, scene->text, sizeof(scene->text)),
                     STORE_IN_USE);
    assert_null(second);
    assert_non_null(strstr(scene->text, "another coaltallyd"));
    store_close(scene->store);
    scene->store = NULL;
    assert_false(store_running(scene->database));
}

static void refuses(struct scene *scene, const char *because)
{
    assert_int_equal(scene_open(scene, SITE_DAY_MS), STORE_FAILED);
    assert_null(scene->store);
    if (!strstr(scene->text, because))
        print_message("# %s\n", scene->text);
    assert_non_null(strstr(scene->text, because));
}

static void what_is_no_ledger_is_refused(void **state)
{
    struct scene *scene = *state;

    struct db *db = db_open(scene->database, DB_CREATE);
    db_run(db, "CREATE TABLE songs(name)");
    db_close(db);
    refuses(scene, "not a ledger");
    db = store_read(scene->database);
    assert_int_equal(db_fault(db), DB_CORRUPT);
    db_close(db);
}

static void a_newer_ledger_is_refused(void **state)
{
    struct scene *scene = *state;

    scene_start(scene, SITE_DAY_MS);
    scene_stop(scene);
    run_sql(scene, "PRAGMA user_version = 99");
    refuses(scene, "newer coaltally");
    struct db *db = store_read(scene->database);
    assert_int_equal(db_fault(db), DB_NEWER);
    db_close(db);
}

static void an_empty_ledger_is_said_to_be(void **state)
{
    struct scene *scene = *state;

    struct db *db = store_read(scene->database);
    assert_int_equal(db_fault(db), DB_MISSING);
    db_close(db);
    db = db_open(scene->database, DB_CREATE);
    db_close(db);
    db = store_read(scene->database);
    assert_int_equal(db_fault(db), DB_OTHER);
    assert_non_null(strstr(db_error(db), "first starts"));
    db_close(db);
}

static void a_folder_that_is_not_there_is_said(void **state)
{
    struct scene *scene = *state;

    snprintf(scene->site.config.database, sizeof(scene->site.config.database), "%s/none/ledger.db", scene->folder);
    refuses(scene, "No such file or directory");
}

static void damaged_states_are_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "1",
                                        "x",
                                        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25",
                                        "2 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
                                        "1 1 0 0 0 0 -5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
                                        "1 1 0 0 0 0 99999999999999999999 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
                                        "1 1 0 0 0 0 0 9223372036854775807 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
                                        "1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 "};
    struct scene *scene = *state;
    struct totaliser_state parsed;

    scene_start(scene, SITE_DAY_MS);
    move(scene, 0, SITE_DAY_MS, 0);
    assert_true(commit(scene, SITE_DAY_MS, true));
    scene_stop(scene);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        assert_false(state_parse(texts[i], &parsed));
    run_sql(scene, "UPDATE meter_state SET state = 'banana'");
    refuses(scene, "the state of meter belt-1 is damaged (table meter_state, \"banana\")");
}

static void states_are_kept_whole(void **state)
{
    uint64_t seed = seed_take();
    (void)state;
    for (int i = 0; i < 200; i++) {
        struct totaliser_state before = {0}, after = {0};
        char text[STATE_TEXT_BYTES];
        before.started = random_below(&seed, 2);
        before.segment = 1 + random_below(&seed, 1000);
        before.first = random_below(&seed, INT64_MAX);
        before.high = random_below(&seed, INT64_MAX);
        before.last = random_below(&seed, INT64_MAX);
        before.total = random_below(&seed, INT64_MAX);
        before.accepted_ms = -random_below(&seed, STORE_TIME_MAX_MS);
        before.stopped = random_below(&seed, STOP_BREAKS + 1);
        before.breaks = random_below(&seed, BREAKS_MAX + 1);
        before.break6_ms = random_below(&seed, STORE_TIME_MAX_MS);
        state_format(&before, text);
        assert_true(state_parse(text, &after));
        assert_memory_equal(&before, &after, sizeof(before));
    }
}

/* --- restarts and reboots --- */

static void a_state_moves_onto_this_boot(void **state)
{
    struct scene *scene = *state;
    struct totaliser_state kept;

    scene_start(scene, SITE_DAY_MS);
    move(scene, 0, SITE_DAY_MS, 0);
    move(scene, 0, SITE_DAY_MS + 1000, 5);
    int64_t accepted_ms = scene->mover[0].state.accepted_ms;
    assert_true(commit(scene, SITE_DAY_MS + 1000, true));
    scene_stop(scene);

    scene_start(scene, SITE_DAY_MS + HOUR_MS); /* the same boot */
    assert_true(store_state(scene->store, 0, true, wall(SITE_DAY_MS + HOUR_MS), &kept));
    assert_int_equal(kept.accepted_ms, accepted_ms);
    assert_false(kept.elapsed_unknown);
    assert_false(store_state(scene->store, 1, true, wall(SITE_DAY_MS + HOUR_MS), &kept));
    scene_stop(scene);

    run_sql(scene, "UPDATE boot SET boot_id = 'another boot'");
    struct clock_now now = {SITE_DAY_MS + 1000 + 2 * HOUR_MS, 40000}; /* 40 s after power came back */
    assert_int_equal(store_open(&scene->site.config, now, &scene->store, scene->text, sizeof(scene->text)), STORE_OK);
    assert_true(store_state(scene->store, 0, true, now, &kept));
    assert_int_equal(kept.accepted_ms, 40000 - 2 * HOUR_MS);
    assert_false(kept.elapsed_unknown);
    assert_true(store_state(scene->store, 0, false, now, &kept));
    assert_int_equal(kept.accepted_ms, 40000);
    assert_true(kept.elapsed_unknown);
    now.wall_ms = SITE_DAY_MS - HOUR_MS; /* a trusted clock behind the last commit: no time has passed */
    assert_true(store_state(scene->store, 0, true, now, &kept));
    assert_int_equal(kept.accepted_ms, 40000);
}

static void the_last_commit_is_the_latest(void **state)
{
    struct scene *scene = *state;

    scene_start(scene, SITE_DAY_MS + 5 * HOUR_MS);
    assert_int_equal(store_last_commit_ms(scene->store), 0);
    move(scene, 0, SITE_DAY_MS + 5 * HOUR_MS, 0);
    assert_true(commit(scene, SITE_DAY_MS + 5 * HOUR_MS, true));
    move(scene, 0, SITE_DAY_MS + 5 * HOUR_MS, 1);
    assert_true(commit(scene, SITE_DAY_MS, true));
    assert_int_equal(store_last_commit_ms(scene->store), SITE_DAY_MS + 5 * HOUR_MS);
    scene_stop(scene);
    scene_start(scene, SITE_DAY_MS);
    assert_int_equal(store_last_commit_ms(scene->store), SITE_DAY_MS + 5 * HOUR_MS);
    move(scene, 0, SITE_DAY_MS + 6 * HOUR_MS + 1000, 1); /* read by a clock that is then set back */
    assert_true(commit(scene, SITE_DAY_MS + 5 * HOUR_MS + 1000, true));
    scene_stop(scene);
    scene_start(scene, SITE_DAY_MS);
    assert_int_equal(store_last_commit_ms(scene->store), SITE_DAY_MS + 6 * HOUR_MS + 1000);
}

static void revs_rise_and_incarnations_are_rows(void **state)
{
    struct scene *scene = *state;

    for (int i = 1; i <= 3; i++) {
        scene_start(scene, SITE_DAY_MS);
        move(scene, 0, SITE_DAY_MS + i, 0);
        assert_true(commit(scene, SITE_DAY_MS + i, true));
        assert_int_equal(value(scene, "SELECT count(*) FROM incarnation"), i);
        assert_int_equal(value(scene, "SELECT (SELECT max(rev) FROM tally) > (SELECT max(rev) FROM incarnation)"), 1);
        assert_int_equal(value(scene, "SELECT count(*) FROM incarnation WHERE rev <> first_rev"), 0);
        scene_stop(scene);
    }
    assert_int_equal(value(scene, "SELECT count(DISTINCT rev) = count(*) FROM (SELECT rev FROM tally UNION ALL"
                                  " SELECT rev FROM journal UNION ALL SELECT rev FROM meter UNION ALL SELECT rev FROM"
                                  " incarnation UNION ALL SELECT rev FROM segment UNION ALL SELECT rev FROM mine)"),
                     1);
    assert_int_equal(value(scene, "SELECT length(id) FROM incarnation LIMIT 1"), 32);
    /* What an opening finds is its own: no rev between the last one's head and its first. */
    const int64_t head = value(scene, "SELECT rev FROM revision");
    run_sql(scene, "UPDATE mine SET title_en = 'by hand'");
    scene_start(scene, SITE_DAY_MS);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'altered'"), 1);
    assert_int_equal(value(scene, "SELECT max(first_rev) FROM incarnation"), head + 1);
}

/* --- a changed configuration --- */

static void restart(struct scene *scene)
{
    scene_stop(scene);
    scene_start(scene, SITE_DAY_MS + 2 * HOUR_MS);
}

static void what_changed_is_journalled(void **state)
{
    struct scene *scene = *state;
    static const char changes[] = "SELECT count(*) FROM journal WHERE kind = 'config' AND text LIKE '%->%'";

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 5);
    assert_true(commit(scene, SITE_DAY_MS + HOUR_MS, true));
    restart(scene);
    assert_int_equal(value(scene, changes), 0);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'start'"), 2);
    scene->site.meter[0].role = ROLE_CHECK;
    snprintf(scene->site.mine[1].title_zh, sizeof(scene->site.mine[1].title_zh), "乙矿");
    restart(scene);
    assert_int_equal(value(scene, changes), 2);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE meter = 1 AND text = 'belt-1: role main -> "
                                  "check; configuration 0123456789ab'"),
                     1);
    assert_int_equal(
        value(scene, "SELECT count(*) FROM journal WHERE kind = 'start' AND text LIKE '%0123456789abcdef'"), 3);
    holds(scene);
}

static void a_changed_definition_opens_a_segment(void **state)
{
    struct scene *scene = *state;

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 5);
    assert_true(commit(scene, SITE_DAY_MS + HOUR_MS, true));
    snprintf(scene->site.meter[1].definition, sizeof(scene->site.meter[1].definition), "uint32 CDAB");
    scene->site.meter[1].rules.convert.times = 10;
    restart(scene);
    assert_int_equal(value(scene, "SELECT count(*) FROM segment WHERE closed_ms IS NOT NULL"), 1);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'redefined' AND meter = 2"), 1);
    restart(scene); /* stopped before its next reading: nothing more is said */
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'redefined'"), 1);
    holds(scene);
    assert_int_equal(scene->mover[1].state.started, 0);
    scene->mover[1].state.high = scene->mover[1].state.first = 7000;
    move(scene, 1, SITE_DAY_MS + 3 * HOUR_MS, 0);
    assert_true(commit(scene, SITE_DAY_MS + 3 * HOUR_MS, true));
    holds(scene);
    assert_int_equal(value(scene, "SELECT base FROM segment WHERE meter = 2 AND segment = 2"), 59 * 5);
    assert_int_equal(value(scene, "SELECT times FROM segment WHERE meter = 2 AND segment = 2"), 10);
    assert_int_equal(value(scene, "SELECT times FROM segment WHERE meter = 2 AND segment = 1"), 1);
    assert_int_equal(value(scene, "SELECT count(*) FROM definition"), 2);
}

/* Another register's total says nothing about what this one had counted. */
static void a_meter_that_reads_another_register_opens_a_segment(void **state)
{
    struct scene *scene = *state;
    static const char told[] = "SELECT count(*) FROM journal WHERE kind = 'redefined'";

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 5);
    assert_true(commit(scene, SITE_DAY_MS + HOUR_MS, true));
    scene->site.meter[1].point = 1;
    restart(scene);
    assert_int_equal(value(scene, told), 1);
    assert_int_equal(scene->mover[0].state.started, 1);
    assert_int_equal(scene->mover[1].state.started, 0);
    snprintf(scene->site.device[0].name, sizeof(scene->site.device[0].name), "scale-2");
    restart(scene);
    assert_int_equal(value(scene, told), METERS); /* the open ones */
    assert_int_equal(scene->mover[0].state.started, 0);
    restart(scene);
    assert_int_equal(value(scene, told), METERS);
    holds(scene);
}

/* The state that a start breaks stands on the clocks of the boot that saved it. */
static void a_state_broken_after_a_reboot_keeps_its_boot(void **state)
{
    struct scene *scene = *state;
    const int64_t read_ms = SITE_DAY_MS + 59 * MINUTE_MS, now_ms = SITE_DAY_MS + 5 * HOUR_MS;
    struct totaliser_state broken;

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 5);
    assert_true(commit(scene, SITE_DAY_MS + HOUR_MS, true));
    scene_stop(scene);
    run_sql(scene, "UPDATE boot SET boot_id = 'the one before'");
    snprintf(scene->site.meter[1].definition, sizeof(scene->site.meter[1].definition), "uint32 CDAB");
    assert_int_equal(scene_open(scene, now_ms - HOUR_MS), STORE_OK);
    store_close(scene->store); /* before its first reading */
    assert_int_equal(scene_open(scene, now_ms), STORE_OK);
    assert_true(store_state(scene->store, 1, true, (struct clock_now){now_ms, 70000}, &broken));
    assert_int_equal(broken.started, 0);
    assert_int_equal(broken.accepted_ms, 70000 - (now_ms - read_ms));
}

/* While the daemon was down the clock was set back by half an hour. */
static void nothing_is_posted_before_what_is_posted(void **state)
{
    struct scene *scene = *state;
    const int64_t last_ms = SITE_DAY_MS + 59 * MINUTE_MS + HOUR_MS;

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 5);
    work_an_hour(scene, SITE_DAY_MS + HOUR_MS, 5);
    assert_true(commit(scene, last_ms, true));
    scene_stop(scene);
    scene_start(scene, last_ms);
    struct clock_now now = {last_ms + MINUTE_MS, wall(last_ms).boot_ms + 2 * HOUR_MS};
    post(scene->ledger, 0, &scene->mover[0], now, 7000);
    assert_true(commit(scene, now.wall_ms, true));
    assert_int_equal(value(scene, "SELECT sum(metered) FROM tally WHERE meter = 1"), 119 * 5 + 7000);
    holds(scene);
}

/* A disk that is full in the first minute must not make the totals begin at nothing. */
static void totals_are_read_after_a_failed_commit(void **state)
{
    struct scene *scene = *state;
    struct totals_line line[4];

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 5);
    assert_true(commit(scene, SITE_DAY_MS + HOUR_MS, true));
    db_run(scene->store->db, "PRAGMA query_only = 1");
    move(scene, 0, SITE_DAY_MS + HOUR_MS + 1000, 0);
    assert_false(commit(scene, SITE_DAY_MS + HOUR_MS + 1000, true));
    totals_free(scene->totals);
    scene->totals = totals_new(&scene->site.config);
    assert_true(store_totals(scene->store, scene->totals, SITE_DAY_MS + HOUR_MS + 2000));
    assert_int_equal(totals_lines(scene->totals, 0, SITE_DAY_MS + HOUR_MS + 2000, line, 4), 1);
    assert_int_equal(line[0].day, 2 * 59 * 5);
    write_works(scene->store);
}

static void a_changed_time_zone_moves_the_days(void **state)
{
    struct scene *scene = *state;

    snprintf(scene->site.config.timezone, sizeof(scene->site.config.timezone), "Asia/Shanghai");
    scene_start(scene, SITE_DAY_MS);
    for (int hour = 0; hour < 30; hour++)
        work_an_hour(scene, SITE_DAY_MS + hour * HOUR_MS, 10);
    assert_true(commit(scene, SITE_DAY_MS + 30 * HOUR_MS, true));
    snprintf(scene->site.config.timezone, sizeof(scene->site.config.timezone), "Asia/Tokyo");
    assert_true(calendar_zone("Asia/Tokyo"));
    restart(scene);
    holds(scene);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE text LIKE '%Asia/Shanghai -> Asia/Tokyo%'"), 2);
}

static void hear_alarm(void *context, const struct alarm *alarm, bool dealt_with)
{
    assert_false(dealt_with);
    snprintf(context, 200, "%d %s %s %d %s %" PRId64, alarm->mine, alarm->subject, alarm->reason, alarm->level,
             alarm->what, alarm->raised_ms - SITE_DAY_MS);
}

static void note_alarm(struct scene *scene, const char *kind, int mine, const char *text, int64_t at_ms)
{
    struct journal_entry entry = {
        .at_ms = at_ms, .level = JOURNAL_RED, .mine = mine, .meter = -1, .count = 1, .subject = "scale-1"};
    snprintf(entry.kind, sizeof(entry.kind), "%s", kind);
    snprintf(entry.text, sizeof(entry.text), "%s", text);
    ledger_journal(scene->ledger, &entry);
}

static void alarms_that_stood_are_told_at_the_next_start(void **state)
{
    struct scene *scene = *state;
    char told[200] = "none";

    scene_start(scene, SITE_DAY_MS);
    note_alarm(scene, "alarm", 1, "no-data: silent, 61 s", SITE_DAY_MS + 1);
    note_alarm(scene, "alarm-cleared", 1, "no-data: silent, 70 s", SITE_DAY_MS + 2);
    note_alarm(scene, "alarm", -1, "slow: over 10 s", SITE_DAY_MS + 3);
    note_alarm(scene, "alarm-cleared", -1, "slow: over 10 s", SITE_DAY_MS + 4);
    note_alarm(scene, "alarm-cleared", 1, "jump: jump", SITE_DAY_MS + 5);
    note_alarm(scene, "alarm", 1, "jump: before=\"7 t\" after=\"9 t\"", SITE_DAY_MS + 6);
    assert_true(commit(scene, SITE_DAY_MS + 1000, true));
    restart(scene);
    assert_true(store_alarms(scene->store, hear_alarm, told));
    assert_string_equal(told, "1 scale-1 jump 2 jump 7 t -> 9 t 6");
}

static void a_name_stands_for_one_meter(void **state)
{
    struct scene *scene = *state;

    scene_start(scene, SITE_DAY_MS);
    scene->site.meter[2].quantity = quantity_find("energy"); /* never read: a slip that can be mended */
    restart(scene);
    move(scene, 2, SITE_DAY_MS + 2 * HOUR_MS, 0);
    assert_true(commit(scene, SITE_DAY_MS + 2 * HOUR_MS, true));
    scene_stop(scene);
    scene->site.meter[2].quantity = quantity_find("raw_coal");
    refuses(scene, "meter belt-3 has counted for quantity energy");
}

static void what_leaves_the_configuration_keeps_its_past(void **state)
{
    struct scene *scene = *state;

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 5);
    assert_true(commit(scene, SITE_DAY_MS + HOUR_MS, true));
    scene_stop(scene);
    scene->site.config.meters = METERS - 1;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(scene_open(scene, SITE_DAY_MS + 2 * HOUR_MS), STORE_OK);
        assert_int_equal(value(scene, "SELECT active FROM meter WHERE name = 'belt-4'"), 0);
        assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE text LIKE '%no longer%'"), 1);
        store_close(scene->store);
        scene->store = NULL;
    }
    holds(scene);
    scene->site.config.meters = METERS;
    scene_start(scene, SITE_DAY_MS + 3 * HOUR_MS);
    assert_int_equal(value(scene, "SELECT active FROM meter WHERE name = 'belt-4'"), 1);
    assert_int_equal(scene->mover[3].state.total, 59 * 5);
}

static void count_sums(void *context, const struct finding *finding)
{
    if (strcmp(finding->check, "act") == 0)
        return; /* these tests correct without one */
    print_finding(NULL, finding);
    ++*(int *)context;
}

static void adds_up(struct scene *scene)
{
    struct db *db = store_read(scene->database);
    int findings = 0;
    verify_run(db, &(struct verify_to){.report = count_sums, .context = &findings});
    assert_string_equal(db_error(db), "");
    assert_int_equal(findings, 0);
    db_close(db);
}

/* What the act `calendar` does to the ledger of the first mine. */
static void correct(struct scene *scene, int64_t now_ms)
{
    struct list changes = {0};
    store_begin(scene->store);
    store_unseal(scene->store, 1);
    const int64_t mine = 1, act = 7;
    assert_true(calendar_changes(scene->store->db, mine, &scene->site.mine[0].calendar, now_ms, &changes));
    const struct calendar_change *change = changes.at;
    int64_t from_ms = INT64_MAX;
    for (size_t i = 0; i < changes.count; i++) {
        calendar_write(scene->store, mine, &change[i], act);
        from_ms = change[i].start_ms < from_ms ? change[i].start_ms : from_ms;
    }
    assert_true(changes.count > 0);
    store_recut(scene->store, mine, from_ms, act);
    assert_true(store_commit(scene->store, now_ms));
    for (size_t i = 0; i < METERS; i++)
        ledger_bucket(scene->ledger, i, store_bucket(scene->store, i));
    free(changes.at);
}

static void work_minutes(struct scene *scene, int from, int to)
{
    for (int minute = from; minute < to; minute++)
        for (size_t meter = 0; meter < METERS; meter++)
            move(scene, meter, SITE_DAY_MS + minute * MINUTE_MS, scene->mover[meter].state.started ? 10 : 0);
    assert_true(commit(scene, SITE_DAY_MS + to * MINUTE_MS, true));
}

/* Starts of shifts come and go within the hour that is being counted: behind, ahead, and where a row ends. */
static void the_hour_that_runs_goes_on(void **state)
{
    static const struct {
        int until, start_s;
    } steps[] = {{40, 1800}, {45, 3000}, {50, 8 * 3600}, {55, 57 * 60}, {56, 8 * 3600}, {70, 65 * 60}, {90, 8 * 3600}};
    struct scene *scene = *state;
    int minute = 0;

    scene_start(scene, SITE_DAY_MS);
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        work_minutes(scene, minute, steps[i].until);
        minute = steps[i].until;
        scene->site.rule[0].shift[1].start_s = steps[i].start_s;
        correct(scene, SITE_DAY_MS + minute * MINUTE_MS);
        adds_up(scene);
        if (i % 2)
            restart(scene);
    }
    work_minutes(scene, minute, 200);
    adds_up(scene);
    assert_int_equal(value(scene, "SELECT sum(metered) FROM tally WHERE meter = 1"), 199 * 10);
}

static void a_line_that_would_correct_the_past_waits(void **state)
{
    struct scene *scene = *state;
    struct calendar_rule *rule = &scene->site.rule[0];

    scene_start(scene, SITE_DAY_MS);
    for (int hour = 0; hour < 10; hour++)
        work_an_hour(scene, SITE_DAY_MS + hour * HOUR_MS, 10);
    assert_true(commit(scene, SITE_DAY_MS + 10 * HOUR_MS, true));
    assert_int_equal(value(scene, "SELECT metered FROM shift_total WHERE meter = 1 AND shift = 0"), 8 * 60 * 10);
    rule->shift[1].start_s = 5 * 3600 + 1800;
    for (int times = 0; times < 2; times++) {
        restart(scene);
        assert_int_equal(value(scene, "SELECT metered FROM shift_total WHERE meter = 1 AND shift = 0"), 8 * 60 * 10);
        assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'calendar'"), 2);
        assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'calendar-waits'"), 1);
    }
    adds_up(scene);
    /* 05:30 cuts a bucket; it was read at 05:00 and at 05:59, so half of the hour's 600 lie before */
    correct(scene, SITE_DAY_MS + 10 * HOUR_MS);
    assert_int_equal(value(scene, "SELECT metered FROM shift_total WHERE meter = 1 AND shift = 0"), 5 * 600 + 300);
    assert_int_equal(value(scene, "SELECT metered FROM shift_total WHERE meter = 2 AND shift = 0"), 4 * 600);
    assert_int_equal(value(scene, "SELECT count(*) FROM tally WHERE meter = 1"), 11);
    assert_int_equal(value(scene, "SELECT count(*) FROM tally WHERE split_act = 7"), 4); /* belt-1 and belt-3 */
    adds_up(scene);
    restart(scene); /* nothing waits any more, nothing is done twice */
    assert_int_equal(value(scene, "SELECT count(*) FROM tally WHERE meter = 1"), 11);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'calendar'"), 2);
    rule->from += 1; /* another rule; the old one leaves: both wait */
    restart(scene);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'calendar-waits'"), 3);
    adds_up(scene);
}

static void a_line_of_the_future_takes_effect_by_itself(void **state)
{
    struct scene *scene = *state;
    struct calendar_rule rules[2];

    scene_start(scene, SITE_DAY_MS);
    work_an_hour(scene, SITE_DAY_MS, 10);
    assert_true(commit(scene, SITE_DAY_MS + HOUR_MS, true));
    memcpy(&rules[0], &scene->site.rule[0], sizeof(rules[0]));
    site_rule(&rules[1], 2 * 3600 + 1800); /* from the next day on, from half past two */
    rules[1].from = civil_of_instant(SITE_DAY_MS) + 1;
    scene->site.mine[0].calendar = (struct calendar){2, rules};
    for (size_t i = 0; i < METERS; i += 2)
        scene->site.meter[i].calendar = scene->site.mine[0].calendar;
    restart(scene);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'calendar'"), 3);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'calendar-waits'"), 0);
    for (int hour = 1; hour < 30; hour++)
        work_an_hour(scene, SITE_DAY_MS + hour * HOUR_MS, 10);
    assert_true(commit(scene, SITE_DAY_MS + 30 * HOUR_MS, true));
    /* the day before goes on until half past two */
    assert_int_equal(value(scene, "SELECT metered FROM day_total WHERE meter = 1 ORDER BY day LIMIT 1"),
                     26 * 600 + 300);
    adds_up(scene);
    scene->site.mine[0].calendar = (struct calendar){1, &scene->site.rule[0]};
    for (size_t i = 0; i < METERS; i += 2)
        scene->site.meter[i].calendar = scene->site.mine[0].calendar;
}

/* A random plan of 1 to 8 shifts that begin at any minute. */
static void random_plan(struct calendar_rule *rule)
{
    const int shifts = 1 + (int)(random() % SHIFTS_MAX);
    *rule = (struct calendar_rule){.from = 20000, .day_start_s = (int)(random() % 2879 - 1439) * 60, .shifts = shifts};
    int start_s = rule->day_start_s;
    for (int i = 0; i < shifts; i++) {
        snprintf(rule->shift[i].name, sizeof(rule->shift[i].name), "s%d", i);
        rule->shift[i].start_s = start_s;
        const int left_s = rule->day_start_s + 86400 - start_s;
        start_s += 60 + (int)(random() % (2 * left_s / (shifts - i) / 60)) * 60;
        if (start_s >= rule->day_start_s + 86400)
            rule->shifts = i + 1;
        if (rule->shifts == i + 1)
            break;
    }
}

/* Readings at any distance, calendars corrected over and over: the book always adds up, and the sum stays. */
static void corrected_over_and_over(struct scene *scene, int64_t from_ms)
{
    int64_t at_ms[METERS], counted = 0;

    seed_random();
    scene_start(scene, from_ms);
    for (int i = 0; i < 400; i++)
        for (size_t meter = 0; meter < METERS; meter++) {
            const int64_t widest_ms = random() % 20 ? 400000 : 5 * HOUR_MS;
            const int64_t amount = i && random() % 3 ? random() % 9000 : 0;
            at_ms[meter] = (i ? at_ms[meter] : from_ms) + 1 + random() % widest_ms;
            move(scene, meter, at_ms[meter], amount);
            counted += amount;
        }
    assert_true(commit(scene, from_ms + 400 * HOUR_MS, true));
    adds_up(scene);
    for (int i = 0; i < 12; i++) {
        random_plan(&scene->site.rule[0]);
        correct(scene, from_ms + 400 * HOUR_MS);
        assert_int_equal(value(scene, "SELECT sum(metered) FROM tally"), counted);
        assert_int_equal(value(scene, "SELECT sum(metered) FROM shift_total"), counted);
        adds_up(scene);
    }
}

static void whatever_the_calendar_it_adds_up(void **state)
{
    corrected_over_and_over(*state, SITE_DAY_MS);
}

/* Over the end of summer time on 2026-10-25, an hour that the clock shows twice; zones of half an hour, too. */
static void whatever_the_zone_it_adds_up(void **state)
{
    static const char *const zones[] = {"Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"};
    assert_true(calendar_zone(zones[(size_t)random() % 3]));
    corrected_over_and_over(*state, SITE_DAY_MS + 11 * 24 * HOUR_MS);
    assert_true(calendar_zone("Asia/Shanghai"));
}

/* --- minutes, migration --- */

static void old_minutes_go_in_small_steps(void **state)
{
    struct scene *scene = *state;
    char sql[256];

    scene_start(scene, SITE_DAY_MS);
    snprintf(sql, sizeof(sql),
             "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 11999)"
             " INSERT INTO minute SELECT %" PRId64 " + i * 60000, 1, 1, 1, 1, 1, 1, 0 FROM n",
             SITE_DAY_MS);
    run_sql(scene, sql);
    int64_t before_ms = SITE_DAY_MS + 11000 * (int64_t)MINUTE_MS;
    assert_true(store_expire(scene->store, before_ms));
    assert_int_equal(value(scene, "SELECT count(*) FROM minute"), 7000);
    assert_true(store_expire(scene->store, before_ms));
    assert_false(store_expire(scene->store, before_ms));
    assert_false(store_expire(scene->store, before_ms));
    assert_int_equal(value(scene, "SELECT count(*) FROM minute"), 1000);
}

/* A ledger as the first version left it: some hours of work under its own schema. */
static void first_version_make(struct scene *scene)
{
    static const char rows[] =
        "INSERT INTO mine VALUES(1, 'sim-a', 'Mine A', '', 0, 0, '', 1, 1);"
        "INSERT INTO calendar VALUES(1, '', 20000, 0, 'night@0|day@28800|evening@57600', 2);"
        "INSERT INTO meter VALUES(1, 'belt-1', 1, 'raw_coal', 't', 'main', 'shaft', 'scale-1', 'total', '', 1, 2);"
        "INSERT INTO segment VALUES(1, 1, 1, 4294967296, 1, 1, 1791820800000, NULL, 0, 3500, 0, 0, 3500, 5);"
        "INSERT INTO tally VALUES(1, 1791820800000, 1791824400000, 3000, 10, 3000, 0, 1791820800000, 3000,"
        " 1791824390000, 1, 3000, 0, 3), (1, 1791824400000, 1791828000000, 500, 10, 3500, 3100, 1791824410000, 3500,"
        " 1791827990000, 1, 3500, 0, 4);"
        "INSERT INTO meter_state VALUES(1, 1, 1791828000000, 1000,"
        " '1 1 0 3500 3500 0 3500 1000 1000 0 0 0 0 0 0 0 0 0 0 0 0 0 0');"
        "INSERT INTO shift_total VALUES(1, 20739, 0, 3500, 20);"
        "INSERT INTO day_total VALUES(1, 20739, 3500, 20);"
        "INSERT INTO month_total VALUES(1, 24321, 3500, 20);"
        "UPDATE revision SET rev = 5, commit_ms = 1791827990000;";

    struct db *db = db_open(scene->database, DB_CREATE);
    assert_true(store_migrate(db, scene->database, store_steps, 1));
    db_run(db, rows);
    assert_string_equal(db_error(db), "");
    db_close(db);
}

static void a_migration_backs_up_first(void **state)
{
    struct scene *scene = *state;
    char path[160];

    first_version_make(scene);
    scene_start(scene, SITE_DAY_MS + 3 * HOUR_MS);
    assert_int_equal(value(scene, "PRAGMA user_version"), STORE_VERSION);
    struct db *db = db_open(scene->database, DB_WRITE);
    assert_true(store_migrate(db, scene->database, store_steps, STORE_VERSION)); /* nothing left to do */
    db_close(db);
    scene_stop(scene);
    snprintf(path, sizeof(path), "%s.before-2", scene->database);
    db = db_open(path, DB_READ);
    assert_int_equal(db_value(db, "PRAGMA user_version", 0, NULL), 1);
    assert_int_equal(db_value(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'act'", 0, NULL), 0);
    assert_int_equal(db_value(db, "SELECT sum(metered) FROM tally", 0, NULL), 3500);
    assert_string_equal(db_error(db), "");
    db_close(db);
}

static void the_first_version_becomes_the_second(void **state)
{
    struct scene *scene = *state;

    first_version_make(scene);
    scene_start(scene, SITE_DAY_MS + 3 * HOUR_MS);
    scene_stop(scene);
    assert_int_equal(value(scene, "SELECT sum(metered) FROM tally WHERE split_act IS NULL"), 3500);
    assert_int_equal(value(scene, "SELECT count(*) FROM shift_total WHERE reported = metered AND metered = 3500"), 1);
    assert_int_equal(value(scene, "SELECT count(*) FROM day_total WHERE reported = metered AND metered = 3500"), 1);
    assert_int_equal(value(scene, "SELECT count(*) FROM month_total WHERE reported = metered AND metered = 3500"), 1);
    assert_int_equal(value(scene, "SELECT count(*) FROM act"), 0);
    holds(scene);
}

/* What acts have written stays as it was written. */
static void acts_are_neither_changed_nor_deleted(void **state)
{
    static const struct {
        const char *table, *row;
        bool ends; /* may be changed: it lasts until something ends it */
    } cases[] = {
        {"act", "1, 'u', 'enter', '{}', 'a', 'b', 1, 1, 1, '', 1, 1", false},
        {"coefficient", "1, 20000, 95, 2, 1, 1", false},
        {"adjustment", "1, 1, 'raw_coal', 2, 20000, 20001, -1, 5, 'r', 1", false},
        {"entry", "1, 'stock', '', 2, 20000, 20001, -1, 0, 0, 1, 5, 't', '', 's', 1, 1", false},
        {"posting", "1, 1, 0, 1, 5, 1", false},
        {"hold", "1, 1, 0, 1, NULL, NULL, 1", true},
        {"replacement", "1, 1, 0, 1, 2, 's', 1", false},
        {"resolution", "1, 1, 1, 5, 1", false},
        {"version", "1, 1, 'raw_coal', 2, 20000, 20001, -1, 1, 0, 1, 1, 0, 0, 'a', 'b', '', '', '', '', 0, NULL, 1",
         false},
        {"acknowledgement", "1, 1, '', 1", false},
        {"incident", "1, 1, 'belt-1', 'outage', 0, NULL, '', '', NULL, NULL, '', 1", true},
    };
    struct scene *scene = *state;
    char sql[320];

    scene_start(scene, SITE_DAY_MS);
    scene_stop(scene);
    struct db *db = db_open(scene->database, DB_WRITE);
    revs_unwatch(db);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES(%s)", cases[i].table, cases[i].row);
        db_run(db, sql);
        assert_string_equal(db_error(db), "");
        snprintf(sql, sizeof(sql), "UPDATE %s SET rev = 9", cases[i].table);
        db_run(db, sql);
        assert_int_equal(db_fault(db), cases[i].ends ? DB_OK : DB_CONSTRAINT);
        db_clear(db);
        snprintf(sql, sizeof(sql), "DELETE FROM %s", cases[i].table);
        db_run(db, sql);
        assert_int_equal(db_fault(db), DB_CONSTRAINT);
        db_clear(db);
    }
    db_close(db);
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)
    const struct CMUnitTest tests[] = {
        SCENE(random_weeks_add_up),
        SCENE(totals_go_on_from_the_ledger),
        SCENE(what_a_full_disk_refuses_is_written_later),
        SCENE(what_a_lock_delays_is_written_later),
        SCENE(a_kill_leaves_whole_batches),
        SCENE(one_daemon_a_database),
        SCENE(what_is_no_ledger_is_refused),
        SCENE(a_newer_ledger_is_refused),
        SCENE(an_empty_ledger_is_said_to_be),
        SCENE(a_folder_that_is_not_there_is_said),
        SCENE(damaged_states_are_refused),
        cmocka_unit_test(states_are_kept_whole),
        SCENE(a_state_moves_onto_this_boot),
        SCENE(the_last_commit_is_the_latest),
        SCENE(revs_rise_and_incarnations_are_rows),
        SCENE(what_changed_is_journalled),
        SCENE(a_changed_definition_opens_a_segment),
        SCENE(a_meter_that_reads_another_register_opens_a_segment),
        SCENE(a_state_broken_after_a_reboot_keeps_its_boot),
        SCENE(nothing_is_posted_before_what_is_posted),
        SCENE(totals_are_read_after_a_failed_commit),
        SCENE(a_changed_time_zone_moves_the_days),
        SCENE(alarms_that_stood_are_told_at_the_next_start),
        SCENE(a_name_stands_for_one_meter),
        SCENE(what_leaves_the_configuration_keeps_its_past),
        SCENE(a_line_that_would_correct_the_past_waits),
        SCENE(a_line_of_the_future_takes_effect_by_itself),
        SCENE(the_hour_that_runs_goes_on),
        SCENE(whatever_the_calendar_it_adds_up),
        SCENE(whatever_the_zone_it_adds_up),
        SCENE(old_minutes_go_in_small_steps),
        SCENE(a_migration_backs_up_first),
        SCENE(the_first_version_becomes_the_second),
        SCENE(acts_are_neither_changed_nor_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
