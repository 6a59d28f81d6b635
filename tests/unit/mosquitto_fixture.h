/* SPDX-License-Identifier: Apache-2.0 */
/* A private mosquitto on a free loopback port, and what it has seen, by
 * mosquitto_sub. For tests only: any failure ends the test. */
#ifndef COALTALLY_MOSQUITTO_FIXTURE_H
#define COALTALLY_MOSQUITTO_FIXTURE_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct mosquitto_fixture {
    char folder[64];
    int port;
    pid_t pid; /* 0: not running */
};

static inline int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void pause_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

/* Waits until `condition` holds; the test fails after 20 s. */
#define eventually(condition)                                                                                          \
    do {                                                                                                               \
        const int64_t until_ms_ = now_ms() + 20000;                                                                    \
        while (!(condition)) {                                                                                         \
            if (now_ms() > until_ms_)                                                                                  \
                fail_msg("not within 20 s: %s", #condition);                                                           \
            pause_ms(10);                                                                                              \
        }                                                                                                              \
    } while (0)

static inline struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

/* A listening socket on a port that the kernel chose. */
static inline int listen_anywhere(int *port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return listener;
}

static inline int free_port(void)
{
    int port;
    close(listen_anywhere(&port));
    return port;
}

static inline bool answers(int port)
{
    struct sockaddr_in address = loopback(port);
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = probe >= 0 && connect(probe, (struct sockaddr *)&address, sizeof address) == 0;
    if (probe >= 0)
        close(probe);
    return connected;
}

/* Runs a shell command in the fixture's folder; it must succeed. */
static inline void shell(const struct mosquitto_fixture *fixture, const char *command)
{
    char line[2048];
    snprintf(line, sizeof line, "cd %s && { %s; } >shell.log 2>&1", fixture->folder, command);
    if (system(line) != 0)
        fail_msg("failed: %s", line);
}

static inline void fixture_new(struct mosquitto_fixture *fixture)
{
    *fixture = (struct mosquitto_fixture){.folder = "/tmp/coaltally-broker-XXXXXX"};
    assert_non_null(mkdtemp(fixture->folder));
    assert_int_equal(chmod(fixture->folder, 0755), 0); /* mosquitto may run as another user */
    fixture->port = free_port();
}

static inline void fixture_write(const struct mosquitto_fixture *fixture, const char *name, const char *content)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Starts mosquitto with further lines of configuration. */
static inline void fixture_start(struct mosquitto_fixture *fixture, const char *lines)
{
    char content[1024], path[128];
    snprintf(content, sizeof content, "user root\nlistener %d 127.0.0.1\n%s\n", fixture->port, lines);
    fixture_write(fixture, "mosquitto.conf", content);
    snprintf(path, sizeof path, "%s/mosquitto.conf", fixture->folder);
    fixture->pid = fork();
    assert_true(fixture->pid >= 0);
    if (fixture->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        execl("/usr/sbin/mosquitto", "mosquitto", "-c", path, (char *)NULL);
        _exit(127);
    }
    eventually(answers(fixture->port));
}

static inline void fixture_stop(struct mosquitto_fixture *fixture)
{
    if (fixture->pid > 0) {
        kill(fixture->pid, SIGCONT);
        kill(fixture->pid, SIGTERM);
        waitpid(fixture->pid, NULL, 0);
        fixture->pid = 0;
    }
}

static inline void fixture_free(struct mosquitto_fixture *fixture)
{
    char line[128];
    fixture_stop(fixture);
    snprintf(line, sizeof line, "rm -rf %s", fixture->folder);
    assert_int_equal(system(line), 0);
}

/* The retained message of a topic as a fresh subscriber gets it; empty: none. */
static inline const char *retained(const struct mosquitto_fixture *fixture, const char *topic)
{
    static char got[1024];
    char line[512];
    snprintf(line, sizeof line, "mosquitto_sub -p %d -t '%s' -q 1 -C 1 -W 1 --retained-only 2>/dev/null", fixture->port,
             topic);
    FILE *pipe = popen(line, "re");
    assert_non_null(pipe);
    size_t length = fread(got, 1, sizeof got - 1, pipe);
    pclose(pipe);
    got[length] = '\0';
    got[strcspn(got, "\n")] = '\0';
    return got;
}

#endif
