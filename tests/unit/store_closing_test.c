/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_closing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/store_parts.h"
#include "tests/unit/rev_watch.h"
#include "tests/unit/site.h"

enum { METERS = 2, MINUTES = 20 * 60 };

static const struct config_closing rules = {
    .shift_after_ms = 1800000, .day_after_ms = 7200000, .unknown_ppm = CLOSING_UNKNOWN_PPM, .remind = true};

struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
};

static void store_begin_at(struct book *book, int64_t wall_ms)
{
    char text[512] = "";
    if (store_open(&book->site.config, wall(wall_ms), &book->store, text, sizeof text) != STORE_OK)
        fail_msg("%s", text);
    revs_watch(book->store->db);
}

/* The first meter, of mine sim-a, counts for twenty hours of a day. */
static void book_open(struct book *book)
{
    struct mover mover = {0};
    *book = (struct book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, METERS, book->database);
    store_begin_at(book, SITE_DAY_MS);
    struct ledger *ledger = ledger_new(&book->site.config, NULL);
    assert_non_null(ledger);
    for (int64_t minute = 0; minute < MINUTES; minute++)
        post(ledger, 0, &mover, wall(SITE_DAY_MS + minute * MINUTE_MS), minute ? 100 : 0);
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS + MINUTES * MINUTE_MS, true);
    assert_non_null(batch);
    assert_true(store_write(book->store, batch, SITE_DAY_MS + MINUTES * MINUTE_MS));
    batch_free(batch);
    ledger_free(ledger);
}

static void book_close(struct book *book)
{
    store_close(book->store);
    folder_remove(book->folder);
}

static int64_t versions(struct book *book, const char *sql)
{
    const int64_t count = db_value(book->store->db, sql, 0, NULL);
    assert_string_equal(store_error(book->store), "");
    return count;
}

static void the_clock_closes_what_is_over(void **state)
{
    struct book book;
    int64_t next_ms;
    (void)state;
    book_open(&book);
    assert_true(store_close_due(book.store, &rules, SITE_DAY_MS + 10 * HOUR_MS, &next_ms));
    assert_int_equal(versions(&book, "SELECT count(*) FROM version WHERE kind = 'shift' AND shift = 0"), 1);
    assert_int_equal(next_ms, SITE_DAY_MS + 12 * HOUR_MS + HOUR_MS / 2); /* the second mine's first shift */
    assert_true(store_close_due(book.store, &rules, SITE_DAY_MS + 27 * HOUR_MS, &next_ms));
    assert_int_equal(versions(&book, "SELECT count(*) FROM version WHERE kind = 'shift'"), 3);
    assert_int_equal(versions(&book, "SELECT reported FROM version WHERE kind = 'day'"), (MINUTES - 1) * 100);
    assert_true(store_close_due(book.store, &rules, SITE_DAY_MS + 28 * HOUR_MS, &next_ms));
    assert_int_equal(versions(&book, "SELECT count(*) FROM version"), 4);
    book_close(&book);
}

static void a_new_meter_changes_no_past(void **state)
{
    struct book book;
    int64_t next_ms;
    (void)state;
    book_open(&book);
    assert_true(store_close_due(book.store, &rules, SITE_DAY_MS + 27 * HOUR_MS, &next_ms));
    store_close(book.store);
    site_make(&book.site, METERS + 1, book.database); /* one more of mine sim-a */
    store_begin_at(&book, SITE_DAY_MS + 29 * HOUR_MS);
    assert_int_equal(versions(&book, "SELECT count(*) FROM meter"), METERS + 1);
    assert_int_equal(versions(&book, "SELECT count(*) FROM version"), 4);
    book_close(&book);
}

/* What was said of the first mine, by the kind of period. */
struct said {
    int dekad, month; /* -1: nothing */
};

static void hear(void *context, const char *mine, const struct period_name *period, bool done)
{
    struct said *said = context;
    if (strcmp(mine, "sim-a") == 0)
        *(period->kind == PERIOD_KIND_MONTH ? &said->month : &said->dekad) = done;
    else
        assert_true(done); /* nothing was recorded there */
}

static void reminders_end_where_nothing_was_recorded(void **state)
{
    static const struct {
        int64_t day; /* since the first, which is 13 October */
        struct said said;
    } cases[] = {{7, {-1, -1}}, {9, {0, -1}}, {20, {1, 0}}, {31, {1, 0}}, {52, {1, 1}}};
    struct book book;
    (void)state;
    book_open(&book);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said said = {-1, -1};
        store_remind(book.store, &rules, SITE_DAY_MS + (cases[i].day * 24 + 3) * HOUR_MS, hear, &said);
        if (said.dekad != cases[i].said.dekad || said.month != cases[i].said.month)
            fail_msg("day %d: dekad %d, month %d", (int)cases[i].day, said.dekad, said.month);
    }
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_closes_what_is_over),
        cmocka_unit_test(a_new_meter_changes_no_past),
        cmocka_unit_test(reminders_end_where_nothing_was_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
