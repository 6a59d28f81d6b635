/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board_topic.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/board_parts.h"
#include "collector/clock.h"
#include "collector/display.h"
#include "collector/log.h"
#include "collector/store.h"

enum {
    LOOK_MS = 500,
    EVERY_MS = 2000,
    ANYWAY_MS = 60000,
    BOUND_MS = 120000 /* of one board, on a slow disk beside everything else */
};

struct board_topic {
    const struct site *site;
    struct broker *broker;
    struct settings settings;
    pthread_t thread;
    _Atomic int64_t alive_until_ms;
    /* Of the thread: */
    struct db *db;   /* by which it sees that somebody has committed; NULL: it could not be opened */
    int64_t version; /* of the file then */
    int64_t made_ms; /* boot time of the last try; 0: never */
    struct text topic;
    struct made {
        struct text text;  /* as it is published, but for its time */
        struct text plain; /* of that what does not change by the clock's going on alone */
        int64_t as_of_ms;
    } board, next;         /* published last; made just now */
    int64_t connection_ms; /* the connection by which it was sent; 0: it is to be sent */
    bool failed;
};

/* --- one board --- */

static const struct command_option options[] = {OPTION_FORMAT, {0}};
static const struct verb verb = {.name = "board", .options = options};

static void line_make(struct text *text)
{
    for (char *at = text->at; at && (at = strchr(at, '\n'));) /* strings have none: JSON escapes theirs */
        memmove(at, at + 1, strlen(at));
    text->length = text->at ? strlen(text->at) : 0;
}

/* What is complete up to now is no other thing a second later. */
static void plain_make(struct made *made)
{
    char now[INSTANT_TEXT_BYTES];
    const char *at = made->text.at ? made->text.at : "";
    text_clear(&made->plain);
    instant_format(made->as_of_ms, now);
    for (const char *found; (found = strstr(at, now)); at = found + strlen(now))
        text_add_bytes(&made->plain, at, (size_t)(found - at));
    text_add(&made->plain, at);
}

/* What `coaltally board --format json` prints, on one line. False with what is wrong in `told`. */
static bool board_make(const struct settings *settings, const char *path, struct made *made, struct text *told)
{
    struct command command = {.verb = &verb, .config_file = path, .told = told, .given = 1};
    struct boarding boarding = {0};
    command.option[0].option = &options[0];
    command.option[0].value = "json";
    int status = boarding_open_by(&boarding, &command, settings);
    boarding.page = page_of(command.language, TABLE_JSON);
    text_clear(&made->text);
    if (status == COMMAND_GOOD)
        status = board_data(&boarding, &made->text);
    made->as_of_ms = boarding.as_of_ms;
    boarding_close(&boarding);
    line_make(&made->text);
    plain_make(made);
    return status == COMMAND_GOOD && !made->text.failed && !made->plain.failed;
}

/* A page has many lines; the first says what is wrong. */
static void told_cut(struct text *told)
{
    if (told->at)
        told->at[strcspn(told->at, "\n")] = '\0';
}

static void board_alarm(struct board_topic *board, const char *error)
{
    struct alarms *alarms = live_alarms(board->site->live);
    const int64_t wall_ms = clock_now().wall_ms;
    const struct alarm_notice notice = {.mine = -1,
                                        .subject = "board",
                                        .reason = "not-computed",
                                        .level = JOURNAL_AMBER,
                                        .argument = {{"error", error}}};
    if (error)
        alarm_raise(alarms, &notice, wall_ms);
    else if (board->failed)
        alarm_clear(alarms, notice.mine, notice.subject, notice.reason, wall_ms);
    board->failed = error != NULL;
}

/* --- sending it --- */

/* {"as_of":1760000000123,"report":"board",...} */
static bool board_send(struct board_topic *board)
{
    struct text payload = {0};
    text_format(&payload, "{\"as_of\":%" PRId64 ",", board->board.as_of_ms);
    text_add(&payload, board->board.text.at + 1);
    const bool sent = !payload.failed && !board->topic.failed &&
                      broker_publish(board->broker, board->topic.at, payload.at, payload.length, 1, true);
    text_free(&payload);
    return sent;
}

