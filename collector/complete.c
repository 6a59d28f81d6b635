/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/complete.h"

#include <stdlib.h>
#include <string.h>

#include "collector/assess.h"
#include "collector/closing.h"
#include "collector/county.h"

enum { LATE_MS = 120000 };

/* Of one quantity, or NULL, up to one instant. */
struct judging {
    const struct selection *selection;
    struct report *report;
    const char *quantity;
    int64_t as_of_ms;
    civil_day from; /* the figure's first day */
    civil_day day;  /* that as_of_ms is in, or ends */
};

/* --- what is known of a mine --- */

static bool meter_counts(const struct judging *judging, size_t mine, const struct roster_meter *meter)
{
    return meter->mine == mine && (meter->active || meter->former) && meter->main &&
           (!judging->quantity || meter_reports(meter, judging->quantity));
}

static bool has_begun(const struct judging *judging, size_t meter)
{
    return report_first(judging->report, meter).at_ms <= judging->as_of_ms;
}

/* Of the ledgers of a mine that have begun, the one that counts on; a higher number was heard of later. */
static int64_t order_of(const struct judging *judging, size_t meter)
{
    const struct roster_meter *this = &judging->selection->roster->meter[meter];
    return this->number + ((int64_t)this->active << 40) + ((int64_t)has_begun(judging, meter) << 41);
}

/* Up to when all its meters have been read; 0: one had not been by then. Where another ledger took a site's place by
 * then, the former's do not tell. False: it has none. */
static bool meters_known(const struct judging *judging, size_t mine, int64_t *to_ms)
{
    const struct roster *roster = judging->selection->roster;
    int64_t latest = -1, number = -1;
    *to_ms = judging->as_of_ms;
    for (size_t i = 0; i < roster->meters; i++)
        if (meter_counts(judging, mine, &roster->meter[i]) && order_of(judging, i) > latest) {
            latest = order_of(judging, i);
            number = roster->meter[i].number;
        }
    for (size_t i = 0; i < roster->meters; i++) {
        if (roster->meter[i].number != number || !meter_counts(judging, mine, &roster->meter[i]))
            continue;
        const int64_t last_ms = report_last_ms(judging->report, i);
        *to_ms = !has_begun(judging, i) ? 0 : last_ms < *to_ms ? last_ms : *to_ms;
    }
    return number >= 0;
}

static bool ends_later(const struct addition *a, const struct addition *b)
{
    return a->days.to != b->days.to ? a->days.to > b->days.to : a->shift < 0 || (b->shift >= 0 && a->shift > b->shift);
}

static const struct addition *later_of(const struct judging *judging, size_t mine, const char *quantity, int year,
                                       const struct addition *last)
{
    const struct addition *entry = NULL;
    const size_t count = additions_of(&judging->report->additions, mine, quantity, year_days(year), &entry);
    for (size_t i = 0; i < count; i++)
        if (entry[i].by_hand && entry[i].days.from <= judging->day && (!last || ends_later(&entry[i], last)))
            last = &entry[i];
    return last;
}

/* What was entered of it by hand, this year or the last, and ends last; NULL: nothing was. */
static const struct addition *entered_last(const struct judging *judging, size_t mine)
{
    const int today = year_of(judging->day);
    const struct addition *last = NULL;
    for (int year = today - 1; year <= today; year++)
        for (size_t q = 0; q < quantity_count(); q++)
            if (judging->quantity ? strcmp(quantity_at(q)->name, judging->quantity) == 0 : quantity_at(q)->production)
                last = later_of(judging, mine, quantity_at(q)->name, year, last);
    return last;
}

/* --- days that nobody entered --- */

/* Not while the county says that it produces nothing. */
static bool is_due(const struct judging *judging, const char *name, civil_day day)
{
    const struct county_mine *mine = county_mine(judging->selection->county, name);
    return !county_state(mine, day, MINE_STOPPED) && !county_state(mine, day, MINE_PLANNED) &&
           !county_state(mine, day, MINE_BUILDING) && !county_state(mine, day, MINE_CLOSED);
}

