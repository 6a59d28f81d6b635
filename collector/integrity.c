/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/display.h"
#include "collector/integrity_parts.h"
#include "drivers/span.h"

const char *integrity_kind_name(enum integrity_kind kind)
{
    static const char *const names[INTEGRITY_KINDS] = {"excluded", "discarded", "counted", "unknown", "coefficient",
                                                       "adjusted", "late",      "outage",  "hold",    "configuration",
                                                       "replaced", "break",     "glitch",  "creep",   "altered"};
    return names[kind];
}

bool integrity_percent(int64_t part, int64_t whole, int64_t *hundredths)
{
    if (whole <= 0)
        return false;
    const __int128 twice = (__int128)(part < 0 ? -(__int128)part : part) * 20000 + whole;
    const __int128 rounded = twice / 2 / whole;
    const int64_t held = rounded > INT64_MAX / 2 ? INT64_MAX / 2 : (int64_t)rounded;
    *hundredths = part < 0 ? -held : held;
    return true;
}

int64_t integrity_hours(int64_t span_ms)
{
    return (span_ms + 18000) / 36000;
}

/* --- where items belong --- */

struct calendar_span integrity_all(const struct integrity *integrity)
{
    const struct period days = integrity_days(integrity);
    return (struct calendar_span){civil_instant(days.from, 0) - 2 * DAY_MS, civil_instant(days.to, 0) + 2 * DAY_MS};
}

static bool within(struct calendar_span span, int64_t at_ms)
{
    return at_ms >= span.from_ms && at_ms < span.to_ms;
}

/* Of a month, by the mine's calendar; what is of no mine goes by days from midnight. */
static struct calendar_span span_of(const struct integrity *integrity, int mine, size_t month)
{
    const struct calendar *calendar =
        mine >= 0 ? roster_calendar(integrity->report->roster, (size_t)mine, integrity->quantity) : calendar_civil();
    const struct period days = integrity->month[month];
    return (struct calendar_span){calendar_day(calendar, days.from).from_ms, calendar_day(calendar, days.to - 1).to_ms};
}

static struct integrity_item *item_new(struct integrity *integrity, enum integrity_kind kind, int mine, size_t month)
{
    struct integrity_item *item = list_add(&integrity->items);
    if (!item) {
        db_fail(integrity->report->db, DB_OTHER, "out of memory");
        return NULL;
    }
    *item = (struct integrity_item){.kind = kind, .mine = mine, .meter = -1, .month = month, .count = 1};
    return item;
}

static bool mine_asked(const struct integrity *integrity, int mine)
{
    return mine < 0 || integrity->mine[mine];
}

struct integrity_item *item_at(struct integrity *integrity, enum integrity_kind kind, int mine, int64_t at_ms)
{
    if (!mine_asked(integrity, mine) || !within(integrity_all(integrity), at_ms))
        return NULL;
    for (size_t month = 0; month < integrity->months; month++)
        if (within(span_of(integrity, mine, month), at_ms))
            return item_new(integrity, kind, mine, month);
    return NULL;
}

struct integrity_item *item_on(struct integrity *integrity, enum integrity_kind kind, int mine, civil_day day)
{
    for (size_t month = 0; month < integrity->months && mine_asked(integrity, mine); month++)
        if (day >= integrity->month[month].from && day < integrity->month[month].to)
            return item_new(integrity, kind, mine, month);
    return NULL;
}

void items_over(struct integrity *integrity, enum integrity_kind kind, int mine, struct calendar_span span,
                item_filler *fill, const void *context)
{
    for (size_t month = 0; month < integrity->months && mine_asked(integrity, mine); month++) {
        const struct calendar_span whole = span_of(integrity, mine, month);
        const struct calendar_span part = {span.from_ms > whole.from_ms ? span.from_ms : whole.from_ms,
                                           span.to_ms < whole.to_ms ? span.to_ms : whole.to_ms};
        struct integrity_item *item = part.from_ms < part.to_ms ? item_new(integrity, kind, mine, month) : NULL;
        if (!item)
            continue;
        item->count = span.from_ms >= whole.from_ms;
        item->span_ms = part.to_ms - part.from_ms;
        item->from_ms = span.from_ms;
        item->to_ms = span.to_ms;
        fill(item, part, context);
    }
}

bool meter_counts(const struct integrity *integrity, int meter)
{
    return meter >= 0 && meter_reports(&integrity->report->roster->meter[meter], integrity->quantity);
}

void item_texts(struct integrity_item *item, const char *what, const char *by, const char *text)
{
    text_clean(what, item->what, sizeof item->what);
    text_clean(by, item->by, sizeof item->by);
    text_clean(text, item->text, sizeof item->text);
}

