/* SPDX-License-Identifier: Apache-2.0 */
/* What a shift hands over, for programs. */

#include "collector/production_handover.h"
#include "collector/travel.h"
#include "drivers/span.h"

/* A row; what it has not is left empty. */
struct thing {
    const char *what, *meter, *told_by, *unit, *text;
    int64_t from_ms, to_ms; /* 0: none */
    bool has_amount;
    int64_t amount;     /* thousandths */
    int64_t planned_ms; /* of a stop; else -1 */
    int64_t id;         /* 0: none */
};

static void number_cell(struct table *table, int64_t thousandths, bool known)
{
    char text[AMOUNT_TEXT_MAX];
    amount_plain(thousandths, text);
    if (known)
        table_cell(table, text, text);
    else
        table_none(table);
}

static void text_cell(struct table *table, const char *text)
{
    if (text)
        table_text(table, text);
    else
        table_none(table);
}

static void thing_row(const struct production *production, struct table *table, const struct handover_mine *mine,
                      const struct thing *thing)
{
    const struct roster_mine *of = &production->selection.roster->mine[mine->mine];
    char date[DATE_TEXT_BYTES];
    civil_format(mine->place.day, date);
    table_row(table);
    table_text(table, date);
    table_integer(table, mine->place.shift + 1);
    page_instant_whole(table, mine->span.from_ms);
    page_instant_whole(table, mine->span.to_ms);
    table_text(table, of->name);
    table_text(table, thing->what);
    text_cell(table, thing->meter);
    text_cell(table, thing->told_by);
    page_instant_whole(table, thing->from_ms);
    page_instant_whole(table, thing->to_ms);
    number_cell(table, thing->amount, thing->has_amount);
    text_cell(table, thing->unit);
    number_cell(table, thing->planned_ms * 1000 / MINUTE_MS, thing->planned_ms >= 0);
    if (thing->id)
        table_integer(table, thing->id);
    else
        table_none(table);
    text_cell(table, thing->text);
    table_switch(table, of->simulated);
}

static struct table *things_table(void)
{
    static const struct {
        const char *key;
        enum column_kind kind;
    } columns[] = {
        {"date", COLUMN_DATE},          {"shift", COLUMN_NUMBER},
        {"shift_from", COLUMN_DATE},    {"shift_to", COLUMN_DATE},
        {"mine", COLUMN_TEXT},          {"what", COLUMN_TEXT},
        {"meter", COLUMN_TEXT},         {"told_by", COLUMN_TEXT},
        {"from", COLUMN_DATE},          {"to", COLUMN_DATE},
        {"amount", COLUMN_NUMBER},      {"unit", COLUMN_TEXT},
        {"planned_min", COLUMN_NUMBER}, {"id", COLUMN_NUMBER},
        {"text", COLUMN_TEXT},          {"simulated", COLUMN_SWITCH},
    };
    struct table *table = table_new();
    for (size_t i = 0; table && i < sizeof columns / sizeof *columns; i++)
        table_column(table, columns[i].key, "", columns[i].kind, COLUMN_DATA);
    return table;
}

/* --- of a belt --- */

static void belt_rows(const struct production *production, struct table *table, const struct handover_mine *mine,
                      const struct belt_series *series)
{
    static const char *const names[BELT_STATES] = {
        [BELT_RAN] = "belt_ran", [BELT_STOOD] = "belt_stood", [BELT_UNREAD] = "belt_unread"};
    const struct calendar_span seen = handover_seen(mine, &series->belt);
    for (int state = 0; state < BELT_STATES; state++) {
        const int64_t ms = belt_time(&series->belt, (enum belt_state)state, seen);
        thing_row(production, table, mine,
                  &(struct thing){.what = names[state],
                                  .meter = series->meter,
                                  .told_by = series->told ? belt_source_name(series->source) : NULL,
                                  .from_ms = seen.from_ms,
                                  .to_ms = seen.to_ms,
                                  .has_amount = series->told || state == BELT_UNREAD,
                                  .amount = ms * 1000 / MINUTE_MS,
                                  .unit = "min",
                                  .planned_ms = -1});
    }
}

