/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "collector/config.h"
#include "collector/display.h"
#include "collector/probe_parts.h"
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
    probe_range(&(struct probe_page){.format = TABLE_PAGE}, &request, registers, NULL, &out);
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
    unsigned seed = (unsigned)seed_take();
    uint16_t registers[WORDS + 4] = {0};
    for (int i = 0; i < WORDS; i++)
        registers[i] = (uint16_t)rand_r(&seed);
    const struct request request = {.table = TABLE_INPUT, .address = 7, .count = WORDS};
    struct text out = {0};
    probe_range(&(struct probe_page){.format = TABLE_CSV}, &request, registers, NULL, &out);
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
        probe_range(&(struct probe_page){.format = TABLE_PAGE}, &request, cases[i].registers, NULL, &page);
        assert_non_null(strstr(page.at, cases[i].shown));
        probe_range(&(struct probe_page){.format = TABLE_JSON}, &request, cases[i].registers, NULL, &data);
        assert_null(strstr(data.at, "inf"));
        assert_null(strstr(data.at, "nan"));
        text_free(&page);
        text_free(&data);
    }
}

/* What a person at the meter looks for: the line that moved as the display did. */
static void changes_since_the_read_before(void **state)
{
    (void)state;
    static const uint16_t before[] = {0x0000, 0xFFFF, 7}, now[] = {0x0001, 0x0002, 7};
    const struct request request = {.table = TABLE_HOLDING, .address = 1009, .count = 3};
    struct text out = {0};
    probe_range(&(struct probe_page){.read = 2}, &request, now, before, &out);
    assert_false(out.failed);
    /* 65535 -> 65538, the words as they stand; 1011 has not moved */
    assert_string_equal(out.at, "address  hex   order  uint16  int16       uint32      int32        float32\n"
                                "   1009  0001  ABCD       +1     +1           +3         +3  +4.203895e-45\n"
                                "   1009        CDAB                  -4294770687    +196609\n"
                                "   1009  0100  BADC     +256   +256    +16712193  +16712193  +2.341949e-38\n"
                                "   1009        DCBA                  -4261347072  +33620224\n"
                                "   1010  0002  ABCD   -65533     +3  -4294770688    +196608\n"
                                "   1010        CDAB                       -65533     -65533  -9.183129e-41\n"
                                "   1010  0200  BADC   -65023   +513  -4261347328  +33619968\n"
                                "   1010        DCBA                       -65023     -65023  -7.464274e-37\n");
    text_clear(&out);
    probe_range(&(struct probe_page){.read = 2}, &request, now, now, &out);
    assert_string_equal(out.at, "nothing has changed\n");
    text_clear(&out);
    probe_range(&(struct probe_page){.read = 2, .language = LANGUAGE_ZH}, &request, now, now, &out);
    assert_string_equal(out.at, "无变化\n");
    text_free(&out);
}

/* One head over all reads, and in each row which it is of. */
static void changes_as_data(void **state)
{
    (void)state;
    static const uint16_t first[] = {0xFFFF}, second[] = {0x0001};
    const struct request request = {.table = TABLE_HOLDING, .address = 5, .count = 1};
    struct text out = {0};
    probe_range(&(struct probe_page){.format = TABLE_CSV, .read = 1}, &request, first, NULL, &out);
    probe_range(&(struct probe_page){.format = TABLE_CSV, .read = 2}, &request, second, first, &out);
    assert_string_equal(
        out.at, "read,address,hex,order,uint16,int16,uint32,int32,float32,uint16_change,int16_change,uint32_change,"
                "int32_change,float32_change,uint64,int64,float64,uint64_change,int64_change,float64_change\r\n"
                "1,5,FFFF,ABCD,65535,-1,,,,,,,,,,,,,,\r\n"
                "1,5,FFFF,BADC,65535,-1,,,,,,,,,,,,,,\r\n"
                "2,5,0001,ABCD,1,1,,,,-65534,2,,,,,,,,,\r\n"
                "2,5,0100,BADC,256,256,,,,-65279,257,,,,,,,,,\r\n");
    text_free(&out);
}

