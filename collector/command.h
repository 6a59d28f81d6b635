/* SPDX-License-Identifier: Apache-2.0 */
/* A verb of the command line: what it is called, what it takes, what it does.
 * Each lives in its cmd_<verb>.c, which exports one `const struct verb
 * verb_<verb>` and has one line in the registry of coaltally.c; dispatch, parsing
 * and help all come from it. */
#ifndef COALTALLY_COMMAND_H
#define COALTALLY_COMMAND_H

#include <stddef.h>
#include <stdio.h>

#include "collector/words.h"

/* Exit status. */
enum {
    COMMAND_GOOD = 0,
    COMMAND_NOT_HELD = 1,  /* a check did not hold */
    COMMAND_USAGE = 2,     /* usage or input: unknown option, no such mine, faulty file */
    COMMAND_COULD_NOT = 3, /* no database, locked, unreachable, out of memory */
};

enum { OPTIONS_MAX = 24, OPERANDS_MAX = 8 };

/* One option of a verb: --name, or --name VALUE (also --name=VALUE). */
struct command_option {
    const char *name;  /* "date"; NULL ends a list */
    const char *value; /* what its value is called in the help: "DAY"; NULL: a switch */
    const char *help;
    bool repeats; /* may be given several times; the values are then asked for by number */
};

struct command;
struct faults;
struct text;

struct verb {
    const char *name;
    const char *summary;
    const char *operands; /* for the usage line: "TO"; "[PROFILE]"; NULL: none */
    size_t operands_min, operands_max;
    const struct command_option *options; /* NULL: none but the common ones */
    int (*run)(struct command *command);  /* returns an exit status */
};

/* Options that several verbs share, for their lists. */
/* clang-format off */
#define OPTION_DATE   {"date", "DAY", N_("today (default), yesterday, or a date: 2026-10-13"), false}
#define OPTION_MINE   {"mine", "NAME", N_("only this mine (may be repeated)"), true}
#define OPTION_QUANTITY {"quantity", "NAME", N_("only this quantity (may be repeated), or all"), true}
#define OPTION_FORMAT {"format", "FORM", N_("table (default), csv or json"), false}
/* clang-format on */

/* What a verb runs with. The options --config, --database, --lang and --help are
 * common to all verbs and already dealt with. */
struct command {
    const struct verb *verb;
    const char *config_file; /* given with -c, else by config_path */
    const char *database;    /* given with --database; NULL: as the configuration says */
    enum language language;
    struct text *told; /* gets what goes wrong, a line each; NULL: stderr does */
    size_t operands;
    const char *operand[OPERANDS_MAX];
    size_t given; /* options as they came */
    struct {
        const struct command_option *option;
        const char *value; /* NULL for a switch */
    } option[OPTIONS_MAX];
};

/* The value of an option's number-th use (from 0); NULL when it was not given so often. */
const char *command_value(const struct command *command, const char *name, size_t number);
bool command_given(const struct command *command, const char *name);

/* Prints "coaltally VERB: text" on stderr (or tells `told`), the format translated into the user's language, and
 * returns `status`. */
int command_fail(const struct command *command, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Faults in the user's language; NULL when out of memory. */
struct faults *command_faults(const struct command *command);
/* Prints them where command_fail prints. */
void command_faults_print(const struct command *command, struct faults *faults);

/* Parses argv[1..] against a NULL-ended registry and runs the verb. Returns the
 * exit status of the program. */
int command_main(int argc, char **argv, const struct verb *const *registry);

#endif
