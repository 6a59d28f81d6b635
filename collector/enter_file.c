/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/enter_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/act_submit.h"
#include "collector/charset.h"
#include "collector/csv.h"
#include "collector/entry.h"
#include "collector/list.h"
#include "drivers/yaml.h"

enum { ROWS_MAX = 100000, FAULTS_SHOWN = 50, COLUMN_NONE = -1 };

/* The arguments of an entry, as a column is headed in either language. */
static const struct {
    const char *argument, *zh;
} headings[] = {
    {"mine", "煤矿"}, {"item", "项目"},  {"name", "名称"},   {"period", "期间"},  {"from", "起"},
    {"to", "止"},     {"value", "数值"}, {"source", "来源"}, {"despite", "理由"},
};
enum { HEADINGS = sizeof headings / sizeof *headings };

struct entering {
    const struct command *command;
    const char *path;
    char *text;                /* the file; what the acts' arguments lie in */
    int column[CSV_CELLS_MAX]; /* index into headings, or COLUMN_NONE */
    size_t columns;
    struct list acts; /* struct act */
    struct list rows; /* size_t: the row of each */
    size_t faults, done, refused;
};

static void row_fault(struct entering *entering, size_t row, const char *why)
{
    if (++entering->faults <= FAULTS_SHOWN)
        fprintf(stderr, say(entering->command->language, "%s: row %zu: %s\n"), entering->path, row, why);
}

/* --- the file --- */

static int file_read(struct entering *entering, size_t *length)
{
    const struct command *command = entering->command;
    const char *charset, *why = NULL;
    size_t size = 0;
    FILE *file = fopen(entering->path, "re");
    char *bytes = file ? malloc(YAML_BYTES_MAX + 1) : NULL;
    if (!file)
        return command_fail(command, COMMAND_USAGE, "%s: cannot be opened: %s", entering->path, say_error(errno));
    if (bytes)
        size = fread(bytes, 1, YAML_BYTES_MAX + 1, file);
    const bool bad = ferror(file);
    fclose(file);
    if (bytes && !bad && size <= YAML_BYTES_MAX)
        entering->text = charset_decode(bytes, size, length, &charset, &why);
    free(bytes);
    if (bad || size > YAML_BYTES_MAX)
        return command_fail(command, COMMAND_USAGE, "%s: cannot be read, or is larger than %d MiB", entering->path,
                            YAML_BYTES_MAX >> 20);
    if (!entering->text)
        return command_fail(command, COMMAND_USAGE, "%s: %s", entering->path, why ? why : "out of memory");
    return COMMAND_GOOD;
}

static int heading_of(const char *cell)
{
    for (int i = 0; i < HEADINGS; i++)
        if (strcmp(cell, headings[i].argument) == 0 || strcmp(cell, headings[i].zh) == 0)
            return i;
    return COLUMN_NONE;
}

/* The first row; a column that nothing is known of would be a slip that nobody sees. */
static void heading_read(struct entering *entering, const struct csv_row *row)
{
    bool found[HEADINGS] = {false};
    char why[256];
    entering->columns = row->cells;
    for (size_t i = 0; i < row->cells; i++) {
        const int heading = entering->column[i] = heading_of(row->cell[i]);
        if (heading == COLUMN_NONE || found[heading]) {
            snprintf(
                why, sizeof why,
                say(entering->command->language,
                    "found the column \"%.60s\", expected each once of: mine, item, name, period, from, to, value, "
                    "source, despite"),
                row->cell[i]);
            row_fault(entering, row->row, why);
        } else {
            found[heading] = true;
        }
    }
}

/* --- rows --- */

static bool empty(const struct csv_row *row)
{
    for (size_t i = 0; i < row->cells; i++)
        if (*row->cell[i])
            return false;
    return true;
}

/* An option holds for all rows that say nothing themselves. */
static void act_of_row(const struct entering *entering, const struct csv_row *row, struct act *act)
{
    for (int heading = 0; heading < HEADINGS; heading++) {
        const char *value = command_value(entering->command, headings[heading].argument, 0);
        for (size_t i = 0; i < row->cells && i < entering->columns; i++)
            if (entering->column[i] == heading && *row->cell[i])
                value = row->cell[i];
        act_add(act, headings[heading].argument, value);
    }
}

static void row_read(struct entering *entering, const struct csv_row *row)
{
    struct act act = {0};
    struct entry entry;
    char why[400];
    act_of_row(entering, row, &act);
    if (row->cells > entering->columns) {
        row_fault(entering, row->row, say(entering->command->language, "has more cells than the heading"));
        return;
    }
    if (!entry_read(&act, &entry, entering->command->language, why, sizeof why)) {
        row_fault(entering, row->row, why);
        return;
    }
    struct act *added = list_add(&entering->acts);
    size_t *number = list_add(&entering->rows);
    if (!added || !number || entering->acts.count > ROWS_MAX) {
        row_fault(entering, row->row, say(entering->command->language, "out of memory"));
        return;
    }
    *added = act;
    *number = row->row;
}

static void rows_read(struct entering *entering, size_t length)
{
    struct csv csv = csv_start(entering->text, length);
    struct csv_row *row = malloc(sizeof *row);
    bool headed = false, unclosed = false;
    enum csv_outcome outcome = CSV_END;
    while (row && (outcome = csv_row(&csv, row, &unclosed)) != CSV_END) {
        if (outcome == CSV_BAD)
            row_fault(entering, csv.row, say(entering->command->language, "has too many cells"));
        else if (empty(row))
            continue;
        else if (headed)
            row_read(entering, row);
        else
            heading_read(entering, row);
        headed = true;
    }
    if (unclosed)
        row_fault(entering, csv.row, say(entering->command->language, "a quote is not closed"));
    free(row);
}

/* --- handing in --- */

static void answer_tell(void *context, size_t index, bool good, const char *answer)
{
    struct entering *entering = context;
    const size_t row = ((const size_t *)entering->rows.at)[index];
    if (good) {
        entering->done++;
        return;
    }
    entering->refused++;
    fprintf(stderr, say(entering->command->language, "%s: row %zu: refused: %s\n"), entering->path, row, answer);
}

static int hand_in(struct entering *entering, const struct settings *settings)
{
    const struct command *command = entering->command;
    if (entering->faults)
        return command_fail(command, COMMAND_USAGE, "%zu rows are wrong, nothing was entered", entering->faults);
    if (entering->acts.count == 0)
        return command_fail(command, COMMAND_USAGE, "%s: found no row below a heading", entering->path);
    const int status =
        act_submit_all(command, settings, entering->acts.at, entering->acts.count, answer_tell, entering);
    printf(say(command->language, "entered %zu of %zu rows of %s\n"), entering->done, entering->acts.count,
           entering->path);
    return status;
}

int enter_file(const struct command *command, const struct settings *settings, const char *path)
{
    struct entering entering = {
        .command = command, .path = path, .acts = {.size = sizeof(struct act)}, .rows = {.size = sizeof(size_t)}};
    size_t length = 0;
    int status = file_read(&entering, &length);
    if (status == COMMAND_GOOD) {
        rows_read(&entering, length);
        status = hand_in(&entering, settings);
    }
    free(entering.text);
    free(entering.acts.at);
    free(entering.rows.at);
    return status;
}
