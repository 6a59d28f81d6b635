/* SPDX-License-Identifier: Apache-2.0 */
/* Devices read and shown, to set up and to find faults. It reads only. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/display.h"
#include "collector/probe_ask.h"
#include "collector/probe_configured.h"
#include "collector/probe_held.h"
#include "collector/settings.h"

enum {
    TIMEOUT_DEFAULT_MS = 1000,
    TIMEOUT_SCAN_MS = 300,
    TIMEOUT_MAX_MS = 60000,
    EVERY_MIN_MS = 100,
    EVERY_MAX_MS = 3600000,
    TIMES_MAX = 1000000,
    WORDS_DEFAULT = 8,
    BASE_MAX = 400001
};

/* --- what was asked for --- */

static bool number_option(const struct command *command, const char *name, long min, long max, int *out)
{
    const char *text = command_value(command, name, 0);
    if (!text)
        return true;
    char *end;
    const long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < min || value > max) {
        command_fail(command, COMMAND_USAGE, "--%s %s: expected a number from %ld to %ld", name, text, min, max);
        return false;
    }
    *out = (int)value;
    return true;
}

static bool duration_option(const struct command *command, const char *name, int64_t min_ms, int64_t max_ms,
                            int64_t *out_ms)
{
    const char *text = command_value(command, name, 0);
    int64_t value = 0;
    if (!text)
        return true;
    if (!yaml_duration_parse(text, &value) || value < min_ms || value > max_ms) {
        command_fail(command, COMMAND_USAGE, "--%s %s: expected a time from %lldms to %llds, such as 500ms or 2s", name,
                     text, (long long)min_ms, (long long)max_ms / 1000);
        return false;
    }
    *out_ms = value;
    return true;
}

static bool timeout_option(const struct command *command, int *timeout_ms)
{
    int64_t value = *timeout_ms;
    const bool good = duration_option(command, "timeout", 1, TIMEOUT_MAX_MS, &value);
    *timeout_ms = (int)value;
    return good;
}

/* --again reads twice, --watch on and on. */
static bool repeat_options(const struct command *command, struct asking *asking)
{
    asking->times = command_given(command, "again") ? 2 : 0;
    if (command_given(command, "again") && command_given(command, "watch")) {
        command_fail(command, COMMAND_USAGE, "give one of --again TIME and --watch TIME");
        return false;
    }
    if (!duration_option(command, "again", EVERY_MIN_MS, EVERY_MAX_MS, &asking->every_ms) ||
        !duration_option(command, "watch", EVERY_MIN_MS, EVERY_MAX_MS, &asking->every_ms) ||
        !number_option(command, "times", 1, TIMES_MAX, &asking->times))
        return false;
    if (command_given(command, "times") && !asking->every_ms) {
        command_fail(command, COMMAND_USAGE, "--times N is for --watch TIME: how often to read");
        return false;
    }
    return true;
}

