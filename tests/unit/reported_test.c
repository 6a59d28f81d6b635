/* SPDX-License-Identifier: Apache-2.0 */
/* Metered, adjusted, reported: coefficients that change on a day, adjustments of periods,
 * output entered by hand, over a ledger that its own store wrote. */
#include "collector/store_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/stock_book.h"
#include "collector/store.h"
#include "collector/store_parts.h"
#include "collector/store_verify.h"
#include "tests/unit/site.h"

/* belt-1 and belt-3 are of mine sim-a (days from midnight), belt-2 and belt-4 of sim-b. */
enum { METERS = 4, DAYS = 70 };

struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct mover mover[METERS];
    struct db *db; /* as people's acts write to it */
    struct roster *roster;
    struct report *report;
    int64_t acts;
};

static civil_day first_day(void)
{
    return civil_of_instant(SITE_DAY_MS);
}

static void book_open(struct book *book)
{
    char text[512] = "";
    *book = (struct book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, METERS, book->database);
    book->site.meter[0].quantity = quantity_find("rom_coal");
    book->site.meter[3].quantity = quantity_find("gas_drained");
    assert_int_equal(store_open(&book->site.config, wall(SITE_DAY_MS), &book->store, text, sizeof text), STORE_OK);
    book->ledger = ledger_new(&book->site.config, NULL);
    assert_non_null(book->ledger);
    book->db = db_open(book->database, DB_WRITE);
    calendar_zone("Asia/Shanghai");
}

static void book_commit(struct book *book, int64_t now_ms)
{
    struct batch *batch = ledger_take(book->ledger, now_ms, true);
    assert_non_null(batch);
    assert_true(store_write(book->store, batch, now_ms));
    batch_free(batch);
}

