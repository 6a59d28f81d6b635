/* SPDX-License-Identifier: Apache-2.0 */
/* A command's way to the ledger: its act goes into the spool; the command then waits for
 * the answer, and applies what waits itself where no daemon runs and it may. */
#ifndef COALTALLY_ACT_SUBMIT_H
#define COALTALLY_ACT_SUBMIT_H

#include "collector/act.h"
#include "collector/period.h"
#include "collector/settings.h"

/* For the lists of options of verbs that act. */
/* clang-format off */
#define OPTION_BY     {"by", "NAME", N_("who does it, by name (needed)"), false}
#define OPTION_REASON {"reason", "TEXT", N_("why"), false}
/* clang-format on */

/* Adds the values of these options (NULL-ended) as they were given, where they were. */
void act_take(struct act *act, const struct command *command, const char *const *options);

/* What --period says, as an act says it, which may wait: "today" and "yesterday" are days of
 * whoever says so. In `text`, or as it was given where it is no period; NULL: not given. */
const char *act_period(const struct command *command, char text[static PERIOD_TEXT_BYTES]);

/* Fills in --by (or leaves act->by where the caller has set it), the verb, uid, time and language, and judges the act.
 * COMMAND_GOOD, or an exit status after saying what is wrong. */
int act_fill(const struct command *command, struct act *act);

/* The arguments are the caller's; the verb, --by, uid, time and language are filled in here.
 * Prints the answer. Returns COMMAND_GOOD when the act was done, COMMAND_USAGE when it was
 * refused or is none, COMMAND_COULD_NOT when it could not be handed in, or waits. */
int act_submit(const struct command *command, const struct settings *settings, struct act *act);

/* The same of one that comes with an open file (spool_file.h) of so many bytes. Refused: COMMAND_NOT_HELD. */
int act_submit_file(const struct command *command, const struct settings *settings, struct act *act, int file,
                    int64_t bytes, void (*progress)(int done, int all));

/* The same of many at once, in their order: each is an act of its own, and one that is refused keeps
 * no other from being done. `tell` hears of each that was (good) or was refused, with the answer.
 * COMMAND_GOOD when all were done. */
typedef void act_teller(void *context, size_t index, bool good, const char *answer);
int act_submit_all(const struct command *command, const struct settings *settings, struct act *acts, size_t count,
                   act_teller *tell, void *context);

#endif
