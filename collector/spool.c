/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/file.h"
#include "collector/spool_file.h"
#include "collector/spool_parts.h"
#include "drivers/language.h"

enum { FOLDER_MODE = 01770, REFUSED_MODE = 0700, FILE_BYTES_MAX = 2 * ACT_VALUE_BYTES_MAX, ENTRY_BYTES = 4096 };

static const char refused[] = "refused";

void spool_path(const char *database, char path[static SPOOL_PATH_BYTES])
{
    snprintf(path, SPOOL_PATH_BYTES, "%s-acts", database);
}

int spool_folder(const char *database)
{
    char path[SPOOL_PATH_BYTES];
    spool_path(database, path);
    return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* --- the folder --- */

/* False when the system has no such group. */
static bool group_find(const char *name, gid_t *id)
{
    char room[ENTRY_BYTES];
    struct group group, *found = NULL;
    if (getgrnam_r(name, &group, room, sizeof(room), &found) != 0 || !found)
        return false;
    *id = found->gr_gid;
    return true;
}

static bool folder_give_to(int folder, uid_t owner, gid_t group)
{
    struct stat now;
    if (fstat(folder, &now) == 0 && now.st_uid == owner && now.st_gid == group)
        return true;
    return fchown(folder, owner, group) == 0;
}

/* A command of root's makes it for the daemon's user. */
static bool folder_give(int folder, const struct stat *ledger)
{
    const uid_t owner = geteuid() == 0 ? ledger->st_uid : geteuid();
    gid_t group;
    const bool found = group_find(SPOOL_GROUP, &group);
    return ((found && folder_give_to(folder, owner, group)) || folder_give_to(folder, owner, ledger->st_gid)) &&
           fchmod(folder, FOLDER_MODE) == 0;
}

/* The folder of what was moved aside; -1 where it is not there or is somebody else's making. */
static int refused_open(int folder)
{
    struct stat of, inner;
    const int fd = openat(folder, refused, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstat(folder, &of) == 0 && fstat(fd, &inner) == 0 && inner.st_uid == of.st_uid)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void refused_make(int folder, const struct stat *ledger)
{
    if (mkdirat(folder, refused, REFUSED_MODE) == 0 && geteuid() == 0)
        fchownat(folder, refused, ledger->st_uid, ledger->st_gid, AT_SYMLINK_NOFOLLOW);
}

bool spool_make(const char *database, char *text, size_t size)
{
    char path[SPOOL_PATH_BYTES];
    struct stat ledger;
    bool made = false;
    spool_path(database, path);
    if (stat(database, &ledger) == 0 && (mkdir(path, 0700) == 0 || errno == EEXIST)) {
        const int folder = spool_folder(database);
        if (folder >= 0)
            refused_make(folder, &ledger);
        made = folder >= 0 && folder_give(folder, &ledger);
        const int reason = errno;
        if (folder >= 0)
            close(folder);
        errno = reason;
    }
    if (made)
        spool_file_sweep(database, clock_now().wall_ms);
    else
        snprintf(text, size, say_own("%s: the folder for acts cannot be made: %s"), path, say_error(errno));
    return made;
}

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

void spool_user(uid_t id, char *name, size_t size)
{
    char room[ENTRY_BYTES];
    struct passwd user, *found = NULL;
    if (getpwuid_r(id, &user, room, sizeof(room), &found) == 0 && found)
        snprintf(name, size, "%s", found->pw_name);
    else
        snprintf(name, size, "uid %u", (unsigned)id);
}

/* Why not, and what to do. */
void spool_explain(const char *database, int reason, enum language language, char *text, size_t size)
{
    static const char *const missing = N_("%s: there is no folder for acts; coaltallyd makes it when it starts");
    static const char *const forbidden = N_("%s: %s may not act: who acts belongs to the groups coaltally and "
                                            "coaltally-act; usermod -aG coaltally,coaltally-act %s, then log in anew");
    char user[ACT_PERSON_BYTES], path[SPOOL_PATH_BYTES];
    spool_path(database, path);
    spool_user(geteuid(), user, sizeof(user));
    if (reason == ENOENT)
        snprintf(text, size, say(language, missing), path);
    else if (reason == EACCES || reason == EPERM)
        snprintf(text, size, say(language, forbidden), path, user, user);
    else
        snprintf(text, size, "%s: %s", path, say_error(reason));
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
    return name[0] != '.' && strcmp(name, refused) != 0;
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
    const int inner = refused_open(folder);
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
    const int inner = refused_open(folder);
    const bool moved = inner >= 0 && renameat(folder, name, inner, name) == 0;
    if (inner >= 0)
        close(inner);
    close(folder);
    return moved;
}
