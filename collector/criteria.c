/* SPDX-License-Identifier: Apache-2.0 */
/* A tree: all, any and not over facts. */
#include "collector/criteria.h"

#include <stdlib.h>
#include <string.h>

enum node_kind { NODE_ALL, NODE_ANY, NODE_NOT, NODE_FACT };
enum { VALUES_MAX = 8, NODES_MAX = 64 };
enum verdict { UNMET, UNKNOWN, MET };

struct criteria {
    enum node_kind kind;
    /* Of NODE_FACT: one of the values, or (at_least) the first one or more. */
    enum fact_kind fact;
    bool at_least;
    size_t values;
    int64_t value[VALUES_MAX];
    /* Of the others. */
    size_t children;
    struct criteria **child;
};

void criteria_free(struct criteria *criteria)
{
    if (!criteria)
        return;
    for (size_t i = 0; i < criteria->children; i++)
        criteria_free(criteria->child[i]);
    free(criteria->child);
    free(criteria);
}

/* --- reading --- */

static struct criteria *node_new(enum node_kind kind, size_t children)
{
    struct criteria *node = calloc(1, sizeof *node);
    if (!node)
        return NULL;
    node->kind = kind;
    node->child = calloc(children + 1, sizeof *node->child);
    if (node->child)
        return node;
    free(node);
    return NULL;
}

static void value_fault(const struct yaml_node *node, enum fact_kind kind, struct faults *faults)
{
    const struct fact_info *info = fact_info(kind);
    char list[256];
    if (info->form == FACT_AMOUNT) {
        yaml_expected(node, faults, "10^4 t a year, such as 120; with a + for that or more");
        return;
    }
    yaml_join(info->value, list, sizeof list);
    if (info->form == FACT_LEVEL)
        yaml_expected(node, faults, "one of: %s; with a + for that or more", list);
    else
        yaml_expected(node, faults, "one of: %s", list);
}

/* "primary+" */
static void value_read(const struct yaml_node *node, struct criteria *of, struct faults *faults)
{
    const char *text = yaml_text(node);
    const size_t length = text ? strlen(text) : 0;
    const enum fact_form form = fact_info(of->fact)->form;
    char bare[64] = "";
    const bool more = length > 1 && length < sizeof bare && text[length - 1] == '+';
    if (length < sizeof bare && text)
        memcpy(bare, text, length - more);
    if (of->values == VALUES_MAX || (more && (form == FACT_CHOICE || form == FACT_SWITCH)) ||
        !fact_value_parse(of->fact, bare, &of->value[of->values]))
        value_fault(node, of->fact, faults);
    else
        of->values++;
    of->at_least |= more;
}

static void values_read(const struct yaml_node *node, struct criteria *of, struct faults *faults)
{
    if (!yaml_is_list(node)) {
        value_read(node, of, faults);
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++)
        value_read(yaml_item(node, i), of, faults);
    if (yaml_size(node) == 0 || (of->at_least && yaml_size(node) > 1))
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "expected a list of one or more values, or one value with a + for that or more");
}

static struct criteria *node_read(const struct yaml_node *node, enum node_kind kind, struct faults *faults);

static struct criteria *fact_read(const struct yaml_node *map, size_t index, struct faults *faults)
{
    const char *key = yaml_key(map, index);
    const enum fact_kind fact = fact_kind_of(key);
    if (fact == FACT_KINDS) {
        const char *nearest = yaml_nearest(key, fact_keys());
        char list[256];
        yaml_join(fact_keys(), list, sizeof list);
        if (nearest)
            faults_add(faults, FAULT_ERROR, yaml_key_place(map, index),
                       "found the unknown key \"%s\"; did you mean \"%s\"? Expected any, all, not, %s", key, nearest,
                       list);
        else
            faults_add(faults, FAULT_ERROR, yaml_key_place(map, index),
                       "found the unknown key \"%s\", expected any, all, not, %s", key, list);
        return NULL;
    }
    struct criteria *of = node_new(NODE_FACT, 0);
    if (of) {
        of->fact = fact;
        values_read(yaml_value(map, index), of, faults);
    }
    return of;
}

static struct criteria *entry_read(const struct yaml_node *map, size_t index, struct faults *faults)
{
    const char *key = yaml_key(map, index);
    const struct yaml_node *value = yaml_value(map, index);
    const bool any = strcmp(key, "any") == 0, all = strcmp(key, "all") == 0;
    if (strcmp(key, "not") == 0)
        return node_read(value, NODE_NOT, faults);
    if (!any && !all)
        return fact_read(map, index, faults);
    if (yaml_is_list(value) && yaml_size(value) > 0)
        return node_read(value, any ? NODE_ANY : NODE_ALL, faults);
    yaml_expected(value, faults, "a list of criteria, such as [{safety_grade: first}, {smart: primary+}]");
    return NULL;
}

