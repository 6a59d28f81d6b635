/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <unistd.h>

#include "collector/import_write.h"
#include "collector/store_parts.h"
#include "collector/store_verify.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/seed.h"
#include "tests/unit/site.h"

enum { METERS = 4, READINGS_MAX = 400 };

#define NOW_MS (SITE_DAY_MS + 100 * 24 * HOUR_MS)

struct scene {
    char folder[64], database[128];
    struct site site;
    struct import_file file;
    struct import_past past[METERS];
    struct import_sum sum;
    struct import_faults faults;
    struct import_order order;
};

static int scene_setup(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    *state = scene;
    folder_make(scene->folder);
    snprintf(scene->database, sizeof(scene->database), "%s/ledger.db", scene->folder);
    site_make(&scene->site, METERS, scene->database);
    scene->order = (struct import_order){
        .config = &scene->site.config, .file = &scene->file, .past = scene->past, .now = {NOW_MS, 5 * HOUR_MS}};
    return 0;
}

static void scene_clear(struct scene *scene)
{
    import_file_free(&scene->file);
    import_sum_free(&scene->sum);
    scene->faults = (struct import_faults){0};
}

static int scene_teardown(void **state)
{
    struct scene *scene = *state;
    scene_clear(scene);
    folder_remove(scene->folder);
    free(scene);
    return 0;
}

/* --- reading files --- */

static const char *faults_of(struct scene *scene, const char *text, const char *meter, char *out, size_t size)
{
    size_t length = 0;
    scene_clear(scene);
    import_read(&scene->site.config, text, strlen(text), meter, NOW_MS, &scene->faults, &scene->file);
    out[0] = '\0';
    for (size_t i = 0; i < scene->faults.kept; i++)
        length += (size_t)snprintf(out + length, size - length, "%s%zu:%zu", i ? " " : "", scene->faults.fault[i].row,
                                   scene->faults.fault[i].column);
    return out;
}

static void every_fault_is_told_by_row_and_column(void **state)
{
    static const struct {
        const char *text, *faults; /* "row:column ..." as they are found; 0: no one row or column */
    } cases[] = {
        {"", "0:0"},
        {"\n\n", "0:0"},
        {"time,meter\n", "1:0"},
        {"meter,reading\n", "1:0"},
        {"time,reading\n", "1:0"},
        {"time,time,meter,reading\n", "1:2"},
        {"time,meter,reading\n2026/1/5,belt-1,1.5\n", ""},
        {"\n\ntime,meter,reading\n2026/1/5,belt-1,1.5\n", ""},
        {"readings of the north mine\n\n,,\ntime,meter,reading\n2026/1/5,belt-1,x\n", "5:3"},
        {"\na\n\nb\n", "2:0"},
        {"时间,计量点,读数（吨）\n2026年1月5日,belt-1,1.5\n", ""},
        {"Meter,remark,Reading (kg),TIME\nbelt-1,by hand,1.5,2026/1/5\n", "2:3"},
        {"Meter,remark,Reading (kg),TIME\nbelt-1,by hand,1500,2026/1/5\n", ""},
        {"time,meter,reading (m3)\n2026/1/5,belt-1,1\n", "2:3"},
        {"time,belt-1,belt-2\n2026/1/5,1,\n2026/1/6,,2\n", ""},
        {"date,time,belt-1\n2026/1/5,8:00,1\n2026/1/5,16时,2\n", ""},
        {"date,time,belt-1\n2026/1/5,8,1\n", "2:2"},
        {"time,meter,reading\nx,belt-1,1\n2026/1/5,belt-9,1\n2026/1/5,belt-1,x\n", "2:1 3:2 4:3"},
        {"time,meter,reading\nx,y,z\n", "2:1 2:2"},
        {"time,meter,reading\n2026/1/5,belt-1,\n", "2:3"},
        {"time,meter,reading,raw\n2026/1/5,belt-1,1,\n2026/1/6,belt-1,,2000\n2026/1/7,belt-1,3,3000\n", "4:4"},
        {"time,meter,raw\n2026/1/5,belt-1,1.5\n", "2:3"},
        {"time,meter,raw\n2026/1/5,belt-1,4294967295\n2026/1/6,belt-1,4294967296\n2026/1/7,belt-1,-1\n", "3:3 4:3"},
        {"time,meter,reading\n2026/1/5,belt-1,0.0005\n", "2:3"},
        {"time,meter,reading\n2026/1/5,belt-1,1.88E+06\n", "2:3"},
        {"time,meter,reading\n2027/12/31,belt-1,1\n", "2:1"},
        {"time,meter,reading\n2026/1/5,belt-1,1\n2026/1/5 0:00,belt-1,1.000\n", ""},
        {"time,meter,reading\n2026/1/5,belt-1,1\n2026/1/5 0:00,belt-1,2\n", "3:3"},
        {"time,meter,reading\n2026/1/5,belt-1,\"1\n", "2:3"},
        {"\xff\xff", "0:0"},
    };
    struct scene *scene = *state;
    char out[256];
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        faults_of(scene, cases[i].text, NULL, out, sizeof(out));
        if (strcmp(out, cases[i].faults) != 0)
            print_message("# %s\n", cases[i].text);
        assert_string_equal(out, cases[i].faults);
    }
    assert_string_equal(faults_of(scene, "time,reading\n2026/1/5,1\n", "belt-2", out, sizeof(out)), "");
    assert_int_equal(((struct import_reading *)scene->file.readings.at)->meter, 1);
    assert_string_equal(faults_of(scene, "time,reading\n2026/1/5,1\n", "belt-9", out, sizeof(out)), "2:0");
}

