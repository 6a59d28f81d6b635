/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger and the roster say of capacities: coefficients that hide, entries that are late, mines that
 * stand, years that turn. */
#include "collector/capacity_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/capacity_alarm.h"
#include "collector/indicator.h"
#include "collector/store.h"
#include "collector/store_parts.h"
#include "tests/unit/site.h"

/* belt-1 of mine sim-a weighs run-of-mine coal; what sim-b brings people enter. */
struct book {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    struct ledger *ledger;
    struct mover mover;
    struct db *db;
    struct county *county;
    struct capacity_limits *limits;
    int64_t acts;
    /* as of one moment: */
    struct roster *roster;
    struct report *report;
    struct capacity_reader reader;
    struct list mines, findings;
};

#define ROSTER_A                                                                                                       \
    "mines:\n"                                                                                                         \
    "  - name: sim-a\n    title: {en: A, zh: A}\n    simulated: false\n    facts:\n"                                   \
    "      - {fact: approved_capacity, value: 120, from: 2020-01-01, source: x}\n"                                     \
    "      - {fact: state, value: producing, from: 2020-01-01, source: x}\n"
#define ROSTER_B                                                                                                       \
    "  - name: sim-b\n    title: {en: B, zh: B}\n    simulated: false\n    facts:\n"                                   \
    "      - {fact: designed_capacity, value: 90, from: 2020-01-01, source: x}\n"                                      \
    "      - {fact: approved_capacity, value: 120, from: 2026-11-16, source: x}\n"
#define PRODUCING "      - {fact: state, value: producing, from: 2020-01-01, source: x}\n"
#define STOPPED   "      - {fact: state, value: stopped, from: 2026-11-05, source: x}\n"

static civil_day date(const char *text)
{
    civil_day day = 0;
    assert_true(civil_parse(text, &day));
    return day;
}

static int64_t noon_ms(const char *text)
{
    return civil_instant(date(text), 12 * 3600);
}

static void book_open(struct book *book, const char *roster)
{
    char text[512] = "", path[PATH_BYTES];
    struct faults *faults = faults_new();
    *book = (struct book){0};
    folder_make(book->folder);
    snprintf(book->database, sizeof book->database, "%s/ledger.db", book->folder);
    site_make(&book->site, 1, book->database);
    book->site.meter[0].quantity = quantity_find("rom_coal");
    assert_int_equal(store_open(&book->site.config, wall(SITE_DAY_MS), &book->store, text, sizeof text), STORE_OK);
    book->ledger = ledger_new(&book->site.config, NULL);
    book->db = db_open(book->database, DB_WRITE);
    assert_true(seeds_path("limits.yaml", path));
    book->limits = capacity_limits_load(path, faults);
    book->county = county_load_text(roster, strlen(roster), "roster.yaml", faults);
    faults_print(faults, stderr);
    assert_non_null(book->county);
    assert_non_null(book->limits);
    faults_free(faults);
}

static void moment_end(struct book *book)
{
    free(book->findings.at);
    free(book->mines.at);
    report_free(book->report);
    roster_free(book->roster);
    book->report = NULL;
    book->roster = NULL;
    book->mines = book->findings = (struct list){0};
}

static void book_close(struct book *book)
{
    moment_end(book);
    assert_string_equal(db_error(book->db), "");
    db_close(book->db);
    ledger_free(book->ledger);
    store_close(book->store);
    county_free(book->county);
    capacity_limits_free(book->limits);
    folder_remove(book->folder);
}

/* All of it as of an instant, or as of a day before it. */
static void moment(struct book *book, int64_t now_ms, civil_day day)
{
    moment_end(book);
    book->roster = roster_read(book->db);
    book->report = report_new(book->db, book->roster, now_ms, now_ms, now_ms);
    assert_non_null(book->report);
    book->reader =
        (struct capacity_reader){.report = book->report, .county = book->county, .limits = book->limits, .day = day};
    assert_true(capacity_mines_read(&book->reader, &book->mines));
    assert_true(capacity_survey(&book->reader, &book->mines, &book->findings));
    assert_string_equal(db_error(book->db), "");
}

static const struct capacity_finding *found(const struct book *book, const char *mine, enum capacity_measure measure,
                                            const char *from, bool hidden)
{
    const struct capacity_finding *finding = book->findings.at;
    for (size_t i = 0; i < book->findings.count; i++)
        if (strcmp(finding[i].mine->name, mine) == 0 && finding[i].measure == measure && finding[i].hidden == hidden &&
            (!from || finding[i].days.from == date(from)))
            return &finding[i];
    return NULL;
}

