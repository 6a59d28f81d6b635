/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "drivers/deadline.h"
#include "drivers/wire.h"
#include "tests/unit/fake_device.h"

/* A time-out short enough for many cases, and what it may become on a machine
 * that is busy with other things. */
enum { TIMEOUT_MS = 250, PATIENCE_MS = 5000, LONG_MS = 60000 };

static const struct request question = {.table = TABLE_HOLDING, .address = 1009, .count = 10};

static enum wire_outcome read_unit(struct wire *wire, const struct request *request, int timeout_ms, uint16_t *values)
{
    return wire_read(wire, &(struct wire_unit){.unit = 1, .timeout_ms = timeout_ms}, request, values);
}

/* --- a name server under the test's control --- */

static atomic_bool name_server_silent;

/* Stands before the C library's: "slow.test" has no address before the test lets it. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    typedef int function(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    function *real;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    const bool slow = strcmp(node, "slow.test") == 0;
    if (!slow || (hints->ai_flags & AI_NUMERICHOST))
        return real(node, service, hints, result);
    while (name_server_silent)
        usleep(1000);
    return real("127.0.0.1", service, hints, result);
}

/* --- answers that are wrong in one way each --- */

static bool send_changed(struct fake_device *device, int peer, const uint8_t *bytes, size_t at, int value)
{
    uint8_t answer[ANSWER_BYTES_MAX];
    const size_t size = fake_build(device, bytes, answer);
    answer[at] = (uint8_t)value;
    return fake_send(peer, answer, size);
}

static bool answer_wrong_transaction(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return send_changed(device, peer, bytes, 1, bytes[1] ^ 0x55);
}

static bool answer_wrong_protocol(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return send_changed(device, peer, bytes, 3, 1);
}

static bool answer_wrong_length(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return send_changed(device, peer, bytes, 5, 24);
}

static bool answer_wrong_unit(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return send_changed(device, peer, bytes, 6, bytes[6] + 1);
}

static bool answer_wrong_function(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return send_changed(device, peer, bytes, 7, TABLE_INPUT);
}

static bool answer_write_function(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return send_changed(device, peer, bytes, 7, 16);
}

static bool answer_fewer(struct fake_device *device, int peer, const uint8_t *bytes)
{
    uint8_t fewer[QUESTION_BYTES], answer[ANSWER_BYTES_MAX];
    memcpy(fewer, bytes, sizeof fewer);
    fewer[11]--;
    return fake_send(peer, answer, fake_build(device, fewer, answer));
}

static bool answer_more(struct fake_device *device, int peer, const uint8_t *bytes)
{
    uint8_t more[QUESTION_BYTES], answer[ANSWER_BYTES_MAX];
    memcpy(more, bytes, sizeof more);
    more[11]++;
    return fake_send(peer, answer, fake_build(device, more, answer));
}

static bool answer_too_much(struct fake_device *device, int peer, const uint8_t *bytes)
{
    uint8_t answer[ANSWER_BYTES_MAX];
    fake_build(device, bytes, answer);
    answer[8] = 255; /* more than a frame may hold */
    return fake_send(peer, answer, sizeof answer);
}

static bool answer_half_and_close(struct fake_device *device, int peer, const uint8_t *bytes)
{
    uint8_t answer[ANSWER_BYTES_MAX];
    fake_send(peer, answer, fake_build(device, bytes, answer) / 2);
    return false;
}

static bool answer_half(struct fake_device *device, int peer, const uint8_t *bytes)
{
    uint8_t answer[ANSWER_BYTES_MAX];
    return fake_send(peer, answer, fake_build(device, bytes, answer) / 2);
}

static bool answer_close(struct fake_device *device, int peer, const uint8_t *bytes)
{
    (void)device, (void)peer, (void)bytes;
    return false;
}

