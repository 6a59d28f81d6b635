/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/watch.h"

enum { TOTAL, RATE, LEVEL, INVALID, TESTING, BEAT, POINTS };

static const char text[] =
    "profile: p\ntitle: T\nsource: s\naddress_base: 0\ndefaults: {table: holding, type: uint16}\n"
    "points:\n"
    "- {name: total, kind: counter, unit: t, address: 0}\n"
    "- {name: rate, kind: gauge, address: 1}\n"
    "- {name: level, kind: gauge, address: 2, veto: {point: invalid}}\n"
    "- {name: invalid, kind: state, address: 3}\n"
    "- {name: testing, kind: state, address: 4, means: testing}\n"
    "- {name: beat, kind: state, address: 5, means: freshness, stale_after: 10s}\n";

struct fixture {
    struct profile *profile;
    struct watch *watch;
    int64_t boot_ms;
    uint16_t value[POINTS]; /* what the device holds */
    struct reading readings[POINTS];
    struct scan scan;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, strlen(text), "p", faults);

    fixture = (struct fixture){.boot_ms = 1000000, .value = {100, 20, 30}};
    fixture.profile = profile_read(document, "p", faults);
    faults_print(faults, stderr);
    yaml_unload(document);
    faults_free(faults);
    fixture.watch = fixture.profile ? watch_new(fixture.profile) : NULL;
    *state = &fixture;
    return fixture.watch ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    watch_free(fixture->watch);
    profile_free(fixture->profile);
    return 0;
}

/* Reads the device after some time; `lost` is not read (POINTS: all are). */
static void scan_after(struct fixture *fixture, int64_t ms, size_t lost)
{
    fixture->boot_ms += ms;
    for (size_t i = 0; i < POINTS; i++)
        fixture->readings[i] = (struct reading){i == lost ? QUALITY_EXCEPTION : QUALITY_GOOD, fixture->value[i]};
    fixture->scan = (struct scan){.boot_ms = fixture->boot_ms, .points = POINTS, .readings = fixture->readings};
    watch_scan(fixture->watch, &fixture->scan);
}

static void assert_quality(const struct fixture *fixture, size_t point, enum quality quality)
{
    assert_string_equal(quality_name(fixture->readings[point].quality), quality_name(quality));
}

static void a_status_denies_one_value(void **state)
{
    struct fixture *fixture = *state;

    fixture->value[INVALID] = 1;
    scan_after(fixture, 1000, POINTS);
    assert_quality(fixture, LEVEL, QUALITY_SENTINEL);
    assert_quality(fixture, RATE, QUALITY_GOOD);
    assert_quality(fixture, INVALID, QUALITY_GOOD);
    scan_after(fixture, 1000, INVALID); /* whether it holds is not known */
    assert_quality(fixture, LEVEL, QUALITY_EXCEPTION);
    fixture->value[INVALID] = 0;
    scan_after(fixture, 1000, POINTS);
    assert_quality(fixture, LEVEL, QUALITY_GOOD);
}

static void a_test_marks_what_is_measured(void **state)
{
    struct fixture *fixture = *state;

    fixture->value[TESTING] = fixture->value[INVALID] = 1;
    scan_after(fixture, 1000, POINTS);
    assert_true(fixture->scan.calibrating);
    assert_quality(fixture, TOTAL, QUALITY_CALIBRATING);
    assert_quality(fixture, LEVEL, QUALITY_SENTINEL); /* no value is no value */
    assert_quality(fixture, TESTING, QUALITY_GOOD);
    fixture->value[TESTING] = 0;
    scan_after(fixture, 1000, TESTING); /* as it was last */
    assert_true(fixture->scan.calibrating);
    scan_after(fixture, 1000, POINTS);
    assert_false(fixture->scan.calibrating);
    assert_quality(fixture, TOTAL, QUALITY_GOOD);
}

static void what_no_longer_changes_is_stale(void **state)
{
    struct fixture *fixture = *state;

    scan_after(fixture, 1000, POINTS);
    scan_after(fixture, 9999, POINTS);
    assert_quality(fixture, TOTAL, QUALITY_GOOD);
    scan_after(fixture, 1, POINTS);
    for (size_t i = 0; i < POINTS; i++)
        assert_quality(fixture, i, i == BEAT ? QUALITY_GOOD : QUALITY_STALE);
    scan_after(fixture, 1000, BEAT); /* not read: as it was */
    assert_quality(fixture, TOTAL, QUALITY_STALE);
    assert_quality(fixture, BEAT, QUALITY_EXCEPTION);
    scan_after(fixture, 1000, TOTAL); /* what was not read is not stale but missing */
    assert_quality(fixture, TOTAL, QUALITY_EXCEPTION);
    fixture->value[BEAT] = 65535;
    scan_after(fixture, 1000, POINTS); /* it beats again */
    assert_quality(fixture, TOTAL, QUALITY_GOOD);
    for (int i = 0; i < 100; i++) {
        fixture->value[BEAT]++; /* and wraps */
        scan_after(fixture, 9000, POINTS);
        assert_quality(fixture, TOTAL, QUALITY_GOOD);
    }
}

/* A stale device under test: its values are stale, and the test goes on. */
static void staleness_goes_over_a_test(void **state)
{
    struct fixture *fixture = *state;

    fixture->value[TESTING] = 1;
    scan_after(fixture, 1000, POINTS);
    scan_after(fixture, 10000, POINTS);
    assert_quality(fixture, TOTAL, QUALITY_STALE);
    assert_true(fixture->scan.calibrating);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_status_denies_one_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_test_marks_what_is_measured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_no_longer_changes_is_stale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(staleness_goes_over_a_test, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