/* A report of all of it, as of the end. */
static void book_read(struct book *book)
{
    const int64_t now_ms = SITE_DAY_MS + DAYS * 24 * HOUR_MS;
    book_commit(book, now_ms);
    book->roster = roster_read(book->db);
    book->report = report_new(book->db, book->roster, now_ms, SITE_DAY_MS, now_ms);
    assert_string_equal(db_error(book->db), "");
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

static void none_found(void *context, const struct finding *finding)
{
    if (strcmp(finding->check, "act") == 0 || strcmp(finding->check, "seal") == 0)
        return; /* the rows of these books stand there without the acts that make them */
    (void)context;
    fail_msg("%s %s: %s", finding->check, finding->meter, finding->text);
}

static void book_verify(struct book *book)
{
    struct db *db = store_read(book->database);
    verify_run(db, &(struct verify_to){.report = none_found});
    assert_string_equal(db_error(db), "");
    db_close(db);
}

/* As the act does it. */
static void state_coefficient(struct book *book, size_t meter, civil_day from, int64_t digits, int places)
{
    const int64_t id = (int64_t)meter + 1;
    db_begin(book->db);
    sql(book->db, "INSERT INTO coefficient(meter, from_day, digits, places, act, rev) VALUES(%d, %d, %lld, %d, %d, 1)",
        (int)id, from, (long long)digits, places, (int)++book->acts);
    store_report_again(book->db, id, from);
    assert_true(db_commit(book->db));
}

static void adjust(struct book *book, int mine, const char *quantity, struct period days, int shift, int64_t amount)
{
    sql(book->db,
        "INSERT INTO adjustment(act, mine, quantity, kind, from_day, to_day, shift, amount, reason, rev)"
        " VALUES(%d, %d, '%s', 'month', %d, %d, %d, %lld, 'why', 1)",
        (int)++book->acts, mine + 1, quantity, days.from, days.to, shift, (long long)amount);
}

static void enter(struct book *book, int mine, const char *item, struct period days, int shift, int version,
                  const char *value)
{
    sql(book->db,
        "INSERT INTO entry(mine, item, kind, from_day, to_day, shift, version, value, unit, source, act, rev)"
        " VALUES(%d, '%s', 'day', %d, %d, %d, %d, %s, 't', 'book', %d, 1)",
        mine + 1, item, days.from, days.to, shift, version, value, (int)++book->acts);
}

static struct figure mine_figure(struct book *book, size_t mine, const char *quantity, struct period days)
{
    struct figure figure = {0}, sum = {0};
    report_mine(book->report, mine, quantity, days, -1, &figure);
    report_mine_sum(book->report, mine, quantity, days, &sum);
    assert_int_equal(sum.reported, figure.reported);
    assert_int_equal(sum.metered, figure.metered);
    return figure;
}

static struct period one_day(civil_day day)
{
    return (struct period){day, day + 1};
}

/* So many kg of each meter in each hour of a day, from its first minute to its last. */
static void run_day(struct book *book, civil_day day, int64_t kg)
{
    const int64_t start_ms = SITE_DAY_MS + (day - first_day()) * 24 * HOUR_MS;
    for (int64_t minute = 0; minute < 24 * 60; minute += 30)
        for (size_t i = 0; i < METERS; i++)
            post(book->ledger, i, &book->mover[i], wall(start_ms + minute * MINUTE_MS),
                 book->mover[i].state.started ? kg : 0);
}

static void run_of_mine_reports_raw_coal(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    state_coefficient(&book, 0, first_day() - 100, 95, 2);
    for (int day = 0; day < 3; day++)
        run_day(&book, first_day() + day, 1001);
    book_read(&book);
    const struct period second = one_day(first_day() + 1);
    const struct figure coal = mine_figure(&book, 0, "raw_coal", second);
    struct figure rom = {0}, shift = {0};
    report_days(book.report, 0, second, &rom);
    report_shift(book.report, 0, second.from, 1, &shift);
    assert_int_equal(rom.metered, 48048);
    assert_int_equal(shift.reported, 15215);   /* 16016 x 0.95 = 15215.2 */
    assert_int_equal(rom.reported, 3 * 15215); /* not 48048 x 0.95 = 45645.6 */
    assert_int_equal(coal.metered, 2 * 48048);
    assert_int_equal(coal.reported, 3 * 15215 + 48048); /* with belt-3, after picking */
    assert_int_equal(coal.meters, 2);
    assert_int_equal(mine_figure(&book, 0, "rom_coal", second).meters, 0); /* it is not reported as such */
    assert_int_equal(mine_figure(&book, 1, "raw_coal", second).reported, 48048);
    assert_int_equal(mine_figure(&book, 1, "gas_drained", second).reported, 48048);
    book_verify(&book);
    book_close(&book);
}

static void parts_of_a_shift_make_the_shift(void **state)
{
    struct book book;
    int64_t sum = 0;
    (void)state;
    book_open(&book);
    state_coefficient(&book, 0, first_day(), 333333, 6);
    run_day(&book, first_day(), 10007);
    book_read(&book);
    for (int hour = 0; hour < 8; hour++) {
        struct figure figure = {0};
        const int64_t from_ms = SITE_DAY_MS + hour * HOUR_MS;
        report_buckets(book.report, 0, (struct calendar_span){from_ms, from_ms + HOUR_MS}, &figure);
        sum += figure.reported;
    }
    struct figure shift = {0};
    report_shift(book.report, 0, first_day(), 0, &shift);
    assert_int_equal(sum, shift.reported);
    assert_true(sum > 0);
    book_close(&book);
}

/* What is stated later of a day in the past makes its figures, and none before, anew. */
static void a_later_coefficient_changes_its_days_alone(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    for (int day = 0; day < 6; day++)
        run_day(&book, first_day() + day, 1000);
    book_commit(&book, SITE_DAY_MS + 6 * 24 * HOUR_MS);
    state_coefficient(&book, 0, first_day() + 3, 9, 1);
    state_coefficient(&book, 0, first_day() + 4, 8, 1);
    state_coefficient(&book, 0, first_day() + 4, 5, 1); /* of one day the last */
    run_day(&book, first_day() + 6, 1000);
    book_read(&book);
    static const int64_t expected[] = {48000, 48000, 48000, 43200, 24000, 24000, 23500};
    for (int day = 0; day < 7; day++) {
        struct figure figure = {0};
        report_days(book.report, 0, one_day(first_day() + day), &figure);
        assert_int_equal(figure.reported, expected[day]);
        assert_int_equal(figure.metered, day < 6 ? 48000 : 47000); /* the last half hour comes with the next day */
    }
    book_verify(&book);
    book_close(&book);
}

static void adjustments_belong_to_their_period(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    run_day(&book, first_day(), 0);
    const struct period october = month_days(month_of(first_day())), year = year_days(2026);
    const struct period own = {october.from - 5, october.to - 5}, to_date = {october.from, first_day() + 1};
    adjust(&book, 0, "raw_coal", october, -1, 412000);
    adjust(&book, 0, "raw_coal", one_day(first_day()), -1, -7000);
    adjust(&book, 0, "raw_coal", one_day(first_day()), 1, 500);
    adjust(&book, 0, "raw_coal", own, -1, 30);
    adjust(&book, 0, "raw_coal", year, -1, 9);
    adjust(&book, 1, "raw_coal", october, -1, 1000000);
    adjust(&book, 0, "gas_drained", october, -1, 1000000);
    book_read(&book);
    struct figure shift = {0}, other = {0};
    report_mine(book.report, 0, "raw_coal", one_day(first_day()), 1, &shift);
    report_mine(book.report, 0, "raw_coal", one_day(first_day()), 2, &other);
    assert_int_equal(shift.adjusted, 500);
    assert_int_equal(other.adjusted, 0);
    assert_int_equal(mine_figure(&book, 0, "raw_coal", one_day(first_day())).adjusted, -6500);
    assert_int_equal(mine_figure(&book, 0, "raw_coal", one_day(first_day() + 1)).adjusted, 0);
    assert_int_equal(mine_figure(&book, 0, "raw_coal", to_date).adjusted, -6500);
    assert_int_equal(mine_figure(&book, 0, "raw_coal", october).adjusted, 405500);
    assert_int_equal(mine_figure(&book, 0, "raw_coal", own).adjusted, -6470);
    assert_int_equal(mine_figure(&book, 0, "raw_coal", year).adjusted, 405539);
    assert_int_equal(mine_figure(&book, 0, "raw_coal", year).reported, 405539);

    struct additions_walk walk = {.quantity = "raw_coal", .days = october, .shift = -1};
    assert_int_equal(report_addition_across(book.report, &walk)->amount, 9);
    assert_int_equal(report_addition_across(book.report, &walk)->amount, 30);
    assert_null(report_addition_across(book.report, &walk));
    walk = (struct additions_walk){.quantity = "raw_coal", .days = year, .shift = -1};
    assert_null(report_addition_across(book.report, &walk));
    book_close(&book);
}

/* By hand: the newest version, of overlapping ones the longest, and never beside meters. */
static void what_is_entered_counts_once(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    run_day(&book, first_day(), 100);
    const struct period october = month_days(month_of(first_day())), september = month_days(month_of(first_day()) - 1);
    for (civil_day day = october.from; day < october.to; day++)
        enter(&book, 1, "gas_surface", one_day(day), -1, 1, "1000");
    enter(&book, 1, "gas_surface", one_day(october.from), -1, 2, "1500");
    enter(&book, 1, "gas_surface", one_day(october.from + 1), -1, 2, "NULL"); /* taken back */
    enter(&book, 1, "gas_surface", one_day(october.from + 2), 0, 1, "300");   /* part of a day that is entered */
    enter(&book, 1, "gas_surface", one_day(october.from + 1), 1, 1, "200");   /* here it is not */
    enter(&book, 1, "gas_surface", september, -1, 1, "50000");
    enter(&book, 1, "gas_surface", one_day(september.from + 3), -1, 1, "777");
    enter(&book, 0, "raw_coal", one_day(first_day()), -1, 1, "5000"); /* metered that day */
    enter(&book, 0, "raw_coal", one_day(first_day() - 1), -1, 1, "6000");
    book_read(&book);
    assert_int_equal(mine_figure(&book, 1, "gas_surface", october).by_hand, 31000 + 500 - 1000 + 200);
    assert_int_equal(mine_figure(&book, 1, "gas_surface", september).by_hand, 50000);
    assert_int_equal(mine_figure(&book, 1, "gas_surface", one_day(september.from + 3)).by_hand, 777);
    assert_int_equal(mine_figure(&book, 1, "gas_surface", year_days(2026)).reported, 50000 + 30700);
    struct figure shift = {0};
    report_mine(book.report, 1, "gas_surface", one_day(october.from + 2), 0, &shift);
    assert_int_equal(shift.by_hand, 300);
    const struct figure mixed = mine_figure(&book, 0, "raw_coal", october);
    assert_int_equal(mixed.by_hand, 6000);
    assert_int_equal(mixed.refused, 1);
    assert_int_equal(mixed.reported, mixed.metered + 6000);
    book_close(&book);
}

static void plan(struct book *book, struct period days, const char *value)
{
    sql(book->db,
        "INSERT INTO entry(mine, item, subject, kind, from_day, to_day, version, value, unit, source, act, rev)"
        " VALUES(1, 'plan', 'raw_coal', 4, %d, %d, 1, %s, 't', 'book', %d, 1)",
        days.from, days.to, value, (int)++book->acts);
}

static void the_plan_is_the_nearest(void **state)
{
    const struct period october = month_days(month_of(first_day())), november = month_days(month_of(first_day()) + 1);
    const struct {
        struct period days;
        bool known;
        int64_t plan;
    } cases[] = {
        {october, true, 3100},
        {{october.from, october.from + 1}, true, 500},     /* its own */
        {{october.from + 1, october.from + 2}, true, 100}, /* a share of the month's */
        {{october.from + 1, october.from + 4}, true, 300},
        {{october.from, october.from + 2}, true, 200}, /* not made up of days: the month's */
        {{october.from, november.to}, true, 9100},     /* made up of months */
        {november, true, 6000},
        {{november.to, november.to + 1}, false, 0},
        {{october.from - 1, october.to}, false, 0},
    };
    struct book book;
    (void)state;
    book_open(&book);
    plan(&book, october, "3100");
    plan(&book, (struct period){october.from, october.from + 1}, "500");
    plan(&book, november, "6000");
    book_read(&book);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t amount = 0;
        assert_int_equal(report_plan(book.report, 0, "raw_coal", cases[i].days, &amount), cases[i].known);
        assert_int_equal(amount, cases[i].plan);
    }
    assert_false(mine_figure(&book, 0, "raw_coal", october).any); /* it counts in no figure */
    book_close(&book);
}

