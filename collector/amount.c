/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/amount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "drivers/decimal.h"

bool amount_style_parse(const char *text, struct amount_style *out)
{
    if (strcmp(text, "t") == 0)
        *out = (struct amount_style){3, 0};
    else if (strcmp(text, "10kt") == 0)
        *out = (struct amount_style){7, 2};
    else
        return false;
    return true;
}

/* "-1234567.89" -> "-1,234,567.89" */
static void group(const char *plain, char *text)
{
    const char *digits = plain + (*plain == '-');
    const size_t whole = strcspn(digits, ".");
    if (*plain == '-')
        *text++ = '-';
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            *text++ = ',';
        *text++ = digits[i];
    }
    strcpy(text, digits + whole);
}

int64_t amount_round(int64_t amount, struct amount_style style)
{
    const int64_t over = decimal_power(style.power - style.places);
    const __int128 half = (__int128)over / 2 * (amount < 0 ? -1 : 1);
    return (int64_t)((amount + half) / over);
}

void amount_show(int64_t amount, struct amount_style style, char *text)
{
    char plain[DECIMAL_TEXT_MAX];
    decimal_format((struct decimal){amount_round(amount, style), style.places}, plain);
    group(plain, text);
}

void amount_plain(int64_t amount, char *text)
{
    decimal_format((struct decimal){amount, 3}, text);
}

void amount_exact(int64_t amount, char *text)
{
    char plain[DECIMAL_TEXT_MAX];
    amount_plain(amount, plain);
    group(plain, text);
}

int64_t amount_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

int64_t amount_less(int64_t a, int64_t b)
{
    int64_t difference;
    if (__builtin_sub_overflow(a, b, &difference))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return difference;
}

int64_t amount_before(int64_t amount, int64_t from_ms, int64_t to_ms, int64_t edge_ms)
{
    if (edge_ms <= from_ms)
        return 0;
    if (edge_ms >= to_ms)
        return amount;
    const __int128 over = (__int128)to_ms - from_ms, product = amount * ((__int128)edge_ms - from_ms);
    return (int64_t)(product / over - (product % over < 0));
}

int64_t share_permille(int64_t part, int64_t whole)
{
    if (whole <= 0)
        return 0;
    const __int128 share = (__int128)part * 1000 / whole;
    return share > INT64_MAX ? INT64_MAX : share < INT64_MIN ? INT64_MIN : (int64_t)share;
}

void share_show(int64_t permille, char *text)
{
    snprintf(text, AMOUNT_TEXT_MAX, "%s%" PRId64 ".%d %%", permille < 0 ? "-" : "",
             permille < 0 ? -(permille / 10) : permille / 10,
             permille < 0 ? (int)-(permille % 10) : (int)(permille % 10));
}
