/* SPDX-License-Identifier: Apache-2.0 */
/* A schedule of chance, of the models of replication: replica_model_test over the modules alone, with a sheet for a
 * ledger, and replica_files_model_test over real files. Included after the world, whose letters it keeps. */
#ifndef COALTALLY_TEST_REPLICA_COURSE_H
#define COALTALLY_TEST_REPLICA_COURSE_H

enum { STEPS_MAX = 240, KEPT = 4 };

/* What may happen in it, beside the writing and sending. */
enum {
    MAY_CRASH = 1 << 0,
    MAY_RESTORE_SITE = 1 << 1,
    MAY_RESTORE_COUNTY = 1 << 2,
    MAY_COPY = 1 << 3,
    MAY_NEW = 1 << 4,
    MAY_DECIDE = 1 << 5,
    MAY_CUT = 1 << 6,
    MAY_FILE = 1 << 7,
    MAY_NEIGHBOUR = 1 << 8, /* one station is another site's: over files alone */
};

struct course {
    unsigned may;
    int64_t loss, repeat; /* percent */
    size_t news;
    size_t kept; /* messages that come once more, much later */
    struct letter keep[KEPT];
};

#endif
