/* SPDX-License-Identifier: Apache-2.0 */
/* The lock of a ledger: one daemon a database. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/store_parts.h"
#include "drivers/language.h"

enum { LOCK_MODE = 0640, LOCK_WAIT_US = 10 * 1000 };

static void lock_path(const char *database, char *path, size_t size)
{
    snprintf(path, size, "%s.lock", database);
}

/* A command of root's that makes the file leaves it to the ledger's owner. */
static void lock_give(const char *database, int lock)
{
    struct stat ledger, file;
    if (geteuid() == 0 && stat(database, &ledger) == 0 && fstat(lock, &file) == 0 && file.st_uid != ledger.st_uid &&
        fchown(lock, ledger.st_uid, ledger.st_gid) != 0)
        return; /* then its owner is told so when it needs it */
}

/* Waits a moment, because store_running holds the lock for an instant when it looks, and a
 * command while it applies an act. */
enum store_outcome store_lock(const char *database, int tries, int *lock, char *text, size_t size)
{
    char path[PATH_BYTES + 8];

    lock_path(database, path, sizeof(path));
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, LOCK_MODE);
    if (*lock < 0) {
        snprintf(text, size, say_own("%s: the lock file cannot be made: %s; check the rights to the folder"), path,
                 say_error(errno));
        return STORE_FAILED;
    }
    if (fchmod(*lock, LOCK_MODE) != 0 && errno != EPERM) {
        snprintf(text, size, say_own("%s: its mode cannot be set: %s"), path, say_error(errno));
        return STORE_FAILED;
    }
    lock_give(database, *lock);
    for (int i = 0; i < tries; i++) {
        if (i > 0)
            usleep(LOCK_WAIT_US);
        if (flock(*lock, LOCK_EX | LOCK_NB) == 0)
            return STORE_OK;
    }
    snprintf(text, size, say_own("%s: another coaltallyd runs on this ledger (it holds %s); stop that one first"),
             database, path);
    return STORE_IN_USE;
}

bool store_running(const char *database)
{
    char path[PATH_BYTES + 8];

    lock_path(database, path, sizeof(path));
    int lock = open(path, O_RDONLY | O_CLOEXEC);
    if (lock < 0)
        return false;
    bool running = flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(lock);
    return running;
}
