/* SPDX-License-Identifier: Apache-2.0 */
/* What site and county say to each other, written and read: nothing gets lost on the way, peers of another version are
 * understood or told so on both sides, and what is hostile is refused with a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/replica_message.h"

#define DATABASE "0123456789abcdef0123456789abcdef"
#define FIRST    "11111111111111111111111111111111"
#define SECOND   "22222222222222222222222222222222"
#define HEADING  "\"v\":1,\"database\":\"" DATABASE "\",\"session\":7"

static enum replica_kind read_text(const char *text, enum replica_side from, struct replica_message *message)
{
    return replica_message_read(text, strlen(text), from, message);
}

static void an_opening_comes_back(void **state)
{
    (void)state;
    const struct replica_opening opening = {
        .database = DATABASE, .session = INT64_C(1) << 61, .incarnation = FIRST, .head = 12345};
    const struct replica_peer self = replica_peer_self(NULL, 1760000000123);
    struct text out = {0};
    struct replica_message message;
    replica_message_opening(&out, &opening, &self);
    assert_string_equal(out.at, "{\"v\":1,\"message\":\"opening\",\"versions\":[1,1],\"program\":\"" COALTALLY_VERSION
                                "\",\"now_ms\":1760000000123,\"database\":\"" DATABASE
                                "\",\"session\":2305843009213693952,\"incarnation\":\"" FIRST "\",\"head\":12345}");
    assert_int_equal(read_text(out.at, REPLICA_FROM_SITE, &message), REPLICA_OPENING);
    assert_string_equal(message.opening.database, DATABASE);
    assert_string_equal(message.opening.incarnation, FIRST);
    assert_true(message.opening.session == opening.session && message.opening.head == opening.head);
    assert_int_equal(message.version, 1);
    assert_true(message.peer.least == 1 && message.peer.most == 1 && message.peer.now_ms == self.now_ms);
    assert_string_equal(message.peer.program, COALTALLY_VERSION);
    assert_string_equal(message.peer.county, "");
    replica_message_free(&message);
    text_free(&out);
}

static void a_batch_comes_back_with_its_heading(void **state)
{
    (void)state;
    struct travel_batch batch;
    travel_batch_begin(&batch);
    memcpy(batch.database, DATABASE, sizeof DATABASE);
    batch.session = 9;
    batch.whole = true;
    memcpy(batch.to.incarnation, FIRST, sizeof FIRST);
    batch.to.head = batch.to.rev = 1;
    struct travel_row *row = list_add(&batch.rows);
    *row = (struct travel_row){.table = TRAVEL_incarnation, .rev = 1};
    for (int i = 0; i < travel_tables[TRAVEL_incarnation].columns; i++)
        if (travel_tables[TRAVEL_incarnation].column[i].kind == TRAVEL_TEXT)
            row->value[i].text = FIRST;
    const struct replica_peer self = replica_peer_self(NULL, 5);
    struct text out = {0};
    struct replica_message message;
    replica_message_batch(&out, &batch, &self);
    if (read_text(out.at, REPLICA_FROM_SITE, &message) != REPLICA_BATCH)
        fail_msg("%s: %s", message.why, out.at);
    assert_string_equal(message.database, DATABASE);
    assert_int_equal(message.session, 9);
    assert_int_equal(message.peer.now_ms, 5);
    assert_string_equal(message.peer.program, COALTALLY_VERSION);
    assert_int_equal(message.batch.rows.count, 1);
    assert_int_equal(travel_row_at(&message.batch, 0)->rev, 1);
    replica_message_free(&message);
    travel_batch_free(&batch);
    text_free(&out);
}

static void answers_come_back(void **state)
{
    (void)state;
    const struct replica_peer self = replica_peer_self("north", 6);
    for (int reason = 0; replica_reason_name((enum replica_reason)reason); reason++)
        for (int standing = 0; replica_standing_name((enum replica_standing)standing); standing++) {
            struct replica_answer answer = {.session = 7, .live = {FIRST, 9, 4}, .branch = {SECOND, 11, 0}};
            memcpy(answer.database, DATABASE, sizeof DATABASE);
            answer.reason = (enum replica_reason)reason;
            answer.standing = (enum replica_standing)standing;
            if (standing == REPLICA_WAITING)
                answer.live = (struct replica_position){0};
            struct text out = {0};
            struct replica_message message;
            replica_message_answer(&out, &answer, reason ? "a \"sentence\"" : NULL, &self);
            assert_int_equal(read_text(out.at, REPLICA_FROM_COUNTY, &message), REPLICA_ANSWER);
            assert_string_equal(message.answer.database, DATABASE);
            assert_true(message.answer.session == 7 && message.answer.reason == answer.reason);
            assert_true(message.answer.standing == answer.standing);
            assert_true(replica_position_equal(&message.answer.live, &answer.live));
            assert_true(replica_position_equal(&message.answer.branch, &answer.branch));
            assert_int_equal(message.reason, reason);
            assert_string_equal(message.why, reason ? "a \"sentence\"" : "");
            assert_string_equal(message.peer.county, "north");
            replica_message_free(&message);
            text_free(&out);
        }
}

/* What a member is called tomorrow does not matter today. */
static void what_is_not_known_is_passed_over(void **state)
{
    (void)state;
    struct replica_message message;
    assert_int_equal(read_text("{" HEADING ",\"message\":\"opening\",\"incarnation\":\"" FIRST
                               "\",\"head\":1,\"weather\":[{\"rain\":1}]}",
                               REPLICA_FROM_SITE, &message),
                     REPLICA_OPENING);
    assert_int_equal(message.peer.least, 1); /* not said: that of the message */
    assert_int_equal(message.peer.most, 1);
    assert_string_equal(message.peer.program, "");
    replica_message_free(&message);
}

