/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/alarm.h"
#include "drivers/span.h"

/* What `changed` was told. */
struct heard {
    int changes, expiries, again;
    struct alarm last;
};

static void hear(void *context, const struct alarm *alarm, enum alarm_change change)
{
    struct heard *heard = context;
    heard->changes += change == ALARM_CROSSED;
    heard->expiries += change == ALARM_EXPIRED;
    heard->again += change == ALARM_AGAIN;
    heard->last = *alarm;
}

static bool raise_it(struct alarms *alarms, const char *subject, enum journal_level level, int64_t now_ms)
{
    const struct alarm_notice notice = {
        .mine = 0, .subject = subject, .reason = "no-data", .level = level, .value = "41 min"};
    return alarm_raise(alarms, &notice, now_ms);
}

static bool clear_it(struct alarms *alarms, const char *subject, int64_t now_ms)
{
    return alarm_clear(alarms, 0, subject, "no-data", now_ms);
}

static void tells_crossings_only(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    assert_false(clear_it(alarms, "scale-1", 1));
    assert_true(raise_it(alarms, "scale-1", JOURNAL_AMBER, 10));
    assert_string_equal(heard.last.id, "scale-1-no-data");
    assert_string_equal(heard.last.value, "41 min");
    assert_string_equal(heard.last.limit, "");
    assert_int_equal(heard.last.raised_ms, 10);
    assert_false(raise_it(alarms, "scale-1", JOURNAL_AMBER, 20));
    assert_true(raise_it(alarms, "scale-1", JOURNAL_RED, 30)); /* graver */
    assert_int_equal(heard.last.level, JOURNAL_RED);
    assert_int_equal(heard.last.raised_ms, 10);
    assert_false(raise_it(alarms, "scale-1", JOURNAL_AMBER, 40)); /* not milder */
    assert_int_equal(heard.changes, 2);
    assert_false(alarm_clear(alarms, 1, "scale-1", "no-data", 45)); /* of another mine */
    assert_true(clear_it(alarms, "scale-1", 50));
    assert_int_equal(heard.last.cleared_ms, 50);
    assert_false(clear_it(alarms, "scale-1", 60));
    assert_int_equal(heard.changes, 3);
    alarms_free(alarms);
}

static void tells_all_again(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    alarms_again(alarms);
    assert_int_equal(heard.again, 0);
    raise_it(alarms, "scale-1", JOURNAL_RED, 10);
    raise_it(alarms, "scale-2", JOURNAL_RED, 20);
    clear_it(alarms, "scale-1", 40); /* its topic is kept for a day */
    alarms_again(alarms);
    assert_int_equal(heard.again, 2);
    assert_int_equal(heard.changes, 3);
    alarms_free(alarms);
}

static struct alarm recalled(const char *reason)
{
    struct alarm alarm = {.mine = 0, .subject = "belt", .level = JOURNAL_RED, .raised_ms = 5, .acknowledged_ms = 6};
    char text[100];
    snprintf(text, sizeof text, "%s: before=\"7 t\" after=\"9 t\" value=\"+2 t\"", reason);
    assert_true(alarm_read(text, &alarm));
    return alarm;
}

/* It stands on under the same number, acknowledged as it was, until its source or a person ends it. */
static void what_stood_before_the_start_stands_on(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    const struct alarm jump = recalled("jump"), silent = recalled("no-data"), stuck = recalled("stuck");
    const struct alarm_notice notice = {.mine = 0, .subject = "belt", .reason = "no-data", .level = JOURNAL_RED};
    alarm_recall(alarms, &jump, 0);
    alarm_recall(alarms, &silent, 200);
    alarm_recall(alarms, &stuck, 200);
    assert_int_equal(heard.changes, 0);
    assert_false(alarm_raise(alarms, &notice, 150)); /* it stands already, and is said again */
    alarms_tick(alarms, 199);
    assert_int_equal(heard.changes, 0);
    alarms_tick(alarms, 200); /* nobody said this one */
    assert_int_equal(heard.changes, 1);
    assert_string_equal(heard.last.id, "belt-stuck");
    assert_int_equal(heard.last.cleared_ms, 200);
    alarms_tick(alarms, 10 * DAY_MS);
    assert_int_equal(heard.changes, 1);
    assert_true(alarm_end(alarms, 0, "belt", "jump", 10 * DAY_MS));
    assert_int_equal(heard.last.raised_ms, 5);
    assert_int_equal(heard.last.acknowledged_ms, 6);
    assert_string_equal(heard.last.what, "jump 7 t -> 9 t");
    assert_string_equal(heard.last.value, "+2 t");
    assert_false(alarm_end(alarms, 0, "belt", "jump", 10 * DAY_MS));
    alarms_free(alarms);
}

