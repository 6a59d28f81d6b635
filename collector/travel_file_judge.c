/* SPDX-License-Identifier: Apache-2.0 */
/* A file is read to its end before anything of it is used. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/json.h"
#include "collector/travel_file_parts.h"
#include "drivers/language.h"

/* --- the first line --- */

static bool words_read(const struct json *root, const char *name, char *words, size_t size)
{
    const char *found = json_words(json_member(root, name));
    if (!found || strlen(found) >= size)
        return false;
    snprintf(words, size, "%s", found);
    return true;
}

static bool hex_read(const struct json *root, const char *name, char *hex, size_t size)
{
    return words_read(root, name, hex, size) && strspn(hex, "0123456789abcdef") == strlen(hex) &&
           (strlen(hex) == size - 1 || (!*hex && size == TRAVEL_CHAIN_BYTES));
}

static bool version_judge(const struct json *root, char *text, size_t size)
{
    const char *what = json_words(json_member(root, "coaltally"));
    int64_t version;
    if (!what || strcmp(what, "ledger") != 0 || !json_number(json_member(root, "v"), &version))
        return travel_refuse(text, size, "its first line is not that of a ledger: it is no file of coaltally export");
    if (version != TRAVEL_FILE_VERSION)
        return travel_refuse(
            text, size,
            version > TRAVEL_FILE_VERSION
                ? N_("made by a newer coaltally (file version %lld, this program knows %d): install that one")
                : N_("made by an older coaltally (file version %lld, this program knows %d): export it again"),
            (long long)version, TRAVEL_FILE_VERSION);
    return true;
}

static bool heading_take(const struct json *root, struct travel_file_heading *heading)
{
    heading->consistent = json_yes(json_member(root, "consistent"));
    heading->simulated = json_yes(json_member(root, "simulated"));
    return words_read(root, "program", heading->program, sizeof heading->program) &&
           words_read(root, "site", heading->site, sizeof heading->site) && *heading->site &&
           hex_read(root, "database", heading->database, sizeof heading->database) &&
           hex_read(root, "chain", heading->chain, sizeof heading->chain) &&
           travel_position_read(json_member(root, "to"), &heading->to) &&
           json_number(json_member(root, "from"), &heading->from) && heading->from >= 0 &&
           heading->from <= heading->to.rev && json_number(json_member(root, "made_ms"), &heading->made_ms);
}

static bool heading_read(struct travel_file *file, char *text, size_t size)
{
    char why[256];
    if (!travel_file_line(file, text, size))
        return false;
    struct json *root = json_read(file->line.at ? file->line.at : "", file->line.length, why, sizeof why);
    bool good = version_judge(root, text, size);
    if (good && !heading_take(root, &file->heading))
        good = travel_refuse(text, size, "its first line does not say whose rows these are: export it again");
    json_close(root);
    travel_file_digest(file);
    return good;
}

/* --- the last line --- */

static bool end_take(struct travel_file *file, char digest[static DIGEST_HEX_BYTES], int64_t *rows)
{
    char why[256];
    int64_t lines = 0;
    struct json *root = json_read(file->line.at, file->line.length, why, sizeof why);
    const bool good = hex_read(root, "sha256", digest, DIGEST_HEX_BYTES) && *digest &&
                      json_number(json_member(root, "lines"), &lines) && lines == file->lines - 1 &&
                      json_number(json_member(root, "rows"), rows) && *rows >= 0;
    json_close(root);
    return good && travel_file_over(file);
}

static bool end_judge(struct travel_file *file, char *text, size_t size)
{
    char said[DIGEST_HEX_BYTES];
    const bool taken = end_take(file, said, &file->rows);
    const bool digested = digest_run_end(file->digest, file->sha256);
    file->digest = NULL;
    if (!digested)
        return travel_refuse(text, size, "out of memory");
    if (!taken || strcmp(said, file->sha256) != 0)
        return travel_refuse(
            text, size,
            "it was altered: what it holds (SHA-256 %.12s...) is not what its last line says; copy it again",
            file->sha256);
    return true;
}

/* --- incarnations --- */

static bool eras_add(struct travel_file *file, const struct travel_batch *batch)
{
    for (size_t i = 0; i < batch->rows.count; i++) {
        const struct travel_row *row = travel_row_at(batch, i);
        struct travel_era *era = row->table == TRAVEL_incarnation && strlen(row->value[0].text) < TRAVEL_UID_BYTES
                                     ? list_add(&file->eras)
                                     : NULL;
        if (!era)
            return false;
        snprintf(era->id, sizeof era->id, "%s", row->value[0].text);
        era->first_rev = row->value[1].number;
    }
    return true;
}

/* *more: the line held some, so the next one may as well. */
static bool eras_read(struct travel_file *file, bool *more, char *text, size_t size)
{
    struct travel_batch batch;
    travel_batch_begin(&batch);
    bool good = travel_payload_read(file->line.at ? file->line.at : "", file->line.length, &batch, text, size);
    *more = good && batch.whole;
    if (*more && !eras_add(file, &batch))
        good = travel_refuse(text, size, "its incarnations cannot be read: export it again");
    travel_batch_free(&batch);
    return good;
}

/* --- all of it --- */

/* That it was altered says more than what it says because of that. */
static bool file_judge(struct travel_file *file, travel_file_progress *progress, char *text, size_t size)
{
    char fault[256] = "";
    bool eras = true;
    if (!travel_file_begin(file, text, size) || !heading_read(file, text, size))
        return false;
    while (travel_file_line(file, text, size)) {
        if (travel_file_ends(file))
            return end_judge(file, text, size) && (!*fault || travel_refuse(text, size, "%s", fault));
        travel_file_digest(file);
        if (eras && !eras_read(file, &eras, fault, sizeof fault))
            eras = false;
        if (progress)
            progress(travel_file_done(file), 1000);
    }
    return false;
}

struct travel_file *travel_file_open(int descriptor, travel_file_progress *progress, char *text, size_t size)
{
    struct travel_file *file = calloc(1, sizeof *file);
    struct stat status;
    if (file) {
        file->eras.size = sizeof(struct travel_era);
        file->in = fdopen(descriptor, "r");
    }
    if (!file || !file->in || fstat(descriptor, &status) != 0) {
        if (!file || !file->in)
            close(descriptor);
        travel_file_close(file);
        travel_refuse(text, size, "out of memory");
        return NULL;
    }
    file->bytes = (int64_t)status.st_size;
    if (file_judge(file, progress, text, size) && travel_file_begin(file, text, size) &&
        travel_file_line(file, text, size)) {
        travel_file_digest(file);
        return file;
    }
    travel_file_close(file);
    return NULL;
}
