/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/denials.h"

#include <stdio.h>
#include <string.h>

static struct denial *find(struct denials *denials, const char *topic)
{
    for (unsigned i = 0; i < denials->count; i++)
        if (strncmp(denials->denial[i].topic, topic, DENIAL_TOPIC_BYTES - 1) == 0)
            return &denials->denial[i];
    return NULL;
}

void denials_note(struct denials *denials, const char *topic, int code, int64_t wall_ms, int64_t monotonic_ms)
{
    struct denial *denial = find(denials, topic);
    if (!denial && denials->count == DENIALS_MAX)
        return;
    if (!denial) {
        denial = &denials->denial[denials->count++];
        snprintf(denial->topic, sizeof denial->topic, "%s", topic);
        denial->since_ms = wall_ms;
    }
    denial->code = code;
    denial->last_ms = monotonic_ms;
}

int denials_clear(struct denials *denials, const char *topic)
{
    const struct denial *denial = denials->count ? find(denials, topic) : NULL;
    if (denial)
        denials->count = 0;
    return denial ? denial->code : 0;
}

static void forget(struct denials *denials, struct denial *denial)
{
    const struct denial *end = denials->denial + denials->count--;
    memmove(denial, denial + 1, (size_t)(end - denial - 1) * sizeof *denial);
}

void denials_expire(struct denials *denials, int64_t monotonic_ms)
{
    for (unsigned i = denials->count; i-- > 0;)
        if (monotonic_ms - denials->denial[i].last_ms > DENIAL_KEPT_MS)
            forget(denials, &denials->denial[i]);
}
