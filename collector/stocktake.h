/* SPDX-License-Identifier: Apache-2.0 */
/* The stock balance of a mine (月末盘点): what it must have produced between two
 * stock-takes, and how far the book is from that (盈亏). Pure; thousandths. */
#ifndef COALTALLY_STOCKTAKE_H
#define COALTALLY_STOCKTAKE_H

#include <stdbool.h>
#include <stdint.h>

struct stocktake {
    int64_t opening, closing; /* stock at both ends of the span; not negative, as all that follow */
    int64_t shipped, own_use, loss;
    int64_t booked; /* what is reported for the span before this stock-take */
};

struct stocktake_balance {
    int64_t production; /* shipped + own use + loss + closing - opening: may be negative, where something is wrong */
    int64_t gain;       /* production - booked; negative: a loss */
    bool has_share;     /* false: nothing is booked */
    int64_t share;      /* the gain in hundredths of a percent of what is booked, half away from 0 */
};

/* False when a sum leaves int64. */
bool stocktake_reckon(const struct stocktake *stock, struct stocktake_balance *balance);

#endif
