/* SPDX-License-Identifier: Apache-2.0 */
/* The devices on the page `status`: a row each, and one of them in detail. */
#include <inttypes.h>
#include <string.h>

#include "collector/status_parts.h"

/* clang-format off */
static const char *const outcome_keys[WIRE_OUTCOMES] = { /* of the others: outcomes_name() */
    [WIRE_OK]         = "ok",
    [WIRE_EXCEPTION]  = "exceptions",
    [WIRE_TIMEOUT]    = "timeouts",
    [WIRE_CONNECT]    = "not_connected",
    [WIRE_GARBAGE]    = "garbage",
    [WIRE_CLOSED]     = "closed",
    [WIRE_DESCRIPTOR] = "descriptors",
    [WIRE_FORBIDDEN]  = "forbidden",
    [WIRE_STOPPED]    = "stopped",
};
/* clang-format on */

struct table *devices_new(const struct status_view *view)
{
    const enum language language = view->page.language;
    struct table *table = table_new();
    if (!table)
        return NULL;
    table_column(table, "device", word(WORD_DEVICE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "on", say_of(language, "device", "on"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "unit", say_of(language, "Modbus", "unit"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "every_ms", say(language, "every"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "last_good_ms", word(WORD_LAST_GOOD, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "bad_24h", say(language, "bad 24h"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "online", "", COLUMN_SWITCH, COLUMN_DATA);
    for (size_t i = 0; i < OUTCOMES; i++)
        table_column(table, i < WIRE_OUTCOMES ? outcome_keys[i] : outcomes_name(i), "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "why", word(WORD_WHY, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "last_bad_ms", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "last_bad", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "received", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "last_outcome", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "missing", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "texts", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "report_by_ms", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "planned_stop", "", COLUMN_SWITCH, COLUMN_DATA);
    return table;
}

static void integer_cell(struct table *table, const char *shown, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    table_cell(table, shown ? shown : text, text);
}

/* Of a scan that was whole, the points without a value; else what was wrong with it, in Chinese at least its kind. */
static void why_text(const struct health_device *device, enum language language, char *text, size_t size)
{
    const bool titled = language != LANGUAGE_EN && *device->error;
    snprintf(text, size, "%s%s%s%s", titled ? outcomes_title(device->diagnosis.last_bad, language) : "",
             titled ? say(language, ": ") : "",
             *device->error || !*device->diagnosis.missing ? "" : say(language, "no value of "),
             *device->error ? device->error : device->diagnosis.missing);
}

/* "no answer ...; next try in 22.0 s; report by 08:31" */
static void why_show(const struct status_view *view, const struct health_device *device, char *why, size_t size)
{
    const enum language language = view->page.language;
    char next[AGE_TEXT_BYTES], by[INSTANT_TEXT_BYTES];
    why_text(device, language, why, size);
    size_t length = strlen(why);
    age_show(device->next_try_ms - view->now_ms, next);
    if (device->next_try_ms > view->now_ms)
        length += (size_t)snprintf(why + length, size - length, say(language, "; next try in %s"), next);
    if (device->planned)
        snprintf(why + length, size - length, "%s", say(language, "; planned stop"));
    instant_format(device->report_by_ms, by);
    if (device->report_by_ms) /* the hour and the minute are enough: it is within a day, or long past */
        snprintf(why + length, size - length, say(language, "; report by %.5s"), by + 11);
}

void device_row(const struct status_view *view, struct table *table, const struct health_device *device)
{
    char every[AGE_TEXT_BYTES], good[AGE_TEXT_BYTES], why[600];
    table_row(table);
    table_text(table, device->name);
    table_text(table, device->mine);
    table_text(table, device->bus);
    integer_cell(table, NULL, device->unit);
    age_show(device->interval_ms, every);
    integer_cell(table, every, device->interval_ms);
    since_show(view, device->last_good_ms, good);
    integer_cell(table, good, device->last_good_ms);
    table_mark(table, device->online ? MARK_NONE : MARK_RED);
    integer_cell(table, NULL, (int64_t)device->bad_24h);
    table_switch(table, device->online);
    for (size_t i = 0; i < OUTCOMES; i++)
        integer_cell(table, NULL, device->diagnosis.outcome[i]);
    why_show(view, device, why, sizeof why);
    table_cell(table, why, device->error);
    table_switch(table, device->simulated);
    integer_cell(table, NULL, device->diagnosis.last_bad_ms);
    table_text(table, device->diagnosis.error);
    table_text(table, device->diagnosis.received);
    table_text(table, device->diagnosis.last_bad_ms ? outcomes_name(device->diagnosis.last_bad) : "");
    table_text(table, device->diagnosis.missing);
    table_text(table, device->diagnosis.texts);
    integer_cell(table, NULL, device->report_by_ms);
    table_switch(table, device->planned);
}

void diagnosis_add(struct status_view *view, const struct health_device *device)
{
    const struct diagnosis *diagnosis = &device->diagnosis;
    const enum language language = view->page.language;
    char since[AGE_TEXT_BYTES], at[INSTANT_TEXT_BYTES];
    since_show(view, device->since_ms, since);
    text_format(&view->page.out,
                device->online ? say(language, "answers since %s") : say(language, "does NOT answer since %s"), since);
    text_add(&view->page.out, say(language, "; scans of the last 24 h:"));
    for (size_t i = 0; i < OUTCOMES; i++)
        if (diagnosis->outcome[i])
            text_format(&view->page.out, "  %s %" PRIu32, outcomes_title(i, language), diagnosis->outcome[i]);
    text_add(&view->page.out, "\n");
    if (*diagnosis->texts)
        text_format(&view->page.out, say(language, "it calls itself: %s\n"), diagnosis->texts);
    if (*diagnosis->missing)
        text_format(&view->page.out, say(language, "no value of %s\n"), diagnosis->missing);
    if (!diagnosis->last_bad_ms)
        return;
    instant_format(diagnosis->last_bad_ms, at);
    text_format(&view->page.out, say(language, "last bad %s: %s%s"), at,
                language == LANGUAGE_EN ? "" : outcomes_title(diagnosis->last_bad, language),
                language == LANGUAGE_EN ? "" : say(language, ": "));
    text_add(&view->page.out, diagnosis->error);
    text_add(&view->page.out, "\n");
    text_format(&view->page.out, say(language, "received: %s\n"),
                *diagnosis->received ? diagnosis->received : say(language, "nothing"));
}
