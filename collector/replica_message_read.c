/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/replica_message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "collector/json.h"
#include "drivers/language.h"

enum { DEPTH_MAX = 6 }; /* {"rows":{"tally":[[...]]}} has four */

static enum replica_kind unread(struct replica_message *message, enum replica_reason reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum replica_kind unread(struct replica_message *message, enum replica_reason reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message->why, sizeof message->why, say_own(format), arguments);
    va_end(arguments);
    message->reason = reason;
    return message->kind = REPLICA_UNREAD;
}

/* Bytes of the character at `words` that a terminal would obey: C0, DEL, and C1 as UTF-8 has them. */
static size_t control_bytes(const char *words)
{
    const unsigned char *at = (const unsigned char *)words;
    if (at[0] < ' ' || at[0] == 0x7f)
        return 1;
    return at[0] == 0xc2 && at[1] < 0xa0 ? 2 : 0;
}

static size_t character_bytes(const char *words)
{
    size_t bytes = 1;
    while (((unsigned char)words[bytes] & 0xc0) == 0x80)
        bytes++;
    return bytes;
}

/* Cut at a whole character. */
static void words_read(const struct json *value, char *out, size_t size)
{
    const char *words = json_words(value);
    size_t length = 0;
    while (words && *words) {
        const size_t control = control_bytes(words), bytes = control ? control : character_bytes(words);
        if (length + (control ? 1 : bytes) >= size)
            break;
        if (control)
            out[length++] = '?';
        else
            for (size_t i = 0; i < bytes; i++)
                out[length++] = words[i];
        words += bytes;
    }
    out[length] = '\0';
}

static void id_read(const struct json *value, char id[static REPLICA_ID_SIZE])
{
    const char *words = json_words(value);
    const bool good =
        words && strlen(words) == REPLICA_ID_SIZE - 1 && strspn(words, "0123456789abcdef") == REPLICA_ID_SIZE - 1;
    snprintf(id, REPLICA_ID_SIZE, "%s", good ? words : "");
}

static int64_t natural_read(const struct json *value, int64_t otherwise)
{
    int64_t number;
    return json_number(value, &number) && number >= 0 ? number : otherwise;
}

/* What is there in every version. */
static void heading_read(const struct json *root, struct replica_message *message)
{
    const struct json *versions = json_member(root, "versions");
    struct replica_peer *peer = &message->peer;
    message->version = natural_read(json_member(root, "v"), 0);
    peer->least = natural_read(json_item(versions, 0), message->version);
    peer->most = natural_read(json_item(versions, 1), message->version);
    peer->now_ms = natural_read(json_member(root, "now_ms"), 0);
    words_read(json_member(root, "program"), peer->program, sizeof peer->program);
    words_read(json_member(root, "county"), peer->county, sizeof peer->county);
    id_read(json_member(root, "database"), message->database);
    message->session = natural_read(json_member(root, "session"), -1);
}

static enum replica_kind version_refuse(struct replica_message *message, enum replica_side from)
{
    const bool newer = message->version > REPLICA_VERSION_MOST;
    const bool at_county = (from == REPLICA_FROM_SITE) == newer;
    const char *program = *message->peer.program ? message->peer.program : "?";
    return unread(message, REPLICA_VERSION,
                  at_county ? N_("a message of version %lld (coaltally %s), and coaltally %s reads %d to %d: install "
                                 "coaltally %s or a later one at the county")
                            : N_("a message of version %lld (coaltally %s), and coaltally %s reads %d to %d: install "
                                 "coaltally %s or a later one at the site"),
                  (long long)message->version, program, COALTALLY_VERSION, REPLICA_VERSION_LEAST, REPLICA_VERSION_MOST,
                  newer ? program : COALTALLY_VERSION);
}

static enum replica_kind opening_read(const struct json *root, struct replica_message *message)
{
    struct replica_opening *opening = &message->opening;
    opening->session = message->session;
    memcpy(opening->database, message->database, sizeof opening->database);
    id_read(json_member(root, "incarnation"), opening->incarnation);
    if (!*opening->incarnation)
        return unread(message, REPLICA_MALFORMED, "\"incarnation\" is not 32 hexadecimal digits");
    opening->head = natural_read(json_member(root, "head"), 0);
    if (opening->head < 1 || opening->head > TRAVEL_LOCAL_MAX)
        return unread(message, REPLICA_MALFORMED, "\"head\" is no rev");
    return message->kind = REPLICA_OPENING;
}

/* Takes `root` over. */
static enum replica_kind batch_read(struct json *root, size_t length, struct replica_message *message)
{
    char why[REPLICA_WHY_BYTES];
    if (!travel_payload_take(root, length, &message->batch, why, sizeof why))
        return unread(message, REPLICA_MALFORMED, "%s", why);
    return message->kind = REPLICA_BATCH;
}

