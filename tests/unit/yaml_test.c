/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "drivers/yaml.h"
#include "tests/unit/seed.h"

/* What the faults print, in a text of the caller's to free. */
static char *printed(struct faults *faults)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    faults_print(faults, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void assert_faults(struct faults *faults, const char *expected)
{
    char *text = printed(faults);

    assert_string_equal(text, expected);
    free(text);
    faults_free(faults);
}

/* --- documents --- */

static void refuses_what_is_not_plain_yaml(void **state)
{
    static const struct {
        const char *text;
        size_t length; /* 0: strlen */
        const char *faults;
    } cases[] = {
        {"", 0, "f: the file is empty\n"},
        {"# a comment\n", 0, "f: the file is empty\n"},
        {"a: 1\nb: [1, 2\n", 0, "f:3:1: not YAML: did not find expected ',' or ']' while parsing a flow sequence\n"},
        {"a: 1\n\tb: 2\n", 0,
         "f:2:1: not YAML: found a tab character that violates indentation while scanning a plain scalar\n"},
        {"a: 1\n b: 2\n", 0, "f:2:3: not YAML: mapping values are not allowed in this context\n"},
        {"a: 1\nb: \xff\n", 0, "f:2:4: not UTF-8 text: invalid leading UTF-8 octet (0xFF)\n"},
        {"a: 煤\nb: \xe7\x85\n", 0, "f:2:5: not UTF-8 text: invalid trailing UTF-8 octet (0x0A)\n"},
        {"a: 1\nb: x\0y\n", 12, "f:2:5: not UTF-8 text: control characters are not allowed (0x00)\n"},
        {"a: \"x\\0y\"\n", 0, "f:1:4: found a text with a NUL in it\n"},
        {"\xff\xfe"
         "a\0:\0 \0"
         "1\0",
         10, "f:1:1: not UTF-8 text: invalid leading UTF-8 octet (0xFF)\n"},
        {"a: &x 1\nb: *x\n", 0,
         "f:1:4: found the anchor \"&x\"; anchors are not used here: write it out\n"
         "f:2:4: found the alias \"*x\"; aliases are not used here: write it out\n"},
        {"a: !!str 1\n", 0, "f:1:4: found the tag \"tag:yaml.org,2002:str\"; tags are not used here: leave it out\n"},
        {"a: 1\n---\nb: 2\n", 0, "f:2:1: found a second document, expected one only\n"},
        {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", 0, "f:1:17: found lists and maps more than 16 deep\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults *faults = faults_new();
        size_t length = cases[i].length ? cases[i].length : strlen(cases[i].text);
        assert_null(yaml_load_text(cases[i].text, length, "f", faults));
        assert_true(faults_count(faults, FAULT_ERROR) > 0);
        assert_faults(faults, cases[i].faults);
    }
}

/* A key that stands twice is a fault, and what stands around it is read all the same. */
static void leaves_out_what_stands_twice(void **state)
{
    static const struct {
        const char *text, *faults;
        size_t left; /* entries of the root */
    } cases[] = {
        {"a: 1\nb: 2\na: 3\n", "f:3:1: found the key \"a\" again; it also stands in line 1\n", 2},
        {"a: 1\na: 2\na: 3\n",
         "f:2:1: found the key \"a\" again; it also stands in line 1\n"
         "f:3:1: found the key \"a\" again; it also stands in line 1\n",
         1},
        {"b: {c: 1, d: 2, c: 3}\na: {x: 1, x: 2}\n",
         "f:1:17: found the key \"c\" again; it also stands in line 1\n"
         "f:2:11: found the key \"x\" again; it also stands in line 2\n",
         2},
        {"? [a]\n: 1\n? {b: 1}\n: 2\na: 1\n",
         "f:1:3: found a list or a map as a key, expected a text\n"
         "f:3:3: found a list or a map as a key, expected a text\n",
         1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults *faults = faults_new();
        struct yaml_document *document = yaml_load_text(cases[i].text, strlen(cases[i].text), "f", faults);
        assert_non_null(document);
        assert_int_equal(yaml_size(yaml_root(document)), cases[i].left);
        const struct yaml_node *a = yaml_find(yaml_root(document), "a");
        assert_non_null(a);
        assert_true(yaml_is_map(a) ? yaml_size(a) == 1 : strcmp(yaml_text(a), "1") == 0);
        yaml_unload(document);
        assert_faults(faults, cases[i].faults);
    }
}

static void walks_a_document(void **state)
{
    static const char text[] = "\xef\xbb\xbfname: 煤\n"
                               "list: [a, \"b\", {c: 1}]\n"
                               "empty:\n";
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, sizeof text - 1, "f", faults);

    (void)state;
    assert_non_null(document);
    const struct yaml_node *root = yaml_root(document);
    assert_true(yaml_is_map(root));
    assert_int_equal(yaml_size(root), 3);
    assert_string_equal(yaml_key(root, 1), "list");
    assert_int_equal(yaml_key_place(root, 1).line, 2);
    assert_int_equal(yaml_key_place(root, 1).column, 1);
    assert_string_equal(yaml_text(yaml_find(root, "name")), "煤");
    assert_null(yaml_find(root, "nam"));
    const struct yaml_node *list = yaml_value(root, 1);
    assert_true(yaml_is_list(list));
    assert_null(yaml_text(list));
    assert_null(yaml_find(list, "a"));
    assert_int_equal(yaml_size(list), 3);
    assert_true(yaml_is_plain(yaml_item(list, 0)));
    assert_false(yaml_is_plain(yaml_item(list, 1)));
    assert_string_equal(yaml_text(yaml_item(list, 1)), "b");
    assert_int_equal(yaml_place(yaml_item(list, 2)).column, 16);
    assert_string_equal(yaml_place(list).file, "f");
    assert_string_equal(yaml_text(yaml_find(root, "empty")), "");
    assert_int_equal(yaml_size(yaml_find(root, "empty")), 0);
    yaml_unload(document);
    assert_faults(faults, "");
}

static void loads_files(void **state)
{
    char path[] = "/tmp/coaltally-yaml-XXXXXX";
    int descriptor = mkstemp(path);
    char expected[256];
    struct faults *faults = faults_new();

    (void)state;
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "a: 1\n", 5), 5);
    struct yaml_document *document = yaml_load(path, faults);
    assert_non_null(document);
    yaml_unload(document);

    assert_int_equal(ftruncate(descriptor, YAML_BYTES_MAX + 1), 0);
    assert_null(yaml_load(path, faults));
    close(descriptor);
    unlink(path);
    assert_null(yaml_load(path, faults));
    assert_null(yaml_load("/", faults));
    snprintf(expected, sizeof expected,
             "%s: is larger than 4 MiB\n%s: cannot be opened: No such file or directory\n"
             "/: cannot be read: Is a directory\n",
             path, path);
    assert_faults(faults, expected);
}

