/* SPDX-License-Identifier: Apache-2.0 */
/* Connections of clients: requests in, answers out, late, dripping or broken where
 * a fault wants it. */
#ifndef COALTALLY_CONNECTION_H
#define COALTALLY_CONNECTION_H

#include "simulators/loop.h"
#include "simulators/world.h"

struct connection;

/* All that are open. */
struct connections {
    struct world *world;
    struct loop *loop;
    struct connection *first;
    size_t open, held; /* held: with answers that wait for their time */
};

/* Takes the descriptor of a client of the world's port over, also on failure. */
void connection_open(struct connections *all, size_t port, int fd);

/* Sends what was held back and is due. */
void connections_deliver(struct connections *all);
/* Milliseconds until something is due, at most `limit`. */
int connections_due_ms(const struct connections *all, int limit);
void connections_close(struct connections *all);

#endif
