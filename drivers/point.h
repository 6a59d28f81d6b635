/* SPDX-License-Identifier: Apache-2.0 */
/* A point: one quantity that a device reports, one line of a profile. */
#ifndef COALTALLY_POINT_H
#define COALTALLY_POINT_H

#include "drivers/registers.h"
#include "drivers/yaml.h"

enum {
    NAME_MAX_BYTES = 64,
    UNIT_MAX_BYTES = 16,
    SOURCE_MAX_BYTES = 256,
    MEANINGS_MAX_BYTES = 256,
    SENTINELS_MAX = 8,
    RESETS_MAX = 6,
    MODELS_MAX = 4,
    CONDITION_VALUES_MAX = 8,
    TEXT_REGISTERS_MAX = 32 /* SunSpec's longest */
};

enum point_kind { POINT_GAUGE, POINT_COUNTER, POINT_STATE, POINT_TEXT };

/* What a state says of a device's other points. */
enum point_means {
    MEANS_NOTHING,
    MEANS_CALIBRATING, /* any of these three set: counters stop, gauges are QUALITY_CALIBRATING */
    MEANS_SIMULATING,
    MEANS_TESTING,
    MEANS_FRESHNESS /* it changes as long as the device measures; else all else is QUALITY_STALE */
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

struct point;

/* Another point of the device that says whether this one has a value. It holds when
 * the bit of the other's count is set; without a bit, when the count is one of the
 * values; without these, when it is not 0. */
struct condition {
    const struct point *point; /* NULL: always a value */
    bool vetoes;               /* no value while it holds; else while it does not */
    int bit;                   /* 0 to 62; -1: none */
    int values;
    int64_t value[CONDITION_VALUES_MAX];
};

struct point {
    char name[NAME_MAX_BYTES];
    enum point_kind kind;
    enum point_means means;
    enum registers_table table;
    uint16_t address;               /* as it goes over the wire (0-based), whatever the file's address_base; of a
                                       SunSpec point: within its model, whose id is at 0 */
    uint16_t model[MODELS_MAX + 1]; /* 0-ended; the first that the device has; none: no SunSpec point */
    bool wide;                      /* its registers are of 4 bytes each (Enron) */
    int block;                      /* points of one block (above 0) are read by one request */
    struct registers_format format;
    int text_words;             /* of TYPE_ASCII: its registers of 2 bytes */
    const struct point *factor; /* its count is the power of ten that the value is to be multiplied with; NULL: none */
    const struct point *high_part, *low_part; /* TYPE_SUM: whose values it is the sum of; else NULL */
    int64_t high_counts, low_counts;          /* what one count of each is in counts of the sum */
    struct condition condition;
    int64_t stale_after_ms;    /* of MEANS_FRESHNESS */
    char unit[UNIT_MAX_BYTES]; /* "t", "t/h", "" */
    int sentinels;
    int64_t sentinel[SENTINELS_MAX];   /* raw values, before scale, that mean "no value" */
    int64_t low, high;                 /* least and greatest count; outside: QUALITY_RANGE */
    struct counter counter;            /* of a POINT_COUNTER */
    char meanings[MEANINGS_MAX_BYTES]; /* of its values, before scale: "0 stopped, 1 running"; or "" */
    bool unconfirmed;                  /* no source confirms the address, or the form: `check` says so */
    char source[SOURCE_MAX_BYTES];     /* where the address comes from; may be "" */
    struct place place;                /* where the file defines it; .file is the profile's path */
};

const char *point_kind_name(enum point_kind kind);            /* "gauge", ... */
const char *registers_table_name(enum registers_table table); /* "coil", "discrete", "holding", "input" */

/* uint16_t of an answer that the point takes (bits of coils and discrete inputs: one
 * each), 0 for a sum; and the addresses that these are. */
int point_words(const struct point *point);
int point_addresses(const struct point *point);

/* How many points it needs the readings of, one upon the other: 0 none, 1 a scale
 * factor, 2 the parts of a sum. */
enum { POINT_DEPTHS = 3 };
int point_depth(const struct point *point);

/* Decoding with all that the profile says of the point: sentinels, format, range;
 * of points of depth 0. A text, when it has one, is good and its count 0. */
struct reading point_decode(const struct point *point, const uint16_t *registers);

/* Any point, out of its profile's array: `readings` are those of the array and have
 * what it depends on. */
struct reading point_decode_among(const struct point *points, size_t index, const uint16_t *registers,
                                  const struct reading *readings);

/* The quality that the point's condition leaves a good reading: good, sentinel, or that
 * of the point it depends on where that has no value. */
enum quality point_condition(const struct point *points, size_t index, const struct reading *readings);

/* registers_step of any point: how far two neighbouring totals may lie apart at `count`. */
int64_t point_step(const struct point *point, int64_t count);

/* For simulators: the registers that show `count`, those of its parts and of its scale
 * factor being others' business (the factor stands at `exponent`). False when they cannot. */
bool point_encode(const struct point *point, uint16_t *registers, int exponent, int64_t count);

/* For simulators: a sum as counts of its parts. */
void point_split(const struct point *sum, int64_t count, int64_t *high, int64_t *low);

/* What the profile calls a value: "running"; "" where it has no name. */
void point_meaning(const struct point *point, int64_t raw, char text[static MEANINGS_MAX_BYTES]);

/* --- reading; for profile.c --- */

extern const char *const point_kinds[];  /* NULL-ended, from POINT_GAUGE on */
extern const char *const point_tables[]; /* NULL-ended, from TABLE_COIL on */

/* A point in the making: what its line, and the profile's `defaults`, say. */
struct point_draft {
    struct point point;
    bool has_kind, has_table, has_type;
    int64_t address, offset, bit, registers, register_bytes, times;
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
