/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that a meter's counter goes by: amounts of the file, in whatever unit,
 * become counts of the register, exactly, and bounds are rounded up. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/config_parts.h"

typedef __int128 wide;

/* What converts: one count of the counter in the quantity's unit. */
struct measure {
    const struct config_reader *reader;
    const struct meter_draft *draft;
    struct ratio count;
};

static void fault(const struct measure *measure, const char *key, const char *text)
{
    const struct yaml_node *node = yaml_find(measure->draft->node, key);
    faults_add(measure->reader->faults, FAULT_ERROR, yaml_place(node ? node : measure->draft->node), "%s",
               faults_say(measure->reader->faults, text));
}

/* ceil(a / b) for positive ratios, at most INT64_MAX. */
static bool ratio_ceil(struct ratio a, struct ratio b, int64_t *out)
{
    const wide above = (wide)a.times * b.over, below = (wide)a.over * b.times;
    const wide result = (above + below - 1) / below;
    if (result > INT64_MAX)
        return false;
    *out = (int64_t)result;
    return true;
}

/* value * factor in counts, rounded up. */
static bool counts_of(const struct measure *measure, struct decimal value, struct ratio factor, int64_t *counts)
{
    struct ratio amount;
    return ratio_of(value, factor.times, factor.over, &amount) && ratio_ceil(amount, measure->count, counts);
}

static void unit_fault(const struct measure *measure, const struct meter_amount *amount, const char *key,
                       const char *rate)
{
    char units[80], text[200];
    quantity_units(measure->draft->meter.quantity, units, sizeof units);
    snprintf(text, sizeof text,
             faults_say(measure->reader->faults, "found the unit \"%s\" for %s, expected one of %s%s"), amount->unit,
             measure->draft->meter.quantity->name, units, faults_say(measure->reader->faults, rate));
    fault(measure, key, text);
}

static void max_rate_set(const struct measure *measure, struct config_meter *meter)
{
    const struct meter_amount *amount = &measure->draft->max_rate;
    struct ratio factor, thousandths;
    if (!amount->node)
        return;
    if (!quantity_rate_factor(meter->quantity, amount->unit, &factor))
        unit_fault(measure, amount, "max_rate", N_("; each an /h, /min, /s or /d"));
    else if (!counts_of(measure, amount->value, factor, &meter->rules.max_rate) ||
             !ratio_of(amount->value, factor.times, factor.over, &thousandths) ||
             !ratio_ceil(thousandths, (struct ratio){1, 1000}, &meter->max_rate_milli))
        fault(measure, "max_rate", "this rate is too large to be counted");
}

/* An amount of the file, else the profile's in the point's unit, else `otherwise` counts. */
static int64_t bound_of(const struct measure *measure, const struct meter_amount *amount, const char *key,
                        struct decimal profile, bool profile_says, int64_t otherwise)
{
    const struct quantity *quantity = measure->draft->meter.quantity;
    struct decimal value = profile;
    struct ratio factor;
    int64_t counts = otherwise;
    if (amount->node) {
        if (!quantity_factor(quantity, amount->unit, &factor)) {
            unit_fault(measure, amount, key, "");
            return otherwise;
        }
        value = amount->value;
    } else if (!profile_says || !quantity_factor(quantity, measure->draft->counter->unit, &factor)) {
        return otherwise;
    }
    if (!counts_of(measure, value, factor, &counts))
        fault(measure, key, "this amount is too large to be counted");
    return counts;
}

static void modulus_set(const struct measure *measure, struct config_meter *meter)
{
    const struct meter_draft *draft = measure->draft;
    const int64_t most = draft->counter->factor ? 0 : registers_modulus(draft->counter->format.type);
    char text[160];
    meter->rules.modulus = draft->modulus >= 0 ? draft->modulus : draft->counter->counter.modulus;
    if (most == 0 || meter->rules.modulus <= most)
        return;
    snprintf(text, sizeof text,
             faults_say(measure->reader->faults,
                        "found the modulus %" PRId64 ", expected at most %" PRId64 ": point \"%s\" is a %s"),
             meter->rules.modulus, most, draft->counter->name, registers_type_name(draft->counter->format.type));
    fault(measure, "modulus", text);
}

