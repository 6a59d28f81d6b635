/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated devices of small profiles, for the tests of minesim. */
#ifndef COALTALLY_TESTS_SIMULATED_H
#define COALTALLY_TESTS_SIMULATED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "simulators/world.h"
#include "tests/unit/seed.h"

/* A scale with a total of each kind. Registers 0 to 31. */
#define SIMULATED_SCALE                                                                                                \
    "profile: test-scale\n"                                                                                            \
    "title: Scale of a test\n"                                                                                         \
    "source: made up\n"                                                                                                \
    "address_base: 0\n"                                                                                                \
    "defaults: {table: holding, order: ABCD, unit: t}\n"                                                               \
    "points:\n"                                                                                                        \
    "  - {name: total1, kind: counter, address: 0, type: uint32, scale: 0.001, resettable: true}\n"                    \
    "  - {name: total-swapped, kind: counter, address: 2, type: uint32, order: CDAB, scale: 0.001}\n"                  \
    "  - {name: total-float, kind: counter, address: 4, type: float32, resolution: 0.1}\n"                             \
    "  - {name: total-coarse, kind: counter, address: 6, type: uint32, scale: 0.001, resolution: 10}\n"                \
    "  - {name: total-short, kind: counter, address: 8, type: uint16, scale: 0.001}\n"                                 \
    "  - {name: total-long, kind: counter, address: 10, type: int64, scale: 0.000001}\n"                               \
    "  - {name: total-shift, kind: counter, address: 14, type: uint32, scale: 0.001, resettable: true, "               \
    "resets_at: [\"16:46\"]}\n"                                                                                        \
    "  - {name: total-reverse, kind: counter, address: 16, type: uint32, scale: 0.001}\n"                              \
    "  - {name: rate, kind: gauge, address: 18, type: uint32, scale: 0.001, unit: t/h}\n"                              \
    "  - {name: load, kind: gauge, address: 20, type: int16, scale: 0.1, unit: kg/m, sentinels: [-32768, 30004]}\n"    \
    "  - {name: odd, kind: gauge, address: 21, type: uint16, scale: 1, unit: furlong}\n"                               \
    "  - {name: totalizing, kind: state, table: discrete, address: 0}\n"                                               \
    "  - {name: calibrating, kind: state, table: discrete, address: 1, means: calibrating}\n"                          \
    "  - {name: testing, kind: state, address: 31, bit: 3, means: testing}\n"

/* A profile out of its text; the test fails where it has faults. */
static inline struct profile *simulated_profile(const char *text)
{
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, strlen(text), "test.yaml", faults);
    struct profile *profile = document ? profile_read(document, "test.yaml", faults) : NULL;
    yaml_unload(document);
    faults_print(faults, stderr);
    faults_free(faults);
    assert_non_null(profile);
    return profile;
}

/* A world with one mine and one belt scale of that profile, "sim-t/scale", whose
 * belt runs; unit 1 behind port 0. */
static inline struct world *simulated_world(uint64_t seed)
{
    struct world *world = world_new(seed, (16 * 60 + 45) * 60000, 1);
    struct profile *profile = simulated_profile(SIMULATED_SCALE);
    assert_true(world_add_profile(world, profile));
    struct world_mine *mine = world_add_mine(world, "sim-t", 900);
    assert_int_equal(world_port(world, "scale"), 0);
    const struct device_setup setup = {
        .mine = "sim-t",
        .name = "scale",
        .profile = profile,
        .plant = &mine->plant,
        .drive = DRIVE_MAIN_BELT,
        .unit = 1,
        .seed = seed,
    };
    assert_non_null(world_add_device(world, &setup));
    return world;
}

/* What a client reads of a point now, in counts; a good answer. */
static inline int64_t simulated_read(struct world *world, const char *name)
{
    struct device *device = &world->device[0];
    const int index = profile_find(device->profile, name);
    assert_true(index >= 0);
    const struct point *point = &device->profile->point[index];
    const struct request request = {
        .table = point->table, .address = point->address, .count = (uint16_t)point_words(point)};
    uint16_t words[4];
    assert_int_equal(device_read(device, &request, true, world->now_ms, 1000, words), 0);
    const struct reading reading = point_decode(point, words);
    assert_true(reading.quality == QUALITY_GOOD || reading.quality == QUALITY_SENTINEL);
    return reading.quality == QUALITY_GOOD ? reading.count : INT64_MIN;
}

static inline struct dial *simulated_dial(struct world *world, const char *name)
{
    struct device *device = &world->device[0];
    struct device_dial *dial = device_dial_of(device, profile_find(device->profile, name));
    assert_non_null(dial);
    return &dial->dial;
}

#endif
