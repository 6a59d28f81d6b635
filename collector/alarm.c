/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/alarm.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUIET_MS = 10 * 60 * 1000,     /* an alarm raised again sooner than this after clearing flaps */
    FLAPS_MAX = 2,                 /* times it may, before its clearing must wait for quiet */
    KEEP_MS = 24 * 60 * 60 * 1000, /* a cleared alarm stays on its topic for a day */
};

struct entry {
    struct alarm alarm;
    int flaps;
    int64_t quiet_ms; /* it flaps and the source has been quiet since then; 0: not */
};

struct alarms {
    pthread_mutex_t lock;
    void (*changed)(void *context, const struct alarm *alarm, enum alarm_change change);
    void *context;
    size_t count, room;
    struct entry *entry;
};

const char *alarm_level_name(enum journal_level level)
{
    static const char *const names[] = {[JOURNAL_INFO] = "info", [JOURNAL_AMBER] = "amber", [JOURNAL_RED] = "red"};
    return (unsigned)level <= JOURNAL_RED ? names[level] : "?";
}

struct alarms *alarms_new(void (*changed)(void *context, const struct alarm *alarm, enum alarm_change change),
                          void *context)
{
    struct alarms *alarms = calloc(1, sizeof *alarms);
    if (!alarms)
        return NULL;
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

/* Copies as much as fits, never half a UTF-8 character. */
static void copy_text(char *to, const char *from, size_t size)
{
    size_t length = from ? strnlen(from, size) : 0;
    if (length == size)
        for (length = size - 1; length && ((unsigned char)from[length] & 0xc0) == 0x80;)
            length--;
    if (length)
        memcpy(to, from, length);
    to[length] = '\0';
}

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

/* Makes room by letting the one go that was cleared first. */
static bool entry_make_room(struct alarms *alarms)
{
    size_t oldest = alarms->count;
    for (size_t i = 0; i < alarms->count; i++) {
        int64_t cleared_ms = alarms->entry[i].alarm.cleared_ms;
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
static struct entry *entry_new(struct alarms *alarms, const struct alarm_notice *notice)
{
    struct entry *entry = entry_add(alarms);
    if (!entry)
        return NULL;
    struct alarm *alarm = &entry->alarm;
    alarm->mine = notice->mine;
    copy_text(alarm->subject, notice->subject, sizeof alarm->subject);
    copy_text(alarm->reason, notice->reason, sizeof alarm->reason);
    size_t length = strlen(alarm->subject);
    memcpy(alarm->id, alarm->subject, length);
    alarm->id[length] = '-';
    memcpy(alarm->id + length + 1, alarm->reason, strlen(alarm->reason) + 1);
    return entry;
}

static void entry_raise(struct entry *entry, int64_t now_ms)
{
    struct alarm *alarm = &entry->alarm;
    bool flaps = alarm->cleared_ms && now_ms - alarm->cleared_ms < QUIET_MS;
    entry->flaps = flaps ? entry->flaps + 1 : 0;
    alarm->raised_ms = now_ms;
    alarm->acknowledged_ms = 0;
    alarm->cleared_ms = 0;
}

bool alarm_raise(struct alarms *alarms, const struct alarm_notice *notice, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    bool changed = false;
    struct entry *entry = entry_find(alarms, notice->mine, notice->subject, notice->reason);
    if (!entry)
        entry = entry_new(alarms, notice);
    if (entry) {
        struct alarm *alarm = &entry->alarm;
        copy_text(alarm->what, notice->what, sizeof alarm->what);
        copy_text(alarm->value, notice->value, sizeof alarm->value);
        copy_text(alarm->limit, notice->limit, sizeof alarm->limit);
        changed = !alarm_stands(alarm) || notice->level > alarm->level;
        if (!alarm_stands(alarm))
            entry_raise(entry, now_ms);
        entry->quiet_ms = 0;
        if (changed) {
            alarm->level = notice->level;
            alarms->changed(alarms->context, alarm, ALARM_CROSSED);
        }
    }
    pthread_mutex_unlock(&alarms->lock);
    return changed;
}

static void entry_clear(struct alarms *alarms, struct entry *entry, int64_t now_ms)
{
    entry->quiet_ms = 0;
    entry->alarm.cleared_ms = now_ms;
    alarms->changed(alarms->context, &entry->alarm, ALARM_CROSSED);
}

bool alarm_clear(struct alarms *alarms, int mine, const char *subject, const char *reason, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    struct entry *entry = entry_find(alarms, mine, subject, reason);
    bool stands = entry && alarm_stands(&entry->alarm);
    bool clears = stands && entry->flaps < FLAPS_MAX;
    if (clears)
        entry_clear(alarms, entry, now_ms);
    else if (stands && !entry->quiet_ms)
        entry->quiet_ms = now_ms;
    pthread_mutex_unlock(&alarms->lock);
    return clears;
}

void alarm_recall(struct alarms *alarms, const struct alarm_notice *notice, int64_t raised_ms, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    struct entry *known = entry_find(alarms, notice->mine, notice->subject, notice->reason);
    struct entry *entry = known ? NULL : entry_new(alarms, notice);
    if (entry) {
        entry->alarm.level = notice->level;
        entry->alarm.raised_ms = raised_ms;
        copy_text(entry->alarm.what, notice->what, sizeof entry->alarm.what);
        entry_clear(alarms, entry, now_ms);
    }
    pthread_mutex_unlock(&alarms->lock);
}

void alarms_tick(struct alarms *alarms, int64_t now_ms)
{
    pthread_mutex_lock(&alarms->lock);
    for (size_t i = 0; i < alarms->count;) {
        struct entry *entry = &alarms->entry[i];
        if (entry->quiet_ms && now_ms - entry->quiet_ms >= QUIET_MS)
            entry_clear(alarms, entry, entry->quiet_ms);
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
    *count = alarms->count;
    struct alarm *list = *count ? calloc(*count, sizeof *list) : NULL;
    for (size_t i = 0; list && i < *count; i++)
        list[i] = alarms->entry[i].alarm;
    pthread_mutex_unlock(&alarms->lock);
    if (list)
        qsort(list, *count, sizeof *list, older_first);
    return list;
}