/* All that 64 bits can differ by. */
static void changes_are_exact(void **state)
{
    (void)state;
    static const struct {
        enum registers_type type;
        uint16_t before[4], now[4];
        const char *change;
    } cases[] = {
        {TYPE_UINT64, {0, 0, 0, 0}, {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}, "+18446744073709551615"},
        {TYPE_UINT64, {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}, {0, 0, 0, 0}, "-18446744073709551615"},
        {TYPE_INT64, {0x8000, 0, 0, 0}, {0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF}, "+18446744073709551615"},
        {TYPE_INT16, {0xFFFF}, {0x0001}, "+2"},
        {TYPE_UINT16, {7}, {7}, ""},
        {TYPE_FLOAT32, {0x41CC, 0}, {0x41D0, 0}, "+0.5"},
        {TYPE_FLOAT32, {0x41CC, 0}, {0x7FC0, 0}, ""},
        {TYPE_BCD16, {0x0009}, {0x0012}, "+3"},
        {TYPE_BCD16, {0x000A}, {0x0012}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[VIEW_TEXT_BYTES];
        const struct registers_format format = {.type = cases[i].type};
        probe_raw_change(cases[i].now, cases[i].before, &format, text);
        assert_string_equal(text, cases[i].change);
    }
}

/* 1.5 as a float at 1010: who asks for 1009 sees it one to the right. */
static void neighbours_side_by_side(void **state)
{
    (void)state;
    const struct probe_near near = {
        .table = TABLE_HOLDING, .address = 0, .place = {{.words = 0}, {2, {7, 0x3FC0}}, {2, {0x3FC0, 0}}}};
    struct text out = {0};
    probe_near(&(struct probe_page){0}, &near, NULL, &out);
    assert_string_equal(out.at, "type     order             0       1 (+1)\n"
                                "uint16   AB                7        16320\n"
                                "uint16   BA             1792        49215\n"
                                "int16    AB                7        16320\n"
                                "int16    BA             1792       -16321\n"
                                "uint32   ABCD         475072   1069547520\n"
                                "uint32   CDAB     1069547527        16320\n"
                                "uint32   BADC      117489727   3225354240\n"
                                "uint32   DCBA     3225356032        49215\n"
                                "int32    ABCD         475072   1069547520\n"
                                "int32    CDAB     1069547527        16320\n"
                                "int32    BADC      117489727  -1069613056\n"
                                "int32    DCBA    -1069611264        49215\n"
                                "float32  ABCD    6.65718e-40          1.5\n"
                                "float32  CDAB      1.5000008  2.28692e-41\n"
                                "float32  BADC   9.686146e-35    -2.984375\n"
                                "float32  DCBA     -2.9848022  6.89649e-41\n");
    text_clear(&out);
    struct probe_near later = near;
    later.place[2].registers[1] = 1;
    probe_near(&(struct probe_page){.format = TABLE_CSV, .read = 2}, &later, &near, &out);
    assert_non_null(strstr(out.at, "2,uint32,ABCD,,475072,1069547521,,,1\r\n"));
    text_clear(&out);
    probe_near(&(struct probe_page){.read = 2}, &near, &near, &out);
    assert_string_equal(out.at, "nothing has changed\n");
    text_free(&out);
}

static void lists_of_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int count; /* -1: no list */
        int least, greatest;
    } cases[] = {
        {"1-247", 247, 1, 247}, {"7", 1, 7, 7},     {"1,3,7-9", 5, 1, 9},
        {"0-255", 256, 0, 255}, {"5,5", 1, 5, 5},   {"", -1, 0, 0},
        {"256", -1, 0, 0},      {"9-7", -1, 0, 0},  {"1-", -1, 0, 0},
        {"-1", -1, 0, 0},       {"1,", -1, 0, 0},   {"1;2", -1, 0, 0},
        {"1-2-3", -1, 0, 0},    {" 1", -1, 0, 0},   {"1-+2", -1, 0, 0},
        {"all", -1, 0, 0},      {"1, 2", -1, 0, 0}, {"99999999999999999999", -1, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool asked[PROBE_UNITS];
        int count = 0, least = -1, greatest = -1;
        assert_int_equal(probe_units_parse(cases[i].text, asked), cases[i].count >= 0);
        if (cases[i].count < 0)
            continue;
        for (int unit = 0; unit < PROBE_UNITS; unit++)
            if (asked[unit]) {
                count++;
                least = least < 0 ? unit : least;
                greatest = unit;
            }
        assert_int_equal(count, cases[i].count);
        assert_int_equal(least, cases[i].least);
        assert_int_equal(greatest, cases[i].greatest);
    }
}

