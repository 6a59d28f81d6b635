/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collector/totaliser.h"
#include "drivers/reading.h"

static void every_word_has_both_languages(void **state)
{
    (void)state;
    for (int i = 0; i < WORD_COUNT; i++)
        for (int language = 0; language < LANGUAGES; language++) {
            assert_non_null(word((enum word)i, (enum language)language));
            assert_true(*word((enum word)i, (enum language)language) != '\0');
        }
    assert_string_equal(word(WORD_SIMULATED, LANGUAGE_ZH), "模拟数据");
}

static void every_kind_of_the_journal_has_a_chinese_word(void **state)
{
    (void)state;
    for (int i = 0; i < REASON_COUNT; i++) {
        const char *kind = totaliser_reason_name((enum totaliser_reason)i);
        assert_string_equal(kind_title(kind, LANGUAGE_EN), kind);
        assert_string_not_equal(kind_title(kind, LANGUAGE_ZH), kind);
    }
    assert_string_equal(kind_title("jump", LANGUAGE_ZH), "跳变");
    assert_string_equal(kind_title("of-a-later-version", LANGUAGE_ZH), "of-a-later-version");
    assert_string_equal(kind_title("closed", LANGUAGE_ZH), "结账");
    assert_string_equal(argument_title("old-last", LANGUAGE_ZH), "旧表末");
    assert_string_equal(argument_title("old-last", LANGUAGE_EN), "old-last");
    assert_string_equal(argument_title("of-a-later-version", LANGUAGE_ZH), "of-a-later-version");
}

static void every_quality_has_a_chinese_word(void **state)
{
    (void)state;
    for (int i = 0; i < QUALITY_COUNT; i++) {
        const char *name = quality_name((enum quality)i);
        assert_string_equal(quality_title(name, LANGUAGE_EN), name);
        assert_string_not_equal(quality_title(name, LANGUAGE_ZH), name);
    }
}

static void the_language_is_that_of_the_environment(void **state)
{
    static const struct {
        const char *all, *messages, *lang;
        enum language language;
    } cases[] = {
        {NULL, NULL, NULL, LANGUAGE_EN},         {NULL, NULL, "zh_CN.UTF-8", LANGUAGE_ZH},
        {"C.UTF-8", NULL, "zh_CN", LANGUAGE_EN}, {"", "zh_CN.UTF-8", "en_GB.UTF-8", LANGUAGE_ZH},
        {"zh_CN.UTF-8", "C", "C", LANGUAGE_ZH},
    };
    enum language language;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const values[] = {cases[i].all, cases[i].messages, cases[i].lang};
        static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
        for (size_t n = 0; n < 3; n++) {
            unsetenv(names[n]);
            if (values[n])
                setenv(names[n], values[n], 1);
        }
        assert_int_equal(language_default(), cases[i].language);
    }
    assert_true(language_parse("zh", &language));
    assert_int_equal(language, LANGUAGE_ZH);
    assert_false(language_parse("de", &language));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_has_both_languages),
        cmocka_unit_test(every_kind_of_the_journal_has_a_chinese_word),
        cmocka_unit_test(every_quality_has_a_chinese_word),
        cmocka_unit_test(the_language_is_that_of_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
