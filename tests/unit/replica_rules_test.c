/* SPDX-License-Identifier: Apache-2.0 */
/* What the two sides do by rule, beside the schedules: when a site opens, what it sends on which answer; which
 * databases a county takes, and what a person decides. */
#include "tests/unit/replica_world.h"

static struct world world;
static struct mine *const mine = &world.mine[0];
static struct mine *const other = &world.mine[1];

static int end(void **state)
{
    (void)state;
    world_end(&world);
    return 0;
}

static void begin(void)
{
    world_begin(&world, 2);
    mine_open(mine);
    for (uint32_t i = 0; i < KEYS; i++)
        mine_set(mine, i, 1);
}

static struct letter next_of(struct mine *from)
{
    assert_true(mine_send(from));
    return letter_take(&world, world.letters - 1);
}

/* What a county says that stands there. */
static struct replica_answer answer_of(const struct letter *to, enum replica_reason reason)
{
    struct replica_answer answer = {.reason = reason};
    const bool opening = to->kind == LETTER_OPENING;
    memcpy(answer.database, opening ? to->opening.database : to->batch.database, sizeof(answer.database));
    answer.session = opening ? to->opening.session : to->batch.session;
    if (!opening)
        answer.live = reason == REPLICA_FITS ? to->batch.to : to->batch.from;
    return answer;
}

static void answered(const struct replica_answer *answer)
{
    replica_site_answered(mine->site, answer, world.now_ms);
}

static int64_t opens_after_ms(void)
{
    return replica_site_due(mine->site) - world.now_ms;
}

/* --- the site --- */

static void a_site_opens_until_it_is_answered(void **state)
{
    static const int64_t after_ms[] = {0, 30000, 60000, 120000, 240000, 480000, 600000, 600000};
    struct letter opening;
    struct replica_answer answer;
    int64_t session = 0;

    (void)state;
    begin();
    for (size_t i = 0; i < sizeof(after_ms) / sizeof(*after_ms); i++) {
        assert_int_equal(opens_after_ms(), after_ms[i]);
        world.now_ms += after_ms[i] - 1;
        assert_true(!after_ms[i] || !mine_send(mine));
        world.now_ms += 1;
        opening = next_of(mine);
        assert_int_equal(opening.kind, LETTER_OPENING);
        assert_int_not_equal(opening.opening.session, session);
        session = opening.opening.session;
        assert_false(mine_send(mine)); /* no batch before the answer */
    }
    answer = answer_of(&opening, REPLICA_FITS);
    answered(&answer);
    next_of(mine);
    assert_int_equal(opens_after_ms(), 30000); /* an answer came: from the beginning */
}

static void a_site_opens_when_idle_and_not_when_away(void **state)
{
    (void)state;
    begin();
    assert_true(world_rest(&world));
    assert_true(opens_after_ms() > 0 && opens_after_ms() <= 600000);
    replica_site_disconnected(mine->site);
    assert_int_equal(replica_site_due(mine->site), INT64_MAX);
    world.now_ms += 10000000;
    assert_false(mine_send(mine));
    replica_site_connected(mine->site, world.now_ms);
    assert_int_equal(opens_after_ms(), 0);
}

static void at_most_eight_batches_are_unanswered(void **state)
{
    struct letter opening, first;
    struct replica_answer answer;

    (void)state;
    world_begin(&world, 1);
    mine_open(mine);
    for (uint32_t i = 0; i < 12; i++)
        mine_open(mine); /* a row each */
    opening = next_of(mine);
    answer = answer_of(&opening, REPLICA_FITS);
    answered(&answer);
    first = next_of(mine);
    assert_true(first.batch.whole);
    for (int i = 1; i < REPLICA_UNANSWERED_MAX; i++)
        assert_false(next_of(mine).batch.whole);
    assert_false(mine_send(mine));
    answer = answer_of(&first, REPLICA_FITS);
    answered(&answer);
    assert_true(mine_send(mine));
    assert_false(mine_send(mine));
}

