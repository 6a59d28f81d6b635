/* SPDX-License-Identifier: Apache-2.0 */
/* Sites' ledgers, carried into a county's in batches of chance with repeats: row by row the same. */
#include "collector/store_take.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/store_branch.h"
#include "collector/store_parts.h"
#include "collector/store_roster.h"
#include "collector/store_seal.h"
#include "collector/store_verify.h"
#include "collector/text.h"
#include "collector/travel_payload.h"
#include "tests/unit/travel_rig.h"

static uint64_t seed;

struct county {
    struct rig rig;
    struct taker *taker;
    struct taken taken;
};

static bool no_stranger(void *context, int64_t number, const char *mine)
{
    (void)context;
    (void)number;
    return strcmp(mine, "stranger") != 0;
}

static void county_open(struct county *county)
{
    rig_open(&county->rig, &seed, 0, 'x');
    county->taker = taker_new(county->rig.store, no_stranger, NULL);
    county->taken = (struct taken){0};
}

static void county_close(struct county *county)
{
    taker_free(county->taker);
    rig_close(&county->rig);
}

static void county_take(struct county *county, int64_t number, const struct travel_batch *batch)
{
    struct store *store = county->rig.store;
    const int64_t now_ms = SITE_DAY_MS + 200 * HOUR_MS;
    store_begin(store);
    const bool taken =
        branch_differ(store->db, number, batch) && taker_take(county->taker, number, batch, now_ms, &county->taken);
    assert_string_equal(store_error(store), "");
    assert_true(taken);
    assert_true(store_commit(store, now_ms));
}

/* As it is on the wire. */
static void batch_through(struct travel_batch *batch, struct travel_batch *read)
{
    char why[256] = "";
    struct text payload = {0};
    travel_payload(batch, &payload);
    assert_false(payload.failed);
    travel_batch_begin(read);
    const bool good = travel_payload_read(payload.at, payload.length, read, why, sizeof why);
    assert_string_equal(why, "");
    assert_true(good);
    text_free(&payload);
}

/* The next batch of the site above `from`, at most up to `to`, into the county once or twice. Where it ended. */
static int64_t carry_batch(struct rig *site, struct county *county, int64_t number, int64_t from, int64_t to)
{
    struct travel_batch batch, read;
    travel_batch_begin(&batch);
    db_begin(site->store->db);
    assert_true(travel_stand(site->store->db, batch.database, &batch.to, batch.chain));
    batch.from = batch.to;
    batch.from.rev = from;
    assert_true(travel_read(site->store->db, 0, from, to < batch.to.head ? to : batch.to.head, &batch));
    db_rollback(site->store->db);
    assert_true(batch.rows.count <= TRAVEL_ROWS_MAX);
    batch_through(&batch, &read);
    for (int64_t i = random_below(&seed, 3) == 0; i >= 0; i--)
        county_take(county, number, &read);
    const int64_t end = batch.to.rev;
    travel_batch_free(&batch);
    travel_batch_free(&read);
    return end;
}

/* Until the county has all of the site's rows; `from` moves on. */
static void carry(struct rig *site, struct county *county, int64_t number, int64_t *from)
{
    const int64_t head = db_value(site->store->db, "SELECT rev FROM revision", 0, NULL);
    while (*from < head) {
        const int64_t again = random_below(&seed, 4) == 0 ? random_below(&seed, 50) : 0;
        const int64_t at = *from > again ? *from - again : 0;
        const int64_t end = carry_batch(site, county, number, at, at + 1 + random_below(&seed, 1500));
        *from = end > *from ? end : *from;
    }
}

/* --- the same? by SQL over both files --- */

static void column_add(struct text *sql, const char *column, enum travel_kind kind, const char *schema, int64_t number)
{
    if (kind == TRAVEL_ID && number)
        text_format(sql, ", %s | %lld", column, (long long)(number << TRAVEL_BITS));
    else if (kind == TRAVEL_MINE)
        text_format(sql, ", (SELECT m.name FROM %s.mine AS m WHERE m.id = t.%s)", schema, column);
    else
        text_format(sql, ", %s", column);
}

static void select_add(struct text *sql, const struct travel_table *table, const char *schema, int64_t number)
{
    text_format(sql, "SELECT t.rev | %lld", (long long)(number << TRAVEL_BITS));
    for (int i = 0; i < table->columns; i++)
        column_add(sql, table->column[i].name, table->column[i].kind, schema, number);
    text_format(sql, " FROM %s.%s AS t", schema, table->name);
}