static void no_more_than_fifty_faults_are_kept(void **state)
{
    struct scene *scene = *state;
    char text[4096] = "time,meter,reading\n", out[1024];
    for (int i = 0; i < 60; i++)
        strcat(text, "2026/1/5,belt-1,x\n");
    faults_of(scene, text, NULL, out, sizeof(out));
    assert_int_equal(scene->faults.found, 60);
    assert_int_equal(scene->faults.kept, IMPORT_FAULTS_MAX);
}

static void readings_stand_in_the_order_of_time(void **state)
{
    struct scene *scene = *state;
    char out[64];
    faults_of(scene,
              "time,meter,reading\n2026/1/6,belt-2,2\n2026/1/5,belt-2,1\n2026/1/6,belt-1,3.25\n2026/1/5,belt-2,1", NULL,
              out, sizeof(out));
    const struct import_reading *reading = scene->file.readings.at;
    assert_int_equal(scene->file.readings.count, 3);
    assert_int_equal(scene->file.repeated, 1);
    assert_int_equal(scene->file.rows, 4);
    assert_int_equal(reading[0].count, 1000);
    assert_int_equal(reading[1].count, 3250);
    assert_int_equal(reading[1].row, 4);
    assert_int_equal(reading[2].count, 2000);
}

/* --- into the ledger --- */

static bool sink_nothing(void *context, struct batch *batch)
{
    (void)context;
    (void)batch;
    return true;
}

/* An import takes the calendars of the ledger over: those before are freed, as config_free would. */
static void calendar_own(struct calendar *calendar)
{
    struct calendar_rule *rule = calloc(calendar->rules, sizeof *rule);
    assert_non_null(rule);
    memcpy(rule, calendar->rule, calendar->rules * sizeof *rule);
    calendar->rule = rule;
}

static void calendars_own(struct site *site)
{
    for (int i = 0; i < 2; i++)
        calendar_own(&site->mine[i].calendar);
    for (size_t i = 0; i < METERS; i++)
        calendar_own(&site->meter[i].calendar);
}

static void calendars_drop(struct site *site)
{
    for (size_t i = 0; i < METERS; i++) {
        free(site->meter[i].calendar.rule);
        site->meter[i].calendar = (struct calendar){1, &site->rule[i % 2]};
    }
    for (int i = 0; i < 2; i++) {
        free(site->mine[i].calendar.rule);
        site->mine[i].calendar = (struct calendar){1, &site->rule[i]};
    }
}