static void answers_that_are_not_its_own_change_nothing(void **state)
{
    struct replica_answer answer;
    struct letter opening;

    (void)state;
    begin();
    opening = next_of(mine);
    answer = answer_of(&opening, REPLICA_FITS);
    answer.session--;
    answered(&answer);
    assert_false(mine_send(mine));
    answer.session++;
    id_text(999, answer.database);
    answered(&answer);
    assert_false(mine_send(mine));
    answer = answer_of(&opening, REPLICA_FITS);
    answered(&answer);
    assert_true(mine_send(mine));
}

static void refused(enum replica_reason reason, int64_t wait_ms)
{
    struct replica_site_view view;
    struct replica_answer answer;
    struct letter letter;

    replica_site_connected(mine->site, world.now_ms);
    letter = next_of(mine);
    answer = answer_of(&letter, REPLICA_FITS);
    answered(&answer);
    letter = next_of(mine);
    answer = answer_of(&letter, reason);
    answered(&answer);
    assert_false(mine_send(mine));
    assert_int_equal(opens_after_ms(), wait_ms);
    replica_site_view(mine->site, &view);
    assert_int_equal(view.refused, reason);
    assert_int_equal(view.unanswered, 0);
}

static void a_refusal_for_what_it_is_stops_the_site(void **state)
{
    static const int64_t malformed_ms[] = {30000, 60000, 120000, 240000, 480000, 960000, 1920000, 3600000, 3600000};
    (void)state;
    begin();
    refused(REPLICA_OLD, 600000);
    refused(REPLICA_RETIRED, 600000);
    refused(REPLICA_TOO_MANY, 600000);
    refused(REPLICA_OTHER_SITE, 600000);
    for (size_t i = 0; i < sizeof(malformed_ms) / sizeof(*malformed_ms); i++)
        refused(i % 2 ? REPLICA_VERSION : REPLICA_MALFORMED, malformed_ms[i]);
}

/* An answer to nobody's message, by a county that stands where the site left it. */
static struct replica_answer answer_of_rest(void)
{
    struct replica_site_view view;
    assert_true(world_rest(&world));
    replica_site_view(mine->site, &view);
    struct replica_answer answer = {.live = view.confirmed};
    id_text(mine->ledger.database, answer.database);
    return answer;
}

static void what_is_refused_of_others_stops_nothing(void **state)
{
    static const enum replica_reason reasons[] = {REPLICA_MALFORMED, REPLICA_VERSION, REPLICA_OLD, REPLICA_ELSEWHERE};
    struct replica_site_view view;
    (void)state;
    begin();
    struct replica_answer answer = answer_of_rest();
    const int64_t due_ms = replica_site_due(mine->site);
    uint64_t others = 0;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
        answer.reason = reasons[i];
        answer.session = 999999; /* somebody's */
        answered(&answer);
        mine_set(mine, 0, 5 + (int64_t)i);
        const struct letter batch = next_of(mine); /* it goes on */
        if (reasons[i] == REPLICA_OLD) {           /* not a whole ledger */
            answer.session = batch.batch.session;
            answered(&answer);
            others++;
        }
        answer = answer_of(&batch, REPLICA_FITS);
        answered(&answer);
        answer.reason = reasons[i]; /* its own session, and nothing of it is unanswered */
        answered(&answer);
        replica_site_view(mine->site, &view);
        others += reasons[i] == REPLICA_ELSEWHERE ? 1 : 2; /* that one may be to a message that came twice */
        assert_int_equal(view.others, others);
        assert_int_equal(view.refused, REPLICA_FITS);
        assert_int_equal(view.unanswered, 0);
        assert_true(replica_site_due(mine->site) >= due_ms);
    }
}

static void where_others_moved_the_county_it_opens_once_a_minute(void **state)
{
    (void)state;
    begin();
    struct replica_answer answer = answer_of_rest();
    const struct replica_position left = answer.live;
    int64_t session = 999999; /* anybody's, and then as if it were this site's */
    answer.live.rev--;
    for (int i = 0; i < 3; i++) {
        answer.session = session;
        answered(&answer);
        assert_int_equal(opens_after_ms(), i ? 60000 : 0);
        world.now_ms += opens_after_ms();
        const struct letter opening = next_of(mine);
        assert_int_equal(opening.kind, LETTER_OPENING);
        struct replica_answer own = answer_of(&opening, REPLICA_FITS);
        own.live = left;
        answered(&own);
        session = own.session;
        assert_true(opens_after_ms() >= 30000);
    }
    answer.reason = REPLICA_OTHER_SITE; /* it says no position */
    memset(&answer.live, 0, sizeof(answer.live));
    world.now_ms += 120000;
    answered(&answer);
    assert_true(opens_after_ms() > 0);
}

