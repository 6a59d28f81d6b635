/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/plan_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/pace.h"

static const civil_month october = 2026 * 12 + 9;

static void a_plan_is_held_against_a_tenth_and_the_whole(void **state)
{
    static const struct {
        int64_t of_month, of_year;
        struct plan_capacity capacity;
        enum plan_line line;
        int64_t limit;
    } cases[] = {
        {120, 120, {1200, 1200}, PLAN_WITHIN, 0}, /* the line itself is not above it */
        {121, 121, {1200, 1200}, PLAN_OVER_MONTH, 120},
        {120, 1200, {1200, 1200}, PLAN_WITHIN, 0},
        {120, 1201, {1200, 1200}, PLAN_OVER_YEAR, 1200},
        {121, 1201, {1200, 1200}, PLAN_OVER_MONTH, 120}, /* the month comes first */
        {0, 1201, {1200, 1200}, PLAN_OVER_YEAR, 1200},   /* of the year itself */
        {0, 1200, {0, 1200}, PLAN_WITHIN, 0},
        {120, 120, {1209, 1209}, PLAN_WITHIN, 0},
        {121, 121, {1209, 1209}, PLAN_OVER_MONTH, 120}, /* rounded down */
        {100, 1400, {600, 1500}, PLAN_OVER_MONTH, 60},  /* a capacity that rises later in the year */
        {60, 1400, {600, 1500}, PLAN_WITHIN, 0},
        {9999, 9999, {0, 0}, PLAN_UNKNOWN, 0},
        {0, 9999, {0, 0}, PLAN_UNKNOWN, 0},
        {10, 100, {0, 1200}, PLAN_UNKNOWN, 0}, /* not known of that month */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct plan_excess excess = plan_judge(cases[i].of_month, cases[i].of_year, cases[i].capacity, october);
        assert_int_equal(excess.line, cases[i].line);
        assert_int_equal(excess.limit, cases[i].limit);
    }
}

static void the_excess_is_told_with_its_figures(void **state)
{
    char text[256];
    struct plan_excess excess = plan_judge(130000500, 0, (struct plan_capacity){1200000000, 1200000000}, october);
    (void)state;
    plan_excess_say(&excess, LANGUAGE_EN, text, sizeof text);
    assert_string_equal(text, "the plans of 2026-10 come to 130,000.500 t, above 120,000.000 t: a tenth of the "
                              "approved capacity, 1,200,000.000 t a year");
    excess = plan_judge(0, 1200000001, (struct plan_capacity){0, 1200000000}, october);
    plan_excess_say(&excess, LANGUAGE_EN, text, sizeof text);
    assert_string_equal(text, "the plans of 2026 come to 1,200,000.001 t, above 1,200,000.000 t: the approved "
                              "capacity, 1,200,000.000 t a year");
}

/* --- among the plans of a ledger, by a roster --- */

static const char roster[] = "mines:\n"
                             "  - name: north\n"
                             "    title: {en: North, zh: 北}\n"
                             "    simulated: true\n"
                             "    facts:\n"
                             "      - {fact: approved_capacity, value: 60, from: 2020-01-01, source: x}\n"
                             "      - {fact: approved_capacity, value: 90, from: 2026-07-01, source: x}\n";

static struct county *county_read_text(void)
{
    struct faults *faults = faults_new();
    struct county *county = county_load_text(roster, sizeof roster - 1, "roster.yaml", faults);
    faults_print(faults, stderr);
    faults_free(faults);
    assert_non_null(county);
    return county;
}

static struct entry entry_of(const char *period, const char *value, const char *name)
{
    struct act act = {0};
    struct entry entry;
    char why[400];
    act_add(&act, "mine", "north");
    act_add(&act, "item", "plan");
    act_add(&act, "name", name);
    act_add(&act, "period", period);
    act_add(&act, "value", value);
    act_add(&act, "source", "x");
    assert_true(entry_read(&act, &entry, LANGUAGE_EN, why, sizeof why));
    return entry;
}

/* Alone: no ledger holds others. */
static void a_plan_alone_is_judged_by_its_period(void **state)
{
    static const struct {
        const char *period, *value, *name;
        enum plan_line line;
    } cases[] = {
        {"2026-10", "90000", NULL, PLAN_WITHIN},
        {"2026-10", "90000.001", NULL, PLAN_OVER_MONTH},
        {"2026-03", "60000", NULL, PLAN_WITHIN},
        {"2026-03", "60001", NULL, PLAN_OVER_MONTH},
        {"2026", "900000", NULL, PLAN_WITHIN},
        {"2026", "900001", NULL, PLAN_OVER_YEAR},
        {"2025", "600001", NULL, PLAN_OVER_YEAR},
        {"2026-10/2", "90001", NULL, PLAN_OVER_MONTH},
        {"2026-10-13", "90001", NULL, PLAN_OVER_MONTH},
        {"2026-10-13/2", "90001", NULL, PLAN_OVER_MONTH},
        {"2026-10", "90001", "gas_drained", PLAN_WITHIN},
        {"2019-10", "1", NULL, PLAN_UNKNOWN},
    };
    struct county *county = county_read_text();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct entry entry = entry_of(cases[i].period, cases[i].value, cases[i].name);
        assert_int_equal(plan_check(NULL, 0, &entry, county_mine(county, "north")).line, cases[i].line);
    }
    const struct entry entry = entry_of("2026-10", "1", NULL);
    assert_int_equal(plan_check(NULL, 0, &entry, NULL).line, PLAN_UNKNOWN);
    county_free(county);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_held_against_a_tenth_and_the_whole),
        cmocka_unit_test(the_excess_is_told_with_its_figures),
        cmocka_unit_test(a_plan_alone_is_judged_by_its_period),
    };
    setenv("TZ", "Asia/Shanghai", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
