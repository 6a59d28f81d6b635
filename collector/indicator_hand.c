/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of what people say: milestones and figures; and of which meters are read. */
#include <stdio.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/indicator_parts.h"

/* What was entered of a mine under that name, one after another; start with NULL. */
static const struct hand_entry *hand_next(const struct finding *finding, enum hand_item item, int ledger,
                                          const char *name, const struct hand_entry *after)
{
    const struct hand_book *book = finding->context->hand;
    for (size_t i = after ? (size_t)(after - book->entry) + 1 : 0; book && i < book->count; i++) {
        const struct hand_entry *entry = &book->entry[i];
        if (entry->item == item && (int)entry->mine == ledger && strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

/* --- milestones --- */

/* A milestone that was entered is reached on its date, unless its words take that back. */
static bool is_open(const char *words)
{
    static const char *const open[] = {"planned", "not reached", "计划", "未达成", "未完成"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (strcmp(words, open[i]) == 0)
            return true;
    return false;
}

/* The last word of people on a mine's step, up to the day; where all are of later ones, the first. */
static const struct hand_entry *step_entered(const struct finding *finding, int ledger, const char *name)
{
    const struct hand_entry *last = NULL;
    for (const struct hand_entry *at = NULL; (at = hand_next(finding, HAND_MILESTONE, ledger, name, at));)
        last = at->from <= finding->context->roster_day || !last ? at : last;
    return last;
}

static void step_by_hand(struct finding *finding, struct indicator_part *part, const struct hand_entry *entry)
{
    char date[DATE_TEXT_BYTES];
    civil_format(entry->from, date);
    part->counts = entry->from <= finding->context->roster_day && !is_open(entry->words);
    snprintf(part->why, sizeof part->why, say(finding->context->language, "entered by hand: %s, %s"), entry->words,
             date);
    snprintf(part->source, sizeof part->source, "%s", entry->source);
    finding->value->origin = ORIGIN_BY_HAND;
}

static void step_by_roster(struct finding *finding, struct indicator_part *part, const struct county_project *project)
{
    const enum language language = finding->context->language;
    char date[DATE_TEXT_BYTES];
    civil_format(project->on, date);
    part->counts = county_project_reached(project, finding->context->roster_day);
    snprintf(part->why, sizeof part->why,
             part->counts ? say(language, "%s: reached %s") : say(language, "%s: to be reached %s"),
             say(language, project->step), project->on == COUNTY_OPEN ? project->year : date);
    snprintf(part->source, sizeof part->source, "%s", project->source);
}

static void step_count(struct finding *finding, struct indicator_part *part)
{
    part->amount = 1;
    finding->value->top += part->counts;
    finding->value->planned++;
}

/* The roster's projects of one name; one that it has not reached may have been entered since. */
static void steps_add(struct finding *finding, const struct side_mine *mine, const char *name)
{
    const struct hand_entry *entry = mine->ledger >= 0 ? step_entered(finding, mine->ledger, name) : NULL;
    bool known = false;
    for (size_t i = 0; mine->county && i < mine->county->projects; i++) {
        const struct county_project *project = &mine->county->project[i];
        if (strcmp(project->indicator, name) != 0)
            continue;
        struct indicator_part *part = part_add(finding, mine, "");
        step_by_roster(finding, part, project);
        if (!part->counts && entry)
            step_by_hand(finding, part, entry);
        step_count(finding, part);
        known = true;
    }
    if (!entry || known)
        return;
    struct indicator_part *part = part_add(finding, mine, "");
    step_by_hand(finding, part, entry);
    step_count(finding, part);
}

void find_milestones(struct finding *finding)
{
    struct side_walk walk = {0};
    finding->value->origin = ORIGIN_ROSTER;
    while (side_next(finding, &walk)) {
        for (size_t i = 0; i < finding->find->steps; i++)
            steps_add(finding, &walk.mine, finding->find->step[i]);
        if (finding->find->steps == 0)
            steps_add(finding, &walk.mine, finding->indicator->id);
    }
    finding->value->has = finding->value->planned > 0;
}

/* --- figures --- */

/* Of each mine the last one whose period has begun. */
void find_figure(struct finding *finding)
{
    struct side_walk walk = {0};
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    while (side_next(finding, &walk)) {
        const struct hand_entry *last = NULL;
        for (const struct hand_entry *at = NULL;
             walk.mine.ledger >= 0 &&
             (at = hand_next(finding, HAND_FIGURE, walk.mine.ledger, finding->indicator->id, at));)
            last = at->from <= finding->context->day && (!last || at->to >= last->to) ? at : last;
        if (!last)
            continue;
        struct indicator_part *part = part_add(finding, &walk.mine, "");
        civil_format(last->from, from);
        civil_format(last->to - 1, to);
        part->counts = true;
        part->amount = last->value;
        snprintf(part->why, sizeof part->why, say(finding->context->language, "entered by hand for %s to %s"), from,
                 to);
        snprintf(part->source, sizeof part->source, "%s", last->source);
        finding->value->top = amount_add(finding->value->top, last->value);
        finding->value->has = true;
    }
    finding->value->bottom = 1000;
    finding->value->by_people = finding->value->top;
    finding->value->origin = ORIGIN_BY_HAND;
}

/* --- meters that are read --- */

void find_read(struct finding *finding)
{
    enum { LATE_MS = 120000 };
    const struct indicator_context *context = finding->context;
    const struct roster *roster = context->report->roster;
    struct side_walk walk = {0};
    finding->value->bottom = 0;
    while (side_next(finding, &walk)) {
        struct indicator_part sum = {0};
        for (size_t i = 0; i < roster->meters; i++)
            if ((int)roster->meter[i].mine == walk.mine.ledger && roster->meter[i].active) {
                sum.of++;
                sum.amount += report_last_ms(context->report, i) >= context->as_of_ms - LATE_MS;
            }
        if (!sum.of)
            continue;
        struct indicator_part *part = part_add(finding, &walk.mine, "");
        part->counts = part->among = true;
        part->amount = sum.amount;
        part->of = sum.of;
        snprintf(part->why, sizeof part->why, say(context->language, "%d of %d meters were read at the end"),
                 (int)sum.amount, (int)sum.of);
        finding->value->top += sum.amount;
        finding->value->bottom += sum.of;
    }
    finding->value->times = 100;
    finding->value->has = finding->value->bottom > 0;
    finding->value->origin = ORIGIN_METERED;
}
