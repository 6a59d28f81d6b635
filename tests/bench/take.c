/* SPDX-License-Identifier: Apache-2.0 */
/* What a county takes in without a broker: the whole ledgers of sites, batch by batch as their daemons would send
 * them, into a county's ledger, each batch one transaction. Prints rows, seconds, and CPU seconds without those of
 * reading at the sites. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/clock.h"
#include "collector/config.h"
#include "collector/ledger_rows.h"
#include "collector/replica_message.h"
#include "collector/store_replica.h"

struct spent {
    int64_t rows, wall_ns, cpu_ns;
};

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* As in the gatherer: what came is read, judged, committed. */
static bool letter_take(struct replicas *replicas, const char *site, const struct text *letter,
                        struct replica_answer *answer)
{
    const struct replica_heard heard = {.now_ms = clock_now().wall_ms, .trusted = true};
    struct replica_outcome outcome = {0};
    struct replica_message message;
    bool good = false;
    switch (replica_message_read(letter->at, letter->length, REPLICA_FROM_SITE, &message)) {
    case REPLICA_OPENING:
        good = replicas_opening(replicas, site, &message.opening, &heard, &outcome);
        break;
    case REPLICA_BATCH:
        good = replicas_batch(replicas, site, &message.batch, &heard, &outcome);
        break;
    default:
        break;
    }
    *answer = outcome.answer;
    replica_message_free(&message);
    return good && answer->reason == REPLICA_FITS;
}

/* Each message is answered before the next one is made. */
static bool whole_take(struct replicas *replicas, struct ledger_rows *rows, struct replica_site *site, const char *name,
                       struct spent *spent)
{
    const struct replica_peer self = replica_peer_self(NULL, clock_now().wall_ms);
    struct replica_site_message message;
    struct replica_answer answer;
    struct text letter = {0};
    bool good = true;
    for (replica_site_connected(site, 1); good; replica_site_answered(site, &answer, 1)) {
        replica_site_next(site, 1, &message);
        if (message.kind == REPLICA_SEND_NOTHING)
            break;
        text_clear(&letter);
        if (message.kind == REPLICA_SEND_OPENING)
            replica_message_opening(&letter, &message.opening, &self);
        else
            replica_message_batch(&letter, ledger_rows_batch(rows, &message.batch), &self);
        const int64_t wall_ns = now_ns(CLOCK_MONOTONIC), cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
        good = letter_take(replicas, name, &letter, &answer);
        spent->wall_ns += now_ns(CLOCK_MONOTONIC) - wall_ns;
        spent->cpu_ns += now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
        spent->rows += message.kind == REPLICA_SEND_BATCH ? (int64_t)message.batch.count : 0;
    }
    text_free(&letter);
    return good;
}

static bool site_take(struct replicas *replicas, const char *folder, const char *name, struct spent *spent)
{
    char path[512], text[256] = "no memory";
    snprintf(path, sizeof path, "%s/%s/ledger.db", folder, name);
    struct ledger_rows *rows = ledger_rows_open(path, text, sizeof text);
    struct replica_site *site =
        rows ? replica_site_create(ledger_rows_ledger(rows), ledger_rows_database(rows), 1) : NULL;
    const bool good = site && whole_take(replicas, rows, site, name, spent);
    if (!good)
        fprintf(stderr, "take: %s: %s\n", path, site ? "not taken" : text);
    replica_site_free(site);
    if (rows)
        ledger_rows_close(rows);
    return good;
}

static struct store *county_open_store(const struct config *config)
{
    struct store *store;
    char text[256];
    if (store_open(config, clock_now(), &store, text, sizeof text) == STORE_OK)
        return store;
    fprintf(stderr, "take: %s\n", text);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: take COUNTY.yaml FOLDER SITE...\n");
        return 2;
    }
    struct faults *faults = faults_new();
    struct config *config = config_load(argv[1], faults);
    struct store *store = config ? county_open_store(config) : NULL;
    struct replicas *replicas = store ? replicas_new(store, NULL, NULL) : NULL;
    struct spent spent = {0};
    bool good = replicas != NULL;
    for (int i = 3; good && i < argc; i++)
        good = site_take(replicas, argv[2], argv[i], &spent);
    if (good)
        printf("rows %" PRId64 "\nwall_s %.3f\ncpu_s %.3f\n", spent.rows, (double)spent.wall_ns / 1e9,
               (double)spent.cpu_ns / 1e9);
    replicas_free(replicas);
    if (store)
        store_close(store);
    config_free(config);
    faults_free(faults);
    return good ? 0 : 3;
}