/* A map is all of its entries (of a NODE_NOT: not all of them); a list has a map each. */
static struct criteria *node_read(const struct yaml_node *node, enum node_kind kind, struct faults *faults)
{
    const bool list = yaml_is_list(node);
    if ((!list && !yaml_is_map(node)) || (list && kind == NODE_NOT) || yaml_size(node) == 0 ||
        yaml_size(node) > NODES_MAX) {
        yaml_expected(node, faults, "criteria, such as {state: producing, smart: primary+}");
        return NULL;
    }
    struct criteria *of = node_new(kind, yaml_size(node));
    for (size_t i = 0; of && i < yaml_size(node); i++) {
        struct criteria *child = list ? node_read(yaml_item(node, i), NODE_ALL, faults) : entry_read(node, i, faults);
        if (child)
            of->child[of->children++] = child;
    }
    if (!of)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "out of memory");
    return of;
}

struct criteria *criteria_read(const struct yaml_node *node, struct faults *faults)
{
    const size_t before = faults_count(faults, FAULT_ERROR);
    struct criteria *criteria = NULL;
    if (yaml_is_map(node))
        criteria = node_read(node, NODE_ALL, faults);
    else
        yaml_expected(node, faults, "criteria, such as {state: producing, smart: primary+}");
    if (faults_count(faults, FAULT_ERROR) == before)
        return criteria;
    criteria_free(criteria);
    return NULL;
}

/* --- judging --- */

struct judging {
    const struct county_mine *mine;
    civil_day day;
};

static bool value_meets(const struct criteria *of, int64_t value)
{
    for (size_t i = 0; i < of->values; i++)
        if (value == of->value[i] || (of->at_least && value >= of->value[i]))
            return true;
    return false;
}

static enum verdict judge(const struct criteria *of, const struct judging *judging)
{
    if (of->kind == NODE_FACT) {
        const struct county_fact *fact = county_fact(judging->mine, of->fact, judging->day);
        return !fact ? UNKNOWN : value_meets(of, fact->value) ? MET : UNMET;
    }
    enum verdict verdict = of->kind == NODE_ANY ? UNMET : MET;
    for (size_t i = 0; i < of->children; i++) {
        const enum verdict child = judge(of->child[i], judging);
        if (of->kind == NODE_ANY ? child > verdict : child < verdict)
            verdict = child;
    }
    return of->kind == NODE_NOT ? (enum verdict)(MET - verdict) : verdict;
}

/* --- why --- */

static void since_add(const struct county_fact *fact, enum language language, struct text *why)
{
    char from[DATE_TEXT_BYTES];
    civil_format(fact->from, from);
    if (fact->supposed)
        text_format(why, say(language, ", supposed from %s"), from);
    else
        text_format(why, say(language, " since %s"), from);
}

static void fact_add(const struct criteria *of, const struct judging *judging, enum language language, struct text *why)
{
    const struct county_fact *fact = county_fact(judging->mine, of->fact, judging->day);
    text_format(why, "%s%s", why->length ? say(language, "; ") : "", say(language, fact_info(of->fact)->title));
    if (!fact) {
        text_format(why, " %s", say(language, "not known"));
        return;
    }
    text_add(why, say(language, ": "));
    fact_value_say(of->fact, fact->value, language, why);
    since_add(fact, language, why);
}

/* The facts that decided: of a good any: those that hold, of a bad all: those that do not. */
static void why_add(const struct criteria *of, const struct judging *judging, enum language language, bool met,
                    struct text *why)
{
    if (of->kind == NODE_FACT) {
        fact_add(of, judging, language, why);
        return;
    }
    for (size_t i = 0; i < of->children; i++) {
        const bool child = judge(of->child[i], judging) == MET;
        if (of->kind == NODE_NOT || child == met)
            why_add(of->child[i], judging, language, child, why);
    }
}

bool criteria_met(const struct criteria *criteria, const struct county_mine *mine, civil_day day,
                  enum language language, struct text *why)
{
    const struct judging judging = {mine, day};
    const bool met = judge(criteria, &judging) == MET;
    struct text reasons = {0};
    if (!why)
        return met;
    why_add(criteria, &judging, language, met, &reasons);
    if (reasons.at)
        text_add(why, reasons.at);
    why->failed |= reasons.failed;
    text_free(&reasons);
    return met;
}

/* The same walk as why_add. */
static bool decided(const struct criteria *of, const struct judging *judging, bool met, enum fact_kind kind)
{
    bool any = of->kind == NODE_FACT && of->fact == kind;
    for (size_t i = 0; i < of->children; i++) {
        const bool child = judge(of->child[i], judging) == MET;
        if (of->kind == NODE_NOT || child == met)
            any |= decided(of->child[i], judging, child, kind);
    }
    return any;
}

bool criteria_decided(const struct criteria *criteria, const struct county_mine *mine, civil_day day,
                      enum fact_kind kind)
{
    const struct judging judging = {mine, day};
    return decided(criteria, &judging, judge(criteria, &judging) == MET, kind);
}
