/* SPDX-License-Identifier: Apache-2.0 */
/* The reading half. */
#include "collector/health.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/json.h"
#include "collector/text.h"
#include "drivers/language.h"

/* A getter never fails: what is missing or of another type is left as it is (0,
 * empty), so that a newer or older daemon's file can be read as far as it goes. */
static void get_text(const struct json *object, const char *key, char *out, size_t size)
{
    const char *value = json_words(json_member(object, key));
    if (value)
        snprintf(out, size, "%s", value);
}

static int64_t get_int(const struct json *object, const char *key)
{
    int64_t value = 0;
    json_number(json_member(object, key), &value);
    return value;
}

static bool get_bool(const struct json *object, const char *key)
{
    return json_yes(json_member(object, key));
}

static void get_device(const struct json *object, struct health_device *device)
{
    struct diagnosis *diagnosis = &device->diagnosis;
    get_text(object, "name", device->name, sizeof device->name);
    get_text(object, "mine", device->mine, sizeof device->mine);
    device->simulated = get_bool(object, "simulated");
    get_text(object, "bus", device->bus, sizeof device->bus);
    device->unit = (int)get_int(object, "unit");
    device->interval_ms = get_int(object, "interval_ms");
    device->online = get_bool(object, "online");
    device->since_ms = get_int(object, "since");
    device->last_good_ms = get_int(object, "last_good");
    device->report_by_ms = get_int(object, "report_by");
    device->planned = get_bool(object, "planned_stop");
    device->next_try_ms = get_int(object, "next_try");
    device->bad_24h = (uint64_t)get_int(object, "bad_24h");
    const struct json *outcomes = json_member(object, "outcomes_24h");
    for (size_t i = 0; i < OUTCOMES; i++)
        diagnosis->outcome[i] = (uint32_t)get_int(outcomes, outcomes_name(i));
    get_text(object, "error", device->error, sizeof device->error);
    diagnosis->bad = *device->error;
    diagnosis->last_bad_ms = get_int(object, "last_bad");
    get_text(object, "last_error", diagnosis->error, sizeof diagnosis->error);
    get_text(object, "received", diagnosis->received, sizeof diagnosis->received);
    get_text(object, "missing", diagnosis->missing, sizeof diagnosis->missing);
    get_text(object, "texts", diagnosis->texts, sizeof diagnosis->texts);
    const char *outcome = json_words(json_member(object, "last_outcome"));
    diagnosis->last_bad = outcome ? outcomes_find(outcome) : WIRE_OK;
}

static enum journal_level get_level(const struct json *object)
{
    const char *name = json_words(json_member(object, "level"));
    for (int i = JOURNAL_INFO; name && i <= JOURNAL_RED; i++)
        if (!strcmp(name, alarm_level_name((enum journal_level)i)))
            return (enum journal_level)i;
    return JOURNAL_RED;
}

static void get_alarm(const struct json *object, struct health_alarm *of)
{
    struct alarm *alarm = &of->alarm;
    get_text(object, "mine", of->mine, sizeof of->mine);
    alarm->mine = -1;
    get_text(object, "id", alarm->id, sizeof alarm->id);
    get_text(object, "subject", alarm->subject, sizeof alarm->subject);
    get_text(object, "reason", alarm->reason, sizeof alarm->reason);
    alarm->level = get_level(object);
    alarm->raised_ms = get_int(object, "raised");
    alarm->acknowledged_ms = get_int(object, "acknowledged");
    alarm->cleared_ms = get_int(object, "cleared");
    get_text(object, "arguments", alarm->arguments, sizeof alarm->arguments);
    get_text(object, "what", alarm->what, sizeof alarm->what);
    get_text(object, "value", alarm->value, sizeof alarm->value);
    get_text(object, "limit", alarm->limit, sizeof alarm->limit);
}

static void get_output(const struct json *object, struct health_output *output)
{
    get_text(object, "mine", output->mine, sizeof output->mine);
    get_text(object, "quantity", output->quantity, sizeof output->quantity);
    output->per_hour = get_int(object, "per_hour");
    output->as_of_ms = get_int(object, "as_of");
    output->meters = (size_t)get_int(object, "meters");
    output->meters_good = (size_t)get_int(object, "meters_good");
}

