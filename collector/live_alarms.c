/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms go out and into the journal; who is silent, and whose silence it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/live_parts.h"
#include "collector/log.h"
#include "collector/stops.h"

/* --- changes of alarms --- */

static void alarm_publish(struct live *live, const struct alarm *alarm, bool expired)
{
    struct text topic = {0}, payload = {0};
    topic_alarm(&topic, live->site->config, alarm->mine, alarm->id);
    if (!expired)
        payload_alarm(&payload, live->site->config, alarm);
    live_publish(live, &topic, &payload, 1, true);
    text_free(&topic);
    text_free(&payload);
}

static void alarm_journal(struct live *live, const struct alarm *alarm)
{
    struct journal_entry entry = {
        .at_ms = alarm->cleared_ms ? alarm->cleared_ms : alarm->raised_ms,
        .level = alarm->level,
        .meter = -1,
        .mine = alarm->mine,
        .count = 1,
    };
    snprintf(entry.kind, sizeof(entry.kind), "%s", alarm->cleared_ms ? "alarm-cleared" : "alarm");
    snprintf(entry.subject, sizeof(entry.subject), "%s", alarm->subject);
    alarm_write(alarm, entry.text, sizeof(entry.text));
    ledger_journal(live->site->ledger, &entry);
}

void live_alarm_changed(void *context, const struct alarm *alarm, enum alarm_change change)
{
    struct live *live = context;
    alarm_publish(live, alarm, change == ALARM_EXPIRED);
    if (change != ALARM_CROSSED)
        return;
    alarm_journal(live, alarm);
    log_warnx("alarm %s: %s %s%s%s", alarm->cleared_ms ? "cleared" : "raised", alarm->id, alarm->what,
              alarm->value[0] ? ", " : "", alarm->value);
}

/* --- silence --- */

/* A mine's output hangs on it: county rules want its outage reported. */
static bool device_produces(const struct config *config, size_t device)
{
    for (size_t i = 0; i < config->meters; i++)
        if (config->meter[i].device == device && config->meter[i].role == ROLE_MAIN &&
            config->meter[i].quantity->production)
            return true;
    return false;
}

bool live_silence_start(struct live *live)
{
    const struct config *config = live->site->config;
    live->silence = calloc(config->devices + 1, sizeof(*live->silence));
    live->bus = calloc(config->buses + 1, sizeof(*live->bus));
    live->bus_known = calloc(config->buses + 1, sizeof(*live->bus_known));
    if (!live->silence || !live->bus || !live->bus_known)
        return false;
    struct silence_device *next = live->silence;
    for (size_t bus = 0; bus < config->buses; bus++) {
        live->bus[bus].device = next;
        live->bus_known[bus] = true; /* of the last run */
        for (size_t i = 0; i < config->devices; i++) {
            if (config->device[i].bus != bus)
                continue;
            *next = (struct silence_device){
                .index = i, .after_ms = config->device[i].alarm_after_ms, .heard_ms = live->site->started.boot_ms};
            live->device[i].silence = next++;
            live->device[i].produces = device_produces(config, i);
            live->bus[bus].devices++;
        }
    }
    return true;
}

void live_silence_free(struct live *live)
{
    free(live->silence);
    free(live->bus);
    free(live->bus_known);
}

void live_heard_before(struct live *live, size_t index, int64_t wall_ms)
{
    struct live_device *device = &live->device[index];
    const int64_t before_ms = live->site->started.wall_ms - wall_ms;
    pthread_mutex_lock(&live->lock);
    if (before_ms >= 0 && (!device->state.last_good_ms || wall_ms > device->state.last_good_ms)) {
        device->before_ms = before_ms;
        device->state.last_good_ms = wall_ms;
    }
    pthread_mutex_unlock(&live->lock);
}

int64_t live_report_by_ms(struct live *live, size_t index)
{
    struct live_device *device = &live->device[index];
    pthread_mutex_lock(&live->lock);
    const bool due = device->produces && !device->state.online && device->state.last_good_ms;
    const int64_t by_ms = due ? device->state.last_good_ms + live->site->config->report_within_ms : 0;
    pthread_mutex_unlock(&live->lock);
    return by_ms;
}