static void refresh_set(const struct measure *measure, struct config_meter *meter)
{
    const struct meter_draft *draft = measure->draft;
    const int64_t interval_ms = measure->reader->config->device[meter->device].interval_ms;
    const int64_t said_ms = draft->refresh_ms >= 0 ? draft->refresh_ms : draft->counter->counter.refresh_ms;
    meter->rules.interval_ms = interval_ms;
    meter->rules.refresh_ms = said_ms > interval_ms ? said_ms : interval_ms;
    if (draft->refresh_ms >= 0 && draft->refresh_ms < interval_ms)
        faults_add(measure->reader->faults, FAULT_WARNING, yaml_place(yaml_find(draft->node, "refresh")),
                   "the meter is read every %" PRId64
                   " ms only, so its total moves no oftener: refresh is taken as that",
                   interval_ms);
}

static void resets_set(const struct meter_draft *draft, struct config_meter *meter)
{
    const struct counter *counter = &draft->counter->counter;
    if (!yaml_find(draft->node, "resets_at")) {
        meter->resets = counter->resets;
        memcpy(meter->resets_at_s, counter->resets_at_s, sizeof meter->resets_at_s);
    }
    if (!yaml_find(draft->node, "resettable"))
        meter->rules.resettable = counter->resettable;
    meter->rules.resets = meter->resets > 0;
    meter->rules.resettable |= meter->rules.resets;
}

enum { CREEP_PART = 1000 }; /* of max_rate, where nothing else is said */

/* Below which rate the belt runs empty, and how much counted over an idle belt is too much. */
static void creep_set(const struct measure *measure, struct config_meter *meter)
{
    const struct meter_draft *draft = measure->draft;
    struct ratio factor, milli;
    meter->creep_limit_milli = meter->max_rate_milli / CREEP_PART;
    if (draft->drop_out.node && meter->rate_device < 0)
        fault(measure, "drop_out", "expected a rate: beside it, the gauge that it is compared with");
    else if (draft->drop_out.node && meter->rate_device != (int)meter->device)
        fault(measure, "drop_out", "rate names a gauge of another device, expected one of the meter's own");
    if (draft->drop_out.node && !quantity_rate_factor(meter->quantity, draft->drop_out.unit, &factor))
        unit_fault(measure, &draft->drop_out, "drop_out", N_("; each an /h, /min, /s or /d"));
    else if (draft->drop_out.node && (!ratio_of(draft->drop_out.value, factor.times * 1000, factor.over, &milli) ||
                                      !ratio_floor(milli, 1, &meter->drop_out_milli)))
        fault(measure, "drop_out", "this rate is too large to be counted");
    if (draft->creep_limit.node && !quantity_factor(meter->quantity, draft->creep_limit.unit, &factor))
        unit_fault(measure, &draft->creep_limit, "creep_limit", "");
    else if (draft->creep_limit.node &&
             (!ratio_of(draft->creep_limit.value, factor.times * 1000, factor.over, &milli) ||
              !ratio_floor(milli, 1, &meter->creep_limit_milli)))
        fault(measure, "creep_limit", "this amount is too large to be counted");
}

/* "type=float32 order=CDAB scale=1 quantum=0.1", and of what else the count is made. */
static void format_text(const struct point *point, char *text, size_t size)
{
    const struct registers_format *format = &point->format;
    const bool real = registers_real(format->type) || point->factor || point->high_part;
    char scale[DECIMAL_TEXT_MAX], quantum[DECIMAL_TEXT_MAX];
    decimal_format(decimal_reduce(format->scale), scale);
    decimal_format(decimal_reduce(format->quantum), quantum);
    snprintf(text, size, "type=%s order=%s scale=%s%s%s%s", registers_type_name(format->type),
             registers_order_name(format->order, format->type), scale, real ? " quantum=" : "", real ? quantum : "",
             point->factor ? " factor" : "");
}

static void parts_text(const struct point *sum, char *text, size_t size)
{
    char high[120], low[120];
    *text = '\0';
    if (!sum->high_part)
        return;
    format_text(sum->high_part, high, sizeof high);
    format_text(sum->low_part, low, sizeof low);
    snprintf(text, size, " high=%" PRId64 "(%s) low=%" PRId64 "(%s)", sum->high_counts, high, sum->low_counts, low);
}

/* Canonical: the same meaning always gives the same text, which is hashed into
 * the segment. A float's counts depend on what they are rounded to. */
