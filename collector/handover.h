/* SPDX-License-Identifier: Apache-2.0 */
/* What one shift hands over to the next, mine by mine: how its belts ran, when they stood, what people
 * entered of its headings, and what waits for somebody. */
#ifndef COALTALLY_HANDOVER_H
#define COALTALLY_HANDOVER_H

#include "collector/alarm_rows.h"
#include "collector/planned_stop.h"
#include "collector/selection.h"
#include "collector/store_minutes.h"
#include "collector/store_report.h"

enum {
    HANDOVER_STOP_MS = 10 * 60 * 1000, /* a stop of so long is told, where nobody says another length */
    HANDOVER_LAG_MS = 3 * 60 * 1000    /* minutes come to the ledger so late at most, while a daemon runs */
};

/* What a person entered: of the shift or, where there is only that, of the day. */
struct handover_entry {
    bool known, of_day;
    int64_t amount; /* thousandths */
};

struct handover_mine {
    size_t mine;                 /* index */
    struct calendar_place place; /* its shift */
    struct calendar_span span;   /* of that */
    bool runs;                   /* the shift is not over */
    bool has_rate;               /* if so: what its main meters bring an hour, of raw coal */
    int64_t per_hour, rate_at_ms;
    size_t belts, first_belt; /* its main coal meters among handover.belt */
    struct handover_entry advance, heading_coal;
    size_t alarms, works; /* raised in the shift and standing; open work that touches it */
};

/* Why no rate is known. */
enum handover_rates { RATES_READ, RATES_NO_DAEMON, RATES_NO_STATUS };

struct handover {
    const struct roster *roster;
    int64_t now_ms, stop_ms;
    enum handover_rates rates;
    char why[256]; /* of RATES_NO_STATUS */
    size_t mines, belts;
    struct handover_mine *mine;
    struct belt_series *belt;
    struct list alarms;  /* struct alarm_row: all that stand */
    struct list planned; /* struct planned_stop */
};

/* Of the chosen mines that are active, the shift of that day and number (from 0), or (shift -1) the one that
 * runs. Of a mine whose calendar has no such shift nothing is told. False when out of memory or with a fault in
 * the report's db; handover_free either way. */
bool handover_read(const struct selection *selection, struct report *report, civil_day day, int shift, int64_t stop_ms,
                   struct handover *out);
void handover_free(struct handover *handover);

/* The part of a belt's shift that can be told of: its begin to the last minute that the ledger has, or its end. */
struct calendar_span handover_seen(const struct handover_mine *mine, const struct belt *belt);

/* A stop (or what was not read) of so long at least, cut to the shift. */
struct handover_stop {
    enum belt_state state; /* BELT_STOOD or BELT_UNREAD */
    struct calendar_span span;
    bool before, after; /* it began before the shift; goes on after it */
    bool stands;        /* it is not over */
    int64_t planned_ms; /* so much of it was planned */
    const char *reason; /* that plan's; NULL: none */
};
/* The next one of a belt in the order of time; `index` from 0. */
bool handover_stop_next(const struct handover *handover, const struct handover_mine *mine,
                        const struct belt_series *belt, size_t *index, struct handover_stop *out);

/* Whether an alarm was raised in the mine's shift, and stands. */
bool handover_alarm(const struct handover_mine *mine, const struct roster *roster, const struct alarm_row *row);
/* Whether open work is of the mine's shift. */
bool handover_work(const struct handover_mine *mine, const struct roster *roster, const struct report_work *work);

#endif
