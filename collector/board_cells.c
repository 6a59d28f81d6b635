/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "collector/board_parts.h"

void board_decimal_cell(struct boarding *boarding, struct decimal shown, struct decimal value, const char *before)
{
    char plain[AMOUNT_TEXT_MAX], marked[AMOUNT_TEXT_MAX + 4], data[DECIMAL_TEXT_MAX];
    amount_show(shown.digits, (struct amount_style){shown.places, shown.places}, plain);
    snprintf(marked, sizeof marked, "%s%s", before, plain);
    decimal_format(value, data);
    table_cell(boarding->table, marked, data);
}

void board_amount_cell(struct boarding *boarding, int64_t amount, int power, int places, const char *before)
{
    const struct amount_style style = {power, places};
    board_decimal_cell(boarding, (struct decimal){amount_round(amount, style), places},
                       decimal_reduce((struct decimal){amount, power}), before);
}

int board_value_places(const struct indicator *indicator, const struct indicator_value *value)
{
    struct decimal exact;
    if (indicator->find.kind == FIND_FIGURE && board_exact(value, &exact))
        return exact.places;
    return value->times == 1 && value->bottom == 1 ? 0 : 1;
}

void board_value_show(const struct indicator *indicator, const struct indicator_value *value, char *text)
{
    struct decimal shown;
    if (indicator_value_floor(value, board_value_places(indicator, value), &shown))
        amount_show(shown.digits, (struct amount_style){shown.places, shown.places}, text);
    else
        snprintf(text, AMOUNT_TEXT_MAX, "-");
}

int board_power(const struct indicator *indicator)
{
    int power = 3;
    for (int64_t size = indicator->find.size; size > 1; size /= 10)
        power++;
    return power;
}
