/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_coefficient.h"

#include <stdlib.h>

#include "collector/list.h"

/* Rows come by meter, day and act: a later act of the same day takes the place of the one before. */
static bool row_keep(struct list *list, const struct coefficient *row)
{
    struct coefficient *last = list->count > 0 ? (struct coefficient *)list->at + list->count - 1 : NULL;
    if (last && last->from == row->from) {
        *last = *row;
        return true;
    }
    struct coefficient *slot = list_add(list);
    if (slot)
        *slot = *row;
    return slot != NULL;
}

static void book_fill(struct coefficient_book *book, struct db *db, const struct roster *roster)
{
    struct db_query *query =
        db_query(db, "SELECT meter, from_day, digits, places FROM coefficient ORDER BY meter, from_day, act");
    struct list list = {.size = sizeof(struct coefficient)};
    int meter = -1;
    bool good = true;
    while (good && db_next(query)) {
        const int of = roster_meter_id(roster, db_int(query, 0));
        const struct coefficient row = {(civil_day)db_int(query, 1), {db_int(query, 2), (int)db_int(query, 3)}};
        if (of < 0 || !coefficient_possible(db_int(query, 2), db_int(query, 3)))
            continue;
        if (of != meter)
            list = (struct list){.size = sizeof(struct coefficient)};
        meter = of;
        good = row_keep(&list, &row);
        book->meter[meter] = (struct meter_coefficients){list.count, list.at};
    }
    db_done(query);
    if (!good)
        db_fail(db, DB_OTHER, "out of memory");
}

struct coefficient_book *coefficients_read(struct db *db, const struct roster *roster)
{
    struct coefficient_book *book = calloc(1, sizeof *book);
    if (book)
        *book = (struct coefficient_book){roster->meters, calloc(roster->meters + 1, sizeof *book->meter)};
    if (!book || !book->meter)
        db_fail(db, DB_OTHER, "out of memory");
    else
        book_fill(book, db, roster);
    if (db_fault(db) == DB_OK)
        return book;
    coefficients_free(book);
    return NULL;
}

void coefficients_free(struct coefficient_book *book)
{
    if (!book)
        return;
    for (size_t i = 0; i < book->meters && book->meter; i++)
        free(book->meter[i].at);
    free(book->meter);
    free(book);
}

const struct coefficient *coefficients_of(const struct coefficient_book *book, size_t meter, civil_day day)
{
    return coefficient_of(book->meter[meter].at, book->meter[meter].count, day);
}

struct decimal coefficients_factor(const struct coefficient_book *book, size_t meter, civil_day day)
{
    const struct coefficient *stated = coefficients_of(book, meter, day);
    return stated ? stated->factor : coefficient_none();
}

struct decimal coefficient_stored(struct db *db, int64_t meter, civil_day day)
{
    struct decimal factor = coefficient_none();
    struct db_query *query = db_query(db, "SELECT digits, places FROM coefficient WHERE meter = ? AND from_day <= ?"
                                          " ORDER BY from_day DESC, act DESC LIMIT 1");
    db_bind_int(query, meter);
    db_bind_int(query, day);
    if (db_next(query) && coefficient_possible(db_int(query, 0), db_int(query, 1)))
        factor = (struct decimal){db_int(query, 0), (int)db_int(query, 1)};
    db_done(query);
    return factor;
}
