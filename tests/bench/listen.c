/* SPDX-License-Identifier: Apache-2.0 */
/* Subscribes to what a daemon publishes, measures it for so many seconds, and
 * what the daemon's process spends meanwhile:
 *   listen PORT FILTER QOS SECONDS PID CYCLE_MS
 * Prints one line a figure, "name value". A gap is the time between two messages
 * of one topic, a missed cycle each CYCLE_MS without one. The readings of a message are
 * the members of its "values", or one. Latency is the message's arrival less its
 * gauge1, which the bench's devices set to the ms of the minute at which they answer. */
#include <MQTTAsync.h>
#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TOPICS = 1 << 15, TOPIC_BYTES = 128, SAMPLES = 1 << 20, CONNECT_S = 10 };

struct topic {
    char name[TOPIC_BYTES]; /* empty: free */
    int64_t last_us;
};

/* Figures of one kind, for their percentiles. */
struct samples {
    size_t count;
    int64_t *at;
};

struct listener {
    const char *filter;
    int qos;
    int64_t cycle_us;
    MQTTAsync client;
    pthread_mutex_t lock; /* over all below: paho calls from its own thread */
    pthread_cond_t moved;
    int subscribed; /* 0: not yet, 1, or -1: never */
    bool measuring;
    uint64_t messages, readings, missed, unnoted;
    size_t topics;
    struct topic *topic;
    struct samples gap_us, latency_ms;
};

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- what one message says --- */

static void samples_add(struct listener *listener, struct samples *samples, int64_t value)
{
    if (samples->count < SAMPLES)
        samples->at[samples->count++] = value;
    else
        listener->unnoted++;
}

