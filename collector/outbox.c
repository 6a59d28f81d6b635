/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/outbox.h"

#include <stdlib.h>
#include <string.h>

struct message *message_new(enum outbox_kind kind, const char *topic, const char *payload, size_t length, int qos)
{
    const size_t topic_bytes = strlen(topic) + 1;
    struct message *message = malloc(sizeof *message + topic_bytes);
    char *copy = malloc(length + 1);
    if (!message || !copy) {
        free(message);
        free(copy);
        return NULL;
    }
    *message = (struct message){.kind = kind, .qos = qos > 0, .length = length, .payload = copy};
    memcpy(message->topic, topic, topic_bytes);
    memcpy(copy, payload, length);
    return message;
}

void message_free(struct message *message)
{
    if (message)
        free(message->payload);
    free(message);
}

void outbox_refuse(struct outbox *outbox, enum outbox_kind kind)
{
    outbox->dropped += kind == OUTBOX_LIVE;
}

static bool has_room(const struct outbox *outbox, const struct message *message)
{
    const unsigned ledger = outbox->unacknowledged[OUTBOX_LEDGER];
    switch (message->kind) {
    case OUTBOX_LIVE:
        return outbox->unacknowledged[OUTBOX_LIVE] < outbox->live_max;
    case OUTBOX_KEPT:
        return outbox->waiting_kept < OUTBOX_KEPT_MAX;
    default:
        return ledger == 0 ||
               (ledger < OUTBOX_LEDGER_MAX && outbox->ledger_bytes + message->length <= OUTBOX_LEDGER_BYTES_MAX);
    }
}

static void count(struct outbox *outbox, const struct message *message, int by)
{
    outbox->unacknowledged[message->kind] += (unsigned)by;
    if (message->kind == OUTBOX_LEDGER)
        outbox->ledger_bytes += by > 0 ? message->length : -message->length;
}

bool outbox_add(struct outbox *outbox, struct message *message, enum outbox_kind kind)
{
    if (!message || !has_room(outbox, message)) {
        outbox_refuse(outbox, kind);
        return false;
    }
    message->next = NULL;
    if (outbox->last)
        outbox->last->next = message;
    else
        outbox->first = message;
    outbox->last = message;
    outbox->waiting_kept += kind == OUTBOX_KEPT;
    count(outbox, message, 1);
    return true;
}

static struct message *take_first(struct outbox *outbox)
{
    struct message *message = outbox->first;
    outbox->first = message->next;
    if (!outbox->first)
        outbox->last = NULL;
    outbox->waiting_kept -= message->kind == OUTBOX_KEPT;
    return message;
}

struct message *outbox_next(struct outbox *outbox)
{
    if (!outbox->first || (outbox->first->qos > 0 && outbox->in_flight >= outbox->window))
        return NULL;
    struct message *message = take_first(outbox);
    outbox->in_flight += message->qos > 0;
    message->before = NULL;
    message->next = outbox->flying;
    if (message->next)
        message->next->before = message;
    outbox->flying = message;
    return message;
}

static void count_lost(struct outbox *outbox, struct message *message)
{
    count(outbox, message, -1);
    outbox_refuse(outbox, message->kind);
    message_free(message);
}

void outbox_end(struct outbox *outbox, struct message *message, bool arrived)
{
    if (message->before)
        message->before->next = message->next;
    else
        outbox->flying = message->next;
    if (message->next)
        message->next->before = message->before;
    outbox->in_flight -= message->qos > 0;
    if (!arrived) {
        count_lost(outbox, message);
        return;
    }
    count(outbox, message, -1);
    outbox->sent += message->kind == OUTBOX_LIVE;
    message_free(message);
}

void outbox_drop(struct outbox *outbox)
{
    while (outbox->first)
        count_lost(outbox, take_first(outbox));
}

void outbox_free(struct outbox *outbox)
{
    outbox_drop(outbox);
    while (outbox->flying)
        outbox_end(outbox, outbox->flying, false);
}

bool outbox_idle(const struct outbox *outbox)
{
    return !outbox->first && !outbox->flying;
}
