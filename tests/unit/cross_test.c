/* SPDX-License-Identifier: Apache-2.0 */
/* Checks between meters: the arithmetic, and whole shifts out of a ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/cross.h"
#include "collector/store_cross.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/site.h"

/* --- arithmetic --- */

static void differs_beyond_the_limit_only(void **state)
{
    static const struct {
        int64_t own, against, slack;
        bool differs;
        int64_t ppm;
    } cases[] = {
        {1000, 1000, 0, false, 0},
        {1020, 1000, 0, false, 20000}, /* the limit itself is within */
        {1021, 1000, 0, true, 21000},
        {979, 1000, 0, true, -21000},
        {1021, 1000, 21, false, 21000}, /* no more than the steps */
        {1021, 1000, 20, true, 21000},
        {0, 0, 0, false, 0},
        {0, 1000, 10, true, -1000000},
        {1000, 0, 10, true, 1000000},
        {10, 0, 10, false, 1000000},
        {INT64_MAX, INT64_MIN, 0, true, 1000000},
        {INT64_MIN, INT64_MAX, 0, true, -1000000},
        {INT64_MAX, INT64_MAX - 1, 0, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(cross_differs(cases[i].own, cases[i].against, cases[i].slack, 20000), cases[i].differs);
        assert_int_equal(cross_ppm(cases[i].own, cases[i].against), cases[i].ppm);
    }
}

/* 600 t/h in counts of 0.1 t/h: 10 t a minute. */
static void integrates_minutes(void **state)
{
    struct cross_integral integral = {.rate = {100, 1}};
    int64_t amount;
    (void)state;
    for (int minute = 0; minute < 99; minute++) {
        cross_minute(&integral, minute * 60000, 6000 * 40, 40);
        cross_minute(&integral, minute * 60000, 6000 * 20, 20); /* a stop in it: two rows */
    }
    assert_true(cross_amount(&integral, 100, &amount)); /* one in a hundred is missing */
    assert_int_equal(amount, 100 * 10000);
    assert_false(cross_amount(&integral, 101, &amount));
    integral = (struct cross_integral){.rate = {1, 3}};
    cross_minute(&integral, 0, INT64_C(1) << 53, 1);
    assert_true(cross_amount(&integral, 1, &amount));
    assert_int_equal(amount, (INT64_C(1) << 53) / 180);
    static const int64_t wild[][2] = {{INT64_MAX, 1}, {INT64_MIN, 1}, {1, INT64_MAX}, {INT64_C(1) << 53, 1}};
    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
        integral = (struct cross_integral){.rate = {INT64_MAX, 1}};
        for (int minute = 0; minute < 1440; minute++)
            cross_minute(&integral, minute * 60000, wild[i][0], wild[i][1]);
        assert_false(cross_amount(&integral, 1440, &amount));
    }
    integral = (struct cross_integral){.rate = {1, 1}};
    assert_false(cross_amount(&integral, 480, &amount)); /* nothing was read */
}

/* --- out of the ledger --- */

enum { METERS = 4 };

struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct mover mover[METERS];
};

/* belt-1 main and belt-3 its check, both of sim-a, whose shifts are 00-08, 08-16, 16-24. */
static void book_open(struct book *book)
{
    char text[512] = "";
    *book = (struct book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, METERS, book->database);
    book->site.meter[2].role = ROLE_CHECK;
    book->site.config.differ_ppm = 20000;
    for (size_t i = 0; i < METERS; i++)
        book->site.meter[i].step = 1;
    assert_int_equal(store_open(&book->site.config, wall(SITE_DAY_MS), &book->store, text, sizeof text), STORE_OK);
    revs_watch(book->store->db);
    book->ledger = ledger_new(&book->site.config, NULL);
}

static void book_commit(struct book *book, int64_t now_ms)
{
    struct batch *batch = ledger_take(book->ledger, now_ms, true);
    assert_true(store_write(book->store, batch, now_ms));
    batch_free(batch);
}

static void book_close(struct book *book)
{
    ledger_free(book->ledger);
    store_close(book->store);
    folder_remove(book->folder);
}

