/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that sends a real ledger, a broker of the test's own, and a real county behind it. */
#include "collector/publisher.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/store_replica.h"
#include "collector/topic.h"
#include "tests/unit/travel_rig.h"

enum { MESSAGES_MAX = 256, DAY_MINUTES = 1440, WAIT_MS = 20000, QUIET_MS = 300 };

/* --- a broker: what was sent lies in it until the test takes it --- */

struct broker {
    pthread_mutex_t lock;
    bool up, full; /* full: it takes nothing, though connected */
    bool held;     /* a message that is handed over waits */
    size_t sent, taken;
    struct text message[MESSAGES_MAX];
    char topic[128];
    size_t filters;
    char filter[2][128]; /* the answers', the county's status */
    broker_heard *heard[2];
    void *context;
    struct broker_health health;
};

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static bool broker_holds(struct broker *broker, bool *what)
{
    pthread_mutex_lock(&broker->lock);
    const bool holds = *what;
    pthread_mutex_unlock(&broker->lock);
    return holds;
}

bool broker_send(struct broker *broker, const char *topic, const char *payload, size_t length)
{
    while (broker_holds(broker, &broker->held))
        nap();
    pthread_mutex_lock(&broker->lock);
    const bool taken = broker->up && !broker->full && broker->sent < MESSAGES_MAX;
    if (taken)
        text_add_bytes(&broker->message[broker->sent++], payload, length);
    snprintf(broker->topic, sizeof broker->topic, "%s", topic);
    pthread_mutex_unlock(&broker->lock);
    return taken;
}

bool broker_subscribe(struct broker *broker, const char *filter, int qos, broker_heard *heard, void *context)
{
    assert_in_range(broker->filters, 0, 1);
    assert_int_equal(qos, 1);
    snprintf(broker->filter[broker->filters], sizeof broker->filter[0], "%s", filter);
    broker->heard[broker->filters++] = heard;
    broker->context = context;
    return true;
}

void broker_unsubscribe(struct broker *broker, const void *context)
{
    assert_ptr_equal(context, broker->context);
    broker->heard[0] = broker->heard[1] = NULL;
}

struct broker_health broker_health(struct broker *broker)
{
    pthread_mutex_lock(&broker->lock);
    struct broker_health health = broker->health;
    health.connected = broker->up;
    pthread_mutex_unlock(&broker->lock);
    return health;
}

static size_t broker_sent(struct broker *broker)
{
    pthread_mutex_lock(&broker->lock);
    const size_t sent = broker->sent;
    pthread_mutex_unlock(&broker->lock);
    return sent;
}

/* --- a site, a county, and the line between --- */

struct line {
    uint64_t seed;
    struct rig site, county;
    struct replicas *replicas;
    struct broker broker;
    struct alarms *alarms;
    struct publisher *publisher;
    struct replica_answer answer; /* the county's last */
};

static void alarm_forget(void *context, const struct alarm *alarm, enum alarm_change change)
{
    (void)context;
    (void)alarm;
    (void)change;
}

static int begin(void **state)
{
    struct line *line = calloc(1, sizeof *line);
    assert_non_null(line);
    line->seed = 7;
    rig_open(&line->site, &line->seed, RIG_METERS, 'a');
    rig_open(&line->county, &line->seed, 0, 'x');
    line->replicas = replicas_new(line->county.store, NULL, NULL);
    pthread_mutex_init(&line->broker.lock, NULL);
    struct config_mqtt *mqtt = &line->site.site.config.mqtt;
    snprintf(mqtt->prefix, sizeof mqtt->prefix, "coaltally");
    snprintf(mqtt->county, sizeof mqtt->county, "liulin");
    line->site.site.config.county_after_ms = HOUR_MS;
    line->alarms = alarms_new(0, alarm_forget, NULL);
    line->publisher = publisher_new(&line->site.site.config);
    assert_non_null(line->publisher);
    *state = line;
    return 0;
}

