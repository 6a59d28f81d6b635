/* SPDX-License-Identifier: Apache-2.0 */
/* What `coaltally probe` asks devices, once or again and again, and prints. */
#ifndef COALTALLY_PROBE_ASK_H
#define COALTALLY_PROBE_ASK_H

#include "collector/command.h"
#include "collector/interrupt.h"
#include "collector/probe.h"

struct asking {
    const struct command *command;
    struct probe_page page;
    struct probe_target target;       /* .unit: of whoever is asked at an address */
    char where[LINK_TEXT_BYTES + 16]; /* how the user calls the link: "tcp:10.1.5.21" */
    struct wire *wire;
    struct interrupt *interrupt;
    int64_t every_ms; /* 0: once */
    int times;        /* then so often; 0: until interrupted */
};

/* A device by its profile. */
struct asked_device {
    const char *name; /* of the configuration; NULL: none */
    const char *mine; /* for the block to paste, where there is no name; may be NULL */
    const struct profile *profile;
    struct wire_unit unit;
};

/* Opens nothing yet, but takes Ctrl-C over from here on. An exit status, after saying what is
 * wrong; asking_close either way. */
int asking_open(struct asking *asking);
void asking_close(struct asking *asking);

/* Each reads, prints and returns an exit status. An interrupt is no failure. */
int ask_range(struct asking *asking, const struct request *request);
int ask_near(struct asking *asking, const struct request *request);
int ask_units(struct asking *asking, const struct request *request, const bool asked[static PROBE_UNITS]);
int ask_devices(struct asking *asking, const struct asked_device *device, size_t devices);
int ask_near_points(struct asking *asking, const struct asked_device *device, size_t devices);

/* What the wire knows of its last question. */
struct sweep_trouble ask_trouble(const struct asking *asking, enum wire_outcome outcome);

/* Says what went wrong with whom ("scale-1", ""), what was received, and what to do ("": nothing). The words of the
 * wire are English; in Chinese the kind of failure goes before them. Returns the exit status. */
int ask_failed(const struct asking *asking, const struct sweep_trouble *trouble, const char *whom, const char *hint);

/* Asks again and again, where that is wanted. One turn adds what it shows to `out`. */
typedef int (*asking_turn)(struct asking *asking, void *what, struct text *out);
int asking_run(struct asking *asking, asking_turn turn, void *what);

/* Writes what a turn has shown to stdout and frees it. An exit status, after saying what is wrong. */
int asking_print(const struct asking *asking, struct text *out);

/* Reads the place and its neighbours, up to `words` of each, as much of it as the
 * device does not refuse. WIRE_OK also when it refuses all. */
enum wire_outcome ask_places(struct asking *asking, const struct wire_unit *unit, const struct request *request,
                             struct probe_place place[static NEAR_PLACES]);

#endif
