/* SPDX-License-Identifier: Apache-2.0 */
/* Below a page: run-of-mine coal, and the coefficients by which it is reported. */
#include <stdio.h>
#include <string.h>

#include "collector/display.h"
#include "collector/production_parts.h"

enum { LINE_COLUMNS = 96 };

/* "0.950", "1 (none stated)", "0.950, from 10-15 0.940": what held in the page's period. */
static void factor_show(const struct production *production, size_t meter, char *text, size_t size)
{
    const struct meter_coefficients *stated = &production->report->coefficients->meter[meter];
    const struct coefficient *first = coefficients_of(production->report->coefficients, meter, production->own.from);
    char factor[DECIMAL_TEXT_MAX], day[DATE_TEXT_BYTES];
    size_t length = 0;
    if (first)
        decimal_format(first->factor, factor);
    else
        snprintf(factor, sizeof factor, "%s", say(production->page.language, "1 (none stated)"));
    length += (size_t)snprintf(text, size, "%s", factor);
    for (size_t i = 0; i < stated->count && length < size; i++) {
        if (stated->at[i].from <= production->own.from || stated->at[i].from >= production->own.to)
            continue;
        decimal_format(stated->at[i].factor, factor);
        civil_format(stated->at[i].from, day);
        length += (size_t)snprintf(text + length, size - length, say(production->page.language, ", from %s %s"),
                                   day + 5, factor);
    }
}

/* Whether the page has a coefficient to tell of a meter. */
static bool meter_told(const struct production *production, size_t meter, const char *quantity)
{
    const struct selection *selection = &production->selection;
    const struct roster_meter *what = &selection->roster->meter[meter];
    if (!selection->meter[meter] || !what->main || !selection_fits(selection, quantity, what))
        return false;
    return strcmp(what->quantity, quantity) != 0 ||
           coefficients_of(production->report->coefficients, meter, production->own.to - 1) != NULL;
}

/* Of a mine whose meters all have the same the mine, else each meter. */
static bool mine_agrees(const struct production *production, size_t meter, const char *quantity)
{
    const struct roster *roster = production->selection.roster;
    char factor[160], other[160];
    factor_show(production, meter, factor, sizeof factor);
    for (size_t i = 0; i < roster->meters; i++) {
        if (roster->meter[i].mine != roster->meter[meter].mine || i == meter ||
            !selection_fits(&production->selection, quantity, &roster->meter[i]) || !roster->meter[i].main)
            continue;
        factor_show(production, i, other, sizeof other);
        if (strcmp(factor, other) != 0)
            return false;
    }
    return true;
}

static bool mine_told_before(const struct production *production, size_t meter, const char *quantity)
{
    for (size_t i = meter; i-- > 0;) /* those of a mine mostly stand together */
        if (production->selection.roster->meter[i].mine == production->selection.roster->meter[meter].mine &&
            meter_told(production, i, quantity))
            return true;
    return false;
}

/* Adds a piece to lines that are no wider than a page. */
static void wrapped_add(struct text *out, size_t *width, const char *piece, bool first)
{
    const char *joint = first ? "" : ", ";
    if (*width + 2 + text_width(piece) > LINE_COLUMNS && !first) {
        text_add(out, ",\n  ");
        *width = 2;
        joint = "";
    }
    text_add(out, joint);
    text_add(out, piece);
    *width += strlen(joint) + text_width(piece);
}

static void factors_add(struct production *production, const char *quantity, size_t width)
{
    const struct roster *roster = production->selection.roster;
    bool first = true;
    for (size_t i = 0; i < roster->meters; i++) {
        char factor[160], name[METER_TEXT_BYTES], piece[160 + TITLE_MAX_BYTES + METER_TEXT_BYTES];
        if (!meter_told(production, i, quantity))
            continue;
        const bool agrees = mine_agrees(production, i, quantity);
        if (agrees && mine_told_before(production, i, quantity))
            continue;
        factor_show(production, i, factor, sizeof factor);
        roster_meter_name(roster, i, name);
        snprintf(piece, sizeof piece, "%s %s",
                 agrees ? mine_title(&roster->mine[roster->meter[i].mine], production->page.language) : name, factor);
        wrapped_add(&production->page.out, &width, piece, first);
        first = false;
    }
}

void coefficients_add(struct production *production, const char *quantity)
{
    const struct roster *roster = production->selection.roster;
    struct figure rom = {0};
    bool told = false;
    char amount[AMOUNT_TEXT_MAX], units[32], line[160];
    if (selection_metered(&production->selection, quantity))
        return;
    for (size_t i = 0; i < roster->meters; i++) {
        if (!meter_told(production, i, quantity))
            continue;
        told = true;
        if (selection_counts(&production->selection, roster->meter[i].mine) &&
            strcmp(roster->meter[i].quantity, quantity) != 0)
            report_sum(production->report, i, production->own, &rom);
    }
    if (!told)
        return;
    amount_show(rom.metered, production->selection.style, amount);
    unit_title("t", production->selection.style, production->page.language, units);
    snprintf(line, sizeof line, say(production->page.language, "run-of-mine %s %s; coefficient "), amount, units);
    text_add(&production->page.out, rom.any ? line : say(production->page.language, "coefficient "));
    factors_add(production, quantity, text_width(line));
    text_add(&production->page.out, "\n");
}
