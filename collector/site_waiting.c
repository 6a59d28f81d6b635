/* SPDX-License-Identifier: Apache-2.0 */
/* What a person compares before saying which ledger counts: of each site of which one waits, the states that the
 * county holds, each by the incarnation that `status` shows where it runs. */
#include <inttypes.h>
#include <string.h>

#include "collector/site_lines.h"
#include "collector/store_sites.h"

enum { ID_SHOWN = 8 };

static const struct page_column columns[] = {
    {"site", N_("site"), COLUMN_TEXT, COLUMN_BOTH},
    {"database", N_("ledger"), COLUMN_TEXT, COLUMN_BOTH},
    {"incarnation", N_("incarnation"), COLUMN_TEXT, COLUMN_BOTH},
    {"started", N_("started"), COLUMN_DATE, COLUMN_BOTH},
    {"last_row", N_("last row"), COLUMN_DATE, COLUMN_BOTH},
    {"rows", N_("rows"), COLUMN_NUMBER, COLUMN_BOTH},
    {"counts", N_("counts"), COLUMN_TEXT, COLUMN_BOTH},
};

typedef void state_teller(void *context, const struct replica_database *database, const struct site_state *state);

static bool branch_waits(const struct replica_database *database)
{
    return database->number && (database->standing == REPLICA_WAITING || replica_waits(database));
}

static bool site_waits(const struct list *lines, const char *site)
{
    const struct site_line *line = lines->at;
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(line[i].entry.database.site, site) == 0 && branch_waits(&line[i].entry.database))
            return true;
    return false;
}

static void states_tell(struct db *db, const struct replica_database *database, state_teller *tell, void *context)
{
    struct site_state state;
    if (!replica_position_none(&database->live.position)) {
        site_state_live(db, database, &state);
        tell(context, database, &state);
    }
    if (branch_waits(database)) {
        site_state_branch(db, database, &state);
        tell(context, database, &state);
    }
}

/* Of sites of which nothing waits there is nothing to choose from. */
static void states_each(struct db *db, const struct list *lines, const char *site, state_teller *tell, void *context)
{
    const struct site_line *line = lines->at;
    for (size_t i = 0; i < lines->count; i++) {
        const struct replica_database *database = &line[i].entry.database;
        if (database->standing != REPLICA_REPLACED && site_waits(lines, database->site) &&
            (!site || strcmp(site, database->site) == 0))
            states_tell(db, database, tell, context);
    }
}

/* --- on the page --- */

struct showing {
    struct table *table;
    enum language language;
};

static void id_cell(struct table *table, const char *id)
{
    char shown[ID_SHOWN + 1];
    snprintf(shown, sizeof shown, "%.*s", ID_SHOWN, id);
    table_cell(table, shown, id);
}

static void state_row(void *context, const struct replica_database *database, const struct site_state *state)
{
    const struct showing *showing = context;
    struct table *table = showing->table;
    table_row(table);
    table_text(table, database->site);
    id_cell(table, database->id);
    id_cell(table, state->incarnation);
    page_instant_whole(table, state->started_ms);
    page_instant_whole(table, state->last_row_ms);
    table_integer(table, state->rows);
    table_text(table, say(showing->language, state->counts ? N_("counts") : N_("WAITS")));
}

bool site_waiting_add(struct page *page, struct db *db, const struct list *lines, const char *site)
{
    struct showing showing = {table_new(), page->language};
    if (!showing.table)
        return false;
    page_columns(showing.table, columns, sizeof columns / sizeof *columns, page->language);
    table_fold_column(showing.table, PAGE_COLUMNS, 0);
    states_each(db, lines, site, state_row, &showing);
    const bool good = !table_rows(showing.table) || table_render(showing.table, TABLE_PAGE, page->colour, &page->out);
    table_free(showing.table);
    return good;
}

/* --- as data --- */

static void state_json(void *context, const struct replica_database *database, const struct site_state *state)
{
    struct text *out = context;
    text_format(out, "%s{\"site\": ", out->length > 1 ? ", " : "");
    text_add_json(out, database->site);
    text_format(out, ", \"database\": \"%s\", \"incarnation\": \"%s\", \"counts\": %s", database->id,
                state->incarnation, state->counts ? "true" : "false");
    text_format(out, ", \"started_ms\": %" PRId64 ", \"last_row_ms\": %" PRId64 ", \"rows\": %" PRId64,
                state->started_ms, state->last_row_ms, state->rows);
    if (state->counts)
        text_add(out, ", \"accept\": null, \"reject\": null}");
    else
        text_format(out, ", \"accept\": \"coaltally site accept %.*s\", \"reject\": \"coaltally site reject %.*s\"}",
                    ID_SHOWN, database->id, ID_SHOWN, database->id);
}

void site_waiting_fact(struct table *table, struct db *db, const struct list *lines, const char *site)
{
    struct text list = {0};
    text_add(&list, "[");
    states_each(db, lines, site, state_json, &list);
    text_add(&list, "]");
    table_fact_json(table, "waiting", list.failed ? "null" : list.at);
    text_free(&list);
}
