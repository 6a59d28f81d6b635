/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "collector/travel_file_parts.h"
#include "drivers/language.h"

enum { LINE_BYTES_MAX = TRAVEL_PAYLOAD_ROW_BYTES_MAX + 1 };

bool travel_refuse(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, size, say_own(format), arguments);
    va_end(arguments);
    return false;
}

/* --- lines --- */

static bool block_fill(struct travel_file *file)
{
    file->at = 0;
    file->filled = fread(file->block, 1, sizeof file->block, file->in);
    file->read += (int64_t)file->filled;
    return file->filled > 0;
}

/* The next whole line, without its end. */
bool travel_file_line(struct travel_file *file, char *text, size_t size)
{
    bool ended = false;
    text_clear(&file->line);
    while (!ended) {
        if (file->at == file->filled && !block_fill(file))
            return travel_refuse(text, size,
                                 ferror(file->in) ? N_("it cannot be read to its end: copy it again")
                                                  : N_("it was cut off: its last line is missing; copy it again"));
        const char *from = file->block + file->at, *end = memchr(from, '\n', file->filled - file->at);
        const size_t length = end ? (size_t)(end - from) : file->filled - file->at;
        text_add_bytes(&file->line, from, length);
        file->at += length + (end != NULL);
        ended = end != NULL;
        if (file->line.failed)
            return travel_refuse(text, size, "out of memory");
        if (file->line.length > LINE_BYTES_MAX)
            return travel_refuse(text, size,
                                 "line %lld is longer than any of a ledger: it is no file of coaltally export",
                                 (long long)file->lines + 1);
    }
    file->lines++;
    return true;
}

bool travel_file_ends(const struct travel_file *file)
{
    return file->line.length > 6 && memcmp(file->line.at, "{\"end\"", 6) == 0;
}

void travel_file_digest(struct travel_file *file)
{
    digest_run_add(file->digest, file->line.at ? file->line.at : "", file->line.length);
    digest_run_add(file->digest, "\n", 1);
}

bool travel_file_begin(struct travel_file *file, char *text, size_t size)
{
    digest_run_end(file->digest, NULL);
    file->digest = digest_run_new();
    file->at = file->filled = 0;
    file->read = file->lines = 0;
    if (!file->digest || fseeko(file->in, 0, SEEK_SET) != 0)
        return travel_refuse(text, size,
                             file->digest ? N_("it is no plain file: copy it to the disk first") : "out of memory");
    return true;
}

bool travel_file_over(struct travel_file *file)
{
    return file->at == file->filled && !block_fill(file);
}

bool travel_file_era(void *context, const char *incarnation, struct replica_era *era, bool *known)
{
    const struct travel_file *file = context;
    const struct travel_era *eras = file->eras.at;
    size_t at = 0;
    while (at < file->eras.count && strcmp(eras[at].id, incarnation) != 0)
        at++;
    *known = at < file->eras.count;
    *era = (struct replica_era){0};
    if (*known)
        era->first_rev = eras[at].first_rev;
    for (size_t i = 0; *known && i < file->eras.count; i++)
        if (eras[i].first_rev > era->first_rev && (!era->next_rev || eras[i].first_rev < era->next_rev))
            era->next_rev = eras[i].first_rev;
    return true;
}

void travel_file_close(struct travel_file *file)
{
    if (!file)
        return;
    digest_run_end(file->digest, NULL);
    if (file->in)
        fclose(file->in);
    text_free(&file->line);
    free(file->eras.at);
    free(file);
}

const struct travel_file_heading *travel_file_heading(const struct travel_file *file)
{
    return &file->heading;
}

const char *travel_file_sha256(const struct travel_file *file)
{
    return file->sha256;
}

int travel_file_done(const struct travel_file *file)
{
    return file->bytes > 0 && file->read <= file->bytes ? (int)(file->read * 1000 / file->bytes) : 1000;
}

/* --- batch by batch --- */

static enum travel_file_next file_end(struct travel_file *file, char *text, size_t size)
{
    char digest[DIGEST_HEX_BYTES];
    const bool same = digest_run_end(file->digest, digest) && strcmp(digest, file->sha256) == 0;
    file->digest = NULL;
    if (!same)
        travel_refuse(text, size, "it was altered while it was read");
    else if (file->counted != file->rows)
        travel_refuse(text, size, "its last line speaks of %lld rows, and it has %lld: export it again",
                      (long long)file->rows, (long long)file->counted);
    else
        return TRAVEL_FILE_END;
    return TRAVEL_FILE_FAULT;
}

/* Of this file's ledger, and of the stretch that it says to have. */
static bool batch_judge(const struct travel_file *file, const struct travel_batch *batch, char *text, size_t size)
{
    const struct travel_file_heading *heading = &file->heading;
    if (strcmp(batch->database, heading->database) == 0 && batch->from.rev >= heading->from &&
        batch->to.rev <= heading->to.rev)
        return true;
    return travel_refuse(text, size, "line %lld is not of the ledger that its first line names",
                         (long long)file->lines);
}

enum travel_file_next travel_file_next(struct travel_file *file, struct travel_batch *batch, char *text, size_t size)
{
    for (;;) {
        if (!travel_file_line(file, text, size))
            return TRAVEL_FILE_FAULT;
        if (travel_file_ends(file))
            return file_end(file, text, size);
        travel_file_digest(file);
        if (!travel_payload_read(file->line.at ? file->line.at : "", file->line.length, batch, text, size))
            return TRAVEL_FILE_FAULT;
        file->counted += batch->whole ? 0 : (int64_t)batch->rows.count;
        if (!batch->whole) /* else incarnations, which are known */
            return batch_judge(file, batch, text, size) ? TRAVEL_FILE_BATCH : TRAVEL_FILE_FAULT;
        travel_batch_free(batch);
    }
}
