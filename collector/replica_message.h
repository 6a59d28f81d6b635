/* SPDX-License-Identifier: Apache-2.0 */
/* What a site and its county say to each other, as JSON (replica.h has what it means). From a site:
 *
 *   {"v":1, "message":"opening", "versions":[1,1], "program":"1.4.0", "now_ms":1760000000123,
 *    "database":"<32 hex>", "session":7, "incarnation":"<32 hex>", "head":9}
 *   {"v":1, "message":"batch", ... the same heading ..., and the members of travel_payload.h}
 *
 * and from the county, to each of them:
 *
 *   {"v":1, "message":"answer", ... the heading with "county":"north" ..., "database":"<32 hex>", "session":7,
 *    "live":{"incarnation":"<32 hex>","head":9,"rev":4} or null, "branch":null, "reason":"fits", "why":"",
 *    "standing":"accepted"}
 *
 * "versions" are the oldest and the newest v that the sender reads. In all versions that will ever be, these stay
 * where and what they are: v, versions, program, database, session, and of answers reason and why. So whoever gets
 * a v that it does not know can still tell both sides which program is to be installed where.
 * A member that is not known is passed over.
 *
 * What comes is hostile until it was judged: nothing here trusts a length, a depth, a type or a number, and texts
 * that a person will see come without control characters. */
#ifndef COALTALLY_REPLICA_MESSAGE_H
#define COALTALLY_REPLICA_MESSAGE_H

#include "collector/replica.h"
#include "collector/travel_payload.h"

enum {
    REPLICA_VERSION_LEAST = 1, /* of openings, batches and answers that this program reads */
    REPLICA_VERSION_MOST = TRAVEL_VERSION,
    REPLICA_PROGRAM_BYTES = 32,
    REPLICA_WHY_BYTES = 256,
    REPLICA_VALUES_MAX = 32768,  /* JSON values of one message: a batch of the widest rows has half of it */
    REPLICA_SHORT_BYTES = 16384, /* an opening, an answer */
};

/* Who speaks: the heading. What was not said is 0 and "". */
struct replica_peer {
    int64_t least, most;                 /* versions that it reads */
    char program[REPLICA_PROGRAM_BYTES]; /* its version of coaltally */
    char county[REPLICA_SITE_SIZE];      /* answers: the county's name */
    int64_t now_ms;                      /* its wall clock when it wrote this */
};

/* This program; county NULL on a site. */
struct replica_peer replica_peer_self(const char *county, int64_t now_ms);

enum replica_side { REPLICA_FROM_SITE, REPLICA_FROM_COUNTY };
enum replica_kind {
    REPLICA_UNREAD, /* reason says why not: REPLICA_MALFORMED or REPLICA_VERSION */
    REPLICA_OPENING,
    REPLICA_BATCH,
    REPLICA_ANSWER,
};

struct replica_message {
    enum replica_kind kind;
    int64_t version; /* v; 0: none was found */
    struct replica_peer peer;
    char database[REPLICA_ID_SIZE]; /* "": could not be read */
    int64_t session;                /* -1: could not be read */
    struct replica_opening opening;
    struct travel_batch batch;
    struct replica_answer answer;
    enum replica_reason reason;  /* of what is unread; of an answer: the same as answer.reason */
    char why[REPLICA_WHY_BYTES]; /* a sentence about it: what is wrong here (unread), what the county wrote (answer) */
};

/* Reads what the other side sent; an opening from a county is malformed, as is an answer from a site. The message is
 * to be freed in every case. */
enum replica_kind replica_message_read(const char *bytes, size_t length, enum replica_side from,
                                       struct replica_message *message);
void replica_message_free(struct replica_message *message);

/* Each adds to `out`. why: a sentence for a person, in English; "": none. */
void replica_message_opening(struct text *out, const struct replica_opening *opening, const struct replica_peer *self);
void replica_message_batch(struct text *out, const struct travel_batch *batch, const struct replica_peer *self);
void replica_message_answer(struct text *out, const struct replica_answer *answer, const char *why,
                            const struct replica_peer *self);

/* Why a county refuses, as a sentence with what to do, in the language of this process (say_own): for the site's status
 * and log. of: an answer, or one that is unread. Empty when it is not refused. */
void replica_refusal_say(const struct replica_message *of, struct text *out);

#endif
