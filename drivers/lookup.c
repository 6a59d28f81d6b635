/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/lookup.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/deadline.h"

enum { LOOKUP_STACK_BYTES = 256 * 1024 }; /* NSS modules are greedy */

struct lookup {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int owners; /* the waiter and the thread; the last one frees */
    bool done, cancelled;
    int error; /* EAI_... once done */
    struct addrinfo *addresses;
    char port[8];
    char host[]; /* a copy: the thread may outlive the waiter */
};

static int lookup_ask(struct lookup *lookup, int flags)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags};
    return getaddrinfo(lookup->host, lookup->port, &hints, &lookup->addresses);
}

static void lookup_free(struct lookup *lookup)
{
    if (lookup->addresses)
        freeaddrinfo(lookup->addresses);
    pthread_cond_destroy(&lookup->changed);
    pthread_mutex_destroy(&lookup->mutex);
    free(lookup);
}

void lookup_release(struct lookup *lookup)
{
    if (!lookup)
        return;
    pthread_mutex_lock(&lookup->mutex);
    const int owners = --lookup->owners;
    pthread_mutex_unlock(&lookup->mutex);
    if (owners == 0)
        lookup_free(lookup);
}

static void *lookup_thread(void *argument)
{
    struct lookup *lookup = argument;
    const int error = lookup_ask(lookup, 0);
    pthread_mutex_lock(&lookup->mutex);
    lookup->error = error;
    lookup->done = true;
    pthread_cond_broadcast(&lookup->changed);
    pthread_mutex_unlock(&lookup->mutex);
    lookup_release(lookup);
    return NULL;
}

static bool lookup_start_thread(struct lookup *lookup)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, LOOKUP_STACK_BYTES);
    lookup->owners = 2;
    const bool started = pthread_create(&thread, &attributes, lookup_thread, lookup) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

static struct lookup *lookup_new(const char *host, int port)
{
    const size_t size = strlen(host) + 1;
    struct lookup *lookup = calloc(1, sizeof *lookup + size);
    if (!lookup)
        return NULL;
    memcpy(lookup->host, host, size);
    snprintf(lookup->port, sizeof lookup->port, "%d", port);
    lookup->owners = 1;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&lookup->mutex, NULL);
    pthread_cond_init(&lookup->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return lookup;
}

struct lookup *lookup_start(const char *host, int port)
{
    struct lookup *lookup = lookup_new(host, port);
    if (!lookup)
        return NULL;
    lookup->error = lookup_ask(lookup, AI_NUMERICHOST);
    lookup->done = lookup->error != EAI_NONAME;
    if (!lookup->done && !lookup_start_thread(lookup)) {
        lookup_free(lookup);
        return NULL;
    }
    return lookup;
}

bool lookup_wait(struct lookup *lookup, int64_t deadline)
{
    const struct timespec until = deadline_timespec(deadline);
    pthread_mutex_lock(&lookup->mutex);
    int late = 0;
    while (!lookup->done && !lookup->cancelled && late == 0)
        late = pthread_cond_timedwait(&lookup->changed, &lookup->mutex, &until);
    const bool done = lookup->done && !lookup->cancelled;
    pthread_mutex_unlock(&lookup->mutex);
    return done;
}

const struct addrinfo *lookup_addresses(const struct lookup *lookup)
{
    return lookup->error == 0 ? lookup->addresses : NULL;
}

const char *lookup_error(const struct lookup *lookup)
{
    return gai_strerror(lookup->error);
}

void lookup_cancel(struct lookup *lookup)
{
    pthread_mutex_lock(&lookup->mutex);
    lookup->cancelled = true;
    pthread_cond_broadcast(&lookup->changed);
    pthread_mutex_unlock(&lookup->mutex);
}
