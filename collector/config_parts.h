/* SPDX-License-Identifier: Apache-2.0 */
/* What the files config*.c share; nobody else includes it. Each part reads one
 * key of the file's root, in the order of the root's table, because later ones
 * refer to earlier ones and inherit from them. What has faults is still stored,
 * so that one fault does not bring others after it. */
#ifndef COALTALLY_CONFIG_PARTS_H
#define COALTALLY_CONFIG_PARTS_H

#include "collector/config.h"

enum { BAD_PROFILES_MAX = 32 };

/* What a bus has where it says nothing. Below 0: not said, so that the kind of the
 * bus decides. mine: CONFIG_NONE when not said. */
struct config_defaults {
    int64_t interval_ms, timeout_ms, alarm_after_ms;
    int64_t retries, pause_ms, pause_after_connect_ms;
    size_t mine;
};

/* Bounds of polling, the same wherever it is set. */
enum { POLL_SECOND_MS = 1000, POLL_DAY_MS = 86400 * POLL_SECOND_MS, RETRIES_MAX = 5 };
#define POLLING_FIELDS(type)                                                                                           \
    {"interval", YAML_DURATION, YAML_AT(type, interval_ms), .min = 20, .max = POLL_DAY_MS},                            \
        {"timeout", YAML_DURATION, YAML_AT(type, timeout_ms), .min = 10, .max = 60 * POLL_SECOND_MS},                  \
        {"alarm_after", YAML_DURATION, YAML_AT(type, alarm_after_ms), .min = POLL_SECOND_MS, .max = POLL_DAY_MS},      \
        {"retries", YAML_INTEGER, YAML_AT(type, retries), .max = RETRIES_MAX},                                         \
        {"pause", YAML_DURATION, YAML_AT(type, pause_ms), .max = 10 * POLL_SECOND_MS},                                 \
    {                                                                                                                  \
        "pause_after_connect", YAML_DURATION, YAML_AT(type, pause_after_connect_ms), .max = 60 * POLL_SECOND_MS        \
    }

struct config_reader {
    struct config *config;
    struct faults *faults;
    const struct yaml_node *root;
    struct config_defaults defaults;
    struct config_folders folders;
    size_t bad_profiles;
    char bad_profile[BAD_PROFILES_MAX][NAME_MAX_BYTES]; /* names of those that could not be loaded */
    bool memory;                                        /* ran out of it */
};

/* Things of one kind, found by name: an array of structs that begin with it. */
struct config_names {
    const char *kind; /* "bus" */
    const void *first;
    size_t count, stride;
};

/* An array for the items of a list, with a fault when it is none; NULL (also
 * without any) with *count 0. */
void *config_array(struct config_reader *reader, const struct yaml_node *list, size_t size, size_t *count);

/* The place of an item of such a list, or of one of its values, where it has that. */
struct place config_place(const struct config_reader *reader, const char *list, size_t index, const char *key);

/* Index of the one that `text` names; otherwise a fault with the nearest spelling, and CONFIG_NONE. */
size_t config_refer(const struct config_reader *reader, struct place place, const char *text,
                    struct config_names names);

/* No name stands twice in a list, and none is "county". */
void config_unique(const struct config_reader *reader, const char *list, struct config_names names);

/* The quantity named at a node; otherwise a fault with the nearest spelling, and NULL. */
const struct quantity *config_quantity(const struct yaml_node *node, struct faults *faults);

/* What there is of each kind, for config_refer and config_unique. Lives as long as the configuration. */
struct config_names config_mine_names(const struct config *config);
struct config_names config_bus_names(const struct config *config);
struct config_names config_device_names(const struct config *config);
struct config_names config_meter_names(const struct config *config);

/* Each is the `read` of a field (yaml.h) whose context is the reader. */
void config_read_mqtt(const struct yaml_node *map, void *target, void *context, struct faults *faults);
void config_read_closing(const struct yaml_node *map, void *target, void *context, struct faults *faults);
void config_read_mines(const struct yaml_node *list, void *target, void *context, struct faults *faults);
void config_read_calendar(const struct yaml_node *list, void *mine, void *context, struct faults *faults);
void config_read_defaults(const struct yaml_node *map, void *target, void *context, struct faults *faults);
void config_read_buses(const struct yaml_node *list, void *target, void *context, struct faults *faults);
void config_read_devices(const struct yaml_node *list, void *target, void *context, struct faults *faults);
void config_read_alarms(const struct yaml_node *map, void *target, void *context, struct faults *faults);
void config_read_limits(const struct yaml_node *list, void *target, void *context, struct faults *faults);
void config_read_county(const struct yaml_node *map, void *target, void *context, struct faults *faults);
void config_read_meters(const struct yaml_node *list, void *target, void *context, struct faults *faults);

/* A name of a file that is a whole path. */
bool config_absolute(const struct yaml_node *node, char *out, size_t size, struct faults *faults);

/* The profile of that name, loaded once; NULL after its faults were added. */
const struct profile *config_profile(struct config_reader *reader, struct place place, const char *name);

/* A name that stands alone at a node: its index; otherwise a fault, and CONFIG_NONE. */
size_t config_refer_node(const struct config_reader *reader, const struct yaml_node *node, struct config_names names);

/* "scale-1.total1": a device and one of its points of that kind, by index; of one of another kind: a fault, and
 * true; otherwise a fault, and false. */
bool config_refer_kind(const struct config_reader *reader, const struct yaml_node *node, enum point_kind kind,
                       size_t *device, size_t *point);

/* The mine that a thing without `mine:` belongs to: the only one, or a fault. */
size_t config_only_mine(const struct config_reader *reader, struct place place, const char *what);

/* An amount or a rate as it stands in the file. */
struct meter_amount {
    const struct yaml_node *node; /* NULL: the file does not say */
    struct decimal value;
    char unit[UNIT_MAX_BYTES];
};

/* A meter being read; what is -1 or NULL comes from its point. */
struct meter_draft {
    struct config_meter meter;
    const struct yaml_node *node;
    const struct point *counter; /* NULL: unknown */
    struct meter_amount max_rate, resolution, noise, drop_out, creep_limit;
    struct meter_amount load; /* what one count is, where the counter counts skips or trucks */
    int64_t modulus, refresh_ms;
};

/* The rules of a meter whose counter and quantity are known, and its definition. */
void config_rules(const struct config_reader *reader, struct meter_draft *draft);

/* What the whole says that no line shows; adds faults and warnings. */
void config_judge(const struct config_reader *reader);

#endif
