/* SPDX-License-Identifier: Apache-2.0 */
/* What no meter gives, entered by hand. A second entry of the same is a new version; the
 * old ones stay. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/entry.h"
#include "collector/plan_limit.h"

static bool judge_shift(struct act_context *context, const struct calendar *calendar, const struct entry *entry)
{
    const struct calendar_rule *rule = calendar_rule_of(calendar, entry->period.days.from);
    if (entry->period.shift < rule->shifts)
        return true;
    return act_refuse(context, "--period: that day has %d shifts", rule->shifts);
}

/* Output of a period that has not begun can only be a slip. */
static bool judge_time(struct act_context *context, const struct entry *entry)
{
    if (entry->item.ahead || entry->period.days.from <= civil_of_instant(context->now_ms) + 1)
        return true;
    return act_refuse(context, "--period: it has not begun yet");
}

static struct calendar_span span_of(const struct calendar *calendar, const struct entry *entry)
{
    if (entry->period.shift >= 0)
        return calendar_shift(calendar, entry->period.days.from, entry->period.shift);
    return (struct calendar_span){calendar_day(calendar, entry->period.days.from).from_ms,
                                  calendar_day(calendar, entry->period.days.to - 1).to_ms};
}

static bool same_output(const char *item, const char *quantity)
{
    return strcmp(item, quantity) == 0 || (strcmp(item, "raw_coal") == 0 && strcmp(quantity, "rom_coal") == 0);
}

/* The main meter that has counted the same in that time; NULL: none. */
static const struct roster_meter *metered_by(const struct act_context *context, int mine,
                                             const struct calendar *calendar, const struct entry *entry)
{
    const struct calendar_span span = span_of(calendar, entry);
    for (size_t i = 0; i < context->roster->meters; i++) {
        const struct roster_meter *meter = &context->roster->meter[i];
        if (meter->mine != (size_t)mine || !meter->main || !same_output(entry->item.name, meter->quantity))
            continue;
        const int64_t values[] = {span.from_ms, span.to_ms, meter->id};
        static const char counted[] =
            "SELECT EXISTS(SELECT 1 FROM tally WHERE bucket_ms >= ? AND bucket_ms < ? AND meter = ?)";
        if (db_value(context->db, counted, 3, values))
            return meter;
    }
    return NULL;
}

static bool judge_metered(struct act_context *context, int mine, const struct calendar *calendar,
                          const struct entry *entry)
{
    const struct roster_meter *meter =
        quantity_find(entry->item.name) ? metered_by(context, mine, calendar, entry) : NULL;
    if (!meter)
        return true;
    return act_refuse(context, "meter %s has counted %s in that time; to correct it use adjust", meter->name,
                      say(context->language, entry->item.title));
}

static bool judge(struct act_context *context, int mine, const struct entry *entry)
{
    /* The mine's calendar of that quantity; one that has none counts from midnight to midnight. */
    struct calendar own;
    const bool has = calendar_select(&context->roster->mine[mine].calendar, entry->item.name, &own);
    const struct calendar *calendar = has ? &own : calendar_civil();
    const bool good = judge_time(context, entry) && judge_shift(context, calendar, entry) &&
                      judge_metered(context, mine, calendar, entry);
    free(own.rule);
    return good;
}

/* The newest version of the same; 0: none. */
static int64_t version_of(const struct act_context *context, int64_t mine, const struct entry *entry)
{
    struct db_query *query = db_query(
        context->db, "SELECT ifnull(max(version), 0) FROM entry WHERE from_day = ? AND mine = ? AND item = ? AND"
                     " subject = ? AND kind = ? AND to_day = ? AND shift = ? AND from_ms = ? AND to_ms = ?");
    db_bind_int(query, entry->period.days.from);
    db_bind_int(query, mine);
    db_bind_text(query, entry->item.name);
    db_bind_text(query, entry->subject);
    db_bind_int(query, entry->period.kind);
    db_bind_int(query, entry->period.days.to);
    db_bind_int(query, entry->period.shift);
    db_bind_int(query, entry->from_ms);
    db_bind_int(query, entry->to_ms);
    const int64_t version = db_next(query) ? db_int(query, 0) : 0;
    db_done(query);
    return version;
}

