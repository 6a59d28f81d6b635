/* SPDX-License-Identifier: Apache-2.0 */
/* What the whole configuration says that no single line shows. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/config_parts.h"
#include "drivers/span.h"

/* What it may take to replace a gateway underground. */
static const int64_t short_silence_ms = DAY_MS;

static void warn(const struct config_reader *reader, struct place place, const char *text)
{
    faults_add(reader->faults, FAULT_WARNING, place, "%s", faults_say(reader->faults, text));
}

/* --- buses and devices --- */

/* A serial line has one master, wherever it is reached from. */
static void twins_judge(const struct config_reader *reader, size_t i, const struct config_bus *other)
{
    const struct config_bus *bus = &reader->config->bus[i];
    const struct place place = config_place(reader, "buses", i, link_kind_name(&bus->link));
    if (link_is_serial(&bus->link) || link_is_serial(&other->link))
        faults_add(reader->faults, FAULT_ERROR, place,
                   "bus \"%s\" has this line too (line %d), and a line has one master: expected one bus with all its "
                   "devices",
                   other->name, other->place.line);
    else
        faults_add(reader->faults, FAULT_WARNING, place,
                   "bus \"%s\" has this address too (line %d): one bus would ask one thing after another", other->name,
                   other->place.line);
}

static void buses_judge(const struct config_reader *reader)
{
    const struct config *config = reader->config;
    for (size_t i = 0; i < config->buses; i++)
        for (size_t j = 0; j < i; j++) {
            const struct wire_link *link = &config->bus[i].link;
            const bool known = link->kind == WIRE_RTU ? *link->path : *link->host;
            if (!known || !link_same(link, &config->bus[j].link))
                continue;
            twins_judge(reader, i, &config->bus[j]);
            break;
        }
}

/* Modbus over Serial Line V1.02, 2.2. */
static void broadcasts_judge(const struct config_reader *reader)
{
    const struct config *config = reader->config;
    for (size_t i = 0; i < config->devices; i++) {
        const struct config_device *device = &config->device[i];
        if (device->bus != CONFIG_NONE && link_is_serial(&config->bus[device->bus].link) && device->unit == 0)
            faults_add(reader->faults, FAULT_ERROR, config_place(reader, "devices", i, "unit"),
                       "on a serial line 0 means all units, and none of them answers: expected 1 to 247");
    }
}

static void units_judge(const struct config_reader *reader)
{
    const struct config *config = reader->config;
    for (size_t i = 0; i < config->devices; i++)
        for (size_t j = 0; j < i; j++) {
            const struct config_device *device = &config->device[i], *other = &config->device[j];
            if (device->bus == CONFIG_NONE || device->bus != other->bus || device->unit != other->unit)
                continue;
            faults_add(reader->faults, FAULT_WARNING, config_place(reader, "devices", i, "unit"),
                       "device \"%s\" has unit %d on this bus too (line %d): the same instrument would be asked twice",
                       other->name, other->unit, other->place.line);
            break;
        }
}

/* An alarm sooner than the next reading would come and go with each. */
static void alarms_judge(const struct config_reader *reader)
{
    const struct config *config = reader->config;
    for (size_t i = 0; i < config->devices; i++) {
        const struct config_device *device = &config->device[i];
        if (device->bus != CONFIG_NONE && device->alarm_after_ms <= device->interval_ms)
            faults_add(reader->faults, FAULT_ERROR, config_place(reader, "devices", i, "interval"),
                       "read every %" PRId64 " ms with an alarm after %" PRId64
                       " ms, expected alarm_after: to be longer",
                       device->interval_ms, device->alarm_after_ms);
    }
}

/* --- meters --- */

static const struct point *point_of(const struct config *config, const struct config_meter *meter)
{
    if (meter->device == CONFIG_NONE || !config->device[meter->device].profile || !*meter->definition)
        return NULL;
    return &config->device[meter->device].profile->point[meter->point];
}

/* A count in the point's unit, for messages: "65.535 t". */
static void count_text(const struct point *point, int64_t count, char *text, size_t size)
{
    char number[DECIMAL_TEXT_MAX];
    struct decimal value = point->format.quantum;
    if (__builtin_mul_overflow(value.digits, count, &value.digits))
        value.digits = INT64_MAX;
    decimal_format(value, number);
    snprintf(text, size, "%s %s", number, point->unit);
}

