/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "collector/config.h"
#include "collector/display.h"
#include "collector/probe.h"
#include "tests/unit/fake_device.h"

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int base;
        int table; /* 0: no address */
        int address;
    } cases[] = {
        {"holding:1009", 0, TABLE_HOLDING, 1009},
        {"input:0", 0, TABLE_INPUT, 0},
        {"coil:65535", 0, TABLE_COIL, 65535},
        {"discrete:16", 1, TABLE_DISCRETE, 15},
        {"holding:41010", 40001, TABLE_HOLDING, 1009},
        {"holding:465536", 400001, TABLE_HOLDING, 65535},
        {"holding:65536", 0, 0, 0},
        {"holding:0", 1, 0, 0},
        {"holding:-1", 0, 0, 0},
        {"holding:", 0, 0, 0},
        {"holding", 0, 0, 0},
        {"hold:1", 0, 0, 0},
        {":1", 0, 0, 0},
        {"holding:1x", 0, 0, 0},
        {"holding: 1", 0, 0, 0},
        {"HOLDING:1", 0, 0, 0},
        {"holding:99999999999999999999", 0, 0, 0},
        {"holding:1009:4", 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request request = {0};
        assert_int_equal(probe_at(cases[i].text, cases[i].base, &request), cases[i].table != 0);
        assert_int_equal((int)request.table, cases[i].table);
        assert_int_equal(request.address, cases[i].address);
    }
}