static void assert_none(struct db *db, const char *name, struct text *sql)
{
    struct db_query *query = db_query(db, sql->at);
    if (db_next(query))
        fail_msg("%s: %s | %s | %s | %s | %s | %s (%s)", name, db_text(query, 0), db_text(query, 1), db_text(query, 2),
                 db_text(query, 3), db_text(query, 4), db_text(query, 5), sql->at);
    db_done(query);
    assert_string_equal(db_error(db), "");
}

enum { STATEMENTS = 2 * (TRAVEL_TABLE_COUNT + 3) };

static void same_table(struct db *db, const struct travel_table *table, int64_t number, struct text *sql)
{
    char range[128];
    snprintf(range, sizeof range, " WHERE t.rev BETWEEN %lld AND %lld", (long long)travel_id(number, 1),
             (long long)travel_id(number, TRAVEL_LOCAL_MAX));
    select_add(&sql[0], table, "site", number);
    text_add(&sql[0], " EXCEPT ");
    select_add(&sql[0], table, "main", 0);
    select_add(&sql[1], table, "main", 0);
    text_add(&sql[1], range);
    text_add(&sql[1], " EXCEPT ");
    select_add(&sql[1], table, "site", number);
    assert_none(db, table->name, &sql[0]);
    assert_none(db, table->name, &sql[1]);
}

static void same_total(struct db *db, const char *name, const char *columns, int64_t number, struct text *sql)
{
    const long long of = (long long)(number << TRAVEL_BITS);
    text_format(&sql[0], "SELECT meter | %lld, %s FROM site.%s EXCEPT SELECT meter, %s FROM main.%s", of, columns, name,
                columns, name);
    text_format(&sql[1],
                "SELECT meter, %s FROM main.%s WHERE meter >> 40 = %lld EXCEPT SELECT meter | %lld, %s FROM site.%s",
                columns, name, (long long)number, of, columns, name);
    assert_none(db, name, &sql[0]);
    assert_none(db, name, &sql[1]);
}

static void assert_same(struct rig *site, struct county *county, int64_t number)
{
    struct text attach = {0}, sql[STATEMENTS] = {{0}};
    struct db *db = db_open(county->rig.database, DB_READ);
    text_format(&attach, "ATTACH '%s' AS site", site->database);
    db_run(db, attach.at);
    assert_string_equal(db_error(db), "");
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++)
        same_table(db, &travel_tables[i], number, &sql[2 * i]);
    struct text *total = &sql[2 * TRAVEL_TABLE_COUNT];
    same_total(db, "shift_total", "day, shift, metered, good_ms, reported", number, total);
    same_total(db, "day_total", "day, metered, good_ms, reported", number, total + 2);
    same_total(db, "month_total", "month, metered, good_ms, reported", number, total + 4);
    db_close(db);
    for (int i = 0; i < STATEMENTS; i++)
        text_free(&sql[i]);
    text_free(&attach);
}

/* --- tests --- */

static void assert_full(struct rig *site)
{
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++) {
        char sql[96];
        snprintf(sql, sizeof sql, "SELECT 1 FROM %s LIMIT 1", travel_tables[i].name);
        struct db *db = db_open(site->database, DB_READ);
        if (db_value(db, sql, 0, NULL) != 1)
            fail_msg("the site has no row of %s", travel_tables[i].name);
        db_close(db);
    }
}

static void a_ledger_arrives_whole(void **state)
{
    (void)state;
    struct rig site;
    struct county county;
    int64_t from = 0;
    rig_open(&site, &seed, RIG_METERS, 'a');
    county_open(&county);
    for (int round = 0; round < 6; round++) {
        rig_run(&site, 120 + random_below(&seed, 900));
        rig_act(&site);
        if (round == 3)
            rig_calendar(&site, 10);
        if (round != 1) /* now and then more than one at once */
            carry(&site, &county, 7, &from);
    }
    assert_full(&site);
    assert_same(&site, &county, 7);
    assert_true(county.taken.rows > 100 && county.taken.refused == 0);
    county_close(&county);
    rig_close(&site);
}

