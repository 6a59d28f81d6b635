/* SPDX-License-Identifier: Apache-2.0 */
/* Between spool.c (acts) and spool_file.c (files that come with them). */
#ifndef COALTALLY_SPOOL_PARTS_H
#define COALTALLY_SPOOL_PARTS_H

#include "drivers/language.h"

/* The folder's descriptor; -1 with errno. */
int spool_folder(const char *database);

/* Why nothing could be put there, and what to do. */
void spool_explain(const char *database, int reason, enum language language, char *text, size_t size);

#endif
