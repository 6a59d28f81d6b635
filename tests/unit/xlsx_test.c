/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/xlsx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/xlsx_parts.h"
#include "tests/unit/seed.h"

static void numbers_stand_as_data_and_look_as_on_a_page(void **state)
{
    static const struct {
        const char *shown, *value;
        int power;
        double number;
        const char *format;
    } cases[] = {
        {"1,104", "1104.250", 0, 1104.25, "#,##0"},
        {"104", "104.250", 0, 104.25, "#,##0"},
        {"4.29", "42906.123", 4, 4.2906123, "#,##0.00"},
        {"-0", "-0.400", 0, -0.4, "#,##0"},
        {"78.6 %", "78.6", 0, 78.6, "0.0\" %\""},
        {"+412.000", "412.000", 0, 412, "+#,##0.000;-#,##0.000;0"},
        {"118", "118", 0, 118, "0"},
        {"1,104.5", NULL, 4, 1104.5, "#,##0.0"},
        {"999,999,999,999.999", "999999999999.999", 0, 999999999999.999, "#,##0.000"},
        {"1,000,000,000,000", "1000000000000.000", 0, 1e12, "#,##0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char format[XLSX_FORMAT_BYTES];
        double number;
        assert_true(xlsx_number(cases[i].shown, cases[i].value, cases[i].power, &number, format));
        assert_true(number == cases[i].number);
        assert_string_equal(format, cases[i].format);
    }
}

static void all_else_is_text(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"-", NULL},
        {"=1+1", "=1+1"},
        {"1,104 *1", "1104"},
        {"2026-10-13", "2026-10-13"},
        {"1e5", "1e5"},
        {"0x10", "0x10"},
        {"nan", "nan"},
        {"1,", "1"},
        {"12 t", "12"},
        {"12", "12 t"},
        {"1", "inf"},
        {"1", "-"},
        {"1", ""},
        /* sixteen digits: a spreadsheet would lose the last */
        {"9,999,999,999,999", "9999999999999.999"},
        {"9223372036854775807", "9223372036854775807"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char format[XLSX_FORMAT_BYTES];
        double number;
        if (xlsx_number(cases[i][0], cases[i][1], 0, &number, format))
            fail_msg("taken for a number: %s of %s", cases[i][0], cases[i][1]);
    }
}

/* The library writes a number with 16 significant digits; read back and rounded to the kilogram, it is
 * the amount again, whatever it was. */
static void amounts_of_fifteen_digits_survive_to_the_kilogram(void **state)
{
    (void)state;
    seed_random();
    for (int i = 0; i < 200000; i++) {
        const int64_t range = i % 3 == 0 ? 1000000000000000 : i % 3 == 1 ? 36000000000 : 100000;
        const int64_t amount = (((int64_t)random() << 31) ^ random()) % range * (i % 2 ? 1 : -1);
        char shown[AMOUNT_TEXT_MAX], value[AMOUNT_TEXT_MAX], format[XLSX_FORMAT_BYTES], written[40], back[40];
        double number;
        amount_show(amount, (struct amount_style){3, 0}, shown);
        amount_plain(amount, value);
        assert_true(xlsx_number(shown, value, 0, &number, format));
        snprintf(written, sizeof written, "%.16G", number);
        snprintf(back, sizeof back, "%.3f", strtod(written, NULL));
        if (strcmp(back, value) != 0 && amount != 0)
            fail_msg("%s came back as %s", value, back);
    }
}

/* --- files --- */

struct folder {
    char at[64], path[96];
};

static int folder_make(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return -1;
    snprintf(folder->at, sizeof folder->at, "/tmp/coaltally-xlsx.XXXXXX");
    *state = folder;
    if (!mkdtemp(folder->at))
        return -1;
    snprintf(folder->path, sizeof folder->path, "%s/report.xlsx", folder->at);
    return 0;
}

/* Fails when anything is left there. */
static int folder_remove(void **state)
{
    struct folder *folder = *state;
    unlink(folder->path);
    const int left = rmdir(folder->at);
    free(folder);
    return left;
}

static struct table *table_make(void)
{
    struct table *table = table_new();
    table_column(table, "mine", "煤矿", COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "day", "日产", COLUMN_NUMBER, COLUMN_BOTH);
    table_row(table);
    table_text(table, "=cmd|' /c calc'!A1");
    table_amount(table, 3364123, (struct amount_style){3, 0});
    return table;
}