static void waits_before_it_raises(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    const struct alarm_notice notice = {.mine = 0, .subject = "ch4", .reason = "above", .after_ms = 30};
    size_t count;
    assert_false(alarm_raise(alarms, &notice, 100));
    assert_false(alarm_raise(alarms, &notice, 129));
    assert_null(alarms_list(alarms, &count));
    alarms_again(alarms);
    assert_int_equal(heard.again, 0);
    assert_false(alarm_clear(alarms, 0, "ch4", "above", 130)); /* it begins anew */
    assert_false(alarm_raise(alarms, &notice, 140));
    assert_true(alarm_raise(alarms, &notice, 170));
    assert_int_equal(heard.last.raised_ms, 170);
    alarms_free(alarms);
}

static void waits_before_it_clears(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(50, hear, &heard);
    raise_it(alarms, "scale-1", JOURNAL_RED, 100);
    assert_false(clear_it(alarms, "scale-1", 200));
    alarms_tick(alarms, 249);
    assert_int_equal(heard.changes, 1);
    raise_it(alarms, "scale-1", JOURNAL_RED, 249); /* so it was not over */
    alarms_tick(alarms, 260);
    assert_int_equal(heard.changes, 1);
    clear_it(alarms, "scale-1", 300);
    clear_it(alarms, "scale-1", 320);
    alarms_tick(alarms, 350);
    assert_int_equal(heard.changes, 2);
    assert_int_equal(heard.last.cleared_ms, 300);
    alarms_free(alarms);
}

static void is_acknowledged_once(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    assert_false(alarm_acknowledge(alarms, 0, "scale-1", "no-data", 5));
    raise_it(alarms, "scale-1", JOURNAL_RED, 10);
    assert_true(alarm_acknowledge(alarms, 0, "scale-1", "no-data", 20));
    assert_int_equal(heard.last.acknowledged_ms, 20);
    assert_int_equal(heard.again, 1); /* its topic is told; the journal has it already */
    assert_false(alarm_acknowledge(alarms, 0, "scale-1", "no-data", 30));
    clear_it(alarms, "scale-1", 40);
    assert_false(alarm_acknowledge(alarms, 0, "scale-1", "no-data", 50));
    raise_it(alarms, "scale-1", JOURNAL_RED, 60); /* a new one, which nobody has seen */
    assert_int_equal(heard.last.acknowledged_ms, 0);
    alarms_free(alarms);
}

static void holds_what_flaps(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    int64_t now_ms = MINUTE_MS;
    for (int i = 0; i < 1000; i++, now_ms += MINUTE_MS) {
        raise_it(alarms, "scale-1", JOURNAL_RED, now_ms);
        clear_it(alarms, "scale-1", now_ms + 1);
        alarms_tick(alarms, now_ms + 2);
    }
    assert_int_equal(heard.changes, 5); /* raised and cleared twice, raised for good */
    int64_t quiet_ms = now_ms - MINUTE_MS + 1;
    alarms_tick(alarms, quiet_ms + 10 * MINUTE_MS - 1);
    assert_int_equal(heard.changes, 5);
    alarms_tick(alarms, quiet_ms + 10 * MINUTE_MS);
    assert_int_equal(heard.changes, 6);
    assert_int_equal(heard.last.cleared_ms, quiet_ms);
    now_ms = quiet_ms + 10 * MINUTE_MS;
    raise_it(alarms, "scale-1", JOURNAL_RED, now_ms); /* after quiet it is as new */
    assert_true(clear_it(alarms, "scale-1", now_ms + 1));
    alarms_free(alarms);
}

