/* SPDX-License-Identifier: Apache-2.0 */
/* What goes out at once: scans, device states, totals, alarms. Without an mqtt
 * section it keeps states and alarms all the same, for `status` and the journal. */
#ifndef COALTALLY_LIVE_H
#define COALTALLY_LIVE_H

#include "collector/alarm.h"
#include "collector/broker.h"
#include "collector/site.h"
#include "collector/topic.h"

struct live;

/* The site's ledger and totals must outlive it. NULL with the reason in `text`. */
struct live *live_new(const struct site *site, char *text, size_t size);

/* Says offline, waits at most timeout_ms for the broker, and frees. */
void live_free(struct live *live, int timeout_ms);

/* One scan, unless `live_every` thins it out. Called by the device's own bus thread only. */
void live_scan(struct live *live, size_t device, const struct scan *scan);

/* Whether the device answered, and what was wrong with its scan. Publishes crossings and other
 * errors, raises the alarm after the device's alarm_after, or that of its bus. */
void live_device(struct live *live, size_t device, bool answered, const struct diagnosis *diagnosis,
                 struct clock_now now);

/* At the start: a device was last heard at this wall time, by an earlier daemon. */
void live_heard_before(struct live *live, size_t device, int64_t wall_ms);

/* Wall time by which an outage of this device that runs must be reported (report_within after its last
 * good scan); 0: it answers, no output hangs on it, or it was never heard. */
int64_t live_report_by_ms(struct live *live, size_t device);

/* Copies of what is known. */
struct device_state live_device_state(struct live *live, size_t device);
struct alarms *live_alarms(struct live *live);
/* NULL without an mqtt section. As long as the live. */
struct broker *live_broker(struct live *live);
/* False without an mqtt section. */
bool live_broker_health(struct live *live, struct broker_health *health);

/* About once a second, by main: totals, what a new connection needs again, and devices that are silent. */
void live_tick(struct live *live, struct clock_now now);

#endif