/* In one go after its whole life: what is referred to comes after what refers to it. */
static void late_rows_of_meters_and_calendars_are_waited_for(void **state)
{
    (void)state;
    struct rig site;
    struct county county;
    int64_t from = 0;
    rig_open(&site, &seed, RIG_METERS, 'a');
    county_open(&county);
    rig_run(&site, 3000);
    rig_act(&site);
    rig_calendar(&site, 7);
    store_begin(site.store);
    store_unseal(site.store, SITE_DAY_MS);
    for (size_t i = 0; i < RIG_METERS; i++) {
        const int64_t values[] = {store_rev(site.store), site.store->meter[i]};
        rig_sql(&site, "UPDATE meter SET path = 'shaft-2', rev = ? WHERE id = ?", 2, values);
    }
    assert_true(store_commit(site.store, SITE_DAY_MS));
    carry(&site, &county, 1, &from);
    assert_same(&site, &county, 1);
    county_close(&county);
    rig_close(&site);
}

static void two_sites_of_equal_names_stand_side_by_side(void **state)
{
    (void)state;
    struct rig site[2];
    struct county county;
    int64_t from[2] = {0};
    rig_open(&site[0], &seed, RIG_METERS, 'a');
    rig_open(&site[1], &seed, RIG_METERS, 'c');
    county_open(&county);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 2; i++) {
            rig_run(&site[i], 700);
            rig_act(&site[i]);
            carry(&site[i], &county, 1 + i, &from[i]);
        }
    assert_same(&site[0], &county, 1);
    assert_same(&site[1], &county, 2);
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(*) FROM meter WHERE name = 'belt-1'", 0, NULL), 2);
    county_close(&county);
    rig_close(&site[0]);
    rig_close(&site[1]);
}

/* A database's rows are had back from the county with the site's own ids, and may be cleared and taken again. */
static void a_ledger_comes_back(void **state)
{
    (void)state;
    struct rig site;
    struct county county;
    int64_t from = 0;
    rig_open(&site, &seed, RIG_METERS, 'a');
    county_open(&county);
    rig_run(&site, 1000);
    rig_act(&site);
    carry(&site, &county, 3, &from);
    int64_t at = 0;
    while (at < from) {
        struct travel_batch here, there;
        struct text one = {0}, other = {0};
        travel_batch_begin(&here);
        travel_batch_begin(&there);
        assert_true(travel_read(site.store->db, 0, at, from, &here));
        assert_true(travel_read(county.rig.store->db, 3, at, from, &there));
        travel_payload(&here, &one);
        travel_payload(&there, &other);
        assert_string_equal(one.at, other.at);
        at = here.to.rev;
        text_free(&one);
        text_free(&other);
        travel_batch_free(&here);
        travel_batch_free(&there);
    }
    store_begin(county.rig.store);
    assert_true(taker_clear(county.taker, 3));
    assert_true(store_commit(county.rig.store, SITE_DAY_MS));
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(*) FROM month_total", 0, NULL), 0);
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(*) FROM act", 0, NULL), 0);
    from = 0;
    carry(&site, &county, 3, &from);
    assert_same(&site, &county, 3);
    county_close(&county);
    rig_close(&site);
}

/* --- rows that cannot be counted --- */

static struct travel_row *row_of(struct travel_batch *batch, enum travel_name table)
{
    for (size_t i = 0; i < batch->rows.count; i++)
        if (travel_row_at(batch, i)->table == table)
            return &((struct travel_row *)batch->rows.at)[i];
    fail_msg("no row of %s in the batch", travel_tables[table].name);
    return NULL;
}

static struct travel_value *value_of(struct travel_row *row, const char *column)
{
    return &row->value[travel_column(&travel_tables[row->table], column)];
}

static int64_t metered_by(struct county *county)
{
    return db_value(county->rig.store->db, "SELECT ifnull(sum(metered), 0) FROM day_total", 0, NULL);
}

/* A site with some hundred commits, all that it sends in one batch, and a county that has nothing of it yet. */
static void sent_open(struct rig *site, struct county *county, struct travel_batch *batch)
{
    rig_open(site, &seed, 1, 'a');
    county_open(county);
    rig_run(site, 300);
    travel_batch_begin(batch);
    assert_true(travel_read(site->store->db, 0, 0, TRAVEL_LOCAL_MAX, batch));
}

static void sent_close(struct rig *site, struct county *county, struct travel_batch *batch)
{
    travel_batch_free(batch);
    county_close(county);
    rig_close(site);
}

