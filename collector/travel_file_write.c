/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/digest.h"
#include "collector/travel_file.h"
#include "collector/travel_payload.h"
#include "drivers/language.h"

struct writing {
    struct db *db;
    int64_t number;
    const struct travel_file_heading *heading;
    FILE *out;
    struct digest_run *digest;
    struct text line;
    int64_t lines, rows;
};

/* The line in the making, and its end. */
static bool line_write(struct writing *writing, bool digested)
{
    struct text *line = &writing->line;
    text_add(line, "\n");
    errno = ENOMEM;
    if (line->failed || fwrite(line->at, 1, line->length, writing->out) != line->length)
        return false;
    if (digested)
        digest_run_add(writing->digest, line->at, line->length);
    writing->lines++;
    text_clear(line);
    return true;
}

static bool heading_write(struct writing *writing)
{
    const struct travel_file_heading *heading = writing->heading;
    struct text *line = &writing->line;
    text_add(line, "{");
    text_member(line, "coaltally", "ledger");
    text_member_int(line, "v", TRAVEL_FILE_VERSION);
    text_member(line, "program", heading->program);
    text_member(line, "site", heading->site);
    text_member(line, "database", heading->database);
    text_member_int(line, "from", heading->from);
    travel_position_add(line, "to", &heading->to);
    text_member(line, "chain", heading->chain);
    text_member_bool(line, "consistent", heading->consistent);
    text_member_bool(line, "simulated", heading->simulated);
    text_member_int(line, "made_ms", heading->made_ms);
    text_add(line, "}");
    return line_write(writing, true);
}

/* What a batch says of itself: rows in (from, to.rev], as they stood at the file's head. */
static bool batch_write(struct writing *writing, struct travel_batch *batch, int64_t from)
{
    const struct travel_file_heading *heading = writing->heading;
    const int64_t to = batch->to.rev;
    memcpy(batch->database, heading->database, sizeof batch->database);
    memcpy(batch->chain, heading->chain, sizeof batch->chain);
    batch->from = batch->to = heading->to;
    batch->from.rev = from;
    batch->to.rev = to;
    travel_payload(batch, &writing->line);
    return line_write(writing, true);
}

/* --- incarnations --- */

static bool incarnation_add(struct travel_batch *batch, const struct db_query *query)
{
    const struct travel_table *table = &travel_tables[TRAVEL_incarnation];
    struct travel_row *row = list_add(&batch->rows);
    char **text = list_add(&batch->texts);
    if (!row || !text || !(*text = strdup(db_text(query, 1))))
        return false;
    row->table = TRAVEL_incarnation;
    row->rev = travel_local(db_int(query, 0));
    row->value[0].text = *text;
    for (int i = 1; i < table->columns; i++)
        row->value[i].number = db_int(query, i + 1);
    batch->to.rev = row->rev;
    return true;
}

/* The next of them into the batch, TRAVEL_ROWS_MAX at most. */
static bool incarnations_read(struct writing *writing, int64_t from, struct travel_batch *batch)
{
    bool good = true;
    struct db_query *query = db_query(writing->db, travel_tables[TRAVEL_incarnation].range);
    db_bind_int(query, travel_id(writing->number, from));
    db_bind_int(query, travel_id(writing->number, writing->heading->to.rev));
    while (good && batch->rows.count < TRAVEL_ROWS_MAX && db_next(query))
        good = incarnation_add(batch, query);
    db_done(query);
    if (!good)
        db_fail(writing->db, DB_OTHER, "out of memory");
    return db_fault(writing->db) == DB_OK;
}

static bool incarnations_write(struct writing *writing)
{
    bool good = true;
    size_t count = TRAVEL_ROWS_MAX;
    for (int64_t from = 0; good && count == TRAVEL_ROWS_MAX;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        batch.whole = true;
        good = incarnations_read(writing, from, &batch);
        count = batch.rows.count;
        from = batch.to.rev;
        if (good && count)
            good = batch_write(writing, &batch, 0);
        travel_batch_free(&batch);
    }
    return good;
}

/* --- all rows --- */

static bool rows_write(struct writing *writing, travel_file_progress *progress)
{
    const int64_t first = writing->heading->from, last = writing->heading->to.rev;
    bool good = true;
    for (int64_t from = first; good && from < last;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        good = travel_read(writing->db, writing->number, from, last, &batch);
        const int64_t to = batch.to.rev;
        writing->rows += (int64_t)batch.rows.count;
        if (good && batch.rows.count)
            good = batch_write(writing, &batch, from);
        travel_batch_free(&batch);
        from = to;
        if (good && progress)
            progress((int)((to - first) * 1000 / (last - first)), 1000);
    }
    return good;
}

static bool end_write(struct writing *writing)
{
    char digest[DIGEST_HEX_BYTES];
    const bool digested = digest_run_end(writing->digest, digest);
    writing->digest = NULL;
    errno = ENOMEM;
    if (!digested)
        return false;
    text_add(&writing->line, "{\"end\":true");
    text_member_int(&writing->line, "lines", writing->lines);
    text_member_int(&writing->line, "rows", writing->rows);
    text_member(&writing->line, "sha256", digest);
    text_add(&writing->line, "}");
    return line_write(writing, false) && fflush(writing->out) == 0;
}

bool travel_file_write(struct db *db, int64_t number, const struct travel_file_heading *heading, FILE *out,
                       travel_file_progress *progress, int64_t *rows, char *text, size_t size)
{
    struct writing writing = {.db = db, .number = number, .heading = heading, .out = out, .digest = digest_run_new()};
    errno = ENOMEM;
    const bool good = writing.digest && heading_write(&writing) && incarnations_write(&writing) &&
                      rows_write(&writing, progress) && end_write(&writing);
    if (!good)
        snprintf(text, size, "%s", db_fault(db) == DB_OK ? say_error(errno) : db_error(db));
    digest_run_end(writing.digest, NULL);
    text_free(&writing.line);
    *rows = writing.rows;
    return good;
}
