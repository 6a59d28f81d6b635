/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/plan.h"
#include "tests/unit/seed.h"

enum { POINTS_MAX = 7 };

static struct point point_at(enum registers_table table, int address, enum registers_type type)
{
    return (struct point){.table = table, .address = (uint16_t)address, .format = {.type = type}};
}

/* What a request should be. */
struct asked {
    enum registers_table table;
    int address, count;
};

static void assert_plan(struct profile *profile, const struct asked *expected, size_t count)
{
    struct plan *plan = plan_new(profile);

    assert_non_null(plan);
    assert_int_equal(plan->requests, count);
    assert_int_equal(plan->points, profile->points);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(plan->request[i].table, expected[i].table);
        assert_int_equal(plan->request[i].address, expected[i].address);
        assert_int_equal(plan->request[i].count, expected[i].count);
    }
    plan_free(plan);
}

static void joins_points(void **state)
{
    static const struct {
        const char *why;
        int max_hole;
        size_t points;
        struct {
            enum registers_table table;
            int address;
            enum registers_type type;
        } point[5];
        size_t requests;
        struct asked request[5];
    } cases[] = {
        {"no point", 8, 0, {{0}}, 0, {{0}}},
        {"one point", 8, 1, {{TABLE_HOLDING, 7, TYPE_UINT64}}, 1, {{TABLE_HOLDING, 7, 4}}},
        {"neighbours, in any order",
         0,
         2,
         {{TABLE_HOLDING, 2, TYPE_UINT32}, {TABLE_HOLDING, 0, TYPE_UINT32}},
         1,
         {{TABLE_HOLDING, 0, 4}}},
        {"a hole of the greatest size",
         8,
         2,
         {{TABLE_HOLDING, 0, TYPE_UINT16}, {TABLE_HOLDING, 9, TYPE_UINT16}},
         1,
         {{TABLE_HOLDING, 0, 10}}},
        {"a hole one greater",
         8,
         2,
         {{TABLE_HOLDING, 0, TYPE_UINT16}, {TABLE_HOLDING, 10, TYPE_UINT16}},
         2,
         {{TABLE_HOLDING, 0, 1}, {TABLE_HOLDING, 10, 1}}},
        {"no hole allowed",
         0,
         2,
         {{TABLE_HOLDING, 0, TYPE_UINT16}, {TABLE_HOLDING, 2, TYPE_UINT16}},
         2,
         {{TABLE_HOLDING, 0, 1}, {TABLE_HOLDING, 2, 1}}},
        {"tables apart",
         8,
         3,
         {{TABLE_INPUT, 0, TYPE_UINT16}, {TABLE_HOLDING, 1, TYPE_UINT16}, {TABLE_COIL, 2, TYPE_BIT}},
         3,
         {{TABLE_COIL, 2, 1}, {TABLE_HOLDING, 1, 1}, {TABLE_INPUT, 0, 1}}},
        {"125 registers",
         123,
         2,
         {{TABLE_HOLDING, 100, TYPE_UINT16}, {TABLE_HOLDING, 223, TYPE_UINT32}},
         1,
         {{TABLE_HOLDING, 100, 125}}},
        {"126 registers; a value is not split",
         123,
         2,
         {{TABLE_HOLDING, 100, TYPE_UINT16}, {TABLE_HOLDING, 224, TYPE_UINT32}},
         2,
         {{TABLE_HOLDING, 100, 1}, {TABLE_HOLDING, 224, 2}}},
        {"the last registers",
         8,
         2,
         {{TABLE_HOLDING, 65532, TYPE_INT64}, {TABLE_HOLDING, 65530, TYPE_UINT16}},
         1,
         {{TABLE_HOLDING, 65530, 6}}},
        {"one value seen twice",
         8,
         3,
         {{TABLE_HOLDING, 5, TYPE_UINT32}, {TABLE_HOLDING, 5, TYPE_FLOAT32}, {TABLE_HOLDING, 6, TYPE_BIT}},
         1,
         {{TABLE_HOLDING, 5, 2}}},
        {"a long value over short ones",
         0,
         3,
         {{TABLE_HOLDING, 0, TYPE_INT64}, {TABLE_HOLDING, 1, TYPE_UINT16}, {TABLE_HOLDING, 4, TYPE_UINT16}},
         1,
         {{TABLE_HOLDING, 0, 5}}},
        {"bits take holes 16 times as wide",
         8,
         2,
         {{TABLE_DISCRETE, 0, TYPE_BIT}, {TABLE_DISCRETE, 129, TYPE_BIT}},
         1,
         {{TABLE_DISCRETE, 0, 130}}},
        {"but no wider",
         8,
         2,
         {{TABLE_DISCRETE, 0, TYPE_BIT}, {TABLE_DISCRETE, 130, TYPE_BIT}},
         2,
         {{TABLE_DISCRETE, 0, 1}, {TABLE_DISCRETE, 130, 1}}},
        {"2000 bits",
         123,
         3,
         {{TABLE_COIL, 0, TYPE_BIT}, {TABLE_COIL, 1000, TYPE_BIT}, {TABLE_COIL, 1999, TYPE_BIT}},
         1,
         {{TABLE_COIL, 0, 2000}}},
        {"2001 bits",
         123,
         3,
         {{TABLE_COIL, 0, TYPE_BIT}, {TABLE_COIL, 1000, TYPE_BIT}, {TABLE_COIL, 2000, TYPE_BIT}},
         2,
         {{TABLE_COIL, 0, 1001}, {TABLE_COIL, 2000, 1}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct point points[5];
        struct profile profile = {.max_hole = cases[i].max_hole, .points = cases[i].points, .point = points};
        for (size_t j = 0; j < cases[i].points; j++)
            points[j] = point_at(cases[i].point[j].table, cases[i].point[j].address, cases[i].point[j].type);
        assert_plan(&profile, cases[i].request, cases[i].requests);
    }
}

/* --- against all ways to divide the points --- */

static int end_of(const struct point *point)
{
    return point->address + point_addresses(point);
}

/* From the first to the last of a point's block, or of itself. */
struct extent {
    int begin, end;
};

static struct extent extent_of(const struct profile *profile, const struct point *point)
{
    struct extent extent = {point->address, end_of(point)};

    for (size_t i = 0; i < profile->points; i++) {
        const struct point *other = &profile->point[i];
        if (point->block == 0 || other->block != point->block)
            continue;
        extent.begin = other->address < extent.begin ? other->address : extent.begin;
        extent.end = end_of(other) > extent.end ? end_of(other) : extent.end;
    }
    return extent;
}

static int by_begin(const void *left, const void *right)
{
    return ((const struct extent *)left)->begin - ((const struct extent *)right)->begin;
}

/* Whether all of a point's block is in the group. */
static bool is_whole(const struct profile *profile, const struct point *const *group, size_t count,
                     const struct point *point)
{
    size_t all = 0, here = 0;

    for (size_t i = 0; i < profile->points; i++)
        all += profile->point[i].block == point->block;
    for (size_t i = 0; i < count; i++)
        here += group[i]->block == point->block;
    return point->block == 0 || all == here;
}

static bool same_space(const struct point *a, const struct point *b)
{
    return a->table == b->table && a->wide == b->wide && a->model[0] == b->model[0];
}

static int most_of(const struct profile *profile, const struct point *point)
{
    const int most = point->table == TABLE_DISCRETE ? 2000 : point->wide ? 62 : 125;
    return point->table != TABLE_DISCRETE && profile->max_registers && profile->max_registers < most
               ? profile->max_registers
               : most;
}

/* Whether one request may read these points: written from the protocol, not from plan.c. */
static bool is_request(const struct profile *profile, const struct point *const *group, size_t count)
{
    struct extent sorted[POINTS_MAX];
    int hole = group[0]->table == TABLE_DISCRETE ? 16 * profile->max_hole : profile->max_hole, end;

    for (size_t i = 0; i < count; i++) {
        if (!same_space(group[i], group[0]) || !is_whole(profile, group, count, group[i]))
            return false;
        sorted[i] = extent_of(profile, group[i]);
    }
    qsort(sorted, count, sizeof *sorted, by_begin);
    end = sorted[0].end;
    for (size_t i = 1; i < count; i++) {
        if (sorted[i].begin - end > hole)
            return false;
        end = sorted[i].end > end ? sorted[i].end : end;
    }
    return end - sorted[0].begin <= most_of(profile, group[0]);
}

/* The fewest groups, each a request, that hold the points from `next` on as well. */
static size_t fewest(const struct profile *profile, size_t next, const struct point *group[][POINTS_MAX], size_t *size,
                     size_t groups)
{
    size_t least = SIZE_MAX;

    if (next == profile->points) {
        for (size_t i = 0; i < groups; i++)
            if (!is_request(profile, group[i], size[i]))
                return SIZE_MAX;
        return groups;
    }
    for (size_t i = 0; i <= groups; i++) {
        if (i == groups)
            size[i] = 0;
        group[i][size[i]++] = &profile->point[next];
        size_t count = fewest(profile, next + 1, group, size, i == groups ? groups + 1 : groups);
        size[i]--;
        if (count < least)
            least = count;
    }
    return least;
}

/* Two points or more that one request can hold, where there are such. */
static void make_block(struct profile *profile, int block)
{
    struct point *head = &profile->point[(size_t)random() % profile->points];

    if (head->block)
        return;
    head->block = block;
    for (size_t i = 0; i < profile->points; i++) {
        struct point *point = &profile->point[i];
        if (point->block || !same_space(point, head) || random() % 3 == 0)
            continue;
        point->block = block;
        const struct extent extent = extent_of(profile, head);
        if (extent.end - extent.begin > most_of(profile, head))
            point->block = 0;
    }
}

static void randomise(struct profile *profile)
{
    static const enum registers_type types[] = {TYPE_UINT16, TYPE_UINT32, TYPE_INT64};
    static const int spreads[] = {12, 60, 300, 4000};
    int spread = spreads[random() % 4];

    profile->points = 1 + (size_t)random() % POINTS_MAX;
    profile->max_hole = (int)(random() % 3 == 0 ? random() % 124 : random() % 10);
    profile->max_registers = random() % 2 ? 0 : 4 + (int)(random() % 70);
    for (size_t i = 0; i < profile->points; i++) {
        bool bits = random() % 4 == 0;
        profile->point[i] = point_at(bits ? TABLE_DISCRETE : TABLE_HOLDING, (int)(random() % spread),
                                     bits ? TYPE_BIT : types[random() % 3]);
        if (!bits && random() % 4 == 0)
            profile->point[i].model[0] = 103;
        else if (!bits && random() % 4 == 0 && point_words(&profile->point[i]) % 2 == 0)
            profile->point[i].wide = true;
    }
    for (int block = 1; block <= 2; block++)
        make_block(profile, block);
}

static void no_plan_has_fewer_requests(void **state)
{
    struct point points[POINTS_MAX];
    struct profile profile = {.point = points};

    (void)state;
    seed_random();
    for (int i = 0; i < 3000; i++) {
        const struct point *group[POINTS_MAX + 1][POINTS_MAX];
        size_t size[POINTS_MAX + 1] = {0};
        randomise(&profile);
        struct plan *plan = plan_new(&profile);
        assert_non_null(plan);
        assert_int_equal(plan->requests, fewest(&profile, 0, group, size, 0));
        for (size_t j = 0; j < profile.points; j++) { /* each point lies in its request, which is a lawful one */
            const struct request *request = &plan->request[plan->request_of[j]];
            assert_int_equal(request->table, points[j].table);
            assert_true(request->address <= points[j].address);
            assert_true(end_of(&points[j]) <= request->address + request->count);
            assert_true(request->count <= most_of(&profile, &points[j]));
            assert_int_equal(request->wide, points[j].wide);
            assert_int_equal(request->models ? request->models[0] : 0, points[j].model[0]);
            for (size_t k = 0; k < j && points[j].block; k++)
                assert_true(points[k].block != points[j].block || plan->request_of[k] == plan->request_of[j]);
        }
        plan_free(plan);
    }
}

static void knows_its_bytes(void **state)
{
    (void)state;
    /* MBAP of 7, function, address, count; MBAP of 7, function, length, data */
    assert_int_equal(request_bytes(&(struct request){.table = TABLE_HOLDING, .address = 0, .count = 10}), 12 + 9 + 20);
    assert_int_equal(request_bytes(&(struct request){.table = TABLE_INPUT, .address = 0, .count = 125}), 12 + 9 + 250);
    assert_int_equal(request_bytes(&(struct request){.table = TABLE_COIL, .address = 0, .count = 1}), 12 + 9 + 1);
    assert_int_equal(request_bytes(&(struct request){.table = TABLE_DISCRETE, .address = 0, .count = 2000}),
                     12 + 9 + 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_points),
        cmocka_unit_test(no_plan_has_fewer_requests),
        cmocka_unit_test(knows_its_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