/* The greatest total that the meter shows: its modulus, else that of a year's running. */
static int64_t greatest_count(const struct totaliser_rules *rules)
{
    int64_t year;
    if (rules->modulus > 0)
        return rules->modulus - 1;
    return __builtin_mul_overflow(rules->max_rate, 8766, &year) ? INT64_MAX : year;
}

/* The totaliser can tell a wrap from a fall only while less than half a turn can
 * pass between two readings that lie no gap apart. */
static bool allow_judge(const struct config_reader *reader, size_t i, const struct point *point, int64_t step)
{
    const struct config_meter *meter = &reader->config->meter[i];
    const struct totaliser_rules *rules = &meter->rules;
    const int64_t allow = totaliser_allow(rules, rules->gap_limit_ms, step);
    if (rules->modulus == 0 || allow < rules->modulus / 2)
        return true;
    char moved[80], modulus[80];
    count_text(point, allow, moved, sizeof moved);
    count_text(point, rules->modulus, modulus, sizeof modulus);
    faults_add(reader->faults, FAULT_ERROR, config_place(reader, "meters", i, "max_rate"),
               "within a gap of %" PRId64 " s this rate may move the total by %s, half of its modulus (%s) or more, so "
               "that wraps cannot be told: expected a smaller max_rate or refresh, a shorter gap, or a wider total",
               rules->gap_limit_ms / 1000, moved, modulus);
    return false;
}

static void silence_judge(const struct config_reader *reader, size_t i, int64_t step)
{
    const struct totaliser_rules *rules = &reader->config->meter[i].rules;
    const int64_t survives_ms = totaliser_survives_ms(rules, step);
    if (rules->modulus > 0 && survives_ms < short_silence_ms)
        faults_add(reader->faults, FAULT_WARNING, config_place(reader, "meters", i, "point"),
                   "the longest silence that this meter survives is short: after %" PRId64
                   " min at max_rate the number of its wraps is unknown",
                   survives_ms / 60000);
}

static void step_judge(const struct config_reader *reader, size_t i, const struct point *point, int64_t step)
{
    const struct totaliser_rules *rules = &reader->config->meter[i].rules;
    if (step <= rules->resolution)
        return;
    char steps[80], resolution[80], total[80];
    count_text(point, step, steps, sizeof steps);
    count_text(point, rules->resolution, resolution, sizeof resolution);
    count_text(point, greatest_count(rules), total, sizeof total);
    faults_add(reader->faults, FAULT_WARNING, config_place(reader, "meters", i, "point"),
               "this %s total moves in steps of %s when it stands at %s%s, more than its resolution of %s: an integer "
               "total of the same instrument is better",
               registers_type_name(point->format.type), steps, total,
               rules->modulus > 0 ? "" : faults_say(reader->faults, " (a year at max_rate)"), resolution);
}

static void unconfirmed_judge(const struct config_reader *reader, size_t i, const char *key, const struct point *point)
{
    if (point->unconfirmed)
        faults_add(reader->faults, FAULT_WARNING, config_place(reader, "meters", i, key),
                   "no source confirms where point \"%s\" is, or how to read it: compare it with the instrument before "
                   "it counts",
                   point->name);
}

/* Only the registers know by then what the total is multiplied with, and so where it wraps. */
static void factor_judge(const struct config_reader *reader, size_t i, const struct point *point)
{
    const struct yaml_node *meter = yaml_item(yaml_find(reader->root, "meters"), i);
    char step[80];
    const int64_t modulus = registers_modulus(point->format.type);
    if (!point->factor || modulus == 0 || reader->config->meter[i].rules.modulus > 0 || yaml_find(meter, "modulus"))
        return;
    count_text(point, 1, step, sizeof step);
    faults_add(reader->faults, FAULT_WARNING, config_place(reader, "meters", i, "point"),
               "where this total wraps depends on its scale factor \"%s\", so that a wrap would be taken for a reset: "
               "expected modulus: %" PRId64 " x 10^%s in steps of %s, or none",
               point->factor->name, modulus, point->factor->name, step);
}

