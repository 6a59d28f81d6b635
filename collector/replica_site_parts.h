/* SPDX-License-Identifier: Apache-2.0 */
/* What the files replica_site*.c share; nobody else includes it. */
#ifndef COALTALLY_REPLICA_SITE_PARTS_H
#define COALTALLY_REPLICA_SITE_PARTS_H

#include "collector/replica_site.h"

enum stage {
    AWAY,    /* not connected */
    OPENED,  /* the opening's answer says where to go on from */
    SENDING, /* next_from is known */
    STOPPED, /* until the next opening */
};

struct replica_site {
    const struct replica_ledger *ledger;
    char database[REPLICA_ID_SIZE];
    int64_t first_session, session; /* all between are this run's own */
    enum stage stage;
    int64_t opens_at_ms;       /* unless an answer comes before */
    int64_t answer_wait_ms;    /* for the next opening's or batch's answer */
    int64_t malformed_wait_ms; /* after the next such refusal */
    int64_t anew_at_ms;        /* it opens for what others did no earlier */
    struct replica_position next_from;
    bool next_whole;
    bool whole_begun; /* since the last opening */
    struct replica_position sent[REPLICA_UNANSWERED_MAX];
    size_t window;
    struct replica_site_view view;
};

/* --- replica_site_others.c --- */

/* Whether an answer about this database is one to a message that this run did not send; then it opens anew where that
 * moved the county. */
bool replica_site_other(struct replica_site *site, const struct replica_answer *answer, int64_t now_ms);

#endif