/* The end of the connection, and its reset before anybody has looked. */
static bool answer_end_and_reset(struct fake_device *device, int peer, const uint8_t *bytes)
{
    (void)device, (void)bytes;
    const struct linger at_once = {.l_onoff = 1};
    shutdown(peer, SHUT_WR);
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return false;
}

/* A byte every 50 ms: each comes in time, the answer does not. */
static bool answer_dripping(struct fake_device *device, int peer, const uint8_t *bytes)
{
    uint8_t answer[ANSWER_BYTES_MAX];
    const size_t size = fake_build(device, bytes, answer);
    for (size_t i = 0; i < size; i++)
        if (!fake_send(peer, answer + i, 1) || !fake_pause(device, 50))
            return false;
    return true;
}

static bool answer_late(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return fake_pause(device, TIMEOUT_MS + 150) && answer_good(device, peer, bytes);
}

static bool answer_text(struct fake_device *device, int peer, const uint8_t *bytes)
{
    (void)device, (void)bytes;
    static const char banner[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\nand much more of it, but no Modbus\r\n";
    return fake_send(peer, banner, sizeof banner - 1);
}

/* The answer to the question before comes first, as from a gateway that fell behind. */
static bool answer_previous(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return device->questions == 1 ? answer_good(device, peer, bytes) : answer_good(device, peer, device->last);
}

static bool answer_twice(struct fake_device *device, int peer, const uint8_t *bytes)
{
    return answer_good(device, peer, bytes) && answer_good(device, peer, bytes);
}

/* --- helpers --- */

static struct wire *wire_to(const struct fake_device *device)
{
    struct wire *wire = fake_wire("127.0.0.1", device->port);
    assert_non_null(wire);
    return wire;
}

static void assert_values(const struct request *request, const uint16_t *values)
{
    for (int i = 0; i < request->count; i++)
        assert_int_equal(values[i], fake_register((int)request->table, request->address + i));
}

static void assert_reads(struct wire *wire, const struct request *request)
{
    uint16_t values[PLAN_BITS_MAX] = {0};
    const enum wire_outcome outcome = read_unit(wire, request, PATIENCE_MS, values);
    if (outcome != WIRE_OK)
        print_message("# %s: %s\n", wire_outcome_name(outcome), wire_error(wire));
    assert_int_equal(outcome, WIRE_OK);
    assert_string_equal(wire_error(wire), "");
    assert_values(request, values);
}

static void assert_says(const struct wire *wire, const char *part)
{
    if (!strstr(wire_error(wire), part))
        print_message("# \"%s\" does not hold \"%s\"\n", wire_error(wire), part);
    assert_non_null(strstr(wire_error(wire), part));
}

/* --- tests --- */

static void reads_all_tables(void **state)
{
    (void)state;
    static const struct request requests[] = {
        {.table = TABLE_COIL, .address = 0, .count = 1},        {.table = TABLE_COIL, .address = 19, .count = 2000},
        {.table = TABLE_DISCRETE, .address = 100, .count = 13}, {.table = TABLE_HOLDING, .address = 1009, .count = 125},
        {.table = TABLE_HOLDING, .address = 0, .count = 1},     {.table = TABLE_INPUT, .address = 512, .count = 10},
        {.table = TABLE_INPUT, .address = 65535, .count = 1},
    };
    struct fake_device device;
    fake_start(&device, answer_good);
    struct wire *wire = wire_to(&device);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        assert_reads(wire, &requests[i]);
    assert_int_equal(device.connections, 1);
    wire_free(wire);
    fake_stop(&device);
}

static void an_exception_is_an_answer(void **state)
{
    (void)state;
    struct fake_device device;
    uint16_t values[10] = {0};
    fake_start(&device, answer_exception);
    struct wire *wire = wire_to(&device);
    assert_int_equal(read_unit(wire, &question, PATIENCE_MS, values), WIRE_EXCEPTION);
    assert_int_equal(wire_exception(wire), 2);
    assert_says(wire, "illegal data address");
    assert_says(wire, "10 holding registers from 1009");
    device.answer = answer_good;
    assert_reads(wire, &question);
    assert_int_equal(device.connections, 1);
    wire_free(wire);
    fake_stop(&device);
}

/* Each fault is named, bounded, leaves the values alone, and is forgotten with its connection. */
static void faults_are_named_and_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        fake_answer answer;
        enum wire_outcome outcome;
        const char *says;
        enum wire_flaw flaw;
    } cases[] = {
        {"silent", answer_nothing, WIRE_TIMEOUT, "unit 1 within 250 ms", FLAW_NONE},
        {"dripping", answer_dripping, WIRE_TIMEOUT, "no whole answer from 127.0.0.1", FLAW_SHORT},
        {"late", answer_late, WIRE_TIMEOUT, "no answer", FLAW_NONE},
        {"half", answer_half, WIRE_TIMEOUT, "no whole answer from 127.0.0.1", FLAW_SHORT},
        {"half, then closed", answer_half_and_close, WIRE_CLOSED, "connection lost", FLAW_SHORT},
        {"closed", answer_close, WIRE_CLOSED, "connection lost", FLAW_NONE},
        {"transaction", answer_wrong_transaction, WIRE_GARBAGE, "transaction", FLAW_OTHER},
        {"protocol", answer_wrong_protocol, WIRE_GARBAGE, "protocol 1 where 0", FLAW_OTHER},
        {"length", answer_wrong_length, WIRE_GARBAGE, "length 24 where 23", FLAW_OTHER},
        {"unit", answer_wrong_unit, WIRE_GARBAGE, "unit 2 where 1", FLAW_UNIT},
        {"function", answer_wrong_function, WIRE_GARBAGE, "function 4 where 3", FLAW_OTHER},
        {"write", answer_write_function, WIRE_GARBAGE, "function 16 where 3", FLAW_OTHER},
        {"fewer", answer_fewer, WIRE_GARBAGE, "byte count 18 where 20", FLAW_SHORT},
        {"more", answer_more, WIRE_GARBAGE, "byte count 22 where 20", FLAW_OTHER},
        {"too much", answer_too_much, WIRE_GARBAGE, "more bytes", FLAW_OTHER},
        {"text", answer_text, WIRE_GARBAGE, "expected", FLAW_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake_device device;
        uint16_t values[10] = {0};
        fake_start(&device, cases[i].answer);
        struct wire *wire = wire_to(&device);
        const int64_t begin = deadline_now_ms();
        const enum wire_outcome outcome = read_unit(wire, &question, TIMEOUT_MS, values);
        if (outcome != cases[i].outcome)
            print_message("# %s: %s: %s\n", cases[i].name, wire_outcome_name(outcome), wire_error(wire));
        assert_int_equal(outcome, cases[i].outcome);
        assert_says(wire, cases[i].says);
        assert_int_equal(wire_flaw(wire), cases[i].flaw);
        assert_true(deadline_now_ms() - begin < PATIENCE_MS);
        assert_int_equal(values[0], 0);
        device.answer = answer_good;
        assert_reads(wire, &question);
        assert_int_equal(wire_flaw(wire), FLAW_NONE);
        wire_free(wire);
        fake_stop(&device);
    }
}

