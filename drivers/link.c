/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/link.h"
#include "drivers/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED_SILENCE_US = 1750, FIXED_ABOVE_BAUD = 19200 };

static const char *const kind_names[] = {"tcp", "rtu", "rtu_over_tcp"};
static const struct {
    const char *name;
    char parity;
} parities[] = {{"none", 'N'}, {"even", 'E'}, {"odd", 'O'}};
enum { PARITIES = sizeof parities / sizeof *parities };

/* --- from text --- */

bool link_parse_host(const char *text, struct wire_link *link)
{
    const char *begin = text, *end, *rest;
    if (*text == '[') { /* [::1]:502 */
        begin = text + 1;
        end = strchr(begin, ']');
        rest = end ? end + 1 : NULL;
    } else {
        end = rest = begin + strcspn(begin, ":");
    }
    if (!rest || end == begin || end - begin >= LINK_HOST_BYTES || strpbrk(text, " /\t"))
        return false;
    long number = LINK_PORT_MODBUS;
    if (*rest) {
        const size_t digits = strspn(rest + 1, "0123456789");
        number = *rest == ':' && digits > 0 && digits <= 5 && rest[1 + digits] == '\0' ? atol(rest + 1) : 0;
    }
    if (number < 1 || number > 65535)
        return false;
    memcpy(link->host, begin, (size_t)(end - begin));
    link->host[end - begin] = '\0';
    link->port = (int)number;
    return true;
}

bool link_parse_baud(const char *text, int *baud)
{
    const size_t digits = strspn(text, "0123456789");
    const long number = digits > 0 && digits <= 7 && text[digits] == '\0' ? atol(text) : 0;
    if (number < LINK_BAUD_MIN || number > LINK_BAUD_MAX)
        return false;
    *baud = (int)number;
    return true;
}

bool link_parse_parity(const char *text, char *parity)
{
    for (size_t i = 0; i < PARITIES; i++)
        if (strcmp(text, parities[i].name) == 0) {
            *parity = parities[i].parity;
            return true;
        }
    return false;
}

/* "baud=19200" */
static bool setting_parse(const char *setting, struct wire_link *link)
{
    if (strncmp(setting, "baud=", 5) == 0)
        return link_parse_baud(setting + 5, &link->baud);
    if (strncmp(setting, "parity=", 7) == 0)
        return link_parse_parity(setting + 7, &link->parity);
    if (strcmp(setting, "stop_bits=1") == 0 || strcmp(setting, "stop_bits=2") == 0) {
        link->stop_bits = setting[10] - '0';
        return true;
    }
    return false;
}

static bool settings_parse(char *settings, struct wire_link *link, char *why, size_t why_size)
{
    char *rest = NULL;
    for (char *setting = strtok_r(settings, "&", &rest); setting; setting = strtok_r(NULL, "&", &rest))
        if (!setting_parse(setting, link)) {
            snprintf(why, why_size,
                     say_own("found \"%s\", expected baud=%d to %d, parity=none, even or odd, or stop_bits=1 or 2"),
                     setting, LINK_BAUD_MIN, LINK_BAUD_MAX);
            return false;
        }
    return true;
}

static bool path_parse(const char *text, struct wire_link *link)
{
    const size_t length = strlen(text);
    if (*text != '/' || length < 2 || length >= sizeof link->path)
        return false;
    memcpy(link->path, text, length + 1);
    return true;
}

bool link_parse(const char *text, struct wire_link *link, char *why, size_t why_size)
{
    char copy[LINK_TEXT_BYTES + 64];
    struct wire_link found = {LINK_DEFAULTS};
    snprintf(why, why_size,
             say_own("found \"%s\", expected tcp:HOST[:PORT], rtu:/dev/ttyS1?baud=9600&parity=none&stop_bits=1 or "
                     "rtu_over_tcp:HOST:PORT"),
             text);
    if (strlen(text) >= sizeof copy)
        return false;
    for (found.kind = WIRE_TCP; found.kind <= WIRE_RTU_OVER_TCP; found.kind++) {
        const size_t length = strlen(kind_names[found.kind]);
        if (strncmp(text, kind_names[found.kind], length) != 0 || text[length] != ':')
            continue;
        strcpy(copy, text + length + 1);
        char *settings = strchr(copy, '?');
        if (settings)
            *settings++ = '\0';
        if (!(found.kind == WIRE_RTU ? path_parse(copy, &found) : link_parse_host(copy, &found)) ||
            (settings && found.kind == WIRE_TCP) || (settings && !settings_parse(settings, &found, why, why_size)))
            return false;
        *link = found;
        return true;
    }
    return false;
}

/* --- to text --- */

void link_name(const struct wire_link *link, char name[static LINK_TEXT_BYTES])
{
    if (link->kind == WIRE_RTU)
        snprintf(name, LINK_TEXT_BYTES, "%s", link->path);
    else
        snprintf(name, LINK_TEXT_BYTES, strchr(link->host, ':') ? "[%s]:%d" : "%s:%d", link->host, link->port);
}

const char *link_kind_name(const struct wire_link *link)
{
    return kind_names[link->kind];
}

const char *link_parity_name(const struct wire_link *link)
{
    for (size_t i = 0; i < PARITIES; i++)
        if (link->parity == parities[i].parity)
            return parities[i].name;
    return "?";
}

/* --- what it means --- */

bool link_is_serial(const struct wire_link *link)
{
    return link->kind != WIRE_TCP;
}

/* /dev/serial/by-id/... is a link to /dev/ttyUSB0. */
static bool is_same_line(const char *one, const char *other)
{
    char *const one_real = realpath(one, NULL), *const other_real = realpath(other, NULL);
    const bool same = strcmp(one_real ? one_real : one, other_real ? other_real : other) == 0;
    free(one_real);
    free(other_real);
    return same;
}

bool link_same(const struct wire_link *one, const struct wire_link *other)
{
    if ((one->kind == WIRE_RTU) != (other->kind == WIRE_RTU))
        return false;
    if (one->kind == WIRE_RTU)
        return is_same_line(one->path, other->path);
    return strcmp(one->host, other->host) == 0 && one->port == other->port;
}

int64_t link_character_ns(const struct wire_link *link)
{
    const int bits = 1 + 8 + (link->parity == 'N' ? 0 : 1) + link->stop_bits;
    return ((int64_t)bits * 1000000000 + link->baud - 1) / link->baud;
}

int64_t link_silence_us(const struct wire_link *link)
{
    return link->baud > FIXED_ABOVE_BAUD ? FIXED_SILENCE_US : (link_character_ns(link) * 7 / 2 + 999) / 1000;
}

int64_t link_bytes_us(const struct wire_link *link, size_t bytes)
{
    return (link_character_ns(link) * (int64_t)bytes + 999) / 1000;
}
