/* SPDX-License-Identifier: Apache-2.0 */
/* Why there is no data of a device. Pure. */
#ifndef COALTALLY_DIAGNOSIS_H
#define COALTALLY_DIAGNOSIS_H

#include "collector/outcomes.h"

enum { DIAGNOSIS_POINTS_BYTES = 256 };

struct diagnosis {
    uint32_t outcome[OUTCOMES]; /* of the last 24 hours */
    bool bad;                   /* the last scan was not whole */
    int64_t last_bad_ms;        /* wall: the last that was not; 0: none since the start */
    size_t last_bad;            /* how that one ended: one of OUTCOMES, the most exact; see outcomes_worst */
    char error[200];            /* what was wrong with it, in words */
    char received[3 * WIRE_RECEIVED_BYTES]; /* what came for an answer then, in hex; "": nothing */
    char missing[DIAGNOSIS_POINTS_BYTES];   /* points of the last answered scan without a value, and why */
    char texts[DIAGNOSIS_POINTS_BYTES];     /* what the device calls itself: its points of text, as last read */
};

/* Takes the points of a scan that was answered: "total1: sentinel; rate, load: range" and
 * "maker \"ACME\", serial \"7\"". A point that has a value only while another has a certain one
 * (`valid_if`) is not missing. stuck: a total of it stands though its belt runs. */
void diagnosis_points(struct diagnosis *diagnosis, const struct profile *profile, const struct scan *scan, bool stuck);

#endif
