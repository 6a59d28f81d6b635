/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <asm/termbits.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/serial.h"

static int pty_open(struct wire_link *link)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master >= 0);
    assert_int_equal(grantpt(master) | unlockpt(master), 0);
    assert_int_equal(ptsname_r(master, link->path, sizeof link->path), 0);
    return master;
}

/* A pty keeps all but the parity. */
static void the_line_is_set(void **state)
{
    (void)state;
    static const struct {
        int baud, stop_bits;
    } cases[] = {{50, 1}, {1200, 2}, {9600, 1}, {19200, 1}, {31250, 2}, {115200, 1}, {250000, 1}, {4000000, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_link link = {
            .kind = WIRE_RTU, .baud = cases[i].baud, .parity = 'E', .stop_bits = cases[i].stop_bits};
        struct termios2 settings;
        char why[100] = "";
        const int master = pty_open(&link), line = serial_open(&link, why, sizeof why);
        assert_string_equal(why, "");
        assert_true(line >= 0);
        assert_true(fcntl(line, F_GETFL) & O_NONBLOCK);
        assert_true(fcntl(line, F_GETFD) & FD_CLOEXEC);
        assert_int_equal(ioctl(line, TCGETS2, &settings), 0);
        assert_int_equal(settings.c_ospeed, cases[i].baud);
        assert_int_equal(settings.c_ispeed, cases[i].baud);
        assert_int_equal(settings.c_cflag & CSIZE, CS8);
        assert_int_equal(!!(settings.c_cflag & CSTOPB), cases[i].stop_bits == 2);
        assert_true(settings.c_cflag & CLOCAL);
        assert_false(settings.c_cflag & CRTSCTS);
        assert_int_equal(settings.c_iflag, INPCK);
        assert_int_equal(settings.c_lflag | settings.c_oflag, 0);
        serial_close(line);
        close(master);
    }
}

/* Every byte passes as it is, whatever it means to a terminal. */
static void bytes_pass_unchanged(void **state)
{
    (void)state;
    struct wire_link link = {LINK_DEFAULTS, .kind = WIRE_RTU};
    uint8_t sent[256], got[256];
    char why[100];
    const int master = pty_open(&link), line = serial_open(&link, why, sizeof why);
    for (int i = 0; i < 256; i++)
        sent[i] = (uint8_t)i;
    assert_int_equal(write(master, sent, sizeof sent), sizeof sent);
    for (size_t have = 0; have < sizeof got;) {
        const ssize_t size = read(line, got + have, sizeof got - have);
        if (size > 0)
            have += (size_t)size;
        else
            usleep(1000);
    }
    assert_memory_equal(got, sent, sizeof sent);
    assert_int_equal(write(line, sent, sizeof sent), sizeof sent);
    for (size_t have = 0; have < sizeof got;)
        have += (size_t)read(master, got + have, sizeof got - have);
    assert_memory_equal(got, sent, sizeof sent);
    serial_close(line);
    close(master);
}

/* What lay there before is nobody's answer. */
static void what_came_before_is_dropped(void **state)
{
    (void)state;
    struct wire_link link = {LINK_DEFAULTS, .kind = WIRE_RTU};
    char why[100], byte;
    const int master = pty_open(&link);
    const int other = open(link.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_int_equal(write(master, "old\n", 4), 4);
    const int line = serial_open(&link, why, sizeof why);
    assert_true(line >= 0);
    assert_int_equal(read(line, &byte, 1), -1);
    serial_close(line);
    close(other);
    close(master);
}

static void it_is_ours_alone_until_closed(void **state)
{
    (void)state;
    struct wire_link link = {LINK_DEFAULTS, .kind = WIRE_RTU};
    char why[100] = "";
    const int master = pty_open(&link), line = serial_open(&link, why, sizeof why);
    assert_true(line >= 0);
    assert_int_equal(serial_open(&link, why, sizeof why), -1);
    assert_non_null(strstr(why, "another process holds it"));
    assert_int_equal(serial_open(&link, why, sizeof why), -1); /* the refusal took nothing from its holder */
    serial_close(line);
    const int again = serial_open(&link, why, sizeof why);
    assert_true(again >= 0);
    serial_close(again);
    close(master);
}

/* The holder is killed: nothing of it may stay. */
static void it_is_free_after_a_crash(void **state)
{
    (void)state;
    struct wire_link link = {LINK_DEFAULTS, .kind = WIRE_RTU};
    char why[100] = "";
    const int master = pty_open(&link), line = serial_open(&link, why, sizeof why);
    int exclusive = 1;
    assert_int_equal(ioctl(line, TIOCGEXCL, &exclusive), 0);
    assert_false(exclusive);
    close(line); /* as the kernel does */
    const int again = serial_open(&link, why, sizeof why);
    assert_true(again >= 0);
    serial_close(again);
    close(master);
}

static void a_line_of_others_is_refused_with_a_hint(void **state)
{
    (void)state;
    struct wire_link link = {LINK_DEFAULTS, .kind = WIRE_RTU};
    char why[100] = "";
    const int master = pty_open(&link);
    assert_int_equal(chmod(link.path, 0), 0);
    if (geteuid() == 0)
        assert_int_equal(seteuid(65534), 0);
    assert_int_equal(serial_open(&link, why, sizeof why), -1);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    assert_non_null(strstr(why, "dialout"));
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_is_set),
        cmocka_unit_test(bytes_pass_unchanged),
        cmocka_unit_test(what_came_before_is_dropped),
        cmocka_unit_test(it_is_ours_alone_until_closed),
        cmocka_unit_test(it_is_free_after_a_crash),
        cmocka_unit_test(a_line_of_others_is_refused_with_a_hint),
    };
    return cmocka_run_group_tests_name("serial", tests, NULL, NULL);
}
