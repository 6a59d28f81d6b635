/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/form.h"

#include <stdio.h>
#include <string.h>

#include "collector/page.h"

enum { CHAIN_SHOWN = 16 }; /* as far as a person compares it */

void form_free(struct form *form)
{
    for (size_t i = 0; i < form->parts; i++) {
        text_free(&form->part[i].above);
        table_free(form->part[i].table);
        text_free(&form->part[i].below);
    }
    text_free(&form->notes);
    *form = (struct form){0};
}

/* Calls `each` with every line of a text whose lines end with \n. */
static void lines_each(const struct text *lines, void (*each)(void *context, const char *line), void *context)
{
    char line[2048];
    const char *at = lines->length ? lines->at : "";
    for (const char *end; (end = strchr(at, '\n')); at = end + 1) {
        snprintf(line, sizeof line, "%.*s", (int)(end - at), at);
        each(context, line);
    }
}

static bool form_failed(const struct form *form)
{
    bool failed = form->notes.failed;
    for (size_t i = 0; i < form->parts; i++)
        failed |= form->part[i].above.failed || form->part[i].below.failed || !form->part[i].table;
    return failed;
}

/* "raw coal, reported, t" */
static void part_title(const struct form *form, const struct form_part *part, char *title, size_t size)
{
    if (*part->heading && *part->unit)
        snprintf(title, size, say(form->language, "%s, %s"), part->heading, part->unit);
    else
        snprintf(title, size, "%s%s", part->heading, part->unit);
}

/* --- what stands above and below, for pages and spreadsheets alike --- */

typedef void line_writer(void *context, const char *line);

static void head_each(const struct form *form, line_writer *each, void *context)
{
    each(context, form->period);
    if (*form->unfinished)
        each(context, form->unfinished);
}

static void signed_line(const struct form *form, char *line, size_t size)
{
    static const char blank[] = "____________";
    const char *prepared = *form->prepared_by ? form->prepared_by : blank;
    const char *checked = *form->checked_by ? form->checked_by : blank;
    snprintf(line, size, say(form->language, "prepared by %s    checked by %s    date %s"), prepared, checked, blank);
}

static void foot_each(const struct form *form, line_writer *each, void *context)
{
    char line[3 * FORM_LINE_BYTES], made[FORM_LINE_BYTES];
    char chain[CHAIN_SHOWN + 1];
    snprintf(chain, sizeof chain, "%s", form->chain);
    snprintf(made, sizeof made, say(form->language, *chain ? N_("as of %s    chain %s") : N_("as of %s")), form->made,
             chain);
    each(context, made);
    if (*form->unfinished)
        return;
    signed_line(form, line, sizeof line);
    each(context, line);
}

/* --- a page --- */

static void page_each(void *context, const char *line)
{
    page_line(context, line);
}

static bool page_render(const struct form *form, bool colour, struct text *out)
{
    struct page page = {.language = form->language, .colour = colour};
    char title[2 * FORM_LINE_BYTES + 4];
    bool good = true;
    snprintf(title, sizeof title, "%s%s%s", form->title, *form->place ? "  " : "", form->place);
    page_title_marked(&page, title, form->mark);
    head_each(form, page_each, &page);
    for (size_t i = 0; i < form->parts; i++) {
        const struct form_part *part = &form->part[i];
        part_title(form, part, title, sizeof title);
        text_add(&page.out, "\n");
        if (*title)
            page_line(&page, title);
        lines_each(&part->above, page_each, &page);
        table_band(part->table, PAGE_COLUMNS, part->key);
        good &= table_render(part->table, TABLE_PAGE, colour, &page.out);
        lines_each(&part->below, page_each, &page);
    }
    lines_each(&form->notes, page_each, &page);
    text_add(&page.out, "\n");
    foot_each(form, page_each, &page);
    good &= !page.out.failed;
    text_add(out, page.out.at ? page.out.at : "");
    page_free(&page);
    return good;
}

/* --- a spreadsheet --- */

static void sheet_each(void *context, const char *line)
{
    table_sheet_line(line, context);
}

static bool sheet_render(const struct form *form, struct text *out)
{
    char title[2 * FORM_LINE_BYTES + 4];
    bool good = true;
    text_add(out, "\xEF\xBB\xBF");
    snprintf(title, sizeof title, "%s%s%s", form->title, *form->place ? "  " : "", form->place);
    table_sheet_line(title, out);
    if (form->mark)
        table_sheet_line(form->mark, out);
    head_each(form, sheet_each, out);
    for (size_t i = 0; i < form->parts; i++) {
        const struct form_part *part = &form->part[i];
        part_title(form, part, title, sizeof title);
        text_add(out, "\r\n");
        if (*title)
            table_sheet_line(title, out);
        lines_each(&part->above, sheet_each, out);
        good &= table_render_sheet(part->table, out);
        lines_each(&part->below, sheet_each, out);
    }
    lines_each(&form->notes, sheet_each, out);
    text_add(out, "\r\n");
    foot_each(form, sheet_each, out);
    return good;
}

/* --- for programs --- */

/* The heading once, then the rows of all parts. */
static bool csv_render(const struct form *form, struct text *out)
{
    bool good = true;
    for (size_t i = 0; i < form->parts; i++) {
        struct text part = {0};
        good &= table_render(form->part[i].table, TABLE_CSV, false, &part);
        const char *rows = !part.at ? "" : i ? strstr(part.at, "\r\n") + 2 : part.at;
        text_add(out, rows);
        text_free(&part);
    }
    return good;
}

static void json_line(void *context, const char *line)
{
    struct text *out = context;
    text_add(out, out->at[out->length - 1] == '[' ? "" : ", ");
    text_add_json(out, line);
}

static void json_lines(const struct text *lines, const char *key, struct text *out)
{
    text_key(out, key);
    text_add(out, "[");
    lines_each(lines, json_line, out);
    text_add(out, "]");
}

static bool json_part(const struct form_part *part, struct text *out)
{
    struct text lines = {0};
    text_add(&lines, "[");
    lines_each(&part->above, json_line, &lines);
    lines_each(&part->below, json_line, &lines);
    text_add(&lines, "]");
    if (!lines.failed)
        table_fact_json(part->table, "remarks", lines.at);
    const bool good = !lines.failed && table_render(part->table, TABLE_JSON, false, out);
    text_free(&lines);
    return good;
}

static bool json_render(const struct form *form, struct text *out)
{
    bool good = true;
    text_add(out, "{");
    text_member(out, "report", form->report);
    text_member(out, "place", form->place);
    text_member(out, "period", form->period);
    text_member_bool(out, "running", *form->unfinished != '\0');
    text_member_bool(out, "simulated", form->mark != NULL);
    text_member(out, "as_of", form->made);
    text_member(out, "chain", form->chain);
    text_member(out, "prepared_by", form->prepared_by);
    text_member(out, "checked_by", form->checked_by);
    json_lines(&form->notes, "notes", out);
    text_key(out, "parts");
    text_add(out, "[");
    for (size_t i = 0; i < form->parts; i++) {
        text_add(out, i ? ", " : "");
        good &= json_part(&form->part[i], out);
    }
    text_add(out, "]}\n");
    return good;
}

bool form_render(const struct form *form, enum form_format format, bool colour, struct text *out)
{
    bool good = !form_failed(form);
    if (good && format == FORM_CSV)
        good = csv_render(form, out);
    else if (good && format == FORM_JSON)
        good = json_render(form, out);
    else if (good && format == FORM_SPREADSHEET)
        good = sheet_render(form, out);
    else if (good)
        good = page_render(form, colour, out);
    return good && !out->failed;
}
