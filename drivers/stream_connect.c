/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/deadline.h"
#include "drivers/stream_parts.h"

/* A connection whose peer vanished while nothing was asked is noticed after
 * KEEP_IDLE_S + KEEP_PROBES * KEEP_EVERY_S; while polling, time-outs notice it. */
enum { KEEP_IDLE_S = 60, KEEP_EVERY_S = 10, KEEP_PROBES = 3 };

static enum stream_outcome stream_fail_errno(struct stream *stream, int error)
{
    return stream_fail(stream, STREAM_FAILED, "%s", say_error(error));
}

static void socket_tune(int descriptor)
{
    static const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEP_EVERY_S},
        {IPPROTO_TCP, TCP_KEEPCNT, KEEP_PROBES},
    };
    /* All of them are comforts: a connection without is still right. */
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        setsockopt(descriptor, options[i].level, options[i].name, &options[i].value, sizeof options[i].value);
}

/* Begins to connect; *waiting says whether there is something to wait for. The
 * descriptor is published only after connect(), because shutdown() wakes a
 * connecting socket but not one that has not begun. */
static enum stream_outcome stream_begin(struct stream *stream, const struct addrinfo *address, bool *waiting)
{
    const int type = address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
    const int descriptor = socket(address->ai_family, type, address->ai_protocol);
    if (descriptor < 0 && (errno == EMFILE || errno == ENFILE))
        return stream_fail(stream, STREAM_DESCRIPTOR, NO_DESCRIPTOR);
    if (descriptor < 0)
        return stream_fail_errno(stream, errno);
    if (descriptor >= FD_SETSIZE) {
        close(descriptor);
        return stream_fail(stream, STREAM_DESCRIPTOR,
                           "no descriptor below %d is free (got %d): this process holds too many connections and files",
                           FD_SETSIZE, descriptor);
    }
    socket_tune(descriptor);
    const int result = connect(descriptor, address->ai_addr, address->ai_addrlen);
    const int error = result == 0 ? 0 : errno;
    pthread_mutex_lock(&stream->mutex);
    stream->descriptor = descriptor;
    const bool stopped = stream->stopped;
    pthread_mutex_unlock(&stream->mutex);
    if (stopped || (error != 0 && error != EINPROGRESS && error != EINTR))
        return stream_fail_errno(stream, error);
    *waiting = error != 0;
    return STREAM_OPEN;
}

static enum stream_outcome stream_await(struct stream *stream, int64_t deadline)
{
    struct pollfd wait = {.fd = stream->descriptor, .events = POLLOUT};
    int ready;
    do
        ready = poll(&wait, 1, deadline_left_ms(deadline));
    while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return stream_fail_errno(stream, errno);
    if (ready == 0)
        return stream_fail(stream, STREAM_FAILED, "no answer");
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(stream->descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error != 0 || stream_stopped(stream))
        return stream_fail_errno(stream, error);
    return STREAM_OPEN;
}

static enum stream_outcome stream_try(struct stream *stream, const struct addrinfo *address, int64_t deadline)
{
    bool waiting = false;
    enum stream_outcome outcome = stream_begin(stream, address, &waiting);
    if (outcome == STREAM_OPEN && waiting)
        outcome = stream_await(stream, deadline);
    stream->connected = outcome == STREAM_OPEN;
    return outcome;
}

/* A lookup that came too late for the call that began it serves the next one. */
static enum stream_outcome stream_resolve(struct stream *stream, int64_t deadline)
{
    pthread_mutex_lock(&stream->mutex);
    const bool stopped = stream->stopped;
    if (!stopped && !stream->lookup)
        stream->lookup = lookup_start(stream->link.host, stream->link.port);
    pthread_mutex_unlock(&stream->mutex);
    if (stopped)
        return STREAM_STOPPED;
    if (!stream->lookup)
        return stream_fail(stream, STREAM_FAILED, "no memory or thread to look the name up");
    if (!lookup_wait(stream->lookup, deadline))
        return stream_fail(stream, STREAM_FAILED, "the name server does not answer");
    if (!lookup_addresses(stream->lookup)) {
        const enum stream_outcome outcome = stream_fail(stream, STREAM_FAILED, "%s", lookup_error(stream->lookup));
        stream_drop_lookup(stream);
        return outcome;
    }
    return STREAM_OPEN;
}

enum stream_outcome stream_connect(struct stream *stream, int64_t deadline)
{
    enum stream_outcome outcome = stream_resolve(stream, deadline);
    if (outcome != STREAM_OPEN)
        return outcome;
    const struct addrinfo *addresses = lookup_addresses(stream->lookup);
    int left = 0;
    for (const struct addrinfo *address = addresses; address; address = address->ai_next)
        left++;
    for (const struct addrinfo *address = addresses; address; address = address->ai_next, left--) {
        outcome = stream_try(stream, address, deadline_after(deadline_left_ms(deadline) / left));
        if (outcome != STREAM_FAILED)
            break;
    }
    stream_drop_lookup(stream);
    return outcome;
}