/* 25.5 as a float, then a counter of 32 bits with its words swapped. */
static void a_range_on_a_page(void **state)
{
    (void)state;
    static const uint16_t registers[] = {0x41CC, 0x0000, 0xE240, 0x0001};
    const struct request request = {.table = TABLE_HOLDING, .address = 1009, .count = 4};
    static const char page[] =
        "address  hex   order  uint16   int16      uint32       int32        float32\n"
        "   1009  41CC  ABCD    16844   16844  1103888384  1103888384           25.5\n"
        "               CDAB                        16844       16844    2.36035e-41\n"
        "         CC41  BADC    52289  -13247  3426811904  -868155392  -5.059379e+07\n"
        "               DCBA                        52289       52289    7.32725e-41\n"
        "   1010  0000  ABCD        0       0       57920       57920    8.11632e-41\n"
        "               CDAB                   3795845120  -499122176  -8.854437e+20\n"
        "         0000  BADC        0       0       16610       16610    2.32756e-41\n"
        "               DCBA                   1088552960  1088552960         7.0625\n"
        "   1011  E240  ABCD    57920   -7616  3795845121  -499122175  -8.854438e+20\n"
        "               CDAB                       123456      123456    1.72999e-40\n"
        "         40E2  BADC    16610   16610  1088553216  1088553216       7.062622\n"
        "               DCBA                     16793826    16793826  2.3556438e-38\n"
        "   1012  0001  ABCD        1       1\n"
        "         0100  BADC      256     256\n"
        "\n"
        "address  order                   uint64                 int64                  float64\n"
        "   1009  ABCDEFGH   4741164511510134785   4741164511510134785        939524548.5000001\n"
        "         GHEFCDAB       530239482511820       530239482511820   2.619731123777307e-309\n"
        "         BADCFEHG  14718045058312044800  -3728699015397506816  -2.1342150755424296e+59\n"
        "         HGFEDCBA     72128933444766785     72128933444766785    7.40661725960919e-304\n";
    struct text out = {0};
    probe_range(&request, registers, TABLE_PAGE, false, &out);
    assert_false(out.failed);
    assert_string_equal(out.at, page);
    for (char *line = strtok(out.at, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(text_width(line) <= 100);
    text_free(&out);
}

/* What a place holds, said by the machine itself: bytes put in order, then copied. */
static void expected_value(const char *type, const uint16_t *registers, int words, int order, char *text, size_t size)
{
    uint8_t wire[8], value[8];
    for (int i = 0; i < words; i++) {
        wire[2 * i] = (uint8_t)(registers[i] >> 8);
        wire[2 * i + 1] = (uint8_t)(registers[i] & 0xFF);
    }
    const bool swap_words = order == 1 || order == 3, swap_bytes = order == 2 || order == 3;
    for (int i = 0; i < words; i++) {
        const int from = swap_words ? words - 1 - i : i;
        value[2 * (words - 1 - i) + 1] =
            wire[2 * from + swap_bytes]; /* least significant first, as the machine has it */
        value[2 * (words - 1 - i)] = wire[2 * from + !swap_bytes];
    }
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    memcpy(&u16, value, sizeof u16);
    memcpy(&u32, value, sizeof u32);
    memcpy(&u64, value, sizeof u64);
    if (strcmp(type, "uint16") == 0)
        snprintf(text, size, "%u", u16);
    else if (strcmp(type, "int16") == 0)
        snprintf(text, size, "%d", (int16_t)u16);
    else if (strcmp(type, "uint32") == 0)
        snprintf(text, size, "%u", u32);
    else if (strcmp(type, "int32") == 0)
        snprintf(text, size, "%d", (int32_t)u32);
    else if (strcmp(type, "uint64") == 0)
        snprintf(text, size, "%llu", (unsigned long long)u64);
    else
        snprintf(text, size, "%lld", (long long)(int64_t)u64);
}

/* Every integer of the CSV, of registers at random. */
static void a_range_as_data(void **state)
{
    (void)state;
    enum { WORDS = 12 };
    static const char *const types[] = {"uint16", "int16", "uint32", "int32", NULL, "uint64", "int64"};
    static const int type_words[] = {1, 1, 2, 2, 2, 4, 4};
    static const char *const orders[] = {"ABCD", "CDAB", "BADC", "DCBA"};
    unsigned seed = fake_seed();
    uint16_t registers[WORDS + 4] = {0};
    for (int i = 0; i < WORDS; i++)
        registers[i] = (uint16_t)rand_r(&seed);
    const struct request request = {.table = TABLE_INPUT, .address = 7, .count = WORDS};
    struct text out = {0};
    probe_range(&request, registers, TABLE_CSV, false, &out);
    assert_false(out.failed);
    int cells = 0;
    char *lines = NULL;
    for (char *line = strtok_r(out.at, "\r\n", &lines); line; line = strtok_r(NULL, "\r\n", &lines)) {
        char *rest = line;
        const char *address_text = strsep(&rest, ",");
        strsep(&rest, ",");
        const char *order_text = strsep(&rest, ",");
        if (strcmp(order_text, "order") == 0)
            continue;
        const int place = atoi(address_text) - request.address;
        int order = 0;
        while (strcmp(orders[order], order_text) != 0)
            order++;
        for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
            const char *cell = strsep(&rest, ",");
            char expected[32];
            if (!*cell || !types[i])
                continue;
            expected_value(types[i], registers + place, type_words[i], order, expected, sizeof expected);
            assert_string_equal(cell, expected);
            cells++;
        }
    }
    const int places_16 = WORDS * 2 * 2, places_32 = (WORDS - 1) * 4 * 2, places_64 = (WORDS - 3) * 4 * 2;
    assert_int_equal(cells, places_16 + places_32 + places_64);
    text_free(&out);
}

static void floats_have_the_digits_they_need(void **state)
{
    (void)state;
    static const struct {
        uint16_t registers[2];
        const char *shown;
    } cases[] = {
        {{0x3DCC, 0xCCCD}, " 0.1\n"}, {{0x4B80, 0x0001}, "16777218\n"}, {{0x7F80, 0x0000}, " inf\n"},
        {{0x7FC0, 0x0000}, " nan\n"}, {{0xC2F6, 0xE979}, "-123.456\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct request request = {.table = TABLE_HOLDING, .address = 0, .count = 2};
        struct text page = {0}, data = {0};
        probe_range(&request, cases[i].registers, TABLE_PAGE, false, &page);
        assert_non_null(strstr(page.at, cases[i].shown));
        probe_range(&request, cases[i].registers, TABLE_JSON, false, &data);
        assert_null(strstr(data.at, "inf"));
        assert_null(strstr(data.at, "nan"));
        text_free(&page);
        text_free(&data);
    }
}

static void bits_one_a_line(void **state)
{
    (void)state;
    static const uint16_t bits[] = {1, 0, 1};
    const struct request request = {.table = TABLE_COIL, .address = 16, .count = 3};
    struct text out = {0};
    probe_range(&request, bits, TABLE_CSV, false, &out);
    assert_string_equal(out.at, "address,bit\r\n16,1\r\n17,0\r\n18,1\r\n");
    text_free(&out);
}

/* --- profiles --- */

static struct profile *profile_of(const char *text)
{
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, strlen(text), "test.yaml", faults);
    struct profile *profile = document ? profile_read(document, "test.yaml", faults) : NULL;
    faults_print(faults, stderr);
    yaml_unload(document);
    faults_free(faults);
    return profile;
}

static bool refuse_input(struct fake_device *device, int peer, const uint8_t *question)
{
    return question[7] == TABLE_INPUT ? answer_exception(device, peer, question) : answer_good(device, peer, question);
}

static uint16_t scale_register(int table, int address)
{
    (void)table;
    return address == 1015 ? 0x0001 : address == 1016 ? 0xE240 : 0;
}

static void points_raw_and_decoded(void **state)
{
    (void)state;
    struct profile *profile =
        profile_of("profile: test\ntitle: A test\nsource: tests\naddress_base: 0\npoints:\n"
                   "  - {name: total, kind: counter, table: holding, address: 1015, type: uint32, order: ABCD, "
                   "scale: 0.001, unit: t}\n"
                   "  - {name: level, kind: gauge, table: input, address: 3, type: uint16, scale: 1, unit: m}\n");
    assert_non_null(profile);
    struct fake_device device;
    fake_start(&device, refuse_input);
    device.value = scale_register;
    struct wire *wire = fake_wire("127.0.0.1", device.port);
    struct sweep *sweep = sweep_new(profile, (struct wire_unit){.unit = 1, .timeout_ms = 5000});
    struct scan scan;
    assert_int_equal(sweep_run(sweep, wire, &scan), WIRE_EXCEPTION);
    struct text out = {0};
    probe_points(profile, sweep, &scan, TABLE_CSV, false, &out);
    assert_string_equal(out.at, "point,table,address,type,registers,raw,value,unit,quality\r\n"
                                "total,holding,1015,uint32,0001 E240,123456,123.456,t,good\r\n"
                                "level,input,3,uint16,,,,m,exception\r\n");
    text_free(&out);
    sweep_free(sweep);
    wire_free(wire);
    fake_stop(&device);
    profile_free(profile);
}

/* --- the block to paste --- */

enum { HEADINGS = 3 };

/* A person pastes: lines below a heading go where the file has that heading. */
static void paste(const char *block, struct text *config)
{
    static const char *const headings[HEADINGS] = {"buses:\n", "devices:\n", "meters:\n"};
    static const char *const already[HEADINGS] = {
        "  - {name: other, tcp: \"10.0.0.1:502\"}\n",
        "  - {name: other-1, bus: other, unit: 1, profile: siemens-bw500}\n",
        "  - {name: belt-1, quantity: raw_coal, point: other-1.total1, role: main, path: shaft, max_rate: 1200 t/h}\n",
    };
    text_add(config,
             "site: {name: demo, timezone: Asia/Shanghai}\n"
             "mines:\n  - name: demo-mine\n    calendar:\n"
             "      - {from: 2026-01-01, day: \"00:00\", shifts: {a: \"00:00\", b: \"08:00\", c: \"16:00\"}}\n");
    for (int h = 0; h < HEADINGS; h++) {
        text_add(config, headings[h]);
        text_add(config, already[h]);
        const char *begin = strstr(block, headings[h]);
        if (!begin)
            continue;
        begin += strlen(headings[h]);
        const char *end = h + 1 < HEADINGS ? strstr(begin, headings[h + 1]) : NULL;
        text_add_bytes(config, begin, end ? (size_t)(end - begin) : strlen(begin));
    }
}

static void assert_accepted(const struct text *config)
{
    struct faults *faults = faults_new();
    struct config *read = config_load_text(config->at, config->length, "coaltally.yaml", faults);
    if (!read)
        faults_print(faults, stderr);
    assert_non_null(read);
    assert_int_equal(read->devices, 2);
    config_free(read);
    faults_free(faults);
}

/* Of every profile that comes with the program, for a name, an IPv4 and an IPv6 address. */
static void the_block_is_accepted_by_check(void **state)
{
    (void)state;
    static const char *const hosts[] = {"10.1.5.21", "fe80::1", "Scale-7.Mine.local"};
    struct config_folders folders;
    config_folders("coaltally.yaml", &folders);
    char path[PATH_BYTES];
    assert_true(config_profile_path(&folders, "siemens-bw500", path));
    *strrchr(path, '/') = '\0';
    DIR *folder = opendir(path);
    assert_non_null(folder);
    int profiles = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char file[2 * PATH_BYTES];
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".yaml") != 0)
            continue;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        struct faults *faults = faults_new();
        struct profile *profile = profile_load(file, faults);
        assert_non_null(profile);
        for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
            struct probe_target target = {.link = {.port = 1502}, .unit = {.unit = 247}};
            struct text block = {0}, config = {0};
            snprintf(target.link.host, sizeof target.link.host, "%s", hosts[i]);
            probe_block(&target, profile, i == 0 ? "demo-mine" : NULL, (enum language)(i % LANGUAGES), &block);
            paste(block.at, &config);
            assert_accepted(&config);
            text_free(&block);
            text_free(&config);
        }
        profile_free(profile);
        faults_free(faults);
        profiles++;
    }
    closedir(folder);
    assert_true(profiles >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(a_range_on_a_page),
        cmocka_unit_test(a_range_as_data),
        cmocka_unit_test(floats_have_the_digits_they_need),
        cmocka_unit_test(bits_one_a_line),
        cmocka_unit_test(points_raw_and_decoded),
        cmocka_unit_test(the_block_is_accepted_by_check),
    };
    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