/* The first day of the figure that no entry holds, though a later one was entered. Before the first entry of this
 * year or the last one, nothing is asked for. */
static bool hole_find(const struct judging *judging, size_t mine, const char *quantity, civil_day *hole)
{
    const char *name = judging->selection->roster->mine[mine].name;
    const int year = year_of(judging->day);
    const struct addition *entry = NULL;
    const struct addition *before = later_of(judging, mine, quantity, year - 1, NULL);
    civil_day to = before ? before->days.to : 0;
    const size_t count = additions_of(&judging->report->additions, mine, quantity, year_days(year), &entry);
    for (size_t i = 0; i < count && entry[i].days.from <= judging->day; i++) {
        if (!entry[i].by_hand)
            continue;
        for (*hole = to > judging->from ? to : judging->from; to && *hole < entry[i].days.from; ++*hole)
            if (is_due(judging, name, *hole))
                return true;
        to = entry[i].days.to > to ? entry[i].days.to : to;
    }
    return false;
}

static const struct calendar *calendar_of(const struct judging *judging, size_t mine)
{
    return roster_calendar(judging->selection->roster, mine, judging->quantity ? judging->quantity : "raw_coal");
}

/* By that; 0: nothing was. */
static int64_t entered_to(const struct judging *judging, size_t mine, const struct addition *last)
{
    if (!last)
        return 0;
    const struct period_name period = {last->kind, last->days, last->shift};
    civil_day hole;
    const int64_t to_ms = hole_find(judging, mine, last->quantity, &hole)
                              ? calendar_day(calendar_of(judging, mine), hole).from_ms
                              : closing_span(calendar_of(judging, mine), &period).to_ms;
    return to_ms < judging->as_of_ms ? to_ms : judging->as_of_ms;
}

/* Up to when it ought to be: of now the last day that is over, of the past each shift. */
static int64_t entered_due(const struct judging *judging, size_t mine)
{
    const struct calendar *calendar = calendar_of(judging, mine);
    const struct calendar_place place = calendar_place(calendar, judging->as_of_ms);
    if (judging->as_of_ms < judging->selection->now_ms)
        return calendar_shift(calendar, place.day, place.shift).from_ms;
    return calendar_day(calendar, place.day).from_ms;
}

/* --- all mines --- */

static bool late_add(struct complete *out, const char *name, const char *title, int64_t to_ms)
{
    out->late.size = sizeof(struct complete_late);
    struct complete_late *late = list_add(&out->late);
    if (late)
        *late = (struct complete_late){name, *title ? title : name, to_ms};
    return late != NULL;
}

static bool of_county(const struct judging *judging)
{
    return !judging->quantity || strcmp(judging->quantity, "raw_coal") == 0;
}

/* The county says that it does not produce yet, or no more. */
static bool is_no_producer(const struct judging *judging, const char *name)
{
    static const enum mine_state others[] = {MINE_PLANNED, MINE_BUILDING, MINE_CLOSED};
    const struct county_mine *mine = county_mine(judging->selection->county, name);
    bool other = false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        other |= county_state(mine, judging->day, others[i]);
    return other;
}

/* Producing mines of the county that the ledger does not have. */
static bool county_judge(const struct judging *judging, struct complete *out)
{
    const struct selection *selection = judging->selection;
    const struct county *county = selection->county;
    bool good = true;
    for (size_t i = 0; county && of_county(judging) && i < county->mines && good; i++) {
        const struct county_mine *mine = &county->mine[i];
        const int known = roster_mine(selection->roster, mine->name);
        if (mine->simulated != selection->side_simulated || command_given(selection->command, "mine") ||
            !county_state(mine, judging->day, MINE_PRODUCING) || (known >= 0 && selection->roster->mine[known].active))
            continue;
        out->mines++;
        good = late_add(out, mine->name, selection->language == LANGUAGE_ZH ? mine->title_zh : mine->name, 0);
    }
    return good;
}

