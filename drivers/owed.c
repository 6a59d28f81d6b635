/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/owed.h"

#include <string.h>

#include "drivers/frame.h"

enum { ANY = 0, MANY = 255 };

static struct owed_run run_of(const struct request *request)
{
    const struct question question = {.request = request};
    return (struct owed_run){
        .table = (uint8_t)request->table, .size = (uint8_t)frame_line_answer_bytes(&question), .times = 1};
}

static bool run_is(const struct owed_run *run, const struct owed_run *other)
{
    return run->table == other->table && run->size == other->size;
}

/* Whether a frame may answer one of a run: values by their shape, an exception by its function. */
static bool run_fits(const struct owed_run *run, const struct owed_run *frame, bool exception)
{
    return run->table == ANY || (run->table == frame->table && (exception || run->size == frame->size));
}

/* The oldest run that the frame fits; owed->runs when none. */
static size_t owed_find(const struct owed *owed, const struct owed_run *frame, bool exception)
{
    size_t i = 0;
    while (i < owed->runs && !run_fits(&owed->run[i], frame, exception))
        i++;
    return i;
}

void owed_asked(struct owed *owed, const struct request *request)
{
    const struct owed_run asked = run_of(request);
    struct owed_run *last = owed->runs ? &owed->run[owed->runs - 1] : NULL;
    if (last && run_is(last, &asked))
        last->times = last->times < MANY ? (uint8_t)(last->times + 1) : MANY;
    else if (owed->runs < OWED_RUNS)
        owed->run[owed->runs++] = asked;
    else
        last->table = ANY;
}

void owed_heard(struct owed *owed, const struct request *request, bool exception)
{
    const struct owed_run frame = run_of(request);
    size_t past = owed_find(owed, &frame, exception);
    owed->refused = exception;
    if (past == owed->runs)
        return;
    struct owed_run *run = &owed->run[past];
    if (run->table != ANY && run->times != MANY && --run->times == 0)
        past++;
    owed->runs = (uint8_t)(owed->runs - past);
    memmove(owed->run, owed->run + past, owed->runs * sizeof *owed->run);
}

bool owed_has(const struct owed *owed, const struct request *request)
{
    const struct owed_run asked = run_of(request);
    return owed_find(owed, &asked, false) < owed->runs;
}

bool owed_needs_fence(const struct owed *owed, const struct request *request)
{
    return owed_has(owed, request) || (owed->refused && owed->runs > 0);
}

/* One whose answers, exceptions too, would be those of the fence alone, or of the same one asked just before. */
static bool table_is_clear(const struct owed *owed, enum registers_table table)
{
    const struct owed_run frame = {.table = (uint8_t)table};
    return owed_find(owed, &frame, true) + 1 >= owed->runs;
}

static enum registers_table fence_table(const struct owed *owed, enum registers_table asked)
{
    for (enum registers_table table = TABLE_INPUT; owed->refused && table >= TABLE_COIL; table--)
        if (table != asked && table_is_clear(owed, table))
            return table;
    return asked;
}

/* The fence that was asked last is good again, if it is one for this question: one shape less is owed. */
static bool fence_fits(const struct owed *owed, const struct request *fence, const struct request *asked)
{
    const struct owed_run run = run_of(fence), question = run_of(asked);
    const struct owed_run *last = &owed->run[owed->runs - 1];
    return run_is(last, &run) ? !run_is(last, &question) : !owed_has(owed, fence);
}

struct request owed_fence(const struct owed *owed, const struct request *request)
{
    const enum registers_table table = fence_table(owed, request->table);
    struct request fence = {
        .table = table, .address = request->address, .wide = request->wide && table == request->table};
    const int each = table == TABLE_COIL || table == TABLE_DISCRETE ? 8 : 1; /* so many more make another size */
    do
        fence.count = (uint16_t)(fence.count + each);
    while (!fence_fits(owed, &fence, request) && fence.count + each <= request_most(&fence));
    if (fence.address + fence.count > 65536)
        fence.address = (uint16_t)(65536 - fence.count);
    return fence;
}
