/* SPDX-License-Identifier: Apache-2.0 */
/* Acts add to and take from any stretch of a meter's past: the sums stay exact, and no bucket
 * ever holds less than nothing. */
#include "collector/store_posting.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/act.h"
#include "collector/store_seal.h"
#include "collector/store_verify.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/site.h"

enum { METERS = 2, HOURS = 60, POSTINGS = 400 };

struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct roster *roster;
    int64_t counted; /* by the first meter */
};

static void fill(struct book *book)
{
    struct ledger *ledger = ledger_new(&book->site.config, NULL);
    struct mover mover[METERS] = {0};
    for (int minute = 0; minute < HOURS * 60; minute++)
        for (size_t i = 0; i < METERS; i++) {
            const bool silent = i == 0 && minute > 600 && minute < 1000;
            const int64_t amount = mover[i].state.started ? minute % 7 * 100 : 0;
            if (silent)
                continue;
            post(ledger, i, &mover[i], wall(SITE_DAY_MS + minute * MINUTE_MS), amount);
            book->counted += i == 0 ? amount : 0;
        }
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS, true);
    assert_true(store_write(book->store, batch, 0));
    batch_free(batch);
    ledger_free(ledger);
}

static int setup(void **state)
{
    struct book *book = calloc(1, sizeof *book);
    char text[512];
    *state = book;
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, METERS, book->database);
    assert_int_equal(store_open(&book->site.config, wall(SITE_DAY_MS), &book->store, text, sizeof text), STORE_OK);
    revs_watch(book->store->db);
    fill(book);
    book->roster = roster_read(book->store->db);
    return 0;
}

static int teardown(void **state)
{
    struct book *book = *state;
    roster_free(book->roster);
    store_close(book->store);
    folder_remove(book->folder);
    free(book);
    return 0;
}

/* A row of table act that verify believes. */
static int64_t act_make(struct book *book)
{
    struct db *db = book->store->db;
    const int64_t act = 1 + db_value(db, "SELECT max(id) FROM act", 0, NULL);
    struct journal_entry entry = {.at_ms = SITE_DAY_MS, .kind = "act", .mine = -1, .meter = -1, .count = 1};
    char uid[ACT_UID_BYTES], digest[DIGEST_HEX_BYTES];
    snprintf(uid, sizeof uid, "%032" PRId64, act);
    const struct act_row row = {act, SITE_DAY_MS, SITE_DAY_MS, ACT_DONE, uid, "resolve", "{}", "Li", "li", ""};
    assert_true(act_digest(&row, digest));
    snprintf(entry.text, sizeof entry.text, "%s%s", ACT_DIGEST_WORD, digest);
    store_journal(book->store, &entry);
    struct db_query *query = db_query(
        db, "INSERT INTO act(id, uid, verb, arguments, actor, os_user, at_ms, applied_ms, outcome, answer,"
            " journal, rev) SELECT ?1, ?3, 'resolve', '{}', 'Li', 'li', ?2, ?2, 1, '', max(id), ?4 FROM journal");
    db_bind_int(query, act);
    db_bind_int(query, SITE_DAY_MS);
    db_bind_text(query, uid);
    db_bind_int(query, store_rev(book->store));
    db_next(query);
    return act;
}

static int64_t posted(struct book *book, int64_t act)
{
    const int64_t values[] = {act, book->roster->meter[0].id};
    return db_value(book->store->db, "SELECT sum(amount) FROM posting WHERE act = ? AND meter = ?", 2, values);
}

/* What is lacking; nothing was posted then. */
static int64_t act_post(struct book *book, int64_t from_ms, int64_t to_ms, int64_t amount)
{
    const struct calendar_span span = {from_ms, to_ms};
    store_begin(book->store);
    store_unseal(book->store, 1);
    const int64_t act = act_make(book);
    const int64_t lacking = store_post(book->store, &book->roster->meter[0], act, span, amount);
    assert_int_equal(posted(book, act), lacking ? 0 : amount);
    if (lacking)
        db_rollback(book->store->db);
    else
        assert_true(store_commit(book->store, 0));
    return lacking;
}

static int64_t tallied(struct book *book)
{
    return db_value(book->store->db, "SELECT sum(metered) FROM tally WHERE meter = ?", 1, &book->roster->meter[0].id);
}

static int64_t held(struct book *book, int64_t from_ms, int64_t to_ms)
{
    const int64_t values[] = {book->roster->meter[0].id, from_ms, to_ms};
    return db_value(book->store->db,
                    "SELECT sum(metered) FROM tally WHERE meter = ? AND bucket_ms >= ? AND bucket_ms < ?", 3, values);
}

static void keep(void *context, const struct finding *finding)
{
    (void)context;
    print_message("# %s %s: %s\n", finding->check, finding->meter, finding->text);
}

