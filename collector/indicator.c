/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/indicator.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/criteria.h"
#include "collector/indicator_find.h"
#include "drivers/data.h"

/* --- what the texts say --- */

static void value_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator_stated *said = target;
    const char *text = yaml_text(node);
    (void)context;
    if (!text || strcmp(text, "null") != 0)
        said->has_value = yaml_read_decimal(node, &said->value, faults);
}

/* "2026", or "2024/25": the last year of it. */
static void year_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct indicator_stated *said = target;
    int first, second;
    char more;
    (void)context;
    if (!yaml_read_text(node, said->of, sizeof said->of, faults))
        return;
    const bool years = strspn(said->of, "0123456789/") == strlen(said->of) && strcspn(said->of, "/") == 4;
    if (years && strlen(said->of) == 4 && sscanf(said->of, "%4d%c", &first, &more) == 1)
        said->year = first;
    else if (years && sscanf(said->of, "%4d/%2d%c", &first, &second, &more) == 2 && second == (first + 1) % 100)
        said->year = first + 1;
    else
        yaml_expected(node, faults, "a year like 2026, or 2024/25 for what was stated in 2025 without a year");
}

static void said_read(const struct yaml_node *node, struct indicator_stated *said, struct faults *faults)
{
    static const char *const kinds[] = {"actual", "target", "plan", NULL};
    static const struct yaml_field fields[] = {
        {"value", YAML_CUSTOM, .read = value_read, .required = true},
        {"of", YAML_CUSTOM, .read = year_read, .required = true},
        {"kind", YAML_CHOICE, YAML_AT(struct indicator_stated, kind), .choices = kinds, .required = true},
        {"floor", YAML_BOOLEAN, YAML_AT(struct indicator_stated, floor)},
        {"more", YAML_BOOLEAN, YAML_AT(struct indicator_stated, more)},
        {"source", YAML_TEXT, YAML_AT(struct indicator_stated, source), .required = true},
        {0},
    };
    yaml_read(node, fields, said, NULL, faults);
    if (said->more && !said->has_value)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found more: true without a value");
}

static void stated_read(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct indicator *indicator = target;
    (void)context;
    if (!yaml_is_list(list) || yaml_size(list) > STATED_MAX) {
        yaml_expected(list, faults, "a list of at most %d figures that texts state", STATED_MAX);
        return;
    }
    for (; indicator->stated < yaml_size(list); indicator->stated++) {
        const struct yaml_node *item = yaml_item(list, indicator->stated);
        struct indicator_stated *said = &indicator->said[indicator->stated];
        said_read(item, said, faults);
        if (indicator->stated && said->year && said->year < said[-1].year)
            faults_add(faults, FAULT_ERROR, yaml_place(item), "found %s after %s, expected the earliest first",
                       said->of, said[-1].of);
    }
}

/* --- the whole --- */

static void rows_read(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct indicator *indicator = target;
    (void)context;
    if (!yaml_is_list(list) || yaml_size(list) > SYSTEMS_MAX) {
        yaml_expected(list, faults, "a list of at most %d systems, like [9, 10]", SYSTEMS_MAX);
        return;
    }
    for (size_t i = 0; i < yaml_size(list); i++)
        indicator->rows += yaml_read_text(yaml_item(list, i), indicator->row[indicator->rows], 8, faults);
}

