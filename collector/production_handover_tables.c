/* SPDX-License-Identifier: Apache-2.0 */
/* The tables on the page of what a shift hands over. */
#include <inttypes.h>
#include <stdio.h>

#include "collector/production_handover.h"

#include "collector/display.h"
#include "collector/travel.h"
#include "drivers/span.h"

enum { IDS_SHOWN = 3 };

static const struct amount_style metres = {3, 1}, tonnes = {3, 0};

/* --- cells --- */

/* "7:42:10" */
static void length_cell(struct table *table, int64_t ms)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64 ":%02d:%02d", ms / HOUR_MS, (int)(ms / MINUTE_MS % 60),
             (int)(ms / SECOND_MS % 60));
    table_text(table, text);
}

/* "10:12:30": the day stands above. */
static void time_cell(struct table *table, int64_t at_ms)
{
    char text[INSTANT_TEXT_BYTES];
    instant_format(at_ms, text);
    table_text(table, text + 11);
}

static void entry_cell(const struct production *production, struct table *table, const struct handover_entry *entry,
                       struct amount_style style)
{
    char amount[AMOUNT_TEXT_MAX], text[AMOUNT_TEXT_MAX + 32];
    amount_show(entry->amount, style, amount);
    snprintf(text, sizeof text, entry->of_day ? say(production->page.language, "%s (the day)") : "%s", amount);
    if (entry->known)
        table_text(table, text);
    else
        table_none(table);
}

/* "121, 118 ..." */
static void ids_add(struct text *text, size_t *count, int64_t id)
{
    if (*count < IDS_SHOWN)
        text_format(text, "%s%" PRId64, *count ? ", " : "", id);
    else if (*count == IDS_SHOWN)
        text_add(text, " ...");
    ++*count;
}

static void count_cell(struct table *table, size_t count)
{
    table_integer(table, (int64_t)count);
    if (count)
        table_mark(table, MARK_AMBER);
}

/* What there is to do: "alarms 121; resolve 90, 91": the verbs that go on from there. */
static void todo_cell(const struct production *production, struct table *table, const struct handover *handover,
                      const struct handover_mine *mine)
{
    const struct roster *roster = production->selection.roster;
    const struct report *report = production->report;
    const struct alarm_row *row = handover->alarms.at;
    struct text text = {0};
    char site[SITE_TEXT_BYTES];
    size_t alarms = 0, works = 0;
    roster_site_name(roster, roster->mine[mine->mine].number, site);
    if (*site && (mine->alarms || mine->works)) /* where that is to be done */
        text_format(&text, "%s: ", site);
    text_add(&text, mine->alarms ? "alarms " : "");
    for (size_t i = 0; i < handover->alarms.count; i++)
        if (handover_alarm(mine, roster, &row[i]))
            ids_add(&text, &alarms, row[i].id);
    text_add(&text, mine->alarms && mine->works ? "; " : "");
    text_add(&text, mine->works ? "resolve " : "");
    for (size_t i = 0; i < report->works; i++)
        if (handover_work(mine, roster, &report->work[i]))
            ids_add(&text, &works, travel_local(report->work[i].id));
    table_text(table, text.at ? text.at : "");
    text_free(&text);
}

/* --- its tables --- */

bool handover_shifts_differ(const struct handover *handover)
{
    for (size_t i = 1; i < handover->mines; i++)
        if (handover->mine[i].span.from_ms != handover->mine[0].span.from_ms ||
            handover->mine[i].span.to_ms != handover->mine[0].span.to_ms)
            return true;
    return false;
}

static bool mine_shown(const struct handover_mine *mine)
{
    return mine->belts || mine->advance.known || mine->heading_coal.known || mine->alarms || mine->works;
}

static void mine_row(const struct production *production, struct table *table, const struct handover *handover,
                     const struct handover_mine *mine)
{
    char shift[32] = "";
    if (handover_shifts_differ(handover))
        hours_show(mine->span, shift, sizeof shift);
    table_row(table);
    mine_cell(production, table, mine->mine);
    table_text(table, shift);
    if (mine->has_rate)
        table_amount(table, mine->per_hour, tonnes);
    else if (mine->runs && mine->belts)
        table_none(table);
    else
        table_text(table, "");
    entry_cell(production, table, &mine->advance, metres);
    entry_cell(production, table, &mine->heading_coal, tonnes);
    count_cell(table, mine->alarms);
    count_cell(table, mine->works);
    todo_cell(production, table, handover, mine);
}

struct table *handover_mines(const struct production *production, const struct handover *handover)
{
    static const struct page_column columns[] = {
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},
        {"shift", N_("shift"), COLUMN_TEXT, COLUMN_BOTH},
        {"per_hour", N_("t/h now"), COLUMN_NUMBER, COLUMN_BOTH},
        {"heading_advance", N_("advance, m"), COLUMN_NUMBER, COLUMN_BOTH},
        {"heading_coal", N_("heading coal, t"), COLUMN_NUMBER, COLUMN_BOTH},
        {"alarms", N_("open alarms"), COLUMN_NUMBER, COLUMN_BOTH},
        {"open_work", N_("OPEN WORK"), COLUMN_NUMBER, COLUMN_BOTH},
        {"which", N_("see"), COLUMN_TEXT, COLUMN_BOTH},
    };
    struct table *table = table_new();
    if (!table)
        return NULL;
    page_columns(table, columns, sizeof columns / sizeof *columns, production->page.language);
    for (size_t i = 0; i < handover->mines; i++)
        if (mine_shown(&handover->mine[i]))
            mine_row(production, table, handover, &handover->mine[i]);
    for (size_t i = 0; i < handover->mines; i++)
        if (handover->mine[i].alarms || handover->mine[i].works)
            table_fold(table, PAGE_COLUMNS); /* the last column is a text */
    return table;
}

