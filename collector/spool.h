/* SPDX-License-Identifier: Apache-2.0 */
/* The folder <database>-acts/ in which acts wait until they are applied. Members of
 * the group coaltally-act may put files there; who owns a file is who acts. Mode 1770:
 * nobody but its writer and the ledger's owner can take a file away again. */
#ifndef COALTALLY_SPOOL_H
#define COALTALLY_SPOOL_H

#include <sys/types.h>

#include "collector/act.h"
#include "collector/list.h"

enum { SPOOL_NAME_BYTES = 256 /* NAME_MAX and the NUL */, SPOOL_PATH_BYTES = PATH_BYTES + 16 };

#define SPOOL_GROUP "coaltally-act"

/* The folder of a ledger: beside it, "<database>-acts". */
void spool_path(const char *database, char path[static SPOOL_PATH_BYTES]);

/* Makes the folder, or sets its mode and group anew: that of SPOOL_GROUP where it exists and
 * may be given away, else the ledger's. By whoever may write the ledger, which must be there.
 * False with the reason in `text`. */
bool spool_make(const char *database, char *text, size_t size);

/* Puts an act there, on disk before this returns. False with the reason, and what to do, in
 * `text`. */
bool spool_write(const char *database, const struct act *act, char *text, size_t size);

/* Names of what waits, oldest first; list->size must be SPOOL_NAME_BYTES. False when the folder
 * cannot be read; one that is not there is empty. */
bool spool_list(const char *database, struct list *names);
bool spool_waits(const char *database);
/* Something was moved aside and still lies there. */
bool spool_refused(const char *database);

enum spool_outcome {
    SPOOL_READ,
    SPOOL_GONE, /* no longer there */
    SPOOL_BAD,  /* no act: the text says why */
    SPOOL_LATER /* could not be read just now */
};
/* Reads one and says whose it is. act_free in any case. */
enum spool_outcome spool_read(const char *database, const char *name, struct act *act, char *text, size_t size);

/* What the system calls a user. */
void spool_user(uid_t id, char *name, size_t size);

/* After it was applied; on disk when this returns. */
void spool_remove(const char *database, const char *name);
/* Moves what is no act into the folder refused/ beside the others. False when it could not. */
bool spool_refuse(const char *database, const char *name);

#endif
