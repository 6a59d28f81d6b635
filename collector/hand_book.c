/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/hand_book.h"

#include <stdlib.h>
#include <string.h>

#include "collector/display.h"
#include "collector/list.h"

/* False: the row says what no coaltally writes, or is named after no indicator. */
static bool entry_of(const struct db_query *query, const struct roster *roster, struct hand_entry *out)
{
    const int mine = roster_mine_id(roster, db_int(query, 0));
    const int64_t from = db_int(query, 3), to = db_int(query, 4);
    if (mine < 0 || from >= to || to - from > 366 || from < INT32_MIN || to > INT32_MAX ||
        strlen(db_text(query, 2)) >= ID_BYTES)
        return false;
    *out = (struct hand_entry){.item = strcmp(db_text(query, 1), "figure") == 0 ? HAND_FIGURE : HAND_MILESTONE,
                               .mine = (size_t)mine,
                               .from = (civil_day)from,
                               .to = (civil_day)to,
                               .value = db_int(query, 5)};
    text_clean(db_text(query, 2), out->name, sizeof out->name);
    text_clean(db_text(query, 6), out->words, sizeof out->words);
    text_clean(db_text(query, 7), out->source, sizeof out->source);
    return true;
}

struct hand_book *hand_book_read(struct db *db, const struct roster *roster)
{
    struct hand_book *book = calloc(1, sizeof *book);
    struct list list = {.size = sizeof(struct hand_entry)};
    bool good = book != NULL;
    /* Beside max() SQLite gives the columns of the row that has it. A figure that was taken back has no value. */
    struct db_query *query =
        db_query(db, "SELECT mine, item, subject, from_day, to_day, value, text, source, max(version) FROM entry"
                     " WHERE item IN ('milestone', 'figure')"
                     " GROUP BY from_day, mine, item, subject, kind, to_day, shift, from_ms, to_ms"
                     " HAVING item = 'milestone' OR value IS NOT NULL");
    while (good && db_next(query)) {
        struct hand_entry entry;
        if (!entry_of(query, roster, &entry))
            continue;
        struct hand_entry *slot = list_add(&list);
        good = slot != NULL;
        if (slot)
            *slot = entry;
    }
    db_done(query);
    if (!good)
        db_fail(db, DB_OTHER, "out of memory");
    if (book)
        *book = (struct hand_book){list.count, list.at};
    if (db_fault(db) == DB_OK)
        return book;
    hand_book_free(book);
    return NULL;
}

void hand_book_free(struct hand_book *book)
{
    if (book)
        free(book->entry);
    free(book);
}
