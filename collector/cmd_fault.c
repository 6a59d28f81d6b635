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
    table_column(table, "until", phrase_in((struct phrase){"until", "止于"}, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "last_good", word(WORD_LAST_GOOD, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "report_by", phrase_in((struct phrase){"report by", "须上报"}, language), COLUMN_TEXT,
                 COLUMN_BOTH);
    table_column(table, "sign", phrase_in((struct phrase){"sign", "现象"}, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "handling", phrase_in((struct phrase){"handling", "处理"}, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "by", phrase_in((struct phrase){"by", "登记人"}, language), COLUMN_TEXT, COLUMN_BOTH);
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
        snprintf(
            shown, sizeof shown,
            left_min >= 0
                ? phrase_in((struct phrase){"%.11s (%" PRId64 " min left)", "%.11s（还剩 %" PRId64 " 分钟）"}, language)
                : phrase_in((struct phrase){"%.11s (%" PRId64 " min late)", "%.11s（已超 %" PRId64 " 分钟）"},
                            language),
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
        .title = {"fault log: %zu, of them %zu not over", "故障记录，%zu 项，%zu 项未恢复"},
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
    {"at", "INSTANT", {"log: when it began; close: when it ended (default: now)", "登记时为起始时刻；关闭时为结束时刻（默认此刻）"}, false},
    {"until", "INSTANT", {"log: when it ended, where it has", "登记时已恢复的结束时刻"}, false},
    {"sign", "TEXT", {"how it showed", "故障现象"}, false},
    {"handling", "TEXT", {"what was done", "处理情况"}, false},
    {"note", "TEXT", {"what else there is to say: to whom it was reported, and when", "说明，如向何处、何时上报"}, false},
    OPTION_BY,
    OPTION_FROM,
    OPTION_FORMAT,
    {0},
};
/* clang-format on */

const struct verb verb_fault = {
    .name = "fault",
    .summary = {"the fault log: outages found, their signs, handling, ends, and by when to report them",
                "故障记录：断线、现象、处理、恢复及上报时限"},
    .operands = "[log [ID] | close ID]",
    .operands_max = 2,
    .options = options,
    .run = run,
};
