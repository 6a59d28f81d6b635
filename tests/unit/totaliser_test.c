/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/totaliser_rig.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/seed.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* Meter B: modulus 2^32, 36000 an hour (10 a second), refresh 10 s, interval 1 s;
 * so allow(0) = 122, allow(1 s) = 134, allow(60 s) = 842. */
static const struct totaliser_rules meter_b = {
    .modulus = INT64_C(1) << 32,
    .max_rate = 36000,
    .resolution = 1,
    .noise = 1,
    .refresh_ms = 10 * SECOND,
    .interval_ms = 1 * SECOND,
    .gap_limit_ms = 60 * SECOND,
    .convert = {1, 1},
};

static struct rig rig; /* too large for a stack; each test begins with rig_begin */

static void rig_begin(const struct totaliser_rules *rules)
{
    memset(&rig, 0, sizeof(rig));
    rig.rules = *rules;
    rig.step = 1;
    rig.reset_ms = INT64_MIN;
    rig.at_ms = 1000 * SECOND;
}

/* A meter in use: it stands at `count`, read every second. */
static void rig_stand(const struct totaliser_rules *rules, int64_t count)
{
    rig_begin(rules);
    for (int i = 0; i < 100; i++)
        rig_read(&rig, SECOND, count);
    rig_forget(&rig);
}

static struct totaliser_rules meter_with(int64_t modulus, int64_t max_rate, bool resettable)
{
    struct totaliser_rules rules = meter_b;
    rules.modulus = modulus;
    rules.max_rate = max_rate;
    rules.resettable = resettable;
    return rules;
}

/* --- rules 0 to 7: numbers from both sides of every limit --- */

enum { B, RESETTABLE, RESETS, SMALL, SMALL_RESETTABLE, SLOW_RESETTABLE, ENDLESS, NOISY, FLAVOURS };

static struct totaliser_rules flavour(int which)
{
    struct totaliser_rules rules[FLAVOURS] = {
        [B] = meter_b,
        [RESETTABLE] = meter_with(meter_b.modulus, 36000, true),
        [RESETS] = meter_with(meter_b.modulus, 36000, true),
        [SMALL] = meter_with(65536, 36000, false),
        [SMALL_RESETTABLE] = meter_with(65536, 36000, true),
        [SLOW_RESETTABLE] = meter_with(65536, 3600, true),
        [ENDLESS] = meter_with(0, 36000, false),
        [NOISY] = meter_b,
    };
    rules[RESETS].resets = true;
    rules[NOISY].noise = 50;
    return rules[which];
}

#define ROUND (INT64_C(1) << 32)

struct rule_case {
    const char *name;
    int meter;
    int64_t stands; /* read every second for 100 s, so that e = 60 s */
    int64_t after_ms, count;
    enum totaliser_verdict verdict;
    int64_t amount;
    int rereads;
    int reason;         /* of the event that is there, -1: none at all */
    int64_t low, high;  /* its bound, both 0: not looked at */
    bool open;          /* it is open work */
    int64_t instant_ms; /* of resets_at, before the reading; 0: none */
};

