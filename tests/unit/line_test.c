/* SPDX-License-Identifier: Apache-2.0 */
/* minesim's serial lines, over real ptys and real connections. */
#include "simulators/line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "drivers/frame.h"
#include "simulators/script.h"
#include "simulators/server.h"
#include "tests/unit/simulated.h"

/* Registers 0 and 1, total1, of each unit; the answer has 9 bytes. */
static const uint8_t ask_unit1[] = {1, 3, 0, 0, 0, 2, 0xc4, 0x0b};
static const uint8_t ask_unit2[] = {2, 3, 0, 0, 0, 2, 0xc4, 0x38};
static const uint8_t ask_all[] = {1, 3, 0, 0, 0, 32, 0x44, 0x12}; /* 69 bytes of answer */
enum { QUESTION = 8, ANSWER = 9, PATIENCE_MS = 10000 };

struct fixture {
    struct world *world;
    struct loop *loop;
    struct server *server;
    char folder[64], link[80];
};

/* Two scales on one line; total1 of the first is 0x01020304 kg, of the other 0. */
static struct fixture *open_line(enum port_kind kind, struct uart uart)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct world *world = fixture->world = simulated_world(1);
    const struct device_setup second = {
        .mine = "sim-t",
        .name = "other",
        .profile = world->profile[0],
        .plant = &world->mine[0]->plant,
        .drive = DRIVE_NOTHING,
        .unit = 2,
    };
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/line.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->link, sizeof fixture->link, "%s/line", fixture->folder);
    assert_non_null(world_add_device(world, &second));
    world->port[0].kind = kind;
    world->port[0].uart = uart;
    strcpy(world->port[0].link, "line");
    world_start(world);
    assert_true(script_obey(world, "fault scale preset 16909.060", stderr));
    assert_true(script_obey(world, "flows stop", stderr));
    fixture->loop = loop_new();
    fixture->server = server_new(world, fixture->loop, "127.0.0.1", 0, fixture->folder);
    assert_non_null(fixture->server);
    return fixture;
}

static struct fixture *open_fixture(void)
{
    return open_line(PORT_RTU, (struct uart){115200, PARITY_NONE, 1});
}

static void close_fixture(struct fixture *fixture)
{
    struct stat gone;
    server_free(fixture->server);
    loop_free(fixture->loop);
    world_free(fixture->world);
    assert_int_equal(lstat(fixture->link, &gone), -1);
    assert_int_equal(rmdir(fixture->folder), 0);
    free(fixture);
}

static void obey(const struct fixture *fixture, const char *line)
{
    assert_true(script_obey(fixture->world, line, stderr));
}

