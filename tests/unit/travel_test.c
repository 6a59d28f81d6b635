/* SPDX-License-Identifier: Apache-2.0 */
/* What travels is what the schema has; batches are cut and read as they should; bad payloads are refused. */
#include "collector/travel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/store_parts.h"
#include "collector/store_roster.h"
#include "collector/text.h"
#include "collector/travel_payload.h"
#include "tests/unit/travel_rig.h"

static uint64_t seed;

/* --- the table against the schema --- */

static void assert_column(struct db_query *query, const struct travel_table *table, int *seen)
{
    const char *name = db_text(query, 1);
    const int index = travel_column(table, name);
    if (strcmp(name, "rev") == 0)
        return;
    if (index < 0)
        fail_msg("%s.%s does not travel", table->name, name);
    const struct travel_column *column = &table->column[index];
    /* A kind of period is kept as its word, whatever type the column was given. */
    const bool text = strcmp(db_text(query, 2), "TEXT") == 0 || strcmp(name, "kind") == 0, key = db_int(query, 5) > 0;
    if (text != (column->kind == TRAVEL_TEXT) || key != column->key || column->null != (!db_int(query, 3) && !key))
        fail_msg("%s.%s is not as the schema has it", table->name, name);
    if (*column->of && travel_find(column->of) < 0)
        fail_msg("%s.%s is an id of %s, which does not travel", table->name, name, column->of);
    ++*seen;
}

static void the_schema_has_these_columns_and_no_others(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, &seed, 1, 'a');
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++) {
        char sql[96];
        int seen = 0;
        snprintf(sql, sizeof sql, "PRAGMA table_info(%s)", travel_tables[i].name);
        struct db *db = db_open(rig.database, DB_READ);
        for (struct db_query *query = db_query(db, sql); db_next(query);)
            assert_column(query, &travel_tables[i], &seen);
        assert_int_equal(seen, travel_tables[i].columns);
        assert_true(travel_tables[i].columns <= TRAVEL_COLUMNS_MAX);
        db_close(db);
    }
    rig_close(&rig);
}

/* Each table of the ledger with a rev travels. */
static void every_row_with_a_rev_travels(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, &seed, 1, 'a');
    struct db *db = db_open(rig.database, DB_READ);
    struct db_query *query =
        db_query(db, "SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
                     " AND c.name = 'rev' AND t.name NOT LIKE 'replica%' AND t.name <> 'revision'");
    int tables = 0;
    for (; db_next(query); tables++)
        if (travel_find(db_text(query, 0)) < 0)
            fail_msg("%s has a rev and does not travel", db_text(query, 0));
    assert_int_equal(tables, TRAVEL_TABLE_COUNT);
    db_close(db);
    rig_close(&rig);
}

/* --- reading --- */

static void assert_by_rev(const struct rig *rig, const char *sql)
{
    struct db *db = db_open(rig->database, DB_READ);
    char *explain = NULL;
    assert_true(asprintf(&explain, "EXPLAIN QUERY PLAN %s", sql) > 0);
    struct db_query *query = db_query(db, explain);
    db_bind_int(query, 0);
    db_bind_int(query, 0);
    assert_true(db_next(query));
    if (!strstr(db_text(query, 3), "rev>? AND rev<?"))
        fail_msg("%s: %s", sql, db_text(query, 3));
    assert_false(db_next(query)); /* nothing is sorted */
    db_close(db);
    free(explain);
}

/* Of a ledger of any size a batch costs what it holds. Segments of the ledger's own, which each commit changes, are
 * not in their index: there are few. */
static void rows_are_found_by_their_revs(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, &seed, 1, 'a');
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++) {
        assert_by_rev(&rig, travel_tables[i].copies);
        if (i != TRAVEL_segment)
            assert_by_rev(&rig, travel_tables[i].range);
    }
    rig_close(&rig);
}

