/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include "collector/import.h"

static const struct {
    enum import_column kind;
    const char *name;
} names[] = {
    {IMPORT_TIME, "time"},    {IMPORT_TIME, "date and time"}, {IMPORT_TIME, "datetime"},   {IMPORT_TIME, "timestamp"},
    {IMPORT_TIME, "时间"},    {IMPORT_TIME, "日期时间"},      {IMPORT_TIME, "抄表时间"},   {IMPORT_TIME, "读数时间"},
    {IMPORT_DATE, "date"},    {IMPORT_DATE, "日期"},          {IMPORT_DATE, "抄表日期"},   {IMPORT_METER, "meter"},
    {IMPORT_METER, "计量点"}, {IMPORT_METER, "计量点名称"},   {IMPORT_READING, "reading"}, {IMPORT_READING, "total"},
    {IMPORT_READING, "读数"}, {IMPORT_READING, "示数"},       {IMPORT_READING, "表底"},    {IMPORT_READING, "累计量"},
    {IMPORT_RAW, "raw"},      {IMPORT_RAW, "register"},       {IMPORT_RAW, "原始值"},      {IMPORT_RAW, "寄存器值"},
};

static const struct {
    const char *name, *unit;
} units[] = {
    {"吨", "t"},  {"千克", "kg"}, {"公斤", "kg"}, {"立方米", "m3"},
    {"方", "m3"}, {"m³", "m3"},   {"度", "kWh"},  {"千瓦时", "kWh"},
};

/* "reading (kg)", "读数（吨）": takes the unit off. */
static void unit_take(char *text, char *unit, size_t size)
{
    static const char *const marks[][2] = {{"(", ")"}, {"（", "）"}};
    for (size_t i = 0; i < 2; i++) {
        char *open = strstr(text, marks[i][0]);
        char *close = open ? strstr(open, marks[i][1]) : NULL;
        if (!close || close[strlen(marks[i][1])])
            continue;
        *close = '\0';
        const char *said = open + strlen(marks[i][0]);
        for (size_t k = 0; k < sizeof units / sizeof *units; k++)
            if (strcmp(said, units[k].name) == 0)
                said = units[k].unit;
        snprintf(unit, size, "%s", said);
        while (open > text && open[-1] == ' ')
            open--;
        *open = '\0';
    }
}

size_t import_meter(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->meters; i++)
        if (strcmp(config->meter[i].name, name) == 0)
            return i;
    return CONFIG_NONE;
}

struct import_heading import_heading(const struct config *config, const char *text)
{
    struct import_heading heading = {.kind = IMPORT_OTHER, .meter = CONFIG_NONE};
    char name[128];
    if (snprintf(name, sizeof name, "%s", text) >= (int)sizeof name)
        return heading;
    unit_take(name, heading.unit, sizeof heading.unit);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i].name) == 0)
            heading.kind = names[i].kind;
    heading.meter = import_meter(config, name);
    if (heading.meter != CONFIG_NONE)
        heading.kind = IMPORT_OWN;
    return heading;
}