static void expires_a_day_after_clearing(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    size_t count;
    raise_it(alarms, "scale-1", JOURNAL_RED, 1);
    raise_it(alarms, "scale-2", JOURNAL_RED, 1);
    clear_it(alarms, "scale-1", 10);
    alarms_tick(alarms, 10 + DAY_MS - 1);
    assert_int_equal(heard.expiries, 0);
    alarms_tick(alarms, 10 + DAY_MS);
    assert_int_equal(heard.expiries, 1);
    assert_string_equal(heard.last.subject, "scale-1");
    struct alarm *list = alarms_list(alarms, &count);
    assert_int_equal(count, 1);
    assert_string_equal(list[0].subject, "scale-2");
    free(list);
    alarms_free(alarms);
}

static void lists_oldest_first(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    size_t count;
    assert_null(alarms_list(alarms, &count));
    assert_int_equal(count, 0);
    raise_it(alarms, "b", JOURNAL_RED, 20);
    raise_it(alarms, "a", JOURNAL_RED, 10);
    raise_it(alarms, "c", JOURNAL_RED, 30);
    struct alarm *list = alarms_list(alarms, &count);
    assert_int_equal(count, 3);
    assert_string_equal(list[0].subject, "a");
    assert_string_equal(list[2].subject, "c");
    free(list);
    alarms_free(alarms);
}

static void stays_bounded(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    char subject[32];
    for (int i = 0; i < ALARMS_MAX; i++) {
        snprintf(subject, sizeof subject, "scale-%d", i);
        assert_true(raise_it(alarms, subject, JOURNAL_RED, 1));
    }
    assert_false(raise_it(alarms, "one-more", JOURNAL_RED, 2)); /* all stand */
    clear_it(alarms, "scale-7", 3);
    clear_it(alarms, "scale-8", 4);
    assert_true(raise_it(alarms, "one-more", JOURNAL_RED, 5));
    assert_int_equal(heard.expiries, 1);
    assert_int_equal(heard.changes, ALARMS_MAX + 3);
    assert_true(raise_it(alarms, "scale-8", JOURNAL_RED, 6)); /* kept, since scale-7 went first */
    assert_int_equal(heard.expiries, 1);
    alarms_free(alarms);
}

/* Texts longer than their place are cut, never within a character. */
static void cuts_long_texts(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    char error[601] = "";
    for (int i = 0; i < 199; i++)
        memcpy(error + 3 * i, "煤", 4);
    const struct alarm_notice notice = {
        .mine = -1, .subject = "clock", .reason = "not-trusted", .argument = {{"error", error}}, .value = error};
    assert_true(alarm_raise(alarms, &notice, 1));
    assert_int_equal(strlen(heard.last.what), 198); /* 66 of three bytes */
    assert_memory_equal(heard.last.what, error, 198);
    assert_int_equal(strlen(heard.last.value), 63);
    assert_int_equal(strlen(heard.last.arguments), strlen("error=\"\"") + 3 * 130);
    alarms_free(alarms);
}

static void *flap(void *context)
{
    struct alarms *alarms = context;
    for (int i = 1; i <= 2000; i++) {
        size_t count;
        raise_it(alarms, "scale-1", JOURNAL_RED, i);
        alarms_tick(alarms, i);
        free(alarms_list(alarms, &count));
        clear_it(alarms, "scale-1", i);
    }
    return NULL;
}

static void bears_many_threads(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct alarms *alarms = alarms_new(0, hear, &heard);
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, flap, alarms), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    assert_int_equal(heard.changes, 5);
    alarms_free(alarms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_crossings_only),
        cmocka_unit_test(tells_all_again),
        cmocka_unit_test(what_stood_before_the_start_stands_on),
        cmocka_unit_test(waits_before_it_raises),
        cmocka_unit_test(waits_before_it_clears),
        cmocka_unit_test(is_acknowledged_once),
        cmocka_unit_test(holds_what_flaps),
        cmocka_unit_test(expires_a_day_after_clearing),
        cmocka_unit_test(lists_oldest_first),
        cmocka_unit_test(stays_bounded),
        cmocka_unit_test(cuts_long_texts),
        cmocka_unit_test(bears_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