static int end(void **state)
{
    struct line *line = *state;
    publisher_stop(line->publisher);
    publisher_free(line->publisher);
    alarms_free(line->alarms);
    for (size_t i = 0; i < line->broker.sent; i++)
        text_free(&line->broker.message[i]);
    pthread_mutex_destroy(&line->broker.lock);
    replicas_free(line->replicas);
    rig_close(&line->county);
    rig_close(&line->site);
    free(line);
    return 0;
}

static void start(struct line *line)
{
    assert_true(publisher_start(line->publisher, &line->broker, line->alarms));
}

static void connect_broker(struct line *line, bool up)
{
    pthread_mutex_lock(&line->broker.lock);
    line->broker.up = up;
    pthread_mutex_unlock(&line->broker.lock);
    if (up)
        publisher_connected(line->publisher);
}

#define eventually(condition)                                                                                          \
    do {                                                                                                               \
        int waits = WAIT_MS / 2;                                                                                       \
        while (!(condition) && waits-- > 0)                                                                            \
            nap();                                                                                                     \
        assert_true(condition);                                                                                        \
    } while (0)

/* Nothing more goes out. */
static void quiet(struct line *line)
{
    const size_t sent = broker_sent(&line->broker);
    for (int i = 0; i < QUIET_MS / 2; i++)
        nap();
    assert_int_equal(broker_sent(&line->broker), sent);
}

static void next(struct line *line, struct replica_message *message)
{
    struct broker *broker = &line->broker;
    eventually(broker_sent(broker) > broker->taken);
    const struct text *payload = &broker->message[broker->taken++];
    replica_message_read(payload->at, payload->length, REPLICA_FROM_SITE, message);
    assert_string_equal(message->why, "");
}

static void tell(struct line *line, const struct replica_answer *answer)
{
    const struct replica_peer self = replica_peer_self("liulin", SITE_DAY_MS);
    struct text payload = {0};
    replica_message_answer(&payload, answer, "", &self);
    line->broker.heard[0](line->broker.context, line->broker.filter[0], payload.at, payload.length);
    text_free(&payload);
}

/* The county takes the next message. What it was. */
static enum replica_kind take(struct line *line)
{
    const struct replica_heard heard = {.now_ms = SITE_DAY_MS + 200 * HOUR_MS, .trusted = true};
    const char *site = line->site.site.config.site;
    struct replica_message message;
    struct replica_outcome outcome;
    next(line, &message);
    const enum replica_kind kind = message.kind;
    if (kind == REPLICA_OPENING)
        assert_true(replicas_opening(line->replicas, site, &message.opening, &heard, &outcome));
    else
        assert_true(replicas_batch(line->replicas, site, &message.batch, &heard, &outcome));
    line->answer = outcome.answer;
    replica_message_free(&message);
    return kind;
}

static int64_t head(struct line *line)
{
    return store_head(line->site.store);
}

/* Answers all, until the county has what the ledger has. The number of batches. */
static int serve(struct line *line)
{
    int batches = 0;
    do {
        batches += take(line) == REPLICA_BATCH;
        tell(line, &line->answer);
    } while (line->answer.live.rev < head(line));
    assert_int_equal(line->answer.reason, REPLICA_FITS);
    eventually(publisher_report(line->publisher).view.confirmed.rev == head(line));
    return batches;
}

static size_t alarms_standing(struct line *line, const char *reason)
{
    size_t count, standing = 0;
    struct alarm *alarm = alarms_list(line->alarms, &count);
    for (size_t i = 0; i < count; i++)
        standing += !alarm[i].cleared_ms && strcmp(alarm[i].reason, reason) == 0;
    free(alarm);
    return standing;
}

static void tick(struct line *line, int64_t later_ms)
{
    struct clock_now now = clock_now();
    now.wall_ms += later_ms;
    now.boot_ms += later_ms;
    publisher_tick(line->publisher, now);
}

/* --- tests --- */

