/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/alarm_rows.h"

#include <stdio.h>
#include <string.h>

#include "collector/travel.h"

/* One row an alarm: mine, subject and reason, which its text begins with. `raised`: its latest row of
 * kind alarm. Open work of the same meter and kind is what it waits for. */
static const char latest[] =
    "WITH last AS (SELECT max(id) AS id, max(CASE kind WHEN 'alarm' THEN id END) AS raised FROM journal"
    " WHERE kind IN ('alarm', 'alarm-cleared') GROUP BY id >> 40, mine, subject, substr(text, 1, instr(text, ':')))"
    " SELECT raised.id, ifnull(raised.mine, 0), raised.subject, raised.text, raised.level, raised.at_ms,"
    " CASE last.id WHEN raised.id THEN 0 ELSE newest.at_ms END, ifnull(act.at_ms, 0), ifnull(act.actor, ''),"
    " ifnull(seen.note, ''),"
    " ifnull((SELECT max(work.id) FROM journal AS work JOIN meter ON meter.id = work.meter WHERE work.open = 1"
    " AND meter.name = raised.subject AND work.id >> 40 = raised.id >> 40 AND work.kind = substr(raised.text, 1, "
    "instr(raised.text, ':') - 1)"
    " AND NOT EXISTS (SELECT 1 FROM resolution WHERE resolution.journal = work.id)), 0),"
    " EXISTS (SELECT 1 FROM journal AS work JOIN meter ON meter.id = work.meter WHERE work.open = 1"
    " AND meter.name = raised.subject AND work.id >> 40 = raised.id >> 40 AND work.kind = substr(raised.text, 1, "
    "instr(raised.text, ':') - 1))"
    " FROM last JOIN journal AS raised ON raised.id = last.raised JOIN journal AS newest ON newest.id = last.id"
    " LEFT JOIN acknowledgement AS seen ON seen.alarm = raised.id LEFT JOIN act ON act.id = seen.act"
    " WHERE (last.id = raised.id AND raised.id >> 40 NOT IN (SELECT number FROM replica WHERE standing = 'retired'))"
    " OR newest.at_ms >= ? GROUP BY raised.id ORDER BY raised.id DESC";

/* By their places in the query. */
enum { ID, MINE, SUBJECT, TEXT, LEVEL, RAISED, CLEARED, SEEN, BY, NOTE, WORK, LEFT_WORK };

/* A row that is no alarm of ours says what it says, under a reason that nothing knows. */
static void row_take(const struct db_query *query, struct alarm_row *row)
{
    const int64_t level = db_int(query, LEVEL);
    struct alarm *alarm = &row->alarm;
    *row = (struct alarm_row){.number = travel_number(db_int(query, ID)),
                              .id = travel_local(db_int(query, ID)),
                              .mine = db_int(query, MINE),
                              .work = travel_local(db_int(query, WORK)),
                              .left_work = db_int(query, LEFT_WORK) != 0};
    if (!alarm_read(db_text(query, TEXT), alarm))
        snprintf(alarm->arguments, sizeof alarm->arguments, "%s", db_text(query, TEXT));
    alarm->mine = -1;
    snprintf(alarm->subject, sizeof alarm->subject, "%s", db_text(query, SUBJECT));
    alarm->level = level >= JOURNAL_INFO && level <= JOURNAL_RED ? (enum journal_level)level : JOURNAL_RED;
    alarm->raised_ms = db_int(query, RAISED);
    alarm->cleared_ms = db_int(query, CLEARED);
    alarm->acknowledged_ms = db_int(query, SEEN);
    snprintf(row->by, sizeof row->by, "%s", db_text(query, BY));
    snprintf(row->note, sizeof row->note, "%s", db_text(query, NOTE));
}

bool alarm_rows_read(struct db *db, int64_t cleared_ms, struct list *rows)
{
    *rows = (struct list){.size = sizeof(struct alarm_row)};
    struct db_query *query = db_query(db, latest);
    db_bind_int(query, cleared_ms);
    while (db_next(query)) {
        struct alarm_row *row = list_add(rows);
        if (!row)
            db_fail(db, DB_OTHER, "out of memory");
        else
            row_take(query, row);
    }
    return db_fault(db) == DB_OK;
}

bool alarm_row_dealt_with(const struct alarm_row *row)
{
    return alarm_end_of(row->alarm.reason) == ALARM_ENDS_BY_PERSON && row->work == 0 && (row->left_work || *row->by);
}
