/* SPDX-License-Identifier: Apache-2.0 */
/* How long it takes from a site's commit to the county's: from the time that the site's ledger gives its commit (the
 * instant at which that began) until the county's answer is heard, which it sends once those rows are committed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/broker.h"
#include "collector/clock.h"
#include "collector/config.h"
#include "collector/db.h"
#include "collector/replica_message.h"
#include "collector/topic.h"

enum { SITES = 64, WAITING = 16, SAMPLES = 1 << 16 };

struct commit {
    int64_t rev, at_ms; /* 0: none */
};

struct site {
    char name[64];
    struct db *db;
    struct commit waiting[WAITING];
    size_t next;
};

struct delays {
    const char *folder;
    struct config *config;
    struct site site[SITES];
    size_t sites, samples;
    int64_t sample_ms[SAMPLES];
};

static struct site *site_find(struct delays *delays, const char *name)
{
    for (size_t i = 0; i < delays->sites; i++)
        if (strcmp(delays->site[i].name, name) == 0)
            return &delays->site[i];
    if (delays->sites == SITES)
        return NULL;
    struct site *site = &delays->site[delays->sites++];
    char path[512];
    snprintf(site->name, sizeof site->name, "%.63s", name);
    snprintf(path, sizeof path, "%s/%s/ledger.db", delays->folder, name);
    site->db = db_open(path, DB_READ);
    return site;
}

/* The batch has the rows of a commit; where another one has followed already, it is not counted. */
static void batch_heard(struct site *site, int64_t rev)
{
    struct db_query *query = db_query(site->db, "SELECT commit_ms FROM revision WHERE rev = ?");
    db_bind_int(query, rev);
    if (db_next(query)) {
        site->waiting[site->next++ % WAITING] = (struct commit){rev, db_int(query, 0)};
        db_done(query);
    }
}

static void answer_heard(struct delays *delays, struct site *site, const struct replica_answer *answer, int64_t now_ms)
{
    for (struct commit *commit = site->waiting; commit < site->waiting + WAITING; commit++)
        if (commit->rev && answer->live.rev >= commit->rev) {
            if (delays->samples < SAMPLES)
                delays->sample_ms[delays->samples++] = now_ms - commit->at_ms;
            commit->rev = 0;
        }
}

/* Both on the client library's thread, one after the other. */
static void ledger_heard(void *context, const char *topic, const char *bytes, size_t length)
{
    struct delays *delays = context;
    struct replica_message message;
    char name[ID_BYTES];
    struct site *site = topic_ledger_site(delays->config, topic, name) ? site_find(delays, name) : NULL;
    if (!site)
        return;
    if (replica_message_read(bytes, length, REPLICA_FROM_SITE, &message) == REPLICA_BATCH)
        batch_heard(site, message.batch.to.rev);
    replica_message_free(&message);
}

static void answers_heard(void *context, const char *topic, const char *bytes, size_t length)
{
    const int64_t now_ms = clock_now().wall_ms;
    struct delays *delays = context;
    struct replica_message message;
    struct site *site = site_find(delays, strrchr(topic, '/') + 1);
    if (site && replica_message_read(bytes, length, REPLICA_FROM_COUNTY, &message) == REPLICA_ANSWER)
        answer_heard(delays, site, &message.answer, now_ms);
    if (site)
        replica_message_free(&message);
}

static int order(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_delays(struct delays *delays)
{
    const size_t count = delays->samples;
    qsort(delays->sample_ms, count, sizeof *delays->sample_ms, order);
    printf("samples %zu\n", count);
    if (count)
        printf("p50 %" PRId64 "\np99 %" PRId64 "\nmax %" PRId64 "\n", delays->sample_ms[count / 2],
               delays->sample_ms[count * 99 / 100], delays->sample_ms[count - 1]);
}

static void connected(void *context)
{
    (void)context;
}

/* Its own configuration: a county's, of another name. */
static struct broker *delays_listen(struct delays *delays, const char *config, const char *filter)
{
    char text[256] = "no configuration";
    struct faults *faults = faults_new();
    struct text ledgers = {0};
    struct broker *broker = NULL;
    delays->config = config_load(config, faults);
    if (delays->config)
        broker = broker_new(delays->config, "bench/delay", "", connected, NULL, text, sizeof text);
    if (delays->config)
        topic_ledgers(&ledgers, delays->config);
    if (!broker || ledgers.failed || !broker_subscribe(broker, ledgers.at, 0, ledger_heard, delays) ||
        !broker_subscribe(broker, filter, 0, answers_heard, delays)) {
        fprintf(stderr, "delay: %s\n", text);
        exit(3);
    }
    text_free(&ledgers);
    faults_free(faults);
    return broker;
}

int main(int argc, char **argv)
{
    static struct delays delays;
    if (argc != 5) {
        fprintf(stderr, "usage: delay CONFIG FOLDER CONFIRMED-FILTER SECONDS\n");
        return 2;
    }
    delays.folder = argv[2];
    struct broker *broker = delays_listen(&delays, argv[1], argv[3]);
    sleep((unsigned)atoi(argv[4]));
    broker_unsubscribe(broker, &delays);
    broker_close(broker, "bench/delay", "", 1000);
    print_delays(&delays);
    for (size_t i = 0; i < delays.sites; i++)
        db_close(delays.site[i].db);
    config_free(delays.config);
    return delays.samples ? 0 : 3;
}
