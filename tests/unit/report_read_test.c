/* SPDX-License-Identifier: Apache-2.0 */
/* Up to when meters have been read: by their states, and by their rows alone, as a county has them. */
#include "collector/store_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/store.h"
#include "collector/store_parts.h"
#include "tests/unit/site.h"

enum { METERS = 9, DAY_MINUTES = 1440, NOW_MINUTE = 70 * DAY_MINUTES + 615 }; /* ten o'clock and a quarter */

/* Read each minute, in the order of the stretches; those of even number have days from midnight, the others' begin at
 * 20:00 the evening before. */
static const struct {
    size_t meter;
    int from, minutes;
} stretches[] = {
    {2, 30, 100},                     /* only in an old month */
    {3, 20, 50},                      /* likewise */
    {4, 69 * DAY_MINUTES - 30, 60},   /* up to half an hour after midnight of the day before */
    {5, 69 * DAY_MINUTES + 1170, 60}, /* up to half past eight in the evening: of today by its calendar */
    {6, NOW_MINUTE - 260, 30},        /* today, not in the newest hours */
    {7, NOW_MINUTE - 80, 30},         /* in the hour before the newest */
    {0, NOW_MINUTE - 200, 200},       /* now */
    {1, NOW_MINUTE - 300, 300},       /* now */
    {0, NOW_MINUTE, 1},
    {1, NOW_MINUTE, 1}, /* 8: never */
};

struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    int64_t last_ms[METERS];
};

static void book_run(struct book *book)
{
    struct mover mover[METERS] = {0};
    struct ledger *ledger = ledger_new(&book->site.config, NULL);
    assert_non_null(ledger);
    for (size_t s = 0; s < sizeof stretches / sizeof *stretches; s++) {
        const size_t meter = stretches[s].meter;
        for (int minute = stretches[s].from; minute < stretches[s].from + stretches[s].minutes; minute++) {
            book->last_ms[meter] = SITE_DAY_MS + (int64_t)minute * MINUTE_MS;
            post(ledger, meter, &mover[meter], wall(book->last_ms[meter]), mover[meter].state.started ? 100 : 0);
        }
    }
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS + (int64_t)NOW_MINUTE * MINUTE_MS, true);
    assert_non_null(batch);
    assert_true(store_write(book->store, batch, SITE_DAY_MS + (int64_t)NOW_MINUTE * MINUTE_MS));
    batch_free(batch);
    ledger_free(ledger);
}

static void book_open(struct book *book)
{
    char text[512] = "";
    *book = (struct book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, METERS, book->database);
    assert_int_equal(store_open(&book->site.config, wall(SITE_DAY_MS), &book->store, text, sizeof text), STORE_OK);
    book_run(book);
}

static void book_close(struct book *book)
{
    store_close(book->store);
    folder_remove(book->folder);
}

/* Asked for from the last meter to the first and once more: no answer hangs on another. */
static void assert_last(struct book *book)
{
    struct roster *roster = roster_read(book->store->db);
    struct report *report = roster ? report_new(book->store->db, roster, INT64_MAX / 4, 0, 1) : NULL;
    assert_non_null(report);
    assert_int_equal(roster->meters, METERS);
    for (size_t i = 2 * METERS; i-- > 0;)
        assert_int_equal(report_last_ms(report, i % METERS), book->last_ms[i % METERS]);
    assert_string_equal(db_error(book->store->db), "");
    report_free(report);
    roster_free(roster);
}

static void change(struct book *book, const char *sql)
{
    db_run(book->store->db, sql);
    assert_string_equal(db_error(book->store->db), "");
}

static void rows_tell_what_states_tell(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    assert_int_equal(book.last_ms[8], 0);
    assert_last(&book);
    change(&book, "DELETE FROM meter_state WHERE meter % 2 = 0");
    assert_last(&book);
    change(&book, "UPDATE meter_state SET state = 'damaged'");
    assert_last(&book);
    change(&book, "DELETE FROM meter_state");
    assert_last(&book);
    change(&book, "DELETE FROM month_total; DELETE FROM day_total; DELETE FROM tally");
    memset(book.last_ms, 0, sizeof book.last_ms);
    assert_last(&book);
    book_close(&book);
}

/* A row without a reading tells nothing: the one before it does, if it is of the same day. */
static void a_row_without_a_reading_tells_nothing(void **state)
{
    struct book book;
    (void)state;
    book_open(&book);
    change(&book, "DELETE FROM meter_state");
    change(&book, "UPDATE tally SET last_at_ms = NULL WHERE meter IN (1, 2) AND bucket_ms >="
                  " (SELECT max(bucket_ms) FROM tally) - 3600000");
    change(&book, "UPDATE tally SET last_at_ms = NULL WHERE meter IN (3, 6, 7)");
    book.last_ms[0] = book.last_ms[1] = SITE_DAY_MS + (int64_t)(70 * DAY_MINUTES + 539) * MINUTE_MS; /* 08:59 */
    book.last_ms[2] = book.last_ms[5] = book.last_ms[6] = 0;
    assert_last(&book);
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_tell_what_states_tell),
        cmocka_unit_test(a_row_without_a_reading_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
