/* SPDX-License-Identifier: Apache-2.0 */
/* The faults that a simulated device can be given, and the words that ask for
 * them. (What is wrong in a YAML file is drivers/faults.h.) Pure. */
#ifndef COALTALLY_FAULT_H
#define COALTALLY_FAULT_H

#include "drivers/decimal.h"

enum fault_kind {
    /* what becomes of an answer */
    FAULT_SILENT,
    FAULT_EXCEPTION,
    FAULT_SLOW,
    FAULT_LATE,
    FAULT_DRIP,
    FAULT_GARBAGE,
    FAULT_CUT,
    FAULT_CLOSE,
    FAULT_SHORT,
    FAULT_EXTRA,
    FAULT_WRONG_UNIT,
    FAULT_WRONG_TRANSACTION,
    FAULT_WRONG_FUNCTION,
    FAULT_WRONG_LENGTH,
    FAULT_BAD_CRC,
    FAULT_LOST,
    FAULT_ECHO,
    FAULT_LINE_NOISE,
    /* what becomes of the line */
    FAULT_PULL,
    /* what stands in the registers of an answer */
    FAULT_TORN,
    FAULT_GLITCH,
    FAULT_TWIN,
    FAULT_STUCK,
    FAULT_SENTINEL,
    FAULT_GAUGE,
    FAULT_NOISE,
    /* what happens to the meter */
    FAULT_RESET,
    FAULT_PRESET,
    FAULT_WRAP,
    FAULT_JUMP,
    FAULT_REPLACED,
    FAULT_BACK,
    FAULT_CALIBRATION,
    FAULT_KINDS
};

/* Where a fault takes hold. */
enum fault_scope {
    FAULT_OF_WIRE,  /* spoils answers while it lasts */
    FAULT_OF_LINE,  /* takes the adapter away while it lasts, for all devices there */
    FAULT_OF_POINT, /* spoils a point's registers while it lasts */
    FAULT_OF_DIAL,  /* changes a counter at once and for good */
    FAULT_OF_FLOW   /* turns a counter while it lasts */
};

/* What the number after a fault's name is. */
enum fault_value {
    FAULT_NO_VALUE,
    FAULT_CODE,  /* an exception code, 1 to 255 */
    FAULT_MS,    /* real milliseconds on the wire */
    FAULT_BYTES, /* 1 to FAULT_BYTES_MAX */
    FAULT_EACH,  /* every Nth, 2 to 1000000 */
    FAULT_COUNTS,
    FAULT_AMOUNT /* in the point's unit; of a flow: an hour */
};

enum { FAULT_BYTES_MAX = 64 };

struct fault_form {
    const char *name;
    enum fault_scope scope;
    enum fault_value value;
    bool needs_value;
    int64_t standard; /* the value where none is given; amounts: whole units */
    const char *help;
};

/* The form of a kind. */
const struct fault_form *fault_form(enum fault_kind kind);

/* Which wires can have it: Modbus TCP, whatever has a connection, RTU in whatever
 * way, a serial line's adapter. */
enum fault_wire { FAULT_ANY_WIRE, FAULT_ON_TCP, FAULT_ON_STREAM, FAULT_ON_RTU, FAULT_ON_LINE };
enum fault_wire fault_wire(enum fault_kind kind);

enum { FAULT_POINT_BYTES = 64 };

/* "KIND [VALUE] [point NAME] [for DURATION] [times N]", understood. */
struct fault_order {
    enum fault_kind kind;
    bool has_value;
    struct decimal value;
    char point[FAULT_POINT_BYTES]; /* empty: the device's first counter, or all of it */
    int64_t for_ms;                /* simulated; INT64_MAX: until cleared */
    int64_t times;                 /* answers that it spoils; 0: no bound */
};

/* Reads the words from words[0] on. False with a sentence in `why` (FAULT_WHY_MAX bytes). */
enum { FAULT_WHY_MAX = 512 };
bool fault_parse(char *const *words, int count, struct fault_order *order, char *why);

#endif
