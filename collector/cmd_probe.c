/* SPDX-License-Identifier: Apache-2.0 */
/* One device, or a range of its registers, read once and shown. It reads only. */
#include <stdlib.h>
#include <string.h>

#include "collector/command.h"
#include "collector/config.h"
#include "collector/display.h"
#include "collector/probe.h"
#include "drivers/deadline.h"

enum { TIMEOUT_DEFAULT_MS = 1000, TIMEOUT_MAX_MS = 60000, WORDS_DEFAULT = 8, BASE_MAX = 400001 };

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

static bool timeout_option(const struct command *command, int *timeout_ms)
{
    const char *text = command_value(command, "timeout", 0);
    int64_t value = *timeout_ms;
    if (text && (!yaml_duration_parse(text, &value) || value < 1 || value > TIMEOUT_MAX_MS)) {
        command_fail(command, COMMAND_USAGE, "--timeout %s: expected a time from 1ms to 60s, such as 500ms or 2s",
                     text);
        return false;
    }
    *timeout_ms = (int)value;
    return true;
}

static int target_read(const struct command *command, struct probe_target *target)
{
    const char *address = command->operand[0];
    *target = (struct probe_target){.unit = {.unit = 1, .timeout_ms = TIMEOUT_DEFAULT_MS}};
    if (strncmp(address, "tcp:", 4) != 0 || !link_parse_host(address + 4, &target->link))
        return command_fail(command, COMMAND_USAGE,
                            "\"%s\" is no address; expected tcp:HOST or tcp:HOST:PORT, such as tcp:10.1.5.21 or "
                            "tcp:[fe80::1%%eth0]:502",
                            address);
    if (!number_option(command, "unit", 0, 255, &target->unit.unit) ||
        !timeout_option(command, &target->unit.timeout_ms))
        return COMMAND_USAGE;
    return COMMAND_GOOD;
}

static int range_read(const struct command *command, struct request *request)
{
    const char *at = command_value(command, "at", 0);
    int base = 0, words = WORDS_DEFAULT;
    if (!number_option(command, "base", 0, BASE_MAX, &base) ||
        !number_option(command, "words", 1, PLAN_BITS_MAX, &words))
        return COMMAND_USAGE;
    if (!probe_at(at, base, request))
        return command_fail(command, COMMAND_USAGE,
                            "--at %s: expected a table and an address from %d to %d: holding:1009, input:0, coil:16 or "
                            "discrete:0",
                            at, base, 65535 + base);
    const bool bits = request->table == TABLE_COIL || request->table == TABLE_DISCRETE;
    const int most = bits ? PLAN_BITS_MAX : PLAN_REGISTERS_MAX;
    if (words > most)
        return command_fail(command, COMMAND_USAGE, "--words %d: one request reads at most %d of them", words, most);
    if (request->address + words > 65536)
        words = 65536 - request->address;
    request->count = (uint16_t)words;
    return COMMAND_GOOD;
}

static int profile_read_named(const struct command *command, struct profile **profile)
{
    const char *name = command_value(command, "profile", 0);
    char path[PATH_BYTES];
    struct config_folders folders;
    config_folders(command->config_file, &folders);
    if (strchr(name, '/'))
        snprintf(path, sizeof path, "%s", name);
    else if (!config_profile_path(&folders, name, path))
        return command_fail(command, COMMAND_USAGE, "no profile \"%s\"; `coaltally profiles` lists what there is",
                            name);
    struct faults *faults = faults_new();
    *profile = faults ? profile_load(path, faults) : NULL;
    if (faults && !*profile)
        faults_print(faults, stderr);
    faults_free(faults);
    return *profile ? COMMAND_GOOD : command_fail(command, COMMAND_USAGE, "%s cannot be used", path);
}

/* --- asking and showing --- */

static int show(const struct command *command, struct text *out, int status)
{
    if (out->failed)
        status = command_fail(command, COMMAND_COULD_NOT, "out of memory");
    else if (out->length > 0 && fwrite(out->at, 1, out->length, stdout) != out->length)
        status = command_fail(command, COMMAND_COULD_NOT, "cannot write what was read");
    text_free(out);
    return status;
}

/* Illegal address or value: there may be less than was asked for. */
static bool range_refused(int exception)
{
    return exception == 2 || exception == 3;
}

