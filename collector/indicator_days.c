/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of what mines report on days on which the roster says something of them: utilisation, output of
 * stopped mines. */
#include <stdio.h>

#include "collector/amount.h"
#include "collector/indicator_parts.h"

/* Walks the stretches of the year up to the day in which no fact of the mine changes. */
struct stretch_walk {
    struct period days, now;
};

static bool stretch_next(const struct county_mine *mine, struct stretch_walk *walk)
{
    walk->now.from = walk->now.to;
    if (walk->now.from >= walk->days.to)
        return false;
    walk->now.to = county_change(mine, walk->now.from, walk->days.to);
    return true;
}

static struct stretch_walk stretches_of(const struct finding *finding)
{
    const struct period days = finding_days(finding);
    return (struct stretch_walk){days, {days.from, days.from}};
}

/* Of the year's days those that are over: a day that still runs has its whole capacity, and a part of its output. */
static struct stretch_walk whole_stretches_of(const struct finding *finding)
{
    struct stretch_walk walk = stretches_of(finding);
    if (finding->context->as_of_ms < civil_instant(walk.days.to, 0))
        walk.days.to--;
    return walk;
}

/* amount * days, held at the end of int64. */
static int64_t times_days(int64_t amount, int64_t days)
{
    int64_t product;
    return __builtin_mul_overflow(amount, days, &product) ? INT64_MAX : product;
}

/* top: reported x the days of the year; bottom: capacity x the days that count. */
static void utilisation_add(struct finding *finding, const struct side_mine *mine, int64_t year)
{
    struct stretch_walk walk = whole_stretches_of(finding);
    struct figure figure = {0};
    int64_t capacity_days = 0;
    while (mine->county && stretch_next(mine->county, &walk)) {
        int64_t capacity;
        if (!part_meets(finding, finding->find->among, mine->county, walk.now.from, NULL, 0) ||
            !county_capacity(mine->county, walk.now.from, &capacity))
            continue;
        capacity_days = amount_add(capacity_days, times_days(capacity, walk.now.to - walk.now.from));
        mine_reported(finding, mine, finding->find->quantity, finding->find->quantities, walk.now, &figure);
    }
    if (!capacity_days && mine->ledger < 0)
        return;
    struct indicator_part *part = part_add(finding, mine, "");
    const enum language language = finding->context->language;
    part->counts = part->among = figure.any && capacity_days > 0;
    part->amount = figure.reported;
    part->of = capacity_days / year;
    snprintf(part->why, sizeof part->why, "%s",
             say(language, part->counts    ? N_("reported, of the capacity of the days so far")
                           : capacity_days ? N_("nothing was reported")
                                           : N_("no capacity of days on which it counts is known")));
    if (!part->counts)
        return;
    finding->value->top = amount_add(finding->value->top, times_days(figure.reported, year));
    finding->value->bottom = amount_add(finding->value->bottom, capacity_days);
}

void find_utilisation(struct finding *finding)
{
    const struct period year = year_days(year_of(finding->context->day));
    struct side_walk walk = {0};
    finding->value->bottom = 0;
    while (side_next(finding, &walk))
        utilisation_add(finding, &walk.mine, year.to - year.from);
    finding->value->times = 100;
    finding->value->has = finding->value->bottom > 0;
    finding->value->origin = ORIGIN_DERIVED;
}

/* --- reported while criteria were met --- */

void find_output_while(struct finding *finding)
{
    const enum language language = finding->context->language;
    struct side_walk walk = {0};
    while (side_next(finding, &walk)) {
        struct stretch_walk stretch = stretches_of(finding);
        struct figure figure = {0};
        bool met = false;
        while (walk.mine.county && stretch_next(walk.mine.county, &stretch))
            if (part_meets(finding, finding->find->that, walk.mine.county, stretch.now.from, NULL, 0)) {
                met = true;
                mine_reported(finding, &walk.mine, finding->find->quantity, finding->find->quantities, stretch.now,
                              &figure);
            }
        if (!met)
            continue;
        struct indicator_part *part = part_add(finding, &walk.mine, "");
        part->counts = figure.reported > 0;
        part->amount = figure.reported;
        snprintf(part->why, sizeof part->why, "%s",
                 say(language, part->counts ? N_("reported while it was so") : N_("reported nothing while it was so")));
        finding->value->top += part->counts;
    }
    finding->value->has = finding->value->top > 0 || side_produces(finding);
    finding->value->origin = ORIGIN_DERIVED;
}
