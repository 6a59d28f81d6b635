/* SPDX-License-Identifier: Apache-2.0 */
/* A hostile device: the wire as it is, libmodbus included, over a stream and a clock
 * of our own. The input says what comes, and when, after each question: right
 * answers, also late, spoiled, of other questions; echoes, noise, an end.
 *
 * What must hold, whatever comes: only reads are sent; no question takes longer than
 * wire_bound_ms says; what is accepted stood in a frame that answers the question,
 * judged by tests/fuzz/valid.h; and from a device that answers its questions in
 * order, each once or not at all, on a line no later than WIRE_LATEST_MS, and through
 * whatever noise and echoes, values or exception are the answer to the question that
 * was asked last. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "drivers/deadline.h"
#include "drivers/stream.h"
#include "drivers/wire.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/valid.h"

enum { QUESTIONS = 6, TIMEOUT_MS = 200, BUNCHES = 64, BUNCH_BYTES = 300, HEARD_BYTES = 4096, LATEST_US = 4000000 };

/* The state of one run. */
static struct {
    int64_t now_us;
    struct input script;
    struct wire_link link;
    const struct request *request;
    struct stream *stream;
    int far_end; /* of the pair whose near end libmodbus reads */
    /* What is under way, in order. */
    struct bunch {
        int64_t at_us;
        size_t size;
        uint8_t bytes[BUNCH_BYTES];
        bool ends;
    } bunch[BUNCHES];
    size_t first, after;
    /* What was asked, and what has come since. */
    uint8_t asked[FRAME_QUESTION_BYTES];
    size_t asked_size;
    unsigned questions;
    uint8_t heard[HEARD_BYTES];
    size_t heard_size;
    unsigned answered; /* the last question that was */
    bool forged;       /* something came that no device would say which answers in order */
    uint8_t earlier[BUNCH_BYTES];
    size_t earlier_size;
} run;

/* --- the wire's clock: it stands but for waits, and 1 us whenever it is read --- */

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (clock != CLOCK_MONOTONIC)
        return (int)syscall(SYS_clock_gettime, clock, now);
    run.now_us++;
    *now = timespec_of_us(run.now_us);
    return 0;
}

/* --- the device --- */

static bool on_tcp(void)
{
    return run.link.kind == WIRE_TCP;
}

static void device_send(const uint8_t *bytes, size_t size, int64_t delay_us, bool ends)
{
    const int64_t before_us = run.after > run.first ? run.bunch[(run.after - 1) % BUNCHES].at_us : 0;
    struct bunch *bunch = &run.bunch[run.after % BUNCHES];
    if (run.after - run.first == BUNCHES || size > BUNCH_BYTES)
        return;
    *bunch = (struct bunch){.at_us = run.now_us + delay_us, .size = size, .ends = ends};
    if (bunch->at_us < before_us)
        bunch->at_us = before_us;
    if (size > 0)
        memcpy(bunch->bytes, bytes, size);
    run.forged = run.forged || (!on_tcp() && bunch->at_us - run.now_us > WIRE_LATEST_MS * 1000);
    run.after++;
}

static void put_checksum(uint8_t *bytes, size_t size)
{
    const unsigned checksum = valid_checksum(bytes, size - 2);
    bytes[size - 2] = (uint8_t)checksum;
    bytes[size - 1] = (uint8_t)(checksum >> 8);
}

/* The answer to the question as it came, its first value, or its exception, being the question's number. */
static size_t device_answer(uint8_t *bytes, bool refuses)
{
    const size_t head = on_tcp() ? 7 : 1, checksum = on_tcp() ? 0 : 2;
    const uint8_t *body = run.asked + head;
    const unsigned count = body[3] * 256u + body[4];
    const size_t values = refuses ? 0 : body[0] <= TABLE_DISCRETE ? (count + 7) / 8 : 2 * count;
    const size_t size = head + 2 + values + checksum;
    memset(bytes, 0, size);
    memcpy(bytes, run.asked, head);
    if (on_tcp())
        bytes[4] = (uint8_t)((3 + values) >> 8), bytes[5] = (uint8_t)(3 + values);
    bytes[head] = (uint8_t)(refuses ? body[0] | 0x80 : body[0]);
    bytes[head + 1] = (uint8_t)(refuses ? run.questions : values);
    if (values > 0)
        bytes[head + 2 + (values > 1)] = (uint8_t)run.questions;
    if (!on_tcp())
        put_checksum(bytes, size);
    return size;
}