static const struct capacity_mine *mine_of(const struct book *book, const char *name)
{
    const struct capacity_mine *mine = book->mines.at;
    for (size_t i = 0; i < book->mines.count; i++)
        if (strcmp(mine[i].name, name) == 0)
            return &mine[i];
    fail_msg("no mine %s", name);
    return NULL;
}

/* So many kg of belt-1 on each day of [from, to), every half hour from midnight. */
static void run_days(struct book *book, const char *from, const char *to, int64_t kg_a_day)
{
    for (civil_day day = date(from); day < date(to); day++)
        for (int64_t part = 0; part < 48; part++)
            post(book->ledger, 0, &book->mover, wall(civil_instant(day, 0) + part * 30 * MINUTE_MS),
                 book->mover.state.started ? kg_a_day / 48 : 0);
    struct batch *batch = ledger_take(book->ledger, civil_instant(date(to), 0), true);
    assert_true(store_write(book->store, batch, civil_instant(date(to), 0)));
    batch_free(batch);
}

static void coefficient(struct book *book, const char *from, int64_t digits, int places, int64_t applied_ms)
{
    const int id = (int)++book->acts;
    db_begin(book->db);
    sql(book->db,
        "INSERT INTO act(id, uid, verb, arguments, actor, os_user, at_ms, applied_ms, outcome, answer, journal, rev)"
        " VALUES(%d, 'u%d', 'coefficient', '{}', 'me', 'me', %lld, %lld, 1, '', %d, 1)",
        id, id, (long long)applied_ms, (long long)applied_ms, 100000 + id);
    sql(book->db, "INSERT INTO coefficient(meter, from_day, digits, places, act, rev) VALUES(1, %d, %lld, %d, %d, 1)",
        date(from), (long long)digits, places, id);
    store_report_again(book->db, 1, date(from));
    assert_true(db_commit(book->db));
}

static void enter(struct book *book, int kind, civil_day from, civil_day to, int shift, int64_t tonnes)
{
    sql(book->db,
        "INSERT INTO entry(mine, item, kind, from_day, to_day, shift, version, value, unit, source, act, rev)"
        " VALUES(2, 'raw_coal', %d, %d, %d, %d, 1, %lld, 't', 'book', %d, 1)",
        kind, from, to, shift, (long long)tonnes * 1000, (int)++book->acts);
}

/* --- coefficients --- */

static void a_lowered_coefficient_does_not_hide(void **state)
{
    static const struct {
        struct {
            const char *from;
            int64_t percent;
            int64_t applied_ms; /* before the noon of 2026-11-21 */
        } stated[3];
        int64_t last, highest;
    } cases[] = {
        /* lowered from a day on */
        {{{"2020-01-01", 90, 500 * 86400000LL}, {"2026-11-10", 80, 11 * 86400000LL}}, 80, 90},
        /* lowered back to the year's begin, after it had stood there all year */
        {{{"2020-01-01", 90, 500 * 86400000LL}, {"2026-01-01", 80, 2 * 86400000LL}}, 80, 90},
        /* a slip of minutes, put right */
        {{{"2026-01-01", 190, 86400000LL}, {"2026-01-01", 80, 86400000LL - 300000}}, 80, 80},
        /* the same that stood for two days */
        {{{"2026-01-01", 90, 3 * 86400000LL}, {"2026-01-01", 80, 86400000LL}}, 80, 90},
        /* lowered before the year began */
        {{{"2020-01-01", 90, 900 * 86400000LL}, {"2025-01-01", 80, 690 * 86400000LL}}, 80, 80},
        /* what holds from a later day is not in force yet */
        {{{"2020-01-01", 80, 500 * 86400000LL}, {"2026-12-01", 90, 86400000LL}}, 80, 80},
        /* raised: the last is the highest */
        {{{"2020-01-01", 70, 500 * 86400000LL}, {"2026-11-10", 80, 11 * 86400000LL}}, 80, 80},
        /* stated first for now, then for before: the later act of an earlier day does not hide it */
        {{{"2026-11-10", 80, 11 * 86400000LL}, {"2026-06-01", 90, 5 * 86400000LL}}, 80, 90},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct book book;
        const int64_t now_ms = noon_ms("2026-11-21");
        book_open(&book, ROSTER_A);
        run_days(&book, "2026-11-01", "2026-11-22", 4800000);
        for (size_t c = 0; c < 3 && cases[i].stated[c].from; c++)
            coefficient(&book, cases[i].stated[c].from, cases[i].stated[c].percent, 2,
                        now_ms - cases[i].stated[c].applied_ms);
        moment(&book, now_ms, date("2026-11-21"));
        struct capacity_figures figures;
        capacity_figures_read(&book.reader, mine_of(&book, "sim-a"), month_days(month_of(date("2026-11-01"))),
                              &figures);
        assert_true(figures.has_rom);
        if (figures.last.digits != cases[i].last || figures.highest.digits != cases[i].highest)
            print_error("case %zu: %d, %d\n", i, (int)figures.last.digits, (int)figures.highest.digits);
        assert_int_equal(figures.last.digits, cases[i].last);
        assert_int_equal(figures.highest.digits, cases[i].highest);
        assert_int_equal(figures.by_last, figures.rom * cases[i].last / 100);
        assert_int_equal(figures.by_highest, figures.rom * cases[i].highest / 100);
        book_close(&book);
    }
}