static void a_county_that_is_back_is_opened_to(void **state)
{
    (void)state;
    begin();
    refused(REPLICA_UNKNOWN, 600000);
    replica_site_returned(mine->site, world.now_ms + 700000);
    assert_int_equal(opens_after_ms(), 600000);
    replica_site_returned(mine->site, world.now_ms + 3000);
    assert_int_equal(opens_after_ms(), 3000);
    world.now_ms += 3000;
    assert_int_equal(next_of(mine).kind, LETTER_OPENING);
    assert_int_equal(opens_after_ms(), 30000);
    replica_site_disconnected(mine->site);
    replica_site_returned(mine->site, world.now_ms);
    assert_int_equal(replica_site_due(mine->site), INT64_MAX);
}

static void after_a_rewind_one_batch_then_twice_as_many(void **state)
{
    struct replica_answer answer;
    struct letter letter;

    (void)state;
    world_begin(&world, 1);
    mine_open(mine);
    for (uint32_t i = 0; i < 12; i++)
        mine_open(mine);
    letter = next_of(mine);
    answer = answer_of(&letter, REPLICA_FITS);
    answered(&answer);
    next_of(mine);
    letter = next_of(mine); /* the first was lost, and this one is refused */
    answer = answer_of(&letter, REPLICA_ELSEWHERE);
    answered(&answer);
    letter = next_of(mine);
    assert_int_equal(letter.batch.session, answer.session + 1);
    assert_true(replica_position_equal(&letter.batch.from, &answer.live));
    assert_false(mine_send(mine));
    answer = answer_of(&letter, REPLICA_FITS);
    answered(&answer);
    next_of(mine);
    next_of(mine);
    assert_false(mine_send(mine));
}

static void a_whole_ledger_begins_once_an_opening(void **state)
{
    struct replica_answer answer;
    struct letter letter;

    (void)state;
    begin();
    letter = next_of(mine);
    answer = answer_of(&letter, REPLICA_FITS);
    answered(&answer);
    letter = next_of(mine);
    assert_true(letter.batch.whole);
    answer = answer_of(&letter, REPLICA_ELSEWHERE);
    id_text(999, answer.live.incarnation); /* another's ledger was faster */
    answer.live.head = answer.live.rev = 1;
    answered(&answer);
    assert_false(mine_send(mine));
    assert_int_equal(opens_after_ms(), 30000);
}

/* --- the county --- */

static void another_database_waits_and_is_added_when_accepted(void **state)
{
    struct held *held;
    struct replica_site_view view;
    const char *why;

    (void)state;
    begin();
    assert_true(world_rest(&world));
    mine_begin(other);
    mine_open(other);
    mine_set(other, 0, 100);
    assert_true(world_rest(&world));
    held = held_by(&world, other->ledger.database);
    assert_int_equal(held->meta.standing, REPLICA_WAITING);
    assert_true(replica_waits(&held->meta));
    assert_true(cells_equal(held->branch.cell, other->ledger.sheet.cell));
    assert_int_equal(counted_total(&world), KEYS);

    assert_true(replica_county_accept(&world.store, held->meta.id, &why));
    assert_null(why);
    mine_set(other, 1, 100);
    mine_set(mine, 0, 500); /* it is retired: this is not taken */
    assert_true(world_rest(&world));
    assert_true(mine_arrived(other));
    assert_int_equal(counted_total(&world), KEYS + 200);
    replica_site_view(mine->site, &view);
    assert_int_equal(view.refused, REPLICA_RETIRED);
    assert_true(replica_county_accept(&world.store, world.county.base[0].meta.id, &why));
    assert_string_equal(why, "another database was accepted in this one's place: reject that one");

    assert_true(replica_county_reject(&world.store, held->meta.id, &why));
    assert_null(why);
    assert_true(world_rest(&world));
    assert_int_equal(counted_total(&world), KEYS - 1 + 500);
    assert_true(mine_arrived(mine));
    assert_int_equal(held->meta.standing, REPLICA_WAITING);
    assert_true(replica_county_reject(&world.store, held->meta.id, &why)); /* and it is put away */
    assert_null(why);
    assert_int_equal(held->meta.standing, REPLICA_REPLACED);
    assert_true(replica_county_accept(&world.store, held->meta.id, &why)); /* a wrong reject can be undone */
    assert_null(why);
    assert_true(world_rest(&world));
    assert_int_equal(counted_total(&world), KEYS - 1 + 500 + 200);
}

