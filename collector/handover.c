/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/health.h"
#include "collector/store.h"

enum { STATUS_FRESH_MS = 60 * 1000, RATE_FRESH_MS = 2 * 60 * 1000 };

static const char *const raw = "raw_coal";

/* --- mines and belts --- */

static bool is_belt(const struct roster_meter *meter)
{
    return meter->main && meter->active && strcmp(reported_quantity(meter->quantity), raw) == 0;
}

/* False: the mine's calendar has no such shift, or it has not begun. */
static bool mine_begin(const struct selection *selection, size_t mine, civil_day day, int shift,
                       struct handover_mine *out)
{
    const struct calendar *calendar = roster_calendar(selection->roster, mine, raw);
    const int64_t now_ms = selection->now_ms;
    *out = (struct handover_mine){.mine = mine, .place = {day, shift}};
    if (shift < 0)
        out->place = calendar_place(calendar, now_ms);
    if (out->place.shift >= calendar_rule_of(calendar, out->place.day)->shifts)
        return false;
    out->span = calendar_shift(calendar, out->place.day, out->place.shift);
    out->runs = now_ms < out->span.to_ms;
    return now_ms >= out->span.from_ms;
}

static void belts_begin(const struct selection *selection, struct handover *handover, struct handover_mine *mine)
{
    const struct roster *roster = selection->roster;
    const int64_t end_ms = mine->span.to_ms + handover->stop_ms;
    const struct calendar_span reach = {mine->span.from_ms - handover->stop_ms,
                                        end_ms < handover->now_ms ? end_ms : handover->now_ms};
    mine->first_belt = handover->belts;
    for (size_t i = 0; i < roster->meters; i++) /* minutes stay at a site: of its belts a county knows nothing */
        if (roster->meter[i].mine == mine->mine && !roster->meter[i].number && is_belt(&roster->meter[i]))
            handover->belt[handover->belts++] = (struct belt_series){
                .mine = roster->mine[mine->mine].id, .meter = roster->meter[i].name, .belt = belt_begin(reach)};
    mine->belts = handover->belts - mine->first_belt;
}

static bool belts_read(struct handover *handover, struct db *db)
{
    bool good = true;
    minutes_of_belts(db, handover->belt, handover->belts);
    for (size_t i = 0; i < handover->belts; i++) {
        struct belt *belt = &handover->belt[i].belt;
        belt_end(belt, belt->reach.to_ms == handover->now_ms ? HANDOVER_LAG_MS : 0);
        good &= !belt->failed;
    }
    return good;
}

/* --- what the daemon says --- */

static const struct health_output *output_of(const struct health *health, const char *mine)
{
    for (size_t i = 0; i < health->outputs; i++)
        if (strcmp(health->output[i].mine, mine) == 0 && strcmp(health->output[i].quantity, raw) == 0)
            return &health->output[i];
    return NULL;
}

static void rates_take(const struct selection *selection, struct handover *handover, const struct health *health)
{
    for (size_t i = 0; i < handover->mines; i++) {
        struct handover_mine *mine = &handover->mine[i];
        const struct health_output *output = output_of(health, selection->roster->mine[mine->mine].name);
        if (!output || !mine->runs || handover->now_ms - output->as_of_ms > RATE_FRESH_MS)
            continue;
        mine->has_rate = true;
        mine->per_hour = output->per_hour;
        mine->rate_at_ms = output->as_of_ms;
    }
}

static void rates_read(const struct selection *selection, struct handover *handover)
{
    char path[PATH_BYTES + 16];
    struct health health;
    snprintf(path, sizeof path, "%s/status.json", selection->settings.runtime);
    handover->rates = RATES_NO_DAEMON;
    if (!store_running(selection->settings.database))
        return;
    handover->rates = RATES_NO_STATUS;
    if (!health_read(path, &health, handover->why, sizeof handover->why))
        return;
    if (handover->now_ms - health.as_of_ms <= STATUS_FRESH_MS) {
        handover->rates = RATES_READ;
        rates_take(selection, handover, &health);
    } else {
        snprintf(handover->why, sizeof handover->why, say_own("%.200s: too old"), path);
    }
    health_free(&health);
}

/* --- what people entered --- */

static void entries_read(const struct selection *selection, struct handover_mine *mine)
{
    /* Beside max() SQLite gives the columns of the row that has it: the newest version. Days come first, so that
     * what is of the shift takes their place. */
    struct db_query *query = db_query(
        selection->db, "SELECT item, kind, value, max(version) FROM entry WHERE from_day = ? AND mine = ?"
                       " AND item IN ('heading_advance', 'heading_coal') AND (kind = ? OR (kind = ? AND shift = ?))"
                       " GROUP BY item, kind HAVING value IS NOT NULL ORDER BY kind DESC");
    db_bind_int(query, mine->place.day);
    db_bind_int(query, selection->roster->mine[mine->mine].id);
    db_bind_int(query, PERIOD_KIND_DAY);
    db_bind_int(query, PERIOD_KIND_SHIFT);
    db_bind_int(query, mine->place.shift);
    while (db_next(query))
        *(strcmp(db_text(query, 0), "heading_advance") == 0 ? &mine->advance : &mine->heading_coal) =
            (struct handover_entry){true, db_int(query, 1) == PERIOD_KIND_DAY, db_int(query, 2)};
}

/* --- what waits for somebody --- */

static bool touches(struct calendar_span span, int64_t at_ms)
{
    return at_ms >= span.from_ms && at_ms < span.to_ms;
}

