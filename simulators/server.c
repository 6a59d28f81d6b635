/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simulators/adapter.h"
#include "simulators/connection.h"
#include "simulators/terminal.h"

/* A port of the world, open. */
struct door {
    struct watch watch; /* first, so that a watch is its door; listens, but for a line: -1 */
    struct server *server;
    size_t port;
    struct terminal *terminal; /* PORT_RTU_OVER_TCP */
    struct adapter *adapter;   /* PORT_RTU */
};

struct server {
    struct world *world;
    struct loop *loop;
    struct connections connections;
    size_t doors, adapters;
    struct door *door;
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

static void door_ready(struct watch *watch, uint32_t events)
{
    struct door *door = (struct door *)watch;
    (void)events;
    const int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0 && door->terminal)
        terminal_open(door->terminal, fd);
    else if (fd >= 0)
        connection_open(&door->server->connections, door->port, fd);
    else if (errno == EMFILE || errno == ENFILE)
        turn_away(door->server, watch->fd);
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

static bool listen_on(struct door *door, const char *address, int number)
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;
    door->watch.ready = door_ready;
    door->watch.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (door->watch.fd < 0 || !bind_port(door->watch.fd, address, number) ||
        getsockname(door->watch.fd, (struct sockaddr *)&at, &size) != 0 ||
        !loop_add(door->server->loop, &door->watch, EPOLLIN)) {
        fprintf(stderr, "minesim: cannot listen on %s:%d: %s\n", address, number, strerror(errno));
        return false;
    }
    door->server->world->port[door->port].number = ntohs(at.sin_port);
    return true;
}

/* The whole path of a line's link. */
static bool resolve_link(struct world_port *port, const char *folder)
{
    char whole[PATH_MAX];
    if (port->link[0] == '/')
        return true;
    if (!realpath(folder, whole)) {
        fprintf(stderr, "minesim: no folder %s for the line %s: %s\n", folder, port->name, strerror(errno));
        return false;
    }
    char path[PATH_MAX + PORT_LINK_BYTES];
    const int length = snprintf(path, sizeof path, "%s/%s", whole, port->link[0] ? port->link : port->name);
    if (length >= PORT_LINK_BYTES) {
        fprintf(stderr, "minesim: the line's path is too long: %s (at most %d bytes)\n", path, PORT_LINK_BYTES - 1);
        return false;
    }
    memcpy(port->link, path, (size_t)length + 1);
    return true;
}

static bool door_open(struct door *door, const char *address, int number, const char *lines)
{
    struct world *world = door->server->world;
    struct world_port *port = &world->port[door->port];
    if (port->kind == PORT_RTU) {
        if (resolve_link(port, lines))
            door->adapter = adapter_new(world, door->server->loop, door->port);
        door->server->adapters += door->adapter != NULL;
        return door->adapter != NULL;
    }
    if (port->kind == PORT_RTU_OVER_TCP && !(door->terminal = terminal_new(world, door->server->loop, door->port))) {
        fprintf(stderr, "minesim: cannot make the line %s: %s\n", port->name, strerror(errno));
        return false;
    }
    return listen_on(door, address, number);
}

static void door_close(struct door *door)
{
    if (door->watch.fd >= 0)
        loop_close(door->server->loop, &door->watch);
    terminal_free(door->terminal);
    adapter_free(door->adapter);
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

struct server *server_new(struct world *world, struct loop *loop, const char *address, int port_base, const char *lines)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server || !(server->door = calloc(world->ports + 1, sizeof *server->door))) {
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
        struct door *door = &server->door[server->doors++];
        *door = (struct door){.watch = {.fd = -1}, .server = server, .port = i};
        if (!door_open(door, address, port_base ? port_base + (int)i : 0, lines)) {
            server_free(server);
            return NULL;
        }
    }
    return server;
}

void server_free(struct server *server)
{
    if (!server)
        return;
    connections_close(&server->connections);
    for (size_t i = 0; i < server->doors; i++)
        door_close(&server->door[i]);
    if (server->spare >= 0)
        close(server->spare);
    free(server->door);
    free(server);
}

void server_deliver(struct server *server)
{
    connections_deliver(&server->connections);
    for (size_t i = 0; server->adapters && i < server->doors; i++)
        if (server->door[i].adapter)
            adapter_follow(server->door[i].adapter);
}

int server_due_ms(const struct server *server, int limit)
{
    if (server->adapters && limit > PLANT_TICK_MS) /* to see in time that one is pulled */
        limit = PLANT_TICK_MS;
    return connections_due_ms(&server->connections, limit);
}

size_t server_connections(const struct server *server)
{
    size_t open = server->connections.open;
    for (size_t i = 0; i < server->doors; i++)
        if (server->door[i].terminal)
            open += terminal_clients(server->door[i].terminal);
    return open;
}
