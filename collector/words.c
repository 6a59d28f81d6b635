/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/words.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[WORD_COUNT] = {
#define X(id, text) [WORD_##id] = text,
    WORDS(X)
#undef X
};

const char *word(enum word id, enum language language)
{
    return say(language, words[id]);
}

/* The title of a name that stands in data as it is in English. */
static const char *title(const char *const *titles, size_t count, const char *name, enum language language)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, say(LANGUAGE_EN, titles[i])) == 0)
            return say(language, titles[i]);
    return name;
}

const char *argument_title(const char *argument, enum language language)
{
    static const char *const arguments[] = {
        N_OF("argument", "accept"),   N_OF("argument", "after"),       N_OF("argument", "alarm"),
        N_OF("argument", "amount"),   N_OF("argument", "at"),          N_OF("argument", "before"),
        N_OF("argument", "book"),     N_OF("argument", "calendar"),    N_OF("argument", "checked-by"),
        N_OF("argument", "closing"),  N_OF("argument", "coefficient"), N_OF("argument", "count"),
        N_OF("argument", "despite"),  N_OF("argument", "device"),      N_OF("argument", "discard"),
        N_OF("argument", "do"),       N_OF("argument", "factor"),      N_OF("argument", "file"),
        N_OF("argument", "for"),      N_OF("argument", "from"),        N_OF("argument", "handling"),
        N_OF("argument", "id"),       N_OF("argument", "item"),        N_OF("argument", "kind"),
        N_OF("argument", "meter"),    N_OF("argument", "meters"),      N_OF("argument", "mine"),
        N_OF("argument", "name"),     N_OF("argument", "new-first"),   N_OF("argument", "note"),
        N_OF("argument", "old-last"), N_OF("argument", "period"),      N_OF("argument", "prepared-by"),
        N_OF("argument", "quantity"), N_OF("argument", "reject"),      N_OF("argument", "readings"),
        N_OF("argument", "reason"),   N_OF("argument", "row"),         N_OF("argument", "serial"),
        N_OF("argument", "sign"),     N_OF("argument", "source"),      N_OF("argument", "to"),
        N_OF("argument", "until"),    N_OF("argument", "value"),       N_OF("argument", "word"),
        N_OF("argument", "ack"),
    };
    return title(arguments, sizeof arguments / sizeof *arguments, argument, language);
}

const char *quality_title(const char *quality, enum language language)
{
    static const char *const qualities[] = {
        N_OF("quality", "good"),        N_OF("quality", "timeout"), N_OF("quality", "exception"),
        N_OF("quality", "sentinel"),    N_OF("quality", "range"),   N_OF("quality", "stuck"),
        N_OF("quality", "calibrating"), N_OF("quality", "stale"),
    };
    return title(qualities, sizeof qualities / sizeof *qualities, quality, language);
}

const char *kind_title(const char *kind, enum language language)
{
    static const char *const kinds[] = {
        N_OF("kind", "first"),
        N_OF("kind", "gap"),
        N_OF("kind", "noise"),
        N_OF("kind", "backward"),
        N_OF("kind", "below-a-day"),
        N_OF("kind", "wrap"),
        N_OF("kind", "wraps-unknown"),
        N_OF("kind", "reset"),
        N_OF("kind", "glitch"),
        N_OF("kind", "jump"),
        N_OF("kind", "range"),
        N_OF("kind", "dropped"),
        N_OF("kind", "not-taken"),
        N_OF("kind", "stopped"),
        N_OF("kind", "excluded"),
        N_OF("kind", "creep"),
        N_OF("kind", "hold-ended"),
        N_OF("kind", "replaced"),
        N_OF("kind", "unknown"),
        N_OF("kind", "breaks"),
        N_OF("kind", "differs"),
        N_OF("kind", "rate-differs"),
        N_OF("kind", "config"),
        N_OF("kind", "calendar"),
        N_OF("kind", "calendar-waits"),
        N_OF("kind", "start"),
        N_OF("kind", "clock"),
        N_OF("kind", "alarm"),
        N_OF("kind", "alarm-cleared"),
        N_OF("kind", "rows-lost"),
        N_OF("kind", "minutes-dropped"),
        N_OF("kind", "closed"),
        N_OF("kind", "act"),
        N_OF("kind", "act-file"),
        N_OF("kind", "seal"),
        N_OF("kind", "altered"),
        N_OF("kind", "roster"),
    };
    return title(kinds, sizeof kinds / sizeof *kinds, kind, language);
}

bool language_parse(const char *text, enum language *out)
{
    static const char *const names[LANGUAGES] = {"en", "zh"};
    for (int i = 0; i < LANGUAGES; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum language)i;
            return true;
        }
    }
    return false;
}

enum language language_default(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
    }
    return LANGUAGE_EN;
}