static bool sheet_write(const struct table *table, const char *name, const char *path, char why[static 300])
{
    const char *const note[] = {"=2+2"};
    const struct xlsx_sheet sheet = {.name = name,
                                     .title = "日报",
                                     .period = "2026-10-13",
                                     .unit = "t",
                                     .mark = "SIMULATED",
                                     .table = table,
                                     .notes = 1,
                                     .note = note,
                                     .signatures = true,
                                     .as_of = "2026-10-14",
                                     .chain = "9f3c"};
    return xlsx_write(&sheet, 1, LANGUAGE_ZH, INT64_C(1791936000000), path, why, 300);
}

static size_t contents(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "re");
    const size_t length = file ? fread(out, 1, size, file) : 0;
    if (file)
        fclose(file);
    return length;
}

static void the_same_report_gives_the_same_bytes(void **state)
{
    static char one[65536], two[65536];
    const struct folder *folder = *state;
    struct table *table = table_make();
    char why[300] = "";
    struct stat about;
    assert_true(sheet_write(table, "day", folder->path, why));
    const size_t length = contents(folder->path, one, sizeof one);
    const struct timespec over_a_second = {1, 50000000};
    nanosleep(&over_a_second, NULL);
    assert_true(sheet_write(table, "day", folder->path, why)); /* over the one that is there */
    assert_int_equal(contents(folder->path, two, sizeof two), length);
    assert_true(length > 1000 && memcmp(one, two, length) == 0);
    assert_memory_equal(one, "PK", 2);
    const mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(stat(folder->path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0666 & ~mask);
    table_free(table);
}

static void names_of_tabs_are_made_fit(void **state)
{
    static const char *const names[] = {"原煤/毛煤: 'x' [1]?*\\", "",
                                        "a name that is longer than thirty-one characters",
                                        "柳林县柳林县柳林县柳林县柳林县柳林县柳林县柳林县柳林县柳林县柳林县", "'"};
    const struct folder *folder = *state;
    struct table *table = table_make();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char why[300] = "";
        if (!sheet_write(table, names[i], folder->path, why))
            fail_msg("%s: %s", names[i], why);
    }
    table_free(table);
}

static void sheets_of_one_name_are_told_apart(void **state)
{
    static const char *const names[] = {"原煤",
                                        "原煤",
                                        NULL,
                                        "",
                                        "a name that is longer than thirty-one characters",
                                        "a name that is longer than thirty-one letters",
                                        "RAW",
                                        "raw"};
    const struct folder *folder = *state;
    struct table *table = table_make();
    struct xlsx_sheet sheet[sizeof names / sizeof *names];
    char why[300] = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        sheet[i] = (struct xlsx_sheet){.name = names[i], .title = "日报", .table = table};
    if (!xlsx_write(sheet, sizeof names / sizeof *names, LANGUAGE_EN, 0, folder->path, why, sizeof why))
        fail_msg("%s", why);
    table_free(table);
}

static void tables_of_any_shape_are_written(void **state)
{
    const struct folder *folder = *state;
    for (int columns = 1; columns <= 5; columns++) {
        for (int rows = 0; rows < 2; rows++) {
            struct table *table = table_new();
            char why[300] = "";
            for (int c = 0; c < columns; c++)
                table_column(table, "x", "x", COLUMN_NUMBER, COLUMN_BOTH);
            if (rows)
                table_row(table);
            for (int c = 0; rows && c < columns; c++)
                table_integer(table, c);
            if (!sheet_write(table, NULL, folder->path, why))
                fail_msg("%d columns, %d rows: %s", columns, rows, why);
            table_free(table);
        }
    }
}

static void what_cannot_be_written_is_told_and_leaves_nothing(void **state)
{
    const struct folder *folder = *state;
    struct table *table = table_make(), *empty = table_new();
    char why[300] = "", path[160];
    snprintf(path, sizeof path, "%s/none/report.xlsx", folder->at);
    assert_false(sheet_write(table, "day", path, why));
    assert_non_null(strstr(why, "none/report.xlsx"));
    assert_false(sheet_write(table, "day", folder->at, why)); /* a folder has that name */
    assert_non_null(strstr(why, folder->at));
    assert_false(sheet_write(empty, "day", folder->path, why)); /* no column at all */
    assert_int_equal(access(folder->path, F_OK), -1);
    table_free(table);
    table_free(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_stand_as_data_and_look_as_on_a_page),
        cmocka_unit_test(all_else_is_text),
        cmocka_unit_test(amounts_of_fifteen_digits_survive_to_the_kilogram),
        cmocka_unit_test_setup_teardown(the_same_report_gives_the_same_bytes, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(names_of_tabs_are_made_fit, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(sheets_of_one_name_are_told_apart, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(tables_of_any_shape_are_written, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_told_and_leaves_nothing, folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
