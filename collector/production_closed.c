/* SPDX-License-Identifier: Apache-2.0 */
/* What of a page's period is closed, and what cannot be reported yet. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/chain_head.h"
#include "collector/closing.h"
#include "collector/display.h"
#include "collector/production_parts.h"

enum { NAMES_MAX = 4 }; /* further ones are counted */

/* The page's own period; false where it is none that is closed (hours, spans, single meters, metered figures). */
static bool period_of(const struct production *production, int shift, struct period_name *period)
{
    static const enum period_kind kinds[] = {[PRODUCTION_SHIFT] = PERIOD_KIND_SHIFT,
                                             [PRODUCTION_DAY] = PERIOD_KIND_DAY,
                                             [PRODUCTION_DEKAD] = PERIOD_KIND_DEKAD,
                                             [PRODUCTION_MONTH] = PERIOD_KIND_MONTH,
                                             [PRODUCTION_YEAR] = PERIOD_KIND_YEAR};
    if (production->kind == PRODUCTION_HOURS || production->kind == PRODUCTION_SPAN || production->selection.meters ||
        production->selection.figure == FIGURE_METERED)
        return false;
    *period = (struct period_name){kinds[production->kind], production->own, -1};
    if (production->kind == PRODUCTION_SHIFT && shift >= 0)
        period->shift = shift;
    else if (production->kind == PRODUCTION_SHIFT)
        period->kind = PERIOD_KIND_DAY; /* all shifts of a day: whether the day is closed */
    return true;
}

/* *kept_ms: not 0 where it is a version of before a restore of the site's ledger. */
static bool closed_find(const struct production *production, size_t mine, const char *quantity, int shift,
                        struct version *version, int64_t *kept_ms)
{
    const struct selection *selection = &production->selection;
    struct closing_key key = {.mine = mine};
    snprintf(key.quantity, sizeof key.quantity, "%s", quantity);
    return period_of(production, shift, &key.period) &&
           version_shown(selection->db, selection->roster, &key, version, kept_ms);
}

/* --- data --- */

void closed_columns(struct table *table)
{
    table_column(table, "closed_version", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "closed_at", "", COLUMN_TEXT, COLUMN_DATA);
}

void closed_cells(struct production *production, const struct line *line, int shift)
{
    struct version version;
    int64_t kept_ms;
    if (line->metered || !closed_find(production, line->mine, line->quantity, shift, &version, &kept_ms)) {
        table_none(production->table);
        table_none(production->table);
        return;
    }
    table_integer(production->table, version.version);
    page_instant_whole(production->table, version.at_ms);
}

/* --- page --- */

enum state { STATE_CLOSED, STATE_NOT_REPORTABLE, STATE_PROVISIONAL, STATES };

/* "sim-a v2 10-14 02:00, sim-b v1 ..., and 20 more" */
struct names {
    size_t count;
    char text[800];
};

static void name_add(struct names *names, const struct roster_mine *mine, const char *detail, enum language language)
{
    const size_t length = strlen(names->text);
    if (names->count++ < NAMES_MAX)
        snprintf(names->text + length, sizeof names->text - length, "%s%.60s%s", length ? say(language, ", ") : "",
                 mine_title(mine, language), detail);
}

/* " (412 unknown)"; empty where that is little enough to be reported. */
static bool unknown_show(const struct production *production, const struct figure *figure, char *text, size_t size)
{
    const enum language language = production->selection.language;
    char amount[AMOUNT_TEXT_MAX];
    *text = '\0';
    if (closing_reportable(figure, production->selection.settings.unknown_ppm))
        return false;
    amount_show(figure->unknown, production->selection.style, amount);
    if (figure->unbounded)
        snprintf(text, size, "%s", say(language, " (unknown without a bound)"));
    else
        snprintf(text, size, say(language, " (%s unknown)"), amount);
    return true;
}

/* " (of before a restore: +1.200 since)": by how much the sum of now is off from what was closed. */
static void kept_say(const struct production *production, int64_t by, char *text, size_t size)
{
    char amount[AMOUNT_TEXT_MAX];
    amount_exact(by, amount);
    snprintf(text, size, say(production->selection.language, " (of before a restore; the sum is now off by %s%s)"),
             by > 0 ? "+" : "", amount);
}

/* What is closed may have become unknown since, and says so. */
static enum state state_of(struct production *production, size_t mine, const char *quantity,
                           const struct figure *figure, char *detail, size_t size)
{
    struct version version;
    int64_t kept_ms;
    char at[24], unknown[80], off[AMOUNT_TEXT_MAX + 64] = "";
    const bool too_much = unknown_show(production, figure, unknown, sizeof unknown);
    if (closed_find(production, mine, quantity, production->shift, &version, &kept_ms)) {
        instant_brief(version.at_ms, at);
        if (kept_ms)
            kept_say(production, amount_less(figure->reported, version.reported), off, sizeof off);
        snprintf(detail, size, " v%" PRId64 " %.11s%s%s", version.version, at, unknown, off);
        return STATE_CLOSED;
    }
    snprintf(detail, size, "%s", unknown);
    return too_much ? STATE_NOT_REPORTABLE : STATE_PROVISIONAL;
}

