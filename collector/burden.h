/* SPDX-License-Identifier: Apache-2.0 */
/* What polling costs the wires, computed from the plans. Pure. */
#ifndef COALTALLY_BURDEN_H
#define COALTALLY_BURDEN_H

#include "collector/config.h"

/* What a request is taken to last, on a serial line beside its bytes; nothing is
 * measured here. An instrument on a quiet Ethernet answers well within this. */
enum { BURDEN_REQUEST_US = 10000 };

/* One device and one cycle. */
struct burden {
    size_t requests, registers, bits;
    size_t bytes;      /* of requests and answers, as they travel on its bus */
    int64_t cycle_us;  /* on its bus: BURDEN_REQUEST_US and its pause each; on a serial line its
                          bytes at the line's rate and the silence around the frames, too */
    int64_t serial_us; /* behind a gateway: 9600 baud, and no other time */
    int64_t once_us;   /* what it costs when it is asked once and says nothing */
    int64_t silent_us; /* the same when it falls silent: with its retries */
};

/* All devices of one bus. */
struct bus_burden {
    size_t devices, requests, bytes;
    int64_t cycle_us, serial_us; /* a cycle of all of them */
    int64_t silent_us;           /* the longest cycle, with one that falls silent */
    int64_t dead_us;             /* the longest cycle of the others while one is silent: with its time-out where
                                    that does not fit before the others' next instant, once in SCHEDULE_CAP_MS */
    int64_t interval_ms;         /* the shortest; 0: no device */
    double use;                  /* share of the time that the bus is busy */
};

/* By device of the configuration; free() it. NULL when out of memory. */
struct burden *burdens_new(const struct config *config);
struct bus_burden burden_of_bus(const struct config *config, const struct burden *burdens, size_t bus);

/* Whether a device keeps its interval though all devices of its bus are due at once. */
bool burden_fits(const struct bus_burden *bus, const struct config_device *device);

#endif
