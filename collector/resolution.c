/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/resolution.h"

#include <stddef.h>
#include <string.h>

#include "collector/amount.h"

enum sense {
    SENSE_NOTHING,
    SENSE_COUNTED, /* the amount was counted */
    SENSE_SKIPPED, /* it was not, and is what would be */
    SENSE_SHOWN    /* the same, where the bound allows it */
};

static enum sense sense_of(const char *kind)
{
    static const struct {
        const char *kind;
        enum sense sense;
    } senses[] = {
        {"gap", SENSE_COUNTED},   {"wrap", SENSE_COUNTED}, {"wraps-unknown", SENSE_COUNTED},
        {"reset", SENSE_COUNTED}, {"jump", SENSE_SKIPPED}, {"below-a-day", SENSE_SKIPPED},
        {"unknown", SENSE_SHOWN},
    };
    for (size_t i = 0; i < sizeof senses / sizeof *senses; i++)
        if (strcmp(senses[i].kind, kind) == 0)
            return senses[i].sense;
    return SENSE_NOTHING;
}

/* What may be given: the bound, and what the row itself names. */
static void bound(const struct resolution_row *row, enum sense sense, struct resolution *out)
{
    out->bounded = row->bounded;
    out->low = row->bounded && row->low < 0 ? row->low : 0;
    out->high = row->bounded ? row->high : INT64_MAX;
    if (sense == SENSE_SKIPPED && row->amount > out->high)
        out->high = row->amount;
}

static bool speaks_for_itself(const struct resolution_row *row, enum sense sense)
{
    if (sense == SENSE_SHOWN)
        return row->bounded && row->amount > 0 && row->amount <= row->high;
    return sense == SENSE_COUNTED || row->amount > 0;
}

enum resolution_fault resolution_judge(const struct resolution_row *row, const struct resolution_word *word,
                                       struct resolution *out)
{
    const enum sense sense = sense_of(row->kind);
    const int64_t counted = sense == SENSE_COUNTED ? row->amount : 0;
    *out = (struct resolution){0};
    bound(row, sense, out);
    if (sense == SENSE_NOTHING)
        return word->count ? RESOLUTION_NOTHING : RESOLUTION_GOOD;
    if (word->count && !word->given && !speaks_for_itself(row, sense))
        return RESOLUTION_UNKNOWN;
    if (word->count)
        out->counted = word->given ? word->amount : row->amount;
    if (word->given && (word->amount < out->low || word->amount > out->high))
        return RESOLUTION_BEYOND;
    return __builtin_sub_overflow(out->counted, counted, &out->posted) ? RESOLUTION_BEYOND : RESOLUTION_GOOD;
}

int64_t resolution_unknown(const struct resolution_row *row)
{
    const int64_t counted = sense_of(row->kind) == SENSE_COUNTED ? row->amount : 0;
    const int64_t least = row->low < counted ? row->low : counted;
    const int64_t most = row->high > counted ? row->high : counted;
    return amount_less(most, least);
}
