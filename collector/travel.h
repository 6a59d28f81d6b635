/* SPDX-License-Identifier: Apache-2.0 */
/* What of a ledger travels from a site to its county: one table of tables and columns,
 * and the reading of rows in the order of their revs.
 *
 * A county keeps the rows of each database that it holds in its own tables. The database
 * has a number there, from 1; 0 is what is the county's own. Ids and revs that the site
 * gave become `local | number << TRAVEL_BITS`, so those of two sites never meet, a range
 * of revs is all of one database, and what is local is had back by a mask. Mines alone
 * are the county's own, by their name (table replica_mine). */
#ifndef COALTALLY_TRAVEL_H
#define COALTALLY_TRAVEL_H

#include "collector/db.h"
#include "collector/list.h"
#include "collector/replica.h"

enum {
    TRAVEL_BITS = 40,
    TRAVEL_NUMBER_MAX = (1 << 22) - 1, /* of databases: ids stay below 2^62 */
    TRAVEL_COLUMNS_MAX = 24,
    TRAVEL_ROWS_MAX = REPLICA_ROWS_MAX,
    TRAVEL_BYTES_MAX = REPLICA_BYTES_MAX, /* of the rows of a batch, written; a longer row travels alone */
    TRAVEL_UID_BYTES = REPLICA_ID_SIZE,   /* 128 random bits in hex: of a database, of an incarnation */
    TRAVEL_CHAIN_BYTES = REPLICA_CHAIN_SIZE,
    TRAVEL_NAME_BYTES = 64
};
#define TRAVEL_LOCAL_MAX ((INT64_C(1) << TRAVEL_BITS) - 1)
/* The same within SQL: `id < TRAVEL_FOREIGN` are the ledger's own rows. */
#define TRAVEL_FOREIGN "1099511627776"

static inline int64_t travel_id(int64_t number, int64_t local)
{
    return local | number << TRAVEL_BITS;
}
static inline int64_t travel_local(int64_t id)
{
    return id & TRAVEL_LOCAL_MAX;
}
static inline int64_t travel_number(int64_t id)
{
    return id >> TRAVEL_BITS;
}

enum travel_kind {
    TRAVEL_COUNT,  /* any integer */
    TRAVEL_AMOUNT, /* thousandths of a unit */
    TRAVEL_TIME,   /* ms since 1970 UTC, of something that has been measured */
    TRAVEL_DAY,
    TRAVEL_TEXT,
    TRAVEL_ID,  /* of a row of table `of` of the same database; 0: none, where that is no null */
    TRAVEL_MINE /* of a mine */
};

struct travel_column {
    const char *name;
    enum travel_kind kind;
    bool key, null; /* belongs to the table's key; may be null */
    const char *of; /* the table whose id it is; "": none */
};

/* X(table, columns), in the order in which a row is best written: what is referred to first. */
#define TRAVEL_TABLES(X)                                                                                               \
    X(incarnation)                                                                                                     \
    X(mine)                                                                                                            \
    X(definition)                                                                                                      \
    X(meter)                                                                                                           \
    X(calendar)                                                                                                        \
    X(journal)                                                                                                         \
    X(act)                                                                                                             \
    X(coefficient)                                                                                                     \
    X(segment)                                                                                                         \
    X(tally)                                                                                                           \
    X(gap)                                                                                                             \
    X(adjustment)                                                                                                      \
    X(entry)                                                                                                           \
    X(posting)                                                                                                         \
    X(hold)                                                                                                            \
    X(replacement)                                                                                                     \
    X(swap)                                                                                                            \
    X(resolution)                                                                                                      \
    X(version)                                                                                                         \
    X(acknowledgement)                                                                                                 \
    X(incident)

enum travel_name {
#define X(table) TRAVEL_##table,
    TRAVEL_TABLES(X)
#undef X
        TRAVEL_TABLE_COUNT
};

struct travel_table {
    const char *name;
    int columns;
    const struct travel_column *column;
    /* Statements, each with rev and then the columns in their order:
     * range: revs in (?, ?], in their order; copies: the same where they are another database's; find, remove: by the
     * key, in the order of its columns; strays: of all rows those whose ids are not all of the database that their rev
     * is of. */
    const char *range, *copies, *find, *insert, *remove, *strays;
};
extern const struct travel_table travel_tables[TRAVEL_TABLE_COUNT];

/* Its index; -1: no such table travels. */
int travel_find(const char *table);
/* Its column's index; -1: none. */
int travel_column(const struct travel_table *table, const char *column);

struct travel_value {
    bool null;
    int64_t number;
    const char *text; /* NULL: a number, or null */
};

/* Ids and rev local. */
struct travel_row {
    enum travel_name table;
    int64_t rev;
    struct travel_value value[TRAVEL_COLUMNS_MAX];
};

struct travel_mine {
    int64_t local;
    char name[TRAVEL_NAME_BYTES];
};

struct json;

struct travel_batch {
    char database[TRAVEL_UID_BYTES];
    int64_t session;
    struct replica_position from, to;
    bool whole;
    char chain[TRAVEL_CHAIN_BYTES]; /* "": an empty journal */
    struct list mines;              /* struct travel_mine: those that the rows name */
    struct list rows;               /* struct travel_row */
    struct list texts;              /* char *: what the rows hold; or else it is in: */
    struct json *json;
};

void travel_batch_begin(struct travel_batch *batch); /* empty */
void travel_batch_free(struct travel_batch *batch);
#define travel_row_at(batch, index) (&((const struct travel_row *)(batch)->rows.at)[index])

/* The batch as the protocol sees it: rows in the order of their revs, each row's payload a struct travel_row. All
 * of it lies in `batch` and `row`. */
void travel_batch_rows(const struct travel_batch *batch, struct replica_row row[static TRAVEL_ROWS_MAX],
                       struct replica_batch *out);
/* The heading that the protocol gave it. */
void travel_batch_head(struct travel_batch *batch, const struct replica_batch *head);

/* Where the ledger of this file itself stands: its database, newest incarnation, head (rev = head), chain. */
bool travel_stand(struct db *db, char database[static TRAVEL_UID_BYTES], struct replica_position *stand,
                  char chain[static TRAVEL_CHAIN_BYTES]);

/* The next rows of database `number` (0: the ledger's own) with local revs in (from, to], at most a batch;
 * rows, mines and to.rev (up to which there are no others) are set, nothing else. Within one read
 * transaction of the caller's, so that a row is read as it stood at the head. False with db_fault set. */
bool travel_read(struct db *db, int64_t number, int64_t from, int64_t to, struct travel_batch *batch);

/* Binds it as the next parameter of a statement of travel_tables. */
void travel_bind(struct db_query *query, const struct travel_value *value);

#endif
