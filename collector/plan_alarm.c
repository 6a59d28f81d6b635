/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/plan_alarm.h"

#include <stdio.h>
#include <string.h>

static const char reason[] = "plan-over-capacity";

/* "plan-2026-10": part of a topic, where a '/' parts levels. */
static void subject_of(const char *period, char subject[static ID_BYTES])
{
    snprintf(subject, ID_BYTES, "plan-%s", period);
    for (char *slash; (slash = strchr(subject, '/'));)
        *slash = '-';
}

void plan_alarm_applied(struct alarms *alarms, const struct config *config, const struct act *act, int64_t wall_ms)
{
    const char *item = act_value(act, "item"), *name = act_value(act, "mine"), *period = act_value(act, "period");
    const char *despite = act_value(act, "despite");
    const int mine = name ? config_mine_index(config, name) : -1;
    char subject[ID_BYTES];
    if (strcmp(act->verb, "enter") != 0 || !item || strcmp(item, "plan") != 0 || !period || mine < 0)
        return;
    subject_of(period, subject);
    const struct alarm_notice notice = {.mine = mine,
                                        .subject = subject,
                                        .reason = reason,
                                        .level = JOURNAL_AMBER,
                                        .argument = {{"period", period}, {"why", despite}},
                                        .value = act_value(act, "value")};
    if (despite)
        alarm_raise(alarms, &notice, wall_ms);
    else
        alarm_end(alarms, mine, subject, reason, wall_ms);
}