/* --- values --- */

enum form { TEXT, ID, INTEGER, ANY_INTEGER, BOOLEAN, DURATION, ANY_DURATION, DECIMAL, CHOICE, QUANTITY, TIME };

static const char *const roles[] = {"main", "check", NULL};

/* The value as a text, or "" when it was refused. */
static void read_as(enum form form, const struct yaml_node *node, char *out, size_t size, struct faults *faults)
{
    char text[64], unit[8];
    int64_t integer;
    bool boolean;
    struct decimal decimal;
    int number;
    bool good = false;

    switch (form) {
    case TEXT:
        good = yaml_read_text(node, text, 9, faults);
        break;
    case ID:
        good = yaml_read_id(node, text, sizeof text, faults);
        break;
    case INTEGER:
    case ANY_INTEGER:
        good = yaml_read_integer(node, 0, form == INTEGER ? 255 : 0, &integer, faults);
        snprintf(text, sizeof text, "%lld", good ? (long long)integer : 0);
        break;
    case BOOLEAN:
        good = yaml_read_boolean(node, &boolean, faults);
        snprintf(text, sizeof text, "%d", good && boolean);
        break;
    case DURATION:
    case ANY_DURATION:
        good = yaml_read_duration(node, form == DURATION ? 100 : 0, form == DURATION ? 3600000 : 0, &integer, faults);
        snprintf(text, sizeof text, "%lld", good ? (long long)integer : 0);
        break;
    case DECIMAL:
        good = yaml_read_decimal(node, &decimal, faults);
        if (good)
            decimal_format(decimal, text);
        break;
    case CHOICE:
        good = yaml_read_choice(node, roles, &number, faults);
        snprintf(text, sizeof text, "%d", good ? number : -1);
        break;
    case QUANTITY:
        good = yaml_read_quantity(node, &decimal, unit, sizeof unit, faults);
        if (good)
            snprintf(text + decimal_format(decimal, text), 16, "|%s", unit);
        break;
    case TIME:
        good = yaml_read_time(node, &number, faults);
        snprintf(text, sizeof text, "%d", good ? number : -1);
        break;
    }
    snprintf(out, size, "%s", good ? text : "");
}

