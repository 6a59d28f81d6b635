/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "collector/diagnosis.h"

enum { RATE, LOAD, TOTAL, TENTHS, SERIAL, POINTS };

static struct point points[POINTS] = {
    [RATE] = {.name = "rate", .kind = POINT_GAUGE},
    [LOAD] = {.name = "load", .kind = POINT_GAUGE, .condition = {.point = &points[RATE], .vetoes = true}},
    [TOTAL] = {.name = "total", .kind = POINT_COUNTER},
    [TENTHS] = {.name = "tenths", .kind = POINT_GAUGE, .condition = {.point = &points[RATE]}},
    [SERIAL] = {.name = "serial", .kind = POINT_TEXT},
};
static const struct profile profile = {.points = POINTS, .point = points};

static void says_which_points_have_no_value_and_why(void **state)
{
    static const struct {
        enum quality quality[POINTS];
        const char *missing;
        bool stuck;
    } cases[] = {
        {{QUALITY_GOOD, QUALITY_GOOD, QUALITY_CALIBRATING, QUALITY_GOOD, QUALITY_GOOD}, "", false},
        {{QUALITY_SENTINEL, QUALITY_SENTINEL, QUALITY_GOOD, QUALITY_SENTINEL, QUALITY_GOOD},
         "rate, load: sentinel",
         false},
        {{QUALITY_RANGE, QUALITY_GOOD, QUALITY_EXCEPTION, QUALITY_GOOD, QUALITY_TIMEOUT},
         "serial: timeout; total: exception; rate: range",
         false},
        {{QUALITY_GOOD, QUALITY_STALE, QUALITY_STALE, QUALITY_STALE, QUALITY_STALE},
         "load, total, tenths, serial: stale",
         false},
        {{QUALITY_GOOD}, "the belt runs, the total stands", true},
        {{QUALITY_RANGE}, "rate: range; the belt runs, the total stands", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct diagnosis diagnosis = {.missing = "of the scan before"};
        struct reading readings[POINTS];
        for (size_t p = 0; p < POINTS; p++)
            readings[p] = (struct reading){.quality = cases[i].quality[p]};
        const struct scan scan = {.points = POINTS, .readings = readings};
        diagnosis_points(&diagnosis, &profile, &scan, cases[i].stuck);
        assert_string_equal(diagnosis.missing, cases[i].missing);
    }
}

static void keeps_the_texts_that_were_read_last(void **state)
{
    struct diagnosis diagnosis = {0};
    struct reading readings[POINTS] = {{0}};
    const char *texts[POINTS] = {[SERIAL] = "A7\033\"x"};
    const struct scan scan = {.points = POINTS, .readings = readings, .text = texts};
    (void)state;
    diagnosis_points(&diagnosis, &profile, &scan, false);
    assert_string_equal(diagnosis.texts, "serial \"A7?\"x\"");
    readings[SERIAL].quality = QUALITY_TIMEOUT;
    diagnosis_points(&diagnosis, &profile, &scan, false);
    assert_string_equal(diagnosis.texts, "serial \"A7?\"x\"");
}

/* However many points it has. */
static void is_cut_to_its_room(void **state)
{
    enum { MANY = 100 };
    static struct point many[MANY];
    static struct reading readings[MANY];
    const struct profile large = {.points = MANY, .point = many};
    const struct scan scan = {.points = MANY, .readings = readings};
    struct diagnosis diagnosis = {0};
    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        memset(many[i].name, 'a', NAME_MAX_BYTES - 1);
        readings[i].quality = i % 2 ? QUALITY_RANGE : QUALITY_SENTINEL;
    }
    diagnosis_points(&diagnosis, &large, &scan, true);
    assert_int_equal(strlen(diagnosis.missing), DIAGNOSIS_POINTS_BYTES - 1);
    assert_string_equal(diagnosis.texts, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_which_points_have_no_value_and_why),
        cmocka_unit_test(keeps_the_texts_that_were_read_last),
        cmocka_unit_test(is_cut_to_its_room),
    };
    return cmocka_run_group_tests_name("diagnosis", tests, NULL, NULL);
}
