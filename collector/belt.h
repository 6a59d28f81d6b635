/* SPDX-License-Identifier: Apache-2.0 */
/* When a belt ran, stood, or was not read, out of the minutes that the ledger keeps of it. Pure.
 *
 * The daemon keeps a row a minute of each main coal meter's belt (table `minute`): of `count` scans that
 * said something it ran in `sum`; `last` is the last of them. Within a minute in which it did both, it is
 * taken to have changed once: that is exact for every stop or start that is alone in its minute, to the
 * time between two scans, and off by less than a minute for all others. */
#ifndef COALTALLY_BELT_H
#define COALTALLY_BELT_H

#include "collector/calendar.h"
#include "collector/config.h"
#include "collector/list.h"

/* What tells whether a belt runs: the first of these that its meter has. */
enum belt_source {
    BELT_RUNNING, /* the state that the meter's `running` names: it runs while that is not 0 */
    BELT_RATE,    /* the gauge that its `rate` names: above its drop-out, or above 0 */
    BELT_COUNT,   /* its total: it ran in the minutes in which that moved, whole ones */
    BELT_SOURCES
};

/* For the ledger (table point, column unit) and for data: "running", "rate", "total". */
const char *belt_source_name(enum belt_source source);
/* False when the text is none of them. */
bool belt_source_read(const char *text, enum belt_source *out);

/* Whether the ledger keeps the minutes of this meter's belt, and from what point of what device. */
bool belt_of(const struct config_meter *meter, enum belt_source *source, size_t *device, size_t *point);

/* One row of the ledger; a minute in which the daemon was restarted has several. */
struct belt_minute {
    int64_t minute_ms;
    int64_t ran, count; /* scans; 0: it was asked in vain */
    bool last;
};

enum belt_state { BELT_RAN, BELT_STOOD, BELT_UNREAD, BELT_STATES };

struct belt_stretch {
    enum belt_state state;
    struct calendar_span span;
};

/* Stretches in the order of time, without holes; neighbours differ in their state. Start it with
 * belt_begin, end it with belt_free. */
struct belt {
    struct calendar_span reach; /* what is looked at */
    int64_t told_ms;            /* up to here */
    struct belt_minute minute;  /* waits for more rows of its own; count 0: none, or one asked in vain */
    struct list stretches;      /* struct belt_stretch */
    bool failed;                /* out of memory */
};

/* Nothing is known yet of what is looked at. */
struct belt belt_begin(struct calendar_span reach);
/* Rows in the order of their minutes; those outside of the reach are cut. */
void belt_add(struct belt *belt, const struct belt_minute *minute);
/* No more rows: what is left was not read. Where that is no more than `lag_ms`, rows of it may still
 * come: the reach then ends before it. */
void belt_end(struct belt *belt, int64_t lag_ms);
void belt_free(struct belt *belt);

/* How long it was in that state within a span; the three of a span within the reach sum up to it. */
int64_t belt_time(const struct belt *belt, enum belt_state state, struct calendar_span span);

/* The next stretch of that state, at least so long, that touches the span; `index` from 0 goes on from
 * one to the next. NULL at the end. Stops that lie on both sides of an unread stretch are two: unknown is
 * not stopped. */
const struct belt_stretch *belt_next(const struct belt *belt, enum belt_state state, int64_t least_ms,
                                     struct calendar_span span, size_t *index);

#endif
