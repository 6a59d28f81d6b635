/* SPDX-License-Identifier: Apache-2.0 */
/* What people did to the ledger, and what waits to be done. */
#include <stdlib.h>
#include <string.h>

#include "collector/act.h"
#include "collector/display.h"
#include "collector/page.h"
#include "collector/selection.h"
#include "collector/spool.h"
#include "collector/travel.h"

struct acts_view {
    struct selection selection;
    struct page page;
    struct table *table;
    int64_t since_ms;
    const char *verb; /* NULL: all */
    size_t waiting;
    bool spool_known; /* this user may look into the folder of acts that wait */
};

static int filters_read(struct acts_view *view, const struct command *command)
{
    const char *since = command_value(command, "since", 0);
    view->verb = command_value(command, "verb", 0);
    view->since_ms = INT64_MIN;
    if (since && !period_parse_instant(since, civil_of_instant(view->selection.now_ms), &view->since_ms))
        return command_fail(command, COMMAND_USAGE, "--since %s: expected a date or an instant like 2026-10-13 07:31",
                            since);
    return COMMAND_GOOD;
}

static bool columns_add(struct acts_view *view)
{
    const enum language language = view->selection.language;
    struct table *table = view->table = table_new();
    if (!table)
        return false;
    table_column(table, "id", word(WORD_NUMBER, language), COLUMN_NUMBER, COLUMN_BOTH);
    if (view->selection.roster->sites)
        table_column(table, "site", word(WORD_SITE, language), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "at", word(WORD_WHEN, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "applied", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "by", word(WORD_BY, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "user", word(WORD_USER, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "verb", word(WORD_ACT, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "arguments", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "outcome", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "answer", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "journal", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "site", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "said", word(WORD_ANSWER, language), COLUMN_TEXT, COLUMN_PAGE);
    table_fold(table, PAGE_COLUMNS);
    return true;
}

/* What a row is made of, from the ledger or from a file that waits. */
struct acts_row {
    int64_t id, at_ms, applied_ms, outcome, journal; /* 0: it waits */
    const char *by, *user, *verb, *arguments, *answer;
};

static void integer_cell(struct table *table, int64_t value)
{
    if (value)
        table_integer(table, value);
    else
        table_none(table);
}

enum { ACT_SHOWN_BYTES = 80 };

/* A text of several lines on one, without the spaces that set it out. */
static void squeeze(const char *from, struct text *out)
{
    while (*from) {
        const size_t blank = strspn(from, " \n"), word = strcspn(from + blank, " \n");
        if (blank && word)
            text_add(out, memchr(from, '\n', blank) ? "; " : " ");
        text_add_bytes(out, from + blank, word);
        from += blank + word;
    }
}

/* "mine sim-a, period 2026-10", each cut where it is long: the data have all of it. */
static void arguments_say(const struct act *act, enum language language, struct text *out)
{
    char clean[ACT_SHOWN_BYTES];
    for (size_t i = 0; i < act->arguments; i++) {
        text_clean(act->argument[i].value, clean, sizeof clean);
        text_format(out, "%s%s %s", i ? say_of(language, "clause", ", ") : "",
                    argument_title(act->argument[i].name, language), clean);
    }
}

/* The answer, and with what the act came: of one that was done its answer has most. */
static void row_say(const struct acts_row *row, const struct act *act, enum language language, struct text *out)
{
    static const char *const told[] = {"reason", "source", "note", "handling", "despite"};
    if (row->outcome == ACT_REFUSED)
        text_format(out, "%s: ", word(WORD_REFUSED, language));
    if (row->outcome == 0)
        text_format(out, "%s: ", word(WORD_WAITS, language));
    squeeze(row->answer, out);
    if (row->outcome != ACT_DONE) {
        text_add(out, *row->answer ? " (" : "");
        arguments_say(act, language, out);
        text_add(out, *row->answer ? ")" : "");
        return;
    }
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (act_value(act, told[i]))
            text_format(out, "; %s: %s", argument_title(told[i], language), act_value(act, told[i]));
}

/* The index of the mine that an act names, itself or by its meter; -1: none that is known. */
static int mine_of(const struct acts_view *view, int64_t number, const struct act *act)
{
    const struct roster *roster = view->selection.roster;
    const char *mine = act_value(act, "mine"), *meter = act_value(act, "meter");
    const int index = meter ? roster_meter(roster, number, meter) : -1;
    if (mine)
        return roster_mine(roster, mine);
    return index >= 0 ? (int)roster->meter[index].mine : -1;
}

static bool wanted(const struct acts_view *view, const struct acts_row *row, int mine)
{
    if (row->at_ms < view->since_ms || (view->verb && strcmp(view->verb, row->verb) != 0))
        return false;
    return mine >= 0 ? view->selection.mine[mine] : !command_given(view->selection.command, "mine");
}

static const char *outcome_name(int64_t outcome)
{
    return outcome == ACT_DONE ? "done" : outcome == ACT_REFUSED ? "refused" : "waits";
}

static void row_add(struct acts_view *view, const struct acts_row *row)
{
    const struct roster *roster = view->selection.roster;
    struct act act;
    struct text said = {0};
    char why[128], site[SITE_TEXT_BYTES];
    act_parse_arguments(row->arguments, &act, why, sizeof why);
    const int mine = mine_of(view, travel_number(row->id), &act);
    roster_site_name(roster, travel_number(row->id), site);
    row_say(row, &act, view->selection.language, &said);
    if (wanted(view, row, mine)) {
        view->waiting += row->outcome == 0;
        table_row(view->table);
        integer_cell(view->table, travel_local(row->id));
        if (roster->sites)
            table_text(view->table, site);
        page_instant_whole(view->table, row->at_ms);
        page_instant_whole(view->table, row->applied_ms);
        table_text(view->table, row->by);
        table_text(view->table, row->user);
        table_text(view->table, row->verb);
        table_text(view->table, row->arguments);
        table_text(view->table, outcome_name(row->outcome));
        table_text(view->table, row->answer);
        integer_cell(view->table, travel_local(row->journal));
        table_switch(view->table, mine >= 0 && roster->mine[mine].simulated);
        table_text(view->table, site);
        table_text(view->table, said.at ? said.at : "");
        if (row->outcome != ACT_DONE)
            table_mark(view->table, MARK_AMBER);
    }
    view->page.out.failed |= said.failed;
    text_free(&said);
    act_free(&act);
}

#define ACT_ROWS                                                                                                       \
    "SELECT id, at_ms, applied_ms, outcome, journal, actor, os_user, verb, arguments, answer FROM act ORDER BY "

/* In the order of their doing, also of several ledgers. */
static void ledger_read(struct acts_view *view)
{
    struct db_query *query =
        db_query(view->selection.db, view->selection.roster->sites ? ACT_ROWS "applied_ms, id" : ACT_ROWS "id");
    while (db_next(query)) {
        const struct acts_row row = {db_int(query, 0),  db_int(query, 1),  db_int(query, 2),  db_int(query, 3),
                                     db_int(query, 4),  db_text(query, 5), db_text(query, 6), db_text(query, 7),
                                     db_text(query, 8), db_text(query, 9)};
        row_add(view, &row);
    }
    db_done(query);
}

static bool applied(const struct acts_view *view, const char *uid)
{
    struct db_query *query = db_query(view->selection.db, "SELECT 1 FROM act WHERE uid = ?");
    db_bind_text(query, uid);
    const bool known = db_next(query);
    db_done(query);
    return known;
}

/* Those of the files that this user may read. */
static void spool_rows(struct acts_view *view)
{
    const char *database = view->selection.settings.database;
    struct list names = {.size = SPOOL_NAME_BYTES};
    view->spool_known = spool_list(database, &names);
    for (size_t i = 0; i < names.count; i++) {
        struct act act;
        struct text arguments = {0};
        char why[256];
        if (spool_read(database, (const char *)names.at + i * SPOOL_NAME_BYTES, &act, why, sizeof why) == SPOOL_READ &&
            !applied(view, act.uid)) {
            act_arguments(&act, &arguments);
            row_add(view, &(struct acts_row){.at_ms = act.at_ms,
                                             .by = act.by,
                                             .user = act.os_user,
                                             .verb = act.verb,
                                             .arguments = arguments.at ? arguments.at : "{}",
                                             .answer = ""});
        }
        text_free(&arguments);
        act_free(&act);
    }
    free(names.at);
}

static bool any_simulated(const struct selection *selection)
{
    for (size_t m = 0; m < selection->roster->mines; m++)
        if (selection->mine[m] && selection->roster->mine[m].simulated)
            return true;
    return false;
}

static void title_say(const struct acts_view *view, char *title, size_t size)
{
    const size_t rows = table_rows(view->table);
    const struct command *command = view->selection.command;
    if (view->spool_known)
        snprintf(title, size, say(command->language, "acts, %zu rows, %zu waiting"), rows, view->waiting);
    else
        snprintf(title, size,
                 say(command->language, "acts, %zu rows (what waits is shown to members of coaltally-act)"), rows);
}

static int acts_print(struct acts_view *view)
{
    const struct selection *selection = &view->selection;
    const bool simulated = any_simulated(selection);
    char title[96];
    if (!columns_add(view))
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    ledger_read(view);
    spool_rows(view);
    table_fact(view->table, "report", "acts");
    table_fact_json(view->table, "simulated", simulated ? "true" : "false");
    title_say(view, title, sizeof title);
    if (selection->format == TABLE_PAGE)
        page_title(&view->page, title, simulated);
    return selection_print(selection, &view->page, view->table);
}

static int run(struct command *command)
{
    struct acts_view view = {0};
    int status = selection_open(command, &view.selection);
    view.page = page_of(command->language, view.selection.format);
    if (status == COMMAND_GOOD)
        status = filters_read(&view, command);
    if (status == COMMAND_GOOD)
        status = acts_print(&view);
    page_free(&view.page);
    table_free(view.table);
    selection_close(&view.selection);
    return status;
}

static const struct command_option options[] = {
    OPTION_MINE,
    {"since", "INSTANT", N_("from here on: 2026-10-13, \"2026-10-13 07:31\""), false},
    {"verb", "NAME", N_("only this act: enter, adjust, close, ..."), false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_acts = {
    .name = "acts",
    .summary = N_("what people did to the ledger: who, when, with what answer"),
    .options = options,
    .run = run,
};