/* A stock-take books into its month; the next one does not find the same gain again. */
static void a_stock_take_finds_a_gain_once(void **state)
{
    const civil_day opened = first_day() - 13, at = first_day() + 2; /* 30 September, 15 October */
    const struct period span = {opened + 1, at + 1}, october = month_days(month_of(at));
    struct stock_book stock;
    struct text text = {0};
    struct book book;
    (void)state;
    book_open(&book);
    for (int day = 0; day < 3; day++)
        run_day(&book, first_day() + day, 1000);
    enter(&book, 1, "stock", one_day(opened), -1, 1, "5000");
    enter(&book, 1, "shipped", span, -1, 1, "150000");
    enter(&book, 1, "own_use", span, -1, 1, "700");
    book_read(&book);
    assert_false(stock_reckon(book.report, 1, at, 9000, LANGUAGE_EN, &stock, &text));
    assert_non_null(strstr(text.at, "loss is not known for 2026-10-01 to 2026-10-15"));
    text_clear(&text);
    assert_false(stock_reckon(book.report, 0, at, 9000, LANGUAGE_EN, &stock, &text));
    assert_non_null(strstr(text.at, "no stock is known before 2026-10-15"));

    for (int shift = 0; shift < 3; shift++) /* each day but the last, and of that one each shift */
        enter(&book, 1, "loss", one_day(at), shift, 1, "10");
    enter(&book, 1, "loss", (struct period){span.from, at}, -1, 1, "0");
    enter(&book, 1, "stock", one_day(at - 5), -1, 1, "6000"); /* a later one opens */
    enter(&book, 1, "stock", one_day(at - 5), -1, 2, "NULL"); /* taken back */
    report_free(book.report);
    book.report = report_new(book.db, book.roster, SITE_DAY_MS, SITE_DAY_MS, SITE_DAY_MS);
    assert_true(stock_reckon(book.report, 1, at, 9000, LANGUAGE_EN, &stock, &text));
    assert_int_equal(stock.stock.opening, 5000);
    assert_int_equal(stock.stock.loss, 30);
    assert_int_equal(stock.balance.production, 150000 + 700 + 30 + 9000 - 5000);
    assert_int_equal(stock.stock.booked, 136000); /* its days end at 20:00 */
    assert_int_equal(stock.balance.gain, stock.balance.production - stock.stock.booked);
    assert_int_equal(stock.month.kind, PERIOD_KIND_MONTH);

    /* Booked, as the act does it: the stock, and the gain in a month that reaches beyond the span. */
    enter(&book, 1, "stock", one_day(at), -1, 1, "9000");
    sql(book.db,
        "INSERT INTO adjustment(act, mine, quantity, kind, from_day, to_day, amount, reason, rev)"
        " VALUES(%d, 2, 'raw_coal', 4, %d, %d, %lld, 'stock-take', 1)",
        (int)book.acts, october.from, october.to, (long long)stock.balance.gain);
    report_free(book.report);
    book.report = report_new(book.db, book.roster, SITE_DAY_MS, SITE_DAY_MS, SITE_DAY_MS);
    assert_true(stock_reckon(book.report, 1, at, 9000, LANGUAGE_EN, &stock, &text));
    assert_int_equal(stock.balance.gain, 0);
    text_free(&text);
    book_close(&book);
}

