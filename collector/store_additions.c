/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_additions.h"

#include <stdlib.h>
#include <string.h>

#include "collector/display.h"

struct additions_year {
    int year;
    struct list list; /* struct addition */
};

void additions_free(struct additions *known)
{
    struct additions_year *year = known->years.at;
    for (size_t i = 0; i < known->years.count; i++)
        free(year[i].list.at);
    free(year);
    known->years = (struct list){0};
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
    const int64_t difference = begin_of(a) != begin_of(b) ? begin_of(a) - begin_of(b) : end_of(b) - end_of(a);
    if (difference == 0)
        return a->act < b->act ? -1 : a->act > b->act;
    return difference < 0 ? -1 : 1;
}

enum what { ADJUSTED, BY_HAND, PLANNED };

/* Columns: mine, quantity, from_day, to_day, shift, amount, act, kind. False: the row says what no coaltally writes. */
static bool row_read(struct additions *known, const struct db_query *query, enum what what, struct addition *out)
{
    const int mine = roster_mine_id(known->roster, db_int(query, 0));
    const int64_t from = db_int(query, 2), to = db_int(query, 3), shift = db_int(query, 4), kind = db_int(query, 7);
    if (mine < 0 || from >= to || to - from > 366 || shift < -1 || shift >= SHIFTS_MAX ||
        (shift >= 0 && to - from > 1) || kind < 0 || kind >= PERIOD_KINDS)
        return false;
    *out = (struct addition){.mine = (size_t)mine,
                             .by_hand = what == BY_HAND,
                             .planned = what == PLANNED,
                             .kind = (enum period_kind)kind,
                             .days = {(civil_day)from, (civil_day)to},
                             .shift = (int)shift,
                             .amount = db_int(query, 5),
                             .act = db_int(query, 6)};
    text_clean(db_text(query, 1), out->quantity, sizeof out->quantity);
    return true;
}

static void rows_read(struct additions *known, struct additions_year *year, const char *sql, enum what what)
{
    const struct period days = year_days(year->year);
    struct db_query *query = db_query(known->db, sql);
    bool good = true;
    db_bind_int(query, days.from);
    db_bind_int(query, days.to);
    while (good && db_next(query)) {
        struct addition addition;
        if (!row_read(known, query, what, &addition))
            continue;
        struct addition *slot = list_add(&year->list);
        good = slot != NULL;
        if (slot)
            *slot = addition;
    }
    db_done(query);
    if (!good)
        db_fail(known->db, DB_OTHER, "out of memory");
}

static void year_read(struct additions *known, struct additions_year *year)
{
    rows_read(known, year,
              "SELECT mine, quantity, from_day, to_day, shift, amount, act, kind FROM adjustment"
              " WHERE from_day >= ? AND from_day < ?",
              ADJUSTED);
    rows_read(known, year,
              /* Beside max() SQLite gives the columns of the row that has it. */
              "SELECT mine, item, from_day, to_day, shift, value, act, kind, max(version) FROM entry"
              " WHERE from_day >= ? AND from_day < ? AND subject = '' AND from_ms = 0"
              " GROUP BY from_day, mine, item, kind, to_day, shift HAVING value IS NOT NULL",
              BY_HAND);
    rows_read(known, year,
              "SELECT mine, subject, from_day, to_day, shift, value, act, kind, max(version) FROM entry"
              " WHERE from_day >= ? AND from_day < ? AND item = 'plan' AND from_ms = 0"
              " GROUP BY from_day, mine, item, subject, kind, to_day, shift HAVING value IS NOT NULL",
              PLANNED);
    if (year->list.count)
        qsort(year->list.at, year->list.count, sizeof(struct addition), in_order);
}

size_t additions_of_year(struct additions *known, int year, const struct addition **first)
{
    struct additions_year *kept = known->years.at;
    size_t i = 0;
    while (i < known->years.count && kept[i].year != year)
        i++;
    if (i == known->years.count) {
        known->years.size = sizeof *kept;
        struct additions_year *slot = list_add(&known->years);
        if (!slot) {
            db_fail(known->db, DB_OTHER, "out of memory");
            return 0;
        }
        *slot = (struct additions_year){year, {.size = sizeof(struct addition)}};
        year_read(known, slot);
        kept = known->years.at;
    }
    *first = kept[i].list.at;
    return kept[i].list.count;
}
