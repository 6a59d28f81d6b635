/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/link.h"

static void hosts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        int port; /* 0: refused */
    } cases[] = {
        {"10.1.5.21:1502", "10.1.5.21", 1502},
        {"gateway.mine", "gateway.mine", 502},
        {"[::1]:503", "::1", 503},
        {"[fe80::1%eth0]", "fe80::1%eth0", 502},
        {"h:65535", "h", 65535},
        {"", "", 0},
        {":502", "", 0},
        {"h:", "", 0},
        {"h:0", "", 0},
        {"h:65536", "", 0},
        {"h:5a", "", 0},
        {"h:-1", "", 0},
        {"::1", "", 0},
        {"[::1", "", 0},
        {"[]:1", "", 0},
        {"[::1]502", "", 0},
        {"h 1", "", 0},
        {"tcp://h", "", 0},
        {"h:502:1", "", 0},
        {"h:0000502", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_link link = {.kind = WIRE_TCP};
        if (link_parse_host(cases[i].text, &link) != (cases[i].port != 0) || link.port != cases[i].port ||
            strcmp(link.host, cases[i].host) != 0)
            fail_msg("%s: host %s, port %d", cases[i].text, link.host, link.port);
    }
}

static void whole_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *parity;
        enum wire_kind kind;
        int baud, stop_bits;
    } cases[] = {
        {"tcp:10.1.5.21", "10.1.5.21:502", "none", WIRE_TCP, 9600, 1},
        {"tcp:[::1]:1502", "[::1]:1502", "none", WIRE_TCP, 9600, 1},
        {"rtu:/dev/ttyS1", "/dev/ttyS1", "none", WIRE_RTU, 9600, 1},
        {"rtu:/dev/ttyS1?baud=19200", "/dev/ttyS1", "none", WIRE_RTU, 19200, 1},
        {"rtu:/dev/serial/by-id/a-b_c?stop_bits=2&parity=odd&baud=31250", "/dev/serial/by-id/a-b_c", "odd", WIRE_RTU,
         31250, 2},
        {"rtu_over_tcp:moxa:4001", "moxa:4001", "none", WIRE_RTU_OVER_TCP, 9600, 1},
        {"rtu_over_tcp:[fd00::7]:4001?baud=1200&parity=even", "[fd00::7]:4001", "even", WIRE_RTU_OVER_TCP, 1200, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_link link = {0};
        char why[200], name[LINK_TEXT_BYTES];
        if (!link_parse(cases[i].text, &link, why, sizeof why))
            fail_msg("%s: %s", cases[i].text, why);
        link_name(&link, name);
        assert_string_equal(name, cases[i].name);
        assert_string_equal(link_parity_name(&link), cases[i].parity);
        assert_int_equal(link.kind, cases[i].kind);
        assert_int_equal(link.baud, cases[i].baud);
        assert_int_equal(link.stop_bits, cases[i].stop_bits);
    }
}

static void wrong_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "expected tcp:HOST"},
        {"10.1.5.21", "found \"10.1.5.21\", expected tcp:HOST"},
        {"tcp:", "expected tcp:HOST"},
        {"tcp:h?baud=9600", "expected tcp:HOST"},
        {"rtu:ttyS1", "expected tcp:HOST"},
        {"rtu:/", "expected tcp:HOST"},
        {"rtu:/dev/ttyS1?baud=0", "found \"baud=0\", expected baud=50 to 4000000"},
        {"rtu:/dev/ttyS1?baud=9600&parity=mark", "found \"parity=mark\""},
        {"rtu:/dev/ttyS1?stop_bits=3", "found \"stop_bits=3\""},
        {"rtu:/dev/ttyS1?speed=9600", "found \"speed=9600\""},
        {"rtu_over_tcp:/dev/ttyS1", "expected tcp:HOST"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_link link = {.port = 7}, before = link;
        char why[200];
        assert_false(link_parse(cases[i].text, &link, why, sizeof why));
        assert_memory_equal(&link, &before, sizeof link);
        if (!strstr(why, cases[i].says))
            fail_msg("%s: %s", cases[i].text, why);
    }
    char path[LINK_TEXT_BYTES + 100] = "rtu:/", why[200];
    memset(path + 5, 'x', sizeof path - 6);
    path[sizeof path - 1] = '\0';
    for (size_t length = sizeof path - 1; length >= 4 + LINK_PATH_BYTES; length--) {
        struct wire_link link = {0};
        path[length] = '\0';
        assert_false(link_parse(path, &link, why, sizeof why));
    }
}

