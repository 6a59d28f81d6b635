/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/loop.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct loop {
    int fd;
};

struct loop *loop_new(void)
{
    struct loop *loop = malloc(sizeof *loop);
    if (!loop)
        return NULL;
    loop->fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->fd < 0) {
        free(loop);
        return NULL;
    }
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    close(loop->fd);
    free(loop);
}

bool loop_add(struct loop *loop, struct watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    return epoll_ctl(loop->fd, EPOLL_CTL_ADD, watch->fd, &event) == 0;
}

void loop_change(struct loop *loop, struct watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    epoll_ctl(loop->fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void loop_close(struct loop *loop, struct watch *watch)
{
    epoll_ctl(loop->fd, EPOLL_CTL_DEL, watch->fd, NULL);
    close(watch->fd);
    watch->fd = -1;
}

void loop_wait(struct loop *loop, int timeout_ms)
{
    struct epoll_event event;
    if (epoll_wait(loop->fd, &event, 1, timeout_ms) != 1)
        return;
    struct watch *watch = event.data.ptr;
    watch->ready(watch, event.events);
}
