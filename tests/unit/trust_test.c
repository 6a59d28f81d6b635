/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collector/trust.h"

static const int64_t day_ms = 86400000;

static void test_judges_each_side_of_each_limit(void **state)
{
    (void)state;
    const int64_t commit_ms = 1700000000000;
    const struct {
        const char *name;
        struct trust_input input;
        enum trust expected;
        bool posts;
    } cases[] = {
        {"waits", {commit_ms, 59999, 60000, 0, false}, TRUST_WAITING, false},
        {"waited", {commit_ms, 60000, 60000, 0, false}, TRUST_UNSYNCHRONISED, true},
        {"no wait", {commit_ms, 0, 0, 0, false}, TRUST_UNSYNCHRONISED, true},
        {"synchronised at once", {commit_ms, 0, 60000, 0, true}, TRUST_SYNCHRONISED, true},
        {"same instant", {commit_ms, 0, 60000, commit_ms, true}, TRUST_SYNCHRONISED, true},
        {"1 ms behind", {commit_ms - 1, 0, 60000, commit_ms, true}, TRUST_BEHIND, false},
        {"behind and waiting", {commit_ms - 1, 0, 60000, commit_ms, false}, TRUST_WAITING, false},
        {"400 days", {commit_ms + 400 * day_ms, 60000, 60000, commit_ms, false}, TRUST_UNSYNCHRONISED, true},
        {"over 400 days", {commit_ms + 400 * day_ms + 1, 60000, 60000, commit_ms, false}, TRUST_AHEAD, false},
        {"over 400 days, NTP", {commit_ms + 500 * day_ms, 0, 60000, commit_ms, true}, TRUST_SYNCHRONISED, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("# %s\n", cases[i].name);
        enum trust trust = trust_judge(&cases[i].input);
        assert_int_equal(trust, cases[i].expected);
        assert_int_equal(trust_posts(trust), cases[i].posts);
        assert_int_equal(trust_text(trust)[0] == '\0', trust == TRUST_SYNCHRONISED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_judges_each_side_of_each_limit)};
    return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
