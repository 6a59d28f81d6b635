/* SPDX-License-Identifier: Apache-2.0 */
/* Where a bus is, and how bits travel on it. Pure, but for link_same. */
#ifndef COALTALLY_LINK_H
#define COALTALLY_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINK_HOST_BYTES = 256,
    LINK_PATH_BYTES = 108,
    LINK_TEXT_BYTES = 300,
    LINK_PORT_MODBUS = 502,
    LINK_BAUD_DEFAULT = 9600,
    LINK_BAUD_MIN = 50,
    LINK_BAUD_MAX = 4000000
};

enum wire_kind {
    WIRE_TCP,         /* Modbus TCP: an instrument, or a gateway with several units behind it */
    WIRE_RTU,         /* a serial line of this machine */
    WIRE_RTU_OVER_TCP /* a serial line behind a serial server, whose frames travel as they are */
};

struct wire_link {
    enum wire_kind kind;
    char host[LINK_HOST_BYTES]; /* a name or an address; empty with WIRE_RTU */
    int port;                   /* 1 to 65535 */
    char path[LINK_PATH_BYTES]; /* /dev/ttyS1; empty but with WIRE_RTU */
    /* Of the serial line. The serial server has its own settings: there they only
     * say how long a frame takes. */
    int baud;      /* any that the hardware can */
    char parity;   /* 'N', 'E' or 'O' */
    int stop_bits; /* 1 or 2 */
};

/* 9600 baud, no parity, one stop bit: what instruments leave the works with. (By
 * the Modbus serial line specification it should be even parity.) */
#define LINK_DEFAULTS .baud = LINK_BAUD_DEFAULT, .parity = 'N', .stop_bits = 1

/* "10.1.5.21:502", "gateway.mine.local", "[fe80::1%eth0]:502" -> host and port, LINK_PORT_MODBUS
 * where the text has none. False when it is no address; the link is then unchanged. */
bool link_parse_host(const char *text, struct wire_link *link);

/* One text for the whole, as on a command line: "tcp:HOST[:PORT]",
 * "rtu:/dev/ttyS1?baud=19200&parity=even&stop_bits=1", "rtu_over_tcp:HOST:PORT?baud=19200".
 * False, with what was expected in `why`, when it is none; the link is then unchanged. */
bool link_parse(const char *text, struct wire_link *link, char *why, size_t why_size);

/* Single settings from their texts: false when they are none. */
bool link_parse_baud(const char *text, int *baud);
bool link_parse_parity(const char *text, char *parity); /* none, even, odd */

/* For people: "10.1.5.21:502", "[::1]:502", "/dev/ttyS1". */
void link_name(const struct wire_link *link, char name[static LINK_TEXT_BYTES]);
const char *link_kind_name(const struct wire_link *link);   /* "tcp", "rtu", "rtu_over_tcp", as in the configuration */
const char *link_parity_name(const struct wire_link *link); /* "none", "even", "odd" */

/* Whether frames travel over a serial line. */
bool link_is_serial(const struct wire_link *link);

/* The line by which links are one and the same: a path, whatever links of the file system
 * lead to it, or host and port. */
bool link_same(const struct wire_link *one, const struct wire_link *other);

/* What one character takes on a serial line, in nanoseconds: start bit, eight
 * data bits, parity bit if any, stop bits. */
int64_t link_character_ns(const struct wire_link *link);

/* The silence that must lie between two frames on a serial line, in microseconds:
 * 3.5 characters, or 1750 us above 19200 baud (Modbus over Serial Line V1.02, 2.5.1.1). */
int64_t link_silence_us(const struct wire_link *link);

/* What so many bytes take on a serial line, in microseconds. */
int64_t link_bytes_us(const struct wire_link *link, size_t bytes);

#endif
