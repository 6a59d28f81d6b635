/* SPDX-License-Identifier: Apache-2.0 */
/* What `check` says of the roster beside its own faults. */
#ifndef COALTALLY_COUNTY_CHECK_H
#define COALTALLY_COUNTY_CHECK_H

#include "collector/county.h"
#include "collector/store_roster.h"

/* Warnings: a mine of the configuration that the roster lacks, one that is real here and simulated
 * there, a producing mine without a capacity. ledger: NULL where there is none. */
void county_check(const struct county *county, const struct config *config, const struct roster *ledger,
                  civil_day today, struct faults *faults);

#endif