/* All that the command does; what was written. */
static enum import_outcome import_text(struct scene *scene, const char *text, char *answer, size_t size)
{
    const struct act act = import_act("Zhang San", "history.csv", NOW_MS, LANGUAGE_EN);
    scene_clear(scene);
    struct db *db = access(scene->database, F_OK) == 0 ? store_read(scene->database) : NULL;
    snprintf(answer, size, "%s", "");
    assert_true(import_read(&scene->site.config, text, strlen(text), NULL, NOW_MS, &scene->faults, &scene->file));
    import_judge(&scene->site.config, db, scene->order.now, &scene->file, scene->past, &scene->faults);
    if (db)
        assert_int_equal(db_fault(db), DB_OK);
    db_close(db);
    for (size_t i = 0; i < scene->faults.kept; i++)
        snprintf(answer, size, "%s", scene->faults.fault[i].text);
    if (scene->faults.found)
        return IMPORT_FAULTY;
    scene->order.sink = sink_nothing;
    assert_true(import_run(&scene->order, &scene->sum));
    calendars_own(&scene->site);
    const enum import_outcome outcome = import_write(&scene->order, &scene->sum, &act, &scene->faults, answer, size);
    calendars_drop(&scene->site);
    return outcome;
}

static void import_good(struct scene *scene, const char *text)
{
    char answer[512];
    const enum import_outcome outcome = import_text(scene, text, answer, sizeof(answer));
    if (outcome != IMPORT_DONE)
        print_message("# %s\n", answer);
    assert_int_equal(outcome, IMPORT_DONE);
}

static void finding_print(void *context, const struct finding *finding)
{
    (void)context;
    print_message("# %s %s: %s\n", finding->check, finding->meter, finding->text);
}

static int64_t ledger_value(struct scene *scene, const char *sql, size_t count, const int64_t *values)
{
    struct db *db = store_read(scene->database);
    const int64_t value = db_value(db, sql, count, values);
    assert_int_equal(db_fault(db), DB_OK);
    db_close(db);
    return value;
}

static void ledger_adds_up(struct scene *scene)
{
    struct db *db = store_read(scene->database);
    const struct verification all = verify_run(db, &(struct verify_to){.report = finding_print});
    assert_int_equal(db_fault(db), DB_OK);
    assert_int_equal(all.findings, 0);
    db_close(db);
}

/* A meter's life: what it has counted, never wrapped, at irregular times. */
struct life {
    size_t readings;
    int64_t at_ms[READINGS_MAX], total[READINGS_MAX];
};

static void life_make(struct life *life)
{
    int64_t at_ms = SITE_DAY_MS - 90 * 24 * HOUR_MS + rand() % 1000 * 1000, total = (INT64_C(1) << 32) - rand();
    life->readings = READINGS_MAX;
    for (size_t i = 0; i < READINGS_MAX; i++) {
        const int64_t wait_ms = (rand() % 3 ? 8 * 3600 : 1 + rand() % (12 * 3600)) * INT64_C(1000);
        life->at_ms[i] = at_ms;
        life->total[i] = total;
        at_ms += wait_ms;
        total += rand() % 4 ? wait_ms / 3600 * (rand() % 1200) / 1000 : 0; /* at most 1,200,000 an hour */
    }
}

static void life_print(const struct life *life, size_t meter, size_t from, size_t to, char *text, size_t size)
{
    for (size_t i = from, length = strlen(text); i < to; i++) {
        char at[20];
        instant_format(life->at_ms[i], at);
        length += (size_t)snprintf(text + length, size - length, "%s,belt-%zu,%" PRId64 "\n", at, meter + 1,
                                   life->total[i] % (INT64_C(1) << 32));
    }
}

static void lives_import(struct scene *scene, const struct life *life, size_t from, size_t to)
{
    static char text[METERS * READINGS_MAX * 48];
    snprintf(text, sizeof(text), "time,meter,raw\n");
    for (size_t i = 0; i < METERS; i++)
        life_print(&life[i], i, from, to, text, sizeof(text));
    import_good(scene, text);
    ledger_adds_up(scene);
}

