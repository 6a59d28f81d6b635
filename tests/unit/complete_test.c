/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/complete.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/county.h"
#include "collector/store.h"
#include "tests/unit/site.h"

/* sim-a has a scale, and days from midnight; sim-b is entered by hand, and has days from 20:00. */
struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct db *db;
    struct roster *roster;
    struct report *report;
    struct command command;
    struct verb verb;
    struct selection selection;
    civil_day from; /* of the figure */
};

enum { READ_TO_H = 34 }; /* from the midnight of the first day */

static int64_t hours(int64_t hour)
{
    return SITE_DAY_MS + hour * HOUR_MS;
}

static void scale_write(struct book *book)
{
    struct ledger *ledger = ledger_new(&book->site.config, NULL);
    struct mover mover = {0};
    for (int hour = 0; hour <= READ_TO_H; hour += 2) {
        mover.state.accepted_ms = wall(hours(hour)).boot_ms;
        post(ledger, 0, &mover, wall(hours(hour)), hour ? 1000 : 0);
    }
    struct batch *batch = ledger_take(ledger, hours(READ_TO_H), true);
    assert_true(store_write(book->store, batch, hours(READ_TO_H)));
    batch_free(batch);
    ledger_free(ledger);
}

/* A day of sim-b, as the act enters it. */
static void enter(struct book *book, civil_day day, int act)
{
    char text[400];
    snprintf(text, sizeof text,
             "INSERT INTO entry(mine, item, kind, from_day, to_day, shift, version, value, unit, source, act, rev)"
             " VALUES(2, 'raw_coal', %d, %d, %d, -1, 1, 1000, 't', 'book', %d, 1)",
             PERIOD_KIND_DAY, day, day + 1, act);
    db_run(book->db, text);
}

static void book_open(struct book *book)
{
    char text[512] = "";
    *book = (struct book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, 1, book->database);
    assert_int_equal(store_open(&book->site.config, wall(SITE_DAY_MS), &book->store, text, sizeof text), STORE_OK);
    scale_write(book);
    book->db = db_open(book->database, DB_WRITE);
    enter(book, civil_of_instant(SITE_DAY_MS), 1);
    book->roster = roster_read(book->db);
    assert_string_equal(db_error(book->db), "");
    book->report = report_new(book->db, book->roster, hours(100), SITE_DAY_MS, hours(100));
    assert_non_null(book->report);
    book->command.verb = &book->verb;
    static bool chosen[2] = {true, true};
    book->selection = (struct selection){.command = &book->command, .roster = book->roster, .mine = chosen};
}

static void book_close(struct book *book)
{
    report_free(book->report);
    roster_free(book->roster);
    db_close(book->db);
    store_close(book->store);
    folder_remove(book->folder);
}

/* "2 of 2 to 20; late:" and the late ones with their hours. */
static void shown(struct book *book, const char *quantity, int64_t as_of_ms, char *text, size_t size)
{
    struct complete complete;
    assert_true(complete_judge(&book->selection, book->report, quantity, book->from, as_of_ms, &complete));
    assert_string_equal(db_error(book->db), "");
    int length = snprintf(text, size, "%zu of %zu", complete.complete, complete.mines);
    if (complete.complete)
        length += snprintf(text + length, size - (size_t)length, " to %d",
                           (int)((complete.complete_to_ms - SITE_DAY_MS) / HOUR_MS));
    const struct complete_late *late = complete.late.at;
    for (size_t i = 0; i < complete.late.count; i++)
        length += snprintf(text + length, size - (size_t)length, " %s:%d", late[i].name,
                           late[i].to_ms ? (int)((late[i].to_ms - SITE_DAY_MS) / HOUR_MS) : -1);
    complete_free(&complete);
}

static void mines_are_whole_to_their_last_word(void **state)
{
    (void)state;
    static const struct {
        const char *quantity;
        int64_t as_of_ms; /* from the first midnight */
        const char *expected;
        bool past; /* else as_of_ms is now */
    } cases[] = {
        {"raw_coal", READ_TO_H * HOUR_MS, "2 of 2 to 20", false}, /* sim-b's day ended at 20:00 */
        {"raw_coal", READ_TO_H * HOUR_MS + 2 * MINUTE_MS, "2 of 2 to 20", false},
        {"raw_coal", READ_TO_H * HOUR_MS + 2 * MINUTE_MS + 1, "2 of 2 to 20", false}, /* it is known to 34 */
        {"raw_coal", 20 * HOUR_MS, "2 of 2 to 20", false}, /* of what is over nothing is missing later */
        {"raw_coal", 19 * HOUR_MS, "2 of 2 to 19", false},
        {"raw_coal", 44 * HOUR_MS, "0 of 2 sim-a:34 sim-b:20", false}, /* its next day is over, and was not entered */
        {"raw_coal", 43 * HOUR_MS, "2 of 2 to 20", false},
        {"raw_coal", -HOUR_MS, "0 of 2 sim-a:-1 sim-b:-1", false},
        {"raw_coal", READ_TO_H * HOUR_MS, "1 of 2 to 34 sim-b:20", true}, /* the shift to 04:00 was not entered */
        {"raw_coal", 20 * HOUR_MS, "2 of 2 to 20", true},
        {"raw_coal", 27 * HOUR_MS, "2 of 2 to 20", true}, /* nor is it over */
        {NULL, READ_TO_H * HOUR_MS, "2 of 2 to 20", false},
        {"gas_drained", READ_TO_H * HOUR_MS, "0 of 0", false}, /* neither has ever had any */
    };
    struct book book;
    char text[128];
    book_open(&book);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        book.selection.now_ms = cases[i].past ? hours(100) : SITE_DAY_MS + cases[i].as_of_ms;
        shown(&book, cases[i].quantity, SITE_DAY_MS + cases[i].as_of_ms, text, sizeof text);
        assert_string_equal(text, cases[i].expected);
    }
    book.selection.side_simulated = true; /* both are real */
    shown(&book, "raw_coal", hours(READ_TO_H), text, sizeof text);
    assert_string_equal(text, "0 of 0");
    book_close(&book);
}

