/* SPDX-License-Identifier: Apache-2.0 */
/* How an indicator is found, as its file says it under `find:`. */
#ifndef COALTALLY_INDICATOR_FIND_H
#define COALTALLY_INDICATOR_FIND_H

#include "collector/indicator.h"

/* For tables of fields: `target` is a struct indicator. A kind alone where it takes nothing
 * (find: milestones), else a map of one kind and what it takes (find: {sum: {...}}). */
void indicator_find_read(const struct yaml_node *node, void *target, void *context, struct faults *faults);

#endif
