/* SPDX-License-Identifier: Apache-2.0 */
/* What indicators are at a date: kind by kind by hand, and counties of chance against a computation of the
 * test's own. */
#include "collector/indicator_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/county_book.h"

/* --- by hand --- */

#define ONE(id, find)                                                                                                  \
    "  - {id: " id ", name: {en: e, zh: z}, definition: {en: e, zh: z}, unit: {en: u, zh: u}, find: " find "}\n"

static const char definitions[] = "indicators:\n" ONE("coal", "{sum: {quantities: [raw_coal], size: 10000}}") ONE(
    "gas", "{sum: {quantities: [gas_surface, gas_tight], size: 1000000}}")
    ONE("rail", "{ratio: {of: [shipped_rail], over: [shipped_rail, shipped_road]}}") ONE(
        "untold", "{ratio: {of: [energy_solar], over: [raw_coal]}}")
        ONE("labour", "{ratio: {of: [raw_coal], over: [underground_shifts], percent: false, together: true}}") ONE(
            "advanced",
            "{capacity_share: {that: {any: [{safety_grade: first}, {smart: primary+}]}, among: {state: "
            "producing}, output: [raw_coal]}}") ONE("capacity", "{capacity: {that: {state: producing}, size: 10000}}")
            ONE("room", "{room: {of: coal, that: {state: producing}, size: 10000}}") ONE(
                "smart", "{mines: {that: {smart: primary+}}}") ONE("smart-ever",
                                                                   "{mines: {that: {smart: primary+}, so_far: true}}")
                ONE("faces", "{faces: {kind: all}}") ONE("mining", "{faces: {kind: mining}}")
                    ONE("heading", "{faces: {kind: heading}}") ONE("extra", "{method_110: {size: 10000}}")
                        ONE("extra-value",
                            "{priced: {of: extra, size: 1000000, prices: [{from: 2020-01-01, price: 500, source: p}, "
                            "{from: 2026-06-01, price: 800.5, source: q}, {from: 2027-01-01, price: 1, source: r}]}}")
                            ONE("growth", "{growth: {of: coal}}")
                                ONE("utilisation", "{utilisation: {quantities: [raw_coal], among: {state: producing}}}")
                                    ONE("steps", "milestones") ONE("other-steps", "milestones")
                                        ONE("all-steps", "{milestones: {of: [steps, other-steps]}}")
                                            ONE("figure", "figure")
                                                ONE("stopped",
                                                    "{output_while: {quantities: [raw_coal], that: {state: stopped}}}")
                                                    ONE("text", "stated") ONE("read", "read");

