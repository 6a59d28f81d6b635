/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords, from a file or a systemd credential; never logged. */
#ifndef COALTALLY_SECRET_H
#define COALTALLY_SECRET_H

#include <stddef.h>

/* The first line of the file, without its end. A name without a slash is first
 * looked for in $CREDENTIALS_DIRECTORY. NULL with the reason in `text`; otherwise
 * `text` is empty, or a warning (every user of the machine may read it). */
char *secret_read(const char *name, char *text, size_t size);
void secret_free(char *secret); /* wipes it first */

#endif
