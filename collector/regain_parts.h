/* SPDX-License-Identifier: Apache-2.0 */
/* Between regain.c (rows) and regain_meter.c (from what each meter goes on). */
#ifndef COALTALLY_REGAIN_PARTS_H
#define COALTALLY_REGAIN_PARTS_H

#include "collector/regain.h"
#include "collector/store_parts.h"

/* Within the transaction of the rows, once all of them are there: a state for every meter that has counted. */
void regain_meters(struct store *store, struct clock_now now, struct regained *regained);

#endif
