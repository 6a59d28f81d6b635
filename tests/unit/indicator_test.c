/* SPDX-License-Identifier: Apache-2.0 */
/* The definitions: what files may say, and what those of seeds do say. */
#include "collector/indicator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/county.h"

/* The systems that the county's texts call for: 1 to 35b of coal, gas, power and solids, then those beside. */
static const char *const systems[] = {
    "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13", "14", "15", "16", "17",  "18",  "19",
    "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "35a", "35b", "36",
    "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53",
};
enum { SYSTEMS = sizeof systems / sizeof *systems };

static struct indicators *seeds(void)
{
    char path[PATH_BYTES];
    struct faults *faults = faults_new();
    assert_true(seeds_path("indicators.yaml", path));
    struct indicators *indicators = indicators_load(path, faults);
    faults_print(faults, stderr);
    faults_free(faults);
    assert_non_null(indicators);
    return indicators;
}

static bool answers(const struct indicator *indicator, const char *row)
{
    for (size_t r = 0; r < indicator->rows; r++)
        if (strcmp(indicator->row[r], row) == 0)
            return true;
    return false;
}

static void every_system_has_its_row(void **state)
{
    struct indicators *indicators = seeds();
    (void)state;
    for (size_t s = 0; s < SYSTEMS; s++) {
        size_t found = 0;
        for (size_t i = 0; i < indicators->count; i++)
            found += answers(&indicators->indicator[i], systems[s]);
        if (!found)
            fail_msg("system %s has no indicator", systems[s]);
    }
    for (size_t i = 0; i < indicators->count; i++) {
        assert_true(indicators->indicator[i].rows > 0);
        for (size_t r = 0; r < indicators->indicator[i].rows; r++) {
            bool known = false;
            for (size_t s = 0; s < SYSTEMS; s++)
                known |= strcmp(indicators->indicator[i].row[r], systems[s]) == 0;
            if (!known)
                fail_msg("%s answers %s, which is no system", indicators->indicator[i].id,
                         indicators->indicator[i].row[r]);
        }
    }
    indicators_free(indicators);
}

static void twelve_headlines(void **state)
{
    struct indicators *indicators = seeds();
    bool seen[HEADLINES_MAX + 1] = {false};
    (void)state;
    for (size_t i = 0; i < indicators->count; i++)
        seen[indicators->indicator[i].headline] = true;
    for (int place = 0; place <= HEADLINES_MAX; place++)
        assert_true(seen[place]);
    indicators_free(indicators);
}

static void seeds_say_what_their_sources_say(void **state)
{
    static const struct {
        const char *id, *of, *value; /* value NULL: none is given */
        enum stated_kind kind;
        bool floor, more;
    } cases[] = {
        {"raw-coal", "2026", "3600", STATED_TARGET, true, false},
        {"gas", "2026", "300", STATED_TARGET, false, false},
        {"gas", "2024", "240", STATED_ACTUAL, false, false},
        {"gas-growth", "2024", "10", STATED_ACTUAL, false, false},
        {"advanced-capacity", "2024/25", "91", STATED_ACTUAL, false, false},
        {"smart-mines", "2024/25", "9", STATED_ACTUAL, false, false},
        {"smart-mines", "2026", "2", STATED_TARGET, false, true},
        {"smart-faces", "2024/25", "54", STATED_ACTUAL, false, false},
        {"method-110-mines", "2024/25", "12", STATED_ACTUAL, false, false},
        {"method-110-coal", "2024/25", "250", STATED_ACTUAL, false, false},
        {"method-110-value", "2024/25", "20", STATED_ACTUAL, false, false},
        {"ore-processed", "2024/25", "200", STATED_ACTUAL, true, false},
        {"seam-adding", "2026", "5", STATED_TARGET, false, false},
        {"lower-seams", "2026", "3", STATED_TARGET, false, false},
        {"backfill-mines", "2026", "2", STATED_TARGET, false, false},
        {"solar-planned", "2024/25", "4800", STATED_PLAN, false, false},
        {"water-reuse", "2024/25", "80", STATED_ACTUAL, true, false},
        {"good-air", "2024", "297", STATED_ACTUAL, false, false},
        {"rail-share", "2026", NULL, STATED_TARGET, false, false},
        {"signed", "2026", "80", STATED_TARGET, true, false},
    };
    struct indicators *indicators = seeds();
    char value[DECIMAL_TEXT_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct indicator *indicator = indicator_named(indicators, cases[i].id);
        const struct indicator_stated *said = NULL;
        assert_non_null(indicator);
        for (size_t s = 0; s < indicator->stated; s++)
            if (indicator->said[s].kind == (int)cases[i].kind && strcmp(indicator->said[s].of, cases[i].of) == 0)
                said = &indicator->said[s];
        if (!said)
            fail_msg("%s: nothing is stated of %s", cases[i].id, cases[i].of);
        decimal_format(said->value, value);
        assert_int_equal(said->has_value, cases[i].value != NULL);
        assert_string_equal(cases[i].value ? value : "", cases[i].value ? cases[i].value : "");
        assert_int_equal(said->floor, cases[i].floor);
        assert_int_equal(said->more, cases[i].more);
    }
    indicators_free(indicators);
}

