/* SPDX-License-Identifier: Apache-2.0 */
/* One indicator: its definition, and what counts and why. */
#include <stdio.h>
#include <string.h>

#include "collector/board_parts.h"

static void line(struct boarding *boarding, const char *text)
{
    if (boarding->selection.format == TABLE_PAGE && *text)
        page_line(&boarding->page, text);
}

/* What amounts of parts are in; places < 0: there are none, each one counts as one. */
static struct amount_style style_of(const struct indicator *indicator)
{
    static const struct amount_style capacity = {7, 1}, one = {0, -1};
    switch (indicator->find.kind) {
    case FIND_SUM:
        return (struct amount_style){board_power(indicator), 1};
    case FIND_RATIO:
    case FIND_FIGURE:
        return (struct amount_style){3, 1};
    case FIND_CAPACITY_SHARE:
    case FIND_CAPACITY:
    case FIND_ROOM:
    case FIND_UTILISATION:
    case FIND_METHOD_110:
    case FIND_PRICED:
    case FIND_OUTPUT_WHILE:
        return capacity;
    case FIND_GROWTH:
        return (struct amount_style){3, 1};
    case FIND_READ:
        return (struct amount_style){0, 0};
    default:
        return one;
    }
}

static bool has_of(const struct indicator *indicator)
{
    const int kind = indicator->find.kind;
    return kind == FIND_RATIO || kind == FIND_GROWTH || kind == FIND_UTILISATION || kind == FIND_READ ||
           kind == FIND_ROOM;
}

/* "91.0 %", ">= 3,600 10^4 t". */
static void stated_lines(struct boarding *boarding, const struct indicator *indicator)
{
    static const char *const kinds[] = {N_("stated as reached"), N_("target"), N_("planned")};
    const enum language language = boarding->selection.language;
    char figure[AMOUNT_TEXT_MAX], text[512];
    for (size_t i = 0; i < indicator->stated; i++) {
        const struct indicator_stated *said = &indicator->said[i];
        const char *before = said->more ? "+" : said->floor ? ">=" : "";
        amount_show(said->value.digits, (struct amount_style){said->value.places, said->value.places}, figure);
        snprintf(text, sizeof text, "%s %s%s%s%s%s%s", say(language, kinds[said->kind]), said->of, say(language, ": "),
                 before, said->has_value ? figure : say(language, "no figure"), said->has_value ? " " : "",
                 said->has_value ? indicator_unit(indicator, language) : "");
        snprintf(text + strlen(text), sizeof text - strlen(text), say(language, " (%s)"), said->source);
        line(boarding, text);
    }
}

static void value_line(struct boarding *boarding, const struct indicator *indicator,
                       const struct indicator_value *value)
{
    const enum language language = boarding->selection.language;
    const struct indicator_value output = indicator_value_output(value);
    char shown[AMOUNT_TEXT_MAX], share[AMOUNT_TEXT_MAX], text[256];
    if (!value->has) {
        line(boarding, say_of(language, "origin", "no data yet"));
        return;
    }
    board_value_show(indicator, value, shown);
    snprintf(text, sizeof text, "%s%s%s %s", indicator_title(indicator, language), say(language, ": "), shown,
             indicator_unit(indicator, language));
    line(boarding, text);
    if (!output.has)
        return;
    board_value_show(indicator, &output, share);
    snprintf(text, sizeof text, say(language, "by this year's output: %s %%"), share);
    line(boarding, text);
}

static void columns_add(struct boarding *boarding, const struct indicator *indicator)
{
    const enum language language = boarding->selection.language;
    const bool amounts = style_of(indicator).places >= 0;
    table_column(boarding->table, "mine", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(boarding->table, "title", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(boarding->table, "counts", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(boarding->table, "counts_shown", say(language, "counts"), COLUMN_TEXT, COLUMN_PAGE);
    table_column(boarding->table, "among", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(boarding->table, "amount", amounts ? word(WORD_AMOUNT, language) : "", COLUMN_NUMBER,
                 amounts ? COLUMN_BOTH : COLUMN_DATA);
    table_column(boarding->table, "of", say_of(language, "share", "of"), COLUMN_NUMBER,
                 has_of(indicator) ? COLUMN_BOTH : COLUMN_DATA);
    table_column(boarding->table, "output", say(language, "output"), COLUMN_NUMBER,
                 indicator->find.kind == FIND_CAPACITY_SHARE ? COLUMN_BOTH : COLUMN_DATA);
    table_column(boarding->table, "source", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(boarding->table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(boarding->table, "why", word(WORD_WHY, language), COLUMN_TEXT, COLUMN_BOTH);
    if (boarding->selection.format == TABLE_PAGE)
        table_fold(boarding->table, PAGE_COLUMNS);
}

static void part_add_row(struct boarding *boarding, const struct indicator *indicator,
                         const struct indicator_part *part)
{
    const enum language language = boarding->selection.language;
    const struct amount_style style = style_of(indicator);
    char why[sizeof part->why + sizeof part->source + 4];
    const char *counts = part->counts  ? say_of(language, "counts", "yes")
                         : part->among ? say_of(language, "counts", "of it")
                                       : say_of(language, "counts", "no");
    table_row(boarding->table);
    table_text(boarding->table, part->mine);
    table_text(boarding->table, part->title);
    table_switch(boarding->table, part->counts);
    table_text(boarding->table, counts);
    table_switch(boarding->table, part->among);
    board_amount_cell(boarding, part->amount, style.power, style.places < 0 ? 0 : style.places, "");
    board_amount_cell(boarding, part->of, style.power, style.places < 0 ? 0 : style.places, "");
    board_amount_cell(boarding, part->output, 7, 1, "");
    table_text(boarding->table, part->source);
    table_switch(boarding->table, boarding->simulated);
    snprintf(why, sizeof why, "%s", part->why);
    if (*part->source)
        snprintf(why + strlen(why), sizeof why - strlen(why), say(language, " (%s)"), part->source);
    table_cell(boarding->table, why, part->why);
}

/* What counts first, then what it is a share of, then the rest. */
static void parts_add(struct boarding *boarding, const struct indicator *indicator, const struct indicator_value *value)
{
    const struct indicator_part *part = value->parts.at;
    for (int rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < value->parts.count; i++)
            if (rank == (part[i].counts ? 0 : part[i].among ? 1 : 2))
                part_add_row(boarding, indicator, &part[i]);
}

static void facts_add(struct boarding *boarding, const struct indicator *indicator, const struct indicator_value *value)
{
    char text[DECIMAL_TEXT_MAX];
    struct decimal exact;
    table_fact(boarding->table, "indicator", indicator->id);
    table_fact(boarding->table, "definition", indicator->definition_en);
    if (value->has && board_exact(value, &exact)) {
        decimal_format(exact, text);
        table_fact_json(boarding->table, "value", text);
    } else {
        table_fact_json(boarding->table, "value", "null");
    }
    if (*value->note)
        table_fact(boarding->table, "note", value->note);
}

void board_why(struct boarding *boarding, const struct board_row *row)
{
    const struct indicator *indicator = row->indicator;
    const struct indicator_value *value = boarding->supposed ? &row->supposed : &row->value;
    const enum language language = boarding->selection.language;
    line(boarding, indicator_definition(indicator, language));
    value_line(boarding, indicator, value);
    line(boarding, value->note);
    stated_lines(boarding, indicator);
    columns_add(boarding, indicator);
    facts_add(boarding, indicator, value);
    parts_add(boarding, indicator, value);
}
