/* SPDX-License-Identifier: Apache-2.0 */
/* Which unit ids of a link answer. */
#include <inttypes.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/probe_ask.h"
#include "collector/probe_parts.h"
#include "drivers/deadline.h"

enum { AGAIN_MS = 500 }; /* a gateway may need a moment before it takes a connection again */

struct asked_units {
    const struct request *request;
    const bool *asked;
    int count, done, answered;
    struct probe_unit unit[PROBE_UNITS];
};

/* On a terminal only, over itself; the time that is left at most. */
static void progress(const struct asking *asking, const struct asked_units *units, int number)
{
    const int64_t left_ms = (units->count - units->done) * wire_bound_ms(&asking->target.link, &asking->target.unit);
    if (!isatty(STDERR_FILENO))
        return;
    fputs("\r\033[K", stderr);
    fprintf(stderr, say(asking->command->language, "unit %d: %d of %d asked, %d answered, at most %" PRId64 " s left"),
            number, units->done, units->count, units->answered, (left_ms + 999) / 1000);
}

static void progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static void unit_ask(struct asking *asking, const struct request *request, struct probe_unit *unit)
{
    uint16_t registers[PLAN_REGISTERS_MAX];
    struct wire_unit whom = asking->target.unit;
    whom.unit = unit->unit;
    const int64_t begin_ms = deadline_now_ms();
    unit->outcome = wire_read(asking->wire, &whom, request, registers);
    unit->took_ms = (int)(deadline_now_ms() - begin_ms);
    unit->value = unit->outcome == WIRE_OK ? registers[0] : 0;
    unit->exception = unit->outcome == WIRE_EXCEPTION ? wire_exception(asking->wire) : 0;
    snprintf(unit->error, sizeof unit->error, "%s", wire_error(asking->wire));
    snprintf(unit->received, sizeof unit->received, "%s", wire_received(asking->wire));
}

/* False when there is no use in going on: no connection, or interrupted. */
static bool unit_turn(struct asking *asking, struct asked_units *units, int number)
{
    struct probe_unit *unit = &units->unit[units->done];
    unit->unit = number;
    progress(asking, units, number);
    unit_ask(asking, units->request, unit);
    if (unit->outcome == WIRE_CONNECT && units->done > 0 &&
        !interrupt_sleep(asking->interrupt, clock_now().boot_ms + AGAIN_MS))
        unit_ask(asking, units->request, unit);
    if (unit->outcome == WIRE_CONNECT || unit->outcome == WIRE_STOPPED || unit->outcome == WIRE_DESCRIPTOR)
        return false;
    units->done++;
    units->answered += probe_unit_answered(unit);
    return true;
}

static int unit_failed(const struct asking *asking, const struct probe_unit *unit, const char *whom)
{
    struct sweep_trouble trouble = {.outcome = unit->outcome};
    snprintf(trouble.error, sizeof trouble.error, "%s", unit->error);
    return ask_failed(asking, &trouble, whom, "");
}

static void units_page(const struct asking *asking, const struct asked_units *units, struct text *out)
{
    text_format(out, say(asking->command->language, "%s: %d of %d unit ids asked, %d answered\n"), asking->where,
                units->done, units->count, units->answered);
    if (units->answered > 1 && units->answered == units->done && asking->target.link.kind == WIRE_TCP)
        text_add(out, say(asking->command->language,
                          "all answer: as a rule one device that does not look at the unit id\n"));
}

static int units_absent(const struct asking *asking)
{
    const bool serial = link_is_serial(&asking->target.link);
    return command_fail(
        asking->command, COMMAND_COULD_NOT,
        serial
            ? say(asking->command->language, "no unit answered within %d ms each; wrong baud rate or parity, A and B "
                                             "crossed, or a longer --timeout?")
            : say(asking->command->language, "no unit answered within %d ms each; other unit ids, too many clients "
                                             "already, rtu_over_tcp: in place of tcp:, or a longer --timeout?"),
        asking->target.unit.timeout_ms);
}

int ask_units(struct asking *asking, const struct request *request, const bool asked[static PROBE_UNITS])
{
    struct asked_units units = {.request = request, .asked = asked};
    struct text out = {0};
    bool goes_on = true;
    for (int i = 0; i < PROBE_UNITS; i++)
        units.count += asked[i];
    for (int i = 0; i < PROBE_UNITS && goes_on; i++)
        if (asked[i])
            goes_on = unit_turn(asking, &units, i);
    progress_end();
    const bool interrupted = interrupt_came(asking->interrupt);
    if (!goes_on && !interrupted && units.done == 0)
        return unit_failed(asking, &units.unit[0], "");
    if (asking->page.format == TABLE_PAGE)
        units_page(asking, &units, &out);
    probe_units(&asking->page, units.unit, (size_t)units.done, &out);
    const int status = asking_print(asking, &out);
    if (status != COMMAND_GOOD || interrupted)
        return status;
    if (!goes_on) {
        char whom[48];
        snprintf(whom, sizeof whom, say(asking->command->language, "given up at unit %d"), units.unit[units.done].unit);
        return unit_failed(asking, &units.unit[units.done], whom);
    }
    return units.answered == 0 ? units_absent(asking) : COMMAND_GOOD;
}
