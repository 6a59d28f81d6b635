/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/county.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

static civil_day date(const char *text)
{
    civil_day day;
    assert_true(civil_parse(text, &day));
    return day;
}

/* The faults of a roster, as they are printed; NULL where it has none. The caller frees them. */
static char *faults_of(const char *text, struct county **county)
{
    struct faults *faults = faults_new();
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    *county = county_load_text(text, strlen(text), "roster.yaml", faults);
    faults_print(faults, out);
    fclose(out);
    faults_free(faults);
    if (length > 0)
        return said;
    free(said);
    return NULL;
}

static struct county *good(const char *text)
{
    struct county *county;
    char *said = faults_of(text, &county);
    if (said)
        fail_msg("%s", said);
    assert_non_null(county);
    return county;
}

static const char sim_a[] =
    "mines:\n"
    "  - name: sim-a\n"
    "    title: {en: Sim A, zh: 模拟A}\n"
    "    simulated: true\n"
    "    facts:\n"
    "      - {fact: approved_capacity, value: 120, from: 2021-05-01, to: 2027-01-01, source: a, definition: d}\n"
    "      - {fact: designed_capacity, value: 90.5, from: 2015-01-01, source: b}\n"
    "      - {fact: safety_grade, value: third, from: 2015-01-01, source: c}\n"
    "      - {fact: safety_grade, value: first, from: 2020-07-01, to: 2023-07-01, source: d}\n"
    "      - {fact: smart, value: primary, from: 2022-01-01, source: e}\n"
    "      - {fact: smart, value: intermediate, from: 2025-03-01, source: f}\n"
    "      - {fact: method_110, value: true, from: 2019-01-01, source: g}\n"
    "      - {fact: state, value: producing, from: 2015-01-01, source: h}\n"
    "    faces:\n"
    "      - name: \"3105\"\n"
    "        kind: mining\n"
    "        smart_from: 2024-03-01\n"
    "        method_110:\n"
    "          - {from: 2026-01-01, to: 2026-07-01, pillar_m: 20, length_m: 800.5, height_m: 3.2, density: 1.38,\n"
    "             recovery: 95 %}\n"
    "        source: i\n"
    "    projects:\n"
    "      - {indicator: seam-adding, step: begins, on: 2026-07-01, reached: true, source: j}\n"
    "      - {indicator: lower-seams, step: accepted, year: 2026, source: k}\n";

static void facts_hold_from_day_to_day(void **state)
{
    static const struct {
        enum fact_kind kind;
        const char *day;
        int64_t value; /* -1: nothing is known */
    } cases[] = {
        {FACT_APPROVED, "2021-04-30", -1},
        {FACT_APPROVED, "2021-05-01", 120 * COUNTY_10KT_KG},
        {FACT_APPROVED, "2026-12-31", 120 * COUNTY_10KT_KG},
        {FACT_APPROVED, "2027-01-01", -1},
        {FACT_DESIGNED, "2030-01-01", 905 * COUNTY_10KT_KG / 10},
        {FACT_SAFETY, "2014-12-31", -1},
        {FACT_SAFETY, "2020-06-30", SAFETY_THIRD},
        {FACT_SAFETY, "2020-07-01", SAFETY_FIRST},
        {FACT_SAFETY, "2023-06-30", SAFETY_FIRST},
        {FACT_SAFETY, "2023-07-01", -1}, /* what held before the first grade does not come back */
        {FACT_SMART, "2025-02-28", SMART_PRIMARY},
        {FACT_SMART, "2025-03-01", SMART_INTERMEDIATE},
        {FACT_METHOD_110, "2026-01-01", 1},
        {FACT_BACKFILL, "2026-01-01", -1},
        {FACT_STATE, "2026-01-01", MINE_PRODUCING},
    };
    (void)state;
    struct county *county = good(sim_a);
    const struct county_mine *mine = county_mine(county, "sim-a");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct county_fact *fact = county_fact(mine, cases[i].kind, date(cases[i].day));
        assert_int_equal(fact ? fact->value : -1, cases[i].value);
    }
    assert_null(county_mine(county, "sim-b"));
    assert_null(county_fact(NULL, FACT_STATE, 0));
    county_free(county);
}

