/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes for what a site or a county says: no crash, what is refused is so with a sentence, what is taken is the
 * same when it is written again, and no text of it moves a terminal. */
#include <string.h>

#include "collector/replica_message.h"
#include "tests/fuzz/fuzz.h"

static void must_be_plain(const char *words, size_t size)
{
    MUST(strlen(words) < size && text_valid(words));
    for (; *words; words++)
        MUST((unsigned char)*words >= ' ' && *words != 0x7f);
}

static void must_come_back(const struct replica_message *message, enum replica_side from)
{
    struct replica_message again;
    struct text out = {0};
    if (message->kind == REPLICA_OPENING)
        replica_message_opening(&out, &message->opening, &message->peer);
    else if (message->kind == REPLICA_BATCH)
        replica_message_batch(&out, &message->batch, &message->peer);
    else
        replica_message_answer(&out, &message->answer, message->why, &message->peer);
    MUST(replica_message_read(out.at, out.length, from, &again) == message->kind);
    MUST(strcmp(again.database, message->database) == 0 && again.session == message->session);
    MUST(strcmp(again.opening.incarnation, message->opening.incarnation) == 0);
    MUST(again.opening.head == message->opening.head);
    MUST(replica_position_equal(&again.answer.live, &message->answer.live));
    MUST(replica_position_equal(&again.answer.branch, &message->answer.branch));
    MUST(again.answer.reason == message->answer.reason && again.answer.standing == message->answer.standing);
    MUST(strcmp(again.peer.program, message->peer.program) == 0 && strcmp(again.why, message->why) == 0);
    MUST(again.peer.least == message->peer.least && again.peer.most == message->peer.most);
    MUST(again.peer.now_ms == message->peer.now_ms);
    MUST(again.batch.rows.count == message->batch.rows.count && again.batch.to.rev == message->batch.to.rev);
    replica_message_free(&again);
    text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int from = REPLICA_FROM_SITE; from <= REPLICA_FROM_COUNTY; from++) {
        struct replica_message message;
        struct text said = {0};
        const enum replica_kind kind =
            replica_message_read((const char *)data, size, (enum replica_side)from, &message);
        must_be_plain(message.peer.program, sizeof message.peer.program);
        must_be_plain(message.peer.county, sizeof message.peer.county);
        if (kind == REPLICA_UNREAD)
            MUST(*message.why && (message.reason == REPLICA_MALFORMED || message.reason == REPLICA_VERSION));
        else
            must_come_back(&message, (enum replica_side)from);
        replica_refusal_say(&message, &said);
        MUST(said.length > 0 || message.reason == REPLICA_FITS);
        text_free(&said);
        replica_message_free(&message);
    }
    return 0;
}
