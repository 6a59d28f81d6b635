/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the pages, in one table. */
#ifndef COALTALLY_WORDS_H
#define COALTALLY_WORDS_H

#include <stdbool.h>

#include "drivers/language.h"

/* clang-format off */
#define WORDS(X)                                    \
    X(SIMULATED,   N_("SIMULATED"))                 \
    X(METERED,     N_("metered"))                   \
    X(REPORTED,    N_("reported"))                  \
    X(BY_METERS,   N_("by meters"))                 \
    X(BY_HAND,     N_("by hand"))                   \
    X(ADJUSTED,    N_("adjusted"))                  \
    X(PLAN,        N_("plan"))                      \
    X(DONE_SHARE,  N_OF("share", "done"))           \
    X(ADDED,       N_("by people"))                 \
    X(MINE,        N_("mine"))                      \
    X(SITE,        N_("site"))                      \
    X(METER,       N_("meter"))                     \
    X(SHIFT,       N_("shift"))                     \
    X(HOUR,        N_("hour"))                      \
    X(DAY,         N_("day"))                       \
    X(MONTH,       N_("month"))                     \
    X(DEKAD,       N_("dekad"))                     \
    X(OWN_MONTH,   N_("own month"))                 \
    X(YEAR,        N_("year"))                      \
    X(PER_DAY,     N_("per day"))                   \
    X(AMOUNT,      N_("amount"))                    \
    X(COMPARED,    N_("compared"))                  \
    X(PREVIOUS,    N_OF("period", "before"))        \
    X(YEAR_AGO,    N_("a year ago"))                \
    X(CHANGE,      N_("change"))                    \
    X(ON_PREVIOUS, N_OF("previous", "on it"))       \
    X(ON_YEAR_AGO, N_OF("year ago", "on it"))       \
    X(RUNNING_SUM, N_("so far"))                    \
    X(TOTAL,       N_("total"))                     \
    X(READ,        N_("read"))                      \
    X(QUALITY,     N_("quality"))                   \
    X(OPEN_WORK,   N_("OPEN WORK"))                 \
    X(SINCE,       N_("since"))                     \
    X(UNIT,        N_("unit"))                      \
    X(WHEN,        N_("when"))                      \
    X(KIND,        N_("kind"))                      \
    X(ABOUT,       N_("about"))                     \
    X(TEXT,        N_("what"))                      \
    X(DEVICE,      N_("device"))                    \
    X(LAST_GOOD,   N_("last good"))                 \
    X(WHY,         N_("why"))                       \
    X(NUMBER,      N_("no"))                        \
    X(ALARM,       N_("alarm"))                     \
    X(AMBER,       N_("amber"))                     \
    X(RED,         N_("red"))                       \
    X(BY,          N_("by"))                        \
    X(USER,        N_("user"))                      \
    X(ROLE_MAIN,   N_("main"))                      \
    X(ROLE_CHECK,  N_("check"))                     \
    X(ACT,         N_("act"))                       \
    X(ANSWER,      N_("answer"))                    \
    X(REFUSED,     N_("refused"))                   \
    X(WAITS,       N_("waits"))
/* clang-format on */

enum word {
#define X(id, text) WORD_##id,
    WORDS(X)
#undef X
        WORD_COUNT
};

const char *word(enum word id, enum language language);

/* Of what data says in both languages (a mine's title, an indicator's): the one asked for. */
static inline const char *either(enum language language, const char *en, const char *zh)
{
    return language == LANGUAGE_ZH ? zh : en;
}

/* A kind of journal row as people say it: "jump", "跳变"; one that this version does
 * not know stands as it is. */
const char *kind_title(const char *kind, enum language language);

/* What an act is given, by the name of its option: "mine", "煤矿"; one that this
 * version does not know stands as it is. */
const char *argument_title(const char *argument, enum language language);

/* A quality's name (drivers/reading.h): "stuck", "数值不动". */
const char *quality_title(const char *quality, enum language language);

/* "en" or "zh"; false for anything else. */
bool language_parse(const char *text, enum language *out);

/* By LC_ALL, LC_MESSAGES, LANG, the first that is set and not empty: zh* is Chinese. */
enum language language_default(void);

#endif
