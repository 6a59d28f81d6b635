/* SPDX-License-Identifier: Apache-2.0 */
/* What the files wire*.c share; nobody else includes it. */
#ifndef COALTALLY_WIRE_PARTS_H
#define COALTALLY_WIRE_PARTS_H

#include "drivers/frame.h"
#include "drivers/stream.h"
#include "drivers/wire.h"

enum { UNITS = 256 };

/* What a file wire_<kind>.c keeps between the calls. */
struct wire_tcp;
struct wire_line;

struct wire {
    struct wire_link link;
    struct stream *stream;
    struct wire_tcp *tcp;   /* with WIRE_TCP */
    struct wire_line *line; /* with the others */
    /* The exchange that goes on. */
    struct wire_unit unit;
    struct question question;
    int64_t deadline;
    /* The last one. */
    int exception;
    enum wire_flaw flaw;
    char error[768];
    char received[3 * WIRE_RECEIVED_BYTES]; /* "01 83 02" */
    int64_t opened_us, ended_us;            /* deadline_now_us() */
    bool failing[UNITS];                    /* what a unit was asked last failed */
    char peer[LINK_TEXT_BYTES];             /* "10.1.5.21:502" */
};

/* Says what happened; the link is closed after WIRE_CLOSED and, on TCP, whatever is no answer. */
enum wire_outcome wire_fail(struct wire *wire, enum wire_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for an errno of asking or listening. */
enum wire_outcome wire_fail_errno(struct wire *wire, int error);
enum wire_outcome wire_fail_misfit(struct wire *wire, const struct frame_misfit *misfit);
enum wire_outcome wire_refused(struct wire *wire, int exception);

/* Keeps bytes that were no answer, for wire_received(). */
void wire_keep(struct wire *wire, const uint8_t *bytes, size_t size);

/* Keeps the unit's pauses; they are no part of its time-out. */
enum wire_outcome wire_rest(struct wire *wire);

/* Each asks wire->question on the open link and takes its answer into `registers`. */
struct wire_tcp *wire_tcp_new(void);
void wire_tcp_free(struct wire_tcp *tcp);
enum wire_outcome wire_tcp_exchange(struct wire *wire, uint16_t *registers);

struct wire_line *wire_line_new(void);
void wire_line_free(struct wire_line *line);
void wire_line_opened(struct wire *wire);
/* Drops what came unasked; closes the link if it is gone. */
void wire_line_refresh(struct wire *wire);
enum wire_outcome wire_line_exchange(struct wire *wire, uint16_t *registers);

#endif