static const char roster[] = "mines:\n"
                             "  - name: sim-a\n"
                             "    simulated: true\n"
                             "    title: {en: A, zh: 甲}\n"
                             "    facts:\n"
                             "      - {fact: approved_capacity, value: 100, from: 2020-01-01, source: s}\n"
                             "      - {fact: state, value: producing, from: 2020-01-01, source: s}\n"
                             "      - {fact: safety_grade, value: first, from: 2022-01-01, source: s}\n"
                             "      - {fact: smart, value: intermediate, from: 2024-01-01, source: s}\n"
                             "    faces:\n"
                             "      - name: f1\n"
                             "        kind: mining\n"
                             "        smart_from: 2024-01-01\n"
                             "        closed: 2025-01-01\n"
                             "        source: s\n"
                             "        method_110:\n"
                             "          - {from: 2026-01-01, to: 2026-01-11, pillar_m: 20, length_m: 100, height_m: "
                             "3.5, density: 1.4, recovery: 95 %}\n"
                             "          - {from: 2025-12-27, to: 2026-01-06, pillar_m: 20, length_m: 100, height_m: "
                             "3.5, density: 1.4, recovery: 95 %}\n"
                             "      - {name: f2, kind: heading, smart_from: 2026-10-13, source: s}\n"
                             "      - {name: f3, kind: heading, smart_from: 2026-10-14, source: s}\n"
                             "      - {name: f4, kind: mining, source: s}\n"
                             "    projects:\n"
                             "      - {indicator: steps, step: begins, on: 2026-07-01, reached: true, source: s}\n"
                             "      - {indicator: other-steps, step: accepted, year: 2026, source: s}\n"
                             "  - name: sim-b\n"
                             "    simulated: true\n"
                             "    title: {en: B, zh: 乙}\n"
                             "    facts:\n"
                             "      - {fact: approved_capacity, value: 60.5, from: 2020-01-01, source: s}\n"
                             "      - {fact: state, value: producing, from: 2020-01-01, source: s}\n"
                             "      - {fact: state, value: stopped, from: 2026-03-01, to: 2026-04-01, source: s}\n"
                             "      - {fact: state, value: producing, from: 2026-04-01, source: s}\n"
                             "      - {fact: smart, value: primary, from: 2023-01-01, to: 2025-01-01, source: s}\n"
                             "    projects:\n"
                             "      - {indicator: steps, step: begins, year: 2026, source: s}\n"
                             "  - name: sim-c\n"
                             "    simulated: true\n"
                             "    title: {en: C, zh: 丙}\n"
                             "    facts:\n"
                             "      - {fact: designed_capacity, value: 400, from: 2020-01-01, source: s}\n"
                             "      - {fact: state, value: building, from: 2020-01-01, source: s}\n"
                             "      - {fact: smart, value: advanced, from: 2020-01-01, source: s}\n"
                             "  - name: real-d\n"
                             "    title: {en: D, zh: 丁}\n"
                             "    facts:\n"
                             "      - {fact: approved_capacity, value: 1000, from: 2020-01-01, source: s}\n"
                             "      - {fact: state, value: producing, from: 2020-01-01, source: s}\n"
                             "      - {fact: smart, value: advanced, from: 2020-01-01, source: s}\n";

static void entries_add(struct county_book *book)
{
    county_book_mine(book, "sim-a", true);
    county_book_mine(book, "sim-b", true);
    county_book_mine(book, "sim-c", true);
    county_book_mine(book, "real-d", false);
    county_book_enter(book, 1, "raw_coal", "", "2026-01-01", "2026-02-01", 80000, "");
    county_book_enter(book, 1, "raw_coal", "", "2025-01-01", "2025-02-01", 64000, "");
    county_book_enter(book, 2, "raw_coal", "", "2026-02-01", "2026-03-01", 50000, "");
    county_book_enter(book, 2, "raw_coal", "", "2026-03-10", "2026-03-11", 7, ""); /* while stopped */
    county_book_enter(book, 2, "raw_coal", "", "2025-12-01", "2026-01-01", 99, "");
    county_book_enter(book, 2, "raw_coal", "", "2026-10-14", "2026-10-15", 1000, ""); /* after the day */
    county_book_enter(book, 4, "raw_coal", "", "2026-01-01", "2026-02-01", 5000000, "");
    county_book_enter(book, 1, "underground_shifts", "", "2026-01-01", "2026-02-01", 16000, "");
    county_book_enter(book, 1, "shipped_rail", "", "2026-01-01", "2026-02-01", 2, "");
    county_book_enter(book, 2, "shipped_road", "", "2026-01-01", "2026-02-01", 1, "");
    county_book_enter(book, 1, "figure", "figure", "2026-01-01", "2026-02-01", 7, "");
    county_book_enter(book, 1, "figure", "figure", "2026-09-01", "2026-10-01", 9, "");
    county_book_enter(book, 2, "figure", "figure", "2025-09-01", "2025-10-01", 30, "");
    county_book_enter(book, 2, "figure", "other", "2026-09-01", "2026-10-01", 500, "");
    county_book_enter(book, 4, "figure", "figure", "2026-09-01", "2026-10-01", 4000, "");
    county_book_enter(book, 2, "milestone", "steps", "2026-10-13", "2026-10-14", 0, "begun");
    county_book_enter(book, 1, "milestone", "other-steps", "2026-09-01", "2026-09-02", 0, "planned");
    county_book_enter(book, 3, "milestone", "steps", "2026-10-14", "2026-10-15", 0, "begun");
}

