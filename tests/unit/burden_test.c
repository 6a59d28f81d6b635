/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collector/burden.h"

/* Two registers in one request, and eight bits in another. */
static struct point points[] = {
    {.table = TABLE_HOLDING, .address = 10, .format = {.type = TYPE_UINT32}},
    {.table = TABLE_COIL, .address = 0, .format = {.type = TYPE_BIT}},
    {.table = TABLE_COIL, .address = 7, .format = {.type = TYPE_BIT}},
};
static const struct profile profile = {.max_hole = 8, .points = 3, .point = points};

static void test_bus(void **unused)
{
    (void)unused;
    struct config_bus buses[2] = {{.link = {.port = 1}}, {.link = {.port = 2}}};
    struct config_device devices[] = {
        {.bus = 0, .profile = &profile, .interval_ms = 1000, .timeout_ms = 300},
        {.bus = 1, .profile = &profile, .interval_ms = 50, .timeout_ms = 10},
        {.bus = 0, .profile = &profile, .interval_ms = 500, .timeout_ms = 500},
    };
    const struct config config = {.buses = 2, .bus = buses, .devices = 3, .device = devices};
    struct burden *burdens = burdens_new(&config);
    assert_non_null(burdens);
    assert_int_equal(burdens[0].requests, 2);
    assert_int_equal(burdens[0].registers, 2);
    assert_int_equal(burdens[0].bits, 8);
    /* 21 bytes of frame each, 4 of registers, 1 of bits. */
    assert_int_equal(burdens[0].bytes, 21 + 4 + 21 + 1);
    assert_int_equal(burdens[0].cycle_us, 2 * BURDEN_REQUEST_US);
    /* On a serial line 13 bytes of frame each, 11 bits a byte, 9600 baud, and four times 3.5 characters. */
    const int64_t serial_us = (13 + 4 + 13 + 1) * 11 * 1000000 / 9600 + 4 * 35 * 1100000 / 9600;
    assert_in_range(burdens[0].serial_us, serial_us - 100, serial_us + 100);

    const struct bus_burden bus = burden_of_bus(&config, burdens, 0);
    assert_int_equal(bus.devices, 2);
    assert_int_equal(bus.cycle_us, 4 * BURDEN_REQUEST_US);
    assert_int_equal(bus.serial_us, 2 * burdens[0].serial_us);
    assert_int_equal(bus.silent_us, 500000 + 2 * BURDEN_REQUEST_US); /* the other, and the longer time-out */
    assert_int_equal(bus.interval_ms, 500);
    assert_true(bus.use > 0.0599 && bus.use < 0.0601); /* 20 ms of 1000 and 20 of 500 */

    /* A time-out shorter than the answers makes no cycle shorter. */
    const struct bus_burden hasty = burden_of_bus(&config, burdens, 1);
    assert_int_equal(hasty.silent_us, 2 * BURDEN_REQUEST_US);
    const struct bus_burden nobody = burden_of_bus(&config, burdens, 2);
    assert_int_equal(nobody.devices, 0);
    assert_int_equal(nobody.silent_us, 0);
    free(burdens);
}

/* Ten devices on a serial line: their bytes count, and what one costs that is silent. */
static void test_line(void **unused)
{
    static const struct {
        int baud;
        int64_t interval_ms, timeout_ms, retries;
        bool fits;
        int64_t others_wait_ms; /* for one that stays silent */
    } cases[] = {
        {19200, 1000, 200, 0, true, 0},   {19200, 1000, 900, 2, true, 900}, {19200, 300, 200, 0, false, 200},
        {1200, 1000, 200, 1, false, 200}, {1200, 10000, 200, 1, true, 0},
    };
    enum { DEVICES = 10, BITS = 11 };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config_bus bus = {.link = {.kind = WIRE_RTU, .baud = cases[i].baud, .parity = 'E', .stop_bits = 1}};
        struct config_device devices[DEVICES];
        for (size_t d = 0; d < DEVICES; d++)
            devices[d] = (struct config_device){.profile = &profile,
                                                .interval_ms = cases[i].interval_ms,
                                                .timeout_ms = cases[i].timeout_ms,
                                                .retries = cases[i].retries};
        const struct config config = {.buses = 1, .bus = &bus, .devices = DEVICES, .device = devices};
        struct burden *burdens = burdens_new(&config);
        assert_non_null(burdens);
        const struct bus_burden sum = burden_of_bus(&config, burdens, 0);
        const int64_t line_us = (13 + 4 + 13 + 1) * BITS * INT64_C(1000000) / cases[i].baud +
                                4 * 35 * BITS * INT64_C(100000) / cases[i].baud;
        const int64_t question_us = 8 * BITS * INT64_C(1000000) / cases[i].baud;
        const int64_t once_us = cases[i].timeout_ms * 1000 + question_us;
        assert_int_equal(burdens[0].bytes, 13 + 4 + 13 + 1);
        assert_in_range(burdens[0].cycle_us, 2 * BURDEN_REQUEST_US + line_us - 200,
                        2 * BURDEN_REQUEST_US + line_us + 200);
        assert_int_equal(sum.cycle_us, DEVICES * burdens[0].cycle_us);
        assert_in_range(sum.silent_us, 9 * burdens[0].cycle_us + (cases[i].retries + 1) * once_us - 100,
                        9 * burdens[0].cycle_us + (cases[i].retries + 1) * once_us + 100);
        const int64_t dead_us = 9 * burdens[0].cycle_us + (cases[i].others_wait_ms ? once_us : 0);
        assert_in_range(sum.dead_us, dead_us - 100, dead_us + 100);
        assert_int_equal(burden_fits(&sum, &devices[0]), cases[i].fits);
        free(burdens);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bus), cmocka_unit_test(test_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
