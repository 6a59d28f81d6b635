/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/replica_site_parts.h"

enum { ANSWER_MS = 30 * 1000, IDLE_MS = 600 * 1000, MALFORMED_MAX_MS = 3600 * 1000 };

struct replica_site *replica_site_create(const struct replica_ledger *ledger, const char *database,
                                         int64_t first_session)
{
    struct replica_site *site = calloc(1, sizeof(*site));
    if (!site)
        return NULL;
    site->ledger = ledger;
    snprintf(site->database, sizeof(site->database), "%s", database);
    site->first_session = site->session = first_session;
    site->answer_wait_ms = site->malformed_wait_ms = ANSWER_MS;
    return site;
}

void replica_site_free(struct replica_site *site)
{
    free(site);
}

static int64_t doubled(int64_t wait_ms, int64_t most_ms)
{
    return 2 * wait_ms < most_ms ? 2 * wait_ms : most_ms;
}

static void stop(struct replica_site *site, int64_t opens_at_ms)
{
    site->stage = STOPPED;
    site->opens_at_ms = opens_at_ms;
    site->view.unanswered = 0;
}

/* --- the line --- */

void replica_site_connected(struct replica_site *site, int64_t now_ms)
{
    site->view.connected = true;
    site->answer_wait_ms = ANSWER_MS;
    stop(site, now_ms);
}

void replica_site_disconnected(struct replica_site *site)
{
    site->view.connected = site->view.known = false;
    stop(site, INT64_MAX);
    site->stage = AWAY;
}

void replica_site_returned(struct replica_site *site, int64_t opens_at_ms)
{
    if (site->stage == AWAY)
        return;
    site->answer_wait_ms = site->malformed_wait_ms = ANSWER_MS;
    if (opens_at_ms < site->opens_at_ms)
        site->opens_at_ms = opens_at_ms;
}

int64_t replica_site_due(const struct replica_site *site)
{
    return site->stage == AWAY ? INT64_MAX : site->opens_at_ms;
}

void replica_site_view(const struct replica_site *site, struct replica_site_view *view)
{
    *view = site->view;
}

/* --- where to go on from --- */

/* Does the position lie in this ledger's past? *ours is set unless the ledger cannot be read. */
static bool in_past(const struct replica_site *site, const struct replica_position *position, bool *ours)
{
    const struct replica_ledger *ledger = site->ledger;
    char newest[REPLICA_ID_SIZE];
    struct replica_era era;
    int64_t head;
    bool known;

    *ours = false;
    if (replica_position_none(position))
        return true;
    if (!ledger->head(ledger->context, newest, &head) ||
        !ledger->era(ledger->context, position->incarnation, &era, &known))
        return false;
    *ours = known && position->rev >= 0 && position->rev <= position->head &&
            replica_era_reached(&era, head, position->head);
    return true;
}

static void go_on(struct replica_site *site, const struct replica_position *from, bool whole, size_t window)
{
    site->stage = SENDING;
    site->next_from = *from;
    site->next_whole = whole;
    site->window = window;
}

static void confirm(struct replica_site *site, const struct replica_position *position, bool staged)
{
    site->view.confirmed = *position;
    site->view.staged = staged;
}

static void choose(struct replica_site *site, const struct replica_answer *answer, size_t window, int64_t now_ms)
{
    static const struct replica_position none;
    bool live, branch;

    if (!in_past(site, &answer->live, &live) || !in_past(site, &answer->branch, &branch)) {
        stop(site, now_ms + site->answer_wait_ms);
        return;
    }
    confirm(site, live ? &answer->live : branch ? &answer->branch : &none, !live && branch);
    if (live || branch)
        go_on(site, live ? &answer->live : &answer->branch, false, window);
    else if (site->whole_begun)
        stop(site, now_ms + site->answer_wait_ms);
    else
        go_on(site, &answer->live, true, window);
}

/* --- answers --- */

/* The answers to earlier batches may be lost: a later one's position says the same of all before it. */
static void confirm_sent(struct replica_site *site, const struct replica_position *position, bool staged)
{
    size_t taken = site->view.unanswered;
    while (taken && !replica_position_equal(&site->sent[taken - 1], position))
        taken--;
    if (!taken)
        return;
    site->view.unanswered -= taken;
    memmove(site->sent, site->sent + taken, site->view.unanswered * sizeof(*site->sent));
    site->window = 2 * site->window < REPLICA_UNANSWERED_MAX ? 2 * site->window : REPLICA_UNANSWERED_MAX;
    site->malformed_wait_ms = ANSWER_MS;
    site->view.refused = REPLICA_FITS;
    confirm(site, position, staged);
}

