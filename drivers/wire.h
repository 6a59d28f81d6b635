/* SPDX-License-Identifier: Apache-2.0 */
/* The wire: one Modbus link, of whatever kind. Only function codes 1 to 4 can be
 * asked for. An answer counts only when every byte of it fits the question: on
 * TCP transaction, protocol, length, unit, function and byte count; on a serial
 * line unit, function, byte count, length and checksum. */
#ifndef COALTALLY_WIRE_H
#define COALTALLY_WIRE_H

#include "drivers/link.h"
#include "drivers/plan.h"

enum wire_outcome {
    WIRE_OK,
    WIRE_EXCEPTION,  /* an answer: the device refused; the connection stays */
    WIRE_TIMEOUT,    /* no whole answer in time */
    WIRE_CONNECT,    /* no connection: refused, unreachable, no such host, none in time; no such line, held by others */
    WIRE_GARBAGE,    /* an answer that does not fit the question */
    WIRE_CLOSED,     /* the peer closed or reset the connection; the adapter was pulled */
    WIRE_DESCRIPTOR, /* no descriptor below 1024 (libmodbus uses select) */
    WIRE_FORBIDDEN,  /* nothing was sent: not a read of the four tables, or beyond the protocol's bounds */
    WIRE_STOPPED,    /* wire_stop was called */
    WIRE_OUTCOMES
};

/* What was wrong with an answer that was not taken: with WIRE_GARBAGE, or one that began
 * before WIRE_TIMEOUT or WIRE_CLOSED. */
enum wire_flaw { FLAW_NONE, FLAW_SHORT, FLAW_UNIT, FLAW_OTHER };

enum { WIRE_RECEIVED_BYTES = 64 };

/* On a serial line: an answer that is later than that does not come any more. */
enum { WIRE_LATEST_MS = 10000 };

struct wire;

/* Who is asked, and with how much patience. */
struct wire_unit {
    int unit;                   /* 0 to 255 */
    int timeout_ms;             /* of each question */
    int retries;                /* so often it is asked again, at once, after a time-out or garbage */
    int pause_ms;               /* at least, from the end of the exchange before to this unit's question */
    int pause_after_connect_ms; /* at least, from the opening of the link to this unit's question */
};

/* The link is copied. Nothing is opened yet. NULL when out of memory. One thread
 * uses a wire; only wire_stop may come from another. */
struct wire *wire_new(const struct wire_link *link);
void wire_free(struct wire *wire);

/* Reads request->count registers, or bits (one a uint16_t, 0 or 1), into
 * `registers`, opening the link first where needed.
 *
 * On TCP a try takes at most timeout_ms, connecting included, however slowly the bytes
 * drip. After anything but WIRE_OK, WIRE_EXCEPTION and WIRE_FORBIDDEN the
 * connection is closed, so that a late answer can never be taken for the next one.
 * A connection that the peer closed meanwhile, or that holds bytes which nobody
 * asked for, is opened anew.
 *
 * On a serial line timeout_ms is what the unit may think; what the bytes take on
 * the line comes on top. The line stays open and is asked only after 3.5 characters
 * of silence. What comes before an answer (noise, an echo, another's late answer)
 * is skipped. A unit that still owes an answer of the same shape is first asked for
 * something else (owed.h), so that a late answer, values or exception, is never taken for
 * the next one: of a unit that answers in order, each question at most once, and no later than
 * WIRE_LATEST_MS after the unit's last time-out. What a unit says out of order, twice, or
 * later than that, or to another master's question of the same shape, fits like the answer itself,
 * and so may (for 17 to 24 bits) an echo that comes after its question's time: frames there
 * bear no number.
 *
 * A unit whose last question had no answer either is asked once, whatever its
 * retries; its pauses come on top of its time-outs. */
enum wire_outcome wire_read(struct wire *wire, const struct wire_unit *unit, const struct request *request,
                            uint16_t *registers);

/* The longest that wire_read may take for this unit. */
int64_t wire_bound_ms(const struct wire_link *link, const struct wire_unit *unit);

/* When the link was last opened, on a clock that only moves forward: another value
 * means that it was closed meanwhile. 0: never. */
int64_t wire_opened_us(const struct wire *wire);

/* The exception code of the last WIRE_EXCEPTION: 1 to 11 by the protocol, but it is the device's word. */
int wire_exception(const struct wire *wire);
const char *wire_exception_name(int exception); /* "illegal data address", ... */

/* Whether the code is a gateway's word that it has no answer of the device (0x0A, 0x0B). */
bool wire_is_gateway_exception(int exception);

/* Of the last answer that was not taken: shorter than it should be, another unit's, or else. */
enum wire_flaw wire_flaw(const struct wire *wire);

/* The last failure in words, with what was asked and what came: "no answer from
 * 10.1.5.21:502 unit 1 within 1000 ms (10 holding registers from 1009)". Empty
 * after WIRE_OK. Addresses are 0-based. Valid until the next call. */
const char *wire_error(const struct wire *wire);

/* The bytes of the last answer that was not taken, in hex: "01 83 02 c0 f1", at
 * most WIRE_RECEIVED_BYTES of them. Empty when nothing came, or all was well. */
const char *wire_received(const struct wire *wire);
const char *wire_outcome_name(enum wire_outcome outcome); /* "timeout", "exception", ... */

/* Wakes a blocked wire_read and makes all further ones return WIRE_STOPPED. */
void wire_stop(struct wire *wire);

#endif
