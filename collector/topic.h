/* SPDX-License-Identifier: Apache-2.0 */
/* Topics and payloads as text. Pure: no broker, no clock. JSON, time in ms since
 * 1970 UTC, values with the decimals of their own scale. */
#ifndef COALTALLY_TOPIC_H
#define COALTALLY_TOPIC_H

#include "collector/config.h"
#include "collector/ledger.h"
#include "collector/totals.h"

/* A growing text. Zero-initialised; freed with text_free. Once `failed` (out of
 * memory) it stays so, and further calls do nothing. */
struct text {
    char *at;
    size_t length, room;
    bool failed;
};
void text_free(struct text *text);
void text_clear(struct text *text);
void text_add(struct text *text, const char *piece);
void text_add_int(struct text *text, int64_t value);
void text_add_decimal(struct text *text, struct decimal value);
void text_add_json(struct text *text, const char *string); /* quoted and escaped */
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Topic names: "<prefix>/<site>/<mine>/<device>/scan" and so on. */
void topic_status(struct text *out, const struct config *config);
void topic_scan(struct text *out, const struct config *config, size_t device);
void topic_state(struct text *out, const struct config *config, size_t device);
void topic_totals(struct text *out, const struct config *config, size_t mine);
void topic_alarm(struct text *out, const struct config *config, int mine, const char *id);

/* Payloads. */
void payload_status(struct text *out, const struct config *config, bool online, int64_t since_ms);
void payload_scan(struct text *out, const struct config *config, size_t device, const struct scan *scan);
struct device_state {
    bool known, online;
    int64_t since_ms;
    int64_t last_good_ms; /* wall; 0: never */
    char error[200];      /* the last one; empty: none */
};
void payload_state(struct text *out, const struct config *config, size_t device, const struct device_state *state);
void payload_totals(struct text *out, const struct config *config, size_t mine, int64_t wall_ms,
                    const struct totals_line *line, size_t lines);
struct alarm {
    char id[ID_BYTES * 2];
    enum journal_level level;
    int mine;                                       /* index, -1: the site */
    int64_t raised_ms, acknowledged_ms, cleared_ms; /* 0: not */
    char what[200];
    char value[64], limit[64]; /* texts with units; may be empty */
};
void payload_alarm(struct text *out, const struct config *config, const struct alarm *alarm);

#endif
