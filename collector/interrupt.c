/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "collector/clock.h"

struct interrupt {
    struct wire *wire;
    sigset_t before; /* the signals that were blocked */
    int signals;     /* a signalfd */
    int wake, end;   /* eventfds: it came; the thread is no longer needed */
    atomic_bool came;
    bool runs;
    pthread_t thread;
};

static void *interrupt_wait(void *context)
{
    struct interrupt *interrupt = context;
    struct pollfd watched[] = {{.fd = interrupt->signals, .events = POLLIN}, {.fd = interrupt->end, .events = POLLIN}};
    while (poll(watched, 2, -1) < 0 && errno == EINTR)
        ;
    if (watched[0].revents) {
        atomic_store(&interrupt->came, true);
        wire_stop(interrupt->wire);
        eventfd_write(interrupt->wake, 1);
    }
    return NULL;
}

struct interrupt *interrupt_new(struct wire *wire)
{
    struct interrupt *interrupt = calloc(1, sizeof *interrupt);
    sigset_t signals;
    if (!interrupt)
        return NULL;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    interrupt->wire = wire;
    pthread_sigmask(SIG_BLOCK, &signals, &interrupt->before);
    interrupt->signals = signalfd(-1, &signals, SFD_CLOEXEC);
    interrupt->wake = eventfd(0, EFD_CLOEXEC);
    interrupt->end = eventfd(0, EFD_CLOEXEC);
    const int error = interrupt->signals < 0 || interrupt->wake < 0 || interrupt->end < 0
                          ? errno
                          : pthread_create(&interrupt->thread, NULL, interrupt_wait, interrupt);
    interrupt->runs = error == 0;
    if (interrupt->runs)
        return interrupt;
    interrupt_free(interrupt);
    errno = error;
    return NULL;
}

static void close_open(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}

void interrupt_free(struct interrupt *interrupt)
{
    if (!interrupt)
        return;
    if (interrupt->runs) {
        eventfd_write(interrupt->end, 1);
        pthread_join(interrupt->thread, NULL);
    }
    close_open(interrupt->signals);
    close_open(interrupt->wake);
    close_open(interrupt->end);
    /* A signal that came stays blocked: it has been obeyed. */
    if (!atomic_load(&interrupt->came))
        pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
    free(interrupt);
}

bool interrupt_came(const struct interrupt *interrupt)
{
    return atomic_load(&interrupt->came);
}

bool interrupt_sleep(const struct interrupt *interrupt, int64_t boot_ms)
{
    return clock_sleep_until(boot_ms, interrupt->wake);
}
