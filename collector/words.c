/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/words.h"

#include <stdlib.h>
#include <string.h>

static const struct phrase words[WORD_COUNT] = {
#define X(id, en, zh) [WORD_##id] = {en, zh},
    WORDS(X)
#undef X
};

const char *word(enum word id, enum language language)
{
    return phrase_in(words[id], language);
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
