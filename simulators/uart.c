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
