/* SPDX-License-Identifier: Apache-2.0 */
/* A batch of rows as it travels, JSON:
 *
 *   {"v":1, "database":"<32 hex>", "session":7, "from":{"incarnation":"<32 hex>", "head":9, "rev":4} or null,
 *    "to":{...}, "whole":false, "chain":"<64 hex>", "mines":[[1, "sim-a"]], "rows":{"tally":[[rev, column, ...]]}}
 *
 * Columns in the order of travel_tables, all of them: integers, texts, null. "mines" are those that the
 * rows name, so that a row never waits for its mine's own. What v this program does not know is refused,
 * with the words to say so; a member that it does not know is passed over. */
#ifndef COALTALLY_TRAVEL_PAYLOAD_H
#define COALTALLY_TRAVEL_PAYLOAD_H

#include "collector/text.h"
#include "collector/travel.h"

enum {
    TRAVEL_VERSION = 1,
    TRAVEL_MINES_MAX = 256,
    TRAVEL_PAYLOAD_BYTES_MAX = 96 << 10,     /* of more than one row, with its heading */
    TRAVEL_PAYLOAD_ROW_BYTES_MAX = 20 << 20, /* of one: the act of an import holds its file */
};

void travel_payload(const struct travel_batch *batch, struct text *out);
/* All but v and the brackets: a message has more in its heading (replica_message.h). */
void travel_payload_members(const struct travel_batch *batch, struct text *out);

/* False with the reason in `why`, for a person: nothing of it is to be used. The rows are what they say
 * they are, and within (from, to]; whether they can be counted is not judged. The batch is to be freed
 * either way; it was begun. */
bool travel_payload_read(const char *bytes, size_t length, struct travel_batch *batch, char *why, size_t size);
/* The same of `length` bytes that were read as JSON already; the batch owns `root` from then on. */
struct json;
bool travel_payload_take(struct json *root, size_t length, struct travel_batch *batch, char *why, size_t size);

/* A position as in a payload, null where there is none; answers and openings have them too. */
void travel_position_add(struct text *out, const char *key, const struct replica_position *position);
bool travel_position_read(const struct json *value, struct replica_position *position);

/* One row: {"row":[rev, column, ...]}, and back: added to the batch's. */
void travel_row_format(const struct travel_row *row, struct text *out);
bool travel_row_parse(const char *text, enum travel_name table, struct travel_batch *batch);
/* Its key: [column, ...] */
void travel_row_key(const struct travel_row *row, struct text *out);
/* What it takes in a payload, at least. */
size_t travel_row_bytes(const struct travel_row *row);

#endif
