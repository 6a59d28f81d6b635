/* SPDX-License-Identifier: Apache-2.0 */
/* The mines, how far their raw coal is known, and their present pace. */
#include "collector/capacity_read.h"

#include "collector/amount.h"
#include "collector/closing.h"
#include "collector/courses.h"

static const char *raw = "raw_coal";

/* --- what people entered --- */

/* Of what was entered of one mine, what ends last by a day; NULL: nothing. */
struct entered {
    const struct addition *last;
    civil_day since;
};

static void entered_year(struct capacity_reader *reader, size_t mine, int year, struct entered *entered)
{
    const struct addition *entry = NULL;
    const size_t count = additions_of(&reader->report->additions, mine, raw, year_days(year), &entry);
    for (size_t i = 0; i < count; i++) {
        if (!entry[i].by_hand || entry[i].days.to > reader->day + 1)
            continue;
        const struct addition *last = entered->last;
        if (!last || entry[i].days.to > last->days.to || (entry[i].days.to == last->days.to && entry[i].shift < 0) ||
            (entry[i].days.to == last->days.to && last->shift >= 0 && entry[i].shift > last->shift))
            entered->last = &entry[i];
        if (entry[i].days.from < entered->since)
            entered->since = entry[i].days.from;
    }
}

/* The year before is asked for where this one is young. */
static struct entered entered_read(struct capacity_reader *reader, size_t mine)
{
    const int year = year_of(reader->day);
    struct entered entered = {.since = reader->day + 1};
    entered_year(reader, mine, year, &entered);
    if (!entered.last || reader->day - year_days(year).from <= FORECAST_DAYS)
        entered_year(reader, mine, year - 1, &entered);
    return entered;
}

/* The end of the period that follows what was entered last, of the same kind. */
static int64_t due_ms(const struct calendar *calendar, const struct addition *last)
{
    struct period_name next = {last->kind, {last->days.to, last->days.to + 1}, -1};
    if (last->kind == PERIOD_KIND_MONTH || last->kind == PERIOD_KIND_SPAN)
        next.days = month_days(month_of(last->days.to));
    else if (last->kind == PERIOD_KIND_DEKAD)
        next.days = dekad_days(dekad_of(last->days.to));
    else if (last->kind == PERIOD_KIND_YEAR)
        next.days = year_days(year_of(last->days.to));
    else if (last->shift >= 0 && last->shift + 1 < calendar_rule_of(calendar, last->days.from)->shifts)
        next.days = last->days; /* the day is due when it is over */
    next.kind = PERIOD_KIND_SPAN;
    return closing_span(calendar, &next).to_ms;
}

static void entered_take(struct capacity_reader *reader, struct capacity_mine *out)
{
    const struct calendar *calendar = roster_calendar(reader->report->roster, out->mine, raw);
    const struct entered entered = entered_read(reader, out->mine);
    const struct addition *last = entered.last;
    out->to_ms = 0;
    out->since = entered.since;
    out->to = reader->day + 1;
    if (!last)
        return;
    const struct period_name period = {last->kind, last->days, last->shift};
    out->to_ms = closing_span(calendar, &period).to_ms;
    const bool half = last->shift >= 0 && last->shift + 1 < calendar_rule_of(calendar, last->days.from)->shifts;
    out->to = half ? last->days.from : last->days.to;
    out->silent_ms = due_ms(calendar, last);
}

/* --- what meters counted --- */

