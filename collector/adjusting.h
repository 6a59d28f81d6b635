/* SPDX-License-Identifier: Apache-2.0 */
/* An adjustment, as the arguments of its act say it. */
#ifndef COALTALLY_ADJUSTING_H
#define COALTALLY_ADJUSTING_H

#include "collector/act.h"
#include "collector/period.h"

enum { REASON_BYTES = 256 };

struct adjusting {
    const struct quantity *quantity;
    struct period_name period;
    int64_t amount; /* in reported units, not 0 */
    char reason[REASON_BYTES];
};

/* Reads quantity (default raw_coal), period, amount and reason. False with what was found and
 * expected in `text`. */
bool adjusting_read(const struct act *act, struct adjusting *out, enum language language, char *text, size_t size);

/* "+412 t", "-1.5 10kt", in thousandths of the quantity's unit; false when it is anything else. */
bool adjusting_amount(const struct quantity *quantity, const char *text, int64_t *amount);

/* The row of the act that runs; everything in it was judged. */
void adjustment_write(struct act_context *context, size_t mine, const struct adjusting *adjusting);

#endif