static int open_client(const struct fixture *fixture)
{
    const int fd = open(fixture->link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(fd >= 0);
    return fd;
}

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Lets the line work until `size` bytes have come, the line has gone or the time is
 * over. What came; -1: gone, nothing came. */
static int receive(struct fixture *fixture, int fd, uint8_t *bytes, int size, int wait_ms)
{
    const int64_t end_us = clock_us() + wait_ms * 1000;
    int have = 0;
    while (have < size && clock_us() < end_us) {
        loop_wait(fixture->loop, server_due_ms(fixture->server, 2));
        world_advance(fixture->world);
        server_deliver(fixture->server);
        const ssize_t got = read(fd, bytes + have, (size_t)(size - have));
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return have ? have : -1;
        have += got > 0 ? (int)got : 0;
    }
    return have;
}

/* Lets the line work until so many requests, right and wrong ones, have been heard. */
static void hear(struct fixture *fixture, int64_t requests)
{
    const struct world_port *port = &fixture->world->port[0];
    const int64_t end_us = clock_us() + PATIENCE_MS * 1000;
    while (port->frames + port->misheard < requests && clock_us() < end_us)
        loop_wait(fixture->loop, 2);
    assert_int_equal(port->frames + port->misheard, requests);
}

static void ask(int fd, const uint8_t *question)
{
    assert_int_equal(write(fd, question, QUESTION), QUESTION);
}

static void expect(struct fixture *fixture, int fd, const uint8_t *bytes, int count)
{
    uint8_t got[300];
    assert_int_equal(receive(fixture, fd, got, count, PATIENCE_MS), count);
    assert_memory_equal(got, bytes, (size_t)count);
}

static void expect_nothing(struct fixture *fixture, int fd)
{
    uint8_t byte;
    assert_int_equal(receive(fixture, fd, &byte, 1, 50), 0);
}

static const uint8_t answer1[ANSWER] = {1, 3, 4, 1, 2, 3, 4, 0x5b, 0x3c};

/* An answer of unit 2, whose total stands wherever it began. */
static void expect_unit2(struct fixture *fixture, int fd)
{
    uint8_t bytes[ANSWER];
    assert_int_equal(receive(fixture, fd, bytes, ANSWER, PATIENCE_MS), ANSWER);
    assert_memory_equal(bytes, "\2\3\4", 3);
    assert_int_equal(frame_checksum(bytes, ANSWER), 0);
}

static void several_units_answer_on_one_line(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    const int fd = open_client(fixture);
    for (int round = 0; round < 20; round++) {
        ask(fd, ask_unit1);
        expect(fixture, fd, answer1, ANSWER);
        ask(fd, ask_unit2);
        expect_unit2(fixture, fd);
    }
    assert_int_equal(fixture->world->device[0].requests.answered, 20);
    assert_int_equal(fixture->world->device[1].requests.answered, 20);
    assert_int_equal(fixture->world->port[0].frames, 40);
    assert_int_equal(fixture->world->port[0].misheard, 0);
    close(fd);
    close_fixture(fixture);
}

/* Never sooner than the line allows: the question's characters, the silence, the
 * answer's. (The client's bytes come at once in a pty.) */
static void answers_take_their_time_on_the_line(void **state)
{
    (void)state;
    static const struct {
        struct uart uart;
        int64_t first_us, whole_us;
    } cases[] = {
        /* (8 + 3.5 + 1) x 10 bits, (8 + 3.5 + 69) x 10 bits */
        {{4800, PARITY_NONE, 1}, 26041, 167708},
        {{9600, PARITY_NONE, 1}, 13020, 83854},
        /* 11 and 12 bits a character */
        {{9600, PARITY_EVEN, 1}, 14322, 92239},
        {{9600, PARITY_ODD, 2}, 15625, 100625},
        /* 9 x 10 bits + 1.75 ms, 77 x 10 bits + 1.75 ms */
        {{38400, PARITY_NONE, 1}, 4093, 21802},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fixture = open_line(PORT_RTU, cases[i].uart);
        const int fd = open_client(fixture);
        uint8_t bytes[69];
        const int64_t begin_us = clock_us();
        ask(fd, ask_all);
        assert_int_equal(receive(fixture, fd, bytes, 1, PATIENCE_MS), 1);
        assert_true(clock_us() - begin_us >= cases[i].first_us);
        assert_int_equal(receive(fixture, fd, bytes + 1, 68, PATIENCE_MS), 68);
        assert_true(clock_us() - begin_us >= cases[i].whole_us);
        assert_memory_equal(bytes, "\1\3\100\1\2\3\4", 7);
        assert_int_equal(frame_checksum(bytes, sizeof bytes), 0);
        close(fd);
        close_fixture(fixture);
    }
}

/* What has no silence between is one frame, and none that anybody understands. */
static void silence_tells_frames_apart(void **state)
{
    (void)state;
    struct fixture *fixture = open_line(PORT_RTU, (struct uart){9600, PARITY_NONE, 1});
    const int fd = open_client(fixture);
    ask(fd, ask_unit1);
    ask(fd, ask_unit2);
    hear(fixture, 1);
    expect_nothing(fixture, fd);
    assert_int_equal(fixture->world->port[0].misheard, 1);
    for (int i = 0; i < QUESTION; i++)
        assert_int_equal(write(fd, ask_unit1 + i, 1), 1);
    expect(fixture, fd, answer1, ANSWER);
    close(fd);
    close_fixture(fixture);
}

static void nobody_is_meant(void **state)
{
    (void)state;
    static const struct {
        uint8_t frame[QUESTION];
        bool misheard;
    } cases[] = {
        {{3, 3, 0, 0, 0, 2, 0xc5, 0xe9}, false}, /* no such unit */
        {{0, 3, 0, 0, 0, 2, 0xc5, 0xda}, false}, /* broadcast */
        {{1, 3, 0, 0, 0, 2, 0xc4, 0x0c}, true},  /* CRC */
    };
    struct fixture *fixture = open_fixture();
    const int fd = open_client(fixture);
    int64_t misheard = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(write(fd, cases[i].frame, QUESTION), QUESTION);
        hear(fixture, (int64_t)i + 1);
        expect_nothing(fixture, fd);
        misheard += cases[i].misheard;
        assert_int_equal(fixture->world->port[0].misheard, misheard);
    }
    uint8_t babble[600];
    memset(babble, 1, sizeof babble);
    assert_int_equal(write(fd, babble, sizeof babble), sizeof babble);
    hear(fixture, sizeof cases / sizeof *cases + 1);
    assert_int_equal(fixture->world->port[0].misheard, misheard + 1);
    ask(fd, ask_unit1);
    expect(fixture, fd, answer1, ANSWER);
    close(fd);
    close_fixture(fixture);
}

