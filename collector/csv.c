/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/csv.h"

#include <string.h>

enum { SEPARATORS = 3 };
static const char separators[SEPARATORS] = {',', ';', '\t'};

static bool is_row_end(char c)
{
    return c == '\n' || c == '\r';
}

/* --- the separator --- */

/* Counts the separators of the row at `at`, outside quotes; returns its end. */
static const char *count_separators(const char *at, const char *end, size_t count[static SEPARATORS])
{
    bool quoted = false;
    for (; at < end && (quoted || !is_row_end(*at)); at++) {
        quoted ^= *at == '"';
        for (int i = 0; i < SEPARATORS; i++)
            count[i] += !quoted && *at == separators[i];
    }
    return at;
}

struct csv csv_start(char *text, size_t length)
{
    struct csv csv = {.at = text, .end = text + length, .separator = separators[0]};
    size_t count[SEPARATORS] = {0}, most = 0;
    for (const char *at = text; at < csv.end && most == 0; at++) {
        at = count_separators(at, csv.end, count);
        for (int i = 0; i < SEPARATORS; i++)
            if (count[i] > most) {
                most = count[i];
                csv.separator = separators[i];
            }
    }
    return csv;
}

/* --- cells --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char *trimmed(char *begin, char *end)
{
    while (begin < end && is_blank(*begin))
        begin++;
    while (end > begin && is_blank(end[-1]))
        end--;
    *end = '\0';
    return begin;
}

/* What stands in quotes, its quotes taken off; `to` follows `at`, so it never overtakes it. */
static char *unquote(struct csv *csv, char *to, bool *unclosed)
{
    while (csv->at < csv->end) {
        if (*csv->at == '"' && csv->at[1] != '"') {
            csv->at++;
            return to;
        }
        csv->at += *csv->at == '"'; /* the first of two */
        *to++ = *csv->at++;
    }
    *unclosed = true;
    return to;
}

/* A cell up to what ends it, which is left to be looked at: *ending. */
static char *cell_read(struct csv *csv, char *ending, bool *unclosed)
{
    char *begin, *to;
    while (csv->at < csv->end && is_blank(*csv->at) && *csv->at != csv->separator)
        csv->at++;
    begin = to = csv->at;
    if (csv->at < csv->end && *csv->at == '"') {
        csv->at++;
        to = unquote(csv, to, unclosed);
    }
    while (csv->at < csv->end && *csv->at != csv->separator && !is_row_end(*csv->at))
        *to++ = *csv->at++;
    *ending = csv->at < csv->end ? *csv->at : '\0';
    return trimmed(begin, to);
}

static void skip_row_end(struct csv *csv, char ending)
{
    csv->at++;
    if (ending == '\r' && csv->at < csv->end && *csv->at == '\n')
        csv->at++;
}

enum csv_outcome csv_row(struct csv *csv, struct csv_row *row, bool *unclosed)
{
    char ending;
    bool fits = true;
    *unclosed = false;
    row->cells = 0;
    if (csv->at >= csv->end)
        return CSV_END;
    row->row = ++csv->row;
    do {
        char *cell = cell_read(csv, &ending, unclosed);
        fits = row->cells < CSV_CELLS_MAX;
        if (fits)
            row->cell[row->cells++] = cell;
        if (csv->at < csv->end && !is_row_end(ending))
            csv->at++;
    } while (ending && !is_row_end(ending));
    if (is_row_end(ending))
        skip_row_end(csv, ending);
    if (!fits)
        row->cells = 0;
    return fits ? CSV_ROW : CSV_BAD;
}
