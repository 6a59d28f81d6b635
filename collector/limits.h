/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms of gauges beyond the limits that the configuration sets; without limits there are none. For
 * display and trend: of gas, CO and wind the mine's safety-monitoring system rules, and each alarm says so. */
#ifndef COALTALLY_LIMITS_H
#define COALTALLY_LIMITS_H

#include "collector/alarm.h"

/* Judges one scan of a device against its limits. A reading that is not good changes nothing: that
 * it is missing is another alarm. */
void limits_take(const struct config *config, struct alarms *alarms, size_t device, const struct scan *scan);

/* count * quantum beside the bound, exactly: -1, 0, 1. */
int limit_compare(int64_t count, struct decimal quantum, struct decimal bound);

#endif
