/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/truth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "simulators/unit.h"

enum { PATH_BYTES = 4096 };

static void print_number(FILE *out, bool known, int64_t number)
{
    if (known)
        fprintf(out, "\t%" PRId64, number);
    else
        fputs("\t-", out);
}

static void print_decimal(FILE *out, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_format(value, text);
    fprintf(out, "\t%s", text);
}

/* Thousandths of the base unit between two running counts, each rounded down. */
static bool milli_between(const struct point *point, int64_t from, int64_t to, int64_t *milli)
{
    const struct unit *unit = unit_find(point->unit);
    struct ratio ratio;
    int64_t low, high;
    if (!ratio_of(point->format.quantum, unit ? unit->grains : 1000000, 1000, &ratio) ||
        !ratio_floor(ratio, from, &low) || !ratio_floor(ratio, to, &high))
        return false;
    *milli = high - low;
    return true;
}

static void print_advance(FILE *out, const struct point *point, const struct dial_mark *first, int64_t advanced)
{
    int64_t milli = 0;
    const int64_t moved = advanced - first->advanced;
    const bool fits = first->set && milli_between(point, first->count, first->count + moved, &milli);
    print_number(out, first->set, moved);
    print_number(out, fits, milli);
}

static void print_counter(const struct device *device, struct device_dial *at, FILE *out)
{
    const struct point *point = &device->profile->point[at->point];
    struct dial *dial = &at->dial;
    dial_settle(dial);
    fprintf(out, "counter\t%s\t%s\t%s\t%s\t%s", device->mine, device->name, point->name, drive_names[device->drive],
            point->unit);
    print_decimal(out, point->format.quantum);
    print_number(out, true, dial->count);
    print_number(out, true, dial->modulus);
    print_number(out, at->first.set, at->first.count);
    print_number(out, at->first.set, at->first.wall_ms);
    print_number(out, at->first.set, at->first.sim_ms);
    print_number(out, at->last.set, at->last.count);
    print_number(out, at->last.set, at->last.wall_ms);
    print_number(out, at->last.set, at->last.sim_ms);
    print_advance(out, point, &at->first, dial->advanced);
    print_advance(out, point, &at->first, at->last.advanced);
    print_number(out, at->first.set, dial_calibrated(dial) - at->first.calibrated);
    print_number(out, true, dial->fell);
    print_number(out, true, dial->wraps);
    print_number(out, true, dial->breaks);
    print_number(out, true, device_passed(device));
    fputc('\n', out);
}

static void print_line(const struct world_port *port, FILE *out)
{
    fprintf(out, "line\t%s\t%s\t%lld", port->name, port->kind == PORT_RTU ? port->link : "-",
            (long long)port->uart.baud);
    print_number(out, true, port->frames);
    print_number(out, true, port->misheard);
    fputc('\n', out);
}

static void print_device(const struct world *world, const struct device *device, FILE *out)
{
    const struct device_requests *requests = &device->requests;
    fprintf(out, "device\t%s\t%s\t%d\t%d\t%s", device->mine, device->name, world->port[device->port].number,
            device->unit, device->profile->name);
    print_number(out, true, requests->asked);
    print_number(out, true, requests->answered);
    print_number(out, true, requests->exceptions);
    print_number(out, true, requests->spoiled);
    print_number(out, true, requests->writes_refused);
    fputc('\n', out);
}

static void print_fault(const struct world *world, const struct world_record *record, FILE *out)
{
    const struct device *device = &world->device[record->device];
    const char *point = record->point < 0 ? "-" : device->profile->point[record->point].name;
    fprintf(out, "fault\t%s\t%s\t%s\t%s", device->mine, device->name, point, fault_form(record->order.kind)->name);
    print_decimal(out, record->order.value);
    print_number(out, true, record->begin_wall_ms);
    print_number(out, true, record->begin_sim_ms);
    print_number(out, record->ended, record->end_sim_ms);
    print_number(out, record->dial, record->before);
    print_number(out, record->dial && (record->ended || !record->lasting), record->after);
    print_number(out, record->dial, record->advanced);
    fputc('\n', out);
}

