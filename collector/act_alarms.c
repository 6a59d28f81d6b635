/* SPDX-License-Identifier: Apache-2.0 */
/* A person has seen an alarm: who, when, and a note. It stands on until what it tells of is over; one that
 * left no open work ends by this. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/act.h"
#include "collector/alarm_rows.h"
#include "collector/travel.h"

enum { NOTE_BYTES = 200 };

static bool number_read(const char *text, int64_t *number)
{
    char *end;
    if (!text || *text < '0' || *text > '9')
        return false;
    *number = strtoll(text, &end, 10);
    return !*end && *number <= TRAVEL_LOCAL_MAX;
}

/* Why there is nothing to acknowledge under this number. */
static bool absent(struct act_context *context, int64_t id)
{
    const bool was =
        db_value(context->db, "SELECT EXISTS(SELECT 1 FROM journal WHERE id = ? AND kind = 'alarm')", 1, &id);
    char sites[200];
    if (!was && act_sites_of(context, "SELECT kind = 'alarm' FROM journal WHERE id = ?", id, sites, sizeof sites))
        return act_refuse(context,
                          "alarm %" PRId64 " is of %s, whose ledger this one only holds: acknowledge it at the "
                          "site",
                          id, sites);
    if (was)
        return act_refuse(context, "alarm %" PRId64 " stands no longer; coaltally alarms lists those that do", id);
    return act_refuse(context, "there is no alarm %" PRId64 "; coaltally alarms lists them", id);
}

static bool acknowledge(struct act_context *context, const struct alarm_row *row, const char *note)
{
    if (*row->by)
        return act_refuse(context, "alarm %" PRId64 " was acknowledged by %s", row->id, row->by);
    struct db_query *query =
        db_query(context->db, "INSERT INTO acknowledgement(act, alarm, note, rev) VALUES(?, ?, ?, ?)");
    db_bind_int(query, context->act);
    db_bind_int(query, row->id);
    db_bind_text(query, note);
    db_bind_int(query, act_rev(context));
    db_next(query);
    context->mine = row->mine;
    context->days = (struct period){0}; /* it changes no figure */
    struct text said = {0};
    alarm_say(&said, row->alarm.reason, row->alarm.arguments, context->language);
    act_done(context, "alarm %" PRId64 " acknowledged: %s %s", row->id, row->alarm.subject, said.at ? said.at : "");
    text_free(&said);
    return true;
}

bool act_alarms(struct act_context *context, const struct act *act)
{
    const char *note = act_value(act, "note");
    struct list rows;
    int64_t id;
    if (!number_read(act_value(act, "ack"), &id))
        return act_refuse(context, "ack: expected the number of an alarm, as coaltally alarms shows it");
    if (note && strlen(note) > NOTE_BYTES)
        return act_refuse(context, "--note: expected at most %d bytes", NOTE_BYTES);
    const struct alarm_row *found = NULL;
    if (alarm_rows_read(context->db, INT64_MAX, &rows))
        for (size_t i = 0; i < rows.count && !found; i++)
            if (((struct alarm_row *)rows.at)[i].id == id && ((struct alarm_row *)rows.at)[i].number == 0)
                found = (struct alarm_row *)rows.at + i;
    const bool done = found ? acknowledge(context, found, note ? note : "") : absent(context, id);
    free(rows.at);
    return done;
}
