/* SPDX-License-Identifier: Apache-2.0 */
/* A line's serial adapter: a pty whose client side has a link at a path of its own,
 * as an adapter has in /dev/serial/by-id. Pulled out, it is gone; put back, it is
 * another pty behind the same link. */
#ifndef COALTALLY_ADAPTER_H
#define COALTALLY_ADAPTER_H

#include "simulators/loop.h"
#include "simulators/world.h"

struct adapter;

/* Plugs one in for a port of the world; takes the place of a link that is there,
 * but not of a file. NULL after a message on stderr. */
struct adapter *adapter_new(struct world *world, struct loop *loop, size_t port);
void adapter_free(struct adapter *adapter);

/* Pulls it out or puts it back, as faults want it. */
void adapter_follow(struct adapter *adapter);

#endif
