/* SPDX-License-Identifier: Apache-2.0 */
/* Between spool.c (acts), spool_folder.c (where they lie) and spool_file.c (files that come with them). */
#ifndef COALTALLY_SPOOL_PARTS_H
#define COALTALLY_SPOOL_PARTS_H

#include "drivers/language.h"

/* In the folder: what was moved aside, as it is no act. */
#define SPOOL_REFUSED "refused"

/* The folder's descriptor; -1 with errno. */
int spool_folder(const char *database);
/* That of SPOOL_REFUSED in it; -1 where it is not there or is somebody else's making. */
int spool_refused_open(int folder);

/* Why nothing could be put there, and what to do. */
void spool_explain(const char *database, int reason, enum language language, char *text, size_t size);

#endif
