/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/json.h"
#include "drivers/language.h"

#include <jansson.h>
#include <stdio.h>

/* A struct json is a json_t by another name. */
static const json_t *inner(const struct json *value)
{
    return (const json_t *)value;
}

static const struct json *outer(const json_t *value)
{
    return (const struct json *)value;
}

struct json *json_read(const char *bytes, size_t length, char *text, size_t size)
{
    json_error_t error;
    json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(root))
        return (struct json *)root;
    if (root)
        snprintf(text, size, "%s", say_own("not a JSON object"));
    else
        snprintf(text, size, say_own("line %d: not JSON: %s"), error.line, error.text);
    json_decref(root);
    return NULL;
}

void json_close(struct json *root)
{
    json_decref((json_t *)root);
}

bool json_bounded(const char *bytes, size_t length, size_t values, size_t depth)
{
    size_t found = 0, level = 0;
    bool text = false;
    for (size_t i = 0; i < length && found <= values && level <= depth; i++) {
        const char c = bytes[i];
        if (text) {
            i += c == '\\';
            text = c != '"';
        } else if (c == '"') {
            text = true;
        } else if (c == '[' || c == '{') {
            level++;
            found++;
        } else if (c == ']' || c == '}') {
            level -= level > 0;
        } else {
            found += c == ',';
        }
    }
    return found <= values && level <= depth;
}

const struct json *json_member(const struct json *object, const char *name)
{
    return outer(json_object_get(inner(object), name));
}

bool json_is_group(const struct json *value)
{
    return json_is_object(inner(value));
}

bool json_is_list(const struct json *value)
{
    return json_is_array(inner(value));
}

bool json_is_nothing(const struct json *value)
{
    return !value || json_is_null(inner(value));
}

bool json_number(const struct json *value, int64_t *out)
{
    if (!json_is_integer(inner(value)))
        return false;
    *out = json_integer_value(inner(value));
    return true;
}

const char *json_words(const struct json *value)
{
    return json_string_value(inner(value));
}

bool json_yes(const struct json *value)
{
    return json_is_true(inner(value));
}

size_t json_count(const struct json *value)
{
    return json_is_array(inner(value)) ? json_array_size(inner(value)) : json_object_size(inner(value));
}

const struct json *json_item(const struct json *array, size_t index)
{
    return outer(json_array_get(inner(array), index));
}

bool json_each(const struct json *object, bool (*tell)(void *context, const char *name, const struct json *value),
               void *context)
{
    json_t *of = (json_t *)object; /* jansson's iterators take no const, and change nothing */
    for (void *at = json_object_iter(of); at; at = json_object_iter_next(of, at))
        if (!tell(context, json_object_iter_key(at), outer(json_object_iter_value(at))))
            return false;
    return true;
}
