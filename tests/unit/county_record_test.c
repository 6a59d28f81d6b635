/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/county_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

static struct text told;

static void tell(void *context, const struct county_change *change)
{
    (void)context;
    text_format(&told, "%s|%s|%s|%s\n", change->mine, change->about, change->before ? change->before : "none",
                change->after ? change->after : "none");
}

static void a_roster_is_recorded_line_by_line(void **state)
{
    static const char roster[] =
        "mines:\n- name: a\n  title: {en: A, zh: 甲}\n  simulated: true\n  site: b\n"
        "  facts:\n  - {fact: smart, value: primary, from: 2022-01-01, to: 2025-01-01, source: s, definition: d}\n"
        "  - {fact: approved_capacity, value: 120.50, from: 2021-05-01, source: s}\n"
        "  faces:\n  - {name: f 1, kind: heading, smart_from: 2024-03-01, closed: 2025-01-01, source: s,\n"
        "     method_110: [{from: 2024-01-01, to: 2025-01-01, pillar_m: 10, length_m: 10, height_m: 1, density: 1,\n"
        "       recovery: 50 %}]}\n"
        "  projects:\n  - {indicator: i, step: begins, on: 2026-07-01, reached: true, source: s}\n"
        "  - {indicator: i, step: accepted, year: 2024/25, source: s}\n";
    static const char expected[] = "a title\tA, 甲\n"
                                   "a simulated\ttrue\n"
                                   "a site\tb\n"
                                   "a approved_capacity from 2021-05-01\t120.5; s\n"
                                   "a smart from 2022-01-01\tprimary to 2025-01-01; s: d\n"
                                   "a face f 1\theading, smart from 2024-03-01, closed 2025-01-01; s\n"
                                   "a face f 1 method_110 from 2024-01-01\t50000 kg to 2025-01-01\n"
                                   "a project i begins\treached 2026-07-01; s\n"
                                   "a project i accepted\tintended 2024/25; s\n";
    struct faults *faults = faults_new();
    struct text record = {0};
    (void)state;
    struct county *county = county_load_text(roster, strlen(roster), "roster.yaml", faults);
    faults_print(faults, stderr);
    assert_non_null(county);
    county_record(county, &record);
    assert_string_equal(record.at, expected);
    assert_int_equal(county_changes(record.at, record.at, tell, NULL), 0);
    county_free(county);
    text_free(&record);
    faults_free(faults);
}

static void what_differs_is_told(void **state)
{
    static const struct {
        const char *before, *after, *told;
    } cases[] = {
        {"", "", ""},
        {"", "a smart\tx\n", "a|a smart|none|x\n"},
        {"a smart\tx\n", "", "a|a smart|x|none\n"},
        {"a smart\tx\nb smart\ty\n", "b smart\tz\na smart\tx\n", "b|b smart|y|z\n"},
        {"a p\tx\na p\ty\n", "a p\tx\na p\tz\n", "a|a p|y|z\n"},
        {"a p\tx\na p\ty\n", "a p\tx\n", "a|a p|y|none\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&told);
        county_changes(cases[i].before, cases[i].after, tell, NULL);
        assert_string_equal(told.at ? told.at : "", cases[i].told);
    }
}

/* Lines of chance, some changed: as many are told as were. */
static void changes_of_chance_are_counted(void **state)
{
    (void)state;
    seed_random();
    for (int round = 0; round < 500; round++) {
        struct text before = {0}, after = {0};
        size_t changed = 0;
        text_add(&before, "");
        text_add(&after, "");
        for (int line = rand() % 30; line > 0; line--) {
            const int what = rand() % 5; /* gone, new, otherwise, as it was */
            changed += what < 3;
            if (what != 1)
                text_format(&before, "m%d smart\t%d\n", line, line);
            if (what != 0)
                text_format(&after, "m%d smart\t%d\n", line, what == 2 ? -line : line);
        }
        assert_int_equal(county_changes(before.at, after.at, tell, NULL), changed);
        text_free(&before);
        text_free(&after);
    }
    text_free(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_roster_is_recorded_line_by_line),
        cmocka_unit_test(what_differs_is_told),
        cmocka_unit_test(changes_of_chance_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
