/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a ledger's rows, for the tests of what writes and reads them. */
#ifndef COALTALLY_TEST_FILES_H
#define COALTALLY_TEST_FILES_H

#include <fcntl.h>
#include <unistd.h>

#include "collector/travel_file.h"
#include "collector/travel_payload.h"
#include "tests/unit/county_copy.h"

/* All rows of database `number` above a rev, at `path`; its heading. */
static inline struct travel_file_heading file_make(struct db *db, int64_t number, const char *site, int64_t from,
                                                   const char *path)
{
    struct travel_file_heading heading = {.from = from, .consistent = true, .made_ms = SITE_DAY_MS + 100 * HOUR_MS};
    char why[256] = "";
    int64_t rows;
    snprintf(heading.site, sizeof heading.site, "%s", site);
    db_run(db, "BEGIN");
    if (number == 0) {
        assert_true(travel_stand(db, heading.database, &heading.to, heading.chain));
    } else {
        struct list entries = {.size = sizeof(struct replica_entry)};
        assert_true(replica_entries(db, &entries));
        for (size_t i = 0; i < entries.count; i++) {
            const struct replica_database *of = &((const struct replica_entry *)entries.at)[i].database;
            if (of->number != number)
                continue;
            heading.to = of->live.position;
            heading.consistent = replica_consistent(of);
            memcpy(heading.database, of->id, sizeof heading.database);
            memcpy(heading.chain, of->live.chain, sizeof heading.chain);
        }
        free(entries.at);
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    if (!travel_file_write(db, number, &heading, out, NULL, &rows, why, sizeof why))
        fail_msg("%s", why);
    assert_int_equal(fclose(out), 0);
    db_rollback(db);
    return heading;
}

static inline struct travel_file *file_open(const char *path)
{
    char why[256] = "";
    struct travel_file *file = travel_file_open(open(path, O_RDONLY), NULL, why, sizeof why);
    if (!file)
        fail_msg("%s: %s", path, why);
    return file;
}

/* The rows of a database above a rev, as they travel, one a line. */
static inline void rows_text(struct db *db, int64_t number, int64_t from, struct text *out)
{
    int64_t last = TRAVEL_LOCAL_MAX;
    for (int64_t at = from; at < last;) {
        struct travel_batch batch;
        travel_batch_begin(&batch);
        assert_true(travel_read(db, number, at, last, &batch));
        for (size_t i = 0; i < batch.rows.count; i++) {
            travel_row_format(travel_row_at(&batch, i), out);
            text_add(out, travel_tables[travel_row_at(&batch, i)->table].name);
            text_add(out, "\n");
        }
        at = batch.to.rev;
        travel_batch_free(&batch);
    }
}

#endif
