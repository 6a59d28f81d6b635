/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COALTALLY_REGISTERS_H
#define COALTALLY_REGISTERS_H

#include "drivers/decimal.h"
#include "drivers/reading.h"

/* The four tables of the Modbus Application Protocol V1.1b3, 4.3, with the
 * function code that reads each. */
enum registers_table { TABLE_COIL = 1, TABLE_DISCRETE = 2, TABLE_HOLDING = 3, TABLE_INPUT = 4 };

enum registers_type {
    TYPE_BIT, /* one coil or discrete input, or bit `bit` of one register */
    TYPE_UINT16,
    TYPE_INT16,
    TYPE_UINT32,
    TYPE_INT32,
    TYPE_UINT64,
    TYPE_INT64,
    TYPE_FLOAT32,
    TYPE_FLOAT64,
    TYPE_COUNT
};

/* A is the most significant byte of the value; the letters stand in the order in
 * which the bytes come over the wire. Eight-byte values use the same four rules:
 * ABCDEFGH, GHEFCDAB (words swapped), BADCFEHG (bytes swapped), HGFEDCBA (both). */
enum registers_order { ORDER_ABCD, ORDER_CDAB, ORDER_BADC, ORDER_DCBA, ORDER_COUNT };

struct registers_format {
    enum registers_type type;
    enum registers_order order;
    int bit;                /* TYPE_BIT within a register: 0 is the least significant */
    struct decimal scale;   /* what one unit of the register is, in the point's unit */
    struct decimal quantum; /* what one count is, in the point's unit: for integers the
                               scale; for floats the resolution to which they are rounded */
};

/* False when scale and quantum are so far apart that a float cannot be taken to
 * counts (their quotient leaves int64), or are not above 0. */
bool registers_format_fits(const struct registers_format *format);

/* Registers (or bits, for coils and discrete inputs) that one value takes: 1, 2 or 4. */
int registers_words(enum registers_type type);

/* "uint32" <-> TYPE_UINT32; the order has as many letters as the type has bytes:
 * "BA", "CDAB", "GHEFCDAB". False when unknown. */
bool registers_type_parse(const char *text, enum registers_type *out);
const char *registers_type_name(enum registers_type type);
bool registers_order_parse(const char *text, enum registers_type type, enum registers_order *out);
const char *registers_order_name(enum registers_order order, enum registers_type type);

/* A value as it stands in the registers, before scale. */
struct registers_raw {
    enum { RAW_SIGNED, RAW_UNSIGNED, RAW_REAL } form;
    union {
        int64_t i;
        uint64_t u;
        double f;
    };
};

/* Takes the value apart from registers_words() registers. */
struct registers_raw registers_get(const uint16_t *registers, const struct registers_format *format);

/* Puts a raw value of the type's own form into registers_words() registers; a
 * single bit leaves the register's other bits as they are. */
void registers_put(uint16_t *registers, const struct registers_format *format, struct registers_raw raw);

/* Raw value -> counts. QUALITY_RANGE for NaN, infinity and what leaves int64. */
struct reading registers_decode(const uint16_t *registers, const struct registers_format *format);

/* Counts -> registers, for simulators; false when the type cannot hold the value. */
bool registers_encode(uint16_t *registers, const struct registers_format *format, int64_t count);

/* The greatest distance, in counts rounded up and at least 1, between two
 * neighbouring values of the type at `count` (a float's unit in the last place). */
int64_t registers_step(const struct registers_format *format, int64_t count);

#endif
