/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/outbox.h"

static bool add(struct outbox *outbox, const char *topic, int qos, bool retained)
{
    struct message *message = message_new(topic, "payload", 7, qos, retained);
    assert_non_null(message);
    bool added = outbox_add(outbox, message, retained);
    if (!added)
        free(message);
    return added;
}

static bool next_is(struct outbox *outbox, const char *topic)
{
    struct message *message = outbox_next(outbox);
    bool is = message && !strcmp(message->topic, topic) && !memcmp(message->payload, "payload", message->length);
    free(message);
    return is;
}

static void keeps_order_within_the_window(void **state)
{
    (void)state;
    struct outbox outbox = {.window = 2, .live_max = OUTBOX_LIVE_MAX};
    assert_true(outbox_idle(&outbox));
    add(&outbox, "a", 1, true);
    add(&outbox, "b", 0, false);
    add(&outbox, "c", 1, false);
    add(&outbox, "d", 1, true);
    add(&outbox, "e", 0, false);
    assert_true(next_is(&outbox, "a"));
    assert_true(next_is(&outbox, "b"));
    assert_true(next_is(&outbox, "c"));
    assert_null(outbox_next(&outbox)); /* the window is full, and none overtakes */
    outbox_end(&outbox, 0, false, true);
    assert_null(outbox_next(&outbox)); /* QoS 0 took no room in it */
    outbox_end(&outbox, 1, true, true);
    assert_true(next_is(&outbox, "d"));
    assert_true(next_is(&outbox, "e"));
    outbox_end(&outbox, 1, false, true);
    outbox_end(&outbox, 1, true, false);
    assert_false(outbox_idle(&outbox));
    outbox_end(&outbox, 0, false, false);
    assert_true(outbox_idle(&outbox));
    assert_int_equal(outbox.sent, 2);
    assert_int_equal(outbox.dropped, 1); /* a retained one is not counted */
}

static void bounds_live_messages(void **state)
{
    (void)state;
    struct outbox outbox = {.window = 50, .live_max = OUTBOX_LIVE_MAX};
    for (int i = 0; i < OUTBOX_LIVE_MAX; i++)
        assert_true(add(&outbox, "live", 0, false));
    assert_false(add(&outbox, "live", 0, false));
    assert_int_equal(outbox.dropped, 1);
    assert_true(add(&outbox, "kept", 1, true));
    assert_true(next_is(&outbox, "live"));
    assert_false(add(&outbox, "live", 0, false)); /* gone, but its end not known yet */
    outbox_end(&outbox, 0, false, true);
    assert_true(add(&outbox, "live", 0, false));
    assert_false(outbox_add(&outbox, NULL, false)); /* out of memory */
    outbox_refuse(&outbox, false);
    outbox_refuse(&outbox, true);
    assert_int_equal(outbox.dropped, 4);
    outbox_drop(&outbox);
    assert_true(outbox_idle(&outbox));
    assert_int_equal(outbox.dropped, 4 + OUTBOX_LIVE_MAX);
    assert_int_equal(outbox.sent, 1);
}

static void bounds_kept_messages(void **state)
{
    (void)state;
    struct outbox outbox = {.window = 50, .live_max = OUTBOX_LIVE_MAX};
    for (int i = 0; i < OUTBOX_KEPT_MAX; i++)
        assert_true(add(&outbox, "kept", 1, true));
    assert_false(add(&outbox, "kept", 1, true));
    assert_int_equal(outbox.dropped, 0);
    outbox_drop(&outbox);
    assert_true(outbox_idle(&outbox));
    assert_true(add(&outbox, "kept", 1, true));
    outbox_drop(&outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_within_the_window),
        cmocka_unit_test(bounds_live_messages),
        cmocka_unit_test(bounds_kept_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
