/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/site_lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/status_parts.h"
#include "collector/store_sites.h"

/* --- reading --- */

static const struct health_site *health_find(const struct health *health, const char *name)
{
    for (size_t i = 0; health && i < health->sites; i++)
        if (strcmp(health->gathered[i].name, name) == 0)
            return &health->gathered[i];
    return NULL;
}

/* Where it stands of the ledger that the site last told of: a branch, once one is on its way. */
static int64_t behind_of(const struct replica_database *database)
{
    const struct replica_position *branch = &database->branch.position, *live = &database->live.position;
    const int64_t rev = replica_position_none(branch) ? live->rev : branch->rev;
    if (replica_consistent(database))
        return 0;
    return database->stated_head > rev ? database->stated_head - rev : 0;
}

static void line_fill(struct db *db, int64_t now_ms, struct site_line *line)
{
    const struct replica_database *database = &line->entry.database;
    line->last_row_ms = site_last_row_ms(db, database->number);
    line->simulated = site_simulated(db, database->number);
    line->behind = behind_of(database);
    if (replica_consistent(database))
        line->lag_ms = now_ms - line->entry.heard_ms;
    else
        line->lag_ms = line->last_row_ms ? now_ms - line->last_row_ms : -1;
}

static bool entries_add(struct db *db, const struct health *health, int64_t now_ms, struct list *lines)
{
    struct list entries = {0};
    bool good = replica_entries(db, &entries);
    for (size_t i = 0; good && i < entries.count; i++) {
        struct site_line *line = list_add(lines);
        good = line;
        if (!line)
            break;
        line->entry = ((const struct replica_entry *)entries.at)[i];
        const struct health_site *known = health_find(health, line->entry.database.site);
        if (known)
            line->health = *known;
        line_fill(db, now_ms, line);
    }
    free(entries.at);
    return good;
}

static bool is_held(const struct list *lines, const char *name)
{
    const struct site_line *line = lines->at;
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(line[i].entry.database.site, name) == 0)
            return true;
    return false;
}

static int by_site(const void *left, const void *right)
{
    const struct replica_database *a = &((const struct site_line *)left)->entry.database,
                                  *b = &((const struct site_line *)right)->entry.database;
    const int order = strcmp(a->site, b->site);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

bool site_lines_read(struct db *db, const struct health *health, int64_t now_ms, struct list *lines)
{
    *lines = (struct list){.size = sizeof(struct site_line)};
    if (!entries_add(db, health, now_ms, lines))
        return false;
    for (size_t i = 0; health && i < health->sites; i++) {
        if (is_held(lines, health->gathered[i].name))
            continue;
        struct site_line *line = list_add(lines);
        if (!line)
            return false;
        line->health = health->gathered[i];
        line->behind = line->lag_ms = -1;
        snprintf(line->entry.database.site, sizeof line->entry.database.site, "%s", line->health.name);
    }
    if (lines->count)
        qsort(lines->at, lines->count, sizeof(struct site_line), by_site);
    return true;
}

/* --- a row each --- */

/* How it stands with its ledger; English: say() it. */
static const char *site_line_state(const struct site_line *line)
{
    const struct replica_database *database = &line->entry.database;
    if (!database->number)
        return *line->health.name && !line->health.known ? N_("not in the roster") : N_("nothing sent yet");
    if (database->standing == REPLICA_REPLACED)
        return N_("retired");
    if (database->standing == REPLICA_WAITING)
        return N_("waits for accept");
    if (replica_waits(database))
        return N_("counts; a copy waits for accept");
    if (database->chain_differs)
        return N_("CHAIN DIFFERS");
    return replica_consistent(database) ? N_("consistent") : N_("catching up");
}

struct table *site_lines_table(enum language language)
{
    struct table *table = table_new();
    if (!table)
        return NULL;
    table_column(table, "site", say(language, "site"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "database", say(language, "ledger"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "shown_online", say_of(language, "site", "online"), COLUMN_TEXT, COLUMN_PAGE);
    table_column(table, "online", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "last_row_ms", say(language, "last row"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "rows_behind", say_of(language, "site", "behind"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "lag_ms", say_of(language, "site", "lag"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "clock_difference_ms", say_of(language, "site", "clock"), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "version", say_of(language, "program", "version"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "state", say_of(language, "site", "state"), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "standing", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "consistent", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "waits", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "chain_differs", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "heard_ms", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "rows_not_counted", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "rows_superseded", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "superseded_ms", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "periods_kept", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "refused", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "refused_why", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "bad_messages", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    return table;
}

static void number_cell(struct table *table, int64_t value)
{
    if (value >= 0)
        table_integer(table, value);
    else
        table_none(table);
}

/* An age on the page; in data the number; nothing below 0. */
static void age_cell(struct table *table, int64_t age_ms, int64_t number)
{
    char shown[AGE_TEXT_BYTES], text[24];
    if (number < 0) {
        table_none(table);
        return;
    }
    age_show(age_ms < 0 ? 0 : age_ms, shown);
    snprintf(text, sizeof text, "%" PRId64, number);
    table_cell(table, shown, text);
}

static void online_cells(struct table *table, const struct site_line *line, enum language language)
{
    const struct health_site *health = &line->health;
    if (!health->presence) {
        table_none(table);
        table_none(table);
        return;
    }
    table_text(table, say(language, health->online ? N_("online") : N_("OFFLINE")));
    table_mark(table, health->online ? MARK_NONE : MARK_RED);
    table_switch(table, health->online);
}

static void clock_cell(struct table *table, const struct replica_entry *entry)
{
    char shown[32], text[24];
    if (!entry->clock_known) {
        table_none(table);
        return;
    }
    snprintf(shown, sizeof shown, "%+.1f s", (double)entry->clock_difference_ms / 1000.0);
    snprintf(text, sizeof text, "%" PRId64, entry->clock_difference_ms);
    table_cell(table, shown, text);
}

static void ledger_cells(struct table *table, const struct site_line *line)
{
    const struct replica_entry *entry = &line->entry;
    const struct replica_database *database = &entry->database;
    table_text(table, database->number ? replica_standing_name(database->standing) : "");
    table_switch(table, database->number && replica_consistent(database));
    table_switch(table, database->number && replica_waits(database));
    table_switch(table, database->chain_differs);
    number_cell(table, line->health.heard_ms > entry->heard_ms ? line->health.heard_ms : entry->heard_ms);
    table_integer(table, entry->uncounted);
    table_integer(table, entry->superseded_rows);
    table_integer(table, entry->superseded_ms);
    table_integer(table, entry->kept);
    table_integer(table, entry->refused);
    table_text(table, entry->refused_why);
    table_integer(table, (int64_t)line->health.bad);
    table_switch(table, line->simulated);
}

void site_lines_row(struct table *table, const struct site_line *line, enum language language, int64_t now_ms)
{
    const struct replica_database *database = &line->entry.database;
    const char *version = *line->entry.program ? line->entry.program : line->health.version;
    char shown[9];
    snprintf(shown, sizeof shown, "%.8s", database->id);
    table_row(table);
    table_text(table, database->site);
    table_cell(table, shown, database->id);
    online_cells(table, line, language);
    age_cell(table, now_ms - line->last_row_ms, line->last_row_ms ? line->last_row_ms : -1);
    number_cell(table, line->behind);
    age_cell(table, line->lag_ms, line->lag_ms);
    clock_cell(table, &line->entry);
    table_text(table, version);
    table_cell(table, say(language, site_line_state(line)), site_line_state(line));
    ledger_cells(table, line);
}
