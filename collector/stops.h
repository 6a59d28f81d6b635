/* SPDX-License-Identifier: Apache-2.0 */
/* Planned stops of mines, as people entered them: within one, silence is no alarm. Any thread may call. */
#ifndef COALTALLY_STOPS_H
#define COALTALLY_STOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stop {
    size_t mine; /* index */
    int64_t from_ms, to_ms;
};

struct stops;

struct stops *stops_new(void); /* NULL when out of memory */
void stops_free(struct stops *stops);

/* Takes over a list made by malloc in place of the one before. */
void stops_set(struct stops *stops, struct stop *list, size_t count);

/* Whether one of this mine runs. NULL has none. */
bool stops_cover(struct stops *stops, size_t mine, int64_t wall_ms);

#endif
