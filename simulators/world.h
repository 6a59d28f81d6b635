/* SPDX-License-Identifier: Apache-2.0 */
/* All that is simulated: mines with their devices, the simulated clock, and what
 * has been done to them. Knows no sockets. */
#ifndef COALTALLY_WORLD_H
#define COALTALLY_WORLD_H

#include "simulators/device.h"
#include "simulators/uart.h"

/* A path that fits the configuration's. */
enum { PORT_LINK_BYTES = 108 };

/* How clients get to a port, and what is behind it. */
enum port_kind {
    PORT_TCP,         /* Modbus TCP: a gateway, or a device of its own */
    PORT_RTU,         /* a serial line, its adapter a pty */
    PORT_RTU_OVER_TCP /* a serial line behind a serial server */
};

/* A port that devices stand behind. */
struct world_port {
    char name[NAME_MAX_BYTES]; /* the bus's name in the written configuration */
    enum port_kind kind;
    struct uart uart;           /* of a line */
    char link[PORT_LINK_BYTES]; /* PORT_RTU: where the pty's link is; not absolute: in --lines */
    int number;                 /* PORT_TCP, PORT_RTU_OVER_TCP: which it got, the server says */
    int64_t frames, misheard;   /* of a line: requests that came whole; bytes with a wrong CRC */
};

struct world_mine {
    char name[NAME_MAX_BYTES];
    char title_en[TITLE_MAX_BYTES], title_zh[TITLE_MAX_BYTES];
    struct plant plant;
};

/* One fault, as the truth tells it. */
struct world_record {
    size_t device;
    struct fault_order order;
    int point;
    bool lasting, ended, dial;
    int64_t begin_wall_ms, begin_sim_ms, end_sim_ms;
    int64_t before, after; /* the counter's register, of dial faults */
    int64_t advanced;      /* what flow had made of it by then */
};

struct world {
    uint64_t seed;
    int64_t start_ms; /* time of day of simulated time 0 */
    int64_t begin_mono_us;
    int64_t speed;  /* simulated seconds a second */
    int64_t now_ms; /* simulated; a multiple of PLANT_TICK_MS */
    size_t mines, devices, ports, profiles, records;
    struct world_mine **mine; /* each on its own, so that devices can point at its plant */
    struct device *device;
    struct world_port *port;
    struct profile **profile;
    struct world_record *record;
    struct script *script; /* what happens by itself, and when; NULL: nothing */
};

/* Nothing in it yet. NULL when out of memory. */
struct world *world_new(uint64_t seed, int64_t start_ms, int64_t speed);
void world_free(struct world *world);

/* Each NULL (or -1) when out of memory. */
struct world_mine *world_add_mine(struct world *world, const char *name, int64_t rate_t_h);
/* The port of this name; where there is none, a new one of Modbus TCP, whose line
 * would have 9600 baud, no parity and one stop bit. */
int world_port(struct world *world, const char *name);
struct device *world_add_device(struct world *world, const struct device_setup *setup);
/* Takes the profile over, also on failure. */
bool world_add_profile(struct world *world, struct profile *profile);
const struct profile *world_profile(const struct world *world, const char *name);

/* Simulated time runs from now on. */
void world_start(struct world *world);

/* Takes all steps that are due by the clock, with what the script says for them. */
void world_advance(struct world *world);
/* The same up to a simulated instant, without a clock: for tests. */
void world_advance_to(struct world *world, int64_t sim_ms);

/* The instants of an answer that is made now. */
int64_t world_wall_ms(void);

/* The device behind a port that answers to a unit id, or NULL. */
struct device *world_device_at(struct world *world, size_t port, int unit);

/* Whether a fault has pulled the adapter of a port's line out. */
bool world_pulled(struct world *world, size_t port);

/* Whether a device's wire can have a fault of this kind; else a sentence in `why`. */
bool world_fault_fits(const struct world *world, const struct device *device, enum fault_kind kind, char *why);

/* Gives a fault to a device, and writes it down. False with a sentence in `why`. */
bool world_fault(struct world *world, struct device *device, const struct fault_order *order, char *why);
/* Ends a device's lasting faults of a kind, or all of them (FAULT_KINDS); how many. */
int world_clear(struct world *world, struct device *device, enum fault_kind kind);

#endif
