/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/secret.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_BYTES = 1024 };

void secret_path(const char *name, char path[static PATH_MAX])
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    if (credentials && !strchr(name, '/')) {
        int length = snprintf(path, PATH_MAX, "%s/%s", credentials, name);
        if (length < PATH_MAX && access(path, F_OK) == 0)
            return;
    }
    snprintf(path, PATH_MAX, "%s", name);
}

static void warn_open(FILE *file, const char *path, char *text, size_t size)
{
    struct stat status;
    text[0] = '\0';
    if (fstat(fileno(file), &status) == 0 && (status.st_mode & S_IRWXO))
        snprintf(text, size, "%s is open to every user of this machine: chmod o-rwx it", path);
}

char *secret_read(const char *name, char *text, size_t size)
{
    char path[PATH_MAX], line[SECRET_BYTES];
    char *secret = NULL;
    secret_path(name, path);
    FILE *file = fopen(path, "re");
    if (!file) {
        if (strchr(name, '/'))
            snprintf(text, size, "cannot read %s: %s", path, strerror(errno));
        else
            snprintf(text, size,
                     "cannot read the credential %s: %s: expected one that the unit of coaltallyd loads "
                     "(/etc/credstore/coaltally.mqtt-password), or a whole path",
                     name, strerror(errno));
        return NULL;
    }
    setvbuf(file, NULL, _IONBF, 0); /* no copy of it stays in a buffer */
    bool read = fgets(line, sizeof line, file) != NULL;
    size_t length = read ? strcspn(line, "\r\n") : 0;
    if (length == 0)
        snprintf(text, size, "expected a password in the first line of %s, found none", path);
    else if (length == sizeof line - 1)
        snprintf(text, size, "the first line of %s is longer than %d bytes", path, SECRET_BYTES - 2);
    else if (!(secret = strndup(line, length)))
        snprintf(text, size, "out of memory");
    else
        warn_open(file, path, text, size);
    explicit_bzero(line, sizeof line);
    fclose(file);
    return secret;
}

void secret_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}
