/* SPDX-License-Identifier: Apache-2.0 */
/* What a formal report says above and below its table. */
#include <inttypes.h>
#include <stdlib.h>

#include "collector/complete.h"
#include "collector/display.h"
#include "collector/gathered.h"
#include "collector/report_parts.h"
#include "collector/travel.h"

/* --- above --- */

/* Mines that cannot be signed for yet, by the reason. */
static void names_line(const struct reporting *reporting, const char *title, bool reportable, struct text *lines)
{
    const struct report_row *row = reporting->rows.at;
    const struct selection *selection = &reporting->production.selection;
    const enum language language = reporting->form.language;
    bool any = false;
    for (size_t i = 0; i < reporting->rows.count; i++) {
        const bool over = selection->now_ms >= report_span_of(reporting, row[i].mine).to_ms;
        if (row[i].closed || !row[i].figure.any || !over ||
            closing_reportable(&row[i].figure, selection->settings.unknown_ppm) != reportable)
            continue;
        text_add(lines, any ? say(language, ", ") : say(language, title));
        text_add(lines, mine_title(&selection->roster->mine[row[i].mine], language));
        any = true;
    }
    text_add(lines, any ? "\n" : "");
}

void report_above(struct reporting *reporting, struct text *lines)
{
    names_line(reporting, N_("NOT REPORTABLE: "), false, lines);
    names_line(reporting, N_("not closed yet: "), true, lines);
    gathered_missing(&reporting->production.selection, reporting->form.language, lines);
}

/* --- what was closed --- */

static void version_line(const struct reporting *reporting, const struct version *version,
                         const struct version *earlier, struct text *lines)
{
    const enum language language = reporting->form.language;
    char at[INSTANT_TEXT_BYTES], reported[AMOUNT_TEXT_MAX], was[AMOUNT_TEXT_MAX], by[VERSION_PERSON_BYTES],
        checked[VERSION_PERSON_BYTES], cause[VERSION_TEXT_BYTES], number[24];
    instant_format(version->at_ms, at);
    amount_exact(version->reported, reported);
    text_clean(version->prepared_by, by, sizeof by);
    text_clean(version->checked_by, checked, sizeof checked);
    version_cause_say(version, language, cause);
    snprintf(number, sizeof number, "%" PRId64, version->version);
    text_format(lines, say(language, "%s closed v%s %s: %s"),
                mine_title(&reporting->production.selection.roster->mine[version->key.mine], language), number, at,
                reported);
    if (earlier) {
        amount_exact(earlier->reported, was);
        text_format(lines, say(language, ", before %s"), was);
    }
    if (*by)
        text_format(lines, say(language, ", prepared by %s, checked by %s"), by, checked);
    else
        text_add(lines, say(language, ", by the clock"));
    if (*cause)
        text_format(lines, say(language, ": %s"), cause);
    text_add(lines, "\n");
}

/* All versions, where there is more than the one by the clock. */
static void versions_add(const struct reporting *reporting, const struct report_row *row, struct text *lines)
{
    const struct selection *selection = &reporting->production.selection;
    struct list versions = {0};
    const struct version *earlier = NULL;
    if (!row->closed || (row->version.version == 1 && !row->version.act))
        return;
    if (versions_read(selection->db, selection->roster, (int)row->mine, row->version.key.period.days, false,
                      &versions)) {
        const struct version *version = versions.at;
        for (size_t i = 0; i < versions.count; i++) {
            if (!closing_same(&version[i].key, &row->version.key))
                continue;
            version_line(reporting, &version[i], earlier, lines);
            earlier = &version[i];
        }
    }
    free(versions.at);
}

/* The report shows what was closed; the ledger may have moved on. */
static void change_add(const struct reporting *reporting, const struct report_row *row, struct text *lines)
{
    const enum language language = reporting->form.language;
    const int64_t by = amount_less(row->figure.reported, row->version.reported);
    char now[AMOUNT_TEXT_MAX], closed[AMOUNT_TEXT_MAX], change[AMOUNT_TEXT_MAX];
    if (!row->closed || by == 0)
        return;
    amount_exact(row->figure.reported, now);
    amount_exact(row->version.reported, closed);
    amount_exact(by, change);
    text_format(lines, say(language, "%s: closed as %s, the ledger has %s now: %s%s since"),
                mine_title(&reporting->production.selection.roster->mine[row->mine], language), closed, now,
                by > 0 ? "+" : "", change);
    text_add(lines, "\n");
}

