/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/gatherer.h"

#include <stdlib.h>

#include "collector/gatherer_parts.h"
#include "collector/log.h"
#include "collector/store_parts.h"
#include "collector/topic.h"

enum {
    TURN_MS = 200,        /* of the committer, which has other things to do */
    LOOK_SOON_MS = 2000,  /* at alarms, after something came */
    LOOK_LATE_MS = 10000, /* without */
    STATUS_BYTES_MAX = 16384,
};

/* Each of fifty sites may have as much on its way as the protocol lets it. */
static const struct inbox_limits limits = {
    .messages = 1024, .bytes = 64 << 20, .of_sender = 4 * REPLICA_UNANSWERED_MAX, .sent_bytes = 4 << 20};

/* --- life --- */

/* A roster with faults has been told of at the start (store_compare_county.c). */
static bool roster_open(struct gatherer *gatherer)
{
    struct faults *faults = faults_new();
    if (!faults)
        return false;
    gatherer->county = county_open(&gatherer->site->config->county, faults);
    faults_free(faults);
    return true;
}

static bool parts_new(struct gatherer *gatherer)
{
    if (!roster_open(gatherer))
        return false;
    gatherer->mines.db = gatherer->store->db;
    gatherer->mines.config = gatherer->site->config;
    gatherer->mines.county = gatherer->county;
    gatherer->replicas = replicas_new(gatherer->store, site_mines_allowed, &gatherer->mines);
    if (gatherer->replicas)
        replicas_beside_max(gatherer->replicas, gatherer->site->config->county.beside_max);
    gatherer->inbox = inbox_new(&limits);
    return gatherer->replicas && gatherer->inbox;
}

struct gatherer *gatherer_new(const struct site *site, struct store *store)
{
    struct gatherer *gatherer = calloc(1, sizeof *gatherer);
    if (!gatherer)
        return NULL;
    gatherer->site = site;
    gatherer->store = store;
    gatherer->broker = live_broker(site->live);
    gatherer->sites.size = sizeof(struct gathered_site);
    pthread_mutex_init(&gatherer->lock, NULL);
    if (parts_new(gatherer))
        return gatherer;
    gatherer_free(gatherer);
    return NULL;
}

void gatherer_free(struct gatherer *gatherer)
{
    if (!gatherer)
        return;
    if (gatherer->begun)
        broker_unsubscribe(gatherer->broker, gatherer);
    inbox_free(gatherer->inbox);
    replicas_free(gatherer->replicas);
    county_free(gatherer->county);
    text_free(&gatherer->topic);
    text_free(&gatherer->payload);
    free(gatherer->sites.at);
    pthread_mutex_destroy(&gatherer->lock);
    free(gatherer);
}

int gatherer_wake(const struct gatherer *gatherer)
{
    return gatherer ? inbox_wake(gatherer->inbox) : -1;
}

void gatherer_changed(struct gatherer *gatherer)
{
    if (!gatherer)
        return;
    replicas_forget(gatherer->replicas);
    gatherer->changed = true;
    gatherer->swept = false;
}

/* --- what comes --- */

/* On the broker's thread. */
static void ledger_heard(void *context, const char *topic, const char *bytes, size_t length)
{
    struct gatherer *gatherer = context;
    char sender[ID_BYTES];
    if (topic_ledger_site(gatherer->site->config, topic, sender))
        inbox_put(gatherer->inbox, sender, INBOX_LEDGER, bytes, length);
}

static void status_heard(void *context, const char *topic, const char *bytes, size_t length)
{
    struct gatherer *gatherer = context;
    char sender[ID_BYTES];
    if (topic_status_site(gatherer->site->config, topic, sender) && length <= STATUS_BYTES_MAX)
        inbox_put(gatherer->inbox, sender, INBOX_STATUS, bytes, length);
}

/* Rows that were kept aside may count by the roster of this start; also those that came by file. */
static bool rows_again(struct gatherer *gatherer)
{
    struct taken taken = {0};
    if (gatherer->again)
        return true;
    if (!replicas_again(gatherer->replicas, clock_now().wall_ms, true, &taken))
        return false;
    gatherer->again = true;
    if (taken.rows)
        log_info("%zu rows of sites that were kept aside count from now on", taken.rows);
    return true;
}