static const struct rule_case rule_cases[] = {
    {"0: below 0", B, 1000, SECOND, -1, VERDICT_RANGE, 0, .rereads = 0, .reason = REASON_RANGE},
    {"0: at the modulus", B, ROUND - 5, SECOND, ROUND, VERDICT_RANGE, 0, .rereads = 0, .reason = REASON_RANGE},
    {"0: below the modulus", B, ROUND - 5, SECOND, ROUND - 1, VERDICT_FORWARD, 4, .rereads = 0, .reason = -1},
    {"0: three intervals", B, 1000, 3 * SECOND, 1001, VERDICT_FORWARD, 1, .rereads = 0, .reason = -1},
    {"0: more than three", B, 1000, 3 * SECOND + 1, 1001, VERDICT_FORWARD, 1, .rereads = 1, .reason = -1},
    {"0: fits without having stood", B, 1000, SECOND, 1134, VERDICT_FORWARD, 134, .rereads = 0, .reason = -1},
    {"0: fits because it had stood", B, 1000, SECOND, 1135, VERDICT_FORWARD, 135, .rereads = 1, .reason = -1},
    {"1: down by noise", B, 1000, SECOND, 999, VERDICT_HOLD, 0, .rereads = 0, .reason = REASON_NOISE, .low = 0,
     .high = 1},
    {"1: down by more is rule 6", B, 1000, SECOND, 998, VERDICT_HOLD, 0, .rereads = 0, .reason = REASON_BACKWARD,
     .low = 0, .high = 2 + 842},
    {"1: down by much noise", NOISY, 1000, SECOND, 950, VERDICT_HOLD, 0, .rereads = 0, .reason = REASON_NOISE, .low = 0,
     .high = 50},
    {"1: down by more than much noise", NOISY, 1000, SECOND, 949, VERDICT_HOLD, 0, .rereads = 0,
     .reason = REASON_BACKWARD},
    {"1: wraps possible, open", SMALL, 40000, 5452 * SECOND, 39999, VERDICT_HOLD, 0, .rereads = 1, .reason = REASON_GAP,
     .low = 0, .high = 65535, .open = true},
    {"1: wraps impossible", SMALL, 40000, 5451 * SECOND, 39999, VERDICT_HOLD, 0, .rereads = 1, .reason = REASON_GAP},
    {"2: allow one below the modulus", SMALL, 40000, 5451 * SECOND, 40005, VERDICT_FORWARD, 5, .rereads = 1,
     .reason = REASON_GAP, .low = 5, .high = 5},
    {"2: allow at the modulus", SMALL, 40000, 5452 * SECOND, 40005, VERDICT_FORWARD, 5, .rereads = 1,
     .reason = REASON_WRAPS_UNKNOWN, .low = 5, .high = 65541, .open = true},
    {"2: down", SMALL, 40000, 5452 * SECOND, 39000, VERDICT_WRAP, 64536, .rereads = 1, .reason = REASON_WRAPS_UNKNOWN,
     .low = 64536, .high = 64536, .open = true},
    {"2: down, resettable", SMALL_RESETTABLE, 40000, 5452 * SECOND, 39000, VERDICT_RESET, 39000, .rereads = 1,
     .reason = REASON_WRAPS_UNKNOWN, .low = 39000, .high = 65546, .open = true},
    {"2: down a little, resettable", SMALL_RESETTABLE, 40000, 5452 * SECOND, 39158, VERDICT_RESET, 39158, .rereads = 1,
     .reason = REASON_WRAPS_UNKNOWN, .low = -842, .high = 65546, .open = true},
    {"3: the same", B, 1000, SECOND, 1000, VERDICT_FORWARD, 0, .rereads = 0, .reason = -1},
    {"3: allow", B, 1000, SECOND, 1842, VERDICT_FORWARD, 842, .rereads = 1, .reason = -1},
    {"3: more than allow", B, 1000, SECOND, 1843, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"3: a gap, allow", B, 1000, 61 * SECOND, 1854, VERDICT_FORWARD, 854, .rereads = 1, .reason = REASON_GAP,
     .low = 854, .high = 854},
    {"3: no gap, allow", B, 1000, 60 * SECOND, 1842, VERDICT_FORWARD, 842, .rereads = 1, .reason = -1},
    {"3: a gap, more than allow", B, 1000, 61 * SECOND, 1855, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"3: a gap, may have been reset", RESETTABLE, 1000, HOUR, 1100, VERDICT_FORWARD, 100, .rereads = 1,
     .reason = REASON_GAP, .low = 100, .high = 43322},
    {"3: a gap over the instant", RESETS, 1000, HOUR, 1100, VERDICT_RESET, 1100, .rereads = 1, .reason = REASON_RESET,
     .low = 100, .high = 43322, .instant_ms = 30 * MINUTE},
    {"3: just what came since it", RESETS, 6000, HOUR, 6600, VERDICT_RESET, 6600, .rereads = 1, .reason = REASON_RESET,
     .low = 600, .high = 43322, .instant_ms = MINUTE},
    {"3: more than came since it", RESETS, 6000, HOUR, 6601, VERDICT_FORWARD, 601, .rereads = 1, .reason = REASON_GAP,
     .low = 601, .high = 43322, .instant_ms = MINUTE},
    {"3: the instant 10 min before", RESETS, 1000, HOUR, 1100, VERDICT_RESET, 1100, .rereads = 1,
     .reason = REASON_RESET, .low = 100, .high = 43322, .instant_ms = 70 * MINUTE},
    {"3: the instant long before", RESETS, 1000, HOUR, 1100, VERDICT_FORWARD, 100, .rereads = 1, .reason = REASON_GAP,
     .low = 100, .high = 43322, .instant_ms = 70 * MINUTE + 1},
    {"3: the instant, but no gap", RESETS, 1000, SECOND, 1100, VERDICT_FORWARD, 100, .rereads = 0, .reason = -1,
     .instant_ms = MINUTE},
    {"4: allow", B, ROUND - 10, SECOND, 832, VERDICT_WRAP, 842, .rereads = 1, .reason = REASON_WRAP, .low = 842,
     .high = 842},
    {"4: more than allow", B, ROUND - 10, SECOND, 833, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"4: resettable without a gap", SMALL_RESETTABLE, 65000, SECOND, 10, VERDICT_WRAP, 546, .rereads = 1,
     .reason = REASON_WRAP, .low = 10, .high = 842},
    {"4: resettable, a gap", SMALL_RESETTABLE, 65000, 600 * SECOND, 10, VERDICT_RESET, 10, .rereads = 1,
     .reason = REASON_RESET, .low = 10, .high = 7322, .open = true},
    {"4: resettable, a gap of few counts", SLOW_RESETTABLE, 65530, 61 * SECOND, 20, VERDICT_WRAP, 26, .rereads = 1,
     .reason = REASON_WRAP, .low = 20, .high = 88},
    {"4: allow at a hundredth", SLOW_RESETTABLE, 65530, 534 * SECOND, 20, VERDICT_WRAP, 26, .rereads = 1,
     .reason = REASON_WRAP},
    {"4: allow over a hundredth", SLOW_RESETTABLE, 65530, 535 * SECOND, 20, VERDICT_RESET, 20, .rereads = 1,
     .reason = REASON_RESET, .open = true},
    {"4: no modulus", ENDLESS, 65530, SECOND, 20, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"5: less than half", RESETTABLE, 1000, SECOND, 499, VERDICT_RESET, 499, .rereads = 1, .reason = REASON_RESET,
     .low = -501, .high = 842},
    {"5: half", RESETTABLE, 1000, SECOND, 500, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"5: allow", RESETTABLE, 10000, SECOND, 842, VERDICT_RESET, 842, .rereads = 1, .reason = REASON_RESET, .low = 842,
     .high = 842},
    {"5: more than allow", RESETTABLE, 10000, SECOND, 843, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"5: not resettable", B, 10000, SECOND, 842, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"5: an hour's worth", RESETTABLE, 1000000, 2 * HOUR, 36000, VERDICT_RESET, 36000, .rereads = 1,
     .reason = REASON_RESET, .low = 36000, .high = 86522},
    {"5: more than an hour's worth", RESETTABLE, 1000000, 2 * HOUR, 36001, VERDICT_SUSPECT, 0, .rereads = 1,
     .reason = -1},
    {"5: since the instant and 10 min", RESETS, 1000000, 3 * HOUR, 78000, VERDICT_RESET, 78000, .rereads = 1,
     .reason = REASON_RESET, .low = 78000, .high = 129722, .instant_ms = 2 * HOUR},
    {"5: more than since then", RESETS, 1000000, 3 * HOUR, 78001, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1,
     .instant_ms = 2 * HOUR},
    {"5: e, where the instant is young", RESETS, 1000000, HOUR, 36000, VERDICT_RESET, 36000, .rereads = 1,
     .reason = REASON_RESET, .low = 36000, .high = 43322, .instant_ms = MINUTE},
    {"5: down at all at the instant", RESETS, 700, SECOND, 690, VERDICT_RESET, 690, .rereads = 1,
     .reason = REASON_RESET, .low = -10, .high = 842, .instant_ms = 10 * MINUTE},
    {"5: down at all before the instant", RESETS, 605, SECOND, 595, VERDICT_RESET, 595, .rereads = 1,
     .reason = REASON_RESET, .low = -10, .high = 842, .instant_ms = -10 * MINUTE},
    {"5: down long after the instant", RESETS, 700, SECOND, 690, VERDICT_HOLD, 0, .rereads = 0,
     .reason = REASON_BACKWARD, .low = 0, .high = 10 + 842, .instant_ms = 10 * MINUTE + 2 * SECOND},
    {"6: allow", B, 1000, SECOND, 866, VERDICT_HOLD, 0, .rereads = 0, .reason = REASON_BACKWARD},
    {"6: more than allow", B, 1000, SECOND, 865, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"6: a gap, allow of the limit", B, 2000, HOUR, 1158, VERDICT_HOLD, 0, .rereads = 1, .reason = REASON_GAP},
    {"6: a gap, more than that", B, 2000, HOUR, 1157, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
    {"7: far up", B, 1000, SECOND, 1000000, VERDICT_SUSPECT, 0, .rereads = 1, .reason = -1},
};

static void check_case(const struct rule_case *row)
{
    struct totaliser_rules rules = flavour(row->meter);
    struct totaliser_event event = {0};
    rig_stand(&rules, row->stands);
    rig.rereads = 0;
    rig.reset_ms = row->instant_ms ? rig.at_ms + row->after_ms - row->instant_ms : INT64_MIN;
    struct totaliser_outcome outcome = rig_read(&rig, row->after_ms, row->count);
    assert_int_equal(outcome.verdict, row->verdict);
    assert_int_equal(outcome.amount, row->amount);
    assert_int_equal(rig.rereads, row->rereads);
    assert_int_equal(outcome.gap, outcome.accepted && row->after_ms > MINUTE);
    if (row->reason < 0) {
        assert_int_equal(rig.events, 0);
        return;
    }
    assert_int_equal(rig_count(&rig, (enum totaliser_reason)row->reason, &event), 1);
    assert_int_equal(event.open, row->open);
    assert_int_equal(event.after, row->count);
    if (row->low || row->high) {
        assert_true(event.bounded);
        assert_int_equal(event.low, row->low);
        assert_int_equal(event.high, row->high);
    }
}

static void test_rules(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(rule_cases) / sizeof(rule_cases[0]); i++) {
        print_message("# rule %s\n", rule_cases[i].name);
        check_case(&rule_cases[i]);
    }
}

