/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/charset.h"
#include "drivers/language.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- UTF-8 --- */

/* Length of the character at `at`; 0: none of UTF-8. RFC 3629, section 4. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    static const struct {
        unsigned char from, to, second_from, second_to;
        size_t length;
    } forms[] = {
        {0x01, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (at[0] < forms[i].from || at[0] > forms[i].to || forms[i].length > left)
            continue;
        bool good = forms[i].length == 1 || (at[1] >= forms[i].second_from && at[1] <= forms[i].second_to);
        for (size_t k = 2; k < forms[i].length; k++)
            good = good && (at[k] & 0xc0) == 0x80;
        return good ? forms[i].length : 0;
    }
    return 0;
}

size_t charset_utf8(const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        const size_t length = utf8_length((const unsigned char *)bytes + at, size - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

/* --- the others --- */

static bool begins(const char *bytes, size_t size, const char *mark, size_t length)
{
    return size >= length && memcmp(bytes, mark, length) == 0;
}

/* A byte of any of them becomes at most three of UTF-8. */
static char *converted(const char *bytes, size_t size, const char *from, size_t *length)
{
    iconv_t converter = iconv_open("UTF-8", from);
    if (converter == (iconv_t)-1)
        return NULL;
    size_t room = size > SIZE_MAX / 4 ? 0 : size * 3;
    char *text = room || !size ? malloc(room + 1) : NULL;
    char *in = (char *)bytes, *out = text; /* iconv does not write there */
    size_t left = size;
    const bool whole = text && iconv(converter, &in, &left, &out, &room) != (size_t)-1 && left == 0;
    iconv_close(converter);
    if (!whole) {
        const int why = text ? errno : ENOMEM;
        free(text);
        errno = why;
        return NULL;
    }
    *out = '\0';
    *length = (size_t)(out - text);
    return text;
}

static char *copied(const char *bytes, size_t size, size_t *length)
{
    char *text = malloc(size + 1);
    if (!text)
        return NULL;
    memcpy(text, bytes, size);
    text[size] = '\0';
    *length = size;
    return text;
}

char *charset_decode(const char *bytes, size_t size, size_t *length, const char **name, const char **why)
{
    const bool little = begins(bytes, size, "\xff\xfe", 2), big = begins(bytes, size, "\xfe\xff", 2);
    const bool marked = begins(bytes, size, "\xef\xbb\xbf", 3);
    char *text;
    errno = 0;
    if (marked || charset_utf8(bytes, size) == size) {
        *name = "UTF-8";
        text = marked ? copied(bytes + 3, size - 3, length) : copied(bytes, size, length);
    } else if (little || big) {
        *name = "UTF-16";
        text = converted(bytes + 2, size - 2, little ? "UTF-16LE" : "UTF-16BE", length);
    } else {
        *name = "GB18030";
        text = converted(bytes, size, "GB18030", length);
    }
    if (!text)
        *why = errno == EILSEQ || errno == EINVAL ? say_own("neither UTF-8 nor GB18030") : say_own("out of memory");
    else if (charset_utf8(text, *length) == *length)
        return text;
    else
        *why = say_own("no text: save the sheet as CSV");
    free(text);
    return NULL;
}