static void writes_are_refused_and_counted(void **state)
{
    (void)state;
    static const uint8_t one[] = {1, 6, 0, 0, 0, 1, 0x48, 0x0a};
    static const uint8_t several[] = {1, 16, 0, 0, 0, 2, 4, 0, 1, 0, 2, 0x23, 0xae};
    struct fixture *fixture = open_fixture();
    const int fd = open_client(fixture);
    assert_int_equal(write(fd, one, sizeof one), sizeof one);
    expect(fixture, fd, (const uint8_t[]){1, 0x86, 1, 0x83, 0xa0}, 5);
    assert_int_equal(write(fd, several, sizeof several), sizeof several);
    expect(fixture, fd, (const uint8_t[]){1, 0x90, 1, 0x8d, 0xc0}, 5);
    assert_int_equal(fixture->world->device[0].requests.writes_refused, 2);
    close(fd);
    close_fixture(fixture);
}

/* The late answer comes when somebody else has been asked and has answered. */
static void a_late_answer_is_of_another_question(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    const int fd = open_client(fixture);
    obey(fixture, "fault scale late 400");
    const int64_t begin_us = clock_us();
    ask(fd, ask_unit1);
    expect_nothing(fixture, fd);
    ask(fd, ask_unit2);
    expect_unit2(fixture, fd);
    expect(fixture, fd, answer1, ANSWER);
    assert_true(clock_us() - begin_us >= 400000);
    close(fd);
    close_fixture(fixture);
}

/* A dripping unit does not keep the line: its bytes come between the others' frames. */
static void a_dripping_unit_mixes_in(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    const int fd = open_client(fixture);
    uint8_t bytes[2 * ANSWER];
    obey(fixture, "fault scale drip 60");
    const int64_t begin_us = clock_us();
    ask(fd, ask_unit1);
    assert_int_equal(receive(fixture, fd, bytes, 1, PATIENCE_MS), 1);
    ask(fd, ask_unit2);
    assert_int_equal(receive(fixture, fd, bytes + 1, sizeof bytes - 1, PATIENCE_MS), sizeof bytes - 1);
    assert_true(clock_us() - begin_us >= 8 * 60000);
    assert_int_equal(bytes[0], 1);
    assert_int_equal(bytes[sizeof bytes - 1], answer1[ANSWER - 1]);
    size_t other = 1;
    while (other < ANSWER && memcmp(bytes + other, "\2\3\4", 3) != 0)
        other++;
    assert_in_range(other, 1, ANSWER - 1); /* before the last byte that drips */
    close(fd);
    close_fixture(fixture);
}

