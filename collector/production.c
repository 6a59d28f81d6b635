/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/production.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/display.h"

/* One run of one verb. */
struct production {
    enum production_kind kind;
    struct selection selection;
    struct report *report;
    struct page page;
    struct table *table;
    civil_day day; /* DAY, SHIFT, HOURS: the day; MONTH, YEAR: the last day of it */
    civil_month month;
    struct period own;         /* the days that the page is about */
    int shift;                 /* SHIFT: only this one, from 0; -1: all */
    int shifts;                /* columns of shifts, DAY only */
    struct calendar_span span; /* of `own`, over all meters of the page */
    bool one_plan;             /* all of them have the same shifts */
};

/* A row: one meter, or all main meters of a mine, for one quantity. */
struct line {
    size_t mine;
    const char *quantity;
    int meter; /* index; -1: all that are chosen */
};

static bool line_has(const struct production *production, const struct line *line, size_t meter)
{
    const struct roster_meter *what = &production->selection.roster->meter[meter];
    if (!production->selection.meter[meter] || strcmp(what->quantity, line->quantity) != 0)
        return false;
    return line->meter >= 0 ? (size_t)line->meter == meter : what->mine == line->mine;
}

static const struct roster_meter *line_meter(const struct production *production, const struct line *line)
{
    for (size_t i = 0; i < production->selection.roster->meters; i++)
        if (line_has(production, line, i))
            return &production->selection.roster->meter[i];
    return NULL;
}

/* --- what the page is about --- */

