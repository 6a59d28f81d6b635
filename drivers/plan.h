/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests read a profile: the fewest within the protocol's bounds. Pure. */
#ifndef COALTALLY_PLAN_H
#define COALTALLY_PLAN_H

#include "drivers/profile.h"

/* Modbus Application Protocol V1.1b3, 6.1 to 6.4. */
enum { PLAN_REGISTERS_MAX = 125, PLAN_BITS_MAX = 2000 };

struct request {
    enum registers_table table;
    uint16_t address;
    uint16_t count; /* registers or bits */
};

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

/* Bytes of request and answer on a TCP wire, for `check`. */
size_t request_bytes(const struct request *request);

#endif
