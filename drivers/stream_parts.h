/* SPDX-License-Identifier: Apache-2.0 */
/* What the files stream*.c share; nobody else includes it. */
#ifndef COALTALLY_STREAM_PARTS_H
#define COALTALLY_STREAM_PARTS_H

#include <pthread.h>

#include "drivers/language.h"
#include "drivers/lookup.h"
#include "drivers/stream.h"

#define NO_DESCRIPTOR N_("no descriptor is free, raise the limit of open files")

struct stream {
    struct wire_link link;
    char error[160];
    /* The mutex keeps stream_stop from a descriptor or a lookup that is just
     * being given up. Only the user's thread changes the two. */
    pthread_mutex_t mutex;
    bool stopped;
    int descriptor; /* -1: none; connecting or connected */
    bool connected;
    struct lookup *lookup; /* under way, or NULL */
};

/* Says why it cannot be opened, and closes what was begun. */
enum stream_outcome stream_fail(struct stream *stream, enum stream_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void stream_drop_lookup(struct stream *stream);

/* stream_open of a TCP connection. */
enum stream_outcome stream_connect(struct stream *stream, int64_t deadline);

#endif
