/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/db_parts.h"
#include "drivers/language.h"

enum db_fault db_fault(const struct db *db)
{
    return db->fault;
}

const char *db_error(const struct db *db)
{
    return db->error;
}

/* Damage is not forgotten: what is damaged is not written to again. */
void db_clear(struct db *db)
{
    if (!db->handle || db->fault == DB_CORRUPT)
        return;
    db->fault = DB_OK;
    db->error[0] = '\0';
}

void db_fail(struct db *db, enum db_fault fault, const char *format, ...)
{
    va_list arguments;

    if (db->fault != DB_OK)
        return;
    db->fault = fault;
    int length = snprintf(db->error, sizeof(db->error), "%s: ", db->path);
    if (length < 0 || (size_t)length >= sizeof(db->error))
        return;
    va_start(arguments, format);
    vsnprintf(db->error + length, sizeof(db->error) - (size_t)length, say_own(format), arguments);
    va_end(arguments);
}

const char *db_message_say(const char *message)
{
    static const char *const known[] = {
        N_("file is not a database"),   N_("database disk image is malformed"),
        N_("database is locked"),       N_("attempt to write a readonly database"),
        N_("database or disk is full"), N_("unable to open database file"),
        N_("disk I/O error"),           N_("out of memory"),
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], message) == 0)
            return say_own(known[i]);
    return message;
}
