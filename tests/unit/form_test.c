/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/column_sum.h"
#include "collector/comparison.h"
#include "collector/display.h"

/* A form of one part whose mine has this title: two rows and their total. */
static void form_fill(struct form *form, const char *title, enum language language)
{
    static const char *const keys[] = {"mine", "done", "change_percent"};
    *form = (struct form){.language = language, .report = "day", .parts = 1};
    snprintf(form->title, sizeof form->title, "daily report");
    snprintf(form->place, sizeof form->place, "%s", title);
    snprintf(form->period, sizeof form->period, "2026-10-13");
    snprintf(form->made, sizeof form->made, "2026-10-14 08:00:00");
    snprintf(form->chain, sizeof form->chain, "0123456789abcdef0123456789abcdef");
    snprintf(form->part[0].heading, sizeof form->part[0].heading, "raw coal");
    snprintf(form->part[0].unit, sizeof form->part[0].unit, "t");
    text_format(&form->part[0].below, "%s below\n", title);
    text_format(&form->notes, "*1 a note\n");
    struct table *table = form->part[0].table = table_new();
    table_column(table, keys[0], "mine", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, keys[1], "done", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, keys[2], "change %", COLUMN_NUMBER, COLUMN_BOTH);
    table_row(table);
    table_text(table, title);
    table_amount(table, -1234567890, (struct amount_style){3, 0});
    table_cell(table, "-16.7 %", "-16.7");
    table_row(table);
    table_text(table, "plain");
    table_none(table);
    table_cell(table, "+5.0 %", "5.0");
    table_row(table);
    table_row_page_only(table);
    table_mark(table, MARK_STRONG);
    table_text(table, "total");
    table_amount(table, -1234567890, (struct amount_style){3, 0});
}

static char *rendered(const struct form *form, enum form_format format, struct text *out)
{
    text_clear(out);
    assert_true(form_render(form, format, false, out));
    return out->at;
}

/* --- spreadsheets --- */

/* The next field of CSV as a spreadsheet reads it; NULL at the end of the line. */
static const char *field_read(const char *at, char *field, size_t size)
{
    size_t length = 0;
    const bool quoted = *at == '"';
    for (at += quoted; *at && (quoted || (*at != ',' && *at != '\r')); at++) {
        if (quoted && *at == '"' && *++at != '"')
            break;
        assert_true(length + 1 < size);
        field[length++] = *at;
    }
    field[length] = '\0';
    return *at == ',' ? at + 1 : NULL;
}

static bool is_number(const char *field)
{
    return *field && strspn(field, "-.0123456789") == strlen(field) && strrchr(field, '-') <= field;
}

/* Each field of a spreadsheet: it begins no formula, or it is a number. Returns how many there are. */
static size_t fields_judge(const char *csv)
{
    size_t fields = 0;
    char field[512];
    for (const char *line = csv; *line; line = strstr(line, "\r\n") + 2) {
        assert_non_null(strstr(line, "\r\n"));
        for (const char *at = line; at; fields++) {
            at = field_read(at, field, sizeof field);
            assert_true(!*field || !strchr("=+-@\t\r", *field) || is_number(field));
        }
    }
    return fields;
}

static void no_cell_is_a_formula(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "=HYPERLINK(\"x\")", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "=a,\"b\"", "=北山", "plain"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct form form;
        struct text out = {0};
        form_fill(&form, hostile[i], LANGUAGE_EN);
        const char *csv = rendered(&form, FORM_SPREADSHEET, &out);
        assert_memory_equal(csv, "\xEF\xBB\xBF", 3);
        assert_int_equal(fields_judge(csv + 3), 21);
        assert_non_null(strstr(csv, "-1234568,-16.7\r\n"));  /* numbers stay numbers, */
        assert_non_null(strstr(csv, "plain,,5.0\r\n"));      /* without signs and commas, */
        assert_non_null(strstr(csv, "total,-1234568,\r\n")); /* totals too */
        fields_judge(rendered(&form, FORM_CSV, &out));
        assert_null(strstr(out.at, "total"));
        assert_non_null(strstr(out.at, "-1234567.890,-16.7\r\n"));
        text_free(&out);
        form_free(&form);
    }
}

/* --- pages --- */