enum {
    DO_ANSWER,
    DO_REFUSE,
    DO_PACE,
    DO_CHANGE,
    DO_CHANGE_RIGHTLY,
    DO_CUT,
    DO_SAY,
    DO_ECHO,
    DO_EARLIER,
    DO_END,
    DO_KINDS
};

/* One step of the script; false at the section's end. */
static bool device_act(int64_t *delay_us)
{
    uint8_t bytes[BUNCH_BYTES];
    const uint8_t act = take8(&run.script);
    if ((act & 0x0F) <= DO_PACE) /* twice is once too often */
        run.forged = run.forged || run.answered == run.questions, run.answered = run.questions;
    size_t size = device_answer(bytes, (act & 0x0F) == DO_REFUSE), at;
    *delay_us += (act >> 4 & 7) * 50000;
    switch (act & 0x0F) {
    case DO_PACE:
        for (at = 0; at < size; at++)
            device_send(bytes + at, 1, *delay_us += take8(&run.script) % 32 * 1000, false);
        return true;
    case DO_CHANGE:
    case DO_CHANGE_RIGHTLY:
        run.forged = true;
        bytes[take8(&run.script) % size] ^= take8(&run.script);
        if ((act & 0x0F) == DO_CHANGE_RIGHTLY && !on_tcp())
            put_checksum(bytes, size);
        break;
    case DO_CUT: /* a line loses bytes; a connection does not */
        run.forged = run.forged || on_tcp();
        size = take8(&run.script) % size;
        break;
    case DO_SAY:
        run.forged = true;
        size = take8(&run.script);
        for (at = 0; at < size; at++)
            bytes[at] = take8(&run.script);
        break;
    case DO_ECHO:
        memcpy(bytes, run.asked, size = run.asked_size);
        break;
    case DO_EARLIER:
        run.forged = true;
        memcpy(bytes, run.earlier, size = run.earlier_size);
        break;
    case DO_END:
        device_send(NULL, 0, *delay_us, true);
        return false;
    default:
        if ((act & 0x0F) >= DO_KINDS)
            return false;
    }
    device_send(bytes, size, *delay_us, false);
    if ((act & 0x0F) == DO_ECHO) /* one that is late may look like the answer to 24 bits */
        run.forged = run.forged || run.bunch[(run.after - 1) % BUNCHES].at_us > run.now_us + TIMEOUT_MS * 1000;
    return !(act & 0x80);
}

/* A question must be a read of what is asked for, or on a line a fence: that may be of another table. */
static void must_be_read(const uint8_t *bytes, size_t size)
{
    const size_t head = on_tcp() ? 7 : 1;
    MUST(size == head + 5 + (on_tcp() ? 0 : 2));
    MUST(bytes[head] == run.request->table || !on_tcp());
    MUST(bytes[head] >= TABLE_COIL && bytes[head] <= TABLE_INPUT);
    if (on_tcp())
        MUST(memcmp(bytes + 2, "\0\0\0\6", 4) == 0);
    else
        MUST(valid_checksum(bytes, 6) == bytes[6] + 256u * bytes[7]);
}

static void device_hear(const uint8_t *bytes, size_t size)
{
    int64_t delay_us = 0;
    must_be_read(bytes, size);
    run.earlier_size = run.asked_size ? device_answer(run.earlier, false) : 0;
    memcpy(run.asked, bytes, size);
    run.asked_size = size;
    run.heard_size = 0;
    run.questions++;
    while (run.script.left > 0 && device_act(&delay_us) && delay_us < LATEST_US)
        ;
}

/* The next bunch, if it comes by then; the clock goes on to it, or to then. */
static struct bunch *bunch_by(int64_t until_us)
{
    struct bunch *bunch = &run.bunch[run.first % BUNCHES];
    const bool comes = run.first < run.after && bunch->at_us <= until_us;
    const int64_t at_us = comes ? bunch->at_us : until_us;
    if (run.now_us < at_us)
        run.now_us = at_us;
    return comes ? bunch : NULL;
}

