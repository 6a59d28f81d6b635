/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/decimal.h"

#include <ctype.h>
#include <string.h>

/* Products of two int64 are exact in it. */
typedef __int128 wide;

int64_t decimal_power(int places)
{
    int64_t power = 1;

    while (places-- > 0)
        power *= 10;
    return power;
}

static bool append_digit(struct decimal *value, char digit, int sign)
{
    return !__builtin_mul_overflow(value->digits, 10, &value->digits) &&
           !__builtin_add_overflow(value->digits, sign * (digit - '0'), &value->digits);
}

bool decimal_parse(const char *text, struct decimal *out)
{
    struct decimal value = {0, 0};
    int sign = 1;

    if (*text == '-') {
        sign = -1;
        text++;
    }
    if (text[0] == '0' && isdigit((unsigned char)text[1]))
        return false; /* "007" may be octal to whoever wrote it */
    if (!isdigit((unsigned char)*text))
        return false;
    for (; isdigit((unsigned char)*text); text++)
        if (!append_digit(&value, *text, sign))
            return false;
    if (*text == '.') {
        if (!isdigit((unsigned char)*++text))
            return false;
        for (; isdigit((unsigned char)*text); text++, value.places++)
            if (value.places == DECIMAL_PLACES_MAX || !append_digit(&value, *text, sign))
                return false;
    }
    if (*text != '\0')
        return false;
    *out = value;
    return true;
}

size_t decimal_format(struct decimal value, char *text)
{
    uint64_t rest = value.digits < 0 ? 0 - (uint64_t)value.digits : (uint64_t)value.digits;
    char written[DECIMAL_TEXT_MAX];
    char *const end = written + sizeof written, *at = end;

    for (int digits = 0; rest > 0 || digits <= value.places; digits++, rest /= 10) {
        if (digits == value.places && value.places > 0)
            *--at = '.';
        *--at = (char)('0' + rest % 10);
    }
    if (value.digits < 0)
        *--at = '-';
    const size_t length = (size_t)(end - at);
    memcpy(text, at, length);
    text[length] = '\0';
    return length;
}

struct decimal decimal_reduce(struct decimal value)
{
    while (value.places > 0 && value.digits % 10 == 0) {
        value.digits /= 10;
        value.places--;
    }
    return value;
}

static wide greatest_divisor(wide a, wide b)
{
    while (b != 0) {
        wide rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

bool ratio_of(struct decimal value, int64_t times, int64_t over, struct ratio *out)
{
    wide above = (wide)value.digits * times;
    wide below = (wide)decimal_power(value.places) * over;
    wide divisor = greatest_divisor(above, below);

    above /= divisor;
    below /= divisor;
    if (above < INT64_MIN || above > INT64_MAX || below > INT64_MAX)
        return false;
    *out = (struct ratio){(int64_t)above, (int64_t)below};
    return true;
}

bool ratio_floor(struct ratio r, int64_t count, int64_t *out)
{
    wide product = (wide)count * r.times;
    wide result = product / r.over;

    if (product % r.over < 0)
        result--;
    if (result < INT64_MIN || result > INT64_MAX)
        return false;
    *out = (int64_t)result;
    return true;
}
