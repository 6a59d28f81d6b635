/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/adjusting.h"

#include <stdio.h>
#include <string.h>

/* Ten thousand tonnes, the unit of monthly reports. */
static bool large_amount(const char *number, int64_t *amount)
{
    struct decimal value;
    struct ratio exact;
    if (!decimal_parse(number, &value) || !ratio_of(value, INT64_C(10000) * 1000, 1, &exact) || exact.over != 1)
        return false;
    *amount = exact.times;
    return true;
}

bool adjusting_amount(const struct quantity *quantity, const char *text, int64_t *amount)
{
    static const char large_unit[] = " 10kt";
    const size_t unit = sizeof large_unit - 1;
    const char *from = text + (*text == '+');
    const size_t length = strlen(from);
    char number[64];
    if (length >= sizeof number || (from > text && *from == '-'))
        return false;
    if (length <= unit || strcmp(from + length - unit, large_unit) != 0 || strcmp(quantity->unit, "t") != 0)
        return quantity_amount(quantity, from, amount);
    snprintf(number, sizeof number, "%.*s", (int)(length - unit), from);
    return large_amount(number, amount);
}

static bool quantity_read(const struct act *act, struct adjusting *out, enum language language, char *text, size_t size)
{
    const char *name = act_value(act, "quantity");
    out->quantity = quantity_find(name ? name : "raw_coal");
    if (out->quantity && strcmp(out->quantity->name, "rom_coal") != 0)
        return true;
    snprintf(text, size,
             say(language, out->quantity ? N_("--quantity %s: run-of-mine coal is reported as raw coal: "
                                              "expected raw_coal")
                                         : N_("--quantity %.60s: expected a quantity such as raw_coal")),
             name);
    return false;
}

static bool period_read(const struct act *act, struct adjusting *out, enum language language, char *text, size_t size)
{
    const char *period = act_value(act, "period");
    /* "today" is no period of an act: it may wait. */
    if (period && *period >= '0' && *period <= '9' && period_parse(period, 0, &out->period))
        return true;
    snprintf(text, size, say(language, "--period %.60s: expected %s"), period ? period : "",
             say(language, PERIOD_FORMS));
    return false;
}

static bool amount_read(const struct act *act, struct adjusting *out, enum language language, char *text, size_t size)
{
    const char *amount = act_value(act, "amount");
    if (amount && adjusting_amount(out->quantity, amount, &out->amount) && out->amount != 0)
        return true;
    snprintf(text, size,
             say(language, "--amount %.60s: expected what is to be added in %s, not 0, like +412 or \"-1.5 kt\""),
             amount ? amount : "", out->quantity->unit);
    return false;
}

bool adjusting_read(const struct act *act, struct adjusting *out, enum language language, char *text, size_t size)
{
    const char *reason = act_value(act, "reason");
    *out = (struct adjusting){0};
    if (!quantity_read(act, out, language, text, size) || !period_read(act, out, language, text, size) ||
        !amount_read(act, out, language, text, size))
        return false;
    if (reason && reason[strspn(reason, " ")] && strlen(reason) < sizeof out->reason) {
        strcpy(out->reason, reason);
        return true;
    }
    snprintf(text, size, say(language, "--reason: expected why, in less than %d bytes"), REASON_BYTES);
    return false;
}