static void heard_add(const uint8_t *bytes, size_t size)
{
    const size_t room = HEARD_BYTES - run.heard_size;
    size = size < room ? size : room;
    memcpy(run.heard + run.heard_size, bytes, size);
    run.heard_size += size;
}

/* --- the stream, in place of stream.c --- */

struct stream {
    int descriptor;
};

static void stream_connect(struct stream *stream)
{
    int pair[2];
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    stream->descriptor = pair[0];
    run.far_end = pair[1];
    if (on_tcp()) /* what was under way on the connection before is gone with it */
        run.first = run.after;
}

struct stream *stream_new(const struct wire_link *link)
{
    (void)link;
    run.stream = calloc(1, sizeof *run.stream);
    MUST(run.stream);
    run.stream->descriptor = -1;
    return run.stream;
}

void stream_free(struct stream *stream)
{
    if (stream)
        stream_close(stream);
    free(stream);
}

void stream_close(struct stream *stream)
{
    if (stream->descriptor < 0)
        return;
    close(stream->descriptor);
    close(run.far_end);
    stream->descriptor = -1;
}

enum stream_outcome stream_open(struct stream *stream, int64_t deadline)
{
    (void)deadline;
    if (stream->descriptor < 0)
        stream_connect(stream);
    return STREAM_OPEN;
}

const char *stream_error(const struct stream *stream)
{
    (void)stream;
    return "";
}

int stream_descriptor(const struct stream *stream)
{
    return stream->descriptor;
}

/* Hands a bunch to whoever reads the near end. */
static void bunch_hand(struct bunch *bunch)
{
    heard_add(bunch->bytes, bunch->size);
    if (bunch->size > 0)
        MUST(write(run.far_end, bunch->bytes, bunch->size) == (ssize_t)bunch->size);
    run.first = bunch->ends ? run.after : run.first + 1;
    if (bunch->ends)
        shutdown(run.far_end, SHUT_WR);
}

bool stream_quiet(const struct stream *stream)
{
    char byte;
    for (struct bunch *bunch; stream->descriptor >= 0 && (bunch = bunch_by(run.now_us));)
        bunch_hand(bunch);
    return stream->descriptor >= 0 && recv(stream->descriptor, &byte, 1, MSG_PEEK) < 0;
}

size_t stream_read_bytes(const struct stream *stream)
{
    (void)stream;
    return 0;
}

bool stream_wait(struct stream *stream, int64_t until_us)
{
    char byte;
    if (recv(stream->descriptor, &byte, 1, MSG_PEEK) >= 0)
        return true;
    struct bunch *bunch = bunch_by(until_us);
    if (bunch)
        bunch_hand(bunch);
    return bunch != NULL;
}

ssize_t stream_take(struct stream *stream, void *bytes, size_t size)
{
    for (struct bunch *bunch; (bunch = bunch_by(run.now_us));)
        bunch_hand(bunch);
    const ssize_t got = read(stream->descriptor, bytes, size);
    if (got == 0)
        errno = ECONNRESET;
    return got > 0 ? got : got < 0 && errno == EAGAIN ? 0 : -1;
}

bool stream_sleep(struct stream *stream, int64_t until_us)
{
    (void)stream;
    run.now_us = run.now_us < until_us ? until_us : run.now_us;
    return true;
}

bool stream_send(struct stream *stream, const void *bytes, size_t size)
{
    (void)stream;
    device_hear(bytes, size);
    return true;
}

void stream_stop(struct stream *stream)
{
    (void)stream;
}

bool stream_stopped(struct stream *stream)
{
    (void)stream;
    return false;
}