/* --- rule 0: rereads --- */

static void test_first_reading_needs_a_reread(void **unused)
{
    (void)unused;
    rig_begin(&meter_b);
    assert_int_equal(rig_read_two(&rig, SECOND, 1000, 1123).verdict, VERDICT_NONE); /* allow(0) = 122 */
    assert_int_equal(rig_count(&rig, REASON_DROPPED, NULL), 1);
    assert_false(rig.state.started);
    assert_int_equal(rig_scan(&rig, SECOND, true, 1000, false, 0).verdict, VERDICT_NONE); /* failed */
    assert_int_equal(rig_read_two(&rig, SECOND, 1000, -1).accepted, false);               /* out of range */
    assert_int_equal(rig_read_two(&rig, SECOND, 1000, meter_b.modulus).accepted, false);
    assert_int_equal(rig_count(&rig, REASON_DROPPED, NULL), 4);
    struct totaliser_outcome outcome = rig_read_two(&rig, SECOND, 1000, 1122);
    assert_int_equal(outcome.verdict, VERDICT_FIRST);
    assert_int_equal(outcome.amount, 122); /* the reread is stepped too */
    assert_true(outcome.segment);
    assert_false(outcome.closed.started);
}

static void test_reread_confirms_up_or_down(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    assert_int_equal(rig_read_two(&rig, 10 * SECOND, 1200, 1079).accepted, true);
    assert_int_equal(rig.state.high, 1200);
    assert_int_equal(rig.state.last, 1079);
    rig_stand(&meter_b, 1000);
    assert_int_equal(rig_read_two(&rig, 10 * SECOND, 1200, 1077).accepted, false);
    assert_int_equal(rig.state.high, 1000);
}

/* The caller that does not come back with the reread has dropped the reading. */
static void test_reread_that_never_comes(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    struct totaliser_input input = {
        .at_ms = rig.at_ms + HOUR, .good = true, .count = 1200, .step = 1, .reset_ms = INT64_MIN};
    rig_step(&rig, &input);
    assert_true(rig.outcome.reread);
    assert_int_equal(rig_read(&rig, HOUR + SECOND, 1001).amount, 1);
}

/* A reread that would need a reread of its own is dropped. */
static void test_reread_is_not_reread(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(meter_b.modulus, 36000, true);
    rig_stand(&rules, 5000);
    assert_int_equal(rig_read_two(&rig, SECOND, 100, 40).verdict, VERDICT_RESET); /* 40 is less than half of 100 */
    assert_int_equal(rig.state.high, 100);
    assert_int_equal(rig.state.last, 100);
    assert_int_equal(rig_count(&rig, REASON_DROPPED, NULL), 1);
}

static void test_not_taken_raises_an_alarm(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    for (int i = 0; i < 61; i++)
        rig_scan(&rig, SECOND, true, -5, false, 0); /* out of range is not good, and has its own alarm */
    for (int i = 0; i < 61; i++)
        rig_scan(&rig, SECOND, true, i % 2 ? 70000000 : 50000000, false, 0);
    assert_int_equal(rig_count(&rig, REASON_NOT_TAKEN, NULL), 0);
    for (int i = 0; i < 100; i++)
        rig_scan(&rig, SECOND, true, i % 2 ? 70000000 : 50000000, false, 0);
    struct totaliser_event event = {0};
    assert_int_equal(rig_count(&rig, REASON_NOT_TAKEN, &event), 1);
    assert_true(event.alarm);
}

/* --- rules 1 and 6: holds --- */

static void test_nothing_is_posted_until_high_is_passed(void **unused)
{
    (void)unused;
    static const int64_t readings[] = {999, 1000, 999, 900, 800, 900, 999, 1000, 1010};
    rig_stand(&meter_b, 1000);
    for (size_t i = 0; i + 1 < sizeof(readings) / sizeof(readings[0]); i++)
        assert_int_equal(rig_read(&rig, SECOND, readings[i]).amount, 0);
    assert_int_equal(rig_read(&rig, SECOND, 1010).amount, 10);
    assert_int_equal(rig_count(&rig, REASON_BACKWARD, NULL), 2);
    assert_int_equal(rig_count(&rig, REASON_NOISE, NULL), 2);
}

