/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/inbox.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct inbox {
    struct inbox_limits limits;
    int wake;
    pthread_mutex_t lock;
    struct inbox_letter *first, *last;
    struct inbox_count count;
};

struct inbox *inbox_new(const struct inbox_limits *limits)
{
    struct inbox *inbox = calloc(1, sizeof *inbox);
    if (!inbox)
        return NULL;
    inbox->limits = *limits;
    inbox->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&inbox->lock, NULL);
    if (inbox->wake >= 0)
        return inbox;
    inbox_free(inbox);
    return NULL;
}

void inbox_free(struct inbox *inbox)
{
    struct inbox_letter *letter;
    if (!inbox)
        return;
    while ((letter = inbox_take(inbox)))
        free(letter);
    if (inbox->wake >= 0)
        close(inbox->wake);
    pthread_mutex_destroy(&inbox->lock);
    free(inbox);
}

int inbox_wake(const struct inbox *inbox)
{
    return inbox->wake;
}

/* --- putting --- */

/* A walk over what waits: there are hundreds at most, and mostly none. */
static bool has_room(const struct inbox *inbox, const char *sender, size_t length)
{
    const struct inbox_limits *limits = &inbox->limits;
    size_t messages = 0, bytes = 0;
    if (inbox->count.messages >= limits->messages || length > limits->bytes - inbox->count.bytes)
        return false;
    for (const struct inbox_letter *letter = inbox->first; letter; letter = letter->next)
        if (strcmp(letter->sender, sender) == 0) {
            messages++;
            bytes += letter->length;
        }
    return messages < limits->of_sender && (messages == 0 || bytes + length <= limits->sent_bytes);
}

static struct inbox_letter *letter_new(const char *sender, enum inbox_kind kind, const char *bytes, size_t length)
{
    struct inbox_letter *letter = malloc(sizeof *letter + length);
    if (!letter)
        return NULL;
    *letter = (struct inbox_letter){.kind = kind, .came = clock_now(), .length = length};
    snprintf(letter->sender, sizeof letter->sender, "%s", sender);
    if (length)
        memcpy(letter->bytes, bytes, length);
    return letter;
}

static void letter_append(struct inbox *inbox, struct inbox_letter *letter)
{
    if (inbox->last)
        inbox->last->next = letter;
    else
        inbox->first = letter;
    inbox->last = letter;
    inbox->count.messages++;
    inbox->count.bytes += letter->length;
    if (inbox->count.messages == 1)
        eventfd_write(inbox->wake, 1); /* cannot fail: it counts to 1 */
}

bool inbox_put(struct inbox *inbox, const char *sender, enum inbox_kind kind, const char *bytes, size_t length)
{
    pthread_mutex_lock(&inbox->lock);
    struct inbox_letter *letter = has_room(inbox, sender, length) ? letter_new(sender, kind, bytes, length) : NULL;
    if (letter) {
        letter_append(inbox, letter);
    } else {
        inbox->count.dropped++;
        snprintf(inbox->count.sender, sizeof inbox->count.sender, "%s", sender);
    }
    pthread_mutex_unlock(&inbox->lock);
    return letter != NULL;
}

/* --- taking --- */

struct inbox_letter *inbox_take(struct inbox *inbox)
{
    eventfd_t count;
    pthread_mutex_lock(&inbox->lock);
    struct inbox_letter *letter = inbox->first;
    if (letter) {
        inbox->first = letter->next;
        inbox->last = inbox->first ? inbox->last : NULL;
        inbox->count.messages--;
        inbox->count.bytes -= letter->length;
        if (!inbox->first)
            eventfd_read(inbox->wake, &count);
    }
    pthread_mutex_unlock(&inbox->lock);
    return letter;
}

struct inbox_count inbox_count(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->lock);
    struct inbox_count count = inbox->count;
    pthread_mutex_unlock(&inbox->lock);
    return count;
}
