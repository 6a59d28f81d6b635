/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/file.h"
#include "collector/spool_parts.h"
#include "drivers/language.h"

enum { FILE_BYTES_MAX = 2 * ACT_VALUE_BYTES_MAX };

/* --- writing --- */

static void act_name(const struct act *act, char *name, size_t size)
{
    snprintf(name, size, "%013" PRId64 "-%s.act", act->at_ms, act->uid);
}

/* Readable by whoever drains the folder, which its group is. */
static bool file_fill(int file, gid_t group, const struct text *content)
{
    if (fchown(file, (uid_t)-1, group) != 0 && errno != EPERM)
        return false;
    return fchmod(file, 0640) == 0 && file_write(file, content->at, content->length) && fsync(file) == 0;
}

static bool file_place(int folder, const struct act *act, const struct text *content)
{
    char name[SPOOL_NAME_BYTES], making[SPOOL_NAME_BYTES];
    struct stat status;
    act_name(act, name, sizeof(name));
    snprintf(making, sizeof(making), ".%s", act->uid);
    const int file = openat(folder, making, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool placed = fstat(folder, &status) == 0 && file_fill(file, status.st_gid, content);
    placed = close(file) == 0 && placed;
    placed = placed && renameat(folder, making, folder, name) == 0;
    if (!placed) {
        const int reason = errno;
        unlinkat(folder, making, 0);
        errno = reason;
    }
    return placed && fsync(folder) == 0;
}

bool spool_write(const char *database, const struct act *act, char *text, size_t size)
{
    struct text content = {0};
    bool placed = false;
    act_format(act, &content);
    errno = ENOMEM;
    const int folder = content.failed ? -1 : spool_folder(database);
    if (folder >= 0)
        placed = file_place(folder, act, &content);
    if (!placed)
        spool_explain(database, errno, act->language, text, size);
    if (folder >= 0)
        close(folder);
    text_free(&content);
    return placed;
}

/* --- listing --- */

/* What begins with a dot is still being written. */
static bool name_counts(const char *name)
{
    return name[0] != '.' && strcmp(name, SPOOL_REFUSED) != 0;
}

static DIR *folder_list(int folder)
{
    DIR *list = folder >= 0 ? fdopendir(folder) : NULL;
    if (folder >= 0 && !list)
        close(folder);
    return list;
}

static int name_order(const void *a, const void *b)
{
    return strcmp(a, b);
}

bool spool_list(const char *database, struct list *names)
{
    bool good = true;
    DIR *folder = folder_list(spool_folder(database));
    if (!folder)
        return errno == ENOENT;
    for (const struct dirent *entry; good && (entry = readdir(folder));) {
        if (!name_counts(entry->d_name))
            continue;
        char *name = list_add(names);
        good = name != NULL;
        if (good)
            strcpy(name, entry->d_name);
    }
    closedir(folder);
    if (names->count)
        qsort(names->at, names->count, SPOOL_NAME_BYTES, name_order);
    return good;
}

static bool folder_holds(int fd, bool (*counts)(const char *name))
{
    DIR *folder = folder_list(fd);
    bool any = false;
    for (const struct dirent *entry; folder && !any && (entry = readdir(folder));)
        any = counts(entry->d_name);
    if (folder)
        closedir(folder);
    return any;
}

bool spool_waits(const char *database)
{
    return folder_holds(spool_folder(database), name_counts);
}

static bool name_is_own(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

bool spool_refused(const char *database)
{
    const int folder = spool_folder(database);
    if (folder < 0)
        return false;
    const int inner = spool_refused_open(folder);
    close(folder);
    return folder_holds(inner, name_is_own);
}

/* --- reading --- */

static bool judge_file(const struct stat *status, char *text, size_t size)
{
    if (!S_ISREG(status->st_mode))
        snprintf(text, size, "no regular file");
    else if (status->st_nlink != 1) /* or one's own act could be made of somebody else's file */
        snprintf(text, size, "a file with %ju names: expected one", (uintmax_t)status->st_nlink);
    else if (status->st_size > FILE_BYTES_MAX)
        snprintf(text, size, "%jd bytes: expected at most %d", (intmax_t)status->st_size, FILE_BYTES_MAX);
    else
        return true;
    return false;
}

/* At most `length` bytes; how many there were. False on an error. */
static bool file_take(int file, char *bytes, size_t *length)
{
    size_t room = *length;
    *length = 0;
    while (*length < room) {
        const ssize_t got = read(file, bytes + *length, room - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *length += (size_t)got;
    }
    return true;
}

static enum spool_outcome file_read(int file, const char *name, struct act *act, char *text, size_t size)
{
    char expected[SPOOL_NAME_BYTES];
    struct stat status;
    if (fstat(file, &status) != 0)
        return SPOOL_LATER;
    if (!judge_file(&status, text, size))
        return SPOOL_BAD;
    size_t length = (size_t)status.st_size;
    char *bytes = malloc(length + 1);
    if (!bytes || !file_take(file, bytes, &length)) {
        free(bytes);
        return SPOOL_LATER;
    }
    const bool parsed = act_parse(bytes, length, act, text, size);
    free(bytes);
    if (!parsed)
        return SPOOL_BAD;
    act_name(act, expected, sizeof(expected));
    if (strcmp(expected, name) != 0) {
        snprintf(text, size, "its name is not that of the act in it, %s", expected);
        return SPOOL_BAD;
    }
    spool_user(status.st_uid, act->os_user, sizeof(act->os_user));
    return SPOOL_READ;
}

enum spool_outcome spool_read(const char *database, const char *name, struct act *act, char *text, size_t size)
{
    enum spool_outcome outcome = SPOOL_LATER;
    *act = (struct act){0};
    const int folder = spool_folder(database);
    if (folder < 0)
        return errno == ENOENT ? SPOOL_GONE : SPOOL_LATER;
    /* Not blocked by a pipe, not led elsewhere by a link. */
    const int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file >= 0) {
        outcome = file_read(file, name, act, text, size);
        close(file);
    } else if (errno == ENOENT) {
        outcome = SPOOL_GONE;
    } else if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != EIO) {
        snprintf(text, size, "cannot be opened: %s", say_error(errno));
        outcome = SPOOL_BAD;
    }
    close(folder);
    return outcome;
}

/* --- taking away --- */

void spool_remove(const char *database, const char *name)
{
    const int folder = spool_folder(database);
    if (folder < 0)
        return; /* applied once all the same: the ledger knows its uid */
    unlinkat(folder, name, 0);
    fsync(folder);
    close(folder);
}

bool spool_refuse(const char *database, const char *name)
{
    const int folder = spool_folder(database);
    if (folder < 0)
        return false;
    const int inner = spool_refused_open(folder);
    const bool moved = inner >= 0 && renameat(folder, name, inner, name) == 0;
    if (inner >= 0)
        close(inner);
    close(folder);
    return moved;
}
