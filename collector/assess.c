/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/assess.h"

#include <inttypes.h>
#include <stdio.h>

#include "collector/travel.h"

/* A running meter is committed every few seconds; beyond this it is not read. */
enum { LATE_MS = 120000 };

const char *standing_name(enum standing standing)
{
    static const char *const names[STANDING_COUNT] = {
        "not-yet", "before",    "no-data",          "open-work", "late",
        "since",   "estimated", "shifts-estimated", "by-hand",   "measured",
    };
    return names[standing];
}

void instant_brief(int64_t at_ms, char *text)
{
    char whole[INSTANT_TEXT_BYTES];
    instant_format(at_ms, whole);
    snprintf(text, 24, "%s", whole + 5); /* without the year */
}

void assess_begin(struct assessment *assessment, const struct figure *figure, bool begun, bool before)
{
    *assessment = (struct assessment){.standing = STANDING_MEASURED};
    if (!begun)
        assessment->standing = STANDING_NOT_YET;
    else if (before && !figure->any)
        assessment->standing = STANDING_BEFORE;
    else if (!figure->any)
        assessment->standing = STANDING_NO_DATA;
    else if (figure->meters == 0)
        assessment->standing = STANDING_BY_HAND;
}

void assess_point(struct assessment *assessment, size_t number)
{
    for (size_t i = 0; i < assessment->notes; i++)
        if (assessment->note[i] == number)
            return;
    if (number && assessment->notes < ASSESS_NOTES_MAX)
        assessment->note[assessment->notes++] = number;
}

/* Of several meters the latest beginning counts, and the earliest end. */
static void assess_note(struct assessment *assessment, struct page *page, enum standing standing, int64_t at_ms,
                        const struct note *note)
{
    assess_point(assessment, page_note(page, note));
    const bool same = standing == assessment->standing;
    const bool moves = (standing == STANDING_SINCE && at_ms > assessment->at_ms) ||
                       (standing == STANDING_LATE && at_ms < assessment->at_ms);
    if (standing < assessment->standing || (same && moves)) {
        assessment->standing = standing;
        assessment->at_ms = at_ms;
    }
}

/* How notes speak of a meter. */
struct noted {
    char name[METER_TEXT_BYTES], site[SITE_TEXT_BYTES];
    bool retired; /* its ledger is: nobody can act on it any more */
    const char *unit;
};

static void note_since(struct assessment *assessment, struct page *page, const struct noted *meter, size_t index,
                       struct report_first first)
{
    struct note note = {.kind = NOTE_SINCE, .meter = index};
    char at[24], amount[AMOUNT_TEXT_MAX];
    instant_brief(first.at_ms, at);
    amount_exact(first.amount, amount);
    snprintf(note.text, sizeof note.text, say(page->language, "%s since %s, first reading %s %s"), meter->name, at,
             amount, meter->unit);
    assess_note(assessment, page, STANDING_SINCE, first.at_ms, &note);
}

static void note_gap(struct assessment *assessment, struct page *page, const struct noted *meter,
                     const struct report_gap *gap, bool part)
{
    struct note note = {.kind = NOTE_GAP, .meter = gap->meter, .key = gap->from_ms};
    char from[24], to[24], amount[AMOUNT_TEXT_MAX];
    instant_brief(gap->from_ms, from);
    instant_brief(gap->to_ms, to);
    amount_exact(gap->amount, amount);
    snprintf(note.text, sizeof note.text,
             say(page->language, "%s not read %s to %s: %s %s by two readings, divided by time"), meter->name, from, to,
             amount, meter->unit);
    assess_note(assessment, page, part ? STANDING_PARTS : STANDING_ESTIMATED, gap->from_ms, &note);
}

static void note_split(struct assessment *assessment, struct page *page, const struct noted *meter,
                       const struct report_split *split, bool part)
{
    struct note note = {.kind = NOTE_SPLIT, .meter = split->meter, .key = split->whole.from_ms};
    char from[24], to[24], amount[AMOUNT_TEXT_MAX];
    instant_brief(split->whole.from_ms, from);
    instant_brief(split->whole.to_ms, to);
    amount_exact(split->whole_amount, amount);
    snprintf(note.text, sizeof note.text,
             say(page->language, "%s %s to %s: %s %s, cut by a calendar corrected afterwards, divided by time"),
             meter->name, from, to, amount, meter->unit);
    assess_note(assessment, page, part ? STANDING_PARTS : STANDING_ESTIMATED, split->whole.from_ms, &note);
}

