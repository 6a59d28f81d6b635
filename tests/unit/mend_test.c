/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/mend.h"
#include "tests/unit/seed.h"

enum { POINTS_MAX = 60, BEGIN = 100, REFUSED = 2 };

/* A device that lacks registers, and what became of a sweep over it. */
struct bench {
    struct point point[POINTS_MAX];
    struct profile profile;
    bool lacks[4096];
    struct mend *mend;
    bool read[POINTS_MAX];
    int asked;
};

/* Neighbours of two registers each; the last ones are one block. */
static struct bench *bench_new(size_t points, size_t block)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    for (size_t i = 0; i < points; i++)
        bench->point[i] = (struct point){.table = TABLE_HOLDING,
                                         .address = (uint16_t)(BEGIN + 2 * i),
                                         .block = i >= points - block,
                                         .format = {.type = TYPE_UINT32}};
    bench->profile = (struct profile){.max_hole = 8, .points = points, .point = bench->point};
    bench->mend = mend_new(&bench->profile);
    assert_non_null(bench->mend);
    return bench;
}

static void bench_free(struct bench *bench)
{
    mend_free(bench->mend);
    free(bench);
}

static int answer(const struct bench *bench, const struct request *request)
{
    for (int i = 0; i < request->count; i++)
        if (bench->lacks[request->address + i])
            return REFUSED;
    return 0;
}

/* All points of a request, which holds each of them whole, its words where they always are. */
static void take(struct bench *bench, size_t number)
{
    const struct plan *plan = mend_plan(bench->mend);
    const struct request *request = &plan->request[number];
    assert_true(mend_place(bench->mend, number) + request_words(request) <= mend_words(bench->mend));
    for (size_t i = 0; i < bench->profile.points; i++) {
        const struct point *point = &bench->point[i];
        if (plan->request_of[i] != number)
            continue;
        assert_true(point->address >= request->address);
        assert_true(point->address + 2 <= request->address + request->count);
        assert_int_equal(mend_place(bench->mend, number) + point->address - request->address, 2 * i);
        bench->read[i] = true;
    }
}

static void sweep(struct bench *bench, int64_t link, int64_t now_ms)
{
    memset(bench->read, 0, sizeof bench->read);
    bench->asked = 0;
    mend_begin(bench->mend, link, now_ms);
    for (size_t number = 0; number < mend_plan(bench->mend)->requests; number++) {
        int exception;
        if (!mend_asks(bench->mend, number))
            continue;
        do {
            bench->asked++;
            exception = answer(bench, &mend_plan(bench->mend)->request[number]);
        } while (exception && mend_refused(bench->mend, number, exception));
        if (exception)
            continue;
        mend_answered(bench->mend, number);
        take(bench, number);
    }
}

/* All but the points that lack a register were read. */
static void assert_read(const struct bench *bench)
{
    for (size_t i = 0; i < bench->profile.points; i++) {
        const int address = bench->point[i].address;
        assert_int_equal(bench->read[i], !bench->lacks[address] && !bench->lacks[address + 1]);
    }
}

static void one_register_is_missed_and_no_more(void **state)
{
    (void)state;
    for (size_t points = 1; points <= POINTS_MAX; points += 7)
        for (size_t bad = 0; bad < points; bad++) {
            struct bench *bench = bench_new(points, 0);
            const int requests = (int)mend_plan(bench->mend)->requests;
            bench->lacks[BEGIN + 2 * bad + bad % 2] = true;
            for (int i = 0; i < 3; i++) {
                sweep(bench, 1, i);
                assert_true(bench->asked <= requests + 2 * MEND_SPLITS + 6);
            }
            assert_read(bench);
            assert_int_equal(mend_exception(bench->mend, mend_plan(bench->mend)->request_of[bad]), REFUSED);
            bench_free(bench);
        }
}

static void many_are_missed_and_no_more_than_one_of_them_is_asked_a_sweep(void **state)
{
    (void)state;
    seed_random();
    for (int round = 0; round < 200; round++) {
        struct bench *bench = bench_new(1 + (size_t)random() % POINTS_MAX, 0);
        size_t bad = 0;
        for (size_t i = 0; i < bench->profile.points; i++)
            if (random() % 8 == 0) {
                bench->lacks[BEGIN + 2 * i] = true;
                bad++;
            }
        for (int i = 0; i < POINTS_MAX; i++)
            sweep(bench, 1, i);
        assert_read(bench);
        assert_int_equal(bench->asked, mend_plan(bench->mend)->requests - bad + (bad > 0));
        bench_free(bench);
    }
}