static const struct indicator_part *part_of(const struct indicator_value *value, const char *title)
{
    const struct indicator_part *part = value->parts.at;
    for (size_t i = 0; i < value->parts.count; i++)
        if (strcmp(part[i].title, title) == 0)
            return &part[i];
    fail_msg("no part %s", title);
    return NULL;
}

/* "46.8": floored to so many places; "" where it has none. */
static void value_is(const struct indicator_context *context, const char *id, int places, const char *expected)
{
    struct indicator_value value;
    struct decimal floor;
    char text[DECIMAL_TEXT_MAX] = "";
    assert_true(indicator_evaluate(indicator_named(context->indicators, id), context, &value));
    if (indicator_value_floor(&value, places, &floor))
        decimal_format(floor, text);
    if (strcmp(text, expected) != 0)
        fail_msg("%s: %s, expected %s", id, text, expected);
    assert_int_equal(value.has, *expected != '\0');
    indicator_value_free(&value);
}

static void each_kind_is_found(void **state)
{
    static const struct {
        const char *id;
        int places;
        const char *expected;
    } cases[] = {
        {"coal", 4, "13.0007"}, /* 80 000 + 50 007 t */
        {"gas", 1, ""},
        {"rail", 1, "66.6"},
        {"labour", 3, "5.000"},    /* of sim-a alone: sim-b says nothing of shifts */
        {"advanced", 3, "62.305"}, /* 100 of 160.5 */
        {"capacity", 1, "160.5"},
        {"room", 4, "147.4993"},
        {"smart", 0, "2"},      /* sim-a, and sim-c, which does not produce */
        {"smart-ever", 0, "3"}, /* sim-b was */
        {"faces", 0, "2"},
        {"mining", 0, "1"},
        {"heading", 0, "1"},
        /* 20 x 100 x 3.5 x 1.4 x 0.95 = 9310 t, and the half of as many */
        {"extra", 4, "1.3965"},
        {"extra-value", 4, "11.1789"}, /* 13 965 t at 800.5: 11 178 982.5 */
        {"growth", 1, "25.0"},         /* of sim-a alone */
        {"steps", 0, "2"},
        {"other-steps", 0, "0"},
        {"all-steps", 0, "2"},
        {"figure", 0, "39"},
        {"stopped", 0, "1"},
        {"text", 0, ""},
        {"read", 0, ""},
        {"untold", 0, ""}, /* nobody has reported any of it */
    };
    struct county_book book;
    (void)state;
    county_book_open(&book);
    entries_add(&book);
    struct indicator_context context = county_book_read(&book, roster, definitions, "2026-10-13");
    context.simulated = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        value_is(&context, cases[i].id, cases[i].places, cases[i].expected);
    /* sim-a: 80 000 of 1 000 000 t x 286 days; sim-b: 50 000 of 605 000 t x the 255 days that it produced */
    value_is(&context, "utilisation", 6, "10.777355");

    /* what is entered later, and what is to come, does not count before */
    context.day = context.roster_day = county_date("2026-10-14");
    value_is(&context, "coal", 4, "13.1007");
    value_is(&context, "faces", 0, "3");
    value_is(&context, "steps", 0, "3");
    context.day = context.roster_day = county_date("2024-06-01");
    value_is(&context, "advanced", 3, "100.000"); /* both are smart */
    context.day = context.roster_day = county_date("2019-06-01");
    value_is(&context, "advanced", 3, "");
    value_is(&context, "smart", 0, "");

    /* real mines are another side */
    context.day = context.roster_day = county_date("2026-10-13");
    context.simulated = false;
    value_is(&context, "coal", 1, "500.0");
    value_is(&context, "advanced", 1, "100.0");
    value_is(&context, "capacity", 1, "1000.0");
    value_is(&context, "figure", 0, "4000");
    value_is(&context, "faces", 0, "0");
    county_book_close(&book);
}