static void entry_write(struct act_context *context, int64_t mine, const struct entry *entry, int64_t version)
{
    struct db_query *query =
        db_query(context->db, "INSERT INTO entry(mine, item, subject, kind, from_day, to_day, shift, from_ms, to_ms,"
                              " version, value, unit, text, source, act, rev)"
                              " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(query, mine);
    db_bind_text(query, entry->item.name);
    db_bind_text(query, entry->subject);
    db_bind_int(query, entry->period.kind);
    db_bind_int(query, entry->period.days.from);
    db_bind_int(query, entry->period.days.to);
    db_bind_int(query, entry->period.shift);
    db_bind_int(query, entry->from_ms);
    db_bind_int(query, entry->to_ms);
    db_bind_int(query, version);
    if (entry->item.value == ITEM_AMOUNT)
        db_bind_int(query, entry->value);
    else
        db_bind_null(query);
    db_bind_text(query, entry->unit);
    db_bind_text(query, entry->words);
    db_bind_text(query, entry->source);
    db_bind_int(query, context->act);
    db_bind_int(query, act_rev(context));
    db_next(query);
}

/* --- plans --- */

/* A roster that cannot be read is no reason to compare with none: NULL after refusing. */
static struct county *roster_open(struct act_context *context)
{
    struct faults *faults = faults_new();
    struct county *county = faults ? county_open(&context->config->county, faults) : NULL;
    faults_free(faults);
    if (!county)
        act_refuse(context, "the county's roster cannot be read: coaltally check tells why");
    return county;
}

/* A plan above the approved capacity is a hazard in itself: refused, unless somebody says why it stands. What is to
 * be told of it goes to `note`. */
static bool judge_plan(struct act_context *context, const struct act *act, const struct roster_mine *mine,
                       const struct entry *entry, char *note, size_t size)
{
    const char *despite = act_value(act, "despite");
    char why[256];
    *note = '\0';
    struct county *county = context->config && strcmp(entry->item.name, "plan") == 0 ? roster_open(context) : NULL;
    if (context->config && strcmp(entry->item.name, "plan") == 0 && !county)
        return false;
    const struct plan_excess excess = plan_check(context->db, mine->id, entry, county_mine(county, mine->name));
    county_free(county);
    const bool over = excess.line == PLAN_OVER_MONTH || excess.line == PLAN_OVER_YEAR;
    plan_excess_say(&excess, context->language, why, sizeof why);
    if (over && !despite)
        return act_refuse(context, PLAN_REFUSED, why);
    if (!over && despite)
        return act_refuse(context, PLAN_NOT_OVER);
    if (over)
        snprintf(note, size, say(context->language, "; ABOVE CAPACITY: %s"), why);
    else if (excess.line == PLAN_UNKNOWN)
        snprintf(note, size, "%s",
                 say(context->language, "; the roster knows no capacity of the mine: not compared with one"));
    return true;
}

static bool answer(struct act_context *context, const char *mine, const struct entry *entry, int64_t version,
                   const char *note)
{
    char period[48], value[ENTRY_WORDS_BYTES];
    entry_period(entry, period);
    if (entry->item.value == ITEM_AMOUNT) {
        char amount[AMOUNT_TEXT_MAX];
        amount_exact(entry->value, amount);
        snprintf(value, sizeof value, "%s %s", amount, entry->unit);
    } else {
        memcpy(value, entry->words, sizeof value);
    }
    return act_done(context, "%s %s%s%s %s: %s, by hand, version %" PRId64 "%s", mine,
                    say(context->language, entry->item.title), *entry->subject ? " " : "", entry->subject, period,
                    value, version, note);
}

/* What a county may say of a site's mine: what is planned and reached, which changes no tonnes of it. */
static bool is_of_county(const struct entry *entry)
{
    static const char *const items[] = {"plan", "milestone", "figure"};
    bool found = false;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        found |= strcmp(entry->item.name, items[i]) == 0;
    return found;
}

bool act_enter(struct act_context *context, const struct act *act)
{
    struct entry entry;
    char why[400], note[320];
    if (!entry_read(act, &entry, context->language, why, sizeof why))
        return act_refuse(context, "%s", why);
    const int mine = is_of_county(&entry) ? act_mine_any(context, act, "mine") : act_mine(context, act, "mine");
    if (mine < 0 || !judge(context, mine, &entry))
        return false;
    const struct roster_mine *of = &context->roster->mine[mine];
    if (!judge_plan(context, act, of, &entry, note, sizeof note))
        return false;
    const int64_t version = version_of(context, of->id, &entry) + 1;
    entry_write(context, of->id, &entry, version);
    context->days = entry.period.days;
    return answer(context, of->name, &entry, version, note);
}
