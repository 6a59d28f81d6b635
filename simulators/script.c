/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/script.h"

#include <fnmatch.h>
#include <string.h>

#include "simulators/world.h"

enum { WORDS_MAX = 16 };

struct words {
    bool judged; /* only to be judged, not to be obeyed */
    int count;
    char *word[WORDS_MAX];
    char text[SCRIPT_LINE_MAX];
};

static bool split(const char *line, struct words *words)
{
    char *rest = NULL;
    const size_t length = strlen(line);
    words->count = 0;
    if (length >= sizeof words->text)
        return false;
    memcpy(words->text, line, length + 1);
    for (char *at = strtok_r(words->text, " \t\r\n", &rest); at; at = strtok_r(NULL, " \t\r\n", &rest)) {
        if (words->count == WORDS_MAX)
            return false;
        words->word[words->count++] = at;
    }
    return true;
}

static bool is_match(const struct device *device, const char *pattern)
{
    char name[2 * NAME_MAX_BYTES];
    snprintf(name, sizeof name, "%s/%s", device->mine, device->name);
    return fnmatch(pattern, name, 0) == 0 || fnmatch(pattern, device->name, 0) == 0;
}

/* Calls `act` for every device that the pattern in words->word[1] names. */
static bool each_device(struct world *world, const struct words *words, FILE *out,
                        bool (*act)(struct world *, struct device *, const struct words *, FILE *))
{
    int found = 0;
    for (size_t i = 0; words->count > 1 && i < world->devices; i++)
        if (is_match(&world->device[i], words->word[1])) {
            found++;
            if (!act(world, &world->device[i], words, out))
                return false;
        }
    if (!found)
        fprintf(out, "no device '%s': expected a name, MINE/NAME, or a pattern such as 'sim-a/*'\n",
                words->count > 1 ? words->word[1] : "");
    return found > 0;
}

static bool fault_one(struct world *world, struct device *device, const struct words *words, FILE *out)
{
    struct fault_order order;
    char why[FAULT_WHY_MAX];
    if (!fault_parse(words->word + 2, words->count - 2, &order, why) ||
        !world_fault_fits(world, device, order.kind, why) ||
        (!words->judged && !world_fault(world, device, &order, why))) {
        fprintf(out, "%s\n", why);
        return false;
    }
    return true;
}

static bool clear_one(struct world *world, struct device *device, const struct words *words, FILE *out)
{
    int kind = FAULT_KINDS;
    if (words->count > 2)
        for (kind = 0; kind < FAULT_KINDS; kind++)
            if (strcmp(fault_form((enum fault_kind)kind)->name, words->word[2]) == 0)
                break;
    if (words->count > 2 && kind == FAULT_KINDS) {
        fprintf(out, "'%s' is no fault\n", words->word[2]);
        return false;
    }
    if (!words->judged)
        world_clear(world, device, (enum fault_kind)kind);
    return true;
}

static bool refresh_one(struct world *world, struct device *device, const struct words *words, FILE *out)
{
    int64_t ms;
    (void)world;
    if (words->count != 3 || !yaml_duration_parse(words->word[2], &ms)) {
        fprintf(out, "refresh needs a duration: refresh DEVICE 10s; 0s for always\n");
        return false;
    }
    if (!words->judged)
        device->refresh_ms = ms;
    return true;
}

static bool forget_one(struct world *world, struct device *device, const struct words *words, FILE *out)
{
    (void)world;
    (void)out;
    for (size_t i = 0; !words->judged && i < device->dials; i++)
        device->dial[i].first.set = device->dial[i].last.set = false;
    return true;
}

static bool get_one(struct world *world, struct device *device, const struct words *words, FILE *out)
{
    (void)world;
    for (size_t i = 0; i < device->dials; i++) {
        struct device_dial *dial = &device->dial[i];
        const char *name = device->profile->point[dial->point].name;
        if (words->count > 2 && strcmp(words->word[2], name) != 0)
            continue;
        dial_settle(&dial->dial);
        fprintf(out, "%s/%s\t%s\t%lld\n", device->mine, device->name, name, (long long)dial->dial.count);
    }
    return true;
}

static bool obey_fault(struct world *world, const struct words *words, FILE *out)
{
    return each_device(world, words, out, fault_one);
}

static bool obey_clear(struct world *world, const struct words *words, FILE *out)
{
    return each_device(world, words, out, clear_one);
}

static bool obey_refresh(struct world *world, const struct words *words, FILE *out)
{
    return each_device(world, words, out, refresh_one);
}

