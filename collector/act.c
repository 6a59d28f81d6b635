/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/json.h"
#include "collector/store_parts.h"

const char *act_value(const struct act *act, const char *name)
{
    for (size_t i = 0; i < act->arguments; i++)
        if (strcmp(act->argument[i].name, name) == 0)
            return act->argument[i].value;
    return NULL;
}

void act_add(struct act *act, const char *name, const char *value)
{
    size_t at = act->arguments;
    if (!value)
        return;
    if (at == ACT_ARGUMENTS_MAX) {
        act->overfull = true;
        return;
    }
    for (; at > 0 && strcmp(act->argument[at - 1].name, name) > 0; at--)
        act->argument[at] = act->argument[at - 1];
    act->argument[at] = (struct act_argument){name, value};
    act->arguments++;
}

/* --- judging --- */

static bool is_uid(const char *text)
{
    return strlen(text) == ACT_UID_BYTES - 1 && text[strspn(text, "0123456789abcdef")] == '\0';
}

static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return *text >= 'a' && *text <= 'z' && strlen(text) < ACT_NAME_BYTES && text[strspn(text, letters)] == '\0';
}

/* Control characters but those that lines of a file have. */
static bool is_plain(const char *text, bool lines)
{
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == 0x7f || (c < 0x20 && !(lines && (c == '\n' || c == '\t' || c == '\r'))))
            return false;
    }
    return true;
}

static bool is_person(const char *text)
{
    return text[strspn(text, " ")] != '\0' && is_plain(text, false) && text_valid(text);
}

static bool judge_argument(const struct act_argument *argument, const char *before, char *text, size_t size)
{
    if (!is_name(argument->name))
        snprintf(text, size, "an argument is called \"%.40s\": expected a name like mine, shorter than %d",
                 argument->name, ACT_NAME_BYTES);
    else if (before && strcmp(before, argument->name) == 0)
        snprintf(text, size, "%s was given twice", argument->name);
    else if (strlen(argument->value) > ACT_VALUE_BYTES_MAX)
        snprintf(text, size, say_own("%s has %zu bytes: expected at most %d"), argument->name, strlen(argument->value),
                 ACT_VALUE_BYTES_MAX);
    else if (!text_valid(argument->value) || !is_plain(argument->value, true))
        snprintf(text, size, say_own("%s: expected a text in UTF-8 without control characters"), argument->name);
    else
        return true;
    return false;
}

bool act_judge(const struct act *act, char *text, size_t size)
{
    if (!is_uid(act->uid))
        snprintf(text, size, "uid \"%.40s\": expected 32 digits 0-9 a-f", act->uid);
    else if (!is_name(act->verb))
        snprintf(text, size, "verb \"%.40s\": expected a name like enter", act->verb);
    else if (!is_person(act->by))
        snprintf(text, size, say_own("by \"%.40s\": expected the name of who does it"),
                 is_plain(act->by, false) ? act->by : "");
    else if (act->at_ms <= 0 || act->at_ms >= STORE_TIME_MAX_MS)
        snprintf(text, size, "at_ms %" PRId64 ": expected ms since 1970", act->at_ms);
    else if (act->overfull)
        snprintf(text, size, "more than %d arguments", ACT_ARGUMENTS_MAX);
    else {
        for (size_t i = 0; i < act->arguments; i++)
            if (!judge_argument(&act->argument[i], i ? act->argument[i - 1].name : NULL, text, size))
                return false;
        return true;
    }
    return false;
}

/* --- the file --- */

void act_arguments(const struct act *act, struct text *out)
{
    text_add(out, "{");
    for (size_t i = 0; i < act->arguments; i++)
        text_member(out, act->argument[i].name, act->argument[i].value);
    text_add(out, "}");
}

void act_format(const struct act *act, struct text *out)
{
    text_add(out, "{");
    text_member(out, "uid", act->uid);
    text_member(out, "verb", act->verb);
    text_member(out, "by", act->by);
    text_member_int(out, "at_ms", act->at_ms);
    text_member(out, "language", act->language == LANGUAGE_ZH ? "zh" : "en");
    text_key(out, "arguments");
    act_arguments(act, out);
    text_add(out, "}\n");
}

static bool take_text(const struct json *root, const char *name, char *out, size_t out_size, char *text, size_t size)
{
    const char *value = json_words(json_member(root, name));
    if (value && strlen(value) < out_size) {
        strcpy(out, value);
        return true;
    }
    snprintf(text, size, "%s: expected a text shorter than %zu bytes", name, out_size);
    return false;
}

static bool take_argument(void *context, const char *name, const struct json *value)
{
    struct act *act = context;
    act_add(act, name, json_words(value));
    return json_words(value) != NULL && !act->overfull;
}

static bool take_arguments(struct act *act, const struct json *arguments, char *text, size_t size)
{
    if (json_is_group(arguments) && (json_each(arguments, take_argument, act) || act->overfull))
        return true; /* too many: act_judge says so */
    snprintf(text, size, "arguments: expected an object of texts");
    return false;
}

bool act_parse(const char *bytes, size_t length, struct act *act, char *text, size_t size)
{
    enum { MEMBERS = 6 };
    char language[8];

    *act = (struct act){0};
    struct json *root = json_read(bytes, length, text, size);
    act->memory = root;
    if (!root)
        return false;
    if (json_count(root) != MEMBERS) {
        snprintf(text, size, "%zu members: expected uid, verb, by, at_ms, language and arguments", json_count(root));
        return false;
    }
    if (!take_text(root, "uid", act->uid, sizeof(act->uid), text, size) ||
        !take_text(root, "verb", act->verb, sizeof(act->verb), text, size) ||
        !take_text(root, "by", act->by, sizeof(act->by), text, size) ||
        !take_text(root, "language", language, sizeof(language), text, size))
        return false;
    if (!language_parse(language, &act->language)) {
        snprintf(text, size, "language \"%s\": expected en or zh", language);
        return false;
    }
    if (!json_number(json_member(root, "at_ms"), &act->at_ms)) {
        snprintf(text, size, "at_ms: expected ms since 1970");
        return false;
    }
    return take_arguments(act, json_member(root, "arguments"), text, size) && act_judge(act, text, size);
}

bool act_parse_arguments(const char *json, struct act *act, char *text, size_t size)
{
    *act = (struct act){0};
    act->memory = json_read(json, strlen(json), text, size);
    return act->memory && take_arguments(act, act->memory, text, size);
}

void act_free(struct act *act)
{
    json_close(act->memory);
    act->memory = NULL;
    act->arguments = 0;
}

/* --- digest --- */

bool act_digest(const struct act_row *row, char hex[static DIGEST_HEX_BYTES])
{
    const int64_t number[] = {row->id, row->at_ms, row->applied_ms, row->outcome};
    const char *const words[] = {row->uid, row->verb, row->arguments, row->actor, row->os_user, row->answer};
    struct digesting digesting;

    digest_begin(&digesting);
    for (size_t i = 0; i < sizeof(number) / sizeof(*number); i++)
        digest_number(&digesting, number[i]);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        digest_text(&digesting, words[i]);
    return digest_end(&digesting, hex);
}
