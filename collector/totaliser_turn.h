/* SPDX-License-Identifier: Apache-2.0 */
/* One step under way, between the files of the totaliser. */
#ifndef COALTALLY_TOTALISER_TURN_H
#define COALTALLY_TOTALISER_TURN_H

#include "collector/totaliser_rules.h"

struct turn {
    const struct totaliser_rules *rules;
    struct totaliser_state *state;
    struct totaliser_memory *memory;
    struct totaliser_outcome *outcome;
};

/* totaliser_segment.c: the arithmetic of a segment */

/* What a segment has counted; false where it leaves int64. */
bool segment_count(const struct totaliser_rules *rules, const struct totaliser_state *state, int64_t *counted);

/* The amount from one reading to another, 0 where it leaves int64. */
int64_t segment_between(const struct totaliser_rules *rules, int64_t from, int64_t to);

/* Closes the segment of *state and opens the next one. */
void segment_open(struct totaliser_state *state, int64_t first, int64_t high, int64_t last, int64_t at_ms);

/* The state after a reading of rules 1 to 6. */
void segment_move(const struct totaliser_rules *rules, struct totaliser_state *state, const struct sight *sight,
                  const struct finding *finding);

/* totaliser_turn.c: readings under rules 1 to 7 */

void turn_note(struct turn *turn, struct totaliser_event event);
void turn_note_range(struct turn *turn, int64_t count);
void turn_note_dropped(struct turn *turn, const struct totaliser_input *asked, const struct totaliser_input *reread);

/* A run of suspects has ended and was no jump. */
void turn_end_run(struct turn *turn);

/* What `next` has counted more than the state now; false where that leaves int64. */
bool turn_amount(const struct turn *turn, const struct totaliser_state *next, int64_t *amount);

/* Makes `next` the state, posts the amount, and accepts the reading. */
void turn_commit(struct turn *turn, const struct totaliser_state *next, const struct sight *sight, int64_t amount,
                 enum totaliser_verdict verdict);

void turn_take_move(struct turn *turn, const struct sight *sight, const struct finding *finding);
void turn_take_suspect(struct turn *turn, const struct sight *sight);

/* totaliser_stop.c: rules 8 and 9 */

/* True while a bit or a hold stands, or its effect may still be seen in the register. */
bool stop_excludes(struct turn *turn, const struct totaliser_input *input);

/* True while too many breaks stop the meter: until an hour passes in which each
 * good reading follows from the one before. Call it for each good reading. */
bool stop_breaks(struct turn *turn, const struct totaliser_input *input);

/* A reading that opens a segment with nothing posted: the first, the first of a new
 * definition, the first after a stop. */
void stop_open(struct turn *turn, const struct sight *sight, enum totaliser_verdict verdict);

#endif
