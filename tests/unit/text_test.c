/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "collector/text.h"
#include "tests/unit/seed.h"

static void escapes_json(void **state)
{
    (void)state;
    static const struct {
        const char *string, *expected;
    } cases[] = {
        {"", "\"\""},
        {"scale-1", "\"scale-1\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\x01\t\n\x1f\x7f", "\"\\u0001\\u0009\\u000a\\u001f\\u007f\""},
        {"毛煤 𐍈 é", "\"毛煤 𐍈 é\""},
        {"\xff", "\"\ufffd\""},                               /* no first byte */
        {"\x80z", "\"\ufffdz\""},                             /* a continuation alone */
        {"a\xe6\xaf", "\"a\ufffd\ufffd\""},                   /* cut short by the end */
        {"\xe6z", "\"\ufffdz\""},                             /* cut short by another */
        {"\xc0\xaf", "\"\ufffd\ufffd\""},                     /* over-long, two bytes */
        {"\xe0\x9f\xbf", "\"\ufffd\ufffd\ufffd\""},           /* over-long, three */
        {"\xe0\xa0\x80", "\"\xe0\xa0\x80\""},                 /* the least of three */
        {"\xf0\x8f\xbf\xbf", "\"\ufffd\ufffd\ufffd\ufffd\""}, /* over-long, four */
        {"\xed\x9f\xbf", "\"\xed\x9f\xbf\""},                 /* below the surrogates */
        {"\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},           /* a surrogate */
        {"\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\""},         /* the greatest */
        {"\xf4\x90\x80\x80", "\"\ufffd\ufffd\ufffd\ufffd\""}, /* above it */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = {0};
        text_add_json(&text, cases[i].string);
        assert_false(text.failed);
        assert_string_equal(text.at, cases[i].expected);
        assert_int_equal(text.length, strlen(cases[i].expected));
        text_free(&text);
    }
}

/* Whatever bytes come, another reader takes the text as JSON. */
static void escapes_any_bytes(void **state)
{
    (void)state;
    seed_random();
    struct text text = {0};
    for (int round = 0; round < 20000; round++) {
        char bytes[9] = "";
        for (long i = random() % 8; i >= 0; i--)
            bytes[i] = (char)(random() % 3 ? 0x80 + random() % 128 : 1 + random() % 127);
        text_clear(&text);
        text_add_json(&text, bytes);
        json_t *read = json_loads(text.at, JSON_DECODE_ANY, NULL);
        if (!read)
            fail_msg("not JSON: %s", text.at);
        json_decref(read);
    }
    text_free(&text);
}

static void writes_members(void **state)
{
    (void)state;
    struct text text = {0};
    text_add(&text, "{");
    text_member(&text, "name", "{");
    text_member_int(&text, "least", INT64_MIN);
    text_member_bool(&text, "good", true);
    text_key(&text, "list");
    text_add(&text, "[{");
    text_member_bool(&text, "good", false);
    text_add(&text, "}]");
    text_key(&text, "value");
    text_add_decimal(&text, (struct decimal){-250, 3});
    text_add(&text, "}");
    assert_string_equal(text.at, "{\"name\":\"{\",\"least\":-9223372036854775808,\"good\":true,"
                                 "\"list\":[{\"good\":false}],\"value\":-0.250}");
    text_free(&text);
}

static void grows_to_any_length(void **state)
{
    (void)state;
    struct text text = {0};
    char piece[300];
    for (size_t length = 0; length < sizeof piece; length++) {
        memset(piece, 'x', length);
        piece[length] = '\0';
        size_t before = text.length;
        text_format(&text, "%s", piece);
        text_add(&text, piece);
        assert_int_equal(text.length, before + 2 * length);
        assert_int_equal(strlen(text.at), text.length);
    }
    text_clear(&text);
    assert_int_equal(text.length, 0);
    assert_string_equal(text.at, "");
    text_free(&text);
}

static void stays_failed(void **state)
{
    (void)state;
    struct text text = {0};
    text_add(&text, "before");
    text_add_bytes(&text, "x", SIZE_MAX - 16); /* no memory holds that */
    assert_true(text.failed);
    text_add(&text, "after");
    assert_string_equal(text.at, "before");
    text_clear(&text);
    text_add(&text, "again");
    assert_false(text.failed);
    assert_string_equal(text.at, "again");
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_json),        cmocka_unit_test(escapes_any_bytes), cmocka_unit_test(writes_members),
        cmocka_unit_test(grows_to_any_length), cmocka_unit_test(stays_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
