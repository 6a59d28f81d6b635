/* SPDX-License-Identifier: Apache-2.0 */
/* The limits of capacity out of their file. */
#include <stdlib.h>
#include <string.h>

#include "collector/capacity.h"
#include "collector/indicator.h"
#include "drivers/span.h"
#include "drivers/yaml.h"

static const int64_t after_max_ms = 366 * DAY_MS;

enum { PERCENT_PLACES_MAX = 3, PERCENT_MAX = 10000, DAYS_MAX = 366 };

/* As enum capacity_measure. */
static const char *const measures[] = {"month", "year", "forecast", "day", "stopped", "no-data", "no-entry", NULL};
/* As enum journal_level, less JOURNAL_INFO. */
static const char *const levels[] = {"amber", "red", NULL};

/* One limit while it is read. */
struct reading_limit {
    struct capacity_limit limit;
    int level;
    const struct yaml_node *over, *at_least, *of_days, *after, *quantity;
};

static bool is_share(enum capacity_measure measure)
{
    return measure <= CAPACITY_DAY;
}

static bool is_silence(enum capacity_measure measure)
{
    return measure == CAPACITY_NO_DATA || measure == CAPACITY_NO_ENTRY;
}

/* --- single values --- */

static void day_read(const struct yaml_node *node, civil_day *out, struct faults *faults)
{
    const char *text = yaml_text(node);
    if (!text || !civil_parse(text, out))
        yaml_expected(node, faults, "a date like 2026-10-13");
}

static void from_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    day_read(node, &((struct reading_limit *)target)->limit.from, faults);
}

static void to_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    day_read(node, &((struct reading_limit *)target)->limit.to, faults);
}

static void edition_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"en", YAML_TEXT, YAML_AT(struct capacity_limit, edition_en), .required = true},
        {"zh", YAML_TEXT, YAML_AT(struct capacity_limit, edition_zh), .required = true},
        {0},
    };
    yaml_read(node, fields, &((struct reading_limit *)target)->limit, context, faults);
}

static void quantity_read(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct reading_limit *reading = target;
    const char *name = yaml_text(node);
    (void)context;
    reading->quantity = node;
    reading->limit.quantity = name ? quantity_find(name) : NULL;
    if (!reading->limit.quantity)
        yaml_expected(node, faults, "a quantity like raw_coal or energy");
}

/* What a value is good for, its measure decides: kept until that is known. */
#define KEEP(member)                                                                                                   \
    static void member##_keep(const struct yaml_node *node, void *target, void *context, struct faults *faults)        \
    {                                                                                                                  \
        (void)context;                                                                                                 \
        (void)faults;                                                                                                  \
        ((struct reading_limit *)target)->member = node;                                                               \
    }
KEEP(over)
KEEP(at_least)
KEEP(of_days)
KEEP(after)

/* --- the figure of a limit --- */

static void percent_read(const struct yaml_node *node, struct capacity_limit *limit, struct faults *faults)
{
    struct decimal percent;
    char unit[8];
    if (!yaml_read_quantity(node, &percent, unit, sizeof unit, faults))
        return;
    if (strcmp(unit, "%") != 0 || percent.digits < 0 || percent.places > PERCENT_PLACES_MAX ||
        percent.digits > PERCENT_MAX * decimal_power(percent.places))
        yaml_expected(node, faults, "a share like 10 %% or 110 %%, at most %d %% and %d decimals", PERCENT_MAX,
                      PERCENT_PLACES_MAX);
    else
        limit->percent = percent;
}

static void amount_read(const struct yaml_node *node, struct capacity_limit *limit, struct faults *faults)
{
    const char *text = yaml_text(node);
    if (!text || !quantity_amount(limit->quantity, text, &limit->more_than) || limit->more_than < 0)
        yaml_expected(node, faults, "an amount like 0 %s", limit->quantity->unit);
}

static void unwanted(const struct yaml_node *node, const char *key, enum capacity_measure measure,
                     struct faults *faults)
{
    if (node)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "%s is not for the limit %s", key, measures[measure]);
}

static void share_judge(struct reading_limit *reading, struct faults *faults)
{
    struct capacity_limit *limit = &reading->limit;
    const struct yaml_node *figure = reading->over ? reading->over : reading->at_least;
    limit->included = !reading->over;
    if (!figure || (reading->over && reading->at_least))
        faults_add(faults, FAULT_ERROR, limit->place,
                   "expected either over: (only what is more) or at_least: (the figure too), a share like 10 %%");
    else
        percent_read(figure, limit, faults);
    if (limit->measure != CAPACITY_DAY)
        unwanted(reading->of_days, "of_days", limit->measure, faults);
    else if (!reading->of_days)
        faults_add(faults, FAULT_ERROR, limit->place, "of_days: is missing: the days of work in a year, like 330");
    else
        yaml_read_integer(reading->of_days, 1, DAYS_MAX, &limit->of_days, faults);
    unwanted(reading->after, "after", limit->measure, faults);
    unwanted(reading->quantity, "quantity", limit->measure, faults);
}

static void stopped_judge(struct reading_limit *reading, struct faults *faults)
{
    struct capacity_limit *limit = &reading->limit;
    unwanted(reading->at_least, "at_least", limit->measure, faults);
    unwanted(reading->of_days, "of_days", limit->measure, faults);
    unwanted(reading->after, "after", limit->measure, faults);
    if (!reading->quantity)
        limit->quantity = quantity_find("raw_coal");
    if (!reading->over)
        faults_add(faults, FAULT_ERROR, limit->place, "over: is missing: an amount like 0 t");
    else if (limit->quantity)
        amount_read(reading->over, limit, faults);
}

