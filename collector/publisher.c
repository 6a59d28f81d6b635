/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/publisher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "collector/log.h"
#include "collector/publisher_parts.h"
#include "collector/topic.h"

enum {
    ROUND_MS = 120 * 1000,    /* the loop comes round in a minute, and a message is handed over in much less */
    OPEN_AGAIN_MS = 30000,    /* after the ledger could not be opened for reading */
    PAYLOAD_KEPT = 256 << 10, /* room for a batch; what a single long row needed is given back */
    /* After the county came back: it shall hear us, and not all its sites in one moment. */
    RETURN_LEAST_MS = 1000,
    RETURN_SPREAD_MS = 4000
};

static void alive_for(struct publisher *publisher, int64_t ms)
{
    atomic_store(&publisher->alive_until_ms, ms ? clock_now().boot_ms + ms : INT64_MAX);
}

int64_t publisher_alive_until_ms(const struct publisher *publisher)
{
    return atomic_load(&publisher->alive_until_ms);
}

/* --- the ledger --- */

/* Of an answer that a broker retained since the last run, none bears this session. */
static bool session_first(int64_t *session)
{
    uint64_t bits;
    if (getrandom(&bits, sizeof bits, 0) != sizeof bits)
        return false;
    *session = (int64_t)(bits >> 3);
    return true;
}

static void fault(struct publisher *publisher, const char *error)
{
    char *known = publisher->now.error;
    if (strcmp(known, error) == 0)
        return;
    snprintf(known, sizeof publisher->now.error, "%s", error);
    if (*error)
        log_warnx("county %s: %s", publisher->config->mqtt.county, error);
}

static int64_t return_wait_ms(void)
{
    uint32_t bits = 0;
    (void)!getrandom(&bits, sizeof bits, 0);
    return RETURN_LEAST_MS + bits % RETURN_SPREAD_MS;
}

static bool ledger_open(struct publisher *publisher, int64_t now_ms)
{
    char text[sizeof publisher->now.error] = "";
    int64_t session;
    if (publisher->site)
        return true;
    if (now_ms < publisher->open_at_ms)
        return false;
    if (!publisher->rows)
        publisher->rows = ledger_rows_open(publisher->config->database, text, sizeof text);
    if (publisher->rows && session_first(&session))
        publisher->site =
            replica_site_create(ledger_rows_ledger(publisher->rows), ledger_rows_database(publisher->rows), session);
    publisher->open_at_ms = now_ms + OPEN_AGAIN_MS;
    if (!publisher->site)
        fault(publisher, *text ? text : "no memory, or no random number, to send the ledger");
    else if (publisher->connected)
        replica_site_connected(publisher->site, now_ms);
    return publisher->site != NULL;
}

/* --- messages --- */

static void payload_make(struct publisher *publisher, const struct replica_site_message *message)
{
    const struct replica_peer self = replica_peer_self(NULL, clock_now().wall_ms);
    text_clear(&publisher->payload);
    if (message->kind == REPLICA_SEND_OPENING)
        replica_message_opening(&publisher->payload, &message->opening, &self);
    else
        replica_message_batch(&publisher->payload, ledger_rows_batch(publisher->rows, &message->batch), &self);
}

/* A message that could not be sent is lost, like one that a broker loses. Without a connection there is no sense in
 * the next one. */
static void message_send(struct publisher *publisher, const struct replica_site_message *message)
{
    const struct text *topic = &publisher->topic;
    struct text *payload = &publisher->payload;
    payload_make(publisher, message);
    alive_for(publisher, ROUND_MS);
    if (payload->failed || !broker_send(publisher->broker, topic->at, payload->at, payload->length)) {
        publisher->connected = broker_health(publisher->broker).connected;
        if (!publisher->connected)
            replica_site_disconnected(publisher->site);
    }
    alive_for(publisher, 0);
    if (payload->room > PAYLOAD_KEPT || payload->failed)
        text_free(payload);
}

static void send_all(struct publisher *publisher)
{
    struct replica_site_message message;
    for (;;) {
        replica_site_next(publisher->site, clock_now().boot_ms, &message);
        if (message.kind == REPLICA_SEND_NOTHING)
            break;
        message_send(publisher, &message);
    }
    fault(publisher, ledger_rows_error(publisher->rows));
}

/* --- answers --- */

static void refused_note(struct publisher *publisher, enum replica_reason before)
{
    const struct publisher_report *report = &publisher->now;
    const char *county = publisher->config->mqtt.county;
    struct text text = {0};
    if (report->view.refused == before)
        return;
    publisher_refusal_say(report, &text);
    if (report->view.refused == REPLICA_FITS)
        log_info("county %s takes the ledger again", county);
    else if (!text.failed)
        log_warnx("county %s does not take the ledger: %s", county, text.at);
    text_free(&text);
}

/* Neither an answer to us nor one to an earlier run: nobody should write there. */
static void strange_note(struct publisher *publisher, const struct publisher_answer *answer)
{
    if (answer->kind != REPLICA_UNREAD || strcmp(publisher->now.strange, answer->why) == 0)
        return;
    memcpy(publisher->now.strange, answer->why, sizeof answer->why);
    log_warnx("county %s: what came in place of an answer cannot be read: %s", publisher->config->mqtt.county,
              answer->why);
}