static void the_book_holds(struct book *book)
{
    assert_int_equal(verify_run(book->store->db, &(struct verify_to){.report = keep}).findings, 0);
}

static void a_stretch_is_split_as_the_ledger_splits(void **state)
{
    struct book *book = *state;
    const int64_t from_ms = SITE_DAY_MS + 2 * HOUR_MS + 30 * MINUTE_MS,
                  before = held(book, SITE_DAY_MS + 3 * HOUR_MS, SITE_DAY_MS + 4 * HOUR_MS);
    assert_int_equal(act_post(book, from_ms, from_ms + 2 * HOUR_MS, 1001), 0);
    assert_int_equal(held(book, SITE_DAY_MS + 3 * HOUR_MS, SITE_DAY_MS + 4 * HOUR_MS) - before, 500);
    assert_int_equal(tallied(book), book->counted + 1001);
    assert_int_equal(act_post(book, from_ms, from_ms, 7), 0);
    assert_int_equal(tallied(book), book->counted + 1008);
    the_book_holds(book);
}

/* 10:00 to 16:40 was not read; what is known of it lies in the buckets of the gap. */
static void a_gap_follows_its_stretch(void **state)
{
    struct book *book = *state;
    struct db *db = book->store->db;
    const int64_t from_ms = db_value(db, "SELECT from_ms FROM gap", 0, NULL);
    const int64_t to_ms = db_value(db, "SELECT to_ms FROM gap", 0, NULL);
    const int64_t amount = db_value(db, "SELECT amount FROM gap", 0, NULL);
    assert_int_equal(act_post(book, from_ms, to_ms, 5000), 0);
    assert_int_equal(db_value(db, "SELECT amount FROM gap", 0, NULL), amount + 5000);
    assert_int_equal(act_post(book, from_ms, to_ms, -5000), 0);
    assert_int_equal(db_value(db, "SELECT amount FROM gap", 0, NULL), amount);
    the_book_holds(book);
}

static void no_more_is_taken_than_is_there(void **state)
{
    struct book *book = *state;
    const int64_t from_ms = SITE_DAY_MS + 5 * HOUR_MS, to_ms = from_ms + 2 * HOUR_MS;
    const int64_t there = held(book, from_ms, to_ms);
    assert_int_equal(act_post(book, from_ms, to_ms, -there - 13), 13);
    assert_int_equal(held(book, from_ms, to_ms), there);
    assert_int_equal(act_post(book, from_ms, to_ms, -there), 0);
    assert_int_equal(held(book, from_ms, to_ms), 0);
    assert_int_equal(act_post(book, from_ms, to_ms, INT64_MIN), INT64_MAX);
    assert_int_equal(act_post(book, from_ms, from_ms, INT64_MAX), -INT64_MAX);
    assert_int_equal(tallied(book), book->counted - there);
    assert_int_not_equal(act_post(book, to_ms, from_ms, 1), 0);
}

static void whatever_is_posted_the_book_holds(void **state)
{
    struct book *book = *state;
    uint64_t seed = seed_take();
    int64_t sum = 0;
    for (int i = 0; i < POSTINGS; i++) {
        const int64_t from_ms = SITE_DAY_MS + random_below(&seed, (HOURS - 13) * HOUR_MS);
        const int64_t to_ms = from_ms + random_below(&seed, 12 * HOUR_MS);
        const int64_t amount = random_below(&seed, 400000) - 200000;
        if (act_post(book, from_ms, to_ms, amount) == 0)
            sum += amount;
        assert_int_equal(tallied(book), book->counted + sum);
    }
    assert_int_equal(db_value(book->store->db, "SELECT count(*) FROM tally WHERE metered < 0", 0, NULL), 0);
    the_book_holds(book);
}

static void a_posting_that_somebody_edits_is_found(void **state)
{
    struct book *book = *state;
    assert_int_equal(act_post(book, SITE_DAY_MS, SITE_DAY_MS + HOUR_MS, 1000), 0);
    the_book_holds(book);
    revs_unwatch(book->store->db);
    db_run(book->store->db, "DROP TRIGGER posting_no_update; UPDATE posting SET amount = amount + 1");
    assert_string_equal(db_error(book->store->db), "");
    assert_int_not_equal(verify_run(book->store->db, &(struct verify_to){.report = keep}).findings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stretch_is_split_as_the_ledger_splits, setup, teardown),
        cmocka_unit_test_setup_teardown(a_gap_follows_its_stretch, setup, teardown),
        cmocka_unit_test_setup_teardown(no_more_is_taken_than_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(whatever_is_posted_the_book_holds, setup, teardown),
        cmocka_unit_test_setup_teardown(a_posting_that_somebody_edits_is_found, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
