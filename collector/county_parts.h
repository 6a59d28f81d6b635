/* SPDX-License-Identifier: Apache-2.0 */
/* What the files county*.c share; nobody else includes it. */
#ifndef COALTALLY_COUNTY_PARTS_H
#define COALTALLY_COUNTY_PARTS_H

#include "collector/county.h"
#include "drivers/yaml.h"

/* One file while it is read into a county. */
struct county_reader {
    struct county *county;
    const char *path; /* the county's copy: places outlive the document */
    bool seeds;       /* the published texts: no mine of theirs is simulated */
    bool memory;      /* ran out of it */
};

/* Room for one more of an array, zeroed; NULL, with reader->memory, when there is none. */
void *county_grow(struct county_reader *reader, void *array, size_t *count, size_t size);

/* Where a node stands, by the county's copy of the file's name. */
struct place county_place(const struct county_reader *reader, const struct yaml_node *node);

/* Frees what a mine holds. */
void county_mine_clear(struct county_mine *mine);

/* "2026-10-13" at a node; a fault, and false, when it is none. */
bool county_read_day(const struct yaml_node *node, civil_day *day, struct faults *faults);

/* Whether a node is a list; whether a span ends after it begins. False after a fault. */
bool county_list_expect(const struct yaml_node *list, struct faults *faults);
bool county_span_judge(const struct yaml_node *node, civil_day from, civil_day to, struct faults *faults);

/* Each is the `read` of a field of a mine, whose target is a struct county_mine and whose context is the reader. */
void county_read_facts(const struct yaml_node *list, void *mine, void *context, struct faults *faults);
void county_read_faces(const struct yaml_node *list, void *mine, void *context, struct faults *faults);
void county_read_projects(const struct yaml_node *list, void *mine, void *context, struct faults *faults);

/* Puts the mines and their facts in order, says where facts contradict each other, and ends what
 * says no end of its own where the next begins. */
void county_judge(struct county *county, struct faults *faults);

#endif
