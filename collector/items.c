/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/items.h"

#include <stdio.h>
#include <string.h>

#include "drivers/language.h"

/* No mine moves a thousand million of anything in a year. */
#define AMOUNT_MAX INT64_C(1000000000000)

#define SPANS                                                                                                          \
    (ITEM_KIND(PERIOD_KIND_SHIFT) | ITEM_KIND(PERIOD_KIND_DAY) | ITEM_KIND(PERIOD_KIND_DEKAD) |                        \
     ITEM_KIND(PERIOD_KIND_MONTH) | ITEM_KIND(PERIOD_KIND_YEAR))
#define DAY ITEM_KIND(PERIOD_KIND_DAY)

/* Names are for ever: they stand in ledgers. A stock is that of the day's end. */
static const struct item items[] = {
    {"heading_advance", "m", N_("heading advance"), ITEM_AMOUNT, SUBJECT_NONE, SPANS, false},
    {"heading_coal", "t", N_("coal from headings"), ITEM_AMOUNT, SUBJECT_NONE, SPANS, false},
    {"stock", "t", N_("coal in stock"), ITEM_AMOUNT, SUBJECT_NONE, DAY, false},
    {"shipped", "t", N_("coal shipped"), ITEM_AMOUNT, SUBJECT_NONE, SPANS, false},
    {"loss", "t", N_("coal lost"), ITEM_AMOUNT, SUBJECT_NONE, SPANS, false},
    {"milestone", "", N_("milestone"), ITEM_WORDS, SUBJECT_NAME, DAY, true},
    {"planned_stop", "", N_("planned stop"), ITEM_WORDS, SUBJECT_NONE, SPANS | ITEM_CLOCK, true},
    {"plan", "", N_("production plan"), ITEM_AMOUNT, SUBJECT_QUANTITY, SPANS, true},
    {"figure", "", N_("figure of an indicator"), ITEM_AMOUNT, SUBJECT_NAME, SPANS, false},
};

enum { ITEMS = sizeof items / sizeof *items };

bool item_find(const char *name, struct item *out)
{
    for (size_t i = 0; i < ITEMS; i++)
        if (strcmp(items[i].name, name) == 0) {
            *out = items[i];
            return true;
        }
    const struct quantity *quantity = quantity_find(name);
    if (quantity)
        *out = (struct item){quantity->name, quantity->unit, quantity->title, ITEM_AMOUNT, SUBJECT_NONE, SPANS, false};
    return quantity != NULL;
}

size_t item_names(char *text, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < ITEMS && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "", items[i].name);
    return length;
}

/* --- amounts --- */

/* What one of `given` is of `unit`. */
static bool unit_factor(const char *given, const char *unit, struct ratio *factor)
{
    const struct quantity of = {.unit = unit};
    *factor = (struct ratio){1, 1};
    return !*given || strcmp(given, unit) == 0 || quantity_factor(&of, given, factor);
}

/* In thousandths; false where it is not a whole number of them, or too large. */
static bool thousandths(struct decimal number, struct ratio factor, int64_t *out)
{
    struct ratio exact;
    if (!ratio_of(number, 1000 * factor.times, factor.over, &exact) || exact.over != 1 || exact.times > AMOUNT_MAX)
        return false;
    *out = exact.times;
    return true;
}

bool item_amount(const char *value, const char *unit, int64_t *out, enum language language, char *text, size_t size)
{
    static const char *const no_number = N_("%.60s: expected a number, like 84300 or 84300.5 %s");
    static const char *const no_unit = N_("%.60s: expected a number in %s (no commas between its digits)");
    static const char *const negative = N_("%.60s: expected a number that is not negative");
    static const char *const no_thousandths = N_("%.60s: expected whole thousandths of a %s, at most 1000000000");
    char digits[DECIMAL_TEXT_MAX];
    const size_t length = strspn(value, "+-.0123456789");
    const char *given = value + length + strspn(value + length, " ");
    struct decimal number;
    struct ratio factor;
    if (length < sizeof digits)
        snprintf(digits, sizeof digits, "%.*s", (int)length, value);
    if (length == 0 || length >= sizeof digits || !decimal_parse(digits, &number))
        snprintf(text, size, say(language, no_number), value, unit);
    else if (!unit_factor(given, unit, &factor))
        snprintf(text, size, say(language, no_unit), value, unit);
    else if (number.digits < 0)
        snprintf(text, size, say(language, negative), value);
    else if (!thousandths(number, factor, out))
        snprintf(text, size, say(language, no_thousandths), value, unit);
    else
        return true;
    return false;
}