static int range_show(const struct command *command, const struct probe_target *target, struct wire *wire,
                      enum table_format format)
{
    struct request request;
    struct text out = {0};
    uint16_t registers[PLAN_BITS_MAX];
    const int status = range_read(command, &request);
    if (status != COMMAND_GOOD)
        return status;
    const int64_t begin_ms = deadline_now_ms();
    const enum wire_outcome outcome = wire_read(wire, &target->unit, &request, registers);
    if (outcome != WIRE_OK)
        return command_fail(command, COMMAND_COULD_NOT, "%s%s", wire_error(wire),
                            outcome == WIRE_EXCEPTION && range_refused(wire_exception(wire)) && request.count > 1
                                ? "; a device may refuse a range for one address that it lacks: try --words 1"
                                : "");
    if (format == TABLE_PAGE)
        text_format(&out,
                    command_say(command, "%s unit %d, answered in %d ms; addresses count from 0, as on the wire\n",
                                "%s 单元 %d，%d 毫秒内应答；地址从 0 起（报文地址）\n"),
                    command->operand[0], target->unit.unit, (int)(deadline_now_ms() - begin_ms));
    probe_range(&request, registers, format, colour_wanted(stdout), &out);
    return show(command, &out, COMMAND_GOOD);
}

static bool scan_answered(const struct scan *scan)
{
    for (size_t i = 0; i < scan->points; i++)
        if (scan->readings[i].quality != QUALITY_TIMEOUT)
            return true;
    return false;
}

static void points_page(const struct command *command, const struct probe_target *target, const struct profile *profile,
                        const struct sweep *sweep, const struct scan *scan, int took_ms, struct text *out)
{
    text_format(out,
                command_say(command, "%s unit %d, read in %d ms (requests: %zu): %s\n",
                            "%s 单元 %d，%d 毫秒读完（%zu 次请求）：%s\n"),
                command->operand[0], target->unit.unit, took_ms, sweep_plan(sweep)->requests, profile->title);
    probe_points(profile, sweep, scan, TABLE_PAGE, colour_wanted(stdout), out);
    text_add(out, "\n");
    probe_block(target, profile, command_value(command, "mine", 0), command->language, out);
}

static int points_show(const struct command *command, const struct probe_target *target, struct wire *wire,
                       const struct profile *profile, enum table_format format)
{
    struct sweep *sweep = sweep_new(profile, target->unit);
    struct text out = {0};
    struct scan scan;
    if (!sweep)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    const int64_t begin_ms = deadline_now_ms();
    const enum wire_outcome outcome = sweep_run(sweep, wire, &scan);
    const int took_ms = (int)(deadline_now_ms() - begin_ms);
    if (scan_answered(&scan) && format == TABLE_PAGE)
        points_page(command, target, profile, sweep, &scan, took_ms, &out);
    else if (scan_answered(&scan))
        probe_points(profile, sweep, &scan, format, false, &out);
    sweep_free(sweep);
    const int status = show(command, &out, COMMAND_GOOD);
    return outcome == WIRE_OK ? status : command_fail(command, COMMAND_COULD_NOT, "%s", wire_error(wire));
}

static int profile_show(const struct command *command, const struct probe_target *target, struct wire *wire,
                        enum table_format format)
{
    struct profile *profile = NULL;
    int status = profile_read_named(command, &profile);
    if (status == COMMAND_GOOD)
        status = points_show(command, target, wire, profile, format);
    profile_free(profile);
    return status;
}

static int run(struct command *command)
{
    struct probe_target target;
    enum table_format format = TABLE_PAGE;
    const char *form = command_value(command, "format", 0);
    if (form && !table_format_parse(form, &format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", form);
    const bool range = command_given(command, "at");
    if (range == command_given(command, "profile"))
        return command_fail(command, COMMAND_USAGE, "give one of --at TABLE:ADDRESS and --profile NAME");
    int status = target_read(command, &target);
    if (status != COMMAND_GOOD)
        return status;
    struct wire *wire = wire_new(&target.link);
    if (!wire)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    status = range ? range_show(command, &target, wire, format) : profile_show(command, &target, wire, format);
    wire_free(wire);
    return status;
}

static const struct command_option options[] = {
    {"unit", "N", {"unit id, 0 to 255 (default 1)", "单元号，0 到 255（默认 1）"}, false},
    {"at",
     "TABLE:ADDRESS",
     {"a range: holding:1009, input:0, coil:16, discrete:0", "寄存器范围，如 holding:1009"},
     false},
    {"words", "N", {"how many registers or bits of it (default 8)", "寄存器或位的个数（默认 8）"}, false},
    {"base",
     "N",
     {"what the manual calls the first address: 0 (default), 1, 40001 ...",
      "手册中的首地址编号：0（默认）、1、40001 等"},
     false},
    {"profile", "NAME", {"all points of a device type", "按设备模板读取全部测点"}, false},
    {"mine", "NAME", {"mine to write into the block to paste", "写入配置块的煤矿名"}, false},
    {"timeout", "TIME", {"for each request: 500ms, 2s (default 1s)", "每次请求超时（默认 1s）"}, false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_probe = {
    .name = "probe",
    .summary = {"read a device once, as every type or by its profile; never writes",
                "读取设备一次，按各种类型或模板显示；从不写入"},
    .operands = "tcp:HOST[:PORT]",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