/* Each minute of [from, to), so many kg; the first reading of all counts nothing. */
static void run(struct book *book, size_t meter, int from, int to, int64_t kg)
{
    for (int minute = from; minute < to; minute++) {
        const struct clock_now now = wall(SITE_DAY_MS + (int64_t)minute * MINUTE_MS);
        book->mover[meter].state.accepted_ms = now.boot_ms;
        post(book->ledger, meter, &book->mover[meter], now, book->mover[meter].state.started ? kg : 0);
    }
}

/* Judged so many minutes after the midnight that site.h begins with. */
static struct cross_result judge(struct book *book, enum cross_kind kind, int minute)
{
    const struct cross_pair pair = {kind, kind == CROSS_RATE ? 0 : 2, 0};
    book_commit(book, SITE_DAY_MS + (int64_t)minute * MINUTE_MS);
    return store_cross(book->store, &pair, SITE_DAY_MS + (int64_t)minute * MINUTE_MS);
}

enum { BEFORE = -30, SHIFT = 8 * 60 };

static void pairs_are_checks_with_their_main(void **state)
{
    struct book book;
    struct cross_pair pair[2 * METERS];
    (void)state;
    book_open(&book);
    assert_int_equal(cross_pairs(&book.site.config, pair), 1);
    assert_int_equal(pair[0].own, 2);
    assert_int_equal(pair[0].against, 0);
    book.site.meter[0].rate = (struct ratio){1, 1};
    snprintf(book.site.meter[2].path, ID_BYTES, "elsewhere");
    assert_int_equal(cross_pairs(&book.site.config, pair), 1);
    assert_int_equal(pair[0].kind, CROSS_RATE);
    book.site.meter[2].quantity = quantity_find("rom_coal");
    snprintf(book.site.meter[2].path, ID_BYTES, "%s", book.site.meter[0].path);
    assert_int_equal(cross_pairs(&book.site.config, pair), 1);
    book_close(&book);
}

static void a_shift_of_two_belts(void **state)
{
    static const struct {
        int64_t check;
        enum cross_outcome outcome;
        int64_t ppm;
    } cases[] = {{1000, CROSS_AGREES, 0},
                 {1015, CROSS_AGREES, 15000},
                 {1031, CROSS_DIFFERS, 31000},
                 {0, CROSS_DIFFERS, -1000000}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct book book;
        book_open(&book);
        run(&book, 0, BEFORE, SHIFT + 2, 1000);
        run(&book, 2, BEFORE, SHIFT + 2, cases[i].check);
        const struct cross_result result = judge(&book, CROSS_METERS, SHIFT + 3);
        assert_int_equal(result.outcome, cases[i].outcome);
        assert_int_equal(result.against, 1000 * SHIFT);
        assert_int_equal(result.own, cases[i].check * SHIFT);
        assert_int_equal(result.ppm, cases[i].ppm);
        assert_false(result.journalled);
        book_close(&book);
    }
}

static void what_cannot_be_compared_is_not(void **state)
{
    struct book book;
    (void)state;
    book_open(&book); /* the check meter began inside the shift */
    run(&book, 0, BEFORE, SHIFT + 2, 1000);
    run(&book, 2, 60, SHIFT + 2, 500);
    assert_int_equal(judge(&book, CROSS_METERS, SHIFT + 3).outcome, CROSS_NOT);
    book_close(&book);
    book_open(&book); /* it has not been read since the shift ended */
    run(&book, 0, BEFORE, SHIFT + 2, 1000);
    run(&book, 2, BEFORE, SHIFT - 5, 500);
    assert_int_equal(judge(&book, CROSS_METERS, SHIFT + 3).outcome, CROSS_LATER);
    run(&book, 0, SHIFT + 2, SHIFT + 20, 1000);
    run(&book, 2, SHIFT + 19, SHIFT + 20, 500 * 24); /* a gap over the edge */
    assert_int_equal(judge(&book, CROSS_METERS, SHIFT + 21).outcome, CROSS_NOT);
    book_close(&book);
    book_open(&book); /* a gap inside is healed by the counter */
    run(&book, 0, BEFORE, SHIFT + 2, 1000);
    run(&book, 2, BEFORE, 100, 1000);
    run(&book, 2, 199, 200, 1000 * 100);
    run(&book, 2, 200, SHIFT + 2, 1000);
    assert_int_equal(judge(&book, CROSS_METERS, SHIFT + 3).outcome, CROSS_AGREES);
    book_close(&book);
}

