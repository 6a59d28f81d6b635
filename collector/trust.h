/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the wall clock can be believed. Pure but for what it is told. */
#ifndef COALTALLY_TRUST_H
#define COALTALLY_TRUST_H

#include <stdbool.h>
#include <stdint.h>

enum trust {
    TRUST_WAITING,        /* not synchronised yet, and clock.wait has not passed */
    TRUST_SYNCHRONISED,   /* good */
    TRUST_UNSYNCHRONISED, /* clock.wait has passed: taken as it is, with an alarm */
    TRUST_BEHIND,         /* earlier than the last commit */
    TRUST_AHEAD           /* over 400 days later than the last commit, and not synchronised */
};

struct trust_input {
    int64_t wall_ms;
    int64_t running_ms;     /* since the daemon started, steady */
    int64_t wait_ms;        /* clock.wait */
    int64_t last_commit_ms; /* wall; 0: the ledger is new */
    bool synchronised;      /* the kernel's word */
};

/* What the clock is worth at this moment. Pure. */
enum trust trust_judge(const struct trust_input *input);

/* Whether readings may be posted under this clock. */
bool trust_posts(enum trust trust);

/* Why not, or what to do, in a sentence; "" when all is well. */
const char *trust_text(enum trust trust);

#endif