static bool line_options(const struct command *command, struct wire_link *link)
{
    static const char *const names[] = {"baud", "parity", "stop-bits"};
    const char *baud = command_value(command, "baud", 0), *parity = command_value(command, "parity", 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (command_given(command, names[i]) && !link_is_serial(link)) {
            command_fail(command, COMMAND_USAGE,
                         "--%s is of a serial line (rtu:, rtu_over_tcp:), not of tcp:", names[i]);
            return false;
        }
    if (baud && !link_parse_baud(baud, &link->baud)) {
        command_fail(command, COMMAND_USAGE, "--baud %s: expected a number from %d to %d", baud, LINK_BAUD_MIN,
                     LINK_BAUD_MAX);
        return false;
    }
    if (parity && !link_parse_parity(parity, &link->parity)) {
        command_fail(command, COMMAND_USAGE, "--parity %s: expected none, even or odd", parity);
        return false;
    }
    return number_option(command, "stop-bits", 1, 2, &link->stop_bits);
}

/* Modbus over Serial Line V1.02, 2.2. */
static int unit_for_all(const struct command *command, const char *option, const char *text)
{
    return command_fail(command, COMMAND_USAGE,
                        "--%s %s: on a serial line 0 means all units, and none of them answers: expected 1 "
                        "to 247",
                        option, text);
}

static int target_read(const struct command *command, struct asking *asking)
{
    const char *address = command->operand[0];
    struct probe_target *target = &asking->target;
    char why[LINK_TEXT_BYTES + 256];
    const int timeout_ms = command_given(command, "scan") ? TIMEOUT_SCAN_MS : TIMEOUT_DEFAULT_MS;
    target->unit = (struct wire_unit){.unit = 1, .timeout_ms = timeout_ms};
    if (!link_parse(address, &target->link, why, sizeof why))
        return command_fail(command, COMMAND_USAGE, "\"%s\" is no address: %s", address, why);
    snprintf(asking->where, sizeof asking->where, "%s", address);
    if (!line_options(command, &target->link) || !number_option(command, "unit", 0, 255, &target->unit.unit) ||
        !timeout_option(command, &target->unit.timeout_ms))
        return COMMAND_USAGE;
    return target->unit.unit == 0 && link_is_serial(&target->link) ? unit_for_all(command, "unit", "0") : COMMAND_GOOD;
}

static int range_read(const struct command *command, struct request *request)
{
    const char *at = command_value(command, "at", 0);
    const bool near = command_given(command, "near");
    int base = 0, words = near ? REGISTERS_WORDS_MAX : WORDS_DEFAULT;
    if (!number_option(command, "base", 0, BASE_MAX, &base) ||
        !number_option(command, "words", 1, near ? REGISTERS_WORDS_MAX : PLAN_BITS_MAX, &words))
        return COMMAND_USAGE;
    if (!probe_at(at, base, request))
        return command_fail(command, COMMAND_USAGE,
                            "--at %s: expected a table and an address from %d to %d: holding:1009, input:0, coil:16 or "
                            "discrete:0",
                            at, base, 65535 + base);
    if (words > request_most(request))
        return command_fail(command, COMMAND_USAGE, "--words %d: one request reads at most %d of them", words,
                            request_most(request));
    if (near && (request->table == TABLE_COIL || request->table == TABLE_DISCRETE))
        return command_fail(command, COMMAND_USAGE, "--near is for registers; bits stand side by side as they are");
    if (request->address + words > 65536)
        words = 65536 - request->address;
    request->count = (uint16_t)words;
    return COMMAND_GOOD;
}

static int profile_read_named(const struct command *command, struct profile **profile)
{
    char path[PATH_BYTES];
    const int status = settings_profile(command, command_value(command, "profile", 0), path);
    if (status != COMMAND_GOOD)
        return status;
    struct faults *faults = command_faults(command);
    *profile = faults ? profile_load(path, faults) : NULL;
    if (faults && !*profile)
        faults_print(faults, stderr);
    faults_free(faults);
    return *profile ? COMMAND_GOOD : command_fail(command, COMMAND_USAGE, "%s cannot be used", path);
}

/* --- at an address --- */

static int units_show(struct asking *asking)
{
    const struct command *command = asking->command;
    const char *list = command_value(command, "scan", 0);
    bool asked[PROBE_UNITS];
    struct request request = {.table = TABLE_HOLDING, .count = 1};
    if (!probe_units_parse(list, asked))
        return command_fail(command, COMMAND_USAGE,
                            "--scan %s: expected unit ids from 0 to 255, such as 1-247 or 1,3,7-9", list);
    if (asked[0] && link_is_serial(&asking->target.link))
        return unit_for_all(command, "scan", list);
    if (asking->every_ms)
        return command_fail(command, COMMAND_USAGE, "--scan asks once: leave out --watch and --again");
    if (command_given(command, "at")) {
        const int status = range_read(command, &request);
        if (status != COMMAND_GOOD)
            return status;
        request.count = 1;
    }
    return ask_units(asking, &request, asked);
}

static int range_show(struct asking *asking)
{
    struct request request = {0};
    const int status = range_read(asking->command, &request);
    if (status != COMMAND_GOOD)
        return status;
    return command_given(asking->command, "near") ? ask_near(asking, &request) : ask_range(asking, &request);
}

static int profile_show(struct asking *asking)
{
    struct profile *profile = NULL;
    int status = profile_read_named(asking->command, &profile);
    if (status == COMMAND_GOOD) {
        const struct asked_device device = {
            .mine = command_value(asking->command, "mine", 0), .profile = profile, .unit = asking->target.unit};
        status = command_given(asking->command, "near") ? ask_near_points(asking, &device, 1)
                                                        : ask_devices(asking, &device, 1);
    }
    profile_free(profile);
    return status;
}

/* The line may be the daemon's of the configuration that lies there, if any does. Modbus TCP is for all. */
static bool address_held(struct asking *asking, int *status)
{
    const struct command *command = asking->command;
    struct settings settings;
    if (!link_is_serial(&asking->target.link) || access(command->config_file, R_OK) != 0)
        return false;
    *status = settings_read(command, &settings);
    const struct held_link link = {
        .database = settings.database, .runtime = settings.runtime, .link = &asking->target.link};
    return *status != COMMAND_GOOD || probe_held(command, &asking->page, &link, status);
}

static int address_show(struct asking *asking)
{
    const struct command *command = asking->command;
    const bool scan = command_given(command, "scan"), at = command_given(command, "at"),
               profile = command_given(command, "profile");
    if (command_given(command, "bus"))
        return command_fail(command, COMMAND_USAGE, "--bus is a bus of the configuration: leave out the address %s",
                            command->operand[0]);
    if (!scan && at == profile)
        return command_fail(command, COMMAND_USAGE,
                            "give one of --at TABLE:ADDRESS and --profile NAME, or --scan 1-247");
    if (scan && (profile || command_given(command, "near") || command_given(command, "unit")))
        return command_fail(command, COMMAND_USAGE,
                            "--scan asks all units for one register: leave out --profile, --near and --unit");
    int status = target_read(command, asking);
    if (status != COMMAND_GOOD || address_held(asking, &status))
        return status;
    status = asking_open(asking);
    if (status == COMMAND_GOOD)
        status = scan ? units_show(asking) : at ? range_show(asking) : profile_show(asking);
    asking_close(asking);
    return status;
}

static int run(struct command *command)
{
    struct asking asking = {.command = command, .page = {.language = command->language}};
    const char *form = command_value(command, "format", 0);
    if (form && !table_format_parse(form, &asking.page.format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", form);
    asking.page.colour = asking.page.format == TABLE_PAGE && colour_wanted(stdout);
    if (!repeat_options(command, &asking))
        return COMMAND_USAGE;
    if (command->operands && strchr(command->operand[0], ':'))
        return address_show(&asking);
    if (command->operands || command_given(command, "bus"))
        return timeout_option(command, &asking.target.unit.timeout_ms) ? probe_configured(&asking) : COMMAND_USAGE;
    return command_fail(command, COMMAND_USAGE,
                        "expected an address, a device of the configuration or --bus NAME; see coaltally "
                        "probe --help");
}

/* clang-format off */
static const struct command_option options[] = {
    {"unit", "N", N_("unit id, 0 to 255 (default 1)"), false},
    {"at", "TABLE:ADDRESS", N_("a range: holding:1009, input:0, coil:16, discrete:0"), false},
    {"words", "N", N_("how many registers or bits of it (default 8)"), false},
    {"base", "N", N_("what the manual calls the first address: 0 (default), 1, 40001 ..."), false},
    {"profile", "NAME", N_("all points of a device type"), false},
    {"near", NULL, N_("the addresses one before and one after beside it"), false},
    {"scan", "UNITS", N_("which unit ids answer: 1-247, or 1,3,7-9"), false},
    {"again", "TIME", N_("read once more after 5s, say, and show what has changed"), false},
    {"watch", "TIME", N_("the same every 2s, say, until Ctrl-C"), false},
    {"times", "N", N_("end --watch after N reads"), false},
    {"bus", "NAME", N_("all devices of this bus of the configuration"), false},
    {"baud", "N", N_("of a serial line (default 9600)"), false},
    {"parity", "PARITY", N_("of a serial line: none (default), even, odd"), false},
    {"stop-bits", "N", N_("of a serial line: 1 (default) or 2"), false},
    {"mine", "NAME", N_("mine to write into the block to paste"), false},
    {"timeout", "TIME", N_("for each request: 500ms, 2s (default 1s; with --scan 300ms)"), false},
    OPTION_FORMAT,
    {0},
};
/* clang-format on */

const struct verb verb_probe = {
    .name = "probe",
    .summary =
        N_("read a device: tcp:HOST[:PORT], rtu:/dev/ttyS1, rtu_over_tcp:HOST:PORT, or one of the configuration; "
           "never writes"),
    .operands = "[ADDRESS | DEVICE]",
    .operands_max = 1,
    .options = options,
    .run = run,
};
