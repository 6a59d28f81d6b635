/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/alarm_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/outcomes.h"

/* {name} is an argument, {name.time} the clock time of an instant, {name.word} a word of the catalogue; what stands
 * in [] is said only where all its arguments are known. */

/* clang-format off */
static const struct sentence {
    const char *reason;
    enum alarm_end end;
    const char *text;
} sentences[] = {
    {"no-data",          ALARM_ENDS_ITSELF,    N_("no data[: {error}][, report by {report_by.time}]")},
    {"bus-silent",       ALARM_ENDS_ITSELF,    N_("none of {devices} devices answers[: {error}][, report by {report_by.time}]")},
    {"not-connected",    ALARM_ENDS_ITSELF,    N_("no connection to the broker[: {error}]")},
    {"denied",           ALARM_ENDS_ITSELF,    N_("the broker does not let us use {topic}[: {error.word}]")},
    {"county-silent",    ALARM_ENDS_ITSELF,    N_("the county does not answer[: {error}]")},
    {"county-refuses",   ALARM_ENDS_ITSELF,    N_("the county does not take the ledger[: {error.word}]")},
    {"copy-runs",        ALARM_ENDS_ITSELF,    N_("another program sends this ledger to the county: a copy of the database runs, or somebody uses this site's name")},
    {"refused",          ALARM_ENDS_ITSELF,    N_("refuses {points}")},
    {"stuck",            ALARM_ENDS_ITSELF,    N_("belt runs, total stands")},
    {"not-read",         ALARM_ENDS_ITSELF,    N_("the device answers, but gives no total[: {cause}]")},
    {"not-written",      ALARM_ENDS_ITSELF,    N_OF("not-written", "{error}")},
    {"no-act",           ALARM_ENDS_ITSELF,    N_("a file in the folder for acts was no act; it lies in {folder}")},
    {"slow",             ALARM_ENDS_ITSELF,    N_("a write to disk takes over 10 s")},
    {"not-synchronised", ALARM_ENDS_ITSELF,    N_("not synchronised, taken as it is: set up NTP")},
    {"not-trusted",      ALARM_ENDS_ITSELF,    N_OF("not-trusted", "{error}")},
    {"range",            ALARM_ENDS_ITSELF,    N_("reading {after} out of range, before it {before}")},
    {"not-taken",        ALARM_ENDS_ITSELF,    N_("readings are not taken: {before} -> {after}")},
    {"breaks",           ALARM_ENDS_ITSELF,    N_("too many breaks in an hour: nothing is counted at {after}")},
    {"jump",             ALARM_ENDS_BY_PERSON, N_("jump {before} -> {after}")},
    {"below-a-day",      ALARM_ENDS_BY_PERSON, N_("a day below its highest: {before} -> {after}")},
    {"excluded",         ALARM_ENDS_BY_PERSON, N_("not counted while calibrating or held: {before} -> {after}")},
    {"creep",            ALARM_ENDS_ITSELF,    N_("counts while the belt stands or runs empty")},
    {"hold-ends",        ALARM_ENDS_ITSELF,    N_("the hold ends at {until.time}: what runs then counts")},
    {"above",            ALARM_ENDS_ITSELF,    N_("{point} above its limit; the safety-monitoring system rules, this is for display")},
    {"below",            ALARM_ENDS_ITSELF,    N_("{point} below its limit; the safety-monitoring system rules, this is for display")},
    {"dekad-not-closed", ALARM_ENDS_ITSELF,    N_("{period} is not closed: take stock, then coaltally close")},
    {"month-not-closed", ALARM_ENDS_ITSELF,    N_("{period} is not closed: take stock, then coaltally close")},
    {"plan-over-capacity", ALARM_ENDS_BY_PERSON, N_("the plan of {period} is above the approved capacity[: {why}]")},
    {"differs",          ALARM_ENDS_JUDGED,    N_("{own} against {against} of {other}, shift {shift}")},
    {"rate-differs",     ALARM_ENDS_JUDGED,    N_("{own} counted, {against} by the rate, shift {shift}")},
    {"month-over-capacity",    ALARM_ENDS_WATCHED, N_("month over capacity[: {amount} of {capacity} a year][, but {by_last} by the last coefficient][; limit reached on {reach}]")},
    {"year-over-capacity",     ALARM_ENDS_WATCHED, N_("year over capacity[: {amount} of {capacity}][, but {by_last} by the last coefficient][; limit reached on {reach}]")},
    {"forecast-over-capacity", ALARM_ENDS_WATCHED, N_("year forecast over capacity[: {amount} of {capacity}][; reached on {reach}]")},
    {"month-by-coefficient",   ALARM_ENDS_WATCHED, N_("month over capacity[: {amount} of {capacity} a year] but for a lowered coefficient[: it was {coefficient}]")},
    {"year-by-coefficient",    ALARM_ENDS_WATCHED, N_("year over capacity[: {amount} of {capacity}] but for a lowered coefficient[: it was {coefficient}]")},
    {"day-over-capacity",      ALARM_ENDS_WATCHED, N_("{day} far over a day's share of the capacity[: {amount}]")},
    {"mined-while-stopped",    ALARM_ENDS_WATCHED, N_("mined[ {amount}] since {since}, though {state.word}")},
    {"runs-while-stopped",     ALARM_ENDS_WATCHED, N_("{quantity.word}[ {amount}] on {since}, though {state.word}")},
    {"no-figures",             ALARM_ENDS_WATCHED, N_("nothing has come from its meters[ since {to}]")},
    {"not-entered",            ALARM_ENDS_WATCHED, N_("no output entered[ since {to}][, due by {due}]")},
    {"waits-for-accept", ALARM_ENDS_ITSELF,    N_("its ledger {database} waits for a person[: {why.word}]; see coaltally site")},
    {"branch-switched",  ALARM_ENDS_BY_PERSON, N_("a restored ledger took the place of the one before: {rows} rows superseded[, {amount} less][; {kept} closed periods keep their versions until coaltally site accept]")},
    {"rows-not-counted", ALARM_ENDS_ITSELF,    N_("{rows} rows of its ledger are not counted[: {why.word}]; see coaltally site")},
    {"chain-differs",    ALARM_ENDS_ITSELF,    N_("the journal of the county's copy is not the site's: its chain ends otherwise")},
    {"site-clock",       ALARM_ENDS_ITSELF,    N_("its clock differs from the county's")},
    {"site-silent",      ALARM_ENDS_ITSELF,    N_("nothing comes from this site")},
    {"bad-messages",     ALARM_ENDS_ITSELF,    N_("sends what is no message of a ledger[: {why}]")},
    {"ledger-refused",   ALARM_ENDS_ITSELF,    N_("its ledger is refused[: {why.word}]")},
    {"other-version",    ALARM_ENDS_ITSELF,    N_("its messages are of another version[: {why}]")},
    {"unknown-site",     ALARM_ENDS_ITSELF,    N_("sends a ledger, and the roster gives it no mine")},
    {"inbox-full",       ALARM_ENDS_ITSELF,    N_("more messages come[ from {site}] than can be taken; what is dropped is sent again")},
    {"nothing-gathered", ALARM_ENDS_ITSELF,    N_("the roster cannot be read, nothing is gathered: see coaltally check")},
    {"not-computed",           ALARM_ENDS_ITSELF,  N_("the county's board cannot be computed, what was published stays[: {error}]")},
    {"no-roster",              ALARM_ENDS_ITSELF,  N_("the roster or the limits cannot be read, no capacity is watched: see coaltally check")},
};
/* clang-format on */

