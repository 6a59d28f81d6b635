/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/plan.h"

#include <stdlib.h>

/* Where one point lies, for sorting. */
struct span {
    enum registers_table table;
    int begin, end; /* first address, and the one after the last */
    size_t point;
};

static int by_address(const void *left, const void *right)
{
    const struct span *a = left, *b = right;

    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
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

size_t request_words(const struct request *request)
{
    return (size_t)request->count * (request->wide ? 2 : 1);
}

/* Whether a span fits into the request that ends before `end`. */
static bool joins(const struct request *request, const struct span *span, int max_hole)
{
    int end = request->address + request->count;
    int new_end = span->end > end ? span->end : end;
    int hole = is_bits(request->table) ? 16 * max_hole : max_hole;

    return request->table == span->table && span->begin - end <= hole &&
           new_end - request->address <= request_most(request);
}

/* Sorted spans, each into the last request where it fits, else into a new one.
 * No plan has fewer: the k-th request of this one ends no earlier than the k-th
 * of any other that reads the same points in this order. */
static void spans_join(struct plan *plan, const struct span *spans, int max_hole)
{
    struct request *last = NULL;

    for (size_t i = 0; i < plan->points; i++) {
        const struct span *span = &spans[i];
        if (!last || !joins(last, span, max_hole)) {
            last = &plan->request[plan->requests++];
            *last = (struct request){.table = span->table, .address = (uint16_t)span->begin, .count = 0};
        }
        if (span->end > last->address + last->count)
            last->count = (uint16_t)(span->end - last->address);
        plan->request_of[span->point] = plan->requests - 1;
    }
}

struct plan *plan_new(const struct profile *profile)
{
    size_t room = profile->points ? profile->points : 1;
    struct plan *plan = calloc(1, sizeof *plan);
    struct span *spans = calloc(room, sizeof *spans);

    if (!plan || !spans)
        goto failure;
    plan->points = profile->points;
    plan->request = calloc(room, sizeof *plan->request);
    plan->request_of = calloc(room, sizeof *plan->request_of);
    if (!plan->request || !plan->request_of)
        goto failure;
    for (size_t i = 0; i < profile->points; i++) {
        const struct point *point = &profile->point[i];
        spans[i] = (struct span){point->table, point->address, point->address + point_words(point), i};
    }
    qsort(spans, plan->points, sizeof *spans, by_address);
    spans_join(plan, spans, profile->max_hole);
    free(spans);
    return plan;
failure:
    free(spans);
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

/* 7 bytes of MBAP header each way; question: function, address, count; answer:
 * function, length, data (Modbus Messaging on TCP/IP V1.0b, 3.1.3). */
size_t request_bytes(const struct request *request)
{
    size_t data = is_bits(request->table) ? (request->count + 7u) / 8u : 2 * request_words(request);

    return 7 + 5 + 7 + 2 + data;
}