static void a_ledger_goes_over_and_then_each_commit(void **state)
{
    struct line *line = *state;
    connect_broker(line, true); /* before it has a thread */
    rig_run(&line->site, 20 * DAY_MINUTES);
    start(line);
    const int batches = serve(line);
    assert_in_range(batches, 2, 60);
    assert_string_equal(line->broker.topic, "coaltally/county-7/ledger");
    assert_string_equal(line->broker.filter[0], "coaltally/county/liulin/confirmed/county-7");
    const int64_t sum = db_value(line->site.store->db, "SELECT sum(metered) FROM tally", 0, NULL);
    assert_true(sum > 0);
    assert_int_equal(db_value(line->county.store->db, "SELECT sum(metered) FROM tally", 0, NULL), sum);
    quiet(line);
    publisher_committed(line->publisher); /* without a row */
    quiet(line);
    rig_run(&line->site, 5);
    publisher_committed(line->publisher);
    assert_int_equal(serve(line), 1);
    quiet(line);
}

static void at_most_eight_are_unanswered(void **state)
{
    struct line *line = *state;
    rig_run(&line->site, 60 * DAY_MINUTES);
    start(line);
    connect_broker(line, true);
    assert_int_equal(take(line), REPLICA_OPENING);
    tell(line, &line->answer);
    eventually(broker_sent(&line->broker) == 1 + REPLICA_UNANSWERED_MAX);
    publisher_committed(line->publisher);
    quiet(line);
    assert_int_equal(take(line), REPLICA_BATCH);
    tell(line, &line->answer);
    eventually(broker_sent(&line->broker) == 2 + REPLICA_UNANSWERED_MAX);
    quiet(line);
}

static void what_comes_and_is_no_answer_to_it_changes_nothing(void **state)
{
    struct line *line = *state;
    start(line);
    /* Retained since the last run, by a county that refused it. */
    struct replica_answer stale = {.session = 4711, .reason = REPLICA_RETIRED, .standing = REPLICA_REPLACED};
    memset(stale.database, 'a', REPLICA_ID_SIZE - 1);
    tell(line, &stale);
    connect_broker(line, true);
    struct replica_message opening;
    next(line, &opening);
    memcpy(stale.database, opening.database, sizeof stale.database);
    replica_message_free(&opening);
    line->broker.taken--;
    tell(line, &stale);
    line->broker.heard[0](line->broker.context, "", "{\"v\":1,", 7);
    line->broker.heard[0](line->broker.context, "", "", 0);
    for (int i = 0; i < 100; i++) /* more than it keeps, and it goes on */
        tell(line, &stale);
    quiet(line);
    const struct publisher_report report = publisher_report(line->publisher);
    assert_int_equal(report.view.refused, REPLICA_FITS);
    assert_int_equal(report.answered_ms, 0);
    serve(line);
    assert_true(publisher_report(line->publisher).answered_ms > 0);
    assert_string_equal(publisher_report(line->publisher).strange, "");
}

static void garbage_in_place_of_an_answer_is_said(void **state)
{
    struct line *line = *state;
    start(line);
    connect_broker(line, true);
    line->broker.heard[0](line->broker.context, "", "[1,2]", 5);
    eventually(*publisher_report(line->publisher).strange);
    serve(line);
    eventually(!*publisher_report(line->publisher).strange);
}

static void without_a_connection_nothing_is_kept_and_then_it_goes_on(void **state)
{
    struct line *line = *state;
    start(line);
    connect_broker(line, true);
    serve(line);
    connect_broker(line, false);
    for (int i = 0; i < 20; i++) {
        rig_run(&line->site, 60);
        publisher_committed(line->publisher);
        eventually(!publisher_report(line->publisher).view.connected);
    }
    quiet(line);
    connect_broker(line, true);
    assert_int_equal(take(line), REPLICA_OPENING);
    tell(line, &line->answer);
    serve(line);
    assert_int_equal(db_value(line->county.store->db, "SELECT sum(metered) FROM tally", 0, NULL),
                     db_value(line->site.store->db, "SELECT sum(metered) FROM tally", 0, NULL));
}