static void get_site(const struct json *object, struct health_site *site)
{
    get_text(object, "name", site->name, sizeof site->name);
    site->known = get_bool(object, "known");
    site->presence = !json_is_nothing(json_member(object, "online"));
    site->online = get_bool(object, "online");
    site->since_ms = get_int(object, "since");
    get_text(object, "version", site->version, sizeof site->version);
    site->heard_ms = get_int(object, "heard");
    site->messages = (uint64_t)get_int(object, "messages");
    site->bad = (uint64_t)get_int(object, "bad");
    site->refused = (uint64_t)get_int(object, "refused");
}

static bool get_county(const struct json *county, struct health *health)
{
    const struct json *sites = json_member(county, "sites");
    get_text(county, "name", health->county, sizeof health->county);
    health->inbox.waiting = (size_t)get_int(county, "waiting");
    health->inbox.dropped = (uint64_t)get_int(county, "dropped");
    health->inbox.unknown = (uint64_t)get_int(county, "unknown");
    health->gathered = calloc(json_count(sites) + 1, sizeof *health->gathered);
    for (; health->gathered && health->sites < json_count(sites); health->sites++)
        get_site(json_item(sites, health->sites), &health->gathered[health->sites]);
    return health->gathered;
}

static void get_publisher(const struct json *object, struct health *health)
{
    struct publisher_report *report = &health->publisher;
    struct replica_site_view *view = &report->view;
    const char *standing = json_words(json_member(object, "standing"));
    const char *refused = json_words(json_member(object, "refused"));
    get_text(object, "county", health->goes_to, sizeof health->goes_to);
    view->connected = get_bool(object, "connected");
    view->known = get_bool(object, "known");
    get_text(object, "incarnation", view->confirmed.incarnation, sizeof view->confirmed.incarnation);
    view->confirmed.head = get_int(object, "head");
    view->confirmed.rev = get_int(object, "rev");
    view->staged = get_bool(object, "staged");
    for (int i = 0; standing && replica_standing_name((enum replica_standing)i); i++)
        if (strcmp(standing, replica_standing_name((enum replica_standing)i)) == 0)
            view->standing = (enum replica_standing)i;
    for (int i = 0; refused && replica_reason_name((enum replica_reason)i); i++)
        if (strcmp(refused, replica_reason_name((enum replica_reason)i)) == 0)
            view->refused = (enum replica_reason)i;
    report->unread = get_bool(object, "unread");
    get_text(object, "why", report->why, sizeof report->why);
    get_text(object, "program", report->county.program, sizeof report->county.program);
    report->county.least = get_int(object, "reads_from");
    report->county.most = get_int(object, "reads_to");
    report->answered_ms = get_int(object, "answered");
    get_text(object, "error", report->error, sizeof report->error);
    get_text(object, "strange", report->strange, sizeof report->strange);
}

static void get_parts(const struct json *root, struct health *health)
{
    const struct json *clock = json_member(root, "clock"), *config = json_member(root, "config");
    const struct json *ledger = json_member(root, "ledger"), *mqtt = json_member(root, "mqtt");
    health->clock_trusted = get_bool(clock, "trusted");
    health->clock_synchronised = get_bool(clock, "synchronised");
    get_text(config, "path", health->config_path, sizeof health->config_path);
    get_text(config, "hash", health->config_hash, sizeof health->config_hash);
    health->config_at_ms = get_int(config, "at");
    health->ledger.committed_ms = get_int(ledger, "committed");
    health->ledger.waiting = (size_t)get_int(ledger, "waiting");
    get_text(ledger, "error", health->ledger.error, sizeof health->ledger.error);
    health->mqtt_present = json_is_group(mqtt);
    get_text(mqtt, "address", health->mqtt_address, sizeof health->mqtt_address);
    health->mqtt.connected = get_bool(mqtt, "connected");
    health->mqtt.since_ms = get_int(mqtt, "since");
    health->mqtt.sent = (uint64_t)get_int(mqtt, "sent");
    health->mqtt.dropped = (uint64_t)get_int(mqtt, "dropped");
    get_text(mqtt, "error", health->mqtt.error, sizeof health->mqtt.error);
    get_publisher(json_member(root, "publisher"), health);
    health->mqtt.denied = (unsigned)get_int(mqtt, "denied");
    health->mqtt.denied_since_ms = get_int(mqtt, "denied_since");
    get_text(mqtt, "denied_topic", health->mqtt.denied_topic, sizeof health->mqtt.denied_topic);
    get_text(mqtt, "denied_reason", health->mqtt.denied_reason, sizeof health->mqtt.denied_reason);
    health->disk_free = (int)get_int(root, "disk_free");
}

