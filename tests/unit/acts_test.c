/* SPDX-License-Identifier: Apache-2.0 */
/* Acts: how they are written and read back, what is no act, and each applied once. */
#include "collector/acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/spool.h"
#include "collector/store_parts.h"
#include "collector/store_verify.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/site.h"

struct scene {
    char folder[64], database[128], spool[160];
    struct site site;
    struct store *store;
    int applied;
};

static int scene_setup(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    char text[512];
    *state = scene;
    folder_make(scene->folder);
    snprintf(scene->database, sizeof(scene->database), "%s/ledger.db", scene->folder);
    snprintf(scene->spool, sizeof(scene->spool), "%s-acts", scene->database);
    site_make(&scene->site, 2, scene->database);
    if (store_open(&scene->site.config, clock_now(), &scene->store, text, sizeof(text)) != STORE_OK)
        return 1;
    db_run(scene->store->db, "PRAGMA synchronous = OFF");
    revs_watch(scene->store->db);
    return spool_make(scene->database, text, sizeof(text)) ? 0 : 1;
}

static int scene_teardown(void **state)
{
    struct scene *scene = *state;
    store_close(scene->store);
    folder_remove(scene->folder);
    free(scene);
    return 0;
}

static void act_make(struct act *act, int number, const char *item, const char *value)
{
    *act = (struct act){.verb = "enter", .by = "Li", .at_ms = 1791820800000 + number};
    snprintf(act->uid, sizeof(act->uid), "%032x", number);
    act_add(act, "source", "test");
    act_add(act, "mine", "sim-a");
    act_add(act, "item", item);
    act_add(act, "period", "2026-10-12");
    act_add(act, "value", value);
}

static void hand_in(struct scene *scene, int number, const char *item, const char *value)
{
    struct act act;
    char text[512] = "";
    act_make(&act, number, item, value);
    if (!spool_write(scene->database, &act, text, sizeof(text)))
        fail_msg("%s", text);
}

static void applied(void *context, const struct act *act)
{
    struct scene *scene = context;
    assert_string_equal(act->verb, "enter");
    scene->applied++;
}

static bool drain(struct scene *scene)
{
    const struct acts_listener listener = {.context = scene, .applied = applied};
    return acts_drain(scene->store, &scene->site.config, scene->database, 0, &listener);
}

static int64_t value(struct scene *scene, const char *sql)
{
    struct db *db = store_read(scene->database);
    int64_t value = db_value(db, sql, 0, NULL);
    assert_string_equal(db_error(db), "");
    db_close(db);
    return value;
}

/* --- one act and its text --- */

static void what_is_written_is_read_back(void **state)
{
    struct act act, again;
    struct text out = {0}, arguments = {0};
    char text[256] = "";
    (void)state;

    act_make(&act, 7, "stock", "84300t");
    act.language = LANGUAGE_ZH;
    act_add(&act, "note", "两\n行 \"quoted\"\t\\");
    act_add(&act, "absent", NULL);
    act_format(&act, &out);
    assert_true(act_parse(out.at, out.length, &again, text, sizeof(text)));
    assert_string_equal(again.uid, act.uid);
    assert_string_equal(again.by, "Li");
    assert_int_equal(again.at_ms, act.at_ms);
    assert_int_equal(again.language, LANGUAGE_ZH);
    assert_int_equal(again.arguments, 6);
    assert_string_equal(act_value(&again, "note"), act_value(&act, "note"));
    assert_null(act_value(&again, "absent"));
    act_free(&again);
    act_arguments(&act, &arguments);
    assert_string_equal(
        arguments.at,
        "{\"item\":\"stock\",\"mine\":\"sim-a\",\"note\":\"两\\u000a行 "
        "\\\"quoted\\\"\\u0009\\\\\",\"period\":\"2026-10-12\",\"source\":\"test\",\"value\":\"84300t\"}");
    text_free(&arguments);
    text_free(&out);
}

#define UID  "0123456789abcdef0123456789abcdef"
#define HEAD "{\"uid\":\"" UID "\",\"verb\":\"enter\",\"by\":\"Li\",\"at_ms\":5,\"language\":\"en\",\"arguments\":"

