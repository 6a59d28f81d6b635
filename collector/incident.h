/* SPDX-License-Identifier: Apache-2.0 */
/* The log of faults and calibrations: what the daemon found and its journal tells (outages), and what people
 * wrote of it. Of one mine, subject, kind and beginning the newest act counts. */
#ifndef COALTALLY_INCIDENT_H
#define COALTALLY_INCIDENT_H

#include "collector/act.h"
#include "collector/list.h"

enum { INCIDENT_TEXT_BYTES = 300, INCIDENT_UNIT_BYTES = 16 };

struct incident {
    int64_t id;   /* of a row of the journal: of the alarm that found it, else of the first act that logged it */
    int64_t mine; /* the ledger's id */
    char subject[ID_BYTES];
    char kind[16]; /* "outage"; "zero", "span" */
    int64_t from_ms;
    int64_t to_ms;                                                 /* 0: it lasts */
    int64_t last_good_ms;                                          /* the last good scan before it; 0: not known */
    int64_t report_by_ms;                                          /* 0: nothing need be reported, or not known */
    char sign[INCIDENT_TEXT_BYTES], handling[INCIDENT_TEXT_BYTES]; /* how it showed, what was done */
    int64_t before, after;                                         /* of calibrations: thousandths */
    char unit[INCIDENT_UNIT_BYTES];                                /* of those */
    char note[INCIDENT_TEXT_BYTES], by[ACT_PERSON_BYTES];          /* by: the last to write of it; empty: nobody */
    bool alarm;                                                    /* found by the daemon: sentence and reason follow */
    char reason[ALARM_REASON_BYTES], arguments[ALARM_ARGUMENTS_BYTES]; /* alarm_say */
};

enum incident_kinds { INCIDENT_OUTAGES, INCIDENT_CALIBRATIONS };

/* Those that began at or after from_ms, and those that last, the latest first: a list of struct incident, freed
 * with free(at). False with db_fault set. */
bool incidents_read(struct db *db, enum incident_kinds kinds, int64_t from_ms, struct list *incidents);

/* One row of table incident in an act's transaction; `id`, `by` and what the daemon found are not written. */
void incident_write(struct act_context *context, const struct incident *incident);

/* For handlers. An instant of an act, "2026-10-14 07:31"; the text of one, at most INCIDENT_TEXT_BYTES - 1.
 * False after refusing. Where the argument is not given, *at_ms and `out` stay as they are. */
bool incident_instant(struct act_context *context, const struct act *act, const char *name, int64_t *at_ms);
bool incident_text(struct act_context *context, const struct act *act, const char *name,
                   char out[static INCIDENT_TEXT_BYTES]);
/* The mine by --mine, and --device or --meter of it. False after refusing. */
bool incident_subject(struct act_context *context, const struct act *act, struct incident *incident);

#endif
