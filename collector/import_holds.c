/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/import.h"
#include "collector/store_parts.h"

static size_t meter_index(const struct config *config, const char *name)
{
    size_t i = 0;
    while (i < config->meters && strcmp(config->meter[i].name, name) != 0)
        i++;
    return i;
}

bool import_holds(const struct config *config, struct db *db, const struct import_past *past, struct list *out)
{
    struct db_query *query = db_query(db, "SELECT meter.name, from_ms, ifnull(ended_ms, until_ms) FROM hold JOIN meter"
                                          " ON meter.id = hold.meter ORDER BY from_ms");
    *out = (struct list){.size = sizeof(struct import_hold)};
    while (db_next(query)) {
        const struct import_hold hold = {meter_index(config, db_text(query, 0)), db_int(query, 1), db_int(query, 2)};
        /* One that ended before the meter was last read has had its effect. */
        if (hold.meter == config->meters || hold.to_ms <= past[hold.meter].posted_ms)
            continue;
        struct import_hold *slot = list_add(out);
        if (slot)
            *slot = hold;
        else
            db_fail(db, DB_OTHER, "out of memory");
    }
    db_done(query);
    return db_fault(db) == DB_OK;
}
