/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "collector/alarm_text.h"
#include "collector/incident_page.h"

static void columns(struct incident_page *page)
{
    const enum language language = page->selection.language;
    struct table *table = page->table;
    table_column(table, "since", word(WORD_SINCE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "until", say(language, "until"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "last_good", word(WORD_LAST_GOOD, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "report_by", say(language, "report by"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "sign", say(language, "sign"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "handling", say(language, "handling"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "by", say_of(language, "incident", "by"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "note", "", COLUMN_TEXT, COLUMN_DATA);
}

/* "10-14 08:31 (19 min left)", "10-14 08:31 (5 min late)" while it lasts. */
static void report_cell(struct incident_page *page, const struct incident *incident)
{
    const enum language language = page->selection.language;
    const int64_t left_min = (incident->report_by_ms - page->selection.now_ms) / 60000;
    char whole[INSTANT_TEXT_BYTES], shown[80];
    if (!incident->report_by_ms) {
        table_none(page->table);
        return;
    }
    instant_format(incident->report_by_ms, whole);
    snprintf(shown, sizeof shown, "%.11s", whole + 5);
    if (!incident->to_ms)
        snprintf(shown, sizeof shown,
                 left_min >= 0 ? say(language, "%.11s (%" PRId64 " min left)")
                               : say(language, "%.11s (%" PRId64 " min late)"),
                 whole + 5, left_min >= 0 ? left_min : -left_min);
    table_cell(page->table, shown, whole);
    if (!incident->to_ms && left_min < 0)
        table_mark(page->table, MARK_RED);
}

/* What a person said of it; until then what the daemon saw. */
static void sign_cell(struct incident_page *page, const struct incident *incident)
{
    struct text said = {0};
    if (*incident->sign)
        text_add(&said, incident->sign);
    else
        alarm_say_briefly(&said, incident->reason, incident->arguments, page->selection.language);
    table_text(page->table, said.at ? said.at : "");
    page->page.out.failed |= said.failed;
    text_free(&said);
}

static void row(struct incident_page *page, const struct incident *incident)
{
    struct table *table = page->table;
    page_instant(table, incident->from_ms);
    page_instant(table, incident->to_ms);
    page_instant(table, incident->last_good_ms);
    report_cell(page, incident);
    sign_cell(page, incident);
    table_text(table, incident->handling);
    table_text(table, incident->by);
    table_text(table, incident->note);
}

static int run(struct command *command)
{
    static const struct incident_form form = {
        .kinds = INCIDENT_OUTAGES,
        .report = "faults",
        .title = N_("fault log: %zu, of them %zu not over"),
        .days = 30,
        .columns = columns,
        .row = row,
    };
    static const char *const taken[] = {"mine", "device", "meter", "sign", "handling", "note", NULL};
    if (command->operands == 0 && (command_given(command, "by") || command_given(command, "sign")))
        return command_fail(command, COMMAND_USAGE, "expected log or close, or no --by and --sign");
    if (command->operands == 0)
        return incident_list(command, &form);
    if (strcmp(command->operand[0], "log") != 0 && strcmp(command->operand[0], "close") != 0)
        return command_fail(command, COMMAND_USAGE, "unexpected argument %s; expected log, close, or nothing",
                            command->operand[0]);
    return incident_act(command, taken);
}

/* clang-format off */
static const struct command_option options[] = {
    OPTION_MINE,
    OPTION_DEVICE,
    OPTION_METER,
    {"at", "INSTANT", N_("log: when it began; close: when it ended (default: now)"), false},
    {"until", "INSTANT", N_("log: when it ended, where it has"), false},
    {"sign", "TEXT", N_("how it showed"), false},
    {"handling", "TEXT", N_("what was done"), false},
    {"note", "TEXT", N_("what else there is to say: to whom it was reported, and when"), false},
    OPTION_BY,
    OPTION_FROM,
    OPTION_FORMAT,
    {0},
};
/* clang-format on */

const struct verb verb_fault = {
    .name = "fault",
    .summary = N_("the fault log: outages found, their signs, handling, ends, and by when to report them"),
    .operands = "[log [ID] | close ID]",
    .operands_max = 2,
    .options = options,
    .run = run,
};
