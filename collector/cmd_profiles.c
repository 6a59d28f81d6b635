/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/settings.h"
#include "collector/sheet.h"

static void profile_row(struct table *table, const struct profile *profile)
{
    size_t of_kind[POINT_TEXT + 1] = {0};
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
        {N_("profile"), COLUMN_TEXT},  {N_("counters"), COLUMN_NUMBER}, {N_("gauges"), COLUMN_NUMBER},
        {N_("states"), COLUMN_NUMBER}, {N_("title"), COLUMN_TEXT},      {NULL, COLUMN_TEXT},
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

/* What to know before a point is relied on: "UNCONFIRMED, resettable". */
struct notes {
    char text[512];
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void note(struct notes *notes, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (notes->length > 0 && notes->length < sizeof notes->text)
        notes->length += (size_t)snprintf(notes->text + notes->length, sizeof notes->text - notes->length, ", ");
    if (notes->length < sizeof notes->text)
        notes->length +=
            (size_t)vsnprintf(notes->text + notes->length, sizeof notes->text - notes->length, format, arguments);
    va_end(arguments);
}

static void note_condition(const struct command *command, const struct condition *condition, struct notes *notes)
{
    if (!condition->point)
        return;
    if (condition->vetoes)
        note(notes, "%s %s", say(command->language, "vetoed by"), condition->point->name);
    else
        note(notes, "%s %s", say(command->language, "valid by"), condition->point->name);
    if (condition->bit >= 0)
        note(notes, "%s %d", say(command->language, "bit"), condition->bit);
    for (int i = 0; i < condition->values; i++)
        note(notes, "= %lld", (long long)condition->value[i]);
}

static void point_notes(const struct command *command, const struct point *point, struct notes *notes)
{
    static const char *const means[] = {"", N_OF("point", "calibrating"), N_OF("point", "simulating"),
                                        N_OF("point", "testing"), N_OF("point", "freshness")};
    const struct counter *counter = &point->counter;
    if (point->unconfirmed)
        note(notes, "%s", say(command->language, "UNCONFIRMED"));
    if (point->means)
        note(notes, "%s", say(command->language, means[point->means]));
    if (point->kind == POINT_COUNTER && counter->resets > 0)
        note(notes, "%s", say(command->language, "clears itself"));
    else if (point->kind == POINT_COUNTER && counter->resettable)
        note(notes, "%s", say(command->language, "resettable"));
    if (point->factor)
        note(notes, "* 10^%s", point->factor->name);
    if (point->wide)
        note(notes, "%s", say(command->language, "registers of 4 bytes"));
    note_condition(command, &point->condition, notes);
    if (*point->meanings)
        note(notes, "%s", point->meanings);
}

/* What the high part of a sum is multiplied with. */
static int64_t sum_times(const struct point *sum)
{
    struct ratio ratio;
    const struct decimal part = sum->high_part->format.quantum;
    return ratio_of(sum->format.quantum, decimal_power(part.places), part.digits, &ratio)
               ? ratio.times * sum->high_counts / ratio.over
               : 0;
}

/* Where its registers are: "holding:1015", "holding:1019.7", "model 101/102/103:14". */
static void point_at(const struct point *point, char *text, size_t size)
{
    const struct registers_format *format = &point->format;
    size_t length = 0;
    if (point->high_part) {
        snprintf(text, size, "%s * %lld + %s", point->high_part->name, (long long)sum_times(point),
                 point->low_part->name);
        return;
    }
    if (!point->model[0])
        length = (size_t)snprintf(text, size, "%s", registers_table_name(point->table));
    for (int i = 0; point->model[i]; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%u", i ? "/" : "model ", point->model[i]);
    length += (size_t)snprintf(text + length, size - length, ":%u", point->address);
    if (format->type == TYPE_BIT && point->table >= TABLE_HOLDING)
        snprintf(text + length, size - length, ".%d", format->bit);
    else if (format->type == TYPE_BITS)
        snprintf(text + length, size - length, ".%d-%d", format->bit, format->bit + format->width - 1);
    else if (format->type == TYPE_ASCII)
        snprintf(text + length, size - length, "+%d", point->text_words);
}

/* A point's kind on the page. */
static const char *const kinds[] = {
    [POINT_GAUGE] = N_("gauge"),
    [POINT_COUNTER] = N_("counter"),
    [POINT_STATE] = N_OF("point", "state"),
    [POINT_TEXT] = N_("text"),
};

static void point_row(const struct command *command, struct table *table, const struct point *point)
{
    char at[2 * NAME_MAX_BYTES + 32], scale[DECIMAL_TEXT_MAX];
    const struct registers_format *format = &point->format;
    const bool scaled = format->type != TYPE_BIT && format->type != TYPE_ASCII && format->type != TYPE_SUM;
    struct notes notes = {.length = 0};
    point_at(point, at, sizeof at);
    decimal_format(decimal_reduce(format->scale), scale);
    point_notes(command, point, &notes);
    table_row(table);
    table_text(table, point->name);
    table_cell(table, say(command->language, kinds[point->kind]), point_kind_name(point->kind));
    table_text(table, at);
    table_text(table, registers_type_name(format->type));
    table_text(table, registers_words(format->type) > 1 ? registers_order_name(format->order, format->type) : "");
    table_cell(table, scaled ? scale : "", scale);
    table_text(table, point->unit);
    table_text(table, point->source);
    table_text(table, notes.text);
}

static int profile_show(struct command *command, const struct profile *profile)
{
    static const struct sheet_column columns[] = {
        {N_("point"), COLUMN_TEXT}, {N_("kind"), COLUMN_TEXT},   {N_OF("point", "at"), COLUMN_TEXT},
        {N_("type"), COLUMN_TEXT},  {N_("order"), COLUMN_TEXT},  {N_("scale"), COLUMN_NUMBER},
        {N_("unit"), COLUMN_TEXT},  {N_("source"), COLUMN_TEXT}, {N_("notes"), COLUMN_TEXT},
        {NULL, COLUMN_TEXT},
    };
    struct table *table = sheet_new(command, columns);
    for (size_t i = 0; table && i < profile->points; i++)
        point_row(command, table, &profile->point[i]);
    printf("%s: %s\n%s: %s\n%s: %s\n\n", profile->name, profile->title, say(command->language, "source"),
           profile->source, say(command->language, "file"), profile->path);
    return sheet_print(table) ? COMMAND_GOOD : command_fail(command, COMMAND_COULD_NOT, "out of memory");
}

static int profile_find_and_show(struct command *command, struct faults *faults)
{
    char path[PATH_BYTES];
    int status = settings_profile(command, command->operand[0], path);
    if (status != COMMAND_GOOD)
        return status;
    struct profile *profile = profile_load(path, faults);
    status = profile ? profile_show(command, profile) : COMMAND_USAGE;
    profile_free(profile);
    return status;
}

static int run(struct command *command)
{
    struct config_folders folders;
    struct faults *faults = command_faults(command);
    if (!faults)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    config_folders(command->config_file, &folders);
    int status =
        command->operands > 0 ? profile_find_and_show(command, faults) : profiles_list(command, &folders, faults);
    fflush(stdout);
    faults_print(faults, stderr);
    if (status == COMMAND_GOOD && faults_count(faults, FAULT_ERROR) > 0)
        status = COMMAND_USAGE;
    faults_free(faults);
    return status;
}

const struct verb verb_profiles = {
    .name = "profiles",
    .summary = N_("list the device types that are known, or the points of one"),
    .operands = "[PROFILE]",
    .operands_max = 1,
    .run = run,
};
