/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, ANSWER_BYTES = 1 << 17, CLIENT_WAIT_S = 30 };
enum { DONE = '+', REFUSED = '-' }; /* the first byte of an answer */

struct control {
    struct watch watch; /* first, so that a watch is its control */
    struct loop *loop;
    control_obey *obey;
    void *context;
    struct sockaddr_un at;
};

struct caller {
    struct watch watch;
    struct control *control;
};

static bool address_of(const char *path, struct sockaddr_un *at)
{
    memset(at, 0, sizeof *at);
    at->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof at->sun_path) {
        fprintf(stderr, "minesim: the path of the control socket is too long: %s (at most %zu bytes)\n", path,
                sizeof at->sun_path - 1);
        return false;
    }
    strcpy(at->sun_path, path);
    return true;
}

/* Obeys, and answers with '+' or '-' and the text. */
static void answer(struct caller *caller, const char *line)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return;
    fputc(REFUSED, out);
    const bool done = caller->control->obey(caller->control->context, line, out);
    if (fclose(out) == 0) {
        text[0] = done ? DONE : REFUSED;
        send(caller->watch.fd, text, size < ANSWER_BYTES ? size : ANSWER_BYTES, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    free(text);
}

static void caller_ready(struct watch *watch, uint32_t events)
{
    struct caller *caller = (struct caller *)watch;
    char line[LINE_BYTES];
    (void)events;
    const ssize_t got = recv(watch->fd, line, sizeof line - 1, MSG_DONTWAIT);
    if (got > 0) {
        line[got] = '\0';
        answer(caller, line);
    }
    loop_close(caller->control->loop, watch);
    free(caller);
}

static void control_ready(struct watch *watch, uint32_t events)
{
    struct control *control = (struct control *)watch;
    (void)events;
    const int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);
    struct caller *caller = fd < 0 ? NULL : malloc(sizeof *caller);
    if (!caller) {
        if (fd >= 0)
            close(fd);
        return;
    }
    *caller = (struct caller){.watch = {.fd = fd, .ready = caller_ready}, .control = control};
    if (loop_add(control->loop, &caller->watch, EPOLLIN))
        return;
    close(fd);
    free(caller);
}

/* A socket that nobody listens on is left from a killed process. */
static bool make_way(const struct sockaddr_un *at)
{
    struct stat file;
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    const bool lives = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof *at) == 0;
    if (!lives && errno == ECONNREFUSED && lstat(at->sun_path, &file) == 0 && S_ISSOCK(file.st_mode))
        unlink(at->sun_path);
    if (fd >= 0)
        close(fd);
    return !lives;
}

/* Under another name until it listens: where it appears it can be asked. */
static bool listen_at(int fd, const struct sockaddr_un *at)
{
    struct sockaddr_un fresh = {.sun_family = AF_UNIX};
    errno = ENAMETOOLONG;
    if ((size_t)snprintf(fresh.sun_path, sizeof fresh.sun_path, "%s~", at->sun_path) >= sizeof fresh.sun_path)
        return false;
    unlink(fresh.sun_path);
    if (bind(fd, (const struct sockaddr *)&fresh, sizeof fresh) != 0)
        return false;
    const bool listens = listen(fd, 16) == 0 && link(fresh.sun_path, at->sun_path) == 0; /* never over a file */
    const int why = errno;
    unlink(fresh.sun_path);
    errno = why;
    return listens;
}

struct control *control_new(struct loop *loop, const char *path, control_obey *obey, void *context)
{
    struct control *control = calloc(1, sizeof *control);
    if (!control || !address_of(path, &control->at)) {
        free(control);
        return NULL;
    }
    control->loop = loop;
    control->obey = obey;
    control->context = context;
    control->watch.ready = control_ready;
    control->watch.fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (!make_way(&control->at)) {
        fprintf(stderr, "minesim: another minesim is controlled by %s\n", path);
    } else if (control->watch.fd < 0 || !listen_at(control->watch.fd, &control->at) ||
               !loop_add(loop, &control->watch, EPOLLIN)) {
        fprintf(stderr, "minesim: cannot make the control socket %s: %s\n", path, strerror(errno));
    } else {
        return control;
    }
    if (control->watch.fd >= 0)
        close(control->watch.fd);
    free(control);
    return NULL;
}

void control_free(struct control *control)
{
    if (!control)
        return;
    loop_close(control->loop, &control->watch);
    unlink(control->at.sun_path);
    free(control);
}

/* --- the other end --- */

static int ask(int fd, const char *line, char *text, size_t size)
{
    const struct timeval wait = {.tv_sec = CLIENT_WAIT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0)
        return -1;
    return (int)recv(fd, text, size - 1, 0);
}

int control_send(const char *path, const char *line)
{
    int status = 3, got = -1;
    struct sockaddr_un at;
    char *text = malloc(ANSWER_BYTES + 1);
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (!text || fd < 0 || !address_of(path, &at))
        goto cleanup;
    if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0 || (got = ask(fd, line, text, ANSWER_BYTES + 1)) <= 0) {
        fprintf(stderr, "minesim: no answer on %s: %s; is that minesim running?\n", path,
                got == 0 ? "it closed the connection" : strerror(errno));
        goto cleanup;
    }
    text[got] = '\0';
    status = text[0] == DONE ? 0 : 1;
    fputs(text + 1, status ? stderr : stdout);
cleanup:
    if (fd >= 0)
        close(fd);
    free(text);
    return status;
}