/* Neither the absurd row nor what stood there before it counts; the next sound one does. */
static void an_absurd_row_is_kept_aside(void **state)
{
    (void)state;
    struct rig site;
    struct county county;
    struct travel_batch batch;
    sent_open(&site, &county, &batch);
    county_take(&county, 1, &batch);
    const int64_t sound = metered_by(&county);
    struct travel_row *tally = row_of(&batch, TRAVEL_tally);
    const int64_t metered = value_of(tally, "metered")->number, bucket_ms = value_of(tally, "bucket_ms")->number;
    assert_true(metered > 0 && sound > metered);

    const int64_t absurd[] = {INT64_MAX, INT64_MIN, -1, INT64_C(10000000001)};
    for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
        county.taken.refused = 0;
        tally->rev += 1000;
        value_of(tally, "metered")->number = absurd[i];
        county_take(&county, 1, &batch);
        assert_int_equal(county.taken.refused, 1);
        assert_int_equal(taker_aside(county.rig.store->db, 1), 1);
        assert_int_equal(metered_by(&county), sound - metered);
        county_take(&county, 1, &batch); /* once more: nothing new */
        assert_int_equal(county.taken.refused, 1);
    }

    tally->rev += 1000;
    value_of(tally, "metered")->number = metered + 5;
    county_take(&county, 1, &batch);
    assert_int_equal(taker_aside(county.rig.store->db, 1), 0);
    assert_int_equal(metered_by(&county), sound + 5);

    tally->rev += 1000;
    value_of(tally, "bucket_ms")->number += INT64_C(3650) * 86400 * 1000;
    value_of(tally, "end_ms")->number += INT64_C(3650) * 86400 * 1000;
    county_take(&county, 1, &batch); /* ten years ahead: another row */
    assert_int_equal(taker_aside(county.rig.store->db, 1), 1);
    assert_int_equal(metered_by(&county), sound + 5);
    value_of(tally, "bucket_ms")->number = bucket_ms;
    sent_close(&site, &county, &batch);
}

struct bad_value {
    enum travel_name table;
    const char *column;
    int64_t number;
};

/* Numbers with which pages over all sites could not go on, or would add up to none. */
static void a_row_that_ends_pages_is_kept_aside(void **state)
{
    (void)state;
    static const struct bad_value cases[] = {
        {TRAVEL_segment, "times", INT64_MAX},   {TRAVEL_segment, "first", INT64_MIN},
        {TRAVEL_segment, "wraps", INT64_MAX},   {TRAVEL_segment, "over", 0},
        {TRAVEL_segment, "segment", INT64_MIN}, {TRAVEL_tally, "good_ms", INT64_MAX},
        {TRAVEL_tally, "good_ms", INT64_MIN},
    };
    struct rig site;
    struct county county;
    struct travel_batch batch;
    sent_open(&site, &county, &batch);
    county_take(&county, 1, &batch);
    value_of(row_of(&batch, TRAVEL_segment), "modulus")->number = 1000000000;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct travel_row *row = row_of(&batch, cases[i].table);
        struct travel_value *value = value_of(row, cases[i].column);
        const int64_t good = value->number;
        const size_t refused = county.taken.refused;
        row->rev += 1000;
        value->number = cases[i].number;
        county_take(&county, 1, &batch);
        assert_int_equal(county.taken.refused, refused + 1);
        row->rev += 1000;
        value->number = good;
        county_take(&county, 1, &batch);
        assert_int_equal(county.taken.refused, refused + 1);
    }
    sent_close(&site, &county, &batch);
}

/* A factor of a million places would be written beyond the end of its text. */
static void an_impossible_coefficient_is_kept_aside(void **state)
{
    (void)state;
    static const int64_t factors[][2] = {{1, 1000000}, {1, -1}, {0, 2}, {-95, 2}, {201, 2}, {INT64_MAX, 6}, {95, 2}};
    const size_t count = sizeof factors / sizeof *factors;
    struct rig site;
    struct county county;
    struct travel_batch batch;
    sent_open(&site, &county, &batch);
    const int64_t meter = row_of(&batch, TRAVEL_meter)->value[0].number;
    for (size_t i = 0; i < count; i++) {
        struct travel_row *row = list_add(&batch.rows);
        assert_non_null(row);
        *row = (struct travel_row){.table = TRAVEL_coefficient, .rev = 1000000 + (int64_t)i};
        value_of(row, "meter")->number = meter;
        value_of(row, "from_day")->number = 20000;
        value_of(row, "digits")->number = factors[i][0];
        value_of(row, "places")->number = factors[i][1];
        value_of(row, "act")->number = 1 + (int64_t)i;
    }
    county_take(&county, 1, &batch);
    assert_int_equal(county.taken.refused, count - 1);
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(*) FROM coefficient WHERE digits = 95", 0, NULL), 1);
    sent_close(&site, &county, &batch);
}