static void the_list_says_what_counts_and_why(void **state)
{
    struct county_book book;
    struct indicator_value value;
    (void)state;
    county_book_open(&book);
    entries_add(&book);
    struct indicator_context context = county_book_read(&book, roster, definitions, "2026-10-13");
    context.simulated = true;
    assert_true(indicator_evaluate(indicator_named(book.indicators, "advanced"), &context, &value));
    assert_int_equal(value.origin, ORIGIN_ROSTER);
    assert_int_equal(value.parts.count, 3);
    assert_true(part_of(&value, "sim-a")->counts);
    assert_int_equal(part_of(&value, "sim-a")->amount, INT64_C(1000000000));
    assert_int_equal(part_of(&value, "sim-a")->output, 80000000);
    assert_non_null(strstr(part_of(&value, "sim-a")->why, "2022-01-01"));
    assert_false(part_of(&value, "sim-b")->counts);
    assert_true(part_of(&value, "sim-b")->among);
    assert_false(part_of(&value, "sim-c")->among); /* it is being built */
    assert_non_null(strstr(part_of(&value, "sim-c")->why, "building"));
    struct indicator_value output = indicator_value_output(&value);
    assert_int_equal(output.top, 80000000);
    assert_int_equal(output.bottom, 130007000);
    indicator_value_free(&value);

    assert_true(indicator_evaluate(indicator_named(book.indicators, "growth"), &context, &value));
    assert_true(part_of(&value, "sim-a")->counts);
    assert_false(part_of(&value, "sim-b")->counts);
    assert_non_null(strstr(part_of(&value, "sim-b")->why, "year before"));
    indicator_value_free(&value);

    assert_true(indicator_evaluate(indicator_named(book.indicators, "steps"), &context, &value));
    assert_int_equal(value.planned, 3);
    assert_int_equal(value.origin, ORIGIN_BY_HAND);
    indicator_value_free(&value);

    assert_true(indicator_evaluate(indicator_named(book.indicators, "extra-value"), &context, &value));
    assert_int_equal(value.origin, ORIGIN_DERIVED);
    assert_non_null(strstr(value.note, "800.5 since 2026-06-01 (q)"));
    indicator_value_free(&value);
    county_book_close(&book);
}

static void what_is_supposed_holds_from_its_day(void **state)
{
    struct county_book book;
    struct text why = {0};
    (void)state;
    county_book_open(&book);
    entries_add(&book);
    struct indicator_context context = county_book_read(&book, roster, definitions, "2026-10-13");
    context.simulated = true;
    assert_true(county_suppose(book.county, "sim-b.smart=intermediate@2026-12-01", LANGUAGE_EN, &why));
    assert_true(county_suppose(book.county, "sim-c.state=producing@2026-12-01", LANGUAGE_EN, &why));
    value_is(&context, "advanced", 3, "62.305");
    context.roster_day = county_date("2026-12-01");
    value_is(&context, "advanced", 3, "100.000");
    value_is(&context, "coal", 4, "13.0007"); /* the ledger is asked as of the day */
    text_free(&why);
    county_book_close(&book);
}

/* --- counties of chance --- */

enum { MINES_MAX = 24 };

struct chance_mine {
    bool simulated, known, producing, first, special;
    int smart; /* level; -1: not known */
    int64_t capacity_10kt;
    int64_t this_year_t, last_year_t, later_t;
    int faces;
};

