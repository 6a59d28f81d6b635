/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "collector/health.h"
#include "collector/page.h"
#include "collector/settings.h"
#include "collector/store.h"
#include "collector/store_calendar.h"

enum { FRESH_MS = 15000 }; /* the daemon writes its status about once a second */

struct status_view {
    const struct command *command;
    struct settings settings;
    struct page page;
    int64_t now_ms;
    enum table_format format;
    bool running;
    bool has_health;
    struct health health;
    const char *device;          /* only this one, in detail; NULL: all */
    int64_t committed_ms;        /* of the ledger; 0: never */
    bool simulated;              /* it holds figures of simulated mines */
    const struct config *config; /* while its calendars are looked at */
    struct text waits;           /* lines of calendars that are not in force, a line each */
    int64_t waiting;
};

/* "0.4 s", "41 min", "12 d 4 h". */
static void age_show(int64_t age_ms, char text[static 32])
{
    const int64_t s = age_ms / 1000, minutes = s / 60, hours = minutes / 60;
    if (age_ms < 0)
        snprintf(text, 32, "?");
    else if (age_ms < 60000)
        snprintf(text, 32, "%" PRId64 ".%" PRId64 " s", s, age_ms % 1000 / 100);
    else if (minutes < 120)
        snprintf(text, 32, "%" PRId64 " min", minutes);
    else if (hours < 48)
        snprintf(text, 32, "%" PRId64 " h %" PRId64 " min", hours, minutes % 60);
    else
        snprintf(text, 32, "%" PRId64 " d %" PRId64 " h", hours / 24, hours % 24);
}

static void since_show(const struct status_view *view, int64_t at_ms, char text[static 32])
{
    if (at_ms)
        age_show(view->now_ms - at_ms, text);
    else
        snprintf(text, 32, "%s", phrase_in((struct phrase){"never", "从未"}, view->page.language));
}

/* --- the page --- */

