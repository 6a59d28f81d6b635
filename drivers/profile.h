/* SPDX-License-Identifier: Apache-2.0 */
/* A profile is a device type as data: its points, one a line, in a YAML file.
 *
 *   profile: siemens-bw500        # the file's name
 *   title: Siemens Milltronics BW500 belt scale integrator
 *   source: "..."                 # the manual
 *   address_base: 40001           # what it calls the first address: 0, 1, 40001 ...
 *   max_hole: 8                   # optional
 *   max_registers: 60             # optional: more a request and the device refuses, or is silent
 *   defaults: {table: holding, type: uint32, order: ABCD, scale: 0.001}   # optional
 *   points:
 *     - {name: total1, kind: counter, address: 41016, unit: t, resettable: true, source: p. 141}
 *
 * Keys of a point: name, kind (gauge, counter, state, text), table (coil, discrete,
 * holding, input), address, type, order, bit (0 the least significant; the type is
 * then bit), scale (1), unit, resolution (of floats, sums and values with a scale
 * factor: what they are rounded to; of other counters: their smallest step), min, max,
 * sentinels (raw values), values (what raw values mean: {0: stopped, 1: running}),
 * source, unconfirmed; of states: means (calibrating, simulating, testing, freshness);
 * of counters: modulus (in counts, or none; else by the type), noise, refresh (10s),
 * resettable, resets_at.
 *
 *   bits: 3-5                           these bits of a register, as a number
 *   type: ascii, registers: 16          a text of so many registers; its kind is text
 *   high: a, times: 100, low: b         the sum a * 100 + b of two other points; it is
 *                                       rounded to its resolution, of which a step of a
 *                                       and of b must be whole numbers
 *   scale_factor: sf                    value * 10^sf (-10 to 10), sf being another point
 *   block: name                         points of one block are read by one request; so
 *                                       are a sum and its parts, a value and its factor
 *   veto: {point: status, bit: 3}       no value while the bit of another point is set;
 *   veto: {point: status, equals: [1, 2]}   ... while it is one of these values
 *   veto: {point: invalid}              ... while it is not 0
 *   valid_if: {...}                     a value only while that holds
 *   means: freshness, stale_after: 60s  when it has not changed for so long, all else is stale
 *   register_bytes: 4                   one address holds four bytes (Enron), two by default
 *   model: [101, 102, 103], offset: 14  SunSpec: in the first of these models that the
 *                                       device has; the offset of the model's id is 0
 *
 * `defaults` takes those that can hold for all points; a veto among them is of gauges and
 * counters that have none of their own. */
#ifndef COALTALLY_PROFILE_H
#define COALTALLY_PROFILE_H

#include "drivers/point.h"

enum { TITLE_MAX_BYTES = 128, PATH_MAX_BYTES = 512, HOLE_DEFAULT = 8 };

struct profile {
    char name[NAME_MAX_BYTES];
    char title[TITLE_MAX_BYTES];
    char source[SOURCE_MAX_BYTES]; /* manual or page that the map comes from */
    char path[PATH_MAX_BYTES];
    int max_hole;      /* registers that a request may read in vain to join two points */
    int max_registers; /* that one request may ask the device for; 0: as many as the protocol allows */
    size_t points;
    struct point *point;
};

/* Reads one file, which is called by the profile's name and ".yaml". NULL when it
 * has faults (added); warnings alone do not stop it. The caller frees it. */
struct profile *profile_load(const char *path, struct faults *faults);

/* The same of a document, whatever `path` is called. */
struct profile *profile_read(const struct yaml_document *document, const char *path, struct faults *faults);
void profile_free(struct profile *profile);

/* Index of a point by name, or -1. */
int profile_find(const struct profile *profile, const char *name);

#endif
