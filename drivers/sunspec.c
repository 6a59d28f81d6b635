/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/sunspec.h"
#include "drivers/language.h"

#include <stdio.h>

enum { MARKER_HIGH = 0x5375, MARKER_LOW = 0x6E53, LAST_ADDRESS = 0xFFFF };

static const uint16_t bases[] = {40000, 50000, 0};
enum { BASES = sizeof bases / sizeof *bases };

static enum wire_outcome read_two(struct wire *wire, const struct wire_unit *unit, int address, uint16_t *registers)
{
    const struct request request = {.table = TABLE_HOLDING, .address = (uint16_t)address, .count = SUNSPEC_HEAD};

    return wire_read(wire, unit, &request, registers);
}

static bool is_answer(enum wire_outcome outcome)
{
    return outcome == WIRE_OK || outcome == WIRE_EXCEPTION;
}

static enum wire_outcome find_marker(struct wire *wire, const struct wire_unit *unit, unsigned *try, int *base)
{
    enum wire_outcome outcome = WIRE_OK;
    uint16_t registers[SUNSPEC_HEAD];

    *base = -1;
    for (int i = 0; i < BASES; i++) {
        const int at = bases[*try % BASES];
        outcome = read_two(wire, unit, at, registers);
        if (outcome == WIRE_OK && registers[0] == MARKER_HIGH && registers[1] == MARKER_LOW) {
            *base = at;
            return outcome;
        }
        ++*try;
        if (!is_answer(outcome))
            return outcome;
    }
    return outcome;
}

enum wire_outcome sunspec_walk(struct wire *wire, const struct wire_unit *unit, unsigned *try, struct sunspec *sunspec)
{
    uint16_t head[SUNSPEC_HEAD];
    enum wire_outcome outcome = find_marker(wire, unit, try, &sunspec->base);

    sunspec->ends = false;
    sunspec->models = 0;
    if (sunspec->base < 0)
        return outcome;
    for (int at = sunspec->base + SUNSPEC_HEAD; at + SUNSPEC_HEAD - 1 <= LAST_ADDRESS;) {
        outcome = read_two(wire, unit, at, head);
        if (outcome != WIRE_OK)
            return outcome;
        sunspec->ends = head[0] == SUNSPEC_END;
        if (sunspec->ends || head[0] == 0 || sunspec->models == SUNSPEC_MODELS_MAX)
            return WIRE_OK;
        sunspec->model[sunspec->models++] = (struct sunspec_model){head[0], (uint16_t)at, head[1] + SUNSPEC_HEAD};
        at += head[1] + SUNSPEC_HEAD;
    }
    return WIRE_OK;
}

bool sunspec_same(const struct sunspec *one, const struct sunspec *other)
{
    bool same = one->base == other->base && one->models == other->models;

    for (size_t i = 0; same && i < one->models; i++)
        same = one->model[i].id == other->model[i].id && one->model[i].address == other->model[i].address &&
               one->model[i].registers == other->model[i].registers;
    return same;
}

static bool is_wanted(const struct sunspec_model *model, const uint16_t *wanted)
{
    while (*wanted && *wanted != model->id)
        wanted++;
    return *wanted != 0;
}

bool sunspec_place(const struct sunspec *sunspec, struct request *request)
{
    for (size_t i = 0; i < sunspec->models; i++) {
        const struct sunspec_model *model = &sunspec->model[i];
        if (!is_wanted(model, request->models))
            continue;
        if (request->address + request->count > model->registers ||
            model->address + request->address + request->count - 1 > LAST_ADDRESS)
            return false;
        request->address = (uint16_t)(model->address + request->address);
        request->models = NULL;
        return true;
    }
    return false;
}

void sunspec_missing(const struct sunspec *sunspec, const struct request *request, char *text, size_t size)
{
    size_t length;

    if (sunspec->base < 0) {
        snprintf(text, size, say_own("no SunSpec device: the marker \"SunS\" is not at %d, %d or %d"), bases[0],
                 bases[1], bases[2]);
        return;
    }
    length = (size_t)snprintf(
        text, size,
        sunspec->ends ? say_own("SunSpec model %d with %d registers is not there: the chain at %d has")
                      : say_own("SunSpec model %d with %d registers is not there: the chain at %d breaks off after"),
        request->models[0], request->address + request->count, sunspec->base);
    for (size_t i = 0; i < sunspec->models && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s %d (%d)", i ? "," : "", sunspec->model[i].id,
                                   sunspec->model[i].registers);
}
