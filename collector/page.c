/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "collector/calendar.h"
#include "collector/display.h"

enum {
    MARK_COLUMN = 76, /* where the mark of a short title begins */
    FOLD_INDENT = 3   /* of what goes on below */
};

struct page page_of(enum language language, enum table_format format)
{
    return (struct page){.language = language, .colour = format == TABLE_PAGE && colour_wanted(stdout)};
}

void page_free(struct page *page)
{
    text_free(&page->out);
    free(page->notes.at);
}

void page_title_marked(struct page *page, const char *title, const char *mark)
{
    const size_t width = text_width(title);
    text_add(&page->out, page->colour ? "\033[1m" : "");
    text_add(&page->out, title);
    text_add(&page->out, page->colour ? "\033[0m" : "");
    if (mark) {
        text_format(&page->out, "%*s", width < MARK_COLUMN ? (int)(MARK_COLUMN - width) : 2, "");
        text_add(&page->out, page->colour ? "\033[1;33m" : "");
        text_add(&page->out, mark);
        text_add(&page->out, page->colour ? "\033[0m" : "");
    }
    text_add(&page->out, "\n");
}

void page_title(struct page *page, const char *title, bool simulated)
{
    page_title_marked(page, title, simulated ? word(WORD_SIMULATED, page->language) : NULL);
}

void page_line(struct page *page, const char *line)
{
    size_t room = PAGE_COLUMNS, fits;
    for (; line[fits = text_fit(line, room)]; room = PAGE_COLUMNS - FOLD_INDENT) {
        text_add_bytes(&page->out, line, line[fits - 1] == ' ' ? fits - 1 : fits);
        text_format(&page->out, "\n%*s", FOLD_INDENT, "");
        for (line += fits; *line == ' ';)
            line++;
    }
    text_add(&page->out, line);
    text_add(&page->out, "\n");
}

void page_columns(struct table *table, const struct page_column *column, size_t columns, enum language language)
{
    for (size_t i = 0; i < columns; i++)
        table_column(table, column[i].key, say(language, column[i].title), column[i].kind, column[i].where);
}

void page_instant(struct table *table, int64_t at_ms)
{
    char whole[INSTANT_TEXT_BYTES], brief[INSTANT_TEXT_BYTES];
    if (!at_ms) {
        table_none(table);
        return;
    }
    instant_format(at_ms, whole);
    snprintf(brief, sizeof brief, "%.11s", whole + 5);
    table_cell(table, brief, whole);
}

void page_instant_whole(struct table *table, int64_t at_ms)
{
    char whole[INSTANT_TEXT_BYTES];
    if (!at_ms) {
        table_none(table);
        return;
    }
    instant_format(at_ms, whole);
    table_text(table, whole);
}

size_t page_note(struct page *page, const struct note *note)
{
    const struct note *known = page->notes.at;
    for (size_t i = 0; i < page->notes.count; i++)
        if (known[i].kind == note->kind && known[i].meter == note->meter && known[i].key == note->key)
            return i + 1;
    page->notes.size = sizeof *note;
    struct note *slot = list_add(&page->notes);
    if (!slot) {
        page->out.failed = true;
        return 0;
    }
    *slot = *note;
    return page->notes.count;
}

void page_notes(struct page *page)
{
    const struct note *note = page->notes.at;
    char line[sizeof note->text + 24];
    for (size_t i = 0; i < page->notes.count; i++) {
        snprintf(line, sizeof line, "*%zu %s", i + 1, note[i].text);
        page_line(page, line);
    }
}

void page_notes_json(const struct page *page, struct text *out)
{
    const struct note *note = page->notes.at;
    text_add(out, "[");
    for (size_t i = 0; i < page->notes.count; i++) {
        text_add(out, i ? ", " : "");
        text_add_json(out, note[i].text);
    }
    text_add(out, "]");
}

bool page_print(struct page *page)
{
    if (page->out.failed)
        return false;
    return page->out.length == 0 || fwrite(page->out.at, 1, page->out.length, stdout) == page->out.length;
}
