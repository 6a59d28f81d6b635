/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/stream_parts.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h> /* its struct tcp_info is the kernel's, not that of long ago */
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/deadline.h"
#include "drivers/language.h"
#include "drivers/serial.h"

enum { STATE_ENDED = 7, STATE_PEER_ENDED = 8 }; /* TCP_CLOSE, TCP_CLOSE_WAIT: <linux/tcp.h> does not name them */

/* A wait on a socket ends when it is shut down; a serial line has nothing like
 * that, nor a mere sleep: they look so often whether they were stopped. */
enum { STOP_LOOK_US = 100000 };

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

void stream_drop_lookup(struct stream *stream)
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

enum stream_outcome stream_fail(struct stream *stream, enum stream_outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(stream->error, sizeof stream->error, say_own(format), arguments);
    va_end(arguments);
    stream_close(stream);
    return stream_stopped(stream) ? STREAM_STOPPED : outcome;
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
    /* The kernel counts the end of the peer's bytes as one of them; after a reset it is not known whether it came
     * before, and the last byte is rather left out than made up. */
    const bool ended = info.tcpi_state == STATE_PEER_ENDED || info.tcpi_state == STATE_ENDED;
    const uint64_t left = (uint64_t)unread + ended;
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