static void at_most_four_databases_of_a_site_wait(void **state)
{
    struct replica_site_view view;
    (void)state;
    begin();
    assert_true(world_rest(&world));
    for (int i = 0; i < REPLICA_WAITING_MAX + 1; i++) {
        mine_begin(other);
        mine_open(other);
        assert_true(world_rest(&world));
        replica_site_view(other->site, &view);
        assert_int_equal(view.refused, i < REPLICA_WAITING_MAX ? REPLICA_FITS : REPLICA_TOO_MANY);
    }
    assert_int_equal(world.county.bases, 1 + REPLICA_WAITING_MAX);
}

static void a_database_of_another_site_is_refused_and_nothing_said_of_it(void **state)
{
    struct replica_outcome outcome;
    struct replica_opening opening = {.session = 7, .head = 9};
    int64_t stated;

    (void)state;
    begin();
    assert_true(world_rest(&world));
    stated = world.county.base[0].meta.stated_head;
    memcpy(opening.database, world.county.base[0].meta.id, sizeof(opening.database));
    id_text(999, opening.incarnation);
    assert_true(replica_county_opening(&world.store, "sim-b", &opening, &outcome));
    assert_int_equal(outcome.answer.reason, REPLICA_OTHER_SITE);
    assert_int_equal(outcome.answer.session, 7);
    assert_true(replica_position_none(&outcome.answer.live));
    assert_int_equal(world.county.base[0].meta.stated_head, stated);
}

static void a_late_message_states_nothing(void **state)
{
    struct letter early;
    (void)state;
    begin();
    early = next_of(mine);
    mine_set(mine, 0, 2);
    assert_true(world_rest(&world));
    county_take(&world, &early, false);
    assert_true(mine_arrived(mine));
    mine_open(mine);
    assert_true(world_rest(&world));
    county_take(&world, &early, false); /* of an incarnation before */
    assert_true(mine_arrived(mine));
}

static void of_two_openings_the_higher_head_is_the_last(void **state)
{
    struct letter early, late;
    (void)state;
    begin();
    early = next_of(mine);
    mine_set(mine, 0, 2);
    replica_site_connected(mine->site, world.now_ms);
    late = next_of(mine);
    county_take(&world, &late, false);
    county_take(&world, &early, false);
    assert_int_equal(world.county.base[0].meta.stated_head, mine->ledger.head);
}

static void an_era_was_reached_up_to_the_next(void **state)
{
    const struct replica_era closed = {.first_rev = 5, .next_rev = 9}, newest = {.first_rev = 9};
    (void)state;
    assert_false(replica_era_reached(&closed, 20, 4));
    assert_true(replica_era_reached(&closed, 20, 5));
    assert_true(replica_era_reached(&closed, 20, 8));
    assert_false(replica_era_reached(&closed, 20, 9));
    assert_false(replica_era_reached(&newest, 20, 8));
    assert_true(replica_era_reached(&newest, 20, 20));
    assert_false(replica_era_reached(&newest, 20, 21));
}

