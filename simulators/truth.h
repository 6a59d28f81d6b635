/* SPDX-License-Identifier: Apache-2.0 */
/* What really happened, for tests to compare with.
 *
 * Tab-separated. The first word of a line says what it is; lines that begin with
 * '#' name the columns of the lines of that kind. '-' stands for "not yet". Times
 * are ms: wall since 1970, sim since the start of the simulation.
 *
 * counter: a device's total. Its numbers are in counts of its register (`quantum`
 *   of `unit` each) unless said otherwise.
 *   count           what stands in the register now
 *   modulus         0: none
 *   first_count ... the first good answer that held it, and when it was made
 *   last_count ...  the last one
 *   advanced        what flow has made of the register from the first reading to
 *                   now, net, wraps undone; without resets, presets and jumps,
 *                   with test material
 *   advanced_milli  the same in thousandths of t, m3 or kWh: floor at the end less
 *                   floor at the beginning, as a ledger counts it
 *   read, read_milli   the same up to the last reading: what a collector can know
 *   calibrated      what of `advanced` turned it while a calibration bit stood
 *   fell            sum of its falls, since the start
 *   wraps, breaks   since the start; breaks are resets, presets, replacements, jumps
 *   passed_micro    what really passed the device since the start, in millionths
 * device: requests by outcome; writes_refused must stay 0.
 * fault: one line each; before, after: the counter's register when it began and
 *   after it ended; advanced: what flow had made of it (since the start) by then.
 * flow: what passed in a mine since the start, in millionths.
 * belt: how long a mine's main belt ran and stood since the start, and how often it
 *   stopped; stop: a line for each of the last stops, '-' while it stands. */
#ifndef COALTALLY_TRUTH_H
#define COALTALLY_TRUTH_H

#include "simulators/world.h"

void truth_print(struct world *world, FILE *out);

/* Writes it to a new file that takes the place of `path` in one step. False after a
 * message on stderr. */
bool truth_write(struct world *world, const char *path);

#endif