/* The end of a connection is no byte of an answer. */
static void nothing_came_of_a_connection_that_was_reset(void **state)
{
    (void)state;
    struct fake_device device;
    uint16_t values[10];
    fake_start(&device, answer_end_and_reset);
    struct wire *wire = wire_to(&device);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(read_unit(wire, &question, TIMEOUT_MS, values), WIRE_CLOSED);
        assert_string_equal(wire_received(wire), "");
        assert_int_equal(wire_flaw(wire), FLAW_NONE);
    }
    wire_free(wire);
    fake_stop(&device);
}

/* The bytes of what was no answer, and no byte more. */
static void what_came_is_kept(void **state)
{
    (void)state;
    static const struct {
        fake_answer answer;
        size_t least, most; /* bytes */
        const char *begins;
    } cases[] = {
        {answer_nothing, 0, 0, ""},
        {answer_close, 0, 0, ""},
        {answer_half, 14, 14, "00 01 00 00 00 17 01 03 14"},
        {answer_half_and_close, 14, 14, "00 01 00 00 00 17 01 03 14"},
        {answer_dripping, 1, 14, "00"},
        {answer_wrong_unit, 29, 29, "00 01 00 00 00 17 02 03 14"},
        {answer_exception, 9, 9, "00 01 00 00 00 03 01 83 02"},
        {answer_too_much, WIRE_RECEIVED_BYTES, WIRE_RECEIVED_BYTES, "00 01 00 00 00 17 01 03 ff"},
        {answer_text, 9, WIRE_RECEIVED_BYTES, "53 53 48 2d 32 2e 30"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake_device device;
        uint16_t values[10];
        fake_start(&device, cases[i].answer);
        struct wire *wire = wire_to(&device);
        assert_int_not_equal(read_unit(wire, &question, TIMEOUT_MS, values), WIRE_OK);
        const size_t bytes = (strlen(wire_received(wire)) + 1) / 3;
        if (bytes < cases[i].least || bytes > cases[i].most ||
            strncmp(wire_received(wire), cases[i].begins, strlen(cases[i].begins)) != 0)
            fail_msg("case %zu: %zu bytes, %s", i, bytes, wire_received(wire));
        device.answer = answer_good;
        assert_reads(wire, &question);
        assert_string_equal(wire_received(wire), "");
        wire_free(wire);
        fake_stop(&device);
    }
}

static void retries_and_pauses_on_tcp(void **state)
{
    (void)state;
    struct fake_device device;
    uint16_t values[10];
    fake_start(&device, answer_nothing);
    struct wire *wire = wire_to(&device);
    const struct wire_unit patient = {.unit = 1, .timeout_ms = 30, .retries = 2};
    const struct wire_unit slow = {.unit = 2, .timeout_ms = PATIENCE_MS, .pause_ms = 60, .pause_after_connect_ms = 150};
    assert_int_equal(wire_read(wire, &patient, &question, values), WIRE_TIMEOUT);
    assert_int_equal(device.connections, 3);
    assert_int_equal(wire_read(wire, &patient, &question, values), WIRE_TIMEOUT);
    assert_int_equal(device.connections, 4); /* it was silent before: once */
    device.answer = answer_good;
    int64_t begin_us = deadline_now_us();
    assert_int_equal(wire_read(wire, &slow, &question, values), WIRE_OK);
    assert_true(deadline_now_us() - begin_us >= 150000);
    begin_us = deadline_now_us();
    assert_int_equal(wire_read(wire, &slow, &question, values), WIRE_OK);
    assert_true(deadline_now_us() - begin_us >= 59000);
    wire_free(wire);
    fake_stop(&device);
}

static void a_dripping_device_gets_no_more_than_the_timeout(void **state)
{
    (void)state;
    const struct request long_question = {
        .table = TABLE_HOLDING, .address = 0, .count = 125}; /* 259 bytes: 13 s of dripping */
    struct fake_device device;
    uint16_t values[125];
    fake_start(&device, answer_dripping);
    struct wire *wire = wire_to(&device);
    const int64_t begin = deadline_now_ms();
    assert_int_equal(read_unit(wire, &long_question, TIMEOUT_MS, values), WIRE_TIMEOUT);
    const int64_t took_ms = deadline_now_ms() - begin;
    assert_true(took_ms >= TIMEOUT_MS && took_ms < PATIENCE_MS);
    wire_free(wire);
    fake_stop(&device);
}

static void an_answer_to_another_question_is_not_taken(void **state)
{
    (void)state;
    const struct request other = {.table = TABLE_HOLDING, .address = 2009, .count = 10}; /* of the same shape */
    struct fake_device device;
    uint16_t values[10] = {0};
    fake_start(&device, answer_previous);
    struct wire *wire = wire_to(&device);
    assert_reads(wire, &other);
    assert_int_equal(read_unit(wire, &question, PATIENCE_MS, values), WIRE_GARBAGE);
    assert_says(wire, "transaction");
    device.answer = answer_good;
    assert_reads(wire, &question);
    wire_free(wire);
    fake_stop(&device);
}

/* Each second copy is found by the next question, or does not fit it. */
static void an_answer_that_comes_twice_is_taken_once(void **state)
{
    (void)state;
    struct fake_device device;
    fake_start(&device, answer_twice);
    struct wire *wire = wire_to(&device);
    for (uint16_t i = 0; i < 20; i++) {
        const struct request request = {.table = TABLE_HOLDING, .address = (uint16_t)(i * 100), .count = 10};
        uint16_t values[10];
        const enum wire_outcome outcome = read_unit(wire, &request, PATIENCE_MS, values);
        assert_true(outcome == WIRE_OK || outcome == WIRE_GARBAGE);
        if (outcome == WIRE_OK)
            assert_values(&request, values);
    }
    device.answer = answer_good;
    wire_free(wire);
    fake_stop(&device);
}

static bool answer_good_then_close(struct fake_device *device, int peer, const uint8_t *bytes)
{
    answer_good(device, peer, bytes);
    return false;
}

/* Many devices close a connection that they deem idle: not worth a lost reading. */
static void a_connection_closed_while_idle_is_opened_anew(void **state)
{
    (void)state;
    struct fake_device device;
    fake_start(&device, answer_good_then_close);
    struct wire *wire = wire_to(&device);
    for (int i = 1; i <= 5; i++) {
        assert_reads(wire, &question);
        while (device.closed < i) /* a close that comes later than the question is WIRE_CLOSED */
            usleep(1000);
    }
    assert_int_equal(device.connections, 5);
    wire_free(wire);
    fake_stop(&device);
}

/* The head of a right answer with one byte changed, then cut, or lengthened with noise. */
static bool answer_at_random(struct fake_device *device, int peer, const uint8_t *bytes)
{
    unsigned seed = device->seed;
    uint8_t answer[ANSWER_BYTES_MAX];
    const size_t whole = fake_build(device, bytes, answer);
    const int at = rand_r(&seed) % 9;
    answer[at] = (uint8_t)(answer[at] ^ (1 + rand_r(&seed) % 255));
    for (size_t i = whole; i < sizeof answer; i++)
        answer[i] = (uint8_t)rand_r(&seed);
    const size_t sizes[] = {whole, (size_t)rand_r(&seed) % whole, (size_t)rand_r(&seed) % sizeof answer};
    fake_send(peer, answer, sizes[rand_r(&seed) % 3]);
    const bool stays = rand_r(&seed) % 3 == 0;
    device->seed = seed;
    return stays;
}

static void nothing_is_taken_from_random_frames(void **state)
{
    (void)state;
    struct fake_device device;
    fake_start(&device, answer_at_random);
    device.seed = (unsigned)seed_take();
    struct wire *wire = wire_to(&device);
    for (int i = 0; i < 60; i++) {
        uint16_t values[10] = {0};
        device.answer = answer_at_random;
        const enum wire_outcome outcome = read_unit(wire, &question, 60, values);
        assert_true(outcome == WIRE_TIMEOUT || outcome == WIRE_CLOSED || outcome == WIRE_GARBAGE);
        assert_int_equal(values[0], 0);
        device.answer = answer_good;
        assert_reads(wire, &question);
    }
    wire_free(wire);
    fake_stop(&device);
}

static void only_reads_leave(void **state)
{
    (void)state;
    struct fake_device device;
    uint16_t values[1];
    fake_start(&device, answer_good);
    struct wire *wire = wire_to(&device);
    for (int function = -1; function < 300; function++) {
        if (function >= TABLE_COIL && function <= TABLE_INPUT)
            continue;
        const struct request request = {.table = (enum registers_table)function, .address = 0, .count = 1};
        assert_int_equal(read_unit(wire, &request, PATIENCE_MS, values), WIRE_FORBIDDEN);
        assert_says(wire, "not asked");
    }
    assert_int_equal(device.connections, 0);
    assert_reads(wire, &question);
    assert_int_equal(device.questions, 1);
    wire_free(wire);
    fake_stop(&device);
}

static void a_refused_connection_is_said(void **state)
{
    (void)state;
    int listener = -1, port = 0;
    uint16_t values[10];
    assert_true(fake_bind(AF_INET, 1, &listener, &port));
    close(listener); /* nobody listens there now */
    struct wire *wire = fake_wire("127.0.0.1", port);
    assert_int_equal(read_unit(wire, &question, PATIENCE_MS, values), WIRE_CONNECT);
    assert_says(wire, "Connection refused");
    wire_free(wire);
}

/* A listener whose queue is full drops what knocks, as a black hole does. */
struct black_hole {
    int listener, port, knocks[4];
};

static void black_hole_open(struct black_hole *hole)
{
    assert_true(fake_bind(AF_INET, 0, &hole->listener, &hole->port));
    for (int i = 0; i < 4; i++) {
        const struct sockaddr_in address = {
            .sin_family = AF_INET, .sin_port = htons((uint16_t)hole->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        hole->knocks[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(hole->knocks[i], (const struct sockaddr *)&address, sizeof address);
    }
}

static void black_hole_close(struct black_hole *hole)
{
    for (int i = 0; i < 4; i++)
        close(hole->knocks[i]);
    close(hole->listener);
}

static void a_black_hole_is_bounded(void **state)
{
    (void)state;
    struct black_hole hole;
    uint16_t values[10];
    black_hole_open(&hole);
    struct wire *wire = fake_wire("127.0.0.1", hole.port);
    const int64_t begin = deadline_now_ms();
    assert_int_equal(read_unit(wire, &question, TIMEOUT_MS, values), WIRE_CONNECT);
    const int64_t took_ms = deadline_now_ms() - begin;
    assert_true(took_ms >= TIMEOUT_MS - 1 && took_ms < PATIENCE_MS);
    assert_says(wire, "within 250 ms: no answer");
    wire_free(wire);
    black_hole_close(&hole);
}

static void names_and_both_families(void **state)
{
    (void)state;
    struct fake_device device;
    fake_start(&device, answer_good);
    struct wire *wire = fake_wire("localhost", device.port); /* ::1 may be tried first, and refuse */
    assert_reads(wire, &question);
    wire_free(wire);
    fake_stop(&device);

    const bool has_ipv6 = fake_start_on(&device, AF_INET6, answer_good);
    uint16_t values[10];
    wire = fake_wire("::1", has_ipv6 ? device.port : 1);
    assert_int_equal(read_unit(wire, &question, PATIENCE_MS, values), has_ipv6 ? WIRE_OK : WIRE_CONNECT);
    wire_free(wire);
    if (has_ipv6)
        fake_stop(&device);
}

static void an_unknown_name_is_said(void **state)
{
    (void)state;
    uint16_t values[10];
    struct wire *wire = fake_wire("no such host", 502);
    assert_int_equal(read_unit(wire, &question, PATIENCE_MS, values), WIRE_CONNECT);
    assert_says(wire, "cannot connect to no such host:502 within");
    wire_free(wire);
}

static void a_silent_name_server_is_bounded(void **state)
{
    (void)state;
    struct fake_device device;
    uint16_t values[10];
    fake_start(&device, answer_good);
    struct wire *wire = fake_wire("slow.test", device.port);
    name_server_silent = true;
    for (int i = 0; i < 3; i++) {
        const int64_t begin = deadline_now_ms();
        assert_int_equal(read_unit(wire, &question, TIMEOUT_MS, values), WIRE_CONNECT);
        assert_says(wire, "name server does not answer");
        assert_true(deadline_now_ms() - begin < PATIENCE_MS);
    }
    name_server_silent = false;
    assert_reads(wire, &question);
    wire_free(wire);
    fake_stop(&device);
}

/* --- stopping --- */

struct reader {
    struct wire *wire;
    atomic_int outcome;
    atomic_bool done;
    pthread_t thread;
};

static void *read_until_failure(void *argument)
{
    struct reader *reader = argument;
    uint16_t values[10];
    enum wire_outcome outcome;
    do
        outcome = read_unit(reader->wire, &question, LONG_MS, values);
    while (outcome == WIRE_OK);
    reader->outcome = (int)outcome;
    reader->done = true;
    return NULL;
}

static void assert_stops(struct wire *wire, useconds_t after_us)
{
    struct reader reader = {.wire = wire};
    uint16_t values[10];
    assert_int_equal(pthread_create(&reader.thread, NULL, read_until_failure, &reader), 0);
    usleep(after_us);
    assert_false(reader.done);
    const int64_t begin = deadline_now_ms();
    wire_stop(wire);
    pthread_join(reader.thread, NULL);
    assert_true(deadline_now_ms() - begin < PATIENCE_MS);
    assert_int_equal(reader.outcome, WIRE_STOPPED);
    assert_int_equal(read_unit(wire, &question, PATIENCE_MS, values), WIRE_STOPPED);
    wire_free(wire);
}

static void a_stop_wakes_a_read(void **state)
{
    (void)state;
    struct fake_device device;
    fake_start(&device, answer_nothing);
    assert_stops(wire_to(&device), 50000);
    fake_stop(&device);
}

static void a_stop_wakes_a_connect(void **state)
{
    (void)state;
    struct black_hole hole;
    black_hole_open(&hole);
    assert_stops(fake_wire("127.0.0.1", hole.port), 50000);
    black_hole_close(&hole);
}

static void a_stop_wakes_a_lookup(void **state)
{
    (void)state;
    name_server_silent = true;
    assert_stops(fake_wire("slow.test", 502), 50000);
    name_server_silent = false;
}

static void a_stop_may_come_at_any_moment(void **state)
{
    (void)state;
    unsigned seed = (unsigned)seed_take();
    struct fake_device device;
    fake_start(&device, answer_good);
    for (int i = 0; i < 40; i++) {
        device.answer = rand_r(&seed) % 2 ? answer_good : answer_good_then_close;
        struct reader reader = {.wire = wire_to(&device)};
        assert_int_equal(pthread_create(&reader.thread, NULL, read_until_failure, &reader), 0);
        usleep((useconds_t)(rand_r(&seed) % 3000));
        wire_stop(reader.wire);
        pthread_join(reader.thread, NULL);
        /* A connection that the device closed right after its question is a failure of its own. */
        assert_true(reader.outcome == WIRE_STOPPED || reader.outcome == WIRE_CLOSED);
        wire_free(reader.wire);
    }
    fake_stop(&device);
}

/* --- signals --- */

static atomic_int signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void set_alarms(suseconds_t every_us)
{
    const struct itimerval timer = {.it_interval.tv_usec = every_us, .it_value.tv_usec = every_us};
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/* Neither shorten a wait nor lengthen it. */
static void signals_change_nothing(void **state)
{
    (void)state;
    struct fake_device device;
    struct black_hole hole;
    uint16_t values[10];
    const struct sigaction action = {.sa_handler = count_signal}; /* no SA_RESTART */
    struct sigaction before;
    fake_start(&device, answer_nothing);
    black_hole_open(&hole);
    struct wire *const wires[] = {wire_to(&device), fake_wire("127.0.0.1", hole.port)};
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    for (int i = 0; i < 2; i++) {
        signals = 0;
        set_alarms(10000);
        const int64_t begin = deadline_now_ms();
        const enum wire_outcome outcome = read_unit(wires[i], &question, TIMEOUT_MS, values);
        const int64_t took_ms = deadline_now_ms() - begin;
        set_alarms(0);
        assert_int_equal(outcome, i == 0 ? WIRE_TIMEOUT : WIRE_CONNECT);
        assert_true(took_ms >= TIMEOUT_MS - 1 && took_ms < PATIENCE_MS);
        assert_true(signals > 0);
    }
    set_alarms(1000);
    device.answer = answer_good;
    for (int i = 0; i < 200; i++)
        assert_reads(wires[0], &question);
    set_alarms(0);
    sigaction(SIGALRM, &before, NULL);
    wire_free(wires[0]);
    wire_free(wires[1]);
    fake_stop(&device);
    black_hole_close(&hole);
}

/* --- descriptors --- */

enum { FILES_MAX = 1200 };

static int files_open(int *files, int below)
{
    int count = 0;
    while (count < FILES_MAX) {
        const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (file < 0)
            break;
        if (file >= below) {
            close(file);
            break;
        }
        files[count++] = file;
    }
    return count;
}

static void files_close(const int *files, int count)
{
    for (int i = 0; i < count; i++)
        close(files[i]);
}

/* libmodbus would end the process at descriptor 1024. */
static void no_descriptor_is_said(void **state)
{
    (void)state;
    static int files[FILES_MAX];
    struct fake_device device;
    struct rlimit limit, wanted;
    uint16_t values[10];
    fake_start(&device, answer_good);
    getrlimit(RLIMIT_NOFILE, &limit);
    for (int pass = 0; pass < 2; pass++) {
        wanted = (struct rlimit){pass == 0 ? 256 : limit.rlim_max < 1100 ? limit.rlim_max : 1100, limit.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &wanted), 0);
        struct wire *wire = wire_to(&device);
        const int count = files_open(files, FD_SETSIZE);
        assert_int_equal(read_unit(wire, &question, PATIENCE_MS, values), WIRE_DESCRIPTOR);
        assert_says(wire, "descriptor");
        files_close(files, count);
        assert_reads(wire, &question);
        wire_free(wire);
    }
    setrlimit(RLIMIT_NOFILE, &limit);
    fake_stop(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_all_tables),
        cmocka_unit_test(an_exception_is_an_answer),
        cmocka_unit_test(faults_are_named_and_bounded),
        cmocka_unit_test(nothing_came_of_a_connection_that_was_reset),
        cmocka_unit_test(what_came_is_kept),
        cmocka_unit_test(retries_and_pauses_on_tcp),
        cmocka_unit_test(a_dripping_device_gets_no_more_than_the_timeout),
        cmocka_unit_test(an_answer_to_another_question_is_not_taken),
        cmocka_unit_test(an_answer_that_comes_twice_is_taken_once),
        cmocka_unit_test(a_connection_closed_while_idle_is_opened_anew),
        cmocka_unit_test(nothing_is_taken_from_random_frames),
        cmocka_unit_test(only_reads_leave),
        cmocka_unit_test(a_refused_connection_is_said),
        cmocka_unit_test(a_black_hole_is_bounded),
        cmocka_unit_test(names_and_both_families),
        cmocka_unit_test(an_unknown_name_is_said),
        cmocka_unit_test(a_silent_name_server_is_bounded),
        cmocka_unit_test(a_stop_wakes_a_read),
        cmocka_unit_test(a_stop_wakes_a_connect),
        cmocka_unit_test(a_stop_wakes_a_lookup),
        cmocka_unit_test(a_stop_may_come_at_any_moment),
        cmocka_unit_test(signals_change_nothing),
        cmocka_unit_test(no_descriptor_is_said),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
