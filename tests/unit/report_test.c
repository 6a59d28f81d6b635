/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger written by its own ledger and store is read back as reports do: figures,
 * quality, and the arithmetic that a trace shows. */
#include "collector/store_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/amount.h"
#include "collector/store.h"
#include "collector/trace.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/site.h"

enum { METERS = 4 };

struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct mover mover[METERS];
    struct db *db;
    struct roster *roster;
    struct report *report;
};

static void book_open(struct book *book)
{
    char text[512] = "";
    *book = (struct book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, METERS, book->database);
    book->site.mine[0].simulated = true;
    book->site.mine[1].month_cutoff = 25;
    book->site.meter[2].role = ROLE_CHECK;
    assert_int_equal(store_open(&book->site.config, wall(SITE_DAY_MS), &book->store, text, sizeof text), STORE_OK);
    revs_watch(book->store->db);
    book->ledger = ledger_new(&book->site.config, NULL);
    assert_non_null(book->ledger);
}

/* Commits what was posted, and opens it as a report at `now_ms`. */
static void book_read(struct book *book, int64_t now_ms)
{
    struct batch *batch = ledger_take(book->ledger, now_ms, true);
    assert_non_null(batch);
    assert_true(store_write(book->store, batch, now_ms));
    batch_free(batch);
    book->db = store_read(book->database);
    book->roster = roster_read(book->db);
    assert_string_equal(db_error(book->db), "");
    book->report = report_new(book->db, book->roster, now_ms, SITE_DAY_MS - 48 * HOUR_MS, SITE_DAY_MS + 96 * HOUR_MS);
    assert_non_null(book->report);
}

static void book_close(struct book *book)
{
    assert_string_equal(db_error(book->db), "");
    report_free(book->report);
    roster_free(book->roster);
    db_close(book->db);
    ledger_free(book->ledger);
    store_close(book->store);
    folder_remove(book->folder);
}

static civil_day first_day(void)
{
    return civil_of_instant(SITE_DAY_MS);
}

static struct period one_day(civil_day day)
{
    return (struct period){day, day + 1};
}

/* 100 kg a minute from `from` on, for so many minutes; the first reading counts nothing. */
static void run_minutes(struct book *book, size_t meter, int from, int minutes)
{
    for (int minute = from; minute < from + minutes; minute++)
        post(book->ledger, meter, &book->mover[meter], wall(SITE_DAY_MS + (int64_t)minute * MINUTE_MS),
             book->mover[meter].state.started ? 100 : 0);
}

static void the_roster_is_the_ledgers_own(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    book_read(&book, SITE_DAY_MS);
    assert_int_equal(book.roster->mines, 2);
    assert_int_equal(book.roster->meters, METERS);
    assert_true(book.roster->mine[0].simulated);
    assert_int_equal(book.roster->mine[1].month_cutoff, 25);
    assert_string_equal(book.roster->mine[0].calendar.rule[0].shift[1].name, "day");
    assert_int_equal(book.roster->mine[1].calendar.rule[0].day_start_s, -4 * 3600);
    assert_string_equal(book.roster->meter[0].quantity, "raw_coal");
    assert_false(book.roster->meter[2].main);
    assert_true(book.roster->meter[0].calendar == book.roster->meter[2].calendar);
    assert_true(book.roster->meter[0].calendar != book.roster->meter[1].calendar);
    assert_int_equal(roster_meter(book.roster, 0, "belt-2"), 1);
    assert_int_equal(roster_meter(book.roster, 0, "belt-9"), -1);
    assert_int_equal(report_first(book.report, 0).at_ms, 0);
    book_close(&book);
}

static void figures_are_the_sums_of_their_period(void **state)
{
    struct book book;
    struct figure shift = {0}, day = {0}, hour = {0}, nothing = {0};
    (void)state;
    book_open(&book);
    run_minutes(&book, 0, -60, 26 * 60); /* from 23:00 the evening before to 01:00 the day after */
    book_read(&book, SITE_DAY_MS + 30 * HOUR_MS);
    report_shift(book.report, 0, first_day(), 1, &shift);
    report_days(book.report, 0, one_day(first_day()), &day);
    report_buckets(book.report, 0, (struct calendar_span){SITE_DAY_MS + HOUR_MS, SITE_DAY_MS + 2 * HOUR_MS}, &hour);
    report_days(book.report, 0, one_day(first_day() + 9), &nothing);
    assert_int_equal(shift.metered, 48000);
    assert_int_equal(shift.good_ms, 8 * HOUR_MS);
    assert_int_equal(shift.span_ms, 8 * HOUR_MS);
    assert_int_equal(day.metered, 144000);
    assert_int_equal(day.since_ms, 0);
    assert_int_equal(day.estimated, 0);
    assert_int_equal(hour.metered, 6000);
    assert_false(nothing.any);
    assert_int_equal(nothing.span_ms, 0); /* it has not begun */
    assert_int_equal(report_last_ms(book.report, 1), 0);
    book_close(&book);
}

