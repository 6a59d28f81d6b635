/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/against.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/against_parts.h"

/* --- both ledgers, in the order of revs --- */

struct walk {
    const struct against_side *side;
    int64_t upto, read; /* the rev up to which rows are wanted, and were read */
    struct travel_batch batch;
    size_t next, group; /* of the batch: the next row, and how many have its rev */
};

struct comparing {
    struct against *against;
    const struct against_to *to;
    struct walk walk[2]; /* here, there */
    int64_t told;
};

static void walk_more(struct walk *walk)
{
    while (walk->next == walk->batch.rows.count && walk->read < walk->upto && db_fault(walk->side->db) == DB_OK) {
        travel_batch_free(&walk->batch);
        walk->next = 0;
        travel_read(walk->side->db, walk->side->number, walk->read, walk->upto, &walk->batch);
        walk->read = walk->batch.to.rev;
    }
}

/* The rev of the rows that come next; INT64_MAX: there are no more. */
static int64_t walk_rev(struct walk *walk)
{
    walk_more(walk);
    if (walk->next == walk->batch.rows.count)
        return INT64_MAX;
    const int64_t rev = travel_row_at(&walk->batch, walk->next)->rev;
    for (walk->group = 1; walk->next + walk->group < walk->batch.rows.count &&
                          travel_row_at(&walk->batch, walk->next + walk->group)->rev == rev;)
        walk->group++;
    return rev;
}

/* --- what differs --- */

static void tell(struct comparing *comparing, const struct travel_row *here, const struct travel_row *there)
{
    struct against_row row;
    const struct against_side *side = here ? &comparing->against->here : &comparing->against->there;
    if (++comparing->told > AGAINST_TOLD_MAX || !comparing->to->row)
        return;
    against_row_fill(&row, side, here, there);
    comparing->to->row(comparing->to->context, &row);
}

/* The journal is a chain: from the first row that differs on, nothing of it is the same. */
static void chain_breaks(struct comparing *comparing, const struct travel_row *row)
{
    if (row->table == TRAVEL_journal)
        comparing->against->chain_differs = true;
}

static void chain_goes_on(struct comparing *comparing, const struct travel_row *row)
{
    struct against *against = comparing->against;
    const char *hash = row->value[travel_column(&travel_tables[TRAVEL_journal], "hash")].text;
    if (row->table != TRAVEL_journal || against->chain_differs)
        return;
    against->chain_row = row->value[0].number;
    snprintf(against->chain, sizeof against->chain, "%s", hash ? hash : "");
}

static void pair(struct comparing *comparing, const struct travel_row *here, const struct travel_row *there)
{
    if (here->rev == there->rev && against_column(here, there) < 0) {
        comparing->against->equal++;
        chain_goes_on(comparing, here);
        return;
    }
    comparing->against->differ++;
    chain_breaks(comparing, here);
    tell(comparing, here, there);
}

/* The row of that rev and of the same key, on the other side. */
static void pair_by_rev(struct comparing *comparing, const struct travel_row *here, int64_t rev)
{
    const struct against_side *there = &comparing->against->there;
    struct travel_batch batch;
    travel_batch_begin(&batch);
    travel_read(there->db, there->number, rev - 1, rev, &batch);
    for (size_t i = 0; i < batch.rows.count; i++)
        if (against_same_key(here, travel_row_at(&batch, i)))
            pair(comparing, here, travel_row_at(&batch, i));
    travel_batch_free(&batch);
}

/* The other side has no such row of that rev. */
static void alone(struct comparing *comparing, int side, const struct travel_row *row)
{
    struct against *against = comparing->against;
    bool elsewhere;
    const int64_t rev = against_rev(side ? &against->here : &against->there, row, &elsewhere);
    if (elsewhere || rev > against->upto)
        return; /* another site's is the newest, or it has moved on since */
    if (rev == 0) {
        against->only[side]++;
        chain_breaks(comparing, row);
        tell(comparing, side ? NULL : row, side ? row : NULL);
    } else if (side == 0) { /* of both sides one finds it */
        pair_by_rev(comparing, row, rev);
    }
}

/* --- from rev to rev --- */

static const struct travel_row *group_find(const struct walk *walk, const struct travel_row *row)
{
    for (size_t i = 0; i < walk->group; i++)
        if (against_same_key(row, travel_row_at(&walk->batch, walk->next + i)))
            return travel_row_at(&walk->batch, walk->next + i);
    return NULL;
}

