/* SPDX-License-Identifier: Apache-2.0 */
/* A point: one quantity that a device reports, one line of a profile. */
#ifndef COALTALLY_POINT_H
#define COALTALLY_POINT_H

#include "drivers/registers.h"
#include "drivers/yaml.h"

enum { NAME_MAX_BYTES = 64, UNIT_MAX_BYTES = 16, SOURCE_MAX_BYTES = 256, SENTINELS_MAX = 8, RESETS_MAX = 6 };

enum point_kind { POINT_GAUGE, POINT_COUNTER, POINT_STATE };

/* A state that changes what a device's other points mean while it is not 0. */
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
    int64_t sentinel[SENTINELS_MAX]; /* raw values, before scale, that mean "no value" */
    int64_t low, high;               /* least and greatest count; outside: QUALITY_RANGE */
    struct counter counter;          /* of a POINT_COUNTER */
    bool unconfirmed;                /* no source confirms the address: `check` says so */
    char source[SOURCE_MAX_BYTES];   /* where the address comes from; may be "" */
    struct place place;              /* where the file defines it; .file is the profile's path */
};

const char *point_kind_name(enum point_kind kind);            /* "gauge", ... */
const char *registers_table_name(enum registers_table table); /* "coil", "discrete", "holding", "input" */

/* Registers, or bits of a coil or discrete input, that the point takes. */
int point_words(const struct point *point);

/* Decoding with all that the profile says of the point: sentinels, format, range. */
struct reading point_decode(const struct point *point, const uint16_t *registers);

/* --- reading; for profile.c --- */

extern const char *const point_kinds[];  /* NULL-ended, from POINT_GAUGE on */
extern const char *const point_tables[]; /* NULL-ended, from TABLE_COIL on */

/* A point in the making: what its line, and the profile's `defaults`, say. */
struct point_draft {
    struct point point;
    bool has_kind, has_table, has_type;
    int64_t address, bit;
    struct decimal scale, resolution, noise, min, max;
};

/* Reads the map `defaults` of a profile (NULL: there is none). */
void point_defaults_read(const struct yaml_node *map, struct point_draft *draft, struct faults *faults);

/* Reads and judges one line. `base`: the address that the profile calls the
 * first one. False, with faults, when the line cannot be used. */
bool point_read(const struct yaml_node *node, const struct point_draft *defaults, int64_t base, struct point *out,
                struct faults *faults);

/* The judging alone, of what has been read of the line into the draft. */
void point_judge(const struct yaml_node *node, struct point_draft *draft, int64_t base, struct faults *faults);

#endif
