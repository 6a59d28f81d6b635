/* SPDX-License-Identifier: Apache-2.0 */
/* The county's roster against what it was at the last start: each fact that changed is
 * journalled. What it was is kept as a definition, which a row of kind "roster" without a
 * mine names by its hash. */
#include <stdlib.h>
#include <string.h>

#include "collector/county_record.h"
#include "collector/log.h"
#include "collector/store_compare_parts.h"
#include "collector/travel.h"

enum { FILE_HASH_SHOWN = 12, ROSTER_FAULTS_BYTES = 400 };

#define ROSTER_KIND "roster"
#define ROSTER_MARK "roster SHA-256 "

/* What the last start read, allocated; NULL: none did. */
static char *record_before(struct db *db)
{
    char hash[DIGEST_HEX_BYTES] = "", *text = NULL;
    struct db_query *query =
        db_query(db, "SELECT text FROM journal WHERE kind = '" ROSTER_KIND "' AND id < " TRAVEL_FOREIGN
                     " AND mine IS NULL AND text LIKE '" ROSTER_MARK "%' ORDER BY id DESC LIMIT 1");
    if (db_next(query))
        snprintf(hash, sizeof hash, "%.64s", db_text(query, 0) + strlen(ROSTER_MARK));
    db_done(query);
    query = db_query(db, "SELECT text FROM definition WHERE hash = ? AND database = 0");
    db_bind_text(query, hash);
    if (*hash && db_next(query))
        text = strdup(db_text(query, 0));
    db_done(query);
    return text;
}

static void change_note(void *context, const struct county_change *change)
{
    const struct compare *compare = context;
    compare_note(compare, ROSTER_KIND, config_mine_index(compare->store->config, change->mine), -1,
                 "%.120s: %.200s -> %.200s", change->about, change->before ? change->before : "none",
                 change->after ? change->after : "none");
}

static void file_say(const struct county_file *file, struct text *out)
{
    const char *slash = strrchr(file->path, '/');
    char hash[DIGEST_HEX_BYTES];
    if (*file->path && county_file_hash(file, hash))
        text_format(out, ", %.80s SHA-256 %.*s", slash ? slash + 1 : file->path, FILE_HASH_SHOWN, hash);
}

static void record_compare(const struct compare *compare, const struct county *county, const char *record,
                           const char *hash)
{
    struct text files = {0};
    char *before = record_before(compare->store->db);
    if (before && strcmp(before, record) == 0) {
        free(before);
        return;
    }
    if (before && county_changes(before, record, change_note, (void *)compare) == SIZE_MAX)
        db_fail(compare->store->db, DB_OTHER, "the roster: out of memory");
    for (int i = 0; i < COUNTY_FILES; i++)
        file_say(&county->file[i], &files);
    compare_text(compare->store, record);
    compare_note(compare, ROSTER_KIND, -1, -1, ROSTER_MARK "%s: %zu mines%s%s", hash, county->mines,
                 before ? "" : ", read for the first time", files.at ? files.at : "");
    text_free(&files);
    free(before);
}

/* A roster with faults keeps nobody from counting coal: it is said, and compared at the next start. */
static void faults_note(const struct compare *compare, struct faults *faults)
{
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    if (out) {
        faults_print(faults, out);
        fclose(out);
    }
    if (said)
        said[strcspn(said, "\n")] = '\0';
    compare_note(compare, ROSTER_KIND, -1, -1, "%zu faults, the roster is not compared: %.*s",
                 faults_count(faults, FAULT_ERROR), ROSTER_FAULTS_BYTES, said ? said : "out of memory");
    log_warnx("the county's roster has faults (coaltally check shows all): %s", said ? said : "out of memory");
    free(said);
}

void compare_county(const struct compare *compare)
{
    const struct config *config = compare->store->config;
    struct faults *faults = config->county.present ? faults_new() : NULL;
    struct county *county = faults ? county_open(&config->county, faults) : NULL;
    struct text record = {0};
    char hash[DIGEST_HEX_BYTES];
    if (county) {
        county_record(county, &record);
        if (record.failed || !digest_hex(record.at ? record.at : "", record.length, hash))
            db_fail(compare->store->db, DB_OTHER, "the roster: out of memory");
        else
            record_compare(compare, county, record.at ? record.at : "", hash);
    } else if (faults) {
        faults_note(compare, faults);
    }
    text_free(&record);
    county_free(county);
    faults_free(faults);
}
