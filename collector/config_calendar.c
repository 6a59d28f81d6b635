/* SPDX-License-Identifier: Apache-2.0 */
/* A mine's calendar: - {from: 2026-01-01, day: "-1 20:00", shifts: {name: "20:00", ...}} */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/config_parts.h"
#include "drivers/span.h"

static int clock_text(const char *text)
{
    static const char form[] = "dd:dd";
    if (strlen(text) != sizeof form - 1)
        return -1;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return -1;
    const int hour = atoi(text), minute = atoi(text + 3);
    return hour < 24 && minute < 60 ? hour * 3600 + minute * 60 : -1;
}

/* "08:00", "-1 20:00" (the evening before), "+1 00:00": seconds after midnight.
 * *says_day: the text says which day. */
static bool clock_read(const struct yaml_node *node, int *out_s, bool *says_day, struct faults *faults)
{
    const char *text = yaml_text(node);
    const int sign = !text ? 0 : strncmp(text, "-1 ", 3) == 0 ? -1 : strncmp(text, "+1 ", 3) == 0 ? 1 : 0;
    const int clock = text ? clock_text(text + (sign ? 3 : 0)) : -1;
    if (clock < 0) {
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected a time of day, \"08:00\", or of the evening before, \"-1 20:00\"",
                   text ? text : faults_say(faults, "a list or map"));
        return false;
    }
    *out_s = clock + sign * DAY_S;
    *says_day = sign != 0;
    return true;
}

static void read_from(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct calendar_rule *rule = target;
    const char *text = yaml_text(node);
    if (!text || !civil_parse(text, &rule->from))
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found \"%s\", expected a date such as 2026-01-01",
                   text ? text : faults_say(faults, "a list or map"));
}

static void read_quantity(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct calendar_rule *rule = target;
    const struct quantity *quantity = config_quantity(node, faults);
    if (quantity)
        snprintf(rule->quantity, sizeof rule->quantity, "%s", quantity->name);
}

static void read_day(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct calendar_rule *rule = target;
    int start_s;
    bool says_day;
    if (!clock_read(node, &start_s, &says_day, faults))
        return;
    if (start_s <= -DAY_S || start_s >= DAY_S)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found \"%s\", expected a day to start less than 24 h from its midnight", yaml_text(node));
    else
        rule->day_start_s = start_s;
}

/* A name is kept in the ledger as name@start|name@start. */
static bool shift_name(struct calendar_shift *shift, const char *name, struct place place, struct faults *faults)
{
    if (!*name || strlen(name) >= SHIFT_NAME_BYTES || strpbrk(name, "@|,\"\n")) {
        faults_add(faults, FAULT_ERROR, place,
                   "found \"%s\", expected a shift's name of at most %d bytes without @ | , and quotes", name,
                   SHIFT_NAME_BYTES - 1);
        return false;
    }
    strcpy(shift->name, name);
    return true;
}

/* A start without a day stands at its first time from `after_s` on. */
static int shift_start(int clock_s, bool says_day, int after_s)
{
    while (!says_day && clock_s < after_s)
        clock_s += DAY_S;
    while (!says_day && clock_s - DAY_S >= after_s)
        clock_s -= DAY_S;
    return clock_s;
}

static void shift_read(struct calendar_rule *rule, const struct yaml_node *node, struct place key_place,
                       const char *name, struct faults *faults)
{
    struct calendar_shift *shift = &rule->shift[rule->shifts];
    const struct place place = yaml_place(node);
    const bool first = rule->shifts == 0;
    const int after_s = first ? rule->day_start_s : shift[-1].start_s + 1;
    int clock_s;
    bool says_day;
    if (!shift_name(shift, name, key_place, faults) || !clock_read(node, &clock_s, &says_day, faults))
        return;
    shift->start_s = shift_start(clock_s, says_day, after_s);
    if (first && shift->start_s != rule->day_start_s)
        faults_add(faults, FAULT_ERROR, place,
                   "the first shift, \"%s\", starts at \"%s\", expected it to start with the day", name,
                   yaml_text(node));
    else if (shift->start_s < after_s || shift->start_s >= rule->day_start_s + DAY_S)
        faults_add(faults, FAULT_ERROR, place,
                   "shift \"%s\" starts at \"%s\", expected the shifts in the order of their starts within 24 h", name,
                   yaml_text(node));
    rule->shifts++;
}

/* Comes after the day in the table: the shifts start from it. */
static void read_shifts(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    struct calendar_rule *rule = target;
    const size_t count = yaml_is_map(node) ? yaml_size(node) : 0;
    if (count < 1 || count > SHIFTS_MAX) {
        faults_add(faults, FAULT_ERROR, yaml_place(node), "expected 1 to %d shifts with their starts: %s", SHIFTS_MAX,
                   "{零点班: \"00:00\", 八点班: \"08:00\"}");
        return;
    }
    for (size_t i = 0; i < count; i++)
        shift_read(rule, yaml_value(node, i), yaml_key_place(node, i), yaml_key(node, i), faults);
}

static int rule_compare(const void *a, const void *b)
{
    const struct calendar_rule *one = a, *other = b;
    return one->from < other->from ? -1 : one->from > other->from;
}

/* Rules of one quantity, sorted: no date twice, and no day that ends before it starts. */
static void rules_judge(struct place place, const struct calendar *calendar, struct faults *faults)
{
    for (size_t i = 0; i < calendar->rules; i++) {
        const struct calendar_rule *rule = &calendar->rule[i], *before = NULL;
        char date[DATE_TEXT_BYTES];
        civil_format(rule->from, date);
        for (size_t j = 0; j < i; j++)
            if (strcmp(calendar->rule[j].quantity, rule->quantity) == 0)
                before = &calendar->rule[j];
        if (before && before->from == rule->from)
            faults_add(faults, FAULT_ERROR, place, "found two rules from %s, expected one", date);
        else if (before && DAY_S + rule->day_start_s <= before->day_start_s)
            faults_add(faults, FAULT_ERROR, place, "the day before %s would end before it starts", date);
    }
}

void config_read_calendar(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"from", YAML_CUSTOM, .read = read_from, .required = true},
        {"quantity", YAML_CUSTOM, .read = read_quantity},
        {"day", YAML_CUSTOM, .read = read_day, .required = true},
        {"shifts", YAML_CUSTOM, .read = read_shifts, .required = true},
        {0},
    };
    struct calendar *calendar = &((struct config_mine *)target)->calendar;
    bool unnamed = false;
    calendar->rule = config_array(context, list, sizeof *calendar->rule, &calendar->rules);
    for (size_t i = 0; i < calendar->rules; i++) {
        yaml_read(yaml_item(list, i), fields, &calendar->rule[i], context, faults);
        unnamed |= !*calendar->rule[i].quantity;
    }
    if (yaml_is_list(list) && !unnamed)
        faults_add(faults, FAULT_ERROR, yaml_place(list),
                   "expected at least one rule without a quantity, for all others");
    if (calendar->rules > 0)
        qsort(calendar->rule, calendar->rules, sizeof *calendar->rule, rule_compare);
    rules_judge(yaml_place(list), calendar, faults);
}
