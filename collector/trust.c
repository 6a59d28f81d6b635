/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/trust.h"

enum { AHEAD_DAYS = 400 };

enum trust trust_judge(const struct trust_input *input)
{
    const int64_t ahead_ms = (int64_t)AHEAD_DAYS * 86400 * 1000;

    if (!input->synchronised && input->running_ms < input->wait_ms)
        return TRUST_WAITING;
    if (input->last_commit_ms && input->wall_ms < input->last_commit_ms)
        return TRUST_BEHIND;
    /* A ledger put away for two years is no reason to doubt a synchronised clock. */
    if (!input->synchronised && input->last_commit_ms && input->wall_ms - input->last_commit_ms > ahead_ms)
        return TRUST_AHEAD;
    return input->synchronised ? TRUST_SYNCHRONISED : TRUST_UNSYNCHRONISED;
}

bool trust_posts(enum trust trust)
{
    return trust == TRUST_SYNCHRONISED || trust == TRUST_UNSYNCHRONISED;
}

const char *trust_text(enum trust trust)
{
    switch (trust) {
    case TRUST_WAITING:
        return "clock not synchronised yet: readings go out, nothing is posted until it is or clock.wait has passed";
    case TRUST_UNSYNCHRONISED:
        return "clock not synchronised: it is taken as it is; set up NTP";
    case TRUST_BEHIND:
        return "clock earlier than the last commit: nothing is posted until it has passed it; check the clock";
    case TRUST_AHEAD:
        return "clock over 400 days later than the last commit and not synchronised: nothing is posted; set the clock";
    case TRUST_SYNCHRONISED:
        break;
    }
    return "";
}
