/* SPDX-License-Identifier: Apache-2.0 */
/* What the mines did before: the same plants in coarser steps, and the readings that a
 * person took of every meter, as a file to import. */
#ifndef COALTALLY_HISTORY_H
#define COALTALLY_HISTORY_H

#include <stdio.h>

#include "simulators/world.h"

struct history {
    int64_t from_ms, to_ms; /* wall */
    bool open;              /* to_ms is now: the mines go on from there */
    int64_t every_ms;       /* between readings, counted from midnight */
};

/* "2026-01-01..2026-06-30", "2026-01-01 08:00..", of the process's time zone. False after a
 * message on stderr. */
bool history_parse(const char *text, int64_t now_ms, struct history *history);

/* Runs the mines through it, before world_start, and prints "time,meter,reading" lines: a reading of every metered
 * dial whenever one is due. The dials go on from there, and their truth begins with the first of
 * these readings. False when a total has no decimals, after a message. */
bool history_write(struct world *world, const struct history *history, FILE *out);

#endif