/* Over a restart too: what stands in the journal is not written again. */
static void the_journal_is_asked(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    run(&book, 0, BEFORE, SHIFT + 2, 1000);
    run(&book, 2, BEFORE, SHIFT + 2, 1100);
    struct journal_entry entry = {.at_ms = SITE_DAY_MS, .meter = 2, .mine = 0, .count = 1, .from_ms = SITE_DAY_MS};
    snprintf(entry.kind, sizeof entry.kind, "%s", cross_reason(CROSS_METERS));
    entry.from_ms -= 8 * HOUR_MS; /* of the shift before */
    ledger_journal(book.ledger, &entry);
    assert_false(judge(&book, CROSS_METERS, SHIFT + 3).journalled);
    entry.from_ms = SITE_DAY_MS;
    ledger_journal(book.ledger, &entry);
    assert_true(judge(&book, CROSS_METERS, SHIFT + 4).journalled);
    book_close(&book);
}

/* The rate of point 1, in counts of 0.001 t/h: 60 t/h is a tonne a minute. */
static void rate_minutes(struct book *book, int from, int to, int64_t count)
{
    struct reading reading[SITE_POINTS] = {0};
    for (int minute = from; minute < to; minute++) {
        struct scan scan = {.readings = reading, .points = SITE_POINTS};
        scan.wall_ms = SITE_DAY_MS + (int64_t)minute * MINUTE_MS + 5000;
        reading[1] = (struct reading){.quality = QUALITY_GOOD, .count = count};
        reading[2].quality = QUALITY_TIMEOUT;
        ledger_gauges(book->ledger, 0, &scan);
        if (minute % 5 == 0)
            book_commit(book, scan.wall_ms);
    }
}

static void a_total_and_its_rate(void **state)
{
    static const struct {
        int64_t count;
        enum cross_outcome outcome;
    } cases[] = {{60000, CROSS_AGREES}, {61000, CROSS_AGREES}, {62000, CROSS_DIFFERS}, {58000, CROSS_DIFFERS}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct book book;
        book_open(&book);
        book.site.meter[0].rate = (struct ratio){1, 1};
        book.site.meter[0].rate_point = 1;
        run(&book, 0, BEFORE, SHIFT + 2, 1000);
        rate_minutes(&book, BEFORE, SHIFT + 3, cases[i].count);
        const struct cross_result result = judge(&book, CROSS_RATE, SHIFT + 4);
        assert_int_equal(result.outcome, cases[i].outcome);
        assert_int_equal(result.own, 1000 * SHIFT);
        assert_in_range(result.against, cases[i].count * SHIFT / 60 - 1, cases[i].count * SHIFT / 60); /* floors */
        book_close(&book);
    }
}

static void a_rate_with_holes_says_nothing(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    book.site.meter[0].rate = (struct ratio){1, 1};
    book.site.meter[0].rate_point = 1;
    run(&book, 0, BEFORE, SHIFT + 2, 1000);
    rate_minutes(&book, 5, SHIFT + 3, 30000); /* five minutes of it are missing: more than one in a hundred */
    assert_int_equal(judge(&book, CROSS_RATE, SHIFT + 4).outcome, CROSS_NOT);
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differs_beyond_the_limit_only),
        cmocka_unit_test(integrates_minutes),
        cmocka_unit_test(pairs_are_checks_with_their_main),
        cmocka_unit_test(a_shift_of_two_belts),
        cmocka_unit_test(what_cannot_be_compared_is_not),
        cmocka_unit_test(the_journal_is_asked),
        cmocka_unit_test(a_total_and_its_rate),
        cmocka_unit_test(a_rate_with_holes_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
