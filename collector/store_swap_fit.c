/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/store_swap_parts.h"

/* --- segments --- */

static struct segment segment_read(struct db_query *query)
{
    struct segment segment = {0};
    if (db_next(query))
        segment = (struct segment){.number = db_int(query, 0),
                                   .first = db_int(query, 1),
                                   .high = db_int(query, 2),
                                   .wraps = db_int(query, 3),
                                   .modulus = db_int(query, 4),
                                   .convert = {db_int(query, 5), db_int(query, 6)},
                                   .open = db_int(query, 7) != 0};
    db_done(query);
    if (segment.convert.over <= 0)
        segment.number = 0;
    return segment;
}

struct segment swap_segment(const struct search *search, const char *sql, int64_t at)
{
    struct db_query *query = db_query(search->db, sql);
    db_bind_int(query, search->replacement->meter->id);
    db_bind_int(query, at);
    return segment_read(query);
}

/* What the break opened; number 0: it opened none. */
static struct segment segment_opened(const struct search *search, const struct guess *guess)
{
    const bool zero = strcmp(guess->kind, "reset") == 0 || strcmp(guess->kind, "wraps-unknown") == 0;
    struct segment segment = swap_segment(search, SEGMENT "opened_ms >= ? ORDER BY segment LIMIT 1", guess->to_ms);
    if (segment.first != (zero ? 0 : guess->after))
        segment.number = 0;
    return segment;
}

bool swap_thousandths(const struct segment *segment, int64_t count, int64_t *amount)
{
    return ratio_floor(segment->convert, count, amount);
}

int64_t swap_step(const struct search *search, const struct segment *segment)
{
    const struct totaliser_rules *rules = search->replacement->rules;
    int64_t counts = 1, step = 0;
    if (rules && rules->noise > counts)
        counts = rules->noise;
    return swap_thousandths(segment, counts, &step) ? step + 1 : 0;
}

/* --- what a guess makes of it --- */

static bool is_one_of(const char *kind, const char *const *kinds)
{
    for (; *kinds; kinds++)
        if (strcmp(kind, *kinds) == 0)
            return true;
    return false;
}

/* Its amount was counted. */
static bool guess_counted(const struct guess *guess)
{
    static const char *const kinds[] = {"gap", "wrap", "wraps-unknown", "reset", NULL};
    return is_one_of(guess->kind, kinds);
}

bool guess_breaks(const struct guess *guess)
{
    static const char *const kinds[] = {"reset", "jump", "unknown", "excluded", "wraps-unknown", NULL};
    return is_one_of(guess->kind, kinds);
}

/* A segment ended, and another one began. */
static bool sides_apart(const struct search *search, const struct guess *guess, const struct segment *opened,
                        struct replacement_sides *sides)
{
    const struct segment old =
        swap_segment(search, SEGMENT "segment < ? ORDER BY segment DESC LIMIT 1", opened->number);
    int64_t last = 0;
    bool good = old.number && swap_thousandths(&old, old.high, &sides->old_high) &&
                swap_thousandths(&old, guess->before, &last) &&
                swap_thousandths(&old, old.modulus, &sides->old_modulus) &&
                swap_thousandths(opened, guess->after, &sides->new_reading) &&
                swap_thousandths(opened, opened->modulus, &sides->new_modulus);
    sides->old_depth = sides->old_high > last ? sides->old_high - last : 0;
    sides->step = swap_step(search, opened);
    return good;
}

/* The segment went on: the old total and the new one were taken for one. */
static bool sides_within(const struct search *search, const struct guess *guess, struct replacement_sides *sides)
{
    const struct segment segment =
        swap_segment(search, SEGMENT "opened_ms <= ? ORDER BY segment DESC LIMIT 1", guess->to_ms);
    const bool wrapped = strcmp(guess->kind, "gap") != 0 && guess->after < guess->before;
    if (!segment.number || !swap_thousandths(&segment, guess->after, &sides->new_reading) ||
        !swap_thousandths(&segment, segment.modulus, &sides->new_modulus))
        return false;
    sides->old_modulus = sides->new_modulus;
    sides->old_high = sides->new_reading - guess->amount + (wrapped ? sides->new_modulus : 0);
    sides->step = swap_step(search, &segment);
    /* A gap after which the old one goes on, or in which nothing was counted, was no swap. */
    return wrapped || (guess->amount > 0 && sides->new_reading > search->replacement->old_last);
}

int64_t swap_passable(const struct search *search, int64_t from_ms, int64_t to_ms)
{
    const struct totaliser_rules *rules = search->replacement->rules;
    int64_t most = INT64_MAX;
    if (!rules)
        return most;
    const int64_t time_ms = to_ms - from_ms > rules->gap_limit_ms ? to_ms - from_ms : rules->gap_limit_ms;
    const int64_t counts = totaliser_allow(rules, time_ms, rules->resolution);
    return ratio_floor(rules->convert, counts, &most) ? most : INT64_MAX;
}

/* A bit or a hold stopped the meter meanwhile. */
static bool was_stopped(const struct search *search, const struct guess *guess)
{
    const int64_t values[] = {search->replacement->meter->id, guess->from_ms, guess->to_ms, guess->journal};
    return db_value(search->db,
                    "SELECT count(*) FROM journal WHERE meter = ? AND kind = 'stopped' AND at_ms >= ? AND at_ms <= ?"
                    " AND id <= ?",
                    4, values) > 0;
}

bool swap_fail(struct swap *swap, enum swap_fault fault, int64_t value)
{
    swap->fault = fault;
    swap->value = value;
    return false;
}

static bool sides_measure(const struct search *search, const struct replacement_sides *sides, struct swap *swap)
{
    const int64_t most = swap_passable(search, swap->span.from_ms, swap->span.to_ms);
    switch (replacement_measure(sides, search->replacement->old_last, search->replacement->new_first, &swap->after)) {
    case REPLACEMENT_GOOD:
        return swap->after <= most || swap_fail(swap, SWAP_RATE, most);
    case REPLACEMENT_OLD_LAST:
        return swap_fail(swap, SWAP_OLD_LAST, sides->old_high);
    case REPLACEMENT_NEW_FIRST:
        return swap_fail(swap, SWAP_NEW_FIRST, sides->new_reading);
    case REPLACEMENT_RANGE:
        break;
    }
    return swap_fail(swap, SWAP_RANGE, 0);
}

bool guess_fits(const struct search *search, const struct guess *guess, struct swap *swap)
{
    struct replacement_sides sides = {0};
    const struct segment opened = guess_breaks(guess) ? segment_opened(search, guess) : (struct segment){0};
    if (opened.number ? !sides_apart(search, guess, &opened, &sides) : !sides_within(search, guess, &sides))
        return false;
    *swap = (struct swap){.journal = guess->journal,
                          .span = {guess->from_ms, guess->to_ms},
                          .before = guess_counted(guess) ? guess->amount : 0,
                          .stopped = was_stopped(search, guess)};
    memcpy(swap->kind, guess->kind, sizeof swap->kind);
    if (!sides_measure(search, &sides, swap))
        return false;
    if (swap->stopped)
        swap->after = 0;
    return true;
}
