/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests read a profile: the fewest within the bounds of protocol and device. Pure. */
#ifndef COALTALLY_PLAN_H
#define COALTALLY_PLAN_H

#include "drivers/profile.h"

/* Modbus Application Protocol V1.1b3, 6.1 to 6.4. */
enum { PLAN_REGISTERS_MAX = 125, PLAN_BITS_MAX = 2000, PLAN_WIDE_MAX = 62 };

struct request {
    enum registers_table table;
    uint16_t address;
    uint16_t count; /* registers or bits */
    bool wide;      /* each register is of 4 bytes (Enron), two uint16_t of the answer */
    /* What the address counts from: NULL the table's start; else the first of
     * these SunSpec models (0-ended), whose base is to be added before it is asked. */
    const uint16_t *models;
};

/* How many registers, or bits, one request may ask for. */
int request_most(const struct request *request);

/* The same, as the device allows it. */
int plan_most(const struct profile *profile, const struct request *request);

/* How many uint16_t its answer fills. */
size_t request_words(const struct request *request);

struct plan {
    size_t requests;
    struct request *request;
    size_t points;
    size_t *request_of; /* by point: which request holds it */
};

/* Fewest requests that read every point of the profile, joining over holes of at
 * most profile->max_hole registers (16 times as many bits). A point is never
 * split over two. NULL when out of memory. */
struct plan *plan_new(const struct profile *profile);
void plan_free(struct plan *plan);

/* Splits a request in two between two of its points or blocks, as near to its middle as
 * they allow: `number` is the lower half then, number + 1 the upper one, and those behind
 * have moved up. False when one point, or one block, is all that it reads. */
bool plan_split(struct plan *plan, const struct profile *profile, size_t number);

/* Bytes of request and answer on a TCP wire. */
size_t request_bytes(const struct request *request);

#endif