static void the_rest_of_a_mine_is_read(void **state)
{
    (void)state;
    struct county *county = good(sim_a);
    const struct county_mine *mine = county_mine(county, "sim-a");
    int64_t capacity = 0;
    assert_true(mine->simulated);
    assert_string_equal(mine->title_zh, "模拟A");
    assert_true(county_capacity(mine, date("2020-01-01"), &capacity)); /* before the approved one */
    assert_int_equal(capacity, 905 * COUNTY_10KT_KG / 10);
    assert_true(county_capacity(mine, date("2026-01-01"), &capacity));
    assert_int_equal(capacity, 120 * COUNTY_10KT_KG);
    assert_false(county_capacity(mine, date("2014-01-01"), &capacity));
    assert_true(county_state(mine, date("2026-01-01"), MINE_PRODUCING));
    assert_false(county_state(mine, date("2026-01-01"), MINE_STOPPED));
    assert_false(county_state(NULL, 0, MINE_PRODUCING));
    assert_int_equal(mine->faces, 1);
    assert_string_equal(mine->face[0].name, "3105");
    assert_int_equal(mine->face[0].closed, COUNTY_OPEN);
    /* 20 x 800.5 x 3.2 x 1.38 x 0.95 = 67,165.152 t */
    assert_int_equal(mine->face[0].stretch[0].coal_kg, 67165152);
    assert_int_equal(mine->projects, 2);
    assert_false(county_project_reached(&mine->project[0], date("2026-06-30")));
    assert_true(county_project_reached(&mine->project[0], date("2026-07-01")));
    assert_false(county_project_reached(&mine->project[1], COUNTY_OPEN - 1));
    assert_string_equal(mine->project[0].year, "2026");
    county_free(county);
}

static void a_mine_has_one_site(void **state)
{
    static const char roster[] = "mines:\n- {name: a}\n- {name: b, site: a}\n- {name: c, site: office-2}\n";
    static const struct {
        const char *mine, *site;
    } cases[] = {{"a", "a"}, {"b", "a"}, {"c", "office-2"}};
    struct county *county = good(roster);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(county_site(county, cases[i].mine), cases[i].site);
    assert_null(county_site(county, "office-2"));
    assert_null(county_site(NULL, "a"));
    county_free(county);
}