static bool position_read(const struct json *value, struct replica_position *position)
{
    *position = (struct replica_position){0};
    return json_is_nothing(value) || (travel_position_read(value, position) && position->head >= 1);
}

static int name_read(const struct json *value, const char *(*name_of)(int index))
{
    const char *words = json_words(value);
    for (int i = 0; words && name_of(i); i++)
        if (strcmp(name_of(i), words) == 0)
            return i;
    return -1;
}

static const char *reason_of(int index)
{
    return replica_reason_name((enum replica_reason)index);
}

static const char *standing_of(int index)
{
    return replica_standing_name((enum replica_standing)index);
}

static enum replica_kind answer_read(const struct json *root, struct replica_message *message)
{
    struct replica_answer *answer = &message->answer;
    const int reason = name_read(json_member(root, "reason"), reason_of);
    const int standing = name_read(json_member(root, "standing"), standing_of);
    char named[40];
    words_read(json_member(root, "reason"), named, sizeof named);
    if (reason < 0 && *named)
        return unread(message, REPLICA_VERSION,
                      "the county (coaltally %s) refuses as \"%s\", which coaltally %s does not know: install "
                      "coaltally %s or a later one at the site",
                      message->peer.program, named, COALTALLY_VERSION, message->peer.program);
    if (reason < 0 || standing < 0 || !position_read(json_member(root, "live"), &answer->live) ||
        !position_read(json_member(root, "branch"), &answer->branch))
        return unread(message, REPLICA_MALFORMED, "an answer without its reason, standing and positions");
    answer->session = message->session;
    memcpy(answer->database, message->database, sizeof answer->database);
    message->reason = answer->reason = (enum replica_reason)reason;
    answer->standing = (enum replica_standing)standing;
    words_read(json_member(root, "why"), message->why, sizeof message->why);
    return message->kind = REPLICA_ANSWER;
}

/* Takes `root` over if it is a batch's: then it lies in that. */
static enum replica_kind judge(struct json *root, size_t length, enum replica_side from,
                               struct replica_message *message)
{
    const char *what = json_words(json_member(root, "message"));
    heading_read(root, message);
    if (message->version < 1)
        return unread(message, REPLICA_MALFORMED, "no message of a ledger: it does not say its version");
    if (message->version < REPLICA_VERSION_LEAST || message->version > REPLICA_VERSION_MOST)
        return version_refuse(message, from);
    if (!*message->database)
        return unread(message, REPLICA_MALFORMED, "\"database\" is not 32 hexadecimal digits");
    if (message->session < 0)
        return unread(message, REPLICA_MALFORMED, "\"session\" is no number");
    if (what && from == REPLICA_FROM_SITE && strcmp(what, "batch") == 0)
        return batch_read(root, length, message);
    if (length > REPLICA_SHORT_BYTES)
        return unread(message, REPLICA_MALFORMED, "%zu bytes, more than any message but a batch has", length);
    if (what && from == REPLICA_FROM_SITE && strcmp(what, "opening") == 0)
        return opening_read(root, message);
    if (what && from == REPLICA_FROM_COUNTY && strcmp(what, "answer") == 0)
        return answer_read(root, message);
    return unread(message, REPLICA_MALFORMED,
                  from == REPLICA_FROM_SITE ? N_("found neither an opening nor a batch, as a site sends them")
                                            : N_("found no answer, as a county sends it"));
}

enum replica_kind replica_message_read(const char *bytes, size_t length, enum replica_side from,
                                       struct replica_message *message)
{
    char why[REPLICA_WHY_BYTES] = "";
    const size_t most = from == REPLICA_FROM_SITE ? TRAVEL_PAYLOAD_ROW_BYTES_MAX : REPLICA_SHORT_BYTES;
    *message = (struct replica_message){.session = -1};
    travel_batch_begin(&message->batch);
    if (length > most)
        return unread(message, REPLICA_MALFORMED, "%zu bytes, more than any message has", length);
    if (!json_bounded(bytes, length, REPLICA_VALUES_MAX, DEPTH_MAX))
        return unread(message, REPLICA_MALFORMED, "more values, or a deeper nest of them, than any message has");
    struct json *root = json_read(bytes, length, why, sizeof why);
    if (!root)
        return unread(message, REPLICA_MALFORMED, "%s", why);
    judge(root, length, from, message);
    if (message->batch.json != root)
        json_close(root);
    return message->kind;
}

void replica_message_free(struct replica_message *message)
{
    travel_batch_free(&message->batch);
}