static void what_is_no_act_is_told(void **state)
{
    static const struct {
        const char *file, *says; /* NULL: it is one */
    } cases[] = {
        {HEAD "{}}", NULL},
        {HEAD "{\"mine\":\"sim-a\"}}", NULL},
        {"", "not JSON"},
        {"[]", "not a JSON object"},
        {"{}", "0 members"},
        {HEAD "{}", "not JSON"},
        {HEAD "{}}x", "not JSON"},
        {HEAD "[]}", "arguments: expected an object of texts"},
        {HEAD "{\"mine\":7}}", "arguments: expected an object of texts"},
        {HEAD "{\"mine\":{\"mine\":\"x\"}}}", "arguments: expected an object of texts"},
        {HEAD "{\"mine\":\"a\",\"mine\":\"b\"}}", "duplicate"},
        {HEAD "{\"Mine\":\"a\"}}", "called \"Mine\""},
        {HEAD "{\"\":\"a\"}}", "called \"\""},
        {HEAD "{\"a-name-that-is-longer-than-any-option\":\"a\"}}", "shorter than"},
        {HEAD "{\"mine\":\"a\\u0007\"}}", "without control characters"},
        {HEAD "{\"mine\":\"a\\u0000\"}}", "not JSON"},
        {HEAD "{\"mine\":\"\xff\"}}", "not JSON"},
        {HEAD "{},\"more\":1}", "7 members"},
        {"{\"uid\":\"" UID "0\",\"verb\":\"enter\",\"by\":\"Li\",\"at_ms\":5,\"language\":\"en\",\"arguments\":{}}",
         "uid: expected"},
        {"{\"uid\":\"0123456789ABCDEF0123456789abcdef\",\"verb\":\"enter\",\"by\":\"Li\",\"at_ms\":5,\"language\":"
         "\"en\","
         "\"arguments\":{}}",
         "expected 32 digits"},
        {"{\"uid\":\"" UID "\",\"verb\":\"../x\",\"by\":\"Li\",\"at_ms\":5,\"language\":\"en\",\"arguments\":{}}",
         "verb \"../x\""},
        {"{\"uid\":\"" UID "\",\"verb\":\"enter\",\"by\":\"  \",\"at_ms\":5,\"language\":\"en\",\"arguments\":{}}",
         "expected the name of who does it"},
        {"{\"uid\":\"" UID "\",\"verb\":\"enter\",\"by\":\"Li\",\"at_ms\":\"5\",\"language\":\"en\",\"arguments\":{}}",
         "at_ms: expected"},
        {"{\"uid\":\"" UID "\",\"verb\":\"enter\",\"by\":\"Li\",\"at_ms\":-5,\"language\":\"en\",\"arguments\":{}}",
         "at_ms -5"},
        {"{\"uid\":\"" UID "\",\"verb\":\"enter\",\"by\":\"Li\",\"at_ms\":5.5,\"language\":\"en\",\"arguments\":{}}",
         "at_ms: expected"},
        {"{\"uid\":\"" UID "\",\"verb\":\"enter\",\"by\":\"Li\",\"at_ms\":5,\"language\":\"fr\",\"arguments\":{}}",
         "language \"fr\""},
        {"{\"uid\":\"" UID "\",\"verb\":\"enter\",\"by\":7,\"at_ms\":5,\"language\":\"en\",\"arguments\":{}}",
         "by: expected"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct act act;
        char text[256] = "";
        bool read = act_parse(cases[i].file, strlen(cases[i].file), &act, text, sizeof(text));
        if (read != !cases[i].says || (cases[i].says && !strstr(text, cases[i].says)))
            fail_msg("%s: %s, expected %s", cases[i].file, text, cases[i].says ? cases[i].says : "an act");
        act_free(&act);
    }
}

/* A daemon that does not believe its clock closes nothing by it, neither for a person. */
static void a_clock_in_doubt_closes_nothing(void **state)
{
    static const char *const arguments[][2] = {
        {"mine", "sim-a"}, {"period", "2026-10-12"}, {"prepared-by", "Li"}, {"checked-by", "Wang"}};
    struct scene *scene = *state;
    const struct acts_listener listener = {.daemon = true};
    struct act act = {.verb = "close", .by = "Li", .at_ms = 1791820800000};
    char text[512] = "";

    snprintf(act.uid, sizeof(act.uid), "%032x", 77);
    for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments); i++)
        act_add(&act, arguments[i][0], arguments[i][1]);
    assert_true(spool_write(scene->database, &act, text, sizeof(text)));
    assert_true(acts_drain(scene->store, &scene->site.config, scene->database, 0, &listener));
    assert_int_equal(value(scene, "SELECT count(*) FROM act WHERE outcome = 2 AND answer LIKE '%clock is in doubt%'"),
                     1);
    assert_int_equal(value(scene, "SELECT count(*) FROM version"), 0);
}

