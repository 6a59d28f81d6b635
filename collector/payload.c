/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/topic.h"

static bool all_simulated(const struct config *config)
{
    for (size_t i = 0; i < config->mines; i++)
        if (!config->mine[i].simulated)
            return false;
    return config->mines > 0;
}

static void member_time(struct text *out, const char *key, int64_t time_ms)
{
    text_key(out, key);
    if (time_ms)
        text_add_int(out, time_ms);
    else
        text_add(out, "null");
}

static void member_milli(struct text *out, const char *key, int64_t thousandths)
{
    text_key(out, key);
    text_add_decimal(out, (struct decimal){thousandths, 3});
}

void payload_status(struct text *out, const struct config *config, bool online, int64_t since_ms)
{
    text_add(out, "{");
    text_member(out, "status", online ? "online" : "offline");
    text_member_bool(out, "simulated", all_simulated(config));
    text_member(out, "version", COALTALLY_VERSION);
    text_member_int(out, "since", since_ms);
    text_add(out, "}");
}

/* The value of a reading with the decimals of its point; false when there is
 * none that int64 digits can hold. */
static bool scan_value(const struct point *point, const struct reading *reading, struct decimal *value)
{
    struct decimal quantum = point->format.quantum;
    value->places = quantum.places;
    return reading->quality == QUALITY_GOOD && !__builtin_mul_overflow(reading->count, quantum.digits, &value->digits);
}

/* A text that was read; NULL of all else. */
static const char *scan_text(const struct scan *scan, size_t point)
{
    return scan->text && scan->readings[point].quality == QUALITY_GOOD ? scan->text[point] : NULL;
}

static void scan_missing(struct text *out, const struct profile *profile, const struct scan *scan)
{
    struct decimal value;
    for (size_t i = 0; i < scan->points; i++) {
        enum quality quality = scan->readings[i].quality;
        if (!scan_text(scan, i) && !scan_value(&profile->point[i], &scan->readings[i], &value))
            text_member(out, profile->point[i].name, quality_name(quality ? quality : QUALITY_RANGE));
    }
}

void payload_scan(struct text *out, const struct config *config, size_t device, const struct scan *scan)
{
    const struct config_device *of = &config->device[device];
    size_t missing = 0;
    text_add(out, "{");
    text_member_int(out, "time", scan->wall_ms);
    text_member_bool(out, "simulated", config->mine[of->mine].simulated);
    text_key(out, "values");
    text_add(out, "{");
    for (size_t i = 0; i < scan->points; i++) {
        const struct point *point = &of->profile->point[i];
        struct decimal value;
        if (scan_text(scan, i)) {
            text_member(out, point->name, scan_text(scan, i));
            continue;
        }
        if (!scan_value(point, &scan->readings[i], &value)) {
            missing++;
            continue;
        }
        text_key(out, point->name);
        text_add_decimal(out, value);
    }
    text_add(out, "}");
    if (missing) {
        text_key(out, "missing");
        text_add(out, "{");
        scan_missing(out, of->profile, scan);
        text_add(out, "}");
    }
    text_add(out, "}");
}

void payload_state(struct text *out, const struct config *config, size_t device, const struct device_state *state)
{
    text_add(out, "{");
    text_member(out, "state", !state->known ? "unknown" : state->online ? "online" : "offline");
    text_member_bool(out, "simulated", config->mine[config->device[device].mine].simulated);
    member_time(out, "since", state->since_ms);
    member_time(out, "last_good", state->last_good_ms);
    text_member(out, "error", state->error);
    member_time(out, "last_bad", state->diagnosis.last_bad_ms);
    text_member(out, "last_error", state->diagnosis.error);
    text_member(out, "last_outcome", state->diagnosis.last_bad_ms ? outcomes_name(state->diagnosis.last_bad) : "");
    text_member(out, "received", state->diagnosis.received);
    text_member(out, "missing", state->diagnosis.missing);
    text_member(out, "texts", state->diagnosis.texts);
    text_key(out, "scans_24h");
    text_add(out, "{");
    for (size_t i = 0; i < OUTCOMES; i++)
        if (state->diagnosis.outcome[i])
            text_member_int(out, outcomes_name(i), state->diagnosis.outcome[i]);
    text_add(out, "}}");
}

static const char *totals_quality(const struct totals_line *line)
{
    if (!line->as_of_ms)
        return "no data";
    return line->meters_good == line->meters ? "measured" : "partial";
}

static void payload_totals_line(struct text *out, const struct totals_line *line)
{
    char date[DATE_TEXT_BYTES];
    civil_format(line->date, date);
    text_key(out, line->quantity->name);
    text_add(out, "{");
    text_member(out, "unit", line->quantity->unit);
    member_milli(out, "per_hour", line->per_hour);
    text_member(out, "date", date);
    text_member(out, "shift_name", line->shift_name);
    member_milli(out, "shift", line->shift);
    member_milli(out, "day", line->day);
    member_milli(out, "month", line->month);
    member_milli(out, "year", line->year);
    text_member(out, "quality", totals_quality(line));
    text_member_int(out, "meters_good", (int64_t)line->meters_good);
    text_member_int(out, "meters", (int64_t)line->meters);
    member_time(out, "as_of", line->as_of_ms);
    text_member(out, "figure", line->reported ? "reported" : "metered");
    text_key(out, "metered");
    text_add(out, "{");
    member_milli(out, "shift", line->metered.shift);
    member_milli(out, "day", line->metered.day);
    member_milli(out, "month", line->metered.month);
    member_milli(out, "year", line->metered.year);
    text_add(out, "}}");
}

void payload_totals(struct text *out, const struct config *config, size_t mine, int64_t wall_ms,
                    const struct totals_line *line, size_t lines)
{
    text_add(out, "{");
    text_member_int(out, "time", wall_ms);
    text_member_bool(out, "simulated", config->mine[mine].simulated);
    text_key(out, "totals");
    text_add(out, "{");
    for (size_t i = 0; i < lines; i++)
        payload_totals_line(out, &line[i]);
    text_add(out, "}}");
}

void payload_alarm(struct text *out, const struct config *config, const struct alarm *alarm)
{
    bool simulated = alarm->mine >= 0 ? config->mine[alarm->mine].simulated : all_simulated(config);
    text_add(out, "{");
    text_member(out, "id", alarm->id);
    text_member_bool(out, "simulated", simulated);
    text_member(out, "level", alarm_level_name(alarm->level));
    text_member(out, "what", alarm->what);
    text_member(out, "value", alarm->value);
    text_member(out, "limit", alarm->limit);
    member_time(out, "raised", alarm->raised_ms);
    member_time(out, "acknowledged", alarm->acknowledged_ms);
    member_time(out, "cleared", alarm->cleared_ms);
    text_add(out, "}");
}