static void test_a_day_below_high(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig_read(&rig, SECOND, 900);
    for (int i = 0; i < 1439; i++)
        rig_read(&rig, MINUTE, 900);
    assert_int_equal(rig_count(&rig, REASON_BELOW_A_DAY, NULL), 0);
    for (int i = 0; i < 2000; i++)
        rig_read(&rig, MINUTE, 900);
    struct totaliser_event event = {0};
    assert_int_equal(rig_count(&rig, REASON_BELOW_A_DAY, &event), 1);
    assert_true(event.open && event.bounded);
    assert_int_equal(event.amount, 100);
    assert_int_equal(event.high, 100 + 842);
}

static void test_a_day_within_noise_is_nothing(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    for (int i = 0; i < 3000; i++)
        rig_read(&rig, MINUTE, 999);
    assert_int_equal(rig_count(&rig, REASON_BELOW_A_DAY, NULL), 0);
}

static void test_a_break_out_of_a_hold_takes_the_depth_off(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(meter_b.modulus, 36000, true);
    rig_stand(&rules, 5000);
    rig_read(&rig, SECOND, 4900);
    struct totaliser_event event = {0};
    assert_int_equal(rig_read(&rig, SECOND, 7).verdict, VERDICT_RESET);
    assert_int_equal(rig_count(&rig, REASON_RESET, &event), 1);
    assert_int_equal(event.low, 7 - 100);
    rig_stand(&rules, 5000);
    rig_read(&rig, SECOND, 4900);
    rig_read(&rig, SECOND, 1000000);
    assert_int_equal(rig_read(&rig, SECOND, 1000000).verdict, VERDICT_JUMP);
    assert_int_equal(rig_count(&rig, REASON_JUMP, &event), 1);
    assert_int_equal(event.low, -100 - rules.noise);
}

/* --- rule 7 --- */

static void test_three_readings_make_a_jump(void **unused)
{
    (void)unused;
    struct totaliser_event event = {0};
    rig_stand(&meter_b, 1000);
    assert_int_equal(rig_read_two(&rig, SECOND, 50000, 50122).verdict, VERDICT_SUSPECT);
    struct totaliser_outcome outcome = rig_read(&rig, SECOND, 50256); /* 134 up in 1 s */
    assert_int_equal(outcome.verdict, VERDICT_JUMP);
    assert_int_equal(outcome.amount, 256);
    assert_true(outcome.segment && outcome.closed.started);
    assert_int_equal(outcome.closed.high, 1000);
    assert_int_equal(rig.state.first, 50000);
    assert_int_equal(rig_count(&rig, REASON_JUMP, &event), 1);
    assert_true(event.open && event.alarm && event.bounded);
    assert_int_equal(event.amount, 49000);
    assert_int_equal(event.low, -1);    /* noise */
    assert_int_equal(event.high, 1334); /* allow(101 s): it had stood for 99 s */
    assert_int_equal(rig_count(&rig, REASON_GLITCH, NULL), 0);
}

static void test_a_run_that_does_not_hold_together_begins_anew(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig_read_two(&rig, SECOND, 50000, 50123); /* allow(0) = 122 */
    assert_int_equal(rig_count(&rig, REASON_GLITCH, NULL), 1);
    assert_int_equal(rig_scan(&rig, SECOND, true, 50123 + 134, false, 0).verdict, VERDICT_NONE);
    assert_int_equal(rig_read(&rig, SECOND, 50123 + 134).verdict, VERDICT_JUMP);
    assert_int_equal(rig.state.first, 50123);
}

static void test_a_jump_may_fall(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig_read_two(&rig, SECOND, 50000, 49990);
    assert_int_equal(rig_read(&rig, SECOND, 49980).verdict, VERDICT_JUMP);
    assert_int_equal(rig.state.first, 50000);
    assert_int_equal(rig.state.high, 50000);
    assert_int_equal(rig.state.last, 49980);
    assert_int_equal(rig.posted, 0);
}

static void test_a_glitch_posts_nothing(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    struct totaliser_outcome outcome = rig_read_two(&rig, SECOND, 50000, 1010);
    assert_int_equal(outcome.verdict, VERDICT_FORWARD);
    assert_int_equal(outcome.amount, 10);
    assert_int_equal(rig_count(&rig, REASON_GLITCH, NULL), 1);
    assert_int_equal(rig_count(&rig, REASON_JUMP, NULL), 0);
}

static void test_suspects_do_not_outlive_a_restart(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig_read(&rig, SECOND, 50000);
    rig_restart(&rig);
    assert_int_equal(rig_read(&rig, SECOND, 50000).verdict, VERDICT_SUSPECT);
    assert_int_equal(rig_read(&rig, SECOND, 50000).verdict, VERDICT_JUMP);
}

/* --- rules 8 and 9 --- */

static void test_a_calibration_is_excluded(void **unused)
{
    (void)unused;
    struct totaliser_event event = {0};
    rig_stand(&meter_b, 1000);
    rig.calibrating = true;
    assert_int_equal(rig_read(&rig, SECOND, 1005).amount, 0);
    assert_int_equal(rig.state.stopped, STOP_CALIBRATING);
    assert_int_equal(rig_count(&rig, REASON_STOPPED, NULL), 1);
    for (int i = 0; i < 100; i++)
        rig_read(&rig, SECOND, 1100);
    rig.calibrating = false;
    for (int i = 0; i < 10; i++)
        assert_false(rig_read(&rig, SECOND, 1200).accepted); /* less than refresh after the bit */
    struct totaliser_outcome outcome = rig_read(&rig, SECOND, 1300);
    assert_int_equal(outcome.verdict, VERDICT_RESTART);
    assert_int_equal(outcome.amount, 0);
    assert_int_equal(rig_count(&rig, REASON_EXCLUDED, &event), 1);
    assert_int_equal(event.amount, 300);
    assert_int_equal(event.low, 300);
    assert_int_equal(event.high, 300);
    assert_true(event.alarm && !event.open);
    assert_int_equal(rig_read(&rig, SECOND, 1310).amount, 10);
}

