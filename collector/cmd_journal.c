/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "collector/journal_view.h"
#include "collector/page.h"
#include "collector/store_sites.h"

enum { LATEST_DEFAULT = 50 };

struct journal_request {
    struct selection selection;
    struct page page;
    struct table *table;
    struct calendar_span span;
    const char *meter; /* NULL: all */
    const char *kind;  /* NULL: all */
    int64_t latest;    /* at most so many rows, the last ones; 0: all */
};

static int instant_option(const struct journal_request *journal, const char *name, int64_t *out)
{
    const struct command *command = journal->selection.command;
    const char *text = command_value(command, name, 0);
    if (text && !period_parse_instant(text, journal->selection.today, out))
        return command_fail(command, COMMAND_USAGE, "--%s %s: expected a date or an instant like 2026-10-13 07:31",
                            name, text);
    return COMMAND_GOOD;
}

static int span_read(struct journal_request *journal, const struct command *command)
{
    const char *date = command_value(command, "date", 0);
    const bool limits = command_given(command, "from") || command_given(command, "to");
    civil_day day;
    journal->span = (struct calendar_span){INT64_MIN, INT64_MAX};
    if (date && limits)
        return command_fail(command, COMMAND_USAGE, "--date goes with neither --from nor --to");
    if (date && !period_parse_day(date, journal->selection.today, &day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    if (date)
        journal->span = (struct calendar_span){civil_instant(day, 0), civil_instant(day + 1, 0)};
    const int status = instant_option(journal, "from", &journal->span.from_ms);
    return status == COMMAND_GOOD ? instant_option(journal, "to", &journal->span.to_ms) : status;
}

static int filters_read(struct journal_request *journal, const struct command *command)
{
    const char *meter = command_value(command, "meter", 0), *latest = command_value(command, "latest", 0);
    char *end;
    journal->kind = command_value(command, "kind", 0);
    journal->meter = meter;
    if (meter && roster_meter_next(journal->selection.roster, -1, meter) < 0)
        return command_fail(command, COMMAND_USAGE, "the ledger has no meter %s", meter);
    const bool all = journal->kind || meter || command_given(command, "open") || command_given(command, "date") ||
                     command_given(command, "from") || command_given(command, "to");
    journal->latest = all ? 0 : LATEST_DEFAULT;
    if (!latest)
        return COMMAND_GOOD;
    journal->latest = strtoll(latest, &end, 10);
    if (*end || end == latest || journal->latest < 1)
        return command_fail(command, COMMAND_USAGE, "--latest %s: expected a number from 1 up", latest);
    return COMMAND_GOOD;
}

#define ENTRIES(order)                                                                                                 \
    "SELECT * FROM (SELECT " JOURNAL_VIEW_COLUMNS " FROM journal WHERE at_ms >= ?1 AND at_ms < ?2"                     \
    " AND (?3 IS NULL OR meter IN (SELECT id FROM meter WHERE name = ?3))"                                             \
    " AND (?4 IS NULL OR kind = ?4) AND (?5 = 0 OR " JOURNAL_WAITS(                                                    \
        "id") ")"                                                                                                      \
              " AND (?6 IS NULL OR mine IN (SELECT value FROM json_each(?6)))"                                         \
              " ORDER BY " order " LIMIT ?7) ORDER BY "

/* Of one ledger as it was written; the ledgers that a county holds between each other by their times. */
static struct db_query *entries_query(const struct journal_request *journal)
{
    if (journal->selection.roster->sites)
        return db_query(journal->selection.db, ENTRIES("at_ms DESC, id DESC") "at_ms, id");
    return db_query(journal->selection.db, ENTRIES("id DESC") "id");
}

/* The ids of the mines that were chosen, as a list of JSON. */
static void mines_list(const struct selection *selection, struct text *out)
{
    text_add(out, "[");
    for (size_t m = 0; m < selection->roster->mines; m++)
        if (selection->mine[m])
            text_format(out, "%s%" PRId64, out->length > 1 ? "," : "", selection->roster->mine[m].id);
    text_add(out, "]");
}

static void entries_read(struct journal_request *journal)
{
    struct db_query *query = entries_query(journal);
    struct text mines = {0};
    if (command_given(journal->selection.command, "mine"))
        mines_list(&journal->selection, &mines);
    db_bind_int(query, journal->span.from_ms);
    db_bind_int(query, journal->span.to_ms);
    db_bind_text(query, journal->meter);
    db_bind_text(query, journal->kind);
    db_bind_int(query, command_given(journal->selection.command, "open"));
    db_bind_text(query, mines.at);
    db_bind_int(query, journal->latest ? journal->latest : -1);
    while (db_next(query))
        journal->page.out.failed |= !journal_row(&journal->selection, journal->table, query);
    journal->page.out.failed |= mines.failed;
    text_free(&mines);
}

static bool any_simulated(const struct selection *selection)
{
    for (size_t m = 0; m < selection->roster->mines; m++)
        if (selection->mine[m] && selection->roster->mine[m].simulated)
            return true;
    return false;
}

static int journal_print(struct journal_request *journal)
{
    const struct selection *selection = &journal->selection;
    const bool page = selection->format == TABLE_PAGE, simulated = any_simulated(selection);
    char title[96];
    journal->table = journal_table(selection);
    if (!journal->table)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    entries_read(journal);
    table_fact(journal->table, "report", "journal");
    table_fact_json(journal->table, "simulated", simulated ? "true" : "false");
    snprintf(title, sizeof title, say(selection->language, "journal, %zu rows"), table_rows(journal->table));
    if (page)
        page_title(&journal->page, title, simulated);
    return selection_print(selection, &journal->page, journal->table);
}

static int run(struct command *command)
{
    struct journal_request journal = {0};
    int status = selection_open(command, &journal.selection);
    journal.page = page_of(command->language, journal.selection.format);
    if (status == COMMAND_GOOD)
        status = span_read(&journal, command);
    if (status == COMMAND_GOOD)
        status = filters_read(&journal, command);
    if (status == COMMAND_GOOD)
        status = journal_print(&journal);
    page_free(&journal.page);
    table_free(journal.table);
    selection_close(&journal.selection);
    return status;
}

static const struct command_option options[] = {
    OPTION_DATE,
    {"from", "INSTANT", N_("from here on: 2026-10-13, \"2026-10-13 07:31\""), false},
    {"to", "INSTANT", N_("before this"), false},
    OPTION_MINE,
    {"meter", "NAME", N_("only this meter"), false},
    {"kind", "WORD", N_("only this kind: wrap, reset, jump, gap, alarm, ..."), false},
    {"open", NULL, N_("only open work"), false},
    {"latest", "N", N_("at most the last N rows (default 50, where nothing else narrows it)"), false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_journal = {
    .name = "journal",
    .summary = N_("breaks, alarms and all else that befell the ledger"),
    .options = options,
    .run = run,
};