static bool obey_forget(struct world *world, const struct words *words, FILE *out)
{
    return each_device(world, words, out, forget_one);
}

static bool obey_get(struct world *world, const struct words *words, FILE *out)
{
    return each_device(world, words, out, get_one);
}

/* "belts stop [MINE]": the scales stand at once. "flows stop": gas and power too. */
static bool obey_flow(struct world *world, const struct words *words, FILE *out)
{
    const bool all = strcmp(words->word[0], "flows") == 0;
    const bool stop = words->count > 1 && strcmp(words->word[1], "stop") == 0;
    const char *mine = words->count > 2 ? words->word[2] : "*";
    int found = 0;
    if (words->count < 2 || (!stop && strcmp(words->word[1], "start") != 0)) {
        fprintf(out, "expected '%s stop' or '%s start'\n", words->word[0], words->word[0]);
        return false;
    }
    for (size_t i = 0; i < world->mines; i++) {
        struct plant *plant = &world->mine[i]->plant;
        if (fnmatch(mine, world->mine[i]->name, 0) != 0)
            continue;
        found++;
        if (words->judged)
            continue;
        plant->belts_stopped = stop;
        plant->flows_stopped = all ? stop : plant->flows_stopped;
    }
    if (!found)
        fprintf(out, "no mine '%s'\n", mine);
    return found > 0;
}

static void show_device(const struct world *world, const struct device *device, FILE *out)
{
    const struct world_port *port = &world->port[device->port];
    fprintf(out, "%s/%s\t", device->mine, device->name);
    if (port->kind == PORT_RTU)
        fprintf(out, "line %s", port->link);
    else
        fprintf(out, "port %d", port->number);
    if (port->kind != PORT_TCP)
        fprintf(out, " at %lld baud", (long long)port->uart.baud);
    fprintf(out, "\tunit %d\t%s\tdrives %s", device->unit, device->profile->name, drive_names[device->drive]);
    for (int a = 0; a < device->ailments; a++)
        fprintf(out, "\t%s", fault_form(device->ailment[a].kind)->name);
    fprintf(out, "\n");
}

static bool obey_show(struct world *world, const struct words *words, FILE *out)
{
    (void)words;
    fprintf(out, "SIMULATED\tseed %llu\tspeed %lld\tsimulated %lld.%lld s\n", (unsigned long long)world->seed,
            (long long)world->speed, (long long)world->now_ms / 1000, (long long)world->now_ms % 1000 / 100);
    for (size_t i = 0; i < world->devices; i++)
        show_device(world, &world->device[i], out);
    return true;
}

static const struct {
    const char *verb;
    bool (*obey)(struct world *, const struct words *, FILE *);
} verbs[] = {
    {"fault", obey_fault}, {"clear", obey_clear}, {"refresh", obey_refresh}, {"belts", obey_flow},
    {"flows", obey_flow},  {"get", obey_get},     {"forget", obey_forget},   {"show", obey_show},
};

/* clang-format off */
const char script_help[] =
    "  fault DEVICE KIND [VALUE] [point NAME] [for DURATION] [times N]\n"
    "  clear DEVICE [KIND]        ends faults that last\n"
    "  refresh DEVICE DURATION    how often the device updates its own totals (0s: always)\n"
    "  belts stop|start [MINE]    the scales stand at once, or run again\n"
    "  flows stop|start [MINE]    the same of all that is counted: belts, gas, power\n"
    "  get DEVICE [POINT]         its counters' registers, in counts\n"
    "  forget DEVICE              the next reading is its first (see the truth)\n"
    "  show                       all devices, their ports, units and faults\n"
    "DEVICE is a name, MINE/NAME, or a pattern of either: 'sim-a/*'. Times are simulated, but for MS,\n"
    "which are real. `times` counts answers, and fits faults of the wire, torn, glitch, twin and sentinel.\n";
/* clang-format on */

bool script_take(struct world *world, const char *line, bool judged, FILE *out)
{
    struct words words = {.judged = judged};
    if (!split(line, &words) || words.count == 0) {
        fprintf(out, "expected a command of at most %d words and %d bytes\n", WORDS_MAX, SCRIPT_LINE_MAX - 1);
        return false;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].verb, words.word[0]) == 0)
            return verbs[i].obey(world, &words, out);
    fprintf(out, "'%s' is no command; there are:\n%s", words.word[0], script_help);
    return false;
}

bool script_obey(struct world *world, const char *line, FILE *out)
{
    return script_take(world, line, false, out);
}
