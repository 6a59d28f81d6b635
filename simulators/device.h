/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated device: a profile, filled with what it measures of its mine, with
 * its counters' dials, its faults and what was asked of it. */
#ifndef COALTALLY_DEVICE_H
#define COALTALLY_DEVICE_H

#include "drivers/plan.h"
#include "simulators/dial.h"
#include "simulators/drive.h"
#include "simulators/fault.h"
#include "simulators/image.h"

struct device_dial {
    size_t point;
    struct dial dial;
    struct dial_mark first, last; /* the first and the last good answer that held it whole */
};

/* A fault that lasts. */
struct ailment {
    enum fault_kind kind;
    int point;     /* -1: all */
    int64_t value; /* code, ms, bytes, counts; of a flow: millionths an hour */
    int64_t rest;  /* of dividing that into ticks; of a twin: whose turn it is; bytes since one was lost */
    int64_t until_ms;
    int64_t times; /* answers left; 0: no bound */
    size_t record; /* where the truth has written it down */
};
enum { AILMENTS_MAX = 16 };

struct device_requests {
    int64_t asked;          /* well-formed requests for it */
    int64_t answered;       /* with what was asked for, unspoiled */
    int64_t exceptions;     /* refused by rule or by fault */
    int64_t spoiled;        /* otherwise, by a fault */
    int64_t writes_refused; /* function codes 5, 6, 15, 16, 22, 23 */
};

struct device {
    char mine[NAME_MAX_BYTES], name[NAME_MAX_BYTES];
    const struct profile *profile;
    const struct plant *plant;
    enum drive drive;
    int sensor; /* which of the mine's methane sensors */
    int unit;
    size_t port;
    uint64_t seed;
    int64_t serial;
    int64_t refresh_ms;   /* of its totals; 0: always fresh */
    int64_t bench_grains; /* what has passed, of DRIVE_BENCH */
    struct image image[IMAGES];
    /* by point */
    struct image_place *place;
    struct driven *driven;
    bool factored; /* any has a scale factor */
    int *exponent; /* of scale factors: what they stand at; of others: that of their factor */
    size_t dials;
    struct device_dial *dial;
    size_t metered; /* the dial that a meter reads, and that faults hit where they name none */
    int ailments;
    struct ailment ailment[AILMENTS_MAX];
    struct device_requests requests;
};

/* What a device is, as it is set up. The profile and the plant outlive it. */
struct device_setup {
    const char *mine, *name;
    const struct profile *profile;
    const struct plant *plant;
    enum drive drive;
    int sensor, unit;
    size_t port;
    uint64_t seed;
    int64_t refresh_ms;
    const char *metered; /* name of the counter that a meter reads; NULL: the first */
};

/* False when out of memory; the device is then freed. */
bool device_init(struct device *device, const struct device_setup *setup);
void device_free(struct device *device);

/* One tick of flow through its dials, after the plant's step; then faults that end now. */
void device_step(struct device *device, int64_t now_ms);

/* Shows clients the totals as they are now, but for stuck ones. */
void device_show_dials(struct device *device, int64_t now_ms);

/* Copies what a request asks for into `out`, with the faults of its points. 0, or
 * the exception code: 2 outside its registers. `clean`: the answer will reach the
 * client as it is, so its dials are marked as read. */
int device_read(struct device *device, const struct request *request, bool clean, int64_t now_ms, int64_t wall_ms,
                uint16_t *out);

/* The lasting fault of a kind that is on, or NULL. */
struct ailment *device_ailment(struct device *device, enum fault_kind kind);
/* Counts one answer that it spoiled; removes it when that was the last. */
void device_ailment_used(struct device *device, struct ailment *ailment);

/* Takes the lasting fault at an index away. */
void device_ailment_end(struct device *device, int index);

/* What a fault did to a counter. */
struct device_fault_effect {
    int point; /* -1: no one point */
    bool dial; /* before and after are set */
    int64_t before, after;
};

/* Makes a fault happen, or begin. `record` is kept with a lasting one. False with a
 * sentence in `why` (FAULT_WHY_MAX bytes) when the device cannot have it. */
bool device_fault(struct device *device, const struct fault_order *order, int64_t now_ms, size_t record,
                  struct device_fault_effect *effect, char *why);

/* What has passed it since the start, in millionths of the base unit. */
int64_t device_passed(const struct device *device);

/* Whether a request asks for a word of a point (by index). */
bool device_touches(const struct device *device, int point, const struct request *request);

/* The dial of a point (by index), or NULL. */
struct device_dial *device_dial_of(struct device *device, int point);

#endif
