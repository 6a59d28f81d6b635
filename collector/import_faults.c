/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>

#include "collector/import.h"

void import_fault(struct import_faults *faults, size_t row, size_t column, const char *format, ...)
{
    va_list arguments;
    if (faults->found++ >= IMPORT_FAULTS_MAX)
        return;
    struct import_fault *fault = &faults->fault[faults->kept++];
    fault->row = row;
    fault->column = column;
    va_start(arguments, format);
    vsnprintf(fault->text, sizeof fault->text, say(faults->language, format), arguments);
    va_end(arguments);
    for (char *at = fault->text; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
}

/* As spreadsheets call it: 1 is A, 27 is AA. `text` holds 4 bytes. */
static void column_name(size_t column, char *text)
{
    char letters[4];
    size_t count = 0;
    for (; column && count < sizeof letters - 1; column = (column - 1) / 26)
        letters[count++] = (char)('A' + (column - 1) % 26);
    while (count)
        *text++ = letters[--count];
    *text = '\0';
}

static int by_place(const void *one, const void *other)
{
    const struct import_fault *a = one, *b = other;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

void import_faults_print(struct import_faults *faults, const char *file, FILE *out)
{
    qsort(faults->fault, faults->kept, sizeof *faults->fault, by_place);
    for (size_t i = 0; i < faults->kept; i++) {
        const struct import_fault *fault = &faults->fault[i];
        char column[4];
        column_name(fault->column, column);
        if (fault->column)
            fprintf(out, say(faults->language, "%s: row %zu, column %s: %s\n"), file, fault->row, column, fault->text);
        else if (fault->row)
            fprintf(out, say(faults->language, "%s: row %zu: %s\n"), file, fault->row, fault->text);
        else
            fprintf(out, say(faults->language, "%s: %s\n"), file, fault->text);
    }
    if (faults->found > faults->kept)
        fprintf(out, say(faults->language, "... and %zu more\n"), faults->found - faults->kept);
}
