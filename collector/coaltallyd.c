/* SPDX-License-Identifier: Apache-2.0 */
/* coaltallyd: polls the meters of a site, keeps the ledger, publishes what it reads. */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "collector/board_topic.h"
#include "collector/bus.h"
#include "collector/capacity_watch.h"
#include "collector/committer.h"
#include "collector/config.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/notify.h"
#include "collector/publisher.h"
#include "collector/scans.h"
#include "collector/stops.h"
#include "collector/totals.h"
#include "collector/vitals.h"

enum {
    EXIT_USAGE = 2,
    EXIT_COULD_NOT = 3,
    RECALL_MS = 60000,     /* what is still wrong after a restart has shown itself by then */
    SLOW_WRITE_MS = 10000, /* a write to disk that takes longer is an alarm */
    OFFLINE_WAIT_MS = 300  /* for the broker to take our last words */
};

/* All that lives from start to stop. */
struct daemon {
    struct config *config;
    struct store *store;
    struct site site;
    struct meter **meter;
    struct bus **bus;
    size_t buses_started;
    struct committer *committer;
    struct board_topic *board; /* NULL: of no county */
    int64_t wall_minus_boot_ms;
    bool status_failed;
};

/* --- start --- */

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

static bool daemon_make_buses(struct daemon *daemon)
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

static void daemon_trust(struct daemon *daemon);

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

/* The threads: one that commits, one a bus, one that sends the ledger to the county. daemon_stop joins them. */
static bool daemon_start_threads(struct daemon *daemon)
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
    return !site->publisher || publisher_start(site->publisher, live_broker(site->live), live_alarms(site->live));
}

static int daemon_stop(struct daemon *daemon)
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
    return written ? EXIT_SUCCESS : EXIT_COULD_NOT;
}

static void daemon_free(struct daemon *daemon)
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

/* --- once a second --- */

/* An alarm of the whole site. */
struct daemon_alarm {
    const char *subject, *reason;
    enum journal_level level;
};

static void daemon_alarm(struct daemon *daemon, bool stands, struct daemon_alarm alarm, const char *what,
                         int64_t wall_ms)
{
    struct alarms *alarms = live_alarms(daemon->site.live);
    struct alarm_notice notice = {.mine = -1,
                                  .subject = alarm.subject,
                                  .reason = alarm.reason,
                                  .level = alarm.level,
                                  .argument = {{"error", what}}};
    if (stands)
        alarm_raise(alarms, &notice, wall_ms);
    else
        alarm_clear(alarms, -1, alarm.subject, alarm.reason, wall_ms);
}

static int64_t daemon_last_commit_ms(struct daemon *daemon)
{
    return daemon->committer ? committer_report(daemon->committer).committed_ms : store_last_commit_ms(daemon->store);
}

static void daemon_trust(struct daemon *daemon)
{
    struct clock_now now = clock_now();
    struct trust_input input = {
        .wall_ms = now.wall_ms,
        .running_ms = now.boot_ms - daemon->site.started.boot_ms,
        .wait_ms = daemon->config->clock_wait_ms,
        .last_commit_ms = daemon_last_commit_ms(daemon),
        .synchronised = clock_synchronised(),
    };
    enum trust trust = trust_judge(&input);
    enum trust before = site_judge(&daemon->site, trust, now);
    if (trust != before && trust_text(trust)[0])
        log_warnx("%s", trust_text(trust));
    static const struct daemon_alarm taken = {"clock", "not-synchronised", JOURNAL_AMBER};
    static const struct daemon_alarm refused = {"clock", "not-trusted", JOURNAL_RED};
    daemon_alarm(daemon, trust == TRUST_UNSYNCHRONISED, taken, trust_text(trust), now.wall_ms);
    daemon_alarm(daemon, trust == TRUST_BEHIND || trust == TRUST_AHEAD, refused, trust_text(trust), now.wall_ms);
}

/* A step of the wall clock is a row of the journal. */
static void daemon_clock_step(struct daemon *daemon)
{
    struct clock_now now = clock_now();
    int64_t offset_ms = now.wall_ms - now.boot_ms;
    int64_t step_ms = daemon->wall_minus_boot_ms ? offset_ms - daemon->wall_minus_boot_ms : 0;
    daemon->wall_minus_boot_ms = offset_ms;
    if (step_ms > -CLOCK_STEP_MS && step_ms < CLOCK_STEP_MS)
        return;
    struct journal_entry entry = {
        .at_ms = now.wall_ms, .kind = "clock", .level = JOURNAL_AMBER, .meter = -1, .mine = -1, .count = 1};
    snprintf(entry.text, sizeof(entry.text), "the wall clock was stepped by %+.3f s", (double)step_ms / 1000.0);
    ledger_journal(daemon->site.ledger, &entry);
    log_warnx("%s", entry.text);
}

/* Whether each thread's loop came round or sits in a call younger than its bound.
 * A slow disk is an alarm, never a reason to be killed. */
