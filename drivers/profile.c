/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/profile.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/plan.h"
#include "drivers/profile_parts.h"

enum { POINTS_MAX = 4000 };

/* A profile in the making. */
struct reader {
    struct profile profile;
    int64_t base, max_hole, max_registers;
    struct point_draft defaults;
};

static void read_base(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    static const int64_t bases[] = {0, 1, 10001, 30001, 40001, 100001, 300001, 400001};
    struct reader *reader = target;

    (void)context;
    if (!yaml_read_integer(node, 0, 0, &reader->base, faults))
        return;
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if (bases[i] == reader->base)
            return;
    faults_add(faults, FAULT_ERROR, yaml_place(node),
               "found \"%s\", expected what the source calls the first address: 0, 1, 10001, 30001, 40001, or with six "
               "digits 100001, 300001, 400001",
               yaml_text(node));
    reader->base = 0;
}

static void read_defaults(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    point_defaults_read(node, &((struct reader *)target)->defaults, faults);
}

/* Points are read when all else is known. */
static void read_points(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)target;
    (void)context;
    if (!yaml_is_list(node) || yaml_size(node) == 0 || yaml_size(node) > POINTS_MAX)
        yaml_expected(node, faults, "a list of 1 to %d points, one a line: - {name: total1, ...}", POINTS_MAX);
}

static const struct yaml_field fields[] = {
    {"profile", YAML_ID, YAML_AT(struct reader, profile.name), .required = true},
    {"title", YAML_TEXT, YAML_AT(struct reader, profile.title), .required = true},
    {"source", YAML_TEXT, YAML_AT(struct reader, profile.source), .required = true},
    {"address_base", YAML_CUSTOM, .read = read_base, .required = true},
    {"max_hole", YAML_INTEGER, YAML_AT(struct reader, max_hole), .min = 0, .max = PLAN_REGISTERS_MAX - 2},
    {"max_registers", YAML_INTEGER, YAML_AT(struct reader, max_registers), .min = 1, .max = PLAN_REGISTERS_MAX},
    {"defaults", YAML_CUSTOM, .read = read_defaults},
    {"points", YAML_CUSTOM, .read = read_points, .required = true},
    {0},
};

static struct place point_place(const struct profile *profile, size_t index)
{
    return profile->point[index].place;
}

static void judge_names(const struct profile *profile, size_t last, struct faults *faults)
{
    const char *name = profile->point[last].name;

    for (size_t i = 0; i < last && *name; i++) {
        if (strcmp(profile->point[i].name, name) == 0) {
            faults_add(faults, FAULT_ERROR, point_place(profile, last),
                       "found the point \"%s\" again; it also stands in line %d", name, point_place(profile, i).line);
            return;
        }
    }
}

static bool is_part_of_word(const struct point *point)
{
    return point->format.type == TYPE_BIT || point->format.type == TYPE_BITS || point->format.type == TYPE_SUM;
}

/* Two views of one value are usual (a word and its bits); half of another is a slip. */
static void judge_overlap(const struct profile *profile, size_t last, struct faults *faults)
{
    const struct point *b = &profile->point[last];

    for (size_t i = 0; i < last; i++) {
        const struct point *a = &profile->point[i];
        int a_end = a->address + point_addresses(a), b_end = b->address + point_addresses(b);
        bool meet = a->table == b->table && memcmp(a->model, b->model, sizeof a->model) == 0 && a->address < b_end &&
                    b->address < a_end;
        bool is_view = (a->address == b->address && a_end == b_end) || is_part_of_word(a) || is_part_of_word(b);
        if (meet && !is_view)
            faults_add(faults, FAULT_WARNING, b->place, "\"%s\" overlaps \"%s\" in line %d", b->name, a->name,
                       a->place.line);
    }
}

static void read_all_points(const struct yaml_node *list, const struct yaml_node *defaults, struct reader *reader,
                            struct faults *faults)
{
    struct profile *profile = &reader->profile;
    bool *good = calloc(yaml_size(list), sizeof *good);

    profile->point = calloc(yaml_size(list), sizeof *profile->point);
    if (!profile->point || !good) {
        faults_add(faults, FAULT_ERROR, yaml_place(list), "out of memory");
        free(good);
        return;
    }
    for (size_t i = 0; i < yaml_size(list); i++) {
        good[i] = point_read(yaml_item(list, i), &reader->defaults, reader->base, &profile->point[i], faults);
        judge_names(profile, i, faults);
        if (good[i])
            judge_overlap(profile, i, faults);
        profile->points++;
    }
    profile_link(profile, &(struct profile_lines){list, defaults, good}, faults);
    free(good);
}

struct profile *profile_read(const struct yaml_document *document, const char *path, struct faults *faults)
{
    size_t before = faults_count(faults, FAULT_ERROR);
    const struct yaml_node *root = yaml_root(document);
    struct reader reader = {.max_hole = HOLE_DEFAULT};
    struct profile *profile = malloc(sizeof *profile);

    point_defaults_read(NULL, &reader.defaults, faults);
    yaml_read(root, fields, &reader, NULL, faults);
    reader.profile.max_hole = (int)reader.max_hole;
    reader.profile.max_registers = (int)reader.max_registers;
    const struct yaml_node *list = yaml_find(root, "points");
    if (list && yaml_is_list(list) && yaml_size(list) > 0 && yaml_size(list) <= POINTS_MAX)
        read_all_points(list, yaml_find(root, "defaults"), &reader, faults);
    if (!profile)
        faults_add(faults, FAULT_ERROR, yaml_place(root), "out of memory");
    if (faults_count(faults, FAULT_ERROR) != before) {
        free(reader.profile.point);
        free(profile);
        return NULL;
    }
    *profile = reader.profile;
    snprintf(profile->path, sizeof profile->path, "%s", path);
    for (size_t i = 0; i < profile->points; i++)
        profile->point[i].place.file = profile->path;
    return profile;
}

/* "profiles/siemens-bw500.yaml" is the file of siemens-bw500. */
static bool is_file_of(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    size_t length = strlen(name);

    return strncmp(file, name, length) == 0 && strcmp(file + length, ".yaml") == 0;
}

struct profile *profile_load(const char *path, struct faults *faults)
{
    size_t before = faults_count(faults, FAULT_ERROR);
    struct yaml_document *document = yaml_load(path, faults);
    struct profile *profile = document ? profile_read(document, path, faults) : NULL;

    if (profile && !is_file_of(path, profile->name))
        faults_add(faults, FAULT_ERROR, yaml_place(yaml_find(yaml_root(document), "profile")),
                   "found the profile \"%s\", expected it in a file of the name %s.yaml", profile->name, profile->name);
    if (profile && faults_count(faults, FAULT_ERROR) != before) {
        profile_free(profile);
        profile = NULL;
    }
    yaml_unload(document);
    return profile;
}

void profile_free(struct profile *profile)
{
    if (!profile)
        return;
    free(profile->point);
    free(profile);
}

int profile_find(const struct profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->points; i++)
        if (strcmp(profile->point[i].name, name) == 0)
            return (int)i;
    return -1;
}