static void stop_rows(const struct production *production, struct table *table, const struct handover *handover,
                      const struct handover_mine *mine, const struct belt_series *series)
{
    struct handover_stop stop;
    for (size_t at = 0; handover_stop_next(handover, mine, series, &at, &stop);) {
        struct text what = {0};
        stop_what(&stop, LANGUAGE_EN, &what);
        thing_row(production, table, mine,
                  &(struct thing){.what = stop.state == BELT_STOOD ? "stop" : "gap",
                                  .meter = series->meter,
                                  .told_by = series->told ? belt_source_name(series->source) : NULL,
                                  .from_ms = stop.span.from_ms,
                                  .to_ms = stop.span.to_ms,
                                  .has_amount = true,
                                  .amount = (stop.span.to_ms - stop.span.from_ms) * 1000 / MINUTE_MS,
                                  .unit = "min",
                                  .planned_ms = stop.state == BELT_STOOD ? stop.planned_ms : -1,
                                  .text = what.at});
        text_free(&what);
    }
}

/* --- of a mine --- */

static void rate_row(const struct production *production, struct table *table, const struct handover *handover,
                     const struct handover_mine *mine)
{
    if (!mine->runs || !mine->belts)
        return;
    thing_row(production, table, mine,
              &(struct thing){.what = "rate_now",
                              .to_ms = mine->rate_at_ms,
                              .has_amount = mine->has_rate,
                              .amount = mine->per_hour,
                              .unit = "t/h",
                              .planned_ms = -1,
                              .text = handover->rates == RATES_NO_DAEMON ? "coaltallyd does not run on this ledger"
                                      : *handover->why                   ? handover->why
                                                                         : NULL});
}

static void entry_row(const struct production *production, struct table *table, const struct handover_mine *mine,
                      const char *what, const char *unit, const struct handover_entry *entry)
{
    if (entry->known)
        thing_row(production, table, mine,
                  &(struct thing){.what = what,
                                  .has_amount = true,
                                  .amount = entry->amount,
                                  .unit = unit,
                                  .planned_ms = -1,
                                  .text = entry->of_day ? "of the day" : "of the shift"});
}

static void alarm_rows(const struct production *production, struct table *table, const struct handover *handover,
                       const struct handover_mine *mine)
{
    const struct alarm_row *row = handover->alarms.at;
    for (size_t i = 0; i < handover->alarms.count; i++)
        if (handover_alarm(mine, production->selection.roster, &row[i]))
            thing_row(production, table, mine,
                      &(struct thing){.what = "alarm",
                                      .meter = row[i].alarm.subject,
                                      .from_ms = row[i].alarm.raised_ms,
                                      .planned_ms = -1,
                                      .id = row[i].id,
                                      .text = row[i].alarm.what});
}

static void work_rows(const struct production *production, struct table *table, const struct handover_mine *mine)
{
    const struct report *report = production->report;
    const struct roster *roster = production->selection.roster;
    for (size_t i = 0; i < report->works; i++)
        if (handover_work(mine, roster, &report->work[i]))
            thing_row(production, table, mine,
                      &(struct thing){.what = "open_work",
                                      .meter = roster->meter[report->work[i].meter].name,
                                      .from_ms = report->work[i].at_ms,
                                      .has_amount = true,
                                      .amount = report->work[i].amount,
                                      .unit = roster->meter[report->work[i].meter].unit,
                                      .planned_ms = -1,
                                      .id = travel_local(report->work[i].id),
                                      .text = report->work[i].kind});
}

struct table *handover_table(struct production *production, const struct handover *handover)
{
    struct table *table = things_table();
    for (size_t i = 0; table && i < handover->mines; i++) {
        const struct handover_mine *mine = &handover->mine[i];
        rate_row(production, table, handover, mine);
        for (size_t b = 0; b < mine->belts; b++) {
            belt_rows(production, table, mine, &handover->belt[mine->first_belt + b]);
            stop_rows(production, table, handover, mine, &handover->belt[mine->first_belt + b]);
        }
        entry_row(production, table, mine, "heading_advance", "m", &mine->advance);
        entry_row(production, table, mine, "heading_coal", "t", &mine->heading_coal);
        alarm_rows(production, table, handover, mine);
        work_rows(production, table, mine);
    }
    return table;
}
