/* SPDX-License-Identifier: Apache-2.0 */
/* A serial server: its line's bytes over TCP. Whatever a client sends goes on the
 * line, whatever is on the line goes to all clients. */
#ifndef COALTALLY_TERMINAL_H
#define COALTALLY_TERMINAL_H

#include "simulators/loop.h"
#include "simulators/world.h"

struct terminal;

/* NULL: errno says why. */
struct terminal *terminal_new(struct world *world, struct loop *loop, size_t port);
void terminal_free(struct terminal *terminal);

/* Takes the descriptor of a client over, also on failure. */
void terminal_open(struct terminal *terminal, int fd);

/* Clients connected now. */
size_t terminal_clients(const struct terminal *terminal);

#endif
