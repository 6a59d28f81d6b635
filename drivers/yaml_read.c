/* SPDX-License-Identifier: Apache-2.0 */
/* Single values out of documents. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "drivers/yaml.h"

enum { SHOWN_MAX = 60, LIST_MAX = 400 };

/* --- how a fault is said --- */

static bool is_nothing(const struct yaml_node *node)
{
    const char *text = yaml_text(node);

    return yaml_is_plain(node) && (!*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

/* What stands there: "12x", with "in quotes" where it was; a list, a map, nothing. */
static void describe(const struct yaml_node *node, const struct faults *faults, char *out, size_t size)
{
    const char *text = yaml_text(node);
    size_t length = text ? strlen(text) : 0;
    bool cut = length > SHOWN_MAX;

    if (cut)
        length = SHOWN_MAX;
    while (cut && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--; /* not within a character */
    if (!text)
        snprintf(out, size, "%s", yaml_is_list(node) ? faults_say(faults, "a list") : faults_say(faults, "a map"));
    else if (is_nothing(node))
        snprintf(out, size, "%s", faults_say(faults, "nothing"));
    else
        snprintf(out, size, "\"%.*s%s\"%s", (int)length, text, cut ? "..." : "",
                 yaml_is_plain(node) ? "" : faults_say(faults, " in quotes"));
}

void yaml_expected(const struct yaml_node *node, struct faults *faults, const char *format, ...)
{
    char found[SHOWN_MAX + 32], wanted[LIST_MAX + 160];
    va_list arguments;

    describe(node, faults, found, sizeof found);
    va_start(arguments, format);
    vsnprintf(wanted, sizeof wanted, faults_say(faults, format), arguments);
    va_end(arguments);
    faults_add(faults, FAULT_ERROR, yaml_place(node), "found %s, expected %s", found, wanted);
}

/* --- single values --- */

bool yaml_read_text(const struct yaml_node *node, char *out, size_t size, struct faults *faults)
{
    const char *text = yaml_text(node);

    if (!text || is_nothing(node)) {
        yaml_expected(node, faults, "a text");
        return false;
    }
    if (strlen(text) >= size) {
        yaml_expected(node, faults, "at most %zu bytes (these are %zu)", size - 1, strlen(text));
        return false;
    }
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            yaml_expected(node, faults, "a text of one line without control characters");
            return false;
        }
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool is_id(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return text[length] == '\0' && length >= 1 && length <= 63 && text[0] != '-';
}

bool yaml_read_id(const struct yaml_node *node, char *out, size_t size, struct faults *faults)
{
    const char *text = yaml_text(node);

    if (!text || is_nothing(node) || !is_id(text)) {
        yaml_expected(node, faults,
                      "a name of 1 to 63 letters a-z, digits and hyphens that does not begin with a hyphen");
        return false;
    }
    return yaml_read_text(node, out, size, faults);
}

/* Decimal without leading zeros (which are octal to some readers), or 0x and hex digits. */
static bool integer_parse(const char *text, int64_t *out)
{
    int sign = *text == '-' ? -1 : 1, base = 10;
    int64_t value = 0;

    text += *text == '-';
    if (text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    } else if (text[0] == '0' && text[1] != '\0') {
        return false;
    }
    if (*text == '\0')
        return false;
    for (; *text; text++) {
        if (base == 16 ? !isxdigit((unsigned char)*text) : !isdigit((unsigned char)*text))
            return false;
        int digit = isdigit((unsigned char)*text) ? *text - '0' : (*text | 0x20) - 'a' + 10;
        if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, sign * digit, &value))
            return false;
    }
    *out = value;
    return true;
}

bool yaml_read_integer(const struct yaml_node *node, int64_t min, int64_t max, int64_t *out, struct faults *faults)
{
    bool bounded = min != 0 || max != 0;
    int64_t value;

    if (!yaml_is_plain(node) || !integer_parse(yaml_text(node), &value)) {
        if (bounded)
            yaml_expected(node, faults,
                          "a whole number from %" PRId64 " to %" PRId64 " without quotes or leading zeros", min, max);
        else
            yaml_expected(node, faults, "a whole number without quotes or leading zeros");
        return false;
    }
    if (bounded && (value < min || value > max)) {
        yaml_expected(node, faults, "a whole number from %" PRId64 " to %" PRId64, min, max);
        return false;
    }
    *out = value;
    return true;
}

bool yaml_read_boolean(const struct yaml_node *node, bool *out, struct faults *faults)
{
    bool is_true = yaml_is_plain(node) && strcmp(yaml_text(node), "true") == 0;

    if (!is_true && !(yaml_is_plain(node) && strcmp(yaml_text(node), "false") == 0)) {
        yaml_expected(node, faults, "true or false");
        return false;
    }
    *out = is_true;
    return true;
}

static const struct {
    const char *name;
    int64_t ms;
} spans[] = {{"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}};

enum { SPANS = sizeof spans / sizeof *spans };

bool yaml_duration_parse(const char *text, int64_t *out_ms)
{
    size_t digits = strspn(text, "0123456789");
    char number[20];
    int64_t value;

    if (digits == 0 || digits >= sizeof number)
        return false;
    memcpy(number, text, digits);
    number[digits] = '\0';
    for (int i = 0; i < SPANS; i++)
        if (strcmp(text + digits, spans[i].name) == 0)
            return integer_parse(number, &value) && !__builtin_mul_overflow(value, spans[i].ms, out_ms);
    return false;
}

static void duration_format(int64_t ms, char *out, size_t size)
{
    int i = ms == 0 ? SPANS - 2 : 0; /* 0s */

    while (i < SPANS - 1 && ms % spans[i].ms != 0)
        i++;
    snprintf(out, size, "%" PRId64 "%s", ms / spans[i].ms, spans[i].name);
}

bool yaml_read_duration(const struct yaml_node *node, int64_t min_ms, int64_t max_ms, int64_t *out_ms,
                        struct faults *faults)
{
    bool bounded = min_ms != 0 || max_ms != 0;
    const char *text = yaml_text(node);
    char min[32], max[32];
    int64_t value;

    if (text && yaml_duration_parse(text, &value) && (!bounded || (value >= min_ms && value <= max_ms))) {
        *out_ms = value;
        return true;
    }
    duration_format(min_ms, min, sizeof min);
    duration_format(max_ms, max, sizeof max);
    if (bounded)
        yaml_expected(node, faults, "a duration from %s to %s, written like 500ms, 10s, 5min, 2h or 1d", min, max);
    else
        yaml_expected(node, faults, "a duration, written like 500ms, 10s, 5min, 2h or 1d");
    return false;
}

bool yaml_read_decimal(const struct yaml_node *node, struct decimal *out, struct faults *faults)
{
    if (yaml_is_plain(node) && decimal_parse(yaml_text(node), out))
        return true;
    yaml_expected(node, faults, "a number like 12 or 0.001, without quotes, exponent or leading zeros");
    return false;
}

bool yaml_read_choice(const struct yaml_node *node, const char *const *choices, int *out, struct faults *faults)
{
    const char *text = yaml_text(node);
    char list[LIST_MAX];

    for (int i = 0; text && choices[i]; i++) {
        if (strcmp(text, choices[i]) == 0) {
            *out = i;
            return true;
        }
    }
    yaml_join(choices, list, sizeof list);
    const char *nearest = text ? yaml_nearest(text, choices) : NULL;
    if (nearest)
        yaml_expected(node, faults, "one of %s; did you mean \"%s\"?", list, nearest);
    else
        yaml_expected(node, faults, "one of %s", list);
    return false;
}

bool yaml_read_quantity(const struct yaml_node *node, struct decimal *out, char *unit, size_t unit_size,
                        struct faults *faults)
{
    const char *text = yaml_text(node);
    const char *space = text ? strchr(text, ' ') : NULL;
    char number[DECIMAL_TEXT_MAX];

    if (space && (size_t)(space - text) < sizeof number) {
        const char *rest = space + strspn(space, " ");
        memcpy(number, text, (size_t)(space - text));
        number[space - text] = '\0';
        if (*rest && !strpbrk(rest, " \t\n") && strlen(rest) < unit_size && decimal_parse(number, out)) {
            memcpy(unit, rest, strlen(rest) + 1);
            return true;
        }
    }
    yaml_expected(node, faults, "a number, a space and a unit, like 1200 t/h or 0.001 t");
    return false;
}

bool yaml_read_time(const struct yaml_node *node, int *out_s, struct faults *faults)
{
    const char *text = yaml_text(node);

    if (text && strlen(text) == 5 && strspn(text, "0123456789") == 2 && text[2] == ':' &&
        strspn(text + 3, "0123456789") == 2) {
        int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
        if (hour < 24 && minute < 60) {
            *out_s = hour * 3600 + minute * 60;
            return true;
        }
    }
    yaml_expected(node, faults, "a time of day from 00:00 to 23:59, written like 08:00");
    return false;
}

bool yaml_read_share(const struct yaml_node *node, int64_t min_ppm, int64_t *out_ppm, struct faults *faults)
{
    enum { PPM = 1000000, PERCENT_PPM = 10000 };
    struct decimal value;
    struct ratio ppm;
    char unit[16];

    if (!yaml_read_quantity(node, &value, unit, sizeof unit, faults))
        return false;
    if (strcmp(unit, "%") == 0 && ratio_of(value, PERCENT_PPM, 1, &ppm) && ppm.over == 1 && ppm.times >= min_ppm &&
        ppm.times <= PPM) {
        *out_ppm = ppm.times;
        return true;
    }
    if (min_ppm > 0)
        yaml_expected(node, faults, "a share of more than 0 %% and at most 100 %%, such as 2 %%");
    else
        yaml_expected(node, faults, "a share from 0 %% to 100 %%, such as 0.5 %%");
    return false;
}
