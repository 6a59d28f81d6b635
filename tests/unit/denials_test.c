/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/denials.h"

static void one_topic_is_noted_once(void **state)
{
    (void)state;
    struct denials denials = {0};
    denials_note(&denials, "a", 0x87, 100, 1);
    denials_note(&denials, "b", 0x95, 200, 2);
    denials_note(&denials, "a", 0x97, 300, 3);
    assert_int_equal(denials.count, 2);
    assert_string_equal(denials.denial[0].topic, "a");
    assert_int_equal(denials.denial[0].code, 0x97);
    assert_int_equal(denials.denial[0].since_ms, 100);
    assert_int_equal(denials_clear(&denials, "c"), 0);
    assert_int_equal(denials.count, 2);
    assert_int_equal(denials_clear(&denials, "b"), 0x95); /* and what went with it */
    assert_int_equal(denials.count, 0);
    assert_int_equal(denials_clear(&denials, "b"), 0);
}

static void what_is_not_refused_again_is_forgotten(void **state)
{
    (void)state;
    struct denials denials = {0};
    denials_note(&denials, "a", 0x87, 0, 0);
    denials_note(&denials, "b", 0x87, 0, 0);
    denials_note(&denials, "c", 0x87, 0, 0);
    denials_note(&denials, "b", 0x87, 0, 1000);
    denials_expire(&denials, DENIAL_KEPT_MS);
    assert_int_equal(denials.count, 3);
    denials_expire(&denials, DENIAL_KEPT_MS + 1);
    assert_int_equal(denials.count, 1);
    assert_string_equal(denials.denial[0].topic, "b");
    denials_expire(&denials, DENIAL_KEPT_MS + 1001);
    assert_int_equal(denials.count, 0);
}

static void many_and_long_topics_are_bounded(void **state)
{
    (void)state;
    struct denials denials = {0};
    char topic[400];
    memset(topic, 'x', sizeof topic - 1);
    topic[sizeof topic - 1] = '\0';
    denials_note(&denials, topic, 0x87, 0, 0);
    denials_note(&denials, topic, 0x87, 0, 0);
    assert_int_equal(denials.count, 1);
    assert_int_equal(strlen(denials.denial[0].topic), DENIAL_TOPIC_BYTES - 1);
    for (int i = 0; i < 100; i++) {
        snprintf(topic, sizeof topic, "%d", i);
        denials_note(&denials, topic, 0x87, 0, 0);
    }
    assert_int_equal(denials.count, DENIALS_MAX);
    assert_int_equal(denials_clear(&denials, "99"), 0);
    assert_int_equal(denials_clear(&denials, "3"), 0x87);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_topic_is_noted_once),
        cmocka_unit_test(what_is_not_refused_again_is_forgotten),
        cmocka_unit_test(many_and_long_topics_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
