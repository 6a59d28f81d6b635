/* SPDX-License-Identifier: Apache-2.0 */
/* Registers to values and back, exact. Pure. */
#ifndef COALTALLY_REGISTERS_H
#define COALTALLY_REGISTERS_H

#include "drivers/decimal.h"
#include "drivers/reading.h"

/* The four tables of the Modbus Application Protocol V1.1b3, 4.3, with the
 * function code that reads each. */
enum registers_table { TABLE_COIL = 1, TABLE_DISCRETE = 2, TABLE_HOLDING = 3, TABLE_INPUT = 4 };

enum registers_type {
    TYPE_BIT,  /* one coil or discrete input, or bit `bit` of one register */
    TYPE_BITS, /* `width` bits of one register, `bit` being the lowest of them */
    TYPE_UINT16,
    TYPE_INT16,
    TYPE_UINT32,
    TYPE_INT32,
    TYPE_UINT64,
    TYPE_INT64,
    TYPE_FLOAT32,
    TYPE_FLOAT64,
    TYPE_BCD16, /* four bits a decimal digit; a nibble above 9 is no number */
    TYPE_BCD32,
    TYPE_BCD64,
    TYPE_BASE1000X2, /* each register 0 to 999, three decimal digits; above is no number */
    TYPE_BASE1000X3,
    TYPE_BASE1000X4,
    TYPE_ASCII, /* text of as many registers as its point says, two bytes each: no number */
    TYPE_SUM,   /* of two other points: has no registers of its own */
    TYPE_COUNT
};

/* A is the most significant byte of the value; the letters stand in the order in
 * which the bytes come over the wire. Values of other lengths use the same four rules:
 * ABCDEFGH, GHEFCDAB (words swapped), BADCFEHG (bytes swapped), HGFEDCBA (both). */
enum registers_order { ORDER_ABCD, ORDER_CDAB, ORDER_BADC, ORDER_DCBA, ORDER_COUNT };

struct registers_format {
    enum registers_type type;
    enum registers_order order;
    int bit;                /* TYPE_BIT, TYPE_BITS within a register: 0 is the least significant */
    struct decimal scale;   /* what one unit of the register is, in the point's unit */
    struct decimal quantum; /* what one count is, in the point's unit: for integers the
                               scale; for floats the resolution to which they are rounded */
    int width;              /* TYPE_BITS: how many, 1 to 16 */
};

/* False when scale and quantum are so far apart that a float cannot be taken to
 * counts (their quotient leaves int64), or are not above 0. */
bool registers_format_fits(const struct registers_format *format);

/* Registers (or bits, for coils and discrete inputs) that one value takes: 1 to
 * REGISTERS_WORDS_MAX; 0: none (TYPE_SUM), or as the point says (TYPE_ASCII). */
enum { REGISTERS_WORDS_MAX = 4 };
int registers_words(enum registers_type type);

bool registers_real(enum registers_type type); /* a float */

/* Greatest value + 1 that the type holds, where a counter wraps; 0: beyond int64,
 * or a float, or of no fixed length. */
int64_t registers_modulus(enum registers_type type);

/* "uint32" for TYPE_UINT32. */
const char *registers_type_name(enum registers_type type);

/* An order has as many letters as its type has bytes: "BA", "CDAB", "GHEFCDAB". False
 * when unknown; "" for types without an order. */
bool registers_order_parse(const char *text, enum registers_type type, enum registers_order *out);
const char *registers_order_name(enum registers_order order, enum registers_type type);

/* A value as it stands in the registers, before scale. */
struct registers_raw {
    enum { RAW_SIGNED, RAW_UNSIGNED, RAW_REAL, RAW_MALFORMED } form; /* the last: such digits there are not */
    union {
        int64_t i;
        uint64_t u;
        double f;
    };
};

/* Takes the value apart from registers_words() registers. */
struct registers_raw registers_get(const uint16_t *registers, const struct registers_format *format);

/* Puts a raw value of the type's own form (integers also signed; the bits of a
 * malformed one) into registers_words() registers; bits leave the register's
 * other bits as they are. */
void registers_put(uint16_t *registers, const struct registers_format *format, struct registers_raw raw);

/* Text of `words` registers, two letters each, to its NUL or end, without the spaces
 * that fill it; what cannot be printed is a '?'. `text` holds 2 * words + 1. Of the
 * order only whether it swaps bytes counts. */
void registers_get_text(const uint16_t *registers, int words, enum registers_order order, char *text);
void registers_put_text(uint16_t *registers, int words, enum registers_order order, const char *text);

/* Raw value -> counts. QUALITY_RANGE for NaN, infinity, what is malformed and what leaves int64. */
struct reading registers_decode(const uint16_t *registers, const struct registers_format *format);

/* Counts -> registers, for simulators; false when the type cannot hold the value. */
bool registers_encode(uint16_t *registers, const struct registers_format *format, int64_t count);

/* The greatest distance, in counts rounded up and at least 1, between two
 * neighbouring values of the type at `count` (a float's unit in the last place). */
int64_t registers_step(const struct registers_format *format, int64_t count);

#endif
