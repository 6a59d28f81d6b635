/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the verb `trace` share. */
#ifndef COALTALLY_TRACE_PARTS_H
#define COALTALLY_TRACE_PARTS_H

#include "collector/assess.h"
#include "collector/trace_rows.h"

struct tracing {
    struct selection selection;
    struct report *report;
    struct page page;
    struct period_name period;
    char name[48]; /* of the period */
    bool holds;    /* every figure is what its readings lead to */

    /* For programs; NULL: a page is asked for. */
    struct table *rows;
    const char *mine, *quantity; /* whose figure it is, by name */
};

/* A line of the page, in its language. */
void tracing_say(struct tracing *tracing, const char *text);
/* A row of a step of a meter (index). */
void tracing_row(struct tracing *tracing, size_t meter, struct trace_step step);

/* One meter; returns what it counted by its readings, with what acts posted. */
int64_t tracing_meter(struct tracing *tracing, size_t meter);

/* --- trace_chain.c --- */

/* The heads of the chains of the ledgers that what was traced comes of, and at a county since when it holds them. */
void tracing_chain(struct tracing *tracing);

/* --- trace_events.c: what came between its readings --- */

void tracing_journal(struct tracing *tracing, size_t meter, struct calendar_span span);
/* Instruments that were swapped: what each showed, and what of the stretch was put right. */
void tracing_replacements(struct tracing *tracing, size_t meter, struct calendar_span span);
/* What acts have added to the meter's own count; returns their sum. */
int64_t tracing_postings(struct tracing *tracing, size_t meter, struct calendar_span span);

#endif
