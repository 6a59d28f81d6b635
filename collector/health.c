/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half; health_read.c reads. */
#include "collector/health.h"

#include "collector/file.h"

static void open_object(struct text *out, const char *key)
{
    text_key(out, key);
    text_add(out, "{");
}

/* A comma where another item went before. */
static void open_item(struct text *out, size_t index)
{
    text_add(out, index ? ",{" : "{");
}

static void put_device(struct text *out, const struct health_device *device)
{
    const struct diagnosis *diagnosis = &device->diagnosis;
    text_member(out, "name", device->name);
    text_member(out, "mine", device->mine);
    text_member_bool(out, "simulated", device->simulated);
    text_member(out, "bus", device->bus);
    text_member_int(out, "unit", device->unit);
    text_member_int(out, "interval_ms", device->interval_ms);
    text_member_bool(out, "online", device->online);
    text_member_int(out, "since", device->since_ms);
    text_member_int(out, "last_good", device->last_good_ms);
    text_member_int(out, "report_by", device->report_by_ms);
    text_member_bool(out, "planned_stop", device->planned);
    text_member_int(out, "next_try", device->next_try_ms);
    text_member_int(out, "bad_24h", (int64_t)device->bad_24h);
    open_object(out, "outcomes_24h");
    for (size_t i = 0; i < OUTCOMES; i++)
        if (i < WIRE_OUTCOMES || diagnosis->outcome[i])
            text_member_int(out, outcomes_name(i), diagnosis->outcome[i]);
    text_add(out, "}");
    text_member(out, "error", device->error);
    text_member_int(out, "last_bad", diagnosis->last_bad_ms);
    text_member(out, "last_error", diagnosis->error);
    text_member(out, "last_outcome", outcomes_name(diagnosis->last_bad));
    text_member(out, "received", diagnosis->received);
    text_member(out, "missing", diagnosis->missing);
    text_member(out, "texts", diagnosis->texts);
}

static void put_alarm(struct text *out, const struct health_alarm *of)
{
    const struct alarm *alarm = &of->alarm;
    text_member(out, "mine", of->mine);
    text_member(out, "id", alarm->id);
    text_member(out, "subject", alarm->subject);
    text_member(out, "reason", alarm->reason);
    text_member(out, "level", alarm_level_name(alarm->level));
    text_member_int(out, "raised", alarm->raised_ms);
    text_member_int(out, "acknowledged", alarm->acknowledged_ms);
    text_member_int(out, "cleared", alarm->cleared_ms);
    text_member(out, "arguments", alarm->arguments);
    text_member(out, "what", alarm->what);
    text_member(out, "value", alarm->value);
    text_member(out, "limit", alarm->limit);
}

static void put_output(struct text *out, const struct health_output *output)
{
    text_member(out, "mine", output->mine);
    text_member(out, "quantity", output->quantity);
    text_member_int(out, "per_hour", output->per_hour);
    text_member_int(out, "as_of", output->as_of_ms);
    text_member_int(out, "meters", (int64_t)output->meters);
    text_member_int(out, "meters_good", (int64_t)output->meters_good);
}

static void put_site(struct text *out, const struct health_site *site)
{
    text_member(out, "name", site->name);
    text_member_bool(out, "known", site->known);
    text_key(out, "online");
    text_add(out, !site->presence ? "null" : site->online ? "true" : "false");
    text_member_int(out, "since", site->since_ms);
    text_member(out, "version", site->version);
    text_member_int(out, "heard", site->heard_ms);
    text_member_int(out, "messages", (int64_t)site->messages);
    text_member_int(out, "bad", (int64_t)site->bad);
    text_member_int(out, "refused", (int64_t)site->refused);
}

static void put_county(struct text *out, const struct health *health)
{
    text_key(out, "county");
    if (!*health->county) {
        text_add(out, "null");
        return;
    }
    text_add(out, "{");
    text_member(out, "name", health->county);
    text_member_int(out, "waiting", (int64_t)health->inbox.waiting);
    text_member_int(out, "dropped", (int64_t)health->inbox.dropped);
    text_member_int(out, "unknown", (int64_t)health->inbox.unknown);
    text_key(out, "sites");
    text_add(out, "[");
    for (size_t i = 0; i < health->sites; i++) {
        open_item(out, i);
        put_site(out, &health->gathered[i]);
        text_add(out, "}");
    }
    text_add(out, "]}");
}

