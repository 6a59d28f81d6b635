/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/probe_ask.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "collector/clock.h"
#include "collector/outcomes.h"
#include "collector/probe_parts.h"
#include "drivers/deadline.h"
#include "drivers/language.h"

int asking_open(struct asking *asking)
{
    asking->wire = wire_new(&asking->target.link);
    asking->interrupt = asking->wire ? interrupt_new(asking->wire) : NULL;
    if (asking->interrupt)
        return COMMAND_GOOD;
    return command_fail(asking->command, COMMAND_COULD_NOT, "cannot begin: %s", say_error(errno));
}

void asking_close(struct asking *asking)
{
    interrupt_free(asking->interrupt);
    wire_free(asking->wire);
}

/* --- again and again --- */

static void turn_head(const struct asking *asking, int number, struct text *out)
{
    char at[16];
    const time_t now = time(NULL);
    struct tm parts;
    if (!asking->every_ms || asking->page.format != TABLE_PAGE)
        return;
    strftime(at, sizeof at, "%H:%M:%S", localtime_r(&now, &parts));
    text_format(out, say(asking->command->language, "%sread %d, %s%s\n"), number > 1 ? "\n" : "", number, at,
                number > 1 ? say(asking->command->language, ": the change since the read before") : "");
}

int asking_print(const struct asking *asking, struct text *out)
{
    int status = COMMAND_GOOD;
    if (out->failed)
        status = command_fail(asking->command, COMMAND_COULD_NOT, "out of memory");
    else if (out->length > 0 && (fwrite(out->at, 1, out->length, stdout) != out->length || fflush(stdout) != 0))
        status = command_fail(asking->command, COMMAND_COULD_NOT, "cannot write what was read");
    text_free(out);
    return status;
}

int asking_run(struct asking *asking, asking_turn turn, void *what)
{
    int64_t next_ms = clock_now().boot_ms;
    for (int number = 1;; number++) {
        struct text out = {0};
        if (asking->every_ms)
            asking->page.read = number;
        turn_head(asking, number, &out);
        int status = turn(asking, what, &out);
        const int printed = asking_print(asking, &out);
        if (interrupt_came(asking->interrupt))
            return printed;
        if (!asking->every_ms || number == asking->times || printed != COMMAND_GOOD)
            return printed != COMMAND_GOOD ? printed : status;
        next_ms += asking->every_ms;
        if (interrupt_sleep(asking->interrupt, next_ms))
            return status;
    }
}

struct sweep_trouble ask_trouble(const struct asking *asking, enum wire_outcome outcome)
{
    struct sweep_trouble trouble = {.outcome = outcome, .flaw = wire_flaw(asking->wire)};
    trouble.exception = outcome == WIRE_EXCEPTION ? wire_exception(asking->wire) : 0;
    snprintf(trouble.error, sizeof trouble.error, "%s", wire_error(asking->wire));
    snprintf(trouble.received, sizeof trouble.received, "%s", wire_received(asking->wire));
    return trouble;
}

int ask_failed(const struct asking *asking, const struct sweep_trouble *trouble, const char *whom, const char *hint)
{
    return command_fail(asking->command, COMMAND_COULD_NOT, "%s%s%s%s%s%s", whom,
                        *whom ? say(asking->page.language, ": ") : "", trouble->error,
                        *trouble->received ? say(asking->command->language, "; received ") : "", trouble->received,
                        hint);
}

/* Nothing to say of what was interrupted. */
static int wire_failed(const struct asking *asking, enum wire_outcome outcome, const char *hint)
{
    if (outcome == WIRE_STOPPED)
        return COMMAND_COULD_NOT;
    const struct sweep_trouble trouble = ask_trouble(asking, outcome);
    return ask_failed(asking, &trouble, "", hint);
}

/* Illegal address or value: there may be less than was asked for. */
static bool is_refused(const struct asking *asking, enum wire_outcome outcome)
{
    return outcome == WIRE_EXCEPTION && (wire_exception(asking->wire) == 2 || wire_exception(asking->wire) == 3);
}

static void answered_add(const struct asking *asking, int64_t took_ms, struct text *out)
{
    if (asking->page.format != TABLE_PAGE || asking->page.read > 1)
        return;
    text_format(
        out, say(asking->command->language, "%s unit %d, answered in %d ms; addresses count from 0, as on the wire\n"),
        asking->where, asking->target.unit.unit, (int)took_ms);
}