static void every_fault_is_said_with_its_place(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"mines: 5\n", "roster.yaml:1:8: found \"5\", expected a list\n"},
        {"mine: []\n", "roster.yaml:1:1: found the unknown key \"mine\""},
        {"mines:\n- {name: A}\n", "roster.yaml:2:10: found \"A\", expected a name of"},
        {"mines:\n- {name: a, site: County}\n", "roster.yaml:2:19: found \"County\", expected a name of"},
        {"mines:\n- {name: a, site: county}\n", "roster.yaml:2:19: the name \"county\" is reserved"},
        {"mines:\n- {name: a}\n- {name: a}\n", "roster.yaml:3:3: found the mine \"a\" again; it also stands in line 2"},
        {"mines:\n- {name: a, facts: [{fact: smrt, value: primary, from: 2026-01-01, source: s}]}\n",
         "roster.yaml:2:28: found \"smrt\", expected one of"},
        {"mines:\n- {name: a, facts: [{fact: smart, value: primry, from: 2026-01-01, source: s}]}\n",
         "roster.yaml:2:42: found \"primry\", expected one of: none, primary, intermediate, advanced"},
        {"mines:\n- {name: a, facts: [{fact: approved_capacity, value: 0, from: 2026-01-01, source: s}]}\n",
         "found \"0\", expected 10^4 t a year, such as 120"},
        {"mines:\n- {name: a, facts: [{fact: approved_capacity, value: 1.00000001, from: 2026-01-01, source: s}]}\n",
         "expected 10^4 t a year"},
        {"mines:\n- {name: a, facts: [{fact: backfill, value: yes, from: 2026-01-01, source: s}]}\n",
         "found \"yes\", expected one of: false, true"},
        {"mines:\n- {name: a, facts: [{fact: smart, value: none, from: 2026-02-30, source: s}]}\n",
         "found \"2026-02-30\", expected a date such as 2026-10-13"},
        {"mines:\n- {name: a, facts: [{fact: smart, value: none, from: 2026-02-03, to: 2026-02-03, source: s}]}\n",
         "before it begins, expected a later day"},
        {"mines:\n- {name: a, facts: [{fact: smart, value: none, from: 2026-02-03}]}\n", "source"},
        {"mines:\n- {name: a, facts: [{fact: smart, value: none, from: 2026-02-03, source: s},\n"
         "    {fact: smart, value: primary, from: 2026-02-03, source: s}]}\n",
         "roster.yaml:3:5: a: smart is primary here, and none in line 2 of roster.yaml, on 2026-02-03"},
        {"mines:\n- {name: a, facts: [{fact: state, value: building, from: 2020-01-01, to: 2022-01-01, source: s},\n"
         "    {fact: state, value: producing, from: 2021-01-01, source: s}]}\n",
         "roster.yaml:3:5: a: state is producing here, and building in line 2 of roster.yaml, on 2021-01-01"},
        {"mines:\n- {name: a, projects: [{indicator: i, step: begins, source: s}]}\n",
         "found neither on: nor year:, expected one of them"},
        {"mines:\n- {name: a, projects: [{indicator: i, step: begins, on: 2026-01-01, year: 2026, source: s}]}\n",
         "found on: and year:, expected one of them"},
        {"mines:\n- {name: a, projects: [{indicator: i, step: begins, year: 2026, reached: true, source: s}]}\n",
         "found reached: true without its day"},
        {"mines:\n- {name: a, projects: [{indicator: i, step: begin, year: 2026, source: s}]}\n",
         "found \"begin\", expected one of"},
        {"mines:\n- {name: a, projects: [{indicator: i, step: begins, year: 26, source: s}]}\n",
         "found \"26\", expected a year such as 2026 or 2024/25"},
        {"mines:\n- {name: a, faces: [{name: f, kind: mining, source: s}, {name: f, kind: heading, source: s}]}\n",
         "found the face \"f\" again"},
        {"mines:\n- {name: a, faces: [{name: f, kind: digging, source: s}]}\n", "found \"digging\", expected one of"},
        {"mines:\n- {name: a, faces: [{name: f, kind: mining, source: s, method_110: [{from: 2026-01-01, to: "
         "2026-02-01, pillar_m: 0, length_m: 1, height_m: 1, density: 1, recovery: 95 %}]}]}\n",
         "found lengths that cannot be"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct county *county;
        char *said = faults_of(cases[i].text, &county);
        assert_null(county);
        assert_non_null(said);
        if (!strstr(said, cases[i].said))
            fail_msg("case %zu: found \"%s\", expected \"%s\"", i, said, cases[i].said);
        free(said);
    }
}

static void all_faults_come_at_once(void **state)
{
    struct county *county;
    (void)state;
    char *said = faults_of("mines:\n- {name: a, facts: [{fact: smart, value: x, from: y}]}\n- {nam: b}\n", &county);
    assert_null(county);
    assert_non_null(strstr(said, "roster.yaml:2:42: "));
    assert_non_null(strstr(said, "roster.yaml:2:51: "));
    assert_non_null(strstr(said, "source"));
    assert_non_null(strstr(said, "the unknown key \"nam\""));
    free(said);
}

/* --- two files --- */

static char paths[2][32];

static struct county *two(const char *seeds, const char *own, char **said)
{
    const char *const texts[] = {seeds, own};
    struct faults *faults = faults_new();
    size_t length = 0;
    for (int i = 0; i < 2; i++) {
        strcpy(paths[i], "/tmp/county_test.XXXXXX");
        const int file = mkstemp(paths[i]);
        assert_true(file >= 0);
        assert_int_equal(write(file, texts[i], strlen(texts[i])), strlen(texts[i]));
        close(file);
    }
    struct county *county = county_load(paths[0], paths[1], faults);
    FILE *out = open_memstream(said, &length);
    faults_print(faults, out);
    fclose(out);
    faults_free(faults);
    unlink(paths[0]);
    unlink(paths[1]);
    return county;
}

