/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/outcomes.h"

#include <string.h>

static const int64_t hour_ms = 3600 * 1000;

/* clang-format off */
/* Those of wire outcomes are wire_outcome_name(). */
static const char *const names[OUTCOMES] = {
    [WIRE_OK]           = N_OF("outcome", "ok"),
    [WIRE_EXCEPTION]    = N_OF("outcome", "exception"),
    [WIRE_TIMEOUT]      = N_OF("outcome", "timeout"),
    [WIRE_CONNECT]      = N_OF("outcome", "connect"),
    [WIRE_GARBAGE]      = N_OF("outcome", "garbage"),
    [WIRE_CLOSED]       = N_OF("outcome", "closed"),
    [WIRE_DESCRIPTOR]   = N_OF("outcome", "descriptor"),
    [WIRE_FORBIDDEN]    = N_OF("outcome", "forbidden"),
    [WIRE_STOPPED]      = N_OF("outcome", "stopped"),
    [OUTCOME_SHORT]     = N_("short"),
    [OUTCOME_UNIT]      = N_("wrong_unit"),
    [OUTCOME_SENTINEL]  = N_("sentinel"),
    [OUTCOME_RANGE]     = N_("range"),
    [OUTCOME_STUCK]     = N_("stuck"),
    [OUTCOME_MODEL]     = N_("model_missing"),
    [OUTCOME_CODE]      = N_("exception_other"),
    [OUTCOME_CODE + 1]  = N_("exception_1"),
    [OUTCOME_CODE + 2]  = N_("exception_2"),
    [OUTCOME_CODE + 3]  = N_("exception_3"),
    [OUTCOME_CODE + 4]  = N_("exception_4"),
    [OUTCOME_CODE + 5]  = N_("exception_5"),
    [OUTCOME_CODE + 6]  = N_("exception_6"),
    [OUTCOME_CODE + 7]  = N_("exception_7"),
    [OUTCOME_CODE + 8]  = N_("exception_8"),
    [OUTCOME_CODE + 9]  = N_("exception_9"),
    [OUTCOME_CODE + 10] = N_("exception_10"),
    [OUTCOME_CODE + 11] = N_("exception_11"),
};
/* clang-format on */

const char *outcomes_name(size_t outcome)
{
    return say(LANGUAGE_EN, names[outcome]);
}

const char *outcomes_title(size_t outcome, enum language language)
{
    return say(language, names[outcome]);
}

size_t outcomes_find(const char *name)
{
    for (size_t i = 0; i < OUTCOMES; i++)
        if (strcmp(name, outcomes_name(i)) == 0)
            return i;
    return WIRE_OK;
}

size_t outcomes_worst(const struct sweep_trouble *trouble)
{
    const int code = trouble->exception;
    if (trouble->outcome == WIRE_EXCEPTION && code == SWEEP_NO_MODEL)
        return OUTCOME_MODEL;
    if (trouble->outcome == WIRE_EXCEPTION)
        return (size_t)(OUTCOME_CODE + (code > 0 && code < OUTCOMES_CODES ? code : 0));
    if (trouble->flaw == FLAW_SHORT)
        return OUTCOME_SHORT;
    return trouble->flaw == FLAW_UNIT ? OUTCOME_UNIT : trouble->outcome;
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

void outcomes_add(struct outcomes *outcomes, const struct sweep_trouble *trouble, const struct scan *scan, bool stuck,
                  int64_t at_ms)
{
    uint32_t *count = outcomes_slot(outcomes, at_ms / hour_ms);
    const unsigned qualities = scan_qualities(scan);
    const size_t worst = outcomes_worst(trouble);
    count[trouble->outcome]++;
    count[worst] += worst != trouble->outcome;
    count[OUTCOME_SENTINEL] += qualities >> QUALITY_SENTINEL & 1;
    count[OUTCOME_RANGE] += qualities >> QUALITY_RANGE & 1;
    count[OUTCOME_STUCK] += stuck || (qualities & (1u << QUALITY_STUCK | 1u << QUALITY_STALE));
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
