/* SPDX-License-Identifier: Apache-2.0 */
/* Any registers, decoded by any format: no crash, and what is read can be shown again. */
#include <math.h>
#include <string.h>

#include "drivers/registers.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_WORDS = 32 };

static struct decimal take_decimal(struct input *input)
{
    const int places = take8(input) % (DECIMAL_PLACES_MAX + 1);
    const int64_t digits = (int64_t)(take64(input) >> take8(input) % 64 >> 1);
    return (struct decimal){.digits = digits, .places = places};
}

/* As the profiles allow them. */
static struct registers_format take_format(struct input *input)
{
    struct registers_format format = {.type = take8(input) % TYPE_COUNT, .order = take8(input) % ORDER_COUNT};
    format.bit = take8(input) % 16;
    format.width = 1 + take8(input) % (16 - format.bit);
    format.scale = take_decimal(input);
    format.quantum = registers_real(format.type) ? take_decimal(input) : format.scale;
    return format;
}

/* Whatever stands in the registers, put back it stands there again; a NaN may lose its payload. */
static void must_put_back(const uint16_t *registers, const struct registers_format *format)
{
    uint16_t again[REGISTERS_WORDS_MAX] = {0};
    const struct registers_raw raw = registers_get(registers, format);
    memcpy(again, registers, sizeof again);
    registers_put(again, format, raw);
    if (!(raw.form == RAW_REAL && isnan(raw.f)))
        MUST(memcmp(again, registers, sizeof again) == 0);
}

/* An integer is what it was; a float is one that is as near to the count as the type allows. */
static void must_encode(const uint16_t *registers, const struct registers_format *format, int64_t count)
{
    uint16_t again[REGISTERS_WORDS_MAX];
    memcpy(again, registers, sizeof again);
    if (registers_real(format->type)) {
        MUST(!registers_format_fits(format) || registers_step(format, count) >= 1);
        registers_encode(again, format, count);
        return;
    }
    MUST(registers_step(format, count) == 1);
    MUST(registers_encode(again, format, count));
    MUST(memcmp(again, registers, sizeof again) == 0);
}

static void must_read_text(struct input *input, enum registers_order order)
{
    uint16_t registers[TEXT_WORDS];
    char text[2 * TEXT_WORDS + 1], again[2 * TEXT_WORDS + 1];
    const int words = take8(input) % (TEXT_WORDS + 1);
    for (int i = 0; i < words; i++)
        registers[i] = take16(input);
    registers_get_text(registers, words, order, text);
    MUST(strlen(text) <= 2 * (size_t)words);
    for (const char *letter = text; *letter; letter++)
        MUST(*letter >= ' ' && *letter <= '~');
    registers_put_text(registers, words, order, text);
    registers_get_text(registers, words, order, again);
    MUST(strcmp(text, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    uint16_t registers[REGISTERS_WORDS_MAX];
    const struct registers_format format = take_format(&input);
    for (int i = 0; i < REGISTERS_WORDS_MAX; i++)
        registers[i] = take16(&input);
    must_put_back(registers, &format);
    const struct reading reading = registers_decode(registers, &format);
    MUST(reading.quality == QUALITY_GOOD || reading.quality == QUALITY_RANGE);
    if (reading.quality == QUALITY_GOOD)
        must_encode(registers, &format, reading.count);
    must_read_text(&input, format.order);
    return 0;
}