#define A_NUMBER   ", expected a number like 12 or 0.001, without quotes, exponent or leading zeros\n"
#define A_QUANTITY ", expected a number, a space and a unit, like 1200 t/h or 0.001 t\n"
#define A_UNIT_ID  ", expected a whole number from 0 to 255 without quotes or leading zeros\n"
#define AN_ID      ", expected a name of 1 to 63 letters a-z, digits and hyphens that does not begin with a hyphen\n"
#define A_TIME     ", expected a time of day from 00:00 to 23:59, written like 08:00\n"
#define A_DURATION ", expected a duration from 100ms to 1h, written like 500ms, 10s, 5min, 2h or 1d\n"

static void reads_values_strictly(void **state)
{
    static const struct {
        enum form form;
        const char *yaml;
        const char *value;
        const char *fault; /* after "f:1:1: found " */
    } cases[] = {
        {TEXT, "coal", "coal", NULL},
        {TEXT, "\"12\"", "12", NULL},
        {TEXT, "12", "12", NULL},
        {TEXT, "true", "true", NULL},
        {TEXT, "毛煤", "毛煤", NULL},
        {TEXT, "\"\"", "", NULL},
        {TEXT, "12345678", "12345678", NULL},
        {TEXT, "123456789", "", "\"123456789\", expected at most 8 bytes (these are 9)\n"},
        {TEXT, "~", "", "nothing, expected a text\n"},
        {TEXT, "null", "", "nothing, expected a text\n"},
        {TEXT, "[a]", "", "a list, expected a text\n"},
        {TEXT, "{a: 1}", "", "a map, expected a text\n"},
        {TEXT, "\"a\\nb\"", "", "\"a?b\" in quotes, expected a text of one line without control characters\n"},
        {ID, "belt-1", "belt-1", NULL},
        {ID, "\"7\"", "7", NULL},
        {ID, "Belt", "", "\"Belt\"" AN_ID},
        {ID, "-belt", "", "\"-belt\"" AN_ID},
        {ID, "belt_1", "", "\"belt_1\"" AN_ID},
        {ID, "煤", "", "\"煤\"" AN_ID},
        {ID, "\"\"", "", "\"\" in quotes" AN_ID},
        {ID, "null", "", "nothing" AN_ID},
        {ID, "a23456789b123456789c123456789d123456789e123456789f123456789g123",
         "a23456789b123456789c123456789d123456789e123456789f123456789g123", NULL},
        {ID, "a23456789b123456789c123456789d123456789e123456789f123456789g1234", "",
         "\"a23456789b123456789c123456789d123456789e123456789f123456789g...\"" AN_ID},
        {INTEGER, "0", "0", NULL},
        {INTEGER, "255", "255", NULL},
        {INTEGER, "0xfF", "255", NULL},
        {INTEGER, "256", "", "\"256\", expected a whole number from 0 to 255\n"},
        {INTEGER, "-1", "", "\"-1\", expected a whole number from 0 to 255\n"},
        {INTEGER, "007", "", "\"007\"" A_UNIT_ID},
        {INTEGER, "\"7\"", "", "\"7\" in quotes" A_UNIT_ID},
        {INTEGER, "1e2", "", "\"1e2\"" A_UNIT_ID},
        {INTEGER, "1.0", "", "\"1.0\"" A_UNIT_ID},
        {INTEGER, "1_0", "", "\"1_0\"" A_UNIT_ID},
        {INTEGER, "0x", "", "\"0x\"" A_UNIT_ID},
        {INTEGER, "0xg", "", "\"0xg\"" A_UNIT_ID},
        {INTEGER, "+1", "", "\"+1\"" A_UNIT_ID},
        {INTEGER, "9223372036854775808", "", "\"9223372036854775808\"" A_UNIT_ID},
        {INTEGER, "~", "", "nothing" A_UNIT_ID},
        {INTEGER, "[]", "", "a list" A_UNIT_ID},
        {ANY_INTEGER, "-9223372036854775808", "-9223372036854775808", NULL},
        {ANY_INTEGER, "-0x10", "-16", NULL},
        {ANY_INTEGER, "x", "", "\"x\", expected a whole number without quotes or leading zeros\n"},
        {BOOLEAN, "true", "1", NULL},
        {BOOLEAN, "false", "0", NULL},
        {BOOLEAN, "yes", "", "\"yes\", expected true or false\n"},
        {BOOLEAN, "\"true\"", "", "\"true\" in quotes, expected true or false\n"},
        {DURATION, "100ms", "100", NULL},
        {DURATION, "10s", "10000", NULL},
        {DURATION, "5min", "300000", NULL},
        {DURATION, "\"1h\"", "3600000", NULL},
        {DURATION, "99ms", "", "\"99ms\"" A_DURATION},
        {DURATION, "1d", "", "\"1d\"" A_DURATION},
        {DURATION, "10 s", "", "\"10 s\"" A_DURATION},
        {DURATION, "10", "", "\"10\"" A_DURATION},
        {DURATION, "1.5s", "", "\"1.5s\"" A_DURATION},
        {DURATION, "01s", "", "\"01s\"" A_DURATION},
        {DURATION, "-1s", "", "\"-1s\"" A_DURATION},
        {DURATION, "1m", "", "\"1m\"" A_DURATION},
        {DURATION, "s", "", "\"s\"" A_DURATION},
        {ANY_DURATION, "0s", "0", NULL},
        {ANY_DURATION, "400d", "34560000000", NULL},
        {ANY_DURATION, "9223372036854775807d", "",
         "\"9223372036854775807d\", expected a duration, written like 500ms, 10s, 5min, 2h or 1d\n"},
        {ANY_DURATION, "99999999999999999999ms", "",
         "\"99999999999999999999ms\", expected a duration, written like 500ms, 10s, 5min, 2h or 1d\n"},
        {DECIMAL, "0.001", "0.001", NULL},
        {DECIMAL, "-12.50", "-12.50", NULL},
        {DECIMAL, "1e3", "", "\"1e3\"" A_NUMBER},
        {DECIMAL, "\"1\"", "", "\"1\" in quotes" A_NUMBER},
        {DECIMAL, "00.1", "", "\"00.1\"" A_NUMBER},
        {DECIMAL, ".5", "", "\".5\"" A_NUMBER},
        {DECIMAL, "{a: 1}", "", "a map" A_NUMBER},
        {CHOICE, "check", "1", NULL},
        {CHOICE, "Main", "", "\"Main\", expected one of main, check; did you mean \"main\"?\n"},
        {CHOICE, "chekc", "", "\"chekc\", expected one of main, check; did you mean \"check\"?\n"},
        {CHOICE, "both", "", "\"both\", expected one of main, check\n"},
        {CHOICE, "", "", "nothing, expected one of main, check\n"},
        {QUANTITY, "1200 t/h", "1200|t/h", NULL},
        {QUANTITY, "\"0.001 t\"", "0.001|t", NULL},
        {QUANTITY, "1200", "", "\"1200\"" A_QUANTITY},
        {QUANTITY, "1200t/h", "", "\"1200t/h\"" A_QUANTITY},
        {QUANTITY, "t/h 1200", "", "\"t/h 1200\"" A_QUANTITY},
        {QUANTITY, "1 2 t", "", "\"1 2 t\"" A_QUANTITY},
        {QUANTITY, "1,200 t", "", "\"1,200 t\"" A_QUANTITY},
        {QUANTITY, "1 unit-too-long", "", "\"1 unit-too-long\"" A_QUANTITY},
        {QUANTITY, "\"1 \"", "", "\"1 \" in quotes" A_QUANTITY},
        {TIME, "08:00", "28800", NULL},
        {TIME, "\"23:59\"", "86340", NULL},
        {TIME, "24:00", "", "\"24:00\"" A_TIME},
        {TIME, "8:00", "", "\"8:00\"" A_TIME},
        {TIME, "08:60", "", "\"08:60\"" A_TIME},
        {TIME, "08:00:00", "", "\"08:00:00\"" A_TIME},
        {TIME, "0a:00", "", "\"0a:00\"" A_TIME},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults *faults = faults_new();
        char text[128], value[80], fault[300] = "";
        snprintf(text, sizeof text, "%s # x\n", *cases[i].yaml ? cases[i].yaml : "~");
        struct yaml_document *document = yaml_load_text(text, strlen(text), "f", faults);
        assert_non_null(document);
        read_as(cases[i].form, yaml_root(document), value, sizeof value, faults);
        assert_string_equal(value, cases[i].value);
        if (cases[i].fault)
            snprintf(fault, sizeof fault, "f:1:1: found %s", cases[i].fault);
        yaml_unload(document);
        assert_faults(faults, fault);
    }
}

