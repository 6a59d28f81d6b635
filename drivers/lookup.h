/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses of a host. getaddrinfo() may block for as long as the name
 * servers are silent and cannot be interrupted, so a name is looked up in a
 * detached thread, which the waiter leaves behind when its time is over. */
#ifndef COALTALLY_LOOKUP_H
#define COALTALLY_LOOKUP_H

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>

struct lookup;

/* Begins; a numeric address is done at once and asks nobody. NULL when out of
 * memory or threads. */
struct lookup *lookup_start(const char *host, int port);

/* Waits until it is done (true), or the deadline has passed or it was cancelled
 * (false): it goes on then, and may be waited for again. */
bool lookup_wait(struct lookup *lookup, int64_t deadline);

/* Once done: the addresses (owned by the lookup), or NULL and why. */
const struct addrinfo *lookup_addresses(const struct lookup *lookup);
const char *lookup_error(const struct lookup *lookup);

/* Ends all waiting, now and later. The only call that may come from another thread. */
void lookup_cancel(struct lookup *lookup);

/* Lets go of it, done or not. */
void lookup_release(struct lookup *lookup);

#endif