static void metered_take(struct capacity_reader *reader, struct capacity_mine *out)
{
    struct report *report = reader->report;
    const struct roster *roster = report->roster;
    const int64_t end_ms = calendar_day(roster_calendar(roster, out->mine, raw), reader->day).to_ms;
    out->to_ms = end_ms < report->now_ms ? end_ms : report->now_ms;
    out->to = reader->day + 1;
    for (size_t i = 0; i < roster->meters; i++) {
        const struct roster_meter *meter = &roster->meter[i];
        const int64_t first_ms = report_first(report, i).at_ms;
        if (meter->mine != out->mine || !meter->active || !meter_reports(meter, raw))
            continue;
        out->metered = true;
        const int64_t last_ms = first_ms ? report_last_ms(report, i) : 0;
        const civil_day to = calendar_place(meter->calendar, last_ms).day;
        const civil_day since = calendar_place(meter->calendar, first_ms).day + 1;
        out->to_ms = last_ms < out->to_ms ? last_ms : out->to_ms;
        out->to = to < out->to ? to : out->to;
        out->since = since > out->since ? since : out->since;
    }
}

/* --- the present pace --- */

/* The same as of the board: a pace and a forecast where the last days tell of what comes. */
static void forecast_take(const struct courses *courses, size_t at, struct capacity_mine *mine)
{
    const struct forecast_mine *known = &courses->forecast[at];
    const struct forecast forecast = forecast_make(known, 1, courses->months_left);
    if (forecast.standing != FORECAST_MADE || known->silent)
        return;
    if (known->left_ms > 0)
        mine->pace = (struct capacity_pace){known->recent, (int32_t)known->recent_days};
    mine->has_forecast = true;
    mine->rest = forecast.rest;
}

/* Of the mines of one side. */
static bool paces_read(struct capacity_reader *reader, bool simulated, struct list *mines)
{
    struct capacity_mine *mine = mines->at;
    const struct courses_scope scope = {.report = reader->report,
                                        .county = reader->county,
                                        .simulated = simulated,
                                        .day = reader->day,
                                        .now_ms = reader->report->now_ms,
                                        .quantities = 1,
                                        .quantity = &raw,
                                        .lately = true};
    bool any = false;
    for (size_t i = 0; i < mines->count; i++)
        any |= mine[i].simulated == simulated && mine[i].mine != CONFIG_NONE;
    struct courses *courses = any ? courses_read(&scope) : NULL;
    for (size_t c = 0; courses && c < courses->count; c++)
        for (size_t i = 0; i < mines->count; i++)
            if (mine[i].mine != CONFIG_NONE && courses->course[c].ledger == (int)mine[i].mine)
                forecast_take(courses, c, &mine[i]);
    const bool good = courses || !any;
    courses_free(courses);
    return good;
}

/* --- mines --- */

/* The end of the day from which it was waited for: it produces, and there is a ledger. */
static int64_t awaited_ms(const struct capacity_reader *reader, const struct capacity_mine *mine)
{
    const struct county_fact *state = mine->county ? county_fact(mine->county, FACT_STATE, reader->day) : NULL;
    const civil_day begun = civil_of_instant(reader->begun_ms);
    return civil_instant((state && state->from > begun ? state->from : begun) + 1, 0);
}

static bool ledger_mine_read(struct capacity_reader *reader, size_t mine, struct list *mines)
{
    const struct roster_mine *known = &reader->report->roster->mine[mine];
    struct capacity_mine *out = list_add(mines);
    if (!out)
        return false;
    *out = (struct capacity_mine){.mine = mine,
                                  .county = county_mine(reader->county, known->name),
                                  .name = known->name,
                                  .simulated = known->simulated,
                                  .since = INT32_MIN};
    metered_take(reader, out);
    if (!out->metered)
        entered_take(reader, out);
    if (out->metered)
        out->silent_ms = out->to_ms;
    if (!out->to_ms)
        out->silent_ms = awaited_ms(reader, out);
    return true;
}

/* What the published texts name without a state is no mine that anybody waits for. */
static bool roster_mine_read(struct capacity_reader *reader, const struct county_mine *known, struct list *mines)
{
    const int mine = roster_mine(reader->report->roster, known->name);
    if ((mine >= 0 && reader->report->roster->mine[mine].active) || !county_fact(known, FACT_STATE, reader->day))
        return true;
    struct capacity_mine *out = list_add(mines);
    if (!out)
        return false;
    *out = (struct capacity_mine){.mine = CONFIG_NONE,
                                  .county = known,
                                  .name = known->name,
                                  .simulated = known->simulated,
                                  .to = reader->day + 1};
    out->silent_ms = awaited_ms(reader, out);
    return true;
}