/* A broker that was away may have lost what it retained. */
static void board_send_due(struct board_topic *board)
{
    const struct broker_health health = broker_health(board->broker);
    if (!health.connected || !board->board.text.length || board->connection_ms == health.since_ms)
        return;
    if (board_send(board))
        board->connection_ms = health.since_ms;
}

static void board_take(struct board_topic *board)
{
    const struct made former = board->board;
    if (former.plain.length && strcmp(former.plain.at, board->next.plain.at) == 0)
        return;
    board->board = board->next;
    board->next = former;
    board->connection_ms = 0;
}

static void board_turn(struct board_topic *board)
{
    struct text told = {0};
    const bool made = board_make(&board->settings, board->site->config->path, &board->next, &told);
    told_cut(&told);
    if (made)
        board_take(board);
    board_alarm(board, made ? NULL : told.length ? told.at : "out of memory");
    text_free(&told);
}

/* --- when --- */

/* Another connection has committed since the last time. */
static bool file_changed(struct board_topic *board)
{
    if (!board->db || db_fault(board->db) != DB_OK) {
        db_close(board->db);
        board->db = store_read(board->settings.database);
        return true;
    }
    const int64_t version = db_value(board->db, "PRAGMA data_version", 0, NULL);
    const bool changed = version != board->version;
    board->version = version;
    return changed;
}

static void *board_run(void *context)
{
    struct board_topic *board = context;
    bool changed = true;
    for (;;) {
        const int64_t now_ms = clock_now().boot_ms;
        atomic_store(&board->alive_until_ms, now_ms + BOUND_MS);
        changed |= file_changed(board);
        if (!board->made_ms || now_ms - board->made_ms >= (changed ? EVERY_MS : ANYWAY_MS)) {
            board->made_ms = now_ms;
            changed = false;
            board_turn(board);
        }
        board_send_due(board);
        if (clock_sleep_until(clock_now().boot_ms + LOOK_MS, board->site->stop))
            return NULL;
    }
}

/* --- life --- */

bool board_topic_wanted(const struct site *site)
{
    return site->config->county.gather && live_broker(site->live) != NULL;
}

static void settings_take(const struct config *config, struct settings *settings)
{
    *settings = (struct settings){.unknown_ppm = config->closing.unknown_ppm, .county = config->county};
    snprintf(settings->site, sizeof settings->site, "%s", config->site);
    snprintf(settings->timezone, sizeof settings->timezone, "%s", config->timezone);
    snprintf(settings->database, sizeof settings->database, "%s", config->database);
    snprintf(settings->runtime, sizeof settings->runtime, "%s", config->runtime);
}

static void board_topic_free(struct board_topic *board)
{
    db_close(board->db);
    text_free(&board->topic);
    text_free(&board->board.text);
    text_free(&board->board.plain);
    text_free(&board->next.text);
    text_free(&board->next.plain);
    free(board);
}

struct board_topic *board_topic_start(const struct site *site)
{
    struct board_topic *board = calloc(1, sizeof *board);
    if (!board) {
        log_error("out of memory");
        return NULL;
    }
    board->site = site;
    board->broker = live_broker(site->live);
    atomic_init(&board->alive_until_ms, clock_now().boot_ms + BOUND_MS);
    settings_take(site->config, &board->settings);
    topic_board(&board->topic, site->config);
    if (pthread_create(&board->thread, NULL, board_run, board) == 0)
        return board;
    log_error("the thread of the board cannot be started");
    board_topic_free(board);
    return NULL;
}

int64_t board_topic_alive_until_ms(const struct board_topic *board)
{
    return atomic_load(&board->alive_until_ms);
}

void board_topic_join(struct board_topic *board)
{
    if (!board)
        return;
    pthread_join(board->thread, NULL);
    board_topic_free(board);
}