/* What was adjusted over the turn of the year is in no figure of a year. */
static void across_add(const struct reporting *reporting, const struct report_row *row, struct text *lines)
{
    const struct production *production = &reporting->production;
    const enum language language = reporting->form.language;
    struct additions_walk walk = {
        .mine = row->mine, .quantity = reporting->quantity, .days = production->own, .shift = -1};
    if (production->kind != PRODUCTION_YEAR)
        return;
    for (const struct addition *added; (added = report_addition_across(production->report, &walk));) {
        char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES], amount[AMOUNT_TEXT_MAX], act[24];
        civil_format(added->days.from, first);
        civil_format(added->days.to - 1, last);
        amount_exact(added->amount, amount);
        snprintf(act, sizeof act, "%" PRId64, travel_local(added->act));
        text_format(
            lines,
            say(language, "%s: %s to %s adjusted by %s%s (act %s), over the turn of the year: in no figure of it"),
            mine_title(&production->selection.roster->mine[row->mine], language), first, last,
            added->amount > 0 ? "+" : "", amount, act);
        text_add(lines, "\n");
    }
}

/* --- whole, compared, ranked --- */

static void complete_add(struct reporting *reporting, struct form_part *part)
{
    const struct production *production = &reporting->production;
    const struct selection *selection = &production->selection;
    int64_t as_of_ms = production->span.to_ms;
    struct complete complete;
    for (size_t i = 0; reporting->shift >= 0 && i < reporting->counted; i++) {
        const struct report_row *row = reporting->rows.at;
        const int64_t end_ms = report_span_of(reporting, row[i].mine).to_ms;
        as_of_ms = i == 0 || end_ms > as_of_ms ? end_ms : as_of_ms;
    }
    as_of_ms = as_of_ms < selection->now_ms ? as_of_ms : selection->now_ms;
    if (complete_judge(selection, production->report, reporting->quantity, production->own.from, as_of_ms, &complete)) {
        complete_show(&complete, selection, &part->below);
        text_add(&part->below, "\n");
        complete_facts(&complete, part->table);
    } else {
        part->below.failed = true;
    }
    complete_free(&complete);
}

static void line_add(struct text *lines, const char *line)
{
    text_add(lines, line);
    text_add(lines, "\n");
}

static const struct report_pair *pair_of(const struct report_row *row, bool year)
{
    return year ? &row->year_ago : &row->before;
}

/* Mines that count on neither side of a comparison, by name where there are others. */
static void left_out_add(const struct reporting *reporting, bool year, struct text *lines)
{
    const struct report_row *row = reporting->rows.at;
    const enum language language = reporting->form.language;
    bool any = false, compared = false, left = false;
    for (size_t i = 0; i < reporting->counted; i++) {
        compared |= pair_of(&row[i], year)->known;
        left |= pair_of(&row[i], year)->left_out;
    }
    if (left && !compared)
        line_add(lines, say(language, year ? N_("not compared with a year ago: no mine has all of both")
                                           : N_("not compared with the period before: no mine has all of both")));
    for (size_t i = 0; i < reporting->counted && compared; i++) {
        if (!pair_of(&row[i], year)->left_out)
            continue;
        text_add(lines, any    ? say(language, ", ")
                        : year ? say(language, "not compared with a year ago, for want of all of both: ")
                               : say(language, "not compared with the period before, for want of all of both: "));
        text_add(lines, mine_title(&reporting->production.selection.roster->mine[row[i].mine], language));
        any = true;
    }
    text_add(lines, any ? "\n" : "");
}

void report_below(struct reporting *reporting, const struct report_sums *sums, struct form_part *part)
{
    const struct report_row *row = reporting->rows.at;
    const enum language language = reporting->form.language;
    struct text *lines = &part->below, rounding = {0};
    complete_add(reporting, part);
    gathered_when(&reporting->production.selection, language, lines);
    report_rounding(reporting, sums, &rounding);
    if (rounding.length)
        line_add(lines, rounding.at);
    text_free(&rounding);
    if (reporting->counted > 1)
        line_add(lines, say(language, reporting->by_plan ? N_("ranked by the share of the plan that is done")
                                                         : N_("ranked by amount")));
    left_out_add(reporting, true, lines);
    left_out_add(reporting, false, lines);
    if (reporting->rows.count > reporting->counted)
        line_add(lines, say(language, "simulated mines stand apart: they are in no total"));
    for (size_t i = 0; i < reporting->rows.count; i++) {
        versions_add(reporting, &row[i], lines);
        change_add(reporting, &row[i], lines);
        across_add(reporting, &row[i], lines);
        if (row[i].shipped_twice)
            text_format(lines, say(language, "%s: shipped is known as a whole and by rail or road: not shown\n"),
                        mine_title(&reporting->production.selection.roster->mine[row[i].mine], language));
    }
}