/* Of gas or power it would change figures that no rule changes. */
static void coefficients_are_of_coal_alone(void **state)
{
    static const struct {
        const char *quantity;
        bool done;
    } cases[] = {{"raw_coal", true}, {"rom_coal", true}, {"energy", false}, {"gas_surface", false}};
    struct scene *scene = *state;
    char text[512] = "", sql[256];

    revs_unwatch(scene->store->db);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct act act = {.verb = "coefficient", .by = "Li", .at_ms = 1791820800000 + (int64_t)i};
        snprintf(sql, sizeof(sql), "UPDATE meter SET quantity = '%s' WHERE id = 1", cases[i].quantity);
        db_run(scene->store->db, sql);
        snprintf(act.uid, sizeof(act.uid), "%032zx", i);
        act_add(&act, "meter", scene->site.config.meter[0].name);
        act_add(&act, "factor", "0.95");
        act_add(&act, "from", "2026-10-12");
        assert_true(spool_write(scene->database, &act, text, sizeof(text)));
        assert_true(acts_drain(scene->store, &scene->site.config, scene->database, 0, NULL));
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM act WHERE outcome = 2 AND uid = '%s' AND answer LIKE '%%%s%%'",
                 act.uid, "expected a meter of run-of-mine or raw coal");
        assert_int_equal(value(scene, sql), !cases[i].done);
    }
    assert_int_equal(value(scene, "SELECT count(*) FROM coefficient"), 2);
}

static void too_much_is_refused(void **state)
{
    char names[ACT_ARGUMENTS_MAX + 1][8], text[256];
    struct act act, again;
    struct text out = {0};
    (void)state;

    act_make(&act, 1, "stock", "1");
    act.arguments = 0;
    for (int i = 0; i <= ACT_ARGUMENTS_MAX; i++) {
        snprintf(names[i], sizeof(names[i]), "a%d", i);
        assert_true(act_judge(&act, text, sizeof(text)));
        act_add(&act, names[i], "x");
    }
    assert_false(act_judge(&act, text, sizeof(text)));
    assert_non_null(strstr(text, "more than"));

    text_add(&out, HEAD "{");
    for (int i = 0; i <= ACT_ARGUMENTS_MAX; i++)
        text_member(&out, names[i], "x");
    text_add(&out, "}}");
    assert_false(act_parse(out.at, out.length, &again, text, sizeof(text)));
    assert_non_null(strstr(text, "more than"));
    act_free(&again);
    text_clear(&out);
    for (int i = 0; i < 100000; i++)
        text_add(&out, "[");
    assert_false(act_parse(out.at, out.length, &again, text, sizeof(text)));
    act_free(&again);
    text_free(&out);
}

/* --- applied once --- */

static void each_is_applied_once(void **state)
{
    struct scene *scene = *state;

    assert_false(acts_wait(scene->database));
    hand_in(scene, 2, "stock", "2");
    hand_in(scene, 1, "stock", "1");
    hand_in(scene, 3, "stonk", "3");
    assert_true(acts_wait(scene->database));
    assert_true(drain(scene));
    assert_false(acts_wait(scene->database));
    assert_int_equal(scene->applied, 2);
    assert_int_equal(value(scene, "SELECT count(*) FROM act"), 3);
    assert_int_equal(value(scene, "SELECT sum(outcome = 1) FROM act"), 2);
    assert_int_equal(value(scene, "SELECT value FROM entry WHERE version = 2"), 2000); /* in the order of time */
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'act'"), 3);

    hand_in(scene, 1, "stock", "1"); /* it was left there by a kill */
    assert_true(drain(scene));
    assert_false(acts_wait(scene->database));
    assert_int_equal(scene->applied, 2);
    assert_int_equal(value(scene, "SELECT count(*) FROM act"), 3);
}