static void silence_judge(struct reading_limit *reading, struct faults *faults)
{
    struct capacity_limit *limit = &reading->limit;
    unwanted(reading->over, "over", limit->measure, faults);
    unwanted(reading->at_least, "at_least", limit->measure, faults);
    unwanted(reading->of_days, "of_days", limit->measure, faults);
    unwanted(reading->quantity, "quantity", limit->measure, faults);
    if (!reading->after)
        faults_add(faults, FAULT_ERROR, limit->place, "after: is missing: a time like 12h");
    else
        yaml_read_duration(reading->after, 1, after_max_ms, &limit->after_ms, faults);
}

static void limit_judge(struct reading_limit *reading, struct faults *faults)
{
    struct capacity_limit *limit = &reading->limit;
    limit->level = reading->level == 1 ? JOURNAL_RED : JOURNAL_AMBER;
    if (limit->from >= limit->to)
        faults_add(faults, FAULT_ERROR, limit->place, "to: lies not after from:");
    if (is_share(limit->measure))
        share_judge(reading, faults);
    else if (is_silence(limit->measure))
        silence_judge(reading, faults);
    else
        stopped_judge(reading, faults);
}

/* --- the file --- */

static void limit_read(const struct yaml_node *node, struct capacity_limit *out, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"limit", YAML_CHOICE, YAML_AT(struct reading_limit, limit.measure), .required = true, .choices = measures},
        {"level", YAML_CHOICE, YAML_AT(struct reading_limit, level), .required = true, .choices = levels},
        {"over", YAML_CUSTOM, .read = over_keep},
        {"at_least", YAML_CUSTOM, .read = at_least_keep},
        {"of_days", YAML_CUSTOM, .read = of_days_keep},
        {"after", YAML_CUSTOM, .read = after_keep},
        {"quantity", YAML_CUSTOM, .read = quantity_read},
        {"heuristic", YAML_BOOLEAN, YAML_AT(struct reading_limit, limit.heuristic)},
        {"edition", YAML_CUSTOM, .read = edition_read, .required = true},
        {"article", YAML_TEXT, YAML_AT(struct reading_limit, limit.article)},
        {"source", YAML_TEXT, YAML_AT(struct reading_limit, limit.source), .required = true},
        {"from", YAML_CUSTOM, .read = from_read, .required = true},
        {"to", YAML_CUSTOM, .read = to_read},
        {0},
    };
    struct reading_limit reading = {.limit = {.to = INT32_MAX, .place = yaml_place(node)}};
    const size_t before = faults_count(faults, FAULT_ERROR);
    yaml_read(node, fields, &reading, NULL, faults);
    if (faults_count(faults, FAULT_ERROR) == before)
        limit_judge(&reading, faults);
    *out = reading.limit;
}

static struct capacity_limits *limits_of(const struct yaml_document *document, const char *path, struct faults *faults)
{
    const struct yaml_node *root = yaml_root(document), *list = yaml_find(root, "limits");
    struct capacity_limits *limits = calloc(1, sizeof *limits);
    if (!list || !yaml_is_list(list) || yaml_size(root) != 1)
        faults_add(faults, FAULT_ERROR, yaml_place(root), "expected nothing but limits: and a list");
    else if (limits && (limits->limit = calloc(yaml_size(list) + 1, sizeof *limits->limit)))
        for (; limits->count < yaml_size(list); limits->count++) {
            limit_read(yaml_item(list, limits->count), &limits->limit[limits->count], faults);
            limits->limit[limits->count].place.file = limits->path;
        }
    if (limits)
        strncat(limits->path, path, sizeof limits->path - 1);
    if (limits && limits->limit && faults_count(faults, FAULT_ERROR) == 0)
        return limits;
    capacity_limits_free(limits);
    return NULL;
}

struct capacity_limits *capacity_limits_load(const char *path, struct faults *faults)
{
    struct yaml_document *document = yaml_load(path, faults);
    struct capacity_limits *limits = document ? limits_of(document, path, faults) : NULL;
    yaml_unload(document);
    return limits;
}

struct capacity_limits *capacity_limits_load_text(const char *text, size_t length, const char *name,
                                                  struct faults *faults)
{
    struct yaml_document *document = yaml_load_text(text, length, name, faults);
    struct capacity_limits *limits = document ? limits_of(document, name, faults) : NULL;
    yaml_unload(document);
    return limits;
}

struct capacity_limits *capacity_limits_open(const struct config_county *config, struct faults *faults)
{
    char path[PATH_BYTES];
    if (*config->limits)
        return capacity_limits_load(config->limits, faults);
    if (seeds_path("limits.yaml", path))
        return capacity_limits_load(path, faults);
    faults_add(faults, FAULT_ERROR, (struct place){"limits.yaml", 0, 0},
               "was found neither in $COALTALLY_SEEDS nor in the folders that were installed with this program: name "
               "its folder in COALTALLY_SEEDS");
    return NULL;
}

void capacity_limits_free(struct capacity_limits *limits)
{
    if (limits)
        free(limits->limit);
    free(limits);
}
