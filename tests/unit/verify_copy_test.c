/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody edits a county's copy of a site's ledger by hand: verify names the row, the site and the database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/store_verify.h"
#include "tests/unit/county_copy.h"

static uint64_t seed;

struct book {
    struct rig site[2];
    struct copying county;
    struct finding found; /* the first one */
    struct verified_copy copy[3];
    size_t copies;
};

static void live_with_another_calendar(struct rig *rig)
{
    rig_run(rig, 3000);
    rig_calendar(rig, 10);
    rig_run(rig, 500);
}

static int book_setup(void **state)
{
    struct book *book = calloc(1, sizeof *book);
    *state = book;
    copies_open(book->site, &book->county, &seed, live_with_another_calendar);
    return 0;
}

static int book_teardown(void **state)
{
    struct book *book = *state;
    copies_close(book->site, &book->county);
    free(book);
    return 0;
}

static void keep_first(void *context, const struct finding *finding)
{
    struct book *book = context;
    if (!book->found.check)
        book->found = *finding;
}

static void keep_copy(void *context, const struct verified_copy *copy)
{
    struct book *book = context;
    assert_true(book->copies < sizeof book->copy / sizeof *book->copy);
    book->copy[book->copies++] = *copy;
}

static struct verification verify(struct book *book)
{
    struct db *db = store_read(book->county.rig.database);
    const struct verify_to to = {.report = keep_first, .copy = keep_copy, .context = book};
    book->found = (struct finding){0};
    book->copies = 0;
    const struct verification result = verify_run(db, &to);
    assert_string_equal(db_error(db), "");
    if (book->found.check) { /* how to see it is a statement that runs */
        db_next(db_query(db, book->found.look));
        assert_string_equal(db_error(db), "");
    }
    db_close(db);
    return result;
}

/* Nothing is found, and each ledger was gone through whole, as at its site. */
static void sound_copies_hold(void **state)
{
    struct book *book = *state;
    const struct verification result = verify(book);
    struct verification sum = {0};
    if (result.findings)
        fail_msg("%s %s %s: %s", book->found.check, book->found.site, book->found.meter, book->found.text);
    assert_int_equal(book->copies, 2);
    for (int i = 0; i < 2; i++) {
        const struct verification at = verify_run(book->site[i].store->db, &(struct verify_to){.report = keep_first});
        char database[TRAVEL_UID_BYTES], chain[TRAVEL_CHAIN_BYTES];
        struct replica_position stand;
        assert_int_equal(at.findings, 0);
        assert_true(travel_stand(book->site[i].store->db, database, &stand, chain));
        assert_string_equal(book->copy[i].database, database);
        assert_string_equal(book->copy[i].site, i ? "site-c" : "site-a");
        assert_string_equal(book->copy[i].chain, chain);
        assert_int_equal(book->copy[i].chain_row, at.entries);
        assert_int_equal(book->copy[i].rev, stand.head);
        sum.meters += at.meters;
        sum.segments += at.segments;
        sum.tallies += at.tallies;
        sum.totals += at.totals;
        sum.gaps += at.gaps;
        sum.entries += at.entries;
    }
    assert_int_equal(result.meters, sum.meters);
    assert_int_equal(result.segments, sum.segments);
    assert_int_equal(result.tallies, sum.tallies);
    assert_int_equal(result.totals, sum.totals);
    assert_int_equal(result.gaps, sum.gaps);
    assert_true(result.entries > sum.entries); /* and the county's own */
}

/* Of site-c: its meters have number 2. */
#define OF_2 "(SELECT id FROM meter WHERE database = 2 AND name = 'belt-3')"