static void what_the_ledger_cannot_take_waits(void **state)
{
    struct scene *scene = *state;

    hand_in(scene, 1, "stock", "1");
    db_run(scene->store->db, "PRAGMA query_only = 1");
    assert_false(drain(scene));
    assert_true(acts_wait(scene->database));
    db_clear(scene->store->db);
    db_run(scene->store->db, "PRAGMA query_only = 0");
    assert_int_equal(scene->applied, 0);
    assert_int_equal(value(scene, "SELECT count(*) FROM entry"), 0);
    assert_true(drain(scene));
    assert_int_equal(scene->applied, 1);
}

/* A row that the ledger refuses is no reason to try for ever, and leaves nothing of its act. */
static void a_row_that_is_refused_refuses_the_act(void **state)
{
    struct scene *scene = *state;

    db_run(scene->store->db,
           "CREATE TRIGGER never BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'no such luck'); END");
    hand_in(scene, 1, "stock", "1");
    assert_true(drain(scene));
    assert_false(acts_wait(scene->database));
    assert_int_equal(value(scene, "SELECT count(*) FROM act WHERE outcome = 2 AND answer LIKE '%no such luck%'"), 1);
    assert_int_equal(value(scene, "SELECT max(rev) FROM journal"), value(scene, "SELECT rev - 1 FROM revision"));
    db_run(scene->store->db, "DROP TRIGGER never");
    hand_in(scene, 2, "stock", "1");
    assert_true(drain(scene));
    assert_int_equal(scene->applied, 1);
}

static void file_make(struct scene *scene, const char *name, const char *content)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", scene->spool, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void what_is_no_act_is_moved_aside(void **state)
{
    struct scene *scene = *state;
    char path[256], pipe[256], link[256];

    snprintf(pipe, sizeof(pipe), "%s/1-pipe", scene->spool);
    snprintf(link, sizeof(link), "%s/2-link", scene->spool);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    file_make(scene, "3-garbage", "garbage");
    file_make(scene, "4-another-name", HEAD "{}}");
    file_make(scene, ".half", "still being written");
    hand_in(scene, 9, "stock", "9");
    assert_false(spool_refused(scene->database));
    assert_true(drain(scene));
    assert_false(acts_wait(scene->database));
    assert_true(spool_refused(scene->database));
    assert_int_equal(scene->applied, 1);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'act-file'"), 4);
    snprintf(path, sizeof(path), "%s/.half", scene->spool);
    assert_int_equal(access(path, F_OK), 0);
    snprintf(path, sizeof(path), "%s/refused/3-garbage", scene->spool);
    assert_int_equal(access(path, F_OK), 0);
}

/* A folder `refused` that leads elsewhere is not used: files stay where they are, and stop nobody. */
static void nothing_is_moved_where_somebody_else_leads(void **state)
{
    struct scene *scene = *state;
    char refused[256], elsewhere[256];

    snprintf(refused, sizeof(refused), "%s/refused", scene->spool);
    snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", scene->folder);
    assert_int_equal(rmdir(refused), 0);
    assert_int_equal(mkdir(elsewhere, 0700), 0);
    assert_int_equal(symlink(elsewhere, refused), 0);
    file_make(scene, "1-garbage", "garbage");
    hand_in(scene, 9, "stock", "9");
    assert_true(drain(scene));
    assert_int_equal(scene->applied, 1);
    assert_int_equal(value(scene, "SELECT count(*) FROM journal WHERE kind = 'act-file'"), 0);
    assert_int_equal(rmdir(elsewhere), 0); /* it is empty */
}

/* --- the proof --- */

static void count_finding(void *context, const struct finding *finding)
{
    struct scene *scene = context;
    /* a posting is of a tally too, and all of these tables are sealed */
    if (strcmp(finding->check, "tally") != 0 && strcmp(finding->check, "seal") != 0)
        assert_string_equal(finding->check, "act");
    struct db *db = store_read(scene->database); /* how to see it is a statement that runs */
    db_next(db_query(db, finding->look));
    assert_string_equal(db_error(db), "");
    db_close(db);
}

static size_t findings(struct scene *scene)
{
    struct db *db = store_read(scene->database);
    size_t findings = verify_run(db, &(struct verify_to){.report = count_finding, .context = scene}).findings;
    assert_string_equal(db_error(db), "");
    db_close(db);
    return findings;
}

