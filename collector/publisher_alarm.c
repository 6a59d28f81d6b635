/* SPDX-License-Identifier: Apache-2.0 */
/* What people are told of the way to the county. */
#include <string.h>

#include "collector/publisher_parts.h"

void publisher_refusal_say(const struct publisher_report *report, struct text *out)
{
    struct replica_message said = {.kind = report->unread ? REPLICA_UNREAD : REPLICA_ANSWER,
                                   .peer = report->county,
                                   .reason = report->view.refused};
    memcpy(said.why, report->why, sizeof said.why);
    if (report->view.refused != REPLICA_FITS)
        replica_refusal_say(&said, out);
}

static void tell(struct publisher *publisher, bool stands, struct alarm_notice *notice, int64_t wall_ms)
{
    notice->mine = -1;
    notice->subject = publisher->config->mqtt.county;
    notice->level = JOURNAL_AMBER;
    if (stands)
        alarm_raise(publisher->alarms, notice, wall_ms);
    else
        alarm_clear(publisher->alarms, -1, notice->subject, notice->reason, wall_ms);
}

static void refused_tell(struct publisher *publisher, const struct publisher_report *report, int64_t wall_ms)
{
    struct text text = {0};
    publisher_refusal_say(report, &text);
    struct alarm_notice notice = {.reason = "county-refuses", .argument = {{"error", text.at}}};
    tell(publisher, report->view.refused != REPLICA_FITS, &notice, wall_ms);
    text_free(&text);
}

static void others_tell(struct publisher *publisher, const struct publisher_report *report, struct clock_now now)
{
    struct alarm_notice notice = {.reason = "copy-runs"};
    tell(publisher, report->others_ms && now.boot_ms - report->others_ms <= PUBLISHER_OTHERS_MS, &notice, now.wall_ms);
}

/* Until it answers for the first time, an alarm of the last run stands. */
static void silence_tell(struct publisher *publisher, const struct publisher_report *report, struct clock_now now)
{
    const struct broker_health health = broker_health(publisher->broker);
    const int64_t after_ms = publisher->config->county_after_ms;
    const int64_t heard_ms = report->view.answered_ms ? report->view.answered_ms : publisher->started.boot_ms;
    const bool silent = now.boot_ms - heard_ms >= after_ms;
    char value[ALARM_SPAN_BYTES], limit[ALARM_SPAN_BYTES];
    alarm_span(now.boot_ms - heard_ms, value);
    alarm_span(after_ms, limit);
    struct alarm_notice notice = {.reason = "county-silent",
                                  .argument = {{"error", *report->error     ? report->error
                                                         : health.connected ? report->strange
                                                                            : health.error}},
                                  .value = value,
                                  .limit = limit};
    if (silent || report->view.answered_ms)
        tell(publisher, silent, &notice, now.wall_ms);
}

void publisher_tick(struct publisher *publisher, struct clock_now now)
{
    const struct publisher_report report = publisher_report(publisher);
    silence_tell(publisher, &report, now);
    others_tell(publisher, &report, now);
    if (report.view.answered_ms)
        refused_tell(publisher, &report, now.wall_ms);
}