static bool any_mine(void *context, int64_t number, const char *mine)
{
    (void)number;
    return *mine && context == NULL;
}

/* Nothing of a mine that the county does not know counts, until it does. */
static void a_strangers_rows_wait(void **state)
{
    (void)state;
    struct rig site;
    struct county county;
    int64_t from = 0;
    rig_open(&site, &seed, RIG_METERS, 'a');
    county_open(&county);
    store_begin(site.store);
    store_unseal(site.store, SITE_DAY_MS);
    const int64_t rev = store_rev(site.store);
    rig_sql(&site, "UPDATE mine SET name = 'stranger', rev = ? WHERE name = 'sim-a'", 1, &rev);
    assert_true(store_commit(site.store, SITE_DAY_MS));
    rig_run(&site, 1000);
    carry(&site, &county, 1, &from);
    assert_true(taker_aside(county.rig.store->db, 1) > 0);
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(DISTINCT meter) FROM day_total", 0, NULL), 2);
    taker_free(county.taker);
    county.taker = taker_new(county.rig.store, any_mine, NULL);
    store_begin(county.rig.store);
    assert_true(taker_again(county.taker, 1, SITE_DAY_MS, &county.taken));
    assert_true(store_commit(county.rig.store, SITE_DAY_MS));
    assert_int_equal(taker_aside(county.rig.store->db, 1), 0);
    assert_same(&site, &county, 1);
    county_close(&county);
    rig_close(&site);
}

/* Rows without a message of the site are of a database that the ledger knows nothing of. */
static void copies_alone(void *context, const struct finding *finding)
{
    (void)context;
    assert_string_equal(finding->check, "copy");
}

/* What came is nobody's edit: the county's own journal and seals hold, and its ids go on from its own. */
static void the_countys_own_ledger_holds(void **state)
{
    (void)state;
    struct rig site;
    struct county county;
    char text[512] = "";
    int64_t from = 0;
    rig_open(&site, &seed, RIG_METERS, 'a');
    county_open(&county);
    rig_run(&site, 1000);
    carry(&site, &county, 1, &from);
    taker_free(county.taker);
    store_close(county.rig.store);
    assert_int_equal(store_open(&county.rig.site.config, wall(SITE_DAY_MS), &county.rig.store, text, sizeof text),
                     STORE_OK);
    county.taker = taker_new(county.rig.store, NULL, NULL);
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(*) FROM journal WHERE kind = 'altered'", 0, NULL), 0);
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(*) FROM mine WHERE active = 0", 0, NULL), 0);
    assert_int_equal(db_value(county.rig.store->db, "SELECT count(*) FROM meter WHERE active = 0", 0, NULL), 0);
    const struct verification result = verify_run(county.rig.store->db, &(struct verify_to){.report = copies_alone});
    assert_true(result.findings > 0);
    assert_int_equal(result.meters, RIG_METERS);
    assert_same(&site, &county, 1);
    county_close(&county);
    rig_close(&site);
}

static void superseded_count(void *context, const struct travel_row *row, const struct travel_row *now)
{
    *(size_t *)context += row->rev > 0 && (!now || now->table == row->table);
}

/* All rows of the site beside what counts. */
static void branch_gather(struct rig *site, struct county *county, int64_t number)
{
    const int64_t head = db_value(site->store->db, "SELECT rev FROM revision", 0, NULL);
    for (int64_t from = 0; from < head;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        assert_true(travel_read(site->store->db, 0, from, head, &batch));
        store_begin(county->rig.store);
        assert_true(branch_add(county->rig.store->db, number, BRANCH_GATHERED, &batch));
        assert_true(branch_add(county->rig.store->db, number, BRANCH_GATHERED, &batch));
        assert_true(store_commit(county->rig.store, SITE_DAY_MS));
        from = batch.to.rev;
        travel_batch_free(&batch);
    }
}

