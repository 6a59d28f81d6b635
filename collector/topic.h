/* SPDX-License-Identifier: Apache-2.0 */
/* Topics and payloads as text (design: MQTT). Pure: no broker, no clock. JSON,
 * time in ms since 1970 UTC, values with the decimals of their own scale. Each
 * function adds to `out`, which the caller clears. */
#ifndef COALTALLY_TOPIC_H
#define COALTALLY_TOPIC_H

#include "collector/alarm.h"
#include "collector/config.h"
#include "collector/diagnosis.h"
#include "collector/text.h"
#include "collector/totals.h"

/* "<prefix>/<site>/<mine>/<device>/scan" and so on. A mine of -1 is the site
 * itself: "<prefix>/<site>/alarm/<id>". A daemon that gathers a county has
 * "<prefix>/county/<county>" in place of "<prefix>/<site>". */
void topic_status(struct text *out, const struct config *config);
void topic_scan(struct text *out, const struct config *config, size_t device);
void topic_state(struct text *out, const struct config *config, size_t device);
void topic_totals(struct text *out, const struct config *config, size_t mine);
void topic_alarm(struct text *out, const struct config *config, int mine, const char *id);

/* The ledger's way. "<prefix>/<site>/ledger": openings and batches. */
void topic_ledger(struct text *out, const struct config *config);
/* "<prefix>/+/ledger": the county's filter for them, and the site's name in one that came. False: it is none. */
void topic_ledgers(struct text *out, const struct config *config);
bool topic_ledger_site(const struct config *config, const char *topic, char site[static ID_BYTES]);
/* The same of "<prefix>/+/status": who is there. */
void topic_statuses(struct text *out, const struct config *config);
bool topic_status_site(const struct config *config, const char *topic, char site[static ID_BYTES]);
/* "<prefix>/county/<county>/status": whether it is there. */
void topic_county_status(struct text *out, const struct config *config, const char *county);
/* "<prefix>/county/<county>/confirmed/<site>": the answers. */
void topic_confirmed(struct text *out, const struct config *config, const char *county, const char *site);
/* Is this topic one of the filter's (MQTT 5.0, 4.7)? "+" stands for a level, "#" at the end for all that follow, and
 * for what stands before it; neither for a first level that begins with $. */
bool topic_matches(const char *filter, const char *topic);
/* "<prefix>/county/<county>/board", of a daemon that gathers. */
void topic_board(struct text *out, const struct config *config);

/* All payloads of simulated mines hold "simulated":true, those of others false.
 *
 * {"status":"online","simulated":true,"version":"0.1.0","since":1760000000000}
 * The last will is the same with "offline". since_ms: when this run started. */
void payload_status(struct text *out, const struct config *config, bool online, int64_t since_ms);

/* {"time":1760000000123,"simulated":true,"values":{"rate":812.4,"total1":1882104.311},
 *  "missing":{"speed":"exception"}}
 * Times and order are the scan's. "missing", by point and why, only where one is.
 * A value is exact: all its digits, with the decimals of its scale. */
void payload_scan(struct text *out, const struct config *config, size_t device, const struct scan *scan);

struct device_state {
    bool known, online;
    int64_t since_ms;
    int64_t last_good_ms; /* wall; 0: never */
    char error[200];      /* the last scan's; empty: it was whole */
    struct diagnosis diagnosis;
};
/* {"state":"offline","simulated":true,"since":1760000000000,"last_good":1759999990000,"error":"no answer ...",
 *  "last_bad":1760000000000,"last_error":"refuses ...","last_outcome":"exception_2","received":"01 83 02",
 *  "missing":"total1: sentinel; rate: exception","texts":"serial \"A7\"","scans_24h":{"ok":81234,"exception":12}}
 * What was wrong with the last bad scan stays when the device is well again, as do the points that had no value when it
 * last answered, and its texts; the counts are as of this message, those of 0 left out. "unknown" until it is known;
 * times that are 0 are null. */
void payload_state(struct text *out, const struct config *config, size_t device, const struct device_state *state);

/* {"time":1760000000123,"simulated":true,"totals":{"raw_coal":{"unit":"t","per_hour":812.4,"date":"2026-10-13",
 *  "shift_name":"08-16","shift":1104.000,"day":3364.000,"month":42906.000,"year":938000.000,
 *  "quality":"partial","meters_good":1,"meters":2,"as_of":1760000000000}}}
 * "measured" when all main meters read well just now, else "partial"; with none
 * that ever did, "no data". */
void payload_totals(struct text *out, const struct config *config, size_t mine, int64_t wall_ms,
                    const struct totals_line *line, size_t lines);

/* {"id":"scale-1-no-data","simulated":true,"level":"red","what":"scale-1 no data","value":"41 min","limit":"1 min",
 *  "raised":1760000000000,"acknowledged":null,"cleared":null} */
void payload_alarm(struct text *out, const struct config *config, const struct alarm *alarm);

#endif
