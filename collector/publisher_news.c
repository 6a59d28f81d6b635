/* SPDX-License-Identifier: Apache-2.0 */
/* What other threads leave for the publisher's, and how it waits for that. */
#include <string.h>
#include <time.h>

#include "collector/json.h"
#include "collector/publisher_parts.h"

enum { WAIT_MAX_MS = 60 * 1000 }; /* so that the watchdog sees it come round */

static void wake(struct publisher *publisher, bool *mark)
{
    pthread_mutex_lock(&publisher->lock);
    *mark = true;
    pthread_cond_signal(&publisher->moved);
    pthread_mutex_unlock(&publisher->lock);
}

void publisher_connected(struct publisher *publisher)
{
    if (publisher)
        wake(publisher, &publisher->news.connected);
}

void publisher_committed(struct publisher *publisher)
{
    if (publisher)
        wake(publisher, &publisher->news.committed);
}

/* What cannot be read may still say whom it answers. */
static void answer_take(struct publisher_answer *taken, const struct replica_message *message)
{
    taken->kind = message->kind;
    taken->county = message->peer;
    memcpy(taken->why, message->why, sizeof taken->why);
    taken->answer = message->answer;
    if (message->kind == REPLICA_ANSWER)
        return;
    memcpy(taken->answer.database, message->database, sizeof message->database);
    taken->answer.session = message->session;
    taken->answer.reason = message->reason;
}

void publisher_heard(void *context, const char *topic, const char *bytes, size_t length)
{
    struct publisher *publisher = context;
    struct publisher_news *news = &publisher->news;
    struct replica_message message;
    (void)topic;
    if (length == 0) /* somebody emptied what was retained */
        return;
    replica_message_read(bytes, length, REPLICA_FROM_COUNTY, &message);
    pthread_mutex_lock(&publisher->lock);
    if (news->answers == PUBLISHER_ANSWERS_MAX)
        memmove(news->answer, news->answer + 1, --news->answers * sizeof *news->answer);
    answer_take(&news->answer[news->answers++], &message);
    pthread_cond_signal(&publisher->moved);
    pthread_mutex_unlock(&publisher->lock);
    replica_message_free(&message);
}

/* Another daemon than before is there as well as one that was gone. */
static bool county_returns(struct publisher_county *county, const char *status, int64_t since_ms)
{
    if (strcmp(status, "online") != 0) {
        county->gone |= strcmp(status, "offline") == 0;
        return false;
    }
    const bool returns = county->gone || (county->since_ms && county->since_ms != since_ms);
    *county = (struct publisher_county){.since_ms = since_ms};
    return returns;
}

void publisher_county_heard(void *context, const char *topic, const char *bytes, size_t length)
{
    struct publisher *publisher = context;
    char why[160];
    int64_t since_ms = 0;
    (void)topic;
    struct json *root = length <= REPLICA_SHORT_BYTES ? json_read(bytes, length, why, sizeof why) : NULL;
    const char *status = json_words(json_member(root, "status"));
    json_number(json_member(root, "since"), &since_ms);
    pthread_mutex_lock(&publisher->lock);
    if (status && county_returns(&publisher->county, status, since_ms)) {
        publisher->news.returned = true;
        pthread_cond_signal(&publisher->moved);
    }
    pthread_mutex_unlock(&publisher->lock);
    json_close(root);
}

static bool any(const struct publisher_news *news)
{
    return news->connected || news->committed || news->stop || news->returned || news->answers;
}

/* The clock of the wait stands while the machine sleeps, that of due_ms does not: short waits, and a look between. */
static void wait_moved(struct publisher *publisher, int64_t for_ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(for_ms / 1000);
    at.tv_nsec += (long)(for_ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&publisher->moved, &publisher->lock, &at);
}

bool publisher_wait(struct publisher *publisher, int64_t due_ms, struct publisher_news *news)
{
    const int64_t now_ms = clock_now().boot_ms, wait_ms = due_ms - now_ms;
    pthread_mutex_lock(&publisher->lock);
    if (wait_ms > 0 && !any(&publisher->news))
        wait_moved(publisher, wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS);
    *news = publisher->news;
    publisher->news.connected = publisher->news.committed = publisher->news.returned = false;
    publisher->news.answers = 0;
    pthread_mutex_unlock(&publisher->lock);
    return !news->stop;
}

void publisher_tell(struct publisher *publisher)
{
    pthread_mutex_lock(&publisher->lock);
    publisher->report = publisher->now;
    pthread_mutex_unlock(&publisher->lock);
}

struct publisher_report publisher_report(struct publisher *publisher)
{
    pthread_mutex_lock(&publisher->lock);
    struct publisher_report report = publisher->report;
    pthread_mutex_unlock(&publisher->lock);
    return report;
}
