/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/incident_page.h"

static void columns(struct incident_page *page)
{
    const enum language language = page->selection.language;
    struct table *table = page->table;
    table_column(table, "at", word(WORD_WHEN, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "kind", word(WORD_KIND, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "before", say_of(language, "calibration", "before"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "after", say_of(language, "calibration", "after"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "unit", word(WORD_UNIT, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "by", say_of(language, "incident", "by"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "note", say(language, "note"), COLUMN_TEXT, COLUMN_BOTH);
}

static void value_cell(struct table *table, int64_t thousandths)
{
    char text[AMOUNT_TEXT_MAX];
    amount_plain(thousandths, text);
    table_text(table, text);
}

static void row(struct incident_page *page, const struct incident *incident)
{
    const bool zero = strcmp(incident->kind, "zero") == 0;
    const char *kind = zero ? N_("zero check") : N_("span test");
    struct table *table = page->table;
    page_instant(table, incident->from_ms);
    table_cell(table, say(page->selection.language, kind), incident->kind);
    value_cell(table, incident->before);
    value_cell(table, incident->after);
    table_text(table, incident->unit);
    table_text(table, incident->by);
    table_text(table, incident->note);
}

static int run(struct command *command)
{
    static const struct incident_form form = {
        .kinds = INCIDENT_CALIBRATIONS,
        .report = "calibrations",
        .title = N_("calibration log, %zu"),
        .days = 400,
        .columns = columns,
        .row = row,
    };
    static const char *const taken[] = {"mine", "device", "meter", "kind", "before", "after", "note", NULL};
    if (command->operands == 0 && command_given(command, "by"))
        return command_fail(command, COMMAND_USAGE, "expected log, or no --by");
    if (command->operands == 0)
        return incident_list(command, &form);
    if (strcmp(command->operand[0], "log") != 0)
        return command_fail(command, COMMAND_USAGE, "unexpected argument %s; expected log, or nothing",
                            command->operand[0]);
    return incident_act(command, taken);
}

/* clang-format off */
static const struct command_option options[] = {
    OPTION_MINE,
    OPTION_DEVICE,
    OPTION_METER,
    {"kind", "KIND", N_("zero: an empty run; span: with test weights or a chain"), false},
    {"before", "VALUE", N_("the error found, such as \"0.12 %\""), false},
    {"after", "VALUE", N_("the error left"), false},
    {"at", "INSTANT", N_("when (default: now)"), false},
    {"note", "TEXT", N_("what else there is to say: weights, belt turns, certificate"), false},
    OPTION_BY,
    OPTION_FROM,
    OPTION_FORMAT,
    {0},
};
/* clang-format on */

const struct verb verb_calibration = {
    .name = "calibration",
    .summary = N_("the calibration log: zero checks and span tests, before and after"),
    .operands = "[log]",
    .operands_max = 1,
    .options = options,
    .run = run,
};