/* Told once, until it has not happened for a while. */
static void others_note(struct publisher *publisher, uint64_t before, struct clock_now now)
{
    struct publisher_report *report = &publisher->now;
    if (report->view.others == before)
        return;
    if (!report->others_ms || now.boot_ms - report->others_ms > PUBLISHER_OTHERS_MS)
        log_warnx("county %s answers what this daemon did not send: another one sends this ledger (a copy of the "
                  "database runs), or a program writes to %s",
                  publisher->config->mqtt.county, publisher->topic.at);
    report->others_ms = now.boot_ms;
}

static void answer_taken(struct publisher *publisher, const struct publisher_answer *answer, struct clock_now now)
{
    struct publisher_report *report = &publisher->now;
    const struct replica_site_view before = report->view;
    replica_site_answered(publisher->site, &answer->answer, now.boot_ms);
    replica_site_view(publisher->site, &report->view);
    others_note(publisher, before.others, now);
    if (report->view.answered_ms != now.boot_ms) {
        strange_note(publisher, answer);
        return;
    }
    report->strange[0] = '\0';
    report->answered_ms = now.wall_ms;
    if (report->view.refused == answer->answer.reason) {
        report->unread = answer->kind == REPLICA_UNREAD;
        report->county = answer->county;
        memcpy(report->why, answer->why, sizeof report->why);
    }
    refused_note(publisher, before.refused);
}

/* --- the thread --- */

static void turn(struct publisher *publisher, const struct publisher_news *news)
{
    const struct clock_now now = clock_now();
    alive_for(publisher, 0);
    publisher->connected |= news->connected;
    if (!ledger_open(publisher, now.boot_ms))
        return;
    if (news->connected)
        replica_site_connected(publisher->site, now.boot_ms);
    if (news->returned)
        replica_site_returned(publisher->site, now.boot_ms + return_wait_ms());
    for (size_t i = 0; i < news->answers; i++)
        answer_taken(publisher, &news->answer[i], now);
    send_all(publisher);
    replica_site_view(publisher->site, &publisher->now.view);
}

static void *run(void *context)
{
    struct publisher *publisher = context;
    struct publisher_news news = {0};
    bool more = true;
    while (more) {
        const int64_t due_ms = publisher->site ? replica_site_due(publisher->site) : publisher->open_at_ms;
        alive_for(publisher, ROUND_MS);
        more = publisher_wait(publisher, due_ms, &news);
        turn(publisher, &news); /* also the last time: what was committed at the stop goes out */
        publisher_tell(publisher);
    }
    return NULL;
}

/* --- life --- */

struct publisher *publisher_new(const struct config *config)
{
    struct publisher *publisher = calloc(1, sizeof *publisher);
    pthread_condattr_t monotonic;
    if (!publisher)
        return NULL;
    publisher->config = config;
    publisher->started = clock_now();
    publisher->alive_until_ms = INT64_MAX;
    pthread_mutex_init(&publisher->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&publisher->moved, &monotonic);
    pthread_condattr_destroy(&monotonic);
    topic_ledger(&publisher->topic, config);
    if (!publisher->topic.failed)
        return publisher;
    publisher_free(publisher);
    return NULL;
}

bool publisher_start(struct publisher *publisher, struct broker *broker, struct alarms *alarms)
{
    const struct config *config = publisher->config;
    struct text answers = {0}, status = {0};
    publisher->broker = broker;
    publisher->alarms = alarms;
    topic_confirmed(&answers, config, config->mqtt.county, config->site);
    topic_county_status(&status, config, config->mqtt.county);
    const bool subscribed = !answers.failed && !status.failed &&
                            broker_subscribe(broker, answers.at, 1, publisher_heard, publisher) &&
                            broker_subscribe(broker, status.at, 1, publisher_county_heard, publisher);
    text_free(&answers);
    text_free(&status);
    const int error = subscribed ? pthread_create(&publisher->thread, NULL, run, publisher) : 0;
    publisher->running = subscribed && !error;
    if (!publisher->running)
        log_error("no thread to send the ledger to county %s: %s", config->mqtt.county,
                  error ? strerror(error) : "out of memory");
    return publisher->running;
}

void publisher_stop(struct publisher *publisher)
{
    if (!publisher || !publisher->broker)
        return;
    broker_unsubscribe(publisher->broker, publisher);
    if (!publisher->running)
        return;
    pthread_mutex_lock(&publisher->lock);
    publisher->news.stop = true;
    pthread_cond_signal(&publisher->moved);
    pthread_mutex_unlock(&publisher->lock);
    pthread_join(publisher->thread, NULL);
    publisher->running = false;
}

void publisher_free(struct publisher *publisher)
{
    if (!publisher)
        return;
    replica_site_free(publisher->site);
    if (publisher->rows)
        ledger_rows_close(publisher->rows);
    text_free(&publisher->topic);
    text_free(&publisher->payload);
    pthread_cond_destroy(&publisher->moved);
    pthread_mutex_destroy(&publisher->lock);
    free(publisher);
}
