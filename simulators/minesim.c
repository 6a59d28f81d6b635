/* SPDX-License-Identifier: Apache-2.0 */
/* minesim: mines as Modbus servers, with physics, faults and the truth written
 * down. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "simulators/bench.h"
#include "simulators/control.h"
#include "simulators/demo.h"
#include "simulators/history.h"
#include "simulators/options.h"
#include "simulators/scenario.h"
#include "simulators/script.h"
#include "simulators/server.h"
#include "simulators/setup.h"
#include "simulators/truth.h"

enum { EXIT_INPUT = 2, EXIT_COULD_NOT = 3 };

struct minesim {
    struct watch signals; /* first, so that a watch is its minesim */
    struct options options;
    struct world *world;
    struct loop *loop;
    struct server *server;
    struct control *control;
    bool stopping;
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool write_truth(struct minesim *sim)
{
    return !sim->options.truth || truth_write(sim->world, sim->options.truth);
}

static void signals_ready(struct watch *watch, uint32_t events)
{
    struct minesim *sim = (struct minesim *)watch;
    struct signalfd_siginfo signal;
    (void)events;
    if (read(watch->fd, &signal, sizeof signal) != sizeof signal)
        return;
    if (signal.ssi_signo == SIGUSR1) {
        world_advance(sim->world);
        write_truth(sim);
    } else {
        sim->stopping = true;
    }
}

/* Before anything else opens descriptors or threads: signals become events. */
static bool watch_signals(struct minesim *sim)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGUSR1);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    sim->signals.ready = signals_ready;
    sim->signals.fd = signalfd(-1, &signals, SFD_CLOEXEC);
    return sim->signals.fd >= 0 && loop_add(sim->loop, &sim->signals, EPOLLIN);
}

static bool obey_truth(struct minesim *sim, FILE *out)
{
    if (!sim->options.truth) {
        truth_print(sim->world, out);
        return true;
    }
    fprintf(out, "%s\n", sim->options.truth);
    return write_truth(sim);
}

/* A line from the control socket. */
static bool obey(void *context, const char *line, FILE *out)
{
    struct minesim *sim = context;
    world_advance(sim->world);
    if (strcmp(line, "truth") == 0)
        return obey_truth(sim, out);
    if (strcmp(line, "quit") == 0) {
        sim->stopping = true;
        return true;
    }
    return script_obey(sim->world, line, out);
}

/* The time of day there, in ms. */
static int64_t day_time_ms(const char *zone)
{
    struct timespec now;
    struct tm local;
    setenv("TZ", zone, 1);
    tzset();
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &local);
    return ((local.tm_hour * INT64_C(60) + local.tm_min) * 60 + local.tm_sec) * 1000 + now.tv_nsec / 1000000;
}

/* What is to be simulated. False after printing faults. */
static bool populate(struct minesim *sim)
{
    const struct options *options = &sim->options;
    struct faults *faults = faults_new();
    const int64_t start_ms = options->start_ms < 0 ? day_time_ms(options->timezone) : options->start_ms;
    sim->world = world_new((uint64_t)options->seed, start_ms, options->speed);
    bool good = faults && sim->world;
    if (good && options->scenario)
        good = scenario_load(sim->world, options->scenario, options->profiles, faults);
    /* a scenario without mines of its own happens to the usual ones */
    int64_t usual = options->mines;
    if (usual < 0)
        usual = options->bench || options->bench_line || (good && sim->world->mines) ? 0 : 3;
    if (good)
        good = demo_add(sim->world, usual, options->profiles, faults);
    if (good && options->bench)
        good = bench_add(sim->world, options->bench, faults);
    if (good && options->bench_line)
        good = bench_add_line(sim->world, options->bench_line, options->baud, faults);
    if (good)
        script_judge(sim->world->script, sim->world, options->scenario, faults);
    good = good && faults_count(faults, FAULT_ERROR) == 0;
    if (faults)
        faults_print(faults, stderr);
    faults_free(faults);
    return good;
}

/* The zone was set for what is configured, or is set for this. */
static bool recall(struct minesim *sim, bool *over)
{
    const struct options *options = &sim->options;
    struct history history = {.every_ms = options->history_every_ms};
    FILE *out = stdout;
    setenv("TZ", options->timezone, 1);
    tzset();
    if (!history_parse(options->history, world_wall_ms(), &history))
        return false;
    if (options->history_out)
        out = fopen(options->history_out, "w");
    bool good = out && history_write(sim->world, &history, out);
    good = out && fflush(out) == 0 && !ferror(out) && good;
    if (!good)
        fprintf(stderr, "minesim: cannot write the history%s%s: %s\n", options->history_out ? " to " : "",
                options->history_out ? options->history_out : "", strerror(errno));
    if (out && options->history_out)
        fclose(out);
    *over = !history.open;
    return good;
}