/* Whichever part comes first into the ledger: what lies between is counted, once, and where it belongs. */
static void parts_of_a_history_add_up_in_any_order(void **state)
{
    static const size_t parts[][2] = {{100, 200}, {200, 300}, {50, 100}, {300, READINGS_MAX}, {1, 50}, {0, 1}};
    struct scene *scene = *state;
    static struct life life[METERS];
    seed_random();
    for (size_t i = 0; i < METERS; i++)
        life_make(&life[i]);
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        lives_import(scene, life, parts[i][0], parts[i][1]);
    for (size_t i = 0; i < METERS; i++) {
        const int64_t id = (int64_t)i + 1;
        assert_int_equal(ledger_value(scene, "SELECT sum(metered) FROM tally WHERE meter = ?", 1, &id),
                         life[i].total[READINGS_MAX - 1] - life[i].total[0]);
        assert_int_equal(ledger_value(scene, "SELECT sum(metered) FROM month_total WHERE meter = ?", 1, &id),
                         life[i].total[READINGS_MAX - 1] - life[i].total[0]);
    }
    assert_int_equal(ledger_value(scene, "SELECT count(*) FROM journal WHERE open = 1", 0, NULL), 0);
}

static void what_is_there_already_is_not_imported_again(void **state)
{
    static const char text[] = "time,meter,reading\n2026/9/1 0:00,belt-1,100\n2026/9/1 8:00,belt-1,900\n"
                               "2026/9/1 16:00,belt-1,1700.5\n";
    static const char longer[] = "time,meter,reading\n2026/9/1 0:00,belt-1,100\n2026/9/1 8:00,belt-1,900\n"
                                 "2026/9/1 16:00,belt-1,1700.5\n2026/9/2 0:00,belt-1,2500.5\n";
    struct scene *scene = *state;
    import_good(scene, text);
    assert_int_equal(scene->past[0].news, 3);
    import_good(scene, longer);
    assert_int_equal(scene->past[0].news, 1);
    assert_int_equal(scene->sum.meter[0].there, 3);
    assert_int_equal(scene->sum.meter[0].amount, 800000);
    assert_int_equal(ledger_value(scene, "SELECT sum(metered) FROM tally", 0, NULL), 2400500);
    ledger_adds_up(scene);
}

/* Somebody read the meter at the start of the shift, and the first live reading came minutes later. */
static void a_history_may_end_in_the_hour_of_the_first_reading(void **state)
{
    struct scene *scene = *state;
    import_good(scene, "time,meter,reading\n2026/9/1 8:20,belt-1,900\n2026/9/1 8:40,belt-1,1000\n"
                       "2026/9/1 9:10,belt-1,1200\n");
    const char *history = "time,meter,reading\n2026/9/1 0:00,belt-1,100\n2026/9/1 8:00,belt-1,800\n"
                          "2026/9/1 8:10,belt-1,850\n";
    import_good(scene, history);
    ledger_adds_up(scene);
    assert_int_equal(ledger_value(scene, "SELECT sum(metered) FROM tally", 0, NULL), 1100000);
    const int64_t eight = SITE_DAY_MS - 42 * 24 * HOUR_MS + 8 * HOUR_MS;
    const char *const bucket[] = {
        "SELECT first_at_ms FROM tally WHERE bucket_ms = ?", "SELECT first_raw FROM tally WHERE bucket_ms = ?",
        "SELECT last_raw FROM tally WHERE bucket_ms = ?", "SELECT metered FROM tally WHERE bucket_ms = ?"};
    assert_int_equal(ledger_value(scene, bucket[0], 1, &eight), eight);
    assert_int_equal(ledger_value(scene, bucket[1], 1, &eight), 800000);
    assert_int_equal(ledger_value(scene, bucket[2], 1, &eight), 1000000);
    assert_int_equal(ledger_value(scene, bucket[3], 1, &eight), 200000 + 200000 * 2 / 3 - 1 + 1);
    /* and again: all of it is there, also what the bucket does not keep */
    struct db *db = store_read(scene->database);
    scene_clear(scene);
    assert_true(import_read(&scene->site.config, history, strlen(history), NULL, NOW_MS, &scene->faults, &scene->file));
    import_judge(&scene->site.config, db, scene->order.now, &scene->file, scene->past, &scene->faults);
    assert_int_equal(scene->faults.found, 0);
    assert_int_equal(scene->past[0].news, 0);
    db_close(db);
}