/* 29 days of 4,800 t are 139,100 t less the last half hour: at 0.9 above 10 % of 1.2 Mt, at 0.8 from the 2nd on not. */
static void what_it_would_be_is_an_alarm_of_its_own(void **state)
{
    struct book book;
    (void)state;
    book_open(&book, ROSTER_A);
    run_days(&book, "2026-11-01", "2026-11-30", 4800000);
    coefficient(&book, "2020-01-01", 90, 2, noon_ms("2026-01-01"));
    moment(&book, noon_ms("2026-11-30"), date("2026-11-30"));
    const struct capacity_finding *red = found(&book, "sim-a", CAPACITY_MONTH, "2026-11-01", false);
    assert_non_null(red);
    assert_int_equal(red->limit->level, JOURNAL_RED);
    assert_null(found(&book, "sim-a", CAPACITY_MONTH, "2026-11-01", true));
    coefficient(&book, "2026-11-02", 80, 2, noon_ms("2026-11-30"));
    moment(&book, noon_ms("2026-11-30"), date("2026-11-30"));
    const struct capacity_finding *amber = found(&book, "sim-a", CAPACITY_MONTH, "2026-11-01", false);
    assert_non_null(amber); /* 9 % and more all the same */
    assert_int_equal(amber->limit->level, JOURNAL_AMBER);
    const struct capacity_finding *hidden = found(&book, "sim-a", CAPACITY_MONTH, "2026-11-01", true);
    assert_non_null(hidden);
    struct capacity_alarm alarm;
    capacity_alarm_make(hidden, 0, &alarm);
    assert_string_equal(alarm.notice.reason, "month-by-coefficient");
    assert_string_equal(alarm.notice.subject, "2026-11");
    assert_int_equal(alarm.notice.level, JOURNAL_AMBER);
    assert_true(capacity_alarm_is(alarm.notice.reason));
    book_close(&book);
}

/* --- by hand --- */

static void entries_are_due_by_their_kind(void **state)
{
    static const struct {
        int kind, shift;
        const char *from, *to; /* the last entry; NULL: none */
        const char *known, *due;
    } cases[] = {
        {PERIOD_KIND_DAY, -1, "2026-11-18", "2026-11-19", "2026-11-19", "2026-11-20"},
        {PERIOD_KIND_DEKAD, -1, "2026-11-01", "2026-11-11", "2026-11-11", "2026-11-21"},
        {PERIOD_KIND_MONTH, -1, "2026-10-01", "2026-11-01", "2026-11-01", "2026-12-01"},
        {PERIOD_KIND_SHIFT, 2, "2026-11-18", "2026-11-19", "2026-11-19", "2026-11-20"},
        {PERIOD_KIND_SHIFT, 0, "2026-11-18", "2026-11-19", NULL, "2026-11-19"}, /* the day is due */
        {PERIOD_KIND_DAY, -1, NULL, NULL, NULL, "2026-10-14"},                  /* the ledger began on 10-13 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct book book;
        book_open(&book, ROSTER_A ROSTER_B PRODUCING);
        if (cases[i].from)
            enter(&book, cases[i].kind, date(cases[i].from), date(cases[i].to), cases[i].shift, 10);
        moment(&book, noon_ms("2026-11-21"), date("2026-11-21"));
        const struct capacity_mine *mine = mine_of(&book, "sim-b");
        /* Its days begin at 20:00 on the evening before, but where nothing ever came. */
        const int64_t edge_ms = cases[i].from ? 4 * HOUR_MS : 0;
        assert_false(mine->metered);
        if (cases[i].known)
            assert_int_equal(mine->to, date(cases[i].known));
        assert_int_equal(mine->silent_ms, civil_instant(date(cases[i].due), 0) - edge_ms);
        const int64_t late_ms = noon_ms("2026-11-21") - mine->silent_ms;
        const struct capacity_finding *finding = found(&book, "sim-b", CAPACITY_NO_ENTRY, NULL, false);
        assert_int_equal(finding != NULL, late_ms > 12 * HOUR_MS);
        if (finding)
            assert_int_equal(finding->limit->level, late_ms > 60 * HOUR_MS ? JOURNAL_RED : JOURNAL_AMBER);
        book_close(&book);
    }
}

