/* SPDX-License-Identifier: Apache-2.0 */
/* Sections of a file that its reader does not need, left out before it is parsed. */
#include <string.h>

#include "drivers/yaml.h"

static size_t line_length(const char *line, const char *end)
{
    const char *feed = memchr(line, '\n', (size_t)(end - line));
    return (size_t)((feed ? feed + 1 : end) - line);
}

/* The length of the key that a section begins with: "meters:" alone, or with its value behind a space; 0: none. */
static size_t key_length(const char *line, size_t length)
{
    size_t key = 0;
    while (key < length && ((line[key] >= 'a' && line[key] <= 'z') || line[key] == '_'))
        key++;
    if (key == 0 || key == length || line[key] != ':')
        return 0;
    return key + 1 == length || strchr(" \r\n", line[key + 1]) ? key : 0;
}

/* A line of the section above it: indented, an item of its list, a comment, empty. */
static bool goes_on(const char *line, size_t length)
{
    return strchr(" #\r\n", *line) || (*line == '-' && (length < 2 || strchr(" \r\n", line[1])));
}

/* Brackets may be open at its end: the line below it is then no section, whatever it looks like. */
static bool is_open(const char *line, size_t length)
{
    while (length && strchr(" \r\n", line[length - 1]))
        length--;
    return length && strchr("{[,", line[length - 1]);
}

static bool is_plain(const char *text, const char *end)
{
    bool open = false;
    for (const char *line = text; line < end; line += line_length(line, end)) {
        const size_t length = line_length(line, end);
        if (!goes_on(line, length) && (open || key_length(line, length) == 0))
            return false;
        open = is_open(line, length);
    }
    return memchr(text, '\0', (size_t)(end - text)) == NULL;
}

static bool is_kept(const char *line, size_t key, const char *const *keep)
{
    for (; *keep; keep++)
        if (strlen(*keep) == key && memcmp(line, *keep, key) == 0)
            return true;
    return false;
}

bool yaml_keep_sections(char *text, size_t *length, const char *const *keep)
{
    const char *end = text + *length;
    char *to = text;
    bool kept = true;
    if (!is_plain(text, end))
        return false;
    for (const char *line = text; line < end;) {
        const size_t all = line_length(line, end), key = key_length(line, all);
        if (key)
            kept = is_kept(line, key, keep);
        if (kept)
            memmove(to, line, all);
        else
            *to = '\n';
        to += kept ? all : 1;
        line += all;
    }
    *length = (size_t)(to - text);
    return true;
}
