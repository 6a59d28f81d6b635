/* SPDX-License-Identifier: Apache-2.0 */
/* The calendars in force: those of the ledger, whatever the configuration has written besides. */
#include <stdlib.h>

#include "collector/store_calendar.h"
#include "collector/store_parts.h"

/* New ones for all mines and meters, to take the place of the old. */
struct calendars {
    size_t mines, meters;
    struct calendar *mine, *meter;
};

static void calendars_free(struct calendars *calendars)
{
    for (size_t i = 0; i < calendars->mines && calendars->mine; i++)
        free(calendars->mine[i].rule);
    for (size_t i = 0; i < calendars->meters && calendars->meter; i++)
        free(calendars->meter[i].rule);
    free(calendars->mine);
    free(calendars->meter);
}

static bool calendars_make(struct store *store, const struct config *config, struct calendars *calendars)
{
    *calendars = (struct calendars){config->mines, config->meters, calloc(config->mines + 1, sizeof(*calendars->mine)),
                                    calloc(config->meters + 1, sizeof(*calendars->meter))};
    bool good = calendars->mine && calendars->meter;
    for (size_t i = 0; good && i < config->mines; i++)
        good = calendar_read(store->db, store->mine[i], &calendars->mine[i]);
    for (size_t i = 0; good && i < config->meters; i++)
        good = calendar_select(&calendars->mine[config->meter[i].mine], config->meter[i].quantity->name,
                               &calendars->meter[i]);
    if (!good)
        db_fail(store->db, DB_OTHER, "out of memory, or a mine without a calendar");
    return good;
}

static void calendar_swap(struct calendar *one, struct calendar *other)
{
    const struct calendar kept = *one;
    *one = *other;
    *other = kept;
}

bool store_calendars(struct store *store, struct config *config)
{
    struct calendars calendars;
    db_clear(store->db);
    const bool good = calendars_make(store, config, &calendars);
    for (size_t i = 0; good && i < config->mines; i++)
        calendar_swap(&config->mine[i].calendar, &calendars.mine[i]);
    for (size_t i = 0; good && i < config->meters; i++)
        calendar_swap(&config->meter[i].calendar, &calendars.meter[i]);
    calendars_free(&calendars);
    return good;
}

/* --- what is not in force --- */

struct telling {
    const struct config *config;
    store_waits_teller *tell;
    void *context;
};

static void wait_tell(void *context, size_t mine, const struct calendar_change *change)
{
    const struct telling *telling = context;
    struct text text = {0};
    calendar_wait_say(telling->config->mine[mine].name, change, LANGUAGE_EN, &text);
    telling->tell(telling->context, text.at ? text.at : "");
    text_free(&text);
}

bool store_waits(struct store *store, struct clock_now now, store_waits_teller *tell, void *context)
{
    struct telling telling = {store->config, tell, context};
    db_clear(store->db);
    return calendar_waits(store->db, store->config, now.wall_ms, wait_tell, &telling);
}