/* --- tables --- */

struct place_of_work {
    char name[64];
    char title[16];
    int64_t unit;
    bool resettable;
    int64_t interval_ms;
    struct decimal scale;
    int role;
    struct {
        int64_t port;
    } inner;
    size_t items;
};

static void count_items(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    (void)faults;
    ((struct place_of_work *)target)->items = yaml_size(node);
    ++*(int *)context;
}

static const struct yaml_field inner_fields[] = {
    {"port", YAML_INTEGER, 0, sizeof(int64_t), .min = 1, .max = 65535},
    {0},
};

static const struct yaml_field work_fields[] = {
    {"name", YAML_ID, YAML_AT(struct place_of_work, name), .required = true},
    {"title", YAML_TEXT, YAML_AT(struct place_of_work, title), .required = true},
    {"unit", YAML_INTEGER, YAML_AT(struct place_of_work, unit), .min = 0, .max = 255},
    {"resettable", YAML_BOOLEAN, YAML_AT(struct place_of_work, resettable)},
    {"interval", YAML_DURATION, YAML_AT(struct place_of_work, interval_ms), .min = 100, .max = 3600000},
    {"scale", YAML_DECIMAL, YAML_AT(struct place_of_work, scale)},
    {"role", YAML_CHOICE, YAML_AT(struct place_of_work, role), .choices = roles},
    {"inner", YAML_MAP, YAML_AT(struct place_of_work, inner), .fields = inner_fields},
    {"items", YAML_CUSTOM, .read = count_items},
    {0},
};

