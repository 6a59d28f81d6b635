/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/yaml.h"

/* clang-format off */
static const struct fault_form forms[FAULT_KINDS] = {
    [FAULT_SILENT]            = {"silent", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "takes requests and answers nothing"},
    [FAULT_EXCEPTION]         = {"exception", FAULT_OF_WIRE, FAULT_CODE, false, 4, "answers exception CODE (4); with a point: only requests that touch it"},
    [FAULT_SLOW]              = {"slow", FAULT_OF_WIRE, FAULT_MS, false, 300, "answers after MS (300)"},
    [FAULT_LATE]              = {"late", FAULT_OF_WIRE, FAULT_MS, false, 1500, "the same, later than a client waits (1500)"},
    [FAULT_DRIP]              = {"drip", FAULT_OF_WIRE, FAULT_MS, false, 300, "one byte of an answer every MS (300)"},
    [FAULT_GARBAGE]           = {"garbage", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "random bytes instead of an answer"},
    [FAULT_CUT]               = {"cut", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "half an answer, then closes the connection, where there is one"},
    [FAULT_CLOSE]             = {"close", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "closes the connection instead of answering"},
    [FAULT_SHORT]             = {"short", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "a well-formed answer with one register too few"},
    [FAULT_EXTRA]             = {"extra", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "three bytes too many after the answer"},
    [FAULT_WRONG_UNIT]        = {"wrong-unit", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "another unit id in the answer"},
    [FAULT_WRONG_TRANSACTION] = {"wrong-transaction", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "another transaction id in the answer"},
    [FAULT_WRONG_FUNCTION]    = {"wrong-function", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "another function code in the answer"},
    [FAULT_WRONG_LENGTH]      = {"wrong-length", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "a byte count of two more than follow"},
    [FAULT_BAD_CRC]           = {"bad-crc", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "a CRC that is not right"},
    [FAULT_LOST]              = {"lost", FAULT_OF_WIRE, FAULT_EACH, false, 50, "every Nth byte (50) of its answers is lost, through all of them"},
    [FAULT_ECHO]              = {"echo", FAULT_OF_WIRE, FAULT_NO_VALUE, false, 0, "the request comes back in front of the answer"},
    [FAULT_LINE_NOISE]        = {"line-noise", FAULT_OF_WIRE, FAULT_BYTES, false, 3, "N random bytes (3) on the line between request and answer"},
    [FAULT_PULL]              = {"pull", FAULT_OF_LINE, FAULT_NO_VALUE, false, 0, "the adapter of its line is pulled out: the link goes, and comes back at the end"},
    [FAULT_TORN]              = {"torn", FAULT_OF_POINT, FAULT_COUNTS, false, -65536, "half the registers of a value COUNTS away (-65536); once, unless for or times"},
    [FAULT_GLITCH]            = {"glitch", FAULT_OF_POINT, FAULT_AMOUNT, true, 0, "the total reads AMOUNT; once, unless for or times"},
    [FAULT_TWIN]              = {"twin", FAULT_OF_POINT, FAULT_AMOUNT, true, 0, "a second device on the address: every other answer has total AMOUNT"},
    [FAULT_STUCK]             = {"stuck", FAULT_OF_POINT, FAULT_NO_VALUE, false, 0, "the registers stand still while the meter goes on; without a point: all"},
    [FAULT_SENTINEL]          = {"sentinel", FAULT_OF_POINT, FAULT_NO_VALUE, false, 0, "the profile's first code for \"no value\""},
    [FAULT_GAUGE]             = {"gauge", FAULT_OF_POINT, FAULT_AMOUNT, true, 0, "the point shows AMOUNT, whatever is measured"},
    [FAULT_NOISE]             = {"noise", FAULT_OF_POINT, FAULT_COUNTS, false, 1, "the total flickers up to COUNTS (1) below itself"},
    [FAULT_RESET]             = {"reset", FAULT_OF_DIAL, FAULT_NO_VALUE, false, 0, "the total becomes 0"},
    [FAULT_PRESET]            = {"preset", FAULT_OF_DIAL, FAULT_AMOUNT, true, 0, "a technician sets the total to AMOUNT"},
    [FAULT_WRAP]              = {"wrap", FAULT_OF_DIAL, FAULT_COUNTS, false, 1000, "the total is set COUNTS (1000) below its modulus"},
    [FAULT_JUMP]              = {"jump", FAULT_OF_DIAL, FAULT_AMOUNT, true, 0, "the total leaps by AMOUNT, up or down"},
    [FAULT_REPLACED]          = {"replaced", FAULT_OF_DIAL, FAULT_AMOUNT, false, 0, "another meter, with total AMOUNT (0) and another serial number"},
    [FAULT_BACK]              = {"back", FAULT_OF_FLOW, FAULT_AMOUNT, false, 100, "runs backwards at AMOUNT an hour (100) instead of its own flow"},
    [FAULT_CALIBRATION]       = {"calibration", FAULT_OF_FLOW, FAULT_AMOUNT, false, 100, "the calibration bit stands, and AMOUNT an hour (100) of test material is added to the flow"},
};
/* clang-format on */

const struct fault_form *fault_form(enum fault_kind kind)
{
    return &forms[kind];
}

