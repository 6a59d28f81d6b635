/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/yaml.h"
#include "simulators/fault.h"
#include "simulators/script.h"
#include "simulators/uart.h"

enum form { FORM_TEXT, FORM_NUMBER, FORM_DURATION, FORM_TIME };

/* clang-format off */
static const struct row {
    const char *name;
    enum form form;
    size_t offset;
    int64_t min, max;
    const char *value, *help;
} rows[] = {
#define AT(member) offsetof(struct options, member)
    {"mines",       FORM_NUMBER,   AT(mines),          0, 26,        "N", "so many mines of the usual kind (3, where neither scenario nor bench gives any)"},
    {"scenario",    FORM_TEXT,     AT(scenario),       0, 0,         "FILE", "mines of your own, and what happens when (YAML, see below)"},
    {"bench",       FORM_NUMBER,   AT(bench),          1, 2000,      "N", "N devices of 2 totals of 32 bits and 96 gauges of 16 bits each, a port each"},
    {"bench-line",  FORM_NUMBER,   AT(bench_line),     1, 247,       "N", "the same devices as units 1 to N of one serial line, bench-line"},
    {"baud",        FORM_NUMBER,   AT(baud),           UART_BAUD_MIN, UART_BAUD_MAX, "N", "... at so many bits a second, no parity, one stop bit (19200)"},
    {"seed",        FORM_NUMBER,   AT(seed),           0, INT64_MAX, "N", "what all chance hangs on (1)"},
    {"speed",       FORM_NUMBER,   AT(speed),          1, 10000,     "N", "simulated seconds a second (1)"},
    {"start",       FORM_TIME,     AT(start_ms),       0, 0,         "TIME", "time of day at which the mines begin, or now (16:45, in a producing shift)"},
    {"listen",      FORM_TEXT,     AT(listen),         0, 0,         "ADDRESS", "IPv4 address to listen on (127.0.0.1)"},
    {"port-base",   FORM_NUMBER,   AT(port_base),      1, 65535,     "N", "first port, the others follow it (else whatever is free)"},
    {"profiles",    FORM_TEXT,     AT(profiles),       0, 0,         "FOLDER", "where profiles are looked for first"},
    {"lines",       FORM_TEXT,     AT(lines),          0, 0,         "FOLDER", "where serial lines appear (where the control socket is; else here)"},
    {"control",     FORM_TEXT,     AT(control),        0, 0,         "PATH", "Unix socket for commands; it appears when all ports and lines are open"},
    {"truth",       FORM_TEXT,     AT(truth),          0, 0,         "FILE", "what really happened, tab-separated: on SIGUSR1, on `truth`, at the end"},
    {"truth-every", FORM_DURATION, AT(truth_every_ms), 0, 86400000,  "DURATION", "... and so often (5s; 0s: not)"},
    {"run-for",     FORM_DURATION, AT(run_for_ms),     0, INT64_MAX, "DURATION", "ends by itself after so long (real time)"},
    {"history",     FORM_TEXT,     AT(history),        0, 0,         "FROM..TO", "what the mines did before, as readings to import; without TO up to now, and on"},
    {"history-out", FORM_TEXT,     AT(history_out),    0, 0,         "FILE", "... where to (standard output)"},
    {"history-every", FORM_DURATION, AT(history_every_ms), 60000, 86400000, "DURATION", "... read so often, from midnight on (8h)"},
    {"config-out",  FORM_TEXT,     AT(config_out),     0, 0,         "FILE", "writes a configuration for coaltallyd that reads all of it"},
    {"site",        FORM_TEXT,     AT(site),           0, 0,         "NAME", "... its site (demo)"},
    {"timezone",    FORM_TEXT,     AT(timezone),       0, 0,         "ZONE", "... its time zone (Asia/Shanghai)"},
    {"database",    FORM_TEXT,     AT(database),       0, 0,         "FILE", "... its ledger"},
    {"runtime",     FORM_TEXT,     AT(runtime),        0, 0,         "FOLDER", "... its folder for the status"},
    {"mqtt",        FORM_TEXT,     AT(mqtt),           0, 0,         "HOST:PORT", "... its broker (none)"},
    {"county",      FORM_TEXT,     AT(county),         0, 0,         "NAME", "... the county that its ledger goes to, by that broker (none)"},
    {"interval",    FORM_TEXT,     AT(interval),       0, 0,         "DURATION", "... how often it polls (1s)"},
    {"timeout",     FORM_TEXT,     AT(timeout),        0, 0,         "DURATION", "... how long it waits for an answer (500ms)"},
    {"commit",      FORM_TEXT,     AT(commit),         0, 0,         "DURATION", "... how often it commits (its own standard)"},
    {"sites",       FORM_TEXT,     AT(sites),          0, 0,         "FOLDER", "writes such a configuration for each mine, a site of its own: FOLDER/MINE/coaltally.yaml, ledger.db"},
    {"send",        FORM_TEXT,     AT(send_to),        0, 0,         "PATH COMMAND...", "sends a command to the minesim with that control socket"},
#undef AT
};
/* clang-format on */

