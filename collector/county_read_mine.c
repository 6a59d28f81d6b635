/* SPDX-License-Identifier: Apache-2.0 */
/* What a roster's file says of one mine: facts, projects. */
#include <string.h>

#include "collector/county_parts.h"

bool county_list_expect(const struct yaml_node *list, struct faults *faults)
{
    if (!yaml_is_list(list))
        yaml_expected(list, faults, "a list");
    return yaml_is_list(list);
}

bool county_span_judge(const struct yaml_node *node, civil_day from, civil_day to, struct faults *faults)
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
        county_span_judge(node, fact->from, fact->to, faults);
}

void county_read_facts(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct county_mine *mine = target;
    struct county_reader *reader = context;
    for (size_t i = 0; county_list_expect(list, faults) && i < yaml_size(list); i++) {
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
    for (size_t i = 0; county_list_expect(list, faults) && i < yaml_size(list); i++) {
        struct county_project *projects = county_grow(reader, mine->project, &mine->projects, sizeof *projects);
        if (!projects)
            return;
        mine->project = projects;
        project_read(reader, yaml_item(list, i), &projects[mine->projects - 1], faults);
    }
}