static void put_mqtt(struct text *out, const struct health *health)
{
    text_key(out, "mqtt");
    if (!health->mqtt_present) {
        text_add(out, "null");
        return;
    }
    text_add(out, "{");
    text_member(out, "address", health->mqtt_address);
    text_member_bool(out, "connected", health->mqtt.connected);
    text_member_int(out, "since", health->mqtt.since_ms);
    text_member_int(out, "sent", (int64_t)health->mqtt.sent);
    text_member_int(out, "dropped", (int64_t)health->mqtt.dropped);
    text_member(out, "error", health->mqtt.error);
    text_member_int(out, "denied", health->mqtt.denied);
    text_member_int(out, "denied_since", health->mqtt.denied_since_ms);
    text_member(out, "denied_topic", health->mqtt.denied_topic);
    text_member(out, "denied_reason", health->mqtt.denied_reason);
    text_add(out, "}");
}

static void put_publisher(struct text *out, const struct health *health)
{
    const struct publisher_report *report = &health->publisher;
    const struct replica_site_view *view = &report->view;
    text_key(out, "publisher");
    if (!*health->goes_to) {
        text_add(out, "null");
        return;
    }
    text_add(out, "{");
    text_member(out, "county", health->goes_to);
    text_member_bool(out, "connected", view->connected);
    text_member_bool(out, "known", view->known);
    text_member(out, "incarnation", view->confirmed.incarnation);
    text_member_int(out, "head", view->confirmed.head);
    text_member_int(out, "rev", view->confirmed.rev);
    text_member_bool(out, "staged", view->staged);
    text_member(out, "standing", replica_standing_name(view->standing));
    text_member(out, "refused", replica_reason_name(view->refused));
    text_member_bool(out, "unread", report->unread);
    text_member(out, "why", report->why);
    text_member(out, "program", report->county.program);
    text_member_int(out, "reads_from", report->county.least);
    text_member_int(out, "reads_to", report->county.most);
    text_member_int(out, "answered", report->answered_ms);
    text_member(out, "error", report->error);
    text_member(out, "strange", report->strange);
    text_add(out, "}");
}

static void put_parts(struct text *out, const struct health *health)
{
    open_object(out, "clock");
    text_member_bool(out, "trusted", health->clock_trusted);
    text_member_bool(out, "synchronised", health->clock_synchronised);
    text_add(out, "}");
    open_object(out, "config");
    text_member(out, "path", health->config_path);
    text_member(out, "hash", health->config_hash);
    text_member_int(out, "at", health->config_at_ms);
    text_add(out, "}");
    open_object(out, "ledger");
    text_member_int(out, "committed", health->ledger.committed_ms);
    text_member_int(out, "waiting", (int64_t)health->ledger.waiting);
    text_member(out, "error", health->ledger.error);
    text_add(out, "}");
    put_mqtt(out, health);
    put_publisher(out, health);
    text_member_int(out, "disk_free", health->disk_free);
}

static void put_health(struct text *out, const struct health *health)
{
    text_add(out, "{");
    text_member_int(out, "as_of", health->as_of_ms);
    text_member(out, "version", health->version);
    text_member(out, "site", health->site);
    text_member_bool(out, "simulated", health->simulated);
    text_member_int(out, "pid", health->pid);
    text_member_int(out, "started", health->started_ms);
    put_parts(out, health);
    put_county(out, health);
    text_key(out, "devices");
    text_add(out, "[");
    for (size_t i = 0; i < health->devices; i++) {
        open_item(out, i);
        put_device(out, &health->device[i]);
        text_add(out, "}");
    }
    text_add(out, "]");
    text_key(out, "alarms");
    text_add(out, "[");
    for (size_t i = 0; i < health->alarms; i++) {
        open_item(out, i);
        put_alarm(out, &health->alarm[i]);
        text_add(out, "}");
    }
    text_add(out, "]");
    text_key(out, "outputs");
    text_add(out, "[");
    for (size_t i = 0; i < health->outputs; i++) {
        open_item(out, i);
        put_output(out, &health->output[i]);
        text_add(out, "}");
    }
    text_add(out, "]}\n");
}

bool health_write(const char *path, const struct health *health, char *text, size_t size)
{
    struct text content = {0};
    put_health(&content, health);
    const bool done = file_replace(path, &content, text, size);
    text_free(&content);
    return done;
}
