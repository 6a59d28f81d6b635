/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/display.h"

static void width_is_that_of_a_screen(void **state)
{
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {
        {"", 0},       {"belt-1", 6},           {"零点班", 6},       {"模拟B", 5},
        {"（吨）", 6}, {"e\xcc\x81", 1},        {"\xff\xfe", 2},     {"é", 1},
        {"한", 2},     {"\xf0\xa0\x80\x80", 2}, {"\xe2\x80\x8b", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_width(cases[i].text), cases[i].width);
}

static void lines_end_at_spaces_and_after_wide_characters(void **state)
{
    static const struct {
        const char *text;
        size_t columns, fits;
    } cases[] = {
        {"", 5, 0},           {"one two", 7, 7},      {"one two", 6, 4},  {"one two", 3, 3},  {"unbroken", 4, 4},
        {"班次 2026", 6, 7},  {"零点班", 5, 6},       {"零点班", 1, 3},   {"a零b", 3, 4},     {"x", 0, 1},
        {"e\xcc\x81t", 1, 3}, {"\xff\xfe\xfd", 2, 2}, {"零点，八", 4, 3}, {"零（吨）", 4, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_fit(cases[i].text, cases[i].columns), cases[i].fits);
}

static void a_column_within_a_page_is_folded(void **state)
{
    static const char *const page = "what         value  do\n"
                                    "month over   103 %  ack\n"
                                    "capacity in\n"
                                    "October\n"
                                    "年产超能力   90 %\n"
                                    "短                  ack\n";
    (void)state;
    struct table *table = table_new();
    struct text out = {0};
    table_column(table, "what", "what", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "value", "value", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "do", "do", COLUMN_TEXT, COLUMN_BOTH);
    table_fold_column(table, 23, 0);
    static const char *const rows[][3] = {
        {"month over capacity in October", "103 %", "ack"}, {"年产超能力", "90 %", ""}, {"短", "", "ack"}};
    for (size_t r = 0; r < 3; r++) {
        table_row(table);
        for (size_t c = 0; c < 3; c++)
            table_text(table, rows[r][c]);
    }
    assert_true(table_render(table, TABLE_PAGE, false, &out));
    assert_string_equal(out.at, page);
    text_free(&out);
    table_free(table);
}

static void a_folded_page_goes_on_below_its_last_column(void **state)
{
    static const char *const page = "mine    why\n"
                                    "sim-a   the display was read\n"
                                    "        at change\n"
                                    "模拟乙  短\n";
    (void)state;
    struct table *table = table_new();
    struct text out = {0};
    table_column(table, "mine", "mine", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "why", "why", COLUMN_TEXT, COLUMN_BOTH);
    table_fold(table, 28);
    table_row(table);
    table_text(table, "sim-a");
    table_text(table, "the display was read at change");
    table_row(table);
    table_text(table, "模拟乙");
    table_text(table, "短");
    assert_true(table_render(table, TABLE_PAGE, false, &out));
    assert_string_equal(out.at, page);
    text_clear(&out);
    assert_true(table_render(table, TABLE_CSV, false, &out));
    assert_string_equal(out.at, "mine,why\r\nsim-a,the display was read at change\r\n模拟乙,短\r\n");
    text_free(&out);
    table_free(table);
}

static void what_comes_from_outside_is_cleaned(void **state)
{
    static const struct {
        const char *text, *clean;
    } cases[] = {
        {"示例煤矿", "示例煤矿"},
        {"a\033[31mb\n", "a?[31mb?"},
        {"\xe7\xa4", "??"},        /* cut */
        {"\xc0\x80", "??"},        /* overlong */
        {"\xed\xa0\x80x", "???x"}, /* half of a pair */
        {"a\xe2\x80\xae"
         "b",
         "a?b"},           /* turns the direction of writing */
        {"\xc2\x9b", "?"}, /* a control sequence in one character */
    };
    char out[32];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clean(cases[i].text, out, sizeof out);
        assert_string_equal(out, cases[i].clean);
    }
    text_clean("矿矿", out, 6); /* one and a half fit: one */
    assert_string_equal(out, "矿");
}

static struct table *sample(void)
{
    struct table *table = table_new();
    table_column(table, "mine", "煤矿", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "hidden", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "amount", "日产", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "empty", "never filled", COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "quality", "质量", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_row(table);
    table_text(table, "sim-a");
    table_text(table, "=1+1");
    table_cell(table, "1,104", "1104.250");
    table_text(table, "");
    table_cell(table, "实测", "measured");
    table_switch(table, true);
    table_row(table);
    table_text(table, "a \"b\", c");
    table_text(table, "-");
    table_none(table);
    table_text(table, "");
    table_text(table, "");
    table_switch(table, false);
    table_row(table);
    table_row_page_only(table);
    table_text(table, "合计");
    table_text(table, "");
    table_cell(table, "9", "9.000");
    return table;
}

static void columns_of_a_page_align(void **state)
{
    struct table *table = sample();
    struct text out = {0};
    (void)state;
    assert_true(table_render(table, TABLE_PAGE, false, &out));
    assert_string_equal(out.at, "煤矿       日产  质量\n"
                                "sim-a     1,104  实测\n"
                                "a \"b\", c      -\n"
                                "合计          9\n");
    text_free(&out);
    table_free(table);
}

static void csv_is_that_of_rfc_4180_and_no_formula(void **state)
{
    struct table *table = sample();
    struct text out = {0};
    (void)state;
    assert_true(table_render(table, TABLE_CSV, false, &out));
    assert_string_equal(out.at, "mine,hidden,amount,quality,simulated\r\n"
                                "sim-a,\"'=1+1\",1104.250,measured,true\r\n"
                                "\"a \"\"b\"\", c\",\"'-\",,,false\r\n");
    text_free(&out);
    table_free(table);
}

static void a_negative_number_is_no_formula(void **state)
{
    struct table *table = table_new();
    struct text out = {0};
    (void)state;
    table_column(table, "pace", "pace", COLUMN_NUMBER, COLUMN_BOTH);
    table_row(table);
    table_cell(table, "-2.5", "-2.500");
    assert_true(table_render(table, TABLE_CSV, false, &out));
    assert_string_equal(out.at, "pace\r\n-2.500\r\n");
    text_free(&out);
    table_free(table);
}

static void json_has_the_same_rows(void **state)
{
    struct table *table = sample();
    struct text out = {0};
    (void)state;
    table_fact(table, "report", "day");
    table_fact_json(table, "simulated", "true");
    assert_true(table_render(table, TABLE_JSON, false, &out));
    assert_string_equal(out.at, "{\"report\":\"day\",\"simulated\":true,\"rows\":[\n"
                                "{\"mine\":\"sim-a\",\"hidden\":\"=1+1\",\"amount\":1104.250,\"quality\":\"measured\","
                                "\"simulated\":true},\n"
                                "{\"mine\":\"a \\\"b\\\", c\",\"hidden\":\"-\",\"amount\":null,\"quality\":\"\","
                                "\"simulated\":false}]}\n");
    text_free(&out);
    table_free(table);
}

static void colour_marks_cells_and_changes_no_width(void **state)
{
    struct table *table = table_new();
    struct text out = {0};
    (void)state;
    table_column(table, "a", "a", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "b", "b", COLUMN_TEXT, COLUMN_BOTH);
    table_row(table);
    table_text(table, "x");
    table_mark(table, MARK_RED);
    table_text(table, "y");
    assert_true(table_render(table, TABLE_PAGE, true, &out));
    assert_string_equal(out.at, "\033[1ma  b\033[0m\n\033[1;31mx\033[0m  y\n");
    text_free(&out);
    table_free(table);
}

static void too_many_cells_are_told(void **state)
{
    struct table *table = table_new();
    struct text out = {0};
    (void)state;
    table_column(table, "a", "a", COLUMN_TEXT, COLUMN_BOTH);
    table_row(table);
    table_text(table, "x");
    table_text(table, "y");
    assert_false(table_render(table, TABLE_PAGE, false, &out));
    text_free(&out);
    table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width_is_that_of_a_screen),
        cmocka_unit_test(lines_end_at_spaces_and_after_wide_characters),
        cmocka_unit_test(a_column_within_a_page_is_folded),
        cmocka_unit_test(a_folded_page_goes_on_below_its_last_column),
        cmocka_unit_test(what_comes_from_outside_is_cleaned),
        cmocka_unit_test(columns_of_a_page_align),
        cmocka_unit_test(csv_is_that_of_rfc_4180_and_no_formula),
        cmocka_unit_test(a_negative_number_is_no_formula),
        cmocka_unit_test(json_has_the_same_rows),
        cmocka_unit_test(colour_marks_cells_and_changes_no_width),
        cmocka_unit_test(too_many_cells_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
