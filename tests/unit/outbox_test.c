/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/outbox.h"

static bool add(struct outbox *outbox, const char *topic, int qos, enum outbox_kind kind)
{
    struct message *message = message_new(kind, topic, "payload", 7, qos);
    assert_non_null(message);
    bool added = outbox_add(outbox, message, kind);
    if (!added)
        message_free(message);
    return added;
}

static bool next_is(struct outbox *outbox, const char *topic, struct message **flying)
{
    struct message *message = *flying = outbox_next(outbox);
    return message && !strcmp(message->topic, topic) && !memcmp(message->payload, "payload", message->length);
}

static void keeps_order_within_the_window(void **state)
{
    (void)state;
    struct outbox outbox = {.window = 2, .live_max = OUTBOX_LIVE_MAX};
    struct message *a, *b, *c, *d, *e;
    assert_true(outbox_idle(&outbox));
    add(&outbox, "a", 1, OUTBOX_KEPT);
    add(&outbox, "b", 0, OUTBOX_LIVE);
    add(&outbox, "c", 1, OUTBOX_LIVE);
    add(&outbox, "d", 1, OUTBOX_LEDGER);
    add(&outbox, "e", 0, OUTBOX_LIVE);
    assert_true(next_is(&outbox, "a", &a));
    assert_true(next_is(&outbox, "b", &b));
    assert_true(next_is(&outbox, "c", &c));
    assert_null(outbox_next(&outbox)); /* the window is full, and none overtakes */
    outbox_end(&outbox, b, true);
    assert_null(outbox_next(&outbox)); /* QoS 0 took no room in it */
    outbox_end(&outbox, a, true);
    assert_true(next_is(&outbox, "d", &d));
    assert_true(next_is(&outbox, "e", &e));
    outbox_end(&outbox, c, true);
    outbox_end(&outbox, d, false);
    assert_false(outbox_idle(&outbox));
    outbox_end(&outbox, e, false);
    assert_true(outbox_idle(&outbox));
    assert_int_equal(outbox.sent, 2);
    assert_int_equal(outbox.dropped, 1); /* neither a retained one nor one of the ledger's way is counted */
}

static void bounds_live_messages(void **state)
{
    (void)state;
    struct outbox outbox = {.window = 50, .live_max = OUTBOX_LIVE_MAX};
    struct message *flying;
    for (int i = 0; i < OUTBOX_LIVE_MAX; i++)
        assert_true(add(&outbox, "live", 0, OUTBOX_LIVE));
    assert_false(add(&outbox, "live", 0, OUTBOX_LIVE));
    assert_int_equal(outbox.dropped, 1);
    assert_true(add(&outbox, "kept", 1, OUTBOX_KEPT));
    assert_true(next_is(&outbox, "live", &flying));
    assert_false(add(&outbox, "live", 0, OUTBOX_LIVE)); /* gone, but its end not known yet */
    outbox_end(&outbox, flying, true);
    assert_true(add(&outbox, "live", 0, OUTBOX_LIVE));
    assert_false(outbox_add(&outbox, NULL, OUTBOX_LIVE)); /* out of memory */
    outbox_refuse(&outbox, OUTBOX_LIVE);
    outbox_refuse(&outbox, OUTBOX_KEPT);
    outbox_refuse(&outbox, OUTBOX_LEDGER);
    assert_int_equal(outbox.dropped, 4);
    assert_true(next_is(&outbox, "live", &flying));
    outbox_drop(&outbox);
    assert_false(outbox_idle(&outbox));
    outbox_free(&outbox);
    assert_true(outbox_idle(&outbox));
    assert_int_equal(outbox.dropped, 4 + OUTBOX_LIVE_MAX);
    assert_int_equal(outbox.sent, 1);
}

/* The ledger's messages have bounds of their own, in number and in bytes, and one of any size may always go. */
static void bounds_messages_of_the_ledger(void **state)
{
    (void)state;
    struct outbox outbox = {.window = 50, .live_max = OUTBOX_LIVE_MAX};
    static char large[20 << 20];
    for (int i = 0; i < OUTBOX_LEDGER_MAX; i++)
        assert_true(add(&outbox, "ledger", 1, OUTBOX_LEDGER));
    assert_false(add(&outbox, "ledger", 1, OUTBOX_LEDGER));
    assert_true(add(&outbox, "live", 1, OUTBOX_LIVE));
    assert_int_equal(outbox.dropped, 0);
    outbox_drop(&outbox);
    for (int i = 0; i < 3; i++) {
        struct message *message = message_new(OUTBOX_LEDGER, "ledger", large, sizeof large, 1);
        assert_non_null(message);
        assert_true(outbox_add(&outbox, message, OUTBOX_LEDGER) == (i < 2));
        if (i == 2)
            message_free(message);
    }
    struct message *flying;
    assert_non_null(flying = outbox_next(&outbox));
    outbox_end(&outbox, flying, true);
    assert_int_equal(outbox.ledger_bytes, sizeof large);
    outbox_drop(&outbox);
    assert_int_equal(outbox.ledger_bytes, 0);
    assert_int_equal(outbox.sent, 0);
}

static void bounds_kept_messages(void **state)
{
    (void)state;
    struct outbox outbox = {.window = 50, .live_max = OUTBOX_LIVE_MAX};
    for (int i = 0; i < OUTBOX_KEPT_MAX; i++)
        assert_true(add(&outbox, "kept", 1, OUTBOX_KEPT));
    assert_false(add(&outbox, "kept", 1, OUTBOX_KEPT));
    assert_int_equal(outbox.dropped, 0);
    outbox_drop(&outbox);
    assert_true(outbox_idle(&outbox));
    assert_true(add(&outbox, "kept", 1, OUTBOX_KEPT));
    outbox_drop(&outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_within_the_window),
        cmocka_unit_test(bounds_live_messages),
        cmocka_unit_test(bounds_kept_messages),
        cmocka_unit_test(bounds_messages_of_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