/* Each message has its answer, so the broker need not be told besides that it came: that small packet would hold up
 * the answer behind it until the broker's kernel acknowledges it, which takes it 40 ms (Nagle's algorithm, which the
 * client library does not turn off). But of QoS 0 a broker keeps nothing for a session. */
static int ledgers_qos(const struct config *config)
{
    return config->mqtt.kept_session ? 1 : 0;
}

static bool gatherer_begin(struct gatherer *gatherer)
{
    const struct config *config = gatherer->site->config;
    struct text ledgers = {0}, statuses = {0};
    topic_ledgers(&ledgers, config);
    topic_statuses(&statuses, config);
    gatherer->begun = !ledgers.failed && !statuses.failed &&
                      broker_subscribe(gatherer->broker, ledgers.at, ledgers_qos(config), ledger_heard, gatherer) &&
                      broker_subscribe(gatherer->broker, statuses.at, 1, status_heard, gatherer);
    text_free(&ledgers);
    text_free(&statuses);
    return gatherer->begun;
}

/* --- turns --- */

/* What came while nothing can be taken; its site sends it again. */
static void letters_leave(struct gatherer *gatherer)
{
    struct inbox_letter *letter;
    while ((letter = inbox_take(gatherer->inbox)))
        free(letter);
}

static bool letters_take(struct gatherer *gatherer)
{
    const int64_t until_ms = clock_now().boot_ms + TURN_MS;
    struct inbox_letter *letter;
    bool good = true;
    while (good && clock_now().boot_ms < until_ms && (letter = inbox_take(gatherer->inbox))) {
        good = gatherer_letter(gatherer, letter);
        free(letter);
    }
    if (!good)
        letters_leave(gatherer); /* no haste: a full disk does not empty faster for being asked */
    return good;
}

/* What a branch was is removed a little a turn. */
static bool branches_sweep(struct gatherer *gatherer)
{
    bool more = false;
    if (gatherer->swept)
        return true;
    if (!replicas_sweep(gatherer->replicas, &more))
        return false;
    gatherer->swept = !more;
    return true;
}

static bool looks_now(const struct gatherer *gatherer, struct clock_now now)
{
    return now.boot_ms - gatherer->looked_boot_ms >= (gatherer->changed ? LOOK_SOON_MS : LOOK_LATE_MS) ||
           !gatherer->looked_boot_ms;
}

bool gatherer_turn(struct gatherer *gatherer)
{
    const struct clock_now now = clock_now();
    bool good = true;
    if (!gatherer)
        return true;
    const bool takes = gatherer->county && site_posts(gatherer->site, now);
    if (takes)
        good = rows_again(gatherer);
    if (!takes || !good || !gatherer->broker)
        letters_leave(gatherer);
    else if (gatherer->begun || (good = gatherer_begin(gatherer)))
        good = letters_take(gatherer);
    if (good)
        good = branches_sweep(gatherer);
    if (looks_now(gatherer, now)) {
        gatherer->looked_boot_ms = now.boot_ms;
        gatherer->changed = false;
        gatherer_alarms(gatherer, now);
    }
    return good;
}

bool gatherer_report(struct gatherer *gatherer, struct list *sites, struct health_inbox *inbox)
{
    const struct inbox_count count = inbox_count(gatherer->inbox);
    *sites = (struct list){.size = sizeof(struct health_site)};
    *inbox = (struct health_inbox){.waiting = count.messages, .dropped = count.dropped};
    pthread_mutex_lock(&gatherer->lock);
    inbox->unknown = gatherer->unknown;
    bool good = list_reserve(sites, gatherer->sites.count + 1);
    for (size_t i = 0; good && i < gatherer->sites.count; i++)
        *(struct health_site *)list_add(sites) = ((struct gathered_site *)gatherer->sites.at)[i].health;
    pthread_mutex_unlock(&gatherer->lock);
    return good;
}
