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
    assert_int_equal(burdens[0].network_us, 2 * BURDEN_REQUEST_US);
    /* On a serial line 13 bytes of frame each, 11 bits a byte, 9600 baud, and four times 3.5 characters. */
    const int64_t serial_us = (13 + 4 + 13 + 1) * 11 * 1000000 / 9600 + 4 * 35 * 1100000 / 9600;
    assert_in_range(burdens[0].serial_us, serial_us - 100, serial_us + 100);

    const struct bus_burden bus = burden_of_bus(&config, burdens, 0);
    assert_int_equal(bus.devices, 2);
    assert_int_equal(bus.network_us, 4 * BURDEN_REQUEST_US);
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