static void a_wide_page_goes_on_below(void **state)
{
    (void)state;
    struct form form = {.language = LANGUAGE_ZH, .report = "day", .parts = 1};
    struct text out = {0};
    char titles[20][32];
    struct table *table = form.part[0].table = table_new();
    table_column(table, "rank", "排名", COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "mine", "煤矿", COLUMN_TEXT, COLUMN_BOTH);
    for (int i = 0; i < 20; i++) {
        snprintf(titles[i], sizeof titles[i], "第%d列的数字", i);
        table_column(table, titles[i], titles[i], COLUMN_NUMBER, COLUMN_BOTH);
    }
    for (int row = 0; row < 3; row++) {
        table_row(table);
        table_integer(table, row + 1);
        table_text(table, row ? "山西柳林某某煤业有限公司" : "A");
        for (int i = 0; i < 20; i++)
            table_integer(table, 1000 * row + i);
    }
    form.part[0].key = 1;
    rendered(&form, FORM_PAGE, &out);
    size_t mines = 0, found = 0;
    for (char *rest = out.at, *line; (line = strsep(&rest, "\n"));) {
        char padded[256];
        assert_true(text_width(line) <= 100);
        snprintf(padded, sizeof padded, "%s ", line);
        mines += strncmp(line, "煤矿", strlen("煤矿")) == 0 || strncmp(line, "排名  煤矿", strlen("排名  煤矿")) == 0;
        for (int i = 0; i < 20; i++) {
            char last[16];
            snprintf(last, sizeof last, " %d ", 2000 + i);
            found += strstr(padded, last) != NULL;
        }
    }
    assert_true(mines > 1);      /* each further table begins with the mine again, */
    assert_int_equal(found, 20); /* and each figure stands once */
    text_free(&out);
    form_free(&form);
}

static void what_runs_has_no_line_to_sign(void **state)
{
    (void)state;
    struct form form;
    struct text out = {0};
    form_fill(&form, "a", LANGUAGE_EN);
    assert_non_null(strstr(rendered(&form, FORM_PAGE, &out), "prepared by ____"));
    snprintf(form.prepared_by, sizeof form.prepared_by, "Li Wei");
    assert_non_null(strstr(rendered(&form, FORM_PAGE, &out), "prepared by Li Wei    checked by ____"));
    assert_non_null(strstr(out.at, "chain 0123456789abcdef\n"));
    snprintf(form.unfinished, sizeof form.unfinished, "STILL RUNNING");
    assert_null(strstr(rendered(&form, FORM_PAGE, &out), "prepared by"));
    assert_null(strstr(rendered(&form, FORM_SPREADSHEET, &out), "prepared by"));
    assert_non_null(strstr(rendered(&form, FORM_JSON, &out), "\"running\":true"));
    text_free(&out);
    form_free(&form);
}

/* --- rounding --- */

static void rounded_rows_say_what_they_miss(void **state)
{
    (void)state;
    static const struct {
        struct amount_style style;
        int64_t row[3];
        const char *note;
    } cases[] = {
        {{3, 0}, {1000000, 2000000, 3000000}, NULL},
        {{3, 0}, {500, 500, 0}, "rounded rows less totals: day +1"},
        {{3, 0}, {400, 400, 400}, "rounded rows less totals: day -1"},
        {{7, 2}, {INT64_C(12345678), INT64_C(12345678), 0}, "rounded rows less totals: day -0.01"},
        {{7, 2},
         {INT64_C(1005000000), INT64_C(1005050000), INT64_C(1005050000)},
         "rounded rows less totals: day +0.01"},
        {{7, 2}, {-50000, -50000, 0}, "rounded rows less totals: day -0.01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct column_sum sum = {0};
        struct text line = {0};
        for (int row = 0; row < 3; row++)
            column_sum_add(&sum, cases[i].row[row], cases[i].style, true);
        column_sum_note(&sum, "day", cases[i].style, LANGUAGE_EN, &line);
        assert_int_equal(line.length != 0, cases[i].note != NULL);
        if (cases[i].note)
            assert_string_equal(line.at, cases[i].note);
        column_sum_note(&sum, "month", cases[i].style, LANGUAGE_EN, &line); /* a further one goes on */
        assert_true(!cases[i].note || strstr(line.at, ", month "));
        text_free(&line);
    }
}

static void changes_are_in_percent(void **state)
{
    (void)state;
    static const struct {
        int64_t change, then;
        const char *shown, *value;
    } cases[] = {
        {0, 1000, "0.0 %", "0.0"},  {69, 1000, "+6.9 %", "6.9"}, {-5, 10000, "-0.1 %", "-0.1"},
        {4, 10000, "0.0 %", "0.0"}, {5, 10000, "+0.1 %", "0.1"}, {-1000, 1000, "-100.0 %", "-100.0"},
        {1, 0, NULL, NULL},         {1, -5, NULL, NULL},
    };
    char shown[PERCENT_TEXT_BYTES], value[PERCENT_TEXT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(comparison_percent(cases[i].change, cases[i].then, shown, value), cases[i].shown != NULL);
        if (cases[i].shown) {
            assert_string_equal(shown, cases[i].shown);
            assert_string_equal(value, cases[i].value);
        }
    }
    assert_true(comparison_percent(INT64_MAX, 1, shown, value)); /* held, not wrapped */
    assert_true(*shown == '+');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cell_is_a_formula),          cmocka_unit_test(a_wide_page_goes_on_below),
        cmocka_unit_test(what_runs_has_no_line_to_sign), cmocka_unit_test(rounded_rows_say_what_they_miss),
        cmocka_unit_test(changes_are_in_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
