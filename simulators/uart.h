/* SPDX-License-Identifier: Apache-2.0 */
/* What MODBUS over Serial Line V1.02 says of time. Pure. */
#ifndef COALTALLY_UART_H
#define COALTALLY_UART_H

#include <stddef.h>
#include <stdint.h>

enum uart_parity { PARITY_NONE, PARITY_EVEN, PARITY_ODD };
extern const char *const uart_parity_names[]; /* NULL-ended */

enum { UART_BAUD_MIN = 300, UART_BAUD_MAX = 4000000 };

struct uart {
    int64_t baud;
    enum uart_parity parity;
    int64_t stop_bits; /* 1 or 2 */
};

/* How long one character of 8 data bits is on the line: 10 to 12 bits. */
int64_t uart_character_ns(const struct uart *uart);

/* The silence that ends a frame (2.5.1.1): 3.5 characters; above 19200 baud 1.75 ms. */
int64_t uart_silence_ns(const struct uart *uart);

#endif
