/* SPDX-License-Identifier: Apache-2.0 */
/* Carries a site's ledger into a county's over the protocol, without a line between them. */
#ifndef COALTALLY_TEST_GATHER_H
#define COALTALLY_TEST_GATHER_H

#include <stdio.h>

#include "collector/ledger_rows.h"
#include "collector/store_parts.h"
#include "collector/store_replica.h"

/* One message, in a transaction of its own. False: the county's ledger failed. */
static inline bool gather_message(struct replicas *replicas, const char *name, struct ledger_rows *rows,
                                  const struct replica_site_message *message, int64_t now_ms,
                                  struct replica_answer *answer)
{
    const struct replica_heard heard = {.now_ms = now_ms, .trusted = true};
    struct replica_outcome outcome;
    const bool good = message->kind == REPLICA_SEND_OPENING
                          ? replicas_opening(replicas, name, &message->opening, &heard, &outcome)
                          : replicas_batch(replicas, name, ledger_rows_batch(rows, &message->batch), &heard, &outcome);
    *answer = outcome.answer;
    return good;
}

/* At most `messages` of them (0: all there are). False: what went wrong was printed. */
static inline bool gather(struct replicas *replicas, const char *name, const char *database, int64_t now_ms,
                          size_t messages)
{
    char why[512] = "";
    struct ledger_rows *rows = ledger_rows_open(database, why, sizeof why);
    struct replica_site *site =
        rows ? replica_site_create(ledger_rows_ledger(rows), ledger_rows_database(rows), 1 + now_ms % 1000000) : NULL;
    struct replica_site_message message = {.kind = REPLICA_SEND_NOTHING};
    struct replica_answer answer;
    bool good = site != NULL;
    if (good)
        replica_site_connected(site, 0);
    for (size_t i = 0; good && (!messages || i < messages); i++) {
        replica_site_next(site, 0, &message);
        if (message.kind == REPLICA_SEND_NOTHING)
            break;
        good = gather_message(replicas, name, rows, &message, now_ms, &answer);
        if (good)
            replica_site_answered(site, &answer, 0);
    }
    if (!good)
        printf("# %s: %s%s\n", name, why, rows ? ledger_rows_error(rows) : "");
    replica_site_free(site);
    ledger_rows_close(rows);
    return good;
}

#endif
