/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/bus.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/limits.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/scans.h"
#include "collector/schedule.h"

enum {
    SLACK_MS = 10000, /* what a loop may take beyond its sleep and its time-outs */
    STACK_BYTES = 256 * 1024
};

struct bus_device {
    size_t index;
    const struct config_device *config;
    struct sweep *sweep;
    struct meter **meter;   /* NULL-ended: those that this device feeds */
    struct meter **watched; /* NULL-ended: those whose belt it tells the running of */
    bool refused;           /* an alarm stands of points that it refuses */
    struct outcomes outcomes;
    struct bus_report report;
};

struct bus {
    struct site *site;
    const struct config_bus *config;
    struct wire *wire;
    pthread_t thread;
    pthread_mutex_t lock; /* the devices' outcomes and reports */
    _Atomic int64_t alive_until_ms;
    size_t devices;
    struct bus_device *device;
    struct turn *turn; /* one a device */
};

/* Whether a device feeds a meter, or (`watched`) tells the running of its belt. */
static bool is_meter_of(const struct config_meter *meter, size_t device, bool watched)
{
    return watched ? meter->running_device == (int)device : meter->device == device;
}

/* Those of a device; NULL-ended, and no longer than that: there may be hundreds of devices. NULL: out of memory. */
static struct meter **device_meters(const struct config *config, size_t device, bool watched, struct meter **meter)
{
    size_t count = 0, filled = 0;
    for (size_t i = 0; i < config->meters; i++)
        count += is_meter_of(&config->meter[i], device, watched);
    struct meter **list = calloc(count + 1, sizeof(*list));
    for (size_t i = 0; list && i < config->meters; i++)
        if (is_meter_of(&config->meter[i], device, watched))
            list[filled++] = meter[i];
    return list;
}

static bool device_init(struct bus_device *device, struct site *site, size_t index, struct meter **meter)
{
    const struct config *config = site->config;
    device->index = index;
    device->config = &config->device[index];
    device->sweep = sweep_new(device->config->profile, config_unit(device->config));
    device->meter = device_meters(config, index, false, meter);
    device->watched = device_meters(config, index, true, meter);
    return device->sweep && device->meter && device->watched;
}

/* A device that says nothing costs its pauses and one time-out: it is not asked twice in a row. */
static struct turn device_turn(const struct config_device *device)
{
    return (struct turn){.interval_ms = device->interval_ms,
                         .silence_ms = device->timeout_ms + device->pause_ms + device->pause_after_connect_ms};
}

static size_t bus_size(const struct config *config, size_t index)
{
    size_t devices = 0;
    for (size_t i = 0; i < config->devices; i++)
        devices += config->device[i].bus == index;
    return devices;
}

struct bus *bus_new(struct site *site, size_t index, struct meter **meter)
{
    struct bus *bus = calloc(1, sizeof(*bus));
    if (!bus)
        return NULL;
    pthread_mutex_init(&bus->lock, NULL);
    bus->site = site;
    bus->config = &site->config->bus[index];
    bus->wire = wire_new(&bus->config->link);
    const size_t devices = bus_size(site->config, index);
    bus->device = calloc(devices ? devices : 1, sizeof(*bus->device));
    bus->turn = calloc(devices ? devices : 1, sizeof(*bus->turn));
    bool good = bus->wire && bus->device && bus->turn;
    for (size_t i = 0; good && i < site->config->devices; i++) {
        if (site->config->device[i].bus != index)
            continue;
        bus->turn[bus->devices] = device_turn(&site->config->device[i]);
        good = device_init(&bus->device[bus->devices++], site, i, meter);
    }
    if (good)
        return bus;
    bus_free(bus);
    return NULL;
}

/* Whether a sweep says that the device is there. An exception is an answer, but not a gateway's that says it
 * has none from the device. */
static bool device_answered(const struct sweep_trouble *trouble)
{
    return trouble->outcome == WIRE_OK ||
           (trouble->outcome == WIRE_EXCEPTION && !wire_is_gateway_exception(trouble->exception));
}

static bool device_is_stuck(const struct bus_device *device)
{
    for (struct meter **meter = device->meter; *meter; meter++)
        if (meter_is_stuck(*meter))
            return true;
    return false;
}

static void device_note(struct bus *bus, struct bus_device *device, const struct scan *scan, bool answered)
{
    const struct sweep_trouble *trouble = sweep_trouble(device->sweep);
    const bool stuck = answered && device_is_stuck(device);
    struct diagnosis *diagnosis = &device->report.diagnosis;
    pthread_mutex_lock(&bus->lock);
    outcomes_add(&device->outcomes, trouble, scan, stuck, scan->wall_ms);
    outcomes_sum(&device->outcomes, scan->wall_ms, diagnosis->outcome);
    diagnosis->bad = trouble->outcome != WIRE_OK;
    if (diagnosis->bad) {
        diagnosis->last_bad_ms = scan->wall_ms;
        diagnosis->last_bad = outcomes_worst(trouble);
        snprintf(diagnosis->error, sizeof(diagnosis->error), "%s", trouble->error);
        snprintf(diagnosis->received, sizeof(diagnosis->received), "%s", trouble->received);
    }
    if (answered) {
        device->report.last_good_ms = scan->wall_ms;
        diagnosis_points(diagnosis, device->config->profile, scan, stuck);
    }
    pthread_mutex_unlock(&bus->lock);
}

/* Points that the device refuses by themselves, so that it is read without them: an alarm of its own, as the
 * device answers. It stands until all is read again. */
