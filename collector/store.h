/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's database: opening it, writing batches, reading back what a start
 * needs. Reports read it through store_report.h, checks through store_verify.h. */
#ifndef COALTALLY_STORE_H
#define COALTALLY_STORE_H

#include "collector/alarm.h"
#include "collector/db.h"
#include "collector/ledger.h"
#include "collector/stops.h"
#include "collector/totals.h"

enum { STORE_VERSION = 4 };

struct store;

enum store_outcome {
    STORE_OK,
    STORE_IN_USE, /* another coaltallyd has this database (flock) */
    STORE_FAILED  /* the text says why and what to do */
};

/* Opens for writing, making or migrating the database where needed (a migration
 * makes a backup first), holds its lock, adds an incarnation, and compares the
 * configuration with the ledger: what changed in mines, meters and calendars is
 * journalled. `text` gets the reason of a failure. The configuration must outlive
 * the store. */
enum store_outcome store_open(const struct config *config, struct clock_now now, struct store **store, char *text,
                              size_t size);
void store_close(struct store *store);

/* Opens a ledger that is there and up to date, with its lock, so that acts can be applied
 * where no daemon runs: nothing is compared with a configuration, and only acts_drain may
 * be called. */
enum store_outcome store_open_acts(const char *database, struct clock_now now, struct store **store, char *text,
                                   size_t size);

/* The state that a meter was left in, moved onto this boot's line, with the
 * segment broken where the definition changed. False when it has none. */
bool store_state(struct store *store, size_t meter, bool clock_trusted, struct clock_now now,
                 struct totaliser_state *state);

/* Tells of the alarms that stand by the journal: the latest row of each says that it was raised.
 * `alarm` (for alarm_recall) is valid within the call only; dealt_with: a person has ended it. */
typedef void alarm_teller(void *context, const struct alarm *alarm, bool dealt_with);
bool store_alarms(struct store *store, alarm_teller *tell, void *context);

/* Tells of the acts that entered plans which an alarm of their own has not told of yet: above the capacity, and those
 * that took the place of such ones. `act` (for plan_alarm_applied) is valid within the call only. */
struct act;
typedef void plan_teller(void *context, const struct act *act);
bool store_plans(struct store *store, plan_teller *tell, void *context);

/* The planned stops that run or will, as people entered them; a list made by malloc, by the configuration's
 * mines. False when they could not be read. */
bool store_stops(struct store *store, int64_t now_ms, struct stop **list, size_t *count);

/* Wall time of the last commit, or of the last reading posted where that is later
 * (a clock that was set back); 0: never. Nothing may be posted before it. */
int64_t store_last_commit_ms(const struct store *store);

/* The newest rev of what was committed; after a commit that failed it may be higher. */
int64_t store_head(const struct store *store);

/* Wall time up to which the meter is posted; INT64_MIN: it never was. */
int64_t store_posted_ms(struct store *store, size_t meter);

/* The newest bucket of the meter; {0, 0}: it has none. */
struct calendar_span store_bucket(struct store *store, size_t meter);

/* The mines and meters of the configuration run by the ledger's calendars from now on: a line of the
 * configuration that waits is not in force. False (store_error) when they cannot be read: they are as they were. */
bool store_calendars(struct store *store, struct config *config);
/* Tells of each line that waits, as the configuration has it before store_calendars. */
typedef void store_waits_teller(void *context, const char *text);
bool store_waits(struct store *store, struct clock_now now, store_waits_teller *tell, void *context);

/* One transaction: all of the batch or nothing. wall_ms: 0 under a clock in doubt. False: store_error says why, and
 * the batch is as it was. */
bool store_write(struct store *store, const struct batch *batch, int64_t wall_ms);
/* From any thread: a locked database is given up at once from now on (db_hurry). */
void store_hurry(struct store *store);
const char *store_error(const struct store *store);

/* Tells `totals` of every meter what the ledger holds of the shift, day, month and
 * year of wall_ms. False when it could not be read: try again. */
bool store_totals(struct store *store, struct totals *totals, int64_t wall_ms);
/* The same as numbers, by meter. */
bool store_sums(struct store *store, int64_t wall_ms, struct totals_sums *sums);

/* The same of what is reported: coefficients, and what people added (totals_spoilt). */
bool store_totals_reported(struct store *store, struct totals *totals, int64_t wall_ms);

/* Deletes minute rows older than this in a small step; true when more are left. */
bool store_expire(struct store *store, int64_t before_ms);

/* Opens for reading by the command line: never creates, never migrates. The
 * handle's db_fault says what is wrong. NULL only when out of memory. */
struct db *store_read(const char *path);

/* A coaltallyd runs on this database (its lock is held). */
bool store_running(const char *path);

#endif
