/* SPDX-License-Identifier: Apache-2.0 */
/* How a ledger travels from a site to the county: what the messages are, and what a position is.
 *
 * Rows travel state by state. A row carries its absolute amount, so a repeat changes nothing; a batch fits
 * only the very position that it was read for, so that what a broker loses, repeats, delays or reorders can
 * never make a copy that is neither the one state nor the other. replica_site.h has the site's rules,
 * replica_county.h the county's; each rule stands there with the schedule of events that breaks without it.
 *
 * The ledger's part of the bargain, on which all of it rests:
 * - Each replicated row that changes takes a rev of its own, from one counter, inside the write transaction.
 *   Two rows never have one rev, and no row is deleted: an amount becomes 0.
 * - Each opening of a database for writing adds a row to incarnation, with its own rev (that is its first_rev),
 *   before anything is sent. So no ledger is empty: one that was restored to nothing, or is new, has something
 *   to send, and the county does not go on counting what was before it.
 * - An incarnation is 128 random bits, never a number that counts: a restored backup would count to the same
 *   number again, and rows of two different pasts would pass for one.
 * - A restored ledger keeps its database's id: under a new one the county would take it for another ledger,
 *   and once a person accepted it all coal would count twice.
 * Unsupported: a snapshot of a virtual machine put back under a running daemon. It is the one way to have two
 * states of one incarnation at one head. Stop, restore, start. */
#ifndef COALTALLY_REPLICA_H
#define COALTALLY_REPLICA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REPLICA_ID_SIZE = 33,       /* of a database, of an incarnation: 32 hexadecimal digits */
    REPLICA_CHAIN_SIZE = 65,    /* SHA-256, 64 hexadecimal digits */
    REPLICA_SITE_SIZE = 64,     /* a site's name */
    REPLICA_ROWS_MAX = 500,     /* rows of a batch */
    REPLICA_BYTES_MAX = 65536,  /* a batch as payload */
    REPLICA_UNANSWERED_MAX = 8, /* batches on their way */
    REPLICA_WAITING_MAX = 4,    /* databases of a site that wait to be accepted */
    /* Rows of a site beside those that count. A tally for each hour and meter: a hundred meters write a million rows a
     * year, so ten years of the largest site, sent whole while it is restored, are half of it; on disk some 4 GB. */
    REPLICA_BESIDE_MAX = 20 * 1000 * 1000,
};

/* All rows up to rev, as they stood when that incarnation's newest rev was head; whoever stands there may hold,
 * besides, older versions of rows that have a rev in (rev, head] now. incarnation "": none, nothing is held.
 * The head belongs to it: a row that changed after the batch was read is missing in it, and the same revs read
 * at another head are other rows. */
struct replica_position {
    char incarnation[REPLICA_ID_SIZE];
    int64_t head; /* >= 1 */
    int64_t rev;  /* 0..head */
};

/* Nothing is held. */
bool replica_position_none(const struct replica_position *position);
bool replica_position_equal(const struct replica_position *a, const struct replica_position *b);
/* Is all of it here that there was at its head? */
bool replica_position_whole(const struct replica_position *position);

/* The revs that an incarnation wrote, as a ledger's rows have it. */
struct replica_era {
    int64_t first_rev; /* its own row's */
    int64_t next_rev;  /* first_rev of the incarnation after it; 0: it is the newest */
};

/* Had the incarnation of this era reached the head before the next one began? newest_rev: up to where the ledger
 * is known, for the newest. Only the head is looked at: a position's rev is below its incarnation's first_rev
 * when a daemon restarts in the midst of sending, and asking for that too would send the whole ledger at every
 * opening, for ever. */
bool replica_era_reached(const struct replica_era *era, int64_t newest_rev, int64_t head);

/* A row as both sides' storage knows it: the protocol looks at the rev alone. */
struct replica_row {
    const void *key; /* table and key; equal bytes: the same row */
    size_t key_size;
    int64_t rev;
    const void *payload;
    size_t payload_size;
};

/* --- from the site --- */

struct replica_opening {
    char database[REPLICA_ID_SIZE];
    int64_t session;
    char incarnation[REPLICA_ID_SIZE];
    int64_t head;
};

struct replica_batch {
    char database[REPLICA_ID_SIZE];
    int64_t session;
    struct replica_position from; /* what the county must stand at: the last batch's to, or as it answered */
    struct replica_position to;   /* what it stands at after it: own incarnation, own head at the read */
    char chain[REPLICA_CHAIN_SIZE];
    bool whole; /* rows from rev 0 on, not from from.rev: the first batch of a branch */
    size_t count;
    const struct replica_row *row; /* every row that has a rev in (from.rev, to.rev] now, ascending */
};

/* Does it say what a site can say? Without a look at any state: revs in their range and ascending, heads that
 * do not go back, at most REPLICA_ROWS_MAX rows, a whole ledger with a row. why: a sentence when it does not. */
bool replica_batch_sound(const struct replica_batch *batch, const char **why);

/* --- from the county --- */

enum replica_reason {
    REPLICA_FITS,       /* not refused */
    REPLICA_ELSEWHERE,  /* it continues a position at which the county does not stand: go on from live or branch */
    REPLICA_OLD,        /* a whole ledger that the county's own has long passed */
    REPLICA_RETIRED,    /* another database was accepted in this one's place */
    REPLICA_TOO_MANY,   /* REPLICA_WAITING_MAX databases of this name wait already */
    REPLICA_OTHER_SITE, /* the database is another site's */
    REPLICA_MALFORMED,  /* not a batch at all, or one that contradicts itself */
    REPLICA_VERSION,    /* of the payload: this county does not read it */
    REPLICA_UNKNOWN,    /* the county's roster gives the site no mine */
    REPLICA_TOO_MUCH,   /* rows of the site lie beside those that count, more than REPLICA_BESIDE_MAX */
};

enum replica_standing {
    REPLICA_ACCEPTED, /* live is counted */
    REPLICA_WAITING,  /* received in full, not counted: a person has to accept it */
    REPLICA_REPLACED, /* retired: live is counted, and nothing is added to it */
};

/* To every message, of the state after it was committed. */
struct replica_answer {
    char database[REPLICA_ID_SIZE];
    int64_t session; /* of the message */
    struct replica_position live, branch;
    enum replica_reason reason;
    enum replica_standing standing;
};

/* "elsewhere", "old", ...: as payloads have them; NULL beyond the last. */
const char *replica_reason_name(enum replica_reason reason);
const char *replica_standing_name(enum replica_standing standing);

#endif
