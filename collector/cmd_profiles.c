/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "collector/config.h"
#include "collector/sheet.h"

static void profile_row(struct table *table, const struct profile *profile)
{
    size_t of_kind[3] = {0};
    for (size_t i = 0; i < profile->points; i++)
        of_kind[profile->point[i].kind]++;
    table_row(table);
    table_text(table, profile->name);
    sheet_number(table, of_kind[POINT_COUNTER]);
    sheet_number(table, of_kind[POINT_GAUGE]);
    sheet_number(table, of_kind[POINT_STATE]);
    table_text(table, profile->title);
}

/* The profiles of one folder that none before it has. Returns how many, or -1 when out of memory. */
static int folder_list(const struct command *command, const struct config_folders *folders, size_t folder,
                       struct faults *faults)
{
    static const struct sheet_column columns[] = {
        {{"profile", "设备模板"}, COLUMN_TEXT}, {{"counters", "累计量"}, COLUMN_NUMBER},
        {{"gauges", "模拟量"}, COLUMN_NUMBER},  {{"states", "开关量"}, COLUMN_NUMBER},
        {{"title", "名称"}, COLUMN_TEXT},       {{NULL, NULL}, COLUMN_TEXT},
    };
    char(*names)[NAME_MAX_BYTES] = calloc(PROFILES_MAX, sizeof *names);
    struct table *table = sheet_new(command, columns);
    const size_t count = names ? config_profile_names(folders, names, PROFILES_MAX) : 0;
    const size_t length = strlen(folders->folder[folder]);
    int rows = 0;
    for (size_t i = 0; table && i < count; i++) {
        char path[PATH_BYTES];
        if (!config_profile_path(folders, names[i], path) || strncmp(path, folders->folder[folder], length) != 0 ||
            strchr(path + length + 1, '/'))
            continue;
        struct profile *profile = profile_load(path, faults);
        if (profile)
            profile_row(table, profile);
        profile_free(profile);
        rows++;
    }
    if (rows > 0)
        printf("%s\n", folders->folder[folder]);
    const bool good = sheet_print(table) && names;
    free(names);
    return good ? rows : -1;
}

static int profiles_list(struct command *command, const struct config_folders *folders, struct faults *faults)
{
    int count = 0;
    for (size_t i = 0; i < folders->count; i++) {
        const int rows = folder_list(command, folders, i, faults);
        if (rows < 0)
            return command_fail(command, COMMAND_COULD_NOT, "out of memory");
        count += rows;
    }
    if (count == 0)
        return command_fail(command, COMMAND_COULD_NOT,
                            "no profile in %s or %s; $COALTALLY_PROFILES names more folders", folders->folder[0],
                            folders->folder[folders->count - 1]);
    return COMMAND_GOOD;
}

/* What to know before a point is relied on. */
static void point_notes(const struct command *command, const struct point *point, char *text, size_t size)
{
    static const char *const means[] = {"", "calibrating", "simulating", "testing"};
    static const char *const means_zh[] = {"", "标定中", "模拟中", "检验中"};
    const struct counter *counter = &point->counter;
    size_t length = 0;
    *text = '\0';
    if (point->unconfirmed)
        length += (size_t)snprintf(text, size, "%s", command_say(command, "UNCONFIRMED", "未核实"));
    if (point->means)
        length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
                                   command_say(command, means[point->means], means_zh[point->means]));
    if (point->kind == POINT_COUNTER && counter->resets > 0)
        snprintf(text + length, size - length, "%s%s", length ? ", " : "",
                 command_say(command, "clears itself", "自动清零"));
    else if (point->kind == POINT_COUNTER && counter->resettable)
        snprintf(text + length, size - length, "%s%s", length ? ", " : "",
                 command_say(command, "resettable", "可清零"));
}

static void point_row(const struct command *command, struct table *table, const struct point *point)
{
    char at[32], scale[DECIMAL_TEXT_MAX], notes[80];
    const struct registers_format *format = &point->format;
    snprintf(at, sizeof at, format->type == TYPE_BIT && point->table >= TABLE_HOLDING ? "%s:%u.%d" : "%s:%u",
             registers_table_name(point->table), point->address, format->bit);
    decimal_format(decimal_reduce(format->scale), scale);
    point_notes(command, point, notes, sizeof notes);
    table_row(table);
    table_text(table, point->name);
    table_text(table, point_kind_name(point->kind));
    table_text(table, at);
    table_text(table, registers_type_name(format->type));
    table_text(table, registers_words(format->type) > 1 ? registers_order_name(format->order, format->type) : "");
    table_cell(table, format->type == TYPE_BIT ? "" : scale, scale);
    table_text(table, point->unit);
    table_text(table, notes);
}

static int profile_show(struct command *command, const struct profile *profile)
{
    static const struct sheet_column columns[] = {
        {{"point", "测点"}, COLUMN_TEXT}, {{"kind", "类别"}, COLUMN_TEXT},    {{"at", "地址"}, COLUMN_TEXT},
        {{"type", "类型"}, COLUMN_TEXT},  {{"order", "字节序"}, COLUMN_TEXT}, {{"scale", "比例"}, COLUMN_NUMBER},
        {{"unit", "单位"}, COLUMN_TEXT},  {{"notes", "备注"}, COLUMN_TEXT},   {{NULL, NULL}, COLUMN_TEXT},
    };
    struct table *table = sheet_new(command, columns);
    for (size_t i = 0; table && i < profile->points; i++)
        point_row(command, table, &profile->point[i]);
    printf("%s: %s\n%s: %s\n%s: %s\n\n", profile->name, profile->title, command_say(command, "source", "来源"),
           profile->source, command_say(command, "file", "文件"), profile->path);
    return sheet_print(table) ? COMMAND_GOOD : command_fail(command, COMMAND_COULD_NOT, "out of memory");
}

static int profile_find_and_show(struct command *command, const struct config_folders *folders, struct faults *faults)
{
    const char *name = command->operand[0];
    char path[PATH_BYTES];
    if (strchr(name, '/') || !config_profile_path(folders, name, path))
        return command_fail(command, COMMAND_USAGE, "no profile \"%s\"; coaltally profiles lists what there is", name);
    struct profile *profile = profile_load(path, faults);
    const int status = profile ? profile_show(command, profile) : COMMAND_USAGE;
    profile_free(profile);
    return status;
}

static int run(struct command *command)
{
    struct config_folders folders;
    struct faults *faults = faults_new();
    if (!faults)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    config_folders(command->config_file, &folders);
    int status = command->operands > 0 ? profile_find_and_show(command, &folders, faults)
                                       : profiles_list(command, &folders, faults);
    fflush(stdout);
    faults_print(faults, stderr);
    if (status == COMMAND_GOOD && faults_count(faults, FAULT_ERROR) > 0)
        status = COMMAND_USAGE;
    faults_free(faults);
    return status;
}

const struct verb verb_profiles = {
    .name = "profiles",
    .summary = {"list the device types that are known, or the points of one", "列出已知设备模板，或某一模板的测点"},
    .operands = "[PROFILE]",
    .operands_max = 1,
    .run = run,
};
