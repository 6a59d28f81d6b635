/* SPDX-License-Identifier: Apache-2.0 */
/* A county's copy against the site's own file: equal as far as it has come, and each edit is named. */
#include "collector/against.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/county_copy.h"

static uint64_t seed;

struct book {
    struct rig site[2];
    struct copying county;
    char here[160], there[160]; /* what is compared */
    struct against_row row[AGAINST_TOLD_MAX + 1];
    struct against against[3];
    size_t rows, databases;
};

static void path(char *to, const char *of, const char *suffix)
{
    snprintf(to, 160, "%s%s", of, suffix);
}

static void live_with_acts(struct rig *rig)
{
    for (int round = 0; round < 4; round++) {
        rig_run(rig, 700);
        rig_act(rig);
    }
}

static int book_setup(void **state)
{
    struct book *book = calloc(1, sizeof *book);
    *state = book;
    copies_open(book->site, &book->county, &seed, live_with_acts);
    path(book->here, book->county.rig.database, "");
    path(book->there, book->site[1].database, "");
    return 0;
}

static int book_teardown(void **state)
{
    struct book *book = *state;
    copies_close(book->site, &book->county);
    free(book);
    return 0;
}

static void keep_row(void *context, const struct against_row *row)
{
    struct book *book = context;
    assert_true(book->rows < sizeof book->row / sizeof *book->row);
    book->row[book->rows++] = *row;
}

static void keep_database(void *context, const struct against *against)
{
    struct book *book = context;
    assert_true(book->databases < sizeof book->against / sizeof *book->against);
    book->against[book->databases++] = *against;
}

static int compare(struct book *book)
{
    struct db *here = store_read(book->here), *there = store_read(book->there);
    const struct against_to to = {.row = keep_row, .database = keep_database, .context = book};
    book->rows = book->databases = 0;
    const int databases = against_run(here, there, &to);
    assert_string_equal(db_error(here), "");
    assert_string_equal(db_error(there), "");
    assert_int_equal(databases, book->databases);
    db_close(here);
    db_close(there);
    return databases;
}

static void turn(struct book *book)
{
    char here[160];
    memcpy(here, book->here, sizeof here);
    memcpy(book->here, book->there, sizeof here);
    memcpy(book->there, here, sizeof here);
}

static int64_t rows_of(struct book *book, int site)
{
    struct travel_batch batch;
    int64_t rows = 0;
    for (int64_t from = 0; from < TRAVEL_LOCAL_MAX;) {
        travel_batch_begin(&batch);
        assert_true(travel_read(book->site[site].store->db, 0, from, TRAVEL_LOCAL_MAX, &batch));
        rows += (int64_t)batch.rows.count;
        from = batch.to.rev;
        travel_batch_free(&batch);
    }
    return rows;
}

static void assert_equal_so_far(struct book *book)
{
    if (book->rows > 0)
        fail_msg("%s %s: %s: %s, %s", book->row[0].table, book->row[0].key, book->row[0].column, book->row[0].here,
                 book->row[0].there);
    assert_int_equal(book->databases, 1);
    assert_true(against_equal(&book->against[0]));
}

/* All of it, chain and all; from either side. */
static void a_copy_is_equal(void **state)
{
    struct book *book = *state;
    for (int i = 0; i < 2; i++, turn(book)) {
        const struct against *against = &book->against[0];
        assert_int_equal(compare(book), 1);
        assert_equal_so_far(book);
        assert_int_equal(against->equal, rows_of(book, 1));
        assert_int_equal(against->here.behind + against->there.behind, 0);
        assert_string_equal((i ? &against->there : &against->here)->site, "site-c");
        assert_string_equal(against->chain, against->here.chain);
        assert_true(against->chain_row > 0);
    }
}

/* The site goes on, and a good part of its rows moves: what the county has not yet is no difference. */
static void a_copy_that_is_behind_is_equal_so_far(void **state)
{
    struct book *book = *state;
    const int64_t rows = rows_of(book, 1);
    rig_run(&book->site[1], 400);
    rig_calendar(&book->site[1], 9);
    rig_act(&book->site[1]);
    for (int i = 0; i < 2; i++, turn(book)) {
        compare(book);
        assert_equal_so_far(book);
        const struct against *against = &book->against[0];
        assert_true(against->equal > 0 && against->equal < rows);
        assert_int_equal((i ? &against->there : &against->here)->behind, rows_of(book, 1) - against->equal);
        assert_int_equal((i ? &against->here : &against->there)->behind, 0);
    }
    /* And half of the way. */
    const int64_t head = db_value(book->site[1].store->db, "SELECT rev FROM revision", 0, NULL);
    copying_carry(&book->county, &book->site[1], "site-c", head - 40);
    compare(book);
    assert_equal_so_far(book);
    assert_true(book->against[0].here.behind > 0 && book->against[0].here.behind <= 40);
}

