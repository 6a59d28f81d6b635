/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of acts: whose it is, and who may put something there. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/spool.h"
#include "collector/spool_file.h"
#include "collector/spool_parts.h"

enum { FOLDER_MODE = 01770, REFUSED_MODE = 0700, ENTRY_BYTES = 4096 };

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

int spool_refused_open(int folder)
{
    struct stat of, inner;
    const int fd = openat(folder, SPOOL_REFUSED, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstat(folder, &of) == 0 && fstat(fd, &inner) == 0 && inner.st_uid == of.st_uid)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void refused_make(int folder, const struct stat *ledger)
{
    if (mkdirat(folder, SPOOL_REFUSED, REFUSED_MODE) == 0 && geteuid() == 0)
        fchownat(folder, SPOOL_REFUSED, ledger->st_uid, ledger->st_gid, AT_SYMLINK_NOFOLLOW);
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

void spool_user(uid_t id, char *name, size_t size)
{
    char room[ENTRY_BYTES];
    struct passwd user, *found = NULL;
    if (getpwuid_r(id, &user, room, sizeof(room), &found) == 0 && found)
        snprintf(name, size, "%s", found->pw_name);
    else
        snprintf(name, size, "uid %u", (unsigned)id);
}

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
