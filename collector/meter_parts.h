/* SPDX-License-Identifier: Apache-2.0 */
/* Between meter.c, which takes readings, and meter_alarms.c, which tells of what a person should look at. */
#ifndef COALTALLY_METER_PARTS_H
#define COALTALLY_METER_PARTS_H

#include <stdatomic.h>

#include "collector/creep.h"
#include "collector/meter.h"

struct meter {
    struct site *site;
    size_t index;
    const struct config_meter *config;
    struct totaliser_state state;
    struct totaliser_memory memory;
    atomic_bool started;
    /* The belt, told by the bus of the device that `running` names; neither where that was not read: */
    atomic_bool running, standing;
    _Atomic int64_t held_until_ms; /* boot; a person's hold */
    atomic_bool held, released;    /* a hold that no step has seen yet; rule 9's stop is to end */
    struct creep creep;
    int64_t standing_high; /* the total, and since when the belt runs with it */
    int64_t standing_since_ms;
    int64_t read_ms;                     /* boot: the last good total; 0: none yet */
    int64_t unread_since_ms;             /* boot: the device answers, but not with a total; 0: it does */
    bool stuck, unread, alarmed, creeps; /* alarms of it stand */
    bool asks;                           /* to be read once more */
};

/* --- meter_alarms.c --- */

/* What the step told of that a person should look at. */
void meter_alarms(struct meter *meter, const struct totaliser_outcome *outcome, int64_t wall_ms);

/* Readings are taken again: what said that they were not is over. Breaks stay, and so does what was
 * excluded while the belt ran: a person should look, for a calibration bit can also hide output. */
void meter_quiet(struct meter *meter, int64_t wall_ms);

/* More was gained on an idle belt than the limit of an hour. */
void meter_creep_alarm(struct meter *meter, int64_t wall_ms);

/* The belt runs and the total stands: the meter, or what reads it, is stuck. */
void meter_watch(struct meter *meter, const struct scan *scan);

/* The device answers, and the meter's point is refused, out of range or no value: the device's own alarm
 * does not see that. */
void meter_watch_unread(struct meter *meter, const struct scan *scan);

#endif
