/* SPDX-License-Identifier: Apache-2.0 */
/* The county's side in the daemon: what the sites send over MQTT goes into the ledger, and each message is answered
 * once it is committed (replica_county.h decides, store_replica.h keeps).
 *
 * The broker's callback only puts what came into an inbox of bounded size. The committer's thread, which owns the
 * store, takes it out: one transaction a message, a part of a second at a time. What is dropped, refused by a failing
 * disk or lost by the broker is sent again by the site; nothing here waits for anybody.
 *
 * Nothing is gathered while the clock is in doubt (what is "too far ahead" is judged by it), nor when the roster
 * cannot be read (it says who may name which mine): the rows are safe where they are. */
#ifndef COALTALLY_GATHERER_H
#define COALTALLY_GATHERER_H

#include "collector/health.h"
#include "collector/list.h"
#include "collector/site.h"
#include "collector/store.h"

struct gatherer;

/* Reads the roster. Both must outlive it. NULL when out of memory. */
struct gatherer *gatherer_new(const struct site *site, struct store *store);
void gatherer_free(struct gatherer *gatherer);

/* Can be read once something came; -1 for NULL. */
int gatherer_wake(const struct gatherer *gatherer);

/* By the committer: takes what came, for a bounded time, and looks after alarms now and then. False when the store
 * failed (store_error). NULL: nothing is gathered. */
bool gatherer_turn(struct gatherer *gatherer);

/* By the committer: people changed the ledger. */
void gatherer_changed(struct gatherer *gatherer);

/* From any thread: what is known of each site since the start, a list of struct health_site, and of the inbox. */
bool gatherer_report(struct gatherer *gatherer, struct list *sites, struct health_inbox *inbox);

#endif
