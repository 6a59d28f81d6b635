/* SPDX-License-Identifier: Apache-2.0 */
/* YAML files read through tables of fields, all faults at once. The only file
 * that knows libyaml is yaml.c. */
#ifndef COALTALLY_YAML_H
#define COALTALLY_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "drivers/decimal.h"

/* --- faults: what is wrong in files, all of it, in the order of the files --- */

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *faults);

/* Where something stands. line 0: the file as a whole. */
struct place {
    const char *file; /* owned by the document; faults_add copies it */
    int line;         /* 1-based */
    int column;       /* 1-based */
};

enum fault_level { FAULT_ERROR, FAULT_WARNING };

/* Adds one; the text says what was found and what was expected. */
void faults_add(struct faults *faults, enum fault_level level, struct place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

size_t faults_count(const struct faults *faults, enum fault_level level);

/* One line each, "file:line:column: text" or "...: warning: text", sorted by
 * file in order of first mention, then line and column. */
void faults_print(const struct faults *faults, FILE *out);

/* --- documents --- */

struct yaml_document;
struct yaml_node; /* lives as long as its document */

/* Reads and parses a file; NULL when it cannot be read or is no YAML (said in
 * faults). Duplicate keys, aliases and several documents are faults too. At most 4 MiB. */
struct yaml_document *yaml_load(const char *path, struct faults *faults);

/* The same from memory; `name` stands for the file in messages. For tests and fuzzers. */
struct yaml_document *yaml_load_text(const char *text, size_t length, const char *name, struct faults *faults);
void yaml_free(struct yaml_document *document);

const struct yaml_node *yaml_root(const struct yaml_document *document);
struct place yaml_place(const struct yaml_node *node);

/* Scalars: their text; NULL for a list or a map. */
const char *yaml_text(const struct yaml_node *node);
/* Lists: number of items (0 for anything else), and one of them. */
bool yaml_is_list(const struct yaml_node *node);
bool yaml_is_map(const struct yaml_node *node);
size_t yaml_size(const struct yaml_node *node);
const struct yaml_node *yaml_item(const struct yaml_node *list, size_t index);
/* Maps: an entry by position, or by key (NULL when absent). */
const char *yaml_key(const struct yaml_node *map, size_t index);
struct place yaml_key_place(const struct yaml_node *map, size_t index);
const struct yaml_node *yaml_value(const struct yaml_node *map, size_t index);
const struct yaml_node *yaml_find(const struct yaml_node *map, const char *key);

/* --- tables of fields --- */

enum yaml_kind {
    YAML_TEXT,     /* char[size] */
    YAML_ID,       /* char[size]: [a-z0-9][a-z0-9-]{0,62} */
    YAML_INTEGER,  /* int64_t between min and max */
    YAML_BOOLEAN,  /* bool: true or false */
    YAML_DURATION, /* int64_t milliseconds between min and max: 500ms, 10s, 5min, 2h, 1d */
    YAML_DECIMAL,  /* struct decimal */
    YAML_CHOICE,   /* int: index into `choices` (NULL-ended) */
    YAML_MAP,      /* a struct of its own at offset, read by `fields` */
    YAML_CUSTOM    /* `read` does it */
};

struct yaml_field {
    const char *key; /* NULL ends a table */
    enum yaml_kind kind;
    size_t offset; /* of the member in the target */
    size_t size;   /* of a text member */
    bool required;
    int64_t min, max;
    const char *const *choices;
    const struct yaml_field *fields;
    /* Reads `node` into the whole target struct; adds its own faults. */
    void (*read)(const struct yaml_node *node, void *target, void *context, struct faults *faults);
    /* Optional bool member set to true when the key was present. */
    size_t present_offset; /* 0: none, so no `present` may be a struct's first member */
};

/* Reads a map into `target` by a table. Unknown keys (with the nearest known
 * spelling), missing required ones, wrong forms and values out of bounds are
 * faults; what is absent keeps the value that the target had. */
void yaml_read(const struct yaml_node *map, const struct yaml_field *fields, void *target, void *context,
               struct faults *faults);

/* Single values, for `read` functions: false, with a fault, when the form is wrong. */
bool yaml_read_integer(const struct yaml_node *node, int64_t min, int64_t max, int64_t *out, struct faults *faults);
bool yaml_read_duration(const struct yaml_node *node, int64_t min_ms, int64_t max_ms, int64_t *out_ms,
                        struct faults *faults);
bool yaml_read_decimal(const struct yaml_node *node, struct decimal *out, struct faults *faults);
bool yaml_read_id(const struct yaml_node *node, char *out, size_t size, struct faults *faults);

/* The candidate nearest in spelling to `text`, or NULL when none is near (more
 * than a third of its letters away). `candidates` is NULL-ended. */
const char *yaml_nearest(const char *text, const char *const *candidates);

#endif
