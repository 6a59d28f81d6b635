/* SPDX-License-Identifier: Apache-2.0 */
#include "simulators/dial.h"

#include <string.h>

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int64_t wrapped(const struct dial *dial, int64_t count)
{
    return dial->modulus ? count - floor_divide(count, dial->modulus) * dial->modulus : count;
}

/* What a client decodes from the register: a float cannot hold every count. */
static int64_t held(const struct dial *dial, int64_t count)
{
    uint16_t words[REGISTERS_WORDS_MAX] = {0};
    if (!registers_encode(words, &dial->format, count))
        return count;
    const struct reading reading = registers_decode(words, &dial->format);
    return reading.quality == QUALITY_GOOD ? reading.count : count;
}

static int64_t passed(const struct dial *dial)
{
    int64_t count = 0;
    ratio_floor(dial->counts_of, dial->grains, &count);
    return floor_divide(count, dial->step) * dial->step;
}

bool dial_init(struct dial *dial, const struct dial_form *form)
{
    struct ratio grains_of;
    memset(dial, 0, sizeof *dial);
    dial->format = *form->format;
    dial->modulus = form->modulus ? form->modulus : registers_modulus(form->format->type);
    dial->step = form->step;
    if (!ratio_of(form->format->quantum, form->grain_of, 1, &grains_of) || grains_of.times <= 0)
        return false;
    dial->counts_of = (struct ratio){.times = grains_of.over, .over = grains_of.times};
    dial_set(dial, form->count);
    dial->breaks = 0;
    dial_show(dial, 0);
    return true;
}

void dial_turn(struct dial *dial, int64_t grains, bool calibrating)
{
    dial->grains += grains;
    if (calibrating)
        dial->calibrated_grains += grains;
}

void dial_settle(struct dial *dial)
{
    const int64_t turned = passed(dial) + dial->offset;
    const int64_t count = held(dial, wrapped(dial, turned));
    int64_t moved = count - dial->count;
    if (dial->modulus) {
        const int64_t wraps = floor_divide(turned, dial->modulus) - floor_divide(dial->turned, dial->modulus);
        dial->wraps += wraps;
        moved += wraps * dial->modulus;
    }
    dial->advanced += moved;
    dial->fell += moved < 0 ? -moved : 0;
    dial->turned = turned;
    dial->count = count;
}

void dial_show(struct dial *dial, int64_t below)
{
    dial_settle(dial);
    dial->shown = below ? wrapped(dial, dial->count - below) : dial->count;
    dial->shown_advanced = dial->advanced;
}

void dial_set(struct dial *dial, int64_t count)
{
    dial_settle(dial);
    dial->turned = wrapped(dial, count);
    dial->offset = dial->turned - passed(dial);
    dial->count = held(dial, dial->turned);
    dial->breaks++;
}

int64_t dial_calibrated(const struct dial *dial)
{
    int64_t count = 0;
    ratio_floor(dial->counts_of, dial->calibrated_grains, &count);
    return count;
}