static void batches_hold_every_row_once_in_order(void **state)
{
    (void)state;
    struct rig rig;
    int64_t from = 0, rows = 0, all = 0;
    rig_open(&rig, &seed, RIG_METERS, 'a');
    for (int i = 0; i < 5; i++) {
        rig_run(&rig, 2000);
        rig_act(&rig);
    }
    struct db *db = rig.store->db;
    const int64_t head = db_value(db, "SELECT rev FROM revision", 0, NULL);
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++) {
        struct db_query *query = db_query(db, travel_tables[i].range);
        db_bind_int(query, 0);
        db_bind_int(query, head);
        while (db_next(query))
            all++;
    }
    assert_true(all > TRAVEL_ROWS_MAX);
    while (from < head) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        assert_true(travel_read(db, 0, from, head, &batch));
        assert_true(batch.rows.count <= TRAVEL_ROWS_MAX);
        for (size_t i = 0; i < batch.rows.count; i++) {
            const int64_t rev = travel_row_at(&batch, i)->rev;
            assert_true(rev > from && rev <= batch.to.rev);
            assert_true(i == 0 || rev >= travel_row_at(&batch, i - 1)->rev);
        }
        rows += (int64_t)batch.rows.count;
        assert_true(batch.to.rev > from);
        from = batch.to.rev;
        struct text payload = {0};
        travel_payload(&batch, &payload);
        assert_true(payload.length <= TRAVEL_PAYLOAD_BYTES_MAX);
        text_free(&payload);
        travel_batch_free(&batch);
    }
    assert_int_equal(rows, all);
    rig_close(&rig);
}

/* A row longer than a batch goes alone, and arrives. */
static void a_long_row_travels_alone(void **state)
{
    (void)state;
    struct rig rig;
    struct text arguments = {0};
    rig_open(&rig, &seed, RIG_METERS, 'a');
    rig_run(&rig, 10);
    rig_act(&rig);
    while (arguments.length < 200000)
        text_add(&arguments, "an import's file, line by line\n");
    store_begin(rig.store);
    struct db_query *query =
        db_query(rig.store->db, "INSERT INTO act SELECT 99, 'u', verb, ?, actor, os_user, at_ms, applied_ms, 1, '',"
                                " (SELECT max(id) FROM journal) - 1, ? FROM act WHERE id = 1");
    db_bind_text(query, arguments.at);
    const int64_t rev = store_rev(rig.store);
    db_bind_int(query, rev);
    db_next(query);
    assert_true(store_commit(rig.store, SITE_DAY_MS));
    rig_run(&rig, 10);
    int64_t from = 0;
    bool found = false;
    while (!found) {
        struct travel_batch batch, read;
        struct text payload = {0};
        char why[256] = "";
        travel_batch_begin(&batch);
        travel_batch_begin(&read);
        assert_true(travel_stand(rig.store->db, batch.database, &batch.to, batch.chain));
        batch.from = batch.to;
        batch.from.rev = from;
        assert_true(travel_read(rig.store->db, 0, from, batch.to.head, &batch));
        travel_payload(&batch, &payload);
        assert_true(travel_payload_read(payload.at, payload.length, &read, why, sizeof why));
        found = travel_row_at(&read, 0)->rev == rev;
        assert_true(!found ||
                    (read.rows.count == 1 && strcmp(travel_row_at(&read, 0)->value[3].text, arguments.at) == 0));
        assert_true(batch.to.rev > from);
        from = batch.to.rev;
        travel_batch_free(&batch);
        travel_batch_free(&read);
        text_free(&payload);
    }
    text_free(&arguments);
    rig_close(&rig);
}

/* --- payloads --- */

#define UID              "\"0123456789abcdef0123456789abcdef\""
#define CHAIN            "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""
#define PLACE(head, rev) "{\"incarnation\":" UID ",\"head\":" head ",\"rev\":" rev "}"
#define HEADING                                                                                                        \
    "\"v\":1,\"database\":" UID                                                                                        \
    ",\"session\":7,\"from\":" PLACE("9", "4") ",\"to\":" PLACE("9", "8") ",\"whole\":false,\"chain\":" CHAIN
#define GAP(rev) "[" rev ",1,1000,2000,5]"

