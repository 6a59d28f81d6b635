/* SPDX-License-Identifier: Apache-2.0 */
/* What `status` says of the ledger's way to the county: how far the county has confirmed it, and why not further. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "collector/status_parts.h"
#include "collector/travel.h"
#include "drivers/span.h"

enum { ANSWERS_MS = 11 * MINUTE_MS /* one that is well answers every ten minutes */, ID_SHOWN = 8 };

/* What the county has of the ledger, as programs read it; the graver first. */
static const char *const states[] = {
    [COUNTY_NONE] = "none",           [COUNTY_REFUSED] = "refused", [COUNTY_SILENT] = "silent",
    [COUNTY_WAITING] = "waiting",     [COUNTY_STAGED] = "staged",   [COUNTY_BEHIND] = "behind",
    [COUNTY_CONFIRMED] = "confirmed",
};

int64_t county_rows_behind(struct db *db, int64_t rev)
{
#define ABOVE(table) " + (SELECT count(*) FROM " #table " WHERE rev > ?1 AND rev < " TRAVEL_FOREIGN ")"
    return db_value(db, "SELECT 0" TRAVEL_TABLES(ABOVE), 1, &rev);
#undef ABOVE
}

/* One with nothing behind and still staged is whole: then a person must say that it counts. */
static enum county_state state_of(const struct status_view *view)
{
    const struct publisher_report *report = &view->health.publisher;
    if (!*view->health.goes_to)
        return COUNTY_NONE;
    if (report->view.refused != REPLICA_FITS)
        return COUNTY_REFUSED;
    if (!report->view.connected || !report->answered_ms || view->now_ms - report->answered_ms > ANSWERS_MS)
        return COUNTY_SILENT;
    if (report->view.standing == REPLICA_WAITING)
        return COUNTY_WAITING;
    if (report->view.staged)
        return COUNTY_STAGED;
    return view->behind ? COUNTY_BEHIND : COUNTY_CONFIRMED;
}

void county_facts(const struct status_view *view, struct table *table)
{
    const struct publisher_report *report = &view->health.publisher;
    char number[24];
    table_fact(table, "county_state", states[state_of(view)]);
    if (!*view->health.goes_to)
        return;
    table_fact(table, "ledger", view->ledger);
    table_fact(table, "incarnation", view->incarnation);
    snprintf(number, sizeof number, "%" PRId64, view->behind);
    table_fact_json(table, "county_rows_behind", number);
    snprintf(number, sizeof number, "%" PRId64, report->answered_ms);
    table_fact_json(table, "county_answered_ms", number);
    table_fact(table, "county_refused", replica_reason_name(report->view.refused));
}

/* "08:12:03", with its date when that is not of these 24 hours. */
static void answered_show(const struct status_view *view, char text[static INSTANT_TEXT_BYTES])
{
    const int64_t at_ms = view->health.publisher.answered_ms;
    const size_t date = strlen("2026-10-14 ");
    instant_format(at_ms, text);
    if (view->now_ms - at_ms < DAY_MS && strlen(text) > date)
        memmove(text, text + date, strlen(text + date) + 1);
}

/* Of how much the county has nothing yet, and when it last said so. */
static void behind_add(struct status_view *view)
{
    const enum language language = view->page.language;
    struct text *out = &view->page.out;
    char answered[INSTANT_TEXT_BYTES];
    answered_show(view, answered);
    if (view->behind)
        text_format(out, say(language, "%" PRId64 " rows behind"), view->behind);
    else if (state_of(view) == COUNTY_WAITING || state_of(view) == COUNTY_STAGED)
        text_add(out, say(language, "all of it received"));
    else
        text_add(out, say(language, "confirmed"));
    if (view->health.publisher.answered_ms)
        text_format(out, say(language, ", last answered %s"), answered);
    else
        text_add(out, say(language, ", not answered since coaltallyd started"));
    text_add(out, "\n");
}

/* A line below, with what is to be known besides. */
static void line_add(struct status_view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void line_add(struct status_view *view, const char *format, ...)
{
    char line[512] = "  ";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + 2, sizeof line - 2, format, arguments);
    va_end(arguments);
    page_line(&view->page, line);
}

/* By this people tell one of two copies from the other: the county's `site` shows the same of each. */
static void stand_add(struct status_view *view)
{
    char opened[INSTANT_TEXT_BYTES];
    instant_format(view->opened_ms, opened);
    line_add(view, say(view->page.language, "here: ledger %.*s, incarnation %.*s, started %s"), ID_SHOWN, view->ledger,
             ID_SHOWN, view->incarnation, opened);
}

static void refusal_add(struct status_view *view)
{
    struct text why = {0};
    publisher_refusal_say(&view->health.publisher, &why);
    line_add(view, say(view->page.language, "REFUSED: %s"), why.at ? why.at : "");
    text_free(&why);
}

static void state_add(struct status_view *view)
{
    const enum language language = view->page.language;
    const struct publisher_report *report = &view->health.publisher;
    const enum county_state state = state_of(view);
    if (state == COUNTY_REFUSED)
        refusal_add(view);
    else if (state == COUNTY_SILENT && *report->strange)
        line_add(view, say(language, "what came in place of its answer cannot be read: %s"), report->strange);
    else if (state == COUNTY_WAITING)
        line_add(view,
                 say(language, "received, not counted: another database than before; the county has to say: "
                               "coaltally site accept %s"),
                 view->health.site);
    else if (state == COUNTY_STAGED && view->behind)
        line_add(view, "%s", say(language, "staged: a restored ledger, counted once the county has all of it"));
    else if (state == COUNTY_STAGED)
        line_add(view,
                 say(language, "staged: a restored ledger, waits for the county's accept: coaltally site accept %s"),
                 view->health.site);
    if (*report->error)
        line_add(view, say(language, "NOT READ: %s"), report->error);
}

void county_add(struct status_view *view)
{
    const enum language language = view->page.language;
    if (!*view->health.goes_to) {
        if (view->health.mqtt_present && !view->gathers)
            text_add(&view->page.out, say(language, "county none   the ledger stays here (mqtt: county:)\n"));
        return;
    }
    text_format(&view->page.out,
                state_of(view) == COUNTY_SILENT ? say(language, "county %s   DOES NOT ANSWER, ")
                                                : say(language, "county %s   "),
                view->health.goes_to);
    behind_add(view);
    stand_add(view);
    state_add(view);
}
