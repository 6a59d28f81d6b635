/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/adjusting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void amounts_have_signs_and_units(void **state)
{
    static const struct {
        const char *quantity, *text;
        int64_t amount;
    } cases[] = {
        {"raw_coal", "412", 412000},
        {"raw_coal", "+412t", 412000},
        {"raw_coal", "+412 t", 412000},
        {"raw_coal", "-412.005 t", -412005},
        {"raw_coal", "-1.5 kt", -1500000},
        {"raw_coal", "-1.5 10kt", -15000000},
        {"raw_coal", "+1.2345678 10kt", 12345678},
        {"raw_coal", "-250 kg", -250},
        {"gas_drained", "+3 km3", 3000000},
    };
    static const char *const bad[] = {"",          "t",          "+",        "+-1",  "--1", "1e3",  "1 10 kt",
                                      "1 kg 10kt", "1.0001 t x", "0.0001 t", "1 m3", "-",   "1 t t"};
    int64_t amount;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(adjusting_amount(quantity_find(cases[i].quantity), cases[i].text, &amount));
        assert_int_equal(amount, cases[i].amount);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (adjusting_amount(quantity_find("raw_coal"), bad[i], &amount))
            fail_msg("\"%s\" was taken for an amount", bad[i]);
    assert_false(adjusting_amount(quantity_find("gas_drained"), "1 10kt", &amount));
    assert_false(adjusting_amount(quantity_find("raw_coal"), "9000000000000 10kt", &amount));
}

static bool reads(const char *quantity, const char *period, const char *amount, const char *reason,
                  struct adjusting *out, char why[static 400])
{
    struct act act = {0};
    act_add(&act, "quantity", quantity);
    act_add(&act, "period", period);
    act_add(&act, "amount", amount);
    act_add(&act, "reason", reason);
    return adjusting_read(&act, out, LANGUAGE_EN, why, 400);
}

static void what_is_missing_or_wrong_is_named(void **state)
{
    static const struct {
        const char *quantity, *period, *amount, *reason, *said;
    } cases[] = {
        {"rom_coal", "2026-10", "1", "x", "reported as raw coal"},
        {"raw_cole", "2026-10", "1", "x", "--quantity raw_cole"},
        {NULL, NULL, "1", "x", "--period"},
        {NULL, "today", "1", "x", "--period today"}, /* an act may wait */
        {NULL, "2026-10/4", "1", "x", "--period 2026-10/4"},
        {NULL, "2026-10", NULL, "x", "--amount"},
        {NULL, "2026-10", "0 t", "x", "--amount 0 t"},
        {NULL, "2026-10", "1", NULL, "--reason"},
        {NULL, "2026-10", "1", "   ", "--reason"},
    };
    struct adjusting adjusting;
    char why[400];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(reads(cases[i].quantity, cases[i].period, cases[i].amount, cases[i].reason, &adjusting, why));
        assert_non_null(strstr(why, cases[i].said));
    }
    assert_true(reads(NULL, "2026-10-13/2", "-1 t", "a slip", &adjusting, why));
    assert_string_equal(adjusting.quantity->name, "raw_coal");
    assert_int_equal(adjusting.period.shift, 1);
    assert_int_equal(adjusting.amount, -1000);
    assert_string_equal(adjusting.reason, "a slip");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_have_signs_and_units),
        cmocka_unit_test(what_is_missing_or_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
