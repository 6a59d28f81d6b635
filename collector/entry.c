/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/entry.h"

#include <stdio.h>
#include <string.h>

/* What reading one goes with. */
struct entry_reading {
    const struct act *act;
    struct entry *entry;
    enum language language;
    char *text;
    size_t size;
};

static const char *entry_say(const struct entry_reading *reading, const char *text)
{
    return say(reading->language, text);
}

/* NULL, after saying so, where it is missing. */
static const char *needed(const struct entry_reading *reading, const char *name)
{
    const char *value = act_value(reading->act, name);
    if (value && *value)
        return value;
    snprintf(reading->text, reading->size, entry_say(reading, "--%s is missing"), name);
    return NULL;
}

static bool copy(const struct entry_reading *reading, const char *name, const char *value, char *out, size_t size)
{
    if (strlen(value) >= size || strpbrk(value, "\n\r\t")) {
        snprintf(reading->text, reading->size, entry_say(reading, "--%s: expected one line of fewer than %zu bytes"),
                 name, size);
        return false;
    }
    strcpy(out, value);
    return true;
}

static bool read_item(const struct entry_reading *reading)
{
    const char *name = needed(reading, "item");
    char names[256];
    if (!name || item_find(name, &reading->entry->item))
        return name != NULL;
    item_names(names, sizeof names);
    snprintf(reading->text, reading->size,
             entry_say(reading, "--item %.60s: expected a quantity like raw_coal, or one of %s"), name, names);
    return false;
}

static bool read_subject(const struct entry_reading *reading)
{
    struct entry *entry = reading->entry;
    const struct item *item = &entry->item;
    const char *name = act_value(reading->act, "name");
    entry->unit = item->unit;
    if (item->subject == SUBJECT_NONE && name) {
        snprintf(reading->text, reading->size, entry_say(reading, "--name is not for %s"), item->name);
        return false;
    }
    if (item->subject == SUBJECT_NONE)
        return true;
    if (item->subject == SUBJECT_QUANTITY && !name)
        name = "raw_coal";
    if (!name)
        name = needed(reading, "name");
    if (!name || !copy(reading, "name", name, entry->subject, sizeof entry->subject))
        return false;
    const struct quantity *quantity = item->subject == SUBJECT_QUANTITY ? quantity_find(name) : NULL;
    if (quantity)
        entry->unit = quantity->unit;
    if (item->subject == SUBJECT_QUANTITY && !quantity)
        snprintf(reading->text, reading->size, entry_say(reading, "--name %.60s: expected a quantity like raw_coal"),
                 name);
    return item->subject == SUBJECT_NAME || quantity;
}

static bool read_clock(const struct entry_reading *reading, const char *from, const char *to)
{
    struct entry *entry = reading->entry;
    if (!(entry->item.kinds & ITEM_CLOCK)) {
        snprintf(reading->text, reading->size, entry_say(reading, "%s takes --period"), entry->item.name);
        return false;
    }
    if (!from || !to || !period_parse_instant(from, 0, &entry->from_ms) ||
        !period_parse_instant(to, 0, &entry->to_ms) || entry->from_ms >= entry->to_ms) {
        snprintf(
            reading->text, reading->size, "%s",
            entry_say(reading, "--from and --to: expected two instants like \"2026-10-13 08:00\", the earlier first"));
        return false;
    }
    entry->period.shift = -1;
    entry->period.days.from = civil_of_instant(entry->from_ms);
    entry->period.days.to = civil_of_instant(entry->to_ms - 1) + 1;
    return true;
}

static bool read_period(const struct entry_reading *reading)
{
    struct entry *entry = reading->entry;
    const char *period = act_value(reading->act, "period"), *from = act_value(reading->act, "from");
    const char *to = act_value(reading->act, "to");
    if (!period && (from || to))
        return read_clock(reading, from, to);
    if (!needed(reading, "period"))
        return false;
    if (from || to || !period_parse(period, 0, &entry->period)) {
        snprintf(reading->text, reading->size, entry_say(reading, "--period %.60s: expected %s"), period,
                 entry_say(reading, PERIOD_FORMS));
        return false;
    }
    if (entry->item.kinds & ITEM_KIND(entry->period.kind))
        return true;
    snprintf(reading->text, reading->size, entry_say(reading, "--period %.60s: %s is entered for a day"), period,
             entry->item.name);
    return false;
}

static bool read_value(const struct entry_reading *reading)
{
    struct entry *entry = reading->entry;
    const char *value = needed(reading, "value");
    char why[200];
    if (!value)
        return false;
    if (entry->item.value == ITEM_WORDS)
        return copy(reading, "value", value, entry->words, sizeof entry->words);
    if (item_amount(value, entry->unit, &entry->value, reading->language, why, sizeof why))
        return true;
    snprintf(reading->text, reading->size, "--value %s", why);
    return false;
}

static bool read_source(const struct entry_reading *reading)
{
    const char *source = needed(reading, "source");
    return source && copy(reading, "source", source, reading->entry->source, sizeof reading->entry->source);
}

bool entry_read(const struct act *act, struct entry *out, enum language language, char *text, size_t size)
{
    const struct entry_reading reading = {act, out, language, text, size};
    *out = (struct entry){0};
    return read_item(&reading) && read_subject(&reading) && read_period(&reading) && read_value(&reading) &&
           read_source(&reading);
}

void entry_period(const struct entry *entry, char *text)
{
    char from[INSTANT_TEXT_BYTES], to[INSTANT_TEXT_BYTES];
    if (entry->period.kind) {
        period_format(&entry->period, text);
        return;
    }
    instant_format(entry->from_ms, from);
    instant_format(entry->to_ms, to);
    snprintf(text, 48, "%.16s .. %.16s", from, to);
}
