/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/outcomes.h"

#include <string.h>

static const int64_t hour_ms = 3600 * 1000;

const char *outcomes_name(size_t outcome)
{
    static const char *const names[OUTCOMES] = {
        [OUTCOME_SHORT] = "short",
        [OUTCOME_UNIT] = "wrong_unit",
        [OUTCOME_SENTINEL] = "sentinel",
        [OUTCOME_RANGE] = "range",
        [OUTCOME_STUCK] = "stuck",
        [OUTCOME_CODE] = "exception_other",
        [OUTCOME_CODE + 1] = "exception_1",
        [OUTCOME_CODE + 2] = "exception_2",
        [OUTCOME_CODE + 3] = "exception_3",
        [OUTCOME_CODE + 4] = "exception_4",
        [OUTCOME_CODE + 5] = "exception_5",
        [OUTCOME_CODE + 6] = "exception_6",
        [OUTCOME_CODE + 7] = "exception_7",
        [OUTCOME_CODE + 8] = "exception_8",
        [OUTCOME_CODE + 9] = "exception_9",
        [OUTCOME_CODE + 10] = "exception_10",
        [OUTCOME_CODE + 11] = "exception_11",
    };
    return outcome < WIRE_OUTCOMES ? wire_outcome_name((enum wire_outcome)outcome) : names[outcome];
}

/* Sums the slots of the hours [from, to) of which there is one. */
static void outcomes_add_up(const struct outcomes *outcomes, int64_t from, int64_t to, uint32_t sum[static OUTCOMES])
{
    memset(sum, 0, OUTCOMES * sizeof(sum[0]));
    for (int64_t hour = from < 0 ? 0 : from; hour < to; hour++)
        for (int i = 0; i < OUTCOMES; i++)
            sum[i] += outcomes->count[hour % OUTCOMES_HOURS][i];
}

/* The counts of the hour, with those between it and the newest emptied. */
static uint32_t *outcomes_slot(struct outcomes *outcomes, int64_t hour)
{
    const int64_t ahead = hour - outcomes->hour;
    if (ahead == 0)
        return outcomes->count[hour % OUTCOMES_HOURS];
    if (ahead >= OUTCOMES_HOURS || ahead < 0)
        memset(outcomes->count, 0, sizeof(outcomes->count));
    else
        for (int64_t passed = outcomes->hour + 1; passed <= hour; passed++)
            memset(outcomes->count[passed % OUTCOMES_HOURS], 0, sizeof(outcomes->count[0]));
    outcomes->hour = hour;
    outcomes_add_up(outcomes, hour - OUTCOMES_HOURS + 1, hour, outcomes->before);
    return outcomes->count[hour % OUTCOMES_HOURS];
}

/* The qualities of its points, a bit each. */
static unsigned scan_qualities(const struct scan *scan)
{
    unsigned qualities = 0;
    for (size_t i = 0; i < scan->points; i++)
        qualities |= 1u << scan->readings[i].quality;
    return qualities;
}

void outcomes_add(struct outcomes *outcomes, const struct sweep_trouble *trouble, const struct scan *scan,
                  int64_t at_ms)
{
    uint32_t *count = outcomes_slot(outcomes, at_ms / hour_ms);
    const unsigned qualities = scan_qualities(scan);
    const int code = trouble->exception;
    count[trouble->outcome]++;
    if (trouble->outcome == WIRE_EXCEPTION)
        count[OUTCOME_CODE + (code > 0 && code < OUTCOMES_CODES ? code : 0)]++;
    count[OUTCOME_SHORT] += trouble->outcome == WIRE_GARBAGE && trouble->flaw == FLAW_SHORT;
    count[OUTCOME_UNIT] += trouble->outcome == WIRE_GARBAGE && trouble->flaw == FLAW_UNIT;
    count[OUTCOME_SENTINEL] += qualities >> QUALITY_SENTINEL & 1;
    count[OUTCOME_RANGE] += qualities >> QUALITY_RANGE & 1;
    count[OUTCOME_STUCK] += qualities >> QUALITY_STUCK & 1;
}

void outcomes_sum(const struct outcomes *outcomes, int64_t at_ms, uint32_t sum[static OUTCOMES])
{
    const int64_t hour = at_ms / hour_ms;
    if (hour > outcomes->hour) {
        outcomes_add_up(outcomes, hour - OUTCOMES_HOURS + 1, outcomes->hour + 1, sum);
        return;
    }
    for (int i = 0; i < OUTCOMES; i++)
        sum[i] = outcomes->before[i] + outcomes->count[outcomes->hour % OUTCOMES_HOURS][i];
}
