/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/act_submit.h"
#include "collector/alarm_rows.h"
#include "collector/health.h"
#include "collector/page.h"
#include "collector/selection.h"
#include "collector/store.h"
#include "drivers/span.h"

enum {
    FRESH_MS = 15000, /* the daemon writes its status about once a second */
    WHAT = 6          /* the column that tells what it is */
};

struct alarms_view {
    struct selection selection;
    struct page page;
    struct table *table;
    struct list rows; /* struct alarm_row */
    bool running;
    struct health health;
    size_t open, unseen;
    bool simulated;
};

/* --- what there is --- */

/* With the daemon running, value and words are those of now. */
static void health_take(struct alarms_view *view)
{
    char path[PATH_BYTES + 16], why[256];
    snprintf(path, sizeof path, "%s/status.json", view->selection.settings.runtime);
    view->running = store_running(view->selection.settings.database);
    if (view->running && health_read(path, &view->health, why, sizeof why) &&
        view->selection.now_ms - view->health.as_of_ms > FRESH_MS)
        health_free(&view->health);
}

static void row_update(const struct alarms_view *view, struct alarm_row *row, const char *mine)
{
    for (size_t i = 0; i < view->health.alarms && !row->alarm.cleared_ms && !row->number; i++) {
        const struct health_alarm *now = &view->health.alarm[i];
        if (strcmp(now->mine, mine) != 0 || strcmp(now->alarm.subject, row->alarm.subject) != 0 ||
            strcmp(now->alarm.reason, row->alarm.reason) != 0)
            continue;
        memcpy(row->alarm.arguments, now->alarm.arguments, sizeof row->alarm.arguments);
        memcpy(row->alarm.value, now->alarm.value, sizeof row->alarm.value);
        memcpy(row->alarm.limit, now->alarm.limit, sizeof row->alarm.limit);
    }
}

/* --- cells --- */

