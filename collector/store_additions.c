/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_additions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"

/* What all mines have of one quantity. */
struct additions_page {
    char quantity[32];
    struct period days;
    bool plans;
    struct list list; /* struct addition, mine by mine */
    size_t *first;    /* by mine: its first one; one more than mines */
};

void additions_free(struct additions *known)
{
    struct additions_page *page = known->pages.at;
    for (size_t i = 0; i < known->pages.count; i++) {
        free(page[i].list.at);
        free(page[i].first);
    }
    free(page);
    known->pages = (struct list){0};
}

/* A place on the line of all shifts: a day has room for SHIFTS_MAX of them. */
static int64_t begin_of(const struct addition *addition)
{
    return (int64_t)addition->days.from * SHIFTS_MAX + (addition->shift > 0 ? addition->shift : 0);
}

static int64_t end_of(const struct addition *addition)
{
    return addition->shift < 0 ? (int64_t)addition->days.to * SHIFTS_MAX : begin_of(addition) + 1;
}

bool addition_within(const struct addition *addition, struct period days, int shift)
{
    const struct addition whole = {.days = days, .shift = shift};
    return begin_of(addition) >= begin_of(&whole) && end_of(addition) <= end_of(&whole);
}

bool addition_overlaps(const struct addition *addition, const struct addition *before)
{
    return begin_of(addition) < end_of(before);
}

static int in_order(const void *left, const void *right)
{
    const struct addition *a = left, *b = right;
    if (a->mine != b->mine)
        return a->mine < b->mine ? -1 : 1;
    const int64_t difference = begin_of(a) != begin_of(b) ? begin_of(a) - begin_of(b) : end_of(b) - end_of(a);
    if (difference == 0)
        return a->act < b->act ? -1 : a->act > b->act;
    return difference < 0 ? -1 : 1;
}

enum what { ADJUSTED, BY_HAND, PLANNED };

/* Columns: mine, from_day, to_day, shift, amount, act, kind, from_ms. False: the row is of a span of the clock,
 * or says what no coaltally writes. */
static bool row_read(struct additions *known, const struct db_query *query, enum what what, struct addition *out)
{
    const int mine = roster_mine_id(known->roster, db_int(query, 0));
    const int64_t from = db_int(query, 1), to = db_int(query, 2), shift = db_int(query, 3), kind = db_int(query, 6);
    if (mine < 0 || from >= to || to - from > 366 || shift < -1 || shift >= SHIFTS_MAX ||
        (shift >= 0 && to - from > 1) || db_int(query, 7) != 0 || kind < 0 || kind >= PERIOD_KINDS)
        return false;
    *out = (struct addition){.mine = (size_t)mine,
                             .by_hand = what == BY_HAND,
                             .kind = (enum period_kind)kind,
                             .days = {(civil_day)from, (civil_day)to},
                             .shift = (int)shift,
                             .amount = db_int(query, 4),
                             .act = db_int(query, 5)};
    return true;
}

/* A further version of what came last takes its place. */
static bool row_again(const struct additions_page *page, const struct addition *next, enum what what)
{
    const struct addition *last = page->list.count ? (struct addition *)page->list.at + page->list.count - 1 : NULL;
    return last && what != ADJUSTED && last->mine == next->mine && last->kind == next->kind &&
           last->days.from == next->days.from && last->days.to == next->days.to && last->shift == next->shift &&
           last->by_hand == next->by_hand;
}

static bool row_keep(struct additions_page *page, const struct addition *next, enum what what, bool known)
{
    if (row_again(page, next, what))
        page->list.count--;
    struct addition *slot = known ? list_add(&page->list) : NULL;
    if (!slot)
        return !known;
    *slot = *next;
    memcpy(slot->quantity, page->quantity, sizeof slot->quantity);
    return true;
}

static void rows_read(struct additions *known, struct additions_page *page, const char *sql, enum what what)
{
    struct db_query *query = db_query(known->db, sql);
    bool good = true;
    db_bind_text(query, page->quantity);
    db_bind_int(query, page->days.from);
    db_bind_int(query, page->days.to);
    while (good && db_next(query)) {
        struct addition addition;
        if (row_read(known, query, what, &addition))
            good = row_keep(page, &addition, what, !db_null(query, 4));
    }
    db_done(query);
    if (!good)
        db_fail(known->db, DB_OTHER, "out of memory");
}

