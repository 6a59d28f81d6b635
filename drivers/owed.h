/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit of a serial line may still answer. Frames there bear no number: nothing
 * but its shape (function and size) tells which question a frame answers, and an
 * exception has not even a size. What helps is that a unit answers in the order in
 * which it was asked, each question once or not at all. So every question is noted,
 * and an answer shows that all before the first one that it may belong to are past.
 *
 * A question is safe while none of its shape is owed: its values are its own then. Otherwise
 * a fence is asked before it: a read of the same place in a shape that is not owed.
 * Pure. All zeros: nothing is owed. */
#ifndef COALTALLY_OWED_H
#define COALTALLY_OWED_H

#include "drivers/plan.h"

/* Of questions of different shapes. Beyond, it is only known that something is owed. */
enum { OWED_RUNS = 12 };

struct owed {
    struct owed_run {
        uint8_t table, size; /* of the frame that answers; table 0: any */
        uint8_t times;       /* in a row; 255: that, or more */
    } run[OWED_RUNS];        /* the oldest first */
    uint8_t runs;
    bool refused; /* the last answer was an exception */
};

/* `request` is asked now. */
void owed_asked(struct owed *owed, const struct request *request);

/* A frame came that has the shape of the answer to `request`, or is an exception to its function. */
void owed_heard(struct owed *owed, const struct request *request, bool exception);

/* Whether an answer of this shape may still come. */
bool owed_has(const struct owed *owed, const struct request *request);

/* Whether a fence must be asked before: an answer of the shape is owed, or a refusal would be doubtful. */
bool owed_needs_fence(const struct owed *owed, const struct request *request);

/* That fence. Of another size; after an exception, which would fit a refused fence as well
 * as what is owed, of another function. */
struct request owed_fence(const struct owed *owed, const struct request *request);

#endif
