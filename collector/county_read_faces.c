/* SPDX-License-Identifier: Apache-2.0 */
/* What a roster's file says of a mine's faces, and the coal that method 110 wins on their stretches. */
#include <string.h>

#include "collector/county_parts.h"

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
    if (faults_count(faults, FAULT_ERROR) > before || !county_span_judge(node, stretch->from, stretch->to, faults))
        return;
    if (!stretch_coal(stretch))
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "found lengths that cannot be, expected each above 0, with at most 6 digits in all, in metres, and "
                   "t/m3 for the density");
}

static void read_stretches(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    struct county_face *face = target;
    for (size_t i = 0; county_list_expect(list, faults) && i < yaml_size(list); i++) {
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
    for (size_t i = 0; county_list_expect(list, faults) && i < yaml_size(list); i++) {
        struct county_face *faces = county_grow(reader, mine->face, &mine->faces, sizeof *faces);
        if (!faces)
            return;
        mine->face = faces;
        face_read(reader, yaml_item(list, i), &faces[mine->faces - 1], faults);
        face_unique(mine, &faces[mine->faces - 1], yaml_item(list, i), faults);
    }
}
