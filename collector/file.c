/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/file.h"
#include "drivers/language.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_write(int file, const char *at, size_t length)
{
    while (length) {
        ssize_t written = write(file, at, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_file(const char *path, const struct text *content)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (file < 0)
        return false;
    bool written = fchmod(file, 0640) == 0 && file_write(file, content->at, content->length);
    int reason = errno;
    bool closed = close(file) == 0;
    if (!written)
        errno = reason;
    return written && closed;
}

bool file_replace(const char *path, const struct text *content, char *text, size_t size)
{
    bool done = false;
    struct text beside = {0};
    text_add(&beside, path);
    text_add(&beside, ".new");
    if (content->failed || beside.failed) {
        snprintf(text, size, "out of memory");
        goto cleanup;
    }
    done = write_file(beside.at, content) && rename(beside.at, path) == 0;
    if (!done) {
        snprintf(text, size, say_own("cannot write %s: %s"), path, say_error(errno));
        unlink(beside.at);
    }
cleanup:
    text_free(&beside);
    return done;
}

bool file_folder_sync(const char *path)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof(copy), "%s", path);
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        close(folder);
    return synced;
}