static void test_a_wrap_in_a_calibration_is_excluded(void **unused)
{
    (void)unused;
    struct totaliser_event event = {0};
    rig_stand(&meter_b, ROUND - 10);
    rig.calibrating = true;
    rig_read(&rig, SECOND, 5);
    rig.calibrating = false;
    rig_read(&rig, SECOND, 5);
    assert_int_equal(rig_read(&rig, 10 * SECOND, 5).verdict, VERDICT_RESTART);
    assert_int_equal(rig_count(&rig, REASON_EXCLUDED, &event), 1);
    assert_int_equal(event.amount, 15);
}

static void test_what_no_flow_makes_is_unknown(void **unused)
{
    (void)unused;
    struct totaliser_event event = {0};
    rig_stand(&meter_b, 1000);
    rig.held = true;
    rig_read(&rig, SECOND, 1000);
    assert_int_equal(rig.state.stopped, STOP_HELD);
    rig.held = false;
    rig_read(&rig, SECOND, 900000);
    assert_int_equal(rig_read(&rig, 10 * SECOND, 900000).verdict, VERDICT_RESTART);
    assert_int_equal(rig_count(&rig, REASON_UNKNOWN, &event), 1);
    assert_true(event.open && event.bounded);
    assert_int_equal(event.low, -1);
    assert_int_equal(event.high, 1454); /* allow(111 s) */
}

static void test_a_failed_scan_has_not_seen_the_bit_go(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig.calibrating = true;
    rig_read(&rig, SECOND, 1000);
    rig.calibrating = false;
    for (int i = 0; i < 20; i++)
        rig_fail(&rig, SECOND);
    assert_false(rig_read(&rig, SECOND, 1000).accepted);
    assert_int_equal(rig_read(&rig, 10 * SECOND, 1100).verdict, VERDICT_RESTART);
    assert_int_equal(rig.posted, 0);
}

static void test_a_stop_that_cannot_end_raises_an_alarm(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig.held = true;
    for (int i = 0; i < 100; i++)
        rig_read(&rig, SECOND, 1000);
    rig.held = false;
    for (int i = 0; i < 71; i++)
        rig_read_two(&rig, SECOND, 1000, 5000);
    assert_int_equal(rig_count(&rig, REASON_NOT_TAKEN, NULL), 0);
    rig_read_two(&rig, SECOND, 1000, 5000);
    assert_int_equal(rig_count(&rig, REASON_NOT_TAKEN, NULL), 1);
}

static void test_a_stop_outlives_a_restart(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig.calibrating = true;
    rig_read(&rig, SECOND, 1100);
    rig.calibrating = false;
    rig_restart(&rig);
    assert_false(rig_read(&rig, SECOND, 1100).accepted);
    assert_int_equal(rig_read(&rig, 10 * SECOND, 1100).verdict, VERDICT_RESTART);
    assert_int_equal(rig.posted, 0);
}

/* Seven resets, and then each reading follows from the one before for an hour. */
static void test_seven_breaks_in_an_hour_stop_the_meter(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(meter_b.modulus, 36000, true);
    struct totaliser_event event = {0};
    rig_stand(&rules, 5000);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(rig.state.stopped, STOP_NONE);
        assert_int_equal(rig_read(&rig, SECOND, 0).verdict, VERDICT_RESET);
        for (int64_t count = 100; count <= 5000; count += 100)
            rig_read(&rig, 10 * SECOND, count);
    }
    assert_int_equal(rig.state.stopped, STOP_BREAKS);
    assert_int_equal(rig_count(&rig, REASON_BREAKS, &event), 1);
    assert_true(event.alarm);
    int64_t posted = rig.posted;
    for (int i = 0; i < 3000; i++)
        rig_read(&rig, SECOND, 6000 + i);
    rig_read(&rig, SECOND, 1000000); /* does not follow: the hour begins again */
    for (int i = 0; i < 3600; i++)
        assert_false(rig_read(&rig, SECOND, 9000 + i).accepted);
    assert_int_equal(rig_count(&rig, REASON_UNKNOWN, NULL), 0);
    assert_int_equal(rig_read(&rig, SECOND, 12600).verdict, VERDICT_RESTART);
    assert_int_equal(rig.posted, posted);
    assert_int_equal(rig_count(&rig, REASON_UNKNOWN, &event), 1); /* and never excluded */
    assert_int_equal(rig_count(&rig, REASON_EXCLUDED, NULL), 0);
    assert_true(event.open && event.bounded && event.high > 8000);
    assert_int_equal(rig_read(&rig, SECOND, 12610).amount, 10);
}

static void test_six_breaks_in_an_hour_do_not(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(meter_b.modulus, 36000, true);
    rig_stand(&rules, 5000);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(rig_read(&rig, SECOND, 0).verdict, VERDICT_RESET);
        for (int64_t count = 50; count <= 5000; count += 50)
            rig_read(&rig, 6001, count); /* 600.1 s, so that six fit into an hour */
    }
    assert_int_equal(rig.state.stopped, STOP_NONE);
}

/* --- the accidents that broke simpler rules --- */

static void test_accident_1_refresh_longer_than_stated(void **unused)
{
    (void)unused;
    for (int64_t refresh_s = 15; refresh_s <= 60; refresh_s += 5) {
        rig_stand(&meter_b, 1000);
        for (int64_t s = 1; s <= 3 * 3600; s++)
            rig_read(&rig, SECOND, 1000 + s / refresh_s * refresh_s * 10);
        assert_int_equal(rig.posted, 3 * 3600 / refresh_s * refresh_s * 10);
        assert_int_equal(rig_count(&rig, REASON_JUMP, NULL), 0);
    }
}

static void test_accident_2_two_devices_in_turn(void **unused)
{
    (void)unused;
    struct totaliser_event event = {0};
    rig_begin(&meter_b);
    for (int i = 0; i < 100; i++)
        rig_read_two(&rig, SECOND, 1000000 + i, 5000);
    assert_false(rig.state.started);
    assert_int_equal(rig_count(&rig, REASON_NOT_TAKEN, &event), 1);
    assert_true(event.alarm);
}

