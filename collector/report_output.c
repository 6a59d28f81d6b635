/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/report_output.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "collector/display.h"
#include "collector/file.h"
#include "collector/report_workbook.h"

/* --- options --- */

static const char *const formats[] = {
    [FORM_PAGE] = "table", [FORM_CSV] = "csv", [FORM_JSON] = "json", [FORM_SPREADSHEET] = NULL, [FORM_XLSX] = "xlsx"};

enum { FORMATS = sizeof formats / sizeof *formats };

/* The form that the name of a file ends in: "csv" of "day.csv"; NULL: none. */
static const char *ending_of(const char *path)
{
    const char *ending = path ? strrchr(path, '.') : NULL;
    for (size_t i = FORM_CSV; ending && i < FORMATS; i++)
        if (formats[i] && strcasecmp(ending + 1, formats[i]) == 0)
            return formats[i];
    return NULL;
}

/* As --format says, else as the file is named. */
static int format_read(const struct command *command, struct report_output *output)
{
    const char *ending = ending_of(output->path), *name = command_value(command, "format", 0);
    if (!name)
        name = command_given(command, "for") ? "csv" : ending ? ending : "table";
    if (ending && strcmp(ending, name) != 0)
        return command_fail(command, COMMAND_USAGE, "--output %s: its name says %s, but %s was asked for", output->path,
                            ending, name);
    for (size_t i = 0; i < FORMATS; i++)
        if (formats[i] && strcmp(name, formats[i]) == 0) {
            output->format = (enum form_format)i;
            return COMMAND_GOOD;
        }
    return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv, json or xlsx", name);
}

/* CSV for people instead of for programs. */
static int reader_read(const struct command *command, struct report_output *output)
{
    const char *reader = command_value(command, "for", 0);
    if (!reader)
        return COMMAND_GOOD;
    if (strcmp(reader, "spreadsheet") != 0)
        return command_fail(command, COMMAND_USAGE, "--for %s: expected spreadsheet", reader);
    if (command_given(command, "format") && output->format != FORM_CSV)
        return command_fail(command, COMMAND_USAGE, "--for spreadsheet goes with --format csv, not with %s",
                            command_value(command, "format", 0));
    output->format = FORM_SPREADSHEET;
    return COMMAND_GOOD;
}

static int file_exists(const struct command *command, const char *path)
{
    return command_fail(command, COMMAND_USAGE, "%s is there already: choose another name, or replace it with --force",
                        path);
}

int report_output_read(const struct command *command, struct report_output *output)
{
    *output =
        (struct report_output){.path = command_value(command, "output", 0), .force = command_given(command, "force")};
    int status = format_read(command, output);
    if (status == COMMAND_GOOD)
        status = reader_read(command, output);
    if (status != COMMAND_GOOD)
        return status;
    if (output->format == FORM_XLSX && !output->path)
        return command_fail(command, COMMAND_USAGE, "--format xlsx is a file: expected --output FILE.xlsx with it");
    if (output->path && strcmp(output->path, "-") == 0)
        output->path = NULL;
    if (output->format == FORM_XLSX && !output->path && isatty(STDOUT_FILENO))
        return command_fail(command, COMMAND_USAGE,
                            "a workbook is not written onto a terminal: expected --output FILE.xlsx, or a pipe");
    if (output->force && !output->path)
        return command_fail(command, COMMAND_USAGE, "--force replaces a file: expected --output FILE with it");
    if (output->path && !output->force && access(output->path, F_OK) == 0)
        return file_exists(command, output->path);
    return COMMAND_GOOD;
}

bool report_output_for_people(const struct report_output *output)
{
    return output->format != FORM_CSV && output->format != FORM_JSON;
}

/* --- writing --- */

static int text_write(const struct command *command, const struct report_output *output, const struct form *form)
{
    const bool colour = output->format == FORM_PAGE && !output->path && colour_wanted(stdout);
    struct text out = {0};
    char why[FORM_LINE_BYTES] = "";
    int status = COMMAND_GOOD;
    if (!form_render(form, output->format, colour, &out))
        status = command_fail(command, COMMAND_COULD_NOT, "out of memory");
    else if (output->path && !file_replace(output->path, &out, why, sizeof why))
        status = command_fail(command, COMMAND_COULD_NOT, "%s", why);
    else if (!output->path && (fwrite(out.at, 1, out.length, stdout) != out.length || fflush(stdout) != 0))
        status = command_fail(command, COMMAND_COULD_NOT, "cannot write the page");
    text_free(&out);
    return status;
}

int report_output_write(const struct command *command, const struct report_output *output, const struct form *form)
{
    char why[FORM_LINE_BYTES] = "";
    if (output->path && !output->force && access(output->path, F_OK) == 0)
        return file_exists(command, output->path);
    if (output->format != FORM_XLSX)
        return text_write(command, output, form);
    if (!report_workbook(form, output->path, why, sizeof why))
        return command_fail(command, COMMAND_COULD_NOT, "%s", why);
    return COMMAND_GOOD;
}
