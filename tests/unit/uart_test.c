/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/uart.h"

#include "simulators/reply.h"
#include "tests/unit/simulated.h"

/* Frames of well-known descriptions of the protocol, with their CRC as it goes over the line. */
static void crc_of_known_frames(void **state)
{
    (void)state;
    static const struct {
        uint8_t frame[16];
        size_t length;
    } cases[] = {
        {{0x01, 0x03, 0x00, 0x00, 0x00, 0x0A, 0xC5, 0xCD}, 8},
        {{0x11, 0x03, 0x00, 0x6B, 0x00, 0x03, 0x76, 0x87}, 8},
        {{0x11, 0x03, 0x06, 0xAE, 0x41, 0x56, 0x52, 0x43, 0x40, 0x49, 0xAD}, 11},
        {{0x02, 0x07, 0x41, 0x12}, 4}, /* Modbus over Serial Line V1.02, appendix B */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t frame[16];
        assert_true(reply_frame_is_whole(cases[i].frame, cases[i].length));
        for (size_t bit = 0; bit < cases[i].length * 8; bit++) {
            memcpy(frame, cases[i].frame, sizeof frame);
            frame[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_false(reply_frame_is_whole(frame, cases[i].length));
        }
    }
    assert_false(reply_frame_is_whole((const uint8_t[]){0xff, 0xff}, 2)); /* no more than a CRC */
    assert_false(reply_frame_is_whole(NULL, 0));
}

static void time_on_the_line(void **state)
{
    (void)state;
    static const struct {
        struct uart uart;
        int64_t character_ns, silence_ns;
    } cases[] = {
        {{9600, PARITY_NONE, 1}, 1041666, 3645831}, {{9600, PARITY_EVEN, 1}, 1145833, 4010415},
        {{9600, PARITY_NONE, 2}, 1145833, 4010415}, {{1200, PARITY_ODD, 2}, 10000000, 35000000},
        {{19200, PARITY_NONE, 1}, 520833, 1822915}, {{38400, PARITY_NONE, 1}, 260416, 1750000},
        {{115200, PARITY_EVEN, 1}, 95486, 1750000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(uart_character_ns(&cases[i].uart), cases[i].character_ns);
        assert_int_equal(uart_silence_ns(&cases[i].uart), cases[i].silence_ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_of_known_frames),
        cmocka_unit_test(time_on_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