static void test_accident_3_a_single_zero(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(meter_b.modulus, 36000, true);
    static const int64_t highs[] = {130, 5000000};
    for (int i = 0; i < 2; i++) {
        rig_stand(&rules, highs[i]);
        rig_read_two(&rig, SECOND, 0, highs[i] + 1);
        rig_read(&rig, SECOND, highs[i] + 2);
        assert_int_equal(rig.posted, 2);
        assert_int_equal(rig_count(&rig, REASON_RESET, NULL), 0);
    }
}

static void test_accident_4_reset_in_three_days(void **unused)
{
    (void)unused;
    static const int64_t rates[] = {36000, 500}; /* by rule 2, by rule 4 */
    for (int i = 0; i < 2; i++) {
        struct totaliser_rules rules = meter_with(65536, rates[i], true);
        rig_stand(&rules, 40750);
        struct totaliser_outcome outcome = rig_read(&rig, 3 * DAY, 0);
        assert_int_equal(outcome.verdict, VERDICT_RESET);
        assert_int_equal(outcome.amount, 0);
        assert_int_equal(rig.events, 1);
        assert_true(rig.event[0].open && rig.event[0].bounded);
        assert_true(rig.event[0].low <= 0 && rig.event[0].high >= 24786);
    }
}

static void test_accident_5_reset_that_looks_like_a_hold(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(meter_b.modulus, 36000, true);
    struct totaliser_event event = {0};
    rig_stand(&rules, 1000);
    assert_int_equal(rig_read(&rig, HOUR, 995).verdict, VERDICT_HOLD);
    assert_int_equal(rig_count(&rig, REASON_GAP, &event), 1);
    assert_true(event.bounded && event.low <= 0 && event.high >= 995);
}

static void test_accident_6_frozen_register_and_slow_clock(void **unused)
{
    (void)unused;
    struct totaliser_event event = {0};
    rig_stand(&meter_b, 1000);
    for (int i = 0; i < 600; i++)
        rig_read(&rig, SECOND, 1000);
    rig_read(&rig, SECOND, 7000);
    assert_int_equal(rig_read(&rig, SECOND, 7000).verdict, VERDICT_JUMP);
    assert_int_equal(rig_count(&rig, REASON_JUMP, &event), 1);
    assert_true(event.open && event.bounded && event.high >= 6000);

    rig_stand(&meter_b, 990); /* 60 s off, of which the clock knows 10 */
    rig_read(&rig, SECOND, 1000);
    rig_restart(&rig);
    totaliser_rebase(&rig.state, 20 * SECOND - rig.at_ms, false);
    rig.at_ms = 20 * SECOND;
    rig_read(&rig, 10 * SECOND, 1600);
    rig_read(&rig, SECOND, 1600);
    assert_int_equal(rig_count(&rig, REASON_JUMP, &event), 1);
    assert_true(event.bounded && event.high >= 600);

    rig_stand(&meter_b, 1000); /* a clock that nobody vouches for */
    rig_restart(&rig);
    totaliser_rebase(&rig.state, -rig.at_ms, true);
    rig.at_ms = 0;
    assert_int_equal(rig_read(&rig, SECOND, 7000).amount, 6000);
    assert_int_equal(rig_count(&rig, REASON_WRAPS_UNKNOWN, &event), 1);
    assert_true(event.open && !event.bounded);
    assert_int_equal(rig_read(&rig, SECOND, 7001).amount, 1);
    assert_int_equal(rig_count(&rig, REASON_WRAPS_UNKNOWN, NULL), 1);
}

/* A small register, zeroed by hand now and then, freezes for 14 minutes at full flow
 * and comes back past its end: taken for a reset, with the wrap within the bound. */
static void test_accident_6_frozen_over_a_wrap(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_b;
    struct totaliser_event event = {0};
    rules.modulus = 65536;
    rules.max_rate = 98774;
    rules.refresh_ms = 20 * SECOND;
    rules.resettable = true;
    rig_stand(&rules, 43437);
    for (int i = 0; i < 14 * 60; i++)
        rig_read(&rig, SECOND, 43437);
    assert_int_equal(rig_read(&rig, SECOND, 1623).verdict, VERDICT_RESET);
    assert_int_equal(rig_count(&rig, REASON_RESET, &event), 1);
    assert_true(event.bounded && event.low <= 1623 && event.high >= 65536 - 43437 + 1623);

    rig_stand(&rules, 43437); /* moved a minute ago: no wrap can have come */
    for (int i = 0; i < 60; i++)
        rig_read(&rig, SECOND, 43437);
    rig_read(&rig, SECOND, 1623);
    assert_int_equal(rig_count(&rig, REASON_RESET, &event), 1);
    assert_true(event.bounded && event.high < 65536 - 43437 + 1623);
}

static void test_accident_7_back_over_zero(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(10000000, 36000, false);
    struct totaliser_event event = {0};
    rig_stand(&rules, 2);
    rig_read_two(&rig, SECOND, 9999998, 9999997);
    assert_int_equal(rig_read(&rig, SECOND, 9999990).verdict, VERDICT_JUMP);
    for (int64_t i = 1; i < 1000; i++)
        rig_read(&rig, SECOND, 9999990 - i);
    assert_int_equal(rig.posted, 0);
    assert_int_equal(rig_count(&rig, REASON_JUMP, &event), 1);
    assert_int_equal(event.low, -4 - 1);
}

static void test_accident_8_garbage_above_high_in_a_hold(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 5000);
    for (int64_t count = 4900; count >= 4500; count -= 100)
        rig_read(&rig, SECOND, count);
    rig_read_two(&rig, SECOND, 5100, 4500);
    assert_int_equal(rig.posted, 0);
    assert_int_equal(rig_count(&rig, REASON_GLITCH, NULL), 1);
}

static void test_accident_9_lag_and_a_bit_in_a_bad_scan(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig.calibrating = true;
    rig_fail(&rig, SECOND); /* the bit was read, the total was not */
    assert_int_equal(rig.state.stopped, STOP_CALIBRATING);
    rig.calibrating = false;
    rig_read(&rig, SECOND, 1000);
    rig_read(&rig, 9 * SECOND, 1100); /* only now the register shows the test's material */
    rig_read(&rig, SECOND, 1100);
    assert_int_equal(rig.posted, 0);
    assert_int_equal(rig.state.first, 1100);
}

