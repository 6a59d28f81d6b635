/* SPDX-License-Identifier: Apache-2.0 */
/* Schedules of chance over the real modules: a broker that loses, repeats, delays and reorders, crashes between any
 * two steps, restores of either side, new databases, copies of one, answers kept since long. After each step what
 * the county calls consistent must be the ledger at that head, and no coal be counted twice; and when the line is
 * good again the county must hold the ledger, or say why not. REPLICA_SCHEDULES=250000 runs more of them. */
#include "tests/unit/replica_world.h"

#include "tests/unit/replica_course.h"
#include "tests/unit/seed.h"

enum { SCHEDULES = 40000, BASES_NEW = 5, ERAS_OPEN = 30, MAY_ALL = MAY_NEIGHBOUR - 1 };

/* How the schedules ended, so that a model that tests nothing is seen. */
static struct {
    size_t arrived, chosen, retired, too_many, old, switches, batches, uncounted;
} sum;

static int64_t below(int64_t limit)
{
    return random() % limit;
}

/* One that runs; at least one does. */
static struct mine *any_mine(struct world *world)
{
    struct mine *mine;
    do
        mine = &world->mine[below(MINES)];
    while (!mine->site);
    return mine;
}

/* --- steps --- */

static void step_write(struct world *world)
{
    struct mine *mine = any_mine(world);
    if (world->snapshots > SNAPSHOTS - 100)
        return;
    for (int64_t i = below(3); i >= 0; i--)
        mine_write(mine, (uint32_t)below(KEYS), below(40) ? below(1000) : ABSURD + below(9));
    mine_commit(mine);
}

static void step_send(struct world *world, const struct course *course)
{
    if (mine_send(any_mine(world)) && below(100) < course->loss)
        world->letters--;
}

static void step_deliver(struct world *world, struct course *course)
{
    size_t index;
    struct letter letter;

    if (!world->letters)
        return;
    index = below(3) ? 0 : (size_t)below((int64_t)world->letters);
    letter = world->letter[index];
    if (below(100) >= course->repeat)
        letter_take(world, index);
    if (course->kept < KEPT || !below(20))
        course->keep[course->kept < KEPT ? course->kept++ : (size_t)below(KEPT)] = letter;
    if (letter.kind == LETTER_ANSWER) {
        answer_deliver(world, &letter.answer);
        return;
    }
    county_take(world, &letter, (course->may & MAY_CRASH) && !below(50));
    if (below(100) >= course->loss)
        answer_send(world);
}

static void step_time(struct world *world)
{
    static const int64_t span_ms[] = {100, 1000, 31000, 61000, 601000};
    world->now_ms += span_ms[below(5)];
}

static void step_site(struct world *world, struct course *course)
{
    struct mine *mine = any_mine(world);
    const int64_t what = below(6);

    if (mine->ledger.sheet.eras >= ERAS_OPEN)
        return;
    if (what == 0 && (course->may & MAY_CUT)) {
        replica_site_disconnected(mine->site);
    } else if (what == 1) {
        replica_site_connected(mine->site, world->now_ms);
    } else if (what == 2 && (course->may & MAY_CRASH)) {
        mine_open(mine);
    } else if (what == 3) {
        mine->backup = mine->ledger;
    } else if (what == 4 && (course->may & MAY_RESTORE_SITE)) {
        mine_restore(mine);
    } else if (what == 5 && (course->may & MAY_NEW) && course->news < BASES_NEW) {
        course->news++;
        mine_begin(mine);
        mine_open(mine);
    }
}

static void step_copy(struct world *world, const struct course *course)
{
    struct mine *from = any_mine(world), *to = &world->mine[below(MINES)];
    if (!(course->may & MAY_COPY) || from == to)
        return;
    if (to->site && below(2)) {
        mine_stop(to);
    } else if (from->ledger.sheet.eras < ERAS_OPEN) {
        to->ledger = below(2) ? from->ledger : from->backup;
        to->backup = from->backup;
        mine_open(to);
    }
}

/* A file of today or of the backup's day. */
static void step_file(struct world *world, const struct course *course)
{
    const struct mine *mine = any_mine(world);
    const struct ledger *ledger = below(2) ? &mine->ledger : &mine->backup;
    if ((course->may & MAY_FILE) && ledger->sheet.eras)
        county_file(world, ledger, below(3) ? 0 : below(ledger->head + 1));
}

static void step_county(struct world *world, const struct course *course)
{
    char id[REPLICA_ID_SIZE];
    const char *why;

    if (!(course->may & MAY_DECIDE) || below(3)) {
        if (!(course->may & MAY_RESTORE_COUNTY))
            return;
        if (below(2))
            world->county_backup = world->county;
        else
            world->county = world->county_backup;
        return;
    }
    if (!world->county.bases)
        return;
    memcpy(id, world->county.base[below((int64_t)world->county.bases)].meta.id, sizeof(id));
    assert_true(below(3) ? replica_county_accept(&world->store, id, &why)
                         : replica_county_reject(&world->store, id, &why));
}