bool handover_alarm(const struct handover_mine *mine, const struct roster *roster, const struct alarm_row *row)
{
    return row->mine == roster->mine[mine->mine].id && !row->alarm.cleared_ms &&
           touches(mine->span, row->alarm.raised_ms);
}

bool handover_work(const struct handover_mine *mine, const struct roster *roster, const struct report_work *work)
{
    const struct roster_meter *meter = &roster->meter[work->meter];
    return meter->mine == mine->mine && work_touches(work, mine->span) && !roster_retired(roster, meter->number);
}

static void waiting_count(const struct report *report, const struct handover *handover, struct handover_mine *mine)
{
    const struct alarm_row *row = handover->alarms.at;
    for (size_t i = 0; i < handover->alarms.count; i++)
        mine->alarms += handover_alarm(mine, report->roster, &row[i]);
    for (size_t i = 0; i < report->works; i++)
        mine->works += handover_work(mine, report->roster, &report->work[i]);
}

/* --- the whole --- */

static void mines_begin(const struct selection *selection, struct handover *handover, civil_day day, int shift)
{
    for (size_t m = 0; m < selection->roster->mines; m++) {
        struct handover_mine *mine = &handover->mine[handover->mines];
        if (!selection->mine[m] || !selection->roster->mine[m].active || !mine_begin(selection, m, day, shift, mine))
            continue;
        handover->mines++;
        belts_begin(selection, handover, mine);
    }
}

bool handover_read(const struct selection *selection, struct report *report, civil_day day, int shift, int64_t stop_ms,
                   struct handover *out)
{
    *out = (struct handover){.roster = selection->roster, .now_ms = selection->now_ms, .stop_ms = stop_ms};
    out->mine = calloc(selection->roster->mines + 1, sizeof *out->mine);
    out->belt = calloc(selection->roster->meters + 1, sizeof *out->belt);
    if (!out->mine || !out->belt)
        return false;
    mines_begin(selection, out, day, shift);
    if (!belts_read(out, selection->db) || !planned_stops_read(selection->db, &out->planned) ||
        !alarm_rows_read(selection->db, INT64_MAX, &out->alarms))
        return false;
    rates_read(selection, out);
    for (size_t i = 0; i < out->mines; i++) {
        entries_read(selection, &out->mine[i]);
        waiting_count(report, out, &out->mine[i]);
    }
    return db_fault(selection->db) == DB_OK;
}

void handover_free(struct handover *handover)
{
    for (size_t i = 0; i < handover->belts; i++)
        belt_free(&handover->belt[i].belt);
    free(handover->mine);
    free(handover->belt);
    free(handover->alarms.at);
    free(handover->planned.at);
    *handover = (struct handover){0};
}

/* --- stops --- */

struct calendar_span handover_seen(const struct handover_mine *mine, const struct belt *belt)
{
    struct calendar_span seen = mine->span;
    if (belt->reach.to_ms < seen.to_ms)
        seen.to_ms = belt->reach.to_ms > seen.from_ms ? belt->reach.to_ms : seen.from_ms;
    return seen;
}

static int64_t overlap_ms(struct calendar_span a, struct calendar_span b)
{
    const int64_t from_ms = a.from_ms > b.from_ms ? a.from_ms : b.from_ms;
    const int64_t to_ms = a.to_ms < b.to_ms ? a.to_ms : b.to_ms;
    return to_ms > from_ms ? to_ms - from_ms : 0;
}

/* The plan that has most of it. */
static void stop_plan(const struct handover *handover, size_t mine, struct handover_stop *stop)
{
    const struct planned_stop *planned = handover->planned.at;
    const struct roster_mine *of = &handover->roster->mine[mine];
    for (size_t i = 0; i < handover->planned.count; i++) {
        const int64_t common_ms =
            planned[i].mine == of->id ? overlap_ms(planned_stop_span(&planned[i], &of->calendar), stop->span) : 0;
        if (common_ms <= stop->planned_ms)
            continue;
        stop->planned_ms = common_ms;
        stop->reason = planned[i].text;
    }
}

/* Both kinds in one order: index counts the stretches of the belt, whatever their state. */
static const struct belt_stretch *stretch_next(const struct belt *belt, int64_t least_ms, struct calendar_span seen,
                                               size_t *index)
{
    size_t stood_at = *index, unread_at = *index;
    const struct belt_stretch *stood = belt_next(belt, BELT_STOOD, least_ms, seen, &stood_at);
    const struct belt_stretch *unread = belt_next(belt, BELT_UNREAD, least_ms, seen, &unread_at);
    const bool first = stood && (!unread || stood < unread);
    *index = first ? stood_at : unread_at;
    return first ? stood : unread;
}

bool handover_stop_next(const struct handover *handover, const struct handover_mine *mine,
                        const struct belt_series *belt, size_t *index, struct handover_stop *out)
{
    const struct calendar_span seen = handover_seen(mine, &belt->belt);
    const struct belt_stretch *stretch = stretch_next(&belt->belt, handover->stop_ms, seen, index);
    if (!stretch)
        return false;
    *out = (struct handover_stop){.state = stretch->state, .span = stretch->span};
    out->before = stretch->span.from_ms < seen.from_ms;
    out->after = stretch->span.to_ms > mine->span.to_ms;
    out->stands = mine->runs && stretch->span.to_ms == belt->belt.reach.to_ms;
    out->span.from_ms = out->before ? seen.from_ms : out->span.from_ms;
    out->span.to_ms = out->span.to_ms > seen.to_ms ? seen.to_ms : out->span.to_ms;
    stop_plan(handover, mine->mine, out);
    return true;
}