/* By hand: bits a character = start, 8, parity, stop; silence = 3.5 of them, or 1.75 ms above 19200 baud. */
static void times_on_the_line(void **state)
{
    (void)state;
    static const struct {
        int baud;
        char parity;
        int stop_bits;
        int64_t character_ns, silence_us;
    } cases[] = {
        {1200, 'N', 1, 8333334, 29167}, {1200, 'E', 1, 9166667, 32084}, {2400, 'N', 1, 4166667, 14584},
        {4800, 'O', 1, 2291667, 8021},  {9600, 'N', 1, 1041667, 3646},  {9600, 'N', 2, 1145834, 4011},
        {9600, 'E', 1, 1145834, 4011},  {9600, 'E', 2, 1250000, 4375},  {19200, 'N', 1, 520834, 1823},
        {19200, 'E', 1, 572917, 2006},  {19201, 'N', 1, 520807, 1750},  {38400, 'N', 1, 260417, 1750},
        {57600, 'E', 1, 190973, 1750},  {115200, 'N', 1, 86806, 1750},  {50, 'O', 2, 240000000, 840000},
        {31250, 'N', 1, 320000, 1750},  {4000000, 'N', 1, 2500, 1750},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct wire_link link = {
            .kind = WIRE_RTU, .baud = cases[i].baud, .parity = cases[i].parity, .stop_bits = cases[i].stop_bits};
        assert_int_equal(link_character_ns(&link), cases[i].character_ns);
        assert_int_equal(link_silence_us(&link), cases[i].silence_us);
    }
    const struct wire_link link = {.kind = WIRE_RTU, .baud = 9600, .parity = 'E', .stop_bits = 1};
    assert_int_equal(link_bytes_us(&link, 0), 0);
    assert_int_equal(link_bytes_us(&link, 256), 293334);
}

static void the_same_line(void **state)
{
    (void)state;
    const struct wire_link tcp = {.kind = WIRE_TCP, .host = "h", .port = 502};
    const struct wire_link server = {.kind = WIRE_RTU_OVER_TCP, .host = "h", .port = 502, .baud = 9600};
    const struct wire_link other = {.kind = WIRE_TCP, .host = "h", .port = 503};
    const struct wire_link tty = {.kind = WIRE_RTU, .path = "/dev/ttyS1", .baud = 9600};
    const struct wire_link faster = {.kind = WIRE_RTU, .path = "/dev/ttyS1", .baud = 19200};
    assert_true(link_same(&tcp, &server));
    assert_false(link_same(&tcp, &other));
    assert_false(link_same(&tcp, &tty));
    assert_true(link_same(&tty, &faster));
    char folder[] = "/tmp/coaltally-link-XXXXXX";
    struct wire_link by_id = {.kind = WIRE_RTU}, line = {.kind = WIRE_RTU, .path = "/dev/null"};
    assert_non_null(mkdtemp(folder));
    snprintf(by_id.path, sizeof by_id.path, "%s/by-id", folder);
    assert_false(link_same(&by_id, &line)); /* an adapter that is not there yet */
    assert_int_equal(symlink("/dev/null", by_id.path), 0);
    assert_true(link_same(&by_id, &line));
    assert_int_equal(unlink(by_id.path) | rmdir(folder), 0);
    assert_true(link_is_serial(&server) && link_is_serial(&tty) && !link_is_serial(&tcp));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts),         cmocka_unit_test(whole_texts),       cmocka_unit_test(wrong_texts),
        cmocka_unit_test(the_same_line), cmocka_unit_test(times_on_the_line),
    };
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
