/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of facts, and their values as texts. */
#include <string.h>

#include "collector/county.h"
#include "drivers/yaml.h"

/* --- as data --- */

static const char *const safety[] = {"third", "second", "first", NULL};
static const char *const safety_names[] = {N_("3rd"), N_("2nd"), N_("1st"), NULL};
static const char *const efficiency[] = {"none", "third", "second", "first", "special", NULL};
static const char *const efficiency_names[] = {N_("none"), N_("3rd"), N_("2nd"), N_("1st"), N_("special"), NULL};
static const char *const smart[] = {"none", "primary", "intermediate", "advanced", NULL};
static const char *const smart_names[] = {N_("none"), N_("primary"), N_("intermediate"), N_("advanced"), NULL};
static const char *const switches[] = {"false", "true", NULL};
static const char *const switch_names[] = {N_("not used"), N_("used"), NULL};
static const char *const states[] = {"planned", "building", "producing", "stopped", "closed", NULL};
static const char *const state_names[] = {N_("planned"), N_("building"),    N_("producing"),
                                          N_("stopped"), N_("closed down"), NULL};
static const char *const scopes[] = {"in_county", "county_run", NULL};
static const char *const scope_names[] = {N_("in the county"), N_("county-run"), NULL};

static const struct fact_info infos[FACT_KINDS] = {
    [FACT_APPROVED] = {"approved_capacity", N_("approved capacity"), FACT_AMOUNT, NULL, NULL},
    [FACT_DESIGNED] = {"designed_capacity", N_("designed capacity"), FACT_AMOUNT, NULL, NULL},
    [FACT_SAFETY] = {"safety_grade", N_("safety standard"), FACT_LEVEL, safety, safety_names},
    [FACT_EFFICIENCY] = {"efficiency_grade", N_("safe and efficient"), FACT_LEVEL, efficiency, efficiency_names},
    [FACT_SMART] = {"smart", N_("smart mine"), FACT_LEVEL, smart, smart_names},
    [FACT_METHOD_110] = {"method_110", N_("method 110"), FACT_SWITCH, switches, switch_names},
    [FACT_BACKFILL] = {"backfill", N_("backfill mining"), FACT_SWITCH, switches, switch_names},
    [FACT_STATE] = {"state", N_("state"), FACT_CHOICE, states, state_names},
    [FACT_SCOPE] = {"scope", N_("scope"), FACT_CHOICE, scopes, scope_names},
};

const struct fact_info *fact_info(enum fact_kind kind)
{
    return &infos[kind];
}

const char *const *fact_keys(void)
{
    static const char *const keys[FACT_KINDS + 1] = {"approved_capacity",
                                                     "designed_capacity",
                                                     "safety_grade",
                                                     "efficiency_grade",
                                                     "smart",
                                                     "method_110",
                                                     "backfill",
                                                     "state",
                                                     "scope",
                                                     NULL};
    return keys;
}

static int position(const char *const *list, const char *text)
{
    for (int i = 0; list[i]; i++)
        if (strcmp(list[i], text) == 0)
            return i;
    return -1;
}

enum fact_kind fact_kind_of(const char *key)
{
    const int at = position(fact_keys(), key);
    return at < 0 ? FACT_KINDS : (enum fact_kind)at;
}

/* --- values --- */

enum { AMOUNT_MAX_10KT = 100000 };

/* 10^4 t a year, to the ton. */
static bool amount_parse(const char *text, int64_t *kg)
{
    struct decimal value;
    struct ratio exact;
    if (!decimal_parse(text, &value) || !ratio_of(value, COUNTY_10KT_KG, 1, &exact) || exact.over != 1)
        return false;
    if (exact.times <= 0 || exact.times > AMOUNT_MAX_10KT * COUNTY_10KT_KG)
        return false;
    *kg = exact.times;
    return true;
}

bool fact_value_parse(enum fact_kind kind, const char *text, int64_t *value)
{
    if (infos[kind].form == FACT_AMOUNT)
        return amount_parse(text, value);
    const int at = position(infos[kind].value, text);
    if (at >= 0)
        *value = at;
    return at >= 0;
}

void fact_value_write(enum fact_kind kind, int64_t value, struct text *out)
{
    if (infos[kind].form == FACT_AMOUNT)
        text_add_decimal(out, decimal_reduce((struct decimal){value, 7}));
    else
        text_add(out, infos[kind].value[value]);
}

void fact_value_say(enum fact_kind kind, int64_t value, enum language language, struct text *out)
{
    if (infos[kind].form != FACT_AMOUNT) {
        text_add(out, say(language, infos[kind].name[value]));
        return;
    }
    fact_value_write(kind, value, out);
    text_format(out, " %s", say(language, "10^4 t/a"));
}

/* --- steps of projects --- */

static const char *const steps[] = {"approval", "signed",   "begins",      "built",
                                    "accepted", "produces", "carried-out", NULL};
static const char *const step_titles[] = {N_("approvals"), N_("signed"),   N_("begins"),      N_("built"),
                                          N_("accepted"),  N_("produces"), N_("carried out"), NULL};

const char *const *county_step_words(void)
{
    return steps;
}

const char *county_step_title(const char *word)
{
    const int at = position(steps, word);
    return at < 0 ? word : step_titles[at];
}