static void reads_a_map_by_a_table(void **state)
{
    static const char text[] = "{name: belt-1, title: 皮带, unit: 7, resettable: true, interval: 5s,\n"
                               " scale: 0.001, role: check, inner: {port: 502}, items: [1, 2, 3]}\n";
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, sizeof text - 1, "f", faults);
    struct place_of_work work = {0};
    int calls = 0;

    (void)state;
    assert_non_null(document);
    yaml_read(yaml_root(document), work_fields, &work, &calls, faults);
    yaml_unload(document);
    assert_faults(faults, "");
    assert_string_equal(work.name, "belt-1");
    assert_string_equal(work.title, "皮带");
    assert_int_equal(work.unit, 7);
    assert_true(work.resettable);
    assert_int_equal(work.interval_ms, 5000);
    assert_int_equal(work.scale.digits, 1);
    assert_int_equal(work.scale.places, 3);
    assert_int_equal(work.role, 1);
    assert_int_equal(work.inner.port, 502);
    assert_int_equal(work.items, 3);
    assert_int_equal(calls, 1);
}

static void names_all_faults_at_once(void **state)
{
    static const char text[] = "name: Belt 1\n"
                               "untit: 7\n"
                               "resettable: yes\n"
                               "interval: 5 s\n"
                               "scale: 1e-3\n"
                               "inner: {port: 0, prot: 1}\n"
                               "colour: black\n";
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, sizeof text - 1, "site.yaml", faults);
    struct place_of_work work = {.unit = 42};
    int calls = 0;

    (void)state;
    assert_non_null(document);
    yaml_read(yaml_root(document), work_fields, &work, &calls, faults);
    assert_int_equal(work.unit, 42); /* what is absent stays */
    assert_int_equal(calls, 0);
    yaml_unload(document);
    assert_faults(
        faults,
        "site.yaml:1:1: the key \"title\" is missing\n"
        "site.yaml:1:7: found \"Belt 1\"" AN_ID
        "site.yaml:2:1: found the unknown key \"untit\"; did you mean \"unit\"?\n"
        "site.yaml:3:13: found \"yes\", expected true or false\n"
        "site.yaml:4:11: found \"5 s\"" A_DURATION "site.yaml:5:8: found \"1e-3\"" A_NUMBER
        "site.yaml:6:15: found \"0\", expected a whole number from 1 to 65535\n"
        "site.yaml:6:18: found the unknown key \"prot\"; did you mean \"port\"?\n"
        "site.yaml:7:1: found the unknown key \"colour\", expected one of name, title, unit, resettable, interval, "
        "scale, role, inner, items\n");
}