enum { SENTENCES = sizeof sentences / sizeof *sentences };

static const struct sentence *sentence_of(const char *reason)
{
    for (size_t i = 0; i < SENTENCES; i++)
        if (strcmp(sentences[i].reason, reason) == 0)
            return &sentences[i];
    return NULL;
}

enum alarm_end alarm_end_of(const char *reason)
{
    const struct sentence *sentence = sentence_of(reason);
    return sentence ? sentence->end : ALARM_ENDS_ITSELF;
}

/* --- arguments --- */

void alarm_argument_add(char *arguments, size_t size, struct alarm_argument argument)
{
    size_t length = strlen(arguments);
    const char *value = argument.value;
    if (!value || !*value || length + strlen(argument.name) + 6 > size)
        return;
    length += (size_t)snprintf(arguments + length, size - length, "%s%s=\"", length ? " " : "", argument.name);
    while (*value && length + 2 < size) {
        arguments[length++] = (char)(*value == '"' ? '\'' : (unsigned char)*value < ' ' ? ' ' : *value);
        value++;
    }
    if (*value) /* cut: not within a character */
        while (((unsigned char)*value & 0xc0) == 0x80) {
            value--;
            length--;
        }
    arguments[length++] = '"';
    arguments[length] = '\0';
}

/* Moves over one argument; false at the end, or where it is none. */
static bool argument_next(const char **at, const char **name, size_t *name_length, const char **value,
                          size_t *value_length)
{
    const char *from = *at + strspn(*at, " ");
    *name = from;
    while (islower((unsigned char)*from) || *from == '_')
        from++;
    *name_length = (size_t)(from - *name);
    if (*name_length == 0 || from[0] != '=' || from[1] != '"')
        return false;
    *value = from + 2;
    const char *end = strchr(*value, '"');
    if (!end)
        return false;
    *value_length = (size_t)(end - *value);
    *at = end + 1;
    return true;
}