/* --- by chance --- */

/* Half to even, as a person reckons it. */
static int64_t product(int64_t metered, int64_t digits, int64_t over)
{
    int64_t whole = metered * digits / over;
    const int64_t rest = metered * digits % over;
    if (rest * 2 > over || (rest * 2 == over && whole % 2 == 1))
        whole++;
    return whole;
}

struct chance {
    uint64_t seed;
    int64_t factor[DAYS];     /* belt-1: in thousandths, by day */
    int64_t metered[DAYS][3]; /* belt-1, by shift */
    int64_t day_adjusted[DAYS], month_adjusted[16];
};

static void chance_post(struct book *book, struct chance *chance)
{
    for (int day = 0; day < DAYS; day++)
        for (int hour = 0; hour < 24; hour += 2) {
            const int64_t amount = book->mover[0].state.started ? random_below(&chance->seed, 3000) : 0;
            /* A minute after the hour, and the amount of the last minute alone: no shift's edge within. */
            post(book->ledger, 0, &book->mover[0], wall(SITE_DAY_MS + (day * 24 + hour) * HOUR_MS + MINUTE_MS), 0);
            post(book->ledger, 0, &book->mover[0], wall(SITE_DAY_MS + (day * 24 + hour) * HOUR_MS + 2 * MINUTE_MS),
                 amount);
            chance->metered[day][hour / 8] += amount;
            if (random_below(&chance->seed, 20) == 0)
                book_commit(book, SITE_DAY_MS + (day * 24 + hour + 1) * HOUR_MS);
        }
}

