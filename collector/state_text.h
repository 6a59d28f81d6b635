/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a totaliser as text: TOTALISER_STATE_FIELDS in their order, joined by spaces. */
#ifndef COALTALLY_STATE_TEXT_H
#define COALTALLY_STATE_TEXT_H

#include "collector/totaliser.h"

enum { STATE_TEXT_BYTES = 512 };

/* The end of the year 9999. No time beyond it, nor as far before 1970, is one of ours. */
#define STORE_TIME_MAX_MS INT64_C(253402300800000)
static inline bool store_time(int64_t at_ms)
{
    return at_ms >= -STORE_TIME_MAX_MS && at_ms <= STORE_TIME_MAX_MS;
}

/* `text` holds STATE_TEXT_BYTES. */
void state_format(const struct totaliser_state *state, char *text);
/* False when the text is not a state, or one that no meter can be in. */
bool state_parse(const char *text, struct totaliser_state *state);

#endif
