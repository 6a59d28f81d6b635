/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/report_integrity.h"

#include <stdlib.h>

#include "collector/gathered.h"
#include "collector/report_head.h"
#include "collector/report_kinds.h"
#include "collector/report_output.h"

enum { YEARS_MAX = 10 };

struct integrity_report {
    struct selection selection;
    struct report_output output;
    struct form form;
    struct period days;
};

/* --- which days --- */

static int span_read(struct integrity_report *report, const struct command *command)
{
    const char *const ends[] = {command_value(command, "from", 0), command_value(command, "to", 0)};
    civil_day day[] = {report->selection.today, report->selection.today};
    if (command_given(command, "month") || command_given(command, "year"))
        return command_fail(command, COMMAND_USAGE, "--from and --to go with neither --month nor --year");
    if (!ends[0])
        return command_fail(command, COMMAND_USAGE, "--to %s: expected --from with it", ends[1]);
    for (int i = 0; i < 2; i++)
        if (ends[i] && !period_parse_day(ends[i], report->selection.today, &day[i]))
            return command_fail(command, COMMAND_USAGE, "--%s %s: expected today, yesterday or a date like 2026-10-13",
                                i ? "to" : "from", ends[i]);
    if (day[1] < day[0])
        return command_fail(command, COMMAND_USAGE, "--from %s --to %s: expected the first day, then the last one",
                            ends[0], ends[1] ? ends[1] : "today");
    if (day[1] - day[0] > YEARS_MAX * 366)
        return command_fail(command, COMMAND_USAGE, "--from %s --to %s: expected at most %d years", ends[0],
                            ends[1] ? ends[1] : "today", YEARS_MAX);
    report->days = (struct period){day[0], day[1] + 1};
    return COMMAND_GOOD;
}

static int days_read(struct integrity_report *report, const struct command *command)
{
    const char *month_text = command_value(command, "month", 0), *year_text = command_value(command, "year", 0);
    const civil_day today = report->selection.today;
    civil_month month = month_of(today);
    int year = year_of(today);
    if (command_given(command, "from") || command_given(command, "to"))
        return span_read(report, command);
    if (month_text && year_text)
        return command_fail(command, COMMAND_USAGE, "--month and --year cannot go together");
    if (month_text && !period_parse_month(month_text, today, &month))
        return command_fail(command, COMMAND_USAGE, "--month %s: expected this, last or a month like 2026-10",
                            month_text);
    if (year_text && !period_parse_year(year_text, today, &year))
        return command_fail(command, COMMAND_USAGE, "--year %s: expected this, last or a year like 2026", year_text);
    report->days = year_text ? year_days(year) : month_days(month);
    return COMMAND_GOOD;
}

/* "2026-10", "2026", or the first and the last day. */
static void period_show(struct period days, char *text, size_t size)
{
    char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
    civil_format(days.from, first);
    civil_format(days.to - 1, last);
    const struct period month = month_days(month_of(days.from)), year = year_days(year_of(days.from));
    if (days.from == month.from && days.to == month.to)
        snprintf(text, size, "%.7s", first);
    else if (days.from == year.from && days.to == year.to)
        snprintf(text, size, "%.4s", first);
    else
        snprintf(text, size, "%s - %s", first, last);
}

/* --- the parts --- */

static void facts_add(struct table *table, const struct integrity_page *page, const char *part, struct period days)
{
    const struct quantity *quantity = quantity_find(page->integrity.quantity);
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    civil_format(days.from, from);
    civil_format(days.to - 1, to);
    table_fact(table, "part", part);
    table_fact(table, "quantity", page->integrity.quantity);
    table_fact(table, "unit", quantity ? quantity->unit : "");
    table_fact(table, "from", from);
    table_fact(table, "to", to);
}

static struct form_part *part_add(struct integrity_report *report, const struct integrity_page *page, const char *name,
                                  const char *heading, const char *sheet, struct table *table)
{
    struct form *form = &report->form;
    if (!table || form->parts == FORM_PARTS_MAX) {
        table_free(table);
        return NULL;
    }
    struct form_part *part = &form->part[form->parts++];
    const struct quantity *quantity = quantity_find(page->integrity.quantity);
    const char *title = quantity_title(page->integrity.quantity, form->language);
    snprintf(part->heading, sizeof part->heading, "%s%s%s", title, say(form->language, ": "), heading);
    snprintf(part->sheet, sizeof part->sheet, "%s%s%s", title, say_of(form->language, "clause", ", "), sheet);
    unit_title(quantity ? quantity->unit : "", report->selection.style, form->language, part->unit);
    part->table = table;
    facts_add(table, page, name, report->days);
    return part;
}

