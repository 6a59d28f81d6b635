/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/quantity.h"

#include <stdio.h>
#include <string.h>

#include "drivers/language.h"

/* Names are for ever: they stand in ledgers. A quantity is added at the end of its group. */
static const struct quantity quantities[] = {
    {"rom_coal", "t", N_("run-of-mine coal"), true},
    {"raw_coal", "t", N_("raw coal"), true},
    {"washed_coal", "t", N_("coal fed to washing"), false},
    {"clean_coal", "t", N_("clean coal"), false},
    {"middlings", "t", N_("middlings"), false},
    {"own_use", "t", N_("coal used by the mine"), false},
    {"shipped_rail", "t", N_("coal shipped by rail"), false},
    {"shipped_road", "t", N_("coal shipped by road"), false},
    {"gas_surface", "m3", N_("gas from surface wells"), true},
    {"gas_tight", "m3", N_("tight gas"), true},
    {"gas_drained", "m3", N_("gas drained underground"), true},
    {"gas_used", "m3", N_("drained gas used"), false},
    {"energy", "kWh", N_("energy used"), false},
    {"energy_solar", "kWh", N_("solar energy"), false},
    {"energy_wind", "kWh", N_("wind energy"), false},
    {"energy_hydro", "kWh", N_("hydro energy"), false},
    {"energy_biomass", "kWh", N_("biomass energy"), false},
    {"energy_gas", "kWh", N_("energy from gas"), false},
    {"energy_charged", "kWh", N_("energy stored"), false},
    {"energy_discharged", "kWh", N_("energy given back"), false},
    {"heat", "GJ", N_("heat"), false},
    {"backfill", "m3", N_("backfill"), false},
    {"waste", "t", N_("waste rock and ash placed"), false},
    {"ore", "t", N_("ore processed"), false},
    {"water_used", "m3", N_("water used"), false},
    {"water_drained", "m3", N_("mine water drained"), false},
    {"water_treated", "m3", N_("water treated"), false},
    {"water_reused", "m3", N_("water reused"), false},
    {"underground_shifts", "shift", N_("shifts worked underground"), false},
};

/* One unit * times / over = one unit of `base`. Volumes of gas stay at the base
 * conditions of the meter: Nm3 and m3 differ in what the meter corrected to, and
 * nothing is converted between them. km3 is a thousand m3, as flow computers show it. */
static const struct unit {
    const char *name, *base;
    int64_t times, over;
} units[] = {
    {"t", "t", 1, 1},         {"kg", "t", 1, 1000},       {"g", "t", 1, 1000000},   {"kt", "t", 1000, 1},
    {"m3", "m3", 1, 1},       {"Nm3", "m3", 1, 1},        {"Sm3", "m3", 1, 1},      {"L", "m3", 1, 1000},
    {"mL", "m3", 1, 1000000}, {"km3", "m3", 1000, 1},     {"kWh", "kWh", 1, 1},     {"Wh", "kWh", 1, 1000},
    {"MWh", "kWh", 1000, 1},  {"GWh", "kWh", 1000000, 1}, {"MJ", "kWh", 5, 18},     {"GJ", "kWh", 2500, 9},
    {"GJ", "GJ", 1, 1},       {"MJ", "GJ", 1, 1000},      {"kJ", "GJ", 1, 1000000}, {"kWh", "GJ", 9, 2500},
    {"MWh", "GJ", 18, 5},     {"shift", "shift", 1, 1},
};

/* Powers are rates of energy: one of them makes so much of `base` an hour. */
static const struct unit powers[] = {
    {"kW", "kWh", 1, 1}, {"W", "kWh", 1, 1000}, {"MW", "kWh", 1000, 1}, {"kW", "GJ", 9, 2500}, {"MW", "GJ", 18, 5},
};

static const struct {
    const char *name;
    int64_t per_hour; /* so many in an hour; 0: a day */
} spans[] = {{"/h", 1}, {"/min", 60}, {"/s", 3600}, {"/d", 0}};

enum {
    QUANTITIES = sizeof quantities / sizeof *quantities,
    UNITS = sizeof units / sizeof *units,
    POWERS = sizeof powers / sizeof *powers,
    SPANS = sizeof spans / sizeof *spans
};

size_t quantity_count(void)
{
    return QUANTITIES;
}

const struct quantity *quantity_at(size_t index)
{
    return index < QUANTITIES ? &quantities[index] : NULL;
}

const struct quantity *quantity_find(const char *name)
{
    for (size_t i = 0; i < QUANTITIES; i++)
        if (strcmp(quantities[i].name, name) == 0)
            return &quantities[i];
    return NULL;
}

static bool find_unit(const struct unit *table, size_t size, const char *base, const char *name, size_t length,
                      struct ratio *factor)
{
    for (size_t i = 0; i < size; i++)
        if (strcmp(table[i].base, base) == 0 && strlen(table[i].name) == length &&
            memcmp(table[i].name, name, length) == 0) {
            *factor = (struct ratio){table[i].times, table[i].over};
            return true;
        }
    return false;
}

bool quantity_factor(const struct quantity *quantity, const char *unit, struct ratio *factor)
{
    return find_unit(units, UNITS, quantity->unit, unit, strlen(unit), factor);
}

bool quantity_rate_factor(const struct quantity *quantity, const char *unit, struct ratio *factor)
{
    if (find_unit(powers, POWERS, quantity->unit, unit, strlen(unit), factor))
        return true;
    const char *slash = strchr(unit, '/');
    struct ratio amount;
    if (!slash || !find_unit(units, UNITS, quantity->unit, unit, (size_t)(slash - unit), &amount))
        return false;
    for (size_t i = 0; i < SPANS; i++)
        if (strcmp(spans[i].name, slash) == 0) {
            const int64_t times = spans[i].per_hour ? spans[i].per_hour : 1;
            const int64_t over = spans[i].per_hour ? 1 : 24;
            return ratio_of((struct decimal){amount.times, 0}, times, amount.over * over, factor);
        }
    return false;
}

#define DIGITS "0123456789"

/* Digits with a point, perhaps commas between thousands; returns what follows, NULL where it is none. */
static const char *number_read(const char *text, struct decimal *number)
{
    char digits[DECIMAL_TEXT_MAX];
    size_t length = 0;
    bool grouped = strspn(text + (*text == '-'), DIGITS) <= 3;
    for (; *text && strchr("-." DIGITS ",", *text); text++) {
        if (*text == ',' && (!grouped || length == 0 || strspn(text + 1, DIGITS) != 3))
            return NULL;
        grouped = grouped && *text != '.';
        if (*text == ',')
            continue;
        if (length + 1 == sizeof digits)
            return NULL;
        digits[length++] = *text;
    }
    digits[length] = '\0';
    return decimal_parse(digits, number) ? text : NULL;
}

bool quantity_amount(const struct quantity *quantity, const char *text, int64_t *amount)
{
    struct decimal number;
    struct ratio factor = {1, 1}, exact;
    const char *unit = number_read(text + strspn(text, " "), &number);
    if (!unit)
        return false;
    unit += strspn(unit, " ");
    if (*unit && !quantity_factor(quantity, unit, &factor))
        return false;
    if (number.digits == 0) {
        *amount = 0;
        return true;
    }
    if (!ratio_of(number, factor.times * 1000, factor.over, &exact) || exact.over != 1)
        return false;
    *amount = exact.times;
    return true;
}

size_t quantity_units(const struct quantity *quantity, char *text, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < UNITS && length < size; i++)
        if (strcmp(units[i].base, quantity->unit) == 0)
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "", units[i].name);
    return length;
}
