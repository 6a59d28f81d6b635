/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for descriptors, one event at a time, so that a handler may close
 * anything. */
#ifndef COALTALLY_LOOP_H
#define COALTALLY_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* Owned by whoever watches, and in place as long as it is watched. */
struct watch {
    int fd;
    void (*ready)(struct watch *watch, uint32_t events);
};

struct loop *loop_new(void); /* NULL: errno says why */
void loop_free(struct loop *loop);

/* events: EPOLLIN, EPOLLOUT. False: errno says why. */
bool loop_add(struct loop *loop, struct watch *watch, uint32_t events);
void loop_change(struct loop *loop, struct watch *watch, uint32_t events);
/* Also closes the descriptor. */
void loop_close(struct loop *loop, struct watch *watch);

/* Waits for one event and handles it; at most timeout_ms (-1: for ever). */
void loop_wait(struct loop *loop, int timeout_ms);

#endif
