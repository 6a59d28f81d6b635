/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/language.h"

#include <errno.h>
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
static locale_t catalogue_locale; /* 0: there is no catalogue */

static enum language own; /* set once, by main() */

/* Mines' machines have no Chinese locale. gettext needs only some locale that is not "C",
 * and goes by LANGUAGE before it (gettext manual, "Locale Environment Variables"). Only
 * what is said here is said in it: the process stays in "C". */
static void catalogue_open(void)
{
    bool found = false;
    for (enum data_home home = 0; home < DATA_HOMES && !found; home++) {
        char folder[DATA_PATH_BYTES], file[DATA_PATH_BYTES + 64];
        if (!data_folder(DATA_LOCALE, home, folder))
            continue;
        snprintf(file, sizeof file, "%s/" CHINESE "/LC_MESSAGES/" DOMAIN ".mo", folder);
        found = access(file, R_OK) == 0 && bindtextdomain(DOMAIN, folder);
    }
    if (found && bind_textdomain_codeset(DOMAIN, "UTF-8") && setenv("LANGUAGE", CHINESE, 1) == 0)
        catalogue_locale = newlocale(LC_MESSAGES_MASK, "C.UTF-8", (locale_t)0);
}

bool language_found(enum language language)
{
    if (language == LANGUAGE_EN)
        return true;
    return pthread_once(&catalogue_once, catalogue_open) == 0 && catalogue_locale;
}

/* What the catalogue has under a key; NULL: nothing. */
static const char *catalogue_find(const char *key)
{
    const locale_t before = uselocale(catalogue_locale);
    const char *found = dgettext(DOMAIN, key);
    uselocale(before);
    return found == key ? NULL : found;
}

const char *say(enum language language, const char *text)
{
    const char *context_end = strchr(text, CONTEXT_END);
    const char *plain = context_end ? context_end + 1 : text;
    /* The empty text is the catalogue's own head. */
    const char *found = *text && language != LANGUAGE_EN && language_found(language) ? catalogue_find(text) : NULL;
    return found ? found : plain;
}

const char *say_of(enum language language, const char *context, const char *text)
{
    char key[KEY_BYTES];
    if (language == LANGUAGE_EN || !language_found(language) ||
        snprintf(key, sizeof key, "%s%c%s", context, CONTEXT_END, text) >= (int)sizeof key)
        return text;
    const char *found = catalogue_find(key);
    return found ? found : text;
}

void language_own(enum language language)
{
    own = language;
}

const char *say_own(const char *text)
{
    return say(own, text);
}

const char *say_error(int error)
{
    /* As strerror() has them: the others stay as they are. */
    static const struct {
        int error;
        const char *text;
    } errors[] = {
        {ENOENT, N_("No such file or directory")},
        {EACCES, N_("Permission denied")},
        {EPERM, N_("Operation not permitted")},
        {EEXIST, N_("File exists")},
        {ENOTDIR, N_("Not a directory")},
        {EISDIR, N_("Is a directory")},
        {ENOSPC, N_("No space left on device")},
        {EROFS, N_("Read-only file system")},
        {EIO, N_("Input/output error")},
        {ENOMEM, N_("Cannot allocate memory")},
        {EPIPE, N_("Broken pipe")},
        {ECONNREFUSED, N_("Connection refused")},
        {ECONNRESET, N_("Connection reset by peer")},
        {EHOSTUNREACH, N_("No route to host")},
        {ENETUNREACH, N_("Network is unreachable")},
        {ETIMEDOUT, N_("Connection timed out")},
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].error == error)
            return say_own(errors[i].text);
    return strerror(error);
}