static void targets_of_more_add_up(void **state)
{
    struct indicators *indicators = seeds();
    struct indicator_target target;
    (void)state;
    assert_true(indicator_target(indicator_named(indicators, "smart-mines"), 2026, &target));
    assert_int_equal(target.value.digits, 11); /* nine, and two more */
    assert_int_equal(target.value.places, 0);
    assert_false(indicator_target(indicator_named(indicators, "smart-mines"), 2025, &target));
    assert_true(indicator_target(indicator_named(indicators, "raw-coal"), 2026, &target));
    assert_true(target.floor);
    assert_false(indicator_target(indicator_named(indicators, "rail-share"), 2026, &target));
    assert_string_equal(indicator_said(indicator_named(indicators, "gas"), STATED_ACTUAL, 2026)->of, "2024");
    assert_null(indicator_said(indicator_named(indicators, "gas"), STATED_ACTUAL, 2023));
    indicators_free(indicators);
}

static void projects_of_named_mines_have_their_indicator(void **state)
{
    char path[PATH_BYTES];
    struct faults *faults = faults_new();
    struct indicators *indicators = seeds();
    (void)state;
    assert_true(seeds_path("mines.yaml", path));
    struct county *county = county_load(path, NULL, faults);
    faults_print(faults, stderr);
    assert_non_null(county);
    for (size_t m = 0; m < county->mines; m++)
        for (size_t p = 0; p < county->mine[m].projects; p++)
            if (!indicator_named(indicators, county->mine[m].project[p].indicator))
                fail_msg("%s: no indicator %s", county->mine[m].name, county->mine[m].project[p].indicator);
    county_free(county);
    indicators_free(indicators);
    faults_free(faults);
}

/* --- faults --- */

#define BEGIN                                                                                                          \
    "indicators:\n  - id: one\n    name: {en: One, zh: 一}\n    definition: {en: d, zh: 义}\n    unit: {en: t, zh: " \
    "吨}\n"
#define SECOND "  - id: two\n    name: {en: Two, zh: 二}\n    definition: {en: d, zh: 义}\n    unit: {en: t, zh: 吨}\n"

static char *faults_of(const char *text)
{
    struct faults *faults = faults_new();
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    struct indicators *indicators = indicators_load_text(text, strlen(text), "i.yaml", faults);
    assert_int_equal(indicators == NULL, faults_count(faults, FAULT_ERROR) > 0);
    indicators_free(indicators);
    faults_print(faults, out);
    fclose(out);
    faults_free(faults);
    return said;
}

