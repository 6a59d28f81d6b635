/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/schedule.h"

static void each_failure_doubles_the_wait_and_one_answer_ends_it(void **state)
{
    static const struct {
        int64_t interval_ms;
        bool answered;
        int64_t now_ms, due_ms;
    } cases[] = {
        {5000, true, 100, 5000},       {5000, false, 6000, 10000},     {5000, false, 11000, 20000},
        {5000, false, 21000, 30000},   {5000, false, 31000, 60000},    {5000, false, 60000, 90000},
        {5000, true, 90100, 95000},    {5000, false, 96000, 100000},   {5000, true, 100000, 105000},
        {60000, false, 60500, 120000}, {60000, false, 120500, 180000}, {60000, true, 180500, 240000},
    };
    (void)state;
    struct turn turn = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        turn.interval_ms = cases[i].interval_ms;
        schedule_note(&turn, cases[i].answered, cases[i].now_ms);
        assert_int_equal(turn.due_ms, cases[i].due_ms);
        assert_int_equal(turn.failures == 0, cases[i].answered);
        assert_true(turn.due_ms <= turn.latest_ms);
    }
}

static void who_is_next(void **state)
{
    enum { A, B, C };
    static const struct {
        const char *why;
        size_t turns;
        struct turn turn[3]; /* interval, silence, failures, due, latest, cut off */
        int64_t now_ms;
        size_t next;
        int64_t at_ms;
    } cases[] = {
        {"the earlier", 2, {{5000, 1000, 0, 10000, 0, false}, {2000, 1000, 0, 8000, 0, false}}, 7000, B, 8000},
        {"the first of one instant",
         2,
         {{5000, 1000, 0, 10000, 0, false}, {5000, 1000, 0, 10000, 0, false}},
         7000,
         A,
         10000},
        {"the one that waits longest",
         2,
         {{5000, 1000, 0, 9000, 0, false}, {5000, 1000, 0, 8000, 0, false}},
         12000,
         B,
         8000},
        {"a dead one alone on its bus", 1, {{5000, 1000, 4, 60000, 60500, false}}, 31000, A, 60000},
        {"a dead one while the line is idle",
         2,
         {{5000, 1000, 0, 15000, 0, false}, {5000, 1000, 2, 10000, 40000, false}},
         10300,
         B,
         10300},
        {"it fits to the last moment",
         2,
         {{5000, 1000, 0, 15000, 0, false}, {5000, 1000, 2, 10000, 40000, false}},
         14000,
         B,
         14000},
        {"a moment later it waits",
         2,
         {{5000, 1000, 0, 15000, 0, false}, {5000, 1000, 2, 10000, 40000, false}},
         14001,
         A,
         15000},
        {"not before its own instant",
         2,
         {{5000, 1000, 0, 15000, 0, false}, {5000, 1000, 2, 12000, 40000, false}},
         10300,
         B,
         12000},
        {"not before one that is due",
         2,
         {{5000, 1000, 0, 10000, 0, false}, {5000, 1000, 2, 10000, 40000, false}},
         10000,
         A,
         10000},
        {"not before one that is late",
         2,
         {{5000, 1000, 0, 10000, 0, false}, {5000, 1000, 2, 10000, 11000, false}},
         12000,
         A,
         10000},
        {"at its cap though it does not fit",
         2,
         {{5000, 8000, 0, 45000, 0, false}, {5000, 8000, 4, 30000, 40000, false}},
         38000,
         B,
         40000},
        {"its cap is past, and nobody is due",
         2,
         {{5000, 8000, 0, 45000, 0, false}, {5000, 8000, 4, 30000, 40000, false}},
         40300,
         B,
         40300},
        {"its cap is later than the others' instant",
         2,
         {{5000, 8000, 0, 40000, 0, false}, {5000, 8000, 4, 30000, 40000, false}},
         38000,
         A,
         40000},
        {"on a bus that is never idle, within twice the cap: not yet",
         2,
         {{1000, 1000, 0, 69000, 0, false}, {1000, 1000, 4, 30000, 40000, false}},
         69500,
         A,
         69000},
        {"on a bus that is never idle, after twice the cap",
         2,
         {{1000, 1000, 0, 71000, 0, false}, {1000, 1000, 4, 30000, 40000, false}},
         71500,
         B,
         70000},
        {"of two dead ones the one that waits longer",
         3,
         {{5000, 1000, 0, 15000, 0, false}, {5000, 1000, 2, 9000, 40000, false}, {5000, 1000, 1, 8000, 41000, false}},
         10300,
         C,
         10300},
        {"a short time-out fits where a long one does not",
         3,
         {{5000, 1000, 0, 15000, 0, false}, {5000, 9000, 2, 8000, 40000, false}, {5000, 500, 1, 9000, 41000, false}},
         14000,
         C,
         14000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t at_ms;
        const size_t next = schedule_next(cases[i].turn, cases[i].turns, cases[i].now_ms, &at_ms);
        if (next != cases[i].next || at_ms != cases[i].at_ms)
            fail_msg("%s: %zu at %lld", cases[i].why, next, (long long)at_ms);
    }
}

/* Half an hour of a line: 20 units, some of them dead, all of one interval. */
enum { UNITS = 20, INTERVAL_MS = 5000, HALF_HOUR_MS = 1800000 };

struct line {
    int dead;
    int64_t answer_ms, timeout_ms;
    int64_t late_ms;  /* the most that one of the living came after its instant */
    int64_t tries_ms; /* the longest between two tries of a dead one */
    int tries;        /* of all dead ones */
};

static void line_run(struct line *line)
{
    struct turn turn[UNITS];
    int64_t tried_ms[UNITS] = {0}, now_ms = 0, at_ms;
    for (int i = 0; i < UNITS; i++) {
        turn[i] = (struct turn){.interval_ms = INTERVAL_MS, .silence_ms = line->timeout_ms};
        schedule_note(&turn[i], true, now_ms);
    }
    while (now_ms < HALF_HOUR_MS) {
        const size_t next = schedule_next(turn, UNITS, now_ms, &at_ms);
        const bool dead = (int)next < line->dead;
        now_ms = at_ms > now_ms ? at_ms : now_ms;
        if (dead && tried_ms[next] && now_ms - tried_ms[next] > line->tries_ms)
            line->tries_ms = now_ms - tried_ms[next];
        if (!dead && now_ms - turn[next].due_ms > line->late_ms && now_ms > INTERVAL_MS * UNITS)
            line->late_ms = now_ms - turn[next].due_ms;
        line->tries += dead;
        tried_ms[next] = now_ms;
        now_ms += dead ? line->timeout_ms : line->answer_ms;
        schedule_note(&turn[next], !dead, now_ms);
    }
}

static void the_dead_do_not_delay_the_living(void **state)
{
    static const struct {
        int dead;
        int64_t answer_ms, timeout_ms, late_ms, tries_ms;
    } cases[] = {
        /* It fits: nobody waits but for the others' answers. */
        {1, 50, 1000, 19 * 50, 32000},
        {3, 50, 1000, 17 * 50, 40000},
        {10, 50, 1000, 10 * 50, 45000},
        /* It never fits: one time-out more, never two in a row. */
        {1, 200, 2000, 19 * 200 + 2000, 35000},
        {5, 200, 2500, 15 * 200 + 2500, 60000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line line = {.dead = cases[i].dead, .answer_ms = cases[i].answer_ms, .timeout_ms = cases[i].timeout_ms};
        line_run(&line);
        if (line.late_ms > cases[i].late_ms || line.tries_ms > cases[i].tries_ms || line.tries < 30 * line.dead)
            fail_msg("%d dead: living %lld ms late, dead tried each %lld ms, %d times", line.dead,
                     (long long)line.late_ms, (long long)line.tries_ms, line.tries);
    }
}

/* An adapter was pulled: the dead one stays what it was. */
static void a_bus_that_is_back_has_all_asked_at_once(void **state)
{
    (void)state;
    struct turn turn[] = {{.interval_ms = 1000, .silence_ms = 900},
                          {.interval_ms = 1000, .silence_ms = 900},
                          {.interval_ms = 1000, .silence_ms = 900}};
    for (int64_t now_ms = 100; now_ms < 100000; now_ms += 20000)
        for (int i = 0; i < 3; i++) {
            schedule_note(&turn[i], false, now_ms);
            turn[i].cut_off = i < 2;
        }
    int64_t at_ms;
    schedule_note(&turn[0], true, 90050);
    turn[0].cut_off = false;
    schedule_rejoin(turn, 3, 90060);
    assert_int_equal(schedule_next(turn, 3, 90060, &at_ms), 1);
    assert_int_equal(at_ms, 90060);
    schedule_note(&turn[1], true, 90090);
    schedule_rejoin(turn, 3, 90100);
    assert_int_equal(turn[1].due_ms, 91000);
    assert_int_equal(turn[2].failures, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_failure_doubles_the_wait_and_one_answer_ends_it),
        cmocka_unit_test(who_is_next),
        cmocka_unit_test(a_bus_that_is_back_has_all_asked_at_once),
        cmocka_unit_test(the_dead_do_not_delay_the_living),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
