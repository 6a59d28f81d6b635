/* SPDX-License-Identifier: Apache-2.0 */
/* Where a figure comes from: the readings on both sides of a period's edges, and
 * the arithmetic that leads from them to the meter's running count at the edge.
 *
 *   count of a reading = base + floor((high + wraps * modulus) * times / over)
 *                             - floor(first * times / over)          of its segment
 *   count at an edge   = count(A) + floor((count(B) - count(A)) * (edge - A) / (B - A))
 *   a period's amount  = count at its end - count at its begin
 *
 * A is the last accepted reading before the edge, B the first one at it or after. */
#ifndef COALTALLY_TRACE_H
#define COALTALLY_TRACE_H

#include "collector/digest.h"
#include "collector/store_report.h"
#include "collector/table.h"
#include "collector/words.h"

struct trace_segment {
    int64_t segment;              /* its number; 0: none */
    int64_t opened_ms, closed_ms; /* closed 0: open */
    int64_t first, high, wraps, modulus;
    struct ratio convert;
    int64_t base, counted;
};

struct trace_reading {
    bool present;
    int64_t at_ms, raw;
    struct trace_segment segment; /* with high and wraps as they were after this reading */
    int64_t count;
};

struct trace_edge {
    int64_t at_ms;
    struct trace_reading before, after; /* A, B */
    int64_t crossing;                   /* count(B) - count(A); 0 unless both are present */
    int64_t part;                       /* of it before the edge */
    int64_t count;                      /* the running count at the edge, as the ledger has it */
    bool explained;                     /* the arithmetic above gives that count */
};

/* Faults are kept in the report's db. */
struct trace_edge trace_edge(struct report *report, size_t meter, int64_t at_ms);

/* The meter's segment of this number, or with 0 the one that held at an instant. */
struct trace_segment trace_segment(struct report *report, size_t meter, int64_t number, int64_t at_ms);
/* The number of the next segment above; INT64_MAX: there is none. */
int64_t trace_segment_after(struct report *report, size_t meter, int64_t number);

/* base + convert(high + wraps * modulus) - convert(first); false on overflow. */
bool trace_count(const struct trace_segment *segment, int64_t *count);

/* Where what is found goes: to a page, and to rows for programs (trace_rows.h) unless NULL. */
struct trace_page {
    enum language language;
    struct text *out;
    struct table *rows;
};

/* How what a mine reports comes of what its meters counted: coefficient by coefficient, and what
 * people added. False where the reports' figure is another one. */
bool trace_reported(struct report *report, size_t mine, const char *quantity, struct period days, int shift,
                    struct trace_page *page);

/* The versions in which exactly this period was closed: when, by whom, and why each differs from the
 * one before. */
void trace_closed(struct report *report, size_t mine, const char *quantity, const struct period_name *period,
                  struct trace_page *page);

#endif
