/* SPDX-License-Identifier: Apache-2.0 */
/* A plan above the approved capacity that somebody entered all the same stands as an alarm until a person
 * acknowledges it, or a plan within the capacity takes its place. */
#ifndef COALTALLY_PLAN_ALARM_H
#define COALTALLY_PLAN_ALARM_H

#include "collector/act.h"
#include "collector/alarm.h"

/* After an act that was done was committed. What is no plan is passed over. */
void plan_alarm_applied(struct alarms *alarms, const struct config *config, const struct act *act, int64_t wall_ms);

#endif
