/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/column_sum.h"

#include "drivers/decimal.h"

void column_sum_add(struct column_sum *sum, int64_t amount, struct amount_style style, bool known)
{
    sum->exact = amount_add(sum->exact, amount);
    sum->shown = amount_add(sum->shown, amount_round(amount, style));
    sum->any |= known;
}

/* So many units of the style's last place, as amount_show writes amounts. */
static void places_show(int64_t places, struct amount_style style, char *text)
{
    int64_t amount;
    if (__builtin_mul_overflow(places, decimal_power(style.power - style.places), &amount))
        amount = places < 0 ? INT64_MIN : INT64_MAX;
    amount_show(amount, style, text);
}

void column_sum_note(const struct column_sum *sum, const char *title, struct amount_style style, enum language language,
                     struct text *line)
{
    const int64_t difference = amount_less(sum->shown, amount_round(sum->exact, style));
    char by[AMOUNT_TEXT_MAX];
    if (difference == 0)
        return;
    places_show(difference, style, by);
    text_add(line, line->length ? say(language, ", ") : say(language, "rounded rows less totals: "));
    text_format(line, "%s %s%s", title, difference > 0 ? "+" : "", by);
}
