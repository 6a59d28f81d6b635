/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/closer.h"

#include <stdio.h>
#include <stdlib.h>

#include "collector/live.h"
#include "collector/log.h"
#include "collector/store_closing.h"
#include "drivers/span.h"

static const int64_t retry_ms = MINUTE_MS, remind_every_ms = HOUR_MS;

struct closer {
    struct site *site;
    struct store *store;
    int64_t due_ms, remind_ms, turned_ms;
};

struct closer *closer_new(struct site *site, struct store *store)
{
    struct closer *closer = calloc(1, sizeof *closer);
    if (closer)
        *closer = (struct closer){.site = site, .store = store};
    return closer;
}

void closer_free(struct closer *closer)
{
    free(closer);
}

void closer_wake(struct closer *closer)
{
    closer->due_ms = closer->remind_ms = 0;
}

static void remind(void *context, const char *mine, const struct period_name *period, bool done)
{
    const struct closer *closer = context;
    const struct config *config = closer->site->config;
    struct alarms *alarms = live_alarms(closer->site->live);
    char name[PERIOD_TEXT_BYTES];
    struct alarm_notice notice = {.subject = mine,
                                  .mine = config_mine_index(config, mine),
                                  .reason = period->kind == PERIOD_KIND_MONTH ? "month-not-closed" : "dekad-not-closed",
                                  .level = JOURNAL_AMBER,
                                  .argument = {{"period", name}}};
    period_format(period, name);
    if (done)
        alarm_clear(alarms, notice.mine, notice.subject, notice.reason, closer->turned_ms);
    else
        alarm_raise(alarms, &notice, closer->turned_ms);
}

void closer_turn(struct closer *closer, int64_t wall_ms)
{
    const struct config_closing *rules = &closer->site->config->closing;
    if (wall_ms < closer->turned_ms) /* the clock was set back */
        closer_wake(closer);
    closer->turned_ms = wall_ms;
    if (wall_ms >= closer->due_ms && !store_close_due(closer->store, rules, wall_ms, &closer->due_ms)) {
        log_warnx("periods could not be closed: %s", store_error(closer->store));
        closer->due_ms = wall_ms + retry_ms;
    }
    if (!rules->remind || wall_ms < closer->remind_ms)
        return;
    closer->remind_ms = wall_ms + remind_every_ms;
    store_remind(closer->store, rules, wall_ms, remind, closer);
}