static const char *belt_source_title(enum belt_source source, enum language language)
{
    static const char *const titles[BELT_SOURCES] = {
        [BELT_RUNNING] = N_("running state"), [BELT_RATE] = N_("rate"), [BELT_COUNT] = N_("total, whole minutes")};
    return say(language, titles[source]);
}

static void belt_row(const struct production *production, struct table *table, const struct handover_mine *mine,
                     const struct belt_series *series)
{
    const struct calendar_span seen = handover_seen(mine, &series->belt);
    table_row(table);
    mine_cell(production, table, mine->mine);
    table_text(table, series->meter);
    for (int state = 0; state < BELT_STATES; state++)
        if (series->told || state == BELT_UNREAD)
            length_cell(table, belt_time(&series->belt, (enum belt_state)state, seen));
        else
            table_none(table);
    table_text(table, series->told ? belt_source_title(series->source, production->page.language)
                                   : say(production->page.language, "no minutes kept"));
    time_cell(table, seen.to_ms);
}

struct table *handover_belts(const struct production *production, const struct handover *handover)
{
    static const struct page_column columns[] = {
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},         {"belt", N_("belt"), COLUMN_TEXT, COLUMN_BOTH},
        {"ran", N_("ran h:min:s"), COLUMN_NUMBER, COLUMN_BOTH}, {"stood", N_("stood"), COLUMN_NUMBER, COLUMN_BOTH},
        {"unread", N_("not read"), COLUMN_NUMBER, COLUMN_BOTH}, {"told_by", N_("told by"), COLUMN_TEXT, COLUMN_BOTH},
        {"to", N_("up to"), COLUMN_TEXT, COLUMN_BOTH},
    };
    struct table *table = table_new();
    if (!table)
        return NULL;
    page_columns(table, columns, sizeof columns / sizeof *columns, production->page.language);
    for (size_t i = 0; i < handover->mines; i++)
        for (size_t b = 0; b < handover->mine[i].belts; b++)
            belt_row(production, table, &handover->mine[i], &handover->belt[handover->mine[i].first_belt + b]);
    return table;
}

void stop_what(const struct handover_stop *stop, enum language language, struct text *out)
{
    if (stop->state == BELT_UNREAD)
        text_add(out, say(language, "NOT READ: nobody knows whether it ran"));
    else if (stop->reason && stop->planned_ms >= stop->span.to_ms - stop->span.from_ms)
        text_format(out, say(language, "planned: %s"), stop->reason);
    else if (stop->reason)
        text_format(out, say(language, "%lld min of it planned: %s"), (long long)(stop->planned_ms / MINUTE_MS),
                    stop->reason);
    else
        text_add(out, say(language, "stood"));
    if (stop->state == BELT_UNREAD)
        return;
    if (stop->before)
        text_add(out, say(language, "; began before the shift"));
    if (stop->after)
        text_add(out, say(language, "; went on after it"));
    else if (stop->stands)
        text_add(out, say(language, "; stands still"));
}

static void stop_row(const struct production *production, struct table *table, const struct handover_mine *mine,
                     const struct belt_series *series, const struct handover_stop *stop)
{
    struct text what = {0};
    stop_what(stop, production->page.language, &what);
    table_row(table);
    mine_cell(production, table, mine->mine);
    table_text(table, series->meter);
    time_cell(table, stop->span.from_ms);
    time_cell(table, stop->span.to_ms);
    table_amount(table, (stop->span.to_ms - stop->span.from_ms) * 1000 / MINUTE_MS, metres);
    table_text(table, what.at ? what.at : "");
    if (stop->state == BELT_UNREAD)
        table_mark(table, MARK_AMBER);
    text_free(&what);
}

struct table *handover_stops(const struct production *production, const struct handover *handover)
{
    static const struct page_column columns[] = {
        {"mine", N_("mine"), COLUMN_TEXT, COLUMN_BOTH},     {"belt", N_("belt"), COLUMN_TEXT, COLUMN_BOTH},
        {"from", N_("from"), COLUMN_TEXT, COLUMN_BOTH},     {"to", N_("to"), COLUMN_TEXT, COLUMN_BOTH},
        {"minutes", N_("min"), COLUMN_NUMBER, COLUMN_BOTH}, {"what", N_("why"), COLUMN_TEXT, COLUMN_BOTH},
    };
    struct table *table = table_new();
    if (!table)
        return NULL;
    page_columns(table, columns, sizeof columns / sizeof *columns, production->page.language);
    table_fold(table, PAGE_COLUMNS);
    for (size_t i = 0; i < handover->mines; i++)
        for (size_t b = 0; b < handover->mine[i].belts; b++) {
            const struct belt_series *series = &handover->belt[handover->mine[i].first_belt + b];
            struct handover_stop stop;
            for (size_t at = 0; handover_stop_next(handover, &handover->mine[i], series, &at, &stop);)
                stop_row(production, table, &handover->mine[i], series, &stop);
        }
    return table;
}