static void wants_a_map(void **state)
{
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text("[1]", 3, "f", faults);
    struct place_of_work work = {0};

    (void)state;
    yaml_read(yaml_root(document), work_fields, &work, NULL, faults);
    yaml_unload(document);
    assert_faults(faults, "f:1:1: found a list, expected a map, like {name: ...}\n");
}

/* --- spelling and faults --- */

static void finds_the_nearest_spelling(void **state)
{
    static const char *const words[] = {"interval", "unit", "profile", "role", NULL};
    static const struct {
        const char *text, *nearest;
    } cases[] = {
        {"intervall", "interval"},
        {"itnerval", "interval"},
        {"nterval", "interval"},
        {"unti", "unit"},
        {"profle", "profile"},
        {"rule", "role"},
        {"ro", NULL},
        {"", NULL},
        {"address", NULL},
        {"uni", "unit"},
        {"INTERVAL", NULL},
        {"a very long text that is longer than the table of distances can hold", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest = yaml_nearest(cases[i].text, words);
        assert_string_equal(nearest ? nearest : "-", cases[i].nearest ? cases[i].nearest : "-");
    }
}

static void sorts_faults_by_place(void **state)
{
    struct faults *faults = faults_new();
    char name[] = "b.yaml";

    (void)state;
    faults_add(faults, FAULT_ERROR, (struct place){name, 3, 1}, "third %d", 3);
    name[0] = 'x'; /* the name was copied */
    faults_add(faults, FAULT_WARNING, (struct place){"a.yaml", 1, 1}, "of the second file");
    faults_add(faults, FAULT_ERROR, (struct place){"b.yaml", 1, 9}, "second");
    faults_add(faults, FAULT_ERROR, (struct place){"b.yaml", 1, 2}, "first");
    faults_add(faults, FAULT_ERROR, (struct place){"b.yaml", 0, 0}, "of the whole\x1b[31m file");
    for (int i = 0; i < 40; i++)
        faults_add(faults, FAULT_WARNING, (struct place){"z", 1, 1}, "%02d", i);
    assert_int_equal(faults_count(faults, FAULT_ERROR), 4);
    assert_int_equal(faults_count(faults, FAULT_WARNING), 41);

    char *text = printed(faults);
    static const char start[] = "b.yaml: of the whole?[31m file\n"
                                "b.yaml:1:2: first\n"
                                "b.yaml:1:9: second\n"
                                "b.yaml:3:1: third 3\n"
                                "a.yaml:1:1: warning: of the second file\n"
                                "z:1:1: warning: 00\n"
                                "z:1:1: warning: 01\n";
    assert_memory_equal(text, start, sizeof start - 1);
    free(text);
    faults_free(faults);
}

/* Whatever the bytes: no crash, and no text that is refused without a fault. */
static void survives_random_texts(void **state)
{
    static const char alphabet[] = "ab01:-,[]{}\"'&*!#|>% \n\n\t?~\\\xe7\x85\xa4";

    (void)state;
    seed_random();
    for (int i = 0; i < 20000; i++) {
        char text[40];
        size_t length = (size_t)random() % sizeof text;
        for (size_t j = 0; j < length; j++)
            text[j] = alphabet[(size_t)random() % (sizeof alphabet)];
        struct faults *faults = faults_new();
        struct yaml_document *document = yaml_load_text(text, length, "f", faults);
        assert_true(document || faults_count(faults, FAULT_ERROR) > 0);
        if (document) {
            struct place_of_work work = {0};
            int calls = 0;
            yaml_read(yaml_root(document), work_fields, &work, &calls, faults);
            assert_true(faults_count(faults, FAULT_ERROR) > 0); /* a name and a title are missing */
        }
        yaml_unload(document);
        faults_free(faults);
    }
}

static void keeps_sections(void **state)
{
    static const char *const keep[] = {"site", "county", NULL};
    static const struct {
        const char *text, *kept; /* NULL: it is not plain */
    } cases[] = {
        {"site: {name: a}\nmeters:\n  - {name: b}\n- c\n\n# d\ncounty:\n  name: e\n",
         "site: {name: a}\n\n\n\n\n\ncounty:\n  name: e\n"},
        {"# head\nbuses:\r\n  - a\r\nsite: b", "# head\n\n\nsite: b"},
        {"siter: a\ncountyx:\nsite:\n", "\n\nsite:\n"},
        {"site: a\nbuses:", "site: a\n\n"},
        {"", ""},
        {"--- \nsite: a\n", NULL},
        {"{site: a}\n", NULL},
        {"meters: {\nsite: a}\n", NULL},
        {"meters: [a,\nsite: a]\n", NULL},
        {"\"site\": a\n", NULL},
        {"site:a\n", NULL},
        {"meters:\n\t- a\n", NULL},
        {"%YAML 1.1\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[160];
        size_t length = strlen(cases[i].text);
        snprintf(text, sizeof text, "%s", cases[i].text);
        assert_int_equal(yaml_keep_sections(text, &length, keep), cases[i].kept != NULL);
        text[length] = '\0';
        assert_string_equal(text, cases[i].kept ? cases[i].kept : cases[i].text);
    }
    char nul[] = "meters: \0\nsite: a\n";
    size_t length = sizeof nul - 1;
    assert_false(yaml_keep_sections(nul, &length, keep));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_not_plain_yaml),
        cmocka_unit_test(leaves_out_what_stands_twice),
        cmocka_unit_test(walks_a_document),
        cmocka_unit_test(loads_files),
        cmocka_unit_test(reads_values_strictly),
        cmocka_unit_test(reads_a_map_by_a_table),
        cmocka_unit_test(names_all_faults_at_once),
        cmocka_unit_test(wants_a_map),
        cmocka_unit_test(finds_the_nearest_spelling),
        cmocka_unit_test(sorts_faults_by_place),
        cmocka_unit_test(survives_random_texts),
        cmocka_unit_test(keeps_sections),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
