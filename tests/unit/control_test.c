/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/control.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/simulated.h"

struct heard {
    int lines;
    char last[100];
};

static bool obey(void *context, const char *line, FILE *out)
{
    struct heard *heard = context;
    heard->lines++;
    snprintf(heard->last, sizeof heard->last, "%s", line);
    fprintf(out, "heard %s\n", line);
    return strcmp(line, "no") != 0;
}

/* The exit status of a client in a process of its own, while this one serves. */
static int send_line(struct loop *loop, const char *path, const char *line)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        fclose(stdout);
        fclose(stderr);
        _exit(control_send(path, line));
    }
    while (waitpid(child, &status, WNOHANG) == 0)
        loop_wait(loop, 5);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void takes_lines_and_answers(void **state)
{
    (void)state;
    char folder[] = "/tmp/control.XXXXXX", path[64];
    struct heard heard = {0};
    struct loop *loop = loop_new();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/c", folder);
    struct control *control = control_new(loop, path, obey, &heard);
    assert_non_null(control);
    assert_int_equal(send_line(loop, path, "belts stop"), 0);
    assert_string_equal(heard.last, "belts stop");
    assert_int_equal(send_line(loop, path, "no"), 1);
    assert_int_equal(heard.lines, 2);
    assert_null(control_new(loop, path, obey, &heard)); /* a live one is not replaced */
    assert_int_equal(send_line(loop, path, "still"), 0);
    control_free(control);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(send_line(loop, path, "nobody"), 3);
    loop_free(loop);
    assert_int_equal(rmdir(folder), 0); /* nothing else is left */
}

/* What a killed process leaves behind is replaced; what is no socket is not. */
static void makes_way_for_itself_only(void **state)
{
    (void)state;
    char folder[] = "/tmp/control.XXXXXX", path[64], moved[64];
    struct loop *loop = loop_new();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/c", folder);
    snprintf(moved, sizeof moved, "%s/d", folder);
    struct control *control = control_new(loop, path, obey, NULL);
    assert_int_equal(link(path, moved), 0);
    control_free(control);
    assert_int_equal(rename(moved, path), 0);
    control = control_new(loop, path, obey, NULL);
    assert_non_null(control);
    control_free(control);
    FILE *file = fopen(path, "w");
    fputs("dear", file);
    fclose(file);
    assert_null(control_new(loop, path, obey, NULL));
    struct stat kept;
    assert_int_equal(stat(path, &kept), 0);
    assert_int_equal(kept.st_size, 4);
    unlink(path);
    rmdir(folder);
    loop_free(loop);
}

static void a_path_that_is_too_long_is_said(void **state)
{
    (void)state;
    char path[300];
    struct loop *loop = loop_new();
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_null(control_new(loop, path, obey, NULL));
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_lines_and_answers),
        cmocka_unit_test(makes_way_for_itself_only),
        cmocka_unit_test(a_path_that_is_too_long_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
