/* SPDX-License-Identifier: Apache-2.0 */
/* A serial line of this machine, opened for frames: raw, eight data bits, and ours alone. */
#ifndef COALTALLY_SERIAL_H
#define COALTALLY_SERIAL_H

#include <stddef.h>

#include "drivers/link.h"

/* Opens link->path with its baud rate, parity and stop bits, non-blocking, and
 * drops what came before. Returns the descriptor, or -1 with the reason in `why`
 * and errno set. No other process may hold the line: that is asked for with
 * flock(), which programs of our kind honour, and (but for ptys) with TIOCEXCL, which
 * all others but root's do. */
int serial_open(const struct wire_link *link, char *why, size_t why_size);
void serial_close(int descriptor);

#endif