static void step(struct world *world, struct course *course)
{
    const int64_t what = below(100);
    if (what < 20)
        step_write(world);
    else if (what < 50)
        step_send(world, course);
    else if (what < 82)
        step_deliver(world, course);
    else if (what < 86)
        step_time(world);
    else if (what < 94)
        step_site(world, course);
    else if (what < 95)
        step_copy(world, course);
    else if (what < 97)
        step_county(world, course);
    else if (what < 98)
        step_file(world, course);
    else if (course->kept)
        letter_deliver(world, &course->keep[below((int64_t)course->kept)]);
}

/* --- how it ends --- */

static void end_whole(struct mine *mine, struct held *held)
{
    const char *why;

    if (!mine_arrived(mine)) { /* then it says so, and has the ledger as a branch */
        assert_true(replica_waits(&held->meta));
        assert_false(replica_consistent(&held->meta));
        assert_true(cells_equal(held->branch.cell, mine->ledger.sheet.cell));
        assert_true(replica_county_accept(&mine->world->store, held->meta.id, &why));
        assert_null(why);
        assert_true(world_rest(mine->world));
        sum.chosen++;
    }
    assert_true(mine_arrived(mine));
    sum.arrived++;
}

/* What may be left out: a database that a person put away, the fifth that waits, and the daemon of a ledger that a
 * copy of it went on from: all that it has, the county has. */
static void end_check(struct mine *mine, const struct course *course)
{
    struct held *held = held_by(mine->world, mine->ledger.database);
    struct replica_site_view view;

    replica_site_view(mine->site, &view);
    if (!held) {
        assert_int_equal(view.refused, REPLICA_TOO_MANY);
        sum.too_many++;
    } else if (held->meta.standing == REPLICA_REPLACED) {
        assert_int_equal(view.refused, REPLICA_RETIRED);
        sum.retired++;
    } else if (view.refused == REPLICA_OLD) {
        assert_true(course->may & MAY_COPY);
        sum.old++;
    } else {
        end_whole(mine, held);
    }
}

/* Once what was on its way has arrived, each daemon's ledger becomes live once at most without a person. (Of three
 * copies two may go on for ever to be the one that waits, at each opening: so not until it rests.) */
static void copies_run_on(struct world *world)
{
    size_t switches;
    while (world->letters) {
        const struct letter letter = letter_take(world, 0);
        letter_deliver(world, &letter);
        county_check(world);
    }
    switches = world->switches;
    world_rest_within(world, 400);
    assert_true(world->switches - switches <= MINES);
}

/* One daemon is left, and the line is good. */
static void end(struct world *world, const struct course *course)
{
    struct mine *left = any_mine(world);
    size_t batches;

    copies_run_on(world);
    for (size_t i = 0; i < MINES; i++)
        if (&world->mine[i] != left)
            mine_stop(&world->mine[i]);
    replica_site_connected(left->site, world->now_ms);
    sum.batches += world->batches_sent;
    batches = world->batches_sent;
    if (!world_rest(world))
        fail_msg("it does not come to rest");
    /* What is left of the past refuses a few; then each row goes once. */
    assert_true(world->batches_sent - batches <= (KEYS + ERAS) / world->batch_rows + 4 * REPLICA_UNANSWERED_MAX);
    end_check(left, course);
    county_check(world);
    sum.switches += world->switches;
    sum.uncounted += world->uncounted;
}

static void schedule_run(struct world *world)
{
    static const int64_t percent[] = {0, 1, 5, 20};
    struct course course = {.may = (unsigned)below(MAY_ALL + 1)};

    course.loss = percent[below(4)];
    course.repeat = percent[below(4)];
    if (below(2)) /* the one that the protocol is for: no other daemon, no other database */
        course.may &= ~(unsigned)(MAY_COPY | MAY_NEW | MAY_DECIDE);
    world_begin(world, (size_t)(1 + below(3)));
    mine_open(&world->mine[0]);
    for (int64_t steps = 20 + below(STEPS_MAX - 20); steps > 0; steps--) {
        step(world, &course);
        county_check(world);
    }
    end(world, &course);
    world_end(world);
}

static void county_holds_the_ledger_after_any_schedule(void **state)
{
    static struct world world;
    const char *many = getenv("REPLICA_SCHEDULES");
    const unsigned seed = (unsigned)seed_take();
    const unsigned schedules = many ? (unsigned)strtoul(many, NULL, 10) : SCHEDULES;
    unsigned running = seed;

    (void)state;
    print_message("# %u schedules\n", schedules);
    for (unsigned i = 0; i < schedules; i++) {
        running = seed + i;
        srandom(running);
        if (getenv("REPLICA_VERBOSE"))
            print_message("# SEED=%u REPLICA_SCHEDULES=1\n", running);
        schedule_run(&world);
    }
    print_message("# %zu arrived, %zu of them by a person's choice, %zu retired, %zu too many, %zu old; %zu switches, "
                  "%zu batches, %zu rows not counted\n",
                  sum.arrived, sum.chosen, sum.retired, sum.too_many, sum.old, sum.switches, sum.batches,
                  sum.uncounted);
    if (schedules >= SCHEDULES) {
        assert_true(sum.arrived > schedules / 2);
        assert_true(sum.chosen && sum.retired && sum.switches && sum.uncounted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(county_holds_the_ledger_after_any_schedule)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
