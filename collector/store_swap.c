/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store_swap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/list.h"
#include "collector/store_swap_parts.h"

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

enum replaced swap_find(struct db *db, const struct replacement *replacement, bool waited, struct swap *swap)
{
    const struct search search = {db, replacement, waited};
    if (guess_find(&search, 0, swap))
        return REPLACED_DONE;
    if (!waited && swap_still_old(&search, swap))
        return REPLACED_WAITS;
    struct swap guessed = *swap;
    if (guess_find(&search, INT64_MAX, &guessed)) {
        *swap = guessed;
        return REPLACED_DONE;
    }
    if (guessed.fault != SWAP_NO_BREAK)
        *swap = guessed;
    return swap_pass_over(&search, swap);
}
