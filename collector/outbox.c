/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/outbox.h"

#include <stdlib.h>
#include <string.h>

struct message *message_new(const char *topic, const char *payload, size_t length, int qos, bool retained)
{
    size_t topic_bytes = strlen(topic) + 1;
    struct message *message = malloc(sizeof *message + topic_bytes + length);
    if (!message)
        return NULL;
    *message = (struct message){.qos = qos > 0, .retained = retained, .length = length};
    message->payload = message->topic + topic_bytes;
    memcpy(message->topic, topic, topic_bytes);
    memcpy(message->payload, payload, length);
    return message;
}

void outbox_refuse(struct outbox *outbox, bool retained)
{
    outbox->dropped += !retained;
}

bool outbox_add(struct outbox *outbox, struct message *message, bool retained)
{
    bool room = retained ? outbox->waiting_kept < OUTBOX_KEPT_MAX : outbox->unacknowledged < outbox->live_max;
    if (!message || !room) {
        outbox_refuse(outbox, retained);
        return false;
    }
    if (outbox->last)
        outbox->last->next = message;
    else
        outbox->first = message;
    outbox->last = message;
    outbox->waiting_kept += retained;
    outbox->unacknowledged += !retained;
    return true;
}

static struct message *take_first(struct outbox *outbox)
{
    struct message *message = outbox->first;
    outbox->first = message->next;
    if (!outbox->first)
        outbox->last = NULL;
    outbox->waiting_kept -= message->retained;
    return message;
}

struct message *outbox_next(struct outbox *outbox)
{
    if (!outbox->first || (outbox->first->qos > 0 && outbox->in_flight >= outbox->window))
        return NULL;
    outbox->in_flight += outbox->first->qos > 0;
    return take_first(outbox);
}

void outbox_end(struct outbox *outbox, int qos, bool retained, bool arrived)
{
    if (qos > 0 && outbox->in_flight > 0)
        outbox->in_flight--;
    if (!retained && outbox->unacknowledged > 0) {
        outbox->unacknowledged--;
        outbox->sent += arrived;
        outbox->dropped += !arrived;
    }
}

void outbox_drop(struct outbox *outbox)
{
    while (outbox->first) {
        struct message *message = take_first(outbox);
        outbox->unacknowledged -= !message->retained;
        outbox->dropped += !message->retained;
        free(message);
    }
}

bool outbox_idle(const struct outbox *outbox)
{
    return !outbox->first && !outbox->in_flight && !outbox->unacknowledged;
}
