/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/adapter.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "simulators/line.h"

enum { READ_BYTES = 512 };

struct adapter {
    struct watch watch; /* our side of the pty; first, so that a watch is its adapter. fd -1: pulled out */
    struct world *world;
    struct loop *loop;
    size_t port;
    int client; /* the client's side, held open: clients come and go */
    struct line *line;
};

static void adapter_ready(struct watch *watch, uint32_t events)
{
    struct adapter *adapter = (struct adapter *)watch;
    uint8_t bytes[READ_BYTES];
    (void)events;
    const ssize_t got = read(watch->fd, bytes, sizeof bytes);
    if (got > 0)
        line_hear(adapter->line, bytes, (size_t)got);
}

/* What nobody reads is lost, as in a full buffer of an adapter. */
static void adapter_write(void *context, const uint8_t *bytes, size_t count)
{
    const struct adapter *adapter = context;
    if (write(adapter->watch.fd, bytes, count) < 0 && errno != EAGAIN)
        fprintf(stderr, "minesim: cannot write to a line: %s\n", strerror(errno));
}

static void unlink_link(const char *path)
{
    struct stat file;
    if (lstat(path, &file) == 0 && S_ISLNK(file.st_mode))
        unlink(path);
}

/* Opens the pty, both sides raw and without echo. */
static bool open_pty(struct adapter *adapter, char name[static PORT_LINK_BYTES])
{
    struct termios raw;
    if (openpty(&adapter->watch.fd, &adapter->client, NULL, NULL, NULL) != 0)
        return false;
    fcntl(adapter->watch.fd, F_SETFD, FD_CLOEXEC);
    fcntl(adapter->client, F_SETFD, FD_CLOEXEC);
    fcntl(adapter->watch.fd, F_SETFL, fcntl(adapter->watch.fd, F_GETFL) | O_NONBLOCK);
    if (tcgetattr(adapter->client, &raw) != 0)
        return false;
    cfmakeraw(&raw);
    return tcsetattr(adapter->client, TCSANOW, &raw) == 0 && ttyname_r(adapter->client, name, PORT_LINK_BYTES) == 0;
}

static bool plug_in(struct adapter *adapter)
{
    const char *link = adapter->world->port[adapter->port].link;
    char name[PORT_LINK_BYTES];
    unlink_link(link);
    return open_pty(adapter, name) && symlink(name, link) == 0 && loop_add(adapter->loop, &adapter->watch, EPOLLIN);
}

static void pull_out(struct adapter *adapter)
{
    unlink_link(adapter->world->port[adapter->port].link);
    if (adapter->watch.fd >= 0)
        loop_close(adapter->loop, &adapter->watch);
    if (adapter->client >= 0)
        close(adapter->client);
    adapter->client = -1;
    line_clear(adapter->line);
}

struct adapter *adapter_new(struct world *world, struct loop *loop, size_t port)
{
    struct adapter *adapter = calloc(1, sizeof *adapter);
    if (!adapter) {
        fprintf(stderr, "minesim: out of memory\n");
        return NULL;
    }
    adapter->watch = (struct watch){.fd = -1, .ready = adapter_ready};
    adapter->world = world;
    adapter->loop = loop;
    adapter->port = port;
    adapter->client = -1;
    adapter->line = line_new(world, loop, port, (struct line_end){.write = adapter_write, .context = adapter});
    if (adapter->line && plug_in(adapter))
        return adapter;
    fprintf(stderr, "minesim: cannot make the line %s: %s\n", world->port[port].link, strerror(errno));
    adapter_free(adapter);
    return NULL;
}

void adapter_free(struct adapter *adapter)
{
    if (!adapter)
        return;
    if (adapter->line)
        pull_out(adapter);
    line_free(adapter->line);
    free(adapter);
}

void adapter_follow(struct adapter *adapter)
{
    const bool out = adapter->watch.fd < 0, wanted_out = world_pulled(adapter->world, adapter->port);
    if (wanted_out && !out)
        pull_out(adapter);
    else if (!wanted_out && out && !plug_in(adapter)) {
        fprintf(stderr, "minesim: cannot put the line %s back: %s\n", adapter->world->port[adapter->port].link,
                strerror(errno));
        pull_out(adapter);
    }
}
