/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of mines by what the roster says of them: shares of capacity, room, counts. */
#include <stdio.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/criteria.h"
#include "collector/display.h"
#include "collector/indicator_parts.h"

/* --- one mine against criteria --- */

bool part_meets(const struct finding *finding, const struct criteria *criteria, const struct county_mine *mine,
                civil_day day, char *why, size_t size)
{
    struct text words = {0};
    const bool met = !criteria || criteria_met(criteria, mine, day, finding->context->language, &words);
    if (why)
        snprintf(why, size, "%s", words.at ? words.at : "");
    text_free(&words);
    return met;
}

/* Facts of a mine whose sources are to be named. */
struct sourced {
    const struct county_fact *fact[FACT_KINDS + 1];
    size_t facts;
};

static void sourced_add(struct sourced *of, const struct county_fact *fact)
{
    if (fact)
        of->fact[of->facts++] = fact;
}

/* Each source once: alone where all have the same, else after what it is the source of. */
static void sources_show(const struct sourced *of, enum language language, struct text *sources)
{
    bool told[FACT_KINDS + 1] = {false}, same = true;
    for (size_t i = 1; i < of->facts; i++)
        same = same && strcmp(of->fact[i]->source, of->fact[0]->source) == 0;
    for (size_t i = 0; i < of->facts; i++) {
        if (told[i])
            continue;
        text_add(sources, i ? say(language, "; ") : "");
        for (size_t j = i; !same && j < of->facts; j++)
            if (strcmp(of->fact[j]->source, of->fact[i]->source) == 0)
                text_format(sources, "%s%s", j > i ? say(language, ", ") : "",
                            say(language, fact_info(of->fact[j]->kind)->title));
        for (size_t j = i; j < of->facts; j++)
            told[j] |= strcmp(of->fact[j]->source, of->fact[i]->source) == 0;
        text_format(sources, "%s%s", same ? "" : say(language, ": "), of->fact[i]->source);
        if (same)
            return;
    }
}

/* Where what decided of a mine is said: its capacity (with_capacity), and the facts that the criteria went by. */
static void sources_take(const struct finding *finding, const struct county_mine *mine, bool with_capacity,
                         struct indicator_part *part)
{
    const struct indicator_find *find = finding->find;
    const civil_day day = finding->context->roster_day;
    const struct county_fact *approved = county_fact(mine, FACT_APPROVED, day);
    struct sourced of = {.facts = 0};
    struct text sources = {0};
    if (with_capacity)
        sourced_add(&of, approved ? approved : county_fact(mine, FACT_DESIGNED, day));
    for (int kind = FACT_SAFETY; kind < FACT_KINDS; kind++)
        if ((find->that && criteria_decided(find->that, mine, day, (enum fact_kind)kind)) ||
            (find->among && criteria_decided(find->among, mine, day, (enum fact_kind)kind)))
            sourced_add(&of, county_fact(mine, (enum fact_kind)kind, day));
    sources_show(&of, finding->context->language, &sources);
    text_clean(sources.at ? sources.at : "", part->source, sizeof part->source);
    text_free(&sources);
}

/* --- shares of capacity --- */

/* Each mine once, whatever of the criteria it meets. */
static void share_add(struct finding *finding, const struct side_mine *mine)
{
    const civil_day day = finding->context->roster_day;
    const enum language language = finding->context->language;
    struct indicator_value *value = finding->value;
    struct indicator_part *part = part_add(finding, mine, "");
    struct figure figure = {0};
    char among[256] = "";
    int64_t capacity = 0;
    const bool known = mine->county && county_capacity(mine->county, day, &capacity);
    if (!mine->county) {
        snprintf(part->why, sizeof part->why, "%s", say(language, "not in the roster"));
        return;
    }
    part->among = part_meets(finding, finding->find->among, mine->county, day, among, sizeof among);
    part->amount = part->of = capacity;
    sources_take(finding, mine->county, true, part);
    if (!part->among || !known) {
        snprintf(part->why, sizeof part->why, "%s", part->among ? say(language, "capacity not known") : among);
        part->among = false;
        return;
    }
    part->counts = part_meets(finding, finding->find->that, mine->county, day, part->why, sizeof part->why);
    mine_reported(finding, mine, finding->find->quantity, finding->find->quantities, finding_days(finding), &figure);
    part->output = figure.reported;
    value->bottom = amount_add(value->bottom, capacity);
    value->output_bottom = amount_add(value->output_bottom, figure.reported);
    if (!part->counts)
        return;
    value->top = amount_add(value->top, capacity);
    value->output_top = amount_add(value->output_top, figure.reported);
}