/* "2026-10-14 08:31"; empty where nothing need be reported. */
static void report_write(const struct live *live, const struct live_device *device,
                         char text[static INSTANT_TEXT_BYTES])
{
    *text = '\0';
    if (device->produces && device->state.last_good_ms) {
        instant_format(device->state.last_good_ms + live->site->config->report_within_ms, text);
        text[strlen("2026-10-14 08:31")] = '\0';
    }
}

/* "2026-10-14 07:31:05"; empty where it is not known. */
static void last_good_write(const struct live_device *device, char text[static INSTANT_TEXT_BYTES])
{
    *text = '\0';
    if (device->state.last_good_ms)
        instant_format(device->state.last_good_ms, text);
}

static const char *device_cause(const struct live_device *device)
{
    return device->state.known && device->state.diagnosis.bad ? outcomes_name(device->state.diagnosis.last_bad) : "";
}

static const char *device_error(const struct live_device *device)
{
    return device->state.known ? device->state.error : "not asked yet";
}

static void device_raise(struct live *live, size_t index, struct clock_now now)
{
    const struct config_device *config = &live->site->config->device[index];
    const struct live_device *device = &live->device[index];
    char value[ALARM_SPAN_BYTES], limit[ALARM_SPAN_BYTES], report[INSTANT_TEXT_BYTES], good[INSTANT_TEXT_BYTES];
    last_good_write(device, good);
    alarm_span(now.boot_ms - device->silence->heard_ms + device->before_ms, value);
    alarm_span(config->alarm_after_ms, limit);
    report_write(live, device, report);
    struct alarm_notice notice = {.mine = (int)config->mine,
                                  .subject = config->name,
                                  .reason = "no-data",
                                  .level = JOURNAL_RED,
                                  .argument = {{"error", device_error(device)},
                                               {"cause", device_cause(device)},
                                               {"report_by", report},
                                               {"last_good", good}},
                                  .value = value,
                                  .limit = limit};
    alarm_raise(live->alarms, &notice, now.wall_ms);
}

static void device_tell(struct live *live, struct silence_device *silence, struct clock_now now)
{
    const struct config_device *config = &live->site->config->device[silence->index];
    if (silence->stands)
        device_raise(live, silence->index, now);
    else if (silence->answers)
        alarm_clear(live->alarms, (int)config->mine, config->name, "no-data", now.wall_ms);
    else if (silence->swallowed)
        alarm_end(live->alarms, (int)config->mine, config->name, "no-data", now.wall_ms);
    silence->swallowed = false;
}

/* The mine of all its devices, or -1; and one of them, one whose outage is to be reported if there is any. */
static int bus_mine(const struct live *live, const struct silence_bus *bus, size_t *device)
{
    const struct config *config = live->site->config;
    int mine = (int)config->device[bus->device[0].index].mine;
    *device = bus->device[0].index;
    for (size_t i = 0; i < bus->devices; i++) {
        const size_t index = bus->device[i].index;
        if (live->device[index].produces)
            *device = index;
        if (mine != (int)config->device[index].mine)
            mine = -1;
    }
    return mine;
}

