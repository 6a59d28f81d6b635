/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/production.h"
#include "collector/report_kinds.h"

static const struct report_kind {
    const char *name;
    report_maker *make;
    const char *options; /* of those that choose a period, its own */
} kinds[] = {
    {"shift", shift_report, "date shift"}, {"day", day_report, "date"},
    {"dekad", dekad_report, "date dekad"}, {"month", month_report, "date month"},
    {"year", year_report, "date year"},    {"integrity", integrity_report, "month year from to detail"},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct command_option options[] = {
    OPTION_DATE,
    {"shift", "N", N_("only the N-th shift of the day"), false},
    {"dekad", "DEKAD", N_("this (default), last, or a dekad: 2026-10/2 is 11 to 20 October"), false},
    {"month", "MONTH", N_("this (default), last, or a month: 2026-10"), false},
    {"year", "YEAR", N_("this (default), last, or a year: 2026"), false},
    {"from", "DAY", N_("integrity: from this production day"), false},
    {"to", "DAY", N_("integrity: up to and with this one, today where it is left out"), false},
    {"detail", NULL, N_("integrity: the items too, one by one, with their rows of the journal"), false},
    OPTION_MINE,
    OPTION_QUANTITY,
    OPTION_SIMULATED,
    OPTION_UNIT,
    {"format", "FORM", N_("table (default), csv, json or xlsx"), false},
    {"for", "WHO", N_("spreadsheet: CSV as people open it, with the headings of a page"), false},
    {"output", "FILE", N_("where it is written instead of the screen; - is a pipe"), false},
    {"force", NULL, N_("replace the file that is there"), false},
    {"prepared-by", "NAME", N_("who prepared it, for the footer"), false},
    {"checked-by", "NAME", N_("who checked it, for the footer"), false},
    {0},
};

static bool word_in(const char *words, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

/* An option that chooses another kind of period would be read by nobody. */
static int periods_judge(const struct command *command, const struct report_kind *kind)
{
    static const char *const choosers[] = {"date", "shift", "dekad", "month", "year", "from", "to", "detail"};
    for (size_t i = 0; i < sizeof choosers / sizeof *choosers; i++)
        if (command_given(command, choosers[i]) && !word_in(kind->options, choosers[i]))
            return command_fail(command, COMMAND_USAGE, "--%s does not go with report %s", choosers[i], kind->name);
    return COMMAND_GOOD;
}

static int run(struct command *command)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(command->operand[0], kinds[i].name) == 0) {
            const int status = periods_judge(command, &kinds[i]);
            return status == COMMAND_GOOD ? kinds[i].make(command) : status;
        }
    return command_fail(command, COMMAND_USAGE, "report %s: expected shift, day, dekad, month, year or integrity",
                        command->operand[0]);
}

const struct verb verb_report = {
    .name = "report",
    .summary = N_("a formal report, to be printed and signed, or for a spreadsheet"),
    .operands = "KIND",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run,
};
