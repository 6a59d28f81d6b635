/* SPDX-License-Identifier: Apache-2.0 */
/* The dial of a counter: what has passed, what the register makes of it, and what
 * clients are shown. It also keeps the truth about itself. Pure.
 *
 * The register is always floor(passed in steps) + offset, modulo its modulus;
 * whatever resets, presets or replaces the meter changes the offset alone, so that
 * what a register advanced by flow is exact whatever happened to it. */
#ifndef COALTALLY_DIAL_H
#define COALTALLY_DIAL_H

#include "drivers/registers.h"

struct dial {
    struct registers_format format;
    struct ratio counts_of; /* millionths of the base unit -> counts */
    int64_t modulus;        /* in counts; 0: none */
    int64_t step;           /* smallest step of the total, in counts */

    int64_t grains; /* net flow, millionths: back flow takes away */
    int64_t offset; /* counts */
    int64_t turned; /* floor(grains) + offset when last settled, not wrapped */
    int64_t count;  /* what stands in the register: wrapped, and as the type can hold it */

    /* The truth, in counts of the register. */
    int64_t advanced;          /* what flow made of the register, net, wraps undone */
    int64_t fell;              /* sum of all falls by back flow */
    int64_t wraps;             /* net */
    int64_t breaks;            /* resets, presets, replacements, jumps */
    int64_t calibrated_grains; /* of `grains`, what turned it while a calibration bit stood */

    int64_t shown;          /* what clients are given: a copy of count, as old as the meter's refresh */
    int64_t shown_advanced; /* advanced at that copy */
};

/* How one reading of the dial stood to the truth. */
struct dial_mark {
    bool set;
    int64_t wall_ms, sim_ms;
    int64_t count;
    int64_t advanced, calibrated;
};

/* What a dial is made of. */
struct dial_form {
    const struct registers_format *format;
    int64_t modulus;  /* counts; 0: what the type can hold */
    int64_t step;     /* counts, at least 1 */
    int64_t grain_of; /* millionths of the base unit that one unit of the point is (t: 1000000, kg: 1000) */
    int64_t count;    /* what it shows at first */
};

/* False when the point's quantum cannot be expressed in millionths. */
bool dial_init(struct dial *dial, const struct dial_form *form);

/* Flow, either way. */
void dial_turn(struct dial *dial, int64_t grains, bool calibrating);

/* Brings count and truth up to what has passed. */
void dial_settle(struct dial *dial);

/* Settles, then shows the count less `below` counts (a flickering last digit). */
void dial_show(struct dial *dial, int64_t below);

/* Settles, then makes the register show `count` (taken modulo the modulus). */
void dial_set(struct dial *dial, int64_t count);

/* What calibration turned it by, in counts. */
int64_t dial_calibrated(const struct dial *dial);

#endif