static void test_accident_10_gap_over_midnight(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = flavour(RESETS);
    rig_stand(&rules, 1000);
    rig.reset_ms = rig.at_ms + 30 * MINUTE;
    assert_int_equal(rig_read(&rig, HOUR, 600).verdict, VERDICT_RESET);
    assert_int_equal(rig.posted, 600);
}

static void test_accident_11_slow_update(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig.rereads = 0;
    for (int64_t s = 1; s <= 3600; s++)
        rig_read(&rig, SECOND, 1000 + s / 10 * 100);
    assert_int_equal(rig.posted, 36000);
    assert_int_equal(rig.rereads, 0);
    assert_int_equal(rig.events, 0);
}

static void test_accident_11_coarse_float(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(0, 36000, false);
    rig_begin(&rules);
    rig.step = 64;
    for (int64_t s = 0; s <= 3600; s++)
        rig_read(&rig, SECOND, 1000000000 + s * 10 / 64 * 64);
    assert_int_equal(rig.posted, 36000 / 64 * 64);
    assert_int_equal(rig.rereads, 1); /* the first reading ever */
    assert_int_equal(rig.events, 1);
}

static void test_accident_11_preset_in_five_days(void **unused)
{
    (void)unused;
    static const int64_t presets[] = {4000000, 20000000};
    for (int i = 0; i < 2; i++) {
        struct totaliser_event event = {0};
        rig_stand(&meter_b, 5000000);
        rig_read(&rig, 5 * DAY, presets[i]);
        assert_int_equal(rig_read(&rig, SECOND, presets[i]).verdict, VERDICT_JUMP);
        assert_int_equal(rig_count(&rig, REASON_JUMP, &event), 1);
        assert_true(event.open && event.high >= 5 * 24 * 36000); /* five days of full flow */
        assert_int_equal(rig.posted, 0);
    }
}

static void test_accident_11_torn_first_reading(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 5000000);
    rig_read_two(&rig, 8 * HOUR, 5000000 + 65536, 5000010);
    assert_int_equal(rig.posted, 0);
    assert_int_equal(rig_read(&rig, SECOND, 5000010).amount, 10);
}

static void test_accident_11_small_register_with_gaps(void **unused)
{
    (void)unused;
    struct totaliser_rules rules = meter_with(65536, 20000, false);
    rules.convert = (struct ratio){10, 1}; /* uint16 x 0.01 t */
    int64_t total = 60000;
    rig_stand(&rules, total);
    for (int i = 0; i < 100; i++)
        rig_read(&rig, 2 * HOUR, (total += 30000) % 65536);
    assert_int_equal(rig.posted, 100 * 30000 * 10);
    for (size_t i = 0; i < rig.events; i++)
        assert_true(rig.event[i].bounded && !rig.event[i].open && rig.event[i].low == rig.event[i].high);
}

/* --- what the state is carried through --- */

static void test_a_changed_definition_posts_nothing_across(void **unused)
{
    (void)unused;
    struct totaliser_event event = {0};
    rig_stand(&meter_b, 1000);
    rig_read(&rig, SECOND, 1010);
    rig.closed += totaliser_counted(&rig.rules, &rig.state);
    totaliser_break(&rig.state);
    rig.rules.convert = (struct ratio){1000, 1};
    rig_restart(&rig);
    struct totaliser_outcome outcome = rig_read(&rig, 10 * SECOND, 3000);
    assert_int_equal(outcome.verdict, VERDICT_FIRST);
    assert_int_equal(outcome.amount, 0);
    assert_true(outcome.segment);
    assert_int_equal(rig.state.segment, 2);
    assert_int_equal(rig_count(&rig, REASON_UNKNOWN, &event), 1);
    assert_true(event.open && event.bounded);
    assert_int_equal(rig_read(&rig, SECOND, 3001).amount, 1000);
    assert_int_equal(rig.state.total, 1010);
}

static void test_a_right_clock_over_a_reboot(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    rig_restart(&rig);
    totaliser_rebase(&rig.state, 20 * SECOND - rig.at_ms - 600 * SECOND, false);
    rig.at_ms = 20 * SECOND;
    struct totaliser_outcome outcome = rig_read(&rig, SECOND, 7000);
    assert_int_equal(outcome.amount, 6000);
    assert_true(outcome.gap);
    assert_int_equal(outcome.from_ms, 20 * SECOND - 600 * SECOND);
    assert_int_equal(rig_count(&rig, REASON_GAP, NULL), 1);
}

static void test_allow(void **unused)
{
    (void)unused;
    assert_int_equal(totaliser_allow(&meter_b, 0, 1), 122);
    assert_int_equal(totaliser_allow(&meter_b, SECOND, 1), 134);
    assert_int_equal(totaliser_allow(&meter_b, MINUTE, 64), 840 + 128);
    assert_int_equal(totaliser_allow(&meter_b, 1, 1), 123); /* rounded up */
    assert_int_equal(totaliser_allow(&meter_b, INT64_MAX, 1), INT64_MAX);
    struct totaliser_rules fast = meter_with(0, INT64_MAX, false);
    assert_int_equal(totaliser_allow(&fast, DAY, INT64_MAX), INT64_MAX);
}

static void test_survives(void **unused)
{
    (void)unused;
    static const int64_t moduli[] = {125, 1000, 65536, INT64_C(1) << 32};
    for (size_t i = 0; i < sizeof(moduli) / sizeof(moduli[0]); i++) {
        struct totaliser_rules rules = meter_with(moduli[i], 36000, false);
        int64_t survives_ms = totaliser_survives_ms(&rules, 1);
        assert_true(totaliser_allow(&rules, survives_ms, 1) >= moduli[i]);
        assert_true(totaliser_allow(&rules, survives_ms - 1, 1) < moduli[i]);
    }
    struct totaliser_rules rules = meter_with(100, 36000, false);
    assert_int_equal(totaliser_survives_ms(&rules, 1), 0);
    rules.modulus = 0;
    assert_int_equal(totaliser_survives_ms(&rules, 1), INT64_MAX);
}