static void files_are_judged_whole(void **state)
{
    static const struct {
        const char *text, *said; /* said "": none */
    } cases[] = {
        {BEGIN "    find: stated\n", ""},
        {BEGIN "    find: milestones\n    rows: [1, 35a]\n    headline: 12\n", ""},
        {BEGIN "    find: {sum: {quantities: [raw_coal], size: 10000}}\n", ""},
        {BEGIN "    find: {sum: {quantities: [raw_coal], size: 20}}\n", "a power of ten"},
        {BEGIN "    find: {sum: {quantities: [row_coal], size: 1}}\n", "a quantity that is reported"},
        {BEGIN "    find: {sum: {quantities: [rom_coal], size: 1}}\n", "a quantity that is reported"},
        {BEGIN "    find: {sum: {quantities: [], size: 1}}\n", "a list of 1 to 8 quantities"},
        {BEGIN "    find: {sum: {size: 1}}\n", "quantities"},
        {BEGIN "    find: {som: {size: 1}}\n",
         "one of stated, milestones, figure, read, or a map of one of sum, ratio"},
        {BEGIN "    find: sum\n", "one of stated"},
        {BEGIN "    find: {mines: {that: {state: producin}}}\n", "producing"},
        {BEGIN "    find: {mines: {that: {state: producing}, so_far: perhaps}}\n", "true or false"},
        {BEGIN "    find: {faces: {kind: digging}}\n", "all, mining, heading"},
        {BEGIN "    find: {growth: {of: two}}\n", "found of: two"},
        {BEGIN "    find: {growth: {of: two}}\n" SECOND "    find: figure\n", "expected an indicator that is a sum"},
        {BEGIN "    find: {priced: {of: two, size: 1, prices: []}}\n", "a list of 1 to 8 prices"},
        {BEGIN "    find: {priced: {of: two, size: 1, prices: [{from: 2026, price: 1, source: s}]}}\n", "a date like"},
        {BEGIN "    find: {priced: {of: two, size: 1, prices: [{from: 2026-01-01, price: -1, source: s}]}}\n",
         "below 0"},
        {BEGIN "    find: {milestones: {of: [two]}}\n", "found of: two"},
        {BEGIN "    find: stated\n    headline: 13\n", "13"},
        {BEGIN "    find: stated\n    headline: 1\n" SECOND "    find: stated\n    headline: 1\n", "headline 1 twice"},
        {BEGIN "    find: stated\n" BEGIN, "indicators"},
        {BEGIN "    find: stated\n    stated: [{value: 1, of: 26, kind: actual, source: s}]\n", "a year like 2026"},
        {BEGIN "    find: stated\n    stated: [{value: 1, of: 2024/26, kind: actual, source: s}]\n",
         "a year like 2026"},
        {BEGIN "    find: stated\n    stated: [{value: 1, of: 2099/00, kind: actual, source: s}]\n", ""},
        {BEGIN "    find: stated\n    stated: [{value: null, of: 2026, kind: target, more: true, source: s}]\n",
         "more: true without a value"},
        {BEGIN "    find: stated\n    stated: [{value: 1, of: 2026, kind: target, source: s},"
               " {value: 1, of: 2025, kind: actual, source: s}]\n",
         "the earliest first"},
        {BEGIN "    find: stated\n    stated: [{value: one, of: 2026, kind: target, source: s}]\n", "one"},
        {"indicator: []\n", "nothing but indicators:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said = faults_of(cases[i].text);
        if (*cases[i].said ? !strstr(said, cases[i].said) : *said)
            fail_msg("%s\nexpected: %s\nsaid: %s", cases[i].text, cases[i].said, said);
        free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_system_has_its_row),
        cmocka_unit_test(twelve_headlines),
        cmocka_unit_test(seeds_say_what_their_sources_say),
        cmocka_unit_test(targets_of_more_add_up),
        cmocka_unit_test(projects_of_named_mines_have_their_indicator),
        cmocka_unit_test(files_are_judged_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
