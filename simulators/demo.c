/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/demo.h"

#include <stdio.h>
#include <string.h>

#include "simulators/profiles.h"

/* The receiver of the four methane sensors and the level stand behind one gateway,
 * all else has a port of its own. */
static const struct usual {
    const char *name, *profile, *port;
    enum drive drive;
    int unit;
} usual[] = {
    {"scale-1", "siemens-bw500", NULL, DRIVE_MAIN_BELT, 1}, {"scale-2", "siemens-bw500", NULL, DRIVE_CHECK_BELT, 1},
    {"gas-1", "krohne-altosonic-v12", NULL, DRIVE_GAS, 1},  {"power-1", "eastron-sdm72d-m", NULL, DRIVE_POWER, 1},
    {"ch4", "pemtech-pt2008", "sensors", DRIVE_METHANE, 1}, {"bunker", "vega-vegapuls", "sensors", DRIVE_BUNKER, 2},
};

static const int64_t rates_t_h[] = {800, 1100, 500, 1500};

static bool add_device(struct world *world, const struct world_mine *mine, char letter, const struct usual *what,
                       const struct profile *profile)
{
    char name[NAME_MAX_BYTES], port[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "%c-%s", letter, what->name);
    snprintf(port, sizeof port, "%c-%s", letter, what->port ? what->port : what->name);
    const int at = world_port(world, port);
    const struct device_setup setup = {
        .mine = mine->name,
        .name = name,
        .profile = profile,
        .plant = &mine->plant,
        .drive = what->drive,
        .unit = what->unit,
        .port = (size_t)at,
        .seed = world->seed,
    };
    return at >= 0 && world_add_device(world, &setup);
}

static bool add_mine(struct world *world, int index, const char *profiles, struct faults *faults)
{
    const struct place nowhere = {.file = "minesim"};
    const char letter = (char)('a' + index);
    char name[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "sim-%c", letter);
    const int64_t rate_t_h = rates_t_h[(size_t)index % (sizeof rates_t_h / sizeof *rates_t_h)];
    struct world_mine *mine = world_add_mine(world, name, rate_t_h);
    if (!mine) {
        faults_add(faults, FAULT_ERROR, nowhere, "out of memory");
        return false;
    }
    snprintf(mine->title_en, sizeof mine->title_en, "Simulated mine %c", letter - 'a' + 'A');
    snprintf(mine->title_zh, sizeof mine->title_zh, "模拟%c", letter - 'a' + 'A');
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        const struct profile *profile = profiles_get(world, profiles, usual[i].profile, nowhere, faults);
        if (!profile)
            return false;
        if (!add_device(world, mine, letter, &usual[i], profile)) {
            faults_add(faults, FAULT_ERROR, nowhere, "out of memory");
            return false;
        }
    }
    return true;
}

bool demo_add(struct world *world, int64_t count, const char *profiles, struct faults *faults)
{
    for (int i = 0; i < count; i++)
        if (!add_mine(world, i, profiles, faults))
            return false;
    return true;
}