static void bus_tell(struct live *live, size_t index, struct clock_now now)
{
    const struct silence_bus *bus = &live->bus[index];
    size_t device;
    char value[ALARM_SPAN_BYTES], limit[ALARM_SPAN_BYTES], devices[24], report[INSTANT_TEXT_BYTES],
        good[INSTANT_TEXT_BYTES];
    if (!bus->stands && !live->bus_known[index])
        return;
    struct alarm_notice notice = {.mine = bus_mine(live, bus, &device),
                                  .subject = live->site->config->bus[index].name,
                                  .reason = "bus-silent",
                                  .level = JOURNAL_RED,
                                  .value = value,
                                  .limit = limit};
    if (!bus->stands) {
        if (silence_answers(bus)) {
            alarm_clear(live->alarms, notice.mine, notice.subject, notice.reason, now.wall_ms);
            live->bus_known[index] = false;
        }
        return;
    }
    alarm_span(now.boot_ms - silence_heard_ms(bus), value);
    alarm_span(silence_after_ms(bus), limit);
    snprintf(devices, sizeof(devices), "%zu", bus->devices);
    report_write(live, &live->device[device], report);
    notice.argument[0] = (struct alarm_argument){"devices", devices};
    notice.argument[1] = (struct alarm_argument){"error", device_error(&live->device[device])};
    notice.argument[2] = (struct alarm_argument){"cause", device_cause(&live->device[device])};
    notice.argument[3] = (struct alarm_argument){"report_by", report};
    last_good_write(&live->device[device], good);
    notice.argument[4] = (struct alarm_argument){"last_good", good};
    alarm_raise(live->alarms, &notice, now.wall_ms);
    live->bus_known[index] = true;
}

/* Under the lock, so that of two judgements the later one is told last. `noted`: the device of this scan,
 * or NULL. What is not raised is cleared with each answer, so that an alarm of the last run goes too. */
static void bus_judge(struct live *live, size_t index, const struct silence_device *noted, struct clock_now now)
{
    struct silence_bus *bus = &live->bus[index];
    silence_judge(bus, now.boot_ms);
    for (size_t i = 0; i < bus->devices; i++) {
        struct silence_device *device = &bus->device[i];
        if (device == noted || device->stands || device->swallowed)
            device_tell(live, device, now);
    }
    if (bus->devices)
        bus_tell(live, index, now);
}

void live_silence_note(struct live *live, size_t index, bool answered, struct clock_now now)
{
    struct live_device *device = &live->device[index];
    pthread_mutex_lock(&live->lock);
    device->silence->answers = answered;
    if (answered) {
        device->silence->heard_ms = now.boot_ms;
        device->before_ms = 0;
    }
    bus_judge(live, live->site->config->device[index].bus, device->silence, now);
    pthread_mutex_unlock(&live->lock);
}

/* --- once a second --- */

/* One alarm for all topics: a broker's list of rights is set up, or wrong, as a whole. */
static void denied_tell(struct live *live, const struct broker_health *health, int64_t wall_ms)
{
    const struct alarm_notice notice = {
        .mine = -1,
        .subject = "mqtt",
        .reason = "denied",
        .level = JOURNAL_AMBER,
        .argument = {{"topic", health->denied_topic}, {"error", health->denied_reason}}};
    if (health->denied)
        alarm_raise(live->alarms, &notice, wall_ms);
    else if (health->connected)
        alarm_clear(live->alarms, notice.mine, notice.subject, notice.reason, wall_ms);
}

static void broker_tell(struct live *live, int64_t wall_ms)
{
    struct alarm_notice notice = {.mine = -1,
                                  .subject = "mqtt",
                                  .reason = "not-connected",
                                  .level = JOURNAL_AMBER,
                                  .after_ms = live->site->config->broker_after_ms};
    struct broker_health health = broker_health(live->broker);
    char limit[ALARM_SPAN_BYTES];
    denied_tell(live, &health, wall_ms);
    if (health.connected) {
        alarm_clear(live->alarms, notice.mine, notice.subject, notice.reason, wall_ms);
        return;
    }
    alarm_span(notice.after_ms, limit);
    notice.argument[0] = (struct alarm_argument){"error", health.error};
    notice.limit = limit;
    alarm_raise(live->alarms, &notice, wall_ms);
}

void live_alarms_tick(struct live *live, struct clock_now now)
{
    const struct config *config = live->site->config;
    pthread_mutex_lock(&live->lock);
    for (size_t i = 0; i < config->devices; i++)
        live->device[i].silence->planned = stops_cover(live->site->stops, config->device[i].mine, now.wall_ms);
    for (size_t i = 0; i < config->buses; i++)
        bus_judge(live, i, NULL, now);
    pthread_mutex_unlock(&live->lock);
    if (live->broker)
        broker_tell(live, now.wall_ms);
    alarms_tick(live->alarms, now.wall_ms);
}