static void names_print(struct production *production, struct names *names)
{
    static const char *const titles[STATES] = {
        [STATE_CLOSED] = N_("closed: "),
        [STATE_NOT_REPORTABLE] = N_("NOT REPORTABLE: "),
        [STATE_PROVISIONAL] = N_("provisional: "),
    };
    const enum language language = production->selection.language;
    char line[1400] = "";
    for (int state = 0; state < STATES; state++) {
        const size_t length = strlen(line), more = names[state].count > NAMES_MAX ? names[state].count - NAMES_MAX : 0;
        char rest[48] = "";
        if (names[state].count == 0)
            continue;
        if (more)
            snprintf(rest, sizeof rest, say(language, " and %zu more"), more);
        snprintf(line + length, sizeof line - length, "%s%s%s%s", length ? say(language, "; ") : "",
                 say(language, titles[state]), names[state].text, rest);
    }
    if (*line)
        page_line(&production->page, line);
}

/* Why it was closed though too much is unknown stands on the page. */
static void despite_print(struct production *production, size_t mine, const char *quantity)
{
    struct version version;
    int64_t kept_ms;
    char line[2 * VERSION_TEXT_BYTES], clean[VERSION_TEXT_BYTES];
    const enum language language = production->selection.language;
    if (!closed_find(production, mine, quantity, production->shift, &version, &kept_ms) || !version.despite[0])
        return;
    text_clean(version.despite, clean, sizeof clean);
    snprintf(line, sizeof line, say(language, "%s closed despite what is unknown: %s"),
             mine_title(&production->selection.roster->mine[mine], language), clean);
    page_line(&production->page, line);
}

/* The head of the journal's chain, as far as a person compares it. */
static void chain_print(struct production *production)
{
    const struct selection *selection = &production->selection;
    const struct chain_head head = chain_head(selection->db, selection_number(selection));
    char line[64];
    snprintf(line, sizeof line, say(production->page.language, "chain %.16s"), head.hash);
    if (*head.hash)
        page_line(&production->page, line);
}

/* Closed days within the page's period that are kept as before a restore, where the sums have what is known now. */
static void kept_days_print(struct production *production, size_t mine, const char *quantity)
{
    const struct selection *selection = &production->selection;
    struct list kept = {0};
    int64_t off = 0;
    size_t days = 0;
    char line[256], amount[AMOUNT_TEXT_MAX];
    versions_kept(selection->db, selection->roster, (int)mine, production->own, &kept);
    for (size_t i = 0; i < kept.count; i++) {
        const struct version *version = &((const struct version_kept *)kept.at)[i].version;
        const struct period of = version->key.period.days;
        struct figure now = {0};
        if (version->key.period.kind != PERIOD_KIND_DAY || strcmp(version->key.quantity, quantity) != 0 ||
            of.from < production->own.from || of.to > production->own.to)
            continue;
        report_mine_sum(production->report, mine, quantity, of, &now);
        off = amount_add(off, amount_less(now.reported, version->reported));
        days++;
    }
    free(kept.at);
    amount_exact(off, amount);
    snprintf(line, sizeof line,
             say(selection->language,
                 "%s: %zu closed days are kept as before a restore; the sum is now off from them by "
                 "%s%s"),
             mine_title(&selection->roster->mine[mine], selection->language), days, off > 0 ? "+" : "", amount);
    if (days && production->kind > PRODUCTION_DAY)
        page_line(&production->page, line);
}

void closed_add(struct production *production, const char *quantity)
{
    const struct selection *selection = &production->selection;
    struct names names[STATES] = {0};
    struct period_name period;
    if (!period_of(production, production->shift, &period) || selection_metered(selection, quantity))
        return;
    for (size_t mine = 0; mine < selection->roster->mines; mine++) {
        if (selection->mine[mine] && selection->roster->mine[mine].number)
            kept_days_print(production, mine, quantity);
        struct figure figure = {0};
        char detail[192];
        if (!selection->mine[mine] ||
            selection->now_ms < closing_span(roster_calendar(selection->roster, mine, quantity), &period).to_ms)
            continue;
        report_mine(production->report, mine, quantity, period.days, period.shift, &figure);
        if (!figure.any)
            continue;
        const enum state state = state_of(production, mine, quantity, &figure, detail, sizeof detail);
        name_add(&names[state], &selection->roster->mine[mine], detail, selection->language);
        despite_print(production, mine, quantity);
    }
    names_print(production, names);
    if (names[STATE_CLOSED].count)
        chain_print(production);
}