static void an_adapter_pulled_and_put_back(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    struct stat link;
    uint8_t byte;
    for (int round = 0; round < 2; round++) {
        int fd = open_client(fixture);
        ask(fd, ask_unit1);
        expect(fixture, fd, answer1, ANSWER);
        obey(fixture, "fault other pull for 200ms");
        ask(fd, ask_unit1); /* is not answered any more */
        assert_int_equal(receive(fixture, fd, &byte, 1, PATIENCE_MS), -1);
        assert_int_equal(lstat(fixture->link, &link), -1);
        assert_int_equal(write(fd, ask_unit1, QUESTION), -1);
        close(fd);
        while (lstat(fixture->link, &link) != 0) {
            loop_wait(fixture->loop, server_due_ms(fixture->server, 2));
            world_advance(fixture->world);
            server_deliver(fixture->server);
        }
        assert_true(S_ISLNK(link.st_mode));
        fd = open_client(fixture);
        expect_nothing(fixture, fd);
        ask(fd, ask_unit2);
        expect_unit2(fixture, fd);
        close(fd);
    }
    obey(fixture, "fault scale pull");
    server_deliver(fixture->server);
    assert_int_equal(lstat(fixture->link, &link), -1);
    obey(fixture, "clear scale");
    server_deliver(fixture->server);
    assert_int_equal(lstat(fixture->link, &link), 0);
    close_fixture(fixture);
}

/* Nobody reads: what an adapter's buffer does not hold is lost, and the line goes on. */
static void a_client_that_does_not_read(void **state)
{
    (void)state;
    enum { REQUESTS = 100 }; /* 6900 bytes of answers */
    struct fixture *fixture = open_fixture();
    int fd = open_client(fixture);
    for (int i = 1; i <= REQUESTS; i++) {
        ask(fd, ask_all);
        hear(fixture, i);
    }
    close(fd);
    fd = open_client(fixture);
    uint8_t byte;
    while (receive(fixture, fd, &byte, 1, 100) == 1)
        tcflush(fd, TCIFLUSH);
    ask(fd, ask_unit1);
    expect(fixture, fd, answer1, ANSWER);
    close(fd);
    close_fixture(fixture);
}

/* A link of a minesim that was killed is in nobody's way; a file is not touched. */
static void what_stands_in_the_way(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    struct world *world = simulated_world(2);
    char path[80];
    struct stat file;
    snprintf(path, sizeof path, "%s/stale", fixture->folder);
    world->port[0].kind = PORT_RTU;
    strcpy(world->port[0].link, path);
    assert_int_equal(symlink("/dev/pts/999999", path), 0);
    struct server *server = server_new(world, fixture->loop, "127.0.0.1", 0, "/nowhere");
    assert_non_null(server);
    server_free(server);
    const int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_null(server_new(world, fixture->loop, "127.0.0.1", 0, "/nowhere"));
    assert_int_equal(stat(path, &file), 0);
    unlink(path);
    strcpy(world->port[0].link, "relative");
    assert_null(server_new(world, fixture->loop, "127.0.0.1", 0, "/nowhere"));
    world_free(world);
    close_fixture(fixture);
}

/* --- RTU over TCP --- */

static int connect_to(const struct fixture *fixture)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)fixture->world->port[0].number)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

/* The first is heard by the server, too. */
static int connect_and_read(struct fixture *fixture)
{
    const int fd = connect_to(fixture);
    ask(fd, ask_unit1);
    expect(fixture, fd, answer1, ANSWER);
    return fd;
}

