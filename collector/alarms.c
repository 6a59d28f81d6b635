/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/alarm_parts.h"
#include "drivers/span.h"

enum {
    QUIET_MS = 10 * MINUTE_MS, /* an alarm raised again sooner than this after clearing flaps */
    FLAPS_MAX = 2,             /* times it may, before its clearing must wait for quiet */
    KEEP_MS = DAY_MS,          /* a cleared alarm stays on its topic for a day */
};

struct entry {
    struct alarm alarm;
    int flaps;
    int64_t quiet_ms;   /* it stands and the source has been quiet since then; 0: it is not */
    int64_t pending_ms; /* it does not stand, and the source has said it since then; 0: it does not */
    int64_t until_ms;   /* recalled, and nobody has said it since: cleared then; 0: not so */
};

struct alarms {
    pthread_mutex_t lock;
    void (*changed)(void *context, const struct alarm *alarm, enum alarm_change change);
    void *context;
    int64_t clear_after_ms;
    size_t count, room;
    struct entry *entry;
};

struct alarms *alarms_new(int64_t clear_after_ms,
                          void (*changed)(void *context, const struct alarm *alarm, enum alarm_change change),
                          void *context)
{
    struct alarms *alarms = calloc(1, sizeof *alarms);
    if (!alarms)
        return NULL;
    alarms->clear_after_ms = clear_after_ms;
    alarms->changed = changed;
    alarms->context = context;
    if (pthread_mutex_init(&alarms->lock, NULL) != 0) {
        free(alarms);
        return NULL;
    }
    return alarms;
}

void alarms_free(struct alarms *alarms)
{
    if (!alarms)
        return;
    pthread_mutex_destroy(&alarms->lock);
    free(alarms->entry);
    free(alarms);
}

static bool alarm_stands(const struct alarm *alarm)
{
    return alarm->raised_ms && !alarm->cleared_ms;
}

/* --- entries --- */

static struct entry *entry_find(struct alarms *alarms, int mine, const char *subject, const char *reason)
{
    for (size_t i = 0; i < alarms->count; i++) {
        const struct alarm *alarm = &alarms->entry[i].alarm;
        if (alarm->mine == mine && !strcmp(alarm->subject, subject) && !strcmp(alarm->reason, reason))
            return &alarms->entry[i];
    }
    return NULL;
}

static void entry_expire(struct alarms *alarms, size_t index)
{
    struct entry gone = alarms->entry[index];
    alarms->count--;
    memmove(&alarms->entry[index], &alarms->entry[index + 1], (alarms->count - index) * sizeof gone);
    alarms->changed(alarms->context, &gone.alarm, ALARM_EXPIRED);
}

/* Makes room by letting the one go that was cleared first, or one that was never raised. */
static bool entry_make_room(struct alarms *alarms)
{
    size_t oldest = alarms->count;
    for (size_t i = 0; i < alarms->count; i++) {
        int64_t cleared_ms = alarms->entry[i].alarm.cleared_ms;
        if (!alarms->entry[i].alarm.raised_ms) {
            oldest = i;
            break;
        }
        if (cleared_ms && (oldest == alarms->count || cleared_ms < alarms->entry[oldest].alarm.cleared_ms))
            oldest = i;
    }
    if (oldest == alarms->count)
        return false;
    entry_expire(alarms, oldest);
    return true;
}

static struct entry *entry_add(struct alarms *alarms)
{
    if (alarms->count == ALARMS_MAX && !entry_make_room(alarms))
        return NULL;
    if (alarms->count == alarms->room) {
        size_t room = alarms->room ? alarms->room * 2 : 16;
        struct entry *grown = realloc(alarms->entry, room * sizeof *grown);
        if (!grown)
            return NULL;
        alarms->entry = grown;
        alarms->room = room;
    }
    struct entry *entry = &alarms->entry[alarms->count++];
    *entry = (struct entry){0};
    return entry;
}

/* Adds an entry that has not been raised yet. */
static struct entry *entry_new(struct alarms *alarms, int mine, const char *subject, const char *reason)
{
    struct entry *entry = entry_add(alarms);
    if (!entry)
        return NULL;
    alarm_name(&entry->alarm, mine, subject, reason);
    return entry;
}

static void entry_raise(struct entry *entry, int64_t now_ms)
{
    struct alarm *alarm = &entry->alarm;
    bool flaps = alarm->cleared_ms && now_ms - alarm->cleared_ms < QUIET_MS;
    entry->flaps = flaps ? entry->flaps + 1 : 0;
    entry->pending_ms = 0;
    alarm->raised_ms = now_ms;
    alarm->acknowledged_ms = 0;
    alarm->cleared_ms = 0;
}

/* Whether a source that says it now has said it for long enough. */
static bool entry_due(struct entry *entry, int64_t after_ms, int64_t now_ms)
{
    if (!entry->pending_ms || now_ms < entry->pending_ms)
        entry->pending_ms = now_ms;
    return now_ms - entry->pending_ms >= after_ms;
}

static bool entry_say(struct alarms *alarms, struct entry *entry, const struct alarm_notice *notice, int64_t now_ms)
{
    struct alarm *alarm = &entry->alarm;
    const bool stands = alarm_stands(alarm);
    alarm_set(alarm, notice);
    if (!stands && !entry_due(entry, notice->after_ms, now_ms))
        return false;
    const bool changed = !stands || notice->level > alarm->level;
    if (!stands)
        entry_raise(entry, now_ms);
    entry->quiet_ms = 0;
    entry->until_ms = 0;
    if (changed) {
        alarm->level = notice->level;
        alarm->acknowledged_ms = 0; /* graver than what was seen */
        alarms->changed(alarms->context, alarm, ALARM_CROSSED);
    }
    return changed;
}