enum { ROWS = sizeof rows / sizeof *rows };

static const char scenario_help[] =
    "A scenario:\n"
    "  ports:                       # those that are not Modbus TCP, each a serial line, paced to its baud rate\n"
    "    - {name: line-1, rtu: line-1, baud: 19200, parity: none, stop_bits: 1}   # a pty; its link in --lines\n"
    "    - {name: server-1, rtu_over_tcp: true, baud: 9600}                      # a serial server\n"
    "  mines:                       # without: the usual ones, --mines\n"
    "    - name: sim-x\n"
    "      rate: 800 t/h            # what the main belt is built for\n"
    "      devices:\n"
    "        - {name: scale-1, profile: siemens-bw500, drives: main_belt, meter: total1,\n"
    "           port: gateway, unit: 2, refresh: 1s}\n"
    "                               # meter: the counter of the written configuration; without: the first\n"
    "                               # drives: main_belt, check_belt, gas, power, methane, bunker, nothing;\n"
    "                               # without: by the profile's units. port: shared by its name; without: its own\n"
    "  script:                      # commands, at simulated times since the start\n"
    "    - {at: 0s, do: \"fault scale-1 preset 4294960.000\"}\n"
    "    - {at: 10s, do: \"fault scale-1 silent for 20s\"}\n";

static void print_fault(enum fault_kind kind)
{
    static const char *const wires[] = {
        [FAULT_ANY_WIRE] = "",
        [FAULT_ON_TCP] = " (TCP)",
        [FAULT_ON_STREAM] = " (TCP, RTU over TCP)",
        [FAULT_ON_RTU] = " (RTU, RTU over TCP)",
        [FAULT_ON_LINE] = " (RTU)",
    };
    printf("  %-18s %s%s\n", fault_form(kind)->name, fault_form(kind)->help, wires[fault_wire(kind)]);
}

static void print_help(void)
{
    printf("minesim: SIMULATED mines as Modbus servers (TCP, RTU, RTU over TCP), with faults and the truth written "
           "down.\n\n"
           "usage: minesim [OPTION...]\n       minesim --send PATH COMMAND...\n\n");
    for (size_t i = 0; i < ROWS; i++) {
        char left[48];
        snprintf(left, sizeof left, "--%s %s", rows[i].name, rows[i].value);
        printf("  %-24s %s\n", left, rows[i].help);
    }
    printf("  %-24s %s\n  %-24s %s\n", "--help", "this", "--version", "the version");
    printf("\nCommands, for the control socket and for scenarios:\n%s"
           "  truth                      writes the truth now (control socket only)\n"
           "  quit                       ends (control socket only)\n\nFaults:\n",
           script_help);
    for (int i = 0; i < FAULT_KINDS; i++)
        print_fault((enum fault_kind)i);
    printf("\n%s\nProfiles are looked for in --profiles, $COALTALLY_PROFILES, drivers/profiles of the checkout\n"
           "whose build/ this program lies in, and ../share/coaltally/profiles beside it.\nExit status: 0 good, 1 a "
           "command was refused, 2 usage or input, 3 could not.\n",
           scenario_help);
}