static void definition_set(const struct meter_draft *draft, struct config_meter *meter)
{
    char format[120], parts[300], load[DECIMAL_TEXT_MAX + UNIT_MAX_BYTES + 8] = "";
    format_text(draft->counter, format, sizeof format);
    parts_text(draft->counter, parts, sizeof parts);
    if (draft->load.node) {
        char value[DECIMAL_TEXT_MAX];
        decimal_format(decimal_reduce(draft->load.value), value);
        snprintf(load, sizeof load, " load=%s %s", value, draft->load.unit);
    }
    snprintf(meter->definition, sizeof meter->definition, "%s%s modulus=%" PRId64 " unit=%s%s quantity=%s", format,
             parts, meter->rules.modulus, draft->counter->unit, load, meter->quantity->name);
}

/* A counter of skips: each is so much of the quantity. One that counts tonnes already has no load. */
static bool load_factor(const struct measure *measure, struct ratio *factor)
{
    const struct meter_draft *draft = measure->draft;
    struct ratio unit;
    if (quantity_factor(draft->meter.quantity, draft->counter->unit, &unit))
        fault(measure, "load", "this counter counts the quantity itself, expected no load");
    else if (!quantity_factor(draft->meter.quantity, draft->load.unit, &unit))
        unit_fault(measure, &draft->load, "load", "");
    else if (!ratio_of(draft->load.value, unit.times, unit.over, factor))
        fault(measure, "load", "this load is too large to be counted");
    else
        return true;
    return false;
}

/* What the gauge of the rate makes an hour. */
static void rate_set(const struct measure *measure, struct config_meter *meter)
{
    if (meter->rate_device < 0)
        return;
    const struct profile *profile = measure->reader->config->device[meter->rate_device].profile;
    const struct point *point = &profile->point[meter->rate_point];
    struct ratio factor;
    if (!quantity_rate_factor(meter->quantity, point->unit, &factor))
        fault(measure, "rate", "this gauge is in no rate of the quantity, expected one such as t/h");
    else if (!ratio_of(point->format.quantum, factor.times * 1000, factor.over, &meter->rate))
        fault(measure, "rate", "one count of this gauge cannot be taken as an exact rate");
}

void config_rules(const struct config_reader *reader, struct meter_draft *draft)
{
    struct measure measure = {.reader = reader, .draft = draft};
    struct config_meter *meter = &draft->meter;
    struct totaliser_rules *rules = &meter->rules;
    const struct counter *counter = &draft->counter->counter;
    const struct decimal quantum = draft->counter->format.quantum;
    struct ratio factor;
    if (draft->load.node) {
        if (!load_factor(&measure, &factor))
            return;
    } else if (!quantity_factor(meter->quantity, draft->counter->unit, &factor)) {
        char units[80], text[280];
        quantity_units(meter->quantity, units, sizeof units);
        snprintf(text, sizeof text,
                 faults_say(
                     reader->faults,
                     "point \"%s\" is in \"%s\", expected a counter of %s in one of %s; skips and the like need load:"),
                 draft->counter->name, draft->counter->unit, meter->quantity->name, units);
        fault(&measure, "point", text);
        return;
    }
    if (quantum.digits <= 0 || !ratio_of(quantum, factor.times, factor.over, &measure.count) ||
        !ratio_of(quantum, factor.times * 1000, factor.over, &rules->convert)) {
        fault(&measure, "point", "one count of this point cannot be taken as an exact amount");
        return;
    }
    rules->gap_limit_ms = reader->config->gap_ms;
    max_rate_set(&measure, meter);
    rules->resolution =
        bound_of(&measure, &draft->resolution, "resolution", counter->resolution, counter->resolution.digits > 0, 1);
    rules->noise =
        bound_of(&measure, &draft->noise, "noise", counter->noise, counter->noise.digits >= 0, rules->resolution);
    modulus_set(&measure, meter);
    refresh_set(&measure, meter);
    resets_set(draft, meter);
    creep_set(&measure, meter);
    definition_set(draft, meter);
    rate_set(&measure, meter);
    if (!ratio_floor(rules->convert, rules->resolution, &meter->step) || ++meter->step <= 0)
        fault(&measure, "resolution", "this amount is too large to be counted");
}
