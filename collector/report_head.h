/* SPDX-License-Identifier: Apache-2.0 */
/* What heads and ends every formal report. */
#ifndef COALTALLY_REPORT_HEAD_H
#define COALTALLY_REPORT_HEAD_H

#include "collector/form.h"
#include "collector/selection.h"

/* The place, the mark, when it was made, the chain's head. The language was set. */
void report_head(struct form *form, const struct selection *selection);

/* --prepared-by and --checked-by: nobody signs what is not over. period and unfinished were set.
 * COMMAND_GOOD, or an exit status after saying what is wrong. */
int report_people(struct form *form, const struct command *command);

#endif
