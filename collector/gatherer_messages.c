/* SPDX-License-Identifier: Apache-2.0 */
/* What one message of a site does, and the answer to it. */
#include <stdio.h>

#include "collector/gatherer_parts.h"
#include "collector/topic.h"

/* --- answers --- */

/* Retained: a site that connects later finds the last one; it acts only on what bears its own session. */
static void answer_send(struct gatherer *gatherer, const char *site, const struct replica_answer *answer,
                        const char *why)
{
    const struct config *config = gatherer->site->config;
    const struct replica_peer self = replica_peer_self(config->county.name, clock_now().wall_ms);
    text_clear(&gatherer->topic);
    text_clear(&gatherer->payload);
    topic_confirmed(&gatherer->topic, config, config->county.name, site);
    replica_message_answer(&gatherer->payload, answer, why ? why : "", &self);
    if (!gatherer->topic.failed && !gatherer->payload.failed)
        broker_publish(gatherer->broker, gatherer->topic.at, gatherer->payload.at, gatherer->payload.length, 1, true);
}

static void stranger_answer(struct gatherer *gatherer, const char *site, const struct replica_message *message)
{
    struct replica_answer answer = {.session = message->session, .reason = REPLICA_UNKNOWN};
    if (!*message->database || message->session < 0)
        return;
    snprintf(answer.database, sizeof answer.database, "%s", message->database);
    answer_send(gatherer, site, &answer, "the county's roster gives this site no mine");
}

/* --- messages --- */

/* Why a ledger is refused for what it is; NULL: it is not. */
static const char *refusal(enum replica_reason reason)
{
    switch (reason) {
    case REPLICA_OLD:
        return N_("an old copy of its ledger runs");
    case REPLICA_RETIRED:
        return N_("its retired ledger runs on");
    case REPLICA_TOO_MANY:
        return N_("more ledgers than may wait");
    case REPLICA_TOO_MUCH:
        return N_("more rows of it wait or cannot be counted than are kept");
    case REPLICA_OTHER_SITE:
        return N_("its ledger is another site's");
    default:
        return NULL;
    }
}

static void outcome_tell(struct gatherer *gatherer, const char *site, const struct replica_outcome *outcome,
                         int64_t wall_ms)
{
    const char *why = refusal(outcome->answer.reason);
    if (why)
        gatherer_event(gatherer, site, EVENT_REFUSED, why);
    if (outcome->answer.reason == REPLICA_MALFORMED)
        gatherer_event(gatherer, site, EVENT_BAD, outcome->why ? outcome->why : "");
    if (outcome->did == REPLICA_DID_SWITCH)
        gatherer_switched(gatherer, &outcome->database, wall_ms);
}

/* False when the store failed. */
static bool message_apply(struct gatherer *gatherer, const char *site, const struct replica_message *message,
                          const struct replica_heard *heard)
{
    struct replica_outcome outcome = {0};
    bool good = true;
    switch (message->kind) {
    case REPLICA_OPENING:
        good = replicas_opening(gatherer->replicas, site, &message->opening, heard, &outcome);
        break;
    case REPLICA_BATCH:
        good = replicas_batch(gatherer->replicas, site, &message->batch, heard, &outcome);
        break;
    default:
        gatherer_event(gatherer, site, message->reason == REPLICA_VERSION ? EVENT_VERSION : EVENT_BAD, message->why);
        if (!*message->database || message->session < 0)
            return true; /* there is nobody to answer */
        good = replicas_unread(gatherer->replicas, site, message->database, message->session, message->reason,
                               message->why, heard, &outcome);
    }
    if (!good)
        return false;
    gatherer->changed = true;
    gatherer->swept = gatherer->swept && (outcome.did == REPLICA_DID_NOTHING || outcome.did == REPLICA_DID_APPLY);
    const char *why = message->kind == REPLICA_UNREAD ? message->why : outcome.why;
    answer_send(gatherer, site, &outcome.answer, why);
    if (message->kind != REPLICA_UNREAD)
        outcome_tell(gatherer, site, &outcome, heard->now_ms);
    return true;
}

/* Whether the site is one of this county's. */
static bool site_heard(struct gatherer *gatherer, const struct inbox_letter *letter)
{
    pthread_mutex_lock(&gatherer->lock);
    struct gathered_site *site = gathered_site(gatherer, letter->sender);
    if (site) {
        site->health.heard_ms = letter->came.wall_ms;
        site->health.messages++;
    } else {
        gatherer->unknown++;
    }
    const bool known = site && site->health.known;
    pthread_mutex_unlock(&gatherer->lock);
    return known;
}

static bool message_take(struct gatherer *gatherer, const struct inbox_letter *letter)
{
    const bool known = site_heard(gatherer, letter);
    struct replica_message message;
    bool good = true;
    replica_message_read(letter->bytes, letter->length, REPLICA_FROM_SITE, &message);
    if (known) {
        const bool clock_known = message.peer.now_ms > 0;
        const struct replica_heard heard = {
            .now_ms = letter->came.wall_ms,
            .trusted = true, /* or nothing would be gathered */
            .clock_known = clock_known,
            .clock_difference_ms = clock_known ? message.peer.now_ms - letter->came.wall_ms : 0,
            .program = *message.peer.program ? message.peer.program : NULL,
        };
        good = message_apply(gatherer, letter->sender, &message, &heard);
    } else {
        gatherer_event(gatherer, letter->sender, EVENT_UNKNOWN, "");
        stranger_answer(gatherer, letter->sender, &message);
    }
    replica_message_free(&message);
    return good;
}

bool gatherer_letter(struct gatherer *gatherer, const struct inbox_letter *letter)
{
    if (letter->kind == INBOX_LEDGER)
        return message_take(gatherer, letter);
    pthread_mutex_lock(&gatherer->lock);
    gathered_status(gatherer, letter);
    pthread_mutex_unlock(&gatherer->lock);
    return true;
}
