/* SPDX-License-Identifier: Apache-2.0 */
/* What `coaltally probe` shows of a device that was read. Pure. Out of memory is kept in `out`. */
#ifndef COALTALLY_PROBE_H
#define COALTALLY_PROBE_H

#include "collector/point_view.h"
#include "collector/table.h"
#include "drivers/sweep.h"

/* Whom to ask. */
struct probe_target {
    struct wire_link link;
    struct wire_unit unit;
};

/* How it is to look. */
struct probe_page {
    enum table_format format;
    bool colour;
    enum language language;
    int read; /* of repeated reads: which one, from 1; data then say it in each row, and the changes. 0: it is read once
               */
};

/* "holding:1009" -> table and address; `base` is what the user's manual calls the
 * first address of the table: 0, 1, 40001 ... False when the text is anything else. */
bool probe_at(const char *text, int base, struct request *out);

/* --- a range --- */

/* Each place as every type in every order that fits into what was read; or bits.
 * With `before`, the read before, a page has the changes since, and only what has changed. */
void probe_range(const struct probe_page *page, const struct request *request, const uint16_t *registers,
                 const uint16_t *before, struct text *out);

/* --- an address, and its neighbours --- */

enum { NEAR_PLACES = 3 }; /* one before, the address, one after */

struct probe_place {
    int words; /* that could be read; 0: the device refuses, or there is no such address */
    uint16_t registers[REGISTERS_WORDS_MAX];
};

struct probe_near {
    enum registers_table table;
    int address; /* of the middle */
    struct probe_place place[NEAR_PLACES];
};

/* Every type and order beside itself at the three addresses. `before` as above. */
void probe_near(const struct probe_page *page, const struct probe_near *now, const struct probe_near *before,
                struct text *out);

/* One point of a profile at the three addresses. */
struct probe_near_point {
    const struct point *point;
    struct probe_place place[NEAR_PLACES];
};
void probe_near_points(const struct probe_page *page, const struct probe_near_point *near, size_t points,
                       struct text *out);

/* --- points --- */

struct probe_device {
    const char *name; /* NULL: no device of the configuration; else a column of data */
    size_t points;
    const struct point_view *point;
};

/* As they came, what they mean, why not. On a page for one device at a time. */
void probe_points(const struct probe_page *page, const struct probe_device *device, size_t devices, struct text *out);

/* --- unit ids --- */

enum { PROBE_UNITS = 256 };

/* "1-247", "1,3,7-9" -> asked[unit]. False when the text is anything else, or names a unit above 255. */
bool probe_units_parse(const char *text, bool asked[static PROBE_UNITS]);

struct probe_unit {
    int unit;
    enum wire_outcome outcome;
    int exception; /* of WIRE_EXCEPTION */
    int took_ms;
    uint16_t value; /* of WIRE_OK: what was read */
    char error[200];
    char received[3 * WIRE_RECEIVED_BYTES];
};

/* Whether something is there: a value, or an exception, which is an answer too; but not
 * a gateway's (0x0A, 0x0B: it has no path to the unit, or the unit does not answer it). */
bool probe_unit_answered(const struct probe_unit *unit);

/* A page has those that answered, or that something came from; data have all. */
void probe_units(const struct probe_page *page, const struct probe_unit *unit, size_t units, struct text *out);

/* --- the configuration --- */

/* Bus, device and meter for coaltally.yaml; `mine` may be NULL. */
void probe_block(const struct probe_target *target, const struct profile *profile, const char *mine,
                 enum language language, struct text *out);

#endif
