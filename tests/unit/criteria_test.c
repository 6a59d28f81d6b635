/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/criteria.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/yaml.h"
#include "tests/unit/seed.h"

static const char roster[] = "mines:\n"
                             "- name: good\n"
                             "  facts:\n"
                             "  - {fact: state, value: producing, from: 2015-01-01, source: s}\n"
                             "  - {fact: approved_capacity, value: 150, from: 2015-01-01, source: s}\n"
                             "  - {fact: safety_grade, value: second, from: 2019-01-01, source: s}\n"
                             "  - {fact: smart, value: intermediate, from: 2024-03-01, source: s}\n"
                             "  - {fact: method_110, value: false, from: 2015-01-01, source: s}\n"
                             "- name: stopped\n"
                             "  facts:\n"
                             "  - {fact: state, value: producing, from: 2015-01-01, source: s}\n"
                             "  - {fact: state, value: stopped, from: 2026-05-01, source: s}\n"
                             "  - {fact: safety_grade, value: first, from: 2019-01-01, source: s}\n"
                             "- name: unknown\n";

static struct county *county;

static int county_open_it(void **state)
{
    struct faults *faults = faults_new();
    (void)state;
    county = county_load_text(roster, strlen(roster), "roster.yaml", faults);
    faults_print(faults, stderr);
    faults_free(faults);
    return county ? 0 : -1;
}

static int county_close_it(void **state)
{
    (void)state;
    county_free(county);
    return 0;
}

static struct criteria *read(const char *text, char **said)
{
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, strlen(text), "c.yaml", faults);
    size_t length = 0;
    FILE *out = open_memstream(said, &length);
    struct criteria *criteria = document ? criteria_read(yaml_root(document), faults) : NULL;
    faults_print(faults, out);
    fclose(out);
    yaml_unload(document);
    faults_free(faults);
    return criteria;
}

static civil_day date(const char *text)
{
    civil_day day = 0;
    assert_true(civil_parse(text, &day));
    return day;
}

#define ADVANCED "{state: producing, any: [{safety_grade: first}, {efficiency_grade: special}, {smart: primary+}]}"

static void mines_meet_what_is_known_of_them(void **state)
{
    static const struct {
        const char *criteria, *mine, *day;
        bool met;
        const char *why;
    } cases[] = {
        {ADVANCED, "good", "2026-01-01", true,
         "state: producing since 2015-01-01; smart mine: intermediate since 2024-03-01"},
        {ADVANCED, "good", "2024-02-29", false,
         "safety standard: 2nd since 2019-01-01; safe and efficient not known; smart mine not known"},
        {ADVANCED, "stopped", "2026-04-30", true,
         "state: producing since 2015-01-01; safety standard: 1st since 2019-01-01"},
        {ADVANCED, "stopped", "2026-05-01", false, "state: stopped since 2026-05-01"},
        {ADVANCED, "unknown", "2026-05-01", false,
         "state not known; safety standard not known; safe and efficient not known; smart mine not known"},
        {"{smart: intermediate}", "good", "2026-01-01", true, "smart mine: intermediate since 2024-03-01"},
        {"{smart: primary}", "good", "2026-01-01", false, "smart mine: intermediate since 2024-03-01"},
        {"{smart: advanced+}", "good", "2026-01-01", false, "smart mine: intermediate since 2024-03-01"},
        {"{approved_capacity: 150+}", "good", "2026-01-01", true, "approved capacity: 150 10^4 t/a since 2015-01-01"},
        {"{approved_capacity: 150.01+}", "good", "2026-01-01", false, NULL},
        {"{approved_capacity: 120}", "good", "2026-01-01", false, NULL},
        {"{state: [building, stopped]}", "stopped", "2026-06-01", true, "state: stopped since 2026-05-01"},
        {"{not: {method_110: true}}", "good", "2026-06-01", true, "method 110: not used since 2015-01-01"},
        {"{not: {method_110: true}}", "stopped", "2026-06-01", false, "method 110 not known"},
        {"{not: {state: producing}}", "good", "2026-06-01", false, "state: producing since 2015-01-01"},
        {"{not: {state: stopped, smart: none}}", "stopped", "2026-06-01", false, NULL}, /* the second nobody knows */
        {"{not: {state: producing, smart: none}}", "stopped", "2026-06-01", true, NULL},
        {"{all: [{state: producing}, {not: {smart: none}}]}", "good", "2026-06-01", true, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said = NULL;
        struct text why = {0};
        struct criteria *criteria = read(cases[i].criteria, &said);
        const struct county_mine *mine = county_mine(county, cases[i].mine);
        if (!criteria)
            fail_msg("%s", said);
        assert_int_equal(criteria_met(criteria, mine, date(cases[i].day), LANGUAGE_EN, NULL), cases[i].met);
        assert_int_equal(criteria_met(criteria, mine, date(cases[i].day), LANGUAGE_EN, &why), cases[i].met);
        if (cases[i].why)
            assert_string_equal(why.at, cases[i].why);
        for (int kind = 0; kind < FACT_KINDS; kind++) /* what is named decided, nothing else */
            assert_int_equal(criteria_decided(criteria, mine, date(cases[i].day), (enum fact_kind)kind),
                             why.at && strstr(why.at, fact_info((enum fact_kind)kind)->title));
        criteria_free(criteria);
        text_free(&why);
        free(said);
    }
}

static void what_is_supposed_is_said(void **state)
{
    char *said = NULL;
    struct text why = {0};
    (void)state;
    struct criteria *criteria = read("{smart: primary+}", &said);
    assert_true(county_suppose(county, "unknown.smart=advanced@2026-12-01", LANGUAGE_EN, &why));
    assert_true(criteria_met(criteria, county_mine(county, "unknown"), date("2026-12-01"), LANGUAGE_EN, &why));
    assert_string_equal(why.at, "smart mine: advanced, supposed from 2026-12-01");
    criteria_free(criteria);
    text_free(&why);
    free(said);
}

static void bad_criteria_say_what_is_wrong(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"[{state: producing}]", "c.yaml:1:1: found a list, expected criteria, such as"},
        {"{}", "found a map, expected criteria"},
        {"{stat: producing}",
         "c.yaml:1:2: found the unknown key \"stat\"; did you mean \"state\"? Expected any, all, not, "},
        {"{state: produce}", "c.yaml:1:9: found \"produce\", expected one of: planned, building, producing, stopped, "},
        {"{state: producing+}", "found \"producing+\", expected one of"},
        {"{smart: [primary+, none]}", "or one value with a +"},
        {"{smart: []}", "expected a list of one or more values"},
        {"{any: {smart: none}}", "c.yaml:1:7: found a map, expected a list of criteria"},
        {"{any: []}", "expected a list of criteria"},
        {"{not: [{smart: none}]}", "found a list, expected criteria"},
        {"{approved_capacity: many}", "found \"many\", expected 10^4 t a year, such as 120; with a + for that or more"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said = NULL;
        assert_null(read(cases[i].text, &said));
        if (!strstr(said, cases[i].said))
            fail_msg("%s: found \"%s\", expected \"%s\"", cases[i].text, said, cases[i].said);
        free(said);
    }
}

