/* SPDX-License-Identifier: Apache-2.0 */
/* The calibration log: zero checks and span tests, with what was found before and left after. */
#include <stdio.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/incident.h"

enum { PLACES = 3 };

/* "0.12 %", "-0.4": thousandths, and the unit. */
static bool value_read(struct act_context *context, const struct act *act, const char *name, int64_t *thousandths,
                       char unit[static INCIDENT_UNIT_BYTES])
{
    const char *text = act_value(act, name);
    char number[DECIMAL_TEXT_MAX];
    struct decimal value;
    if (!text)
        return act_refuse(context, "--%s is missing: a number, such as \"0.12 %%\"", name);
    const char *digits = text + (*text == '+');
    const size_t length = strcspn(digits, " %");
    const char *rest = digits + length + strspn(digits + length, " ");
    snprintf(number, sizeof number, "%.*s", length < sizeof number ? (int)length : 0, digits);
    if (length >= sizeof number || strlen(rest) >= INCIDENT_UNIT_BYTES || !decimal_parse(number, &value) ||
        value.places > PLACES ||
        __builtin_mul_overflow(value.digits, decimal_power(PLACES - value.places), thousandths))
        return act_refuse(context, "--%s %.60s: expected a number of at most three decimals, such as \"0.12 %%\"", name,
                          text);
    strcpy(unit, rest);
    return true;
}

static bool values_read(struct act_context *context, const struct act *act, struct incident *incident)
{
    char unit[INCIDENT_UNIT_BYTES];
    if (!value_read(context, act, "before", &incident->before, incident->unit) ||
        !value_read(context, act, "after", &incident->after, unit))
        return false;
    if (strcmp(unit, incident->unit) != 0)
        return act_refuse(context, "--before is in \"%s\" and --after in \"%s\": expected one unit", incident->unit,
                          unit);
    return true;
}

bool act_calibration(struct act_context *context, const struct act *act)
{
    const char *kind = act_value(act, "kind");
    struct incident incident = {.from_ms = context->now_ms};
    char before[AMOUNT_TEXT_MAX], after[AMOUNT_TEXT_MAX];
    if (!kind || (strcmp(kind, "zero") != 0 && strcmp(kind, "span") != 0))
        return act_refuse(context, "--kind: expected zero or span");
    strcpy(incident.kind, kind);
    if (!incident_subject(context, act, &incident) || !incident_instant(context, act, "at", &incident.from_ms) ||
        !values_read(context, act, &incident) || !incident_text(context, act, "note", incident.note))
        return false;
    incident.to_ms = incident.from_ms;
    incident_write(context, &incident);
    context->journal.from_ms = context->journal.to_ms = incident.from_ms;
    amount_plain(incident.before, before);
    amount_plain(incident.after, after);
    return act_done(context, "%s of %s logged: %s -> %s %s",
                    strcmp(kind, "zero") == 0 ? say(context->language, "zero check")
                                              : say(context->language, "span test"),
                    incident.subject, before, after, incident.unit);
}