/* A text in both languages. */
#define PAIR(name)                                                                                                     \
    {                                                                                                                  \
        {"en", YAML_TEXT, YAML_AT(struct indicator, name##_en), .required = true},                                     \
            {"zh", YAML_TEXT, YAML_AT(struct indicator, name##_zh), .required = true}, {0},                            \
    }

static void indicator_read(const struct yaml_node *node, struct indicator *indicator, struct faults *faults)
{
    static const struct yaml_field name[] = PAIR(name), unit[] = PAIR(unit), definition[] = PAIR(definition);
    static const struct yaml_field fields[] = {
        {"id", YAML_ID, YAML_AT(struct indicator, id), .required = true},
        {"name", YAML_MAP, .fields = name, .required = true},
        {"definition", YAML_MAP, .fields = definition, .required = true},
        {"unit", YAML_MAP, .fields = unit, .required = true},
        {"rows", YAML_CUSTOM, .read = rows_read},
        {"headline", YAML_INTEGER, YAML_AT(struct indicator, headline), .min = 1, .max = HEADLINES_MAX},
        {"find", YAML_CUSTOM, .read = indicator_find_read, .required = true},
        {"stated", YAML_CUSTOM, .read = stated_read},
        {0},
    };
    yaml_read(node, fields, indicator, NULL, faults);
}

/* --- one against the others --- */

static void judge_one(const struct indicators *indicators, size_t index, struct place place, struct faults *faults)
{
    const struct indicator *indicator = &indicators->indicator[index];
    const struct indicator_find *find = &indicator->find;
    const struct indicator *of = *find->of ? indicator_named(indicators, find->of) : NULL;
    for (size_t i = 0; i < index; i++) {
        const struct indicator *before = &indicators->indicator[i];
        if (*indicator->id && strcmp(before->id, indicator->id) == 0)
            faults_add(faults, FAULT_ERROR, place, "found a second indicator %s", indicator->id);
        if (indicator->headline && before->headline == indicator->headline)
            faults_add(faults, FAULT_ERROR, place, "found headline %d twice: %s has it", (int)indicator->headline,
                       before->id);
    }
    for (size_t i = 0; i < find->steps; i++)
        if (!indicator_named(indicators, find->step[i]))
            faults_add(faults, FAULT_ERROR, place, "found of: %s, expected the id of an indicator in this file",
                       find->step[i]);
    if (*find->of && !of)
        faults_add(faults, FAULT_ERROR, place, "found of: %s, expected the id of an indicator in this file", find->of);
    else if (of && (find->kind == FIND_GROWTH || find->kind == FIND_ROOM) && of->find.kind != FIND_SUM)
        faults_add(faults, FAULT_ERROR, place, "found of: %s, expected an indicator that is a sum", find->of);
    else if (of && find->kind == FIND_PRICED && of->find.kind != FIND_SUM && of->find.kind != FIND_METHOD_110)
        faults_add(faults, FAULT_ERROR, place, "found a price of %s, expected an indicator that is a sum or method_110",
                   find->of);
}

/* The list under the one key of a file; NULL, with a fault, when it is not so. */
static const struct yaml_node *list_of(const struct yaml_document *document, struct faults *faults)
{
    const struct yaml_node *root = yaml_root(document), *list = yaml_find(root, "indicators");
    if (list && yaml_is_list(list) && yaml_size(root) == 1)
        return list;
    faults_add(faults, FAULT_ERROR, yaml_place(root), "expected nothing but indicators: and a list");
    return NULL;
}

static struct indicators *indicators_read(struct yaml_document *document, struct faults *faults)
{
    const struct yaml_node *list = document ? list_of(document, faults) : NULL;
    struct indicators *indicators = list ? calloc(1, sizeof *indicators) : NULL;
    if (indicators && (indicators->indicator = calloc(yaml_size(list) + 1, sizeof *indicators->indicator))) {
        for (; indicators->count < yaml_size(list); indicators->count++)
            indicator_read(yaml_item(list, indicators->count), &indicators->indicator[indicators->count], faults);
        for (size_t i = 0; i < indicators->count; i++)
            judge_one(indicators, i, yaml_place(yaml_item(list, i)), faults);
    }
    yaml_unload(document);
    if (indicators && indicators->indicator && faults_count(faults, FAULT_ERROR) == 0)
        return indicators;
    indicators_free(indicators);
    return NULL;
}

struct indicators *indicators_load(const char *path, struct faults *faults)
{
    return indicators_read(yaml_load(path, faults), faults);
}

struct indicators *indicators_load_text(const char *text, size_t length, const char *name, struct faults *faults)
{
    return indicators_read(yaml_load_text(text, length, name, faults), faults);
}

void indicators_free(struct indicators *indicators)
{
    for (size_t i = 0; indicators && indicators->indicator && i < indicators->count; i++) {
        criteria_free(indicators->indicator[i].find.that);
        criteria_free(indicators->indicator[i].find.among);
    }
    if (indicators)
        free(indicators->indicator);
    free(indicators);
}

/* --- asked for --- */

const struct indicator *indicator_named(const struct indicators *indicators, const char *id)
{
    for (size_t i = 0; i < indicators->count; i++)
        if (strcmp(indicators->indicator[i].id, id) == 0)
            return &indicators->indicator[i];
    return NULL;
}

const char *indicator_title(const struct indicator *indicator, enum language language)
{
    return language == LANGUAGE_ZH ? indicator->name_zh : indicator->name_en;
}

const char *indicator_unit(const struct indicator *indicator, enum language language)
{
    return language == LANGUAGE_ZH ? indicator->unit_zh : indicator->unit_en;
}

const char *indicator_definition(const struct indicator *indicator, enum language language)
{
    return language == LANGUAGE_ZH ? indicator->definition_zh : indicator->definition_en;
}

/* The last figure of a kind that stands for `year`, or (reached) for no later one. */
const struct indicator_stated *indicator_said(const struct indicator *indicator, enum stated_kind kind, int year)
{
    for (size_t i = indicator->stated; i-- > 0;) {
        const struct indicator_stated *said = &indicator->said[i];
        if (said->kind == (int)kind && (kind == STATED_TARGET ? said->year == year : said->year <= year))
            return said;
    }
    return NULL;
}

/* a + b; false when it does not fit. */
static bool decimal_add(struct decimal a, struct decimal b, struct decimal *sum)
{
    const int places = a.places > b.places ? a.places : b.places;
    const __int128 digits =
        (__int128)a.digits * decimal_power(places - a.places) + (__int128)b.digits * decimal_power(places - b.places);
    *sum = (struct decimal){(int64_t)digits, places};
    return digits >= INT64_MIN && digits <= INT64_MAX;
}

bool indicator_target(const struct indicator *indicator, int year, struct indicator_target *out)
{
    const struct indicator_stated *said = indicator_said(indicator, STATED_TARGET, year);
    const struct indicator_stated *before = indicator_said(indicator, STATED_ACTUAL, year - 1);
    if (!said || !said->has_value)
        return false;
    *out = (struct indicator_target){said->value, said->floor, said};
    return !said->more || (before && before->has_value && decimal_add(before->value, said->value, &out->value));
}

/* --- the files of seeds --- */

static bool seed_in(const char *folder, const char *name, char path[static PATH_BYTES])
{
    const int length = snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    return length > 0 && length < PATH_BYTES && access(path, R_OK) == 0;
}

bool seeds_path(const char *name, char path[static PATH_BYTES])
{
    char home_folder[DATA_PATH_BYTES];
    const char *folder = getenv("COALTALLY_SEEDS");
    if (folder && *folder && seed_in(folder, name, path))
        return true;
    for (int home = 0; home < DATA_HOMES; home++)
        if (data_folder(DATA_SEEDS, (enum data_home)home, home_folder) && seed_in(home_folder, name, path))
            return true;
    return false;
}

struct indicators *indicators_open(const struct config_county *config, struct faults *faults)
{
    char path[PATH_BYTES];
    if (*config->indicators)
        return indicators_load(config->indicators, faults);
    if (seeds_path("indicators.yaml", path))
        return indicators_load(path, faults);
    faults_add(faults, FAULT_ERROR, (struct place){.file = "indicators.yaml"},
               "was found neither in $COALTALLY_SEEDS nor in the folders that were installed with this program: name "
               "its folder in COALTALLY_SEEDS");
    return NULL;
}