static void a_newer_peer_is_told_so_on_both_sides(void **state)
{
    (void)state;
    struct replica_message message;
    struct text said = {0};
    assert_int_equal(read_text("{\"v\":3,\"versions\":[2,3],\"program\":\"9.1.0\",\"database\":\"" DATABASE
                               "\",\"session\":7,\"all\":\"else is new\"}",
                               REPLICA_FROM_SITE, &message),
                     REPLICA_UNREAD);
    assert_int_equal(message.reason, REPLICA_VERSION);
    assert_string_equal(message.database, DATABASE); /* so that it can be answered */
    assert_int_equal(message.session, 7);
    assert_string_equal(message.why, "a message of version 3 (coaltally 9.1.0), and coaltally " COALTALLY_VERSION
                                     " reads 1 to 1: install coaltally 9.1.0 or a later one at the county");
    replica_message_free(&message);
    /* The site, when such a county speaks to it. */
    assert_int_equal(read_text("{\"v\":3,\"versions\":[2,3],\"program\":\"9.1.0\",\"database\":\"" DATABASE
                               "\",\"session\":7,\"reason\":\"fits\"}",
                               REPLICA_FROM_COUNTY, &message),
                     REPLICA_UNREAD);
    assert_int_equal(message.reason, REPLICA_VERSION);
    replica_refusal_say(&message, &said);
    assert_non_null(strstr(said.at, "install coaltally 9.1.0 or a later one at the site"));
    replica_message_free(&message);
    /* And when it reads what the county still writes, but not what the site does. */
    assert_int_equal(read_text("{" HEADING ",\"message\":\"answer\",\"versions\":[2,3],\"program\":\"9.1.0\",\"live\":"
                               "null,\"branch\":null,\"reason\":\"version\",\"standing\":\"accepted\"}",
                               REPLICA_FROM_COUNTY, &message),
                     REPLICA_ANSWER);
    text_clear(&said);
    replica_refusal_say(&message, &said);
    assert_string_equal(
        said.at, "the county reads versions 2 to 3 of messages (coaltally 9.1.0), and this coaltally " COALTALLY_VERSION
                 " writes 1: install coaltally 9.1.0 or a later one here");
    replica_message_free(&message);
    /* A word of refusal that only the newer one knows. */
    assert_int_equal(read_text("{" HEADING ",\"message\":\"answer\",\"program\":\"9.1.0\",\"live\":null,\"branch\":"
                               "null,\"reason\":\"moonshine\",\"standing\":\"accepted\"}",
                               REPLICA_FROM_COUNTY, &message),
                     REPLICA_UNREAD);
    assert_int_equal(message.reason, REPLICA_VERSION);
    assert_non_null(strstr(message.why, "refuses as \"moonshine\""));
    replica_message_free(&message);
    text_free(&said);
}

static void each_refusal_says_what_to_do(void **state)
{
    (void)state;
    for (int reason = REPLICA_ELSEWHERE; replica_reason_name((enum replica_reason)reason); reason++) {
        struct replica_message message = {.kind = REPLICA_ANSWER, .reason = (enum replica_reason)reason, .why = "x"};
        struct text said = {0};
        replica_refusal_say(&message, &said);
        assert_true(said.length > 0);
        text_free(&said);
    }
}

static void malformed(const char *text, enum replica_side from, const char *words)
{
    struct replica_message message;
    if (read_text(text, from, &message) != REPLICA_UNREAD || message.reason != REPLICA_MALFORMED)
        fail_msg("taken: %.200s", text);
    if (!strstr(message.why, words))
        fail_msg("\"%s\" does not say \"%s\" of %.200s", message.why, words, text);
    replica_message_free(&message);
}

