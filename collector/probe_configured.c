/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/probe_configured.h"

#include <stdlib.h>
#include <string.h>

#include "collector/config.h"
#include "collector/probe_held.h"
#include "collector/words.h"

static size_t device_find(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->devices; i++)
        if (strcmp(config->device[i].name, name) == 0)
            return i;
    return CONFIG_NONE;
}

static size_t bus_find(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->buses; i++)
        if (strcmp(config->bus[i].name, name) == 0)
            return i;
    return CONFIG_NONE;
}

static int name_unknown(const struct command *command, const struct config *config, bool device, const char *name)
{
    const char **names = calloc(config->devices + config->buses + 1, sizeof *names);
    const size_t count = device ? config->devices : config->buses;
    for (size_t i = 0; names && i < count; i++)
        names[i] = device ? config->device[i].name : config->bus[i].name;
    const char *nearest = names ? yaml_nearest(name, names) : NULL;
    const int status = command_fail(
        command, COMMAND_USAGE, "no %s \"%s\" in %s%s%s%s%s",
        device ? word(WORD_DEVICE, command->language) : say(command->language, "bus"), name, config->path,
        nearest ? say(command->language, "; did you mean ") : "", nearest ? nearest : "",
        nearest ? say(command->language, "?") : "",
        device && !nearest
            ? say(command->language, "; an address is tcp:HOST[:PORT], rtu:/dev/ttyS1 or rtu_over_tcp:HOST:PORT")
            : "");
    free(names);
    return status;
}

/* The devices that are meant, asked as the configuration says. Returns how many. */
static size_t devices_take(const struct asking *asking, const struct config *config, size_t device, size_t bus,
                           struct asked_device *asked)
{
    size_t count = 0;
    for (size_t i = 0; i < config->devices; i++) {
        const struct config_device *of = &config->device[i];
        if (device != CONFIG_NONE ? i != device : of->bus != bus)
            continue;
        asked[count] = (struct asked_device){.name = of->name, .profile = of->profile, .unit = config_unit(of)};
        if (command_given(asking->command, "timeout"))
            asked[count].unit.timeout_ms = asking->target.unit.timeout_ms;
        count++;
    }
    return count;
}

static int bus_ask(struct asking *asking, const struct config *config, size_t device, size_t bus)
{
    const struct command *command = asking->command;
    struct asked_device *asked = calloc(config->devices + 1, sizeof *asked);
    char name[LINK_TEXT_BYTES];
    int status = COMMAND_GOOD;
    asking->target.link = config->bus[bus].link;
    link_name(&asking->target.link, name);
    snprintf(asking->where, sizeof asking->where, "%s:%s", link_kind_name(&asking->target.link), name);
    const size_t count = asked ? devices_take(asking, config, device, bus, asked) : 0;
    const struct held_link link = {config->database, config->runtime, &asking->target.link, true,
                                   device != CONFIG_NONE ? config->device[device].name : NULL};
    if (!asked)
        status = command_fail(command, COMMAND_COULD_NOT, "out of memory");
    else if (count == 0)
        status = command_fail(command, COMMAND_USAGE, "no device is on the bus %s", config->bus[bus].name);
    else if (!probe_held(command, &asking->page, &link, &status)) {
        status = asking_open(asking);
        if (status == COMMAND_GOOD)
            status = command_given(command, "near") ? ask_near_points(asking, asked, count)
                                                    : ask_devices(asking, asked, count);
        asking_close(asking);
    }
    free(asked);
    return status;
}

static int names_ask(struct asking *asking, const struct config *config)
{
    const struct command *command = asking->command;
    const char *name = command->operands ? command->operand[0] : NULL, *bus_name = command_value(command, "bus", 0);
    const size_t device = name ? device_find(config, name) : CONFIG_NONE;
    const size_t bus = name ? CONFIG_NONE : bus_find(config, bus_name);
    if (name && device == CONFIG_NONE)
        return name_unknown(command, config, true, name);
    if (!name && bus == CONFIG_NONE)
        return name_unknown(command, config, false, bus_name);
    return bus_ask(asking, config, device, name ? config->device[device].bus : bus);
}

int probe_configured(struct asking *asking)
{
    static const char *const of_address[] = {"unit", "at",   "words",  "base",      "profile",
                                             "scan", "baud", "parity", "stop-bits", "mine"};
    const struct command *command = asking->command;
    for (size_t i = 0; i < sizeof of_address / sizeof *of_address; i++)
        if (command_given(command, of_address[i]))
            return command_fail(command, COMMAND_USAGE, "--%s goes with an address; of %s the configuration says it",
                                of_address[i], command->operands ? command->operand[0] : "a bus");
    if (command->operands && command_given(command, "bus"))
        return command_fail(command, COMMAND_USAGE, "give a device or --bus NAME, not both");
    if (!command->operands && command_given(command, "near"))
        return command_fail(command, COMMAND_USAGE, "--near is for one device");
    struct faults *faults = command_faults(command);
    struct config *config = faults ? config_load(command->config_file, faults) : NULL;
    int status;
    if (!config && faults)
        faults_print(faults, stderr);
    if (config)
        status = names_ask(asking, config);
    else
        status = command_fail(command, COMMAND_USAGE, "cannot use the configuration %s", command->config_file);
    config_free(config);
    faults_free(faults);
    return status;
}
