/* SPDX-License-Identifier: Apache-2.0 */
/* What a mine plans to report. */

#include "collector/amount.h"
#include "collector/store_report.h"

/* What the plans within a period come to, as far as they make it up without a gap from its begin. */
struct planning {
    struct period days;
    civil_day planned_to;
    int64_t sum;
    const struct addition *around; /* the shortest plan that holds all of it */
};

static civil_day length_of(const struct addition *plan)
{
    return plan->days.to - plan->days.from;
}

/* Plans come the earliest first, of one beginning the longest. */
static void plan_add(struct planning *planning, const struct addition *plan)
{
    const struct period days = planning->days;
    const bool holds = plan->days.from <= days.from && plan->days.to >= days.to;
    if (holds && (!planning->around || length_of(plan) <= length_of(planning->around)))
        planning->around = plan;
    if (plan->days.from != planning->planned_to || plan->days.to > days.to)
        return;
    planning->sum = amount_add(planning->sum, plan->amount);
    planning->planned_to = plan->days.to;
}

bool report_plan(struct report *report, size_t mine, const char *quantity, struct period days, int64_t *plan)
{
    struct planning planning = {.days = days, .planned_to = days.from};
    for (int year = year_of(days.from); year <= year_of(days.to - 1); year++) {
        const struct addition *addition = NULL;
        const size_t count = plans_of(&report->additions, mine, quantity, year_days(year), &addition);
        for (size_t i = 0; i < count; i++)
            if (addition[i].shift < 0)
                plan_add(&planning, &addition[i]);
    }
    if (planning.planned_to == days.to)
        *plan = planning.sum;
    else if (planning.around)
        *plan = (int64_t)((__int128)planning.around->amount * (days.to - days.from) / length_of(planning.around));
    return planning.planned_to == days.to || planning.around;
}
