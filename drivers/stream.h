/* SPDX-License-Identifier: Apache-2.0 */
/* A TCP connection that opens within a bound, and that another thread can stop
 * in whatever it is blocked. */
#ifndef COALTALLY_STREAM_H
#define COALTALLY_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream;

enum stream_outcome {
    STREAM_OPEN,
    STREAM_FAILED,     /* no such host, refused, unreachable, silent until the deadline */
    STREAM_DESCRIPTOR, /* no descriptor, or none below FD_SETSIZE */
    STREAM_STOPPED
};

/* host: a name or an address. NULL when out of memory. */
struct stream *stream_new(const char *host, int port);
void stream_free(struct stream *stream);

/* Connects, if it is not connected, until the deadline (deadline.h) at the
 * latest. A host with several addresses has them tried in turn, each with an
 * equal share of the time left. */
enum stream_outcome stream_open(struct stream *stream, int64_t deadline);
void stream_close(struct stream *stream);

/* Why stream_open failed: "Connection refused". Valid until the next call of it. */
const char *stream_error(const struct stream *stream);

/* The open socket, below FD_SETSIZE and non-blocking, or -1. Owned by the stream. */
int stream_descriptor(const struct stream *stream);

/* Whether the peer is connected and has sent nothing that was not read. */
bool stream_quiet(const struct stream *stream);

/* Sends all of a short message, or returns false with errno set. */
bool stream_send(struct stream *stream, const void *bytes, size_t size);

/* From any thread: ends what blocks on the stream, for ever. */
void stream_stop(struct stream *stream);
bool stream_stopped(struct stream *stream);

#endif
