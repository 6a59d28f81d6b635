/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_free(struct text *text)
{
    free(text->at);
    *text = (struct text){0};
}

void text_clear(struct text *text)
{
    text->length = 0;
    text->failed = false;
    if (text->at)
        text->at[0] = '\0';
}

static char *text_grow(struct text *text, size_t length)
{
    if (text->failed)
        return NULL;
    size_t room = text->room ? text->room : 256;
    while (room - text->length <= length && room <= SIZE_MAX / 2)
        room *= 2;
    char *at = room - text->length > length ? realloc(text->at, room) : NULL;
    if (!at) {
        text->failed = true;
        return NULL;
    }
    text->at = at;
    text->room = room;
    return at + text->length;
}

/* Where `length` more bytes and a NUL can be written, or NULL. */
static inline char *text_reserve(struct text *text, size_t length)
{
    const bool fits = length < text->room - text->length && !text->failed;
    return fits ? text->at + text->length : text_grow(text, length);
}

/* Takes in what was written up to `end`. */
static void text_close(struct text *text, char *end)
{
    *end = '\0';
    text->length = (size_t)(end - text->at);
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    char *at = text_reserve(text, length);
    if (at) {
        memcpy(at, bytes, length);
        text_close(text, at + length);
    }
}

static inline void text_add_char(struct text *text, char character)
{
    char *at = text_reserve(text, 1);
    if (at) {
        *at = character;
        text_close(text, at + 1);
    }
}

void text_add(struct text *text, const char *piece)
{
    text_add_bytes(text, piece, strlen(piece));
}

void text_add_int(struct text *text, int64_t value)
{
    text_add_decimal(text, (struct decimal){value, 0});
}

void text_add_decimal(struct text *text, struct decimal value)
{
    char *at = text_reserve(text, DECIMAL_TEXT_MAX);
    if (at)
        text_close(text, at + decimal_format(value, at));
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *at = length >= 0 ? text_reserve(text, (size_t)length) : NULL;
    if (!at) {
        text->failed = true;
        return;
    }
    va_start(arguments, format);
    vsnprintf(at, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text_close(text, at + length);
}

/* Bytes of the UTF-8 character that starts at `s`; 0 when it is none: cut short,
 * over-long, a surrogate, above U+10FFFF (RFC 3629, section 4). */
static int utf8_length(const unsigned char *s)
{
    int length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    for (int i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool outside = (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f);
    return overlong || outside ? 0 : length;
}

bool text_valid(const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    while (*s) {
        const int length = utf8_length(s);
        if (length == 0)
            return false;
        s += length;
    }
    return true;
}

static bool json_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Adds what cannot stand as it is; returns how many bytes of `s` that took. */
static int json_escape(struct text *text, const unsigned char *s)
{
    if (s[0] == '"' || s[0] == '\\') {
        text_add_bytes(text, (const char[]){'\\', (char)s[0]}, 2);
        return 1;
    }
    if (s[0] < 0x20 || s[0] == 0x7f) {
        text_format(text, "\\u%04x", s[0]);
        return 1;
    }
    int length = utf8_length(s);
    if (length)
        text_add_bytes(text, (const char *)s, (size_t)length);
    else
        text_add(text, "\xef\xbf\xbd"); /* U+FFFD, the replacement character */
    return length ? length : 1;
}

void text_add_json(struct text *text, const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    text_add_char(text, '"');
    while (*s) {
        size_t plain = 0;
        while (json_plain(s[plain]))
            plain++;
        text_add_bytes(text, (const char *)s, plain);
        s += plain;
        if (*s)
            s += json_escape(text, s);
    }
    text_add_char(text, '"');
}

void text_key(struct text *text, const char *key)
{
    char last = text->length ? text->at[text->length - 1] : '{';
    if (last != '{' && last != '[')
        text_add_char(text, ',');
    text_add_json(text, key);
    text_add_char(text, ':');
}

void text_member(struct text *text, const char *key, const char *string)
{
    text_key(text, key);
    text_add_json(text, string);
}

void text_member_int(struct text *text, const char *key, int64_t value)
{
    text_key(text, key);
    text_add_int(text, value);
}

void text_member_bool(struct text *text, const char *key, bool value)
{
    text_key(text, key);
    text_add(text, value ? "true" : "false");
}
