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
        snprintf(text, AGE_TEXT_BYTES, "%s", phrase_in((struct phrase){"never", "从未"}, view->page.language));
}

static void daemon_add(struct status_view *view)
{
    const struct health *health = &view->health;
    const enum language language = view->page.language;
    char title[256], now[INSTANT_TEXT_BYTES], up[AGE_TEXT_BYTES], read[INSTANT_TEXT_BYTES];
    instant_format(view->now_ms, now);
    if (!view->running) {
        snprintf(title, sizeof title,
                 phrase_in((struct phrase){"coaltallyd does NOT run  %s", "coaltallyd 未运行  %s"}, language), now);
        page_title(&view->page, title, view->simulated);
        return;
    }
    if (!view->has_health)
        return;
    since_show(view, health->started_ms, up);
    instant_format(health->config_at_ms, read);
    snprintf(title, sizeof title,
             phrase_in((struct phrase){"coaltallyd %s  site %s  up %s  %s", "coaltallyd %s  站点 %s  已运行 %s  %s"},
                       language),
             health->version, health->site, up, now);
    page_title(&view->page, title, view->simulated || health->simulated);
    text_format(
        &view->page.out,
        phrase_in((struct phrase){"clock %s   config %s, %.7s of %s\n", "时钟%s   配置 %s，%.7s，%s\n"}, language),
        !health->clock_trusted
            ? phrase_in((struct phrase){"NOT TRUSTED: nothing is counted", "不可信：暂不计量"}, language)
        : health->clock_synchronised ? phrase_in((struct phrase){"synchronised", "已同步"}, language)
                                     : phrase_in((struct phrase){"not synchronised", "未同步"}, language),
        health->config_path, health->config_hash, read);
}

static void ledger_add(struct status_view *view)
{
    const enum language language = view->page.language;
    char committed[AGE_TEXT_BYTES], at[INSTANT_TEXT_BYTES];
    since_show(view, view->committed_ms, committed);
    instant_format(view->committed_ms, at);
    text_format(&view->page.out,
                phrase_in((struct phrase){"ledger %s   committed %s", "台账 %s   提交于 %s"}, language),
                view->settings.database, view->committed_ms ? at : committed);
    if (view->committed_ms)
        text_format(&view->page.out, phrase_in((struct phrase){", %s ago", "，%s 前"}, language), committed);
    if (view->has_health && view->running)
        text_format(&view->page.out, phrase_in((struct phrase){", %zu rows waiting", "，待写 %zu 行"}, language),
                    view->health.ledger.waiting);
    if (view->has_health && view->health.disk_free >= 0)
        text_format(&view->page.out, phrase_in((struct phrase){"   disk %d %% free", "   磁盘余 %d %%"}, language),
                    view->health.disk_free);
    text_add(&view->page.out, "\n");
    if (view->has_health && *view->health.ledger.error)
        text_format(&view->page.out, phrase_in((struct phrase){"  NOT WRITTEN: %s\n", "  写入失败：%s\n"}, language),
                    view->health.ledger.error);
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
                mqtt->connected
                    ? phrase_in((struct phrase){"mqtt %s   connected for %s", "mqtt %s   已连接 %s"}, language)
                    : phrase_in((struct phrase){"mqtt %s   NOT CONNECTED for %s", "mqtt %s   未连接 %s"}, language),
                view->health.mqtt_address, since);
    text_format(&view->page.out,
                phrase_in((struct phrase){", %" PRIu64 " live messages sent, %" PRIu64 " dropped%s%s\n",
                                          "，实时消息已发 %" PRIu64 "，丢弃 %" PRIu64 "%s%s\n"},
                          language),
                mqtt->sent, mqtt->dropped, *mqtt->error ? ": " : "", mqtt->error);
}

void status_head(struct status_view *view)
{
    daemon_add(view);
    ledger_add(view);
    text_add(&view->page.out, view->waits.at ? view->waits.at : "");
    if (view->running)
        broker_add(view);
}

/* "alarm red 2026-10-14 07:31:00  north  scale-1  no data: no answer, report by 08:31  41 min / 60 s" */
static void alarm_add(struct status_view *view, const struct health_alarm *standing)
{
    const struct alarm *alarm = &standing->alarm;
    const bool red = alarm->level == JOURNAL_RED;
    struct text *out = &view->page.out;
    char raised[INSTANT_TEXT_BYTES];
    instant_format(alarm->raised_ms, raised);
    text_format(out, "%s%s %s %s%s%s  %s  ", view->page.colour ? red ? "\033[1;31m" : "\033[33m" : "",
                word(WORD_ALARM, view->page.language), word(red ? WORD_RED : WORD_AMBER, view->page.language), raised,
                *standing->mine ? "  " : "", standing->mine, alarm->subject);
    alarm_say(out, alarm->reason, alarm->arguments, view->page.language);
    text_format(out, "%s%s%s%s%s\n", *alarm->value ? "  " : "", alarm->value, *alarm->limit ? " / " : "", alarm->limit,
                view->page.colour ? "\033[0m" : "");
}

void status_alarms(struct status_view *view)
{
    for (size_t i = 0; i < view->health.alarms; i++)
        alarm_add(view, &view->health.alarm[i]);
}
