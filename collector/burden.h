/* SPDX-License-Identifier: Apache-2.0 */
/* What polling costs the wires, computed from the plans. Pure. */
#ifndef COALTALLY_BURDEN_H
#define COALTALLY_BURDEN_H

#include "collector/config.h"

/* What a request is taken to last; nothing is measured here. An instrument on a
 * quiet Ethernet answers well within this. */
enum { BURDEN_REQUEST_US = 10000 };

/* One device and one cycle. */
struct burden {
    size_t requests, registers, bits;
    size_t bytes;       /* of requests and answers, Modbus TCP */
    int64_t network_us; /* BURDEN_REQUEST_US each */
    int64_t serial_us;  /* behind a gateway: 9600 baud, and no other time */
};

/* All devices of one bus. */
struct bus_burden {
    size_t devices;
    int64_t network_us, serial_us; /* a cycle of all of them */
    int64_t silent_us;             /* the longest cycle while one lets its time-out pass, by network_us */
    int64_t interval_ms;           /* the shortest; 0: no device */
    double use;                    /* share of the time that the bus is busy, by network_us */
};

/* By device of the configuration; free() it. NULL when out of memory. */
struct burden *burdens_new(const struct config *config);
struct bus_burden burden_of_bus(const struct config *config, const struct burden *burdens, size_t bus);

#endif