/* A day is entered, the next one is not, the one after that is: nothing is known beyond the first. */
static void a_day_that_nobody_entered_is_a_hole(void **state)
{
    const civil_day first = civil_of_instant(SITE_DAY_MS);
    struct book book;
    char text[96];
    (void)state;
    book_open(&book);
    enter(&book, first + 2, 2);
    shown(&book, "raw_coal", hours(68), text, sizeof text);
    assert_string_equal(text, "0 of 2 sim-a:34 sim-b:20");
    book.from = first + 2; /* a figure of the last day alone lacks nothing */
    shown(&book, "raw_coal", hours(68), text, sizeof text);
    assert_string_equal(text, "1 of 2 to 68 sim-a:34");
    book_close(&book);
    book_open(&book);
    enter(&book, first + 1, 2);
    enter(&book, first + 2, 3);
    shown(&book, "raw_coal", hours(68), text, sizeof text);
    assert_string_equal(text, "1 of 2 to 68 sim-a:34");
    book_close(&book);
}

static void the_countys_producing_mines_are_missed(void **state)
{
    (void)state;
    static const char roster[] = "mines:\n"
                                 "  - {name: sim-b, title: {en: B, zh: 乙}, facts: [{fact: state, value: closed, from: "
                                 "2020-01-01, source: x}]}\n"
                                 "  - {name: west, title: {en: W, zh: 西}, facts: [{fact: state, value: producing, "
                                 "from: 2020-01-01, source: x}]}\n"
                                 "  - {name: east, title: {en: E, zh: 东}, facts: [{fact: state, value: producing, "
                                 "from: 2099-01-01, source: x}]}\n"
                                 "  - {name: sim-z, simulated: true, title: {en: Z, zh: 丙},"
                                 " facts: [{fact: state, value: producing, from: 2020-01-01, source: x}]}\n";
    struct book book;
    char text[128];
    book_open(&book);
    struct faults *faults = faults_new();
    struct county *county = county_load_text(roster, strlen(roster), "roster.yaml", faults);
    if (!county)
        faults_print(faults, stderr);
    assert_non_null(county);
    book.selection.county = county;
    shown(&book, "raw_coal", hours(READ_TO_H), text, sizeof text);
    assert_string_equal(text,
                        "1 of 2 to 34 west:-1"); /* sim-b is closed, east not yet there, sim-z of the other side */
    shown(&book, "gas_drained", hours(READ_TO_H), text, sizeof text);
    assert_string_equal(text, "0 of 0");
    faults_free(faults);
    county_free(county);
    book_close(&book);
}

/* A site's scale in two databases: the former was read to 34, the one in its place is read from 36 on. */
static void another_ledger_take_the_place(struct book *book)
{
    const int64_t id = ((int64_t)2 << 40) + 1;
    const int64_t opened[] = {id, hours(READ_TO_H + 2)};
    db_value(book->db,
             "INSERT INTO meter SELECT ?1, 'scale-9', mine, quantity, unit, role, path, device, point, definition,"
             " active, 1 FROM meter WHERE name = 'scale-1' RETURNING id",
             1, &id);
    db_value(book->db,
             "INSERT INTO segment SELECT ?1, segment, definition, modulus, times, over, ?2, NULL, first, high, wraps,"
             " base, 0, 1 FROM segment WHERE meter = (SELECT id FROM meter WHERE name = 'scale-1') RETURNING meter",
             2, opened);
    assert_string_equal(db_error(book->db), "");
    report_free(book->report);
    roster_free(book->roster);
    book->roster = roster_read(book->db);
    book->roster->meter[0].former = true;
    book->roster->meter[0].active = false;
    book->selection.roster = book->roster;
    book->report = report_new(book->db, book->roster, hours(100), SITE_DAY_MS, hours(100));
    assert_non_null(book->report);
}

static void the_ledger_that_counts_on_tells(void **state)
{
    (void)state;
    struct book book;
    char text[200];
    book_open(&book);
    book.selection.now_ms = hours(READ_TO_H);
    another_ledger_take_the_place(&book);
    shown(&book, "raw_coal", hours(30), text, sizeof text);
    assert_string_equal(text, "1 of 2 to 30 sim-b:20"); /* sim-a is not late for what was before it began */
    shown(&book, "raw_coal", hours(READ_TO_H + 2), text, sizeof text);
    assert_string_equal(text, "2 of 2 to 20"); /* nor is the former, from when it began */
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mines_are_whole_to_their_last_word),
        cmocka_unit_test(a_day_that_nobody_entered_is_a_hole),
        cmocka_unit_test(the_countys_producing_mines_are_missed),
        cmocka_unit_test(the_ledger_that_counts_on_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