#define OF_2 "(SELECT id FROM meter WHERE database = 2 AND name = 'belt-3')"

static const struct {
    const char *sql, *table, *column; /* column NULL: the row is on one side alone */
    bool chain;
} edits[] = {
    {"UPDATE tally SET metered = metered + 1 WHERE meter = " OF_2 " AND bucket_ms = (SELECT max(bucket_ms) FROM tally"
     " WHERE meter = " OF_2 ")",
     "tally", "metered", false},
    {"UPDATE tally SET good_ms = good_ms + 1, end_count = 1 WHERE rev = (SELECT max(rev) FROM tally)", "tally",
     "good_ms", false},
    {"DELETE FROM tally WHERE rev = (SELECT max(rev) FROM tally)", "tally", NULL, false},
    {"INSERT INTO tally SELECT meter, bucket_ms + 8640000000, end_ms + 8640000000, metered, good_ms, end_count, "
     "first_raw,"
     " first_at_ms, last_raw, last_at_ms, segment, high, wraps, rev, split_act FROM tally WHERE rev = (SELECT max(rev)"
     " FROM tally)",
     "tally", NULL, false},
    {"UPDATE tally SET rev = rev - 1 WHERE rev = (SELECT max(rev) FROM tally)", "tally", "rev", false},
    {"UPDATE segment SET counted = counted + 1 WHERE meter = " OF_2, "segment", "counted", false},
    {"UPDATE gap SET amount = amount + 1 WHERE rev = (SELECT max(rev) FROM gap)", "gap", "amount", false},
    {"UPDATE meter SET path = 'elsewhere' WHERE id = " OF_2, "meter", "path", false},
    {"UPDATE act SET arguments = '{}' WHERE rev = (SELECT max(rev) FROM act)", "act", "arguments", false},
    {"UPDATE version SET reported = reported + 1 WHERE rev = (SELECT max(rev) FROM version)", "version", "reported",
     false},
    {"DELETE FROM coefficient WHERE rev = (SELECT max(rev) FROM coefficient)", "coefficient", NULL, false},
    {"UPDATE entry SET value = NULL WHERE rev = (SELECT max(rev) FROM entry)", "entry", "value", false},
    {"UPDATE calendar SET day_start_s = 5 WHERE rev >> 40 = 2 AND rev = (SELECT max(rev) FROM calendar)", "calendar",
     "day_start_s", false},
    {"UPDATE journal SET text = 'x' WHERE rev = (SELECT max(rev) FROM journal)", "journal", "text", true},
    {"DELETE FROM journal WHERE rev = (SELECT max(rev) FROM journal)", "journal", NULL, true},
};

static void copy_file(const char *from, const char *to)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        char name[192];
        snprintf(name, sizeof name, "%s%s", to, suffixes[i]);
        remove(name);
    }
    struct db *db = db_open(from, DB_READ);
    assert_true(db_backup(db, to, NULL));
    db_close(db);
}

static void sql_run(const char *database, const char *sql)
{
    struct db *db = db_open(database, DB_WRITE);
    db_run(db, "DROP TRIGGER IF EXISTS journal_no_update; DROP TRIGGER IF EXISTS journal_no_delete");
    db_run(db, sql);
    assert_string_equal(db_error(db), "");
    if (db_value(db, "SELECT changes()", 0, NULL) == 0)
        fail_msg("nothing changed: %s", sql);
    db_close(db);
}

static void assert_edit(struct book *book, size_t at, bool turned)
{
    const struct against_row *row = &book->row[0];
    const struct against *against = &book->against[0];
    const enum against_what alone =
        (strncmp(edits[at].sql, "INSERT", 6) == 0) != turned ? AGAINST_ONLY_HERE : AGAINST_ONLY_THERE;
    if (book->rows != 1 || against_equal(against) || strcmp(row->table, edits[at].table) != 0 ||
        row->what != (edits[at].column ? AGAINST_DIFFERS : alone) ||
        (edits[at].column && strcmp(row->column, edits[at].column) != 0) || against->chain_differs != edits[at].chain)
        fail_msg("%s: %zu rows told, first %s %s, what %d, column %s: %s, %s; chain %d", edits[at].sql, book->rows,
                 row->table, row->key, row->what, row->column ? row->column : "-", row->here, row->there,
                 against->chain_differs);
    assert_int_equal(against->differ + against->only[0] + against->only[1], 1);
    assert_string_equal(row->database, against->here.database);
    if (edits[at].column)
        assert_string_not_equal(row->here, row->there);
}

