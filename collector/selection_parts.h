/* SPDX-License-Identifier: Apache-2.0 */
/* What the files selection*.c share. */
#ifndef COALTALLY_SELECTION_PARTS_H
#define COALTALLY_SELECTION_PARTS_H

#include "collector/selection.h"

/* Says that the ledger has no such thing, with the nearest of the candidates (NULL-ended). */
int name_unknown(const struct command *command, const char *what, const char *name, const char **candidates);

/* The mines that the options name, and their side. An exit status, after saying what is wrong. */
int mines_choose(struct selection *selection);

#endif
