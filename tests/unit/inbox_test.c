/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/inbox.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct inbox_limits small = {.messages = 8, .bytes = 100, .of_sender = 4, .sent_bytes = 40};

static bool readable(const struct inbox *inbox)
{
    struct pollfd wait = {.fd = inbox_wake(inbox), .events = POLLIN};
    return poll(&wait, 1, 0) == 1;
}

static bool put(struct inbox *inbox, const char *sender, const char *text)
{
    return inbox_put(inbox, sender, INBOX_LEDGER, text, strlen(text));
}

static void take(struct inbox *inbox, const char *sender, const char *text)
{
    struct inbox_letter *letter = inbox_take(inbox);
    assert_non_null(letter);
    assert_string_equal(letter->sender, sender);
    assert_int_equal(letter->length, strlen(text));
    assert_memory_equal(letter->bytes, text, letter->length);
    free(letter);
}

static void what_came_first_is_taken_first(void **state)
{
    struct inbox *inbox = inbox_new(&small);
    (void)state;
    assert_false(readable(inbox));
    assert_null(inbox_take(inbox));
    assert_true(put(inbox, "a", "one"));
    assert_true(inbox_put(inbox, "b", INBOX_STATUS, "", 0));
    assert_true(put(inbox, "a", "three"));
    assert_true(readable(inbox));
    take(inbox, "a", "one");
    assert_true(readable(inbox));
    struct inbox_letter *letter = inbox_take(inbox);
    assert_int_equal(letter->kind, INBOX_STATUS);
    assert_true(letter->came.wall_ms > 0 && letter->came.boot_ms > 0);
    free(letter);
    take(inbox, "a", "three");
    assert_false(readable(inbox));
    assert_true(put(inbox, "a", "four"));
    assert_true(readable(inbox));
    inbox_free(inbox); /* with what waits */
}

static void a_sender_has_his_share(void **state)
{
    struct inbox *inbox = inbox_new(&small);
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_true(put(inbox, "a", "x"));
    assert_false(put(inbox, "a", "x")); /* four messages */
    assert_true(put(inbox, "b", "0123456789012345678901234567890123456789"));
    assert_false(put(inbox, "b", "x")); /* forty bytes */
    assert_true(put(inbox, "c", "x"));
    struct inbox_count count = inbox_count(inbox);
    assert_int_equal(count.messages, 6);
    assert_int_equal(count.bytes, 45);
    assert_int_equal(count.dropped, 2);
    assert_string_equal(count.sender, "b");
    take(inbox, "a", "x");
    assert_true(put(inbox, "a", "y"));
    inbox_free(inbox);
}

/* One message may be longer than a sender's share, as a row with an import's file is. */
static void a_long_message_comes_alone(void **state)
{
    char text[81];
    struct inbox *inbox = inbox_new(&small);
    (void)state;
    memset(text, 'x', 80);
    text[80] = '\0';
    assert_true(put(inbox, "a", text));
    assert_false(put(inbox, "a", "y"));
    assert_false(put(inbox, "b", "123456789012345678901")); /* a hundred bytes in all */
    assert_true(put(inbox, "b", "12345678901234567890"));
    inbox_free(inbox);
}

static void all_messages_are_bounded(void **state)
{
    struct inbox *inbox = inbox_new(&small);
    char sender[] = "a";
    (void)state;
    for (int i = 0; i < 8; i++, sender[0]++)
        assert_true(put(inbox, sender, "x"));
    assert_false(put(inbox, "z", "x"));
    assert_int_equal(inbox_count(inbox).dropped, 1);
    inbox_free(inbox);
}

enum { MESSAGES = 20000 };

static void *send_numbers(void *context)
{
    for (int i = 0; i < MESSAGES; i++)
        while (!inbox_put(context, "a", INBOX_LEDGER, (const char *)&i, sizeof i))
            sched_yield();
    return NULL;
}

static void threads_lose_nothing_that_was_taken(void **state)
{
    struct inbox *inbox = inbox_new(&small);
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, send_numbers, inbox), 0);
    for (int i = 0; i < MESSAGES; i++) {
        struct pollfd wait = {.fd = inbox_wake(inbox), .events = POLLIN};
        assert_int_equal(poll(&wait, 1, 30000), 1);
        struct inbox_letter *letter = inbox_take(inbox);
        assert_non_null(letter);
        assert_memory_equal(letter->bytes, &i, sizeof i);
        free(letter);
    }
    pthread_join(thread, NULL);
    assert_int_equal(inbox_count(inbox).messages, 0);
    inbox_free(inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_first_is_taken_first),      cmocka_unit_test(a_sender_has_his_share),
        cmocka_unit_test(a_long_message_comes_alone),          cmocka_unit_test(all_messages_are_bounded),
        cmocka_unit_test(threads_lose_nothing_that_was_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
