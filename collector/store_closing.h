/* SPDX-License-Identifier: Apache-2.0 */
/* Writes versions of closed periods: when the clock closes them, when a person does, and
 * when something that they are made of changed. */
#ifndef COALTALLY_STORE_CLOSING_H
#define COALTALLY_STORE_CLOSING_H

#include "collector/closing.h"
#include "collector/store.h"

/* One transaction: closes each shift and each day, of each quantity that a mine's main meters
 * report, that ended long enough ago, after the ledger was begun, and can be reported; at most
 * 45 days back. Under a clock in doubt it is not called. *next_ms gets when to look again:
 * the next end of a shift or day with its delay, sooner where something could not be reported yet.
 * False when it could not be written; store_error says why. */
bool store_close_due(struct store *store, const struct config_closing *rules, int64_t now_ms, int64_t *next_ms);

/* Dekads and months that ended, the latest of each kind: calls `remind` of each mine. `done`: it is
 * closed, or nothing was recorded in it. */
typedef void closing_reminder(void *context, const char *mine, const struct period_name *period, bool done);
void store_remind(struct store *store, const struct config_closing *rules, int64_t now_ms, closing_reminder *remind,
                  void *context);

/* Within a transaction: makes a new version of each closed period of a mine (id) that touches `days` and
 * is not what it was, with this cause. `act`: that changed it, 0: none. */
void store_follow(struct store *store, int64_t mine, struct period days, const char *cause, int64_t act,
                  int64_t now_ms);

/* The same for all mines, within the transaction of a batch, or of the start, whose rows of the
 * journal come after `entry`. */
void store_follow_batch(struct store *store, const struct batch *batch, int64_t now_ms);
void store_follow_start(struct store *store, int64_t entry, int64_t now_ms);

/* --- store_version.c --- */

/* Within a transaction: adds it as the next version of its period, with its row of the
 * journal; fills in version, through_act and chain. */
void version_write(struct store *store, const struct roster *roster, struct version *version);

/* A version of what stands there now, to be written. */
struct version version_of(const struct closing_key *key, const struct figure *figure, const char *hash, int64_t now_ms);

#endif
