/* SPDX-License-Identifier: Apache-2.0 */
/* The county's board over MQTT: a retained message of the daemon that gathers, with all that `board --format json`
 * shows, made by a thread of its own on a connection of its own that only reads.
 *
 * It looks twice a second whether anybody has committed to the ledger's file, and each minute anyway, since the pace
 * goes by the clock; it makes the board no oftener than every 2 s, and sends it where something of it has changed, or
 * the connection to the broker is another one. While it cannot be made the last one stays, and there is an alarm. */
#ifndef COALTALLY_BOARD_TOPIC_H
#define COALTALLY_BOARD_TOPIC_H

#include "collector/live.h"

struct board_topic;

/* Whether this daemon publishes one. */
bool board_topic_wanted(const struct site *site);

/* Starts the thread; site->live and the ledger's file are there and outlive it. NULL, logged, when it cannot. */
struct board_topic *board_topic_start(const struct site *site);

/* The boot time until which its loop may well be silent. */
int64_t board_topic_alive_until_ms(const struct board_topic *board);

/* After site->stop can be read: joins the thread and frees. NULL: nothing. */
void board_topic_join(struct board_topic *board);

#endif
