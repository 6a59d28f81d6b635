/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/plan.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Where one point, or one block of points, lies; for sorting. */
struct span {
    const struct point *point; /* the first of them */
    int begin, end;            /* first address, and the one after the last */
};

/* Points of different tables, models or sizes of register have no request in common. */
static int by_space(const struct point *a, const struct point *b)
{
    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    if (a->wide != b->wide)
        return a->wide ? 1 : -1;
    return memcmp(a->model, b->model, sizeof a->model);
}

static int by_address(const void *left, const void *right)
{
    const struct span *a = left, *b = right;

    const int space = by_space(a->point, b->point);

    if (space)
        return space;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

static bool is_bits(enum registers_table table)
{
    return table == TABLE_COIL || table == TABLE_DISCRETE;
}

int request_most(const struct request *request)
{
    return is_bits(request->table) ? PLAN_BITS_MAX : request->wide ? PLAN_WIDE_MAX : PLAN_REGISTERS_MAX;
}

int plan_most(const struct profile *profile, const struct request *request)
{
    const int most = request_most(request);

    if (is_bits(request->table) || profile->max_registers == 0 || profile->max_registers > most)
        return most;
    return profile->max_registers;
}

size_t request_words(const struct request *request)
{
    return (size_t)request->count * (request->wide ? 2 : 1);
}

/* Whether a span fits into the request that ends before `end`. */
static bool joins(const struct profile *profile, const struct request *request, const struct span *span)
{
    int end = request->address + request->count;
    int new_end = span->end > end ? span->end : end;
    int hole = is_bits(request->table) ? 16 * profile->max_hole : profile->max_hole;

    return span->begin - end <= hole && new_end - request->address <= plan_most(profile, request);
}

static struct request request_of(const struct span *span)
{
    const struct point *point = span->point;

    return (struct request){.table = point->table,
                            .address = (uint16_t)span->begin,
                            .wide = point->wide,
                            .models = point->model[0] ? point->model : NULL};
}

/* Sorted spans, each into the last request where it fits, else into a new one.
 * No plan has fewer: the k-th request of this one ends no earlier than the k-th
 * of any other that reads the same spans in this order. The first point of each
 * span learns its request. */
static void spans_join(struct plan *plan, const struct span *spans, size_t count, const struct profile *profile)
{
    struct request *last = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct span *span = &spans[i];
        if (!last || by_space(spans[i - 1].point, span->point) != 0 || !joins(profile, last, span)) {
            last = &plan->request[plan->requests++];
            *last = request_of(span);
        }
        if (span->end > last->address + last->count)
            last->count = (uint16_t)(span->end - last->address);
        plan->request_of[span->point - profile->point] = plan->requests - 1;
    }
}

/* One span a block, and one a point that is in none. Returns how many. */
static size_t spans_gather(const struct profile *profile, const size_t *first, struct span *spans)
{
    size_t count = 0;

    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        const int end = point->address + point_addresses(point);
        size_t at = count;
        if (first[i] != i) /* spans of points before are still in their order */
            for (at = 0; spans[at].point != &profile->point[first[i]];)
                at++;
        else
            spans[count++] = (struct span){point, point->address, end};
        spans[at].begin = point->address < spans[at].begin ? point->address : spans[at].begin;
        spans[at].end = end > spans[at].end ? end : spans[at].end;
    }
    return count;
}

/* By point: the first one of its block, or itself. */
static void firsts_find(const struct profile *profile, size_t *first)
{
    for (size_t i = 0; i < profile->points; i++) {
        first[i] = i;
        for (size_t j = 0; j < i && profile->point[i].block; j++)
            if (profile->point[j].block == profile->point[i].block) {
                first[i] = j;
                break;
            }
    }
}

struct plan *plan_new(const struct profile *profile)
{
    size_t room = profile->points ? profile->points : 1;
    struct plan *plan = calloc(1, sizeof *plan);
    struct span *spans = calloc(room, sizeof *spans);
    size_t *first = calloc(room, sizeof *first);

