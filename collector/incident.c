/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/incident.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/period.h"

/* --- what the journal tells --- */

/* Each alarm with the row of the same mine, subject and reason that came next: its end, where that cleared it. */
static const char found[] =
    "SELECT id, mine, subject, at_ms, text, next_kind, next_ms FROM (SELECT id, ifnull(mine, 0) AS mine, subject,"
    " at_ms, text, kind, lead(kind) OVER pair AS next_kind, lead(at_ms) OVER pair AS next_ms FROM journal"
    " WHERE kind IN ('alarm', 'alarm-cleared')"
    " WINDOW pair AS (PARTITION BY id >> 40, mine, subject, substr(text, 1, instr(text, ':')) ORDER BY id))"
    " WHERE kind = 'alarm' AND (at_ms >= ? OR next_kind IS NULL) AND substr(text, 1, instr(text, ':') - 1)"
    " IN ('no-data', 'bus-silent', 'not-read', 'stuck') ORDER BY id DESC";

enum { FOUND_ID, FOUND_MINE, FOUND_SUBJECT, FOUND_AT, FOUND_TEXT, FOUND_NEXT, FOUND_NEXT_AT };

static int64_t instant_argument(const char *arguments, const char *name)
{
    char text[ALARM_VALUE_BYTES];
    int64_t at_ms;
    return alarm_argument_get(arguments, name, text) && period_parse_instant(text, 0, &at_ms) ? at_ms : 0;
}

static void found_take(const struct db_query *query, struct incident *incident)
{
    struct alarm alarm = {0};
    *incident = (struct incident){.id = db_int(query, FOUND_ID),
                                  .mine = db_int(query, FOUND_MINE),
                                  .kind = "outage",
                                  .from_ms = db_int(query, FOUND_AT),
                                  .alarm = true};
    snprintf(incident->subject, sizeof incident->subject, "%s", db_text(query, FOUND_SUBJECT));
    if (strcmp(db_text(query, FOUND_NEXT), "alarm-cleared") == 0)
        incident->to_ms = db_int(query, FOUND_NEXT_AT);
    alarm_read(db_text(query, FOUND_TEXT), &alarm);
    memcpy(incident->reason, alarm.reason, sizeof incident->reason);
    memcpy(incident->arguments, alarm.arguments, sizeof incident->arguments);
    incident->last_good_ms = instant_argument(alarm.arguments, "last_good");
    incident->report_by_ms = instant_argument(alarm.arguments, "report_by");
}

