/* SPDX-License-Identifier: Apache-2.0 */
/* Between alarm.c (one alarm) and alarms.c (those that stand). */
#ifndef COALTALLY_ALARM_PARTS_H
#define COALTALLY_ALARM_PARTS_H

#include "collector/alarm.h"

/* Sets mine, subject, reason, and the id that is made of them. The texts are cut to their room, never within a
 * character; they must not be those of `alarm`. */
void alarm_name(struct alarm *alarm, int mine, const char *subject, const char *reason);

/* Takes over arguments, value and limit. */
void alarm_set(struct alarm *alarm, const struct alarm_notice *notice);

#endif
