/* SPDX-License-Identifier: Apache-2.0 */
/* A calendar as text, in the ledger and as the argument of an act; and whether days can run by it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_calendar.h"
#include "collector/store_roster.h"
#include "drivers/span.h"

enum { DATE_BYTES = 11 };

void calendar_shifts_format(const struct calendar_rule *rule, char text[static CALENDAR_SHIFTS_BYTES])
{
    size_t length = 0;

    text[0] = '\0';
    for (int i = 0; i < rule->shifts && length < CALENDAR_SHIFTS_BYTES; i++)
        length += (size_t)snprintf(text + length, CALENDAR_SHIFTS_BYTES - length, "%s%s@%d", i ? "|" : "",
                                   rule->shift[i].name, rule->shift[i].start_s);
}

void calendar_format(const struct calendar *calendar, struct text *out)
{
    for (size_t i = 0; i < calendar->rules; i++) {
        const struct calendar_rule *rule = &calendar->rule[i];
        char from[DATE_BYTES], shifts[CALENDAR_SHIFTS_BYTES];
        civil_format(rule->from, from);
        calendar_shifts_format(rule, shifts);
        text_format(out, "%s%s %s %d %s", i ? "\n" : "", from, *rule->quantity ? rule->quantity : "-",
                    rule->day_start_s, shifts);
    }
}

static bool line_parse(const char *line, struct calendar_rule *rule)
{
    char date[DATE_BYTES], quantity[sizeof(rule->quantity)];
    int length = 0;

    *rule = (struct calendar_rule){0};
    if (sscanf(line, "%10s %31s %d %n", date, quantity, &rule->day_start_s, &length) != 3 || length == 0)
        return false;
    if (strcmp(quantity, "-") != 0)
        snprintf(rule->quantity, sizeof(rule->quantity), "%s", quantity);
    return civil_parse(date, &rule->from) && rule->day_start_s > -DAY_S && rule->day_start_s < DAY_S &&
           roster_shifts(line + length, rule);
}

bool calendar_parse(const char *text, struct calendar *out)
{
    struct list rules = {.size = sizeof(struct calendar_rule)};
    bool good = true;

    for (const char *end = text; good && *end; text = end + (*end == '\n'), end = text) {
        char line[CALENDAR_SHIFTS_BYTES + 64];
        struct calendar_rule *rule = list_add(&rules);
        end = text + strcspn(text, "\n");
        good = rule && (size_t)(end - text) < sizeof(line);
        if (good) {
            memcpy(line, text, (size_t)(end - text));
            line[end - text] = '\0';
            good = line_parse(line, rule);
        }
    }
    if (!good) {
        free(rules.at);
        rules = (struct list){0};
    }
    *out = (struct calendar){rules.count, rules.at};
    return good && rules.count > 0;
}

static const char *rule_fault(const struct calendar *calendar, size_t index)
{
    static const char *const twice = N_("two rules from %s, expected one"),
                             *const backwards = N_("the day before %s would end before it starts"),
                             *const beyond = N_("the shifts from %s do not begin with the day, or go on beyond it");
    const struct calendar_rule *rule = &calendar->rule[index], *before = NULL;
    for (size_t i = 0; i < index; i++)
        if (strcmp(calendar->rule[i].quantity, rule->quantity) == 0)
            before = &calendar->rule[i];
    if (before && before->from >= rule->from)
        return twice;
    if (before && DAY_S + rule->day_start_s <= before->day_start_s)
        return backwards;
    if (rule->shifts < 1 || rule->shift[0].start_s != rule->day_start_s ||
        rule->shift[rule->shifts - 1].start_s >= rule->day_start_s + DAY_S)
        return beyond;
    return NULL;
}

bool calendar_sound(const struct calendar *calendar, enum language language, char *text, size_t size)
{
    static const char *const none = N_("no rule for all quantities is left");
    bool unnamed = false;

    for (size_t i = 0; i < calendar->rules; i++) {
        const char *fault = rule_fault(calendar, i);
        char date[DATE_BYTES];
        unnamed |= !*calendar->rule[i].quantity;
        if (!fault)
            continue;
        civil_format(calendar->rule[i].from, date);
        snprintf(text, size, say(language, fault), date);
        return false;
    }
    if (!unnamed)
        snprintf(text, size, "%s", say(language, none));
    return unnamed;
}
