/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/alarm.h"

#include <stdio.h>
#include <string.h>

#include "collector/alarm_parts.h"

const char *alarm_level_name(enum journal_level level)
{
    static const char *const names[] = {[JOURNAL_INFO] = "info", [JOURNAL_AMBER] = "amber", [JOURNAL_RED] = "red"};
    return (unsigned)level <= JOURNAL_RED ? names[level] : "?";
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

static void alarm_set_what(struct alarm *alarm)
{
    struct text said = {0};
    alarm_say(&said, alarm->reason, alarm->arguments, LANGUAGE_EN);
    copy_text(alarm->what, said.at, sizeof alarm->what);
    text_free(&said);
}

void alarm_set(struct alarm *alarm, const struct alarm_notice *notice)
{
    *alarm->arguments = '\0';
    for (size_t i = 0; i < ALARM_ARGUMENTS_MAX && notice->argument[i].name; i++)
        alarm_argument_add(alarm->arguments, sizeof alarm->arguments, notice->argument[i]);
    copy_text(alarm->value, notice->value, sizeof alarm->value);
    copy_text(alarm->limit, notice->limit, sizeof alarm->limit);
    alarm_set_what(alarm);
}

void alarm_name(struct alarm *alarm, int mine, const char *subject, const char *reason)
{
    alarm->mine = mine;
    copy_text(alarm->subject, subject, sizeof alarm->subject);
    copy_text(alarm->reason, reason, sizeof alarm->reason);
    size_t length = strlen(alarm->subject);
    memcpy(alarm->id, alarm->subject, length);
    alarm->id[length] = '-';
    memcpy(alarm->id + length + 1, alarm->reason, strlen(alarm->reason) + 1);
}

void alarm_make(const struct alarm_notice *notice, struct alarm *alarm)
{
    *alarm = (struct alarm){.level = notice->level};
    alarm_name(alarm, notice->mine, notice->subject, notice->reason);
    alarm_set(alarm, notice);
}

/* --- as the journal keeps it --- */

void alarm_write(const struct alarm *alarm, char *text, size_t size)
{
    char arguments[ALARM_ARGUMENTS_BYTES + 2 * sizeof alarm->value + 32];
    snprintf(arguments, sizeof arguments, "%s", alarm->arguments);
    alarm_argument_add(arguments, sizeof arguments, (struct alarm_argument){"value", alarm->value});
    alarm_argument_add(arguments, sizeof arguments, (struct alarm_argument){"limit", alarm->limit});
    snprintf(text, size, "%s: %s", alarm->reason, arguments);
}

bool alarm_read(const char *text, struct alarm *alarm)
{
    const char *colon = strstr(text, ": ");
    char value[ALARM_VALUE_BYTES];
    if (!colon || colon - text >= ALARM_REASON_BYTES)
        return false;
    snprintf(alarm->reason, sizeof alarm->reason, "%.*s", (int)(colon - text), text);
    copy_text(alarm->arguments, colon + 2, sizeof alarm->arguments);
    alarm_argument_get(colon + 2, "value", value);
    copy_text(alarm->value, value, sizeof alarm->value);
    alarm_argument_get(colon + 2, "limit", value);
    copy_text(alarm->limit, value, sizeof alarm->limit);
    alarm_set_what(alarm);
    return true;
}