/* Amounts that no double holds come back to the last digit, and so they go into CSV. */
static void amounts_of_64_bits_are_exact(void **state)
{
    static const struct {
        int64_t amount;
        const char *text;
    } cases[] = {
        {INT64_C(9007199254740993), "9007199254740.993"}, /* 2^53 + 1 */
        {INT64_C(8999999999999999999), "8999999999999999.999"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct book book;
        struct figure day = {0};
        char text[AMOUNT_TEXT_MAX];
        book_open(&book);
        post(book.ledger, 0, &book.mover[0], wall(SITE_DAY_MS), 0);
        post(book.ledger, 0, &book.mover[0], wall(SITE_DAY_MS + 1000), cases[i].amount);
        book_read(&book, SITE_DAY_MS + HOUR_MS);
        report_days(book.report, 0, one_day(first_day()), &day);
        assert_int_equal(day.metered, cases[i].amount);
        amount_plain(day.metered, text);
        assert_string_equal(text, cases[i].text);
        book_close(&book);
    }
}

static int64_t metered(struct book *book, struct period days)
{
    struct figure figure = {0};
    report_sum(book->report, 0, days, &figure);
    return figure.metered;
}

static void months_and_their_parts_agree_with_days(void **state)
{
    struct book book;
    int64_t sum = 0;
    (void)state;
    book_open(&book);
    for (int day = 0; day < 40; day++) /* 2026-10-13 to 2026-11-21 */
        run_minutes(&book, 0, day * 1440 + 10, 1 + day);
    book_read(&book, SITE_DAY_MS + 40 * 24 * HOUR_MS);
    for (civil_day day = first_day() - 20; day < first_day() + 50; day++) {
        sum += metered(&book, one_day(day));
        assert_int_equal(metered(&book, (struct period){first_day() - 20, day + 1}), sum);
    }
    assert_true(sum > 70000);
    assert_int_equal(metered(&book, year_days(2026)), sum);
    book_close(&book);
}

static void a_meter_that_begins_inside_says_since_when(void **state)
{
    struct book book;
    struct figure day = {0};
    (void)state;
    book_open(&book);
    book.mover[0].state.high = book.mover[0].state.last = 1882104311;
    run_minutes(&book, 0, 9 * 60 + 42, 60);
    book_read(&book, SITE_DAY_MS + 12 * HOUR_MS);
    report_days(book.report, 0, one_day(first_day()), &day);
    assert_int_equal(day.since_ms, SITE_DAY_MS + (9 * 60 + 42) * MINUTE_MS);
    assert_int_equal(report_first(book.report, 0).amount, 1882104311);
    assert_int_equal(day.span_ms, 12 * HOUR_MS); /* as far as it has gone */
    assert_int_equal(day.good_ms, 59 * MINUTE_MS);
    book_close(&book);
}

static void a_gap_is_estimated_only_where_an_edge_cuts_it(void **state)
{
    struct book book;
    struct figure shift = {0}, next = {0}, day = {0};
    (void)state;
    book_open(&book);
    run_minutes(&book, 0, -10, 10 + 7 * 60 + 1); /* the last one at 07:00 */
    post(book.ledger, 0, &book.mover[0], wall(SITE_DAY_MS + 10 * HOUR_MS), 30001);
    run_minutes(&book, 0, 10 * 60 + 1, 15 * 60);
    book_read(&book, SITE_DAY_MS + 30 * HOUR_MS);
    report_shift(book.report, 0, first_day(), 0, &shift);
    report_shift(book.report, 0, first_day(), 1, &next);
    report_days(book.report, 0, one_day(first_day()), &day);
    assert_int_equal(shift.estimated, 10000); /* floor(30001 * 1 h / 3 h) */
    assert_int_equal(next.estimated, 20001);
    assert_int_equal(shift.metered, 7 * 6000 + 10000);
    assert_int_equal(day.estimated, 0);
    assert_int_equal(day.metered, shift.metered + next.metered + 8 * 6000);
    assert_int_equal(day.good_ms, 21 * HOUR_MS);
    book_close(&book);
}

static void open_work_is_found_where_it_lies(void **state)
{
    struct book book;
    struct figure with = {0}, without = {0};
    (void)state;
    book_open(&book);
    run_minutes(&book, 0, -10, 20 * 60);
    const struct journal_entry entry = {.at_ms = SITE_DAY_MS + 9 * HOUR_MS,
                                        .kind = "jump",
                                        .level = JOURNAL_RED,
                                        .count = 1,
                                        .from_ms = SITE_DAY_MS + 9 * HOUR_MS - 5000,
                                        .to_ms = SITE_DAY_MS + 9 * HOUR_MS,
                                        .bounded = true,
                                        .high = 412000,
                                        .open = true};
    ledger_journal(book.ledger, &entry);
    book_read(&book, SITE_DAY_MS + 30 * HOUR_MS);
    report_shift(book.report, 0, first_day(), 1, &with);
    report_shift(book.report, 0, first_day(), 0, &without);
    report_shift(book.report, 2, first_day(), 1, &without);
    assert_int_equal(with.open, 1);
    assert_int_equal(without.open, 0);
    assert_int_equal(book.report->work[0].high, 412000);
    /* It stays so when the meter leaves the configuration, also where nothing was counted. */
    struct figure gone = {0};
    book.roster->meter[0].active = false;
    book.report->work[0].from_ms = SITE_DAY_MS - 40 * HOUR_MS;
    report_days(book.report, 0, (struct period){first_day() - 2, first_day() - 1}, &gone);
    assert_int_equal(gone.unknown, 412000);
    assert_int_equal(gone.meters, 0);
    book_close(&book);
}

/* --- traces --- */

struct walker {
    struct totaliser_state state;
    struct totaliser_memory memory;
    int64_t register_now, at_ms;
};

static void step(struct book *book, struct walker *walker, bool reread)
{
    const struct totaliser_input input = {.at_ms = walker->at_ms,
                                          .good = true,
                                          .reread = reread,
                                          .count = walker->register_now,
                                          .step = 1,
                                          .reset_ms = INT64_MIN};
    const struct totaliser_outcome outcome =
        totaliser_step(&book->site.meter[0].rules, &walker->state, &walker->memory, &input);
    const struct clock_now now = {SITE_DAY_MS + walker->at_ms, walker->at_ms};
    ledger_post(book->ledger, 0, &outcome, &walker->state, walker->register_now, now);
    if (outcome.reread)
        step(book, walker, true);
}

/* Three days of a small counter that wraps, is reset, falls back a little, and is
 * not read for minutes or hours. Returns when the last reading was accepted. */
static int64_t walk(struct book *book, uint64_t *seed)
{
    struct totaliser_rules *rules = &book->site.meter[0].rules;
    struct walker walker = {.at_ms = 1000};
    rules->modulus = 100000;
    rules->max_rate = 6000;
    rules->resettable = true;
    rules->convert = (struct ratio){10, 3};
    while (walker.at_ms < 72 * HOUR_MS) {
        step(book, &walker, false);
        const int64_t what = random_below(seed, 100);
        const int64_t wait_ms = what == 0 ? random_below(seed, 2 * HOUR_MS) : 1000 + random_below(seed, 30000);
        walker.at_ms += wait_ms;
        walker.register_now += random_below(seed, 1 + wait_ms * 6000 / HOUR_MS);
        if (what == 1)
            walker.register_now = random_below(seed, 3); /* reset */
        if (what == 2 && walker.register_now > 0)
            walker.register_now--; /* noise */
        walker.register_now %= rules->modulus;
    }
    return SITE_DAY_MS + walker.state.accepted_ms;
}

/* What the trace says must be found again from the numbers it shows alone. */
static void edge_holds(const struct trace_edge *edge)
{
    int64_t count;
    assert_true(edge->explained);
    if (!edge->before.present) {
        assert_int_equal(edge->count, 0);
        return;
    }
    assert_true(edge->before.at_ms < edge->at_ms);
    assert_true(trace_count(&edge->before.segment, &count));
    assert_int_equal(count, edge->before.count);
    int64_t expected = count;
    if (edge->after.present) {
        assert_true(edge->after.at_ms >= edge->at_ms);
        assert_true(trace_count(&edge->after.segment, &count));
        expected += amount_before(count - edge->before.count, edge->before.at_ms, edge->after.at_ms, edge->at_ms);
    }
    assert_int_equal(edge->count, expected);
}

static void every_figure_follows_from_its_readings(void **state)
{
    struct book book;
    uint64_t seed = seed_take();
    int64_t all = 0;
    (void)state;
    book_open(&book);
    const int64_t last_ms = walk(&book, &seed);
    book_read(&book, SITE_DAY_MS + 80 * HOUR_MS);
    for (civil_day day = first_day() - 1; day < first_day() + 4; day++)
        for (int shift = 0; shift < 3; shift++) {
            const struct calendar_span span = calendar_shift(book.roster->meter[0].calendar, day, shift);
            const struct trace_edge begin = trace_edge(book.report, 0, span.from_ms);
            const struct trace_edge end = trace_edge(book.report, 0, span.to_ms);
            struct figure figure = {0};
            report_shift(book.report, 0, day, shift, &figure);
            edge_holds(&begin);
            edge_holds(&end);
            assert_int_equal(end.count - begin.count, figure.metered);
            all += figure.metered;
        }
    assert_string_equal(db_error(book.db), "");
    assert_int_equal(report_last_ms(book.report, 0), last_ms);
    assert_true(all > 100000);
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roster_is_the_ledgers_own),
        cmocka_unit_test(figures_are_the_sums_of_their_period),
        cmocka_unit_test(amounts_of_64_bits_are_exact),
        cmocka_unit_test(months_and_their_parts_agree_with_days),
        cmocka_unit_test(a_meter_that_begins_inside_says_since_when),
        cmocka_unit_test(a_gap_is_estimated_only_where_an_edge_cuts_it),
        cmocka_unit_test(open_work_is_found_where_it_lies),
        cmocka_unit_test(every_figure_follows_from_its_readings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
