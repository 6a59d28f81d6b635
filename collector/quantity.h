/* SPDX-License-Identifier: Apache-2.0 */
/* What is measured, and in what unit it is counted. */
#ifndef COALTALLY_QUANTITY_H
#define COALTALLY_QUANTITY_H

#include "drivers/decimal.h"

struct quantity {
    const char *name; /* "raw_coal" */
    const char *unit; /* "t": amounts are thousandths of it */
    const char *en;   /* "raw coal" */
    const char *zh;   /* "原煤" */
    bool production;  /* on the production pages by default */
};

/* The table of design: rom_coal, raw_coal, gas_surface, gas_tight, gas_drained,
 * energy (kWh), backfill, waste, shipped_rail, shipped_road, own_use ... */
size_t quantity_count(void);
const struct quantity *quantity_at(size_t index);
const struct quantity *quantity_find(const char *name); /* NULL when unknown */

/* Factor from a unit that a point may have ("kg") to the unit of a quantity
 * ("t"): value_in_quantity = value * factor. False when they do not match. */
bool quantity_factor(const struct quantity *quantity, const char *unit, struct decimal *factor);

#endif
