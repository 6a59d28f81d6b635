/* SPDX-License-Identifier: Apache-2.0 */
/* hold: for a calibration that no bit tells of. */
#include <stdio.h>
#include <string.h>

#include "collector/act.h"
#include "collector/store_hold.h"
#include "drivers/yaml.h"

enum { HOLD_LONGEST_MS = 24 * 3600 * 1000, HOLD_SHORTEST_MS = 1000 };

/* "40m" is minutes here, as people say it; else as in the configuration. */
static bool duration_read(const char *text, int64_t *duration_ms)
{
    char minutes[40];
    const size_t length = strlen(text);
    if (length && length < sizeof(minutes) - 3 && text[length - 1] == 'm') {
        snprintf(minutes, sizeof(minutes), "%sin", text);
        text = minutes;
    }
    return yaml_duration_parse(text, duration_ms) && *duration_ms >= HOLD_SHORTEST_MS &&
           *duration_ms <= HOLD_LONGEST_MS;
}

bool act_hold(struct act_context *context, const struct act *act)
{
    const int meter = act_meter(context, act, "meter");
    const char *text = act_value(act, "for");
    struct hold standing;
    int64_t duration_ms;
    char until[INSTANT_TEXT_BYTES];
    if (meter < 0)
        return false;
    if (!text || !duration_read(text, &duration_ms))
        return act_refuse(context, "--for %.40s: expected a time from 1s to 24h, like 40m", text ? text : "");
    if (store_hold_standing(context->db, context->meter, context->now_ms, &standing)) {
        instant_format(standing.until_ms, until);
        return act_refuse(context, "%s is held until %s already, and a hold is never extended: release it first",
                          context->roster->meter[meter].name, until);
    }
    const int64_t until_ms = context->now_ms + duration_ms;
    const int64_t values[] = {context->act, context->meter, context->now_ms, until_ms, act_rev(context)};
    db_value(context->db, "INSERT INTO hold(act, meter, from_ms, until_ms, rev) VALUES(?, ?, ?, ?, ?)", 5, values);
    context->journal.from_ms = context->now_ms;
    context->journal.to_ms = until_ms;
    context->days = (struct period){0}; /* it changes no figure */
    instant_format(until_ms, until);
    return act_done(context, "%s is held until %s: what runs is excluded, and journalled; it ends by itself",
                    context->roster->meter[meter].name, until);
}
