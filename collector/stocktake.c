/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/stocktake.h"

static int64_t share_of(int64_t gain, int64_t booked)
{
    const __int128 half = gain < 0 ? -(booked / 2) : booked / 2;
    const __int128 share = ((__int128)gain * 10000 + half) / booked;
    return share > INT64_MAX ? INT64_MAX : share < INT64_MIN ? INT64_MIN : (int64_t)share;
}

bool stocktake_reckon(const struct stocktake *stock, struct stocktake_balance *balance)
{
    const __int128 production =
        (__int128)stock->shipped + stock->own_use + stock->loss + stock->closing - stock->opening;
    const __int128 gain = production - stock->booked;
    if (production > INT64_MAX || production < INT64_MIN || gain > INT64_MAX || gain < INT64_MIN)
        return false;
    *balance = (struct stocktake_balance){
        .production = (int64_t)production, .gain = (int64_t)gain, .has_share = stock->booked > 0};
    if (balance->has_share)
        balance->share = share_of(balance->gain, stock->booked);
    return true;
}
