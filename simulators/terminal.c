/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/terminal.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simulators/line.h"

enum { READ_BYTES = 512 };

struct client {
    struct watch watch; /* first, so that a watch is its client */
    struct terminal *terminal;
    struct client *next;
};

struct terminal {
    struct loop *loop;
    struct line *line;
    struct client *first;
    size_t clients;
};

static void client_close(struct client *client)
{
    struct terminal *terminal = client->terminal;
    struct client **at = &terminal->first;
    while (*at != client)
        at = &(*at)->next;
    *at = client->next;
    terminal->clients--;
    loop_close(terminal->loop, &client->watch);
    free(client);
}

static void client_ready(struct watch *watch, uint32_t events)
{
    struct client *client = (struct client *)watch;
    uint8_t bytes[READ_BYTES];
    (void)events;
    const ssize_t got = recv(watch->fd, bytes, sizeof bytes, 0);
    if (got > 0)
        line_hear(client->terminal->line, bytes, (size_t)got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        client_close(client);
}

/* A client that does not read loses bytes; one that is gone is closed by its own event. */
static void terminal_write(void *context, const uint8_t *bytes, size_t count)
{
    const struct terminal *terminal = context;
    for (const struct client *client = terminal->first; client; client = client->next)
        send(client->watch.fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void terminal_hang_up(void *context)
{
    struct terminal *terminal = context;
    while (terminal->first)
        client_close(terminal->first);
}

struct terminal *terminal_new(struct world *world, struct loop *loop, size_t port)
{
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (!terminal)
        return NULL;
    const struct line_end end = {.write = terminal_write, .hang_up = terminal_hang_up, .context = terminal};
    terminal->loop = loop;
    terminal->line = line_new(world, loop, port, end);
    if (terminal->line)
        return terminal;
    free(terminal);
    return NULL;
}

void terminal_free(struct terminal *terminal)
{
    if (!terminal)
        return;
    terminal_hang_up(terminal);
    line_free(terminal->line);
    free(terminal);
}

void terminal_open(struct terminal *terminal, int fd)
{
    struct client *client = malloc(sizeof *client);
    const int on = 1;
    if (!client) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *client = (struct client){.watch = {.fd = fd, .ready = client_ready}, .terminal = terminal};
    if (!loop_add(terminal->loop, &client->watch, EPOLLIN)) {
        close(fd);
        free(client);
        return;
    }
    client->next = terminal->first;
    terminal->first = client;
    terminal->clients++;
}

size_t terminal_clients(const struct terminal *terminal)
{
    return terminal->clients;
}