static void mine_make(uint64_t *seed, struct chance_mine *mine)
{
    *mine = (struct chance_mine){.simulated = random_below(seed, 3) > 0,
                                 .known = random_below(seed, 8) > 0,
                                 .producing = random_below(seed, 4) > 0,
                                 .first = random_below(seed, 4) == 0,
                                 .special = random_below(seed, 5) == 0,
                                 .smart = (int)random_below(seed, 5) - 1,
                                 .capacity_10kt = random_below(seed, 6) ? 30 + random_below(seed, 900) : 0,
                                 .this_year_t = random_below(seed, 4) ? 1 + random_below(seed, 5000000) : 0,
                                 .last_year_t = random_below(seed, 4) ? 1 + random_below(seed, 5000000) : 0,
                                 .later_t = random_below(seed, 1000),
                                 .faces = (int)random_below(seed, 5)};
}

static void mine_write(const struct chance_mine *mine, int index, struct text *out)
{
    static const char *const levels[] = {"none", "primary", "intermediate", "advanced"};
    if (!mine->known)
        return;
    text_format(out, "  - name: mine-%d\n    title: {en: M, zh: 矿}\n    simulated: %s\n    facts:\n", index,
                mine->simulated ? "true" : "false");
    text_format(out, "      - {fact: state, value: %s, from: 2020-01-01, source: s}\n",
                mine->producing ? "producing" : "building");
    text_format(out, "      - {fact: safety_grade, value: %s, from: 2021-01-01, source: s}\n",
                mine->first ? "first" : "second");
    text_format(out, "      - {fact: efficiency_grade, value: %s, from: 2021-01-01, source: s}\n",
                mine->special ? "special" : "first");
    if (mine->smart >= 0)
        text_format(out, "      - {fact: smart, value: %s, from: 2021-01-01, source: s}\n", levels[mine->smart]);
    if (mine->capacity_10kt)
        text_format(out, "      - {fact: approved_capacity, value: %d, from: 2020-01-01, source: s}\n",
                    (int)mine->capacity_10kt);
    if (mine->faces)
        text_add(out, "    faces:\n");
    for (int f = 0; f < mine->faces; f++)
        text_format(out, "      - {name: f%d, kind: %s, smart_from: 2025-01-01, source: s}\n", f,
                    f % 2 ? "heading" : "mining");
}

static const char chance_definitions[] = "indicators:\n" ONE("coal", "{sum: {quantities: [raw_coal], size: 10000}}")
    ONE("advanced", "{capacity_share: {that: {any: [{safety_grade: first}, {efficiency_grade: special}, {smart: "
                    "primary+}]}, among: {state: producing}, output: [raw_coal]}}")
        ONE("smart", "{mines: {that: {smart: primary+}}}") ONE("faces", "{faces: {kind: heading}}")
            ONE("growth", "{growth: {of: coal}}") ONE("room", "{room: {of: coal, that: {state: producing}, size: 1}}")
                ONE("utilisation", "{utilisation: {quantities: [raw_coal], among: {state: producing}}}");

/* What the test itself makes of them, in kg. */
struct naive {
    int64_t coal, share_top, share_bottom, output_top, output_bottom, smart, faces, growth_top, growth_bottom, room,
        used_top, used_bottom;
};

static struct naive naive_of(const struct chance_mine *mine, size_t mines, bool simulated, int64_t days_gone)
{
    struct naive all = {0};
    for (size_t i = 0; i < mines; i++, mine++) {
        const int64_t kg = mine->this_year_t * 1000, capacity = mine->capacity_10kt * 10000000;
        if (mine->simulated != simulated)
            continue;
        all.coal += kg;
        if (mine->this_year_t && mine->last_year_t) {
            all.growth_top += kg - mine->last_year_t * 1000;
            all.growth_bottom += mine->last_year_t * 1000;
        }
        if (!mine->known)
            continue;
        all.smart += mine->smart > 0;
        all.faces += mine->faces / 2;
        if (!mine->producing || !capacity)
            continue;
        const bool advanced = mine->first || mine->special || mine->smart > 0;
        all.share_bottom += capacity;
        all.output_bottom += kg;
        all.share_top += advanced ? capacity : 0;
        all.output_top += advanced ? kg : 0;
        all.room += capacity - kg;
        all.used_top += kg * 365;
        all.used_bottom += kg ? capacity * days_gone : 0;
    }
    return all;
}