/* Lines appear beside the control socket where nothing else is said. */
static const char *lines_folder(const struct options *options, char folder[static PATH_MAX])
{
    const char *slash = options->control ? strrchr(options->control, '/') : NULL;
    if (options->lines || !slash)
        return options->lines ? options->lines : ".";
    snprintf(folder, PATH_MAX, "%.*s", slash == options->control ? 1 : (int)(slash - options->control),
             options->control);
    return folder;
}

static bool open_all(struct minesim *sim)
{
    const struct options *options = &sim->options;
    char folder[PATH_MAX];
    world_start(sim->world);
    sim->server =
        server_new(sim->world, sim->loop, options->listen, (int)options->port_base, lines_folder(options, folder));
    if (!sim->server || !setup_write(sim->world, options))
        return false;
    if (options->control)
        sim->control = control_new(sim->loop, options->control, obey, sim);
    return sim->control || !options->control;
}

static void announce(const struct minesim *sim)
{
    printf("minesim: SIMULATED: %zu mines, %zu devices behind %zu ports of %s, seed %lld, speed %lld\n",
           sim->world->mines, sim->world->devices, sim->world->ports, sim->options.listen, (long long)sim->options.seed,
           (long long)sim->options.speed);
    fflush(stdout);
}

/* How long the loop may wait: the world must not fall far behind. */
static int patience_ms(const struct minesim *sim, int64_t now_ms, int64_t truth_ms, int64_t end_ms)
{
    int64_t limit_ms = sim->options.speed >= 100 ? 10 : 1000 / sim->options.speed;
    if (truth_ms - now_ms < limit_ms)
        limit_ms = truth_ms - now_ms;
    if (end_ms - now_ms < limit_ms)
        limit_ms = end_ms - now_ms;
    return server_due_ms(sim->server, limit_ms < 0 ? 0 : (int)limit_ms);
}

static void run(struct minesim *sim)
{
    const struct options *options = &sim->options;
    const int64_t begin_ms = clock_ms();
    const int64_t end_ms = options->run_for_ms ? begin_ms + options->run_for_ms : INT64_MAX;
    const bool periodic = options->truth && options->truth_every_ms;
    int64_t truth_ms = periodic ? begin_ms + options->truth_every_ms : INT64_MAX;
    while (!sim->stopping) {
        loop_wait(sim->loop, patience_ms(sim, clock_ms(), truth_ms, end_ms));
        world_advance(sim->world);
        server_deliver(sim->server);
        const int64_t now_ms = clock_ms();
        if (now_ms >= truth_ms) {
            write_truth(sim);
            truth_ms = now_ms + options->truth_every_ms;
        }
        sim->stopping |= now_ms >= end_ms;
    }
}

static int simulate(struct minesim *sim)
{
    int status = EXIT_COULD_NOT;
    sim->loop = loop_new();
    sim->signals.fd = -1;
    if (!sim->loop || !watch_signals(sim)) {
        fprintf(stderr, "minesim: cannot wait for events: %s\n", strerror(errno));
        goto cleanup;
    }
    if (!populate(sim)) {
        status = EXIT_INPUT;
        goto cleanup;
    }
    if (sim->options.history && !recall(sim, &sim->stopping)) {
        status = EXIT_INPUT;
        goto cleanup;
    }
    if (!open_all(sim))
        goto cleanup;
    if (!sim->stopping) {
        announce(sim);
        run(sim);
        world_advance(sim->world);
    }
    status = write_truth(sim) ? EXIT_SUCCESS : EXIT_COULD_NOT;
cleanup:
    control_free(sim->control);
    server_free(sim->server);
    if (sim->signals.fd >= 0)
        loop_close(sim->loop, &sim->signals);
    loop_free(sim->loop);
    world_free(sim->world);
    return status;
}

int main(int argc, char **argv)
{
    struct minesim sim = {0};
    switch (options_parse(argc, argv, &sim.options)) {
    case OPTIONS_DONE:
        return EXIT_SUCCESS;
    case OPTIONS_BAD:
        return EXIT_INPUT;
    case OPTIONS_RUN:
        break;
    }
    if (sim.options.send_to)
        return control_send(sim.options.send_to, sim.options.send_line);
    return simulate(&sim);
}