/* A ledger went on from a backup: nothing of it counts until the switch, and then it does alone. */
static void a_branch_takes_the_place_in_one_switch(void **state)
{
    (void)state;
    struct rig site, restored;
    struct county county;
    int64_t from = 0;
    size_t superseded = 0, none = 0;
    rig_open(&site, &seed, RIG_METERS, 'a');
    rig_open(&restored, &seed, RIG_METERS, 'a');
    county_open(&county);
    rig_run(&site, 900);
    rig_act(&site);
    rig_run(&restored, 2000);
    rig_act(&restored);
    rig_act(&restored);
    carry(&site, &county, 2, &from);
    branch_gather(&restored, &county, 2);
    assert_same(&site, &county, 2);
    struct store *store = county.rig.store;
    store_begin(store);
    assert_true(branch_switch(county.taker, store->db, 2, BRANCH_GATHERED, SITE_DAY_MS + 200 * HOUR_MS, &county.taken,
                              superseded_count, &superseded));
    assert_true(store_commit(store, SITE_DAY_MS));
    assert_true(superseded > 0);
    assert_same(&restored, &county, 2);
    branch_gather(&restored, &county, 2);
    const size_t rows = county.taken.rows;
    store_begin(store);
    assert_true(branch_switch(county.taker, store->db, 2, BRANCH_GATHERED, SITE_DAY_MS + 200 * HOUR_MS, &county.taken,
                              superseded_count, &none));
    assert_true(store_commit(store, SITE_DAY_MS));
    assert_int_equal(none, 0);
    assert_int_equal(county.taken.rows, rows); /* nothing had to be touched */
    assert_same(&restored, &county, 2);
    county_close(&county);
    rig_close(&site);
    rig_close(&restored);
}

/* As when the mine's own calendar was set anew: that row comes later, and maybe in a later batch. */
static void a_calendar_of_another_quantity_alone_stops_nothing(void **state)
{
    struct rig site;
    struct county county;
    struct travel_batch batch;
    (void)state;
    sent_open(&site, &county, &batch);
    struct travel_row *calendar = row_of(&batch, TRAVEL_calendar);
    value_of(calendar, "quantity")->text = "gas_drained";
    county_take(&county, 1, &batch);
    const int64_t counted = metered_by(&county);
    assert_true(counted > 0);
    calendar->rev += 1000;
    value_of(calendar, "quantity")->text = "";
    county_take(&county, 1, &batch);
    assert_int_equal(metered_by(&county), counted);
    sent_close(&site, &county, &batch);
}

/* The first meter is another mine's from now on, or there is one more, that has tallies. */
static void rig_meters(struct rig *rig, bool more)
{
    struct store *store = rig->store;
    store_begin(store);
    store_unseal(store, SITE_DAY_MS);
    const int64_t values[] = {store->meter[0], store->mine[1], store_rev(store), store_rev(store)};
    if (more) {
        rig_sql(
            rig,
            "INSERT INTO meter(id, name, mine, quantity, unit, role, path, device, point, definition, active, rev)"
            " SELECT id + 50, name || '-more', ?2, quantity, unit, role, path, device, point, definition, active, ?3"
            " FROM meter WHERE id = ?1 AND ?4",
            4, values);
        rig_sql(rig,
                "INSERT INTO tally SELECT meter + 50, bucket_ms, end_ms, metered, good_ms, end_count, first_raw,"
                " first_at_ms, last_raw, last_at_ms, segment, high, wraps, ?4, split_act FROM tally WHERE meter = ?1"
                " AND metered > 0 AND ?2 AND ?3 LIMIT 1",
                4, values);
    } else {
        rig_sql(rig, "UPDATE meter SET mine = ?2, rev = ?3 WHERE id = ?1 AND ?4", 4, values);
    }
    for (size_t i = 0; i < 2; i++)
        store_derive_again(store->db, store->mine[i]);
    assert_true(store_commit(store, SITE_DAY_MS));
}

/* It goes on from what the site has now. */
static void rig_restore(struct rig *rig, const struct rig *site)
{
    char text[512] = "";
    store_close(rig->store);
    unlink(rig->database);
    assert_true(db_backup(site->store->db, rig->database, NULL));
    assert_int_equal(store_open(&rig->site.config, wall(SITE_DAY_MS), &rig->store, text, sizeof text), STORE_OK);
    memcpy(rig->mover, site->mover, sizeof rig->mover);
    rig->minute = site->minute;
    rig->acts = site->acts;
}

