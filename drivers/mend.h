/* SPDX-License-Identifier: Apache-2.0 */
/* A plan that mends itself. A device that lacks one register of a request refuses the
 * whole of it: the request is split until that register's point stands alone, and all
 * others are read. Does no input or output.
 *
 * Each sweep begins with mend_begin; then, of each request that mend_asks, what
 * became of it is told with mend_answered or mend_refused. */
#ifndef COALTALLY_MEND_H
#define COALTALLY_MEND_H

#include "drivers/plan.h"

/* So many requests of a sweep are split, at most, and each brings two more: the other
 * devices of the bus do not wait for long while one mends. */
enum { MEND_SPLITS = 4, MEND_REST_MS = 60000, MEND_REST_CAP_MS = 3600000 };

/* Illegal function, data address and data value (1 to 3) are refusals of what was asked for
 * (Modbus Application Protocol V1.1b3, 7). */
enum { MEND_EXCEPTION_MAX = 3 };

struct mend;

/* The profile must outlive it. NULL when out of memory. */
struct mend *mend_new(const struct profile *profile);
void mend_free(struct mend *mend);

/* As it is now; no request of it holds more words than all did at first. */
const struct plan *mend_plan(const struct mend *mend);

/* Where the words of a request lie among those of all: the same for a point however the plan is split. */
size_t mend_place(const struct mend *mend, size_t number);
size_t mend_words(const struct mend *mend);

/* `link` stands for the connection, 0 for none yet. With another one, and once what was refused has been
 * answered, the plan is whole again; ever less often (within MEND_REST_CAP_MS) where that was in vain. */
void mend_begin(struct mend *mend, int64_t link, int64_t now_ms);

/* Whether a request is asked in this sweep. What is refused alone is not worth a request a
 * sweep each: one of them a sweep is tried again. */
bool mend_asks(const struct mend *mend, size_t number);

void mend_answered(struct mend *mend, size_t number);

/* The device refused a request with this exception code. True: the plan was split and
 * `number` is another request now, to be asked. */
bool mend_refused(struct mend *mend, size_t number, int exception);

/* The code that a request is refused with though it cannot be split; 0: it is not. */
int mend_exception(const struct mend *mend, size_t number);

#endif
