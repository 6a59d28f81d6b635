/* SPDX-License-Identifier: Apache-2.0 */
/* Late answers on a serial line: every schedule of a few questions, and what is owed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "drivers/owed.h"

/* --- every schedule ---
 * A unit answers in order, each question once or not at all. What becomes of each is its fate: nothing, or
 * values or an exception, that come while one of the next LATENESSES questions waits. Who asks
 * does as wire_line.c: a fence where it must be, then the question. */

enum { LATENESSES = 3, FATES = 1 + 2 * LATENESSES, ASKED = 6, SLOTS = 64 };

enum manner { ANSWERS, REFUSES_FENCES, REFUSES_ALL, MANNERS };

struct unit {
    unsigned fates; /* a digit a question; then all is answered at once, */
    int left;
    enum manner manner;   /* in this manner, */
    bool knows_one_table; /* and silent to other functions */
    int asked, latest;    /* numbers of the last question, and of that during which the last answer came */
    struct frame {
        int number; /* of the question */
        struct request request;
        bool exception;
        int slot; /* while which question it comes */
    } frame[SLOTS];
    int frames, next;
};

static void unit_send(struct unit *unit, const struct request *request, bool exception, int lateness)
{
    if (unit->latest < unit->asked + lateness)
        unit->latest = unit->asked + lateness;
    unit->frame[unit->frames++] =
        (struct frame){.number = unit->asked, .request = *request, .exception = exception, .slot = unit->latest};
}

static void unit_hear(struct unit *unit, const struct request *request, bool fence)
{
    unit->asked++;
    if (unit->left > 0) {
        const unsigned fate = unit->fates % FATES;
        unit->left--;
        unit->fates /= FATES;
        if (fate > 0)
            unit_send(unit, request, fate > LATENESSES, (int)(fate - 1) % LATENESSES);
        return;
    }
    const bool own = request->table == TABLE_HOLDING;
    if (own || !unit->knows_one_table)
        unit_send(unit, request, !own || unit->manner == REFUSES_ALL || (fence && unit->manner == REFUSES_FENCES), 0);
}

static bool fits(const struct request *asked, const struct frame *frame)
{
    return asked->table == frame->request.table && (frame->exception || asked->count == frame->request.count);
}

/* The frame that is taken for the answer; NULL: none. The rest of what comes during a question is not heard. */
static const struct frame *ask(struct owed *owed, struct unit *unit, const struct request *asked,
                               const struct request *question)
{
    const struct frame *taken = NULL;
    owed_asked(owed, asked);
    unit_hear(unit, asked, asked != question);
    for (; unit->next < unit->frames && unit->frame[unit->next].slot <= unit->asked; unit->next++) {
        const struct frame *frame = &unit->frame[unit->next];
        if (taken || !fits(asked, frame))
            continue;
        owed_heard(owed, asked, frame->exception);
        if (!owed_has(owed, question))
            taken = frame;
    }
    return taken;
}

static const struct frame *exchange(struct owed *owed, struct unit *unit, const struct request *question)
{
    if (owed_needs_fence(owed, question)) {
        const struct request fence = owed_fence(owed, question);
        if (!ask(owed, unit, &fence, question)) {
            owed->refused = owed->refused && fence.table == question->table;
            return NULL;
        }
    }
    const struct frame *frame = ask(owed, unit, question, question);
    if (frame)
        assert_int_equal(frame->number, unit->asked); /* its own answer, and nobody else's */
    return frame;
}

/* Sizes of the questions, in turn: as those of the fences, too. */
static const int turns[][3] = {{2, 2, 2}, {1, 2, 1}, {3, 1, 2}};
enum { TURNS = sizeof turns / sizeof *turns };

/* Once the unit answers at once, so many questions are enough. */
static void one_schedule(unsigned fates, const int *sizes, enum manner manner, bool knows_one_table, int patience)
{
    struct owed owed = {0};
    struct unit unit = {.fates = fates, .left = ASKED, .manner = manner, .knows_one_table = knows_one_table};
    struct request question = {.table = TABLE_HOLDING, .address = 10};
    int turn = 0, tries = 0;
    for (; unit.left > 0; turn++) {
        question.count = (uint16_t)sizes[turn % 3];
        exchange(&owed, &unit, &question);
    }
    const struct frame *frame;
    do {
        if (tries++ == patience)
            fail_msg("fates %u, sizes from %d, manner %d, one table %d", fates, sizes[0], manner, knows_one_table);
        question.count = (uint16_t)sizes[turn++ % 3];
        frame = exchange(&owed, &unit, &question);
    } while (!frame);
    assert_true(frame->exception == (manner == REFUSES_ALL));
}