/* Rows of one rev, which is mostly one row; `both`: the other side has some of that rev too. */
static void group_compare(struct comparing *comparing, int side, bool both)
{
    const struct walk *walk = &comparing->walk[side], *other = &comparing->walk[!side];
    for (size_t i = 0; i < walk->group; i++) {
        const struct travel_row *row = travel_row_at(&walk->batch, walk->next + i);
        const struct travel_row *same = both ? group_find(other, row) : NULL;
        if (!same)
            alone(comparing, side, row);
        else if (side == 0)
            pair(comparing, row, same);
    }
}

enum { PROGRESS_REVS = 4096 };

static void progress(const struct comparing *comparing, int64_t rev)
{
    if (comparing->to->progress && rev % PROGRESS_REVS == 0 && comparing->against->upto > 0)
        comparing->to->progress((int)(rev * 1000 / comparing->against->upto), 1000);
}

static bool comparing_good(const struct comparing *comparing)
{
    return db_fault(comparing->against->here.db) == DB_OK && db_fault(comparing->against->there.db) == DB_OK;
}

static void walk_both(struct comparing *comparing)
{
    struct walk *here = &comparing->walk[0], *there = &comparing->walk[1];
    while (comparing_good(comparing)) {
        const int64_t one = walk_rev(here), other = walk_rev(there), least = one < other ? one : other;
        if (least == INT64_MAX)
            return;
        if (one == least)
            group_compare(comparing, 0, other == least);
        if (other == least)
            group_compare(comparing, 1, one == least);
        here->next += one == least ? here->group : 0;
        there->next += other == least ? there->group : 0;
        progress(comparing, least);
    }
}

/* --- one database --- */

static struct walk walk_of(const struct against_side *side, int64_t upto)
{
    struct walk walk = {.side = side, .upto = upto};
    travel_batch_begin(&walk.batch);
    return walk;
}

/* What a county was told of the chain must be how the journal went there. */
static void judge_told(struct against *against, const struct against_side *side)
{
    const bool whole = side->at.rev == side->at.head && side->at.rev == against->upto;
    if (side->number && whole && !side->waits && strcmp(side->chain, against->chain) != 0)
        against->chain_differs = true;
}

static void database_compare(struct against *against, const struct against_to *to)
{
    struct against_side *here = &against->here, *there = &against->there;
    struct comparing comparing = {.against = against, .to = to};
    against->upto = here->at.rev < there->at.rev ? here->at.rev : there->at.rev;
    against->parted = against->upto > 0 && !against_passed(here, there) && !against_passed(there, here);
    here->behind = against_count(there, against->upto, TRAVEL_LOCAL_MAX);
    there->behind = against_count(here, against->upto, TRAVEL_LOCAL_MAX);
    comparing.walk[0] = walk_of(here, against->upto);
    comparing.walk[1] = walk_of(there, against->upto);
    walk_both(&comparing);
    travel_batch_free(&comparing.walk[0].batch);
    travel_batch_free(&comparing.walk[1].batch);
    judge_told(against, here);
    judge_told(against, there);
    if (comparing_good(&comparing))
        to->database(to->context, against);
}

bool against_equal(const struct against *against)
{
    return against->differ + against->only[0] + against->only[1] == 0 && !against->parted && !against->chain_differs;
}

/* --- both files --- */

static int pairs_compare(const struct list *here, const struct list *there, const struct against_to *to)
{
    const struct against_side *one = here->at, *other = there->at;
    int pairs = 0;
    for (size_t i = 0; i < here->count; i++)
        for (size_t j = 0; j < there->count; j++) {
            struct against against = {.here = one[i], .there = other[j]};
            if (!*one[i].database || strcmp(one[i].database, other[j].database) != 0)
                continue;
            database_compare(&against, to);
            pairs++;
        }
    return pairs;
}

int against_run(struct db *here, struct db *there, const struct against_to *to)
{
    struct list one = {.size = sizeof(struct against_side)}, other = one;
    int pairs = -1;
    db_run(here, "BEGIN"); /* each as it is when its first row is read: the county's before the site's goes on */
    db_run(there, "BEGIN");
    if (against_sides(here, &one) && against_sides(there, &other))
        pairs = pairs_compare(&one, &other, to);
    if (db_fault(here) != DB_OK || db_fault(there) != DB_OK)
        pairs = -1;
    db_rollback(here);
    db_rollback(there);
    free(one.at);
    free(other.at);
    return pairs;
}
