/* SPDX-License-Identifier: Apache-2.0 */
/* What counted at the county until a restored or chosen ledger took its place, and what nobody decided of a ledger
 * until another one did: a row each. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/site_lines.h"
#include "collector/store_sites.h"
#include "collector/travel.h"

enum { KEY_SHOWN = 28 };

static const struct page_column columns[] = {
    {"site", N_("site"), COLUMN_TEXT, COLUMN_BOTH},
    {"database", "", COLUMN_TEXT, COLUMN_DATA},
    {"switched", N_("switched"), COLUMN_DATE, COLUMN_BOTH},
    {"table", N_("table"), COLUMN_TEXT, COLUMN_BOTH},
    {"meter", N_("meter"), COLUMN_TEXT, COLUMN_BOTH},
    {"key", N_("key"), COLUMN_TEXT, COLUMN_BOTH},
    {"from", N_("from"), COLUMN_DATE, COLUMN_BOTH},
    {"before", N_("before"), COLUMN_NUMBER, COLUMN_BOTH},
    {"after", N_("after"), COLUMN_NUMBER, COLUMN_BOTH},
    {"unit", "", COLUMN_TEXT, COLUMN_BOTH},
    {"row", "", COLUMN_TEXT, COLUMN_DATA},
};

/* While the rows of one ledger are added. */
struct telling {
    struct table *table;
    const struct replica_database *database;
};

static void amount_cell(struct table *table, bool known, int64_t amount)
{
    char shown[AMOUNT_TEXT_MAX], value[AMOUNT_TEXT_MAX];
    if (!known) {
        table_none(table);
        return;
    }
    amount_exact(amount, shown);
    amount_plain(amount, value);
    table_cell(table, shown, value);
}

static void superseded_row(void *context, const struct superseded *superseded)
{
    const struct telling *telling = context;
    struct table *table = telling->table;
    char key[KEY_SHOWN + 4];
    snprintf(key, sizeof key, "%.*s%s", KEY_SHOWN, superseded->key, strlen(superseded->key) > KEY_SHOWN ? "..." : "");
    table_row(table);
    table_text(table, telling->database->site);
    table_text(table, telling->database->id);
    page_instant(table, superseded->switched_ms);
    table_text(table, superseded->table);
    table_text(table, superseded->meter_name);
    table_cell(table, key, superseded->key);
    page_instant(table, superseded->from_ms);
    amount_cell(table, superseded->amount, superseded->before);
    amount_cell(table, superseded->amount && !superseded->gone, superseded->after);
    table_text(table, superseded->unit);
    table_text(table, superseded->row);
}

/* What a person had to decide, and no longer can: the row stands, and is nobody's open work. */
static void undecided_row(void *context, const struct site_undecided *undecided)
{
    const struct telling *telling = context;
    struct table *table = telling->table;
    char key[32];
    snprintf(key, sizeof key, "[%" PRId64 "]", travel_local(undecided->id));
    table_row(table);
    table_text(table, telling->database->site);
    table_text(table, telling->database->id);
    page_instant(table, 0);
    table_text(table, "journal");
    table_text(table, undecided->meter_name);
    table_cell(table, key, key);
    page_instant(table, undecided->at_ms);
    amount_cell(table, true, undecided->amount);
    amount_cell(table, false, 0);
    table_text(table, undecided->unit);
    table_text(table, undecided->kind);
}

struct table *site_superseded_table(struct db *db, const struct list *lines, const char *site, enum language language)
{
    struct table *table = table_new();
    const struct site_line *line = lines->at;
    if (!table)
        return NULL;
    page_columns(table, columns, sizeof columns / sizeof *columns, language);
    for (size_t i = 0; i < lines->count; i++) {
        const struct replica_database *database = &line[i].entry.database;
        struct telling telling = {table, database};
        if (!database->number || (site && strcmp(site, database->site) != 0))
            continue;
        superseded_read(db, database->number, 0, superseded_row, &telling);
        site_undecided(db, database->number, undecided_row, &telling);
    }
    return table;
}