static void a_refusal_is_said_and_is_over_when_it_is_taken(void **state)
{
    struct line *line = *state;
    start(line);
    connect_broker(line, true);
    assert_int_equal(take(line), REPLICA_OPENING);
    struct replica_answer refused = line->answer;
    refused.reason = REPLICA_RETIRED;
    refused.standing = REPLICA_REPLACED;
    tell(line, &refused);
    eventually(publisher_report(line->publisher).view.refused == REPLICA_RETIRED);
    struct text why = {0};
    const struct publisher_report report = publisher_report(line->publisher);
    publisher_refusal_say(&report, &why);
    assert_non_null(strstr(why.at, "coaltally site reject"));
    text_free(&why);
    tick(line, 0);
    assert_int_equal(alarms_standing(line, "county-refuses"), 1);
    quiet(line);
    connect_broker(line, true); /* again */
    serve(line);
    eventually(publisher_report(line->publisher).view.refused == REPLICA_FITS);
    tick(line, 0);
    assert_int_equal(alarms_standing(line, "county-refuses"), 0);
}

static void a_county_of_another_version_is_said(void **state)
{
    struct line *line = *state;
    start(line);
    connect_broker(line, true);
    assert_int_equal(take(line), REPLICA_OPENING);
    struct text answer = {0}, why = {0};
    text_format(&answer, "{\"v\":9,\"message\":\"answer\",\"versions\":[8,9],\"program\":\"9.0\",\"database\":\"%s\",",
                line->answer.database);
    text_format(&answer, "\"session\":%lld,\"reason\":\"fits\",\"why\":\"\"}", (long long)line->answer.session);
    line->broker.heard[0](line->broker.context, "", answer.at, answer.length);
    text_free(&answer);
    eventually(publisher_report(line->publisher).view.refused == REPLICA_VERSION);
    const struct publisher_report report = publisher_report(line->publisher);
    publisher_refusal_say(&report, &why);
    assert_non_null(strstr(why.at, "9"));
    text_free(&why);
    quiet(line);
}

static void a_county_that_is_silent_raises_an_alarm(void **state)
{
    struct line *line = *state;
    start(line);
    tick(line, HOUR_MS - 60000);
    assert_int_equal(alarms_standing(line, "county-silent"), 0);
    tick(line, HOUR_MS + 60000);
    assert_int_equal(alarms_standing(line, "county-silent"), 1);
    connect_broker(line, true);
    serve(line);
    tick(line, 0);
    assert_int_equal(alarms_standing(line, "county-silent"), 0);
}

static void county_says(struct line *line, const char *status, int since)
{
    char payload[64];
    const int length = snprintf(payload, sizeof payload, "{\"status\":\"%s\",\"since\":%d}", status, since);
    line->broker.heard[1](line->broker.context, line->broker.filter[1], payload, (size_t)length);
}

static void when_the_county_is_back_it_opens_soon(void **state)
{
    static const struct {
        const char *status;
        int since;
    } back[] = {{"online", 2}, {"offline", 2}, {"online", 2}};
    struct line *line = *state;
    start(line);
    assert_string_equal(line->broker.filter[1], "coaltally/county/liulin/status");
    line->broker.heard[1](line->broker.context, "", "[", 1);
    county_says(line, "online", 1);
    connect_broker(line, true);
    serve(line);
    county_says(line, "online", 1);
    county_says(line, "asleep", 3);
    quiet(line);
    for (size_t i = 0; i < sizeof back / sizeof *back; i++) {
        county_says(line, back[i].status, back[i].since);
        if (strcmp(back[i].status, "online") != 0)
            continue;
        const int64_t before_ms = publisher_report(line->publisher).view.answered_ms;
        assert_int_equal(take(line), REPLICA_OPENING);
        tell(line, &line->answer);
        eventually(publisher_report(line->publisher).view.answered_ms > before_ms); /* an answer says it all, too */
    }
    quiet(line);
}