/* Rows of one mine lie together. */
static void page_divide(struct additions_page *page, size_t mines)
{
    const struct addition *addition = page->list.at;
    size_t next = 0;
    for (size_t mine = 0; mine <= mines; mine++) {
        while (next < page->list.count && addition[next].mine < mine)
            next++;
        page->first[mine] = next;
    }
}

static void additions_read(struct additions *known, struct additions_page *page)
{
    rows_read(known, page,
              "SELECT mine, from_day, to_day, shift, amount, act, kind, 0 FROM adjustment"
              " WHERE quantity = ? AND from_day >= ? AND from_day < ?",
              ADJUSTED);
    /* The versions of one key one after the other, as the index has them. */
    rows_read(known, page,
              "SELECT mine, from_day, to_day, shift, value, act, kind, from_ms FROM entry"
              " WHERE item = ? AND subject = '' AND from_day >= ? AND from_day < ?"
              " ORDER BY from_day, mine, kind, to_day, shift, from_ms, to_ms, version",
              BY_HAND);
}

/* A period is at most a year long, so none that touches the days begins earlier than that. */
static void plans_read(struct additions *known, struct additions_page *page)
{
    rows_read(known, page,
              "SELECT mine, from_day, to_day, shift, value, act, kind, from_ms FROM entry"
              " WHERE item = 'plan' AND subject = ?1 AND from_day >= ?2 - 366 AND from_day < ?3 AND to_day > ?2"
              " ORDER BY from_day, mine, kind, to_day, shift, from_ms, to_ms, version",
              PLANNED);
}

static void page_read(struct additions *known, struct additions_page *page)
{
    if (page->plans)
        plans_read(known, page);
    else
        additions_read(known, page);
    if (page->list.count)
        qsort(page->list.at, page->list.count, sizeof(struct addition), in_order);
    page_divide(page, known->roster->mines);
}

static struct additions_page *page_new(struct additions *known, const char *quantity, struct period days, bool plans)
{
    known->pages.size = sizeof(struct additions_page);
    size_t *first = calloc(known->roster->mines + 2, sizeof *first);
    struct additions_page *page = first ? list_add(&known->pages) : NULL;
    if (!page) {
        free(first);
        db_fail(known->db, DB_OTHER, "out of memory");
        return NULL;
    }
    *page = (struct additions_page){
        .days = days, .plans = plans, .list = {.size = sizeof(struct addition)}, .first = first};
    snprintf(page->quantity, sizeof page->quantity, "%s", quantity);
    page_read(known, page);
    return page;
}

static size_t page_of(struct additions *known, size_t mine, const char *quantity, struct period days, bool plans,
                      const struct addition **first)
{
    struct additions_page *page = NULL, *kept = known->pages.at;
    for (size_t i = known->pages.count; i-- > 0 && !page;)
        if (kept[i].days.from == days.from && kept[i].days.to == days.to && kept[i].plans == plans &&
            strcmp(kept[i].quantity, quantity) == 0)
            page = &kept[i];
    if (!page)
        page = page_new(known, quantity, days, plans);
    *first = page && page->list.count ? (const struct addition *)page->list.at + page->first[mine] : NULL;
    return page ? page->first[mine + 1] - page->first[mine] : 0;
}

size_t additions_of(struct additions *known, size_t mine, const char *quantity, struct period begins,
                    const struct addition **first)
{
    return page_of(known, mine, quantity, begins, false, first);
}

size_t plans_of(struct additions *known, size_t mine, const char *quantity, struct period days,
                const struct addition **first)
{
    return page_of(known, mine, quantity, days, true, first);
}

struct addition_words addition_words(struct db *db, const struct addition *addition)
{
    struct addition_words words = {0};
    /* Entries have no index of their acts: only where it is one they are gone through. */
    struct db_query *query =
        db_query(db, "SELECT (SELECT actor FROM act WHERE id = ?1), CASE WHEN ?2 THEN (SELECT source FROM entry"
                     " WHERE act = ?1) ELSE (SELECT reason FROM adjustment WHERE act = ?1) END");
    db_bind_int(query, addition->act);
    db_bind_int(query, addition->by_hand);
    if (db_next(query)) {
        text_clean(db_text(query, 0), words.actor, sizeof words.actor);
        text_clean(db_text(query, 1), words.why, sizeof words.why);
    }
    db_done(query);
    return words;
}
