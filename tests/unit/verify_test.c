/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody edits a sound ledger by hand, in each way there is: verify names the row. */
#include "collector/store_verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/store.h"
#include "tests/unit/site.h"

enum { METERS = 3 };

struct book {
    char folder[64], database[128];
    struct site site;
    struct finding found; /* the first one */
};

static void run_sql(const char *database, const char *sql)
{
    struct db *db = db_open(database, DB_WRITE);
    db_run(db, sql);
    assert_string_equal(db_error(db), "");
    db_close(db);
}

static void reset(struct ledger *ledger, struct mover *mover, struct clock_now now)
{
    struct totaliser_state closed = mover->state;
    struct totaliser_outcome outcome = move_to(mover, now, 40);

    outcome.segment = true;
    outcome.closed = closed;
    outcome.events = 1;
    outcome.event[0] = (struct totaliser_event){.reason = REASON_RESET, .before = closed.last, .after = 40};
    mover->state.segment++;
    mover->state.first = 0;
    mover->state.high = mover->state.last = 40;
    ledger_post(ledger, 1, &outcome, &mover->state, 40, now);
}

/* Two days of three meters; one has a gap over a shift's start, one a reset. */
static void fill(struct ledger *ledger)
{
    struct mover mover[METERS] = {0};

    for (int minute = 0; minute < 2 * 24 * 60; minute++)
        for (size_t i = 0; i < METERS; i++) {
            struct clock_now now = wall(SITE_DAY_MS + minute * MINUTE_MS);
            if (i == 0 && minute > 450 && minute < 530)
                continue;
            if (i == 1 && minute == 700)
                reset(ledger, &mover[i], now);
            else
                post(ledger, i, &mover[i], now, mover[i].state.started ? 100 + (int64_t)i : 0);
        }
}

static int book_setup(void **state)
{
    struct book *book = calloc(1, sizeof(*book));
    char text[512];
    struct store *store;

    *state = book;
    folder_make(book->folder);
    snprintf(book->database, sizeof(book->database), "%s/ledger.db", book->folder);
    site_make(&book->site, METERS, book->database);
    if (store_open(&book->site.config, wall(SITE_DAY_MS), &store, text, sizeof(text)) != STORE_OK)
        return 1;
    struct ledger *ledger = ledger_new(&book->site.config, NULL);
    fill(ledger);
    struct batch *batch = ledger_take(ledger, SITE_DAY_MS, true);
    bool written = store_write(store, batch, SITE_DAY_MS + 48 * HOUR_MS);
    batch_free(batch);
    ledger_free(ledger);
    store_close(store);
    return written ? 0 : 1;
}

static int book_teardown(void **state)
{
    struct book *book = *state;
    folder_remove(book->folder);
    free(book);
    return 0;
}

static void keep_first(void *context, const struct finding *finding)
{
    struct book *book = context;
    if (!book->found.check)
        book->found = *finding;
    if (strcmp(finding->check, "file") == 0)
        print_message("# %s\n", finding->text);
}

static struct verification verify(struct book *book)
{
    struct db *db = store_read(book->database);
    book->found = (struct finding){0};
    struct verification result = verify_run(db, &(struct verify_to){.report = keep_first, .context = book});
    assert_string_equal(db_error(db), "");
    if (book->found.check) { /* how to see it is a statement that runs */
        db_next(db_query(db, book->found.look));
        assert_string_equal(db_error(db), "");
    }
    db_close(db);
    return result;
}

static void a_sound_book_holds(void **state)
{
    struct book *book = *state;
    struct verification result = verify(book);

    assert_int_equal(result.findings, 0);
    assert_int_equal(result.meters, METERS);
    assert_int_equal(result.segments, METERS + 1);
    assert_int_equal(result.tallies, METERS * 48);
    assert_int_equal(result.gaps, 1);
    assert_true(result.entries > 5);
    assert_int_equal(result.totals, 2 * (6 + 2 + 1) + (7 + 3 + 1)); /* one mine's day starts the evening before */
}

