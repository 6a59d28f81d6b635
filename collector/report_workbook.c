/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/report_workbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/xlsx.h"

enum { LINES_MAX = 200 }; /* above and below one table; further ones are counted in the last */

/* What of a form goes on one sheet, and has to be put together for it. */
struct sheet_texts {
    char title[2 * FORM_LINE_BYTES], period[2 * FORM_LINE_BYTES + 4], chain[FORM_LINE_BYTES];
    size_t lines;
    const char *line[LINES_MAX];
    char *cut; /* the lines, each ended by NUL */
};

/* The lines of the three texts, one after another. False when out of memory. */
static bool lines_cut(const struct form *form, const struct form_part *part, struct sheet_texts *texts)
{
    struct text all = {0};
    text_add(&all, part->above.length ? part->above.at : "");
    text_add(&all, part->below.length ? part->below.at : "");
    text_add(&all, form->notes.length ? form->notes.at : "");
    texts->cut = all.at;
    char *rest = all.failed ? NULL : texts->cut;
    for (char *line; texts->lines < LINES_MAX && (line = strsep(&rest, "\n"));)
        if (*line)
            texts->line[texts->lines++] = line;
    return !all.failed;
}

static bool sheet_make(const struct form *form, const struct form_part *part, const char *as_of,
                       struct sheet_texts *texts, struct xlsx_sheet *sheet)
{
    snprintf(texts->title, sizeof texts->title, "%s%s%s", form->place, *form->place ? "  " : "", form->title);
    snprintf(texts->period, sizeof texts->period, "%s%s%s", form->period, *form->unfinished ? "  " : "",
             form->unfinished);
    snprintf(texts->chain, sizeof texts->chain, say(form->language, "chain %s"), form->chain);
    *sheet = (struct xlsx_sheet){
        .name = *part->sheet     ? part->sheet
                : *part->heading ? part->heading
                                 : form->title,
        .title = texts->title,
        .period = texts->period,
        .unit = *part->unit ? part->unit : NULL,
        .mark = form->mark,
        .table = part->table,
        .note = texts->line,
        .signatures = !*form->unfinished,
        .prepared_by = *form->prepared_by ? form->prepared_by : NULL,
        .checked_by = *form->checked_by ? form->checked_by : NULL,
        .as_of = as_of,
        .chain = *form->chain ? texts->chain : NULL,
    };
    const bool good = lines_cut(form, part, texts);
    sheet->notes = texts->lines;
    return good && part->table;
}

bool report_workbook(const struct form *form, const char *path, char *why, size_t size)
{
    struct xlsx_sheet *sheet = calloc(form->parts + 1, sizeof *sheet);
    struct sheet_texts *texts = calloc(form->parts + 1, sizeof *texts);
    char as_of[FORM_LINE_BYTES];
    bool good = sheet && texts;
    snprintf(as_of, sizeof as_of, say(form->language, "as of %s"), form->made);
    for (size_t i = 0; i < form->parts && good; i++)
        good = sheet_make(form, &form->part[i], as_of, &texts[i], &sheet[i]);
    if (!good)
        snprintf(why, size, "%s", say(form->language, "out of memory"));
    else
        good = xlsx_write(sheet, form->parts, form->language, form->made_ms, path, why, size);
    for (size_t i = 0; i < form->parts && texts; i++)
        free(texts[i].cut);
    free(texts);
    free(sheet);
    return good;
}
