/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simulators/connection.h"

struct listener {
    struct watch watch;
    struct server *server;
    size_t port;
};

struct server {
    struct world *world;
    struct loop *loop;
    struct connections connections;
    size_t listeners;
    struct listener *listener;
    int spare; /* a descriptor to give up when there are no more */
};

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
        connection_open(&listener->server->connections, listener->port, fd);
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
    server->connections = (struct connections){.world = world, .loop = loop};
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
    connections_close(&server->connections);
    for (size_t i = 0; i < server->listeners; i++)
        loop_close(server->loop, &server->listener[i].watch);
    if (server->spare >= 0)
        close(server->spare);
    free(server->listener);
    free(server);
}

void server_deliver(struct server *server)
{
    connections_deliver(&server->connections);
}

int server_due_ms(const struct server *server, int limit)
{
    return connections_due_ms(&server->connections, limit);
}

size_t server_connections(const struct server *server)
{
    return server->connections.open;
}
