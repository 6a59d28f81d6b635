/* SPDX-License-Identifier: Apache-2.0 */
/* A row of one ledger beside that of another. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/against_parts.h"
#include "collector/display.h"

static bool same_value(const struct travel_value *a, const struct travel_value *b)
{
    if (a->null || b->null)
        return a->null == b->null;
    if (a->text && b->text)
        return strcmp(a->text, b->text) == 0;
    return !a->text && !b->text && a->number == b->number;
}

bool against_same_key(const struct travel_row *a, const struct travel_row *b)
{
    if (a->table != b->table)
        return false;
    for (int i = 0; i < travel_tables[a->table].columns; i++)
        if (travel_tables[a->table].column[i].key && !same_value(&a->value[i], &b->value[i]))
            return false;
    return true;
}

int against_column(const struct travel_row *a, const struct travel_row *b)
{
    for (int i = 0; i < travel_tables[a->table].columns; i++)
        if (!same_value(&a->value[i], &b->value[i]))
            return i;
    return -1;
}

static void value_print(const struct travel_value *value, char *out, size_t size)
{
    char clean[AGAINST_VALUE_BYTES];
    if (value->null) {
        snprintf(out, size, "null");
    } else if (value->text) {
        text_clean(value->text, clean, sizeof clean);
        snprintf(out, size, "\"%s\"", clean);
    } else {
        snprintf(out, size, "%" PRId64, value->number);
    }
}

static void key_print(const struct travel_row *row, char *out, size_t size)
{
    const struct travel_table *table = &travel_tables[row->table];
    size_t length = 0;
    *out = '\0';
    for (int i = 0; i < table->columns && length < size; i++) {
        char value[AGAINST_VALUE_BYTES];
        if (!table->column[i].key)
            continue;
        value_print(&row->value[i], value, sizeof value);
        const int more =
            snprintf(out + length, size - length, "%s%s %s", length ? ", " : "", table->column[i].name, value);
        length += more > 0 ? (size_t)more : 0;
    }
}

/* Of which meter the row tells. */
static void meter_print(const struct against_side *side, const struct travel_row *row, char *out, size_t size)
{
    const int at = row->table == TRAVEL_meter ? 0 : travel_column(&travel_tables[row->table], "meter");
    *out = '\0';
    if (at < 0 || row->value[at].null)
        return;
    struct db_query *query = db_query(side->db, "SELECT name FROM meter WHERE id = ?");
    db_bind_int(query, travel_id(side->number, row->value[at].number));
    if (db_next(query))
        text_clean(db_text(query, 0), out, size);
    db_done(query);
}

void against_row_fill(struct against_row *row, const struct against_side *side, const struct travel_row *here,
                      const struct travel_row *there)
{
    const struct travel_row *one = here ? here : there;
    *row = (struct against_row){.table = travel_tables[one->table].name,
                                .what = !there  ? AGAINST_ONLY_HERE
                                        : !here ? AGAINST_ONLY_THERE
                                                : AGAINST_DIFFERS};
    snprintf(row->database, sizeof row->database, "%s", side->database);
    key_print(one, row->key, sizeof row->key);
    meter_print(side, one, row->meter, sizeof row->meter);
    if (row->what != AGAINST_DIFFERS)
        return;
    const int column = against_column(here, there);
    row->column = column < 0 ? "rev" : travel_tables[one->table].column[column].name;
    if (column < 0) {
        snprintf(row->here, sizeof row->here, "%" PRId64, here->rev);
        snprintf(row->there, sizeof row->there, "%" PRId64, there->rev);
    } else {
        value_print(&here->value[column], row->here, sizeof row->here);
        value_print(&there->value[column], row->there, sizeof row->there);
    }
}