static int day_choose(struct production *production, const struct command *command)
{
    const char *date = command_value(command, "date", 0);
    production->day = production->selection.today;
    if (date && !period_parse_day(date, production->selection.today, &production->day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    production->month = month_of(production->day);
    production->own = (struct period){production->day, production->day + 1};
    return COMMAND_GOOD;
}

static int month_choose(struct production *production, const struct command *command)
{
    const char *month = command_value(command, "month", 0);
    if (month && command_given(command, "date"))
        return command_fail(command, COMMAND_USAGE, "--month and --date cannot go together");
    if (month && !period_parse_month(month, production->selection.today, &production->month))
        return command_fail(command, COMMAND_USAGE, "--month %s: expected this, last or a month like 2026-10", month);
    production->own = month_days(production->month);
    production->day = production->own.to - 1;
    return COMMAND_GOOD;
}

static int year_choose(struct production *production, const struct command *command)
{
    const char *text = command_value(command, "year", 0);
    int year = year_of(production->day);
    if (text && command_given(command, "date"))
        return command_fail(command, COMMAND_USAGE, "--year and --date cannot go together");
    if (text && !period_parse_year(text, production->selection.today, &year))
        return command_fail(command, COMMAND_USAGE, "--year %s: expected this, last or a year like 2026", text);
    production->own = year_days(year);
    production->day = production->own.to - 1;
    return COMMAND_GOOD;
}

static int shift_choose(struct production *production, const struct command *command)
{
    const char *text = command_value(command, "shift", 0);
    production->shift = -1;
    if (!text)
        return COMMAND_GOOD;
    if (text[0] < '1' || text[0] > '0' + SHIFTS_MAX || text[1])
        return command_fail(command, COMMAND_USAGE, "--shift %s: expected a number from 1 to %d", text, SHIFTS_MAX);
    production->shift = text[0] - '1';
    return COMMAND_GOOD;
}

static int period_choose(struct production *production, const struct command *command)
{
    int status = day_choose(production, command);
    if (status == COMMAND_GOOD && production->kind == PRODUCTION_SHIFT)
        status = shift_choose(production, command);
    if (status == COMMAND_GOOD && production->kind == PRODUCTION_MONTH)
        status = month_choose(production, command);
    if (status == COMMAND_GOOD && production->kind == PRODUCTION_YEAR)
        status = year_choose(production, command);
    return status;
}

static bool same_shifts(const struct calendar_rule *a, const struct calendar_rule *b)
{
    if (a->shifts != b->shifts)
        return false;
    for (int i = 0; i < a->shifts; i++)
        if (a->shift[i].start_s != b->shift[i].start_s || strcmp(a->shift[i].name, b->shift[i].name) != 0)
            return false;
    return true;
}

/* The span and the shifts of all chosen meters. */
static void plan_survey(struct production *production)
{
    const struct selection *selection = &production->selection;
    const struct calendar_rule *first = NULL;
    production->one_plan = true;
    for (size_t i = 0; i < selection->roster->meters; i++) {
        if (!selection->meter[i])
            continue;
        const struct calendar *calendar = selection->roster->meter[i].calendar;
        const struct calendar_rule *rule = calendar_rule_of(calendar, production->day);
        const struct calendar_span span = {calendar_day(calendar, production->own.from).from_ms,
                                           calendar_day(calendar, production->own.to - 1).to_ms};
        if (!first)
            production->span = span;
        production->span.from_ms = span.from_ms < production->span.from_ms ? span.from_ms : production->span.from_ms;
        production->span.to_ms = span.to_ms > production->span.to_ms ? span.to_ms : production->span.to_ms;
        production->shifts = rule->shifts > production->shifts ? rule->shifts : production->shifts;
        production->one_plan &= !first || same_shifts(first, rule);
        first = first ? first : rule;
    }
}

/* --- titles --- */

/* "08-16", "07:30-15:30". */
static void hours_show(struct calendar_span span, char *text, size_t size)
{
    char from[20], to[20];
    instant_format(span.from_ms, from);
    instant_format(span.to_ms, to);
    const bool whole = strcmp(from + 13, ":00:00") == 0 && strcmp(to + 13, ":00:00") == 0;
    const char *last = strncmp(to + 11, "00:00", 5) == 0 ? (whole ? "24" : "24:00") : to + 11;
    snprintf(text, size, "%.*s-%.*s", whole ? 2 : 5, from + 11, whole ? 2 : 5, last);
}

/* English ones by their hours, Chinese ones by name. */
static void shift_show(const struct production *production, const struct calendar *calendar, int shift, char *text,
                       size_t size)
{
    const struct calendar_rule *rule = calendar_rule_of(calendar, production->day);
    if (production->selection.language == LANGUAGE_ZH && *rule->shift[shift].name)
        snprintf(text, size, "%s", rule->shift[shift].name);
    else
        hours_show(calendar_shift(calendar, production->day, shift), text, size);
}

static void period_show(const struct production *production, char *text, size_t size)
{
    char date[11], hours[32] = "";
    civil_format(production->own.from, date);
    if (production->kind == PRODUCTION_YEAR)
        snprintf(text, size, "%.4s", date);
    else if (production->kind == PRODUCTION_MONTH)
        snprintf(text, size, "%.7s", date);
    else {
        if (production->one_plan)
            hours_show(production->span, hours, sizeof hours);
        snprintf(text, size, "%s %s", date, hours);
    }
}

static void title_add(struct production *production, const char *quantity)
{
    const struct selection *selection = &production->selection;
    const enum language language = selection->language;
    const char *unit = "";
    char title[256], period[48], units[32];
    for (size_t i = 0; i < selection->roster->meters; i++)
        if (strcmp(selection->roster->meter[i].quantity, quantity) == 0)
            unit = selection->roster->meter[i].unit;
    unit_title(unit, selection->style, language, units);
    period_show(production, period, sizeof period);
    snprintf(title, sizeof title, phrase_in((struct phrase){"%s  %s, metered, %s", "%s  %s 计量产量（%s）"}, language),
             period, quantity_title(quantity, language), units);
    page_title(&production->page, title, selection->simulated);
}

/* A running period says so, and how much of it has gone, so that nobody signs it. */
static void running_add(struct production *production)
{
    const int64_t now_ms = production->selection.now_ms;
    const struct calendar_span span = production->span;
    char now[20], gone[AMOUNT_TEXT_MAX], line[160];
    instant_format(now_ms, now);
    if (now_ms < span.from_ms)
        page_line(&production->page,
                  phrase_in((struct phrase){"not begun yet", "尚未开始"}, production->page.language));
    else if (now_ms < span.to_ms) {
        share_show(share_permille(now_ms - span.from_ms, span.to_ms - span.from_ms), gone);
        snprintf(line, sizeof line,
                 phrase_in((struct phrase){"STILL RUNNING: %s of it gone at %s", "进行中：已过 %s（截至 %s）"},
                           production->page.language),
                 gone, now);
        page_line(&production->page, line);
    }
}

/* --- columns --- */

static void shift_columns(struct production *production, struct table *table)
{
    static const char *const keys[SHIFTS_MAX] = {"shift_1", "shift_2", "shift_3", "shift_4",
                                                 "shift_5", "shift_6", "shift_7", "shift_8"};
    const struct selection *selection = &production->selection;
    for (int s = 0; s < production->shifts && s < SHIFTS_MAX; s++) {
        char title[SHIFT_NAME_BYTES + 8];
        snprintf(title, sizeof title, "%s %d", word(WORD_SHIFT, selection->language), s + 1);
        for (size_t i = 0; i < selection->roster->meters && production->one_plan; i++)
            if (selection->meter[i])
                shift_show(production, selection->roster->meter[i].calendar, s, title, sizeof title);
        table_column(table, keys[s], title, COLUMN_NUMBER, COLUMN_BOTH);
    }
}

static void amount_columns(struct production *production, struct table *table)
{
    const enum language language = production->selection.language;
    switch (production->kind) {
    case PRODUCTION_HOURS:
    case PRODUCTION_SHIFT:
        table_column(table, "from", "", COLUMN_TEXT, COLUMN_DATA);
        table_column(table, "to", "", COLUMN_TEXT, COLUMN_DATA);
        table_column(table, production->kind == PRODUCTION_SHIFT ? "shift" : "hour",
                     word(production->kind == PRODUCTION_SHIFT ? WORD_SHIFT : WORD_HOUR, language), COLUMN_TEXT,
                     COLUMN_BOTH);
        table_column(table, "metered", word(WORD_AMOUNT, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "so_far", word(WORD_RUNNING_SUM, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_DAY:
        shift_columns(production, table);
        table_column(table, "day", word(WORD_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "month", word(WORD_MONTH, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "year", word(WORD_YEAR, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_MONTH:
        table_column(table, "month", word(WORD_MONTH, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "per_day", word(WORD_PER_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "own_month", word(WORD_OWN_MONTH, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "year", word(WORD_YEAR, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    case PRODUCTION_YEAR:
        table_column(table, "year", word(WORD_YEAR, language), COLUMN_NUMBER, COLUMN_BOTH);
        table_column(table, "per_day", word(WORD_PER_DAY, language), COLUMN_NUMBER, COLUMN_BOTH);
        break;
    }
}

static struct table *columns_new(struct production *production)
{
    const enum language language = production->selection.language;
    struct table *table = table_new();
    if (!table)
        return NULL;
    table_column(table, "date", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "quantity", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "unit", "", COLUMN_TEXT, COLUMN_DATA);
    if (production->selection.meters) {
        table_column(table, "meter", word(WORD_METER, language), COLUMN_TEXT, COLUMN_BOTH);
        table_column(table, "role", "", COLUMN_TEXT, COLUMN_BOTH);
    }
    amount_columns(production, table);
    table_column(table, "read_percent", word(WORD_READ, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "quality", word(WORD_QUALITY, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "estimated", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "open_work", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "since", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "running", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    return table;
}

/* --- cells --- */

static void amount_cell(const struct production *production, int64_t amount, bool known)
{
    char shown[AMOUNT_TEXT_MAX], value[AMOUNT_TEXT_MAX];
    if (!known) {
        table_none(production->table);
        return;
    }
    amount_show(amount, production->selection.style, shown);
    amount_plain(amount, value);
    table_cell(production->table, shown, value);
}

static void name_cells(struct production *production, const struct line *line)
{
    const struct selection *selection = &production->selection;
    const struct roster_mine *mine = &selection->roster->mine[line->mine];
    const struct roster_meter *meter = line_meter(production, line);
    char date[11], name[TITLE_MAX_BYTES + 32];
    const bool mixed = selection->simulated && !selection->all_simulated && mine->simulated;
    civil_format(production->own.from, date);
    snprintf(name, sizeof name, "%s%s%s", mine_title(mine, selection->language), mixed ? " " : "",
             mixed ? word(WORD_SIMULATED, selection->language) : "");
    table_text(production->table, date);
    table_cell(production->table, name, mine->name);
    table_text(production->table, line->quantity);
    table_text(production->table, meter ? meter->unit : "");
    if (selection->meters) {
        table_text(production->table, meter ? meter->name : "");
        table_text(production->table, meter && meter->main ? "main" : "check");
    }
}

static void quality_cells(struct production *production, const struct line *line, const struct figure *figure,
                          const struct assessment *assessment, struct calendar_span span)
{
    char shown[128], value[AMOUNT_TEXT_MAX], since[20] = "";
    const int64_t now_ms = production->selection.now_ms;
    int64_t share = share_permille(figure->good_ms, figure->span_ms);
    share = share > 1000 ? 1000 : share < 0 ? 0 : share;
    share_show(share, shown);
    snprintf(value, sizeof value, "%" PRId64 ".%" PRId64, share / 10, share % 10);
    if (figure->span_ms)
        table_cell(production->table, shown, value);
    else
        table_none(production->table);
    assess_show(assessment, production->selection.language, shown);
    table_cell(production->table, shown, standing_name(assessment->standing));
    table_mark(production->table, assess_mark(assessment));
    amount_cell(production, figure->estimated, true);
    snprintf(value, sizeof value, "%zu", figure->open);
    table_cell(production->table, value, value);
    if (figure->since_ms)
        instant_format(figure->since_ms, since);
    table_cell(production->table, since, figure->since_ms ? since : NULL);
    table_switch(production->table, now_ms >= span.from_ms && now_ms < span.to_ms);
    table_switch(production->table, production->selection.roster->mine[line->mine].simulated);
}

/* --- rows --- */

struct row_sums {
    int64_t shift[SHIFTS_MAX], own, month, year;
};

static struct assessment line_assess(struct production *production, const struct line *line,
                                     const struct figure *figure, struct calendar_span span)
{
    struct assessment assessment;
    const struct roster *roster = production->selection.roster;
    assess_begin(&assessment, figure, production->selection.now_ms >= span.from_ms);
    for (size_t i = 0; i < roster->meters; i++) {
        if (!line_has(production, line, i) || (!figure->any && !roster->meter[i].active))
            continue;
        assess_meter(&assessment, &production->page, production->report, i, span, false);
        const int shifts = calendar_rule_of(roster->meter[i].calendar, production->day)->shifts;
        for (int s = 0; s < shifts && production->kind == PRODUCTION_DAY; s++)
            assess_meter(&assessment, &production->page, production->report, i,
                         calendar_shift(roster->meter[i].calendar, production->day, s), true);
    }
    return assessment;
}

static void shift_cells(struct production *production, const struct line *line, struct row_sums *sums)
{
    const struct roster *roster = production->selection.roster;
    for (int s = 0; s < production->shifts && s < SHIFTS_MAX; s++) {
        struct figure figure = {0};
        for (size_t i = 0; i < roster->meters; i++)
            if (line_has(production, line, i))
                report_shift(production->report, i, production->day, s, &figure);
        sums->shift[s] = amount_add(sums->shift[s], figure.metered);
        amount_cell(production, figure.metered, figure.any);
    }
}

static int64_t line_metered(struct production *production, const struct line *line, struct period days)
{
    int64_t metered = 0;
    for (size_t i = 0; i < production->selection.roster->meters; i++)
        if (line_has(production, line, i))
            metered = amount_add(metered, report_metered(production->report, i, days));
    return metered;
}

/* How many days of a period have gone, whole ones, and at least the one that runs. */
static int64_t days_gone(const struct production *production, struct period days)
{
    const civil_day today = production->selection.today;
    const civil_day to = today + 1 < days.to ? today + 1 : days.to;
    return to > days.from ? to - days.from : 1;
}

static void total_cells(struct production *production, const struct line *line, const struct figure *figure,
                        struct row_sums *sums)
{
    const int cutoff = production->selection.roster->mine[line->mine].month_cutoff;
    const struct period year = {year_days(year_of(production->day)).from, production->day + 1};
    const struct period month = {month_days(production->month).from, production->day + 1};
    sums->own = amount_add(sums->own, figure->metered);
    amount_cell(production, figure->metered, figure->any);
    if (production->kind == PRODUCTION_DAY) {
        const int64_t metered = line_metered(production, line, month);
        sums->month = amount_add(sums->month, metered);
        amount_cell(production, metered, true);
    } else {
        amount_cell(production, figure->metered / days_gone(production, production->own), figure->any);
    }
    if (production->kind == PRODUCTION_MONTH)
        amount_cell(production, cutoff ? line_metered(production, line, month_days_to(production->month, cutoff)) : 0,
                    cutoff != 0);
    if (production->kind != PRODUCTION_YEAR) {
        const int64_t metered = line_metered(production, line, year);
        sums->year = amount_add(sums->year, metered);
        amount_cell(production, metered, true);
    }
}

static bool line_is_main(const struct production *production, const struct line *line)
{
    return line->meter < 0 || production->selection.roster->meter[line->meter].main;
}

/* One row of the pages day, month and year. */
static void wide_row(struct production *production, const struct line *line, struct row_sums *sums)
{
    struct figure figure = {0};
    struct calendar_span span = production->span;
    struct row_sums unused;
    for (size_t i = 0; i < production->selection.roster->meters; i++) {
        if (line_has(production, line, i)) {
            span = report_span(production->report, i, production->own);
            report_days(production->report, i, production->own, &figure);
        }
    }
    if (figure.meters == 0)
        return;
    if (!line_is_main(production, line))
        sums = memset(&unused, 0, sizeof unused);
    table_row(production->table);
    name_cells(production, line);
    if (production->kind == PRODUCTION_DAY)
        shift_cells(production, line, sums);
    total_cells(production, line, &figure, sums);
    const struct assessment assessment = line_assess(production, line, &figure, span);
    quality_cells(production, line, &figure, &assessment, span);
}

static void instant_cell(struct production *production, int64_t at_ms)
{
    char text[20];
    instant_format(at_ms, text);
    table_text(production->table, text);
}

/* One row of the pages shift and hours. */
static void part_row(struct production *production, const struct line *line, const char *part, const char *key,
                     struct calendar_span span, const struct figure *figure, int64_t so_far)
{
    table_row(production->table);
    name_cells(production, line);
    instant_cell(production, span.from_ms);
    instant_cell(production, span.to_ms);
    table_cell(production->table, part, key);
    amount_cell(production, figure->metered, figure->any);
    amount_cell(production, so_far, figure->any);
    const struct assessment assessment = line_assess(production, line, figure, span);
    quality_cells(production, line, figure, &assessment, span);
}

static void shift_rows(struct production *production, const struct line *line)
{
    const struct roster_meter *first = line_meter(production, line);
    int64_t so_far = 0;
    for (int s = 0; s < calendar_rule_of(first->calendar, production->day)->shifts; s++) {
        struct figure figure = {0};
        char part[SHIFT_NAME_BYTES + 8], key[8];
        for (size_t i = 0; i < production->selection.roster->meters; i++)
            if (line_has(production, line, i))
                report_shift(production->report, i, production->day, s, &figure);
        so_far = amount_add(so_far, figure.metered);
        if (figure.meters == 0 || (production->shift >= 0 && production->shift != s))
            continue;
        shift_show(production, first->calendar, s, part, sizeof part);
        snprintf(key, sizeof key, "%d", s + 1);
        part_row(production, line, part, key, calendar_shift(first->calendar, production->day, s), &figure, so_far);
    }
}

/* Clock hours; a shift that starts within one ends the row there. */
static void hour_rows(struct production *production, const struct line *line)
{
    const struct roster_meter *first = line_meter(production, line);
    const struct calendar_span day = calendar_day(first->calendar, production->day);
    int64_t so_far = 0;
    for (struct calendar_span span = calendar_bucket(first->calendar, day.from_ms); span.from_ms < day.to_ms;
         span = calendar_bucket(first->calendar, span.to_ms)) {
        struct figure figure = {0};
        char part[32];
        if (span.from_ms > production->selection.now_ms)
            break;
        for (size_t i = 0; i < production->selection.roster->meters; i++)
            if (line_has(production, line, i))
                report_buckets(production->report, i, span, &figure);
        if (figure.meters == 0)
            return;
        so_far = amount_add(so_far, figure.metered);
        hours_show(span, part, sizeof part);
        part_row(production, line, part, part, span, &figure, so_far);
    }
}

static void line_rows(struct production *production, const struct line *line, struct row_sums *sums)
{
    if (!line_meter(production, line))
        return;
    if (production->kind == PRODUCTION_SHIFT)
        shift_rows(production, line);
    else if (production->kind == PRODUCTION_HOURS)
        hour_rows(production, line);
    else
        wide_row(production, line, sums);
}

static void quantity_rows(struct production *production, const char *quantity, struct row_sums *sums)
{
    const struct selection *selection = &production->selection;
    for (size_t m = 0; m < selection->roster->mines; m++) {
        struct line line = {m, quantity, -1};
        if (!selection->meters)
            line_rows(production, &line, sums);
        for (size_t i = 0; i < selection->roster->meters && selection->meters; i++) {
            line.meter = (int)i;
            if (selection->roster->meter[i].mine == m)
                line_rows(production, &line, sums);
        }
    }
}

/* The sum of the main meters, below the rows of a page. */
static void total_row(struct production *production, const struct row_sums *sums)
{
    struct table *table = production->table;
    if (production->kind < PRODUCTION_DAY || table_rows(table) < 2)
        return;
    table_row(table);
    table_row_page_only(table);
    table_mark(table, MARK_STRONG);
    table_text(table, "");
    table_text(table, word(WORD_TOTAL, production->selection.language));
    table_text(table, "");
    table_text(table, "");
    for (int i = 0; i < 2 && production->selection.meters; i++)
        table_text(table, "");
    for (int s = 0; s < production->shifts && production->kind == PRODUCTION_DAY; s++)
        amount_cell(production, sums->shift[s], true);
    amount_cell(production, sums->own, true);
    if (production->kind == PRODUCTION_DAY)
        amount_cell(production, sums->month, true);
    else
        amount_cell(production, sums->own / days_gone(production, production->own), true);
    if (production->kind == PRODUCTION_MONTH)
        table_text(table, "");
    if (production->kind != PRODUCTION_YEAR)
        amount_cell(production, sums->year, true);
}

/* --- the whole --- */

static bool quantity_page(struct production *production, const char *quantity)
{
    struct row_sums sums = {0};
    production->table = columns_new(production);
    if (!production->table)
        return false;
    quantity_rows(production, quantity, &sums);
    total_row(production, &sums);
    text_add(&production->page.out, production->page.out.length ? "\n" : "");
    title_add(production, quantity);
    running_add(production);
    const bool good = table_render(production->table, TABLE_PAGE, production->page.colour, &production->page.out);
    table_free(production->table);
    return good;
}

static bool pages_render(struct production *production)
{
    const struct selection *selection = &production->selection;
    for (size_t q = 0; q < selection->quantities; q++)
        if (!quantity_page(production, selection->quantity[q]))
            return false;
    if (selection->quantities == 0)
        page_line(&production->page,
                  phrase_in((struct phrase){"the ledger has no meters yet", "台账中尚无计量点"}, selection->language));
    page_notes(&production->page);
    return true;
}

static bool data_render(struct production *production)
{
    const struct selection *selection = &production->selection;
    char period[48];
    struct text notes = {0};
    production->table = columns_new(production);
    if (!production->table)
        return false;
    for (size_t q = 0; q < selection->quantities; q++)
        quantity_rows(production, selection->quantity[q], &(struct row_sums){0});
    period_show(production, period, sizeof period);
    page_notes_json(&production->page, &notes);
    table_fact(production->table, "report", selection->command->verb->name);
    table_fact(production->table, "period", period);
    table_fact(production->table, "figures", "metered");
    table_fact_json(production->table, "simulated", selection->simulated ? "true" : "false");
    table_fact_json(production->table, "notes", notes.at ? notes.at : "[]");
    const bool good = table_render(production->table, selection->format, false, &production->page.out);
    text_free(&notes);
    table_free(production->table);
    return good;
}

static int production_print(struct production *production)
{
    struct selection *selection = &production->selection;
    const bool page = selection->format == TABLE_PAGE;
    production->page =
        (struct page){.language = page ? selection->language : LANGUAGE_EN, .colour = page && colour_wanted(stdout)};
    const bool rendered = page ? pages_render(production) : data_render(production);
    const int status = selection_judge(selection);
    if (status != COMMAND_GOOD)
        return status;
    if (!rendered || production->page.out.failed)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    return page_print(&production->page) ? COMMAND_GOOD
                                         : command_fail(selection->command, COMMAND_COULD_NOT, "cannot write the page");
}

int production_run(const struct command *command, enum production_kind kind)
{
    struct production production = {.kind = kind};
    int status = selection_open(command, &production.selection);
    if (status == COMMAND_GOOD)
        status = period_choose(&production, command);
    if (status == COMMAND_GOOD) {
        plan_survey(&production);
        production.report = report_new(production.selection.db, production.selection.roster,
                                       production.selection.now_ms, production.span.from_ms, production.span.to_ms);
        status = production.report ? production_print(&production) : selection_judge(&production.selection);
    }
    page_free(&production.page);
    report_free(production.report);
    selection_close(&production.selection);
    return status;
}