static void a_serial_server_passes_bytes_on(void **state)
{
    (void)state;
    struct fixture *fixture = open_line(PORT_RTU_OVER_TCP, (struct uart){9600, PARITY_NONE, 1});
    const int fd = connect_and_read(fixture);
    const int64_t begin_us = clock_us();
    ask(fd, ask_unit2);
    expect_unit2(fixture, fd);
    assert_true(clock_us() - begin_us >= 21354); /* (8 + 3.5 + 9) x 10 bits */
    assert_int_equal(write(fd, (const uint8_t[]){3, 3, 0, 0, 0, 2, 0xc5, 0xe9}, QUESTION), QUESTION);
    expect_nothing(fixture, fd); /* no gateway: no exception 11 */
    const int second = connect_and_read(fixture);
    expect(fixture, fd, answer1, ANSWER); /* it hears what others are told */
    assert_int_equal(server_connections(fixture->server), 2);
    close(second);
    close(fd);
    for (int i = 0; i < 20 && server_connections(fixture->server); i++)
        loop_wait(fixture->loop, 100);
    assert_int_equal(server_connections(fixture->server), 0);
    close_fixture(fixture);
}

static void a_serial_server_hangs_up(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        int bytes;
    } cases[] = {{"fault scale cut", 4}, {"fault scale close", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fixture = open_line(PORT_RTU_OVER_TCP, (struct uart){115200, PARITY_NONE, 1});
        const int fd = connect_and_read(fixture);
        uint8_t bytes[ANSWER];
        obey(fixture, cases[i].fault);
        ask(fd, ask_unit1);
        assert_int_equal(receive(fixture, fd, bytes, ANSWER, PATIENCE_MS), cases[i].bytes);
        assert_int_equal(server_connections(fixture->server), 0);
        close(fd);
        close_fixture(fixture);
    }
}

static void faults_fit_their_wires(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        bool fits[3]; /* by kind of port */
    } cases[] = {
        {"wrong-transaction", {[PORT_TCP] = true}},
        {"close", {[PORT_TCP] = true, [PORT_RTU_OVER_TCP] = true}},
        {"bad-crc", {[PORT_RTU] = true, [PORT_RTU_OVER_TCP] = true}},
        {"lost 20", {[PORT_RTU] = true, [PORT_RTU_OVER_TCP] = true}},
        {"echo", {[PORT_RTU] = true, [PORT_RTU_OVER_TCP] = true}},
        {"line-noise", {[PORT_RTU] = true, [PORT_RTU_OVER_TCP] = true}},
        {"pull", {[PORT_RTU] = true}},
        {"garbage", {true, true, true}},
    };
    struct world *world = simulated_world(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int kind = PORT_TCP; kind <= PORT_RTU_OVER_TCP; kind++) {
            char line[64], *said = NULL;
            size_t size = 0;
            FILE *out = open_memstream(&said, &size);
            world->port[0].kind = (enum port_kind)kind;
            snprintf(line, sizeof line, "fault scale %s", cases[i].fault);
            assert_int_equal(script_obey(world, line, out), cases[i].fits[kind]);
            fclose(out);
            assert_int_equal(strstr(said, "needs") != NULL, !cases[i].fits[kind]);
            free(said);
            world_clear(world, &world->device[0], FAULT_KINDS);
        }
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_units_answer_on_one_line), cmocka_unit_test(answers_take_their_time_on_the_line),
        cmocka_unit_test(silence_tells_frames_apart),       cmocka_unit_test(nobody_is_meant),
        cmocka_unit_test(writes_are_refused_and_counted),   cmocka_unit_test(a_late_answer_is_of_another_question),
        cmocka_unit_test(a_dripping_unit_mixes_in),         cmocka_unit_test(an_adapter_pulled_and_put_back),
        cmocka_unit_test(a_client_that_does_not_read),      cmocka_unit_test(what_stands_in_the_way),
        cmocka_unit_test(a_serial_server_passes_bytes_on),  cmocka_unit_test(a_serial_server_hangs_up),
        cmocka_unit_test(faults_fit_their_wires),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
