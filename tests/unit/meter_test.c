/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/meter.h"

#include "drivers/span.h"
#include "tests/unit/daemon_rig.h"
#include "tests/unit/fake_device.h"

enum { RATE, TOTAL, ON, POINTS };

struct scene {
    struct rig rig;
    struct meter *meter;
    struct sweep *sweep; /* whose rereads fail: nobody listens */
    struct wire *wire;
    struct clock_now now;
    struct reading reading[POINTS];
};

/* A meter that has been read a moment ago, so that nothing needs a reread. */
static int start(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    *state = scene;
    rig_start(&scene->rig, 1);
    scene->now = scene->rig.site.started;
    scene->meter = meter_new(&scene->rig.site, 0);
    scene->sweep = sweep_new(scene->rig.config->device[0].profile, (struct wire_unit){.unit = 1, .timeout_ms = 200});
    scene->wire = fake_wire("127.0.0.1", 1);
    const struct totaliser_state read = {.started = 1,
                                         .segment = 1,
                                         .first = 5000,
                                         .high = 5000,
                                         .last = 5000,
                                         .accepted_ms = scene->now.boot_ms,
                                         .moved_ms = scene->now.boot_ms};
    meter_start(scene->meter, &read);
    totals_set(scene->rig.site.totals, 0, scene->now.wall_ms, 0, 0, 0, 0);
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    meter_free(scene->meter);
    sweep_free(scene->sweep);
    wire_free(scene->wire);
    rig_stop(&scene->rig);
    free(scene);
    return 0;
}

static void scan(struct scene *scene, enum quality quality, int64_t total, bool on)
{
    scene->now.wall_ms += 1000;
    scene->now.boot_ms += 1000;
    scene->reading[TOTAL] = (struct reading){quality, total};
    scene->reading[ON] = (struct reading){QUALITY_GOOD, on};
    struct scan scan = {
        .wall_ms = scene->now.wall_ms, .boot_ms = scene->now.boot_ms, .points = POINTS, .readings = scene->reading};
    meter_see_belt(scene->meter, &scan);
    meter_take(scene->meter, &scan);
    meter_confirm(scene->meter, scene->sweep, scene->wire, &scan);
}

static int meters_good(struct scene *scene)
{
    struct totals_line line[1];
    assert_int_equal(totals_lines(scene->rig.site.totals, 0, scene->now.wall_ms, line, 1), 1);
    return (int)line[0].meters_good;
}

static int64_t counted(struct scene *scene)
{
    int64_t sum = 0;
    struct batch *batch = ledger_take(scene->rig.site.ledger, scene->now.wall_ms, true);
    for (size_t i = 0; i < batch->tallies; i++)
        sum += batch->tally[i].amount;
    batch_free(batch);
    return sum;
}

static void a_belt_that_runs_under_a_standing_total_is_an_alarm(void **state)
{
    struct scene *scene = *state;

    for (int second = 0; second < 1200; second++)
        scan(scene, QUALITY_GOOD, 5000, second % 300 != 0); /* it stops now and then */
    assert_false(rig_alarm(&scene->rig, "stuck"));
    for (int second = 0; second < 602; second++)
        scan(scene, QUALITY_GOOD, 5000, true);
    assert_true(rig_alarm(&scene->rig, "stuck"));
    assert_true(meter_is_stuck(scene->meter));
    scan(scene, QUALITY_GOOD, 5001, true);
    assert_false(rig_alarm(&scene->rig, "stuck"));
    assert_false(meter_is_stuck(scene->meter));
}

static void an_answer_without_a_total_is_an_alarm(void **state)
{
    static const enum quality none[] = {QUALITY_EXCEPTION, QUALITY_SENTINEL, QUALITY_RANGE};
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        for (int second = 0; second < 60; second++)
            scan(scene, none[i], 0, true);
        assert_false(rig_alarm(&scene->rig, "not-read"));
        scan(scene, none[i], 0, true);
        assert_true(rig_alarm(&scene->rig, "not-read"));
        scan(scene, QUALITY_GOOD, 5000, true);
        assert_false(rig_alarm(&scene->rig, "not-read"));
        scene->now.wall_ms += 11 * MINUTE_MS; /* long enough not to flap */
        scene->now.boot_ms += 11 * MINUTE_MS;
    }
    for (int second = 0; second < 100; second++) /* the device's own alarm */
        scan(scene, QUALITY_TIMEOUT, 0, true);
    assert_false(rig_alarm(&scene->rig, "not-read"));
}

/* Good as read, and yet not counted: the total must not be called measured. */
static void a_reading_that_is_not_taken_is_not_good(void **state)
{
    struct scene *scene = *state;

    scan(scene, QUALITY_GOOD, 5010, true);
    assert_int_equal(meters_good(scene), 1);
    scan(scene, QUALITY_GOOD, -1, true);
    assert_int_equal(meters_good(scene), 0);
    scan(scene, QUALITY_GOOD, 5020, true);
    assert_int_equal(meters_good(scene), 1);
    assert_int_equal(counted(scene), 20);
}

static void nothing_is_posted_under_a_clock_in_doubt(void **state)
{
    struct scene *scene = *state;

    scan(scene, QUALITY_GOOD, 5010, true);
    atomic_store(&scene->rig.site.trust, TRUST_BEHIND);
    scan(scene, QUALITY_GOOD, 5020, true);
    atomic_store(&scene->rig.site.trust, TRUST_SYNCHRONISED);
    scene->now.wall_ms += MINUTE_MS; /* stepped, and not judged yet */
    scan(scene, QUALITY_GOOD, 5025, true);
    assert_int_equal(counted(scene), 10);
    scene->now.wall_ms -= MINUTE_MS;
    scan(scene, QUALITY_GOOD, 5030, true); /* what was not posted meanwhile is */
    assert_int_equal(counted(scene), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_belt_that_runs_under_a_standing_total_is_an_alarm, start, end),
        cmocka_unit_test_setup_teardown(an_answer_without_a_total_is_an_alarm, start, end),
        cmocka_unit_test_setup_teardown(a_reading_that_is_not_taken_is_not_good, start, end),
        cmocka_unit_test_setup_teardown(nothing_is_posted_under_a_clock_in_doubt, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
