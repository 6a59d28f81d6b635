/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/file.h"
#include "collector/xlsx_parts.h"
#include "drivers/language.h"

static bool fail(struct xlsx_place *place, const char *path, int reason, enum language language, char *why, size_t size)
{
    snprintf(why, size, say(language, "cannot write %s: %s"), path ? path : say(language, "standard output"),
             say_error(reason));
    xlsx_place_drop(place);
    return false;
}

static const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

/* The mode of a file that is simply created: mkstemp's is for oneself alone. */
static mode_t usual_mode(void)
{
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

bool xlsx_place_open(struct xlsx_place *place, const char *path, int64_t bytes, enum language language, char *why,
                     size_t size)
{
    char copy[PATH_MAX];
    *place = (struct xlsx_place){.beside = ""};
    snprintf(copy, sizeof copy, "%s", path ? path : "");
    snprintf(place->folder, sizeof place->folder, "%s", path ? dirname(copy) : temporary_folder());
    if ((path && strlen(path) >= sizeof copy) || snprintf(place->beside, sizeof place->beside, "%s/.coaltally.XXXXXX",
                                                          place->folder) >= (int)sizeof place->beside)
        return fail(place, path, ENAMETOOLONG, language, why, size);
    const int file = mkstemp(place->beside);
    if (file < 0) {
        *place->beside = '\0';
        return fail(place, path, errno, language, why, size);
    }
    int reason = posix_fallocate(file, 0, bytes);
    if (reason == EOPNOTSUPP || reason == EINVAL)
        reason = 0; /* a file system that cannot promise room */
    if (!reason && (ftruncate(file, 0) || fchmod(file, path ? usual_mode() : 0600)))
        reason = errno;
    close(file);
    return reason ? fail(place, path, reason, language, why, size) : true;
}

static bool synced(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const bool done = file >= 0 && fsync(file) == 0;
    if (file >= 0)
        close(file);
    return done;
}

static bool copied(const char *path, int out)
{
    char bytes[65536];
    ssize_t length = -1;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    while (file >= 0 && (length = read(file, bytes, sizeof bytes)) > 0)
        if (!file_write(out, bytes, (size_t)length))
            break;
    if (file >= 0)
        close(file);
    return length == 0;
}

bool xlsx_place_keep(struct xlsx_place *place, const char *path, enum language language, char *why, size_t size)
{
    const bool done = path ? synced(place->beside) && rename(place->beside, path) == 0 && file_folder_sync(path)
                           : fflush(stdout) == 0 && copied(place->beside, STDOUT_FILENO);
    if (!done)
        return fail(place, path, errno, language, why, size);
    if (!path)
        xlsx_place_drop(place);
    return true;
}

void xlsx_place_drop(struct xlsx_place *place)
{
    if (*place->beside)
        unlink(place->beside);
    *place->beside = '\0';
}
