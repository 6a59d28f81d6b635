/* SPDX-License-Identifier: Apache-2.0 */
/* SunSpec: a device describes itself by a chain of models in its holding registers.
 * It begins with the marker "SunS" at 40000, 50000 or 0; then each model has its id, the
 * number of registers that follow these two, and these; the id 0xFFFF ends it (SunSpec
 * Information Model Specification). The first one, common, has 65 registers or 66, so that
 * all others lie one further on some devices than on others: only the chain knows. */
#ifndef COALTALLY_SUNSPEC_H
#define COALTALLY_SUNSPEC_H

#include "drivers/wire.h"

enum {
    SUNSPEC_MODELS_MAX = 64,
    SUNSPEC_REQUESTS_MAX = SUNSPEC_MODELS_MAX + 4, /* of a walk: markers, heads, the end */
    SUNSPEC_HEAD = 2,
    SUNSPEC_END = 0xFFFF
};

struct sunspec_model {
    uint16_t id;
    uint16_t address; /* of its id */
    int registers;    /* with the two of id and length */
};

struct sunspec {
    int base;  /* where the marker is; -1: not found */
    bool ends; /* the chain came to its end; else it broke off, and has what came before */
    size_t models;
    struct sunspec_model model[SUNSPEC_MODELS_MAX];
};

/* Reads the chain, with at most SUNSPEC_REQUESTS_MAX requests. An outcome other than
 * WIRE_OK and WIRE_EXCEPTION ended it: *sunspec is then not to be used. WIRE_EXCEPTION: the
 * device refused a part of it. A device that is silent where the marker is not would cost
 * a time-out a try: `try` tells where to begin, and is moved on by a time-out. */
enum wire_outcome sunspec_walk(struct wire *wire, const struct wire_unit *unit, unsigned *try, struct sunspec *sunspec);

/* Whether all models lie where they did. */
bool sunspec_same(const struct sunspec *one, const struct sunspec *other);

/* Takes the request's address from its models to the table. False when the device has
 * none of them, or one too short for it. */
bool sunspec_place(const struct sunspec *sunspec, struct request *request);

/* "SunSpec model 103 is not there: the chain at 40000 has 1, 101, 64110" */
void sunspec_missing(const struct sunspec *sunspec, const struct request *request, char *text, size_t size);

#endif
