/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/alarm.h"
#include "collector/page.h"
#include "collector/quantity.h"
#include "collector/selection.h"
#include "collector/travel.h"

enum { LATEST_DEFAULT = 50 };

struct journal_view {
    struct selection selection;
    struct page page;
    struct table *table;
    struct calendar_span span;
    const char *meter; /* NULL: all */
    const char *kind;  /* NULL: all */
    int64_t latest;    /* at most so many rows, the last ones; 0: all */
};

static int instant_option(const struct journal_view *journal, const char *name, int64_t *out)
{
    const struct command *command = journal->selection.command;
    const char *text = command_value(command, name, 0);
    if (text && !period_parse_instant(text, journal->selection.today, out))
        return command_fail(command, COMMAND_USAGE, "--%s %s: expected a date or an instant like 2026-10-13 07:31",
                            name, text);
    return COMMAND_GOOD;
}

static int span_read(struct journal_view *journal, const struct command *command)
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

static int filters_read(struct journal_view *journal, const struct command *command)
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

static bool columns_add(struct journal_view *journal)
{
    static const char *const numbers[] = {"count", "before", "after", "amount", "low", "high"};
    const enum language language = journal->selection.language;
    struct table *table = journal->table = table_new();
    if (!table)
        return false;
    table_column(table, "id", word(WORD_NUMBER, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "at", word(WORD_WHEN, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "level", "", COLUMN_TEXT, COLUMN_DATA);
    if (journal->selection.roster->sites)
        table_column(table, "site", word(WORD_SITE, language), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "meter", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "subject", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "about", word(WORD_ABOUT, language), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "kind", word(WORD_KIND, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "from", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "to", "", COLUMN_TEXT, COLUMN_DATA);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        table_column(table, numbers[i], "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "unit", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "open", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "text", word(WORD_TEXT, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "site", "", COLUMN_TEXT, COLUMN_DATA);
    table_fold(table, PAGE_COLUMNS);
    return true;
}

/* The columns of the query, by their places. */
enum {
    ID,
    AT,
    KIND,
    LEVEL,
    MINE,
    METER,
    SUBJECT,
    BUCKET,
    COUNT,
    FROM,
    TO,
    BEFORE,
    AFTER,
    AMOUNT,
    BOUNDED,
    LOW,
    HIGH,
    OPEN,
    TEXT
};

static void amount_cell(struct journal_view *journal, int64_t amount, bool known)
{
    char text[AMOUNT_TEXT_MAX];
    amount_plain(amount, text);
    table_cell(journal->table, NULL, known ? text : NULL);
}

/* What is said of a row, each after what stands between two of its sayings. */
static void said(struct text *out, enum language language)
{
    text_add(out, out->length ? say(language, "; ") : "");
}

/* "4000 -> 12", or "12" where both are the same. */
static void readings_add(const struct db_query *query, enum language language, struct text *out)
{
    const int64_t before = db_int(query, BEFORE), after = db_int(query, AFTER);
    if (db_int(query, METER) == 0 || (before == 0 && after == 0))
        return;
    said(out, language);
    if (before != after)
        text_format(out, "%" PRId64 " -> ", before);
    text_format(out, "%" PRId64, after);
}

/* Kinds whose text has the form of alarm_text.h. */
static bool kind_has_sentence(const char *kind)
{
    static const char *const kinds[] = {"alarm", "alarm-cleared", "differs", "rate-differs"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

/* An alarm in the user's words, with value and limit; all else as it stands. */
static void said_add(const struct db_query *query, enum language language, struct text *out)
{
    struct alarm alarm = {0};
    if (!kind_has_sentence(db_text(query, KIND)) || !alarm_read(db_text(query, TEXT), &alarm)) {
        text_add(out, db_text(query, TEXT));
        return;
    }
    alarm_say(out, alarm.reason, alarm.arguments, language);
    if (*alarm.value)
        text_format(out, "  %s%s%s", alarm.value, *alarm.limit ? " / " : "", alarm.limit);
}

/* "4000 -> 12; +412.000 t; truly 0.000 to 412.000 t; 3 times; OPEN WORK; text" */
static void text_compose(const struct journal_view *journal, const struct db_query *query, const char *unit,
                         struct text *out)
{
    const enum language language = journal->selection.language;
    char amount[AMOUNT_TEXT_MAX], low[AMOUNT_TEXT_MAX], high[AMOUNT_TEXT_MAX];
    readings_add(query, language, out);
    if (db_int(query, AMOUNT)) {
        amount_exact(db_int(query, AMOUNT), amount);
        said(out, language);
        text_format(out, "%s%s %s", db_int(query, AMOUNT) > 0 ? "+" : "", amount, unit);
    }
    if (db_int(query, BOUNDED)) {
        amount_exact(db_int(query, LOW), low);
        amount_exact(db_int(query, HIGH), high);
        said(out, language);
        text_format(out, say(language, "truly %s to %s %s"), low, high, unit);
    }
    if (db_int(query, COUNT) > 1) {
        said(out, language);
        text_format(out, say(language, "%" PRId64 " times"), db_int(query, COUNT));
    }
    if (db_int(query, OPEN)) {
        said(out, language);
        text_add(out, word(WORD_OPEN_WORK, language));
    }
    if (*db_text(query, TEXT)) {
        said(out, language);
        said_add(query, language, out);
    }
}

static void data_cells(struct journal_view *journal, const struct db_query *query, const char *unit)
{
    const bool bounded = db_int(query, BOUNDED) != 0;
    page_instant_whole(journal->table, db_int(query, FROM));
    page_instant_whole(journal->table, db_int(query, TO));
    table_integer(journal->table, db_int(query, COUNT));
    table_integer(journal->table, db_int(query, BEFORE));
    table_integer(journal->table, db_int(query, AFTER));
    amount_cell(journal, db_int(query, AMOUNT), true);
    amount_cell(journal, db_int(query, LOW), bounded);
    amount_cell(journal, db_int(query, HIGH), bounded);
    table_text(journal->table, unit);
    table_switch(journal->table, db_int(query, OPEN) != 0);
}

static void entry_row(struct journal_view *journal, const struct db_query *query)
{
    const struct roster *roster = journal->selection.roster;
    const int mine = roster_mine_id(roster, db_int(query, MINE)), meter = roster_meter_id(roster, db_int(query, METER));
    const int64_t level = db_int(query, LEVEL);
    const struct quantity *quantity = meter < 0 ? quantity_find(db_text(query, SUBJECT)) : NULL;
    const char *unit = meter >= 0 ? roster->meter[meter].unit : quantity ? quantity->unit : "";
    struct text composed = {0};
    char site[SITE_TEXT_BYTES];
    roster_site_name(roster, travel_number(db_int(query, ID)), site);
    text_compose(journal, query, unit, &composed);
    table_row(journal->table);
    table_mark(journal->table, level >= JOURNAL_RED ? MARK_RED : level == JOURNAL_AMBER ? MARK_AMBER : MARK_NONE);
    table_integer(journal->table, travel_local(db_int(query, ID)));
    page_instant_whole(journal->table, db_int(query, AT));
    table_text(journal->table,
               level >= JOURNAL_INFO && level <= JOURNAL_RED ? alarm_level_name((enum journal_level)level) : "?");
    if (roster->sites)
        table_text(journal->table, site);
    table_text(journal->table, mine >= 0 ? roster->mine[mine].name : "");
    table_text(journal->table, meter >= 0 ? roster->meter[meter].name : "");
    table_text(journal->table, db_text(query, SUBJECT));
    table_text(journal->table, meter >= 0 ? roster->meter[meter].name
                               : quantity ? quantity_title(quantity->name, journal->selection.language)
                                          : db_text(query, SUBJECT));
    table_cell(journal->table, kind_title(db_text(query, KIND), journal->selection.language), db_text(query, KIND));
    data_cells(journal, query, unit);
    table_cell(journal->table, composed.at ? composed.at : "", db_text(query, TEXT));
    table_switch(journal->table, mine >= 0 && roster->mine[mine].simulated);
    table_text(journal->table, site);
    journal->page.out.failed |= composed.failed;
    text_free(&composed);
}

static bool mine_wanted(const struct journal_view *journal, const struct db_query *query)
{
    const int mine = roster_mine_id(journal->selection.roster, db_int(query, MINE));
    return mine >= 0 ? journal->selection.mine[mine] : !command_given(journal->selection.command, "mine");
}

#define ENTRIES(order)                                                                                                 \
    "SELECT * FROM (SELECT id, at_ms, kind, level, mine, meter, subject, bucket_ms, count, from_ms, to_ms, before,"    \
    " after, amount, bounded, low, high, open = 1 AND id NOT IN (SELECT journal FROM resolution), text FROM "          \
    "journal WHERE at_ms >= ?1 AND at_ms < ?2 AND (?3 IS NULL OR meter IN (SELECT id FROM meter WHERE name = ?3))"     \
    " AND (?4 IS NULL OR kind = ?4) AND (?5 = 0 OR (open = 1 AND id NOT IN (SELECT journal FROM resolution)))"         \
    " AND (?6 IS NULL OR mine IN (SELECT value FROM json_each(?6)))"                                                   \
    " ORDER BY " order " LIMIT ?7) ORDER BY "

/* Of one ledger as it was written; the ledgers that a county holds between each other by their times. */
static struct db_query *entries_query(const struct journal_view *journal)
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

static void entries_read(struct journal_view *journal)
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
        if (mine_wanted(journal, query))
            entry_row(journal, query);
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

static int journal_print(struct journal_view *journal)
{
    const struct selection *selection = &journal->selection;
    const bool page = selection->format == TABLE_PAGE, simulated = any_simulated(selection);
    char title[96];
    if (!columns_add(journal))
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
    struct journal_view journal = {0};
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