static bool take_number(const struct row *row, const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end || value < row->min || value > row->max) {
        fprintf(stderr, "minesim: --%s %s: expected a number from %lld to %lld\n", row->name, text, (long long)row->min,
                (long long)row->max);
        return false;
    }
    *out = value;
    return true;
}

static bool take_duration(const struct row *row, const char *text, int64_t *out)
{
    if (yaml_duration_parse(text, out) && *out >= row->min && *out <= row->max)
        return true;
    fprintf(stderr, "minesim: --%s %s: expected a duration such as 500ms, 10s, 5min or 2h\n", row->name, text);
    return false;
}

static bool take_time(const struct row *row, const char *text, int64_t *out)
{
    int hour, minute, used = 0;
    if (strcmp(text, "now") == 0) {
        *out = -1;
        return true;
    }
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &used) == 2 && text[used] == '\0' && hour >= 0 && hour < 24 &&
        minute >= 0 && minute < 60) {
        *out = (hour * INT64_C(60) + minute) * 60000;
        return true;
    }
    fprintf(stderr, "minesim: --%s %s: expected a time of day such as 16:45, or now\n", row->name, text);
    return false;
}

static bool take(const struct row *row, const char *text, struct options *options)
{
    void *at = (char *)options + row->offset;
    switch (row->form) {
    case FORM_TEXT:
        *(const char **)at = text;
        return true;
    case FORM_NUMBER:
        return take_number(row, text, at);
    case FORM_DURATION:
        return take_duration(row, text, at);
    case FORM_TIME:
        return take_time(row, text, at);
    }
    return false;
}

/* The words after "--send PATH", as one line. */
static bool take_line(int argc, char **argv, struct options *options)
{
    static char line[SCRIPT_LINE_MAX];
    size_t length = 0;
    for (int i = optind; i < argc && length < sizeof line; i++)
        length += (size_t)snprintf(line + length, sizeof line - length, "%s%s", length ? " " : "", argv[i]);
    options->send_line = line;
    if (length > 0 && length < sizeof line)
        return true;
    fprintf(stderr, "minesim: --send PATH needs a command of at most %zu bytes, such as: show\n", sizeof line - 1);
    return false;
}

static bool check(int argc, char **argv, struct options *options)
{
    if (options->send_to)
        return take_line(argc, argv, options);
    if (optind < argc) {
        fprintf(stderr, "minesim: '%s' is not understood; see --help\n", argv[optind]);
        return false;
    }
    return true;
}

enum options_verdict options_parse(int argc, char **argv, struct options *options)
{
    enum { HELP = ROWS, VERSION };
    struct option forms[ROWS + 3] = {
        [HELP] = {"help", no_argument, NULL, HELP}, [VERSION] = {"version", no_argument, NULL, VERSION}};
    for (int i = 0; i < ROWS; i++)
        forms[i] = (struct option){rows[i].name, required_argument, NULL, i};
    *options = (struct options){
        .mines = -1,
        .seed = 1,
        .speed = 1,
        .start_ms = (16 * 60 + 45) * 60000,
        .listen = "127.0.0.1",
        .baud = 19200,
        .truth_every_ms = 5000,
        .history_every_ms = 8 * 3600000,
        .site = "demo",
        .timezone = "Asia/Shanghai",
        .interval = "1s",
        .timeout = "500ms",
    };
    int at;
    while ((at = getopt_long(argc, argv, "+", forms, NULL)) != -1) {
        if (at == HELP)
            print_help();
        else if (at == VERSION)
            printf("minesim %s\n", COALTALLY_VERSION);
        else if (at < 0 || at >= ROWS || !take(&rows[at], optarg, options))
            return OPTIONS_BAD;
        if (at == HELP || at == VERSION)
            return OPTIONS_DONE;
    }
    return check(argc, argv, options) ? OPTIONS_RUN : OPTIONS_BAD;
}