static void daemon_add(struct status_view *view)
{
    const struct health *health = &view->health;
    const enum language language = view->page.language;
    char title[256], now[INSTANT_TEXT_BYTES], up[32], read[INSTANT_TEXT_BYTES];
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
    char committed[32], at[INSTANT_TEXT_BYTES];
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
    char since[32];
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

/* clang-format off */
static const char *const outcome_keys[WIRE_OUTCOMES] = { /* of the others: outcomes_name() */
    [WIRE_OK]         = "ok",
    [WIRE_EXCEPTION]  = "exceptions",
    [WIRE_TIMEOUT]    = "timeouts",
    [WIRE_CONNECT]    = "not_connected",
    [WIRE_GARBAGE]    = "garbage",
    [WIRE_CLOSED]     = "closed",
    [WIRE_DESCRIPTOR] = "descriptors",
    [WIRE_FORBIDDEN]  = "forbidden",
    [WIRE_STOPPED]    = "stopped",
};
/* clang-format on */

static struct table *devices_new(const struct status_view *view)
{
    const enum language language = view->page.language;
    struct table *table = table_new();
    if (!table)
        return NULL;
    table_column(table, "device", word(WORD_DEVICE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "mine", word(WORD_MINE, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "on", phrase_in((struct phrase){"on", "总线"}, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "unit", phrase_in((struct phrase){"unit", "站号"}, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "every_ms", phrase_in((struct phrase){"every", "周期"}, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "last_good_ms", word(WORD_LAST_GOOD, language), COLUMN_NUMBER, COLUMN_BOTH);
    table_column(table, "bad_24h", phrase_in((struct phrase){"bad 24h", "24 时异常"}, language), COLUMN_NUMBER,
                 COLUMN_BOTH);
    table_column(table, "online", "", COLUMN_SWITCH, COLUMN_DATA);
    for (size_t i = 0; i < OUTCOMES; i++)
        table_column(table, i < WIRE_OUTCOMES ? outcome_keys[i] : outcomes_name(i), "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "why", word(WORD_WHY, language), COLUMN_TEXT, COLUMN_BOTH);
    table_column(table, "simulated", "", COLUMN_SWITCH, COLUMN_DATA);
    table_column(table, "last_bad_ms", "", COLUMN_NUMBER, COLUMN_DATA);
    table_column(table, "last_bad", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "received", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "last_outcome", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "missing", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "texts", "", COLUMN_TEXT, COLUMN_DATA);
    table_column(table, "report_by_ms", "", COLUMN_NUMBER, COLUMN_DATA);
    return table;
}

static void integer_cell(struct table *table, const char *shown, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    table_cell(table, shown ? shown : text, text);
}

/* Of a scan that was whole, the points without a value; else what was wrong with it, in Chinese at least its kind. */
static void why_text(const struct health_device *device, enum language language, char *text, size_t size)
{
    const bool titled = language != LANGUAGE_EN && *device->error;
    snprintf(
        text, size, "%s%s%s%s", titled ? outcomes_title(device->diagnosis.last_bad, language) : "", titled ? "：" : "",
        *device->error || !*device->diagnosis.missing ? ""
                                                      : phrase_in((struct phrase){"no value of ", "无值："}, language),
        *device->error ? device->error : device->diagnosis.missing);
}

/* "no answer ...; next try in 22.0 s; report by 08:31" */
static void why_show(const struct status_view *view, const struct health_device *device, char *why, size_t size)
{
    const enum language language = view->page.language;
    char next[32], by[INSTANT_TEXT_BYTES];
    why_text(device, language, why, size);
    size_t length = strlen(why);
    age_show(device->next_try_ms - view->now_ms, next);
    if (device->next_try_ms > view->now_ms)
        length += (size_t)snprintf(why + length, size - length,
                                   phrase_in((struct phrase){"; next try in %s", "；下次尝试 %s"}, language), next);
    instant_format(device->report_by_ms, by);
    if (device->report_by_ms) /* the hour and the minute are enough: it is within a day, or long past */
        snprintf(why + length, size - length,
                 phrase_in((struct phrase){"; report by %.5s", "；%.5s 前须上报"}, language), by + 11);
}

static void device_row(const struct status_view *view, struct table *table, const struct health_device *device)
{
    char every[32], good[32], why[600];
    table_row(table);
    table_text(table, device->name);
    table_text(table, device->mine);
    table_text(table, device->bus);
    integer_cell(table, NULL, device->unit);
    age_show(device->interval_ms, every);
    integer_cell(table, every, device->interval_ms);
    since_show(view, device->last_good_ms, good);
    integer_cell(table, good, device->last_good_ms);
    table_mark(table, device->online ? MARK_NONE : MARK_RED);
    integer_cell(table, NULL, (int64_t)device->bad_24h);
    table_switch(table, device->online);
    for (size_t i = 0; i < OUTCOMES; i++)
        integer_cell(table, NULL, device->diagnosis.outcome[i]);
    why_show(view, device, why, sizeof why);
    table_cell(table, why, device->error);
    table_switch(table, device->simulated);
    integer_cell(table, NULL, device->diagnosis.last_bad_ms);
    table_text(table, device->diagnosis.error);
    table_text(table, device->diagnosis.received);
    table_text(table, device->diagnosis.last_bad_ms ? outcomes_name(device->diagnosis.last_bad) : "");
    table_text(table, device->diagnosis.missing);
    table_text(table, device->diagnosis.texts);
    integer_cell(table, NULL, device->report_by_ms);
}

/* Why there is no data of one device: how its scans ended, and what the last bad one was. */
static void diagnosis_add(struct status_view *view, const struct health_device *device)
{
    const struct diagnosis *diagnosis = &device->diagnosis;
    const enum language language = view->page.language;
    char since[32], at[INSTANT_TEXT_BYTES];
    since_show(view, device->since_ms, since);
    text_format(&view->page.out,
                device->online ? phrase_in((struct phrase){"answers since %s", "在线已 %s"}, language)
                               : phrase_in((struct phrase){"does NOT answer since %s", "无应答已 %s"}, language),
                since);
    text_add(&view->page.out, phrase_in((struct phrase){"; scans of the last 24 h:", "；近 24 小时采集："}, language));
    for (size_t i = 0; i < OUTCOMES; i++)
        if (diagnosis->outcome[i])
            text_format(&view->page.out, "  %s %" PRIu32, outcomes_title(i, language), diagnosis->outcome[i]);
    text_add(&view->page.out, "\n");
    if (*diagnosis->texts)
        text_format(&view->page.out, phrase_in((struct phrase){"it calls itself: %s\n", "设备自报：%s\n"}, language),
                    diagnosis->texts);
    if (*diagnosis->missing)
        text_format(&view->page.out, phrase_in((struct phrase){"no value of %s\n", "无值：%s\n"}, language),
                    diagnosis->missing);
    if (!diagnosis->last_bad_ms)
        return;
    instant_format(diagnosis->last_bad_ms, at);
    text_format(&view->page.out, phrase_in((struct phrase){"last bad %s: %s%s", "最近异常 %s：%s%s"}, language), at,
                language == LANGUAGE_EN ? "" : outcomes_title(diagnosis->last_bad, language),
                language == LANGUAGE_EN ? "" : "：");
    text_add(&view->page.out, diagnosis->error);
    text_add(&view->page.out, "\n");
    text_format(&view->page.out, phrase_in((struct phrase){"received: %s\n", "收到：%s\n"}, language),
                *diagnosis->received ? diagnosis->received : phrase_in((struct phrase){"nothing", "无"}, language));
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

static void alarms_add(struct status_view *view)
{
    for (size_t i = 0; i < view->health.alarms; i++)
        alarm_add(view, &view->health.alarm[i]);
}

static void facts_add(struct status_view *view, struct table *table)
{
    char number[24];
    table_fact(table, "report", "status");
    table_fact_json(table, "running", view->running ? "true" : "false");
    snprintf(number, sizeof number, "%" PRId64, view->committed_ms);
    table_fact_json(table, "committed_ms", number);
    table_fact(table, "database", view->settings.database);
    snprintf(number, sizeof number, "%" PRId64, view->waiting);
    table_fact_json(table, "calendar_lines_waiting", number);
    table_fact_json(table, "simulated",
                    view->simulated || (view->has_health && view->health.simulated) ? "true" : "false");
    if (!view->has_health)
        return;
    table_fact(table, "version", view->health.version);
    table_fact(table, "site", view->health.site);
    table_fact(table, "config_hash", view->health.config_hash);
    table_fact_json(table, "clock_trusted", view->health.clock_trusted ? "true" : "false");
    table_fact_json(table, "mqtt_connected", view->health.mqtt.connected ? "true" : "false");
    snprintf(number, sizeof number, "%" PRIu64, view->health.mqtt.dropped);
    table_fact_json(table, "mqtt_dropped", number);
    snprintf(number, sizeof number, "%zu", view->health.alarms);
    table_fact_json(table, "alarms", number);
}

static bool device_wanted(const struct status_view *view, const struct health_device *device)
{
    return !view->device || strcmp(view->device, device->name) == 0;
}

/* Whether --device names one that there is; all do while nothing is known. */
static bool device_known(const struct status_view *view)
{
    for (size_t i = 0; i < view->health.devices; i++)
        if (device_wanted(view, &view->health.device[i]))
            return true;
    return !view->has_health;
}

static bool status_render(struct status_view *view)
{
    const bool page = view->format == TABLE_PAGE;
    struct table *table = devices_new(view);
    if (!table)
        return false;
    facts_add(view, table);
    for (size_t i = 0; i < view->health.devices; i++)
        if (device_wanted(view, &view->health.device[i]))
            device_row(view, table, &view->health.device[i]);
    if (page) {
        daemon_add(view);
        ledger_add(view);
        text_add(&view->page.out, view->waits.at ? view->waits.at : "");
        if (view->running)
            broker_add(view);
    }
    const bool shown = !page || (view->running && view->health.devices);
    const bool good = !shown || table_render(table, view->format, view->page.colour, &view->page.out);
    for (size_t i = 0; page && view->running && view->device && i < view->health.devices; i++)
        if (device_wanted(view, &view->health.device[i]))
            diagnosis_add(view, &view->health.device[i]);
    if (page && view->running)
        alarms_add(view);
    table_free(table);
    return good;
}

/* --- what there is to tell --- */

static void wait_add(void *context, size_t mine, const struct calendar_change *change)
{
    struct status_view *view = context;
    calendar_wait_say(view->config->mine[mine].name, change, view->page.language, &view->waits);
    text_add(&view->waits, "\n");
    view->waiting++;
}

/* Lines of the configuration's calendars that are not in force. A faulty file is told by `check`. */
static void waits_read(struct status_view *view, struct db *db)
{
    struct faults *faults = faults_new();
    struct config *config = faults ? config_load(view->command->config_file, faults) : NULL;
    view->config = config;
    if (config)
        calendar_waits(db, config, view->now_ms, wait_add, view);
    view->config = NULL;
    config_free(config);
    faults_free(faults);
}

static int ledger_read(struct status_view *view)
{
    struct db *db;
    int status = settings_ledger(view->command, &view->settings, &db);
    if (status != COMMAND_GOOD)
        return status;
    view->committed_ms = db_value(db, "SELECT commit_ms FROM revision", 0, NULL);
    view->simulated = db_value(db, "SELECT max(simulated) FROM mine", 0, NULL) > 0;
    waits_read(view, db);
    if (db_fault(db) != DB_OK)
        status = command_fail(view->command, COMMAND_COULD_NOT, "%s", db_error(db));
    db_close(db);
    return status;
}

static void health_take(struct status_view *view)
{
    char path[PATH_BYTES + 16], why[256];
    snprintf(path, sizeof path, "%s/status.json", view->settings.runtime);
    view->has_health = health_read(path, &view->health, why, sizeof why);
    const int64_t age_ms = view->now_ms - view->health.as_of_ms;
    const bool alive = view->has_health && age_ms < FRESH_MS && view->health.pid > 0 &&
                       (kill((pid_t)view->health.pid, 0) == 0 || errno == EPERM);
    view->running = store_running(view->settings.database) || (alive && !view->command->database);
    if (view->running && !view->has_health)
        command_fail(view->command, COMMAND_COULD_NOT, "coaltallyd runs, but says nothing of itself: %s", why);
    else if (view->running && age_ms >= FRESH_MS)
        command_fail(view->command, COMMAND_COULD_NOT, "coaltallyd runs, but its status is %" PRId64 " s old",
                     age_ms / 1000);
}

static int run(struct command *command)
{
    struct status_view view = {.command = command, .now_ms = clock_now().wall_ms};
    const char *format = command_value(command, "format", 0);
    if (format && !table_format_parse(format, &view.format))
        return command_fail(command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    view.page = page_of(command->language, view.format);
    int status = settings_read(command, &view.settings);
    if (status != COMMAND_GOOD)
        return status;
    health_take(&view);
    view.device = command_value(command, "device", 0);
    if (view.device && !device_known(&view)) {
        health_free(&view.health);
        return command_fail(command, COMMAND_USAGE, "--device %s: coaltallyd knows no such device", view.device);
    }
    status = ledger_read(&view);
    if (status != COMMAND_GOOD && !view.running && !view.has_health)
        return status; /* nothing is known: not even that it does not run */
    const bool good = status_render(&view) && page_print(&view.page);
    if (view.has_health)
        health_free(&view.health);
    page_free(&view.page);
    text_free(&view.waits);
    if (!good)
        return command_fail(command, COMMAND_COULD_NOT, "cannot write the page");
    return status == COMMAND_GOOD && !view.running ? COMMAND_NOT_HELD : status;
}

static const struct command_option options[] = {
    {"device", "NAME", {"only this device, and why there is no data of it", "只看此设备，并给出无数据的原因"}, false},
    OPTION_FORMAT,
    {0},
};

const struct verb verb_status = {
    .name = "status",
    .summary = {"is coaltallyd running, and how is it with its devices, ledger and broker (1: it is not running)",
                "采集服务是否运行，设备、台账、消息服务状态（未运行时退出码 1）"},
    .options = options,
    .run = run,
};
