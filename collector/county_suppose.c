/* SPDX-License-Identifier: Apache-2.0 */
/* What if: "sim-a.smart=intermediate@2026-12-01". */
#include <stdlib.h>
#include <string.h>

#include "collector/county.h"
#include "drivers/yaml.h"

struct supposition {
    char mine[ID_BYTES], key[ID_BYTES], value[ID_BYTES], date[ID_BYTES];
};

static bool part(const char **at, char end, char out[static ID_BYTES])
{
    const char *stop = end ? strchr(*at, end) : *at + strlen(*at);
    const size_t length = stop ? (size_t)(stop - *at) : 0;
    if (length == 0 || length >= ID_BYTES)
        return false;
    memcpy(out, *at, length);
    out[length] = '\0';
    *at = stop + (end != '\0');
    return true;
}

static bool parts(const char *text, struct supposition *of)
{
    return part(&text, '.', of->mine) && part(&text, '=', of->key) && part(&text, '@', of->value) &&
           part(&text, '\0', of->date);
}

static struct county_mine *mine_find(struct county *county, const char *name)
{
    for (size_t m = 0; m < county->mines; m++)
        if (strcmp(county->mine[m].name, name) == 0)
            return &county->mine[m];
    return NULL;
}

static void mine_missing(const struct county *county, const char *name, enum language language, struct text *why)
{
    const char **names = calloc(county->mines + 1, sizeof *names);
    const char *nearest = NULL;
    for (size_t m = 0; names && m < county->mines; m++)
        names[m] = county->mine[m].name;
    if (names)
        nearest = yaml_nearest(name, names);
    text_format(why, say(language, "the roster has no mine \"%s\""), name);
    if (nearest)
        text_format(why, say(language, "; did you mean \"%s\"?"), nearest);
    else
        text_add(why, say(language, "; coaltally roster lists them"));
    free(names);
}

static void kind_missing(const char *key, enum language language, struct text *why)
{
    char list[256];
    const char *nearest = yaml_nearest(key, fact_keys());
    yaml_join(fact_keys(), list, sizeof list);
    text_format(why, say(language, "found \"%s\", expected one of: %s"), key, list);
    if (nearest)
        text_format(why, say(language, "; did you mean \"%s\"?"), nearest);
}

static void value_wrong(const struct supposition *of, enum fact_kind kind, enum language language, struct text *why)
{
    char list[256];
    if (fact_info(kind)->form == FACT_AMOUNT) {
        text_format(why, say(language, "%s: found \"%s\", expected 10^4 t a year, such as 120"), of->key, of->value);
        return;
    }
    yaml_join(fact_info(kind)->value, list, sizeof list);
    text_format(why, say(language, "%s: found \"%s\", expected one of: %s"), of->key, of->value, list);
}

/* The fact that it would be; false with the reason. */
static bool judge(const struct supposition *of, enum language language, struct county_fact *fact, struct text *why)
{
    fact->kind = fact_kind_of(of->key);
    if (fact->kind == FACT_KINDS) {
        kind_missing(of->key, language, why);
        return false;
    }
    if (!fact_value_parse(fact->kind, of->value, &fact->value)) {
        value_wrong(of, fact->kind, language, why);
        return false;
    }
    if (!civil_parse(of->date, &fact->from)) {
        text_format(why, say(language, "found \"%s\", expected a date like 2026-12-01"), of->date);
        return false;
    }
    return true;
}

/* The same fact of the same day cannot be supposed to be two things. */
static bool contradicted(const struct county_mine *mine, const struct county_fact *fact)
{
    for (size_t i = 0; i < mine->facts; i++) {
        const struct county_fact *other = &mine->fact[i];
        if (other->supposed && other->kind == fact->kind && other->from == fact->from && other->value != fact->value)
            return true;
    }
    return false;
}

/* Among what is supposed of a mine, the later day stands later. */
static bool mine_add(struct county_mine *mine, const struct county_fact *fact)
{
    struct county_fact *facts = realloc(mine->fact, (mine->facts + 1) * sizeof *facts);
    if (!facts)
        return false;
    mine->fact = facts;
    size_t at = mine->facts++;
    for (; at > 0 && facts[at - 1].supposed && facts[at - 1].from > fact->from; at--)
        facts[at] = facts[at - 1];
    facts[at] = *fact;
    return true;
}

bool county_suppose(struct county *county, const char *text, enum language language, struct text *why)
{
    struct supposition of;
    struct county_fact fact = {.to = COUNTY_OPEN, .supposed = true};
    struct county_mine *mine;
    if (!parts(text, &of)) {
        text_format(why, say(language, "found \"%s\", expected MINE.FACT=VALUE@DATE, such as %s"), text,
                    "sim-a.smart=intermediate@2026-12-01");
        return false;
    }
    if (!(mine = mine_find(county, of.mine))) {
        mine_missing(county, of.mine, language, why);
        return false;
    }
    if (!judge(&of, language, &fact, why))
        return false;
    if (contradicted(mine, &fact)) {
        text_format(why, say(language, "%s of %s is supposed to be two things on %s"), of.key, of.mine, of.date);
        return false;
    }
    if (!mine_add(mine, &fact)) {
        text_add(why, say(language, "out of memory"));
        return false;
    }
    return true;
}
