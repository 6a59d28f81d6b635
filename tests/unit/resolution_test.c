/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/resolution.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT                                                                                                          \
    {                                                                                                                  \
        .count = true                                                                                                  \
    }
#define DISCARD                                                                                                        \
    {                                                                                                                  \
        0                                                                                                              \
    }
#define GIVEN(x)                                                                                                       \
    {                                                                                                                  \
        .count = true, .given = true, .amount = (x)                                                                    \
    }

static void test_words(void **unused)
{
    (void)unused;
    static const struct {
        const char *what;
        struct resolution_row row;
        struct resolution_word word;
        enum resolution_fault fault;
        int64_t counted, posted;
    } cases[] = {
        {"a jump was not counted", {"jump", 412000, true, -5, 28000}, COUNT, RESOLUTION_GOOD, 412000, 412000},
        {"a jump is left", {"jump", 412000, true, -5, 28000}, DISCARD, RESOLUTION_GOOD, 0, 0},
        {"part of a jump", {"jump", 412000, true, -5, 28000}, GIVEN(300), RESOLUTION_GOOD, 300, 300},
        {"more than a jump", {"jump", 412000, true, -5, 28000}, GIVEN(412001), RESOLUTION_BEYOND, 0, 0},
        {"counted twice", {"jump", 412000, true, -5, 28000}, GIVEN(-5), RESOLUTION_GOOD, -5, -5},
        {"less than none", {"jump", 412000, true, -5, 28000}, GIVEN(-6), RESOLUTION_BEYOND, 0, 0},
        {"a jump down says nothing", {"jump", -7000, true, 0, 28000}, COUNT, RESOLUTION_UNKNOWN, 0, 0},
        {"a jump down, given", {"jump", -7000, true, 0, 28000}, GIVEN(28000), RESOLUTION_GOOD, 28000, 28000},
        {"a jump down, too much", {"jump", -7000, true, 0, 28000}, GIVEN(28001), RESOLUTION_BEYOND, 0, 0},
        {"no bound", {"jump", -7000, false, 0, 0}, GIVEN(99000), RESOLUTION_GOOD, 99000, 99000},
        {"no bound, below 0", {"jump", -7000, false, 0, 0}, GIVEN(-1), RESOLUTION_BEYOND, 0, 0},
        {"a reset stands", {"reset", 40, true, 40, 900}, COUNT, RESOLUTION_GOOD, 40, 0},
        {"a reset is taken back", {"reset", 40, true, 40, 900}, DISCARD, RESOLUTION_GOOD, 0, -40},
        {"a reset was more", {"reset", 40, true, 40, 900}, GIVEN(700), RESOLUTION_GOOD, 700, 660},
        {"a reset was too much", {"reset", 40, true, 40, 900}, GIVEN(901), RESOLUTION_BEYOND, 0, 0},
        {"wraps", {"wraps-unknown", 100, true, 0, 5000}, GIVEN(4100), RESOLUTION_GOOD, 4100, 4000},
        {"a wrap stands", {"wrap", 100, true, 0, 5000}, COUNT, RESOLUTION_GOOD, 100, 0},
        {"elapsed unknown", {"gap", 100, false, 0, 0}, COUNT, RESOLUTION_GOOD, 100, 0},
        {"elapsed unknown, more", {"gap", 100, false, 0, 0}, GIVEN(100000), RESOLUTION_GOOD, 100000, 99900},
        {"after a stop, plausible", {"unknown", 500, true, 0, 900}, COUNT, RESOLUTION_GOOD, 500, 500},
        {"after a stop, too much", {"unknown", 5000, true, 0, 900}, COUNT, RESOLUTION_UNKNOWN, 0, 0},
        {"after a stop, given", {"unknown", 5000, true, 0, 900}, GIVEN(900), RESOLUTION_GOOD, 900, 900},
        {"after a stop, beyond", {"unknown", 5000, true, 0, 900}, GIVEN(901), RESOLUTION_BEYOND, 0, 0},
        {"another definition", {"unknown", 0, true, 0, 900}, COUNT, RESOLUTION_UNKNOWN, 0, 0},
        {"another definition, none", {"unknown", 0, true, 0, 900}, GIVEN(0), RESOLUTION_GOOD, 0, 0},
        {"no bound at all", {"unknown", 5000, false, 0, 0}, COUNT, RESOLUTION_UNKNOWN, 0, 0},
        {"a preset down", {"below-a-day", 800, true, 0, 1500}, COUNT, RESOLUTION_GOOD, 800, 800},
        {"a belt that ran back", {"below-a-day", 800, true, 0, 1500}, DISCARD, RESOLUTION_GOOD, 0, 0},
        {"breaks have no amount", {"breaks", 0, false, 0, 0}, COUNT, RESOLUTION_NOTHING, 0, 0},
        {"breaks take none", {"breaks", 0, false, 0, 0}, GIVEN(5), RESOLUTION_NOTHING, 0, 0},
        {"breaks were seen", {"breaks", 0, false, 0, 0}, DISCARD, RESOLUTION_GOOD, 0, 0},
        {"what a later version brings", {"other", 77, true, 0, 99}, DISCARD, RESOLUTION_GOOD, 0, 0},
        {"beyond all numbers", {"reset", INT64_MIN, false, 0, 0}, GIVEN(INT64_MAX), RESOLUTION_BEYOND, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct resolution out;
        const enum resolution_fault fault = resolution_judge(&cases[i].row, &cases[i].word, &out);
        const bool right =
            fault == RESOLUTION_GOOD ? out.counted == cases[i].counted && out.posted == cases[i].posted : true;
        if (fault != cases[i].fault || !right)
            fail_msg("%s: fault %d, counted %lld, posted %lld", cases[i].what, fault, (long long)out.counted,
                     (long long)out.posted);
    }
}

/* What the tallies may be off by: what was not counted is off by all of it, not by the width of its bound. */
static void test_unknown(void **unused)
{
    static const struct {
        struct resolution_row row;
        int64_t unknown;
    } cases[] = {
        {{"jump", 900, true, 0, 1200}, 1200},
        {{"jump", 900, true, 800, 1200}, 1200},
        {{"jump", -900, true, -900, 100}, 1000},
        {{"unknown", 50, true, 40, 60}, 60},
        {{"below-a-day", 800, true, 0, 1500}, 1500},
        {{"reset", 500, true, 500, 700}, 200},
        {{"reset", 500, true, 0, 500}, 500},
        {{"wraps-unknown", 500, true, 600, 700}, 200},
        {{"gap", 500, true, -300, 0}, 800},
        {{"breaks", 0, true, 0, 0}, 0},
        {{"jump", 0, true, INT64_MIN, INT64_MAX}, INT64_MAX},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(resolution_unknown(&cases[i].row), cases[i].unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_unknown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
