/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger made again from its rows: the same book, and each meter goes on from what it had counted by its newest
 * tally, wherever the copy ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/regain.h"
#include "collector/store_verify.h"
#include "tests/unit/files.h"

static uint64_t seed;

struct book {
    struct rig site;
    struct copying county;
    char path[128], made[128];
};

static int book_setup(void **state)
{
    struct book *book = calloc(1, sizeof *book);
    *state = book;
    copying_open(&book->county, &seed);
    rig_open(&book->site, &seed, RIG_METERS, 'a');
    rig_run(&book->site, 2000);
    rig_calendar(&book->site, 10);
    snprintf(book->path, sizeof book->path, "%s/rows", book->site.folder);
    snprintf(book->made, sizeof book->made, "%s/made.db", book->site.folder);
    return 0;
}

static int book_teardown(void **state)
{
    struct book *book = *state;
    copying_close(&book->county);
    rig_close(&book->site);
    free(book);
    return 0;
}

static struct clock_now later(const struct book *book)
{
    return wall(SITE_DAY_MS + (book->site.minute + 300) * MINUTE_MS);
}

static struct regained book_regain(struct book *book)
{
    struct travel_file *file = file_open(book->path);
    struct regained regained;
    char why[256] = "";
    unlink(book->made);
    if (!regain(book->made, file, later(book), NULL, &regained, why, sizeof why))
        fail_msg("%s", why);
    travel_file_close(file);
    return regained;
}

/* The next start's. */
static struct store *made_open(struct book *book)
{
    struct store *store;
    char why[512] = "";
    snprintf(book->site.site.config.database, sizeof book->site.site.config.database, "%s", book->made);
    if (store_open(&book->site.site.config, later(book), &store, why, sizeof why) != STORE_OK)
        fail_msg("%s", why);
    return store;
}

static void tell_finding(void *context, const struct finding *finding)
{
    struct finding *first = context;
    if (!first->check)
        *first = *finding;
}

static void assert_sound(struct store *store)
{
    struct finding found = {0};
    const struct verification result = verify_run(store->db, &(struct verify_to){tell_finding, .context = &found});
    if (result.findings)
        fail_msg("%s %s: %s", found.check, found.meter, found.text);
}

/* All rows of the site, and no other but what the restore and the start wrote. */
static void rows_are_the_same(struct book *book, struct store *made, int64_t head)
{
    struct text was = {0}, is = {0};
    rows_text(book->site.store->db, 0, 0, &was);
    rows_text(made->db, 0, 0, &is);
    assert_true(is.length > was.length && was.length > 0);
    assert_memory_equal(was.at, is.at, was.length);
    assert_int_equal(
        db_value(made->db, "SELECT count(*) FROM incarnation WHERE first_rev = ?", 1, (const int64_t[]){head + 1}), 1);
    text_free(&was);
    text_free(&is);
}

static void totals_are_the_same(const struct book *book, struct store *made, const char *table)
{
    char sql[160], why[64];
    snprintf(sql, sizeof sql,
             "SELECT group_concat(line, ';') FROM (SELECT meter || ',' || metered || ',' || good_ms || ','"
             " || reported AS line FROM %s ORDER BY 1)",
             table);
    struct db_query *was = db_query(book->site.store->db, sql), *is = db_query(made->db, sql);
    snprintf(why, sizeof why, "%s", table);
    assert_true(db_next(was) && db_next(is));
    assert_string_equal(db_text(was, 0), db_text(is, 0));
    db_done(was);
    db_done(is);
}

static void from_a_consistent_copy_it_is_the_same_book(void **state)
{
    struct book *book = *state;
    copying_carry(&book->county, &book->site, "site-a", TRAVEL_LOCAL_MAX);
    const struct travel_file_heading heading = file_make(book->county.rig.store->db, 1, "site-a", 0, book->path);
    assert_true(heading.consistent);
    const struct regained regained = book_regain(book);
    assert_int_equal(regained.lost, 0);
    struct store *made = made_open(book);
    rows_are_the_same(book, made, heading.to.head);
    totals_are_the_same(book, made, "shift_total");
    totals_are_the_same(book, made, "day_total");
    totals_are_the_same(book, made, "month_total");
    assert_sound(made);
    for (size_t i = 0; i < RIG_METERS; i++) {
        const struct totaliser_state *was = &book->site.mover[i].state;
        struct totaliser_state is;
        assert_true(store_state(made, i, true, later(book), &is));
        assert_int_equal(is.started, was->started);
        assert_int_equal(is.segment, was->segment);
        assert_int_equal(is.first, was->first);
        assert_int_equal(is.high, was->high);
        assert_int_equal(is.last, was->last);
        assert_int_equal(is.wraps, was->wraps);
        assert_int_equal(is.total, was->total);
        /* Its last reading lies as far back as it does. */
        assert_int_equal(later(book).boot_ms - is.accepted_ms, later(book).wall_ms - store_posted_ms(made, i));
    }
    store_close(made);
}

