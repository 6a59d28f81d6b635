/* SPDX-License-Identifier: Apache-2.0 */
/* Table entry, made again from the arguments of its acts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/entry.h"
#include "collector/store_verify_parts.h"
#include "collector/travel.h"
#include "drivers/language.h"

enum {
    ACT,
    ARGUMENTS,
    MINE,
    ITEM,
    SUBJECT,
    KIND,
    FROM_DAY,
    TO_DAY,
    SHIFT,
    FROM,
    TO,
    VALUE,
    UNIT,
    TEXT,
    SOURCE,
    VERSION,
    OLDER,
    ROW /* null where the act has none */
};

static void entry_find(struct verify *verify, bool *told, int64_t act, const char *what)
{
    char look[96];
    if (*told)
        return;
    *told = true;
    snprintf(look, sizeof(look), "SELECT * FROM entry WHERE act = %" PRId64, verify_id(verify, act));
    verify_find(verify, NULL, CHECK_ACT, look, "entry of act %" PRId64 ": %s", act, say_own(what));
}

static bool same_words(const struct db_query *query, const struct entry *entry)
{
    return strcmp(db_text(query, ITEM), entry->item.name) == 0 &&
           strcmp(db_text(query, SUBJECT), entry->subject) == 0 && strcmp(db_text(query, UNIT), entry->unit) == 0 &&
           strcmp(db_text(query, TEXT), entry->words) == 0 && strcmp(db_text(query, SOURCE), entry->source) == 0;
}

static bool same_numbers(const struct db_query *query, const struct entry *entry)
{
    const int64_t made[] = {(int64_t)entry->period.kind,
                            entry->period.days.from,
                            entry->period.days.to,
                            entry->period.shift,
                            entry->from_ms,
                            entry->to_ms,
                            entry->value};
    for (int i = 0; i < (int)(sizeof(made) / sizeof(*made)); i++)
        if (db_int(query, KIND + i) != made[i])
            return false;
    return true;
}

static void judge_entry(struct verify *verify, const struct db_query *query, bool *told)
{
    const int64_t id = db_int(query, ACT);
    struct act act;
    struct entry entry;
    char why[400];
    if (!db_int(query, ROW)) {
        entry_find(verify, told, id, "the act was done, but its row is missing");
        return;
    }
    const bool read = act_parse_arguments(db_text(query, ARGUMENTS), &act, why, sizeof(why)) &&
                      entry_read(&act, &entry, LANGUAGE_EN, why, sizeof(why));
    const int mine = read && act_value(&act, "mine") ? roster_mine(verify->roster, act_value(&act, "mine")) : -1;
    if (!read || mine < 0 || verify->roster->mine[mine].id != db_int(query, MINE) || !same_words(query, &entry) ||
        !same_numbers(query, &entry))
        entry_find(verify, told, id, "the row is not what the act says");
    else if (db_int(query, VERSION) != db_int(query, OLDER) + 1)
        entry_find(verify, told, id, "older versions of it are missing");
    act_free(&act);
}

void verify_entries(struct verify *verify)
{
    bool told = false;
    struct db_query *query = db_query(
        verify->db,
        "SELECT act.id, act.arguments, mine, item, subject, kind, from_day, to_day, shift, from_ms, to_ms, value, unit,"
        " text, source, version, (SELECT count(*) FROM entry AS older WHERE older.from_day = entry.from_day"
        " AND older.mine = entry.mine AND older.item = entry.item AND older.subject = entry.subject"
        " AND older.kind = entry.kind AND older.to_day = entry.to_day AND older.shift = entry.shift"
        " AND older.from_ms = entry.from_ms AND older.to_ms = entry.to_ms AND older.version < entry.version),"
        " entry.act IS NOT NULL FROM act LEFT JOIN entry ON entry.act = act.id"
        " WHERE act.verb = 'enter' AND act.outcome = 1 AND act.id < " TRAVEL_FOREIGN);
    while (db_next(query))
        judge_entry(verify, query, &told);
    db_done(query);
}
