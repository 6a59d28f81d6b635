/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/display.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One character of UTF-8 (RFC 3629): its length, or 0 when there is none here. */
static size_t utf8_read(const char *text, uint32_t *character)
{
    const unsigned char *at = (const unsigned char *)text;
    const size_t length = at[0] < 0x80   ? 1
                          : at[0] < 0xc2 ? 0
                          : at[0] < 0xe0 ? 2
                          : at[0] < 0xf0 ? 3
                          : at[0] < 0xf5 ? 4
                                         : 0;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0)
        return 0;
    uint32_t value = length == 1 ? at[0] : at[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3fu);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *character = value;
    return length;
}

struct range {
    uint32_t from, to;
};

static bool range_holds(const struct range *range, size_t ranges, uint32_t character)
{
    for (size_t i = 0; i < ranges; i++)
        if (character >= range[i].from && character <= range[i].to)
            return true;
    return false;
}

static size_t character_width(uint32_t character)
{
    static const struct range wide[] = {
        {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
        {0xa000, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
        {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
    };
    static const struct range none[] = {{0x0300, 0x036f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};
    if (character < 0x300)
        return 1;
    if (range_holds(none, sizeof none / sizeof *none, character))
        return 0;
    return range_holds(wide, sizeof wide / sizeof *wide, character) ? 2 : 1;
}

size_t text_width(const char *text)
{
    size_t width = 0;
    while (*text) {
        uint32_t character = 0;
        const size_t length = utf8_read(text, &character);
        width += length ? character_width(character) : 1;
        text += length ? length : 1;
    }
    return width;
}

/* Chinese breaks between any two characters, but no line begins with one of these. */
static bool is_closing(const char *text)
{
    static const char *const closing[] = {"，", "。", "、", "；", "：", "？", "！", "）", "》", "”", "’", "％"};
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        if (strncmp(text, closing[i], strlen(closing[i])) == 0)
            return true;
    return false;
}

/* And none ends with one of these. */
static bool is_opening(uint32_t character)
{
    return character == 0xff08 /* （ */ || character == 0x300a /* 《 */;
}

size_t text_fit(const char *text, size_t columns)
{
    size_t width = 0, at = 0, good = 0;
    while (text[at]) {
        uint32_t character = 0;
        const size_t length = utf8_read(text + at, &character);
        const size_t wide = length ? character_width(character) : 1;
        if (at && width + wide > columns)
            return text[at] == ' ' || !good ? at : good;
        width += wide;
        at += length ? length : 1;
        if (text[at - 1] == ' ' || (wide == 2 && !is_closing(text + at) && !is_opening(character)))
            good = at;
    }
    return at;
}

/* C0, delete, C1, and the marks that turn the direction of writing. */
static bool is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
           (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

void text_clean(const char *text, char *out, size_t size)
{
    if (size == 0)
        return;
    size_t used = 0;
    while (*text) {
        for (; *text >= ' ' && *text < 0x7f && used + 1 < size; text++) /* most of it is plain */
            out[used++] = *text;
        if (!*text)
            break;
        uint32_t character = 0;
        const size_t length = utf8_read(text, &character);
        const bool bad = length == 0 || is_control(character);
        const size_t bytes = bad ? 1 : length;
        if (used + bytes >= size)
            break;
        memcpy(out + used, bad ? "?" : text, bytes);
        used += bytes;
        text += length ? length : 1;
    }
    out[used] = '\0';
}

bool colour_wanted(FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return !(no_colour && *no_colour) && isatty(fileno(out)) && !(terminal && strcmp(terminal, "dumb") == 0);
}

void progress_show(int done, int all)
{
    fprintf(stderr, "\r%d %%", all > 0 ? (int)((int64_t)done * 100 / all) : 100);
}