static void rewind_to(struct replica_site *site, const struct replica_answer *answer, int64_t now_ms)
{
    if (site->stage != SENDING)
        return;
    site->session++;
    site->view.unanswered = 0;
    choose(site, answer, 1, now_ms);
}

static void accepted(struct replica_site *site, const struct replica_answer *answer, int64_t now_ms)
{
    if (site->stage == OPENED) {
        /* These are said of batches alone. */
        if (site->view.refused != REPLICA_OLD && site->view.refused != REPLICA_MALFORMED &&
            site->view.refused != REPLICA_TOO_MUCH)
            site->view.refused = REPLICA_FITS;
        choose(site, answer, REPLICA_UNANSWERED_MAX, now_ms);
    } else if (site->stage == SENDING) {
        confirm_sent(site, &answer->branch, true);
        confirm_sent(site, &answer->live, false);
    }
}

static void refused(struct replica_site *site, enum replica_reason reason, int64_t now_ms)
{
    int64_t wait_ms = IDLE_MS;
    if (reason == REPLICA_MALFORMED || reason == REPLICA_VERSION) {
        wait_ms = site->malformed_wait_ms;
        site->malformed_wait_ms = doubled(wait_ms, MALFORMED_MAX_MS);
    }
    site->view.refused = reason;
    stop(site, now_ms + wait_ms);
}

void replica_site_answered(struct replica_site *site, const struct replica_answer *answer, int64_t now_ms)
{
    if (site->stage == AWAY || strcmp(answer->database, site->database) != 0)
        return;
    if (replica_site_other(site, answer, now_ms) || site->stage == STOPPED || answer->session != site->session)
        return;
    site->view.known = true;
    site->view.standing = answer->standing;
    site->view.answered_ms = now_ms;
    site->answer_wait_ms = ANSWER_MS;
    if (answer->reason == REPLICA_FITS)
        accepted(site, answer, now_ms);
    else if (answer->reason == REPLICA_ELSEWHERE)
        rewind_to(site, answer, now_ms);
    else
        refused(site, answer->reason, now_ms);
    if (site->stage == SENDING)
        site->opens_at_ms = now_ms + (site->view.unanswered ? ANSWER_MS : IDLE_MS);
}

/* --- messages --- */

static bool opening_next(struct replica_site *site, int64_t now_ms, struct replica_opening *opening)
{
    site->opens_at_ms = now_ms + site->answer_wait_ms;
    site->answer_wait_ms = doubled(site->answer_wait_ms, IDLE_MS);
    site->view.unanswered = 0;
    site->whole_begun = false;
    site->stage = OPENED;
    memcpy(opening->database, site->database, sizeof(site->database));
    opening->session = ++site->session;
    return site->ledger->head(site->ledger->context, opening->incarnation, &opening->head);
}

static bool batch_next(struct replica_site *site, int64_t now_ms, struct replica_batch *batch)
{
    memcpy(batch->database, site->database, sizeof(site->database));
    batch->session = site->session;
    batch->from = site->next_from;
    batch->whole = site->next_whole;
    if (!site->ledger->read(site->ledger->context, batch->whole ? 0 : batch->from.rev, batch)) {
        stop(site, now_ms + ANSWER_MS);
        return false;
    }
    if (!batch->whole && replica_position_equal(&batch->from, &batch->to))
        return false;
    site->whole_begun |= batch->whole;
    if (!site->view.unanswered)
        site->opens_at_ms = now_ms + site->answer_wait_ms;
    site->sent[site->view.unanswered++] = batch->to;
    go_on(site, &batch->to, false, site->window);
    return true;
}

void replica_site_next(struct replica_site *site, int64_t now_ms, struct replica_site_message *message)
{
    memset(message, 0, sizeof(*message));
    if (site->stage == AWAY)
        return;
    if (now_ms >= site->opens_at_ms) {
        if (opening_next(site, now_ms, &message->opening))
            message->kind = REPLICA_SEND_OPENING;
    } else if (site->stage == SENDING && site->view.unanswered < site->window) {
        if (batch_next(site, now_ms, &message->batch))
            message->kind = REPLICA_SEND_BATCH;
    }
}
