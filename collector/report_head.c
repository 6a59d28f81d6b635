/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/report_head.h"

#include <stdio.h>
#include <string.h>

static void place_show(const struct settings *settings, enum language language, char *place, size_t size)
{
    const struct config_county *county = &settings->county;
    const char *title = language == LANGUAGE_ZH ? county->title_zh : county->title_en;
    snprintf(place, size, "%s", *title ? title : *county->name ? county->name : settings->site);
}

static void chain_read(struct db *db, char chain[static DIGEST_HEX_BYTES])
{
    struct db_query *query = db_query(db, "SELECT hash FROM journal ORDER BY id DESC LIMIT 1");
    if (db_next(query))
        snprintf(chain, DIGEST_HEX_BYTES, "%s", db_text(query, 0));
    db_done(query);
}

void report_head(struct form *form, const struct selection *selection)
{
    place_show(&selection->settings, form->language, form->place, sizeof form->place);
    form->mark = selection_mark(selection, form->language);
    form->made_ms = selection->now_ms;
    instant_format(form->made_ms, form->made);
    chain_read(selection->db, form->chain);
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
