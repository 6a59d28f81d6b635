/* SPDX-License-Identifier: Apache-2.0 */
/* What `status` says around its table of devices. */
#include <inttypes.h>

#include "collector/status_parts.h"

void age_show(int64_t age_ms, char text[static AGE_TEXT_BYTES])
{
    const int64_t s = age_ms / 1000, minutes = s / 60, hours = minutes / 60;
    if (age_ms < 0)
        snprintf(text, AGE_TEXT_BYTES, "?");
    else if (age_ms < 60000)
        snprintf(text, AGE_TEXT_BYTES, "%" PRId64 ".%" PRId64 " s", s, age_ms % 1000 / 100);
    else if (minutes < 120)
        snprintf(text, AGE_TEXT_BYTES, "%" PRId64 " min", minutes);
    else if (hours < 48)
        snprintf(text, AGE_TEXT_BYTES, "%" PRId64 " h %" PRId64 " min", hours, minutes % 60);
    else
        snprintf(text, AGE_TEXT_BYTES, "%" PRId64 " d %" PRId64 " h", hours / 24, hours % 24);
}

void since_show(const struct status_view *view, int64_t at_ms, char text[static AGE_TEXT_BYTES])
{
    if (at_ms)
        age_show(view->now_ms - at_ms, text);
    else
        snprintf(text, AGE_TEXT_BYTES, "%s", say(view->page.language, "never"));
}

static void daemon_add(struct status_view *view)
{
    const struct health *health = &view->health;
    const enum language language = view->page.language;
    char title[256], now[INSTANT_TEXT_BYTES], up[AGE_TEXT_BYTES], read[INSTANT_TEXT_BYTES];
    instant_format(view->now_ms, now);
    if (!view->running) {
        snprintf(title, sizeof title, say(language, "coaltallyd does NOT run  %s"), now);
        page_title(&view->page, title, view->simulated);
        return;
    }
    if (!view->has_health)
        return;
    since_show(view, health->started_ms, up);
    instant_format(health->config_at_ms, read);
    if (*health->county)
        snprintf(title, sizeof title, say(language, "coaltallyd %s  county %s  up %s  %s"), health->version,
                 health->county, up, now);
    else
        snprintf(title, sizeof title, say(language, "coaltallyd %s  site %s  up %s  %s"), health->version, health->site,
                 up, now);
    page_title(&view->page, title, view->simulated || health->simulated);
    text_format(&view->page.out, say(language, "clock %s   config %s, %.7s of %s\n"),
                !health->clock_trusted       ? say(language, "NOT TRUSTED: nothing is counted")
                : health->clock_synchronised ? say(language, "synchronised")
                                             : say(language, "not synchronised"),
                health->config_path, health->config_hash, read);
}

static void ledger_add(struct status_view *view)
{
    const enum language language = view->page.language;
    char committed[AGE_TEXT_BYTES], at[INSTANT_TEXT_BYTES];
    since_show(view, view->committed_ms, committed);
    instant_format(view->committed_ms, at);
    text_format(&view->page.out, say(language, "ledger %s   committed %s"), view->settings.database,
                view->committed_ms ? at : committed);
    if (view->committed_ms)
        text_format(&view->page.out, say(language, ", %s ago"), committed);
    if (view->has_health && view->running)
        text_format(&view->page.out, say(language, ", %zu rows waiting"), view->health.ledger.waiting);
    if (view->has_health && view->health.disk_free >= 0)
        text_format(&view->page.out, say(language, "   disk %d %% free"), view->health.disk_free);
    text_add(&view->page.out, "\n");
    if (view->has_health && *view->health.ledger.error)
        text_format(&view->page.out, say(language, "  NOT WRITTEN: %s\n"), view->health.ledger.error);
}

/* In the broker's words, which are the daemon's: what it lets us neither write nor hear. */
static void denied_add(struct status_view *view)
{
    const struct broker_health *mqtt = &view->health.mqtt;
    const enum language language = view->page.language;
    char since[AGE_TEXT_BYTES];
    if (mqtt->denied == 0)
        return;
    since_show(view, mqtt->denied_since_ms, since);
    text_format(&view->page.out, say(language, "  REFUSED by the broker for %s: %s"), since, mqtt->denied_topic);
    if (mqtt->denied > 1)
        text_format(&view->page.out, say(language, " and %u more"), mqtt->denied - 1);
    text_format(&view->page.out, "\n  %s\n", mqtt->denied_reason);
}

static void broker_add(struct status_view *view)
{
    const struct broker_health *mqtt = &view->health.mqtt;
    const enum language language = view->page.language;
    char since[AGE_TEXT_BYTES];
    if (!view->health.mqtt_present)
        return;
    since_show(view, mqtt->since_ms ? mqtt->since_ms : view->health.started_ms, since); /* 0: never connected */
    text_format(&view->page.out,
                mqtt->connected ? say(language, "mqtt %s   connected for %s")
                                : say(language, "mqtt %s   NOT CONNECTED for %s"),
                view->health.mqtt_address, since);
    text_format(&view->page.out, say(language, ", %" PRIu64 " live messages sent, %" PRIu64 " dropped%s%s\n"),
                mqtt->sent, mqtt->dropped, *mqtt->error ? ": " : "", mqtt->error);
    denied_add(view);
}

void status_head(struct status_view *view)
{
    daemon_add(view);
    ledger_add(view);
    text_add(&view->page.out, view->waits.at ? view->waits.at : "");
    if (!view->running)
        return;
    broker_add(view);
    county_add(view);
}

/* "alarm red 2026-10-14 07:31:00  north  scale-1  no data: no answer, report by 08:31  41 min / 60 s" */
static void alarm_add(struct status_view *view, const struct health_alarm *standing)
{
    const struct alarm *alarm = &standing->alarm;
    const bool red = alarm->level == JOURNAL_RED;
    struct text line = {0};
    char raised[INSTANT_TEXT_BYTES];
    instant_format(alarm->raised_ms, raised);
    text_format(&line, "%s %s %s%s%s  %s  ", word(WORD_ALARM, view->page.language),
                word(red ? WORD_RED : WORD_AMBER, view->page.language), raised, *standing->mine ? "  " : "",
                standing->mine, alarm->subject);
    alarm_say(&line, alarm->reason, alarm->arguments, view->page.language);
    text_format(&line, "%s%s%s%s", *alarm->value ? "  " : "", alarm->value, *alarm->limit ? " / " : "", alarm->limit);
    text_add(&view->page.out, !view->page.colour ? "" : red ? "\033[1;31m" : "\033[33m");
    page_line(&view->page, line.at ? line.at : "");
    text_add(&view->page.out, view->page.colour ? "\033[0m" : "");
    text_free(&line);
}

void status_alarms(struct status_view *view)
{
    for (size_t i = 0; i < view->health.alarms; i++)
        alarm_add(view, &view->health.alarm[i]);
}
