/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/holds.h"

#include <stdlib.h>

#include "collector/live.h"
#include "collector/store_hold.h"
#include "collector/store_seal.h"

enum { HOLDS_MAX = 256, WARNING_MS = 5 * 60 * 1000 };

/* A hold that a meter was told of. */
struct held {
    int64_t act;      /* 0: none */
    int64_t until_ms; /* boot */
    bool warned;
};

struct holds {
    struct site *site;
    struct store *store;
    struct meter **meter;
    bool stands, changed;
    struct held *held; /* by meter */
};

struct holds *holds_new(struct site *site, struct store *store, struct meter **meter)
{
    struct holds *holds = calloc(1, sizeof(*holds));
    if (!holds)
        return NULL;
    *holds = (struct holds){.site = site, .store = store, .meter = meter, .changed = true};
    holds->held = calloc(site->config->meters + 1, sizeof(*holds->held));
    if (holds->held)
        return holds;
    free(holds);
    return NULL;
}

void holds_free(struct holds *holds)
{
    if (!holds)
        return;
    free(holds->held);
    free(holds);
}

void holds_changed(struct holds *holds)
{
    holds->changed = true;
}

static int meter_index(const struct holds *holds, int64_t id)
{
    for (size_t i = 0; i < holds->site->config->meters; i++)
        if (holds->store->meter[i] == id)
            return (int)i;
    return -1;
}

/* What is left of it by the wall clock, and never more than its whole length. One that ended before
 * the meter was last read has had its effect. */
static void hold_begin(struct holds *holds, size_t index, const struct hold *hold, struct clock_now now)
{
    int64_t left_ms = hold->until_ms - now.wall_ms, whole_ms = hold->until_ms - hold->from_ms;
    struct held *held = &holds->held[index];
    *held = (struct held){.act = hold->act, .until_ms = now.boot_ms + (left_ms < whole_ms ? left_ms : whole_ms)};
    if (left_ms > 0 || store_posted_ms(holds->store, index) < hold->until_ms)
        meter_hold(holds->meter[index], held->until_ms);
}

static void hold_warn(struct holds *holds, size_t index, struct clock_now now)
{
    const struct config_meter *meter = &holds->site->config->meter[index];
    struct held *held = &holds->held[index];
    char until[INSTANT_TEXT_BYTES];
    if (held->warned || now.boot_ms + WARNING_MS < held->until_ms)
        return;
    instant_format(now.wall_ms + held->until_ms - now.boot_ms, until);
    struct alarm_notice notice = {.mine = (int)meter->mine,
                                  .subject = meter->name,
                                  .reason = "hold-ends",
                                  .level = JOURNAL_AMBER,
                                  .argument = {{"until", until}}};
    alarm_raise(live_alarms(holds->site->live), &notice, now.wall_ms);
    held->warned = true;
}

static void hold_forget(struct holds *holds, size_t index, int64_t wall_ms)
{
    const struct config_meter *meter = &holds->site->config->meter[index];
    if (holds->held[index].warned)
        alarm_end(live_alarms(holds->site->live), (int)meter->mine, meter->name, "hold-ends", wall_ms);
    holds->held[index] = (struct held){0};
}

/* True once its time is up. */
static bool hold_look(struct holds *holds, const struct hold *hold, struct clock_now now)
{
    const int index = meter_index(holds, hold->meter);
    if (index < 0)
        return now.wall_ms >= hold->until_ms; /* the meter has left the configuration */
    struct held *held = &holds->held[index];
    if (held->act != hold->act)
        hold_begin(holds, (size_t)index, hold, now);
    if (now.boot_ms >= held->until_ms)
        return true;
    hold_warn(holds, (size_t)index, now);
    return false;
}

static bool holds_end(struct holds *holds, const struct hold *over, size_t count)
{
    if (count == 0)
        return true;
    store_begin(holds->store);
    store_unseal(holds->store, clock_now().wall_ms);
    for (size_t i = 0; i < count; i++)
        store_hold_lapse(holds->store, &over[i]);
    return store_commit(holds->store, 0);
}

/* Meters whose hold an act has ended, or whose time was up. */
static void holds_forget(struct holds *holds, const struct hold *hold, size_t count, int64_t wall_ms)
{
    for (size_t i = 0; i < holds->site->config->meters; i++) {
        bool stands = false;
        for (size_t h = 0; h < count; h++)
            stands |= hold[h].act == holds->held[i].act;
        if (holds->held[i].act && !stands)
            hold_forget(holds, i, wall_ms);
    }
}

bool holds_tick(struct holds *holds, struct clock_now now)
{
    struct hold hold[HOLDS_MAX], over[HOLDS_MAX];
    size_t ended = 0, standing = 0;
    if (!holds->stands && !holds->changed)
        return true;
    db_clear(holds->store->db);
    const size_t count = store_holds(holds->store->db, hold, HOLDS_MAX);
    if (db_fault(holds->store->db) != DB_OK)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (hold_look(holds, &hold[i], now))
            over[ended++] = hold[i];
        else
            hold[standing++] = hold[i];
    }
    if (!holds_end(holds, over, ended))
        return false;
    holds_forget(holds, hold, standing, now.wall_ms);
    holds->stands = standing > 0;
    holds->changed = false;
    return true;
}
