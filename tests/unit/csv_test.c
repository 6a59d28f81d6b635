/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/charset.h"
#include "collector/csv.h"

/* Cells of a row joined by '|', rows by '/'; "!" after a row whose quote nothing closed. */
static void joined(const char *text, char *out, size_t size)
{
    char copy[512];
    bool unclosed;
    struct csv_row row;
    size_t length = 0;
    snprintf(copy, sizeof copy, "%s", text);
    struct csv csv = csv_start(copy, strlen(copy));
    while (csv_row(&csv, &row, &unclosed) != CSV_END) {
        for (size_t i = 0; i < row.cells; i++)
            length += (size_t)snprintf(out + length, size - length, "%s%s",
                                       i             ? "|"
                                       : row.row > 1 ? "/"
                                                     : "",
                                       row.cell[i]);
        length += (size_t)snprintf(out + length, size - length, "%s", unclosed ? "!" : "");
    }
    out[length] = '\0';
}

static void rows_are_taken_apart_as_spreadsheets_save_them(void **state)
{
    static const struct {
        const char *text, *rows;
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"a,b\r\nc,d\r\n", "a|b/c|d"},
        {"a,b\nc,d", "a|b/c|d"},
        {"a,b\rc,d\r", "a|b/c|d"},
        {"a;b,c;d\ne;1,5;f", "a|b,c|d/e|1,5|f"},
        {"a\tb\n1,000\t2", "a|b/1,000|2"},
        {"title\n\na;b\n1,5;2", "title//a|b/1,5|2"},
        {"time,reading\n1,\"1,882,104.311\"", "time|reading/1|1,882,104.311"},
        {" a , b \n", "a|b"},
        {"\"a\"\"b\",\"c\nd\"\ne,f", "a\"b|c\nd/e|f"},
        {"\"a\" x,b", "a x|b"},
        {"a,\n,b\n,\n", "a|/|b/|"},
        {"a\n\n\nb", "a///b"},
        {"a,\"b\nc", "a|b\nc!"},
        {"\"a,b\";c\n\"d\";e", "a,b|c/d|e"},
        {"\"\",\"\"\n\"\"\"\",x", "|/\"|x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[512] = "";
        joined(cases[i].text, out, sizeof out);
        assert_string_equal(out, cases[i].rows);
    }
}

static void a_row_of_too_many_cells_is_bad_and_the_next_one_is_read(void **state)
{
    char text[CSV_CELLS_MAX + 8];
    struct csv_row row;
    bool unclosed;
    (void)state;
    memset(text, ',', CSV_CELLS_MAX);
    strcpy(text + CSV_CELLS_MAX, "\nx,y");
    struct csv csv = csv_start(text, strlen(text));
    assert_int_equal(csv_row(&csv, &row, &unclosed), CSV_BAD);
    assert_int_equal(row.row, 1);
    assert_int_equal(row.cells, 0);
    assert_int_equal(csv_row(&csv, &row, &unclosed), CSV_ROW);
    assert_int_equal(row.row, 2);
    assert_string_equal(row.cell[1], "y");
}

static void bytes_are_told_by_their_mark_or_their_form(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *name, *text; /* NULL: refused */
    } cases[] = {
#define BYTES(text) text, sizeof(text) - 1
        {BYTES(""), "UTF-8", ""},
        {BYTES("abc"), "UTF-8", "abc"},
        {BYTES("\xef\xbb\xbf"
               "a"),
         "UTF-8", "a"},
        {BYTES("读数"), "UTF-8", "读数"},
        {BYTES("\xb6\xc1\xca\xfd"), "GB18030", "读数"},
        {BYTES("\x81\x30\x81\x30"), "GB18030", "\xc2\x80"},
        {BYTES("\xff\xfe\xfb\x8b\x70\x65"), "UTF-16", "读数"},
        {BYTES("\xfe\xff\x8b\xfb\x65\x70"), "UTF-16", "读数"},
        {BYTES("\xb6\xc1\xca"), NULL, NULL}, /* half a character */
        {BYTES("a\0b"), NULL, NULL},         /* a workbook has such */
        {BYTES("PK\3\4\0\0\xff"), NULL, NULL},
        {BYTES("\xff\xfe\x00\xd8"), NULL, NULL}, /* half a pair */
        {BYTES("\xff\xff"), NULL, NULL},
#undef BYTES
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name = NULL, *why = NULL;
        size_t length = 0;
        char *text = charset_decode(cases[i].bytes, cases[i].size, &length, &name, &why);
        if (cases[i].text) {
            assert_non_null(text);
            assert_string_equal(text, cases[i].text);
            assert_int_equal(length, strlen(cases[i].text));
            assert_string_equal(name, cases[i].name);
        } else {
            assert_null(text);
            assert_non_null(why);
        }
        free(text);
    }
}

static void utf8_ends_where_it_is_none(void **state)
{
    (void)state;
    assert_int_equal(charset_utf8("ab\xc0\x80", 4), 2);       /* longer than needed */
    assert_int_equal(charset_utf8("\xed\xa0\x80", 3), 0);     /* a surrogate */
    assert_int_equal(charset_utf8("\xf4\x90\x80\x80", 4), 0); /* beyond the last plane */
    assert_int_equal(charset_utf8("\xf0\x9f\x92\x8e", 4), 4);
    assert_int_equal(charset_utf8("\xe8\xaf", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_taken_apart_as_spreadsheets_save_them),
        cmocka_unit_test(a_row_of_too_many_cells_is_bad_and_the_next_one_is_read),
        cmocka_unit_test(bytes_are_told_by_their_mark_or_their_form),
        cmocka_unit_test(utf8_ends_where_it_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
