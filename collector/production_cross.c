/* SPDX-License-Identifier: Apache-2.0 */
/* On pages of shifts and days: what the checks between meters found in them. */
#include <stdio.h>
#include <string.h>

#include "collector/alarm.h"
#include "collector/production_parts.h"

enum { ID, METER, TEXT };

/* Whether the page is about the meter that was checked, or the one that it was checked against. */
static bool meter_shown(const struct production *production, int meter, const char *arguments)
{
    const struct selection *selection = &production->selection;
    char other[ALARM_VALUE_BYTES];
    if (selection->meter[meter])
        return true;
    alarm_argument_get(arguments, "other", other);
    const int against = roster_meter(selection->roster, selection->roster->meter[meter].number, other);
    return against >= 0 && selection->meter[against];
}

static void crossing_note(struct production *production, const struct db_query *query)
{
    const struct roster *roster = production->selection.roster;
    const int meter = roster_meter_id(roster, db_int(query, METER));
    struct note note = {.kind = NOTE_DIFFERS, .key = db_int(query, ID)};
    struct alarm alarm = {0};
    char name[METER_TEXT_BYTES];
    struct text said = {0};
    if (meter < 0 || !alarm_read(db_text(query, TEXT), &alarm) || !meter_shown(production, meter, alarm.arguments))
        return;
    alarm_say(&said, alarm.reason, alarm.arguments, production->page.language);
    note.meter = (size_t)meter;
    roster_meter_name(roster, (size_t)meter, name);
    snprintf(note.text, sizeof note.text, "%s %s  %s", name, said.at ? said.at : "", alarm.value);
    production->page.out.failed |= said.failed;
    text_free(&said);
    page_note(&production->page, &note);
}

void crossing_notes(struct production *production)
{
    if (production->kind != PRODUCTION_SHIFT && production->kind != PRODUCTION_DAY)
        return;
    struct db_query *query = db_query(
        production->selection.db,
        "SELECT id, meter, text FROM journal INDEXED BY journal_differs WHERE kind IN ('differs', 'rate-differs')"
        " AND from_ms >= ? AND to_ms <= ? ORDER BY id");
    db_bind_int(query, production->span.from_ms);
    db_bind_int(query, production->span.to_ms);
    while (db_next(query))
        crossing_note(production, query);
}
