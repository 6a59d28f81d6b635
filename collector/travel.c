/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/travel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/json.h"
#include "collector/travel_payload.h"

void travel_batch_begin(struct travel_batch *batch)
{
    *batch = (struct travel_batch){
        .mines.size = sizeof(struct travel_mine), .rows.size = sizeof(struct travel_row), .texts.size = sizeof(char *)};
}

void travel_batch_free(struct travel_batch *batch)
{
    for (size_t i = 0; i < batch->texts.count; i++)
        free(((char **)batch->texts.at)[i]);
    free(batch->texts.at);
    free(batch->mines.at);
    free(batch->rows.at);
    json_close(batch->json);
    travel_batch_begin(batch);
}

static int row_order(const void *a, const void *b)
{
    const int64_t one = ((const struct replica_row *)a)->rev, other = ((const struct replica_row *)b)->rev;
    return (one > other) - (one < other);
}

void travel_batch_rows(const struct travel_batch *batch, struct replica_row row[static TRAVEL_ROWS_MAX],
                       struct replica_batch *out)
{
    *out = (struct replica_batch){.session = batch->session,
                                  .from = batch->from,
                                  .to = batch->to,
                                  .whole = batch->whole,
                                  .count = batch->rows.count < TRAVEL_ROWS_MAX ? batch->rows.count : TRAVEL_ROWS_MAX,
                                  .row = row};
    memcpy(out->database, batch->database, sizeof out->database);
    memcpy(out->chain, batch->chain, sizeof out->chain);
    for (size_t i = 0; i < out->count; i++) {
        const struct travel_row *at = travel_row_at(batch, i);
        row[i] = (struct replica_row){at, sizeof *at, at->rev, at, sizeof *at};
    }
    qsort(row, out->count, sizeof *row, row_order);
}

void travel_batch_head(struct travel_batch *batch, const struct replica_batch *head)
{
    memcpy(batch->database, head->database, sizeof batch->database);
    memcpy(batch->chain, head->chain, sizeof batch->chain);
    batch->session = head->session;
    batch->from = head->from;
    batch->to = head->to;
    batch->whole = head->whole;
}

static void text_of(struct db *db, const char *sql, char *text, size_t size)
{
    struct db_query *query = db_query(db, sql);
    *text = '\0';
    if (db_next(query))
        snprintf(text, size, "%s", db_text(query, 0));
    db_done(query);
}

bool travel_stand(struct db *db, char database[static TRAVEL_UID_BYTES], struct replica_position *stand,
                  char chain[static TRAVEL_CHAIN_BYTES])
{
    text_of(db, "SELECT database FROM revision", database, TRAVEL_UID_BYTES);
    text_of(db, "SELECT id FROM incarnation WHERE rev < " TRAVEL_FOREIGN " ORDER BY rev DESC LIMIT 1",
            stand->incarnation, sizeof stand->incarnation);
    text_of(db, "SELECT hash FROM journal WHERE id < " TRAVEL_FOREIGN " ORDER BY id DESC LIMIT 1", chain,
            TRAVEL_CHAIN_BYTES);
    stand->head = stand->rev = db_value(db, "SELECT rev FROM revision", 0, NULL);
    return db_fault(db) == DB_OK;
}

/* --- reading: of all tables at once, the row with the least rev first --- */

enum { KEPT = TRAVEL_TABLE_COUNT, CURSORS }; /* the last: rows that a county keeps but does not count */

struct cursor {
    struct db_query *query; /* NULL: at its end */
    int64_t rev;
};

struct reading {
    struct db *db;
    int64_t number;
    struct travel_batch *batch;
    struct cursor cursor[CURSORS];
    size_t bytes;
};

static bool out_of_memory(struct db *db)
{
    db_fail(db, DB_OTHER, "out of memory");
    return false;
}

static void cursor_next(struct cursor *cursor)
{
    if (db_next(cursor->query))
        cursor->rev = db_int(cursor->query, 0);
    else
        cursor->query = NULL;
}

static const char *range_of(const struct reading *reading, int cursor)
{
    if (cursor >= KEPT)
        return "SELECT rev, name, row FROM replica_row WHERE rev > ? AND rev <= ? ORDER BY rev";
    return reading->number ? travel_tables[cursor].copies : travel_tables[cursor].range;
}

static void cursors_open(struct reading *reading, int64_t from, int64_t to)
{
    for (int i = 0; i < CURSORS; i++) {
        struct cursor *cursor = &reading->cursor[i];
        cursor->query = db_query(reading->db, range_of(reading, i));
        db_bind_int(cursor->query, travel_id(reading->number, from));
        db_bind_int(cursor->query, travel_id(reading->number, to));
        cursor_next(cursor);
    }
}

static int cursor_least(const struct reading *reading)
{
    int least = -1;
    for (int i = 0; i < CURSORS; i++)
        if (reading->cursor[i].query && (least < 0 || reading->cursor[i].rev < reading->cursor[least].rev))
            least = i;
    return least;
}

static char *text_keep(struct reading *reading, const char *text)
{
    char **kept = list_add(&reading->batch->texts);
    if (kept)
        *kept = strdup(text);
    if (!kept || !*kept)
        out_of_memory(reading->db);
    return kept ? *kept : NULL;
}

