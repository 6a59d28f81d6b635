/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/travel.h"

/* X(SET | NULLS | KEY, kind, column, table whose id it is) */
#define COLUMNS_incarnation(X) X(KEY, TEXT, id, "") X(SET, COUNT, first_rev, "") X(SET, COUNT, opened_ms, "")
#define COLUMNS_mine(X)                                                                                                \
    X(KEY, MINE, id, "mine")                                                                                           \
    X(SET, TEXT, name, "")                                                                                             \
    X(SET, TEXT, title_en, "")                                                                                         \
    X(SET, TEXT, title_zh, "")                                                                                         \
    X(SET, COUNT, simulated, "")                                                                                       \
    X(SET, COUNT, month_cutoff, "") X(SET, TEXT, timezone, "") X(SET, COUNT, active, "")
#define COLUMNS_definition(X) X(KEY, ID, id, "definition") X(SET, TEXT, hash, "") X(SET, TEXT, text, "")
#define COLUMNS_meter(X)                                                                                               \
    X(KEY, ID, id, "meter")                                                                                            \
    X(SET, TEXT, name, "")                                                                                             \
    X(SET, MINE, mine, "mine")                                                                                         \
    X(SET, TEXT, quantity, "")                                                                                         \
    X(SET, TEXT, unit, "")                                                                                             \
    X(SET, TEXT, role, "")                                                                                             \
    X(SET, TEXT, path, "")                                                                                             \
    X(SET, TEXT, device, "")                                                                                           \
    X(SET, TEXT, point, "") X(SET, TEXT, definition, "") X(SET, COUNT, active, "")
#define COLUMNS_calendar(X)                                                                                            \
    X(KEY, MINE, mine, "mine")                                                                                         \
    X(KEY, TEXT, quantity, "")                                                                                         \
    X(KEY, COUNT, from_day, "")                                                                                        \
    X(SET, COUNT, day_start_s, "") X(SET, TEXT, shifts, "") X(NULLS, ID, act, "act")
#define COLUMNS_journal(X)                                                                                             \
    X(KEY, ID, id, "journal")                                                                                          \
    X(SET, COUNT, at_ms, "")                                                                                           \
    X(SET, TEXT, kind, "")                                                                                             \
    X(SET, COUNT, level, "")                                                                                           \
    X(NULLS, MINE, mine, "mine")                                                                                       \
    X(NULLS, ID, meter, "meter")                                                                                       \
    X(SET, TEXT, subject, "")                                                                                          \
    X(SET, COUNT, bucket_ms, "")                                                                                       \
    X(SET, COUNT, count, "")                                                                                           \
    X(SET, COUNT, from_ms, "")                                                                                         \
    X(SET, COUNT, to_ms, "")                                                                                           \
    X(SET, COUNT, before, "")                                                                                          \
    X(SET, COUNT, after, "")                                                                                           \
    X(SET, COUNT, amount, "")                                                                                          \
    X(SET, COUNT, bounded, "")                                                                                         \
    X(SET, COUNT, low, "")                                                                                             \
    X(SET, COUNT, high, "") X(SET, COUNT, open, "") X(SET, TEXT, text, "") X(SET, TEXT, hash, "")
#define COLUMNS_act(X)                                                                                                 \
    X(KEY, ID, id, "act")                                                                                              \
    X(SET, TEXT, uid, "")                                                                                              \
    X(SET, TEXT, verb, "")                                                                                             \
    X(SET, TEXT, arguments, "")                                                                                        \
    X(SET, TEXT, actor, "")                                                                                            \
    X(SET, TEXT, os_user, "")                                                                                          \
    X(SET, COUNT, at_ms, "")                                                                                           \
    X(SET, COUNT, applied_ms, "")                                                                                      \
    X(SET, COUNT, outcome, "") X(SET, TEXT, answer, "") X(SET, ID, journal, "journal")
#define COLUMNS_coefficient(X)                                                                                         \
    X(KEY, ID, meter, "meter")                                                                                         \
    X(KEY, DAY, from_day, "") X(SET, COUNT, digits, "") X(SET, COUNT, places, "") X(KEY, ID, act, "act")
#define COLUMNS_segment(X)                                                                                             \
    X(KEY, ID, meter, "meter")                                                                                         \
    X(KEY, COUNT, segment, "")                                                                                         \
    X(SET, ID, definition, "definition")                                                                               \
    X(SET, COUNT, modulus, "")                                                                                         \
    X(SET, COUNT, times, "")                                                                                           \
    X(SET, COUNT, over, "")                                                                                            \
    X(SET, COUNT, opened_ms, "")                                                                                       \
    X(NULLS, COUNT, closed_ms, "")                                                                                     \
    X(SET, COUNT, first, "")                                                                                           \
    X(SET, COUNT, high, "") X(SET, COUNT, wraps, "") X(SET, AMOUNT, base, "") X(SET, AMOUNT, counted, "")