static bool get_health(const struct json *root, struct health *health)
{
    health->as_of_ms = get_int(root, "as_of");
    get_text(root, "version", health->version, sizeof health->version);
    get_text(root, "site", health->site, sizeof health->site);
    health->simulated = get_bool(root, "simulated");
    health->pid = get_int(root, "pid");
    health->started_ms = get_int(root, "started");
    get_parts(root, health);
    const struct json *devices = json_member(root, "devices"), *alarms = json_member(root, "alarms"),
                      *outputs = json_member(root, "outputs");
    health->device = calloc(json_count(devices) + 1, sizeof *health->device);
    health->alarm = calloc(json_count(alarms) + 1, sizeof *health->alarm);
    health->output = calloc(json_count(outputs) + 1, sizeof *health->output);
    if (!health->device || !health->alarm || !health->output || !get_county(json_member(root, "county"), health))
        return false;
    for (; health->outputs < json_count(outputs); health->outputs++)
        get_output(json_item(outputs, health->outputs), &health->output[health->outputs]);
    for (; health->devices < json_count(devices); health->devices++)
        get_device(json_item(devices, health->devices), &health->device[health->devices]);
    for (; health->alarms < json_count(alarms); health->alarms++)
        get_alarm(json_item(alarms, health->alarms), &health->alarm[health->alarms]);
    return true;
}

static void explain_open(const char *path, char *text, size_t size)
{
    if (errno == ENOENT)
        snprintf(text, size, say_own("no status file %s: coaltallyd does not run"), path);
    else if (errno == EACCES)
        snprintf(text, size, say_own("may not read %s: join the group coaltally"), path);
    else
        snprintf(text, size, say_own("cannot read %s: %s"), path, say_error(errno));
}

/* All of a file, but no more than a daemon can have written. */
static char *file_bytes(const char *path, size_t *length)
{
    enum { BYTES_MAX = 16 << 20 };
    FILE *file = fopen(path, "re");
    struct text all = {0};
    char piece[4096];
    if (!file)
        return NULL;
    for (size_t got; all.length < BYTES_MAX && (got = fread(piece, 1, sizeof piece, file)) > 0;)
        text_add_bytes(&all, piece, got);
    fclose(file);
    text_add(&all, ""); /* never NULL, unless out of memory */
    *length = all.length;
    errno = ENOMEM;
    if (all.failed)
        text_free(&all);
    return all.at;
}

bool health_read(const char *path, struct health *health, char *text, size_t size)
{
    *health = (struct health){0};
    size_t length = 0;
    char *bytes = file_bytes(path, &length), why[160];
    if (!bytes) {
        explain_open(path, text, size);
        return false;
    }
    struct json *root = json_read(bytes, length, why, sizeof why);
    free(bytes);
    int64_t as_of_ms;
    bool known = json_number(json_member(root, "as_of"), &as_of_ms);
    bool done = known && get_health(root, health);
    if (!root)
        snprintf(text, size, say_own("%s: not what coaltallyd writes: %s"), path, why);
    else if (!known)
        snprintf(text, size, say_own("%s: not what coaltallyd writes: no \"as_of\" in it"), path);
    else if (!done)
        snprintf(text, size, "%s", say_own("out of memory"));
    json_close(root);
    if (!done)
        health_free(health);
    return done;
}

void health_free(struct health *health)
{
    free(health->device);
    free(health->alarm);
    free(health->output);
    free(health->gathered);
    *health = (struct health){0};
}
