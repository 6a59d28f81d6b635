/* SPDX-License-Identifier: Apache-2.0 */
/* Whose rows a county's ledger holds, and how pages tell apart what has one name or number. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/display.h"
#include "collector/list.h"
#include "collector/replica.h"
#include "collector/store_roster.h"

/* Nothing more is read from the meters of a database whose place another one took. */
static void meters_retire(struct roster *roster, int64_t number)
{
    for (size_t i = 0; i < roster->meters; i++) {
        struct roster_meter *meter = &roster->meter[i];
        if (meter->number != number)
            continue;
        meter->former = meter->active;
        meter->active = false;
    }
}

void roster_sites_read(struct db *db, struct roster *roster)
{
    struct db_query *query = db_query(db, "SELECT number, site, standing FROM replica ORDER BY number");
    struct list list = {.size = sizeof *roster->site};
    while (db_next(query)) {
        struct roster_site *site = list_add(&list);
        if (!site) {
            db_fail(db, DB_OTHER, "out of memory");
            break;
        }
        site->number = db_int(query, 0);
        text_clean(db_text(query, 1), site->name, sizeof site->name);
        site->retired = strcmp(db_text(query, 2), replica_standing_name(REPLICA_REPLACED)) == 0;
        if (site->retired)
            meters_retire(roster, site->number);
    }
    db_done(query);
    roster->site = list.at;
    roster->sites = list.count;
}

void roster_site_name(const struct roster *roster, int64_t number, char text[static SITE_TEXT_BYTES])
{
    const struct roster_site *site = roster->site;
    *text = '\0';
    if (number == 0)
        return;
    snprintf(text, SITE_TEXT_BYTES, "%" PRId64, number);
    for (size_t i = 0; i < roster->sites; i++)
        if (site[i].number == number && site[i].retired)
            snprintf(text, SITE_TEXT_BYTES, "%s (former %" PRId64 ")", site[i].name, number);
        else if (site[i].number == number)
            snprintf(text, SITE_TEXT_BYTES, "%s", site[i].name);
}

bool roster_retired(const struct roster *roster, int64_t number)
{
    for (size_t i = 0; i < roster->sites; i++)
        if (roster->site[i].number == number)
            return roster->site[i].retired;
    return false;
}

void roster_meter_name(const struct roster *roster, size_t meter, char text[static METER_TEXT_BYTES])
{
    const struct roster_meter *this = &roster->meter[meter];
    bool repeats = false;
    for (int i = -1; roster->sites && (i = roster_meter_next(roster, i, this->name)) >= 0;)
        repeats |= roster->meter[i].mine != this->mine;
    snprintf(text, METER_TEXT_BYTES, "%s%s%s", repeats ? roster->mine[this->mine].name : "", repeats ? " " : "",
             this->name);
}