bool alarm_argument_get(const char *arguments, const char *name, char value[static ALARM_VALUE_BYTES])
{
    const char *known, *from;
    size_t length, size;
    *value = '\0';
    while (argument_next(&arguments, &known, &length, &from, &size)) {
        if (strlen(name) != length || memcmp(name, known, length) != 0)
            continue;
        if (size >= ALARM_VALUE_BYTES) /* cut: not within a character */
            for (size = ALARM_VALUE_BYTES - 1; size && ((unsigned char)from[size] & 0xc0) == 0x80;)
                size--;
        snprintf(value, ALARM_VALUE_BYTES, "%.*s", (int)size, from);
        return true;
    }
    return false;
}

static bool arguments_are(const char *text)
{
    const char *name, *value;
    size_t name_length, value_length;
    while (argument_next(&text, &name, &name_length, &value, &value_length))
        ;
    return !*text;
}

/* --- values --- */

void alarm_span(int64_t span_ms, char text[static ALARM_SPAN_BYTES])
{
    const int64_t s = span_ms / 1000;
    const bool hours = s >= 7200 * 24, minutes = s >= 120;
    snprintf(text, ALARM_SPAN_BYTES, "%" PRId64 " %s",
             hours     ? s / 3600
             : minutes ? s / 60
                       : s,
             hours     ? "h"
             : minutes ? "min"
                       : "s");
}

/* --- sentences --- */

/* How a scan ended has a title in each language; all else stands as it is. */
static const char *value_said(const char *value, enum language language)
{
    for (size_t i = 0; language != LANGUAGE_EN && i < OUTCOMES; i++)
        if (strcmp(outcomes_name(i), value) == 0)
            return outcomes_title(i, language);
    return value;
}

/* What a sentence is said of, and how. */
struct saying {
    struct text *out;
    const char *arguments;
    enum language language;
    bool brief; /* without what a list has no room for */
};

/* What a line of a list has no room for. */
static bool is_left_out(const struct saying *saying, const char *name)
{
    char value[ALARM_VALUE_BYTES];
    return strcmp(name, "capacity") == 0 || strcmp(name, "amount") == 0 ||
           (strcmp(name, "error") == 0 && alarm_argument_get(saying->arguments, "cause", value));
}

/* "{report_by.time}" at its brace: adds the value, moves behind the closing one. */
static bool say_argument(const struct saying *saying, const char **at)
{
    char name[32], value[ALARM_VALUE_BYTES];
    const char *end = strchr(*at, '}');
    snprintf(name, sizeof name, "%.*s", (int)(end - *at - 1), *at + 1);
    *at = end + 1;
    char *form = strchr(name, '.');
    if (form)
        *form = '\0';
    if (saying->brief && is_left_out(saying, name))
        return false;
    const bool known = alarm_argument_get(saying->arguments, name, value);
    const size_t length = strlen(value), time = strlen("08:31");
    if (form && strcmp(form + 1, "word") == 0)
        text_add(saying->out, known ? say(saying->language, value) : "");
    else
        text_add(saying->out, form && length > time ? value + length - time : value_said(value, saying->language));
    return known;
}

/* As far as the end, or the ']' of an optional part. True when all its arguments are known. */
static bool say_part(const struct saying *saying, const char **at)
{
    struct text *out = saying->out;
    bool known = true;
    while (**at && **at != ']') {
        const size_t before = out->length;
        if (**at == '{') {
            known = say_argument(saying, at) && known;
        } else if (**at == '[') {
            ++*at;
            if (!say_part(saying, at) && out->at) {
                out->length = before;
                out->at[before] = '\0';
            }
            ++*at;
        } else {
            const size_t plain = strcspn(*at, "{[]");
            text_add_bytes(out, *at, plain);
            *at += plain;
        }
    }
    return known;
}

static void sentence_add(const struct saying *saying, const char *reason)
{
    const struct sentence *sentence = sentence_of(reason);
    char error[ALARM_VALUE_BYTES];
    if (!arguments_are(saying->arguments)) {
        text_add(saying->out, saying->arguments);
    } else if (sentence) {
        const char *at = say(saying->language, sentence->text);
        say_part(saying, &at);
    } else {
        text_add(saying->out, alarm_argument_get(saying->arguments, "error", error) ? error : reason);
    }
}

void alarm_say(struct text *out, const char *reason, const char *arguments, enum language language)
{
    sentence_add(&(struct saying){out, arguments, language, false}, reason);
}

void alarm_say_briefly(struct text *out, const char *reason, const char *arguments, enum language language)
{
    sentence_add(&(struct saying){out, arguments, language, true}, reason);
}
