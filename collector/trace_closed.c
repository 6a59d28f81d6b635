/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/amount.h"
#include "collector/closing.h"
#include "collector/display.h"
#include "collector/trace_rows.h"
#include "collector/travel.h"

/* --- closed versions --- */

static void people_add(const struct version *version, enum language language, struct text *out)
{
    char prepared[VERSION_PERSON_BYTES], checked[VERSION_PERSON_BYTES];
    text_clean(version->prepared_by, prepared, sizeof prepared);
    text_clean(version->checked_by, checked, sizeof checked);
    if (*prepared)
        text_format(out, say(language, "prepared by %s, checked by %s"), prepared, checked);
    else
        text_add(out, say(language, "by the clock"));
    if (version->act)
        text_format(out, say(language, " (act %" PRId64 ")"), travel_local(version->act));
}

static void version_add(const struct version *version, const char *unit, enum language language, struct text *out)
{
    char at[20], reported[AMOUNT_TEXT_MAX], metered[AMOUNT_TEXT_MAX], cause[VERSION_TEXT_BYTES],
        despite[VERSION_TEXT_BYTES];
    instant_format(version->at_ms, at);
    amount_exact(version->reported, reported);
    amount_exact(version->metered, metered);
    version_cause_say(version, language, cause);
    text_clean(version->despite, despite, sizeof despite);
    text_format(out, say(language, "closed v%" PRId64 "  %s  reported %s %s, metered %s  "), version->version, at,
                reported, unit, metered);
    people_add(version, language, out);
    if (*cause)
        text_format(out, "  %s", cause);
    if (*despite)
        text_format(out, "  %s %s", say(language, "despite what is unknown:"), despite);
    text_add(out, "\n");
}

static void version_row(const struct version *version, const char *mine, const char *unit, struct table *rows)
{
    trace_row(rows, &(struct trace_step){.step = "closed",
                                         .mine = mine,
                                         .quantity = version->key.quantity,
                                         .unit = unit,
                                         .from_ms = version->at_ms,
                                         .metered = &version->metered,
                                         .amount = &version->reported,
                                         .version = version->version,
                                         .act = version->act,
                                         .by = version->prepared_by,
                                         .text = version->cause});
}

void trace_closed(struct report *report, size_t mine, const char *quantity, const struct period_name *period,
                  struct trace_page *page)
{
    const struct quantity *known = quantity_find(quantity);
    struct closing_key key = {.mine = mine, .period = *period};
    struct list versions = {0};
    snprintf(key.quantity, sizeof key.quantity, "%s", quantity);
    if (versions_read(report->db, report->roster, (int)mine, period->days, false, &versions)) {
        const struct version *version = versions.at;
        for (size_t i = 0; i < versions.count; i++)
            if (closing_same(&version[i].key, &key)) {
                version_add(&version[i], known ? known->unit : "", page->language, page->out);
                version_row(&version[i], report->roster->mine[mine].name, known ? known->unit : "", page->rows);
            }
    }
    free(versions.at);
}
