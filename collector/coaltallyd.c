/* SPDX-License-Identifier: Apache-2.0 */
/* coaltallyd: polls the meters of a site, keeps the ledger, publishes what it reads. */
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/daemon.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/notify.h"
#include "collector/publisher.h"

enum { EXIT_USAGE = 2, EXIT_COULD_NOT = 3 };

/* --- once a second --- */

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
    if (daemon_make(&daemon)) {
        if (daemon_start(&daemon)) {
            notify_ready();
            daemon_loop(&daemon, &signals);
            notify_stopping();
            status = EXIT_SUCCESS;
        }
        if (!daemon_stop(&daemon))
            status = EXIT_COULD_NOT;
    }
    daemon_free(&daemon);
    return status;
}