static void found_read(struct db *db, int64_t from_ms, struct list *incidents)
{
    struct db_query *query = db_query(db, found);
    db_bind_int(query, from_ms);
    while (db_next(query)) {
        if (strcmp(db_text(query, FOUND_NEXT), "alarm") == 0)
            continue; /* it became graver: the same outage */
        struct incident *incident = list_add(incidents);
        if (incident)
            found_take(query, incident);
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
}

/* --- what people wrote --- */

static const char written[] =
    "SELECT (SELECT min(first.journal) FROM incident AS same JOIN act AS first ON first.id = same.act"
    " WHERE same.mine = incident.mine AND same.subject = incident.subject AND same.kind = incident.kind"
    " AND same.from_ms = incident.from_ms), incident.mine, incident.subject, incident.kind, incident.from_ms,"
    " ifnull(incident.to_ms, 0), incident.sign, incident.handling, ifnull(incident.before, 0),"
    " ifnull(incident.after, 0), incident.text, act.actor FROM incident JOIN act ON act.id = incident.act"
    " WHERE (incident.from_ms >= ?1 OR incident.to_ms IS NULL) AND (incident.kind = 'outage') = ?2"
    " AND incident.act = (SELECT max(same.act) FROM incident AS same WHERE same.mine = incident.mine"
    " AND same.subject = incident.subject AND same.kind = incident.kind AND same.from_ms = incident.from_ms)"
    " ORDER BY incident.from_ms DESC, incident.act DESC";

enum { ID, MINE, SUBJECT, KIND, FROM, TO, SIGN, HANDLING, BEFORE, AFTER, NOTE, BY };

static struct incident *same_of(const struct list *incidents, int64_t mine, const char *subject, int64_t from_ms)
{
    struct incident *incident = incidents->at;
    for (size_t i = 0; i < incidents->count; i++)
        if (incident[i].alarm && incident[i].mine == mine && incident[i].from_ms == from_ms &&
            strcmp(incident[i].subject, subject) == 0)
            return &incident[i];
    return NULL;
}

/* What a person wrote stands over what was found; an outage that he did not end ends as it was found. */
static void written_take(const struct db_query *query, struct incident *incident)
{
    if (!incident->alarm) {
        *incident =
            (struct incident){.id = db_int(query, ID), .mine = db_int(query, MINE), .from_ms = db_int(query, FROM)};
        snprintf(incident->subject, sizeof incident->subject, "%s", db_text(query, SUBJECT));
        snprintf(incident->kind, sizeof incident->kind, "%s", db_text(query, KIND));
    }
    if (db_int(query, TO))
        incident->to_ms = db_int(query, TO);
    const bool outage = strcmp(incident->kind, "outage") == 0;
    snprintf(incident->sign, sizeof incident->sign, "%s", outage ? db_text(query, SIGN) : "");
    snprintf(incident->unit, sizeof incident->unit, "%s", outage ? "" : db_text(query, SIGN));
    snprintf(incident->handling, sizeof incident->handling, "%s", db_text(query, HANDLING));
    snprintf(incident->note, sizeof incident->note, "%s", db_text(query, NOTE));
    snprintf(incident->by, sizeof incident->by, "%s", db_text(query, BY));
    incident->before = db_int(query, BEFORE);
    incident->after = db_int(query, AFTER);
}

static int latest_first(const void *left, const void *right)
{
    const struct incident *a = left, *b = right;
    return (a->from_ms < b->from_ms) - (a->from_ms > b->from_ms);
}

bool incidents_read(struct db *db, enum incident_kinds kinds, int64_t from_ms, struct list *incidents)
{
    *incidents = (struct list){.size = sizeof(struct incident)};
    if (kinds == INCIDENT_OUTAGES)
        found_read(db, from_ms, incidents);
    struct db_query *query = db_query(db, written);
    db_bind_int(query, from_ms);
    db_bind_int(query, kinds == INCIDENT_OUTAGES);
    while (db_next(query)) {
        struct incident *incident =
            same_of(incidents, db_int(query, MINE), db_text(query, SUBJECT), db_int(query, FROM));
        if (!incident)
            incident = list_add(incidents);
        if (incident)
            written_take(query, incident);
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    if (incidents->count)
        qsort(incidents->at, incidents->count, incidents->size, latest_first);
    return db_fault(db) == DB_OK;
}

void incident_write(struct act_context *context, const struct incident *incident)
{
    const bool outage = strcmp(incident->kind, "outage") == 0;
    struct db_query *query =
        db_query(context->db, "INSERT INTO incident(act, mine, subject, kind, from_ms, to_ms, sign, handling, before,"
                              " after, text, rev) VALUES(?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?)");
    db_bind_int(query, context->act);
    db_bind_int(query, incident->mine);
    db_bind_text(query, incident->subject);
    db_bind_text(query, incident->kind);
    db_bind_int(query, incident->from_ms);
    db_bind_int(query, incident->to_ms);
    db_bind_text(query, outage ? incident->sign : incident->unit);
    db_bind_text(query, incident->handling);
    if (outage) {
        db_bind_null(query);
        db_bind_null(query);
    } else {
        db_bind_int(query, incident->before);
        db_bind_int(query, incident->after);
    }
    db_bind_text(query, incident->note);
    db_bind_int(query, act_rev(context));
    db_next(query);
    context->mine = incident->mine;
    context->days = (struct period){0}; /* it changes no figure */
}

/* --- arguments of acts --- */

bool incident_instant(struct act_context *context, const struct act *act, const char *name, int64_t *at_ms)
{
    const char *text = act_value(act, name);
    if (!text)
        return true;
    if (!period_parse_instant(text, civil_of_instant(context->now_ms), at_ms))
        return act_refuse(context, "--%s %.60s: expected a date or an instant like 2026-10-13 07:31", name, text);
    if (*at_ms > context->now_ms + 60000)
        return act_refuse(context, "--%s %.60s: it has not come yet", name, text);
    return true;
}

bool incident_text(struct act_context *context, const struct act *act, const char *name,
                   char out[static INCIDENT_TEXT_BYTES])
{
    const char *text = act_value(act, name);
    if (!text)
        return true;
    if (strlen(text) >= INCIDENT_TEXT_BYTES)
        return act_refuse(context, "--%s: expected at most %d bytes", name, INCIDENT_TEXT_BYTES - 1);
    strcpy(out, text);
    return true;
}

/* A device that feeds a meter of the mine, or has points there. */
static bool device_known(struct act_context *context, int64_t mine, const char *device)
{
    struct db_query *query = db_query(context->db, "SELECT EXISTS(SELECT 1 FROM meter WHERE mine = ?1 AND device = ?2)"
                                                   " OR EXISTS(SELECT 1 FROM point WHERE mine = ?1 AND device = ?2)");
    db_bind_int(query, mine);
    db_bind_text(query, device);
    const bool known = db_next(query) && db_int(query, 0) != 0;
    db_done(query);
    return known;
}

bool incident_subject(struct act_context *context, const struct act *act, struct incident *incident)
{
    const char *device = act_value(act, "device");
    if ((device != NULL) == (act_value(act, "meter") != NULL))
        return act_refuse(context, "expected either --device or --meter");
    if (!device) {
        const int meter = act_meter(context, act, "meter");
        if (meter < 0)
            return false;
        incident->mine = context->roster->mine[context->roster->meter[meter].mine].id;
        strcpy(incident->subject, context->roster->meter[meter].name);
        return true;
    }
    const int mine = act_mine(context, act, "mine");
    if (mine < 0)
        return false;
    incident->mine = context->roster->mine[mine].id;
    if (strlen(device) >= ID_BYTES || !device_known(context, incident->mine, device))
        return act_refuse(context, "mine %s has no device %.80s", context->roster->mine[mine].name, device);
    strcpy(incident->subject, device);
    return true;
}