static void a_chain_that_ends_otherwise_is_an_alarm_and_stops_no_row(void **state)
{
    struct letter letter;
    (void)state;
    begin();
    assert_true(world_rest(&world));
    mine_set(mine, 0, 2);
    letter = next_of(mine);
    assert_int_equal(letter.kind, LETTER_BATCH);
    letter.batch.chain[0] = 'f';
    world.may_lie = true; /* the ledger does */
    letter_deliver(&world, &letter);
    assert_true(world.county.base[0].meta.chain_differs);
    mine_set(mine, 0, 3);
    assert_true(world_rest(&world));
    assert_true(mine_arrived(mine));
    assert_false(world.county.base[0].meta.chain_differs);
}

static void a_batch_that_contradicts_itself_is_refused_whole(void **state)
{
    struct replica_row row[3];
    const struct replica_batch good = {.database = "1", .session = 5, .from = {"a", 5, 3}, .to = {"b", 9, 7}};
    struct bad {
        struct replica_position from, to;
        bool whole;
        int64_t rev[3];
        size_t count, key_size;
    };
    static const struct bad bad[] = {
        {{"a", 5, 3}, {"", 9, 7}, false, {4, 5, 6}, 3, 1},  {{"", 0, 0}, {"b", 9, 7}, false, {4, 5, 6}, 3, 1},
        {{"a", 5, 3}, {"b", 0, 0}, false, {0}, 0, 1},       {{"a", 5, 3}, {"b", 9, 10}, false, {4, 5, 6}, 3, 1},
        {{"a", 5, 6}, {"b", 9, 7}, false, {7}, 1, 1},       {{"a", 5, -1}, {"b", 9, 7}, false, {4, 5, 6}, 3, 1},
        {{"a", 5, 3}, {"b", 9, 2}, false, {0}, 0, 1},       {{"a", 5, 3}, {"a", 4, 4}, false, {4}, 1, 1},
        {{"a", 5, 3}, {"b", 5, 5}, false, {4, 5}, 2, 1},    {{"a", 5, 3}, {"b", 9, 7}, false, {3, 5, 6}, 3, 1},
        {{"a", 5, 3}, {"b", 9, 7}, false, {4, 6, 6}, 3, 1}, {{"a", 5, 3}, {"b", 9, 7}, false, {4, 5, 8}, 3, 1},
        {{"a", 5, 3}, {"b", 9, 7}, false, {4, 5, 6}, 3, 0}, {{"a", 5, 3}, {"b", 9, 7}, true, {0}, 0, 1},
        {{"a", 5, 3}, {"b", 9, 7}, true, {0, 5, 6}, 3, 1},  {{"a", 5, 3}, {"b", 9, 7}, false, {0}, 501, 1},
    };
    struct replica_outcome outcome;
    const char *why;

    (void)state;
    begin();
    assert_true(replica_batch_sound(&good, &why));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct replica_batch batch = good;
        batch.from = bad[i].from;
        batch.to = bad[i].to;
        batch.whole = bad[i].whole;
        batch.count = bad[i].count;
        batch.row = row;
        for (size_t r = 0; r < 3; r++)
            row[r] = (struct replica_row){"k", bad[i].key_size, bad[i].rev[r], "p", 1};
        assert_true(replica_county_batch(&world.store, "sim-a", &batch, &outcome));
        assert_int_equal(outcome.answer.reason, REPLICA_MALFORMED);
        assert_int_equal(outcome.answer.session, 5);
        assert_non_null(outcome.why);
        assert_int_equal(world.county.bases, 0); /* nothing is kept of it */
    }
}

/* --- files --- */

static enum replica_reason filed(const struct mine *from, int64_t from_rev)
{
    county_file(&world, &from->ledger, from_rev);
    county_check(&world);
    return world.outcome.answer.reason;
}