/* An exception is an answer, but not a gateway's that has none. */
static void units_that_answer(void **state)
{
    (void)state;
    static const struct probe_unit units[] = {
        {.unit = 1, .outcome = WIRE_OK, .value = 0x12AB, .took_ms = 3},
        {.unit = 2, .outcome = WIRE_TIMEOUT, .took_ms = 300, .error = "no answer"},
        {.unit = 3,
         .outcome = WIRE_EXCEPTION,
         .exception = 2,
         .took_ms = 4,
         .error = "refused",
         .received = "03 83 02"},
        {.unit = 4, .outcome = WIRE_EXCEPTION, .exception = 11, .took_ms = 5, .error = "gateway"},
        {.unit = 5, .outcome = WIRE_GARBAGE, .took_ms = 6, .error = "no answer to this", .received = "ff 00"},
    };
    static const bool answered[] = {true, false, true, false, false};
    enum { COUNT = sizeof units / sizeof *units };
    struct text out = {0};
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(probe_unit_answered(&units[i]), answered[i]);
    probe_units(&(struct probe_page){0}, units, COUNT, &out);
    assert_string_equal(out.at, "unit  answer                                      after ms  received\n"
                                "   1  answers: 12AB                                      3\n"
                                "   3  answers: exception 2, illegal data address         4\n"
                                "   5  no answer to this                                  6  ff 00\n");
    text_clear(&out);
    probe_units(&(struct probe_page){.format = TABLE_CSV}, units, COUNT, &out);
    assert_string_equal(out.at, "unit,error,outcome,exception,value,took_ms,received\r\n"
                                "1,,ok,,4779,3,\r\n2,no answer,timeout,,,300,\r\n"
                                "3,refused,exception,2,,4,03 83 02\r\n4,gateway,exception,11,,5,\r\n"
                                "5,no answer to this,garbage,,,6,ff 00\r\n");
    text_free(&out);
}

static void bits_one_a_line(void **state)
{
    (void)state;
    static const uint16_t bits[] = {1, 0, 1};
    const struct request request = {.table = TABLE_COIL, .address = 16, .count = 3};
    struct text out = {0};
    probe_range(&(struct probe_page){.format = TABLE_CSV}, &request, bits, NULL, &out);
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
    struct point_view view[2];
    for (size_t i = 0; i < 2; i++)
        point_view(profile, i, sweep_registers(sweep, i), scan.readings, "exception 2", LANGUAGE_EN, &view[i]);
    probe_points(&(struct probe_page){.format = TABLE_CSV}, &(struct probe_device){NULL, 2, view}, 1, &out);
    assert_string_equal(out.at, "point,table,address,type,registers,raw,value,unit,quality,text,why\r\n"
                                "total,holding,1015,uint32,0001 E240,123456,123.456,t,good,,\r\n"
                                "level,input,3,uint16,,,,m,exception,,exception 2\r\n");
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
        cmocka_unit_test(changes_since_the_read_before),
        cmocka_unit_test(changes_as_data),
        cmocka_unit_test(changes_are_exact),
        cmocka_unit_test(neighbours_side_by_side),
        cmocka_unit_test(lists_of_units),
        cmocka_unit_test(units_that_answer),
        cmocka_unit_test(bits_one_a_line),
        cmocka_unit_test(points_raw_and_decoded),
        cmocka_unit_test(the_block_is_accepted_by_check),
    };
    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
