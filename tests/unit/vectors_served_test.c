/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors served as devices over TCP: what a sweep asks, and makes of the answers. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/sweep.h"
#include "tests/unit/fake_device.h"
#include "tests/unit/vector_file.h"

enum { ADDRESSES = 65536, CHAIN_START = 40000 };

/* A device that holds the registers of a case, and zeros elsewhere. */
struct image {
    struct fake_device device; /* the first: answers are given it */
    const struct profile *profile;
    uint16_t word[TABLE_INPUT + 1][ADDRESSES];
    uint16_t wide[2 * ADDRESSES];
};

static bool image_is_wide(const struct image *image, int table, int address)
{
    for (size_t i = 0; i < image->profile->points; i++) {
        const struct point *point = &image->profile->point[i];
        if (point->wide && (int)point->table == table && point->address == address)
            return true;
    }
    return false;
}

static bool answer_image(struct fake_device *device, int peer, const uint8_t *question)
{
    const struct image *image = (const struct image *)device;
    const int table = question[7], address = question[8] << 8 | question[9], count = question[10] << 8 | question[11];
    const bool bits = table <= TABLE_DISCRETE, wide = image_is_wide(image, table, address);
    const int words = wide ? 2 * count : count, bytes = bits ? (count + 7) / 8 : 2 * words;
    uint8_t answer[ANSWER_BYTES_MAX] = {0};

    memcpy(answer, question, 8);
    answer[5] = (uint8_t)(bytes + 3);
    answer[8] = (uint8_t)bytes;
    for (int i = 0; i < words; i++) {
        const uint16_t word = wide ? image->wide[2 * address + i] : image->word[table][(address + i) % ADDRESSES];
        if (bits) {
            answer[9 + i / 8] = (uint8_t)(answer[9 + i / 8] | word << (i % 8));
        } else {
            answer[9 + 2 * i] = (uint8_t)(word >> 8);
            answer[10 + 2 * i] = (uint8_t)word;
        }
    }
    return fake_send(peer, answer, (size_t)bytes + 9);
}

/* SunSpec: the marker, the common model and the one of the case, and the end. */
static void image_chain(struct image *image, const struct vector *vector)
{
    uint16_t *at = &image->word[TABLE_HOLDING][CHAIN_START];
    unsigned model = 0;

    for (size_t i = 0; i < vector->runs; i++)
        model = vector->run[i].model > 1 ? vector->run[i].model : model;
    const struct {
        unsigned id;
        uint16_t length;
    } models[] = {{1, 66}, {model, model < 110 ? 50 : 60}};
    *at++ = 0x5375; /* "SunS" */
    *at++ = 0x6E53;
    for (size_t m = 0; m < 2; m++) {
        at[0] = (uint16_t)models[m].id;
        at[1] = models[m].length;
        for (size_t i = 0; i < vector->runs; i++)
            if (vector->run[i].model == models[m].id)
                memcpy(at + vector->run[i].address, vector->run[i].word, vector->run[i].words * sizeof *at);
        at += 2 + models[m].length;
    }
    *at = 0xFFFF;
}

static void image_fill(struct image *image, const struct vector *vector)
{
    image->profile = vector->profile;
    memset(image->word, 0, sizeof image->word);
    memset(image->wide, 0, sizeof image->wide);
    for (size_t i = 0; i < vector->runs; i++) {
        const struct run *run = &vector->run[i];
        uint16_t *to = run->wide ? image->wide + 2 * run->address : image->word[run->table] + run->address;
        if (run->model == 0)
            memcpy(to, run->word, run->words * sizeof *to);
    }
    if (vector->runs > 0 && vector->run[0].model > 0)
        image_chain(image, vector);
}

/* What a case does not give is zeros here; while a device is calibrated its values are not good, but there. */
static void judge_served(struct vector *vector, size_t index, const char *expected)
{
    struct image *image = vector->context;
    const struct point *point = &vector->profile->point[index];
    const struct wire_unit unit = {.unit = 1, .timeout_ms = 5000};
    char found[LINE_MAX_BYTES];
    struct scan scan;

    if (strcmp(expected, quality_name(QUALITY_TIMEOUT)) == 0)
        return;
    image_fill(image, vector);
    struct wire *wire = fake_wire("127.0.0.1", image->device.port);
    struct sweep *sweep = sweep_new(vector->profile, unit);
    assert_non_null(wire);
    assert_non_null(sweep);
    assert_int_equal(sweep_run(sweep, wire, &scan), WIRE_OK);
    struct reading reading = scan.readings[index];
    if (reading.quality == QUALITY_CALIBRATING)
        reading.quality = QUALITY_GOOD;
    vector_text(point, reading, sweep_registers(sweep, index), found);
    if (strcmp(found, expected) != 0)
        VECTOR_FAULT(vector, "%s is %s, expected %s", point->name, found, expected);
    sweep_free(sweep);
    wire_free(wire);
}

static int serve(const char *path, struct image *image)
{
    char vectors[128];
    struct faults *faults = faults_new();
    struct profile *profile = profile_load(path, faults);
    FILE *in = vector_open(path, vectors, sizeof vectors);

    assert_non_null(profile);
    assert_non_null(in);
    struct vector vector = {.profile = profile, .file = vectors, .judge = judge_served, .context = image};
    vector_read(&vector, in);
    free(vector.stated);
    fclose(in);
    profile_free(profile);
    faults_free(faults);
    return vector.faults;
}

static void sweeps_give_what_the_vectors_say(void **state)
{
    struct image *image = calloc(1, sizeof *image);
    glob_t found;
    int wrong = 0;

    (void)state;
    assert_non_null(image);
    fake_start(&image->device, answer_image);
    assert_int_equal(glob("drivers/profiles/*.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        wrong += serve(found.gl_pathv[i], image);
    globfree(&found);
    fake_stop(&image->device);
    free(image);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweeps_give_what_the_vectors_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
