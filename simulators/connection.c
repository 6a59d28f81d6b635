/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "simulators/reply.h"

/* An answer on its way; faults hold it back. */
struct delivery {
    struct reply reply;
    size_t sent;
    int64_t due_ms;
};
enum { DELIVERIES_MAX = 8 };

struct connection {
    struct watch watch; /* first, so that a watch is its connection */
    struct connections *all;
    struct connection *next, *before;
    size_t port;
    uint8_t in[2 * REPLY_FRAME_MAX];
    size_t have;
    bool blocked;        /* the kernel's buffer is full */
    uint32_t events;     /* what is waited for */
    size_t head, queued; /* a ring */
    struct delivery delivery[DELIVERIES_MAX];
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void connection_close(struct connection *connection)
{
    struct connections *all = connection->all;
    loop_close(all->loop, &connection->watch);
    if (connection->before)
        connection->before->next = connection->next;
    else
        all->first = connection->next;
    if (connection->next)
        connection->next->before = connection->before;
    all->held -= connection->queued > 0;
    all->open--;
    free(connection);
}

/* Waits for room where the kernel's buffer is full, and for requests where the queue is not. */
static void connection_want(struct connection *connection)
{
    const uint32_t events =
        (connection->queued < DELIVERIES_MAX ? EPOLLIN : 0U) | (connection->blocked ? EPOLLOUT : 0U);
    if (events != connection->events)
        loop_change(connection->all->loop, &connection->watch, events);
    connection->events = events;
}

enum sending { SENDING_DONE, SENDING_WAITS, SENDING_BROKEN };

/* Sends what is due of one delivery. */
static enum sending delivery_send(struct connection *connection, struct delivery *delivery, int64_t now_ms)
{
    const struct reply *reply = &delivery->reply;
    while (delivery->sent < reply->length) {
        if (delivery->due_ms > now_ms)
            return SENDING_WAITS;
        const size_t left = reply->drip_ms ? 1 : reply->length - delivery->sent;
        const ssize_t sent = send(connection->watch.fd, reply->bytes + delivery->sent, left, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            connection->blocked = true;
            return SENDING_WAITS;
        }
        if (sent < 0)
            return SENDING_BROKEN;
        delivery->sent += (size_t)sent;
        delivery->due_ms += reply->drip_ms;
    }
    return reply->close ? SENDING_BROKEN : SENDING_DONE;
}

/* Sends the queue as far as it is due. False: the connection is gone. */
static bool connection_flush(struct connection *connection)
{
    const bool was_held = connection->queued > 0;
    const int64_t now_ms = clock_ms();
    connection->blocked = false;
    while (connection->queued > 0) {
        const enum sending sending = delivery_send(connection, &connection->delivery[connection->head], now_ms);
        if (sending == SENDING_WAITS)
            break;
        if (sending == SENDING_BROKEN) {
            connection_close(connection);
            return false;
        }
        connection->head = (connection->head + 1) % DELIVERIES_MAX;
        connection->queued--;
    }
    if (was_held && connection->queued == 0)
        connection->all->held--;
    return true;
}

static void connection_answer(struct connection *connection, const uint8_t *bytes, size_t length)
{
    struct connections *all = connection->all;
    struct delivery *delivery = &connection->delivery[(connection->head + connection->queued) % DELIVERIES_MAX];
    struct device *device = world_device_at(all->world, connection->port, bytes[reply_unit_at(REPLY_TCP)]);
    const struct reply_request request = {REPLY_TCP, bytes, length};
    const struct reply_time at = {.sim_ms = all->world->now_ms, .wall_ms = world_wall_ms()};
    reply_make(device, &request, at, &delivery->reply);
    if (delivery->reply.length == 0 && !delivery->reply.close)
        return;
    delivery->sent = 0;
    delivery->due_ms = clock_ms() + delivery->reply.delay_ms;
    all->held += connection->queued == 0;
    connection->queued++;
}

/* Answers the whole requests that have come. False: the connection is gone. */
static bool connection_parse(struct connection *connection)
{
    size_t at = 0;
    while (connection->queued < DELIVERIES_MAX) {
        const int length = reply_request_length(connection->in + at, connection->have - at);
        if (length < 0) {
            connection_close(connection);
            return false;
        }
        if (length == 0 || (size_t)length > connection->have - at)
            break;
        connection_answer(connection, connection->in + at, (size_t)length);
        at += (size_t)length;
    }
    connection->have -= at;
    memmove(connection->in, connection->in + at, connection->have);
    return true;
}

/* Parses and sends until neither gets further: a full queue holds requests back. */
static void connection_work(struct connection *connection)
{
    size_t have, queued;
    do {
        have = connection->have;
        queued = connection->queued;
        if (!connection_parse(connection) || !connection_flush(connection))
            return;
    } while (connection->have > 0 && (connection->have < have || connection->queued < queued));
    connection_want(connection);
}

static void connection_ready(struct watch *watch, uint32_t events)
{
    struct connection *connection = (struct connection *)watch;
    world_advance(connection->all->world);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        const ssize_t got =
            recv(watch->fd, connection->in + connection->have, sizeof connection->in - connection->have, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            connection_close(connection);
            return;
        }
        connection->have += got > 0 ? (size_t)got : 0;
    }
    connection_work(connection);
}

void connection_open(struct connections *all, size_t port, int fd)
{
    struct connection *connection = malloc(sizeof *connection);
    const int on = 1;
    if (!connection) {
        close(fd);
        return;
    }
    connection->watch = (struct watch){.fd = fd, .ready = connection_ready};
    connection->all = all;
    connection->port = port;
    connection->have = connection->head = connection->queued = 0;
    connection->blocked = false;
    connection->events = EPOLLIN;
    connection->before = NULL;
    connection->next = all->first;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!loop_add(all->loop, &connection->watch, EPOLLIN)) {
        close(fd);
        free(connection);
        return;
    }
    if (all->first)
        all->first->before = connection;
    all->first = connection;
    all->open++;
}

void connections_deliver(struct connections *all)
{
    struct connection *next;
    for (struct connection *at = all->held ? all->first : NULL; at; at = next) {
        next = at->next;
        if (at->queued > 0 && !at->blocked && at->delivery[at->head].due_ms <= clock_ms())
            connection_work(at);
    }
}

int connections_due_ms(const struct connections *all, int limit)
{
    const int64_t now_ms = clock_ms();
    int64_t due_ms = limit;
    for (const struct connection *at = all->held ? all->first : NULL; at; at = at->next)
        if (at->queued > 0 && !at->blocked && at->delivery[at->head].due_ms - now_ms < due_ms)
            due_ms = at->delivery[at->head].due_ms - now_ms;
    return due_ms < 0 ? 0 : (int)due_ms;
}

void connections_close(struct connections *all)
{
    while (all->first)
        connection_close(all->first);
}
