/* SPDX-License-Identifier: Apache-2.0 */
/* JSON that comes from outside, read. The only file that knows jansson is json.c;
 * writing it needs no library (text.h). */
#ifndef COALTALLY_JSON_H
#define COALTALLY_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json; /* a value; all but the root belong to it */

/* Reads one object. NULL with the reason in `text`: not JSON, not UTF-8, a name twice, nested
 * too deep, no object, out of memory. Freed with json_close. */
struct json *json_read(const char *bytes, size_t length, char *text, size_t size);
void json_close(struct json *root);

/* Has it at most so many values, nested at most so deep? Looked at before anything is built of it: a stranger's
 * 20 MB of numbers would become half a gigabyte, and a deep nest costs stack. What is no JSON may be within. */
bool json_bounded(const char *bytes, size_t length, size_t values, size_t depth);

/* The getters never fail: of a NULL, or of a value of another type, they give nothing. */
const struct json *json_member(const struct json *object, const char *name); /* NULL: none */
bool json_is_group(const struct json *value);                                /* an object */
bool json_number(const struct json *value, int64_t *out);                    /* an integer */
const char *json_words(const struct json *value);                            /* NULL: no text */
bool json_is_list(const struct json *value);                                 /* an array */
bool json_is_nothing(const struct json *value);                              /* it is null, or not there */
bool json_yes(const struct json *value);                                     /* it is true */
size_t json_count(const struct json *value);                                 /* of an array, an object */
const struct json *json_item(const struct json *array, size_t index);

/* Goes through an object's members until `tell` says false; true when it never did. */
bool json_each(const struct json *object, bool (*tell)(void *context, const char *name, const struct json *value),
               void *context);

#endif
