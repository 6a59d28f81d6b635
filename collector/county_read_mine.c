/* SPDX-License-Identifier: Apache-2.0 */
/* What a roster's file says of one mine: facts, faces, projects. */
#include <stdlib.h>
#include <string.h>

#include "collector/county_parts.h"

static bool list_expect(const struct yaml_node *list, struct faults *faults)
{
    if (!yaml_is_list(list))
        yaml_expected(list, faults, "a list");
    return yaml_is_list(list);
}

static bool span_judge(const struct yaml_node *node, civil_day from, civil_day to, struct faults *faults)
{
    if (to <= from)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "ends (to: is the first day on which it holds no more) before it begins, expected a later day");
    return to > from;
}

/* --- facts --- */

static void read_kind(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    int kind;
    (void)context;
    if (yaml_read_choice(node, fact_keys(), &kind, faults))
        ((struct county_fact *)target)->kind = (enum fact_kind)kind;
}

/* The kind was read before: it stands earlier in the table. */
static void read_value(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct county_fact *fact = target;
    const char *text = yaml_text(node);
    (void)context;
    if (fact->kind == FACT_KINDS || (text && fact_value_parse(fact->kind, text, &fact->value)))
        return;
    char list[256];
    if (fact_info(fact->kind)->form == FACT_AMOUNT) {
        yaml_expected(node, faults, "10^4 t a year, such as 120");
        return;
    }
    yaml_join(fact_info(fact->kind)->value, list, sizeof list);
    yaml_expected(node, faults, "one of: %s", list);
}

static void read_from(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    county_read_day(node, &((struct county_fact *)target)->from, faults);
}

static void read_to(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct county_fact *fact = target;
    (void)context;
    fact->ends = county_read_day(node, &fact->to, faults);
}

static void fact_read(struct county_reader *reader, const struct yaml_node *node, struct county_fact *fact,
                      struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"fact", YAML_CUSTOM, .read = read_kind, .required = true},
        {"value", YAML_CUSTOM, .read = read_value, .required = true},
        {"from", YAML_CUSTOM, .read = read_from, .required = true},
        {"to", YAML_CUSTOM, .read = read_to},
        {"source", YAML_TEXT, YAML_AT(struct county_fact, source), .required = true},
        {"definition", YAML_TEXT, YAML_AT(struct county_fact, definition)},
        {0},
    };
    const size_t before = faults_count(faults, FAULT_ERROR);
    *fact = (struct county_fact){.kind = FACT_KINDS, .to = COUNTY_OPEN, .place = county_place(reader, node)};
    yaml_read(node, fields, fact, reader, faults);
    if (faults_count(faults, FAULT_ERROR) == before)
        span_judge(node, fact->from, fact->to, faults);
}

void county_read_facts(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct county_mine *mine = target;
    struct county_reader *reader = context;
    for (size_t i = 0; list_expect(list, faults) && i < yaml_size(list); i++) {
        struct county_fact *facts = county_grow(reader, mine->fact, &mine->facts, sizeof *facts);
        if (!facts)
            return;
        mine->fact = facts;
        const size_t before = faults_count(faults, FAULT_ERROR);
        fact_read(reader, yaml_item(list, i), &facts[mine->facts - 1], faults);
        if (faults_count(faults, FAULT_ERROR) > before)
            mine->facts--; /* so that one fault does not bring others after it */
    }
}

/* --- faces --- */

static void read_stretch_from(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    county_read_day(node, &((struct county_stretch *)target)->from, faults);
}

static void read_stretch_to(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    county_read_day(node, &((struct county_stretch *)target)->to, faults);
}

/* width x length x height x density x recovery, in kg, half-even; false: it leaves int64, or is not above 0. */
static bool stretch_coal(struct county_stretch *stretch)
{
    const struct decimal factors[] = {
        stretch->pillar_m, stretch->length_m, stretch->height_m, stretch->density, {stretch->recovery_ppm, 6}};
    __int128 over = 1, product = 1000; /* t -> kg */
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        const struct decimal factor = decimal_reduce(factors[i]);
        if (factor.digits <= 0 || factor.digits > 1000000 || factor.places > 6)
            return false; /* a million of each: 10^33 at most */
        product *= factor.digits;
        over *= decimal_power(factor.places);
    }
    const __int128 whole = product / over, rest = product % over * 2;
    const __int128 rounded = whole + (rest > over || (rest == over && whole % 2 == 1));
    if (rounded > INT64_MAX / 1000)
        return false;
    stretch->coal_kg = (int64_t)rounded;
    return true;
}

static void stretch_read(const struct yaml_node *node, struct county_stretch *stretch, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"from", YAML_CUSTOM, .read = read_stretch_from, .required = true},
        {"to", YAML_CUSTOM, .read = read_stretch_to, .required = true},
        {"pillar_m", YAML_DECIMAL, YAML_AT(struct county_stretch, pillar_m), .required = true},
        {"length_m", YAML_DECIMAL, YAML_AT(struct county_stretch, length_m), .required = true},
        {"height_m", YAML_DECIMAL, YAML_AT(struct county_stretch, height_m), .required = true},
        {"density", YAML_DECIMAL, YAML_AT(struct county_stretch, density), .required = true},
        {"recovery", YAML_SHARE, YAML_AT(struct county_stretch, recovery_ppm), .required = true, .min = 1},
        {0},
    };
    const size_t before = faults_count(faults, FAULT_ERROR);
    yaml_read(node, fields, stretch, NULL, faults);
    if (faults_count(faults, FAULT_ERROR) > before || !span_judge(node, stretch->from, stretch->to, faults))
        return;
    if (!stretch_coal(stretch))
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found lengths that cannot be, expected each above 0, with at most 6 digits in all, in metres, and "
                   "t/m3 for the density");
}

