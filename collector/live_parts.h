/* SPDX-License-Identifier: Apache-2.0 */
/* What live.c and live_alarms.c share; nobody else includes it. */
#ifndef COALTALLY_LIVE_PARTS_H
#define COALTALLY_LIVE_PARTS_H

#include <pthread.h>

#include "collector/live.h"
#include "collector/silence.h"

struct live_device {
    struct text topic, payload; /* of its bus thread */
    int64_t sent_ms;
    struct device_state state; /* under the lock, like: */
    int64_t before_ms;         /* how long before the start it was last heard, until it is heard again */
    bool produces;             /* a main meter of the mine's output hangs on it: its outage must be reported */
    struct silence_device *silence;
};

struct live {
    const struct site *site;
    struct broker *broker; /* NULL: no mqtt section */
    struct alarms *alarms;
    pthread_mutex_t lock; /* taken before that of the alarms */
    struct live_device *device;
    struct silence_device *silence; /* of all devices, those of a bus side by side */
    struct silence_bus *bus;        /* by the configuration's index */
    bool *bus_known;                /* by bus: an alarm of it may stand */
    atomic_bool connected;          /* since the last tick: what is retained goes out again */
    int64_t totals_ms;
};

/* Sends where there is a broker; both texts stay the caller's. */
void live_publish(struct live *live, struct text *topic, struct text *payload, int qos, bool retained);

/* The `changed` of the alarms; context: the live. */
void live_alarm_changed(void *context, const struct alarm *alarm, enum alarm_change change);

/* False when out of memory. */
bool live_silence_start(struct live *live);
void live_silence_free(struct live *live);
/* Whether a device answered just now. */
void live_silence_note(struct live *live, size_t device, bool answered, struct clock_now now);
/* Once a second: who has been silent for too long, and whether the broker is away. */
void live_alarms_tick(struct live *live, struct clock_now now);

#endif
