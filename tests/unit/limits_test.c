/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/daemon_rig.h"

#include "collector/limits.h"

static void compares_exactly(void **state)
{
    static const struct {
        int64_t count;
        struct decimal quantum, bound;
        bool above;
    } cases[] = {
        {75, {1, 2}, {75, 2}, false},
        {76, {1, 2}, {75, 2}, true},
        {75, {1, 2}, {7499999, 7}, true},
        {-1, {1, 3}, {0, 0}, false},
        {-1, {1, 3}, {-2, 3}, true},
        {-15, {1, 1}, {-1, 0}, false},
        {-5, {1, 1}, {-1, 0}, true},
        {INT64_MAX, {INT64_MAX, 0}, {INT64_MAX, 0}, true},
        {INT64_MIN, {INT64_MAX, 0}, {INT64_MIN, 0}, false},
        {INT64_MAX, {INT64_MAX, 12}, {INT64_MAX, 0}, true},
        {1, {1, 12}, {1, 12}, false},
        {2, {1, 12}, {1, 12}, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(limit_compare(cases[i].count, cases[i].quantum, cases[i].bound) > 0, cases[i].above);
}

/* A rate of more than 1000 t/h for 30 s; the quantum of its point is 0.001 t/h. */
static void raises_after_its_time_and_clears(void **state)
{
    struct rig rig;
    struct reading reading[3] = {0};
    struct config_limit limit = {
        .device = 0, .point = 0, .has_above = true, .above = {1000, 0}, .after_ms = 30000, .level = JOURNAL_RED};
    struct scan scan = {.readings = reading, .points = 3};
    (void)state;
    rig_start(&rig, 1);
    struct alarms *alarms = live_alarms(rig.site.live);
    rig.config->clear_after_ms = 0;
    for (int second = 0; second <= 30; second++) {
        reading[0] = (struct reading){.quality = QUALITY_GOOD, .count = 1000001};
        scan.wall_ms = rig.site.started.wall_ms + second * 1000;
        limits_take(rig.config, alarms, 0, &scan); /* no limit is set */
        assert_false(rig_alarm(&rig, "above"));
        rig.config->limit = &limit;
        rig.config->limits = 1;
        limits_take(rig.config, alarms, 0, &scan);
        assert_int_equal(rig_alarm(&rig, "above"), second == 30);
        rig.config->limits = 0;
    }
    rig.config->limits = 1;
    reading[0] = (struct reading){.quality = QUALITY_TIMEOUT}; /* says nothing */
    limits_take(rig.config, alarms, 0, &scan);
    alarms_tick(alarms, scan.wall_ms + 60000);
    assert_true(rig_alarm(&rig, "above"));
    reading[0] = (struct reading){.quality = QUALITY_GOOD, .count = 1000000};
    limits_take(rig.config, alarms, 0, &scan);
    alarms_tick(alarms, scan.wall_ms + 60000);
    assert_false(rig_alarm(&rig, "above"));
    rig.config->limit = NULL;
    rig.config->limits = 0;
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_exactly),
        cmocka_unit_test(raises_after_its_time_and_clears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
