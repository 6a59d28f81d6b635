/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/calendar.h"
#include "collector/display.h"

enum {
    MARK_COLUMN = 76, /* where the mark of a short title begins */
    FOLD_INDENT = 3,  /* of what goes on below */
    INDENT_MAX = 40   /* of a line that is folded under its own beginning */
};

struct page page_of(enum language language, enum table_format format)
{
    return (struct page){
        .language = language, .colour = format == TABLE_PAGE && colour_wanted(stdout), .data = format != TABLE_PAGE};
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

/* How many bytes of a line go on one line of the page: up to the space between two of its fields
 * rather than within one. */
static size_t line_fit(const char *line, size_t room)
{
    const size_t fits = text_fit(line, room), indent = strspn(line, " ");
    if (!line[fits])
        return fits;
    for (size_t at = fits; at > indent + fits / 2; at--)
        if (line[at - 1] == ' ' && line[at] == ' ')
            return at;
    return fits;
}

static void line_fold(const char *line, struct text *out)
{
    const size_t begin = strspn(line, " "), indent = (begin < INDENT_MAX ? begin : INDENT_MAX) + FOLD_INDENT;
    size_t room = PAGE_COLUMNS, fits;
    for (; line[fits = line_fit(line, room)]; room = PAGE_COLUMNS - indent) {
        size_t shown = fits;
        while (shown > begin && line[shown - 1] == ' ')
            shown--;
        text_add_bytes(out, line, shown);
        text_format(out, "\n%*s", (int)indent, "");
        line += fits;
        line += strspn(line, " ");
    }
    text_add(out, line);
}

void page_fold(const char *lines, struct text *out)
{
    while (*lines) {
        const size_t length = strcspn(lines, "\n");
        struct text line = {0};
        text_add_bytes(&line, lines, length);
        if (length <= PAGE_COLUMNS || line.failed || memchr(lines, '\033', length))
            text_add_bytes(out, lines, length);
        else
            line_fold(line.at, out);
        text_add(out, lines[length] ? "\n" : "");
        lines += length + (lines[length] == '\n');
        text_free(&line);
    }
}

void page_line(struct page *page, const char *line)
{
    line_fold(line, &page->out);
    text_add(&page->out, "\n");
}

void page_tell(const char *format, ...)
{
    va_list arguments;
    char *told = NULL;
    struct text folded = {0};
    va_start(arguments, format);
    if (vasprintf(&told, format, arguments) < 0)
        told = NULL;
    va_end(arguments);
    page_fold(told ? told : "", &folded);
    fputs(folded.at && !folded.failed ? folded.at : told ? told : "", stdout);
    text_free(&folded);
    free(told);
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
    struct text folded = {0};
    if (!page->data)
        page_fold(page->out.at ? page->out.at : "", &folded);
    const struct text *shown = page->data ? &page->out : &folded;
    const bool good = !page->out.failed && !shown->failed &&
                      (shown->length == 0 || fwrite(shown->at, 1, shown->length, stdout) == shown->length);
    text_free(&folded);
    return good;
}
