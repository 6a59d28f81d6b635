/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/report_head.h"
#include "collector/chain_head.h"

#include <stdio.h>
#include <string.h>

/* The only mine that is chosen; NULL: there are more. */
static const struct roster_mine *only_mine(const struct selection *selection)
{
    const struct roster_mine *only = NULL;
    for (size_t m = 0; m < selection->roster->mines; m++) {
        if (selection->mine[m] && only)
            return NULL;
        if (selection->mine[m])
            only = &selection->roster->mine[m];
    }
    return only;
}

/* The county, or the site; behind it the title of the mine where it is one mine's report. */
static void place_show(const struct selection *selection, enum language language, char *place, size_t size)
{
    const struct config_county *county = &selection->settings.county;
    const struct roster_mine *mine = only_mine(selection);
    const bool chinese = language == LANGUAGE_ZH;
    const char *title = chinese ? county->title_zh : county->title_en;
    const char *of = *title ? title : *county->name ? county->name : selection->settings.site;
    const char *formal = !mine ? "" : chinese ? mine->title_zh : mine->title_en;
    const bool told = *formal && strcmp(formal, of) != 0;
    snprintf(place, size, "%s%s%s", of, told && *of ? "  " : "", told ? formal : "");
}

void report_head(struct form *form, const struct selection *selection)
{
    place_show(selection, form->language, form->place, sizeof form->place);
    form->mark = selection_mark(selection, form->language);
    form->made_ms = selection->now_ms;
    instant_format(form->made_ms, form->made);
    const struct chain_head head = chain_head(selection->db, selection_number(selection));
    snprintf(form->chain, sizeof form->chain, "%s", head.hash);
}

/* Who signs; nobody does for what is not over. */
int report_people(struct form *form, const struct command *command)
{
    const char *prepared = command_value(command, "prepared-by", 0), *checked = command_value(command, "checked-by", 0);
    if ((prepared || checked) && *form->unfinished)
        return command_fail(command, COMMAND_USAGE,
                            "%s is not over: expected neither --prepared-by nor --checked-by until it is",
                            form->period);
    if (prepared && checked && strcmp(prepared, checked) == 0)
        return command_fail(command, COMMAND_USAGE,
                            "--checked-by %s: expected another person than the one who prepared it", checked);
    snprintf(form->prepared_by, sizeof form->prepared_by, "%s", prepared ? prepared : "");
    snprintf(form->checked_by, sizeof form->checked_by, "%s", checked ? checked : "");
    return COMMAND_GOOD;
}