static const struct {
    const char *payload, *why; /* why NULL: good */
} payloads[] = {
    {"{" HEADING ",\"mines\":[],\"rows\":{}}", NULL},
    {"{" HEADING ",\"mines\":[[1,\"sim-a\"]],\"rows\":{\"gap\":[" GAP("5") "," GAP("8") "]}}", NULL},
    {"{" HEADING ",\"later\":1,\"mines\":[],\"rows\":{}}", NULL},
    {"{\"v\":1,\"database\":" UID ",\"session\":7,\"from\":null,\"to\":" PLACE(
         "9", "8") ",\"whole\":true,\"chain\":\"\",\"mines\":[],\"rows\":{\"gap\":[" GAP("1") "]}}",
     NULL},
    {"", "not JSON"},
    {"[]", "not a JSON object"},
    {"{\"v\":1", "not JSON"},
    {"{}", "does not say its version"},
    {"{\"v\":2}", "install the newer one here"},
    {"{\"v\":0}", "install the newer one there"},
    {"{\"v\":\"1\"}", "does not say its version"},
    {"{\"v\":1,\"v\":1}", "duplicate"},
    {"{\"v\":1,\"database\":\"ledger\"}", "\"database\""},
    {"{\"v\":1,\"database\":" UID ",\"session\":-1}", "\"session\""},
    {"{\"v\":1,\"database\":" UID ",\"session\":1,\"from\":7}", "\"from\""},
    {"{\"v\":1,\"database\":" UID ",\"session\":1,\"from\":null,\"to\":null}", "\"to\""},
    {"{\"v\":1,\"database\":" UID ",\"session\":1,\"from\":null,\"to\":" PLACE("8", "9") "}", "\"to\""},
    {"{\"v\":1,\"database\":" UID ",\"session\":1,\"from\":null,\"to\":" PLACE("9", "8.0") "}", "\"to\""},
    {"{\"v\":1,\"database\":" UID ",\"session\":1,\"from\":null,\"to\":" PLACE("9", "8") ",\"chain\":\"x\"}",
     "\"chain\""},
    {"{" HEADING ",\"mines\":{},\"rows\":{}}", "mines"},
    {"{" HEADING ",\"mines\":[[1]],\"rows\":{}}", "a mine"},
    {"{" HEADING ",\"mines\":[1],\"rows\":{}}", "a mine"},
    {"{" HEADING ",\"mines\":[]}", "no rows"},
    {"{" HEADING ",\"mines\":[],\"rows\":[]}", "no rows"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"minute\":[]}}", "no table that travels"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":{}}}", "no table that travels"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[7]}}", "values"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,1,1000,2000]]}}", "4 values, and it should have 5"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,1,1000,2000,5,6]]}}", "6 values"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,1,1000,2000,5.0]]}}", "amount is not what"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,1,1000,2000,\"5\"]]}}", "amount is not what"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,1,1000,2000,null]]}}", "amount is not what"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,1,1000,2000,9223372036854775808]]}}", "not JSON"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,-1,1000,2000,5]]}}", "meter is not what"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[5,1099511627776,1000,2000,5]]}}", "meter is not what"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[[null,1,1000,2000,5]]}}", "no rev"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[" GAP("4") "]}}", "not of the stretch"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[" GAP("9") "]}}", "not of the stretch"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"definition\":[[5,1,7,\"\"]]}}", "hash is not what"},
    {"{" HEADING ",\"mines\":[],\"rows\":{\"definition\":[[5,1,\"\\u0000\",\"\"]]}}", "not JSON"},
};

static void payloads_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        struct travel_batch batch;
        char why[256] = "";
        travel_batch_begin(&batch);
        const bool good =
            travel_payload_read(payloads[i].payload, strlen(payloads[i].payload), &batch, why, sizeof why);
        if (good != !payloads[i].why || (payloads[i].why && !strstr(why, payloads[i].why)))
            fail_msg("%s: %s", payloads[i].payload, why);
        travel_batch_free(&batch);
    }
}

static bool refused(const struct text *payload, const char *because)
{
    struct travel_batch batch;
    char why[256] = "";
    travel_batch_begin(&batch);
    const bool good = travel_payload_read(payload->at, payload->length, &batch, why, sizeof why);
    travel_batch_free(&batch);
    return !good && strstr(why, because) != NULL;
}