#define COLUMNS_tally(X)                                                                                               \
    X(KEY, ID, meter, "meter")                                                                                         \
    X(KEY, TIME, bucket_ms, "")                                                                                        \
    X(SET, TIME, end_ms, "")                                                                                           \
    X(SET, AMOUNT, metered, "")                                                                                        \
    X(SET, COUNT, good_ms, "")                                                                                         \
    X(SET, AMOUNT, end_count, "")                                                                                      \
    X(NULLS, COUNT, first_raw, "")                                                                                     \
    X(NULLS, COUNT, first_at_ms, "")                                                                                   \
    X(NULLS, COUNT, last_raw, "")                                                                                      \
    X(NULLS, COUNT, last_at_ms, "")                                                                                    \
    X(NULLS, COUNT, segment, "")                                                                                       \
    X(NULLS, COUNT, high, "") X(NULLS, COUNT, wraps, "") X(NULLS, ID, split_act, "act")
#define COLUMNS_gap(X)                                                                                                 \
    X(KEY, ID, meter, "meter") X(KEY, TIME, from_ms, "") X(SET, TIME, to_ms, "") X(SET, AMOUNT, amount, "")
#define COLUMNS_adjustment(X)                                                                                          \
    X(KEY, ID, act, "act")                                                                                             \
    X(SET, MINE, mine, "mine")                                                                                         \
    X(SET, TEXT, quantity, "")                                                                                         \
    X(SET, TEXT, kind, "")                                                                                             \
    X(SET, DAY, from_day, "")                                                                                          \
    X(SET, DAY, to_day, "") X(SET, COUNT, shift, "") X(SET, AMOUNT, amount, "") X(SET, TEXT, reason, "")
#define COLUMNS_entry(X)                                                                                               \
    X(KEY, MINE, mine, "mine")                                                                                         \
    X(KEY, TEXT, item, "")                                                                                             \
    X(KEY, TEXT, subject, "")                                                                                          \
    X(KEY, TEXT, kind, "")                                                                                             \
    X(KEY, DAY, from_day, "")                                                                                          \
    X(KEY, DAY, to_day, "")                                                                                            \
    X(KEY, COUNT, shift, "")                                                                                           \
    X(KEY, COUNT, from_ms, "")                                                                                         \
    X(KEY, COUNT, to_ms, "")                                                                                           \
    X(KEY, COUNT, version, "")                                                                                         \
    X(NULLS, AMOUNT, value, "")                                                                                        \
    X(SET, TEXT, unit, "") X(SET, TEXT, text, "") X(SET, TEXT, source, "") X(SET, ID, act, "act")
#define COLUMNS_posting(X)                                                                                             \
    X(KEY, ID, act, "act")                                                                                             \
    X(KEY, ID, meter, "meter") X(KEY, TIME, bucket_ms, "") X(SET, TIME, end_ms, "") X(SET, AMOUNT, amount, "")
#define COLUMNS_hold(X)                                                                                                \
    X(KEY, ID, act, "act")                                                                                             \
    X(SET, ID, meter, "meter")                                                                                         \
    X(SET, COUNT, from_ms, "")                                                                                         \
    X(SET, COUNT, until_ms, "") X(NULLS, COUNT, ended_ms, "") X(NULLS, ID, end_act, "act")
#define COLUMNS_replacement(X)                                                                                         \
    X(KEY, ID, act, "act")                                                                                             \
    X(SET, ID, meter, "meter")                                                                                         \
    X(SET, COUNT, at_ms, "") X(SET, COUNT, old_last, "") X(SET, COUNT, new_first, "") X(SET, TEXT, serial, "")
#define COLUMNS_swap(X)                                                                                                \
    X(KEY, ID, act, "replacement")                                                                                     \
    X(SET, ID, meter, "meter")                                                                                         \
    X(NULLS, ID, journal, "journal")                                                                                   \
    X(SET, COUNT, from_ms, "") X(SET, COUNT, to_ms, "") X(SET, COUNT, before, "") X(SET, COUNT, after, "")
#define COLUMNS_resolution(X)                                                                                          \
    X(KEY, ID, journal, "journal") X(SET, ID, act, "act") X(SET, COUNT, counted, "") X(SET, COUNT, amount, "")
