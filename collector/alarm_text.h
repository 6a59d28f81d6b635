/* SPDX-License-Identifier: Apache-2.0 */
/* How people are told of an alarm. The journal keeps it in a form for programs,
 *   no-data: error="no answer from 10.1.5.21:502" cause="timeout" value="61 s" limit="60 s"
 * that is: the reason, then named arguments; and whoever reads it gets a sentence in
 * his language out of the table in alarm_text.c. Pure. */
#ifndef COALTALLY_ALARM_TEXT_H
#define COALTALLY_ALARM_TEXT_H

#include "collector/text.h"
#include "collector/words.h"

enum { ALARM_ARGUMENTS_MAX = 6, ALARM_ARGUMENTS_BYTES = 400, ALARM_VALUE_BYTES = 200 };

/* A name of lower case letters and '_', and any text; nothing is said where the value is NULL or empty. */
struct alarm_argument {
    const char *name, *value;
};

/* What ends an alarm. */
enum alarm_end {
    ALARM_ENDS_ITSELF,    /* when what it tells of is over */
    ALARM_ENDS_BY_PERSON, /* when its open work is resolved, or, where it left none, when it was acknowledged */
    ALARM_ENDS_JUDGED,    /* when the next shift is judged and agrees */
    ALARM_ENDS_WATCHED    /* when the watch over capacities finds it over */
};
enum alarm_end alarm_end_of(const char *reason);

/* name="value" after what is there already, with a space between. Quotes and control characters in a
 * value become ' and spaces; a value too long for `size` is cut, never within a character. */
void alarm_argument_add(char *arguments, size_t size, struct alarm_argument argument);
/* False, and `value` empty, when there is no argument of that name. */
bool alarm_argument_get(const char *arguments, const char *name, char value[static ALARM_VALUE_BYTES]);

enum { ALARM_SPAN_BYTES = 24 };
/* How long something has stood: "61 s", "41 min", "30 h". */
void alarm_span(int64_t span_ms, char text[static ALARM_SPAN_BYTES]);

/* Adds the sentence: "no data: no answer ..., report by 08:31". What is no list of arguments (a row of an
 * older ledger) is said as it stands; of a reason that this version does not know, its name. */
void alarm_say(struct text *out, const char *reason, const char *arguments, enum language language);
/* The same for a line of a list: "no data, report by 08:31". */
void alarm_say_briefly(struct text *out, const char *reason, const char *arguments, enum language language);

#endif
