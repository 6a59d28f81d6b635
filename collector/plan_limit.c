/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/plan_limit.h"

#include <stdio.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/pace.h"

/* --- pure --- */

struct plan_capacity plan_capacity(const struct county_mine *mine, civil_month month)
{
    struct plan_capacity capacity = {0};
    for (civil_month m = month - month % 12; mine && m < month - month % 12 + 12; m++) {
        int64_t kg;
        if (!county_capacity(mine, month_days(m).to - 1, &kg))
            continue;
        capacity.month = m == month ? kg : capacity.month;
        capacity.year = kg > capacity.year ? kg : capacity.year;
    }
    return capacity;
}

struct plan_excess plan_judge(int64_t of_month, int64_t of_year, struct plan_capacity capacity, civil_month month)
{
    const int64_t line = pace_scaled(capacity.month, PACE_MONTH_PERMILLE, 1000);
    if (capacity.month > 0 && of_month > line)
        return (struct plan_excess){PLAN_OVER_MONTH, month_days(month), of_month, line, capacity.month};
    if (capacity.year > 0 && of_year > capacity.year)
        return (struct plan_excess){PLAN_OVER_YEAR, year_days(month / 12), of_year, capacity.year, capacity.year};
    const bool known = capacity.year > 0 && (of_month == 0 || capacity.month > 0);
    return (struct plan_excess){.line = known ? PLAN_WITHIN : PLAN_UNKNOWN};
}

/* --- among the plans of the ledger --- */

/* Plans of the same kind that begin in those days, but for the one that the entry takes the place of. */
static int64_t others_of(struct db *db, int64_t mine, const struct entry *entry, struct period days)
{
    static const char sql[] =
        "SELECT sum(value) FROM entry AS plan WHERE item = 'plan' AND subject = 'raw_coal' AND mine = ? AND kind = ?"
        " AND from_day >= ? AND from_day < ? AND NOT (from_day = ? AND to_day = ? AND shift = ?)"
        " AND version = (SELECT max(version) FROM entry WHERE item = plan.item AND mine = plan.mine"
        " AND subject = plan.subject AND kind = plan.kind AND from_day = plan.from_day AND to_day = plan.to_day"
        " AND shift = plan.shift AND from_ms = plan.from_ms AND to_ms = plan.to_ms)";
    const int64_t values[] = {mine,
                              entry->period.kind,
                              days.from,
                              days.to,
                              entry->period.days.from,
                              entry->period.days.to,
                              entry->period.shift};
    return db ? db_value(db, sql, sizeof values / sizeof *values, values) : 0;
}

struct plan_excess plan_check(struct db *db, int64_t mine, const struct entry *entry, const struct county_mine *of)
{
    if (strcmp(entry->item.name, "plan") != 0 || strcmp(entry->subject, "raw_coal") != 0)
        return (struct plan_excess){0};
    const civil_month month = month_of(entry->period.days.from);
    const int64_t of_year =
        amount_add(entry->value, others_of(db, mine, entry, year_days(year_of(entry->period.days.from))));
    const int64_t of_month = entry->period.kind == PERIOD_KIND_YEAR
                                 ? 0
                                 : amount_add(entry->value, others_of(db, mine, entry, month_days(month)));
    return plan_judge(of_month, of_year, plan_capacity(of, month), month);
}

void plan_excess_say(const struct plan_excess *excess, enum language language, char *text, size_t size)
{
    const bool month = excess->line == PLAN_OVER_MONTH;
    char date[DATE_TEXT_BYTES], planned[AMOUNT_TEXT_MAX], limit[AMOUNT_TEXT_MAX], capacity[AMOUNT_TEXT_MAX];
    civil_format(excess->days.from, date);
    date[month ? 7 : 4] = '\0';
    amount_exact(excess->planned, planned);
    amount_exact(excess->limit, limit);
    amount_exact(excess->capacity, capacity);
    snprintf(text, size,
             month ? say(language, "the plans of %s come to %s t, above %s t: a tenth of the approved capacity, "
                                   "%s t a year")
                   : say(language, "the plans of %s come to %s t, above %s t: the approved capacity, %s t a year"),
             date, planned, limit, capacity);
}
