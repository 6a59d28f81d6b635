/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows of a branch stand among those that count as they are. It holds for as long as the row that counts is not
 * replaced (branch_differ): a row that changes has another rev. */
#include <string.h>

#include "collector/store_branch_parts.h"
#include "collector/travel_payload.h"

enum { READS_MAX = 4 }; /* of as many rows as a batch has */

static bool value_equal(const struct travel_value *one, const struct travel_value *other)
{
    if (one->null || other->null)
        return one->null && other->null;
    if (one->text || other->text)
        return one->text && other->text && strcmp(one->text, other->text) == 0;
    return one->number == other->number;
}

static bool row_equal(const struct travel_row *one, const struct travel_row *other)
{
    if (one->table != other->table || one->rev != other->rev)
        return false;
    for (int i = 0; i < travel_tables[one->table].columns; i++)
        if (!value_equal(&one->value[i], &other->value[i]))
            return false;
    return true;
}

/* What counts is in the order of revs: the row of one, if it has that rev alone. */
static const struct travel_row *row_of(const struct travel_batch *held, int64_t rev)
{
    size_t low = 0, high = held->rows.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (travel_row_at(held, middle)->rev < rev)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == held->rows.count || travel_row_at(held, low)->rev != rev ||
        (low + 1 < held->rows.count && travel_row_at(held, low + 1)->rev == rev))
        return NULL;
    return travel_row_at(held, low);
}

/* One number stands for one mine on both sides. */
static bool mines_agree(const struct travel_batch *one, const struct travel_batch *other)
{
    const struct travel_mine *mine = one->mines.at, *named = other->mines.at;
    for (size_t i = 0; i < one->mines.count; i++)
        for (size_t j = 0; j < other->mines.count; j++)
            if (mine[i].local == named[j].local && strcmp(mine[i].name, named[j].name) != 0)
                return false;
    return true;
}

static void batch_compare(const struct travel_batch *batch, const struct travel_batch *held, bool *same)
{
    if (!mines_agree(batch, held))
        return;
    for (size_t i = 0; i < batch->rows.count; i++) {
        const struct travel_row *row = travel_row_at(batch, i), *stands = row_of(held, row->rev);
        same[i] |= stands && row_equal(row, stands);
    }
}

static void batch_reach(const struct travel_batch *batch, int64_t *from, int64_t *to)
{
    *from = TRAVEL_LOCAL_MAX;
    *to = 0;
    for (size_t i = 0; i < batch->rows.count; i++) {
        const int64_t rev = travel_row_at(batch, i)->rev;
        *from = rev <= *from ? rev - 1 : *from;
        *to = rev > *to ? rev : *to;
    }
}

void branch_same(struct db *db, int64_t number, const struct travel_batch *batch, bool *same)
{
    int64_t from, to;
    batch_reach(batch, &from, &to);
    for (int reads = 0; reads < READS_MAX && from < to && db_fault(db) == DB_OK; reads++) {
        struct travel_batch held;
        travel_batch_begin(&held);
        if (travel_read(db, number, from, to, &held))
            batch_compare(batch, &held, same);
        from = held.to.rev;
        travel_batch_free(&held);
    }
}

bool branch_differ(struct db *db, int64_t number, const struct travel_batch *batch)
{
    const int64_t part = branch_part(db, number, BRANCH_GATHERED);
    struct text key = {0};
    for (size_t i = 0; part && i < batch->rows.count && db_fault(db) == DB_OK; i++) {
        const struct travel_row *row = travel_row_at(batch, i);
        text_clear(&key);
        travel_row_key(row, &key);
        if (key.failed)
            db_fail(db, DB_OTHER, "out of memory");
        struct db_query *query =
            db_query(db, "UPDATE replica_branch SET same = 0 WHERE part = ? AND name = ? AND key = ? AND same = 1");
        db_bind_int(query, part);
        db_bind_text(query, travel_tables[row->table].name);
        db_bind_text(query, key.at);
        db_next(query);
    }
    text_free(&key);
    return db_fault(db) == DB_OK;
}
