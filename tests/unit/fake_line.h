/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus units on a serial line, in a thread, as hostile as a test wants them: on
 * a pty, or behind a serial server's socket. */
#ifndef COALTALLY_FAKE_LINE_H
#define COALTALLY_FAKE_LINE_H

#include <limits.h>
#include <pty.h>
#include <termios.h>

#include "drivers/deadline.h"
#include "drivers/frame.h"
#include "tests/unit/fake_device.h"

enum { LINE_QUESTION_BYTES = 8, LINE_ANSWER_BYTES_MAX = 300, LINE_TIMES = 64 };

struct fake_line;

/* Answers one question. */
typedef void (*line_answer)(struct fake_line *line, const uint8_t *question);

struct fake_line {
    struct wire_link link; /* by which a wire finds it */
    int master;            /* of the pty; or the listener */
    int peer;              /* where bytes go: the master, or a connection */
    int end[2];
    pthread_t thread;
    _Atomic(line_answer) answer;
    atomic_int questions, connections;
    atomic_int earliest_us; /* the shortest time from the last byte of an answer to a question */
    atomic_uint seed;
    atomic_bool babbles;
    int64_t sent_us;
    bool owes;                         /* the answer to the question before */
    int64_t asked_us[LINE_TIMES];      /* when each question came; the first ones */
    uint8_t last[LINE_QUESTION_BYTES]; /* the question before */
    uint8_t asked[LINE_TIMES][LINE_QUESTION_BYTES];
    char folder[64], path[100];
};

static inline void line_send(struct fake_line *line, const void *bytes, size_t size)
{
    line->sent_us = deadline_now_us();
    if (write(line->peer, bytes, size) < 0) /* the other side left */
        return;
}

static inline bool line_pause(struct fake_line *line, int ms)
{
    struct pollfd wait = {.fd = line->end[0], .events = POLLIN};
    return poll(&wait, 1, ms) == 0;
}

static inline size_t line_close_frame(uint8_t *frame, size_t size)
{
    const uint16_t checksum = frame_checksum(frame, size);
    frame[size] = (uint8_t)checksum;
    frame[size + 1] = (uint8_t)(checksum >> 8);
    return size + 2;
}

/* The right answer; returns its size. */
static inline size_t line_build(const uint8_t *question, uint8_t *answer)
{
    const int table = question[1], address = question[2] << 8 | question[3], count = question[4] << 8 | question[5];
    const int bytes = table <= 2 ? (count + 7) / 8 : count * 2;
    memset(answer, 0, LINE_ANSWER_BYTES_MAX);
    memcpy(answer, question, 2);
    answer[2] = (uint8_t)bytes;
    for (int i = 0; i < count; i++) {
        const unsigned value = fake_register(table, address + i);
        if (table <= 2) {
            answer[3 + i / 8] = (uint8_t)(answer[3 + i / 8] | value << (i % 8));
        } else {
            answer[3 + 2 * i] = (uint8_t)(value >> 8);
            answer[4 + 2 * i] = (uint8_t)value;
        }
    }
    return line_close_frame(answer, (size_t)bytes + 3);
}

static inline void line_good(struct fake_line *line, const uint8_t *question)
{
    uint8_t answer[LINE_ANSWER_BYTES_MAX];
    line_send(line, answer, line_build(question, answer));
}

static inline void line_nothing(struct fake_line *line, const uint8_t *question)
{
    (void)line, (void)question;
}

static inline void line_note(struct fake_line *line, const uint8_t *question)
{
    const int64_t now_us = deadline_now_us();
    const int number = line->questions;
    if (number < LINE_TIMES) {
        line->asked_us[number] = now_us;
        memcpy(line->asked[number], question, LINE_QUESTION_BYTES);
    }
    if (line->sent_us && now_us - line->sent_us < line->earliest_us)
        line->earliest_us = (int)(now_us - line->sent_us);
    line->questions++;
}

/* Questions come whole, and their checksum is right: the wire is under test here, not the line. */
static inline void *line_run(void *argument)
{
    struct fake_line *line = argument;
    uint8_t question[LINE_QUESTION_BYTES];
    size_t have = 0;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    for (;;) {
        const bool serves = line->link.kind == WIRE_RTU || line->peer >= 0;
        struct pollfd wait[] = {{.fd = line->end[0], .events = POLLIN},
                                {.fd = serves ? line->peer : line->master, .events = POLLIN}};
        if (poll(wait, 2, -1) < 0 || wait[0].revents)
            return NULL;
        if (!serves) {
            line->peer = accept(line->master, NULL, NULL);
            line->connections++;
            have = 0;
            continue;
        }
        const ssize_t got = read(line->peer, question + have, sizeof question - have);
        if (got <= 0 && line->link.kind == WIRE_RTU) {
            line_pause(line, 1); /* nobody has the line open */
            continue;
        }
        if (got <= 0) {
            close(line->peer);
            line->peer = -1;
            continue;
        }
        have += (size_t)got;
        if (have < sizeof question)
            continue;
        fake_require(frame_checksum(question, sizeof question) == 0, "a question with its checksum");
        line_note(line, question);
        atomic_load (&line->answer)(line, question);
        memcpy(line->last, question, sizeof line->last);
        have = 0;
    }
}

static inline void line_start_thread(struct fake_line *line)
{
    fake_require(pipe(line->end) == 0, "pipe");
    fake_require(pthread_create(&line->thread, NULL, line_run, line) == 0, "pthread_create");
}

/* Puts the adapter in: a new pty under the line's path. */
static inline void line_plug(struct fake_line *line)
{
    int slave;
    char name[64];
    struct termios settings;
    fake_require(openpty(&line->master, &slave, name, NULL, NULL) == 0, "openpty");
    fake_require(tcgetattr(slave, &settings) == 0, "tcgetattr");
    cfmakeraw(&settings);
    fake_require(tcsetattr(slave, TCSANOW, &settings) == 0, "tcsetattr");
    close(slave);
    fake_require(symlink(name, line->path) == 0, "symlink");
    line->peer = line->master;
    line_start_thread(line);
}

/* Ends the thread, and pulls the adapter. */
static inline void line_pull(struct fake_line *line)
{
    close(line->end[1]);
    pthread_join(line->thread, NULL);
    close(line->end[0]);
    if (line->link.kind != WIRE_RTU && line->peer >= 0)
        close(line->peer);
    close(line->master);
    unlink(line->path);
}

static inline void line_start(struct fake_line *line, enum wire_kind kind, line_answer answer)
{
    memset(line, 0, sizeof *line);
    line->link = (struct wire_link){LINK_DEFAULTS, .kind = kind};
    line->answer = answer;
    line->earliest_us = INT_MAX;
    if (kind == WIRE_RTU) {
        strcpy(line->folder, "/tmp/coaltally-line.XXXXXX");
        fake_require(mkdtemp(line->folder) != NULL, "mkdtemp");
        snprintf(line->path, sizeof line->path, "%s/tty", line->folder);
        strcpy(line->link.path, line->path);
        line_plug(line);
        return;
    }
    strcpy(line->link.host, "127.0.0.1");
    fake_require(fake_bind(AF_INET, 8, &line->master, &line->link.port), "bind");
    line->peer = -1;
    line_start_thread(line);
}

static inline void line_stop(struct fake_line *line)
{
    line_pull(line);
    if (*line->folder)
        rmdir(line->folder);
}

#endif
