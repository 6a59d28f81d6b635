/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/daemon.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "collector/capacity_watch.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/publisher.h"
#include "collector/scans.h"
#include "collector/stops.h"
#include "collector/totals.h"
#include "drivers/span.h"

enum {
    RECALL_MS = MINUTE_MS, /* what is still wrong after a restart has shown itself by then */
    OFFLINE_WAIT_MS = 300  /* for the broker to take our last words */
};

/* --- what it consists of --- */

static void daemon_wait(void *context, const char *text)
{
    (void)context;
    log_warnx("%s", text);
}

static bool daemon_store(struct daemon *daemon)
{
    char text[512];
    enum store_outcome outcome = store_open(daemon->config, daemon->site.started, &daemon->store, text, sizeof(text));
    if (outcome != STORE_OK) {
        log_error("%s", text);
        return false;
    }
    if (store_waits(daemon->store, daemon->site.started, daemon_wait, NULL) &&
        store_calendars(daemon->store, daemon->config))
        return true;
    log_error("%s", store_error(daemon->store));
    return false;
}

/* Before the broker connects, so that it hears of that. */
static bool daemon_publisher(struct daemon *daemon)
{
    if (!*daemon->config->mqtt.county)
        return true;
    daemon->site.publisher = publisher_new(daemon->config);
    return daemon->site.publisher != NULL;
}

static bool daemon_site(struct daemon *daemon)
{
    struct site *site = &daemon->site;
    char text[512] = "out of memory";
    site->config = site->calendars = daemon->config;
    site->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    site->totals = totals_new(daemon->config);
    site->ledger = site->totals ? ledger_new(daemon->config, site->totals) : NULL;
    site->scans = scans_new(daemon->config);
    site->stops = stops_new();
    site->live = site->ledger && daemon_publisher(daemon) ? live_new(site, text, sizeof(text)) : NULL;
    if (site->stop >= 0 && site->scans && site->stops && site->live)
        return true;
    log_error("%s", text);
    return false;
}

static bool daemon_buses(struct daemon *daemon)
{
    const struct config *config = daemon->config;
    daemon->meter = calloc(config->meters + 1, sizeof(*daemon->meter));
    daemon->bus = calloc(config->buses + 1, sizeof(*daemon->bus));
    bool good = daemon->meter && daemon->bus;
    for (size_t i = 0; good && i < config->meters; i++)
        good = (daemon->meter[i] = meter_new(&daemon->site, i)) != NULL;
    for (size_t i = 0; good && i < config->buses; i++)
        good = (daemon->bus[i] = bus_new(&daemon->site, i, daemon->meter)) != NULL;
    if (!good)
        log_error("out of memory");
    return good;
}

bool daemon_make(struct daemon *daemon)
{
    return daemon_store(daemon) && daemon_site(daemon) && daemon_buses(daemon);
}

/* --- the alarms of the last run, and whom it heard --- */

static bool daemon_has_meter(const struct daemon *daemon, const char *name)
{
    for (size_t i = 0; i < daemon->config->meters; i++)
        if (strcmp(daemon->config->meter[i].name, name) == 0)
            return true;
    return false;
}

/* How long an alarm of the last run may stand without being said again: what is still true says so by
 * then. One that waits for a person, for its meter's next shift, or for the watch over capacities, has no end of its
 * own. */
static int64_t daemon_recall_until_ms(const struct daemon *daemon, const struct alarm *alarm)
{
    int64_t after_ms = 0;
    const enum alarm_end end = alarm_end_of(alarm->reason);
    if (end == ALARM_ENDS_BY_PERSON || (end == ALARM_ENDS_JUDGED && daemon_has_meter(daemon, alarm->subject)) ||
        (end == ALARM_ENDS_WATCHED && capacity_watched(daemon->config)))
        return 0;
    for (size_t i = 0; i < daemon->config->devices; i++)
        if (daemon->config->device[i].alarm_after_ms > after_ms)
            after_ms = daemon->config->device[i].alarm_after_ms;
    if (strcmp(alarm->reason, "county-silent") == 0)
        after_ms = daemon->config->county_after_ms;
    return daemon->site.started.wall_ms + after_ms + RECALL_MS;
}

static void daemon_recall(void *context, const struct alarm *alarm, bool dealt_with)
{
    const struct daemon *daemon = context;
    (void)dealt_with; /* the committer looks after its start */
    alarm_recall(live_alarms(daemon->site.live), alarm, daemon_recall_until_ms(daemon, alarm));
}

static void daemon_heard_before(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->config->meters; i++) {
        const int64_t posted_ms = store_posted_ms(daemon->store, i);
        if (posted_ms != INT64_MIN)
            live_heard_before(daemon->site.live, daemon->config->meter[i].device, posted_ms);
    }
}

/* --- the threads --- */

static void daemon_tell(const struct config *config)
{
    log_info("coaltallyd %s: site %s, %zu devices, %zu meters", COALTALLY_VERSION, config->site, config->devices,
             config->meters);
    if (config->county.gather)
        log_info("gathers the ledgers of the sites of county %s", config->county.name);
}

/* One that commits, one that publishes the board, one a bus, one that sends the ledger to the county. */
bool daemon_start(struct daemon *daemon)
{
    struct site *site = &daemon->site;
    if (!store_alarms(daemon->store, daemon_recall, daemon))
        log_warnx("the alarms of the last run are not known: %s", store_error(daemon->store));
    daemon_heard_before(daemon);
    daemon_trust(daemon);
    daemon->committer = committer_start(&daemon->site, daemon->store, daemon->meter);
    if (!daemon->committer)
        return false;
    if (board_topic_wanted(&daemon->site) && !(daemon->board = board_topic_start(&daemon->site)))
        return false;
    for (; daemon->buses_started < daemon->config->buses; daemon->buses_started++)
        if (!bus_start(daemon->bus[daemon->buses_started]))
            return false;
    if (site->publisher && !publisher_start(site->publisher, live_broker(site->live), live_alarms(site->live)))
        return false;
    daemon_tell(daemon->config);
    return true;
}

bool daemon_stop(struct daemon *daemon)
{
    bool written = true;
    if (daemon->site.stop >= 0 && eventfd_write(daemon->site.stop, 1))
        log_warn("cannot wake the threads");
    for (size_t i = 0; i < daemon->buses_started; i++)
        bus_stop(daemon->bus[i]);
    for (size_t i = 0; i < daemon->buses_started; i++)
        bus_join(daemon->bus[i]);
    board_topic_join(daemon->board);
    if (daemon->committer)
        written = committer_stop(daemon->committer);
    publisher_stop(daemon->site.publisher); /* the last commit goes out */
    return written;
}

void daemon_free(struct daemon *daemon)
{
    for (size_t i = 0; daemon->bus && daemon->config && i < daemon->config->buses; i++)
        bus_free(daemon->bus[i]);
    for (size_t i = 0; daemon->meter && daemon->config && i < daemon->config->meters; i++)
        meter_free(daemon->meter[i]);
    free(daemon->bus);
    free(daemon->meter);
    live_free(daemon->site.live, OFFLINE_WAIT_MS);
    publisher_free(daemon->site.publisher);
    scans_free(daemon->site.scans);
    stops_free(daemon->site.stops);
    ledger_free(daemon->site.ledger);
    totals_free(daemon->site.totals);
    if (daemon->store)
        store_close(daemon->store);
    if (daemon->site.stop >= 0)
        close(daemon->site.stop);
    config_free(daemon->config);
}
