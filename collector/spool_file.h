/* SPDX-License-Identifier: Apache-2.0 */
/* A file that comes with an act and is too large for one: ".<uid>.rows" beside it in the spool. It is put there first,
 * whole and on disk, so that an act never comes without its file; and it goes when its act goes. Without an act nobody
 * looks at it, and after a day it is swept away. */
#ifndef COALTALLY_SPOOL_FILE_H
#define COALTALLY_SPOOL_FILE_H

#include "collector/act.h"

/* Copies the open file `from` there. False with the reason, and what to do, in `text`. */
bool spool_file_put(const char *database, const struct act *act, int from, void (*progress)(int done, int all),
                    char *text, size_t size);

/* Its descriptor; -1 with the reason in `text`. */
int spool_file_open(const char *database, const char *uid, char *text, size_t size);

void spool_file_remove(const char *database, const char *uid);

/* Removes those that are older than a day and whose act is not there (a command that was killed). */
void spool_file_sweep(const char *database, int64_t now_ms);

#endif