/* --- a range --- */

struct asked_range {
    const struct request *request;
    bool has_before;
    uint16_t now[PLAN_BITS_MAX], before[PLAN_BITS_MAX];
};

static int range_turn(struct asking *asking, void *what, struct text *out)
{
    struct asked_range *range = what;
    const int64_t begin_ms = deadline_now_ms();
    const enum wire_outcome outcome = wire_read(asking->wire, &asking->target.unit, range->request, range->now);
    if (outcome != WIRE_OK)
        return wire_failed(asking, outcome,
                           is_refused(asking, outcome) && range->request->count > 1
                               ? say(asking->command->language,
                                     "; a device may refuse a range for one address that it lacks: try --words "
                                     "1, or --near")
                               : "");
    answered_add(asking, deadline_now_ms() - begin_ms, out);
    probe_range(&asking->page, range->request, range->now, range->has_before ? range->before : NULL, out);
    memcpy(range->before, range->now, sizeof range->now);
    range->has_before = true;
    return COMMAND_GOOD;
}

int ask_range(struct asking *asking, const struct request *request)
{
    struct asked_range range = {.request = request};
    return asking_run(asking, range_turn, &range);
}

/* --- neighbours --- */

/* One place by itself: as many words as it has. */
static enum wire_outcome place_read(struct asking *asking, const struct wire_unit *unit, const struct request *request,
                                    int address, struct probe_place *place)
{
    struct request alone = *request;
    enum wire_outcome outcome = WIRE_OK;
    place->words = 0;
    for (int words = request->count; words > 0 && address >= 0; words /= 2) {
        if (address + words > 65536)
            continue;
        alone.address = (uint16_t)address;
        alone.count = (uint16_t)words;
        outcome = wire_read(asking->wire, unit, &alone, place->registers);
        if (outcome == WIRE_OK)
            place->words = words;
        if (!is_refused(asking, outcome))
            break;
    }
    return outcome;
}

enum wire_outcome ask_places(struct asking *asking, const struct wire_unit *unit, const struct request *request,
                             struct probe_place place[static NEAR_PLACES])
{
    uint16_t registers[REGISTERS_WORDS_MAX + NEAR_PLACES - 1];
    struct request whole = *request;
    enum wire_outcome outcome = WIRE_EXCEPTION;
    whole.address = (uint16_t)(request->address - 1);
    whole.count = (uint16_t)(request->count + NEAR_PLACES - 1);
    if (request->address > 0 && whole.address + whole.count <= 65536)
        outcome = wire_read(asking->wire, unit, &whole, registers);
    if (outcome == WIRE_OK) {
        for (int i = 0; i < NEAR_PLACES; i++) {
            place[i].words = request->count;
            memcpy(place[i].registers, registers + i, request->count * sizeof *registers);
        }
        return outcome;
    }
    for (int i = 0; i < NEAR_PLACES && (outcome == WIRE_OK || outcome == WIRE_EXCEPTION); i++)
        outcome = place_read(asking, unit, request, request->address - 1 + i, &place[i]);
    return outcome == WIRE_EXCEPTION ? WIRE_OK : outcome;
}

struct asked_near {
    const struct request *request;
    struct probe_near now, before;
    bool has_before;
};

static int near_turn(struct asking *asking, void *what, struct text *out)
{
    struct asked_near *near = what;
    const int64_t begin_ms = deadline_now_ms();
    near->now = (struct probe_near){.table = near->request->table, .address = near->request->address};
    const enum wire_outcome outcome = ask_places(asking, &asking->target.unit, near->request, near->now.place);
    if (outcome != WIRE_OK)
        return wire_failed(asking, outcome, "");
    if (near->now.place[0].words + near->now.place[1].words + near->now.place[2].words == 0)
        return wire_failed(asking, WIRE_EXCEPTION, say(asking->command->language, "; nor are its neighbours there"));
    answered_add(asking, deadline_now_ms() - begin_ms, out);
    probe_near(&asking->page, &near->now, near->has_before ? &near->before : NULL, out);
    near->before = near->now;
    near->has_before = true;
    return COMMAND_GOOD;
}

int ask_near(struct asking *asking, const struct request *request)
{
    struct asked_near near = {.request = request};
    return asking_run(asking, near_turn, &near);
}
