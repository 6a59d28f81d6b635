/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_swap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/list.h"
#include "collector/replacement.h"

/* A row of the journal that may be what the tally made of the swap. */
struct guess {
    int64_t journal, from_ms, to_ms, before, after, amount;
    char kind[24];
    int64_t distance_ms; /* of the stated time */
};

struct segment {
    int64_t number, first, high, wraps, modulus;
    struct ratio convert;
    bool open;
};

struct search {
    struct db *db;
    const struct replacement *replacement;
    bool waited;
};

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

#define SEGMENT                                                                                                        \
    "SELECT segment, first, high, wraps, modulus, times, over, closed_ms IS NULL FROM segment WHERE meter = ? AND "

static struct segment segment_at(const struct search *search, const char *sql, int64_t at)
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
    struct segment segment = segment_at(search, SEGMENT "opened_ms >= ? ORDER BY segment LIMIT 1", guess->to_ms);
    if (segment.first != (zero ? 0 : guess->after))
        segment.number = 0;
    return segment;
}

static bool thousandths(const struct segment *segment, int64_t count, int64_t *amount)
{
    return ratio_floor(segment->convert, count, amount);
}

/* What a reading of the register may be off by. */
static int64_t step_of(const struct search *search, const struct segment *segment)
{
    const struct totaliser_rules *rules = search->replacement->rules;
    int64_t counts = 1, step = 0;
    if (rules && rules->noise > counts)
        counts = rules->noise;
    return thousandths(segment, counts, &step) ? step + 1 : 0;
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

static bool guess_breaks(const struct guess *guess)
{
    static const char *const kinds[] = {"reset", "jump", "unknown", "excluded", "wraps-unknown", NULL};
    return is_one_of(guess->kind, kinds);
}

/* A segment ended, and another one began. */
static bool sides_apart(const struct search *search, const struct guess *guess, const struct segment *opened,
                        struct replacement_sides *sides)
{
    const struct segment old = segment_at(search, SEGMENT "segment < ? ORDER BY segment DESC LIMIT 1", opened->number);
    int64_t last = 0;
    bool good = old.number && thousandths(&old, old.high, &sides->old_high) &&
                thousandths(&old, guess->before, &last) && thousandths(&old, old.modulus, &sides->old_modulus) &&
                thousandths(opened, guess->after, &sides->new_reading) &&
                thousandths(opened, opened->modulus, &sides->new_modulus);
    sides->old_depth = sides->old_high > last ? sides->old_high - last : 0;
    sides->step = step_of(search, opened);
    return good;
}

/* The segment went on: the old total and the new one were taken for one. */
static bool sides_within(const struct search *search, const struct guess *guess, struct replacement_sides *sides)
{
    const struct segment segment =
        segment_at(search, SEGMENT "opened_ms <= ? ORDER BY segment DESC LIMIT 1", guess->to_ms);
    const bool wrapped = strcmp(guess->kind, "gap") != 0 && guess->after < guess->before;
    if (!segment.number || !thousandths(&segment, guess->after, &sides->new_reading) ||
        !thousandths(&segment, segment.modulus, &sides->new_modulus))
        return false;
    sides->old_modulus = sides->new_modulus;
    sides->old_high = sides->new_reading - guess->amount + (wrapped ? sides->new_modulus : 0);
    sides->step = step_of(search, &segment);
    /* A gap after which the old one goes on, or in which nothing was counted, was no swap. */
    return wrapped || (guess->amount > 0 && sides->new_reading > search->replacement->old_last);
}

/* More than the rate makes cannot have passed. INT64_MAX: anything. */
static int64_t passable(const struct search *search, int64_t from_ms, int64_t to_ms)
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

static bool fault_set(struct swap *swap, enum swap_fault fault, int64_t value)
{
    swap->fault = fault;
    swap->value = value;
    return false;
}

static bool sides_measure(const struct search *search, const struct replacement_sides *sides, struct swap *swap)
{
    const int64_t most = passable(search, swap->span.from_ms, swap->span.to_ms);
    switch (replacement_measure(sides, search->replacement->old_last, search->replacement->new_first, &swap->after)) {
    case REPLACEMENT_GOOD:
        return swap->after <= most || fault_set(swap, SWAP_RATE, most);
    case REPLACEMENT_OLD_LAST:
        return fault_set(swap, SWAP_OLD_LAST, sides->old_high);
    case REPLACEMENT_NEW_FIRST:
        return fault_set(swap, SWAP_NEW_FIRST, sides->new_reading);
    case REPLACEMENT_RANGE:
        break;
    }
    return fault_set(swap, SWAP_RANGE, 0);
}

/* Whether the swap fits this row; what it makes of it then. */
static bool guess_fits(const struct search *search, const struct guess *guess, struct swap *swap)
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

/* --- the rows near the stated time --- */

static int64_t distance(const struct guess *guess, int64_t at_ms)
{
    if (at_ms < guess->from_ms)
        return guess->from_ms - at_ms;
    return at_ms > guess->to_ms ? at_ms - guess->to_ms : 0;
}

/* A segment that ended is likelier to have been a swap than a total that went on. */
static int nearer(const void *a, const void *b)
{
    const struct guess *left = a, *right = b;
    const bool left_within = left->distance_ms == 0, right_within = right->distance_ms == 0;
    if (left_within != right_within)
        return left_within ? -1 : 1;
    if (guess_breaks(left) != guess_breaks(right))
        return guess_breaks(left) ? -1 : 1;
    if (left->distance_ms != right->distance_ms)
        return left->distance_ms < right->distance_ms ? -1 : 1;
    return left->journal < right->journal ? -1 : left->journal > right->journal;
}

/* A row that sums up gaps is none: its stretch is not that of one of them. */
static void guesses_read(const struct search *search, struct list *guesses)
{
    const struct replacement *replacement = search->replacement;
    const int64_t announced =
        db_value(search->db, "SELECT journal FROM act WHERE id = ?", 1, &search->replacement->act);
    struct db_query *query = db_query(
        search->db, "SELECT id, from_ms, to_ms, before, after, amount, kind FROM journal WHERE meter = ? AND to_ms >= ?"
                    " AND from_ms <= ? AND kind IN ('gap', 'wrap', 'wraps-unknown', 'reset', 'jump', 'unknown',"
                    " 'excluded') AND count = 1 AND id > ? ORDER BY id");
    db_bind_int(query, replacement->meter->id);
    db_bind_int(query, replacement->at_ms - REPLACEMENT_NEAR_MS);
    db_bind_int(query, search->waited ? STORE_TIME_MAX_MS : replacement->at_ms + REPLACEMENT_NEAR_MS);
    db_bind_int(query, search->waited ? announced : 0);
    while (db_next(query)) {
        struct guess *guess = list_add(guesses);
        if (!guess) {
            db_fail(search->db, DB_OTHER, "out of memory");
            break;
        }
        *guess = (struct guess){.journal = db_int(query, 0),
                                .from_ms = db_int(query, 1),
                                .to_ms = db_int(query, 2),
                                .before = db_int(query, 3),
                                .after = db_int(query, 4),
                                .amount = db_int(query, 5)};
        snprintf(guess->kind, sizeof guess->kind, "%s", db_text(query, 6));
        guess->distance_ms = distance(guess, replacement->at_ms);
    }
    db_done(query);
}

/* The likeliest row that fits, within so far of the stated time. Else *swap has the fault of the likeliest one. */
static bool guess_find(const struct search *search, int64_t distance_ms, struct swap *swap)
{
    struct list guesses = {.size = sizeof(struct guess)};
    struct swap first = {.fault = SWAP_NO_BREAK};
    bool found = false, told = false;
    guesses_read(search, &guesses);
    const struct guess *guess = guesses.at;
    if (guesses.count)
        qsort(guesses.at, guesses.count, guesses.size, nearer);
    for (size_t i = 0; i < guesses.count && !found; i++) {
        if (guess[i].distance_ms > distance_ms)
            continue;
        *swap = (struct swap){.fault = SWAP_NO_BREAK};
        found = guess_fits(search, &guess[i], swap);
        if (!found && !told && swap->fault != SWAP_NO_BREAK) {
            first = *swap;
            told = true;
        }
    }
    free(guesses.at);
    if (!found)
        *swap = first;
    return found;
}

/* --- no break was seen --- */

/* The last reading accepted, by the last commit. */
static int64_t last_read_ms(const struct search *search)
{
    return db_value(search->db,
                    "SELECT last_at_ms FROM tally WHERE meter = ? AND last_at_ms IS NOT NULL"
                    " ORDER BY bucket_ms DESC LIMIT 1",
                    1, &search->replacement->meter->id);
}

/* The stretch in which the old total went over into the new one: a gap where one is near, else the instant. */
static struct calendar_span crossing(const struct search *search, int64_t read_ms)
{
    const int64_t at_ms = search->replacement->at_ms < read_ms ? search->replacement->at_ms : read_ms;
    struct calendar_span span = {at_ms, at_ms};
    struct db_query *query = db_query(search->db, "SELECT from_ms, to_ms FROM gap WHERE from_ms <= ? AND to_ms >= ?"
                                                  " AND meter = ? ORDER BY max(from_ms - ?4, ?4 - to_ms, 0) LIMIT 1");
    db_bind_int(query, search->replacement->at_ms + REPLACEMENT_NEAR_MS);
    db_bind_int(query, search->replacement->at_ms - REPLACEMENT_NEAR_MS);
    db_bind_int(query, search->replacement->meter->id);
    db_bind_int(query, search->replacement->at_ms);
    if (db_next(query))
        span = (struct calendar_span){db_int(query, 0), db_int(query, 1)};
    db_done(query);
    return span;
}

/* The counts of a segment from its zero up, wraps undone, by the last reading of a bucket before the swap. */
static int64_t unwrapped_before(const struct search *search, const struct segment *segment)
{
    int64_t high = segment->first, wraps = 0, counts;
    struct db_query *query =
        db_query(search->db, "SELECT high, wraps FROM tally WHERE meter = ? AND last_at_ms <= ? AND segment = ?"
                             " ORDER BY bucket_ms DESC LIMIT 1");
    db_bind_int(query, search->replacement->meter->id);
    db_bind_int(query, search->replacement->at_ms);
    db_bind_int(query, segment->number);
    if (db_next(query)) {
        high = db_int(query, 0);
        wraps = db_int(query, 1);
    }
    db_done(query);
    return __builtin_mul_overflow(wraps, segment->modulus, &counts) || __builtin_add_overflow(counts, high, &counts)
               ? INT64_MAX
               : counts;
}

/* The total is beyond what the old instrument ended with. */
static bool has_passed(const struct search *search, const struct segment *segment)
{
    int64_t before, now, modulus, last = search->replacement->old_last, counts;
    if (!segment->number || __builtin_mul_overflow(segment->wraps, segment->modulus, &counts) ||
        __builtin_add_overflow(counts, segment->high, &counts) || !thousandths(segment, counts, &now) ||
        !thousandths(segment, unwrapped_before(search, segment), &before) ||
        !thousandths(segment, segment->modulus, &modulus))
        return false;
    if (modulus > 0 && last < before - modulus / 2)
        last += (before - modulus / 2 - last + modulus - 1) / modulus * modulus;
    return now > last;
}

/* How much more the old one ended with than the new one began with, perhaps on both sides of the modulus. */
static int64_t total_off(const struct search *search, const struct segment *segment)
{
    int64_t off = amount_add(search->replacement->old_last, -search->replacement->new_first), modulus;
    if (!thousandths(segment, segment->modulus, &modulus) || modulus == 0)
        return off;
    if (off > modulus / 2)
        return off - modulus;
    return off < -(modulus / 2) ? off + modulus : off;
}

/* The total may still be the old one's, which ends with old_last: so much more can have run. Else the fault. */
static bool still_old(const struct search *search, struct swap *swap)
{
    const struct replacement *replacement = search->replacement;
    const int64_t read_ms = last_read_ms(search);
    const struct segment segment = segment_at(search, SEGMENT "segment <= ? ORDER BY segment DESC LIMIT 1", INT64_MAX);
    const int64_t most = passable(search, read_ms, replacement->at_ms);
    int64_t high, modulus;
    if (!segment.number || replacement->at_ms + REPLACEMENT_NEAR_MS < read_ms ||
        !thousandths(&segment, segment.high, &high) || !thousandths(&segment, segment.modulus, &modulus))
        return false;
    int64_t up = replacement->old_last - high;
    if (up < -step_of(search, &segment) && modulus - modulus / 2 <= -up && modulus > 0)
        up += modulus;
    if (up >= -step_of(search, &segment) && up <= most)
        return true;
    if (swap->fault == SWAP_NO_BREAK)
        fault_set(swap, up < 0 ? SWAP_OLD_LAST : SWAP_RATE, up < 0 ? high : most);
    return false;
}

/* The old total went over into the new one, too near to it to be noticed: once the total has passed
 * what the old one ended with, it is the new one's, and their difference is what was counted wrong. */
static enum replaced pass_over(const struct search *search, struct swap *swap)
{
    const struct replacement *replacement = search->replacement;
    const int64_t read_ms = last_read_ms(search);
    const struct calendar_span span = crossing(search, read_ms);
    const struct segment segment =
        segment_at(search, SEGMENT "opened_ms <= ? ORDER BY segment DESC LIMIT 1", replacement->at_ms);
    const int64_t off = segment.number ? total_off(search, &segment) : 0;
    const int64_t most = passable(search, span.from_ms, span.to_ms);
    const bool close = segment.number && replacement->rules && off <= most && off >= -most;
    if (close && has_passed(search, &segment)) {
        *swap = (struct swap){.span = span, .after = off};
        return REPLACED_DONE;
    }
    /* Until it has passed, what the total shows may lie below what the old one ended with. */
    return search->waited || (close && segment.open) ? REPLACED_WAITS : REPLACED_NOWHERE;
}

enum replaced swap_find(struct db *db, const struct replacement *replacement, bool waited, struct swap *swap)
{
    const struct search search = {db, replacement, waited};
    if (guess_find(&search, 0, swap))
        return REPLACED_DONE;
    if (!waited && still_old(&search, swap))
        return REPLACED_WAITS;
    struct swap guessed = *swap;
    if (guess_find(&search, INT64_MAX, &guessed)) {
        *swap = guessed;
        return REPLACED_DONE;
    }
    if (guessed.fault != SWAP_NO_BREAK)
        *swap = guessed;
    return pass_over(&search, swap);
}
