/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/json.h"
#include "collector/travel_payload.h"
#include "drivers/language.h"

struct parsing {
    struct travel_batch *batch;
    char *why;
    size_t size;
};

static bool refuse(const struct parsing *parsing, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(const struct parsing *parsing, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(parsing->why, parsing->size, say_own(format), arguments);
    va_end(arguments);
    return false;
}

/* A text of hexadecimal digits: bytes - 1 of them, or none where that may be. */
static bool hex_read(const struct json *value, char *hex, size_t bytes, bool empty)
{
    const char *words = json_words(value);
    if (!words || strlen(words) != strspn(words, "0123456789abcdef"))
        return false;
    if (strlen(words) != bytes - 1 && !(empty && !*words))
        return false;
    memcpy(hex, words, strlen(words) + 1);
    return true;
}

static bool within(const struct json *value, int64_t least, int64_t most, int64_t *number)
{
    return json_number(value, number) && *number >= least && *number <= most;
}

bool travel_position_read(const struct json *value, struct replica_position *position)
{
    return json_is_group(value) &&
           hex_read(json_member(value, "incarnation"), position->incarnation, TRAVEL_UID_BYTES, false) &&
           within(json_member(value, "head"), 0, TRAVEL_LOCAL_MAX, &position->head) &&
           within(json_member(value, "rev"), 0, position->head, &position->rev);
}

static bool value_read(const struct json *of, const struct travel_column *column, struct travel_value *value)
{
    value->null = json_is_nothing(of);
    if (value->null)
        return column->null;
    if (column->kind == TRAVEL_TEXT)
        return (value->text = json_words(of)) != NULL;
    if (column->kind == TRAVEL_ID || column->kind == TRAVEL_MINE)
        return within(of, 0, TRAVEL_LOCAL_MAX, &value->number);
    return json_number(of, &value->number);
}

static bool row_read(const struct parsing *parsing, enum travel_name name, const struct json *of)
{
    const struct travel_table *table = &travel_tables[name];
    struct travel_row *row = list_add(&parsing->batch->rows);
    if (!row)
        return refuse(parsing, "out of memory");
    row->table = name;
    if (!json_is_list(of) || json_count(of) != (size_t)table->columns + 1)
        return refuse(parsing, "a row of %s has %zu values, and it should have %d", table->name, json_count(of),
                      table->columns + 1);
    if (!within(json_item(of, 0), 1, TRAVEL_LOCAL_MAX, &row->rev))
        return refuse(parsing, "a row of %s has no rev, but something else", table->name);
    for (int i = 0; i < table->columns; i++)
        if (!value_read(json_item(of, (size_t)i + 1), &table->column[i], &row->value[i]))
            return refuse(parsing, "row %lld of %s: %s is not what it should be", (long long)row->rev, table->name,
                          table->column[i].name);
    return true;
}

bool travel_row_parse(const char *text, enum travel_name table, struct travel_batch *batch)
{
    char why[256];
    const struct parsing parsing = {batch, why, sizeof why};
    batch->json = json_read(text, strlen(text), why, sizeof why);
    return batch->json && row_read(&parsing, table, json_member(batch->json, "row"));
}

static bool rows_read(void *context, const char *name, const struct json *value)
{
    const struct parsing *parsing = context;
    const struct travel_batch *batch = parsing->batch;
    const int table = travel_find(name);
    if (table < 0 || !json_is_list(value))
        return refuse(parsing, "rows of \"%.40s\", which is no table that travels", name);
    if (json_count(value) > TRAVEL_ROWS_MAX - batch->rows.count)
        return refuse(parsing, "more than %d rows", TRAVEL_ROWS_MAX);
    for (size_t i = 0; i < json_count(value); i++) {
        if (!row_read(parsing, (enum travel_name)table, json_item(value, i)))
            return false;
        const int64_t rev = travel_row_at(batch, batch->rows.count - 1)->rev;
        if (rev > batch->to.rev || (!batch->whole && rev <= batch->from.rev))
            return refuse(parsing, "row %lld of %s is not of the stretch that the batch says it holds", (long long)rev,
                          name);
    }
    return true;
}

static bool mines_read(const struct parsing *parsing, const struct json *mines)
{
    if (!json_is_list(mines) || json_count(mines) > TRAVEL_MINES_MAX)
        return refuse(parsing, "no list of at most %d mines", TRAVEL_MINES_MAX);
    for (size_t i = 0; i < json_count(mines); i++) {
        const struct json *item = json_item(mines, i);
        const char *name = json_words(json_item(item, 1));
        struct travel_mine *mine = list_add(&parsing->batch->mines);
        if (!mine)
            return refuse(parsing, "out of memory");
        if (!json_is_list(item) || !within(json_item(item, 0), 0, TRAVEL_LOCAL_MAX, &mine->local) || !name ||
            strlen(name) >= sizeof mine->name)
            return refuse(parsing, "a mine that has no number and name");
        snprintf(mine->name, sizeof mine->name, "%s", name);
    }
    return true;
}

static bool version_read(const struct parsing *parsing, const struct json *root)
{
    int64_t version;
    if (!json_number(json_member(root, "v"), &version))
        return refuse(parsing, "no batch of a ledger: it does not say its version");
    if (version > TRAVEL_VERSION)
        return refuse(parsing, "a batch of version %lld, and this coaltally knows %d: install the newer one here",
                      (long long)version, TRAVEL_VERSION);
    if (version < TRAVEL_VERSION)
        return refuse(parsing, "a batch of version %lld, and this coaltally knows %d: install the newer one there",
                      (long long)version, TRAVEL_VERSION);
    return true;
}

static bool heading_read(const struct parsing *parsing, const struct json *root)
{
    struct travel_batch *batch = parsing->batch;
    const struct json *from = json_member(root, "from");
    if (!hex_read(json_member(root, "database"), batch->database, TRAVEL_UID_BYTES, false))
        return refuse(parsing, "\"database\" is not 32 hexadecimal digits");
    if (!within(json_member(root, "session"), 0, INT64_MAX, &batch->session))
        return refuse(parsing, "\"session\" is no number");
    if (!json_is_nothing(from) && !travel_position_read(from, &batch->from))
        return refuse(parsing, "\"from\" is no position");
    if (!travel_position_read(json_member(root, "to"), &batch->to))
        return refuse(parsing, "\"to\" is no position");
    if (!hex_read(json_member(root, "chain"), batch->chain, TRAVEL_CHAIN_BYTES, true))
        return refuse(parsing, "\"chain\" is not 64 hexadecimal digits");
    batch->whole = json_yes(json_member(root, "whole"));
    return true;
}

bool travel_payload_take(struct json *root, size_t length, struct travel_batch *batch, char *why, size_t size)
{
    struct parsing parsing = {batch, why, size};
    batch->json = root;
    if (!version_read(&parsing, root) || !heading_read(&parsing, root) ||
        !mines_read(&parsing, json_member(root, "mines")))
        return false;
    const struct json *rows = json_member(root, "rows");
    if (!json_is_group(rows))
        return refuse(&parsing, "no rows");
    if (!json_each(rows, rows_read, &parsing))
        return false;
    if (length > TRAVEL_PAYLOAD_BYTES_MAX && batch->rows.count > 1)
        return refuse(&parsing, "%zu bytes, more than a batch of several rows has", length);
    return true;
}

bool travel_payload_read(const char *bytes, size_t length, struct travel_batch *batch, char *why, size_t size)
{
    const struct parsing parsing = {batch, why, size};
    if (length > TRAVEL_PAYLOAD_ROW_BYTES_MAX)
        return refuse(&parsing, "%zu bytes, more than any batch has", length);
    struct json *root = json_read(bytes, length, why, size);
    return root && travel_payload_take(root, length, batch, why, size);
}
