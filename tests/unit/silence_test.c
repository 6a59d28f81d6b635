/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/silence.h"

enum { DEVICES = 3, AFTER_S = 60 };

struct scene {
    struct silence_device device[DEVICES];
    struct silence_bus bus;
    int64_t now_s;
};

static struct scene scene_of(size_t devices)
{
    struct scene scene = {.bus.devices = devices};
    for (size_t i = 0; i < devices; i++)
        scene.device[i] = (struct silence_device){.after_ms = AFTER_S * 1000, .answers = true};
    return scene;
}

/* Seconds pass; those devices whose letter is great answer each of them: "AbC". */
static void pass(struct scene *scene, int seconds, const char *who)
{
    for (int s = 0; s < seconds; s++) {
        scene->now_s++;
        scene->bus.device = scene->device;
        for (size_t i = 0; i < scene->bus.devices; i++) {
            scene->device[i].answers = who[i] == (char)('A' + i);
            if (scene->device[i].answers)
                scene->device[i].heard_ms = scene->now_s * 1000;
            silence_judge(&scene->bus, scene->now_s * 1000);
        }
    }
}

/* What stands: "*" the bus, letters the devices. */
static void stands(const struct scene *scene, const char *expected)
{
    char text[8] = "";
    size_t length = 0;
    if (scene->bus.stands)
        text[length++] = '*';
    for (size_t i = 0; i < scene->bus.devices; i++)
        if (scene->device[i].stands)
            text[length++] = (char)('A' + i);
    assert_string_equal(text, expected);
}

static void one_that_is_silent_is_itself_the_cause(void **state)
{
    (void)state;
    struct scene scene = scene_of(3);
    pass(&scene, 10, "ABC");
    pass(&scene, 59, "AbC");
    stands(&scene, "");
    pass(&scene, 1, "AbC");
    stands(&scene, "B");
    pass(&scene, 1, "ABC");
    stands(&scene, "");
}

static void a_dead_bus_is_one_alarm(void **state)
{
    (void)state;
    struct scene scene = scene_of(3);
    pass(&scene, 10, "ABC");
    pass(&scene, 1, "aBC"); /* they fall silent one after another */
    pass(&scene, 1, "abC");
    pass(&scene, 59, "abc");
    stands(&scene, "");
    pass(&scene, 1, "abc");
    stands(&scene, "*");
    pass(&scene, 500, "abc");
    stands(&scene, "*");
    pass(&scene, 1, "ABC");
    stands(&scene, "");
}

static void who_stays_silent_comes_forth(void **state)
{
    (void)state;
    struct scene scene = scene_of(3);
    pass(&scene, 10, "ABC");
    pass(&scene, 100, "abc");
    pass(&scene, 59, "AbC"); /* the others have their time to answer again */
    stands(&scene, "");
    pass(&scene, 2, "AbC");
    stands(&scene, "B");
}

/* B failed first, and by itself; when the bus goes too, that is another cause. */
static void an_older_cause_stays(void **state)
{
    (void)state;
    struct scene scene = scene_of(2);
    pass(&scene, 10, "AB");
    pass(&scene, 70, "Ab");
    stands(&scene, "B");
    pass(&scene, 70, "ab");
    stands(&scene, "*B");
    pass(&scene, 1, "Ab");
    stands(&scene, "B");
}

/* A with an alarm at once was told before it was seen that the whole bus is gone. */
static void a_hasty_alarm_is_swallowed(void **state)
{
    (void)state;
    struct scene scene = scene_of(2);
    scene.device[0].after_ms = 2000;
    scene.device[1].after_ms = 90000;
    pass(&scene, 10, "AB");
    const int64_t heard_ms = scene.device[1].heard_ms;
    pass(&scene, 3, "aB");
    stands(&scene, "A");
    scene.device[1].heard_ms = heard_ms; /* asked seldom */
    pass(&scene, 1, "ab");
    stands(&scene, "*");
    assert_true(scene.device[0].swallowed);
}

static void a_bus_with_one_device_is_the_device(void **state)
{
    (void)state;
    struct scene scene = scene_of(1);
    pass(&scene, 10, "A");
    pass(&scene, 60, "a");
    stands(&scene, "A");
    pass(&scene, 1, "A");
    stands(&scene, "");
}

static void a_planned_stop_is_silent(void **state)
{
    (void)state;
    struct scene scene = scene_of(1);
    pass(&scene, 10, "A");
    scene.device[0].planned = true;
    pass(&scene, 500, "a");
    stands(&scene, "");
    scene.device[0].planned = false;
    pass(&scene, 59, "a");
    stands(&scene, "");
    pass(&scene, 1, "a");
    stands(&scene, "A");
    scene.device[0].planned = true; /* what stood before the stop stands on */
    pass(&scene, 1, "a");
    stands(&scene, "A");
}

static void a_bus_is_planned_when_all_its_mines_are(void **state)
{
    (void)state;
    struct scene scene = scene_of(2);
    pass(&scene, 10, "AB");
    scene.device[0].planned = scene.device[1].planned = true;
    pass(&scene, 100, "ab");
    stands(&scene, "");
    scene.device[1].planned = false;
    pass(&scene, 60, "ab");
    stands(&scene, "*");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_silent_is_itself_the_cause),
        cmocka_unit_test(a_dead_bus_is_one_alarm),
        cmocka_unit_test(who_stays_silent_comes_forth),
        cmocka_unit_test(an_older_cause_stays),
        cmocka_unit_test(a_hasty_alarm_is_swallowed),
        cmocka_unit_test(a_bus_with_one_device_is_the_device),
        cmocka_unit_test(a_planned_stop_is_silent),
        cmocka_unit_test(a_bus_is_planned_when_all_its_mines_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
