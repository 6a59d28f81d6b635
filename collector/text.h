/* SPDX-License-Identifier: Apache-2.0 */
/* A growing text, and JSON written straight into it. */
#ifndef COALTALLY_TEXT_H
#define COALTALLY_TEXT_H

#include "drivers/decimal.h"

/* Zero-initialised; freed with text_free. `at` is closed by a NUL once anything
 * was added. Once `failed` (out of memory) it stays so until text_clear, and
 * further calls do nothing. */
struct text {
    char *at;
    size_t length, room;
    bool failed;
};

void text_free(struct text *text);
void text_clear(struct text *text); /* empty again; keeps its room */

/* Each adds at the end; out of memory: `failed`. */
void text_add(struct text *text, const char *piece);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_int(struct text *text, int64_t value);
void text_add_decimal(struct text *text, struct decimal value);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A JSON string, quoted and escaped (RFC 8259, section 7): control characters as
 * \u00XX, and what is not valid UTF-8 as U+FFFD. */
void text_add_json(struct text *text, const char *string);

/* All of it is UTF-8 (RFC 3629). */
bool text_valid(const char *string);

/* A member of a JSON object. A comma goes before it unless it is the first
 * after a bracket. */
void text_key(struct text *text, const char *key);
void text_member(struct text *text, const char *key, const char *string);
void text_member_int(struct text *text, const char *key, int64_t value);
void text_member_bool(struct text *text, const char *key, bool value);

#endif