    if (!plan || !spans || !first)
        goto failure;
    plan->points = profile->points;
    plan->request = calloc(room, sizeof *plan->request);
    plan->request_of = calloc(room, sizeof *plan->request_of);
    if (!plan->request || !plan->request_of)
        goto failure;
    firsts_find(profile, first);
    size_t count = spans_gather(profile, first, spans);
    qsort(spans, count, sizeof *spans, by_address);
    spans_join(plan, spans, count, profile);
    for (size_t i = 0; i < profile->points; i++)
        plan->request_of[i] = plan->request_of[first[i]];
    free(spans);
    free(first);
    return plan;
failure:
    free(spans);
    free(first);
    plan_free(plan);
    return NULL;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    free(plan->request);
    free(plan->request_of);
    free(plan);
}

/* --- splitting --- */

/* The block of a point, or the point itself: from where to where it reaches. */
static struct span span_around(const struct profile *profile, size_t index)
{
    const struct point *point = &profile->point[index];
    struct span span = {point, point->address, point->address + point_addresses(point)};

    for (size_t i = 0; point->block && i < profile->points; i++) {
        const struct point *other = &profile->point[i];
        const int end = other->address + point_addresses(other);
        if (other->block != point->block)
            continue;
        span.begin = other->address < span.begin ? other->address : span.begin;
        span.end = end > span.end ? end : span.end;
    }
    return span;
}

/* Points of the request that begin below `address`. */
static size_t points_below(const struct plan *plan, const struct profile *profile, size_t number, int address)
{
    size_t below = 0;

    for (size_t i = 0; i < profile->points; i++)
        below += plan->request_of[i] == number && span_around(profile, i).begin < address;
    return below;
}

/* The address that parts the request's points most evenly; its own where none does. */
static int middle_of(const struct plan *plan, const struct profile *profile, size_t number)
{
    const size_t total = points_below(plan, profile, number, INT_MAX);
    int middle = plan->request[number].address;
    size_t best = total;

    for (size_t i = 0; i < profile->points; i++) {
        const int begin = span_around(profile, i).begin;
        if (plan->request_of[i] != number || begin == plan->request[number].address)
            continue;
        const size_t below = points_below(plan, profile, number, begin);
        const size_t uneven = 2 * below > total ? 2 * below - total : total - 2 * below;
        if (uneven < best) {
            best = uneven;
            middle = begin;
        }
    }
    return middle;
}

/* Makes room for another request behind this one. */
static void requests_shift(struct plan *plan, size_t number)
{
    memmove(&plan->request[number + 1], &plan->request[number], (plan->requests - number) * sizeof *plan->request);
    plan->requests++;
    for (size_t i = 0; i < plan->points; i++)
        plan->request_of[i] += plan->request_of[i] > number;
}

bool plan_split(struct plan *plan, const struct profile *profile, size_t number)
{
    const int middle = middle_of(plan, profile, number);
    int end[2] = {0, 0};

    if (middle == plan->request[number].address)
        return false;
    requests_shift(plan, number);
    for (size_t i = 0; i < profile->points; i++) {
        if (plan->request_of[i] != number)
            continue;
        const struct span span = span_around(profile, i);
        const size_t upper = span.begin >= middle;
        plan->request_of[i] += upper;
        end[upper] = span.end > end[upper] ? span.end : end[upper];
    }
    plan->request[number + 1].address = (uint16_t)middle;
    for (size_t upper = 0; upper < 2; upper++)
        plan->request[number + upper].count = (uint16_t)(end[upper] - plan->request[number + upper].address);
    return true;
}

/* 7 bytes of MBAP header each way; question: function, address, count; answer:
 * function, length, data (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
size_t request_bytes(const struct request *request)
{
    size_t data = is_bits(request->table) ? (request->count + 7u) / 8u : 2 * request_words(request);

    return 7 + 5 + 7 + 2 + data;
}
