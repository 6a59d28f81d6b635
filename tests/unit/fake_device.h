/* SPDX-License-Identifier: Apache-2.0 */
/* A Modbus TCP device in a thread, as hostile as a test wants it. */
#ifndef COALTALLY_FAKE_DEVICE_H
#define COALTALLY_FAKE_DEVICE_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/wire.h"
#include "tests/unit/seed.h"

enum { QUESTION_BYTES = 12, ANSWER_BYTES_MAX = 512 };

struct fake_device;

/* Answers one question on a connection; false closes it. */
typedef bool (*fake_answer)(struct fake_device *device, int peer, const uint8_t *question);

struct fake_device {
    int listener, port, family;
    int end[2]; /* a pipe: closed at its writing end, it ends the thread */
    pthread_t thread;
    _Atomic(fake_answer) answer;
    atomic_int connections, questions, closed;
    atomic_uint seed; /* for answers at random */
    /* What its registers hold; NULL: fake_register. */
    uint16_t (*value)(int table, int address);
    uint8_t last[QUESTION_BYTES]; /* the question before, for answers that come twice */
};

static inline void fake_require(bool holds, const char *what)
{
    if (!holds) {
        perror(what);
        abort();
    }
}

/* A value that no other table and address has, within reason. */
static inline uint16_t fake_register(int table, int address)
{
    const int value = table <= 2 ? (address * 5 + table) % 3 == 0 : address * 13 + table * 1000;
    return (uint16_t)(value & 0xFFFF);
}

static inline bool fake_send(int peer, const void *bytes, size_t size)
{
    return send(peer, bytes, size, MSG_NOSIGNAL) == (ssize_t)size;
}

/* Waits; false when the device is to end. */
static inline bool fake_pause(struct fake_device *device, int ms)
{
    struct pollfd wait = {.fd = device->end[0], .events = POLLIN};
    return poll(&wait, 1, ms) == 0;
}

/* The right answer to a question; returns its size. */
static inline size_t fake_build(const struct fake_device *device, const uint8_t *question, uint8_t *answer)
{
    const int table = question[7], address = question[8] << 8 | question[9], count = question[10] << 8 | question[11];
    const int bytes = table <= 2 ? (count + 7) / 8 : count * 2;
    memset(answer, 0, ANSWER_BYTES_MAX);
    memcpy(answer, question, 8);
    answer[4] = (uint8_t)((bytes + 3) >> 8);
    answer[5] = (uint8_t)(bytes + 3);
    answer[8] = (uint8_t)bytes;
    for (int i = 0; i < count; i++) {
        const unsigned value = device->value ? device->value(table, address + i) : fake_register(table, address + i);
        if (table <= 2) {
            answer[9 + i / 8] = (uint8_t)(answer[9 + i / 8] | value << (i % 8));
        } else {
            answer[9 + 2 * i] = (uint8_t)(value >> 8);
            answer[10 + 2 * i] = (uint8_t)value;
        }
    }
    return (size_t)bytes + 9;
}

static inline bool answer_good(struct fake_device *device, int peer, const uint8_t *question)
{
    uint8_t answer[ANSWER_BYTES_MAX];
    const size_t size = fake_build(device, question, answer);
    return fake_send(peer, answer, size);
}

static inline bool answer_exception(struct fake_device *device, int peer, const uint8_t *question)
{
    (void)device;
    uint8_t answer[9];
    memcpy(answer, question, 8);
    answer[5] = 3;
    answer[7] |= 0x80;
    answer[8] = 2;
    return fake_send(peer, answer, sizeof answer);
}

static inline bool answer_nothing(struct fake_device *device, int peer, const uint8_t *question)
{
    (void)device, (void)peer, (void)question;
    return true;
}

/* Reads one question whole; false at the connection's or the device's end. */
static inline bool fake_receive(struct fake_device *device, int peer, uint8_t *question)
{
    for (size_t have = 0; have < QUESTION_BYTES;) {
        struct pollfd wait[] = {{.fd = device->end[0], .events = POLLIN}, {.fd = peer, .events = POLLIN}};
        if (poll(wait, 2, -1) < 0 || wait[0].revents)
            return false;
        const ssize_t got = recv(peer, question + have, QUESTION_BYTES - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return true;
}

static inline void fake_serve(struct fake_device *device, int peer)
{
    uint8_t question[QUESTION_BYTES];
    while (fake_receive(device, peer, question)) {
        device->questions++;
        const fake_answer answer = atomic_load(&device->answer);
        const bool stays = answer(device, peer, question);
        memcpy(device->last, question, sizeof device->last);
        if (!stays)
            break;
    }
}

static inline void *fake_run(void *argument)
{
    struct fake_device *device = argument;
    sigset_t all;
    sigfillset(&all); /* signals are for the thread under test */
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    for (;;) {
        struct pollfd wait[] = {{.fd = device->end[0], .events = POLLIN}, {.fd = device->listener, .events = POLLIN}};
        if (poll(wait, 2, -1) < 0 || wait[0].revents)
            return NULL;
        const int peer = accept(device->listener, NULL, NULL);
        if (peer < 0)
            continue;
        device->connections++;
        fake_serve(device, peer);
        close(peer);
        device->closed++;
    }
}

/* A socket bound to a free loopback port; false when the family has no loopback here. */
static inline bool fake_bind(int family, int backlog, int *listener, int *port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {.any.sa_family = (sa_family_t)family};
    socklen_t size = family == AF_INET6 ? sizeof address.v6 : sizeof address.v4;
    if (family == AF_INET6)
        address.v6.sin6_addr = in6addr_loopback;
    else
        address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*listener < 0)
        return false;
    if (bind(*listener, &address.any, size) != 0 || listen(*listener, backlog) != 0) {
        close(*listener);
        return false;
    }
    fake_require(getsockname(*listener, &address.any, &size) == 0, "getsockname");
    *port = ntohs(family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
    return true;
}

static inline bool fake_start_on(struct fake_device *device, int family, fake_answer answer)
{
    memset(device, 0, sizeof *device);
    device->answer = answer;
    if (!fake_bind(family, 8, &device->listener, &device->port))
        return false;
    fake_require(pipe(device->end) == 0, "pipe");
    fake_require(pthread_create(&device->thread, NULL, fake_run, device) == 0, "pthread_create");
    return true;
}

static inline void fake_start(struct fake_device *device, fake_answer answer)
{
    fake_require(fake_start_on(device, AF_INET, answer), "fake device");
}

static inline void fake_stop(struct fake_device *device)
{
    close(device->end[1]);
    pthread_join(device->thread, NULL);
    close(device->end[0]);
    close(device->listener);
}

static inline struct wire *fake_wire(const char *host, int port)
{
    struct wire_link link = {.kind = WIRE_TCP, .port = port};
    strcpy(link.host, host);
    return wire_new(&link);
}

#endif
