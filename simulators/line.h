/* SPDX-License-Identifier: Apache-2.0 */
/* A serial line with Modbus RTU units on it. One byte at a time passes, in either
 * direction, and takes its time; what a client writes at once is on the line for as
 * long as the baud rate wants. Frames are told apart by silence. */
#ifndef COALTALLY_LINE_H
#define COALTALLY_LINE_H

#include "simulators/loop.h"
#include "simulators/world.h"

struct line;

/* The client's side. */
struct line_end {
    void (*write)(void *context, const uint8_t *bytes, size_t count); /* what has passed the line */
    void (*hang_up)(void *context);                                   /* NULL: there is nothing to hang up */
    void *context;
};

/* A line with the units behind a port of the world. NULL: errno says why. */
struct line *line_new(struct world *world, struct loop *loop, size_t port, struct line_end end);
void line_free(struct line *line);

/* Takes what the client has sent. */
void line_hear(struct line *line, const uint8_t *bytes, size_t count);

/* Forgets what is heard and what is not yet said: there is no client any more. */
void line_clear(struct line *line);

#endif