static void present_find(struct integrity_page *page)
{
    const struct integrity_row *row = page->integrity.rows.at;
    for (size_t i = 0; i < page->integrity.rows.count; i++)
        for (size_t kind = 0; kind < INTEGRITY_KINDS; kind++)
            page->present[kind] |= row[i].sum[kind].count || row[i].sum[kind].span_ms;
}

static bool sums_make(struct integrity_report *report, const struct integrity_page *page)
{
    const enum language language = report->form.language;
    struct form_part *part = part_add(report, page, "sums", say(language, N_("how whole the figures are")),
                                      say_of(language, "sheet", "totals"), integrity_table(page));
    if (!part)
        return false;
    integrity_warnings(page, &part->above);
    gathered_missing(&report->selection, report->form.language, &part->above);
    integrity_remarks(page, &part->below);
    gathered_when(&report->selection, report->form.language, &part->below);
    gathered_facts(&report->selection, part->table);
    return true;
}

/* For programs the items alone where CSV is asked for: it has one heading. */
static bool parts_make(struct integrity_report *report, const struct integrity_page *page)
{
    const bool details = command_given(report->selection.command, "detail");
    if (!(details && report->output.format == FORM_CSV) && !sums_make(report, page))
        return false;
    if (!details)
        return true;
    struct form_part *part = part_add(report, page, "items", say(report->form.language, N_("the items")),
                                      say_of(report->form.language, "sheet", "items"), integrity_details(page));
    if (part)
        part->key = 1; /* when */
    return part != NULL;
}

static int quantity_make(struct integrity_report *report, struct report *ledger, const char *quantity)
{
    const struct selection *selection = &report->selection;
    struct integrity_page *page = calloc(1, sizeof *page);
    if (!page)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    *page = (struct integrity_page){.selection = selection, .language = report->form.language};
    page->integrity = (struct integrity){.report = ledger, .quantity = quantity, .mine = selection->mine};
    const bool read = integrity_read(&page->integrity, report->days);
    int status = selection_judge(selection);
    if (status == COMMAND_GOOD && read)
        status = integrity_judge(page);
    present_find(page);
    if (status == COMMAND_GOOD && !(read && parts_make(report, page)))
        status = command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    integrity_free(&page->integrity);
    free(page->judgement);
    free(page);
    return status;
}

/* --- the whole --- */

static void head_make(struct integrity_report *report)
{
    const struct selection *selection = &report->selection;
    struct form *form = &report->form;
    form->report = "integrity";
    snprintf(form->title, sizeof form->title, "%s", say(form->language, N_("data-integrity report")));
    period_show(report->days, form->period, sizeof form->period);
    report_head(form, selection);
    if (report->selection.today < report->days.to)
        snprintf(form->unfinished, sizeof form->unfinished, "%s",
                 say(form->language, N_("STILL RUNNING: not to be signed")));
}

static int form_make(struct integrity_report *report)
{
    const struct selection *selection = &report->selection;
    const int64_t margin_ms = INT64_C(2) * 86400000;
    struct report *ledger =
        report_new(selection->db, selection->roster, selection->now_ms, civil_instant(report->days.from, 0) - margin_ms,
                   civil_instant(report->days.to, 0) + margin_ms);
    int status = ledger ? COMMAND_GOOD : selection_judge(selection);
    head_make(report);
    for (size_t q = 0; ledger && status == COMMAND_GOOD && q < selection->quantities; q++)
        if (!selection_metered(selection, selection->quantity[q]))
            status = quantity_make(report, ledger, selection->quantity[q]);
    report_free(ledger);
    return status == COMMAND_GOOD ? selection_judge(selection) : status;
}

int integrity_report(const struct command *command)
{
    struct integrity_report *report = calloc(1, sizeof *report);
    if (!report)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    int status = report_output_read(command, &report->output);
    if (status == COMMAND_GOOD) {
        status = selection_open(command, &report->selection);
        report->form.language = report_output_for_people(&report->output) ? command->language : LANGUAGE_EN;
        if (status == COMMAND_GOOD)
            status = days_read(report, command);
        if (status == COMMAND_GOOD)
            status = form_make(report);
        if (status == COMMAND_GOOD)
            status = report_people(&report->form, command);
        if (status == COMMAND_GOOD)
            status = report_output_write(command, &report->output, &report->form);
        selection_close(&report->selection);
    }
    form_free(&report->form);
    free(report);
    return status;
}