static const struct {
    const char *sql, *check, *meter; /* a finding that there must be */
} edits[] = {
    {"UPDATE tally SET metered = metered + 1 WHERE meter = " OF_2 " AND bucket_ms = (SELECT max(bucket_ms) FROM tally"
     " WHERE meter = " OF_2 ")",
     "tally", "belt-3"},
    {"DELETE FROM tally WHERE meter = " OF_2 " AND bucket_ms = (SELECT max(bucket_ms) FROM tally"
     " WHERE meter = " OF_2 ")",
     "tally", "belt-3"},
    {"UPDATE segment SET counted = counted + 1 WHERE meter = " OF_2, "segment", "belt-3"},
    {"UPDATE segment SET first = first + 1 WHERE meter = " OF_2, "segment", "belt-3"},
    {"DELETE FROM segment WHERE meter = " OF_2, "tally", "belt-3"},
    {"UPDATE segment SET opened_ms = opened_ms + 1 WHERE meter = " OF_2, "seal", ""},
    {"UPDATE gap SET to_ms = from_ms - 1 WHERE meter >> 40 = 2", "gap", NULL},
    {"UPDATE meter SET path = 'elsewhere' WHERE id = " OF_2, "seal", ""},
    {"UPDATE definition SET text = 'x' WHERE id >> 40 = 2", "seal", ""},
    {"DELETE FROM calendar WHERE rev >> 40 = 2", "seal", ""},
    {"UPDATE mine SET title_en = 'x' WHERE rev >> 40 = 2", "seal", ""},
    {"UPDATE incarnation SET opened_ms = 5 WHERE rev >> 40 = 2", "seal", ""},
    {"UPDATE journal SET text = 'x' WHERE id = (SELECT min(id) FROM journal WHERE id >> 40 = 2)", "journal", ""},
    {"UPDATE journal SET meter = NULL WHERE id >> 40 = 2", "journal", ""},
    {"DELETE FROM journal WHERE id = (SELECT min(id) + 2 FROM journal WHERE id >> 40 = 2)", "journal", ""},
    {"DELETE FROM journal WHERE id = (SELECT max(id) FROM journal WHERE id >> 40 = 2)", "chain", ""},
    {"UPDATE replica SET live_chain = 'x' WHERE number = 2", "chain", ""},
    {"UPDATE replica SET live_rev = live_head + 1 WHERE number = 2", "copy", ""},
    {"UPDATE replica SET live_rev = live_rev - 1, live_head = live_head - 1 WHERE number = 2", "copy", ""},
    {"INSERT INTO act SELECT 1 | (2 << 40), 'u', 'adjust', '{}', '', '', 0, 0, 1, '', 1 | (2 << 40), max(rev) FROM"
     " journal WHERE id >> 40 = 2",
     "act", ""},
    {"INSERT INTO version SELECT 1 | (2 << 40), mine, 'raw_coal', 'day', 20000, 20001, -1, 1, 0, 0, 0, 0, 0, '', '', "
     "'',"
     " '', '', '', 2 << 40, NULL, rev FROM meter WHERE id = " OF_2,
     "version", ""},
};

/* What the county derived belongs to nobody's journal. */
static const struct {
    const char *sql, *check, *meter;
} derived[] = {
    {"UPDATE shift_total SET metered = metered - 1 WHERE meter = " OF_2, "total", "belt-3"},
    {"UPDATE day_total SET good_ms = 0 WHERE meter = " OF_2, "total", "belt-3"},
    {"DELETE FROM month_total WHERE meter = " OF_2, "total", "belt-3"},
    {"UPDATE gap SET meter = 1 | (3 << 40) WHERE rev = (SELECT max(rev) FROM gap)", "copy", ""},
    {"UPDATE tally SET rev = 1 | (3 << 40) WHERE meter = " OF_2, "copy", ""},
    {"DELETE FROM replica WHERE number = 2", "copy", ""},
    {"UPDATE journal SET mine = 1, hash = '' WHERE id < 3", "journal", ""},
};

struct sought {
    const char *check, *meter, *site;
    bool found, elsewhere;
    char look[240]; /* of what was found */
    char all[2000];
};

static void seek(void *context, const struct finding *finding)
{
    struct sought *sought = context;
    const size_t length = strlen(sought->all);
    snprintf(sought->all + length, sizeof sought->all - length, "\n# %s %s %s: %s", finding->check, finding->site,
             finding->meter, finding->text);
    const bool found = strcmp(finding->check, sought->check) == 0 && strcmp(finding->site, sought->site) == 0 &&
                       (!sought->meter || strcmp(finding->meter, sought->meter) == 0) &&
                       (!*finding->site || strlen(finding->database) == 32);
    if (found && !sought->found)
        snprintf(sought->look, sizeof sought->look, "%s", finding->look);
    sought->found |= found;
    sought->elsewhere |= strcmp(finding->site, "site-a") == 0;
}

