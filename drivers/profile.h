/* SPDX-License-Identifier: Apache-2.0 */
/* A profile is a device type as data: its points, one a line, in a YAML file. */
#ifndef COALTALLY_PROFILE_H
#define COALTALLY_PROFILE_H

#include "drivers/registers.h"
#include "drivers/yaml.h"

enum { NAME_MAX_BYTES = 64, TITLE_MAX_BYTES = 128, UNIT_MAX_BYTES = 16, SENTINELS_MAX = 8, RESETS_MAX = 6 };

enum point_kind { POINT_GAUGE, POINT_COUNTER, POINT_STATE };

/* A state that changes what a device's other points mean. */
enum point_means {
    MEANS_NOTHING,
    MEANS_CALIBRATING, /* any of these three set: counters stop, gauges are QUALITY_CALIBRATING */
    MEANS_SIMULATING,
    MEANS_TESTING
};

/* What a counter says of itself; a meter's configuration may override each. */
struct counter {
    int64_t modulus;           /* greatest total + 1 in counts; 0: never wraps */
    struct decimal resolution; /* smallest step of the total, in the point's unit; digits 0: one count */
    struct decimal noise;      /* how far a standing total may fall back, in the unit; digits -1: one resolution */
    int64_t refresh_ms;        /* longest time between two updates of the total by the device itself */
    bool resettable;
    int resets;                  /* how many instants a day it zeroes itself at */
    int resets_at_s[RESETS_MAX]; /* seconds after midnight, site time */
};

struct point {
    char name[NAME_MAX_BYTES];
    enum point_kind kind;
    enum point_means means;
    enum registers_table table;
    uint16_t address; /* as it goes over the wire (0-based), whatever the file's address_base */
    struct registers_format format;
    char unit[UNIT_MAX_BYTES]; /* "t", "t/h", "" */
    int sentinels;
    int64_t sentinel[SENTINELS_MAX]; /* raw values (integers) that mean "no value" */
    bool has_min, has_max;
    struct decimal min, max; /* in the unit; outside: QUALITY_RANGE */
    struct counter counter;  /* POINT_COUNTER */
    bool unconfirmed;        /* no source confirms the address: `check` says so */
    struct place place;      /* where the file defines it */
};

struct profile {
    char name[NAME_MAX_BYTES];
    char title[TITLE_MAX_BYTES];
    char source[512]; /* manual or page that the map comes from */
    char path[512];
    int max_hole; /* registers that a request may read in vain to join two points; default 8 */
    size_t points;
    struct point *point;
};

/* Reads one file. NULL when it has faults (added). The caller frees it. */
struct profile *profile_load(const char *path, struct faults *faults);
struct profile *profile_read(const struct yaml_document *document, const char *path, struct faults *faults);
void profile_free(struct profile *profile);

/* Index of a point by name, or -1. */
int profile_find(const struct profile *profile, const char *name);

/* Decoding of one point with all that the profile says of it: format, sentinels, range. */
struct reading point_decode(const struct point *point, const uint16_t *registers);

#endif
