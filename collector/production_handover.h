/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a shift's handover share. */
#ifndef COALTALLY_PRODUCTION_HANDOVER_H
#define COALTALLY_PRODUCTION_HANDOVER_H

#include "collector/handover.h"
#include "collector/production_parts.h"

/* --- production_handover_tables.c --- */

/* Of each mine what it brings now, its headings, and what waits; how its belts ran; when they stood. NULL when
 * out of memory. */
struct table *handover_mines(const struct production *production, const struct handover *handover);
struct table *handover_belts(const struct production *production, const struct handover *handover);
struct table *handover_stops(const struct production *production, const struct handover *handover);
/* Whether mines' shifts begin or end at different times. */
bool handover_shifts_differ(const struct handover *handover);
/* "planned: repair; began before the shift" */
void stop_what(const struct handover_stop *stop, enum language language, struct text *out);

/* --- production_handover_rows.c --- */

/* The same as rows for programs, in English: a row for each thing there is to tell. NULL when out of memory. */
struct table *handover_table(struct production *production, const struct handover *handover);

#endif
