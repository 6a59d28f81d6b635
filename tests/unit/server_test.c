/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simulators/script.h"
#include "tests/unit/simulated.h"

static const uint8_t read_total[] = {0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2};
enum { QUESTION = sizeof read_total, ANSWER = 13 };

struct fixture {
    struct world *world;
    struct loop *loop;
    struct server *server;
};

static struct fixture *open_fixture(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->world = simulated_world(1);
    world_start(fixture->world);
    fixture->loop = loop_new();
    fixture->server = server_new(fixture->world, fixture->loop, "127.0.0.1", 0, "/");
    assert_non_null(fixture->server);
    return fixture;
}

static void close_fixture(struct fixture *fixture)
{
    server_free(fixture->server);
    loop_free(fixture->loop);
    world_free(fixture->world);
    free(fixture);
}

static void obey(const struct fixture *fixture, const char *line)
{
    assert_true(script_obey(fixture->world, line, stderr));
}

static int connect_to(const struct fixture *fixture)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)fixture->world->port[0].number)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Lets the server work until `size` bytes have come, the connection has ended or the
 * time is over. What came; -1: ended, nothing came. */
static int receive(struct fixture *fixture, int fd, uint8_t *bytes, int size, int wait_ms)
{
    const int64_t end_ms = clock_ms() + wait_ms;
    int have = 0;
    while (have < size && clock_ms() < end_ms) {
        loop_wait(fixture->loop, server_due_ms(fixture->server, 5));
        server_deliver(fixture->server);
        const ssize_t got = recv(fd, bytes + have, (size_t)(size - have), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return have ? have : -1;
        have += got > 0 ? (int)got : 0;
    }
    return have;
}

static void ask(int fd)
{
    assert_int_equal(send(fd, read_total, QUESTION, MSG_NOSIGNAL), QUESTION);
}

static void answers_each_of_many_connections(void **state)
{
    (void)state;
    enum { CONNECTIONS = 200 };
    struct fixture *fixture = open_fixture();
    int fds[CONNECTIONS];
    uint8_t bytes[20];
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = connect_to(fixture);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < CONNECTIONS; i++)
            ask(fds[i]);
        for (int i = 0; i < CONNECTIONS; i++)
            assert_int_equal(receive(fixture, fds[i], bytes, ANSWER, 5000), ANSWER);
    }
    assert_int_equal(server_connections(fixture->server), CONNECTIONS);
    assert_int_equal(fixture->world->device[0].requests.answered, 3 * CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    for (int i = 0; i < 2 * CONNECTIONS && server_connections(fixture->server); i++)
        loop_wait(fixture->loop, 100);
    assert_int_equal(server_connections(fixture->server), 0);
    close_fixture(fixture);
}

/* In pieces, several in one, and more at once than the queue holds. */
static void takes_requests_as_they_come(void **state)
{
    (void)state;
    enum { AT_ONCE = 40 };
    struct fixture *fixture = open_fixture();
    const int fd = connect_to(fixture);
    uint8_t bytes[AT_ONCE * ANSWER];
    for (int i = 0; i < QUESTION; i++) {
        assert_int_equal(send(fd, read_total + i, 1, MSG_NOSIGNAL), 1);
        assert_int_equal(receive(fixture, fd, bytes, 1, i < QUESTION - 1 ? 6 : 5000), i == QUESTION - 1);
    }
    assert_int_equal(receive(fixture, fd, bytes, ANSWER - 1, 5000), ANSWER - 1);
    obey(fixture, "fault scale slow 30");
    for (int i = 0; i < AT_ONCE; i++)
        ask(fd);
    assert_int_equal(receive(fixture, fd, bytes, AT_ONCE * ANSWER, 20000), AT_ONCE * ANSWER);
    close(fd);
    close_fixture(fixture);
}

static void silence_is_silent_and_ends(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    const int fd = connect_to(fixture);
    uint8_t bytes[20];
    obey(fixture, "fault scale silent");
    ask(fd);
    assert_int_equal(receive(fixture, fd, bytes, ANSWER, 100), 0);
    obey(fixture, "clear scale");
    ask(fd);
    assert_int_equal(receive(fixture, fd, bytes, ANSWER, 5000), ANSWER);
    close(fd);
    close_fixture(fixture);
}

static void slow_answers_take_their_time(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        int64_t at_least_ms;
    } cases[] = {{"fault scale slow 150", 150}, {"fault scale drip 10", 12 * 10}, {"fault scale late 200", 200}};
    struct fixture *fixture = open_fixture();
    const int fd = connect_to(fixture);
    uint8_t bytes[20];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t begin_ms = clock_ms();
        obey(fixture, cases[i].fault);
        ask(fd);
        assert_int_equal(receive(fixture, fd, bytes, ANSWER, 20000), ANSWER);
        assert_true(clock_ms() - begin_ms >= cases[i].at_least_ms);
        assert_memory_equal(bytes, "\0\1\0\0\0\7\1\3\4", 9);
        obey(fixture, "clear scale");
    }
    close(fd);
    close_fixture(fixture);
}

static void connections_that_end(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        int bytes;
    } cases[] = {{"fault scale cut", 6}, {"fault scale close", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fixture = open_fixture();
        const int fd = connect_to(fixture);
        uint8_t bytes[20];
        obey(fixture, cases[i].fault);
        ask(fd);
        assert_int_equal(receive(fixture, fd, bytes, ANSWER, 5000), cases[i].bytes);
        assert_int_equal(server_connections(fixture->server), 0);
        close(fd);
        close_fixture(fixture);
    }
}

static void what_is_not_modbus_is_cut_off(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    const int fd = connect_to(fixture);
    uint8_t bytes[20];
    assert_int_equal(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), 18);
    assert_int_equal(receive(fixture, fd, bytes, 1, 5000), -1);
    close(fd);
    close_fixture(fixture);
}

static void a_taken_port_is_said(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    struct world *other = simulated_world(2);
    const int taken = fixture->world->port[0].number;
    assert_null(server_new(other, fixture->loop, "127.0.0.1", taken, "/"));
    assert_null(server_new(other, fixture->loop, "localhost", 0, "/")); /* an address, not a name */
    world_free(other);
    close_fixture(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_each_of_many_connections),
        cmocka_unit_test(takes_requests_as_they_come),
        cmocka_unit_test(silence_is_silent_and_ends),
        cmocka_unit_test(slow_answers_take_their_time),
        cmocka_unit_test(connections_that_end),
        cmocka_unit_test(what_is_not_modbus_is_cut_off),
        cmocka_unit_test(a_taken_port_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