static void the_own_file_adds_to_the_seeds(void **state)
{
    static const char seeds[] =
        "mines:\n- {name: b, facts: [{fact: smart, value: none, from: 2020-01-01, source: s}]}\n- {name: a}\n";
    static const char own[] = "mines:\n- {name: b, title: {en: B}, facts: [{fact: smart, value: primary, from: "
                              "2021-01-01, source: o}]}\n- {name: c, simulated: true}\n";
    char *said;
    (void)state;
    struct county *county = two(seeds, own, &said);
    assert_string_equal(said, "");
    assert_int_equal(county->mines, 3);
    const struct county_mine *mine = county_mine(county, "b");
    assert_string_equal(mine->title_zh, "B");
    assert_int_equal(mine->facts, 2);
    assert_int_equal(county_fact(mine, FACT_SMART, date("2020-12-31"))->value, SMART_NONE);
    assert_int_equal(county_fact(mine, FACT_SMART, date("2021-01-01"))->value, SMART_PRIMARY);
    assert_string_equal(county_fact(mine, FACT_SMART, date("2021-01-01"))->place.file, paths[1]);
    assert_true(county_mine(county, "c")->simulated);
    char hash[DIGEST_HEX_BYTES], same[DIGEST_HEX_BYTES];
    assert_true(county_file_hash(&county->file[1], hash) && digest_hex(own, strlen(own), same));
    assert_string_equal(hash, same);
    free(said);
    county_free(county);
}

static void files_that_contradict_each_other_are_told(void **state)
{
    static const struct {
        const char *seeds, *own, *said;
    } cases[] = {
        {"mines:\n- {name: a, facts: [{fact: smart, value: none, from: 2020-01-01, source: s}]}\n",
         "mines:\n- {name: a, facts: [{fact: smart, value: primary, from: 2020-01-01, source: s}]}\n", "a: smart is "},
        {"mines:\n- {name: a, simulated: true}\n", "mines: []\n", "the published texts name real mines only"},
        {"mines:\n- {name: a}\n", "mines:\n- {name: a, simulated: true}\n",
         "mine \"a\" is simulated here and real in line 2 of"},
        {"mines: []\n", "mines:\n- 5\n", ":2:3: found \"5\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said;
        assert_null(two(cases[i].seeds, cases[i].own, &said));
        if (!strstr(said, cases[i].said))
            fail_msg("case %zu: found \"%s\", expected \"%s\"", i, said, cases[i].said);
        free(said);
    }
}

/* --- what if --- */

static void suppositions_hold_in_place_of_what_is_known(void **state)
{
    struct text why = {0};
    (void)state;
    struct county *county = good(sim_a);
    const struct county_mine *mine = county_mine(county, "sim-a");
    assert_true(county_suppose(county, "sim-a.smart=advanced@2024-06-01", LANGUAGE_EN, &why));
    assert_true(county_suppose(county, "sim-a.smart=none@2024-01-01", LANGUAGE_EN, &why));
    assert_true(county_suppose(county, "sim-a.approved_capacity=150@2026-06-01", LANGUAGE_EN, &why));
    assert_int_equal(why.length, 0);
    assert_int_equal(county_fact(mine, FACT_SMART, date("2023-12-31"))->value, SMART_PRIMARY);
    assert_int_equal(county_fact(mine, FACT_SMART, date("2024-01-01"))->value, SMART_NONE);
    assert_int_equal(county_fact(mine, FACT_SMART, date("2025-03-01"))->value, SMART_ADVANCED);
    assert_true(county_fact(mine, FACT_SMART, date("2025-03-01"))->supposed);
    assert_int_equal(county_fact(mine, FACT_APPROVED, date("2027-03-01"))->value, 150 * COUNTY_10KT_KG);
    county_free(county);
    text_free(&why);
}

static void bad_suppositions_say_what_is_wrong(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"sim-a.smart=advanced", "found \"sim-a.smart=advanced\", expected MINE.FACT=VALUE@DATE, such as "},
        {"sim-a", "expected MINE.FACT=VALUE@DATE"},
        {"sim-a.=advanced@2026-01-01", "expected MINE.FACT=VALUE@DATE"},
        {"sim-b.smart=advanced@2026-01-01", "the roster has no mine \"sim-b\"; did you mean \"sim-a\"?"},
        {"nobody-knows.smart=advanced@2026-01-01", "no mine \"nobody-knows\"; coaltally roster lists them"},
        {"sim-a.smarts=advanced@2026-01-01", "found \"smarts\", expected one of: approved_capacity, "},
        {"sim-a.smart=clever@2026-01-01",
         "smart: found \"clever\", expected one of: none, primary, intermediate, advanced"},
        {"sim-a.approved_capacity=-5@2026-01-01", "approved_capacity: found \"-5\", expected 10^4 t a year"},
        {"sim-a.smart=none@soon", "found \"soon\", expected a date like 2026-12-01"},
        {"sim-a.state=stopped@2026-05-01", "state of sim-a is supposed to be two things on 2026-05-01"},
    };
    struct text why = {0};
    (void)state;
    struct county *county = good(sim_a);
    assert_true(county_suppose(county, "sim-a.state=closed@2026-05-01", LANGUAGE_EN, &why));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&why);
        assert_false(county_suppose(county, cases[i].text, LANGUAGE_EN, &why));
        if (!strstr(why.at, cases[i].why))
            fail_msg("%s: found \"%s\", expected \"%s\"", cases[i].text, why.at, cases[i].why);
    }
    county_free(county);
    text_free(&why);
}

