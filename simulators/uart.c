/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/uart.h"

const char *const uart_parity_names[] = {"none", "even", "odd", NULL};

int64_t uart_character_ns(const struct uart *uart)
{
    const int64_t bits = 1 + 8 + (uart->parity != PARITY_NONE) + uart->stop_bits;
    return bits * INT64_C(1000000000) / uart->baud;
}

int64_t uart_silence_ns(const struct uart *uart)
{
    return uart->baud > 19200 ? 1750000 : uart_character_ns(uart) * 7 / 2;
}

uint16_t uart_crc(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0xffff;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
    }
    return (uint16_t)crc;
}
