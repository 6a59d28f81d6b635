/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger of many mines that people enter, a roster and indicators in texts: for the tests of what a county's
 * figures are. */
#ifndef COALTALLY_TEST_COUNTY_BOOK_H
#define COALTALLY_TEST_COUNTY_BOOK_H

#include "collector/indicator_value.h"
#include "collector/store.h"
#include "tests/unit/site.h"

struct county_book {
    char folder[64], database[128];
    struct db *db;
    struct roster *roster;
    struct report *report;
    struct hand_book *hand;
    struct county *county;
    struct indicators *indicators;
    int acts, mines;
};

static inline civil_day county_date(const char *text)
{
    civil_day day;
    if (!civil_parse(text, &day))
        abort();
    return day;
}

/* An empty ledger: it has no mines yet. */
static inline void county_book_open(struct county_book *book)
{
    struct site site;
    struct store *store;
    char text[512] = "";
    *book = (struct county_book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&site, 0, book->database);
    site.config.mines = 0;
    assert_int_equal(store_open(&site.config, wall(SITE_DAY_MS), &store, text, sizeof text), STORE_OK);
    store_close(store);
    book->db = db_open(book->database, DB_WRITE);
    db_run(book->db, "PRAGMA foreign_keys = OFF");
    calendar_zone("Asia/Shanghai");
}

static inline void county_book_mine(struct county_book *book, const char *name, bool simulated)
{
    book->mines++;
    sql(book->db, "INSERT INTO mine VALUES(%d, '%s', '', '', %d, 0, 'Asia/Shanghai', 1, 1)", book->mines, name,
        simulated);
    sql(book->db,
        "INSERT INTO calendar(mine, quantity, from_day, day_start_s, shifts, rev) VALUES(%d, '', 10000, 0, 'all@0', 1)",
        book->mines);
}

/* Entered by hand for [from, to), in whole units: mine from 1. subject '' of a quantity. */
static inline void county_book_enter(struct county_book *book, int mine, const char *item, const char *subject,
                                     const char *from, const char *to, long long units, const char *words)
{
    sql(book->db,
        "INSERT INTO entry(mine, item, subject, kind, from_day, to_day, version, value, unit, text, source, act,"
        " rev) VALUES(%d, '%s', '%s', 4, %d, %d, 1, %lld, 't', '%s', 'book', %d, 1)",
        mine, item, subject, county_date(from), county_date(to), units * 1000, words, ++book->acts);
}

static inline void county_faults_none(struct faults *faults)
{
    faults_print(faults, stderr);
    assert_int_equal(faults_count(faults, FAULT_ERROR), 0);
    faults_free(faults);
}

/* Reads all of it, as of the end of that day. */
static inline struct indicator_context county_book_read(struct county_book *book, const char *county,
                                                        const char *indicators, const char *day)
{
    struct faults *faults = faults_new();
    const int64_t now_ms = civil_instant(county_date(day) + 1, 0);
    book->roster = roster_read(book->db);
    assert_non_null(book->roster);
    book->report = report_new(book->db, book->roster, now_ms, now_ms, now_ms);
    assert_non_null(book->report);
    book->hand = hand_book_read(book->db, book->roster);
    assert_non_null(book->hand);
    book->county = county_load_text(county, strlen(county), "roster.yaml", faults);
    book->indicators = indicators_load_text(indicators, strlen(indicators), "indicators.yaml", faults);
    county_faults_none(faults);
    return (struct indicator_context){.indicators = book->indicators,
                                      .county = book->county,
                                      .report = book->report,
                                      .hand = book->hand,
                                      .day = county_date(day),
                                      .roster_day = county_date(day),
                                      .as_of_ms = now_ms};
}

static inline void county_book_close(struct county_book *book)
{
    assert_string_equal(db_error(book->db), "");
    indicators_free(book->indicators);
    county_free(book->county);
    hand_book_free(book->hand);
    report_free(book->report);
    roster_free(book->roster);
    db_close(book->db);
    folder_remove(book->folder);
}

#endif