static void every_edit_of_an_act_is_found(void **state)
{
    static const char *const edits[] = {
        "UPDATE act SET actor = 'Wang' WHERE id = 1",
        "UPDATE act SET os_user = 'root2' WHERE id = 2",
        "UPDATE act SET at_ms = at_ms + 1 WHERE id = 2",
        "UPDATE act SET applied_ms = applied_ms + 1 WHERE id = 2",
        "UPDATE act SET uid = '" UID "' WHERE id = 2",
        "UPDATE act SET verb = 'adjust' WHERE id = 1",
        "UPDATE act SET answer = 'fine' WHERE id = 3",
        "UPDATE act SET outcome = 1 WHERE id = 3",
        "UPDATE act SET arguments = replace(arguments, 'test', 'rest') WHERE id = 1",
        "UPDATE act SET journal = 1 WHERE id = 1",
        "UPDATE act SET id = 9 WHERE id = 3",
        "DELETE FROM act WHERE id = 1",
        "DELETE FROM act WHERE id = 3",
        "UPDATE entry SET value = value + 1 WHERE act = 1",
        "UPDATE entry SET value = NULL WHERE act = 2",
        "UPDATE entry SET mine = 2 WHERE act = 1",
        "UPDATE entry SET item = 'loss' WHERE act = 1",
        "UPDATE entry SET subject = 'x' WHERE act = 1",
        "UPDATE entry SET source = 'x' WHERE act = 1",
        "UPDATE entry SET text = 'x' WHERE act = 1",
        "UPDATE entry SET unit = 'm' WHERE act = 1",
        "UPDATE entry SET kind = 4 WHERE act = 1",
        "UPDATE entry SET from_day = from_day - 1 WHERE act = 1",
        "UPDATE entry SET to_day = to_day + 1 WHERE act = 1",
        "UPDATE entry SET shift = 0 WHERE act = 1",
        "UPDATE entry SET from_ms = 1 WHERE act = 1",
        "UPDATE entry SET version = 7 WHERE act = 2",
        "UPDATE entry SET act = 3 WHERE act = 2",
        "DELETE FROM entry WHERE act = 1",
        "DELETE FROM entry WHERE act = 2",
        "INSERT INTO adjustment VALUES(9, 1, 'raw_coal', 2, 20000, 20001, -1, 5, 'r', 1)",
        "INSERT INTO posting VALUES(3, 1, 0, 1, 5, 1)",
    };
    static const char *const tables[] = {"act", "entry"};
    struct scene *scene = *state;
    struct db *db = scene->store->db;
    char sql[96];

    hand_in(scene, 1, "stock", "1");
    hand_in(scene, 2, "stock", "2");
    hand_in(scene, 3, "stonk", "3");
    assert_true(drain(scene));
    assert_int_equal(findings(scene), 0);
    revs_unwatch(db);
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        snprintf(sql, sizeof(sql), "DROP TRIGGER %s_no_update; DROP TRIGGER %s_no_delete", tables[i], tables[i]);
        db_run(db, sql);
    }
    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
        char copy[160];
        snprintf(copy, sizeof(copy), "%s/edited.db", scene->folder);
        assert_true(db_backup(db, copy, NULL));
        struct db *edited = db_open(copy, DB_WRITE);
        db_run(edited, edits[i]);
        assert_string_equal(db_error(edited), "");
        db_close(edited);
        char database[sizeof(scene->database)];
        memcpy(database, scene->database, sizeof(database));
        snprintf(scene->database, sizeof(scene->database), "%s", copy);
        if (findings(scene) == 0)
            fail_msg("not found: %s", edits[i]);
        memcpy(scene->database, database, sizeof(database));
        static const char *const parts[] = {"", "-wal", "-shm"};
        for (size_t part = 0; part < 3; part++) {
            char path[192];
            snprintf(path, sizeof(path), "%s%s", copy, parts[part]);
            unlink(path);
        }
    }
}

int main(void)
{
#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back), cmocka_unit_test(what_is_no_act_is_told),
        cmocka_unit_test(too_much_is_refused),          SCENE(each_is_applied_once),
        SCENE(what_the_ledger_cannot_take_waits),       SCENE(a_row_that_is_refused_refuses_the_act),
        SCENE(what_is_no_act_is_moved_aside),           SCENE(nothing_is_moved_where_somebody_else_leads),
        SCENE(every_edit_of_an_act_is_found),           SCENE(a_clock_in_doubt_closes_nothing),
        SCENE(coefficients_are_of_coal_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
