/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that a world obeys, one a line: from a scenario at their time, or
 * from the control socket. */
#ifndef COALTALLY_SCRIPT_H
#define COALTALLY_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "drivers/faults.h"

struct world;
struct script;

/* For --help. */
extern const char script_help[];

enum { SCRIPT_LINE_MAX = 256 };

/* Obeys one line and writes what there is to say to `out`; false, with the reason
 * in `out`, when it cannot be obeyed. */
bool script_obey(struct world *world, const char *line, FILE *out);
/* The same; a line that is only judged changes nothing. */
bool script_take(struct world *world, const char *line, bool judged, FILE *out);

/* Lines for later, kept in order of time. False when out of memory. */
bool script_add(struct script **script, int64_t at_ms, const char *line, struct place place);
void script_free(struct script *script);

/* Adds a fault for each line that can never be obeyed: its words, the devices and
 * mines that it names. */
void script_judge(const struct script *script, struct world *world, const char *file, struct faults *faults);

/* Obeys all lines whose simulated time has come; what goes wrong is said on stderr. */
void script_run_due(struct script *script, struct world *world);

#endif
