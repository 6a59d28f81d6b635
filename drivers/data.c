/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/data.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Length of the text before the last of these words; 0: there is none. */
static int length_before(const char *text, const char *word)
{
    const char *found = NULL;
    for (const char *next = strstr(text, word); next; next = strstr(next + 1, word))
        found = next;
    return found ? (int)(found - text) : 0;
}

/* Length of the folder that holds the program's own: /usr for /usr/bin/coaltally. */
static int length_of_prefix(const char *program)
{
    int length = (int)strlen(program);
    for (int level = 0; level < 2; level++)
        while (length > 0 && program[--length] != '/')
            ;
    return length;
}

bool data_folder_of(const char *program, enum data_kind kind, enum data_home home, char path[static DATA_PATH_BYTES])
{
    static const char *const in_checkout[] = {
        [DATA_PROFILES] = "drivers/profiles", [DATA_SEEDS] = "seeds", [DATA_LOCALE] = "build/locale"};
    static const char *const in_share[] = {
        [DATA_PROFILES] = "profiles", [DATA_SEEDS] = "seeds", [DATA_LOCALE] = "../locale"};
    const int checkout = length_before(program, "/build/");
    int length = 0;
    if (home == DATA_CHECKOUT && checkout > 0)
        length = snprintf(path, DATA_PATH_BYTES, "%.*s/%s", checkout, program, in_checkout[kind]);
    else if (home == DATA_INSTALLED && *program == '/')
        length = snprintf(path, DATA_PATH_BYTES, "%.*s/share/coaltally/%s", length_of_prefix(program), program,
                          in_share[kind]);
    else if (home == DATA_PREFIX)
        length = snprintf(path, DATA_PATH_BYTES, "%s/%s", COALTALLY_DATA, in_share[kind]);
    return length > 0 && length < DATA_PATH_BYTES;
}

bool data_folder(enum data_kind kind, enum data_home home, char path[static DATA_PATH_BYTES])
{
    char program[DATA_PATH_BYTES];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    return data_folder_of(program, kind, home, path) && (home == DATA_PREFIX || access(path, R_OK | X_OK) == 0);
}
