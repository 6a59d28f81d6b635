/* SPDX-License-Identifier: Apache-2.0 */
/* The site's side: what to send next, by what the county answered. It does nothing itself: the caller reads its
 * clock, asks replica_site_next for messages until there is none, sends them, and hands in the answers.
 *
 * The site keeps nothing but its rows, so an outage of a month costs no memory and no disk beyond the ledger; and
 * what the county holds is not remembered but asked. Rules, with what happens without them:
 *
 * - It opens at each connection, after 30 s without an answer (then 60 s, ... 10 min), and every 10 min when idle.
 *   The last: a county restored from its backup while the site is quiet would stay behind, and neither knew.
 * - Each opening and each rewind has a session number of its own, and answers of another are ignored. Without it
 *   each late refusal begins the sending anew, and its batches are refused in turn: thousands for hundreds. The
 *   first number is random, so that an answer retained at the broker since the last run fits none.
 * - It goes on from the county's live position if that lies in the past of this very ledger: the incarnation is
 *   one of its own, and it had reached the head before its next incarnation. Else from the branch, by the same
 *   test. Else it sends the whole ledger. "All rows above the county's rev" is not enough: a row at rev 2 may have
 *   moved to 5, the batch up to 3 gone out without it, and a restore put it back to 2: it would never be sent.
 * - A batch is one read: its rows, the head and the chain's head are of one moment.
 * - At most 8 batches are unanswered; after a rewind one, and twice as many with each that is taken: what follows
 *   a batch that does not fit is refused with it.
 * - Refused for its place: go on from where the county says it stands. At most one whole ledger an opening, so that
 *   two copies of one database cannot begin it in turn at the line's speed.
 * - Refused for what it is (old, retired, one or rows too many, another site's, of no site that the county knows):
 * nothing until the next opening, in 10 min. Malformed, or a version that the county does not read: the same after 30
 * s, doubling to an hour, with an alarm.
 * - When the county's daemon comes back it opens soon: all that it waits for may be over.
 * - An answer to what this run did not send - another session, or nothing of that kind is unanswered, and it is no
 *   repeat - is one to a copy of this database, or to a forged message. It stops nothing; where it shows the
 *   county at a position to which we did not send it, the site opens at once, for that at most once a minute.
 */
#ifndef COALTALLY_REPLICA_SITE_H
#define COALTALLY_REPLICA_SITE_H

#include "collector/replica.h"

/* The site's ledger. Each function is one short read of committed rows; false: it failed (logged by whoever
 * provides it), and the protocol tries again after a while. */
struct replica_ledger {
    void *context;
    /* The newest incarnation, which is this daemon's own, and the newest rev. */
    bool (*head)(void *context, char incarnation[REPLICA_ID_SIZE], int64_t *head);
    /* Of any incarnation; known false: this ledger never had it. */
    bool (*era)(void *context, const char *incarnation, struct replica_era *era, bool *known);
    /* Fills to, chain, count and row with the rows above from_rev: as many as a batch may have, at least one, then
     * to.rev is the last one's; or all there are, then to.rev is the head. The rows stay until the next read. */
    bool (*read)(void *context, int64_t from_rev, struct replica_batch *batch);
};

enum replica_site_kind { REPLICA_SEND_NOTHING, REPLICA_SEND_OPENING, REPLICA_SEND_BATCH };

struct replica_site_message {
    enum replica_site_kind kind;
    struct replica_opening opening;
    struct replica_batch batch;
};

/* For status and alarms. */
struct replica_site_view {
    bool connected;
    bool known;                        /* an answer came since the connection */
    struct replica_position confirmed; /* what the county last said it holds of this ledger; none: nothing */
    bool staged;                       /* and that is a branch, not counted yet */
    enum replica_standing standing;
    enum replica_reason refused; /* the last refusal that stopped it; REPLICA_FITS: none since */
    size_t unanswered;
    int64_t answered_ms; /* 0: never */
    uint64_t others;     /* answers to what this run did not send */
};

struct replica_site;

/* The ledger must outlive it. first_session: random, below 2^62. NULL: no memory. */
struct replica_site *replica_site_create(const struct replica_ledger *ledger, const char *database,
                                         int64_t first_session);
void replica_site_free(struct replica_site *site);

/* Times are monotonic, in ms. */
void replica_site_connected(struct replica_site *site, int64_t now_ms);
void replica_site_disconnected(struct replica_site *site);
void replica_site_answered(struct replica_site *site, const struct replica_answer *answer, int64_t now_ms);

/* The county was away, and is there again: it opens then at the latest. */
void replica_site_returned(struct replica_site *site, int64_t opens_at_ms);

/* What to send now: to be called after each event, after each commit of the ledger, and at replica_site_due, until
 * it says nothing. A message that could not be sent counts as lost: nothing need be said. */
void replica_site_next(struct replica_site *site, int64_t now_ms, struct replica_site_message *message);
/* When it wants to open again; INT64_MAX: not before it is connected. */
int64_t replica_site_due(const struct replica_site *site);
void replica_site_view(const struct replica_site *site, struct replica_site_view *view);

#endif
