/* SPDX-License-Identifier: Apache-2.0 */
/* A period against another one, on comparable scope: a mine that was not recorded in
 * all of the other period, or is not in this one, counts on neither side and is named. */
#include <stdio.h>

#include "collector/production_parts.h"

enum period_kind production_period_kind(enum production_kind kind)
{
    switch (kind) {
    case PRODUCTION_DEKAD:
        return PERIOD_KIND_DEKAD;
    case PRODUCTION_MONTH:
        return PERIOD_KIND_MONTH;
    case PRODUCTION_YEAR:
        return PERIOD_KIND_YEAR;
    case PRODUCTION_SPAN:
        return PERIOD_KIND_SPAN;
    default:
        return PERIOD_KIND_DAY;
    }
}

int comparison_choose(struct production *production, const struct command *command)
{
    const char *with = command_value(command, "compare", 0);
    if (!with)
        return COMMAND_GOOD;
    if (!comparison_parse(with, &production->with))
        return command_fail(command, COMMAND_USAGE, "--compare %s: expected previous or year", with);
    production->comparing = true;
    production->comparison = comparison_of(production_period_kind(production->kind), production->own, production->with,
                                           production->selection.today);
    return COMMAND_GOOD;
}

/* --- cells --- */

void comparison_columns(const struct production *production, struct table *table)
{
    const enum language language = production->selection.language;
    const bool year = production->with == COMPARISON_YEAR;
    /* Of a period that is over, what is compared is the figure itself. */
    table_column(table, "compared", word(WORD_COMPARED, language), COLUMN_NUMBER,
                 production->comparison.running ? COLUMN_BOTH : COLUMN_DATA);
    table_column(table, "before", word(year ? WORD_YEAR_AGO : WORD_PREVIOUS, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "change", word(WORD_CHANGE, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "change_percent", word(year ? WORD_ON_YEAR_AGO : WORD_ON_PREVIOUS, language), COLUMN_NUMBER,
                 COLUMN_BOTH);
}

/* "+1,104", "-3"; nothing has no sign. */
static void change_cell(const struct production *production, int64_t change)
{
    char shown[AMOUNT_TEXT_MAX + 1] = "+", value[AMOUNT_TEXT_MAX];
    const bool more = amount_round(change, production->selection.style) > 0;
    amount_show(change, production->selection.style, shown + more);
    amount_plain(change, value);
    table_cell(production->table, shown, value);
}

static void percent_cell(const struct production *production, int64_t change, int64_t then)
{
    char shown[PERCENT_TEXT_BYTES], value[PERCENT_TEXT_BYTES];
    if (comparison_percent(change, then, shown, value))
        table_cell(production->table, shown, value);
    else
        table_cell(production->table, "-", NULL);
}

static void pair_cells(const struct production *production, int64_t now, int64_t then, bool known)
{
    const int64_t change = amount_add(now, then > INT64_MIN ? -then : INT64_MAX);
    amount_cell(production, now, known);
    amount_cell(production, then, known);
    if (known) {
        change_cell(production, change);
        percent_cell(production, change, then);
        return;
    }
    table_cell(production->table, "-", NULL);
    table_cell(production->table, "-", NULL);
}

/* --- scope --- */

static struct figure line_of(struct production *production, const struct line *line, struct period days)
{
    return days.from < days.to ? line_days(production, line, days) : (struct figure){0};
}

/* It was read before the other period began: it has all of it. */
static bool line_recorded(const struct production *production, const struct line *line, civil_day from)
{
    for (size_t i = 0; i < line->meters; i++) {
        const int64_t first_ms = report_first(production->report, line->meter[i]).at_ms;
        const struct calendar_span day =
            report_span(production->report, line->meter[i], (struct period){from, from + 1});
        if (first_ms && first_ms <= day.from_ms)
            return true;
    }
    return line->meters == 0; /* what people entered is of whole periods */
}

static void leave_out(struct production *production, const struct line *line, const char *why)
{
    const struct selection *selection = &production->selection;
    const bool page = selection->format == TABLE_PAGE; /* of one quantity; data are of all */
    const bool named = selection->meters && line->meters;
    char text[TITLE_MAX_BYTES + 2 * ID_BYTES + 64];
    snprintf(text, sizeof text, say(production->page.language, "%s%s%s%s%s (%s)"),
             mine_title(&selection->roster->mine[line->mine], production->page.language), page ? "" : " ",
             page ? "" : line->quantity, named ? " " : "", named ? selection->roster->meter[line->meter[0]].name : "",
             say(production->page.language, why));
    text_add(&production->left_out, production->left_out.length ? ", " : "");
    if (page)
        text_add(&production->left_out, text);
    else
        text_add_json(&production->left_out, text);
}

void comparison_cells(struct production *production, const struct line *line, struct row_sums *sums)
{
    const struct comparison *comparison = &production->comparison;
    const struct figure now = line_of(production, line, comparison->now);
    const struct figure then = line_of(production, line, comparison->then);
    const bool recorded = then.any && line_recorded(production, line, comparison->then.from);
    const bool known = recorded && now.any;
    if (!recorded && (now.any || then.any))
        leave_out(production, line, N_("not recorded in all of that time"));
    else if (recorded && !now.any)
        leave_out(production, line, N_("not recorded now"));
    if (known) {
        sum_add(production, &sums->now, line_amount(line, &now), true);
        sum_add(production, &sums->then, line_amount(line, &then), true);
    }
    pair_cells(production, line_amount(line, &now), line_amount(line, &then), known);
}

void comparison_gone(struct production *production, const struct line *line)
{
    if (production->comparing && line_of(production, line, production->comparison.then).any)
        leave_out(production, line, N_("no longer recorded"));
}

void comparison_total(struct production *production, const struct row_sums *sums)
{
    pair_cells(production, sums->now.exact, sums->then.exact, sums->now.any);
}

/* --- what was compared --- */

/* The first and the last day of a period, or empty texts. */
static void ends_show(struct period days, char from[static DATE_TEXT_BYTES], char to[static DATE_TEXT_BYTES])
{
    from[0] = to[0] = '\0';
    if (days.from >= days.to)
        return;
    civil_format(days.from, from);
    civil_format(days.to - 1, to);
}

void comparison_notes(struct production *production)
{
    const struct comparison *comparison = &production->comparison;
    const enum language language = production->selection.language;
    char now[2][DATE_TEXT_BYTES], then[2][DATE_TEXT_BYTES], line[256];
    if (!production->comparing)
        return;
    ends_show(comparison->now, now[0], now[1]);
    ends_show(comparison->then, then[0], then[1]);
    if (comparison->now.from >= comparison->now.to)
        snprintf(line, sizeof line, "%s", say(language, "no day of it is over yet: nothing to compare"));
    else
        snprintf(line, sizeof line, say(language, "compared: %s to %s (%d days) with %s to %s (%d days)"), now[0],
                 now[1], (int)(comparison->now.to - comparison->now.from), then[0], then[1],
                 (int)(comparison->then.to - comparison->then.from));
    page_line(&production->page, line);
    if (production->left_out.length) {
        struct text left_out = {0};
        text_format(&left_out, "%s%s", say(language, "left out on both sides: "),
                    production->left_out.at ? production->left_out.at : "");
        page_line(&production->page, left_out.at ? left_out.at : "");
        text_free(&left_out);
        text_clear(&production->left_out);
    }
}

void comparison_facts(const struct production *production)
{
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    struct text list = {0};
    if (!production->comparing)
        return;
    table_fact(production->table, "compare", production->with == COMPARISON_YEAR ? "year" : "previous");
    ends_show(production->comparison.now, from, to);
    table_fact(production->table, "compared_from", from);
    table_fact(production->table, "compared_to", to);
    ends_show(production->comparison.then, from, to);
    table_fact(production->table, "before_from", from);
    table_fact(production->table, "before_to", to);
    text_format(&list, "[%s]", production->left_out.length ? production->left_out.at : "");
    table_fact_json(production->table, "left_out", list.failed ? "[]" : list.at);
    text_free(&list);
}