static void gap_judge(const struct config_reader *reader, size_t i)
{
    const struct totaliser_rules *rules = &reader->config->meter[i].rules;
    if (rules->interval_ms >= rules->gap_limit_ms)
        faults_add(reader->faults, FAULT_ERROR, config_place(reader, "meters", i, "point"),
                   "read every %" PRId64 " ms, so that each reading would end a gap of more than %" PRId64
                   " ms, expected a shorter interval of its device or a longer gap:",
                   rules->interval_ms, rules->gap_limit_ms);
}

static void meter_judge(const struct config_reader *reader, size_t i)
{
    const struct config_meter *meter = &reader->config->meter[i];
    const struct point *point = point_of(reader->config, meter);
    if (!point || meter->rules.max_rate == 0)
        return;
    const int64_t step_there = point_step(point, greatest_count(&meter->rules));
    const int64_t step = step_there > meter->rules.resolution ? step_there : meter->rules.resolution;
    gap_judge(reader, i);
    if (allow_judge(reader, i, point, step))
        silence_judge(reader, i, step);
    step_judge(reader, i, point, step);
    factor_judge(reader, i, point);
    if (meter->role == ROLE_MAIN && meter->rules.resets)
        warn(reader, config_place(reader, "meters", i, "point"),
             "this total clears itself, as a shift total does: expected the lifetime total of the instrument for role "
             "main");
    unconfirmed_judge(reader, i, "point", point);
    if (meter->running_device >= 0)
        unconfirmed_judge(reader, i, "running",
                          &reader->config->device[meter->running_device].profile->point[meter->running_point]);
}

/* One path of one quantity of one mine. */
static bool same_path(const struct config_meter *one, const struct config_meter *other)
{
    return one->mine != CONFIG_NONE && one->mine == other->mine && one->quantity && one->quantity == other->quantity &&
           strcmp(one->path, other->path) == 0;
}

static void paths_judge(const struct config_reader *reader, size_t i)
{
    const struct config *config = reader->config;
    const struct config_meter *meter = &config->meter[i];
    bool has_main = meter->role == ROLE_MAIN, is_first = true;
    for (size_t j = 0; j < config->meters; j++) {
        if (j == i || !same_path(meter, &config->meter[j]))
            continue;
        has_main |= config->meter[j].role == ROLE_MAIN;
        is_first &= j > i;
        if (j < i && meter->role == ROLE_MAIN && config->meter[j].role == ROLE_MAIN) {
            faults_add(reader->faults, FAULT_WARNING, config_place(reader, "meters", i, "role"),
                       "meter \"%s\" is main for %s on path \"%s\" too (line %d): what passes both is counted twice",
                       config->meter[j].name, meter->quantity->name, meter->path, config->meter[j].place.line);
            return;
        }
    }
    if (!has_main && is_first && meter->quantity)
        faults_add(reader->faults, FAULT_WARNING, config_place(reader, "meters", i, "role"),
                   "path \"%s\" has no main meter for %s: nothing is counted on it", meter->path,
                   meter->quantity->name);
}

/* Two meters of one point would be two names for one total. */
static void points_judge(const struct config_reader *reader, size_t i)
{
    const struct config *config = reader->config;
    const struct config_meter *meter = &config->meter[i];
    for (size_t j = 0; j < i && meter->device != CONFIG_NONE; j++)
        if (config->meter[j].device == meter->device && config->meter[j].point == meter->point &&
            point_of(config, meter)) {
            faults_add(reader->faults, FAULT_WARNING, config_place(reader, "meters", i, "point"),
                       "meter \"%s\" counts this point too (line %d)", config->meter[j].name,
                       config->meter[j].place.line);
            return;
        }
}

void config_judge(const struct config_reader *reader)
{
    const struct config *config = reader->config;
    buses_judge(reader);
    units_judge(reader);
    broadcasts_judge(reader);
    alarms_judge(reader);
    for (size_t i = 0; i < config->meters; i++) {
        meter_judge(reader, i);
        paths_judge(reader, i);
        points_judge(reader, i);
    }
    if (config->meters == 0 && !config->county.gather && yaml_is_map(reader->root) &&
        !yaml_find(reader->root, "meters"))
        warn(reader, yaml_place(reader->root), "no meters: nothing is counted");
}
