/* SPDX-License-Identifier: Apache-2.0 */
/* A crossed limit of capacity as an alarm. Pure. */
#ifndef COALTALLY_CAPACITY_ALARM_H
#define COALTALLY_CAPACITY_ALARM_H

#include "collector/alarm.h"
#include "collector/amount.h"
#include "collector/capacity_read.h"

enum { CAPACITY_ALARM_TEXTS = 8 };

/* The notice, and the texts that it points to. */
struct capacity_alarm {
    struct alarm_notice notice;
    char text[CAPACITY_ALARM_TEXTS][AMOUNT_TEXT_MAX];
    char subject[ID_BYTES];
    size_t texts;
};

/* The subject of a month and a year is the period, so that each of them has an alarm of its own; else the mine. */
void capacity_alarm_make(const struct capacity_finding *finding, int mine, struct capacity_alarm *out);

/* Whether an alarm's reason is one of these. */
bool capacity_alarm_is(const char *reason);

#endif