/* What nobody asked for by name lies between two points. */
static void a_hole_costs_no_point(void **state)
{
    (void)state;
    struct bench *bench = bench_new(8, 0);
    for (size_t i = 5; i < 8; i++)
        bench->point[i].address = (uint16_t)(bench->point[i].address + 4);
    mend_free(bench->mend);
    bench->mend = mend_new(&bench->profile);
    bench->lacks[BEGIN + 11] = true;
    for (size_t number = 0, i = 0; i < 2; i++) {
        mend_begin(bench->mend, 1, 0);
        for (number = 0; number < mend_plan(bench->mend)->requests; number++)
            while (answer(bench, &mend_plan(bench->mend)->request[number]))
                assert_true(mend_refused(bench->mend, number, REFUSED));
    }
    for (size_t number = 0; number < mend_plan(bench->mend)->requests; number++)
        assert_int_equal(mend_exception(bench->mend, number), 0);
    bench_free(bench);
}

static void a_block_is_never_split(void **state)
{
    enum { POINTS = 10, BLOCK = 3 };
    (void)state;
    struct bench *bench = bench_new(POINTS, BLOCK);
    bench->lacks[BEGIN + 2 * (POINTS - 2)] = true;
    for (int i = 0; i < 5; i++)
        sweep(bench, 1, i);
    for (size_t i = 0; i < POINTS; i++)
        assert_int_equal(bench->read[i], i < POINTS - BLOCK);
    const size_t *request_of = mend_plan(bench->mend)->request_of;
    for (size_t i = POINTS - BLOCK; i < POINTS; i++)
        assert_int_equal(request_of[i], request_of[POINTS - 1]);
    bench_free(bench);
}

static void other_exceptions_split_nothing(void **state)
{
    (void)state;
    struct bench *bench = bench_new(10, 0);
    mend_begin(bench->mend, 1, 0);
    for (int exception = 0; exception <= 255; exception++)
        if (exception < 1 || exception > 3)
            assert_false(mend_refused(bench->mend, 0, exception));
    for (int exception = 1; exception <= 3; exception++)
        assert_true(mend_refused(bench->mend, 0, exception));
    bench_free(bench);
}

static void a_new_connection_makes_it_whole_ever_less_often(void **state)
{
    static const struct {
        int64_t link, now_ms;
        bool whole;
    } cases[] = {
        {1, 1000, false},
        {2, 2000, true}, /* the first time at once */
        {3, 3000, false},
        {3, 2000 + MEND_REST_MS - 1, false},
        {3, 2000 + MEND_REST_MS, true}, /* it is not forgotten */
        {4, 2000 + 2 * MEND_REST_MS, false},
        {4, 2000 + 3 * MEND_REST_MS, true},
    };
    (void)state;
    struct bench *bench = bench_new(40, 0);
    bench->lacks[BEGIN] = true;
    sweep(bench, 1, 0);
    sweep(bench, 1, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mend_begin(bench->mend, cases[i].link, cases[i].now_ms);
        assert_int_equal(mend_plan(bench->mend)->requests == 1, cases[i].whole);
        while (mend_refused(bench->mend, 0, REFUSED))
            ;
    }
    bench_free(bench);
}

static void what_is_answered_again_makes_it_whole(void **state)
{
    (void)state;
    struct bench *bench = bench_new(40, 0);
    memset(bench->lacks, true, sizeof bench->lacks); /* a device that still starts */
    for (int i = 0; i < 20; i++)
        sweep(bench, 1, i);
    assert_int_equal(mend_plan(bench->mend)->requests, 40);
    assert_int_equal(bench->asked, 1);
    memset(bench->lacks, false, sizeof bench->lacks);
    sweep(bench, 1, 20);
    sweep(bench, 1, 21);
    assert_int_equal(bench->asked, 1);
    assert_read(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_register_is_missed_and_no_more),
        cmocka_unit_test(many_are_missed_and_no_more_than_one_of_them_is_asked_a_sweep),
        cmocka_unit_test(a_hole_costs_no_point),
        cmocka_unit_test(a_block_is_never_split),
        cmocka_unit_test(other_exceptions_split_nothing),
        cmocka_unit_test(a_new_connection_makes_it_whole_ever_less_often),
        cmocka_unit_test(what_is_answered_again_makes_it_whole),
    };
    return cmocka_run_group_tests_name("mend", tests, NULL, NULL);
}
