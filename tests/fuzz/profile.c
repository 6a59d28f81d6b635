/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as YAML and as a profile: it is refused with a reason, or every point of it
 * can be asked for and decoded. The registers are the text's own bytes. */
#include <string.h>

#include "drivers/frame.h"
#include "drivers/profile.h"
#include "tests/fuzz/fuzz.h"

/* Walks over all that stands in the document. */
static size_t nodes_count(const struct yaml_node *node, int depth)
{
    size_t count = 1;
    MUST(depth <= YAML_DEPTH_MAX);
    if (yaml_is_list(node))
        for (size_t i = 0; i < yaml_size(node); i++)
            count += nodes_count(yaml_item(node, i), depth + 1);
    else if (yaml_is_map(node))
        for (size_t i = 0; i < yaml_size(node); i++) {
            MUST(yaml_find(node, yaml_key(node, i)));
            count += nodes_count(yaml_value(node, i), depth + 1);
        }
    else
        MUST(yaml_text(node));
    return count;
}

/* A point's registers lie within the request that is said to hold them. */
static void must_hold(const struct request *request, const struct point *point)
{
    MUST(point->table == request->table && point->wide == request->wide);
    MUST(point->address >= request->address);
    MUST(point->address + point_addresses(point) <= request->address + request->count);
}

static void must_plan(const struct profile *profile)
{
    struct plan *plan = plan_new(profile);
    if (!plan)
        return;
    for (size_t i = 0; i < plan->requests; i++) {
        const struct question question = {.unit = 1, .request = &plan->request[i]};
        MUST(frame_allowed(&question));
    }
    for (size_t i = 0; i < profile->points; i++) {
        MUST(plan->request_of[i] < plan->requests);
        if (point_words(&profile->point[i]) > 0)
            must_hold(&plan->request[plan->request_of[i]], &profile->point[i]);
    }
    plan_free(plan);
}

/* First those that depend on nothing, then those that depend on them, as a scan does. */
static void must_decode(const struct profile *profile, const uint8_t *data, size_t size)
{
    struct reading *readings = calloc(profile->points + 1, sizeof *readings);
    for (int depth = 0; readings && depth < POINT_DEPTHS; depth++)
        for (size_t i = 0; i < profile->points; i++) {
            uint16_t registers[2 * TEXT_REGISTERS_MAX] = {0};
            if (point_depth(&profile->point[i]) != depth)
                continue;
            MUST(point_words(&profile->point[i]) <= TEXT_REGISTERS_MAX);
            for (size_t word = 0; word < TEXT_REGISTERS_MAX && size > 0; word++)
                registers[word] = (uint16_t)(data[(i + 2 * word) % size] << 8 | data[(i + 2 * word + 1) % size]);
            readings[i] = point_decode_among(profile->point, i, registers, readings);
            MUST(readings[i].quality < QUALITY_COUNT);
            MUST(point_step(&profile->point[i], readings[i].count) >= 1);
        }
    for (size_t i = 0; readings && i < profile->points; i++)
        MUST(point_condition(profile->point, i, readings) < QUALITY_COUNT);
    free(readings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    struct faults *faults = faults_new();
    struct profile *profile = NULL;
    struct yaml_document *document = yaml_load_text((const char *)data, size, "input", faults);
    if (document) {
        MUST(nodes_count(yaml_root(document), 0) <= size + 1);
        profile = profile_read(document, "input", faults);
    }
    MUST(profile || faults_count(faults, FAULT_ERROR) > 0);
    yaml_unload(document);
    if (profile) {
        must_plan(profile);
        must_decode(profile, data, size);
    }
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    if (nowhere)
        faults_print(faults, nowhere);
    profile_free(profile);
    faults_free(faults);
    return 0;
}
