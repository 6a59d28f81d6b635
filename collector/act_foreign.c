/* SPDX-License-Identifier: Apache-2.0 */
/* A county's ledger holds its sites' rows, and changes none of them. */
#include <stdio.h>
#include <string.h>

#include "collector/act.h"
#include "collector/travel.h"

bool act_refuse_site(struct act_context *context, const char *what, const char *name, int64_t number)
{
    char site[SITE_TEXT_BYTES];
    roster_site_name(context->roster, number, site);
    return act_refuse(context, "%s %.80s is of the ledger of site %s, which this one only holds: act at the site", what,
                      name, site);
}

bool act_sites_of(struct act_context *context, const char *sql, int64_t local, char *text, size_t size)
{
    const struct roster *roster = context->roster;
    char site[SITE_TEXT_BYTES];
    *text = '\0';
    for (size_t i = 0; i < roster->sites && local >= 0 && local <= TRAVEL_LOCAL_MAX; i++) {
        const int64_t id = travel_id(roster->site[i].number, local);
        const size_t length = strlen(text);
        if (!db_value(context->db, sql, 1, &id))
            continue;
        roster_site_name(roster, roster->site[i].number, site);
        snprintf(text + length, size - length, "%s%s", length ? say(context->language, ", ") : "", site);
    }
    return *text != '\0';
}
