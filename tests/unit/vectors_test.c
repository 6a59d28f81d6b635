/* SPDX-License-Identifier: Apache-2.0 */
/* Register images typed from the makers' manuals, or reasoned from them by hand, against
 * the profiles: tests/vectors/README.md. Nothing of ours has written the words. */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/vector_file.h"

/* All points of the case, those upon others after these, then what conditions leave of
 * them; what the case does not give is as if it had not been answered. */
static void vector_decode(const struct vector *vector, struct reading *readings)
{
    const struct profile *profile = vector->profile;

    for (size_t i = 0; i < profile->points; i++)
        readings[i] = (struct reading){QUALITY_TIMEOUT, 0};
    for (int depth = 0; depth < POINT_DEPTHS; depth++) {
        for (size_t i = 0; i < profile->points; i++) {
            const uint16_t *words = vector_find(vector, &profile->point[i]);
            if (point_depth(&profile->point[i]) == depth && (words || profile->point[i].high_part))
                readings[i] = point_decode_among(profile->point, i, words, readings);
        }
    }
    for (size_t i = 0; i < profile->points; i++) {
        const enum quality quality = point_condition(profile->point, i, readings);
        if (readings[i].quality == QUALITY_GOOD)
            readings[i].quality = quality;
    }
}

static void judge_decoded(struct vector *vector, size_t index, const char *expected)
{
    const struct point *point = &vector->profile->point[index];
    struct reading *readings = calloc(vector->profile->points, sizeof *readings);
    char found[LINE_MAX_BYTES];

    assert_non_null(readings);
    vector_decode(vector, readings);
    vector_text(point, readings[index], vector_find(vector, point), found);
    free(readings);
    if (strcmp(found, expected) != 0)
        VECTOR_FAULT(vector, "%s is %s, expected %s", point->name, found, expected);
}

/* How many faults there are; each is printed. */
static int vector_check(const struct profile *profile, FILE *in, const char *file)
{
    struct vector vector = {.profile = profile, .file = file, .judge = judge_decoded};

    vector_read(&vector, in);
    for (size_t i = 0; i < profile->points; i++)
        if (!vector.stated[i])
            VECTOR_FAULT(&vector, "there is no value of the point \"%s\"", profile->point[i].name);
    free(vector.stated);
    return vector.faults;
}

static int vector_check_file(const char *path)
{
    char vectors[128];
    struct faults *faults = faults_new();
    struct profile *profile = profile_load(path, faults);

    if (!profile)
        fail_msg("%s has faults", path);
    FILE *in = vector_open(path, vectors, sizeof vectors);
    int wrong = in ? vector_check(profile, in, vectors) : 1;
    for (size_t i = 0; i < profile->points; i++)
        if (!*profile->point[i].source) {
            print_message("# %s: no source of \"%s\"\n", path, profile->point[i].name);
            wrong++;
        }
    if (!in)
        print_message("# %s: %s, but each profile needs one\n", vectors, strerror(errno));
    else
        fclose(in);
    profile_free(profile);
    faults_free(faults);
    return wrong;
}

static void each_profile_gives_what_its_vectors_say(void **state)
{
    glob_t found;
    int wrong = 0;

    (void)state;
    assert_int_equal(glob("drivers/profiles/*.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        wrong += vector_check_file(found.gl_pathv[i]);
    globfree(&found);
    assert_int_equal(wrong, 0);
}

static void each_vector_has_its_profile(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob("tests/vectors/*.vector", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        char path[128];
        snprintf(path, sizeof path, "drivers/profiles/%.*s.yaml", (int)strcspn(name, "."), name);
        FILE *in = fopen(path, "r");
        assert_non_null(in);
        fclose(in);
    }
    globfree(&found);
}

/* --- the reader of vectors itself --- */

static const char meter[] = "profile: meter\ntitle: Meter\nsource: a test\naddress_base: 0\n"
                            "defaults: {table: holding, kind: gauge, type: uint16}\n"
                            "points:\n"
                            "  - {name: high, address: 2}\n"
                            "  - {name: low, address: 3, scale: 0.1, unit: t, sentinels: [65535]}\n"
                            "  - {name: total, kind: counter, high: high, times: 1000, low: low, resolution: 0.1, "
                            "unit: t}\n";

static void finds_each_fault_of_a_vector(void **state)
{
    static const struct {
        const char *text;
        int faults;
    } cases[] = {
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\ntotal = 1001.5 t\n", 0},
        {"# none of\n\ncase one\nholding 2: 0001 FFFF\nhigh = 1\nlow = sentinel\ntotal = sentinel\n", 0},
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\n", 1}, /* no total */
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5\ntotal = 1001.5 t\n", 1},
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\ntotal = 1001.6 t\n", 1},
        {"holding 2: 0001 000F\nhigh = 1\nlow = 1.5 t\ntotal = 1001.5 t\nlows = 1\n", 1},
        {"holding 2: 0001\nhigh = 1\nlow = timeout\ntotal = timeout\n", 0},
        {"input 2: 0001 000F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"wide 2: 0001 000F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"model 103+2: 0001 000F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"holding 2: 0001 000F\ncase two\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 0},
        {"holding 2: 0001 F\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 1},
        {"holding 2:\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 1},
        {"holdings 2: 0001\nhigh = timeout\nlow = timeout\ntotal = timeout\n", 1},
        {"", 3},
    };

    (void)state;
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(meter, strlen(meter), "meter.yaml", faults);
    struct profile *profile = profile_read(document, "meter.yaml", faults);
    assert_non_null(profile);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *in = tmpfile();
        assert_non_null(in);
        assert_true(fputs(cases[i].text, in) >= 0);
        rewind(in);
        assert_int_equal(vector_check(profile, in, "of a test"), cases[i].faults);
        fclose(in);
    }
    profile_free(profile);
    yaml_unload(document);
    faults_free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_each_fault_of_a_vector),
        cmocka_unit_test(each_vector_has_its_profile),
        cmocka_unit_test(each_profile_gives_what_its_vectors_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
