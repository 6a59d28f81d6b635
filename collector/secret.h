/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords, from a file or a systemd credential; never logged. */
#ifndef COALTALLY_SECRET_H
#define COALTALLY_SECRET_H

#include <limits.h>
#include <stddef.h>

/* Where a secret of that name lies: one without a slash is looked for in
 * $CREDENTIALS_DIRECTORY first (systemd.exec, "Credentials"). */
void secret_path(const char *name, char path[static PATH_MAX]);

/* The first line of that file, without its end. NULL with the reason in `text`; otherwise
 * `text` is empty, or a warning (every user of the machine may read it). */
char *secret_read(const char *name, char *text, size_t size);
void secret_free(char *secret); /* wipes it first */

#endif
