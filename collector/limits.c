/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/limits.h"

#include <stdio.h>
#include <string.h>

typedef __int128 wide;

enum { READING_BYTES = DECIMAL_TEXT_MAX + UNIT_MAX_BYTES };

static int wide_compare(wide a, wide b)
{
    return (a > b) - (a < b);
}

/* Both stay below 10^(19 + 19 + 12), so they are divided in two steps: whole parts first, then what is left. */
int limit_compare(int64_t count, struct decimal quantum, struct decimal bound)
{
    const wide value = (wide)count * quantum.digits; /* / 10^quantum.places */
    const wide one = decimal_power(quantum.places), bound_one = decimal_power(bound.places);
    wide whole = value / one, rest = value % one;
    wide bound_whole = bound.digits / bound_one, bound_rest = bound.digits % bound_one;
    const int order = wide_compare(whole, bound_whole);
    return order ? order : wide_compare(rest * bound_one, bound_rest * one);
}

/* "1.25 %" */
static void decimal_write(struct decimal value, const char *unit, char text[static READING_BYTES])
{
    char number[DECIMAL_TEXT_MAX];
    decimal_format(value, number);
    snprintf(text, READING_BYTES, "%s%s%s", number, *unit ? " " : "", unit);
}

/* One bound of a limit. `reason`: "above" or "below". */
static void bound_tell(const struct config *config, struct alarms *alarms, const struct config_limit *limit,
                       const char *reason, const struct scan *scan)
{
    const struct config_device *device = &config->device[limit->device];
    const struct point *point = &device->profile->point[limit->point];
    const bool above = strcmp(reason, "above") == 0;
    const struct decimal bound = above ? limit->above : limit->below, quantum = point->format.quantum;
    const int64_t count = scan->readings[limit->point].count;
    struct decimal value = {.places = quantum.places};
    char subject[ID_BYTES + NAME_MAX_BYTES], text[READING_BYTES] = "", limit_text[READING_BYTES];
    snprintf(subject, sizeof subject, "%s.%s", device->name, point->name);
    subject[ID_BYTES - 1] = '\0';
    if (limit_compare(count, quantum, bound) * (above ? 1 : -1) <= 0) {
        alarm_clear(alarms, (int)device->mine, subject, reason, scan->wall_ms);
        return;
    }
    if (!__builtin_mul_overflow(count, quantum.digits, &value.digits))
        decimal_write(value, point->unit, text);
    decimal_write(bound, point->unit, limit_text);
    const struct alarm_notice notice = {.mine = (int)device->mine,
                                        .subject = subject,
                                        .reason = reason,
                                        .level = (enum journal_level)limit->level,
                                        .argument = {{"point", point->name}},
                                        .value = text,
                                        .limit = limit_text,
                                        .after_ms = limit->after_ms};
    alarm_raise(alarms, &notice, scan->wall_ms);
}

void limits_take(const struct config *config, struct alarms *alarms, size_t device, const struct scan *scan)
{
    for (size_t i = 0; i < config->limits; i++) {
        const struct config_limit *limit = &config->limit[i];
        if (limit->device != device || scan->readings[limit->point].quality != QUALITY_GOOD)
            continue;
        if (limit->has_above)
            bound_tell(config, alarms, limit, "above", scan);
        if (limit->has_below)
            bound_tell(config, alarms, limit, "below", scan);
    }
}
