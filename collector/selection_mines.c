/* SPDX-License-Identifier: Apache-2.0 */
/* Which mines a report is about, and whose figures are added up. */
#include <stdlib.h>

#include "collector/selection_parts.h"

int name_unknown(const struct command *command, const char *what, const char *name, const char **candidates)
{
    const char *nearest = yaml_nearest(name, candidates);
    if (nearest)
        return command_fail(command, COMMAND_USAGE, "the ledger has no %s %s; did you mean %s?", what, name, nearest);
    return command_fail(command, COMMAND_USAGE, "the ledger has no %s %s", what, name);
}

static int mine_unknown(const struct selection *selection, const char *name)
{
    const struct roster *roster = selection->roster;
    const char **names = calloc(roster->mines + 1, sizeof *names);
    if (!names)
        return command_fail(selection->command, COMMAND_COULD_NOT, "out of memory");
    for (size_t i = 0; i < roster->mines; i++)
        names[i] = roster->mine[i].name;
    const int status = name_unknown(selection->command, say(selection->command->language, "mine"), name, names);
    free(names);
    return status;
}

static int mines_named(struct selection *selection)
{
    const char *name;
    const bool all = !command_given(selection->command, "mine");
    for (size_t i = 0; i < selection->roster->mines; i++)
        selection->mine[i] = all;
    for (size_t i = 0; (name = command_value(selection->command, "mine", i)); i++) {
        const int mine = roster_mine(selection->roster, name);
        if (mine < 0)
            return mine_unknown(selection, name);
        selection->mine[mine] = true;
    }
    return COMMAND_GOOD;
}

/* Simulated mines count where no real one is chosen; asked for, they are all there is. */
static int side_choose(struct selection *selection)
{
    const struct roster *roster = selection->roster;
    const bool asked = command_given(selection->command, "simulated");
    bool real = false, simulated = false;
    for (size_t i = 0; i < roster->mines; i++) {
        real |= selection->mine[i] && !roster->mine[i].simulated;
        simulated |= selection->mine[i] && roster->mine[i].simulated;
    }
    if (asked && (!simulated || (real && command_given(selection->command, "mine"))))
        return command_fail(selection->command, COMMAND_USAGE,
                            simulated ? N_("--simulated: expected simulated mines only with --mine")
                                      : N_("--simulated: none of these mines is simulated"));
    selection->side_simulated = asked || (simulated && !real);
    for (size_t i = 0; asked && i < roster->mines; i++)
        selection->mine[i] &= roster->mine[i].simulated;
    return COMMAND_GOOD;
}

bool selection_counts(const struct selection *selection, size_t mine)
{
    return selection->mine[mine] && selection->roster->mine[mine].simulated == selection->side_simulated;
}

bool selection_apart(const struct selection *selection, size_t mine)
{
    return selection->mine[mine] && !selection_counts(selection, mine);
}

const char *selection_mark(const struct selection *selection, enum language language)
{
    if (!selection->simulated)
        return NULL;
    return selection->side_simulated ? word(WORD_SIMULATED, language) : say(language, "with SIMULATED mines");
}

int mines_choose(struct selection *selection)
{
    const int status = mines_named(selection);
    return status == COMMAND_GOOD ? side_choose(selection) : status;
}
