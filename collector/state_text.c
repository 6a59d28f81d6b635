/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/state_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
#define X(name) field_##name,
    TOTALISER_STATE_FIELDS(X)
#undef X
        FIELDS
};

void state_format(const struct totaliser_state *state, char *text)
{
    const int64_t field[] = {
#define X(name) state->name,
        TOTALISER_STATE_FIELDS(X)
#undef X
    };
    size_t length = 0;
    for (int i = 0; i < FIELDS && length < STATE_TEXT_BYTES; i++)
        length += (size_t)snprintf(text + length, STATE_TEXT_BYTES - length, "%s%" PRId64, i ? " " : "", field[i]);
}

static bool fields_parse(const char *text, int64_t field[static FIELDS])
{
    for (int i = 0; i < FIELDS; i++) {
        char *end;
        errno = 0;
        if (strspn(text, "-0123456789") == 0)
            return false;
        field[i] = strtoll(text, &end, 10);
        if (errno || end == text || *end != (i + 1 < FIELDS ? ' ' : '\0'))
            return false;
        text = end + 1;
    }
    return true;
}

static bool state_possible(const struct totaliser_state *state)
{
    const int64_t time[] = {state->accepted_ms, state->moved_ms,  state->stopped_ms, state->below_ms,
                            state->break0_ms,   state->break1_ms, state->break2_ms,  state->break3_ms,
                            state->break4_ms,   state->break5_ms, state->break6_ms};

    for (size_t i = 0; i < sizeof(time) / sizeof(*time); i++)
        if (!store_time(time[i]))
            return false;
    return (state->started == 0 || state->started == 1) && state->segment >= state->started && state->first >= 0 &&
           state->high >= 0 && state->last >= 0 && state->wraps >= 0 && state->total >= 0 &&
           (state->elapsed_unknown == 0 || state->elapsed_unknown == 1) && state->stopped >= STOP_NONE &&
           state->stopped <= STOP_BREAKS && state->breaks >= 0 && state->breaks <= BREAKS_MAX + 1;
}

bool state_parse(const char *text, struct totaliser_state *state)
{
    int64_t field[FIELDS];

    if (!fields_parse(text, field))
        return false;
#define X(name) state->name = field[field_##name];
    TOTALISER_STATE_FIELDS(X)
#undef X
    return state_possible(state);
}
