/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/live_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/publisher.h"

enum { TOTALS_EVERY_MS = 5000, LINES_MAX = 32 };

void live_publish(struct live *live, struct text *topic, struct text *payload, int qos, bool retained)
{
    if (live->broker && !topic->failed && !payload->failed)
        broker_publish(live->broker, topic->at, payload->length ? payload->at : "", payload->length, qos, retained);
}

/* --- life --- */

static void live_connected(void *context)
{
    struct live *live = context;
    atomic_store(&live->connected, true);
    publisher_connected(live->site->publisher);
}

static bool live_connect(struct live *live, char *text, size_t size)
{
    const struct config *config = live->site->config;
    struct text topic = {0}, payload = {0};
    topic_status(&topic, config);
    payload_status(&payload, config, false, live->site->started.wall_ms);
    if (topic.failed || payload.failed)
        snprintf(text, size, "out of memory");
    else
        live->broker = broker_new(config, topic.at, payload.at, live_connected, live, text, size);
    text_free(&topic);
    text_free(&payload);
    return live->broker != NULL;
}

struct live *live_new(const struct site *site, char *text, size_t size)
{
    struct live *live = calloc(1, sizeof(*live));
    if (!live) {
        snprintf(text, size, "out of memory");
        return NULL;
    }
    live->site = site;
    pthread_mutex_init(&live->lock, NULL);
    live->device = calloc(site->config->devices + 1, sizeof(*live->device));
    live->alarms = alarms_new(site->config->clear_after_ms, live_alarm_changed, live);
    if (!live->device || !live->alarms || !live_silence_start(live))
        snprintf(text, size, "out of memory");
    else if (!site->config->mqtt.present || live_connect(live, text, size))
        return live;
    live_free(live, 0);
    return NULL;
}

static void live_offline(struct live *live, int timeout_ms)
{
    struct text topic = {0}, payload = {0};
    topic_status(&topic, live->site->config);
    payload_status(&payload, live->site->config, false, clock_now().wall_ms);
    broker_close(live->broker, topic.at, payload.at, timeout_ms);
    text_free(&topic);
    text_free(&payload);
}

void live_free(struct live *live, int timeout_ms)
{
    if (!live)
        return;
    if (live->broker)
        live_offline(live, timeout_ms);
    live->broker = NULL;
    for (size_t i = 0; live->device && i < live->site->config->devices; i++) {
        text_free(&live->device[i].topic);
        text_free(&live->device[i].payload);
    }
    free(live->device);
    live_silence_free(live);
    alarms_free(live->alarms);
    pthread_mutex_destroy(&live->lock);
    free(live);
}

/* --- scans and states --- */

void live_scan(struct live *live, size_t index, const struct scan *scan)
{
    const struct config *config = live->site->config;
    struct live_device *device = &live->device[index];
    if (!live->broker)
        return;
    /* A scan that comes a moment early is not skipped for it. */
    int64_t quiet_ms = scan->boot_ms - device->sent_ms + config->device[index].interval_ms / 4;
    if (device->sent_ms && quiet_ms < config->mqtt.live_every_ms)
        return;
    device->sent_ms = scan->boot_ms;
    if (!device->topic.length)
        topic_scan(&device->topic, config, index);
    text_clear(&device->payload);
    payload_scan(&device->payload, config, index, scan);
    live_publish(live, &device->topic, &device->payload, (int)config->mqtt.live_qos, false);
}

/* Under the lock, so that of two states the later one is published last. */
static void live_state_publish(struct live *live, size_t index)
{
    struct text topic = {0}, payload = {0};
    topic_state(&topic, live->site->config, index);
    pthread_mutex_lock(&live->lock);
    payload_state(&payload, live->site->config, index, &live->device[index].state);
    live_publish(live, &topic, &payload, 1, true);
    pthread_mutex_unlock(&live->lock);
    text_free(&topic);
    text_free(&payload);
}

/* True when that crossed a border, so that it is published. */
static bool live_note(struct live *live, struct live_device *device, bool answered, const struct diagnosis *diagnosis,
                      struct clock_now now)
{
    struct device_state *state = &device->state;
    pthread_mutex_lock(&live->lock);
    bool crossed = !state->known || state->online != answered;
    if (crossed)
        state->since_ms = now.wall_ms;
    if (answered)
        state->last_good_ms = now.wall_ms;
    state->known = true;
    state->online = answered;
    const char *error = diagnosis->bad ? diagnosis->error : "";
    bool news = strcmp(state->error, error) != 0 || strcmp(state->diagnosis.missing, diagnosis->missing) != 0 ||
                strcmp(state->diagnosis.texts, diagnosis->texts) != 0;
    snprintf(state->error, sizeof(state->error), "%s", error);
    state->diagnosis = *diagnosis;
    pthread_mutex_unlock(&live->lock);
    return crossed || news;
}

void live_device(struct live *live, size_t index, bool answered, const struct diagnosis *diagnosis,
                 struct clock_now now)
{
    if (live_note(live, &live->device[index], answered, diagnosis, now))
        live_state_publish(live, index);
    live_silence_note(live, index, answered, now);
}

struct device_state live_device_state(struct live *live, size_t device)
{
    pthread_mutex_lock(&live->lock);
    struct device_state state = live->device[device].state;
    pthread_mutex_unlock(&live->lock);
    return state;
}

struct alarms *live_alarms(struct live *live)
{
    return live->alarms;
}

struct broker *live_broker(struct live *live)
{
    return live->broker;
}

bool live_broker_health(struct live *live, struct broker_health *health)
{
    if (live->broker)
        *health = broker_health(live->broker);
    return live->broker != NULL;
}

/* --- once a second --- */

static void live_totals(struct live *live, int64_t wall_ms)
{
    const struct config *config = live->site->config;
    struct totals_line line[LINES_MAX];
    struct text topic = {0}, payload = {0};
    for (size_t mine = 0; mine < config->mines; mine++) {
        size_t lines = totals_lines(live->site->totals, mine, wall_ms, line, LINES_MAX);
        if (!lines)
            continue; /* none, or not read from the ledger yet: what is retained still holds */
        text_clear(&topic);
        text_clear(&payload);
        topic_totals(&topic, config, mine);
        payload_totals(&payload, config, mine, wall_ms, line, lines);
        live_publish(live, &topic, &payload, 1, true);
    }
    text_free(&topic);
    text_free(&payload);
}

/* A broker that was away may have lost what it retained. */
static void live_again(struct live *live)
{
    struct text topic = {0}, payload = {0};
    topic_status(&topic, live->site->config);
    payload_status(&payload, live->site->config, true, live->site->started.wall_ms);
    live_publish(live, &topic, &payload, 1, true);
    text_free(&topic);
    text_free(&payload);
    for (size_t i = 0; i < live->site->config->devices; i++)
        live_state_publish(live, i);
    alarms_again(live->alarms);
}

void live_tick(struct live *live, struct clock_now now)
{
    int64_t wall_ms = now.wall_ms;
    live_alarms_tick(live, now);
    if (!live->broker)
        return;
    bool again = atomic_exchange(&live->connected, false);
    if (again)
        live_again(live);
    if (again || wall_ms - live->totals_ms >= TOTALS_EVERY_MS || wall_ms < live->totals_ms) {
        live->totals_ms = wall_ms;
        live_totals(live, wall_ms);
    }
}
