/* SPDX-License-Identifier: Apache-2.0 */
/* What the board goes by: options, definitions, roster, ledger. */
#include <stdlib.h>

#include "collector/board_parts.h"

static int indicators_read(struct boarding *boarding, const struct command *command)
{
    struct faults *faults = faults_new();
    if (!faults)
        return command_fail(command, COMMAND_COULD_NOT, "out of memory");
    boarding->indicators = indicators_open(&boarding->selection.settings.county, faults);
    if (!boarding->indicators)
        command_faults_print(command, faults);
    faults_free(faults);
    return boarding->indicators ? COMMAND_GOOD
                                : command_fail(command, COMMAND_USAGE, "the county's indicators have faults");
}

/* A second roster with what --if says in it. */
static int supposed_read(struct boarding *boarding, const struct command *command)
{
    const char *text;
    struct text why = {0};
    if (!command_given(command, "if"))
        return COMMAND_GOOD;
    int status = settings_county(command, &boarding->selection.settings, &boarding->supposed);
    for (size_t i = 0; status == COMMAND_GOOD && (text = command_value(command, "if", i)); i++)
        if (!county_suppose(boarding->supposed, text, command->language, &why))
            status = command_fail(command, COMMAND_USAGE, "--if %s: %s", text, why.at ? why.at : "");
    text_free(&why);
    return status;
}

static int day_read(struct boarding *boarding, const struct command *command)
{
    const char *date = command_value(command, "date", 0);
    boarding->day = boarding->selection.today;
    if (date && !period_parse_day(date, boarding->selection.today, &boarding->day))
        return command_fail(command, COMMAND_USAGE, "--date %s: expected today, yesterday or a date like 2026-10-13",
                            date);
    const struct period days = year_days(year_of(boarding->day));
    boarding->year = year_of(boarding->day);
    boarding->span = (struct calendar_span){civil_instant(days.from, 0), civil_instant(days.to, 0)};
    const int64_t end_ms = civil_instant(boarding->day + 1, 0);
    boarding->as_of_ms = end_ms < boarding->selection.now_ms ? end_ms : boarding->selection.now_ms;
    boarding->simulated = boarding->selection.side_simulated;
    return COMMAND_GOOD;
}

/* The day of the board or, later, that from which what is supposed holds. */
static civil_day supposed_day(const struct boarding *boarding)
{
    civil_day day = boarding->day;
    for (size_t m = 0; m < boarding->supposed->mines; m++) {
        const struct county_mine *mine = &boarding->supposed->mine[m];
        for (size_t f = 0; f < mine->facts; f++)
            day = mine->fact[f].supposed && mine->fact[f].from > day ? mine->fact[f].from : day;
    }
    return day;
}

static int ledger_read(struct boarding *boarding)
{
    const struct selection *selection = &boarding->selection;
    boarding->report =
        report_new(selection->db, selection->roster, selection->now_ms, boarding->span.from_ms, boarding->span.from_ms);
    boarding->hand = boarding->report ? hand_book_read(selection->db, selection->roster) : NULL;
    if (!boarding->hand)
        return selection_judge(selection);
    boarding->context = (struct indicator_context){.indicators = boarding->indicators,
                                                   .county = boarding->county,
                                                   .report = boarding->report,
                                                   .hand = boarding->hand,
                                                   .day = boarding->day,
                                                   .roster_day = boarding->day,
                                                   .as_of_ms = boarding->as_of_ms,
                                                   .simulated = boarding->simulated,
                                                   .language = selection->language};
    boarding->what_if = boarding->context;
    if (boarding->supposed) {
        boarding->what_if.county = boarding->supposed;
        boarding->what_if.roster_day = supposed_day(boarding);
    }
    return COMMAND_GOOD;
}

static int only_judge(const struct boarding *boarding, const struct command *command, const char *option)
{
    const struct indicators *indicators = boarding->indicators;
    enum board_source source;
    const char *text;
    for (size_t i = 0; (text = command_value(command, option, i)); i++) {
        if (indicator_named(indicators, text) || (*option == 'o' && board_source_parse(text, &source)))
            continue;
        const char **names = calloc(indicators->count + BOARD_SOURCES + 1, sizeof *names);
        size_t count = 0;
        for (size_t j = 0; names && j < indicators->count; j++)
            names[count++] = indicators->indicator[j].id;
        for (int s = 0; names && *option == 'o' && s < BOARD_SOURCES; s++)
            names[count++] = board_source_text((enum board_source)s);
        const char *nearest = names ? yaml_nearest(text, names) : NULL;
        const int status =
            nearest ? command_fail(command, COMMAND_USAGE, "--%s %s: there is no such indicator; did you mean %s?",
                                   option, text, nearest)
                    : command_fail(command, COMMAND_USAGE,
                                   "--%s %s: there is no such indicator; board --all --format csv lists their ids",
                                   option, text);
        free(names);
        return status;
    }
    return COMMAND_GOOD;
}

/* The rest, once the ledger is open. */
static int boarding_read(struct boarding *boarding, const struct command *command)
{
    int status = day_read(boarding, command);
    if (status == COMMAND_GOOD)
        status = settings_county(command, &boarding->selection.settings, &boarding->county);
    boarding->selection.county = boarding->county;
    if (status != COMMAND_GOOD || command_given(command, "mines") || command_given(command, "backtest"))
        return status;
    status = indicators_read(boarding, command);
    if (status == COMMAND_GOOD)
        status = only_judge(boarding, command, "only");
    if (status == COMMAND_GOOD)
        status = only_judge(boarding, command, "why");
    if (status == COMMAND_GOOD)
        status = supposed_read(boarding, command);
    if (status == COMMAND_GOOD)
        status = ledger_read(boarding);
    if (status == COMMAND_GOOD && !(boarding->table = table_new()))
        status = command_fail(command, COMMAND_COULD_NOT, "out of memory");
    return status;
}

int boarding_open(struct boarding *boarding, struct command *command)
{
    const int status = selection_open(command, &boarding->selection);
    return status == COMMAND_GOOD ? boarding_read(boarding, command) : status;
}

int boarding_open_by(struct boarding *boarding, const struct command *command, const struct settings *settings)
{
    const int status = selection_open_by(command, settings, &boarding->selection);
    return status == COMMAND_GOOD ? boarding_read(boarding, command) : status;
}

void boarding_close(struct boarding *boarding)
{
    page_free(&boarding->page);
    text_free(&boarding->below);
    text_free(&boarding->over);
    text_free(&boarding->late);
    table_free(boarding->table);
    hand_book_free(boarding->hand);
    report_free(boarding->report);
    county_free(boarding->county);
    county_free(boarding->supposed);
    indicators_free(boarding->indicators);
    selection_close(&boarding->selection);
}