static void rig_go_on(struct rig *rig)
{
    rig_run(rig, 30 + random_below(&seed, 1500));
    for (int64_t acts = random_below(&seed, 3); acts > 0; acts--)
        rig_act(rig);
    if (random_below(&seed, 3) == 0)
        rig_calendar(rig, 9 + (int)random_below(&seed, 6));
    if (random_below(&seed, 3) == 0)
        rig_meters(rig, random_below(&seed, 2) == 0);
}

/* Two states of a ledger have a past: its rows stay at the switch, and the rest comes out as if all were taken anew. */
static void what_a_branch_shares_stays_at_the_switch(void **state)
{
    (void)state;
    for (int round = 0; round < 8; round++) {
        struct rig site, restored;
        struct county county;
        int64_t from = 0;
        size_t superseded = 0;
        rig_open(&site, &seed, RIG_METERS, 'a');
        rig_open(&restored, &seed, RIG_METERS, 'a');
        county_open(&county);
        rig_run(&site, 900);
        rig_act(&site);
        rig_restore(&restored, &site);
        rig_go_on(&site);
        rig_go_on(&restored);
        carry(&site, &county, 2, &from);
        branch_gather(&restored, &county, 2);
        if (round % 2) { /* both run for a while */
            rig_act(&site);
            carry(&site, &county, 2, &from);
        }
        struct store *store = county.rig.store;
        const int64_t same = db_value(store->db, "SELECT sum(same) FROM replica_branch", 0, NULL);
        const int64_t all = db_value(store->db, "SELECT count(*) FROM replica_branch", 0, NULL);
        assert_true(same > 0 && same < all);
        const size_t rows = county.taken.rows;
        store_begin(store);
        assert_true(branch_switch(county.taker, store->db, 2, BRANCH_GATHERED, SITE_DAY_MS + 200 * HOUR_MS,
                                  &county.taken, superseded_count, &superseded));
        assert_true(store_commit(store, SITE_DAY_MS));
        assert_int_equal(county.taken.rows - rows, all - same);
        assert_same(&restored, &county, 2);
        county_close(&county);
        rig_close(&site);
        rig_close(&restored);
    }
}

/* What is not kept any more goes little by little, and nothing else does. */
static void a_branch_that_was_dropped_is_swept(void **state)
{
    (void)state;
    struct rig site;
    struct county county;
    bool more = true;
    rig_open(&site, &seed, RIG_METERS, 'a');
    county_open(&county);
    struct db *db = county.rig.store->db;
    rig_run(&site, 900);
    branch_gather(&site, &county, 2);
    const int64_t all = db_value(db, "SELECT count(*) FROM replica_branch", 0, NULL);
    assert_true(branch_sweep(db, &more));
    assert_false(more);
    assert_true(branch_clear(db, 2, BRANCH_GATHERED));
    assert_int_equal(branch_part(db, 2, BRANCH_GATHERED), 0);
    branch_gather(&site, &county, 2);
    branch_gather(&site, &county, 3);
    assert_int_equal(db_value(db, "SELECT count(*) FROM replica_branch", 0, NULL), 3 * all);
    do
        assert_true(branch_sweep(db, &more));
    while (more);
    assert_int_equal(db_value(db, "SELECT count(*) FROM replica_branch", 0, NULL), 2 * all);
    const int64_t part = branch_part(db, 2, BRANCH_GATHERED);
    assert_int_equal(db_value(db, "SELECT count(*) FROM replica_branch WHERE part = ?", 1, &part), all);
    county_close(&county);
    rig_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ledger_arrives_whole),
        cmocka_unit_test(late_rows_of_meters_and_calendars_are_waited_for),
        cmocka_unit_test(two_sites_of_equal_names_stand_side_by_side),
        cmocka_unit_test(a_ledger_comes_back),
        cmocka_unit_test(an_absurd_row_is_kept_aside),
        cmocka_unit_test(a_calendar_of_another_quantity_alone_stops_nothing),
        cmocka_unit_test(a_row_that_ends_pages_is_kept_aside),
        cmocka_unit_test(an_impossible_coefficient_is_kept_aside),
        cmocka_unit_test(a_strangers_rows_wait),
        cmocka_unit_test(the_countys_own_ledger_holds),
        cmocka_unit_test(a_branch_takes_the_place_in_one_switch),
        cmocka_unit_test(what_a_branch_shares_stays_at_the_switch),
        cmocka_unit_test(a_branch_that_was_dropped_is_swept),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