static bool daemon_alive(struct daemon *daemon)
{
    int64_t now_ms = clock_now().boot_ms;
    for (size_t i = 0; i < daemon->config->buses; i++)
        if (now_ms > bus_alive_until_ms(daemon->bus[i])) {
            log_error("bus %s makes no progress", daemon->config->bus[i].name);
            return false;
        }
    if (daemon->board && now_ms > board_topic_alive_until_ms(daemon->board)) {
        log_error("the board makes no progress");
        return false;
    }
    if (daemon->site.publisher && now_ms > publisher_alive_until_ms(daemon->site.publisher)) {
        log_error("the thread that sends the ledger to county %s makes no progress", daemon->config->mqtt.county);
        return false;
    }
    return true;
}

static void daemon_disk(struct daemon *daemon)
{
    struct clock_now now = clock_now();
    struct committer_report report = committer_report(daemon->committer);
    bool slow = report.writing_ms && now.boot_ms - report.writing_ms > SLOW_WRITE_MS;
    static const struct daemon_alarm alarm = {"ledger", "slow", JOURNAL_AMBER};
    daemon_alarm(daemon, slow, alarm, "a write to disk takes over 10 s", now.wall_ms);
}

static void daemon_status_file(struct daemon *daemon)
{
    char text[512];
    bool written = vitals_write(&daemon->site, daemon->bus, daemon->committer, text, sizeof(text)) &&
                   scans_write(daemon->site.scans, text, sizeof(text));
    if (!written && !daemon->status_failed)
        log_warnx("no status file: %s", text);
    daemon->status_failed = !written;
}

static void daemon_tick(struct daemon *daemon)
{
    if (daemon_alive(daemon))
        notify_alive();
    daemon_trust(daemon);
    daemon_clock_step(daemon);
    daemon_disk(daemon);
    live_tick(daemon->site.live, clock_now());
    if (daemon->site.publisher)
        publisher_tick(daemon->site.publisher, clock_now());
    daemon_status_file(daemon);
}

static void daemon_loop(struct daemon *daemon, const sigset_t *signals)
{
    const struct timespec second = {.tv_sec = 1};
    int caught;
    do {
        daemon_tick(daemon);
        caught = sigtimedwait(signals, NULL, &second);
    } while (caught < 0 || caught == SIGHUP);
    log_info("stopping: %s", strsignal(caught));
}

/* --- main --- */

static void usage(FILE *out)
{
    fputs("usage: coaltallyd [-c CONFIG]\n"
          "Polls the meters of a site, keeps the ledger, publishes what it reads. Runs in the\n"
          "foreground until SIGTERM or SIGINT; logs to standard error.\n"
          "  -c, --config FILE  the configuration; default $COALTALLY_CONFIG, else\n"
          "                     /etc/coaltally/coaltally.yaml (`coaltally check` judges it)\n"
          "  -h, --help         this text\n"
          "  -V, --version      the version\n",
          out);
}

static const char *arguments(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'V'},
                                            {0}};
    const char *config = NULL;
    for (int option; (option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1;) {
        if (option == 'c') {
            config = optarg;
        } else if (option == 'h') {
            usage(stdout);
            exit(EXIT_SUCCESS);
        } else if (option == 'V') {
            puts("coaltallyd " COALTALLY_VERSION);
            exit(EXIT_SUCCESS);
        } else {
            usage(stderr);
            exit(EXIT_USAGE);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "coaltallyd: unexpected argument \"%s\"\n", argv[optind]);
        usage(stderr);
        exit(EXIT_USAGE);
    }
    return config_path(config);
}

/* Blocked before any thread starts, so that every thread inherits it: main alone waits for them. */
static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static struct config *load(const char *path)
{
    struct faults *faults = faults_new();
    struct config *config = faults ? config_load(path, faults) : NULL;
    if (faults)
        faults_print(faults, stderr);
    faults_free(faults);
    return config;
}

int main(int argc, char **argv)
{
    const char *path = arguments(argc, argv);
    struct daemon daemon = {.site = {.started = clock_now(), .stop = -1}};
    sigset_t signals;
    int status = EXIT_COULD_NOT;

    mallopt(M_ARENA_MAX, 1); /* a thread a bus, and none of them in a hurry for memory */
    block_signals(&signals);
    language_found(LANGUAGE_ZH); /* of answers to acts: before there are threads */
    daemon.config = load(path);
    if (!daemon.config)
        return EXIT_USAGE;
    if (daemon_store(&daemon) && daemon_site(&daemon) && daemon_make_buses(&daemon)) {
        if (daemon_start_threads(&daemon)) {
            log_info("coaltallyd %s: site %s, %zu devices, %zu meters", COALTALLY_VERSION, daemon.config->site,
                     daemon.config->devices, daemon.config->meters);
            if (daemon.config->county.gather)
                log_info("gathers the ledgers of the sites of county %s", daemon.config->county.name);
            notify_ready();
            daemon_loop(&daemon, &signals);
            notify_stopping();
            status = EXIT_SUCCESS;
        }
        int stopped = daemon_stop(&daemon);
        status = status == EXIT_SUCCESS ? stopped : status;
    }
    daemon_free(&daemon);
    return status;
}
