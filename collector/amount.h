/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts in thousandths: added without overflow, shared by time, shown to people. */
#ifndef COALTALLY_AMOUNT_H
#define COALTALLY_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AMOUNT_TEXT_MAX = 48 };

/* How a page shows amounts: divided by 10^power, then rounded to `places`
 * (power - places from 0 to 18). Whole units: {3, 0}; 10^4 units: {7, 2}. */
struct amount_style {
    int power;
    int places;
};

/* The text after --unit: "t" or "10kt". */
bool amount_style_parse(const char *text, struct amount_style *out);

/* In units of 10^-places of the style, rounded half away from zero. */
int64_t amount_round(int64_t amount, struct amount_style style);

/* "1,882,104" in the style, by amount_round. `text` holds AMOUNT_TEXT_MAX. */
void amount_show(int64_t amount, struct amount_style style, char *text);

/* All of it, "1882104.311", or with commas. */
void amount_plain(int64_t amount, char *text);
void amount_exact(int64_t amount, char *text);

/* a + b, a - b, held at the ends of int64 (a database may say anything). */
int64_t amount_add(int64_t a, int64_t b);
int64_t amount_less(int64_t a, int64_t b);

/* What falls before `edge` of an amount that came evenly over [from, to), by the
 * ledger's rule: floor(amount * (edge - from) / (to - from)); all of it, or 0, when the
 * edge lies outside. */
int64_t amount_before(int64_t amount, int64_t from_ms, int64_t to_ms, int64_t edge_ms);

/* part / whole in tenths of a percent, floored; 0 when whole is not above 0. "78.6 %" */
int64_t share_permille(int64_t part, int64_t whole);
void share_show(int64_t permille, char *text);

#endif
