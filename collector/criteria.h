/* SPDX-License-Identifier: Apache-2.0 */
/* What a mine must be to count, as data: a map of facts that all must hold, with
 * any:, all: and not: for the rest.
 *
 *   {state: producing, any: [{safety_grade: first}, {efficiency_grade: special}, {smart: primary+}]}
 *   {state: [producing, stopped], approved_capacity: 150+, not: {method_110: true}}
 *
 * "x+" is x or a higher level (a greater amount); a list is one of these. Of which nothing is known
 * does not hold: neither does its `not:`, for nobody can say so. */
#ifndef COALTALLY_CRITERIA_H
#define COALTALLY_CRITERIA_H

#include "collector/county.h"

struct criteria;

/* NULL, with all faults, when it is none. */
struct criteria *criteria_read(const struct yaml_node *node, struct faults *faults);
void criteria_free(struct criteria *criteria);

/* Whether the mine meets them on that day. `why` (may be NULL) gets what decided, in words:
 * "producing since 2015-01-01; smart level: intermediate since 2024-03-01", or what is not met:
 * "state: stopped since 2026-05-01", "smart level not known". */
bool criteria_met(const struct criteria *criteria, const struct county_mine *mine, civil_day day,
                  enum language language, struct text *why);

/* Whether facts of that kind are among what decided: what `why` names. */
bool criteria_decided(const struct criteria *criteria, const struct county_mine *mine, civil_day day,
                      enum fact_kind kind);

#endif