static void a_file_goes_on_from_where_the_county_stands(void **state)
{
    int64_t head;
    (void)state;
    begin();
    other->ledger = mine->ledger;
    assert_int_equal(filed(mine, 3), REPLICA_ELSEWHERE); /* nothing is held: rows up to 3 are missing */
    assert_int_equal(filed(mine, 0), REPLICA_FITS);
    assert_true(mine_arrived(mine));
    head = mine->ledger.head;
    mine_set(mine, 0, 5);
    mine_open(mine);
    mine_set(mine, 1, 7);
    assert_int_equal(filed(mine, mine->ledger.head), REPLICA_ELSEWHERE); /* a file between was lost */
    assert_false(mine_arrived(mine));
    assert_int_equal(filed(mine, head - 2), REPLICA_FITS);
    assert_true(mine_arrived(mine));
    assert_int_equal(filed(mine, 0), REPLICA_FITS); /* once more */
    assert_true(mine_arrived(mine));
    mine_set(mine, 2, ABSURD);
    assert_int_equal(filed(mine, 0), REPLICA_FITS);
    assert_int_equal(world.outcome.uncounted, 1);
    assert_int_equal(filed(mine, 0), REPLICA_FITS);
    assert_int_equal(world.outcome.uncounted, 0);   /* only rows above are applied */
    assert_int_equal(filed(other, 0), REPLICA_OLD); /* the first file again */
    assert_true(mine_arrived(mine));
}

static void a_file_of_a_restored_ledger_is_a_branch(void **state)
{
    (void)state;
    begin();
    mine->backup = mine->ledger;
    mine_set(mine, 0, 50);
    assert_int_equal(filed(mine, 0), REPLICA_FITS);
    mine_restore(mine);
    mine_set(mine, 1, 60);
    assert_int_equal(filed(mine, mine->backup.head), REPLICA_ELSEWHERE);
    assert_int_equal(counted_total(&world), KEYS - 1 + 50);
    assert_int_equal(filed(mine, 0), REPLICA_FITS);
    assert_int_equal(world.outcome.did, REPLICA_DID_SWITCH);
    assert_true(mine_arrived(mine));
    assert_int_equal(counted_total(&world), KEYS - 1 + 60);
}

static void a_file_meets_batches_on_the_line(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < 3; i++) { /* the opening, its answer, a batch */
        if (!world.letters)
            assert_true(mine_send(mine));
        const struct letter letter = letter_take(&world, 0);
        letter_deliver(&world, &letter);
    }
    assert_false(mine_arrived(mine));
    assert_int_equal(filed(mine, 1), REPLICA_FITS);
    assert_true(mine_arrived(mine));
    mine_set(mine, 0, 5);
    world.batch_rows = 2;
    assert_true(world_rest(&world));
    assert_true(mine_arrived(mine));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_site_opens_until_it_is_answered, end),
        cmocka_unit_test_teardown(a_site_opens_when_idle_and_not_when_away, end),
        cmocka_unit_test_teardown(at_most_eight_batches_are_unanswered, end),
        cmocka_unit_test_teardown(answers_that_are_not_its_own_change_nothing, end),
        cmocka_unit_test_teardown(a_refusal_for_what_it_is_stops_the_site, end),
        cmocka_unit_test_teardown(what_is_refused_of_others_stops_nothing, end),
        cmocka_unit_test_teardown(where_others_moved_the_county_it_opens_once_a_minute, end),
        cmocka_unit_test_teardown(a_county_that_is_back_is_opened_to, end),
        cmocka_unit_test_teardown(after_a_rewind_one_batch_then_twice_as_many, end),
        cmocka_unit_test_teardown(a_whole_ledger_begins_once_an_opening, end),
        cmocka_unit_test_teardown(another_database_waits_and_is_added_when_accepted, end),
        cmocka_unit_test_teardown(at_most_four_databases_of_a_site_wait, end),
        cmocka_unit_test_teardown(a_database_of_another_site_is_refused_and_nothing_said_of_it, end),
        cmocka_unit_test_teardown(a_late_message_states_nothing, end),
        cmocka_unit_test_teardown(of_two_openings_the_higher_head_is_the_last, end),
        cmocka_unit_test_teardown(an_era_was_reached_up_to_the_next, end),
        cmocka_unit_test_teardown(a_chain_that_ends_otherwise_is_an_alarm_and_stops_no_row, end),
        cmocka_unit_test_teardown(a_file_goes_on_from_where_the_county_stands, end),
        cmocka_unit_test_teardown(a_file_of_a_restored_ledger_is_a_branch, end),
        cmocka_unit_test_teardown(a_file_meets_batches_on_the_line, end),
        cmocka_unit_test_teardown(a_batch_that_contradicts_itself_is_refused_whole, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
