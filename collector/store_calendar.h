/* SPDX-License-Identifier: Apache-2.0 */
/* Calendars as the ledger has them, against those that the configuration wants. A line
 * whose day has begun would correct what is written: it waits for the act `calendar`. */
#ifndef COALTALLY_STORE_CALENDAR_H
#define COALTALLY_STORE_CALENDAR_H

#include "collector/config.h"
#include "collector/db.h"
#include "collector/list.h"
#include "collector/text.h"
#include "collector/words.h"

struct store;

enum { CALENDAR_SHIFTS_BYTES = SHIFTS_MAX * (SHIFT_NAME_BYTES + 8) };

/* A line that differs. */
struct calendar_change {
    struct calendar_rule rule; /* as wanted; shifts 0: the line is to go */
    int64_t start_ms;          /* when its first day begins, in the old or the new way, the earlier */
    bool begun;                /* that has passed, or the ledger has written beyond it */
    char text[600];            /* "2026-10-01: day 00:00, shifts ... -> day 20:00 ..." */
};

/* What the calendar of a mine (its id) would have to change to be the wanted one, into `changes`
 * (of struct calendar_change, by date). Of a mine that has no tallies yet nothing has
 * begun. False with a fault of the db. */
bool calendar_changes(struct db *db, int64_t mine, const struct calendar *wanted, int64_t now_ms, struct list *changes);

/* The ledger's rules of a mine, by date. out->rule is the caller's to free. */
bool calendar_read(struct db *db, int64_t mine, struct calendar *out);

/* Writes one change into table calendar. act: 0, or the act's id. */
void calendar_write(struct store *store, int64_t mine, const struct calendar_change *change, int64_t act);

/* "calendar of sim-a: the line ... waits: coaltally calendar --mine sim-a --from 2026-10-01 --by NAME" */
void calendar_wait_say(const char *mine, const struct calendar_change *change, enum language language,
                       struct text *out);

/* Tells of each line of the configuration that waits. False when the ledger cannot be read. */
typedef void calendar_teller(void *context, size_t mine, const struct calendar_change *change);
bool calendar_waits(struct db *db, const struct config *config, int64_t now_ms, calendar_teller *tell, void *context);

/* --- store_calendar_text.c --- */

/* The shifts of a rule as the ledger has them, "name@-14400|name@14400", seconds from the day's midnight; back
 * with roster_shifts. */
void calendar_shifts_format(const struct calendar_rule *rule, char text[static CALENDAR_SHIFTS_BYTES]);

/* A whole calendar as text, a line a rule: "2026-10-01 raw_coal -14400 name@-14400|name@14400",
 * the quantity "-" where it is all; and back: out->rule is the caller's to free. False for what is none. */
void calendar_format(const struct calendar *calendar, struct text *out);
bool calendar_parse(const char *text, struct calendar *out);

/* Whether days can run so: at least one rule for all quantities, shifts in order within a day, no day
 * that ends before it starts. False with what is wrong. */
bool calendar_sound(const struct calendar *calendar, enum language language, char *text, size_t size);

#endif