static void test_reasons_have_names(void **unused)
{
    (void)unused;
    for (int reason = 0; reason < REASON_COUNT; reason++) {
        assert_non_null(totaliser_reason_name((enum totaliser_reason)reason));
        for (int other = 0; other < reason; other++)
            assert_string_not_equal(totaliser_reason_name((enum totaliser_reason)reason),
                                    totaliser_reason_name((enum totaliser_reason)other));
    }
    assert_string_equal(totaliser_reason_name(REASON_COUNT), "?");
}

/* Any count may come from the wire, and any row from a damaged database: the books
 * balance, and nothing overflows (run under UBSan). */
static int64_t hostile(void)
{
    static const int64_t edges[] = {INT64_MIN,        -1,       0, 1, INT64_C(1) << 31, INT64_C(1) << 32,
                                    INT64_C(1) << 62, INT64_MAX};
    int64_t edge = edges[rand() % 8];
    return rand() % 2 ? edge : (int64_t)((uint64_t)edge + (uint64_t)(rand() % 2000 - 1000));
}

static void hostile_meter(struct totaliser_rules *rules)
{
    static const int64_t moduli[] = {0, 2, 65536, INT64_C(1) << 32, INT64_MAX};
    static const struct ratio ratios[] = {{1, 1}, {INT64_MAX, 1}, {1, INT64_MAX}, {1000, 3}, {INT64_C(1) << 40, 1}};
    *rules = meter_with(moduli[rand() % 5], rand() % 2 ? INT64_MAX : 36000, rand() % 2);
    rules->resets = rand() % 2;
    rules->noise = rand() % 4 ? 1 : INT64_MAX;
    rules->convert = ratios[rand() % 5];
}

static void test_hostile_counts(void **unused)
{
    (void)unused;
    for (int meter = 0; meter < 2000; meter++) {
        struct totaliser_rules rules;
        hostile_meter(&rules);
        rig_begin(&rules);
        for (int i = 0; i < 60; i++) {
            int64_t count = hostile();
            rig.step = rand() % 2 ? 1 : INT64_MAX;
            rig.reset_ms = rand() % 2 ? INT64_MIN : rig.at_ms - rand() % DAY;
            rig.calibrating = rand() % 10 == 0;
            rig_scan(&rig, rand() % 2 ? SECOND : DAY, true, count, true, rand() % 4 ? count : hostile());
            rig_forget(&rig);
        }
    }
}

static void test_hostile_state(void **unused)
{
    (void)unused;
    for (int i = 0; i < 20000; i++) {
        struct totaliser_rules rules;
        hostile_meter(&rules);
        rig_begin(&rules);
#define X(name) rig.state.name = rand() % 4 ? 1 : hostile();
        TOTALISER_STATE_FIELDS(X)
#undef X
        totaliser_rebase(&rig.state, hostile(), rand() % 2);
        for (int step = 0; step < 5; step++) {
            struct totaliser_input input = {
                .at_ms = rig.at_ms += SECOND, .good = true, .count = hostile(), .step = 1, .reset_ms = INT64_MIN};
            input.reread = totaliser_step(&rules, &rig.state, &rig.memory, &input).reread;
            if (input.reread)
                totaliser_step(&rules, &rig.state, &rig.memory, &input);
        }
    }
}

int main(void)
{
    seed_random();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_first_reading_needs_a_reread),
        cmocka_unit_test(test_reread_confirms_up_or_down),
        cmocka_unit_test(test_reread_that_never_comes),
        cmocka_unit_test(test_reread_is_not_reread),
        cmocka_unit_test(test_not_taken_raises_an_alarm),
        cmocka_unit_test(test_nothing_is_posted_until_high_is_passed),
        cmocka_unit_test(test_a_day_below_high),
        cmocka_unit_test(test_a_day_within_noise_is_nothing),
        cmocka_unit_test(test_a_break_out_of_a_hold_takes_the_depth_off),
        cmocka_unit_test(test_three_readings_make_a_jump),
        cmocka_unit_test(test_a_run_that_does_not_hold_together_begins_anew),
        cmocka_unit_test(test_a_jump_may_fall),
        cmocka_unit_test(test_a_glitch_posts_nothing),
        cmocka_unit_test(test_suspects_do_not_outlive_a_restart),
        cmocka_unit_test(test_a_calibration_is_excluded),
        cmocka_unit_test(test_a_wrap_in_a_calibration_is_excluded),
        cmocka_unit_test(test_what_no_flow_makes_is_unknown),
        cmocka_unit_test(test_a_failed_scan_has_not_seen_the_bit_go),
        cmocka_unit_test(test_a_stop_that_cannot_end_raises_an_alarm),
        cmocka_unit_test(test_a_stop_outlives_a_restart),
        cmocka_unit_test(test_seven_breaks_in_an_hour_stop_the_meter),
        cmocka_unit_test(test_six_breaks_in_an_hour_do_not),
        cmocka_unit_test(test_accident_1_refresh_longer_than_stated),
        cmocka_unit_test(test_accident_2_two_devices_in_turn),
        cmocka_unit_test(test_accident_3_a_single_zero),
        cmocka_unit_test(test_accident_4_reset_in_three_days),
        cmocka_unit_test(test_accident_5_reset_that_looks_like_a_hold),
        cmocka_unit_test(test_accident_6_frozen_register_and_slow_clock),
        cmocka_unit_test(test_accident_6_frozen_over_a_wrap),
        cmocka_unit_test(test_accident_7_back_over_zero),
        cmocka_unit_test(test_accident_8_garbage_above_high_in_a_hold),
        cmocka_unit_test(test_accident_9_lag_and_a_bit_in_a_bad_scan),
        cmocka_unit_test(test_accident_10_gap_over_midnight),
        cmocka_unit_test(test_accident_11_slow_update),
        cmocka_unit_test(test_accident_11_coarse_float),
        cmocka_unit_test(test_accident_11_preset_in_five_days),
        cmocka_unit_test(test_accident_11_torn_first_reading),
        cmocka_unit_test(test_accident_11_small_register_with_gaps),
        cmocka_unit_test(test_a_changed_definition_posts_nothing_across),
        cmocka_unit_test(test_a_right_clock_over_a_reboot),
        cmocka_unit_test(test_allow),
        cmocka_unit_test(test_survives),
        cmocka_unit_test(test_reasons_have_names),
        cmocka_unit_test(test_hostile_counts),
        cmocka_unit_test(test_hostile_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