static void no_schedule_passes_a_late_answer(void **state)
{
    (void)state;
    unsigned schedules = 1;
    for (int i = 0; i < ASKED; i++)
        schedules *= FATES;
    for (unsigned fates = 0; fates < schedules; fates++)
        for (size_t t = 0; t < TURNS; t++)
            for (enum manner manner = ANSWERS; manner < MANNERS; manner++) {
                one_schedule(fates, turns[t], manner, false, 3);
                if (manner == ANSWERS)
                    one_schedule(fates, turns[t], manner, true, 3);
                /* Nothing can be asked of it that tells its refusals apart: it takes longer. */
                if (manner == REFUSES_FENCES && t == 0)
                    one_schedule(fates, turns[t], manner, true, 12);
            }
    print_message("# %u schedules\n", schedules);
}

/* --- single rules --- */

static const struct request two = {.table = TABLE_HOLDING, .address = 10, .count = 2};
static const struct request ten = {.table = TABLE_HOLDING, .address = 10, .count = 10};
static const struct request input = {.table = TABLE_INPUT, .address = 10, .count = 2};

static void a_shape_is_function_and_size(void **state)
{
    (void)state;
    struct owed owed = {0};
    assert_false(owed_has(&owed, &two));
    owed_asked(&owed, &two);
    assert_true(owed_has(&owed, &two));
    assert_false(owed_has(&owed, &ten));
    assert_false(owed_has(&owed, &input));
    owed_heard(&owed, &input, true); /* of another function: nobody asked for it */
    assert_true(owed_has(&owed, &two));
    owed_heard(&owed, &two, false);
    assert_int_equal(owed.runs, 0);
}

static void each_answer_is_worth_one_question(void **state)
{
    (void)state;
    struct owed owed = {0};
    for (int i = 0; i < 3; i++)
        owed_asked(&owed, &two);
    owed_asked(&owed, &ten);
    for (int i = 0; i < 3; i++) {
        assert_true(owed_has(&owed, &two));
        owed_heard(&owed, &two, i % 2);
        assert_true(owed_has(&owed, &ten));
    }
    assert_false(owed_has(&owed, &two));
    owed_asked(&owed, &input);
    owed_heard(&owed, &input, false); /* what is before it is past */
    assert_int_equal(owed.runs, 0);
}

/* Of a dead unit hundreds of answers may be owed: they are never thought to have come. */
static void many_are_never_too_few(void **state)
{
    (void)state;
    struct owed owed = {0};
    for (int i = 0; i < 300; i++)
        owed_asked(&owed, &two);
    for (int i = 0; i < 300; i++)
        owed_heard(&owed, &two, false);
    assert_true(owed_has(&owed, &two));
    struct owed shapes = {0};
    for (uint16_t count = 1; count <= 2 * OWED_RUNS; count++)
        owed_asked(&shapes, &(struct request){.table = TABLE_HOLDING, .count = count});
    assert_int_equal(shapes.runs, OWED_RUNS);
    owed_heard(&shapes, &ten, false);
    owed_heard(&shapes, &(struct request){.table = TABLE_HOLDING, .count = 2 * OWED_RUNS}, false);
    assert_true(owed_has(&shapes, &ten)); /* nobody knows */
    owed_asked(&shapes, &input);
    owed_heard(&shapes, &input, false);
    assert_true(owed_has(&shapes, &ten));
}

static void a_fence_is_a_read_of_another_shape(void **state)
{
    (void)state;
    static const struct request shapes[] = {
        {.table = TABLE_COIL, .count = 1},
        {.table = TABLE_COIL, .address = 65529, .count = 7},
        {.table = TABLE_DISCRETE, .count = 2000},
        {.table = TABLE_HOLDING, .address = 65535, .count = 1},
        {.table = TABLE_HOLDING, .count = 125},
        {.table = TABLE_INPUT, .address = 65534, .count = 2},
        {.table = TABLE_HOLDING, .count = 62, .wide = true},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int refused = 0; refused < 2; refused++) {
            struct owed owed = {.refused = refused};
            owed_asked(&owed, &shapes[i]);
            struct request fence = owed_fence(&owed, &shapes[i]);
            assert_false(owed_has(&owed, &fence));
            assert_true((fence.table != shapes[i].table) == refused);
            assert_in_range(fence.table, TABLE_COIL, TABLE_INPUT);
            assert_true(fence.count >= 1 && fence.count <= request_most(&fence));
            assert_true(fence.address + fence.count <= 65536);
            owed_asked(&owed, &fence);
            const struct request again = owed_fence(&owed, &shapes[i]);
            assert_int_equal(again.count, fence.count); /* the same: one shape less is owed */
            assert_int_equal(again.table, fence.table);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_schedule_passes_a_late_answer),   cmocka_unit_test(a_shape_is_function_and_size),
        cmocka_unit_test(each_answer_is_worth_one_question),  cmocka_unit_test(many_are_never_too_few),
        cmocka_unit_test(a_fence_is_a_read_of_another_shape),
    };
    return cmocka_run_group_tests_name("owed", tests, NULL, NULL);
}
