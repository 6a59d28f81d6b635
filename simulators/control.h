/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: one command a connection, one answer. A Unix socket of
 * whole messages, so that nothing has to be put together. */
#ifndef COALTALLY_CONTROL_H
#define COALTALLY_CONTROL_H

#include <stdio.h>

#include "simulators/loop.h"

struct control;

/* Obeys one line, writes what there is to say to `out`; false when it cannot. */
typedef bool control_obey(void *context, const char *line, FILE *out);

/* The socket appears when this returns; a dead one is replaced, a live one is not.
 * NULL after a message on stderr. */
struct control *control_new(struct loop *loop, const char *path, control_obey *obey, void *context);
/* Also removes the socket. */
void control_free(struct control *control);

/* The other end: sends one line, prints the answer. The process's exit status. */
int control_send(const char *path, const char *line);

#endif