static void note_work(struct assessment *assessment, struct page *page, const struct noted *meter,
                      const struct report_work *work)
{
    struct note note = {.kind = NOTE_WORK, .meter = work->meter, .key = work->id};
    char at[24], low[AMOUNT_TEXT_MAX], high[AMOUNT_TEXT_MAX], bound[128] = "";
    instant_brief(work->at_ms, at);
    amount_exact(work->low, low);
    amount_exact(work->high, high);
    if (work->bounded)
        snprintf(bound, sizeof bound, say(page->language, ", truly %s to %s %s"), low, high, meter->unit);
    else
        snprintf(bound, sizeof bound, "%s", say(page->language, ", bound not known"));
    const char *kind = kind_title(work->kind, page->language);
    if (meter->retired)
        snprintf(note.text, sizeof note.text,
                 say(page->language, "%s %s at %s%s: was never decided, and its ledger is %s"), meter->name, kind, at,
                 bound, meter->site);
    else
        snprintf(note.text, sizeof note.text,
                 *meter->site
                     ? say(page->language, "%s %s at %s%s: to be decided by coaltally resolve %" PRId64 " at %s")
                     : say(page->language, "%s %s at %s%s: to be decided by coaltally resolve %" PRId64),
                 meter->name, kind, at, bound, travel_local(work->id), meter->site);
    assess_note(assessment, page, meter->retired ? STANDING_ESTIMATED : STANDING_OPEN_WORK, work->at_ms, &note);
}

static void note_late(struct assessment *assessment, struct page *page, const struct noted *meter, size_t index,
                      int64_t last_ms)
{
    struct note note = {.kind = NOTE_LATE, .meter = index};
    char at[24];
    instant_brief(last_ms, at);
    snprintf(note.text, sizeof note.text, say(page->language, "%s not read since %s"), meter->name, at);
    assess_note(assessment, page, STANDING_LATE, last_ms, &note);
}

void assess_meter(struct assessment *assessment, struct page *page, struct report *report, size_t meter,
                  struct calendar_span span, bool part)
{
    const struct roster_meter *what = &report->roster->meter[meter];
    const struct report_first first = report_first(report, meter);
    struct noted noted = {.unit = what->unit};
    if (assessment->standing <= STANDING_BEFORE)
        return;
    roster_meter_name(report->roster, meter, noted.name);
    roster_site_name(report->roster, what->number, noted.site);
    noted.retired = roster_retired(report->roster, what->number);
    if (!part && first.at_ms > span.from_ms && first.at_ms < span.to_ms)
        note_since(assessment, page, &noted, meter, first);
    for (size_t i = 0; i < report->gaps; i++)
        if (report->gap[i].meter == meter && gap_cut(&report->gap[i], span))
            note_gap(assessment, page, &noted, &report->gap[i], part);
    for (size_t i = 0; i < report->splits; i++)
        if (report->split[i].meter == meter && split_cut(&report->split[i], span))
            note_split(assessment, page, &noted, &report->split[i], part);
    for (size_t i = 0; i < report->works && !part; i++)
        if (report->work[i].meter == meter && work_touches(&report->work[i], span))
            note_work(assessment, page, &noted, &report->work[i]);
    if (part || !what->active || report->now_ms < span.from_ms || report->now_ms >= span.to_ms)
        return;
    const int64_t last_ms = report_last_ms(report, meter);
    if (last_ms && report->now_ms - last_ms > LATE_MS)
        note_late(assessment, page, &noted, meter, last_ms);
}

void assess_show(const struct assessment *assessment, civil_day day, enum language language, char *text)
{
    static const char *const words[STANDING_COUNT] = {
        N_("not yet"),   N_OF("standing", "before"), N_("no data"), N_("OPEN WORK"), N_("until"), N_("since"),
        N_("estimated"), N_("shifts est."),          N_("by hand"), N_("measured"),
    };
    char at[24] = "";
    if (assessment->standing == STANDING_LATE || assessment->standing == STANDING_SINCE) {
        char brief[24];
        instant_brief(assessment->at_ms, brief);
        const bool same_day = civil_of_instant(assessment->at_ms) == day;
        snprintf(at, sizeof at, " %.*s", same_day ? 5 : 11, brief + (same_day ? 6 : 0)); /* to the minute */
    }
    int length = snprintf(text, 128, "%s%s", say(language, words[assessment->standing]), at);
    for (size_t i = 0; i < assessment->notes && length < 110; i++)
        length += snprintf(text + length, (size_t)(128 - length), "%s*%zu", i ? "" : " ", assessment->note[i]);
}

enum table_mark assess_mark(const struct assessment *assessment)
{
    switch (assessment->standing) {
    case STANDING_NO_DATA:
    case STANDING_OPEN_WORK:
    case STANDING_LATE:
        return MARK_RED;
    case STANDING_SINCE:
    case STANDING_ESTIMATED:
    case STANDING_PARTS:
        return MARK_AMBER;
    default:
        return MARK_NONE;
    }
}
