/* SPDX-License-Identifier: Apache-2.0 */
/* An act: what a person does to the ledger, who says so, and why. A command writes
 * it into a file of the spool (spool.h, act_submit.h); whoever holds the ledger's
 * lock applies it (acts.h): the daemon, or with the daemon stopped the command.
 *
 * To add a verb that acts:
 *   1. collector/act_<verb>.c with `bool act_<verb>(struct act_context *, const struct act *)`,
 *      and its line X(<verb>) in ACTS below;
 *   2. collector/cmd_<verb>.c, which judges what it can early, fills in arguments and
 *      calls act_submit, and its line in coaltally.c;
 *   3. where a running daemon must know of it, a line in committer_applied (committer.c). */
#ifndef COALTALLY_ACT_H
#define COALTALLY_ACT_H

#include "collector/clock.h"
#include "collector/digest.h"
#include "collector/period.h"
#include "collector/store.h"
#include "collector/store_roster.h"
#include "collector/text.h"
#include "collector/words.h"

enum {
    ACT_UID_BYTES = 33, /* 128 random bits in hex */
    ACT_NAME_BYTES = 32,
    ACT_PERSON_BYTES = 128,
    ACT_ARGUMENTS_MAX = 32,
    ACT_VALUE_BYTES_MAX = 8 << 20 /* of one value; an import's file is one */
};

struct act_argument {
    const char *name;  /* [a-z][a-z0-9-]*, shorter than ACT_NAME_BYTES: "mine"; as the option is called */
    const char *value; /* UTF-8 without control characters but newline and tab */
};

struct act {
    char uid[ACT_UID_BYTES];
    char verb[ACT_NAME_BYTES];
    char by[ACT_PERSON_BYTES];      /* as given with --by; not empty */
    char os_user[ACT_PERSON_BYTES]; /* the owner of the file, by the system's word */
    int64_t at_ms;                  /* wall time of the command */
    enum language language;         /* of the answer */
    size_t arguments;               /* sorted by name; no name twice */
    struct act_argument argument[ACT_ARGUMENTS_MAX];
    bool overfull; /* more arguments than there is room for */
    void *memory;  /* what an act that was parsed holds: act_free */
};

/* The value of an argument; NULL when it was not given. */
const char *act_value(const struct act *act, const char *name);

/* Adds an argument to an act in the making; the texts stay the caller's. A NULL value
 * adds nothing. Too many are told by act_judge. */
void act_add(struct act *act, const char *name, const char *value);

/* Whether this is an act that somebody may have meant: names, lengths, characters.
 * False with what was found and expected in `text`. */
bool act_judge(const struct act *act, char *text, size_t size);

/* The file of the spool: JSON {uid, verb, by, at_ms, language, arguments: {name: text}}. */
void act_format(const struct act *act, struct text *out);
/* Reads it back. What comes from outside may be anything: false with the reason in
 * `text`. Freed with act_free either way. os_user is left empty. */
bool act_parse(const char *bytes, size_t length, struct act *act, char *text, size_t size);
void act_free(struct act *act);
/* The arguments alone, from table act, for whoever makes typed rows again. Likewise freed. */
bool act_parse_arguments(const char *json, struct act *act, char *text, size_t size);

/* The arguments as the ledger keeps them: a JSON object, names in order, no blanks. */
void act_arguments(const struct act *act, struct text *out);

/* What became of an act. */
enum act_outcome { ACT_DONE = 1, ACT_REFUSED = 2 };

/* A row of table act but for its rev and the journal's id, as it is hashed. */
struct act_row {
    int64_t id, at_ms, applied_ms, outcome;
    const char *uid, *verb, *arguments, *actor, *os_user, *answer;
};
/* SHA-256 of the row; the text of the act's journal row ends with "SHA-256 " and this. False
 * when out of memory. */
#define ACT_DIGEST_WORD "SHA-256 "
bool act_digest(const struct act_row *row, char hex[static DIGEST_HEX_BYTES]);

/* --- what a verb gets --- */

struct act_context {
    struct db *db;                       /* inside the act's transaction; what a refusal wrote is taken back */
    struct store *store;                 /* of that transaction: act_rev, act_journal; store_parts.h tells more */
    const struct roster *roster;         /* of that transaction: mines, meters, calendars of the ledger */
    const struct config *config;         /* NULL: it could not be read */
    const char *database;                /* the ledger's path: beside it lies the act's file (spool_file.h) */
    void (*progress)(int done, int all); /* NULL: nobody looks */
    int64_t now_ms;                      /* wall; typed rows use it for "now" */
    int64_t act;                         /* id of the act's row, for the typed rows */
    enum language language;
    bool daemon; /* a daemon runs, and will be told once the act is committed */
    bool doubt;  /* and does not believe the clock */
    /* For the verb to fill in: */
    struct text answer;           /* act_done, act_refuse */
    struct journal_entry journal; /* of the act's own row: amount, from_ms ...; kind, text and time are set */
    int64_t mine, meter;          /* ids, for that row; 0: none */
    struct period days;           /* whose figures it may have changed: all, unless the verb knows better */
};

/* A verb validates everything again, writes its typed rows, answers with act_done or
 * act_refuse and returns what they do. A fault of the db is judged by the caller: the
 * act is then tried again, unless a row was refused (DB_CONSTRAINT), which refuses it. */
typedef bool act_handler(struct act_context *context, const struct act *act);

/* The registry: X(name) is act_<name> of act_<name>.c. */
/* clang-format off */
#define ACTS(X) \
    X(alarms) \
    X(site) \
    X(fault) \
    X(calibration) \
    X(close) \
    X(calendar) \
    X(enter) \
    X(coefficient) \
    X(adjust) \
    X(stocktake) \
    X(resolve) \
    X(replace) \
    X(hold) \
    X(release) \
    X(ingest)
/* clang-format on */

#define X(name) act_handler act_##name;
ACTS(X)
#undef X

/* The answer, its format translated into the language of who asked. True, false. */
bool act_done(struct act_context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool act_refuse(struct act_context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Index in the roster of the mine, the meter that an argument names; sets context->mine,
 * context->meter. -1 after refusing: not given, not known (with the nearest name), or a site's, whose ledger this
 * one, a county's, only holds. */
int act_mine(struct act_context *context, const struct act *act, const char *name);
int act_meter(struct act_context *context, const struct act *act, const char *name);
/* The same of any mine, for what a county may say of one. */
int act_mine_any(struct act_context *context, const struct act *act, const char *name);

/* --- act_foreign.c: what is a site's is acted on at the site --- */

/* Refuses it, of database `number`; false. `what`: a mine, a meter. */
bool act_refuse_site(struct act_context *context, const char *what, const char *name, int64_t number);
/* In whose ledgers a row has that number: "north, east". `sql` tells by the row's id here whether it is there. False:
 * in none. */
bool act_sites_of(struct act_context *context, const char *sql, int64_t local, char *text, size_t size);

/* What the act changed lies within this stretch: closed periods that it does not touch are not looked at. */
void act_reach(struct act_context *context, struct calendar_span span);

/* A rev for one row that is written. */
int64_t act_rev(struct act_context *context);

/* One more row of the journal in this transaction, mine and meter by their ids (0: none; the
 * indexes of the entry are not read). Returns its id. */
int64_t act_journal(struct act_context *context, const struct journal_entry *entry, int64_t mine, int64_t meter);

#endif
