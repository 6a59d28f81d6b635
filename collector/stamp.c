/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/stamp.h"

#include <ctype.h>
#include <string.h>

#include "collector/calendar.h"
#include "drivers/span.h"

enum { NUMBER_BYTES = 64 };

/* --- pieces; each moves *at behind what it took --- */

static bool take(const char **at, const char *piece)
{
    const size_t length = strlen(piece);
    if (strncmp(*at, piece, length) != 0)
        return false;
    *at += length;
    return true;
}

static void take_blanks(const char **at)
{
    while (take(at, " ") || take(at, "\343\200\200")) /* the ideographic one too */
        ;
}

static bool take_digits(const char **at, int most, int *value, int *digits)
{
    *value = *digits = 0;
    for (; *digits < most && isdigit((unsigned char)**at); (*at)++, (*digits)++)
        *value = *value * 10 + (**at - '0');
    return *digits > 0 && !isdigit((unsigned char)**at);
}

static bool take_number(const char **at, int most, int *value)
{
    int digits;
    return take_digits(at, most, value, &digits);
}

static bool take_date(const char **at, civil_day *day)
{
    static const char *const parts[][3] = {{"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}};
    int year, month, date, digits;
    if (!take_digits(at, 4, &year, &digits) || digits != 4 || year < 1970)
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!take(at, parts[i][0]))
            continue;
        if (!take_number(at, 2, &month) || !take(at, parts[i][1]) || !take_number(at, 2, &date) ||
            !take(at, parts[i][2]) || month < 1 || month > 12 || date < 1)
            return false;
        *day = civil_from_date(year, month, date);
        return *day < civil_from_date(year, month + 1, 1);
    }
    return false;
}

/* Of a second; digits after the third are not looked at. */
static bool take_fraction(const char **at, int *ms)
{
    int scale = 100;
    *ms = 0;
    if (!isdigit((unsigned char)**at))
        return false;
    for (; isdigit((unsigned char)**at); (*at)++, scale /= 10)
        *ms += (**at - '0') * scale;
    return true;
}

static bool take_clock(const char **at, int *second, int *ms)
{
    int hour, minute = 0, sec = 0;
    *ms = 0;
    if (!take_number(at, 2, &hour))
        return false;
    if (take(at, "时")) {
        if (**at && (!take_number(at, 2, &minute) || !take(at, "分")))
            return false;
        if (**at && (!take_number(at, 2, &sec) || !take(at, "秒")))
            return false;
    } else if (!take(at, ":") || !take_number(at, 2, &minute)) {
        return false;
    } else if (take(at, ":") && (!take_number(at, 2, &sec) || (take(at, ".") && !take_fraction(at, ms)))) {
        return false;
    }
    *second = (hour * 60 + minute) * 60 + sec;
    return minute < 60 && sec < 60 && *second + (*ms > 0) <= DAY_S;
}

/* What the clock is ahead of UTC. */
static bool take_offset(const char **at, int *offset_s)
{
    int hour, minute = 0;
    const bool west = **at == '-';
    if (take(at, "Z")) {
        *offset_s = 0;
        return true;
    }
    if (!take(at, "+") && !take(at, "-"))
        return false;
    if (!take_number(at, 2, &hour) || (take(at, ":") && !take_number(at, 2, &minute)) || hour > 14 || minute > 59)
        return false;
    *offset_s = (hour * 60 + minute) * (west ? -60 : 60);
    return true;
}

bool stamp_parse(const char *text, int64_t *at_ms)
{
    civil_day day;
    int second = 0, ms = 0, offset_s = 0;
    if (!take_date(&text, &day))
        return false;
    const bool by_letter = take(&text, "T");
    take_blanks(&text);
    if (*text == '\0' && !by_letter) {
        *at_ms = civil_instant(day, 0);
        return true;
    }
    if (!take_clock(&text, &second, &ms))
        return false;
    take_blanks(&text);
    const bool offset = *text != '\0';
    if (offset && (!take_offset(&text, &offset_s) || *text))
        return false;
    *at_ms = offset ? ((int64_t)day * DAY_S + second - offset_s) * 1000 : civil_instant(day, second);
    *at_ms += ms;
    return true;
}

/* --- numbers --- */

/* Copies the number without its commas; false where they do not part thousands. */
static bool without_commas(const char *text, char plain[static NUMBER_BYTES])
{
    size_t length = 0, group = 0;
    bool grouped = false, whole = true;
    for (; *text; text++) {
        if (length + 1 >= NUMBER_BYTES)
            return false;
        if (*text == ',') {
            if (!whole || group == 0 || group > 3 || (grouped && group != 3))
                return false;
            grouped = true;
            group = 0;
            continue;
        }
        if (*text == '.') {
            if (grouped && group != 3)
                return false;
            whole = grouped = false;
        }
        group += isdigit((unsigned char)*text) != 0;
        plain[length++] = *text;
    }
    plain[length] = '\0';
    return !grouped || group == 3;
}

bool number_parse(const char *text, struct decimal *number)
{
    char plain[NUMBER_BYTES];
    if (!without_commas(text, plain))
        return false;
    char *from = plain + (*plain == '-'), *digits = from;
    while (digits[0] == '0' && isdigit((unsigned char)digits[1]))
        digits++;
    memmove(from, digits, strlen(digits) + 1);
    return decimal_parse(plain, number);
}
