/* SPDX-License-Identifier: Apache-2.0 */
#include "drivers/data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *program;
    enum data_kind kind;
    enum data_home home;
    const char *folder; /* NULL: no such home */
} cases[] = {
    {"/home/li/coaltally/build/coaltally", DATA_PROFILES, DATA_CHECKOUT, "/home/li/coaltally/drivers/profiles"},
    {"/home/li/coaltally/build/thread/coaltally", DATA_SEEDS, DATA_CHECKOUT, "/home/li/coaltally/seeds"},
    {"/build/ct/build/coaltally", DATA_SEEDS, DATA_CHECKOUT, "/build/ct/seeds"},
    {"/usr/bin/coaltally", DATA_PROFILES, DATA_CHECKOUT, NULL},
    {"/usr/bin/coaltally", DATA_PROFILES, DATA_INSTALLED, "/usr/share/coaltally/profiles"},
    {"/opt/moved/bin/minesim", DATA_SEEDS, DATA_INSTALLED, "/opt/moved/share/coaltally/seeds"},
    {"/bin/coaltally", DATA_PROFILES, DATA_INSTALLED, "/share/coaltally/profiles"},
    {"/coaltally", DATA_PROFILES, DATA_INSTALLED, "/share/coaltally/profiles"},
    {"", DATA_PROFILES, DATA_CHECKOUT, NULL},
    {"", DATA_PROFILES, DATA_INSTALLED, NULL},
    {"", DATA_PROFILES, DATA_PREFIX, COALTALLY_DATA "/profiles"},
    {"/usr/bin/coaltally", DATA_SEEDS, DATA_PREFIX, COALTALLY_DATA "/seeds"},
};

static void test_homes(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[DATA_PATH_BYTES] = "";
        const bool found = data_folder_of(cases[i].program, cases[i].kind, cases[i].home, path);
        assert_int_equal(found, cases[i].folder != NULL);
        if (found)
            assert_string_equal(path, cases[i].folder);
    }
}

static void test_too_long(void **unused)
{
    (void)unused;
    char program[DATA_PATH_BYTES], path[DATA_PATH_BYTES];
    memset(program, 'a', sizeof program);
    memcpy(program, "/", 1);
    strcpy(program + sizeof program - 10, "/build/x");
    assert_false(data_folder_of(program, DATA_PROFILES, DATA_CHECKOUT, path));
    assert_false(data_folder_of(program, DATA_PROFILES, DATA_INSTALLED, path));
}

/* This test itself lies in the build/ of a checkout, and runs from no installation. */
static void test_running(void **unused)
{
    (void)unused;
    char path[DATA_PATH_BYTES];
    assert_true(data_folder(DATA_PROFILES, DATA_CHECKOUT, path));
    assert_non_null(strstr(path, "/drivers/profiles"));
    assert_false(data_folder(DATA_SEEDS, DATA_INSTALLED, path));
    assert_true(data_folder(DATA_SEEDS, DATA_PREFIX, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_homes),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