static void chance_state(struct book *book, struct chance *chance)
{
    const int from = (int)random_below(&chance->seed, DAYS);
    const int64_t factor = 1 + random_below(&chance->seed, 1500);
    int until = DAYS; /* the next one that was stated before */
    struct db_query *query = db_query(book->db, "SELECT min(from_day) FROM coefficient WHERE from_day > ?");
    db_bind_int(query, first_day() + from);
    if (db_next(query) && db_int(query, 0))
        until = (int)(db_int(query, 0) - first_day());
    db_done(query);
    state_coefficient(book, 0, first_day() + from, factor, 3);
    for (int day = from; day < until; day++)
        chance->factor[day] = factor;
}

static void chance_adjust(struct book *book, struct chance *chance)
{
    const int day = (int)random_below(&chance->seed, DAYS);
    const int64_t amount = random_below(&chance->seed, 2000001) - 1000000;
    const civil_month month = month_of(first_day() + day);
    if (random_below(&chance->seed, 2)) {
        adjust(book, 0, "raw_coal", one_day(first_day() + day), -1, amount);
        chance->day_adjusted[day] += amount;
    } else {
        adjust(book, 0, "raw_coal", month_days(month), -1, amount);
        chance->month_adjusted[month % 12] += amount;
    }
}

static void chance_judge(struct book *book, const struct chance *chance)
{
    int64_t year = 0, months[16] = {0};
    for (int day = 0; day < DAYS; day++) {
        int64_t sum = chance->day_adjusted[day];
        for (int shift = 0; shift < 3; shift++)
            sum += product(chance->metered[day][shift], chance->factor[day], 1000);
        const struct figure figure = mine_figure(book, 0, "raw_coal", one_day(first_day() + day));
        assert_int_equal(figure.reported, sum);
        months[month_of(first_day() + day) % 12] += sum;
    }
    for (civil_month month = month_of(first_day()); month <= month_of(first_day() + DAYS - 1); month++) {
        const struct figure figure = mine_figure(book, 0, "raw_coal", month_days(month));
        assert_int_equal(figure.reported, months[month % 12] + chance->month_adjusted[month % 12]);
        year += figure.reported;
    }
    assert_int_equal(mine_figure(book, 0, "raw_coal", year_days(2026)).reported, year);
}

static void days_make_months_whatever_was_stated(void **state)
{
    struct chance chance = {.seed = seed_take()};
    struct book book;
    (void)state;
    book_open(&book);
    for (int day = 0; day < DAYS; day++)
        chance.factor[day] = 1000;
    for (int i = 0; i < 3; i++)
        chance_state(&book, &chance);
    chance_post(&book, &chance);
    book_commit(&book, SITE_DAY_MS + DAYS * 24 * HOUR_MS);
    for (int i = 0; i < 12; i++) {
        chance_state(&book, &chance);
        chance_adjust(&book, &chance);
    }
    book_read(&book);
    chance_judge(&book, &chance);
    book_verify(&book);
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_of_mine_reports_raw_coal),
        cmocka_unit_test(parts_of_a_shift_make_the_shift),
        cmocka_unit_test(a_later_coefficient_changes_its_days_alone),
        cmocka_unit_test(adjustments_belong_to_their_period),
        cmocka_unit_test(what_is_entered_counts_once),
        cmocka_unit_test(the_plan_is_the_nearest),
        cmocka_unit_test(a_stock_take_finds_a_gain_once),
        cmocka_unit_test(days_make_months_whatever_was_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
