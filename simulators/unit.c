/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/unit.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct unit units[] = {
    {"t", DIMENSION_MASS, 1000000},
    {"kg", DIMENSION_MASS, 1000},
    {"kt", DIMENSION_MASS, 1000000000},
    {"t/h", DIMENSION_MASS_RATE, 1000000},
    {"kg/h", DIMENSION_MASS_RATE, 1000},
    {"kg/s", DIMENSION_MASS_RATE, 3600000},
    {"m3", DIMENSION_VOLUME, 1000000},
    {"L", DIMENSION_VOLUME, 1000},
    {"mL", DIMENSION_VOLUME, 1},
    {"Nm3", DIMENSION_VOLUME, 1000000},
    {"Sm3", DIMENSION_VOLUME, 1000000},
    {"km3", DIMENSION_VOLUME, 1000000000},
    {"m3/h", DIMENSION_VOLUME_RATE, 1000000},
    {"Nm3/h", DIMENSION_VOLUME_RATE, 1000000},
    {"Sm3/h", DIMENSION_VOLUME_RATE, 1000000},
    {"m3/min", DIMENSION_VOLUME_RATE, 60000000},
    {"m3/s", DIMENSION_VOLUME_RATE, 3600000000},
    {"L/s", DIMENSION_VOLUME_RATE, 3600000},
    {"kWh", DIMENSION_ENERGY, 1000000},
    {"Wh", DIMENSION_ENERGY, 1000},
    {"MWh", DIMENSION_ENERGY, 1000000000},
    {"kW", DIMENSION_POWER, 1000000},
    {"W", DIMENSION_POWER, 1000},
    {"MW", DIMENSION_POWER, 1000000000},
    {"m/s", DIMENSION_SPEED, 1000000},
    {"kg/m", DIMENSION_LINE_LOAD, 1000000},
    {"%", DIMENSION_SHARE, 1000000},
    {"m", DIMENSION_LENGTH, 1000000},
    {"mm", DIMENSION_LENGTH, 1000},
    {"V", DIMENSION_VOLTAGE, 1000000},
    {"A", DIMENSION_CURRENT, 1000000},
    {"Hz", DIMENSION_FREQUENCY, 1000000},
    {"degC", DIMENSION_TEMPERATURE, 1000000},
    {"Cel", DIMENSION_TEMPERATURE, 1000000},
    {"\302\260C", DIMENSION_TEMPERATURE, 1000000},
    {"kPa", DIMENSION_PRESSURE, 1000000},
    {"Pa", DIMENSION_PRESSURE, 1000},
    {"MPa", DIMENSION_PRESSURE, 1000000000},
    {"bar", DIMENSION_PRESSURE, 100000000},
    {"ms", DIMENSION_TIME, 1},
};
/* clang-format on */

const struct unit *unit_find(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}
