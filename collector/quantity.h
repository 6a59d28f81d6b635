/* SPDX-License-Identifier: Apache-2.0 */
/* What is measured, and in what unit it is counted. */
#ifndef COALTALLY_QUANTITY_H
#define COALTALLY_QUANTITY_H

#include "drivers/decimal.h"

struct quantity {
    const char *name;  /* "raw_coal" */
    const char *unit;  /* "t": amounts are thousandths of it */
    const char *title; /* "raw coal", to be said in the reader's language */
    bool production;   /* on the production pages by default */
};

/* Coal, gas, energy, solids, water: see quantity.c. */
size_t quantity_count(void);
const struct quantity *quantity_at(size_t index);
const struct quantity *quantity_find(const char *name); /* NULL when unknown */

/* Factor from a unit that a point may have ("kg") to the unit of a quantity
 * ("t"): value_in_quantity = value * times / over. False when they do not match. */
bool quantity_factor(const struct quantity *quantity, const char *unit, struct ratio *factor);

/* The same for a rate ("t/h", "L/s", "kW") to the quantity's unit an hour. */
bool quantity_rate_factor(const struct quantity *quantity, const char *unit, struct ratio *factor);

/* An amount as a person writes it, in thousandths of the quantity's unit, exactly: "84300 t",
 * "402,530.2t", "402530.2" (in the quantity's own unit), "-12.5 kg". False when it is anything
 * else, or finer than a thousandth. */
bool quantity_amount(const struct quantity *quantity, const char *text, int64_t *amount);

/* The units that match the quantity, for messages: "t, kg, g, kt". Returns the length. */
size_t quantity_units(const struct quantity *quantity, char *text, size_t size);

#endif