/* --- trees of chance against a second judge of them --- */

enum { FALSE_, UNKNOWN_, TRUE_ };

struct draft {
    struct text text;
    int known[FACT_KINDS]; /* level; -1: nothing */
};

/* Writes a tree and returns what it should give. */
static int draw(struct draft *draft, int depth)
{
    static const enum fact_kind kinds[] = {FACT_SAFETY, FACT_EFFICIENCY, FACT_SMART};
    const int choice = depth > 2 ? 0 : rand() % 4;
    if (choice == 0) {
        const enum fact_kind kind = kinds[rand() % 3];
        const int value = rand() % 3, more = rand() % 2, known = draft->known[kind];
        text_format(&draft->text, "{%s: %s%s}", fact_info(kind)->key, fact_info(kind)->value[value], more ? "+" : "");
        return known < 0 ? UNKNOWN_ : known == value || (more && known > value) ? TRUE_ : FALSE_;
    }
    if (choice == 1) {
        text_add(&draft->text, "{not: ");
        const int child = draw(draft, depth + 1);
        text_add(&draft->text, "}");
        return TRUE_ - child;
    }
    const int children = 1 + rand() % 3;
    int least = TRUE_, most = FALSE_;
    text_format(&draft->text, "{%s: [", choice == 2 ? "any" : "all");
    for (int i = 0; i < children; i++) {
        text_add(&draft->text, i ? ", " : "");
        const int child = draw(draft, depth + 1);
        least = child < least ? child : least;
        most = child > most ? child : most;
    }
    text_add(&draft->text, "]}");
    return choice == 2 ? most : least;
}

static void trees_of_chance_are_judged_alike(void **state)
{
    (void)state;
    seed_random();
    for (int round = 0; round < 2000; round++) {
        struct draft draft = {0};
        struct county_fact fact[FACT_KINDS] = {0};
        struct county_mine mine = {.fact = fact};
        char *said = NULL;
        for (int kind = 0; kind < FACT_KINDS; kind++) {
            draft.known[kind] = rand() % 4 - 1;
            if (draft.known[kind] >= 0)
                fact[mine.facts++] =
                    (struct county_fact){.kind = (enum fact_kind)kind, .value = draft.known[kind], .to = COUNTY_OPEN};
        }
        const int expected = draw(&draft, 0);
        struct criteria *criteria = read(draft.text.at, &said);
        if (!criteria)
            fail_msg("%s: %s", draft.text.at, said);
        if (criteria_met(criteria, &mine, 1, LANGUAGE_EN, NULL) != (expected == TRUE_))
            fail_msg("%s: found otherwise than %d", draft.text.at, expected);
        criteria_free(criteria);
        text_free(&draft.text);
        free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mines_meet_what_is_known_of_them),
        cmocka_unit_test(what_is_supposed_is_said),
        cmocka_unit_test(bad_criteria_say_what_is_wrong),
        cmocka_unit_test(trees_of_chance_are_judged_alike),
    };
    return cmocka_run_group_tests(tests, county_open_it, county_close_it);
}
