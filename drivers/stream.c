/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/stream.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h> /* its struct tcp_info is the kernel's, not that of long ago */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/deadline.h"
#include "drivers/lookup.h"
#include "drivers/serial.h"

#define NO_DESCRIPTOR "no descriptor is free, raise the limit of open files"

/* A connection whose peer vanished while nothing was asked is noticed after
 * KEEP_IDLE_S + KEEP_PROBES * KEEP_EVERY_S; while polling, time-outs notice it. */
enum { KEEP_IDLE_S = 60, KEEP_EVERY_S = 10, KEEP_PROBES = 3 };

enum { STATE_PEER_ENDED = 8 }; /* TCP_CLOSE_WAIT, which <linux/tcp.h> does not name */

/* A wait on a socket ends when it is shut down; a serial line has nothing like
 * that, nor a mere sleep: they look so often whether they were stopped. */
enum { STOP_LOOK_US = 100000 };

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

struct stream *stream_new(const struct wire_link *link)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    stream->link = *link;
    stream->descriptor = -1;
    pthread_mutex_init(&stream->mutex, NULL);
    return stream;
}

static void stream_drop_lookup(struct stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    struct lookup *lookup = stream->lookup;
    stream->lookup = NULL;
    pthread_mutex_unlock(&stream->mutex);
    lookup_release(lookup);
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    stream_close(stream);
    stream_drop_lookup(stream);
    pthread_mutex_destroy(&stream->mutex);
    free(stream);
}

void stream_close(struct stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    const int descriptor = stream->descriptor;
    stream->descriptor = -1;
    stream->connected = false;
    pthread_mutex_unlock(&stream->mutex);
    if (descriptor < 0)
        return;
    if (stream->link.kind == WIRE_RTU)
        serial_close(descriptor);
    else
        close(descriptor);
}

__attribute__((format(printf, 3, 4))) static enum stream_outcome
stream_fail(struct stream *stream, enum stream_outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(stream->error, sizeof stream->error, format, arguments);
    va_end(arguments);
    stream_close(stream);
    return stream_stopped(stream) ? STREAM_STOPPED : outcome;
}

static enum stream_outcome stream_fail_errno(struct stream *stream, int error)
{
    char text[128];
    return stream_fail(stream, STREAM_FAILED, "%s", strerror_r(error, text, sizeof text));
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

static enum stream_outcome stream_connect(struct stream *stream, int64_t deadline)
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

static enum stream_outcome stream_open_line(struct stream *stream)
{
    const int descriptor = serial_open(&stream->link, stream->error, sizeof stream->error);
    if (descriptor < 0 && (errno == EMFILE || errno == ENFILE))
        return stream_fail(stream, STREAM_DESCRIPTOR, NO_DESCRIPTOR);
    if (descriptor < 0)
        return stream_stopped(stream) ? STREAM_STOPPED : STREAM_FAILED;
    pthread_mutex_lock(&stream->mutex);
    stream->descriptor = descriptor;
    stream->connected = true;
    pthread_mutex_unlock(&stream->mutex);
    return STREAM_OPEN;
}

enum stream_outcome stream_open(struct stream *stream, int64_t deadline)
{
    if (stream_stopped(stream))
        return STREAM_STOPPED;
    if (stream->connected)
        return STREAM_OPEN;
    return stream->link.kind == WIRE_RTU ? stream_open_line(stream) : stream_connect(stream, deadline);
}

const char *stream_error(const struct stream *stream)
{
    return stream->error;
}

int stream_descriptor(const struct stream *stream)
{
    return stream->connected ? stream->descriptor : -1;
}

bool stream_quiet(const struct stream *stream)
{
    char byte;
    return stream->connected && recv(stream->descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

size_t stream_read_bytes(const struct stream *stream)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    int unread = 0;
    if (getsockopt(stream->descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        ioctl(stream->descriptor, SIOCINQ, &unread) != 0)
        return 0;
    /* The kernel counts the end of the peer's bytes as one of them. */
    const uint64_t left = (uint64_t)unread + (info.tcpi_state == STATE_PEER_ENDED);
    return info.tcpi_bytes_received > left ? (size_t)(info.tcpi_bytes_received - left) : 0;
}

bool stream_wait(struct stream *stream, int64_t until_us)
{
    struct pollfd wait = {.fd = stream->descriptor, .events = POLLIN};
    while (!stream_stopped(stream)) {
        const int64_t left_us = until_us - deadline_now_us();
        const bool look = stream->link.kind == WIRE_RTU && left_us > STOP_LOOK_US;
        const struct timespec left = timespec_of_us(look ? STOP_LOOK_US : left_us);
        const int ready = ppoll(&wait, 1, &left, NULL);
        if (ready > 0)
            return true;
        if (left_us <= 0 || (ready < 0 && errno != EINTR))
            return false;
    }
    return false;
}

bool stream_sleep(struct stream *stream, int64_t until_us)
{
    while (!stream_stopped(stream)) {
        const int64_t left_us = until_us - deadline_now_us();
        if (left_us <= 0)
            return true;
        const struct timespec left = timespec_of_us(left_us > STOP_LOOK_US ? STOP_LOOK_US : left_us);
        clock_nanosleep(CLOCK_MONOTONIC, 0, &left, NULL);
    }
    return false;
}

ssize_t stream_take(struct stream *stream, void *bytes, size_t size)
{
    const ssize_t got = read(stream->descriptor, bytes, size);
    if (got > 0)
        return got;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return 0;
    if (got == 0)
        errno = ECONNRESET;
    return -1;
}

bool stream_send(struct stream *stream, const void *bytes, size_t size)
{
    ssize_t sent;
    do
        sent = stream->link.kind == WIRE_RTU ? write(stream->descriptor, bytes, size)
                                             : send(stream->descriptor, bytes, size, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0 && (size_t)sent < size)
        errno = EAGAIN; /* a peer that does not take a dozen bytes takes none */
    return sent == (ssize_t)size;
}

void stream_stop(struct stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    stream->stopped = true;
    if (stream->descriptor >= 0 && stream->link.kind != WIRE_RTU)
        shutdown(stream->descriptor, SHUT_RDWR);
    if (stream->lookup)
        lookup_cancel(stream->lookup);
    pthread_mutex_unlock(&stream->mutex);
}

bool stream_stopped(struct stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    const bool stopped = stream->stopped;
    pthread_mutex_unlock(&stream->mutex);
    return stopped;
}
