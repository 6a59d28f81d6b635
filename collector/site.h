/* SPDX-License-Identifier: Apache-2.0 */
/* What the threads of one daemon share. Each member guards itself. */
#ifndef COALTALLY_SITE_H
#define COALTALLY_SITE_H

#include <stdatomic.h>

#include "collector/config.h"
#include "collector/ledger.h"
#include "collector/trust.h"

struct live;
struct totals;

struct site {
    const struct config *config;
    struct totals *totals;
    struct ledger *ledger;
    struct live *live;
    _Atomic enum trust trust; /* set by main, read by the bus threads */
    int stop;                 /* an eventfd: readable once all shall stop */
    struct clock_now started;
};

#endif
