/* SPDX-License-Identifier: Apache-2.0 */
/* What the files profile*.c share. */
#ifndef COALTALLY_PROFILE_PARTS_H
#define COALTALLY_PROFILE_PARTS_H

#include "drivers/profile.h"

/* What the points were read of. */
struct profile_lines {
    const struct yaml_node *list;
    const struct yaml_node *defaults; /* NULL: there are none */
    const bool *good;                 /* by point: whether it has no fault so far */
};

/* Reads what the points say of each other. */
void profile_link(struct profile *profile, const struct profile_lines *lines, struct faults *faults);

#endif
