/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/fault.h"

#include "tests/unit/simulated.h"

enum { WORDS_MAX = 12 };

static int split(char *line, char **words)
{
    int count = 0;
    for (char *at = strtok(line, " "); at && count < WORDS_MAX; at = strtok(NULL, " "))
        words[count++] = at;
    return count;
}

static bool parse(const char *text, struct fault_order *order, char *why)
{
    char line[200], *words[WORDS_MAX];
    snprintf(line, sizeof line, "%s", text);
    const int count = split(line, words);
    return fault_parse(words, count, order, why);
}

static void understands_orders(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum fault_kind kind;
        struct decimal value;
        const char *point;
        int64_t for_ms, times;
    } cases[] = {
        {"silent", FAULT_SILENT, {0, 0}, "", INT64_MAX, 0},
        {"silent for 20s", FAULT_SILENT, {0, 0}, "", 20000, 0},
        {"exception", FAULT_EXCEPTION, {4, 0}, "", INT64_MAX, 0},
        {"exception 2 point total1", FAULT_EXCEPTION, {2, 0}, "total1", INT64_MAX, 0},
        {"slow 40 times 3", FAULT_SLOW, {40, 0}, "", INT64_MAX, 3},
        {"torn", FAULT_TORN, {-65536, 0}, "", INT64_MAX, 1},
        {"torn 65536 point total2 times 2", FAULT_TORN, {65536, 0}, "total2", INT64_MAX, 2},
        {"glitch 0", FAULT_GLITCH, {0, 0}, "", INT64_MAX, 1},
        {"torn for 1s", FAULT_TORN, {-65536, 0}, "", 1000, 0},
        {"preset 4294967.000", FAULT_PRESET, {4294967000, 3}, "", INT64_MAX, 0},
        {"jump -12.5 point total1", FAULT_JUMP, {-125, 1}, "total1", INT64_MAX, 0},
        {"wrong-unit for 500ms", FAULT_WRONG_UNIT, {0, 0}, "", 500, 0},
        {"lost", FAULT_LOST, {50, 0}, "", INT64_MAX, 0},
        {"lost 200 times 3", FAULT_LOST, {200, 0}, "", INT64_MAX, 3},
        {"line-noise 8", FAULT_LINE_NOISE, {8, 0}, "", INT64_MAX, 0},
        {"noise 8", FAULT_NOISE, {8, 0}, "", INT64_MAX, 0},
        {"pull for 3s", FAULT_PULL, {0, 0}, "", 3000, 0},
        {"calibration 0 for 1min", FAULT_CALIBRATION, {0, 0}, "", 60000, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_order order;
        char why[FAULT_WHY_MAX] = "";
        assert_true(parse(cases[i].text, &order, why));
        assert_int_equal(order.kind, cases[i].kind);
        assert_int_equal(order.value.digits, cases[i].value.digits);
        assert_int_equal(order.value.places, cases[i].value.places);
        assert_string_equal(order.point, cases[i].point);
        assert_int_equal(order.for_ms, cases[i].for_ms);
        assert_int_equal(order.times, cases[i].times);
    }
}

static void refuses_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "which fault?"},
        {"sulky", "'sulky' is no fault; there are silent, exception"},
        {"silent 5", "'5' does not fit here"},
        {"exception 0", "'0' does not fit here"},
        {"exception 256", "'256' does not fit here"},
        {"exception 1.5", "'1.5' does not fit here"},
        {"slow -1", "'-1' does not fit here"},
        {"drip 5x", "'5x' does not fit here"},
        {"preset", "fault preset needs a value"},
        {"jump", "fault jump needs a value"},
        {"gauge", "fault gauge needs a value"},
        {"silent for", "'' is no duration"},
        {"silent for 20", "'20' is no duration"},
        {"silent times 0", "'times 0' is not understood"},
        {"silent times 3x", "'times 3x' is not understood"},
        {"silent until noon", "'until noon' is not understood"},
        {"reset for 5s", "'for' does not fit"},
        {"stuck times 2", "'times' does not fit"},
        {"pull times 2", "'times' does not fit"},
        {"pull point total1", "'point' does not fit"},
        {"lost 1", "'1' does not fit here"},
        {"line-noise 65", "'65' does not fit here"},
        {"line-noise 0", "'0' does not fit here"},
        {"reset times 2", "'times' does not fit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_order order;
        char why[FAULT_WHY_MAX] = "";
        assert_false(parse(cases[i].text, &order, why));
        assert_non_null(strstr(why, cases[i].reason));
    }
}

static void every_kind_has_its_words(void **state)
{
    (void)state;
    for (int kind = 0; kind < FAULT_KINDS; kind++) {
        const struct fault_form *form = fault_form((enum fault_kind)kind);
        struct fault_order order;
        char why[FAULT_WHY_MAX], text[64];
        assert_true(strlen(form->help) > 10);
        snprintf(text, sizeof text, "%s%s", form->name, form->needs_value ? " 1" : "");
        assert_true(parse(text, &order, why));
        assert_int_equal(order.kind, kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands_orders),
        cmocka_unit_test(refuses_with_a_reason),
        cmocka_unit_test(every_kind_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