/* --- against a model: on each day the last fact that has begun, as long as it holds --- */

static const char *const smart_words[] = {"none", "primary", "intermediate", "advanced"};

static void random_facts_hold_as_a_table_of_days_says(void **state)
{
    enum { DAYS = 60, ROUNDS = 300 };
    const civil_day first = date("2026-01-01");
    (void)state;
    seed_random();
    for (int round = 0; round < ROUNDS; round++) {
        int known[DAYS]; /* -1: nothing */
        struct text text = {0};
        int day = rand() % 10;
        memset(known, -1, sizeof known);
        text_add(&text, "mines:\n- name: a\n  facts:\n");
        while (day < DAYS) {
            const int value = rand() % 4, length = 1 + rand() % 15, pause = rand() % 3 ? 0 : rand() % 5;
            const bool ends = pause > 0 || rand() % 2;
            char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
            civil_format(first + day, from);
            civil_format(first + day + length, to);
            text_format(&text, "  - {fact: smart, value: %s, from: %s, %s%s%ssource: s}\n", smart_words[value], from,
                        ends ? "to: " : "", ends ? to : "", ends ? ", " : "");
            for (int d = day; d < DAYS; d++)
                known[d] = !ends || d < day + length ? value : -1;
            day += length + pause;
        }
        struct county *county = good(text.at);
        for (int d = 0; d < DAYS; d++) {
            const struct county_fact *fact = county_fact(county_mine(county, "a"), FACT_SMART, first + d);
            assert_int_equal(fact ? fact->value : -1, known[d]);
        }
        county_free(county);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_hold_from_day_to_day),
        cmocka_unit_test(the_rest_of_a_mine_is_read),
        cmocka_unit_test(a_mine_has_one_site),
        cmocka_unit_test(every_fault_is_said_with_its_place),
        cmocka_unit_test(all_faults_come_at_once),
        cmocka_unit_test(the_own_file_adds_to_the_seeds),
        cmocka_unit_test(files_that_contradict_each_other_are_told),
        cmocka_unit_test(suppositions_hold_in_place_of_what_is_known),
        cmocka_unit_test(bad_suppositions_say_what_is_wrong),
        cmocka_unit_test(random_facts_hold_as_a_table_of_days_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
