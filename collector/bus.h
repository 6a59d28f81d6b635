/* SPDX-License-Identifier: Apache-2.0 */
/* One bus: a thread that asks its devices one after another, on one grid of instants. */
#ifndef COALTALLY_BUS_H
#define COALTALLY_BUS_H

#include "collector/diagnosis.h"
#include "collector/meter.h"

struct bus;

/* What `status` shows of a device. */
struct bus_report {
    int64_t last_good_ms; /* wall; 0: never */
    int64_t next_ms;      /* wall: the next scan */
    struct diagnosis diagnosis;
};

/* meter: all of the site's, by index. NULL when out of memory. */
struct bus *bus_new(struct site *site, size_t index, struct meter **meter);
bool bus_start(struct bus *bus);
/* Wakes it, whatever it waits for. Thread-safe; site->stop must be readable by then. */
void bus_stop(struct bus *bus);
void bus_join(struct bus *bus);
void bus_free(struct bus *bus);

/* The boot time until which its loop may well be silent: the end of its sleep, or
 * the bound of the call that it sits in. */
int64_t bus_alive_until_ms(const struct bus *bus);

/* False when the device is not on this bus. */
bool bus_report(struct bus *bus, size_t device, int64_t wall_ms, struct bus_report *report);

#endif