static void every_edit_is_named(void **state)
{
    struct book *book = *state;
    char sound[160], edited[160];
    path(sound, book->county.rig.database, ".sound");
    path(edited, book->county.rig.database, ".edited");
    copy_file(book->here, sound);
    memcpy(book->here, edited, sizeof edited);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        copy_file(sound, edited);
        sql_run(edited, edits[i].sql);
        for (int turned = 0; turned < 2; turned++, turn(book)) {
            compare(book);
            assert_edit(book, i, turned);
        }
    }
    copy_file(sound, edited);
    sql_run(edited, "UPDATE replica SET live_chain = 'x' WHERE number = 2");
    compare(book);
    assert_true(book->rows == 0 && book->against[0].chain_differs);
    sql_run(edited, "UPDATE tally SET metered = metered + 1 WHERE meter >> 40 = 2");
    compare(book);
    assert_int_equal(book->rows, AGAINST_TOLD_MAX);
    assert_true(book->against[0].differ > AGAINST_TOLD_MAX);
}

/* A backup is the ledger's past; two that went on from it are not each other's. */
static void a_backup_is_behind_and_a_branch_has_parted(void **state)
{
    struct book *book = *state;
    struct rig *site = &book->site[1];
    char text[512];
    path(book->here, site->database, "");
    path(book->there, site->database, ".backup");
    copy_file(book->here, book->there);
    compare(book);
    assert_equal_so_far(book);
    rig_run(site, 300);
    compare(book);
    assert_equal_so_far(book);
    assert_true(book->against[0].there.behind > 0 && book->against[0].here.number == 0);

    struct site other = site->site;
    struct store *store;
    memcpy(other.config.database, book->there, sizeof book->there);
    assert_int_equal(store_open(&other.config, wall(SITE_DAY_MS), &store, text, sizeof text), STORE_OK);
    store_close(store);
    assert_int_equal(store_open(&other.config, wall(SITE_DAY_MS), &store, text, sizeof text), STORE_OK);
    store_close(store);
    compare(book);
    assert_true(book->against[0].parted && !against_equal(&book->against[0]) && book->rows > 0);
}

/* The files of two counties: whatever sites both have. And two that have nothing of each other. */
static void files_have_databases_in_common_or_none(void **state)
{
    struct book *book = *state;
    char other[160];
    path(other, book->county.rig.database, ".other");
    copy_file(book->here, other);
    memcpy(book->there, other, sizeof other);
    assert_int_equal(compare(book), 3); /* and the county's own */
    for (int i = 0; i < 3; i++)
        assert_true(against_equal(&book->against[i]));
    path(book->here, book->site[0].database, "");
    path(book->there, book->site[1].database, "");
    assert_int_equal(compare(book), 0);
}

/* A row that the county keeps but does not count is there all the same. */
static void rows_not_counted_are_compared_and_counted(void **state)
{
    struct book *book = *state;
    struct rig site;
    rig_open(&site, &seed, RIG_METERS, 'e');
    rig_run(&site, 400);
    const int64_t rev[] = {db_value(site.store->db, "UPDATE revision SET rev = rev + 1 RETURNING rev", 0, NULL)};
    db_value(site.store->db,
             "UPDATE tally SET metered = 9223372036854775807, rev = ? WHERE rev = (SELECT max(rev) FROM tally)", 1,
             rev);
    copying_carry(&book->county, &site, "site-e", TRAVEL_LOCAL_MAX);
    path(book->there, site.database, "");
    compare(book);
    assert_equal_so_far(book);
    assert_int_equal(book->against[0].here.aside, 1);
    rig_close(&site);
}

/* Of a database that nobody has accepted nothing is compared, and it is said. */
static void a_database_that_waits_is_not_compared(void **state)
{
    struct book *book = *state;
    struct rig site;
    rig_open(&site, &seed, RIG_METERS, 'c');
    rig_run(&site, 900);
    copying_stage(&book->county, &site, "site-c");
    path(book->there, site.database, "");
    compare(book);
    assert_equal_so_far(book);
    assert_true(book->against[0].here.waits && book->against[0].equal == 0 && book->against[0].here.behind > 0);
    rig_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_copy_is_equal, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(a_copy_that_is_behind_is_equal_so_far, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(every_edit_is_named, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(a_backup_is_behind_and_a_branch_has_parted, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(files_have_databases_in_common_or_none, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(a_database_that_waits_is_not_compared, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(rows_not_counted_are_compared_and_counted, book_setup, book_teardown),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
