/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/dial.h"

#include "simulators/noise.h"
#include "tests/unit/simulated.h"

static const struct registers_format kilograms = {.type = TYPE_UINT32, .scale = {1, 3}, .quantum = {1, 3}};
static const struct registers_format short_kilograms = {.type = TYPE_UINT16, .scale = {1, 3}, .quantum = {1, 3}};
static const struct registers_format millilitres = {.type = TYPE_INT64, .scale = {1, 6}, .quantum = {1, 6}};
static const struct registers_format floats = {.type = TYPE_FLOAT32, .scale = {1, 0}, .quantum = {1, 1}};
enum { TONNE = 1000000 };

static struct dial dial_of(const struct registers_format *format, int64_t modulus, int64_t step, int64_t count)
{
    struct dial dial;
    assert_true(dial_init(&dial, &(struct dial_form){format, modulus, step, TONNE, count}));
    return dial;
}

static void turns_grains_into_counts(void **state)
{
    (void)state;
    static const struct {
        const struct registers_format *format;
        int64_t modulus, step, from, grains, count, advanced, wraps;
    } cases[] = {
        {&kilograms, 0, 1, 100, 999, 100, 0, 0},
        {&kilograms, 0, 1, 100, 1000, 101, 1, 0},
        {&kilograms, 0, 1, 100, 2999, 102, 2, 0},
        {&kilograms, 0, 1, 100, -1, 99, -1, 0},
        {&kilograms, 0, 1, 4294967295, 1000, 0, 1, 1},
        {&kilograms, 0, 1, 0, -1000, 4294967295, -1, -1},
        {&kilograms, 10000000, 1, 9999998, 5000, 3, 5, 1},
        {&kilograms, 0, 10000, 7, 9999999, 7, 0, 0},
        {&kilograms, 0, 10000, 7, 10000000, 10007, 10000, 0},
        {&short_kilograms, 0, 1, 65000, 200000000, (65000 + 200000) % 65536, 200000, 4},
        {&millilitres, 0, 1, 4000000000000, 1, 4000000000001, 1, 0},
        {&floats, 0, 1, 10, 250000, 12, 2, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dial dial = dial_of(cases[i].format, cases[i].modulus, cases[i].step, cases[i].from);
        dial_turn(&dial, cases[i].grains, false);
        assert_int_equal(dial.shown, cases[i].from); /* not shown yet */
        dial_show(&dial, 0);
        assert_int_equal(dial.shown, cases[i].count);
        assert_int_equal(dial.advanced, cases[i].advanced);
        assert_int_equal(dial.wraps, cases[i].wraps);
        assert_int_equal(dial.breaks, 0);
    }
}

/* 8388608.0 in tenths: a float steps by 1.0 there, so what it shows lags by up to nine counts. */
static void a_float_shows_what_it_can_hold(void **state)
{
    (void)state;
    struct dial dial = dial_of(&floats, 0, 1, 83886080);
    int64_t before = dial.shown;
    for (int i = 0; i < 100; i++) {
        dial_turn(&dial, TONNE / 10, false);
        dial_show(&dial, 0);
        assert_true(dial.shown == before || dial.shown == before + 10);
        before = dial.shown;
    }
    assert_int_equal(dial.shown, 83886080 + 100);
    assert_int_equal(dial.advanced, 100);
}

static void a_setting_is_no_flow(void **state)
{
    (void)state;
    struct dial dial = dial_of(&kilograms, 0, 1, 500);
    dial_turn(&dial, 10400, false);
    dial_set(&dial, 0);
    assert_int_equal(dial.count, 0);
    assert_int_equal(dial.advanced, 10);
    dial_turn(&dial, 600, false); /* the fraction outlives the reset */
    dial_settle(&dial);
    assert_int_equal(dial.count, 1);
    assert_int_equal(dial.advanced, 11);
    dial_set(&dial, INT64_C(4294967296) + 5);
    assert_int_equal(dial.count, 5);
    assert_int_equal(dial.breaks, 2);
    assert_int_equal(dial.wraps, 0);
}

static void falls_and_calibrations_are_kept_apart(void **state)
{
    (void)state;
    struct dial dial = dial_of(&kilograms, 0, 1, 500);
    dial_turn(&dial, 7000, true);
    dial_settle(&dial);
    dial_turn(&dial, -3000, false);
    dial_settle(&dial);
    dial_turn(&dial, 1000, false);
    dial_settle(&dial);
    assert_int_equal(dial_calibrated(&dial), 7);
    assert_int_equal(dial.fell, 3);
    assert_int_equal(dial.advanced, 5);
}

static void flicker_is_below_and_wraps(void **state)
{
    (void)state;
    struct dial dial = dial_of(&kilograms, 0, 1, 1);
    dial_show(&dial, 3);
    assert_int_equal(dial.shown, 4294967294);
    assert_int_equal(dial.count, 1);
    assert_int_equal(dial.advanced, 0);
}

/* The register, whatever was done to it, moves with the flow: against a plain model. */
static void follows_a_model(void **state)
{
    (void)state;
    const uint64_t seed = seed_take();
    enum { MODULUS = 1000003 };
    struct dial dial = dial_of(&kilograms, MODULUS, 1, 17);
    int64_t grains = 0, offset = 17, counted = 0, before = 0;
    for (uint64_t i = 0; i < 20000; i++) {
        const int64_t flow = noise_between(seed, 1, i, -20000, 900000);
        grains += flow;
        dial_turn(&dial, flow, false);
        const int64_t count = grains / 1000 - (grains % 1000 < 0);
        counted += count - before;
        before = count;
        if (noise_between(seed, 2, i, 0, 50) == 0) {
            offset = noise_between(seed, 3, i, 0, MODULUS - 1) - count;
            dial_set(&dial, count + offset);
        }
        dial_show(&dial, 0);
        const int64_t shown = (count + offset) % MODULUS;
        assert_int_equal(dial.shown, shown < 0 ? shown + MODULUS : shown);
        assert_int_equal(dial.shown_advanced, counted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_grains_into_counts),   cmocka_unit_test(a_float_shows_what_it_can_hold),
        cmocka_unit_test(a_setting_is_no_flow),       cmocka_unit_test(falls_and_calibrations_are_kept_apart),
        cmocka_unit_test(flicker_is_below_and_wraps), cmocka_unit_test(follows_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