/* Designed 0.9 Mt for 15 days, then approved 1.2 Mt for 15 days: 1.05 Mt a year. */
static void a_change_of_capacity_and_a_day_that_is_past(void **state)
{
    struct book book;
    (void)state;
    book_open(&book, ROSTER_A ROSTER_B PRODUCING);
    for (civil_day day = date("2026-11-01"); day < date("2026-12-01"); day++)
        enter(&book, PERIOD_KIND_DAY, day, day + 1, -1, 3500);
    moment(&book, noon_ms("2026-12-01"), date("2026-12-01"));
    const struct capacity_finding *month = found(&book, "sim-b", CAPACITY_MONTH, "2026-11-01", false);
    assert_non_null(month); /* 105,000 t: 10 % exactly */
    assert_int_equal(month->limit->level, JOURNAL_AMBER);
    assert_int_equal(capacity_mean_kg(month->figures.course.capacity), 1050000000);
    assert_int_equal(month->amount, 105000000);
    enter(&book, PERIOD_KIND_SHIFT, date("2026-11-30"), date("2026-12-01"), 0, 1); /* within a day that counts: none */
    moment(&book, noon_ms("2026-12-01"), date("2026-12-01"));
    assert_int_equal(found(&book, "sim-b", CAPACITY_MONTH, "2026-11-01", false)->amount, 105000000);

    moment(&book, noon_ms("2026-12-01"), date("2026-11-20")); /* as of then: 70,000 t, and 3,500 t a day */
    assert_null(found(&book, "sim-b", CAPACITY_MONTH, "2026-11-01", false));
    struct capacity_figures figures;
    capacity_figures_read(&book.reader, mine_of(&book, "sim-b"), month_days(month_of(date("2026-11-01"))), &figures);
    assert_int_equal(figures.course.done, 70000000);
    assert_int_equal(capacity_forecast(&figures.course), 105000000);
    civil_day on;
    assert_false(capacity_reach(capacity_limit_gravest(book.limits, CAPACITY_MONTH, date("2026-11-20")),
                                &figures.course, &on)); /* exactly the limit is not over it */
    book_close(&book);
}

static void what_is_stopped_mines_nothing(void **state)
{
    struct book book;
    (void)state;
    book_open(&book, ROSTER_A ROSTER_B STOPPED);
    enter(&book, PERIOD_KIND_DAY, date("2026-11-04"), date("2026-11-05"), -1, 3000); /* the day before */
    moment(&book, noon_ms("2026-11-21"), date("2026-11-21"));
    assert_null(found(&book, "sim-b", CAPACITY_STOPPED, NULL, false));
    assert_null(found(&book, "sim-b", CAPACITY_NO_ENTRY, NULL, false)); /* nobody waits for it */
    enter(&book, PERIOD_KIND_DAY, date("2026-11-05"), date("2026-11-06"), -1, 1);
    moment(&book, noon_ms("2026-11-21"), date("2026-11-21"));
    const struct capacity_finding *finding = found(&book, "sim-b", CAPACITY_STOPPED, "2026-11-05", false);
    assert_non_null(finding);
    assert_int_equal(finding->amount, 1000);
    assert_int_equal(finding->limit->level, JOURNAL_RED);
    moment(&book, noon_ms("2027-01-02"), date("2027-01-02")); /* it looks back as far as the month before */
    assert_null(found(&book, "sim-b", CAPACITY_STOPPED, NULL, false));
    book_close(&book);
}

