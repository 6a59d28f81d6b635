/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `verify --against`. */
#ifndef COALTALLY_VERIFY_AGAINST_H
#define COALTALLY_VERIFY_AGAINST_H

#include "collector/command.h"
#include "collector/db.h"
#include "collector/table.h"

/* The ledger, open for reading, against the file that the option names. An exit status. */
int verify_against(const struct command *command, struct db *here, const char *path, const char *other,
                   enum table_format format);

#endif
