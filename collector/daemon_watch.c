/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "collector/daemon.h"
#include "collector/live.h"
#include "collector/log.h"
#include "collector/publisher.h"
#include "collector/scans.h"
#include "collector/vitals.h"

enum { SLOW_WRITE_MS = 10000 /* a write to disk that takes longer is an alarm */ };

/* An alarm of the whole site. */
struct daemon_alarm {
    const char *subject, *reason;
    enum journal_level level;
};

static void daemon_alarm(struct daemon *daemon, bool stands, struct daemon_alarm alarm, const char *what,
                         int64_t wall_ms)
{
    struct alarms *alarms = live_alarms(daemon->site.live);
    struct alarm_notice notice = {.mine = -1,
                                  .subject = alarm.subject,
                                  .reason = alarm.reason,
                                  .level = alarm.level,
                                  .argument = {{"error", what}}};
    if (stands)
        alarm_raise(alarms, &notice, wall_ms);
    else
        alarm_clear(alarms, -1, alarm.subject, alarm.reason, wall_ms);
}

static int64_t daemon_last_commit_ms(struct daemon *daemon)
{
    return daemon->committer ? committer_report(daemon->committer).committed_ms : store_last_commit_ms(daemon->store);
}

void daemon_trust(struct daemon *daemon)
{
    struct clock_now now = clock_now();
    struct trust_input input = {
        .wall_ms = now.wall_ms,
        .running_ms = now.boot_ms - daemon->site.started.boot_ms,
        .wait_ms = daemon->config->clock_wait_ms,
        .last_commit_ms = daemon_last_commit_ms(daemon),
        .synchronised = clock_synchronised(),
    };
    enum trust trust = trust_judge(&input);
    enum trust before = site_judge(&daemon->site, trust, now);
    if (trust != before && trust_text(trust)[0])
        log_warnx("%s", trust_text(trust));
    static const struct daemon_alarm taken = {"clock", "not-synchronised", JOURNAL_AMBER};
    static const struct daemon_alarm refused = {"clock", "not-trusted", JOURNAL_RED};
    daemon_alarm(daemon, trust == TRUST_UNSYNCHRONISED, taken, trust_text(trust), now.wall_ms);
    daemon_alarm(daemon, trust == TRUST_BEHIND || trust == TRUST_AHEAD, refused, trust_text(trust), now.wall_ms);
}

void daemon_clock_step(struct daemon *daemon)
{
    struct clock_now now = clock_now();
    int64_t offset_ms = now.wall_ms - now.boot_ms;
    int64_t step_ms = daemon->wall_minus_boot_ms ? offset_ms - daemon->wall_minus_boot_ms : 0;
    daemon->wall_minus_boot_ms = offset_ms;
    if (step_ms > -CLOCK_STEP_MS && step_ms < CLOCK_STEP_MS)
        return;
    struct journal_entry entry = {
        .at_ms = now.wall_ms, .kind = "clock", .level = JOURNAL_AMBER, .meter = -1, .mine = -1, .count = 1};
    snprintf(entry.text, sizeof(entry.text), "the wall clock was stepped by %+.3f s", (double)step_ms / 1000.0);
    ledger_journal(daemon->site.ledger, &entry);
    log_warnx("%s", entry.text);
}

bool daemon_alive(struct daemon *daemon)
{
    int64_t now_ms = clock_now().boot_ms;
    for (size_t i = 0; i < daemon->config->buses; i++)
        if (now_ms > bus_alive_until_ms(daemon->bus[i])) {
            log_error("bus %s makes no progress", daemon->config->bus[i].name);
            return false;
        }
    if (daemon->board && now_ms > board_topic_alive_until_ms(daemon->board)) {
        log_error("the board makes no progress");
        return false;
    }
    if (daemon->site.publisher && now_ms > publisher_alive_until_ms(daemon->site.publisher)) {
        log_error("the thread that sends the ledger to county %s makes no progress", daemon->config->mqtt.county);
        return false;
    }
    return true;
}

void daemon_disk(struct daemon *daemon)
{
    struct clock_now now = clock_now();
    struct committer_report report = committer_report(daemon->committer);
    bool slow = report.writing_ms && now.boot_ms - report.writing_ms > SLOW_WRITE_MS;
    static const struct daemon_alarm alarm = {"ledger", "slow", JOURNAL_AMBER};
    daemon_alarm(daemon, slow, alarm, "a write to disk takes over 10 s", now.wall_ms);
}

void daemon_status_file(struct daemon *daemon)
{
    char text[512];
    bool written = vitals_write(&daemon->site, daemon->bus, daemon->committer, text, sizeof(text)) &&
                   scans_write(daemon->site.scans, text, sizeof(text));
    if (!written && !daemon->status_failed)
        log_warnx("no status file: %s", text);
    daemon->status_failed = !written;
}