static void read_stretches(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct county_face *face = target;
    for (size_t i = 0; list_expect(list, faults) && i < yaml_size(list); i++) {
        struct county_stretch *grown = county_grow(context, face->stretch, &face->stretches, sizeof *grown);
        if (!grown)
            return;
        face->stretch = grown;
        stretch_read(yaml_item(list, i), &grown[face->stretches - 1], faults);
    }
}

static void read_smart_from(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    county_read_day(node, &((struct county_face *)target)->smart_from, faults);
}

static void read_closed(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    county_read_day(node, &((struct county_face *)target)->closed, faults);
}

static void face_read(struct county_reader *reader, const struct yaml_node *node, struct county_face *face,
                      struct faults *faults)
{
    static const char *const kinds[] = {"mining", "heading", NULL};
    static const struct yaml_field fields[] = {
        {"name", YAML_TEXT, YAML_AT(struct county_face, name), .required = true},
        {"kind", YAML_CHOICE, YAML_AT(struct county_face, kind), .choices = kinds, .required = true},
        {"smart_from", YAML_CUSTOM, .read = read_smart_from},
        {"closed", YAML_CUSTOM, .read = read_closed},
        {"method_110", YAML_CUSTOM, .read = read_stretches},
        {"source", YAML_TEXT, YAML_AT(struct county_face, source), .required = true},
        {"definition", YAML_TEXT, YAML_AT(struct county_face, definition)},
        {0},
    };
    *face = (struct county_face){.smart_from = COUNTY_OPEN, .closed = COUNTY_OPEN, .place = county_place(reader, node)};
    yaml_read(node, fields, face, reader, faults);
}

static void face_unique(const struct county_mine *mine, const struct county_face *face, const struct yaml_node *node,
                        struct faults *faults)
{
    for (const struct county_face *other = mine->face; other < face; other++)
        if (*face->name && strcmp(other->name, face->name) == 0)
            faults_add(faults, FAULT_ERROR, yaml_place(node),
                       "found the face \"%s\" again; it also stands in line %d of %s", face->name, other->place.line,
                       other->place.file);
}

void county_read_faces(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct county_mine *mine = target;
    struct county_reader *reader = context;
    for (size_t i = 0; list_expect(list, faults) && i < yaml_size(list); i++) {
        struct county_face *faces = county_grow(reader, mine->face, &mine->faces, sizeof *faces);
        if (!faces)
            return;
        mine->face = faces;
        face_read(reader, yaml_item(list, i), &faces[mine->faces - 1], faults);
        face_unique(mine, &faces[mine->faces - 1], yaml_item(list, i), faults);
    }
}

/* --- projects --- */

static void read_step(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct county_project *project = target;
    int step = 0;
    (void)context;
    if (!yaml_read_choice(node, county_step_words(), &step, faults))
        return;
    snprintf(project->step_word, sizeof project->step_word, "%s", county_step_words()[step]);
    project->step = county_step_title(project->step_word);
}

static void read_on(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)context;
    county_read_day(node, &((struct county_project *)target)->on, faults);
}

/* "2026"; "2024/25" is stated in 2025 without a year of its own. */
static void read_year(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct county_project *project = target;
    const char *text = yaml_text(node);
    const size_t digits = text ? strspn(text, "0123456789") : 0;
    (void)context;
    if (digits == 4 && (!text[4] || (text[4] == '/' && strspn(text + 5, "0123456789") == 2 && !text[7])))
        snprintf(project->year, sizeof project->year, "%s", text);
    else
        yaml_expected(node, faults, "a year such as 2026 or 2024/25");
}

static void project_judge(const struct yaml_node *node, struct county_project *project, struct faults *faults)
{
    const bool on = project->on != COUNTY_OPEN;
    int year, month, day;
    if (on == (*project->year != '\0'))
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found %s, expected one of them",
                   faults_say(faults, on ? N_("on: and year:") : N_("neither on: nor year:")));
    else if (project->reached && !on)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found reached: true without its day, expected on: and a date such as 2026-10-13");
    else if (on) {
        civil_to_date(project->on, &year, &month, &day);
        snprintf(project->year, sizeof project->year, "%04d", year);
    }
}

static void project_read(struct county_reader *reader, const struct yaml_node *node, struct county_project *project,
                         struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"indicator", YAML_ID, YAML_AT(struct county_project, indicator), .required = true},
        {"step", YAML_CUSTOM, .read = read_step, .required = true},
        {"on", YAML_CUSTOM, .read = read_on},
        {"year", YAML_CUSTOM, .read = read_year},
        {"reached", YAML_BOOLEAN, YAML_AT(struct county_project, reached)},
        {"source", YAML_TEXT, YAML_AT(struct county_project, source), .required = true},
        {"definition", YAML_TEXT, YAML_AT(struct county_project, definition)},
        {0},
    };
    const size_t before = faults_count(faults, FAULT_ERROR);
    *project = (struct county_project){.on = COUNTY_OPEN, .place = county_place(reader, node)};
    yaml_read(node, fields, project, reader, faults);
    if (faults_count(faults, FAULT_ERROR) == before)
        project_judge(node, project, faults);
}

void county_read_projects(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct county_mine *mine = target;
    struct county_reader *reader = context;
    for (size_t i = 0; list_expect(list, faults) && i < yaml_size(list); i++) {
        struct county_project *projects = county_grow(reader, mine->project, &mine->projects, sizeof *projects);
        if (!projects)
            return;
        mine->project = projects;
        project_read(reader, yaml_item(list, i), &projects[mine->projects - 1], faults);
    }
}