static void what_lies_among_tallies_is_refused(void **state)
{
    static const char text[] = "time,meter,reading\n2026/9/1 0:30,belt-1,100\n2026/9/1 8:00,belt-1,900\n";
    static const char *const wrong[] = {
        "time,meter,reading\n2026/9/1 4:00,belt-1,500\n",
        "time,meter,reading\n2026/9/1 8:00,belt-1,901\n",
        "time,meter,reading\n2026/9/1 0:31,belt-1,99\n",
        "time,meter,reading\n2026/8/1 0:10,belt-1,99\n2026/9/2,belt-1,1000\n",
    };
    struct scene *scene = *state;
    char answer[512];
    import_good(scene, text);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_int_equal(import_text(scene, wrong[i], answer, sizeof(answer)), IMPORT_FAULTY);
    assert_int_equal(ledger_value(scene, "SELECT sum(metered) FROM tally", 0, NULL), 800000);
    scene->site.meter[0].rules.modulus = 1000000000;
    snprintf(scene->site.meter[0].definition, sizeof(scene->site.meter[0].definition), "decimal");
    assert_int_equal(import_text(scene, "time,meter,reading\n2026/8/1,belt-1,1\n", answer, sizeof(answer)),
                     IMPORT_FAULTY);
}

/* 8 h apart, and so each a gap, a day of them, a typing error, a jump, a reset. */
static void accidents_are_judged_as_live_ones_are(void **state)
{
    static const char text[] = "time,belt-1,belt-2,belt-3\n"
                               "2026/9/1 0:00,1000,1000,5000\n"
                               "2026/9/1 8:00,2000,2000,6000\n"
                               "2026/9/1 16:00,300000,2500000,7000\n"
                               "2026/9/2 0:00,3000,2501000,900\n"
                               "2026/9/2 8:00,4000,2502000,1800\n";
    struct scene *scene = *state;
    scene->site.meter[2].rules.resettable = true;
    import_good(scene, text);
    ledger_adds_up(scene);
    const struct import_meter *sum = scene->sum.meter;
    assert_int_equal(sum[0].taken, 4);
    assert_int_equal(sum[0].amount, 3000000);
    assert_int_equal(sum[0].open, 0);
    assert_int_equal(sum[1].breaks, 1);
    assert_int_equal(sum[1].open, 1);
    assert_int_equal(sum[1].amount, 1000000 + 2000000);
    assert_int_equal(sum[2].breaks, 1);
    assert_int_equal(sum[2].amount, 1000000 + 1000000 + 900000 + 900000);
    assert_int_equal(ledger_value(scene, "SELECT count(*) FROM journal WHERE kind = 'gap'", 0, NULL), 3);
    assert_int_equal(ledger_value(scene, "SELECT sum(count) FROM journal WHERE kind = 'gap'", 0, NULL), 3 + 2 + 3);
    assert_int_equal(ledger_value(scene, "SELECT count(*) FROM gap", 0, NULL), 3 + 3 + 4);
}

/* As after a batch of the daemon: the state stands on this boot's line. */
static void a_meter_goes_on_from_its_last_imported_total(void **state)
{
    struct scene *scene = *state;
    struct totaliser_state left;
    struct store *store;
    char text[512];
    import_good(scene, "time,meter,reading\n2026/9/1 0:00,belt-1,100\n2026/9/1 8:00,belt-1,900\n");
    assert_int_equal(store_open(&scene->site.config, scene->order.now, &store, text, sizeof(text)), STORE_OK);
    revs_watch(store->db);
    assert_true(store_state(store, 0, true, scene->order.now, &left));
    assert_int_equal(left.last, 900000);
    assert_int_equal(left.segment, 1);
    assert_int_equal(left.total, 800000);
    const int64_t last_ms = SITE_DAY_MS - 42 * 24 * HOUR_MS + 8 * HOUR_MS;
    assert_int_equal(left.accepted_ms, last_ms - NOW_MS + 5 * HOUR_MS);
    assert_int_equal(store_posted_ms(store, 0), last_ms);
    assert_false(store_state(store, 1, true, scene->order.now, &left));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)
        SCENE(every_fault_is_told_by_row_and_column),        SCENE(no_more_than_fifty_faults_are_kept),
        SCENE(readings_stand_in_the_order_of_time),          SCENE(parts_of_a_history_add_up_in_any_order),
        SCENE(what_is_there_already_is_not_imported_again),  SCENE(a_history_may_end_in_the_hour_of_the_first_reading),
        SCENE(what_lies_among_tallies_is_refused),           SCENE(accidents_are_judged_as_live_ones_are),
        SCENE(a_meter_goes_on_from_its_last_imported_total),
#undef SCENE
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
