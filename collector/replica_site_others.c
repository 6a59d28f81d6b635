/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to what others send under this site's name: a copy of its database, or a forger. */
#include "collector/replica_site_parts.h"

enum { ANEW_MS = 60 * 1000 };

/* What was answered is not answered again, and only a whole ledger is old. */
static bool is_of_ours(const struct replica_site *site, const struct replica_answer *answer)
{
    if (site->stage != SENDING)
        return true;
    return site->view.unanswered && (answer->reason != REPLICA_OLD || site->whole_begun);
}

static bool is_of_this_run(const struct replica_site *site, const struct replica_answer *answer)
{
    return answer->session > site->first_session && answer->session <= site->session;
}

/* Does the county stand where we sent it? One that says no position says nothing of that. */
static bool stands_as_sent(const struct replica_site *site, const struct replica_answer *answer)
{
    const struct replica_position *at = site->view.staged ? &answer->branch : &answer->live;
    bool sent = replica_position_none(at) || replica_position_equal(at, &site->view.confirmed);
    for (size_t i = 0; !sent && i < site->view.unanswered; i++)
        sent = replica_position_equal(at, &site->sent[i]);
    return sent;
}

/* One of our messages may come to the county twice, and be answered twice, the second time by a county that was put
 * back meanwhile. */
static bool may_repeat(const struct replica_site *site, const struct replica_answer *answer)
{
    return answer->session == site->session && (answer->reason == REPLICA_FITS || answer->reason == REPLICA_ELSEWHERE);
}

/* Until an answer came to us, it may be one to an earlier run. */
static void other_answered(struct replica_site *site, const struct replica_answer *answer, int64_t now_ms)
{
    const int64_t at_ms = now_ms > site->anew_at_ms ? now_ms : site->anew_at_ms;
    if (!site->view.known)
        return;
    site->view.others += !may_repeat(site, answer);
    if (site->stage != SENDING || stands_as_sent(site, answer) || at_ms >= site->opens_at_ms)
        return;
    site->opens_at_ms = at_ms;
    site->anew_at_ms = at_ms + ANEW_MS;
}

bool replica_site_other(struct replica_site *site, const struct replica_answer *answer, int64_t now_ms)
{
    const bool of_ours = is_of_this_run(site, answer) && (answer->session != site->session || is_of_ours(site, answer));
    if (!of_ours)
        other_answered(site, answer, now_ms);
    return !of_ours;
}
