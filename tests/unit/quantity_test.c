/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/quantity.h"
#include "drivers/language.h"

static void test_table(void **unused)
{
    (void)unused;
    assert_null(quantity_at(quantity_count()));
    assert_null(quantity_find("coal"));
    assert_null(quantity_find(""));
    for (size_t i = 0; i < quantity_count(); i++) {
        const struct quantity *quantity = quantity_at(i);
        struct ratio factor;
        assert_ptr_equal(quantity_find(quantity->name), quantity); /* no name twice */
        assert_true(strlen(quantity->name) < 32);
        assert_true(*quantity->title);
        assert_true(quantity_factor(quantity, quantity->unit, &factor));
        assert_int_equal(factor.times, 1);
        assert_int_equal(factor.over, 1);
    }
    assert_string_equal(say(LANGUAGE_ZH, quantity_find("raw_coal")->title), "原煤");
    assert_string_equal(say(LANGUAGE_ZH, quantity_find("rom_coal")->title), "毛煤");
}

struct factor_case {
    const char *quantity, *unit;
    int64_t times, over; /* over 0: refused */
};

static void assert_factors(const struct factor_case *cases, size_t count,
                           bool (*factor_of)(const struct quantity *, const char *, struct ratio *))
{
    for (size_t i = 0; i < count; i++) {
        struct ratio factor = {0, 0};
        if (factor_of(quantity_find(cases[i].quantity), cases[i].unit, &factor) != (cases[i].over != 0) ||
            factor.times != cases[i].times || factor.over != cases[i].over)
            fail_msg("%s in %s: %lld/%lld", cases[i].quantity, cases[i].unit, (long long)factor.times,
                     (long long)factor.over);
    }
}

static void test_factors(void **unused)
{
    (void)unused;
    static const struct factor_case cases[] = {
        {"raw_coal", "t", 1, 1},         {"raw_coal", "kg", 1, 1000},
        {"raw_coal", "g", 1, 1000000},   {"raw_coal", "kt", 1000, 1},
        {"raw_coal", "m3", 0, 0},        {"raw_coal", "", 0, 0},
        {"raw_coal", "T", 0, 0},         {"raw_coal", "t/h", 0, 0},
        {"gas_surface", "Nm3", 1, 1},    {"gas_surface", "L", 1, 1000},
        {"gas_surface", "km3", 1000, 1}, {"gas_surface", "mL", 1, 1000000},
        {"energy", "kWh", 1, 1},         {"energy", "Wh", 1, 1000},
        {"energy", "MWh", 1000, 1},      {"energy", "MJ", 5, 18},
        {"energy", "kW", 0, 0},          {"heat", "MJ", 1, 1000},
        {"heat", "kWh", 9, 2500},        {"heat", "GJ", 1, 1},
    };
    assert_factors(cases, sizeof cases / sizeof *cases, quantity_factor);
}

static void test_rates(void **unused)
{
    (void)unused;
    static const struct factor_case cases[] = {
        {"raw_coal", "t/h", 1, 1},     {"raw_coal", "kg/s", 18, 5},   {"raw_coal", "t/d", 1, 24},
        {"raw_coal", "kg/h", 1, 1000}, {"raw_coal", "kg/min", 3, 50}, {"raw_coal", "t", 0, 0},
        {"raw_coal", "t/", 0, 0},      {"raw_coal", "/h", 0, 0},      {"raw_coal", "t/h/h", 0, 0},
        {"raw_coal", "kW", 0, 0},      {"energy", "kW", 1, 1},        {"energy", "MW", 1000, 1},
        {"energy", "kWh/h", 1, 1},     {"gas_drained", "L/s", 18, 5}, {"gas_drained", "Nm3/min", 60, 1},
        {"heat", "MW", 18, 5},         {"heat", "GJ/h", 1, 1},
    };
    assert_factors(cases, sizeof cases / sizeof *cases, quantity_rate_factor);
}

/* A factor that cannot be undone by its own inverse would be a typing mistake. */
static void test_energy_and_heat_agree(void **unused)
{
    (void)unused;
    static const char *const units[] = {"MJ", "GJ", "kWh", "MWh"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct ratio energy, heat;
        assert_true(quantity_factor(quantity_find("energy"), units[i], &energy));
        assert_true(quantity_factor(quantity_find("heat"), units[i], &heat));
        assert_int_equal(energy.times * heat.over * 9, energy.over * heat.times * 2500);
    }
}

static void test_units(void **unused)
{
    (void)unused;
    char text[64];
    assert_int_equal(quantity_units(quantity_find("raw_coal"), text, sizeof text), strlen("t, kg, g, kt"));
    assert_string_equal(text, "t, kg, g, kt");
}

static void test_amounts(void **unused)
{
    (void)unused;
    static const struct {
        const char *quantity, *text;
        bool good;
        int64_t amount;
    } cases[] = {
        {"raw_coal", "84300t", true, 84300000},
        {"raw_coal", "84300 t", true, 84300000},
        {"raw_coal", "84,300 t", true, 84300000},
        {"raw_coal", "1,284,300.25", true, 1284300250},
        {"raw_coal", "402530.2", true, 402530200},
        {"raw_coal", "402530.2000", true, 402530200},
        {"raw_coal", "-12.5 kg", false, 0},
        {"raw_coal", "-12 kg", true, -12},
        {"raw_coal", "0.0000001", false, 0},
        {"raw_coal", "0.0", true, 0},
        {"raw_coal", "1.5 kt", true, 1500000},
        {"gas_drained", "0.5 Nm3", true, 500},
        {"energy", "3 MWh", true, 3000000},
        {"raw_coal", "", false, 0},
        {"raw_coal", "t", false, 0},
        {"raw_coal", "12 m3", false, 0},
        {"raw_coal", "12 t/h", false, 0},
        {"raw_coal", "12 t ", false, 0},
        {"raw_coal", "1,2", false, 0},
        {"raw_coal", "1234,567", false, 0},
        {"raw_coal", "12,3456", false, 0},
        {"raw_coal", "12.5,000", false, 0},
        {"raw_coal", ",123", false, 0},
        {"raw_coal", "1,234,56", false, 0},
        {"raw_coal", "1..2", false, 0},
        {"raw_coal", "9223372036854775", true, 9223372036854775000},
        {"raw_coal", "9223372036854776", false, 0},
        {"raw_coal", "99999999999999999999999999999999999999999999", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t amount = 0;
        const bool good = quantity_amount(quantity_find(cases[i].quantity), cases[i].text, &amount);
        if (good != cases[i].good || (good && amount != cases[i].amount))
            fail_msg("\"%s\": %d %lld", cases[i].text, good, (long long)amount);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_factors),
        cmocka_unit_test(test_rates), cmocka_unit_test(test_energy_and_heat_agree),
        cmocka_unit_test(test_units), cmocka_unit_test(test_amounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
