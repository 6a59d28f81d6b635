/* SPDX-License-Identifier: Apache-2.0 */
/* A meter under test: steps, rereads as the bus loop would, and holds after every
 * step that what was posted is what the segments have counted, to the unit. */
#ifndef COALTALLY_TOTALISER_RIG_H
#define COALTALLY_TOTALISER_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/totaliser.h"

enum { RIG_EVENTS_MAX = 4096 };

struct rig {
    struct totaliser_rules rules;
    struct totaliser_state state;
    struct totaliser_memory memory;
    int64_t at_ms;
    int64_t step;
    int64_t reset_ms; /* INT64_MIN: none */
    bool calibrating, held;
    int64_t posted; /* sum of all amounts */
    int64_t closed; /* what the closed segments have counted */
    int64_t rereads;
    struct totaliser_outcome outcome; /* of the last step */
    size_t events;                    /* all since rig_forget */
    struct totaliser_event event[RIG_EVENTS_MAX];
};

static inline void rig_conserves(const struct rig *rig)
{
    assert_int_equal(rig->state.total, rig->posted);
    int64_t open = rig->state.started ? totaliser_counted(&rig->rules, &rig->state) : 0;
    assert_int_equal(rig->state.total, rig->closed + open);
}

static inline void rig_step(struct rig *rig, const struct totaliser_input *input)
{
    struct totaliser_outcome *outcome = &rig->outcome;
    *outcome = totaliser_step(&rig->rules, &rig->state, &rig->memory, input);
    assert_true(outcome->amount >= 0);
    assert_true(outcome->from_ms <= outcome->to_ms);
    assert_true(outcome->events <= EVENTS_MAX);
    rig->posted += outcome->amount;
    if (outcome->segment && outcome->closed.started)
        rig->closed += totaliser_counted(&rig->rules, &outcome->closed);
    for (size_t i = 0; i < outcome->events && rig->events < RIG_EVENTS_MAX; i++)
        rig->event[rig->events++] = outcome->event[i];
    rig_conserves(rig);
}

static inline void rig_forget(struct rig *rig)
{
    rig->events = 0;
}

/* One scan `after_ms` the one before, and where it is asked for the reread. */
static inline struct totaliser_outcome rig_scan(struct rig *rig, int64_t after_ms, bool good, int64_t count,
                                                bool reread_good, int64_t reread)
{
    rig->at_ms += after_ms;
    struct totaliser_input input = {.at_ms = rig->at_ms,
                                    .good = good,
                                    .calibrating = rig->calibrating,
                                    .held = rig->held,
                                    .count = count,
                                    .step = rig->step,
                                    .reset_ms = rig->reset_ms};
    rig_step(rig, &input);
    if (rig->outcome.reread) {
        rig->rereads++;
        input.reread = true;
        input.good = reread_good;
        input.count = reread;
        rig_step(rig, &input);
        assert_false(rig->outcome.reread);
    }
    return rig->outcome;
}

static inline struct totaliser_outcome rig_read(struct rig *rig, int64_t after_ms, int64_t count)
{
    return rig_scan(rig, after_ms, true, count, true, count);
}

/* The reread finds another count. */
static inline struct totaliser_outcome rig_read_two(struct rig *rig, int64_t after_ms, int64_t count, int64_t reread)
{
    return rig_scan(rig, after_ms, true, count, true, reread);
}

static inline struct totaliser_outcome rig_fail(struct rig *rig, int64_t after_ms)
{
    return rig_scan(rig, after_ms, false, 0, false, 0);
}

/* A restart: what was suspected is forgotten, the state comes back field by field. */
static inline void rig_restart(struct rig *rig)
{
    struct totaliser_state saved = {0};
#define X(name) saved.name = rig->state.name;
    TOTALISER_STATE_FIELDS(X)
#undef X
    rig->state = saved;
    rig->memory = (struct totaliser_memory){0};
}

/* Events of a reason since rig_forget; the last of them in *event. */
static inline int rig_count(const struct rig *rig, enum totaliser_reason reason, struct totaliser_event *event)
{
    int count = 0;
    for (size_t i = 0; i < rig->events; i++) {
        if (rig->event[i].reason != reason)
            continue;
        count++;
        if (event)
            *event = rig->event[i];
    }
    return count;
}

#endif
