/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/language.h"

#include <libintl.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/data.h"

#define DOMAIN  "coaltally"
#define CHINESE "zh_CN"

enum { KEY_BYTES = 1024, CONTEXT_END = '\004' /* in catalogues */ };

static pthread_once_t catalogue_once = PTHREAD_ONCE_INIT;
static bool catalogue_found;

/* Mines' machines have no Chinese locale. gettext needs only some locale that is not "C",
 * and goes by LANGUAGE before it (gettext manual, "Locale Environment Variables"). */
static void catalogue_open(void)
{
    for (enum data_home home = 0; home < DATA_HOMES && !catalogue_found; home++) {
        char folder[DATA_PATH_BYTES], file[DATA_PATH_BYTES + 64];
        if (!data_folder(DATA_LOCALE, home, folder))
            continue;
        snprintf(file, sizeof file, "%s/" CHINESE "/LC_MESSAGES/" DOMAIN ".mo", folder);
        catalogue_found = access(file, R_OK) == 0 && bindtextdomain(DOMAIN, folder);
    }
    catalogue_found = catalogue_found && bind_textdomain_codeset(DOMAIN, "UTF-8") &&
                      setenv("LANGUAGE", CHINESE, 1) == 0 && setlocale(LC_MESSAGES, "C.UTF-8");
}

bool language_found(enum language language)
{
    if (language == LANGUAGE_EN)
        return true;
    return pthread_once(&catalogue_once, catalogue_open) == 0 && catalogue_found;
}

const char *say(enum language language, const char *text)
{
    const char *context_end = strchr(text, CONTEXT_END);
    const char *plain = context_end ? context_end + 1 : text;
    /* The empty text is the catalogue's own head. */
    if (language == LANGUAGE_EN || !*text || !language_found(language))
        return plain;
    const char *found = dgettext(DOMAIN, text);
    return found == text ? plain : found;
}

const char *say_of(enum language language, const char *context, const char *text)
{
    char key[KEY_BYTES];
    if (language == LANGUAGE_EN || !language_found(language) ||
        snprintf(key, sizeof key, "%s%c%s", context, CONTEXT_END, text) >= (int)sizeof key)
        return text;
    const char *found = dgettext(DOMAIN, key);
    return found == key ? text : found;
}
