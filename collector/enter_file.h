/* SPDX-License-Identifier: Apache-2.0 */
/* Many entries by hand out of a table: each row is an act of its own. */
#ifndef COALTALLY_ENTER_FILE_H
#define COALTALLY_ENTER_FILE_H

#include "collector/settings.h"

/* `enter FILE.csv`: judges all rows, and hands in none when one of them is wrong. An exit status. */
int enter_file(const struct command *command, const struct settings *settings, const char *path);

#endif
