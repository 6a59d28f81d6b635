/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms that stand, and those cleared within the last day. In memory; after a restart those that
 * stood are taken up from the journal (alarm_recall). Any thread may call. */
#ifndef COALTALLY_ALARM_H
#define COALTALLY_ALARM_H

#include "collector/alarm_text.h"
#include "collector/config.h"
#include "collector/ledger.h"

enum {
    ALARM_REASON_BYTES = 32,
    ALARM_ID_BYTES = ID_BYTES + ALARM_REASON_BYTES,
    ALARMS_MAX = 4096 /* with more the oldest cleared one goes; where all stand, a new one is refused */
};

struct alarm {
    int mine;                        /* index, -1: the site */
    char id[ALARM_ID_BYTES];         /* "scale-1-no-data"; unique within its mine */
    char subject[ID_BYTES];          /* "scale-1" */
    char reason[ALARM_REASON_BYTES]; /* "no-data" */
    enum journal_level level;
    int64_t raised_ms, acknowledged_ms, cleared_ms; /* wall; 0: not */
    char arguments[ALARM_ARGUMENTS_BYTES];          /* alarm_text.h; without value and limit */
    char what[ALARM_VALUE_BYTES];                   /* the sentence of that, in English */
    char value[64], limit[64];                      /* texts with units; may be empty */
};

/* What a caller says of an alarm. NULL texts are empty ones. */
struct alarm_notice {
    int mine;
    const char *subject, *reason;
    enum journal_level level;
    struct alarm_argument argument[ALARM_ARGUMENTS_MAX]; /* as far as there are names */
    const char *value, *limit;
    int64_t after_ms; /* raised once it was said for so long without an alarm_clear between */
};

/* --- alarm.c: one alarm --- */

/* "info", "amber", "red". */
const char *alarm_level_name(enum journal_level level);

/* The alarm that a notice tells of, but for its times. */
void alarm_make(const struct alarm_notice *notice, struct alarm *alarm);

/* The alarm as the journal keeps it, "no-data: error="..." value="61 s" limit="60 s"", and back:
 * reason, arguments, value, limit and what. False where `text` has no reason. */
void alarm_write(const struct alarm *alarm, char *text, size_t size);
bool alarm_read(const char *text, struct alarm *alarm);

/* --- alarms.c: those that stand --- */

struct alarms;

enum alarm_change {
    ALARM_CROSSED, /* raised, of a graver level, or cleared */
    ALARM_AGAIN,   /* as before (alarms_again), or acknowledged */
    ALARM_EXPIRED  /* its retained topic is to be emptied, a day after clearing */
};

/* `changed` is called under the lock, so that the changes of one alarm come in
 * order: it must not call back into the alarms. clear_after_ms: what alarm_clear
 * says must hold for so long. NULL when out of memory. */
struct alarms *alarms_new(int64_t clear_after_ms,
                          void (*changed)(void *context, const struct alarm *alarm, enum alarm_change change),
                          void *context);
void alarms_free(struct alarms *alarms);

/* True when something changed. A standing alarm takes over value, limit and arguments
 * in silence; only a graver level is a change.
 * A source that flaps, raised for the third time with less than ten minutes of
 * quiet between, stays raised until it has been quiet for ten minutes (alarms_tick). */
bool alarm_raise(struct alarms *alarms, const struct alarm_notice *notice, int64_t now_ms);
/* What it tells of is over: cleared at once, or by alarms_tick after the delay. True when cleared at once. */
bool alarm_clear(struct alarms *alarms, int mine, const char *subject, const char *reason, int64_t now_ms);
/* Cleared at once, whatever the delays: a person has dealt with it. True when it stood. */
bool alarm_end(struct alarms *alarms, int mine, const char *subject, const char *reason, int64_t now_ms);
/* A person has seen it. True when it stands and nobody had. */
bool alarm_acknowledge(struct alarms *alarms, int mine, const char *subject, const char *reason, int64_t now_ms);

/* An alarm that stood when the last daemon ended stands on; where nobody raises or clears it until
 * until_ms, it is cleared then (0: it waits for a person). `alarm`: mine, subject, level, raised_ms,
 * acknowledged_ms, and what alarm_read gives. */
void alarm_recall(struct alarms *alarms, const struct alarm *alarm, int64_t until_ms);

/* Clears what has been quiet for long enough; drops what was cleared a day ago. Called
 * about once a second. */
void alarms_tick(struct alarms *alarms, int64_t now_ms);

/* Calls `changed` with ALARM_AGAIN for all of them, for a broker that may have lost what it retained. */
void alarms_again(struct alarms *alarms);

/* A copy of all of them, standing and cleared ones, oldest raised first, for status; freed by the caller with free().
 * NULL with *count 0 when there are none (or no memory: *count then says how many there are). */
struct alarm *alarms_list(struct alarms *alarms, size_t *count);

#endif
