/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"
#include "collector/items.h"
#include "collector/selection.h"
#include "collector/stock_book.h"

/* Without --book it is only reckoned. */
static int reckon(const struct selection *selection, const struct command *command, civil_day at, int64_t closing)
{
    const int mine = roster_mine(selection->roster, command_value(command, "mine", 0));
    struct report *report =
        report_new(selection->db, selection->roster, selection->now_ms, selection->now_ms, selection->now_ms);
    struct stock_book book;
    struct text text = {0};
    int status = selection_judge(selection);
    const bool whole = report && stock_reckon(report, (size_t)mine, at, closing, command->language, &book, &text);
    if (whole) {
        stock_show(report, &book, command->language, &text);
        text_add(&text, say(command->language, "not booked: --book books it as an adjustment of its month\n"));
    }
    if (status == COMMAND_GOOD)
        status = selection_judge(selection);
    if (status == COMMAND_GOOD)
        fputs(text.at ? text.at : "", whole ? stdout : stderr);
    text_free(&text);
    report_free(report);
    return status == COMMAND_GOOD && !whole ? COMMAND_USAGE : status;
}

static int reckon_open(const struct command *command, civil_day at, int64_t closing)
{
    struct selection selection;
    int status = selection_open(command, &selection);
    if (status == COMMAND_GOOD)
        status = reckon(&selection, command, at, closing);
    selection_close(&selection);
    return status;
}

static int submit(struct command *command, civil_day at)
{
    static const char *const taken[] = {"mine", "closing", NULL};
    struct settings settings;
    struct act act = {0};
    char date[DATE_TEXT_BYTES];
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    civil_format(at, date);
    act_take(&act, command, taken);
    act_add(&act, "at", date);
    return act_submit(command, &settings, &act);
}

static int run(struct command *command)
{
    const char *text = command_value(command, "at", 0), *amount = command_value(command, "closing", 0);
    struct settings settings;
    civil_day at;
    int64_t closing;
    char why[200];
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    if (!command_given(command, "mine"))
        return command_fail(command, COMMAND_USAGE, "--mine is missing");
    if (!text || !period_parse_day(text, civil_of_instant(clock_now().wall_ms), &at))
        return command_fail(command, COMMAND_USAGE,
                            "--at %s: expected the production day at whose end the stock was taken, like 2026-10-31",
                            text ? text : "");
    if (!item_amount(amount ? amount : "", "t", &closing, command->language, why, sizeof why))
        return command_fail(command, COMMAND_USAGE, "--closing %s", why);
    return command_given(command, "book") ? submit(command, at) : reckon_open(command, at, closing);
}

static const struct command_option options[] = {
    {"mine", "NAME", N_("of this mine (needed)"), false},
    {"at", "DAY", N_("the production day at whose end the stock was taken (needed)"), false},
    {"closing", "AMOUNT", N_("the stock: 84300t (needed)"), false},
    {"book", NULL, N_("keep it, and its gain or loss as an adjustment of its month"), false},
    OPTION_BY,
    {0},
};

const struct verb verb_stocktake = {
    .name = "stocktake",
    .summary = N_("production by the stock balance, and how far the book is from it"),
    .options = options,
    .run = run,
};