/* --- years --- */

static void the_year_before_is_judged_in_january(void **state)
{
    struct book book;
    (void)state;
    book_open(&book, ROSTER_A ROSTER_B PRODUCING);
    /* 0.9 Mt for 319 days, 1.2 Mt for 46: 937,808.2 t; 110 % of that is 1,031,589.04 t. */
    enter(&book, PERIOD_KIND_YEAR, date("2026-01-01"), date("2027-01-01"), -1, 1031590);
    moment(&book, noon_ms("2027-01-20"), date("2027-01-20"));
    const struct capacity_finding *year = found(&book, "sim-b", CAPACITY_YEAR, "2026-01-01", false);
    assert_non_null(year);
    assert_int_equal(year->limit->level, JOURNAL_RED);
    assert_null(found(&book, "sim-b", CAPACITY_MONTH, NULL, false)); /* it is in no month */
    moment(&book, noon_ms("2027-02-01"), date("2027-02-01"));
    assert_null(found(&book, "sim-b", CAPACITY_YEAR, NULL, false));
    book_close(&book);
}

/* 3,100 t for 10-26 to 11-25: 6 days of October, 25 of November. */
static void an_own_month_is_shared_by_its_days(void **state)
{
    struct book book;
    struct capacity_figures figures;
    (void)state;
    book_open(&book, ROSTER_A ROSTER_B PRODUCING);
    sql(book.db,
        "INSERT INTO adjustment(act, mine, quantity, kind, from_day, to_day, shift, amount, reason, rev)"
        " VALUES(%d, 2, 'raw_coal', %d, %d, %d, -1, 3100000, 'stock', 1)",
        (int)++book.acts, PERIOD_KIND_SPAN, date("2026-10-26"), date("2026-11-26"));
    static const char *const months[] = {"2026-09-01", "2026-10-01", "2026-11-01", "2026-12-01"};
    for (int own = 0; own < 2; own++) {
        static const int64_t shares[2][4] = {{0, 0, 0, 0}, {0, 600000, 2500000, 0}};
        moment(&book, noon_ms("2026-12-31"), date("2026-12-31"));
        book.roster->mine[1].month_cutoff = own ? 25 : 0;
        for (int m = 0; m < 4; m++) {
            capacity_figures_read(&book.reader, mine_of(&book, "sim-b"), month_days(month_of(date(months[m]))),
                                  &figures);
            assert_int_equal(figures.course.done, shares[own][m]);
        }
        capacity_figures_read(&book.reader, mine_of(&book, "sim-b"), year_days(2026), &figures);
        assert_int_equal(figures.course.done, 3100000);
    }
    book_close(&book);
}

static void the_roster_names_who_is_not_in_the_ledger(void **state)
{
    struct book book;
    (void)state;
    book_open(&book, ROSTER_A "  - name: far\n    title: {en: F, zh: F}\n    simulated: false\n    facts:\n" PRODUCING
                              "  - name: plan\n    title: {en: P, zh: P}\n    simulated: false\n");
    moment(&book, noon_ms("2026-11-21"), date("2026-11-21"));
    assert_int_equal(mine_of(&book, "far")->mine, CONFIG_NONE);
    assert_non_null(found(&book, "far", CAPACITY_NO_ENTRY, NULL, false));
    assert_int_equal(book.mines.count, 3); /* of what texts name without a state nobody waits for anything */
    assert_non_null(found(&book, "sim-a", CAPACITY_NO_DATA, NULL, false)); /* its meter was never read */
    assert_null(mine_of(&book, "sim-b")->county);
    assert_null(found(&book, "sim-b", CAPACITY_NO_ENTRY, NULL, false)); /* whether it produces is not known */
    book_close(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lowered_coefficient_does_not_hide),
        cmocka_unit_test(what_it_would_be_is_an_alarm_of_its_own),
        cmocka_unit_test(entries_are_due_by_their_kind),
        cmocka_unit_test(a_change_of_capacity_and_a_day_that_is_past),
        cmocka_unit_test(what_is_stopped_mines_nothing),
        cmocka_unit_test(the_year_before_is_judged_in_january),
        cmocka_unit_test(an_own_month_is_shared_by_its_days),
        cmocka_unit_test(the_roster_names_who_is_not_in_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
