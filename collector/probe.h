/* SPDX-License-Identifier: Apache-2.0 */
/* What `coaltally probe` shows of a device that was read. Pure. */
#ifndef COALTALLY_PROBE_H
#define COALTALLY_PROBE_H

#include "collector/table.h"
#include "collector/words.h"
#include "drivers/sweep.h"

/* Whom to ask. */
struct probe_target {
    struct wire_link link;
    struct wire_unit unit;
};

/* "holding:1009" -> table and address; `base` is what the user's manual calls the
 * first address of the table: 0, 1, 40001 ... False when the text is anything else. */
bool probe_at(const char *text, int base, struct request *out);

/* A range of registers, each place as every type in every order that fits into
 * what was read; or of bits. Out of memory is kept in `out`. */
void probe_range(const struct request *request, const uint16_t *registers, enum table_format format, bool colour,
                 struct text *out);

/* The points of a profile after sweep_run: as they came, and what they mean. */
void probe_points(const struct profile *profile, const struct sweep *sweep, const struct scan *scan,
                  enum table_format format, bool colour, struct text *out);

/* Bus, device and meter for coaltally.yaml; `mine` may be NULL. */
void probe_block(const struct probe_target *target, const struct profile *profile, const char *mine,
                 enum language language, struct text *out);

#endif