static void print_flows(const struct world_mine *mine, FILE *out)
{
    static const char *const names[STREAM_COUNT] = {
        [STREAM_MAIN] = "main_belt", [STREAM_CHECK] = "check_belt", [STREAM_GAS] = "gas", [STREAM_ENERGY] = "energy"};
    for (int i = STREAM_MAIN; i < STREAM_COUNT; i++)
        fprintf(out, "flow\t%s\t%s\t%" PRId64 "\n", mine->name, names[i], mine->plant.passed[i]);
    fprintf(out, "flow\t%s\tmined\t%" PRId64 "\n", mine->name, mine->plant.mined_g);
    fprintf(out, "flow\t%s\tpicked\t%" PRId64 "\n", mine->name, mine->plant.picked_g);
    fprintf(out, "flow\t%s\tbunker\t%" PRId64 "\n", mine->name, mine->plant.bunker_g);
}

static void print_belt(const struct world_mine *mine, FILE *out)
{
    const struct plant_belt *belt = &mine->plant.belt;
    const int64_t first = belt->stops > PLANT_STOPS ? belt->stops - PLANT_STOPS : 0;
    fprintf(out, "belt\t%s", mine->name);
    print_number(out, true, belt->ran * PLANT_TICK_MS);
    print_number(out, true, belt->stood * PLANT_TICK_MS);
    print_number(out, true, belt->stops);
    fputc('\n', out);
    for (int64_t i = first; i < belt->stops; i++) {
        fprintf(out, "stop\t%s", mine->name);
        print_number(out, true, belt->stop[i % PLANT_STOPS].from * PLANT_TICK_MS);
        print_number(out, i + 1 < belt->stops || !belt->stands, belt->stop[i % PLANT_STOPS].to * PLANT_TICK_MS);
        fputc('\n', out);
    }
}

void truth_print(struct world *world, FILE *out)
{
    fprintf(out, "# the truth about SIMULATED mines\n");
    fprintf(out, "#world\tseed\tspeed\twall_ms\tsim_ms\n");
    fprintf(out, "world\t%" PRIu64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", world->seed, world->speed,
            world_wall_ms(), world->now_ms);
    fprintf(out, "#counter\tmine\tdevice\tpoint\tdrives\tunit\tquantum\tcount\tmodulus\tfirst_count\tfirst_wall_ms\t"
                 "first_sim_ms\tlast_count\tlast_wall_ms\tlast_sim_ms\tadvanced\tadvanced_milli\tread\tread_milli\t"
                 "calibrated\tfell\twraps\tbreaks\tpassed_micro\n");
    for (size_t i = 0; i < world->devices; i++)
        for (size_t d = 0; d < world->device[i].dials; d++)
            print_counter(&world->device[i], &world->device[i].dial[d], out);
    fprintf(out, "#device\tmine\tdevice\tport\tunit\tprofile\tasked\tanswered\texceptions\tspoiled\twrites_refused\n");
    for (size_t i = 0; i < world->devices; i++)
        print_device(world, &world->device[i], out);
    fprintf(out, "#line\tport\tlink\tbaud\tframes\tmisheard\n");
    for (size_t i = 0; i < world->ports; i++)
        if (world->port[i].kind != PORT_TCP)
            print_line(&world->port[i], out);
    fprintf(out, "#fault\tmine\tdevice\tpoint\tfault\tvalue\tbegin_wall_ms\tbegin_sim_ms\tend_sim_ms\tbefore\tafter\t"
                 "advanced\n");
    for (size_t i = 0; i < world->records; i++)
        print_fault(world, &world->record[i], out);
    fprintf(out, "#flow\tmine\tof\tmicro\n");
    for (size_t i = 0; i < world->mines; i++)
        print_flows(world->mine[i], out);
    fprintf(out, "#belt\tmine\tran_ms\tstood_ms\tstops\n");
    fprintf(out, "#stop\tmine\tbegin_sim_ms\tend_sim_ms\n");
    for (size_t i = 0; i < world->mines; i++)
        print_belt(world->mine[i], out);
}

static bool write_whole(struct world *world, const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return false;
    truth_print(world, out);
    const bool failed = ferror(out);
    return fclose(out) == 0 && !failed;
}

bool truth_write(struct world *world, const char *path)
{
    char fresh[PATH_BYTES];
    errno = ENAMETOOLONG;
    if ((size_t)snprintf(fresh, sizeof fresh, "%s.new", path) < sizeof fresh) {
        if (write_whole(world, fresh) && rename(fresh, path) == 0)
            return true;
        const int why = errno;
        unlink(fresh);
        errno = why;
    }
    fprintf(stderr, "minesim: cannot write the truth to %s: %s\n", path, strerror(errno));
    return false;
}
