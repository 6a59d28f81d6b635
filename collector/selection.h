/* SPDX-License-Identifier: Apache-2.0 */
/* What a report is about and how it is to look: the options that report verbs
 * share, judged against the ledger. */
#ifndef COALTALLY_SELECTION_H
#define COALTALLY_SELECTION_H

#include "collector/amount.h"
#include "collector/page.h"
#include "collector/period.h"
#include "collector/settings.h"
#include "collector/store_roster.h"

enum { QUANTITIES_MAX = 64 };

/* For the lists of options of verbs. */
/* clang-format off */
#define OPTION_UNIT   {"unit", "UNIT", N_("t (default) or 10kt; csv and json always give whole units, exact"), false}
#define OPTION_METERS {"meters", NULL, N_("a row for each meter, check meters too"), false}
#define OPTION_FIGURE {"figure", "FIGURE", N_("reported (default), metered, or all: how one comes from the other"), false}
#define OPTION_SIMULATED {"simulated", NULL, N_("the simulated mines alone, also where there are real ones"), false}
/* clang-format on */

/* metered: what meters count. reported: raw coal of run-of-mine coal by coefficient, with what people entered
 * and adjusted. */
enum figure_shown { FIGURE_METERED, FIGURE_REPORTED, FIGURE_ALL };

struct selection {
    const struct command *command;
    enum language language;
    struct settings settings;
    struct db *db;
    struct roster *roster;
    const struct county *county; /* the county's roster, whose mines a county's figures ought to hold; NULL: none */
    int64_t now_ms;
    enum table_format format;
    struct amount_style style;
    bool meters;              /* a row for each meter */
    enum figure_shown figure; /* metered where the verb has no --figure; formal reports are of reported figures */
    bool *mine;               /* by index: chosen */
    bool *meter;              /* by index: of a chosen mine and quantity, and main (or `meters`) */
    size_t quantities;
    const char *quantity[QUANTITIES_MAX]; /* those that are chosen and known, in the order of quantity.c */
    bool simulated, all_simulated;        /* one, all of the chosen mines that have a chosen meter */
    bool side_simulated; /* whose figures are added up: of the real mines, where one is chosen; else the simulated ones
                          */
    civil_day today;     /* the production day that runs; where mines differ, the earliest */
};

/* Reads the options, opens the ledger and begins one consistent view of it.
 * COMMAND_GOOD, or an exit status after saying what is wrong; selection_close
 * either way. */
int selection_open(const struct command *command, struct selection *selection);
/* The same of settings that are known already; the process's time zone is theirs. */
int selection_open_by(const struct command *command, const struct settings *settings, struct selection *selection);
void selection_close(struct selection *selection);

/* COMMAND_GOOD, or COMMAND_COULD_NOT after saying what went wrong with the ledger. */
int selection_judge(const struct selection *selection);

/* The end of a report: puts the table (NULL: none) below what the page says, judges the
 * ledger, and writes the page to stdout. An exit status, after saying what went wrong. */
int selection_print(const struct selection *selection, struct page *page, const struct table *table);

/* Real and simulated mines are never added: whether a mine (by index) is chosen and counts in
 * totals, rankings and targets. One that is chosen and does not stands apart, in no sum. */
bool selection_counts(const struct selection *selection, size_t mine);
bool selection_apart(const struct selection *selection, size_t mine);

enum { NUMBER_SEVERAL = -1 };

/* Of which database all chosen mines are (travel.h); 0: the ledger's own. */
int64_t selection_number(const struct selection *selection);

/* "SIMULATED" where simulated mines are added up, "with SIMULATED mines" where they stand apart; NULL: there are none.
 */
const char *selection_mark(const struct selection *selection, enum language language);

/* Whether the rows of a quantity are those of a meter, as `figure` says: run-of-mine coal is
 * metered, and reported as raw coal. */
bool selection_fits(const struct selection *selection, const char *quantity, const struct roster_meter *meter);
/* Whether the figures of a quantity are metered ones: run-of-mine coal always. */
bool selection_metered(const struct selection *selection, const char *quantity);

/* A mine's title in the user's language, or its name. */
const char *mine_title(const struct roster_mine *mine, enum language language);
/* "raw coal", "原煤"; a quantity that this version does not know: as it stands. */
const char *quantity_title(const char *quantity, enum language language);
/* "t", "10^4 t"; "吨", "万吨". `text` holds 32 bytes. */
void unit_title(const char *unit, struct amount_style style, enum language language, char *text);

#endif