static void columns_add(struct alarms_view *view)
{
    const enum language language = view->selection.language;
    struct table *table = view->table;
    table_column(table, "id", word(WORD_NUMBER, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "level", say(language, "level"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "since", word(WORD_SINCE, language), COLUMN_TEXT, COLUMN_BOTH);
    if (view->selection.roster->sites)
        table_column(table, "site", word(WORD_SITE, language), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "subject", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "reason", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "what", word(WORD_TEXT, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "value", say(language, "value"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "limit", say(language, "limit"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "do", say(language, "do"), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "acknowledged", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "by", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "note", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "work", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "cleared", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "site", "", COLUMN_TEXT, COLUMN_DATA);
    table_fold_column(table, PAGE_COLUMNS, view->selection.roster->sites ? WHAT + 1 : WHAT);
}

/* What a person has to do about it, or who has. */
static void do_cell(struct alarms_view *view, const struct alarm_row *row)
{
    const enum language language = view->selection.language;
    char text[200];
    if (row->alarm.cleared_ms)
        snprintf(text, sizeof text, "%s", say(language, "over"));
    else if (row->work)
        snprintf(text, sizeof text, "resolve %" PRId64, row->work);
    else if (*row->by)
        snprintf(text, sizeof text, say(language, "seen by %s"), row->by);
    else
        snprintf(text, sizeof text, "ack");
    if (row->number && !row->alarm.cleared_ms && (row->work || !*row->by)) /* which this ledger only holds */
        snprintf(text + strlen(text), sizeof text - strlen(text), " %s", say(language, "at the site"));
    table_cell(view->table, text, "");
}

static void what_cell(struct alarms_view *view, const struct alarm *alarm)
{
    struct text shown = {0}, data = {0};
    text_format(&shown, "%s ", alarm->subject);
    alarm_say_briefly(&shown, alarm->reason, alarm->arguments, view->selection.language);
    alarm_say(&data, alarm->reason, alarm->arguments, LANGUAGE_EN);
    table_cell(view->table, shown.at ? shown.at : "", data.at ? data.at : "");
    view->page.out.failed |= shown.failed || data.failed;
    text_free(&shown);
    text_free(&data);
}

static void row_add(struct alarms_view *view, const struct alarm_row *row, int mine)
{
    static const char *const levels[] = {N_("info"), N_("AMBER"), N_("RED")};
    const struct roster *roster = view->selection.roster;
    const struct alarm *alarm = &row->alarm;
    const bool stands = !alarm->cleared_ms;
    char site[SITE_TEXT_BYTES];
    roster_site_name(roster, row->number, site);
    struct table *table = view->table;
    table_row(table);
    if (stands && !*row->by)
        table_mark(table, alarm->level == JOURNAL_RED ? MARK_RED : MARK_AMBER);
    table_integer(table, row->id);
    table_cell(table, say(view->selection.language, levels[alarm->level]), alarm_level_name(alarm->level));
    page_instant(table, alarm->raised_ms);
    if (roster->sites)
        table_text(table, site);
    table_text(table, mine >= 0 ? roster->mine[mine].name : "");
    table_text(table, alarm->subject);
    table_text(table, alarm->reason);
    what_cell(view, alarm);
    table_text(table, alarm->value);
    table_text(table, alarm->limit);
    do_cell(view, row);
    page_instant(table, alarm->acknowledged_ms);
    table_text(table, row->by);
    table_text(table, row->note);
    if (row->work)
        table_integer(table, row->work);
    else
        table_none(table);
    page_instant(table, alarm->cleared_ms);
    table_switch(table, mine >= 0 && roster->mine[mine].simulated);
    table_text(table, site);
    view->open += stands;
    view->unseen += stands && !*row->by;
    view->simulated |= mine < 0 ? roster->mines && view->selection.all_simulated : roster->mine[mine].simulated;
}

static void rows_add(struct alarms_view *view)
{
    const struct selection *selection = &view->selection;
    struct alarm_row *row = view->rows.at;
    for (size_t i = 0; i < view->rows.count; i++) {
        const int mine = roster_mine_id(selection->roster, row[i].mine);
        const bool wanted = mine >= 0 ? selection->mine[mine] : !command_given(selection->command, "mine");
        if (!wanted)
            continue;
        row_update(view, &row[i], mine >= 0 ? selection->roster->mine[mine].name : "");
        row_add(view, &row[i], mine);
    }
}

/* --- the page --- */

static int alarms_print(struct alarms_view *view)
{
    const struct selection *selection = &view->selection;
    const bool page = selection->format == TABLE_PAGE;
    char title[160];
    if (!(view->table = table_new()))
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    columns_add(view);
    rows_add(view);
    snprintf(title, sizeof title, say(selection->language, "alarms   %zu open, %zu not acknowledged%s"), view->open,
             view->unseen,
             view->running ? "" : say(selection->language, "   coaltallyd does NOT run: as it left them"));
    table_fact(view->table, "report", "alarms");
    table_fact_json(view->table, "running", view->running ? "true" : "false");
    table_fact_json(view->table, "simulated", view->simulated ? "true" : "false");
    if (page)
        page_title(&view->page, title, view->simulated);
    return selection_print(selection, &view->page, page && !table_rows(view->table) ? NULL : view->table);
}

static int alarms_list_run(struct command *command)
{
    struct alarms_view view = {0};
    int status = selection_open(command, &view.selection);
    view.page = page_of(command->language, view.selection.format);
    if (status == COMMAND_GOOD) {
        const int64_t since_ms = command_given(command, "cleared") ? view.selection.now_ms - DAY_MS : INT64_MAX;
        health_take(&view);
        alarm_rows_read(view.selection.db, since_ms, &view.rows);
        status = alarms_print(&view);
    }
    health_free(&view.health);
    free(view.rows.at);
    page_free(&view.page);
    table_free(view.table);
    selection_close(&view.selection);
    return status;
}

/* --- ack --- */

static int acknowledge(struct command *command)
{
    static const char *const taken[] = {"note", NULL};
    struct settings settings;
    struct act act = {0};
    if (command->operands < 2)
        return command_fail(command, COMMAND_USAGE,
                            "ack: expected the number of an alarm, as coaltally alarms shows it");
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    act_add(&act, "ack", command->operand[1]);
    act_take(&act, command, taken);
    return act_submit(command, &settings, &act);
}

static int run(struct command *command)
{
    if (command->operands == 0 && (command_given(command, "by") || command_given(command, "note")))
        return command_fail(command, COMMAND_USAGE, "--by and --note go with ack ID");
    if (command->operands == 0)
        return alarms_list_run(command);
    if (strcmp(command->operand[0], "ack") != 0)
        return command_fail(command, COMMAND_USAGE, "unexpected argument %s; expected ack ID, or nothing",
                            command->operand[0]);
    return acknowledge(command);
}

static const struct command_option options[] = {
    {"cleared", NULL, N_("those too that ended within a day"), false}, OPTION_MINE, OPTION_FORMAT, OPTION_BY,
    {"note", "TEXT", N_("with ack: what you say of it"), false},       {0},
};

const struct verb verb_alarms = {
    .name = "alarms",
    .summary = N_("what stands, since when, and what to do about it"),
    .operands = "[ack ID]",
    .operands_max = 2,
    .options = options,
    .run = run,
};