/* libmodbus waits for an answer with it, and lets it count down as Linux does. */
int select(int count, fd_set *reading, fd_set *writing, fd_set *failing, struct timeval *timeout)
{
    (void)count, (void)writing, (void)failing;
    MUST(timeout && FD_ISSET(run.stream->descriptor, reading));
    const int64_t until_us = run.now_us + timeout->tv_sec * INT64_C(1000000) + timeout->tv_usec;
    const bool ready = stream_wait(run.stream, until_us);
    const struct timespec left = timespec_of_us(until_us - run.now_us);
    *timeout = (struct timeval){.tv_sec = left.tv_sec, .tv_usec = left.tv_nsec / 1000};
    if (!ready)
        FD_ZERO(reading);
    return ready;
}

/* --- the questions --- */

/* Whether a frame like that came: on TCP at once, on a line anywhere. */
static bool was_heard(const struct question *question, enum valid wanted, const uint16_t *values)
{
    uint16_t expected[PLAN_BITS_MAX];
    size_t whole;
    if (on_tcp()) {
        const enum valid valid = valid_tcp(question, run.heard, run.heard_size, &whole, expected);
        return valid == wanted &&
               (valid == VALID_EXCEPTION || memcmp(values, expected, question->request->count * sizeof *values) == 0);
    }
    for (size_t i = 0; i < run.heard_size; i++)
        if (valid_line(question, run.heard + i, run.heard_size - i, &whole, expected) == wanted &&
            (wanted == VALID_EXCEPTION || memcmp(values, expected, question->request->count * sizeof *values) == 0))
            return true;
    return false;
}

static void must_be_right(const struct wire *wire, const struct wire_unit *unit, enum wire_outcome outcome,
                          const uint16_t *values)
{
    const uint16_t transaction = (uint16_t)(run.asked[0] * 256 + run.asked[1]);
    const struct question question = {.transaction = transaction, .unit = unit->unit, .request = run.request};
    MUST(outcome != WIRE_CONNECT && outcome != WIRE_DESCRIPTOR && outcome != WIRE_FORBIDDEN && outcome != WIRE_STOPPED);
    if (outcome != WIRE_OK && outcome != WIRE_EXCEPTION)
        return;
    const uint8_t *count = run.asked + run.asked_size - (on_tcp() ? 2 : 4);
    MUST(count[-3] == run.request->table && count[0] * 256 + count[1] == run.request->count); /* no fence's */
    MUST(was_heard(&question, outcome == WIRE_OK ? VALID_VALUES : VALID_EXCEPTION, values));
    if (outcome == WIRE_OK && !run.forged && run.request->table >= TABLE_HOLDING)
        MUST(values[0] == run.questions);
    if (outcome == WIRE_EXCEPTION && !run.forged)
        MUST(wire_exception(wire) == (int)run.questions);
}

static void ask_once(struct wire *wire, const struct wire_unit *unit)
{
    uint16_t values[PLAN_BITS_MAX] = {0};
    const int64_t began_us = run.now_us;
    const enum wire_outcome outcome = wire_read(wire, unit, run.request, values);
    MUST(run.now_us - began_us <= (wire_bound_ms(&run.link, unit) + 1) * 1000);
    must_be_right(wire, unit, outcome, values);
    MUST(strlen(wire_received(wire)) < 3 * WIRE_RECEIVED_BYTES);
    MUST((outcome == WIRE_OK) == (wire_error(wire)[0] == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    const uint8_t kind = take8(&input);
    const struct wire_unit unit = {
        .unit = 17, .timeout_ms = TIMEOUT_MS, .retries = kind >> 4 & 1, .pause_ms = kind >> 5 & 3};
    struct request request = {.table = 1 + kind / 4 % 4, .address = take16(&input)};
    request.count = 1 + take8(&input) % 125;
    if (request.address > 65536 - 125)
        request.address = 65536 - 125;
    memset(&run, 0, sizeof run);
    run.now_us = 1000000000;
    run.link = (struct wire_link){.kind = kind % 4 == 0   ? WIRE_TCP
                                          : kind % 4 == 1 ? WIRE_RTU
                                                          : WIRE_RTU_OVER_TCP,
                                  .host = "device",
                                  .port = 502,
                                  LINK_DEFAULTS};
    run.request = &request;
    run.script = input;
    struct wire *wire = wire_new(&run.link);
    MUST(wire);
    for (int i = 0; i < QUESTIONS; i++)
        ask_once(wire, &unit);
    wire_free(wire);
    return 0;
}
