/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_capacity.h"

#include <stdlib.h>

#include "collector/store_parts.h"

/* All of it is read before any of it is told. */
static bool survey_tell(const struct store *store, struct capacity_reader *reader, capacity_teller *tell, void *context)
{
    struct list mines = {0}, findings = {0};
    const bool read = capacity_mines_read(reader, &mines) && capacity_survey(reader, &mines, &findings) &&
                      db_fault(store->db) == DB_OK;
    const struct capacity_finding *finding = findings.at;
    for (size_t i = 0; read && i < findings.count; i++)
        tell(context, config_mine_index(store->config, finding[i].mine->name), &finding[i]);
    free(findings.at);
    free(mines.at);
    return read;
}

bool store_capacity(struct store *store, const struct county *county, const struct capacity_limits *limits,
                    int64_t now_ms, capacity_teller *tell, void *context)
{
    db_clear(store->db);
    struct roster *roster = roster_read(store->db);
    struct report *report = roster ? report_new(store->db, roster, now_ms, now_ms, now_ms) : NULL;
    struct capacity_reader reader = {
        .report = report, .county = county, .limits = limits, .day = civil_of_instant(now_ms)};
    const bool good = report && survey_tell(store, &reader, tell, context);
    report_free(report);
    roster_free(roster);
    return good;
}
