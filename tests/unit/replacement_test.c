/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/replacement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/seed.h"

static void test_swaps(void **unused)
{
    (void)unused;
    static const struct {
        const char *what;
        struct replacement_sides sides;
        int64_t old_last, new_first;
        enum replacement_fault fault;
        int64_t passed;
    } cases[] = {
        {"a new one from 0", {402118200, 0, 0, 5000, 0, 1}, 402130200, 0, REPLACEMENT_GOOD, 17000},
        {"a used one", {402118200, 0, 0, 9005000, 0, 1}, 402118200, 9000000, REPLACEMENT_GOOD, 5000},
        {"nothing ran", {1000, 0, 0, 70, 0, 1}, 1000, 70, REPLACEMENT_GOOD, 0},
        {"the old one went round", {9999000, 0, 10000000, 5, 0, 1}, 200, 0, REPLACEMENT_GOOD, 1205},
        {"the new one went round", {1000, 0, 0, 5, 10000000, 1}, 1000, 9999990, REPLACEMENT_GOOD, 15},
        {"a typing mistake", {402118200, 0, 0, 5000, 0, 1}, 40213020, 0, REPLACEMENT_OLD_LAST, 0},
        {"the same with a modulus", {402118200, 0, 4294967296, 5000, 0, 1}, 402018200, 0, REPLACEMENT_OLD_LAST, 0},
        {"the new one read less", {1000, 0, 0, 5000, 0, 1}, 1000, 6000, REPLACEMENT_NEW_FIRST, 0},
        {"a display finer than the register", {1000, 0, 0, 5000, 0, 100}, 1050, 5099, REPLACEMENT_GOOD, -49},
        {"the belt ran back before", {1000, 300, 0, 5000, 0, 1}, 750, 5000, REPLACEMENT_GOOD, -250},
        {"further back than it was read", {1000, 300, 0, 5000, 0, 1}, 650, 5000, REPLACEMENT_OLD_LAST, 0},
        {"below 0", {1000, 0, 0, 5000, 0, 1}, -1, 0, REPLACEMENT_RANGE, 0},
        {"beyond the modulus", {1000, 0, 10000, 5000, 0, 1}, 10000, 0, REPLACEMENT_RANGE, 0},
        {"beyond the new one's", {1000, 0, 0, 50, 10000, 1}, 1000, 10000, REPLACEMENT_RANGE, 0},
        {"beyond all numbers", {0, 0, 0, INT64_MAX, 0, 1}, INT64_MAX, 0, REPLACEMENT_RANGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t passed = 0;
        const enum replacement_fault fault =
            replacement_measure(&cases[i].sides, cases[i].old_last, cases[i].new_first, &passed);
        if (fault != cases[i].fault || (fault == REPLACEMENT_GOOD && passed != cases[i].passed))
            fail_msg("%s: fault %d, passed %lld", cases[i].what, fault, (long long)passed);
    }
}

static int64_t below(int64_t limit)
{
    return (int64_t)(((uint64_t)rand() << 31 ^ (uint64_t)rand()) % (uint64_t)limit);
}

/* Whatever the two instruments showed, what ran on both is what comes out. */
static void test_what_ran_comes_out(void **unused)
{
    (void)unused;
    seed_random();
    for (int i = 0; i < 100000; i++) {
        const int64_t moduli[] = {0, 10000000, INT64_C(4294967296)};
        const int64_t old_modulus = moduli[below(3)], new_modulus = moduli[below(3)];
        const int64_t old_ran = below(4000000), new_ran = below(4000000);
        const int64_t old_high = below(10000000), new_first = below(10000000);
        const int64_t old_last = old_modulus ? (old_high + old_ran) % old_modulus : old_high + old_ran;
        const int64_t reading = new_modulus ? (new_first + new_ran) % new_modulus : new_first + new_ran;
        const struct replacement_sides sides = {old_high, 0, old_modulus, reading, new_modulus, 1};
        int64_t passed;
        assert_int_equal(replacement_measure(&sides, old_last, new_first, &passed), REPLACEMENT_GOOD);
        assert_int_equal(passed, old_ran + new_ran);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_swaps), cmocka_unit_test(test_what_ran_comes_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
