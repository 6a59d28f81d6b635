/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/daemon_rig.h"

static int start(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    *state = rig;
    rig_start(rig, 1);
    return 0;
}

static int end(void **state)
{
    rig_stop(*state);
    free(*state);
    return 0;
}

/* wall_ms on from the start, whatever the boot clock did. */
static struct clock_now at(const struct rig *rig, int64_t boot_ms, int64_t wall_ms)
{
    return (struct clock_now){rig->site.started.wall_ms + wall_ms, rig->site.started.boot_ms + boot_ms};
}

static const struct diagnosis well = {0}, silent = {.bad = true, .error = "no answer"};

static void silent_for_a_minute_is_an_alarm(void **state)
{
    struct rig *rig = *state;
    struct live *live = rig->site.live;

    live_device(live, 0, true, &well, at(rig, 1000, 1000));
    live_device(live, 0, false, &silent, at(rig, 31000, 31000));
    live_tick(live, at(rig, 60999, 60999));
    assert_false(rig_alarm(rig, "no-data"));
    live_tick(live, at(rig, 61000, 61000)); /* though it is not asked again for a while */
    assert_true(rig_alarm(rig, "no-data"));
    assert_false(live_device_state(live, 0).online);
    live_device(live, 0, true, &well, at(rig, 62000, 62000));
    assert_false(rig_alarm(rig, "no-data"));
}

static void a_stepped_clock_makes_no_silence(void **state)
{
    struct rig *rig = *state;
    const int64_t hour_ms = 3600000;

    live_device(rig->site.live, 0, true, &well, at(rig, 1000, 1000));
    live_device(rig->site.live, 0, false, &silent, at(rig, 3000, hour_ms));
    assert_false(rig_alarm(rig, "no-data"));
    live_device(rig->site.live, 0, false, &silent, at(rig, 61000, -hour_ms));
    assert_true(rig_alarm(rig, "no-data"));
}

/* Whatever holds its bus up. */
static void never_asked_is_silent_too(void **state)
{
    struct rig *rig = *state;

    live_tick(rig->site.live, at(rig, 60000, 60000));
    assert_true(rig_alarm(rig, "no-data"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(silent_for_a_minute_is_an_alarm, start, end),
        cmocka_unit_test_setup_teardown(a_stepped_clock_makes_no_silence, start, end),
        cmocka_unit_test_setup_teardown(never_asked_is_silent_too, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