static void what_is_hostile_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } site[] = {
        {"", "not JSON"},
        {"[]", "not a JSON object"},
        {"{}", "version"},
        {"{\"v\":\"1\"}", "version"},
        {"{\"v\":0}", "version"},
        {"{\"v\":1,\"session\":7}", "database"},
        {"{\"v\":1,\"database\":\"" DATABASE "\"}", "session"},
        {"{\"v\":1,\"database\":\"" DATABASE "\",\"session\":-1}", "session"},
        {"{\"v\":1,\"database\":\"" DATABASE "\",\"session\":1.5}", "session"},
        {"{\"v\":1,\"database\":\"../../etc/passwd\",\"session\":7}", "database"},
        {"{\"v\":1,\"database\":\"0123456789ABCDEF0123456789ABCDEF\",\"session\":7}", "database"},
        {"{" HEADING "}", "neither an opening nor a batch"},
        {"{" HEADING ",\"message\":7}", "neither an opening nor a batch"},
        {"{" HEADING ",\"message\":\"answer\"}", "neither an opening nor a batch"},
        {"{" HEADING ",\"message\":\"opening\"}", "incarnation"},
        {"{" HEADING ",\"message\":\"opening\",\"incarnation\":\"" FIRST "\"}", "head"},
        {"{" HEADING ",\"message\":\"opening\",\"incarnation\":\"" FIRST "\",\"head\":0}", "head"},
        {"{" HEADING ",\"message\":\"opening\",\"incarnation\":\"" FIRST "\",\"head\":9223372036854775807}", "head"},
        {"{" HEADING ",\"message\":\"opening\",\"incarnation\":\"" FIRST "\",\"head\":99999999999999999999}", "JSON"},
        {"{" HEADING ",\"message\":\"batch\"}", "to"},
        {"{" HEADING "," HEADING "}", "not JSON"},
        {"{" HEADING ",\"message\":\"opening\",\"x\":[[[[[[[[1]]]]]]]]}", "deeper"},
    };
    for (size_t i = 0; i < sizeof site / sizeof *site; i++)
        malformed(site[i].text, REPLICA_FROM_SITE, site[i].words);
    malformed("{" HEADING ",\"message\":\"opening\",\"incarnation\":\"" FIRST "\",\"head\":1}", REPLICA_FROM_COUNTY,
              "no answer");
    malformed("{" HEADING ",\"message\":\"answer\",\"reason\":\"fits\"}", REPLICA_FROM_COUNTY, "standing");
    malformed("{" HEADING ",\"message\":\"answer\",\"reason\":[],\"standing\":\"accepted\"}", REPLICA_FROM_COUNTY,
              "reason");
    malformed("{" HEADING ",\"message\":\"answer\",\"reason\":\"fits\",\"standing\":\"accepted\",\"live\":{}}",
              REPLICA_FROM_COUNTY, "positions");
}

/* `bytes` of `filling` between a begin and an end. */
static char *stuffed(const char *begin, const char *filling, size_t bytes, const char *end)
{
    const size_t unit = strlen(filling);
    char *text = malloc(strlen(begin) + bytes + unit + strlen(end) + 1);
    assert_non_null(text);
    char *at = stpcpy(text, begin);
    for (size_t i = 0; i < bytes; i += unit)
        at = stpcpy(at, filling);
    strcpy(at, end);
    return text;
}

static void what_is_huge_is_refused(void **state)
{
    (void)state;
    char *text = stuffed("{" HEADING ",\"message\":\"opening\",\"x\":[0", ",0", 200000, "]}");
    malformed(text, REPLICA_FROM_SITE, "more values");
    free(text);
    text = stuffed("{\"x\":", "[", 100000, "");
    malformed(text, REPLICA_FROM_SITE, "deeper");
    free(text);
    text = stuffed("{" HEADING ",\"message\":\"opening\",\"x\":\"", "x", 20000, "\"}");
    malformed(text, REPLICA_FROM_SITE, "bytes");
    malformed(text, REPLICA_FROM_COUNTY, "bytes");
    free(text);
    text = stuffed("", "x", (20u << 20) + 1, "");
    malformed(text, REPLICA_FROM_SITE, "bytes");
    free(text);
}

/* Neither a terminal nor a log line obeys what a stranger calls himself; what is cut ends with a whole character. */
static void texts_come_without_control_characters(void **state)
{
    (void)state;
    struct replica_message message;
    assert_int_equal(read_text("{" HEADING ",\"message\":\"answer\",\"program\":\"\\u001b[2J\\n\\u009b1m\\u007f\","
                               "\"county\":\"零点班零点班零点班零点班零点班零点班零点班零点班\",\"live\":null,"
                               "\"reason\":\"old\",\"why\":\"a\\u0007b\",\"standing\":\"accepted\"}",
                               REPLICA_FROM_COUNTY, &message),
                     REPLICA_ANSWER);
    assert_string_equal(message.peer.program, "?[2J??1m?");
    assert_string_equal(message.why, "a?b");
    assert_int_equal(strlen(message.peer.county), 63);
    assert_true(text_valid(message.peer.county));
    replica_message_free(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opening_comes_back),
        cmocka_unit_test(a_batch_comes_back_with_its_heading),
        cmocka_unit_test(answers_come_back),
        cmocka_unit_test(what_is_not_known_is_passed_over),
        cmocka_unit_test(a_newer_peer_is_told_so_on_both_sides),
        cmocka_unit_test(each_refusal_says_what_to_do),
        cmocka_unit_test(what_is_hostile_is_refused),
        cmocka_unit_test(what_is_huge_is_refused),
        cmocka_unit_test(texts_come_without_control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