static const struct {
    const char *sql, *check, *meter; /* the first finding */
} edits[] = {
    {"UPDATE tally SET metered = metered + 1 WHERE meter = 3 AND bucket_ms = (SELECT bucket_ms FROM tally WHERE meter "
     "= 3 LIMIT 1 OFFSET 10)",
     "tally", "belt-3"},
    {"UPDATE segment SET counted = counted + 1 WHERE meter = 1", "segment", "belt-1"},
    {"UPDATE segment SET high = high - 1 WHERE meter = 2 AND segment = 1", "segment", "belt-2"},
    {"UPDATE segment SET first = first + 1 WHERE meter = 3", "segment", "belt-3"},
    {"UPDATE segment SET wraps = 1 WHERE meter = 3", "segment", "belt-3"},
    {"UPDATE segment SET wraps = 9223372036854775807 WHERE meter = 3", "segment", "belt-3"},
    {"UPDATE segment SET over = 0 WHERE meter = 3", "segment", "belt-3"},
    {"UPDATE segment SET base = base + 1 WHERE meter = 2 AND segment = 2", "segment", "belt-2"},
    {"DELETE FROM segment WHERE meter = 2 AND segment = 1", "segment", "belt-2"},
    {"UPDATE meter_state SET state = 'x' WHERE meter = 1", "state", "belt-1"},
    {"UPDATE meter_state SET state = replace(state, '1 1 ', '1 2 ') WHERE meter = 1", "state", "belt-1"},
    {"UPDATE tally SET metered = metered + 1, end_count = end_count + 1 WHERE meter = 1 AND bucket_ms ="
     " (SELECT max(bucket_ms) FROM tally)",
     "tally", "belt-1"},
    {"UPDATE tally SET metered = -5 WHERE meter = 1 AND bucket_ms = (SELECT min(bucket_ms) FROM tally)", "tally",
     "belt-1"},
    {"UPDATE tally SET good_ms = 3600001 WHERE meter = 2", "tally", "belt-2"},
    {"UPDATE tally SET end_count = 0 WHERE meter = 2", "tally", "belt-2"},
    {"UPDATE tally SET end_ms = bucket_ms WHERE meter = 2", "tally", "belt-2"},
    {"UPDATE tally SET end_ms = end_ms + 1 WHERE meter = 2", "tally", "belt-2"},
    {"UPDATE tally SET bucket_ms = 9223372036854775807 WHERE meter = 2 AND bucket_ms ="
     " (SELECT max(bucket_ms) FROM tally)",
     "tally", "belt-2"},
    {"UPDATE tally SET high = high + 100000 WHERE meter = 2", "tally", "belt-2"},
    {"UPDATE tally SET segment = 9 WHERE meter = 3", "tally", "belt-3"},
    {"UPDATE tally SET last_at_ms = end_ms WHERE meter = 3", "tally", "belt-3"},
    {"DELETE FROM tally WHERE meter = 3 AND bucket_ms = (SELECT min(bucket_ms) FROM tally)", "tally", "belt-3"},
    {"DELETE FROM tally WHERE meter = 3 AND bucket_ms = (SELECT max(bucket_ms) FROM tally)", "tally", "belt-3"},
    {"INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, rev)"
     " SELECT 77, bucket_ms, end_ms, metered, good_ms, end_count, rev FROM tally LIMIT 1",
     "tally", ""},
    {"UPDATE shift_total SET metered = metered - 1 WHERE meter = 2 AND shift = 1", "total", "belt-2"},
    {"UPDATE shift_total SET good_ms = 0 WHERE meter = 2 AND shift = 1", "total", "belt-2"},
    {"UPDATE day_total SET metered = metered + 1000 WHERE meter = 1", "total", "belt-1"},
    {"UPDATE month_total SET metered = 0 WHERE meter = 1", "total", "belt-1"},
    {"UPDATE shift_total SET reported = reported - 1 WHERE meter = 2 AND shift = 1", "total", "belt-2"},
    {"UPDATE day_total SET reported = reported + 1 WHERE meter = 1", "total", "belt-1"},
    {"UPDATE month_total SET reported = 0 WHERE meter = 3", "total", "belt-3"},
    {"INSERT INTO coefficient(meter, from_day, digits, places, act, rev) VALUES(2, 20000, 95, 2, 1, 1)", "total",
     "belt-2"},
    {"DELETE FROM day_total WHERE meter = 3", "total", "belt-3"},
    {"INSERT INTO day_total(meter, day, metered, good_ms) VALUES(3, 20000, 5, 0)", "total", "belt-3"},
    {"UPDATE calendar SET shifts = 'a@0|b@21600|c@57600' WHERE mine = 1", "total", "belt-1"},
    {"UPDATE gap SET to_ms = from_ms - 1", "gap", "belt-1"},
    {"UPDATE gap SET amount = 1000000", "gap", "belt-1"},
    {"UPDATE gap SET amount = -1", "gap", "belt-1"},
    {"UPDATE gap SET from_ms = -9223372036854775808", "gap", "belt-1"},
    {"INSERT INTO gap SELECT meter, from_ms + 1, to_ms, 0, rev FROM gap", "gap", "belt-1"},
    {"INSERT INTO gap SELECT 99, from_ms, to_ms, 0, rev FROM gap", "gap", ""},
    {"UPDATE journal SET text = text || ' ' WHERE id = 2", "journal", ""},
    {"UPDATE journal SET amount = amount + 1 WHERE kind = 'reset'", "journal", ""},
    {"UPDATE journal SET level = 2 WHERE id = 1", "journal", ""},
    {"UPDATE journal SET meter = 1 WHERE kind = 'reset'", "journal", ""},
    {"UPDATE journal SET hash = replace(hash, 'a', 'b') WHERE id = 3", "journal", ""},
    {"DELETE FROM journal WHERE id = 2", "journal", ""},
    {"DELETE FROM journal WHERE id = 1", "journal", ""},
};