bool alarm_raise(struct alarms *alarms, const struct alarm_notice *notice, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    struct entry *entry = entry_find(alarms, notice->mine, notice->subject, notice->reason);
    if (!entry)
        entry = entry_new(alarms, notice->mine, notice->subject, notice->reason);
    const bool changed = entry && entry_say(alarms, entry, notice, now_ms);
    pthread_mutex_unlock(&alarms->lock);
    return changed;
}

/* --- clearing --- */

static void entry_clear(struct alarms *alarms, struct entry *entry, int64_t now_ms)
{
    entry->quiet_ms = 0;
    entry->until_ms = 0;
    entry->alarm.cleared_ms = now_ms;
    alarms->changed(alarms->context, &entry->alarm, ALARM_CROSSED);
}

/* How long its source must be quiet. */
static int64_t entry_wait_ms(const struct alarms *alarms, const struct entry *entry)
{
    return entry->flaps >= FLAPS_MAX ? QUIET_MS : alarms->clear_after_ms;
}

bool alarm_clear(struct alarms *alarms, int mine, const char *subject, const char *reason, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    struct entry *entry = entry_find(alarms, mine, subject, reason);
    bool stands = entry && alarm_stands(&entry->alarm);
    bool clears = stands && entry_wait_ms(alarms, entry) == 0;
    if (clears)
        entry_clear(alarms, entry, now_ms);
    else if (stands && !entry->quiet_ms)
        entry->quiet_ms = now_ms;
    else if (entry && !stands)
        entry->pending_ms = 0;
    pthread_mutex_unlock(&alarms->lock);
    return clears;
}

bool alarm_end(struct alarms *alarms, int mine, const char *subject, const char *reason, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    struct entry *entry = entry_find(alarms, mine, subject, reason);
    bool stands = entry && alarm_stands(&entry->alarm);
    if (stands)
        entry_clear(alarms, entry, now_ms);
    pthread_mutex_unlock(&alarms->lock);
    return stands;
}

bool alarm_acknowledge(struct alarms *alarms, int mine, const char *subject, const char *reason, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    struct entry *entry = entry_find(alarms, mine, subject, reason);
    bool seen = entry && alarm_stands(&entry->alarm) && !entry->alarm.acknowledged_ms;
    if (seen) {
        entry->alarm.acknowledged_ms = now_ms;
        alarms->changed(alarms->context, &entry->alarm, ALARM_AGAIN);
    }
    pthread_mutex_unlock(&alarms->lock);
    return seen;
}

void alarm_recall(struct alarms *alarms, const struct alarm *alarm, int64_t until_ms)
{
    pthread_mutex_lock(&alarms->lock);
    struct entry *known = entry_find(alarms, alarm->mine, alarm->subject, alarm->reason);
    struct entry *entry = known ? NULL : entry_new(alarms, alarm->mine, alarm->subject, alarm->reason);
    if (entry) {
        entry->alarm = *alarm;
        alarm_name(&entry->alarm, alarm->mine, alarm->subject, alarm->reason);
        entry->until_ms = until_ms;
    }
    pthread_mutex_unlock(&alarms->lock);
}

/* Whether it is over by now, and since when. */
static bool entry_over(const struct alarms *alarms, const struct entry *entry, int64_t now_ms, int64_t *since_ms)
{
    const bool quiet = entry->quiet_ms && now_ms - entry->quiet_ms >= entry_wait_ms(alarms, entry);
    *since_ms = quiet ? entry->quiet_ms : now_ms;
    return quiet || (entry->until_ms && now_ms >= entry->until_ms);
}

void alarms_tick(struct alarms *alarms, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    for (size_t i = 0; i < alarms->count;) {
        struct entry *entry = &alarms->entry[i];
        int64_t since_ms;
        if (entry_over(alarms, entry, now_ms, &since_ms))
            entry_clear(alarms, entry, since_ms);
        if (entry->alarm.cleared_ms && now_ms - entry->alarm.cleared_ms >= KEEP_MS)
            entry_expire(alarms, i);
        else
            i++;
    }
    pthread_mutex_unlock(&alarms->lock);
}

void alarms_again(struct alarms *alarms)
{
    pthread_mutex_lock(&alarms->lock);
    for (size_t i = 0; i < alarms->count; i++)
        if (alarms->entry[i].alarm.raised_ms)
            alarms->changed(alarms->context, &alarms->entry[i].alarm, ALARM_AGAIN);
    pthread_mutex_unlock(&alarms->lock);
}

static int older_first(const void *left, const void *right)
{
    const struct alarm *a = left, *b = right;
    return (a->raised_ms > b->raised_ms) - (a->raised_ms < b->raised_ms);
}

struct alarm *alarms_list(struct alarms *alarms, size_t *count)
{
    pthread_mutex_lock(&alarms->lock);
    *count = 0;
    for (size_t i = 0; i < alarms->count; i++)
        *count += alarms->entry[i].alarm.raised_ms != 0;
    struct alarm *list = *count ? calloc(*count, sizeof *list) : NULL;
    for (size_t i = 0, kept = 0; list && i < alarms->count; i++)
        if (alarms->entry[i].alarm.raised_ms)
            list[kept++] = alarms->entry[i].alarm;
    pthread_mutex_unlock(&alarms->lock);
    if (list)
        qsort(list, *count, sizeof *list, older_first);
    return list;
}
