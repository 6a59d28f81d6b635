/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/line.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "simulators/reply.h"

enum { HEARD_MAX = 256 };   /* the longest frame of RTU */
enum { SPEECHES_MAX = 16 }; /* answers at once: late ones, and the one of now */
/* Bytes are handed on in bunches of so much line time, as an adapter's buffer does, but the last of an answer in time.
 */
static const int64_t bunch_ns = 1000000;

/* An answer that a unit has begun, or is going to. */
struct speech {
    struct reply reply;
    size_t sent;
    int64_t next_ns; /* when its next byte may begin */
};

struct line {
    struct watch timer; /* first, so that a watch is its line */
    struct world *world;
    struct loop *loop;
    size_t port;
    struct line_end end;
    int64_t character_ns, silence_ns;
    int64_t free_ns; /* when what is on the line has passed */

    uint8_t heard[HEARD_MAX];
    size_t have; /* more than HEARD_MAX: too long for a frame */
    int64_t heard_ns;

    size_t speeches;
    struct speech speech[SPEECHES_MAX];
};

static int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* --- hearing --- */

/* A unit that is meant begins to answer at this instant, or after its delay. */
static void answer(struct line *line, int64_t at_ns)
{
    struct speech *speech = &line->speech[line->speeches];
    struct world *world = line->world;
    const struct reply_request request = {REPLY_RTU, line->heard, line->have};
    const struct reply_time at = {.sim_ms = world->now_ms, .wall_ms = world_wall_ms()};
    struct device *device = world_device_at(world, line->port, line->heard[reply_unit_at(REPLY_RTU)]);
    reply_make(device, &request, at, &speech->reply);
    if (speech->reply.length == 0 && !speech->reply.close)
        return;
    speech->sent = 0;
    speech->next_ns = at_ns + speech->reply.delay_ms * 1000000;
    line->speeches++;
}

/* Ends a frame that silence has followed by now. Only one with a right CRC means
 * anybody, and a unit that hears more than a frame can be says nothing. */
static void frame_end(struct line *line, int64_t now_ns)
{
    if (line->have == 0 || line->heard_ns + line->silence_ns > now_ns)
        return;
    struct world_port *port = &line->world->port[line->port];
    const bool whole = line->have <= HEARD_MAX && reply_frame_is_whole(line->heard, line->have);
    port->frames += whole;
    port->misheard += !whole;
    if (whole && line->speeches < SPEECHES_MAX) {
        world_advance(line->world);
        answer(line, line->heard_ns + line->silence_ns);
    }
    line->have = 0;
}

/* --- speaking --- */

/* The speech that has the line now: one that is being said to its end, else that
 * whose byte comes first. Dripping ones let others between their bytes. */
static struct speech *speech_of_now(struct line *line)
{
    struct speech *first = NULL;
    for (size_t i = 0; i < line->speeches; i++) {
        struct speech *speech = &line->speech[i];
        if (speech->sent > 0 && speech->reply.drip_ms == 0)
            return speech;
        if (!first || speech->next_ns < first->next_ns)
            first = speech;
    }
    return first;
}

static void speech_end(struct line *line, struct speech *speech)
{
    const bool close = speech->reply.close;
    line->speeches--;
    memmove(speech, speech + 1, (size_t)(&line->speech[line->speeches] - speech) * sizeof *speech);
    if (close && line->end.hang_up)
        line->end.hang_up(line->end.context);
}

/* Hands on the bytes that have passed by now. */
static void speech_say(struct line *line, struct speech *speech, int64_t now_ns)
{
    const struct reply *reply = &speech->reply;
    const size_t from = speech->sent, most = reply->drip_ms ? from + 1 : reply->length;
    while (speech->sent < most) {
        const int64_t begin_ns = later(speech->next_ns, line->free_ns);
        if (begin_ns + line->character_ns > now_ns)
            break;
        line->free_ns = begin_ns + line->character_ns;
        speech->next_ns = begin_ns + later(line->character_ns, reply->drip_ms * 1000000);
        speech->sent++;
    }
    if (speech->sent > from)
        line->end.write(line->end.context, reply->bytes + from, speech->sent - from);
}

/* When there will be something to hand on. */
static int64_t speech_due_ns(const struct line *line, const struct speech *speech, int64_t now_ns)
{
    const size_t left = speech->reply.drip_ms ? 1 : speech->reply.length - speech->sent;
    const int64_t begin_ns = later(speech->next_ns, line->free_ns);
    const int64_t end_ns = begin_ns + (int64_t)left * line->character_ns;
    const int64_t bunched_ns = later(begin_ns + line->character_ns, now_ns + bunch_ns);
    return end_ns < bunched_ns ? end_ns : bunched_ns;
}

/* Says all that is due. */
static void speak(struct line *line, int64_t now_ns)
{
    struct speech *speech;
    while ((speech = speech_of_now(line))) {
        const size_t sent = speech->sent;
        speech_say(line, speech, now_ns);
        if (speech->sent == speech->reply.length)
            speech_end(line, speech);
        else if (speech->sent == sent)
            return;
    }
}

/* --- time --- */

static void set_timer(struct line *line, int64_t now_ns)
{
    struct speech *speech = speech_of_now(line);
    int64_t due_ns = INT64_MAX;
    if (speech)
        due_ns = speech_due_ns(line, speech, now_ns);
    if (line->have > 0 && line->heard_ns + line->silence_ns < due_ns)
        due_ns = line->heard_ns + line->silence_ns;
    struct itimerspec when = {{0, 0}, {0, 0}}; /* disarmed */
    if (due_ns < INT64_MAX)
        when.it_value = (struct timespec){.tv_sec = due_ns / 1000000000, .tv_nsec = due_ns % 1000000000};
    timerfd_settime(line->timer.fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void timer_ready(struct watch *watch, uint32_t events)
{
    struct line *line = (struct line *)watch;
    const int64_t now_ns = clock_ns();
    uint64_t times;
    (void)events;
    if (read(watch->fd, &times, sizeof times) != sizeof times)
        return;
    frame_end(line, now_ns);
    speak(line, now_ns);
    set_timer(line, now_ns);
}

struct line *line_new(struct world *world, struct loop *loop, size_t port, struct line_end end)
{
    struct line *line = calloc(1, sizeof *line);
    if (!line)
        return NULL;
    line->world = world;
    line->loop = loop;
    line->port = port;
    line->end = end;
    line->character_ns = uart_character_ns(&world->port[port].uart);
    line->silence_ns = uart_silence_ns(&world->port[port].uart);
    line->timer.ready = timer_ready;
    line->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (line->timer.fd >= 0 && loop_add(loop, &line->timer, EPOLLIN))
        return line;
    if (line->timer.fd >= 0)
        close(line->timer.fd);
    free(line);
    return NULL;
}

void line_free(struct line *line)
{
    if (!line)
        return;
    loop_close(line->loop, &line->timer);
    free(line);
}

void line_hear(struct line *line, const uint8_t *bytes, size_t count)
{
    const int64_t now_ns = clock_ns();
    frame_end(line, now_ns);
    const int64_t begin_ns = later(now_ns, line->have > 0 ? line->heard_ns : line->free_ns);
    line->heard_ns = begin_ns + (int64_t)count * line->character_ns;
    line->free_ns = later(line->free_ns, line->heard_ns);
    if (line->have + count <= HEARD_MAX)
        memcpy(line->heard + line->have, bytes, count);
    line->have += count;
    set_timer(line, now_ns);
}

void line_clear(struct line *line)
{
    line->have = line->speeches = 0;
    line->free_ns = 0;
    set_timer(line, 0);
}
