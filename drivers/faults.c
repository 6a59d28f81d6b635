/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/faults.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct fault {
    enum fault_level level;
    size_t file;   /* index of its first mention */
    size_t number; /* in the order of being found */
    int line, column;
    char *text;
};

struct faults {
    enum language language;
    size_t count[2]; /* by level */
    size_t files, kept, room;
    char **file;
    struct fault *fault;
    bool cut; /* memory ran out: some are counted, not kept */
};

struct faults *faults_new(void)
{
    return calloc(1, sizeof(struct faults));
}

void faults_free(struct faults *faults)
{
    if (!faults)
        return;
    for (size_t i = 0; i < faults->kept; i++)
        free(faults->fault[i].text);
    for (size_t i = 0; i < faults->files; i++)
        free(faults->file[i]);
    free(faults->fault);
    free(faults->file);
    free(faults);
}

void faults_speak(struct faults *faults, enum language language)
{
    faults->language = language;
}

const char *faults_say(const struct faults *faults, const char *text)
{
    return say(faults->language, text);
}

/* Index of a file, noted at its first mention; -1 when out of memory. */
static long file_index(struct faults *faults, const char *name)
{
    for (size_t i = 0; i < faults->files; i++)
        if (strcmp(faults->file[i], name) == 0)
            return (long)i;

    char **file = reallocarray(faults->file, faults->files + 1, sizeof *file);
    if (!file)
        return -1;
    faults->file = file;
    file[faults->files] = strdup(name);
    return file[faults->files] ? (long)faults->files++ : -1;
}

static bool make_room(struct faults *faults)
{
    if (faults->kept < faults->room)
        return true;

    size_t room = faults->room ? 2 * faults->room : 16;
    struct fault *fault = reallocarray(faults->fault, room, sizeof *fault);
    if (!fault)
        return false;
    faults->fault = fault;
    faults->room = room;
    return true;
}

static void mask_controls(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

void faults_add(struct faults *faults, enum fault_level level, struct place place, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    long file = file_index(faults, place.file ? place.file : "");

    faults->count[level]++;
    va_start(arguments, format);
    if (vasprintf(&text, faults_say(faults, format), arguments) < 0)
        text = NULL;
    va_end(arguments);
    if (!text || file < 0 || !make_room(faults)) {
        free(text);
        faults->cut = true;
        return;
    }
    mask_controls(text);
    faults->fault[faults->kept] = (struct fault){level, (size_t)file, faults->kept, place.line, place.column, text};
    faults->kept++;
}

size_t faults_count(const struct faults *faults, enum fault_level level)
{
    return faults->count[level];
}

static int by_place(const void *left, const void *right)
{
    const struct fault *a = left, *b = right;

    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static void fault_print(const struct faults *faults, const struct fault *fault, FILE *out)
{
    fputs(faults->file[fault->file], out);
    if (fault->line > 0)
        fprintf(out, ":%d:%d", fault->line, fault->column);
    fprintf(out, ": %s%s\n", fault->level == FAULT_WARNING ? faults_say(faults, "warning: ") : "", fault->text);
}

void faults_print(struct faults *faults, FILE *out)
{
    if (faults->kept > 0)
        qsort(faults->fault, faults->kept, sizeof *faults->fault, by_place);
    for (size_t i = 0; i < faults->kept; i++)
        fault_print(faults, &faults->fault[i], out);
    if (faults->cut)
        fputs(faults_say(faults, "out of memory: not all faults are shown\n"), out);
}
