/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/replica_message.h"

#include <stdio.h>
#include <string.h>

#include "drivers/language.h"

struct replica_peer replica_peer_self(const char *county, int64_t now_ms)
{
    struct replica_peer self = {.least = REPLICA_VERSION_LEAST, .most = REPLICA_VERSION_MOST, .now_ms = now_ms};
    snprintf(self.program, sizeof self.program, "%s", COALTALLY_VERSION);
    snprintf(self.county, sizeof self.county, "%s", county ? county : "");
    return self;
}

static void heading_add(struct text *out, const char *message, const struct replica_peer *self)
{
    text_add(out, "{");
    text_member_int(out, "v", TRAVEL_VERSION);
    text_member(out, "message", message);
    text_key(out, "versions");
    text_format(out, "[%lld,%lld]", (long long)self->least, (long long)self->most);
    text_member(out, "program", self->program);
    if (*self->county)
        text_member(out, "county", self->county);
    text_member_int(out, "now_ms", self->now_ms);
}

void replica_message_opening(struct text *out, const struct replica_opening *opening, const struct replica_peer *self)
{
    heading_add(out, "opening", self);
    text_member(out, "database", opening->database);
    text_member_int(out, "session", opening->session);
    text_member(out, "incarnation", opening->incarnation);
    text_member_int(out, "head", opening->head);
    text_add(out, "}");
}

void replica_message_batch(struct text *out, const struct travel_batch *batch, const struct replica_peer *self)
{
    heading_add(out, "batch", self);
    travel_payload_members(batch, out);
    text_add(out, "}");
}

void replica_message_answer(struct text *out, const struct replica_answer *answer, const char *why,
                            const struct replica_peer *self)
{
    heading_add(out, "answer", self);
    text_member(out, "database", answer->database);
    text_member_int(out, "session", answer->session);
    travel_position_add(out, "live", &answer->live);
    travel_position_add(out, "branch", &answer->branch);
    text_member(out, "reason", replica_reason_name(answer->reason));
    text_member(out, "why", why ? why : "");
    text_member(out, "standing", replica_standing_name(answer->standing));
    text_add(out, "}");
}

/* --- what a refusal means --- */

/* The county names what it reads; what this program writes is known here. */
static void version_say(const struct replica_peer *county, struct text *out)
{
    if (county->most > REPLICA_VERSION_MOST || county->least > REPLICA_VERSION_MOST)
        text_format(out,
                    say_own("the county reads versions %lld to %lld of messages (coaltally %s), and this coaltally %s "
                            "writes %d: install coaltally %s or a later one here"),
                    (long long)county->least, (long long)county->most, county->program, COALTALLY_VERSION,
                    REPLICA_VERSION_MOST, county->program);
    else
        text_format(out,
                    say_own("the county reads versions %lld to %lld of messages (coaltally %s), and this coaltally %s "
                            "writes %d: install coaltally %s or a later one at the county"),
                    (long long)county->least, (long long)county->most, county->program, COALTALLY_VERSION,
                    REPLICA_VERSION_MOST, COALTALLY_VERSION);
}

static const char *meaning(enum replica_reason reason)
{
    static const char *const sentence[] = {
        [REPLICA_ELSEWHERE] = N_("the county stands elsewhere: the ledger goes on from there"),
        [REPLICA_OLD] = N_("the county's copy of this database has long passed this state: an old copy of the "
                           "database runs here, or another one runs elsewhere; let only the newest one run"),
        [REPLICA_RETIRED] = N_("another database was accepted in this one's place at the county: run that one, or take "
                               "the decision back there with coaltally site reject"),
        [REPLICA_TOO_MANY] = N_("too many databases of this site wait at the county already: decide there with "
                                "coaltally site accept or reject"),
        [REPLICA_TOO_MUCH] = N_("the county keeps no more rows of this site that wait or cannot be counted: coaltally "
                                "site there tells why they do not count"),
        [REPLICA_OTHER_SITE] = N_("this database is known at the county under another site's name: check site: here, "
                                  "and that no copied database runs"),
        [REPLICA_MALFORMED] = N_("the county cannot read what this site sends"),
        [REPLICA_UNKNOWN] = N_("the county's roster gives this site no mine: check the site's name here, and site: of "
                               "its mines in the roster there"),
    };
    return (size_t)reason < sizeof sentence / sizeof *sentence ? sentence[reason] : NULL;
}

void replica_refusal_say(const struct replica_message *of, struct text *out)
{
    if (of->kind == REPLICA_UNREAD) {
        text_add(out, of->why);
    } else if (of->reason == REPLICA_VERSION && of->peer.most) {
        version_say(&of->peer, out);
    } else if (meaning(of->reason)) {
        text_add(out, say_own(meaning(of->reason)));
        if (of->reason == REPLICA_MALFORMED && *of->why)
            text_format(out, ": %s", of->why);
    } else {
        text_add(out, of->why);
    }
}
