/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/page.h"

#include <stdlib.h>
#include <string.h>

#include "collector/display.h"

enum { MARK_COLUMN = 76 }; /* where the mark of a short title begins */

void page_free(struct page *page)
{
    text_free(&page->out);
    free(page->note);
}

void page_title(struct page *page, const char *title, bool simulated)
{
    const size_t width = text_width(title);
    text_add(&page->out, page->colour ? "\033[1m" : "");
    text_add(&page->out, title);
    text_add(&page->out, page->colour ? "\033[0m" : "");
    if (simulated) {
        text_format(&page->out, "%*s", width < MARK_COLUMN ? (int)(MARK_COLUMN - width) : 2, "");
        text_add(&page->out, page->colour ? "\033[1;33m" : "");
        text_add(&page->out, word(WORD_SIMULATED, page->language));
        text_add(&page->out, page->colour ? "\033[0m" : "");
    }
    text_add(&page->out, "\n");
}

void page_line(struct page *page, const char *line)
{
    text_add(&page->out, line);
    text_add(&page->out, "\n");
}

size_t page_note(struct page *page, const struct note *note)
{
    for (size_t i = 0; i < page->notes; i++)
        if (page->note[i].kind == note->kind && page->note[i].meter == note->meter && page->note[i].key == note->key)
            return i + 1;
    if ((page->notes & (page->notes - 1)) == 0) {
        struct note *more = realloc(page->note, (page->notes ? page->notes * 2 : 1) * sizeof *more);
        if (!more) {
            page->out.failed = true;
            return 0;
        }
        page->note = more;
    }
    page->note[page->notes] = *note;
    return ++page->notes;
}

void page_notes(struct page *page)
{
    for (size_t i = 0; i < page->notes; i++)
        text_format(&page->out, "*%zu %s\n", i + 1, page->note[i].text);
}

void page_notes_json(const struct page *page, struct text *out)
{
    text_add(out, "[");
    for (size_t i = 0; i < page->notes; i++) {
        text_add(out, i ? ", " : "");
        text_add_json(out, page->note[i].text);
    }
    text_add(out, "]");
}

bool page_print(struct page *page)
{
    if (page->out.failed)
        return false;
    return page->out.length == 0 || fwrite(page->out.at, 1, page->out.length, stdout) == page->out.length;
}