static struct travel_mine *mine_known(struct travel_batch *batch, int64_t local)
{
    struct travel_mine *mine = batch->mines.at;
    for (size_t i = 0; i < batch->mines.count; i++)
        if (mine[i].local == local)
            return &mine[i];
    return NULL;
}

/* The rows of the batch name this mine; its local id. */
static int64_t mine_read(struct reading *reading, int64_t id)
{
    const int64_t values[] = {reading->number, id};
    const int64_t local =
        reading->number
            ? db_value(reading->db, "SELECT local FROM replica_mine WHERE number = ? AND mine = ?", 2, values)
            : id;
    if (mine_known(reading->batch, local))
        return local;
    struct travel_mine *mine = list_add(&reading->batch->mines);
    if (!mine) {
        out_of_memory(reading->db);
        return local;
    }
    struct db_query *query = db_query(reading->db, "SELECT name FROM mine WHERE id = ?");
    db_bind_int(query, id);
    mine->local = local;
    if (db_next(query))
        snprintf(mine->name, sizeof mine->name, "%s", db_text(query, 0));
    db_done(query);
    return local;
}

static void value_read(struct reading *reading, const struct travel_column *column, struct db_query *query, int at,
                       struct travel_value *value)
{
    value->null = db_null(query, at);
    if (value->null)
        return;
    if (column->kind == TRAVEL_TEXT)
        value->text = text_keep(reading, db_text(query, at));
    else if (column->kind == TRAVEL_ID)
        value->number = travel_local(db_int(query, at));
    else if (column->kind == TRAVEL_MINE)
        value->number = mine_read(reading, db_int(query, at));
    else
        value->number = db_int(query, at);
}

static void row_read(struct reading *reading, int table, struct travel_row *row)
{
    struct db_query *query = reading->cursor[table].query;
    row->table = (enum travel_name)table;
    for (int i = 0; i < travel_tables[table].columns; i++)
        value_read(reading, &travel_tables[table].column[i], query, i + 1, &row->value[i]);
}

/* A row that was set aside is had back as it came. */
static void row_kept(struct reading *reading, struct travel_row *row)
{
    struct db_query *query = reading->cursor[KEPT].query;
    const int table = travel_find(db_text(query, 1));
    struct travel_batch aside;
    travel_batch_begin(&aside);
    if (table < 0 || !travel_row_parse(db_text(query, 2), (enum travel_name)table, &aside)) {
        db_fail(reading->db, DB_CORRUPT, "a row of table replica_row is damaged (rev %lld)",
                (long long)db_int(query, 0));
        travel_batch_free(&aside);
        return;
    }
    *row = *travel_row_at(&aside, 0);
    for (int i = 0; i < travel_tables[table].columns; i++)
        if (row->value[i].text)
            row->value[i].text = text_keep(reading, row->value[i].text);
    travel_batch_free(&aside);
}

/* False when the batch is full: the row is not in it. */
static bool row_add(struct reading *reading, int at)
{
    struct travel_batch *batch = reading->batch;
    if (batch->rows.count == TRAVEL_ROWS_MAX)
        return false;
    struct travel_row *row = list_add(&batch->rows);
    if (!row)
        return out_of_memory(reading->db);
    if (at == KEPT)
        row_kept(reading, row);
    else
        row_read(reading, at, row);
    row->rev = travel_local(reading->cursor[at].rev);
    if (db_fault(reading->db) != DB_OK)
        return false;
    reading->bytes += travel_row_bytes(row);
    if (reading->bytes <= TRAVEL_BYTES_MAX || batch->rows.count == 1)
        return true;
    batch->rows.count--;
    return false;
}

/* Rows of one rev go together: what a former version of this program wrote under one rev is not torn. */
static void batch_cut(struct travel_batch *batch, int64_t next_rev)
{
    size_t count = batch->rows.count;
    while (count > 0 && travel_row_at(batch, count - 1)->rev == next_rev)
        count--;
    if (count > 0)
        batch->rows.count = count;
    batch->to.rev = travel_row_at(batch, batch->rows.count - 1)->rev;
}

bool travel_read(struct db *db, int64_t number, int64_t from, int64_t to, struct travel_batch *batch)
{
    struct reading reading = {.db = db, .number = number, .batch = batch};
    int least;
    batch->to.rev = to;
    cursors_open(&reading, from, to);
    while ((least = cursor_least(&reading)) >= 0 && db_fault(db) == DB_OK) {
        if (!row_add(&reading, least)) {
            if (db_fault(db) == DB_OK)
                batch_cut(batch, travel_local(reading.cursor[least].rev));
            break;
        }
        cursor_next(&reading.cursor[least]);
    }
    for (int i = 0; i < CURSORS; i++)
        if (reading.cursor[i].query)
            db_done(reading.cursor[i].query);
    return db_fault(db) == DB_OK;
}

void travel_bind(struct db_query *query, const struct travel_value *value)
{
    if (value->null)
        db_bind_null(query);
    else if (value->text)
        db_bind_text(query, value->text);
    else
        db_bind_int(query, value->number);
}
