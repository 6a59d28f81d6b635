/* SPDX-License-Identifier: Apache-2.0 */
/* The county's indicators: seeds/ as data. */
#ifndef COALTALLY_INDICATOR_H
#define COALTALLY_INDICATOR_H

#include "collector/config.h"

enum { MEASURES_MAX = 8 };

enum indicator_kind { INDICATOR_ACTUAL, INDICATOR_TARGET, INDICATOR_PLAN };

struct indicator {
    char id[ID_BYTES];
    char en[96], zh[96];
    char definition[256];
    char unit_en[32], unit_zh[32];
    bool has_value;
    struct decimal value; /* in that unit */
    char year[16];        /* "2026"; "2024/25": stated without a year of its own */
    int kind;             /* enum indicator_kind */
    bool floor;           /* at least this */
    char how[16];
    /* What measures it; quantities 0: nothing does. One unit is `size` of the
     * quantities' unit; with `overs` it is their share of those, in percent. */
    size_t quantities, overs;
    char quantity[MEASURES_MAX][32], over[MEASURES_MAX][32];
    int64_t size;
    char source[96];
};

struct indicators {
    size_t count;
    struct indicator *indicator;
};

/* NULL when the file has faults (added) or memory ran out. */
struct indicators *indicators_load(const char *path, struct faults *faults);
void indicators_free(struct indicators *indicators);

/* Finds a file of seeds/: in the folder of $COALTALLY_SEEDS, then in those of
 * drivers/data.h. False when none has it. */
bool seeds_path(const char *name, char path[static PATH_BYTES]);

#endif