static void every_edit_is_found(void **state)
{
    struct book *book = *state;

    run_sql(book->database, "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete");
    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
        char sound[160];
        snprintf(sound, sizeof(sound), "%s.sound", book->database);
        struct db *db = db_open(book->database, DB_READ);
        assert_true(db_backup(db, sound, NULL));
        db_close(db);
        run_sql(book->database, edits[i].sql);
        struct verification result = verify(book);
        if (result.findings == 0 || strcmp(book->found.check, edits[i].check) != 0 ||
            strcmp(book->found.meter, edits[i].meter) != 0)
            fail_msg("%s: found %zu, first %s %s: %s", edits[i].sql, result.findings,
                     book->found.check ? book->found.check : "", book->found.meter, book->found.text);
        for (int suffix = 0; suffix < 3; suffix++) {
            static const char *const suffixes[] = {"", "-wal", "-shm"};
            char path[160];
            snprintf(path, sizeof(path), "%s%s", book->database, suffixes[suffix]);
            remove(path);
        }
        assert_int_equal(rename(sound, book->database), 0);
    }
}

static void the_journal_cannot_be_changed(void **state)
{
    struct book *book = *state;
    struct db *db = db_open(book->database, DB_WRITE);

    db_run(db, "UPDATE journal SET text = ''");
    assert_int_equal(db_fault(db), DB_CONSTRAINT);
    assert_non_null(strstr(db_error(db), "append-only"));
    db_clear(db);
    db_run(db, "DELETE FROM journal");
    assert_int_equal(db_fault(db), DB_CONSTRAINT);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_book_holds, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(every_edit_is_found, book_setup, book_teardown),
        cmocka_unit_test_setup_teardown(the_journal_cannot_be_changed, book_setup, book_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