enum fault_wire fault_wire(enum fault_kind kind)
{
    switch (kind) {
    case FAULT_WRONG_TRANSACTION:
        return FAULT_ON_TCP;
    case FAULT_CLOSE:
        return FAULT_ON_STREAM;
    case FAULT_BAD_CRC:
    case FAULT_LOST:
    case FAULT_ECHO:
    case FAULT_LINE_NOISE:
        return FAULT_ON_RTU;
    case FAULT_PULL:
        return FAULT_ON_LINE;
    default:
        return FAULT_ANY_WIRE;
    }
}

static bool parse_kind(const char *word, enum fault_kind *kind, char *why)
{
    for (int i = 0; i < FAULT_KINDS; i++)
        if (strcmp(forms[i].name, word) == 0) {
            *kind = (enum fault_kind)i;
            return true;
        }
    size_t length = (size_t)snprintf(why, FAULT_WHY_MAX, "'%s' is no fault; there are ", word);
    for (int i = 0; i < FAULT_KINDS && length < FAULT_WHY_MAX; i++)
        length += (size_t)snprintf(why + length, FAULT_WHY_MAX - length, "%s%s", i ? ", " : "", forms[i].name);
    return false;
}

static bool value_fits(const struct fault_form *form, struct decimal value)
{
    switch (form->value) {
    case FAULT_NO_VALUE:
        return false;
    case FAULT_CODE:
        return value.places == 0 && value.digits >= 1 && value.digits <= 255;
    case FAULT_MS:
        return value.places == 0 && value.digits >= 0 && value.digits <= 3600000;
    case FAULT_BYTES:
        return value.places == 0 && value.digits >= 1 && value.digits <= FAULT_BYTES_MAX;
    case FAULT_EACH:
        return value.places == 0 && value.digits >= 2 && value.digits <= 1000000;
    case FAULT_COUNTS:
        return value.places == 0;
    case FAULT_AMOUNT:
        return true;
    }
    return false;
}

static bool parse_value(const char *word, struct fault_order *order, char *why)
{
    const struct fault_form *form = &forms[order->kind];
    if (!decimal_parse(word, &order->value) || !value_fits(form, order->value)) {
        snprintf(why, FAULT_WHY_MAX, "'%s' does not fit here: fault %s %s", word, form->name, form->help);
        return false;
    }
    order->has_value = true;
    return true;
}

static bool parse_clause(const char *key, const char *word, struct fault_order *order, char *why)
{
    if (strcmp(key, "point") == 0 && strlen(word) < FAULT_POINT_BYTES) {
        memcpy(order->point, word, strlen(word) + 1);
        return true;
    }
    if (strcmp(key, "for") == 0) {
        if (yaml_duration_parse(word, &order->for_ms))
            return true;
        snprintf(why, FAULT_WHY_MAX, "'%s' is no duration: expected 500ms, 10s, 5min, 2h or 1d", word);
        return false;
    }
    if (strcmp(key, "times") == 0) {
        char *end;
        order->times = strtol(word, &end, 10);
        if (order->times > 0 && *end == '\0')
            return true;
    }
    snprintf(why, FAULT_WHY_MAX, "'%s %s' is not understood: expected point NAME, for DURATION or times N", key, word);
    return false;
}

/* Faults that answers suffer one by one, so that these can be counted. */
static bool spoils_answers(enum fault_kind kind)
{
    return forms[kind].scope == FAULT_OF_WIRE || kind == FAULT_TORN || kind == FAULT_GLITCH || kind == FAULT_TWIN ||
           kind == FAULT_SENTINEL;
}

/* What happens at once cannot last, and what is not of answers cannot be counted in them. */
static bool clauses_fit(const struct fault_order *order, char *why)
{
    const struct fault_form *form = &forms[order->kind];
    const char *misfit = NULL;
    if (order->for_ms != INT64_MAX && form->scope == FAULT_OF_DIAL)
        misfit = "for";
    else if (order->times && !spoils_answers(order->kind))
        misfit = "times";
    else if (order->point[0] && form->scope == FAULT_OF_LINE)
        misfit = "point";
    if (misfit)
        snprintf(why, FAULT_WHY_MAX, "fault %s %s: '%s' does not fit", form->name, form->help, misfit);
    return !misfit;
}

bool fault_parse(char *const *words, int count, struct fault_order *order, char *why)
{
    int at = 1;
    *order = (struct fault_order){.for_ms = INT64_MAX};
    if (count < 1) {
        snprintf(why, FAULT_WHY_MAX, "which fault?");
        return false;
    }
    if (!parse_kind(words[0], &order->kind, why))
        return false;
    const struct fault_form *form = &forms[order->kind];
    order->value = (struct decimal){.digits = form->standard};
    if (at < count && (words[at][0] == '-' || (words[at][0] >= '0' && words[at][0] <= '9')))
        if (!parse_value(words[at++], order, why))
            return false;
    if (form->needs_value && !order->has_value) {
        snprintf(why, FAULT_WHY_MAX, "fault %s needs a value: %s", form->name, form->help);
        return false;
    }
    for (; at < count; at += 2)
        if (!parse_clause(words[at], at + 1 < count ? words[at + 1] : "", order, why))
            return false;
    if (!clauses_fit(order, why))
        return false;
    if ((order->kind == FAULT_TORN || order->kind == FAULT_GLITCH) && order->times == 0 && order->for_ms == INT64_MAX)
        order->times = 1;
    return true;
}