static void edit(struct book *book, const char *sql, const char *check, const char *meter, const char *site)
{
    struct sought sought = {.check = check, .meter = meter, .site = site};
    struct db *db = db_open(book->county.rig.database, DB_WRITE);
    db_begin(db);
    db_run(db, "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete");
    db_run(db, sql);
    assert_string_equal(db_error(db), "");
    assert_true(db_value(db, "SELECT changes()", 0, NULL) > 0);
    assert_true(db_commit(db));
    struct db *read = store_read(book->county.rig.database);
    verify_run(read, &(struct verify_to){.report = seek, .context = &sought});
    assert_string_equal(db_error(read), "");
    if (sought.found && strncmp(sql, "DELETE", 6) != 0 && !db_next(db_query(read, sought.look)))
        fail_msg("%s: %s shows no row", sql, sought.look);
    db_close(read);
    if (!sought.found || sought.elsewhere)
        fail_msg("%s: expected %s %s of %s, and nothing of site-a%s", sql, check, meter ? meter : "", site, sought.all);
    db_close(db);
}

static void copy_file(const char *from, const char *to)
{
    char path[192];
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", to, suffixes[i]);
        remove(path);
    }
    struct db *db = db_open(from, DB_READ);
    assert_true(db_backup(db, to, NULL));
    db_close(db);
}

static void every_edit_is_found(void **state)
{
    struct book *book = *state;
    char sound[160];
    snprintf(sound, sizeof sound, "%s.sound", book->county.rig.database);
    copy_file(book->county.rig.database, sound);
    copying_shut(&book->county);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        copy_file(sound, book->county.rig.database);
        edit(book, edits[i].sql, edits[i].check, edits[i].meter, "site-c");
    }
    for (size_t i = 0; i < sizeof derived / sizeof *derived; i++) {
        copy_file(sound, book->county.rig.database);
        edit(book, derived[i].sql, derived[i].check, derived[i].meter, "");
    }
}

/* Rows refer to what has yet to come: only the journal is judged, and it is said. */
static void a_copy_on_its_way_is_no_finding(void **state)
{
    struct book *book = *state;
    struct rig site;
    rig_open(&site, &seed, RIG_METERS, 'e');
    rig_run(&site, 2000);
    const int64_t head = db_value(site.store->db, "SELECT rev FROM revision", 0, NULL);
    copying_carry(&book->county, &site, "site-e", head / 2);
    const struct verification result = verify(book);
    assert_int_equal(result.findings, 0);
    assert_int_equal(book->copies, 3);
    assert_true(book->copy[2].rev > 0 && book->copy[2].rev < book->copy[2].head);
    rig_close(&site);
}

/* What nobody has accepted is mentioned, and nothing of it is to be found wanting. */
static void a_database_that_waits_is_mentioned(void **state)
{
    struct book *book = *state;
    struct rig site;
    rig_open(&site, &seed, RIG_METERS, 'c');
    rig_run(&site, 2000);
    copying_stage(&book->county, &site, "site-c");
    const struct verification result = verify(book);
    assert_int_equal(result.findings, 0);
    assert_int_equal(book->copies, 3);
    assert_true(book->copy[2].waits && book->copy[2].rev == 0 && book->copy[2].beside > 0);
    assert_false(book->copy[1].waits);

    /* Accepted, both count, and either is whole, though both tell of the same mines. */
    const char *why = NULL;
    replicas_begin(book->county.replicas, SITE_DAY_MS);
    assert_true(replicas_accept(book->county.replicas, book->copy[2].database, &why));
    assert_null(why);
    assert_true(replicas_commit(book->county.replicas, SITE_DAY_MS));
    const struct verification after = verify(book);
    if (after.findings)
        fail_msg("%s %s %s: %s", book->found.check, book->found.site, book->found.meter, book->found.text);
    for (int i = 1; i < 3; i++)
        assert_true(!book->copy[i].waits && book->copy[i].rev > 0 && book->copy[i].rev == book->copy[i].head);
    assert_int_equal(book->copy[2].beside, 0);
    rig_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sound_copies_hold, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(every_edit_is_found, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(a_database_that_waits_is_mentioned, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(a_copy_on_its_way_is_no_finding, book_setup, book_teardown),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