static struct indicator_value found(const struct indicator_context *context, const char *id)
{
    struct indicator_value value;
    assert_true(indicator_evaluate(indicator_named(context->indicators, id), context, &value));
    indicator_value_free(&value);
    return value;
}

static void side_agrees(struct indicator_context *context, const struct chance_mine *mine, size_t mines, bool simulated)
{
    const struct naive naive = naive_of(mine, mines, simulated, context->day + 1 - county_date("2026-01-01"));
    context->simulated = simulated;
    const struct indicator_value coal = found(context, "coal"), share = found(context, "advanced"),
                                 growth = found(context, "growth"), used = found(context, "utilisation");
    assert_int_equal(coal.top, naive.coal);
    assert_int_equal(coal.has, naive.coal > 0);
    assert_int_equal(share.has, naive.share_bottom > 0);
    assert_int_equal(share.top, naive.share_top);
    assert_int_equal(share.has ? share.bottom : 0, naive.share_bottom);
    assert_int_equal(share.output_top, naive.output_top);
    assert_int_equal(share.output_bottom, naive.output_bottom);
    assert_int_equal(found(context, "smart").top, naive.smart);
    assert_int_equal(found(context, "faces").top, naive.faces);
    assert_int_equal(growth.top, naive.growth_top);
    assert_int_equal(growth.has ? growth.bottom : 0, naive.growth_bottom);
    assert_int_equal(found(context, "room").top, naive.room);
    assert_int_equal(used.top, naive.used_top);
    assert_int_equal(used.has ? used.bottom : 0, naive.used_bottom);
}

static void county_try(uint64_t *seed)
{
    struct chance_mine mine[MINES_MAX];
    struct county_book book;
    struct text text = {0};
    const size_t mines = 1 + (size_t)random_below(seed, MINES_MAX);
    char name[32], day[] = "2026-10-13";
    county_book_open(&book);
    db_run(book.db, "BEGIN");
    text_add(&text, "mines:\n  - {name: nobody, title: {en: N, zh: 无}}\n");
    for (size_t i = 0; i < mines; i++) {
        const int row = (int)i + 1;
        mine_make(seed, &mine[i]);
        mine_write(&mine[i], row, &text);
        snprintf(name, sizeof name, "mine-%d", row);
        county_book_mine(&book, name, mine[i].simulated);
        if (mine[i].this_year_t)
            county_book_enter(&book, row, "raw_coal", "", "2026-02-01", "2026-03-01", mine[i].this_year_t, "");
        if (mine[i].last_year_t)
            county_book_enter(&book, row, "raw_coal", "", "2025-02-01", "2025-03-01", mine[i].last_year_t, "");
        if (mine[i].later_t)
            county_book_enter(&book, row, "raw_coal", "", "2026-10-14", "2026-10-15", mine[i].later_t, "");
    }
    db_run(book.db, "COMMIT");
    struct indicator_context context = county_book_read(&book, text.at, chance_definitions, day);
    side_agrees(&context, mine, mines, true);
    side_agrees(&context, mine, mines, false);
    text_free(&text);
    county_book_close(&book);
}

static void counties_of_chance_agree(void **state)
{
    uint64_t seed = seed_take();
    (void)state;
    for (int i = 0; i < 25; i++)
        county_try(&seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_found),
        cmocka_unit_test(the_list_says_what_counts_and_why),
        cmocka_unit_test(what_is_supposed_holds_from_its_day),
        cmocka_unit_test(counties_of_chance_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
