/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOTALS = 2, GAUGES = 96 };

/* 100 registers from 0 on: two totals of 32 bits, then gauges of 16. The first gauge
 * is the ms of the minute at which the answer was made. */
static void print_profile(FILE *out)
{
    fprintf(out, "# SPDX-License-Identifier: Apache-2.0\n"
                 "# Made by minesim for its bench: no such device exists. SIMULATED.\n"
                 "profile: " BENCH_PROFILE "\n"
                 "title: Simulated device of the bench\n"
                 "source: made up for the bench of minesim\n"
                 "address_base: 0\n"
                 "points:\n");
    for (int i = 0; i < TOTALS; i++)
        fprintf(out,
                "  - {name: total%d, kind: counter, table: holding, address: %d, type: uint32, order: ABCD, "
                "scale: 0.001, unit: t, resettable: true}\n",
                i + 1, i * 2);
    for (int i = 0; i < GAUGES; i++)
        fprintf(out, "  - {name: gauge%d, kind: gauge, table: holding, address: %d, type: uint16%s}\n", i + 1,
                TOTALS * 2 + i, i == 0 ? ", unit: ms" : "");
}

static struct profile *make_profile(struct faults *faults)
{
    char *text = NULL;
    size_t size = 0;
    struct profile *profile = NULL;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    print_profile(out);
    if (fclose(out) == 0) {
        struct yaml_document *document = yaml_load_text(text, size, BENCH_PROFILE ".yaml", faults);
        if (document)
            profile = profile_read(document, BENCH_PROFILE ".yaml", faults);
        yaml_unload(document);
    }
    free(text);
    return profile;
}

/* The bench's mine, with its profile; once. NULL after adding a fault. */
static const struct world_mine *bench_mine(struct world *world, struct faults *faults)
{
    for (size_t i = 0; i < world->mines; i++)
        if (strcmp(world->mine[i]->name, "bench") == 0)
            return world->mine[i];
    struct profile *profile = make_profile(faults);
    if (profile && world_add_profile(world, profile))
        return world_add_mine(world, "bench", 1000);
    return NULL;
}

static bool add_device(struct world *world, const struct world_mine *mine, const char *name, int port, int unit)
{
    const struct device_setup setup = {
        .mine = mine->name,
        .name = name,
        .profile = world_profile(world, BENCH_PROFILE),
        .plant = &mine->plant,
        .drive = DRIVE_BENCH,
        .unit = unit,
        .port = (size_t)port,
        .seed = world->seed,
    };
    return port >= 0 && world_add_device(world, &setup);
}

static bool out_of_memory(struct faults *faults)
{
    faults_add(faults, FAULT_ERROR, (struct place){.file = "minesim"}, "out of memory");
    return false;
}

bool bench_add(struct world *world, int64_t count, struct faults *faults)
{
    const struct world_mine *mine = bench_mine(world, faults);
    for (int i = 0; mine && i < count; i++) {
        char name[NAME_MAX_BYTES];
        snprintf(name, sizeof name, "device-%03d", i);
        if (!add_device(world, mine, name, world_port(world, name), 1))
            return out_of_memory(faults);
    }
    return mine || out_of_memory(faults);
}

bool bench_add_line(struct world *world, int64_t count, int64_t baud, struct faults *faults)
{
    const struct world_mine *mine = bench_mine(world, faults);
    const int port = mine ? world_port(world, "bench-line") : -1;
    if (port < 0)
        return out_of_memory(faults);
    world->port[port].kind = PORT_RTU;
    world->port[port].uart.baud = baud;
    for (int i = 1; i <= count; i++) {
        char name[NAME_MAX_BYTES];
        snprintf(name, sizeof name, "unit-%03d", i);
        if (!add_device(world, mine, name, port, i))
            return out_of_memory(faults);
    }
    return true;
}

bool bench_write_profile(const char *folder)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/" BENCH_PROFILE ".yaml", folder) >= sizeof path)
        return false;
    FILE *out = fopen(path, "w");
    if (!out)
        return false;
    print_profile(out);
    return fclose(out) == 0;
}