/* --- sums --- */

static bool reports(const struct integrity *integrity, size_t mine)
{
    const struct roster *roster = integrity->report->roster;
    for (size_t i = 0; i < roster->meters; i++)
        if (roster->meter[i].mine == mine && roster->meter[i].active && meter_counts(integrity, (int)i))
            return true;
    return false;
}

static bool before_row(const struct integrity_item *item, const struct integrity_row *row)
{
    return item->month < row->month || (item->month == row->month && item->mine < (int)row->mine);
}

/* Items stand in the order of rows; *next: the first that no row before has taken. */
static void sum_items(const struct integrity *integrity, struct integrity_row *row, size_t *next)
{
    const struct integrity_item *item = integrity->items.at;
    while (*next < integrity->items.count && before_row(&item[*next], row))
        ++*next;
    for (item += *next; *next < integrity->items.count; item++, ++*next) {
        struct integrity_sum *sum = &row->sum[item->kind];
        if (item->mine != (int)row->mine || item->month != row->month)
            break;
        sum->count = amount_add(sum->count, item->count);
        sum->span_ms += item->span_ms;
        sum->unbounded += !item->known;
        if (item->known && item->summed)
            sum->amount = amount_add(sum->amount, item->amount);
    }
}

/* Of the quantity: what changed in the configuration is the mine's, and stands with its coal. */
static bool any_item(const struct integrity *integrity, const struct integrity_row *row)
{
    const bool coal = strcmp(integrity->quantity, "raw_coal") == 0;
    for (size_t kind = 0; kind < INTEGRITY_KINDS; kind++)
        if ((coal || kind != INTEGRITY_CONFIGURATION) && (row->sum[kind].count || row->sum[kind].span_ms))
            return true;
    return false;
}

static bool rows_make(struct integrity *integrity)
{
    size_t next = 0;
    for (size_t month = 0; month < integrity->months; month++) {
        for (size_t mine = 0; mine < integrity->report->roster->mines; mine++) {
            struct integrity_row row = {.mine = mine, .month = month};
            if (!integrity->mine[mine])
                continue;
            report_mine_sum(integrity->report, mine, integrity->quantity, integrity->month[month], &row.figure);
            sum_items(integrity, &row, &next);
            if (!reports(integrity, mine) && !row.figure.any && !row.figure.metered && !row.figure.reported &&
                !any_item(integrity, &row))
                continue;
            struct integrity_row *slot = list_add(&integrity->rows);
            if (!slot)
                return false;
            *slot = row;
        }
    }
    return true;
}

/* --- all of it --- */

static int in_order(const void *left, const void *right)
{
    const struct integrity_item *a = left, *b = right;
    const int64_t keys[][2] = {{(int64_t)a->month, (int64_t)b->month},
                               {a->mine, b->mine},
                               {(int64_t)a->kind, (int64_t)b->kind},
                               {a->from_ms ? a->from_ms : a->at_ms, b->from_ms ? b->from_ms : b->at_ms},
                               {a->journal, b->journal},
                               {a->act, b->act},
                               {a->meter, b->meter}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

/* Months that have not begun have no rows; the first one asked for stands in any case. */
static bool months_make(struct integrity *integrity, struct period days)
{
    const civil_month first = month_of(days.from), last = month_of(days.to - 1);
    integrity->month = calloc((size_t)(last - first + 1), sizeof *integrity->month);
    for (civil_month month = first; integrity->month && month <= last; month++) {
        struct period part = month_days(month);
        if (integrity->months && civil_instant(part.from, 0) > integrity->report->now_ms)
            break;
        part.from = part.from > days.from ? part.from : days.from;
        part.to = part.to < days.to ? part.to : days.to;
        integrity->month[integrity->months++] = part;
    }
    return integrity->month != NULL;
}

bool integrity_read(struct integrity *integrity, struct period days)
{
    integrity->items.size = sizeof(struct integrity_item);
    integrity->rows.size = sizeof(struct integrity_row);
    if (!months_make(integrity, days))
        return false;
    journal_items(integrity);
    outage_items(integrity);
    hold_items(integrity);
    replaced_items(integrity);
    coefficient_items(integrity);
    adjustment_items(integrity);
    late_items(integrity);
    if (integrity->items.count)
        qsort(integrity->items.at, integrity->items.count, integrity->items.size, in_order);
    return rows_make(integrity) && db_fault(integrity->report->db) == DB_OK;
}

void integrity_free(struct integrity *integrity)
{
    free(integrity->month);
    free(integrity->items.at);
    free(integrity->rows.at);
    *integrity = (struct integrity){0};
}