static void device_tell_refused(struct bus *bus, struct bus_device *device, enum wire_outcome outcome, int64_t wall_ms)
{
    const struct config_device *config = device->config;
    struct alarms *alarms = live_alarms(bus->site->live);
    struct alarm_notice notice = {.mine = (int)config->mine,
                                  .subject = config->name,
                                  .reason = "refused",
                                  .level = JOURNAL_AMBER,
                                  .argument = {{"points", sweep_refused(device->sweep)}}};
    if (*sweep_refused(device->sweep)) {
        alarm_raise(alarms, &notice, wall_ms);
        device->refused = true;
    } else if (device->refused && outcome == WIRE_OK) {
        alarm_clear(alarms, notice.mine, notice.subject, notice.reason, wall_ms);
        device->refused = false;
    }
}

static void device_schedule(struct bus *bus, struct bus_device *device, bool answered, bool cut_off)
{
    struct turn *turn = &bus->turn[device - bus->device];
    struct clock_now now = clock_now();
    schedule_note(turn, answered, now.boot_ms);
    turn->cut_off = cut_off;
    if (answered)
        schedule_rejoin(bus->turn, bus->devices, now.boot_ms);
    pthread_mutex_lock(&bus->lock);
    device->report.next_ms = turn->due_ms - now.boot_ms + now.wall_ms;
    pthread_mutex_unlock(&bus->lock);
}

static int64_t device_bound_ms(const struct bus *bus, const struct bus_device *device)
{
    const struct wire_unit unit = config_unit(device->config);
    return (int64_t)(sweep_requests_most(device->sweep) + 1) * wire_bound_ms(&bus->config->link, &unit);
}

/* One scan of one device, and all that follows from it. */
static void bus_poll(struct bus *bus, struct bus_device *device)
{
    struct site *site = bus->site;
    struct scan scan;
    atomic_store(&bus->alive_until_ms, clock_now().boot_ms + 2 * device_bound_ms(bus, device) + SLACK_MS);
    enum wire_outcome outcome = sweep_run(device->sweep, bus->wire, &scan);
    if (outcome == WIRE_STOPPED)
        return;
    struct clock_now now = {.wall_ms = scan.wall_ms, .boot_ms = scan.boot_ms};
    bool answered = device_answered(sweep_trouble(device->sweep));
    device_schedule(bus, device, answered, outcome == WIRE_CONNECT);
    device_note(bus, device, &scan, answered);
    device_tell_refused(bus, device, outcome, scan.wall_ms);
    live_scan(site->live, device->index, &scan);
    if (site->scans)
        scans_take(site->scans, device->index, device->sweep, &scan, sweep_trouble(device->sweep)->error,
                   sweep_trouble(device->sweep)->received);
    for (struct meter **meter = device->watched; *meter; meter++)
        meter_see_belt(*meter, &scan);
    for (struct meter **meter = device->meter; *meter; meter++)
        meter_take(*meter, &scan);
    for (struct meter **meter = device->meter; *meter; meter++)
        meter_confirm(*meter, device->sweep, bus->wire, &scan);
    if (site_posts(site, now))
        ledger_gauges(site->ledger, device->index, &scan);
    limits_take(site->config, live_alarms(site->live), device->index, &scan);
    live_device(site->live, device->index, answered, &device->report.diagnosis, now);
}

static void *bus_run(void *context)
{
    struct bus *bus = context;
    for (;;) {
        int64_t at_ms, now_ms = clock_now().boot_ms;
        struct bus_device *device = &bus->device[schedule_next(bus->turn, bus->devices, now_ms, &at_ms)];
        atomic_store(&bus->alive_until_ms, (at_ms > now_ms ? at_ms : now_ms) + SLACK_MS);
        if (clock_sleep_until(at_ms, bus->site->stop))
            return NULL;
        bus_poll(bus, device);
    }
}

bool bus_start(struct bus *bus)
{
    pthread_attr_t attributes;
    if (!bus->devices)
        return true;
    for (size_t i = 0; i < bus->devices; i++)
        device_schedule(bus, &bus->device[i], true, false);
    atomic_store(&bus->alive_until_ms, clock_now().boot_ms + SCHEDULE_CAP_MS + SLACK_MS);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int error = pthread_create(&bus->thread, &attributes, bus_run, bus);
    pthread_attr_destroy(&attributes);
    if (error)
        log_error("bus %s: no thread: %s", bus->config->name, strerror(error));
    return !error;
}

void bus_stop(struct bus *bus)
{
    wire_stop(bus->wire);
}

void bus_join(struct bus *bus)
{
    if (bus->devices)
        pthread_join(bus->thread, NULL);
}

void bus_free(struct bus *bus)
{
    if (!bus)
        return;
    for (size_t i = 0; i < bus->devices; i++) {
        sweep_free(bus->device[i].sweep);
        free(bus->device[i].meter);
        free(bus->device[i].watched);
    }
    free(bus->device);
    free(bus->turn);
    wire_free(bus->wire);
    pthread_mutex_destroy(&bus->lock);
    free(bus);
}

int64_t bus_alive_until_ms(const struct bus *bus)
{
    return bus->devices ? atomic_load(&bus->alive_until_ms) : INT64_MAX;
}

bool bus_report(struct bus *bus, size_t device, int64_t wall_ms, struct bus_report *report)
{
    for (size_t i = 0; i < bus->devices; i++) {
        if (bus->device[i].index != device)
            continue;
        pthread_mutex_lock(&bus->lock);
        *report = bus->device[i].report;
        outcomes_sum(&bus->device[i].outcomes, wall_ms, report->diagnosis.outcome);
        pthread_mutex_unlock(&bus->lock);
        return true;
    }
    return false;
}