/* The slot of a topic, or where it belongs; FNV-1a, open addressing. */
static struct topic *topic_find(struct listener *listener, const char *name)
{
    uint32_t hash = 2166136261u;
    for (const char *c = name; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    for (size_t i = hash % TOPICS;; i = (i + 1) % TOPICS) {
        struct topic *topic = &listener->topic[i];
        if (!topic->name[0] || strcmp(topic->name, name) == 0)
            return topic;
    }
}

static void note_topic(struct listener *listener, const char *name, int64_t now_us)
{
    struct topic *topic = topic_find(listener, name);
    if (!topic->name[0]) {
        if (strlen(name) >= TOPIC_BYTES || listener->topics == TOPICS / 2) {
            listener->unnoted++;
            return;
        }
        strcpy(topic->name, name);
        listener->topics++;
    } else {
        const int64_t gap_us = now_us - topic->last_us;
        const int64_t cycles = (gap_us + listener->cycle_us / 2) / listener->cycle_us;
        listener->missed += cycles > 1 ? (uint64_t)cycles - 1 : 0;
        samples_add(listener, &listener->gap_us, gap_us);
    }
    topic->last_us = now_us;
}

static uint64_t count_readings(const char *payload)
{
    const char *values = strstr(payload, "\"values\":{");
    uint64_t members = 0;
    if (!values)
        return 1;
    for (const char *c = values + strlen("\"values\":{"); *c && *c != '}'; c++)
        members += *c == ':';
    return members;
}

static void note_latency(struct listener *listener, const char *payload, int64_t wall_ms)
{
    const char *gauge = strstr(payload, "\"gauge1\":");
    if (gauge)
        samples_add(listener, &listener->latency_ms,
                    (wall_ms % 60000 - atoll(gauge + strlen("\"gauge1\":")) + 60000) % 60000);
}

static int arrived(void *context, char *topic, int topic_bytes, MQTTAsync_message *message)
{
    const int64_t now_us = clock_us(CLOCK_MONOTONIC), wall_ms = clock_us(CLOCK_REALTIME) / 1000;
    struct listener *listener = context;
    char payload[16384];
    const size_t length = (size_t)message->payloadlen < sizeof payload ? (size_t)message->payloadlen : 0;
    (void)topic_bytes;
    memcpy(payload, message->payload, length);
    payload[length] = '\0';
    pthread_mutex_lock(&listener->lock);
    if (listener->measuring) {
        const uint64_t readings = count_readings(payload);
        listener->messages++;
        listener->readings += readings;
        if (readings) { /* a device that does not answer has scans too, without values and ever fewer */
            note_topic(listener, topic, now_us);
            note_latency(listener, payload, wall_ms);
        }
    }
    pthread_mutex_unlock(&listener->lock);
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}

/* --- the connection --- */

static void settle(struct listener *listener, int subscribed)
{
    pthread_mutex_lock(&listener->lock);
    listener->subscribed = subscribed;
    pthread_cond_signal(&listener->moved);
    pthread_mutex_unlock(&listener->lock);
}

static void failed(void *context, MQTTAsync_failureData *data)
{
    (void)data;
    settle(context, -1);
}

static void lost(void *context, char *cause)
{
    (void)cause;
    settle(context, -1);
}

static void subscribed(void *context, MQTTAsync_successData *data)
{
    (void)data;
    settle(context, 1);
}

static void connected(void *context, MQTTAsync_successData *data)
{
    struct listener *listener = context;
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    (void)data;
    options.context = listener;
    options.onSuccess = subscribed;
    options.onFailure = failed;
    if (MQTTAsync_subscribe(listener->client, listener->filter, listener->qos, &options) != MQTTASYNC_SUCCESS)
        settle(listener, -1);
}

static bool subscribe(struct listener *listener, const char *port)
{
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;
    struct timespec until;
    char address[64];
    snprintf(address, sizeof address, "tcp://127.0.0.1:%s", port);
    options.context = listener;
    options.onSuccess = connected;
    options.onFailure = failed;
    if (MQTTAsync_create(&listener->client, address, "bench-listen", MQTTCLIENT_PERSISTENCE_NONE, NULL) != 0 ||
        MQTTAsync_setCallbacks(listener->client, listener, lost, arrived, NULL) != 0 ||
        MQTTAsync_connect(listener->client, &options) != 0)
        return false;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CONNECT_S;
    pthread_mutex_lock(&listener->lock);
    while (!listener->subscribed && pthread_cond_timedwait(&listener->moved, &listener->lock, &until) == 0)
        ;
    const bool done = listener->subscribed == 1;
    pthread_mutex_unlock(&listener->lock);
    return done;
}

/* --- the daemon's process --- */

/* All that its threads have run, ns; -1: no such process. (Linux, scheduler/sched-stats: schedstat's first field.) */
static int64_t process_ns(const char *pid)
{
    char path[300];
    int64_t all_ns = 0;
    snprintf(path, sizeof path, "/proc/%s/task", pid);
    DIR *tasks = opendir(path);
    if (!tasks)
        return -1;
    for (struct dirent *task; (task = readdir(tasks));) {
        int64_t ns = 0;
        snprintf(path, sizeof path, "/proc/%s/task/%s/schedstat", pid, task->d_name);
        FILE *file = task->d_name[0] == '.' ? NULL : fopen(path, "re");
        if (file && fscanf(file, "%" SCNd64, &ns) == 1)
            all_ns += ns;
        if (file)
            fclose(file);
    }
    closedir(tasks);
    return all_ns;
}

/* --- figures --- */

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_samples(const char *name, struct samples *samples, double unit)
{
    if (!samples->count)
        return;
    qsort(samples->at, samples->count, sizeof *samples->at, by_value);
    printf("%s_p50 %.1f\n", name, (double)samples->at[samples->count / 2] / unit);
    printf("%s_p99 %.1f\n", name, (double)samples->at[samples->count * 99 / 100] / unit);
    printf("%s_max %.1f\n", name, (double)samples->at[samples->count - 1] / unit);
}

static void print_figures(struct listener *listener, int64_t spent_ns)
{
    printf("messages %" PRIu64 "\n", listener->messages);
    printf("readings %" PRIu64 "\n", listener->readings);
    printf("topics %zu\n", listener->topics);
    printf("missed %" PRIu64 "\n", listener->missed);
    printf("unnoted %" PRIu64 "\n", listener->unnoted);
    printf("cpu_s %.3f\n", (double)spent_ns / 1e9);
    if (listener->readings)
        printf("cpu_s_per_million %.3f\n", (double)spent_ns / 1e3 / (double)listener->readings);
    print_samples("gap_ms", &listener->gap_us, 1000);
    print_samples("latency_ms", &listener->latency_ms, 1);
}

static void set_measuring(struct listener *listener, bool measuring)
{
    pthread_mutex_lock(&listener->lock);
    listener->measuring = measuring;
    pthread_mutex_unlock(&listener->lock);
}

int main(int argc, char **argv)
{
    struct listener listener = {.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};
    if (argc != 7) {
        fprintf(stderr, "usage: listen PORT FILTER QOS SECONDS PID CYCLE_MS\n");
        return 2;
    }
    listener.filter = argv[2];
    listener.qos = atoi(argv[3]);
    listener.cycle_us = atoll(argv[6]) * 1000;
    listener.topic = calloc(TOPICS, sizeof *listener.topic);
    listener.gap_us.at = calloc(SAMPLES, sizeof *listener.gap_us.at);
    listener.latency_ms.at = calloc(SAMPLES, sizeof *listener.latency_ms.at);
    if (!listener.topic || !listener.gap_us.at || !listener.latency_ms.at || listener.cycle_us <= 0 ||
        !subscribe(&listener, argv[1])) {
        fprintf(stderr, "listen: cannot subscribe at port %s\n", argv[1]);
        return 3;
    }
    const int64_t before_ns = process_ns(argv[5]);
    set_measuring(&listener, true);
    sleep((unsigned)atoi(argv[4]));
    set_measuring(&listener, false);
    const int64_t after_ns = process_ns(argv[5]);
    if (listener.subscribed < 0 || before_ns < 0 || after_ns < 0) {
        fprintf(stderr, "listen: the broker or process %s ended meanwhile\n", argv[5]);
        return 3;
    }
    print_figures(&listener, after_ns - before_ns);
    /* At once: exit() would take the library's state away under its own thread, which still receives. */
    _exit(fflush(stdout) == 0 ? 0 : 3);
}
