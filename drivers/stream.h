/* SPDX-License-Identifier: Apache-2.0 */
/* A TCP connection or a serial line that opens within a bound, and that another
 * thread can stop in whatever it is blocked. */
#ifndef COALTALLY_STREAM_H
#define COALTALLY_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "drivers/link.h"

struct stream;

enum stream_outcome {
    STREAM_OPEN,
    STREAM_FAILED,     /* no such host, refused, unreachable, silent until the deadline; no such line, held by others */
    STREAM_DESCRIPTOR, /* no descriptor, or none below FD_SETSIZE */
    STREAM_STOPPED
};

/* The link is copied. NULL when out of memory. */
struct stream *stream_new(const struct wire_link *link);
void stream_free(struct stream *stream);

/* Opens it, if it is not open, until the deadline (deadline.h) at the latest. A host with several addresses has them
 * tried in turn, each with an equal share of the time left. */
enum stream_outcome stream_open(struct stream *stream, int64_t deadline);
void stream_close(struct stream *stream);

/* Why stream_open failed: "Connection refused". Valid until the next call of it. */
const char *stream_error(const struct stream *stream);

/* The open socket or line, below FD_SETSIZE and non-blocking, or -1. Owned by the stream. */
int stream_descriptor(const struct stream *stream);

/* Whether the peer of a connection is there and has sent nothing that was not read. */
bool stream_quiet(const struct stream *stream);

/* How many bytes were read from a connection since it was opened, by whomever. */
size_t stream_read_bytes(const struct stream *stream);

/* Waits until there is something to read (true), or the instant `until_us` of
 * deadline_now_us() has come or the stream was stopped (false). */
bool stream_wait(struct stream *stream, int64_t until_us);

/* Takes what has come, without waiting: how many bytes, 0 when none, -1 with
 * errno set when the peer or the line is gone. */
ssize_t stream_take(struct stream *stream, void *bytes, size_t size);

/* Waits for an instant and no other thing; false when stopped before. */
bool stream_sleep(struct stream *stream, int64_t until_us);

/* Sends all of a short message, or returns false with errno set. */
bool stream_send(struct stream *stream, const void *bytes, size_t size);

/* From any thread: ends what blocks on the stream, for ever. */
void stream_stop(struct stream *stream);
bool stream_stopped(struct stream *stream);

#endif
