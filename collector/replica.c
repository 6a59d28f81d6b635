/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/replica.h"

#include <string.h>

bool replica_position_none(const struct replica_position *position)
{
    return !position->incarnation[0];
}

bool replica_position_equal(const struct replica_position *a, const struct replica_position *b)
{
    if (replica_position_none(a) || replica_position_none(b))
        return replica_position_none(a) && replica_position_none(b);
    return !strcmp(a->incarnation, b->incarnation) && a->head == b->head && a->rev == b->rev;
}

bool replica_position_whole(const struct replica_position *position)
{
    return !replica_position_none(position) && position->rev == position->head;
}

bool replica_era_reached(const struct replica_era *era, int64_t newest_rev, int64_t head)
{
    return head >= era->first_rev && head <= (era->next_rev ? era->next_rev - 1 : newest_rev);
}

static const char *position_fault(const struct replica_position *position)
{
    if (position->head < 1)
        return "a position's head is below 1";
    return position->rev < 0 || position->rev > position->head ? "a position's rev is not within 0 and its head" : NULL;
}

/* A later incarnation has its own row above all that went before it, so its head is higher too. */
static const char *step_fault(const struct replica_position *from, const struct replica_position *to)
{
    const bool same = !strcmp(from->incarnation, to->incarnation);
    if (to->rev < from->rev)
        return "to.rev is below from.rev";
    return to->head < from->head + (same ? 0 : 1) ? "to.head goes back behind from.head" : NULL;
}

static const char *rows_fault(const struct replica_batch *batch)
{
    int64_t last = batch->whole ? 0 : batch->from.rev;
    if (batch->count > REPLICA_ROWS_MAX)
        return "more rows than a batch may have";
    if (batch->whole && !batch->count)
        return "a whole ledger without a row, not even its incarnation";
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->row[i].key_size)
            return "a row without a key";
        if (batch->row[i].rev <= last)
            return "revs of rows do not ascend from from.rev";
        last = batch->row[i].rev;
    }
    return last > batch->to.rev ? "a row's rev is above to.rev" : NULL;
}

static const char *batch_fault(const struct replica_batch *batch)
{
    const bool none = replica_position_none(&batch->from);
    const char *fault = NULL;
    if (replica_position_none(&batch->to))
        return "to has no incarnation";
    if (none && !batch->whole)
        return "rows that continue nothing";
    if ((fault = position_fault(&batch->to)) || (!none && (fault = position_fault(&batch->from))))
        return fault;
    if (!batch->whole && (fault = step_fault(&batch->from, &batch->to)))
        return fault;
    return rows_fault(batch);
}

bool replica_batch_sound(const struct replica_batch *batch, const char **why)
{
    *why = batch_fault(batch);
    return !*why;
}

const char *replica_reason_name(enum replica_reason reason)
{
    static const char *const name[] = {
        [REPLICA_FITS] = "fits",           [REPLICA_ELSEWHERE] = "elsewhere", [REPLICA_OLD] = "old",
        [REPLICA_RETIRED] = "retired",     [REPLICA_TOO_MANY] = "too-many",   [REPLICA_OTHER_SITE] = "other-site",
        [REPLICA_MALFORMED] = "malformed", [REPLICA_VERSION] = "version",     [REPLICA_UNKNOWN] = "unknown-site",
        [REPLICA_TOO_MUCH] = "too-much",
    };
    return (size_t)reason < sizeof name / sizeof *name ? name[reason] : NULL;
}

const char *replica_standing_name(enum replica_standing standing)
{
    static const char *const name[] = {
        [REPLICA_ACCEPTED] = "accepted",
        [REPLICA_WAITING] = "waiting",
        [REPLICA_REPLACED] = "retired",
    };
    return (size_t)standing < sizeof name / sizeof *name ? name[standing] : NULL;
}
