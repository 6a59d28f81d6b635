/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/indicator_value.h"

#include <stdio.h>
#include <stdlib.h>

#include "collector/indicator_parts.h"

/* --- mines of the side --- */

static bool of_side(const struct county_mine *mine, bool simulated)
{
    return mine && mine->simulated == simulated;
}

/* The ledger's first, then those that only the roster has. */
bool side_next(const struct finding *finding, struct side_walk *walk)
{
    const struct indicator_context *context = finding->context;
    const struct roster *roster = context->report->roster;
    const bool chinese = context->language == LANGUAGE_ZH;
    for (; walk->next < roster->mines; walk->next++) {
        const struct roster_mine *mine = &roster->mine[walk->next];
        const struct county_mine *county = county_mine(context->county, mine->name);
        if (mine->simulated != context->simulated)
            continue;
        walk->mine = (struct side_mine){mine->name, chinese && *mine->title_zh ? mine->title_zh : mine->name,
                                        (int)walk->next++, of_side(county, context->simulated) ? county : NULL};
        return true;
    }
    for (; context->county && walk->next - roster->mines < context->county->mines; walk->next++) {
        const struct county_mine *mine = &context->county->mine[walk->next - roster->mines];
        if (!of_side(mine, context->simulated) || roster_mine(roster, mine->name) >= 0)
            continue;
        const char *title = chinese ? mine->title_zh : mine->title_en;
        walk->mine = (struct side_mine){mine->name, *title ? title : mine->name, -1, mine};
        walk->next++;
        return true;
    }
    return false;
}

bool side_produces(const struct finding *finding)
{
    struct side_walk walk = {0};
    while (side_next(finding, &walk))
        if (county_state(walk.mine.county, finding->context->roster_day, MINE_PRODUCING))
            return true;
    return false;
}

struct indicator_part *part_add(struct finding *finding, const struct side_mine *mine, const char *suffix)
{
    finding->value->parts.size = sizeof(struct indicator_part);
    struct indicator_part *part = list_add(&finding->value->parts);
    finding->failed |= !part;
    part = part ? part : &finding->spare;
    snprintf(part->mine, sizeof part->mine, "%s", mine->name);
    snprintf(part->title, sizeof part->title, "%s%s%s", mine->title, *suffix ? " " : "", suffix);
    return part;
}

struct period finding_days(const struct finding *finding)
{
    return (struct period){year_days(year_of(finding->context->day)).from, finding->context->day + 1};
}

void mine_reported(const struct finding *finding, const struct side_mine *mine, const char names[][32], size_t count,
                   struct period days, struct figure *figure)
{
    for (size_t q = 0; mine->ledger >= 0 && q < count; q++)
        report_mine_sum(finding->context->report, (size_t)mine->ledger, names[q], days, figure);
}

civil_day county_change(const struct county_mine *mine, civil_day day, civil_day end)
{
    for (size_t i = 0; i < mine->facts; i++) {
        const struct county_fact *fact = &mine->fact[i];
        end = fact->from > day && fact->from < end ? fact->from : end;
        end = fact->to > day && fact->to < end ? fact->to : end;
    }
    return end;
}

/* --- the whole --- */

static void find_stated(struct finding *finding)
{
    (void)finding; /* the texts are not asked here: indicator_said */
}

bool indicator_evaluate(const struct indicator *indicator, const struct indicator_context *context,
                        struct indicator_value *out)
{
    static void (*const kinds[FIND_KINDS])(struct finding *) = {
        [FIND_STATED] = find_stated,
        [FIND_SUM] = find_sum,
        [FIND_RATIO] = find_ratio,
        [FIND_CAPACITY_SHARE] = find_capacity_share,
        [FIND_CAPACITY] = find_capacity,
        [FIND_ROOM] = find_room,
        [FIND_MINES] = find_mines,
        [FIND_FACES] = find_faces,
        [FIND_METHOD_110] = find_method_110,
        [FIND_PRICED] = find_priced,
        [FIND_GROWTH] = find_growth,
        [FIND_UTILISATION] = find_utilisation,
        [FIND_MILESTONES] = find_milestones,
        [FIND_FIGURE] = find_figure,
        [FIND_OUTPUT_WHILE] = find_output_while,
        [FIND_READ] = find_read,
    };
    struct finding finding = {.indicator = indicator, .find = &indicator->find, .context = context, .value = out};
    *out = (struct indicator_value){.bottom = 1, .times = 1};
    kinds[indicator->find.kind](&finding);
    out->has = out->has && out->bottom > 0;
    out->origin = out->has ? out->origin : ORIGIN_NONE;
    return !finding.failed && db_fault(context->report->db) == DB_OK;
}

void indicator_value_free(struct indicator_value *value)
{
    free(value->parts.at);
    value->parts = (struct list){0};
}

bool indicator_value_floor(const struct indicator_value *value, int places, struct decimal *out)
{
    __int128 exact;
    if (!value->has || value->bottom <= 0 ||
        __builtin_mul_overflow((__int128)value->top * value->times, (__int128)decimal_power(places), &exact))
        return false;
    const __int128 floor = exact / value->bottom - (exact % value->bottom < 0);
    if (floor < INT64_MIN || floor > INT64_MAX)
        return false;
    *out = (struct decimal){(int64_t)floor, places};
    return true;
}

int indicator_value_compare(const struct indicator_value *value, struct decimal target)
{
    /* floor(value * 10^places) against the digits; the rest decides between equal ones. */
    const __int128 left = (__int128)value->top * value->times, power = decimal_power(target.places);
    const __int128 bottom = value->bottom;
    __int128 whole = left / bottom, rest = left % bottom;
    if (rest < 0) {
        rest += bottom;
        whole--;
    }
    const __int128 scaled = rest * power; /* rest < 2^63, power <= 10^12 */
    __int128 digits;
    if (__builtin_mul_overflow(whole, power, &digits))
        return whole < 0 ? -1 : 1;
    digits += scaled / bottom;
    if (digits != target.digits)
        return digits < target.digits ? -1 : 1;
    return scaled % bottom != 0;
}

struct indicator_value indicator_value_output(const struct indicator_value *value)
{
    return (struct indicator_value){.has = value->output_bottom > 0,
                                    .origin = ORIGIN_METERED,
                                    .top = value->output_top,
                                    .bottom = value->output_bottom > 0 ? value->output_bottom : 1,
                                    .times = value->times};
}
