/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/spool_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "collector/file.h"
#include "collector/spool.h"
#include "collector/spool_parts.h"
#include "drivers/language.h"

enum { BLOCK_BYTES = 64 << 10, MODE = 0640, KEPT_S = 86400 };

static const char suffix[] = ".rows";

static void name_of(const char *uid, char name[static SPOOL_NAME_BYTES])
{
    snprintf(name, SPOOL_NAME_BYTES, ".%s%s", uid, suffix);
}

/* --- in --- */

/* The ledger lies on the same disk, and needs as much again. */
static bool room_judge(const char *path, int folder, int64_t bytes, enum language language, char *text, size_t size)
{
    struct statvfs disk;
    if (fstatvfs(folder, &disk) != 0 || (int64_t)disk.f_bavail * (int64_t)disk.f_frsize > 2 * bytes)
        return true;
    snprintf(text, size,
             say(language, "%s: the disk has %lld kB free, and the file of %lld kB needs twice its size; make room"),
             path, (long long)disk.f_bavail * (long long)disk.f_frsize >> 10, (long long)bytes >> 10);
    return false;
}

static bool bytes_copy(int from, int to, int64_t bytes, void (*progress)(int done, int all))
{
    char block[BLOCK_BYTES];
    int64_t copied = 0;
    if (lseek(from, 0, SEEK_SET) != 0)
        return false;
    for (;;) {
        const ssize_t got = read(from, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        if (!file_write(to, block, (size_t)got))
            return false;
        copied += got;
        if (progress && bytes > 0)
            progress(copied < bytes ? (int)(copied * 1000 / bytes) : 1000, 1000);
    }
}

/* Readable by whoever drains the folder, which its group is. */
static bool file_copy(int folder, const char *name, int from, int64_t bytes, void (*progress)(int done, int all))
{
    struct stat status;
    const int to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0)
        return false;
    bool copied = fstat(folder, &status) == 0 && (fchown(to, (uid_t)-1, status.st_gid) == 0 || errno == EPERM) &&
                  fchmod(to, MODE) == 0 && bytes_copy(from, to, bytes, progress) && fsync(to) == 0;
    copied = close(to) == 0 && copied;
    if (copied && fsync(folder) == 0)
        return true;
    const int reason = errno;
    unlinkat(folder, name, 0);
    errno = reason;
    return false;
}

bool spool_file_put(const char *database, const struct act *act, int from, void (*progress)(int done, int all),
                    char *text, size_t size)
{
    char path[SPOOL_PATH_BYTES], name[SPOOL_NAME_BYTES];
    struct stat status;
    const int folder = spool_folder(database);
    bool put = folder >= 0 && fstat(from, &status) == 0;
    name_of(act->uid, name);
    spool_path(database, path);
    if (put && !room_judge(path, folder, (int64_t)status.st_size, act->language, text, size)) {
        close(folder);
        return false;
    }
    put = put && file_copy(folder, name, from, (int64_t)status.st_size, progress);
    if (!put)
        spool_explain(database, errno, act->language, text, size);
    if (folder >= 0)
        close(folder);
    return put;
}

/* --- out --- */

int spool_file_open(const char *database, const char *uid, char *text, size_t size)
{
    char name[SPOOL_NAME_BYTES];
    struct stat status;
    const int folder = spool_folder(database);
    name_of(uid, name);
    int file = folder >= 0 ? openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    const int reason = errno;
    if (folder >= 0)
        close(folder);
    if (file >= 0 && (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1)) {
        close(file);
        snprintf(text, size, "%s", say_own("the file of the act is no file"));
        return -1;
    }
    if (file < 0)
        snprintf(text, size, say_own("the file of the act cannot be opened: %s"), say_error(reason));
    return file;
}

void spool_file_remove(const char *database, const char *uid)
{
    char name[SPOOL_NAME_BYTES];
    const int folder = spool_folder(database);
    if (folder < 0)
        return;
    name_of(uid, name);
    unlinkat(folder, name, 0);
    close(folder);
}

/* --- what was left --- */

static bool is_file(const char *name)
{
    return strlen(name) == 1 + (ACT_UID_BYTES - 1) + sizeof suffix - 1 && name[0] == '.' &&
           strcmp(name + 1 + (ACT_UID_BYTES - 1), suffix) == 0;
}

static bool act_waits(const struct list *names, const char *file)
{
    char uid[ACT_UID_BYTES];
    snprintf(uid, sizeof uid, "%s", file + 1);
    for (size_t i = 0; i < names->count; i++)
        if (strstr((const char *)names->at + i * SPOOL_NAME_BYTES, uid))
            return true;
    return false;
}

void spool_file_sweep(const char *database, int64_t now_ms)
{
    struct list names = {.size = SPOOL_NAME_BYTES};
    const int folder = spool_folder(database);
    DIR *files = folder >= 0 && spool_list(database, &names) ? fdopendir(folder) : NULL;
    struct stat status;
    for (const struct dirent *entry; files && (entry = readdir(files));)
        if (is_file(entry->d_name) && fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            now_ms / 1000 - status.st_mtime > KEPT_S && !act_waits(&names, entry->d_name))
            unlinkat(folder, entry->d_name, 0);
    if (files)
        closedir(files);
    else if (folder >= 0)
        close(folder);
    free(names.at);
}