static bool mine_judge(const struct judging *judging, size_t mine, struct complete *out)
{
    const struct roster_mine *of = &judging->selection->roster->mine[mine];
    int64_t to_ms, due_ms = judging->as_of_ms - LATE_MS;
    const bool metered = meters_known(judging, mine, &to_ms);
    const struct addition *last = metered ? NULL : entered_last(judging, mine);
    if (!metered && !last && !of_county(judging))
        return true; /* it has none of that */
    if (!metered) {
        to_ms = entered_to(judging, mine, last);
        due_ms = entered_due(judging, mine);
    }
    out->mines++;
    if (to_ms < due_ms)
        return late_add(out, of->name, mine_title(of, judging->selection->language), to_ms);
    out->complete++;
    out->complete_to_ms = to_ms < out->complete_to_ms ? to_ms : out->complete_to_ms;
    return true;
}

/* Who is known as far as the complete ones are lacks nothing of what the figure is whole to. */
static void late_settle(struct complete *out)
{
    struct complete_late *late = out->late.at;
    size_t left = 0;
    for (size_t i = 0; i < out->late.count; i++)
        if (out->complete && late[i].to_ms >= out->complete_to_ms)
            out->complete++;
        else
            late[left++] = late[i];
    out->late.count = left;
}

civil_day complete_year(int64_t as_of_ms)
{
    return year_days(year_of(civil_of_instant(as_of_ms - 1))).from;
}

bool complete_judge(const struct selection *selection, struct report *report, const char *quantity, civil_day from,
                    int64_t as_of_ms, struct complete *out)
{
    const struct roster *roster = selection->roster;
    const struct judging judging = {selection, report, quantity, as_of_ms, from, civil_of_instant(as_of_ms - 1)};
    *out = (struct complete){.complete_to_ms = as_of_ms};
    bool good = county_judge(&judging, out);
    for (size_t m = 0; m < roster->mines && good; m++)
        if (roster->mine[m].active && selection_counts(selection, m) && !is_no_producer(&judging, roster->mine[m].name))
            good = mine_judge(&judging, m, out);
    late_settle(out);
    return good;
}

void complete_free(struct complete *complete)
{
    free(complete->late.at);
    complete->late = (struct list){0};
}

/* --- as people and programs read it --- */

void complete_show(const struct complete *complete, const struct selection *selection, struct text *out)
{
    const struct complete_late *late = complete->late.at;
    const enum language language = selection->language;
    char to[INSTANT_TEXT_BYTES];
    instant_format(complete->complete_to_ms, to);
    if (complete->complete)
        text_format(out, say(language, "%zu of %zu mines complete to %s"), complete->complete, complete->mines, to);
    else
        text_format(out, say(language, "%zu of %zu mines complete"), complete->complete, complete->mines);
    for (size_t i = 0; i < complete->late.count; i++) {
        char at[24];
        instant_brief(late[i].to_ms, at);
        text_add(out, i ? say(language, ", ") : say(language, "; late: "));
        text_add(out, late[i].title);
        if (late[i].to_ms)
            text_format(out, " (%.11s)", at);
    }
}

void complete_facts(const struct complete *complete, struct table *table)
{
    const struct complete_late *late = complete->late.at;
    struct text list = {0};
    char text[INSTANT_TEXT_BYTES + 4];
    snprintf(text, sizeof text, "%zu", complete->mines);
    table_fact_json(table, "mines", text);
    snprintf(text, sizeof text, "%zu", complete->complete);
    table_fact_json(table, "mines_complete", text);
    instant_format(complete->complete_to_ms, text);
    table_fact(table, "complete_to", complete->complete ? text : "");
    text_add(&list, "[");
    for (size_t i = 0; i < complete->late.count; i++) {
        text_add(&list, i ? ", " : "");
        text_add_json(&list, late[i].name);
    }
    text_add(&list, "]");
    table_fact_json(table, "late", list.failed ? "null" : list.at);
    text_free(&list);
}
