/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the pages, English and Chinese, in one table. */
#ifndef COALTALLY_WORDS_H
#define COALTALLY_WORDS_H

#include <stdbool.h>

enum language { LANGUAGE_EN, LANGUAGE_ZH, LANGUAGES };

/* One text in both languages. */
struct phrase {
    const char *en;
    const char *zh;
};

static inline const char *phrase_in(struct phrase phrase, enum language language)
{
    return language == LANGUAGE_ZH ? phrase.zh : phrase.en;
}

/* "en" or "zh"; false for anything else. */
bool language_parse(const char *text, enum language *out);

/* By LC_ALL, LC_MESSAGES, LANG, the first that is set and not empty: zh* is Chinese. */
enum language language_default(void);

#endif
