/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* A service manager that listens at `name`: a path, or "@..." of the abstract namespace. */
static int manager_listen(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(manager >= 0);
    assert_true(strlen(name) < sizeof address.sun_path);
    memcpy(address.sun_path, name, strlen(name));
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    const size_t size = offsetof(struct sockaddr_un, sun_path) + strlen(name);
    assert_int_equal(bind(manager, (const struct sockaddr *)&address, (socklen_t)size), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return manager;
}

static void assert_told(int manager, const char *expected)
{
    char told[64] = "";
    assert_int_equal(recv(manager, told, sizeof told - 1, 0), strlen(expected));
    assert_string_equal(told, expected);
}

static void assert_all_told(const char *name)
{
    const int manager = manager_listen(name);
    char rest;
    notify_ready();
    notify_alive();
    notify_stopping();
    assert_told(manager, "READY=1");
    assert_told(manager, "WATCHDOG=1");
    assert_told(manager, "STOPPING=1");
    assert_true(recv(manager, &rest, 1, 0) < 0);
    close(manager);
}

static void tells_where_the_service_manager_listens(void **state)
{
    char folder[] = "/tmp/coaltally-notify.XXXXXX", path[sizeof folder + 8], abstract[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    assert_all_told(path);
    unlink(path);
    rmdir(folder);
    snprintf(abstract, sizeof abstract, "@coaltally-notify-%d", (int)getpid());
    assert_all_told(abstract);
}

/* Nothing that it does then may end it or fail. */
static void does_nothing_without_one(void **state)
{
    char long_name[256];
    (void)state;
    memset(long_name, 'x', sizeof long_name);
    long_name[0] = '/';
    long_name[sizeof long_name - 1] = '\0';
    const char *const names[] = {"", "/", "relative", "/nowhere/at/all", long_name};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        notify_ready();
    }
    unsetenv("NOTIFY_SOCKET");
    notify_ready();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_where_the_service_manager_listens),
        cmocka_unit_test(does_nothing_without_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
