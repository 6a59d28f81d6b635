/* SPDX-License-Identifier: Apache-2.0 */
/* YAML files read through tables of fields, all faults at once. The only file
 * that knows libyaml is yaml.c. */
#ifndef COALTALLY_YAML_H
#define COALTALLY_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/decimal.h"
#include "drivers/faults.h"

/* --- documents --- */

struct yaml_document;
struct yaml_node; /* lives as long as its document */

/* At most this large, and maps and lists at most this deep in each other. */
enum { YAML_BYTES_MAX = 4 << 20, YAML_DEPTH_MAX = 16 };

/* Reads and parses a file; NULL when it cannot be read or is no YAML (said in
 * faults). Anchors, aliases, tags and several documents are faults too. An empty
 * file is one. A key that stands twice in a map is a fault that does not end the
 * reading, so that the others are found as well: the first one counts, and whether
 * the file is good the number of faults tells. */
struct yaml_document *yaml_load(const char *path, struct faults *faults);

/* The same from memory; `name` stands for the file in messages. */
struct yaml_document *yaml_load_text(const char *text, size_t length, const char *name, struct faults *faults);

/* Empties all lines of a text but those of the sections of these names (NULL-ended) at its top: places in it stay what
 * they are. False, and nothing is changed, where it is not plain that the file is made of such sections, each with its
 * key at the line's begin. */
bool yaml_keep_sections(char *text, size_t *length, const char *const *keep);

/* The bytes of such a file, for who wants their digest too: allocated; NULL with a fault. */
char *yaml_bytes(const char *path, size_t *length, struct faults *faults);

/* Not "yaml_free": libyaml calls a function of that name, and would call ours. */
void yaml_unload(struct yaml_document *document);

const struct yaml_node *yaml_root(const struct yaml_document *document);
struct place yaml_place(const struct yaml_node *node);

/* Scalars: their text; NULL for a list or a map. Plain: without quotes. */
const char *yaml_text(const struct yaml_node *node);
bool yaml_is_plain(const struct yaml_node *node);
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
    YAML_SHARE,    /* int64_t parts per million from min to 1,000,000: 0.5 % */
    YAML_CHOICE,   /* int or an enum: index into `choices` (NULL-ended) */
    YAML_MAP,      /* a struct of its own at offset, read by `fields` */
    YAML_CUSTOM    /* `read` does it */
};

struct yaml_field {
    const char *key; /* NULL ends a table */
    enum yaml_kind kind;
    size_t offset; /* of the member in the target */
    size_t size;   /* of the member */
    bool required;
    int64_t min, max; /* both 0: no bounds (a duration: from 0) */
    const char *const *choices;
    const struct yaml_field *fields;
    /* Reads `node` into the whole target struct; adds its own faults. */
    void (*read)(const struct yaml_node *node, void *target, void *context, struct faults *faults);
};

/* The place of a member: {"name", YAML_TEXT, YAML_AT(struct mine, name), .required = true}.
 * Whether an optional key was there, yaml_find tells. */
#define YAML_AT(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)

/* Reads a map into `target` by a table. Unknown keys (with the nearest known
 * spelling), missing required ones, wrong forms and values out of bounds are
 * faults; what is absent keeps the value that the target had. */
void yaml_read(const struct yaml_node *map, const struct yaml_field *fields, void *target, void *context,
               struct faults *faults);

/* Single values, for `read` functions: false, with a fault, when the form is
 * wrong; *out is then unchanged. Integers (also 0x1F), decimals, true and false
 * must stand without quotes; the rest with or without. */
bool yaml_read_text(const struct yaml_node *node, char *out, size_t size, struct faults *faults);
bool yaml_read_id(const struct yaml_node *node, char *out, size_t size, struct faults *faults);
bool yaml_read_integer(const struct yaml_node *node, int64_t min, int64_t max, int64_t *out, struct faults *faults);
bool yaml_read_boolean(const struct yaml_node *node, bool *out, struct faults *faults);
bool yaml_read_duration(const struct yaml_node *node, int64_t min_ms, int64_t max_ms, int64_t *out_ms,
                        struct faults *faults);
bool yaml_read_decimal(const struct yaml_node *node, struct decimal *out, struct faults *faults);
/* min_ppm: 0, or 1 where nothing is no share. */
bool yaml_read_share(const struct yaml_node *node, int64_t min_ppm, int64_t *out_ppm, struct faults *faults);
bool yaml_read_choice(const struct yaml_node *node, const char *const *choices, int *out, struct faults *faults);
/* A number and its unit: "1200 t/h". What units there are is the caller's business. */
bool yaml_read_quantity(const struct yaml_node *node, struct decimal *out, char *unit, size_t unit_size,
                        struct faults *faults);

/* Adds the fault "found (what stands there), expected ..." for a form of one's own. */
void yaml_expected(const struct yaml_node *node, struct faults *faults, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "08:00" -> seconds after midnight, 00:00 to 23:59. */
bool yaml_read_time(const struct yaml_node *node, int *out_s, struct faults *faults);

/* "500ms", "10s", "5min", "2h", "1d" from elsewhere, such as a command line. */
bool yaml_duration_parse(const char *text, int64_t *out_ms);

/* The candidate nearest in spelling to `text`, or NULL when none is near (more
 * than a third of its letters away). `candidates` is NULL-ended. */
const char *yaml_nearest(const char *text, const char *const *candidates);

/* NULL-ended names -> "main, check, shadow", cut to size. */
void yaml_join(const char *const *names, char *out, size_t size);

#endif