#define COLUMNS_version(X)                                                                                             \
    X(KEY, ID, id, "version")                                                                                          \
    X(SET, MINE, mine, "mine")                                                                                         \
    X(SET, TEXT, quantity, "")                                                                                         \
    X(SET, TEXT, kind, "")                                                                                             \
    X(SET, DAY, from_day, "")                                                                                          \
    X(SET, DAY, to_day, "")                                                                                            \
    X(SET, COUNT, shift, "")                                                                                           \
    X(SET, COUNT, version, "")                                                                                         \
    X(SET, COUNT, at_ms, "")                                                                                           \
    X(SET, AMOUNT, metered, "")                                                                                        \
    X(SET, AMOUNT, reported, "")                                                                                       \
    X(SET, AMOUNT, adjusted, "")                                                                                       \
    X(SET, COUNT, unknown, "")                                                                                         \
    X(SET, TEXT, prepared_by, "")                                                                                      \
    X(SET, TEXT, checked_by, "")                                                                                       \
    X(SET, TEXT, despite, "")                                                                                          \
    X(SET, TEXT, cause, "")                                                                                            \
    X(SET, TEXT, hash, "") X(SET, TEXT, chain, "") X(SET, ID, through_act, "act") X(NULLS, ID, act, "act")
#define COLUMNS_acknowledgement(X) X(KEY, ID, act, "act") X(SET, ID, alarm, "journal") X(SET, TEXT, note, "")
#define COLUMNS_incident(X)                                                                                            \
    X(KEY, ID, act, "act")                                                                                             \
    X(SET, MINE, mine, "mine")                                                                                         \
    X(SET, TEXT, subject, "")                                                                                          \
    X(SET, TEXT, kind, "")                                                                                             \
    X(SET, COUNT, from_ms, "")                                                                                         \
    X(NULLS, COUNT, to_ms, "")                                                                                         \
    X(SET, TEXT, sign, "")                                                                                             \
    X(SET, TEXT, handling, "") X(NULLS, COUNT, before, "") X(NULLS, COUNT, after, "") X(SET, TEXT, text, "")

enum { KEY = 1, NULLS = 2, SET = 4 };
#define COLUMN(flag, type, column, table) {#column, TRAVEL_##type, (flag) == KEY, (flag) == NULLS, table},
#define X(table)                          static const struct travel_column table##_columns[] = {COLUMNS_##table(COLUMN)};
TRAVEL_TABLES(X)
#undef X

#define NAME(flag, type, column, table) ", " #column
#define MARK(flag, type, column, table) ", ?"
#define KEY_WHERE(column)               " AND " #column " = ?"
#define NULLS_WHERE(column)
#define SET_WHERE(column)
#define WHERE(flag, type, column, table) flag##_WHERE(column)
#define ID_STRAY(column)                 " OR " #column " >> 40 <> rev >> 40"
#define COUNT_STRAY(column)
#define AMOUNT_STRAY(column)
#define TIME_STRAY(column)
#define DAY_STRAY(column)
#define TEXT_STRAY(column)
#define MINE_STRAY(column)
#define STRAY(flag, type, column, table) type##_STRAY(column)

const struct travel_table travel_tables[TRAVEL_TABLE_COUNT] = {
#define X(table)                                                                                                       \
    {                                                                                                                  \
        .name = #table,                                                                                                \
        .columns = sizeof table##_columns / sizeof *table##_columns,                                                   \
        .column = table##_columns,                                                                                     \
        .range = "SELECT rev" COLUMNS_##table(NAME) " FROM " #table " WHERE rev > ? AND rev <= ? ORDER BY rev",        \
        .copies = "SELECT rev" COLUMNS_##table(                                                                        \
            NAME) " FROM " #table " WHERE rev > ? AND rev <= ? AND rev >= " TRAVEL_FOREIGN " ORDER BY rev",            \
        .find = "SELECT rev" COLUMNS_##table(NAME) " FROM " #table " WHERE 1" COLUMNS_##table(WHERE),                  \
        .insert = "INSERT INTO " #table "(rev" COLUMNS_##table(NAME) ") VALUES(?" COLUMNS_##table(MARK) ")",           \
        .remove = "DELETE FROM " #table " WHERE 1" COLUMNS_##table(WHERE),                                             \
        .strays = "SELECT rev" COLUMNS_##table(NAME) " FROM " #table " WHERE 0" COLUMNS_##table(STRAY),                \
    },
    TRAVEL_TABLES(X)
#undef X
};

int travel_find(const char *table)
{
    for (int i = 0; i < TRAVEL_TABLE_COUNT; i++)
        if (strcmp(travel_tables[i].name, table) == 0)
            return i;
    return -1;
}

int travel_column(const struct travel_table *table, const char *column)
{
    for (int i = 0; i < table->columns; i++)
        if (strcmp(table->column[i].name, column) == 0)
            return i;
    return -1;
}
