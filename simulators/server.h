/* SPDX-License-Identifier: Apache-2.0 */
/* The world's ports: Modbus TCP servers, serial servers, serial lines. One thread,
 * any number of connections. */
#ifndef COALTALLY_SERVER_H
#define COALTALLY_SERVER_H

#include "simulators/loop.h"
#include "simulators/world.h"

struct server;

/* Opens every port of the world. Those of TCP listen on port_base and the numbers
 * after it, or, with 0, wherever the system finds one free: their numbers are set.
 * The links of serial lines are made in `lines` (must be there) where they are not
 * absolute: they are then. NULL after a message on stderr. */
struct server *server_new(struct world *world, struct loop *loop, const char *address, int port_base,
                          const char *lines);
void server_free(struct server *server);

/* Sends what was held back and is due; pulls adapters out and puts them back. */
void server_deliver(struct server *server);
/* Milliseconds until something is due, at most `limit`. */
int server_due_ms(const struct server *server, int limit);

/* Connections open now; tests wait for it. */
size_t server_connections(const struct server *server);

#endif