bool capacity_mines_read(struct capacity_reader *reader, struct list *mines)
{
    const struct roster *roster = reader->report->roster;
    bool good = true;
    *mines = (struct list){.size = sizeof(struct capacity_mine)};
    reader->begun_ms = db_value(reader->report->db, "SELECT ifnull(min(opened_ms), 0) FROM incarnation", 0, NULL);
    for (size_t m = 0; good && m < roster->mines; m++)
        if (roster->mine[m].active)
            good = ledger_mine_read(reader, m, mines);
    for (size_t i = 0; good && reader->county && i < reader->county->mines; i++)
        good = roster_mine_read(reader, &reader->county->mine[i], mines);
    return good && paces_read(reader, false, mines) && paces_read(reader, true, mines);
}

/* --- figures of a period --- */

struct capacity_mean capacity_mean_of(const struct county_mine *mine, struct period days)
{
    struct capacity_mean mean = {0};
    int64_t kg;
    for (civil_day day = days.from; mine && day < days.to; day++)
        if (county_capacity(mine, day, &kg))
            capacity_mean_add(&mean, kg);
    return mean;
}

static struct figure sum_of(struct capacity_reader *reader, const struct capacity_mine *mine, struct period days)
{
    struct figure figure = {0};
    if (days.from < days.to && mine->mine != CONFIG_NONE)
        report_mine_sum(reader->report, mine->mine, raw, days, &figure);
    return figure;
}

/* A mine whose own months end within calendar months adjusts these: of such an adjustment the period has its share by
 * days, so that none is left out of all months. */
static int64_t across(struct capacity_reader *reader, const struct capacity_mine *mine, struct period days)
{
    struct additions_walk walk = {.mine = mine->mine, .quantity = raw, .days = days, .shift = -1};
    int64_t sum = 0;
    if (mine->mine == CONFIG_NONE || !reader->report->roster->mine[mine->mine].month_cutoff)
        return 0;
    for (const struct addition *added; (added = report_addition_across(reader->report, &walk));) {
        const struct period of = added->days;
        sum = amount_add(sum, amount_less(amount_before(added->amount, of.from, of.to, days.to),
                                          amount_before(added->amount, of.from, of.to, days.from)));
    }
    return sum;
}

/* As of now a period is taken whole, with what belongs to all of it; as of a day that is past, up to that day. */
static struct period past_of(const struct capacity_reader *reader, struct period days)
{
    const civil_day today = civil_of_instant(reader->report->now_ms);
    if (reader->day < today && reader->day + 1 < days.to)
        days.to = reader->day + 1;
    return days;
}

/* The year that the forecast is of. */
static bool is_year(const struct capacity_reader *reader, struct period days)
{
    const struct period year = year_days(year_of(reader->day));
    return days.from == year.from && days.to == year.to;
}

void capacity_figures_read(struct capacity_reader *reader, const struct capacity_mine *mine, struct period days,
                           struct capacity_figures *out)
{
    const struct period past = past_of(reader, days);
    const civil_day to = mine->to < past.from ? past.from : mine->to;
    struct figure done = sum_of(reader, mine, past);
    done.reported = amount_add(done.reported, across(reader, mine, past));
    const struct figure after = sum_of(reader, mine, (struct period){to, past.to});
    *out = (struct capacity_figures){.course = {.days = days,
                                                .to = mine->to,
                                                .complete = amount_less(done.reported, after.reported),
                                                .done = done.reported,
                                                .pace = mine->pace,
                                                .has_forecast = mine->has_forecast && is_year(reader, days),
                                                .forecast = amount_add(done.reported, mine->rest),
                                                .capacity = capacity_mean_of(mine->county, days)}};
    capacity_coefficients_read(reader, mine, past, out);
}