void find_capacity_share(struct finding *finding)
{
    struct side_walk walk = {0};
    finding->value->bottom = 0;
    while (side_next(finding, &walk))
        share_add(finding, &walk.mine);
    finding->value->times = 100;
    finding->value->has = finding->value->bottom > 0;
    finding->value->origin = ORIGIN_ROSTER;
}

/* The part of a mine with what it has of capacity where it meets `that`; NULL: it has none, and `why` says so. */
static struct indicator_part *capacity_part(struct finding *finding, const struct side_mine *mine, int64_t *capacity)
{
    const civil_day day = finding->context->roster_day;
    struct indicator_part *part = part_add(finding, mine, "");
    if (!mine->county || !county_capacity(mine->county, day, capacity)) {
        snprintf(part->why, sizeof part->why, "%s",
                 say(finding->context->language, mine->county ? N_("capacity not known") : N_("not in the roster")));
        return NULL;
    }
    sources_take(finding, mine->county, true, part);
    part->amount = *capacity;
    part->counts = part_meets(finding, finding->find->that, mine->county, day, part->why, sizeof part->why);
    return part->counts ? part : NULL;
}

void find_capacity(struct finding *finding)
{
    struct side_walk walk = {0};
    int64_t capacity;
    while (side_next(finding, &walk))
        if (capacity_part(finding, &walk.mine, &capacity)) {
            finding->value->top = amount_add(finding->value->top, capacity);
            finding->value->has = true;
        }
    finding->value->bottom = 1000 * finding->find->size;
    finding->value->origin = ORIGIN_ROSTER;
}

/* Of each mine capacity less reported: below 0 where it has more; a mine's excess is not another's room, but the
 * sum says what the county has left of what is approved. */
void find_room(struct finding *finding)
{
    const struct indicator *of = indicator_named(finding->context->indicators, finding->find->of);
    struct side_walk walk = {0};
    int64_t capacity;
    while (of && side_next(finding, &walk)) {
        struct indicator_part *part = capacity_part(finding, &walk.mine, &capacity);
        struct figure figure = {0};
        if (!part)
            continue;
        mine_reported(finding, &walk.mine, of->find.quantity, of->find.quantities, finding_days(finding), &figure);
        part->amount = amount_less(capacity, figure.reported);
        part->of = capacity;
        finding->value->top = amount_add(finding->value->top, part->amount);
        finding->value->whole = amount_add(finding->value->whole, capacity);
        finding->value->has = true;
    }
    finding->value->bottom = 1000 * finding->find->size;
    finding->value->origin = ORIGIN_ROSTER;
}

/* --- counts of mines --- */

/* The first day up to `day` on which the criteria were met; false: none. */
static bool ever_met(const struct finding *finding, const struct county_mine *mine, civil_day day, civil_day *first)
{
    for (civil_day at = county_change(mine, INT32_MIN, day);; at = county_change(mine, at, day)) {
        if (part_meets(finding, finding->find->that, mine, at, NULL, 0)) {
            *first = at;
            return true;
        }
        if (at >= day)
            return false;
    }
}

static void mine_count(struct finding *finding, const struct side_mine *mine)
{
    const civil_day day = finding->context->roster_day;
    const enum language language = finding->context->language;
    struct indicator_part *part = part_add(finding, mine, "");
    civil_day first = day;
    char date[DATE_TEXT_BYTES];
    if (!mine->county) {
        snprintf(part->why, sizeof part->why, "%s", say(language, "not in the roster"));
        return;
    }
    part->amount = 1;
    sources_take(finding, mine->county, false, part);
    part->counts = part_meets(finding, finding->find->that, mine->county, day, part->why, sizeof part->why);
    if (!part->counts && finding->find->so_far && ever_met(finding, mine->county, day, &first)) {
        civil_format(first, date);
        snprintf(part->why, sizeof part->why, say(language, "met on %s: counted from then on"), date);
        part->counts = true;
    }
    finding->value->top += part->counts;
}

void find_mines(struct finding *finding)
{
    struct side_walk walk = {0};
    while (side_next(finding, &walk))
        mine_count(finding, &walk.mine);
    finding->value->has = finding->value->top > 0 || side_produces(finding);
    finding->value->origin = ORIGIN_ROSTER;
}
