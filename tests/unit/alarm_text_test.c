/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/alarm_text.h"

static void says_in_both_languages(void **state)
{
    static const struct {
        const char *reason, *arguments, *en, *zh;
    } cases[] = {
        {"no-data", "", "no data", "断线"},
        {"no-data", "error=\"no answer from 10.1.5.21:502\" cause=\"timeout\"", "no data: no answer from 10.1.5.21:502",
         "断线：超时无应答"},
        {"no-data", "cause=\"exception\" report_by=\"2026-10-14 08:31\"", "no data, report by 08:31",
         "断线：设备拒绝，08:31 前须上报"},
        {"bus-silent", "devices=\"3\" error=\"refused\"", "none of 3 devices answers: refused",
         "总线上 3 台设备均无应答"},
        {"jump", "before=\"402,118.200 t\" after=\"402,530.200 t\"", "jump 402,118.200 t -> 402,530.200 t",
         "跳变 402,118.200 t -> 402,530.200 t"},
        {"not-read", "cause=\"sentinel\"", "the device answers, but gives no total: sentinel",
         "设备有应答，但无累计量：无值代码"},
        /* Of an older ledger, or a newer one: as it stands. */
        {"no-data", "no answer, 61 s, limit 60 s", "no answer, 61 s, limit 60 s", "no answer, 61 s, limit 60 s"},
        {"jump", "jump", "jump", "jump"},
        {"brand-new", "error=\"so it is\"", "so it is", "so it is"},
        {"brand-new", "depth=\"4 m\"", "brand-new", "brand-new"},
        /* No arguments, though it looks like some. */
        {"no-data", "error=\"open", "error=\"open", "error=\"open"},
        {"no-data", "error=\"a\" Error=\"b\"", "error=\"a\" Error=\"b\"", "error=\"a\" Error=\"b\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text en = {0}, zh = {0};
        alarm_say(&en, cases[i].reason, cases[i].arguments, LANGUAGE_EN);
        alarm_say(&zh, cases[i].reason, cases[i].arguments, LANGUAGE_ZH);
        assert_string_equal(en.at, cases[i].en);
        assert_string_equal(zh.at, cases[i].zh);
        text_free(&en);
        text_free(&zh);
    }
}

static void a_list_needs_fewer_words(void **state)
{
    static const char *const cases[][3] = {
        {"no-data", "error=\"no answer from a to b\" cause=\"timeout\" report_by=\"2026-10-14 08:31\"",
         "no data, report by 08:31"},
        {"no-data", "error=\"not asked yet\"", "no data: not asked yet"}, /* nothing else says why */
        {"not-written", "error=\"disk full\"", "disk full"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text said = {0};
        alarm_say_briefly(&said, cases[i][0], cases[i][1], LANGUAGE_EN);
        assert_string_equal(said.at, cases[i][2]);
        text_free(&said);
    }
}

static void gas_says_who_rules(void **state)
{
    static const char *const reasons[] = {"above", "below"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct text en = {0}, zh = {0};
        alarm_say(&en, reasons[i], "point=\"ch4\"", LANGUAGE_EN);
        alarm_say(&zh, reasons[i], "point=\"ch4\"", LANGUAGE_ZH);
        assert_non_null(strstr(en.at, "the safety-monitoring system rules"));
        assert_non_null(strstr(zh.at, "以安全监控系统为准"));
        text_free(&en);
        text_free(&zh);
    }
}

static void arguments_come_back(void **state)
{
    char arguments[ALARM_ARGUMENTS_BYTES] = "", value[ALARM_VALUE_BYTES];
    (void)state;
    alarm_argument_add(arguments, sizeof arguments, (struct alarm_argument){"error", "said \"no\"\nand went"});
    alarm_argument_add(arguments, sizeof arguments, (struct alarm_argument){"cause", ""});
    alarm_argument_add(arguments, sizeof arguments, (struct alarm_argument){"limit", NULL});
    alarm_argument_add(arguments, sizeof arguments, (struct alarm_argument){"value", "41 min"});
    assert_string_equal(arguments, "error=\"said 'no' and went\" value=\"41 min\"");
    assert_true(alarm_argument_get(arguments, "value", value));
    assert_string_equal(value, "41 min");
    assert_true(alarm_argument_get(arguments, "error", value));
    assert_string_equal(value, "said 'no' and went");
    assert_false(alarm_argument_get(arguments, "cause", value));
    assert_string_equal(value, "");
    assert_false(alarm_argument_get("valu", "value", value));
}

/* Whatever the room, what stands there can be read again, and no character is cut. */
static void keeps_to_its_room(void **state)
{
    (void)state;
    for (size_t room = 1; room < 40; room++) {
        char arguments[64], value[ALARM_VALUE_BYTES];
        memset(arguments, '#', sizeof arguments);
        arguments[0] = '\0';
        alarm_argument_add(arguments, room, (struct alarm_argument){"error", "煤煤煤煤煤煤煤煤"});
        assert_true(strlen(arguments) < room);
        assert_int_equal(arguments[room], '#');
        if (alarm_argument_get(arguments, "error", value))
            assert_int_equal(strlen(value) % 3, 0);
        else
            assert_string_equal(arguments, "");
    }
}

static void people_end_what_they_must_look_at(void **state)
{
    (void)state;
    assert_int_equal(alarm_end_of("jump"), ALARM_ENDS_BY_PERSON);
    assert_int_equal(alarm_end_of("below-a-day"), ALARM_ENDS_BY_PERSON);
    assert_int_equal(alarm_end_of("excluded"), ALARM_ENDS_BY_PERSON);
    assert_int_equal(alarm_end_of("differs"), ALARM_ENDS_JUDGED);
    assert_int_equal(alarm_end_of("no-data"), ALARM_ENDS_ITSELF);
    assert_int_equal(alarm_end_of("brand-new"), ALARM_ENDS_ITSELF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_in_both_languages), cmocka_unit_test(a_list_needs_fewer_words),
        cmocka_unit_test(gas_says_who_rules),     cmocka_unit_test(arguments_come_back),
        cmocka_unit_test(keeps_to_its_room),      cmocka_unit_test(people_end_what_they_must_look_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