static void deep_many_and_huge_payloads_are_refused(void **state)
{
    (void)state;
    struct text deep = {0}, many = {0}, huge = {0};
    text_add(&deep, "{\"v\":");
    for (int i = 0; i < 100000; i++)
        text_add(&deep, "[");
    assert_true(refused(&deep, "depth"));
    text_add(&many, "{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[" GAP("5"));
    for (int i = 0; i < TRAVEL_ROWS_MAX; i++)
        text_add(&many, "," GAP("6"));
    text_add(&many, "]}}");
    assert_true(refused(&many, "more than 500 rows"));
    text_add(&huge, "{" HEADING ",\"mines\":[],\"rows\":{\"gap\":[" GAP("5") "," GAP("6") "]}");
    while (huge.length < TRAVEL_PAYLOAD_BYTES_MAX)
        text_add(&huge, "                                ");
    text_add(&huge, "}");
    assert_true(refused(&huge, "more than a batch of several rows"));
    text_free(&deep);
    text_free(&many);
    text_free(&huge);
}

/* --- a ledger of before --- */

static void a_ledger_of_version_3_is_brought_up(void **state)
{
    (void)state;
    char folder[64], path[96];
    folder_make(folder);
    snprintf(path, sizeof path, "%s/ledger.db", folder);
    struct db *db = db_open(path, DB_CREATE);
    assert_true(store_migrate(db, path, store_steps, 3));
    /* Its first incarnation is what it is known by, so that a backup of then is the same database. */
    db_run(db, "INSERT INTO incarnation VALUES('b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0', 8, 0, 8),"
               " ('c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0', 4, 0, 4)");
    db_run(db, "INSERT INTO mine VALUES(1, 'sim-a', '', '', 0, 0, 'Asia/Shanghai', 1, 1);"
               "INSERT INTO meter VALUES(5, 'belt-1', 1, 'raw_coal', 't', 'main', 's', 'd', 'p', 'x', 1, 2);"
               "INSERT INTO definition VALUES(3, 'h', 'text', 3);"
               "INSERT INTO segment VALUES(5, 1, 3, 0, 1, 1, 0, 9, 0, 0, 0, 0, 0, 8), (5, 2, 3, 0, 1, 1, 9, 9, 0, 0, 0,"
               " 0, 0, 8), (5, 3, 3, 0, 1, 1, 9, NULL, 0, 0, 0, 0, 0, 7);"
               "INSERT INTO resolution VALUES(1, 1, 0, 0, 9), (2, 1, 0, 0, 9); UPDATE revision SET rev = 9;"
               "INSERT INTO day_total(meter, day, metered, good_ms, reported) VALUES(5, 20000, 7000, 1, 7000)");
    assert_true(store_migrate(db, path, store_steps, STORE_VERSION));
    assert_int_equal(db_value(db, "SELECT id FROM meter WHERE database = 0 AND name = 'belt-1'", 0, NULL), 5);
    assert_int_equal(db_value(db, "SELECT id FROM definition WHERE database = 0 AND hash = 'h'", 0, NULL), 3);
    assert_int_equal(db_value(db, "SELECT metered FROM day_view WHERE meter = 'belt-1'", 0, NULL), 7);
    assert_int_equal(db_value(db, "SELECT database = 'c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0' FROM revision", 0, NULL), 1);
    assert_int_equal(db_value(db,
                              "SELECT count(DISTINCT rev) FROM (SELECT rev FROM segment UNION ALL"
                              " SELECT rev FROM resolution) WHERE rev > 9",
                              0, NULL),
                     5);
    assert_int_equal(db_value(db, "SELECT rev FROM revision", 0, NULL), 14);
    db_run(db, "UPDATE resolution SET amount = 1");
    assert_int_equal(db_fault(db), DB_CONSTRAINT);
    db_clear(db);
    db_run(db, "INSERT INTO journal VALUES(1, 0, '', 0, NULL, NULL, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', 4)");
    assert_int_equal(db_fault(db), DB_OK);
    db_run(db, "DELETE FROM journal");
    assert_int_equal(db_fault(db), DB_CONSTRAINT);
    db_close(db);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schema_has_these_columns_and_no_others),
        cmocka_unit_test(every_row_with_a_rev_travels),
        cmocka_unit_test(rows_are_found_by_their_revs),
        cmocka_unit_test(batches_hold_every_row_once_in_order),
        cmocka_unit_test(a_long_row_travels_alone),
        cmocka_unit_test(payloads_are_judged),
        cmocka_unit_test(deep_many_and_huge_payloads_are_refused),
        cmocka_unit_test(a_ledger_of_version_3_is_brought_up),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
