/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
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
    struct server *server;
    struct connection *next, *before;
    size_t port;
    uint8_t in[2 * REPLY_FRAME_MAX];
    size_t have;
    bool blocked;        /* the kernel's buffer is full */
    uint32_t events;     /* what is waited for */
    size_t head, queued; /* a ring */
    struct delivery delivery[DELIVERIES_MAX];
};

struct listener {
    struct watch watch;
    struct server *server;
    size_t port;
};

struct server {
    struct world *world;
    struct loop *loop;
    size_t listeners, connections, held; /* held: connections with a queue */
    struct listener *listener;
    struct connection *first;
    int spare; /* a descriptor to give up when there are no more */
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- connections --- */

static void connection_close(struct connection *connection)
{
    struct server *server = connection->server;
    loop_close(server->loop, &connection->watch);
    if (connection->before)
        connection->before->next = connection->next;
    else
        server->first = connection->next;
    if (connection->next)
        connection->next->before = connection->before;
    server->held -= connection->queued > 0;
    server->connections--;
    free(connection);
}

/* Waits for room where the kernel's buffer is full, and for requests where the queue is not. */
static void connection_want(struct connection *connection)
{
    const uint32_t events =
        (connection->queued < DELIVERIES_MAX ? EPOLLIN : 0U) | (connection->blocked ? EPOLLOUT : 0U);
    if (events != connection->events)
        loop_change(connection->server->loop, &connection->watch, events);
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
        connection->server->held--;
    return true;
}

static void connection_answer(struct connection *connection, const uint8_t *request, size_t length)
{
    struct server *server = connection->server;
    struct delivery *delivery = &connection->delivery[(connection->head + connection->queued) % DELIVERIES_MAX];
    struct device *device = world_device_at(server->world, connection->port, request[REPLY_UNIT_AT]);
    const struct reply_time at = {.sim_ms = server->world->now_ms, .wall_ms = world_wall_ms()};
    reply_make(device, request, length, at, &delivery->reply);
    if (delivery->reply.length == 0 && !delivery->reply.close)
        return;
    delivery->sent = 0;
    delivery->due_ms = clock_ms() + delivery->reply.delay_ms;
    server->held += connection->queued == 0;
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
    world_advance(connection->server->world);
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

static void connection_open(struct server *server, size_t port, int fd)
{
    struct connection *connection = malloc(sizeof *connection);
    const int on = 1;
    if (!connection) {
        close(fd);
        return;
    }
    connection->watch = (struct watch){.fd = fd, .ready = connection_ready};
    connection->server = server;
    connection->port = port;
    connection->have = connection->head = connection->queued = 0;
    connection->blocked = false;
    connection->events = EPOLLIN;
    connection->before = NULL;
    connection->next = server->first;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!loop_add(server->loop, &connection->watch, EPOLLIN)) {
        close(fd);
        free(connection);
        return;
    }
    if (server->first)
        server->first->before = connection;
    server->first = connection;
    server->connections++;
}

/* --- ports --- */

/* Out of descriptors: the caller is turned away, or the loop would spin. */
static void turn_away(struct server *server, int listener)
{
    close(server->spare);
    const int fd = accept(listener, NULL, NULL);
    if (fd >= 0)
        close(fd);
    server->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void listener_ready(struct watch *watch, uint32_t events)
{
    struct listener *listener = (struct listener *)watch;
    (void)events;
    const int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        connection_open(listener->server, listener->port, fd);
    else if (errno == EMFILE || errno == ENFILE)
        turn_away(listener->server, watch->fd);
}

static bool bind_port(int fd, const char *address, int number)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) {
        errno = EINVAL;
        return false;
    }
    return bind(fd, (struct sockaddr *)&to, sizeof to) == 0 && listen(fd, SOMAXCONN) == 0;
}

static bool listener_open(struct listener *listener, const char *address, int number)
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;
    listener->watch.ready = listener_ready;
    listener->watch.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->watch.fd < 0 || !bind_port(listener->watch.fd, address, number) ||
        getsockname(listener->watch.fd, (struct sockaddr *)&at, &size) != 0 ||
        !loop_add(listener->server->loop, &listener->watch, EPOLLIN)) {
        fprintf(stderr, "minesim: cannot listen on %s:%d: %s\n", address, number, strerror(errno));
        if (listener->watch.fd >= 0)
            close(listener->watch.fd);
        return false;
    }
    listener->server->world->port[listener->port].number = ntohs(at.sin_port);
    return true;
}

/* A descriptor a port and several connections each: as many as the system allows. */
static void raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

struct server *server_new(struct world *world, struct loop *loop, const char *address, int port_base)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server || !(server->listener = calloc(world->ports + 1, sizeof *server->listener))) {
        fprintf(stderr, "minesim: out of memory\n");
        free(server);
        return NULL;
    }
    raise_descriptors();
    server->world = world;
    server->loop = loop;
    server->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (size_t i = 0; i < world->ports; i++) {
        server->listener[i].server = server;
        server->listener[i].port = i;
        if (!listener_open(&server->listener[i], address, port_base ? port_base + (int)i : 0)) {
            server_free(server);
            return NULL;
        }
        server->listeners++;
    }
    return server;
}

void server_free(struct server *server)
{
    if (!server)
        return;
    while (server->first)
        connection_close(server->first);
    for (size_t i = 0; i < server->listeners; i++)
        loop_close(server->loop, &server->listener[i].watch);
    if (server->spare >= 0)
        close(server->spare);
    free(server->listener);
    free(server);
}

/* --- what is held back --- */

void server_deliver(struct server *server)
{
    struct connection *next;
    for (struct connection *at = server->held ? server->first : NULL; at; at = next) {
        next = at->next;
        if (at->queued > 0 && at->delivery[at->head].due_ms <= clock_ms())
            connection_work(at);
    }
}

int server_due_ms(const struct server *server, int limit)
{
    const int64_t now_ms = clock_ms();
    int64_t due_ms = limit;
    for (const struct connection *at = server->held ? server->first : NULL; at; at = at->next)
        if (at->queued > 0 && at->delivery[at->head].due_ms - now_ms < due_ms)
            due_ms = at->delivery[at->head].due_ms - now_ms;
    return due_ms < 0 ? 0 : (int)due_ms;
}

size_t server_connections(const struct server *server)
{
    return server->connections;
}