/* Wherever the copy ended: what a meter had counted by its newest tally, and the register there, fit each other, so
 * that its next reading measures the rest. */
static void meters_go_on(const struct book *book, struct store *made, int64_t lost)
{
    int64_t unknown = 0;
    for (size_t i = 0; i < RIG_METERS; i++) {
        const struct totaliser_state *truth = &book->site.mover[i].state;
        struct totaliser_state is = {0};
        if (!store_state(made, i, true, later(book), &is))
            continue;
        if (!is.started) {
            unknown++;
            continue;
        }
        assert_int_equal(is.total + (truth->last - is.last), truth->total);
        assert_int_equal(is.total, db_value(made->db, "SELECT ifnull(sum(metered), 0) FROM tally WHERE meter = ?", 1,
                                            &made->meter[i]));
    }
    assert_int_equal(unknown, lost);
    assert_int_equal(lost,
                     db_value(made->db, "SELECT count(*) FROM journal WHERE kind = 'unknown' AND open = 1", 0, NULL));
}

static void from_a_copy_that_was_catching_up_no_coal_is_lost(void **state)
{
    struct book *book = *state;
    /* All that there was at one time, then a part of what came after. */
    copying_carry(&book->county, &book->site, "site-a", TRAVEL_LOCAL_MAX);
    for (int round = 0; round < 6; round++) {
        const int64_t head = db_value(book->site.store->db, "SELECT rev FROM revision", 0, NULL);
        for (size_t i = 0; i < RIG_METERS; i++) /* now and then a segment ends and another one begins */
            book->site.mover[i].state.started &= random_below(&seed, 3) > 0;
        rig_run(&book->site, 1 + random_below(&seed, 180));
        const int64_t now = db_value(book->site.store->db, "SELECT rev FROM revision", 0, NULL);
        copying_carry(&book->county, &book->site, "site-a", head + 1 + random_below(&seed, now - head - 1));
        const struct travel_file_heading heading = file_make(book->county.rig.store->db, 1, "site-a", 0, book->path);
        assert_false(heading.consistent);
        const struct regained regained = book_regain(book);
        assert_int_equal(regained.lost, 0);
        struct store *made = made_open(book);
        meters_go_on(book, made, 0);
        assert_sound(made);
        /* The county's incarnations would let the site go on where it cannot. */
        assert_int_equal(db_value(made->db, "SELECT count(*) FROM incarnation", 0, NULL), 2);
        store_close(made);
        copying_carry(&book->county, &book->site, "site-a", TRAVEL_LOCAL_MAX);
    }
}

static void of_a_first_transmission_that_broke_off_what_is_not_known_is_open_work(void **state)
{
    struct book *book = *state;
    const int64_t head = db_value(book->site.store->db, "SELECT rev FROM revision", 0, NULL);
    /* The newest rows are those of the open segments. */
    copying_carry(&book->county, &book->site, "site-a",
                  db_value(book->site.store->db, "SELECT min(rev) - 1 FROM segment", 0, NULL));
    file_make(book->county.rig.store->db, 1, "site-a", 0, book->path);
    const struct regained regained = book_regain(book);
    assert_true(head > 0);
    struct store *made = made_open(book);
    meters_go_on(book, made, regained.lost);
    store_close(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define BOOK(test) cmocka_unit_test_setup_teardown(test, book_setup, book_teardown)
        BOOK(from_a_consistent_copy_it_is_the_same_book),
        BOOK(from_a_copy_that_was_catching_up_no_coal_is_lost),
        BOOK(of_a_first_transmission_that_broke_off_what_is_not_known_is_open_work),
    };
    seed = seed_take();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
