/* SPDX-License-Identifier: Apache-2.0 */
/* The formal reports on production: of a shift, day, dekad, month or year. */
#include <stdlib.h>

#include "collector/gathered.h"
#include "collector/report_head.h"
#include "collector/report_kinds.h"
#include "collector/report_parts.h"

/* --- parts: a table of each quantity, of shifts each --- */

static void heading_make(const struct reporting *reporting, struct form_part *part)
{
    const struct production *production = &reporting->production;
    const struct quantity *known = quantity_find(reporting->quantity);
    const enum language language = reporting->form.language;
    char shift[SHIFT_NAME_BYTES + 8] = "";
    if (reporting->shift >= 0)
        shift_title(production, reporting->shift, shift, sizeof shift);
    snprintf(part->heading, sizeof part->heading, "%s%s%s", quantity_title(reporting->quantity, language),
             *shift ? "  " : "", shift);
    unit_title(known ? known->unit : "", production->selection.style, language, part->unit);
}

static void total_fact(const struct form_part *part, const char *key, const struct column_sum *sum)
{
    char value[AMOUNT_TEXT_MAX];
    amount_plain(sum->exact, value);
    table_fact_json(part->table, key, sum->any ? value : "null");
}

/* What stands beside the rows for programs. */
static void facts_add(const struct reporting *reporting, const struct report_sums *sums, const struct form_part *part)
{
    const struct quantity *known = quantity_find(reporting->quantity);
    char shift[16];
    table_fact(part->table, "quantity", reporting->quantity);
    table_fact(part->table, "unit", known ? known->unit : "");
    snprintf(shift, sizeof shift, "%d", reporting->shift + 1);
    if (reporting->shift >= 0)
        table_fact_json(part->table, "shift", shift);
    table_fact(part->table, "counted", reporting->production.selection.side_simulated ? "simulated" : "real");
    total_fact(part, "total_plan", &sums->plan);
    total_fact(part, "total_done", &sums->done);
    total_fact(part, "total_month", &sums->month);
    total_fact(part, "total_year", &sums->year);
    gathered_facts(&reporting->production.selection, part->table);
}

static bool part_make(struct reporting *reporting, const char *quantity, int shift)
{
    struct report_sums sums = {0};
    reporting->quantity = quantity;
    reporting->shift = shift;
    if (!report_rows(reporting))
        return false;
    struct form_part *part = &reporting->form.part[reporting->form.parts]; /* QUANTITIES_MAX x SHIFTS_MAX of them */
    *part = (struct form_part){.table = report_table(reporting, &sums)};
    if (!part->table)
        return false;
    reporting->form.parts++;
    part->key = 4; /* the mine */
    heading_make(reporting, part);
    facts_add(reporting, &sums, part);
    report_above(reporting, &part->above);
    report_below(reporting, &sums, part);
    return true;
}

/* Shifts that are still to come have no report. */
static bool shifts_make(struct reporting *reporting, const char *quantity)
{
    const struct production *production = &reporting->production;
    const struct selection *selection = &production->selection;
    for (int s = 0; s < production->shifts && s < SHIFTS_MAX; s++) {
        bool begun = false;
        reporting->quantity = quantity;
        reporting->shift = s;
        for (size_t m = 0; m < selection->roster->mines && !begun; m++)
            begun = selection->mine[m] &&
                    s < calendar_rule_of(roster_calendar(selection->roster, m, quantity), production->day)->shifts &&
                    report_span_of(reporting, m).from_ms <= selection->now_ms;
        if ((production->shift >= 0 ? production->shift == s : begun) && !part_make(reporting, quantity, s))
            return false;
    }
    return true;
}

static bool parts_make(struct reporting *reporting)
{
    const struct selection *selection = &reporting->production.selection;
    bool good = true;
    for (size_t q = 0; q < selection->quantities && good; q++)
        good = reporting->production.kind == PRODUCTION_SHIFT ? shifts_make(reporting, selection->quantity[q])
                                                              : part_make(reporting, selection->quantity[q], -1);
    return good;
}

/* --- head and foot --- */

static void head_make(struct reporting *reporting)
{
    static const char *const titles[] = {
        [PRODUCTION_SHIFT] = N_("shift report"), [PRODUCTION_DAY] = N_("daily report"),
        [PRODUCTION_DEKAD] = N_("dekad report"), [PRODUCTION_MONTH] = N_("monthly report"),
        [PRODUCTION_YEAR] = N_("annual report"),
    };
    struct production *production = &reporting->production;
    struct selection *selection = &production->selection;
    struct form *form = &reporting->form;
    char running[FORM_LINE_BYTES / 2];
    form->report = selection->command->operand[0];
    snprintf(form->title, sizeof form->title, "%s", say(form->language, titles[production->kind]));
    period_show(production, form->period, sizeof form->period);
    if (running_show(production, running, sizeof running))
        snprintf(form->unfinished, sizeof form->unfinished, say(form->language, "%s: not to be signed"), running);
    report_head(form, selection);
}

/* --- the whole --- */

static int form_make(struct reporting *reporting, const struct command *command)
{
    struct production *production = &reporting->production;
    const enum period_kind kind = production_period_kind(production->kind);
    reporting->form.language = report_output_for_people(&reporting->output) ? command->language : LANGUAGE_EN;
    production->selection.language = reporting->form.language;
    production->page = page_of(reporting->form.language, TABLE_JSON); /* its notes alone */
    if (production->selection.quantities == 0)
        return command_fail(command, COMMAND_COULD_NOT, "nothing to report: nothing is metered or entered yet");
    reporting->with_year_ago = comparison_of(kind, production->own, COMPARISON_YEAR, production->selection.today);
    reporting->with_before = comparison_of(kind, production->own, COMPARISON_PREVIOUS, production->selection.today);
    head_make(reporting);
    int status = report_people(&reporting->form, command);
    if (status != COMMAND_GOOD)
        return status;
    const bool made = parts_make(reporting);
    status = selection_judge(&production->selection);
    if (status != COMMAND_GOOD)
        return status;
    if (!made)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    page_notes(&production->page);
    reporting->form.notes = production->page.out;
    production->page.out = (struct text){0};
    return COMMAND_GOOD;
}

static int report_run(const struct command *command, enum production_kind kind)
{
    struct reporting *reporting = calloc(1, sizeof *reporting);
    if (!reporting)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    int status = report_output_read(command, &reporting->output);
    if (status == COMMAND_GOOD) {
        status = production_open(&reporting->production, command, kind);
        if (status == COMMAND_GOOD && reporting->production.selection.settings.county.present &&
            !reporting->production.county)
            status = COMMAND_USAGE; /* its faults were told: nobody signs what may lack a mine */
        if (status == COMMAND_GOOD)
            status = form_make(reporting, command);
        if (status == COMMAND_GOOD)
            status = report_output_write(command, &reporting->output, &reporting->form);
        production_close(&reporting->production);
    }
    form_free(&reporting->form);
    free(reporting->rows.at);
    free(reporting);
    return status;
}

int shift_report(const struct command *command)
{
    return report_run(command, PRODUCTION_SHIFT);
}

int day_report(const struct command *command)
{
    return report_run(command, PRODUCTION_DAY);
}

int dekad_report(const struct command *command)
{
    return report_run(command, PRODUCTION_DEKAD);
}

int month_report(const struct command *command)
{
    return report_run(command, PRODUCTION_MONTH);
}

int year_report(const struct command *command)
{
    return report_run(command, PRODUCTION_YEAR);
}