static void an_answer_to_what_another_one_sent_stops_nothing_and_is_told(void **state)
{
    struct line *line = *state;
    start(line);
    connect_broker(line, true);
    serve(line);
    tick(line, 0);
    assert_int_equal(alarms_standing(line, "copy-runs"), 0);
    struct replica_answer other = line->answer;
    other.reason = REPLICA_MALFORMED;
    tell(line, &other); /* of its own session, but nothing is unanswered */
    eventually(publisher_report(line->publisher).view.others == 1);
    other.session = 4711;
    tell(line, &other);
    eventually(publisher_report(line->publisher).view.others == 2);
    quiet(line);
    assert_int_equal(publisher_report(line->publisher).view.refused, REPLICA_FITS);
    tick(line, 0);
    assert_int_equal(alarms_standing(line, "copy-runs"), 1);
    assert_int_equal(alarms_standing(line, "county-refuses"), 0);
    /* and where it moved the county, that is set right at once */
    other.reason = REPLICA_FITS;
    other.live.head++;
    tell(line, &other);
    assert_int_equal(take(line), REPLICA_OPENING);
    tell(line, &line->answer);
    tick(line, HOUR_MS - 1);
    assert_int_equal(alarms_standing(line, "copy-runs"), 0);
}

static void a_broker_that_hangs_holds_up_nobody_else(void **state)
{
    struct line *line = *state;
    start(line);
    line->broker.held = true;
    connect_broker(line, true);
    for (int i = 0; i < 50; i++)
        nap();
    publisher_committed(line->publisher);
    publisher_connected(line->publisher);
    tell(line, &line->answer);
    publisher_report(line->publisher);
    assert_true(publisher_alive_until_ms(line->publisher) != INT64_MAX); /* and the watchdog sees it */
    assert_int_equal(broker_sent(&line->broker), 0);
    pthread_mutex_lock(&line->broker.lock);
    line->broker.held = false;
    pthread_mutex_unlock(&line->broker.lock);
    serve(line);
}

static void what_is_committed_at_the_stop_goes_out(void **state)
{
    struct line *line = *state;
    start(line);
    connect_broker(line, true);
    serve(line);
    const size_t sent = broker_sent(&line->broker);
    rig_run(&line->site, 5);
    publisher_stop(line->publisher);
    assert_int_equal(broker_sent(&line->broker), sent + 1);
}

static void a_full_broker_is_no_lost_connection(void **state)
{
    struct line *line = *state;
    start(line);
    line->broker.full = true;
    connect_broker(line, true);
    eventually(publisher_report(line->publisher).view.connected);
    quiet(line);
    assert_true(publisher_report(line->publisher).view.connected);
    pthread_mutex_lock(&line->broker.lock);
    line->broker.full = false;
    pthread_mutex_unlock(&line->broker.lock);
    publisher_connected(line->publisher);
    serve(line);
}

#define LINE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINE(a_ledger_goes_over_and_then_each_commit),
        LINE(at_most_eight_are_unanswered),
        LINE(what_comes_and_is_no_answer_to_it_changes_nothing),
        LINE(garbage_in_place_of_an_answer_is_said),
        LINE(without_a_connection_nothing_is_kept_and_then_it_goes_on),
        LINE(a_refusal_is_said_and_is_over_when_it_is_taken),
        LINE(a_county_of_another_version_is_said),
        LINE(when_the_county_is_back_it_opens_soon),
        LINE(an_answer_to_what_another_one_sent_stops_nothing_and_is_told),
        LINE(a_county_that_is_silent_raises_an_alarm),
        LINE(a_broker_that_hangs_holds_up_nobody_else),
        LINE(what_is_committed_at_the_stop_goes_out),
        LINE(a_full_broker_is_no_lost_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
