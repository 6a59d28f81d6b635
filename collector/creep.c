/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/creep.h"

#include "collector/amount.h"

void creep_see(struct creep *creep, bool idle, int64_t at_ms)
{
    if (idle && !creep->idle)
        creep->idle_ms = at_ms;
    creep->idle = idle;
}

int64_t creep_amount(struct creep *creep, int64_t from_ms, int64_t refresh_ms, int64_t bucket_ms, int64_t amount)
{
    if (bucket_ms != creep->bucket_ms)
        creep->sum = 0;
    creep->bucket_ms = bucket_ms;
    if (!creep->idle || amount <= 0 || from_ms - creep->idle_ms < refresh_ms)
        return 0;
    creep->sum = amount_add(creep->sum, amount);
    return amount;
}
