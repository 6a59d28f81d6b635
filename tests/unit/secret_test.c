/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/refusal.h"
#include "collector/secret.h"

static char folder[64], path[96];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/coaltally-secret-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/mqtt", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void put(const char *content, mode_t mode)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void reads_the_first_line(void **state)
{
    (void)state;
    static const struct {
        const char *content, *secret;
        mode_t mode;
        const char *says;
    } cases[] = {
        {"s3cret\n", "s3cret", 0600, ""},
        {"s3cret", "s3cret", 0640, ""},
        {"two words\r\nand a line\n", "two words", 0400, ""},
        {"s3cret\n", "s3cret", 0644, "chmod o-rwx"},
        {"", NULL, 0600, "found none"},
        {"\nsecond\n", NULL, 0600, "found none"},
    };
    char text[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(cases[i].content, cases[i].mode);
        char *secret = secret_read(path, text, sizeof text);
        if (cases[i].secret)
            assert_string_equal(secret, cases[i].secret);
        else
            assert_null(secret);
        assert_non_null(strstr(text, cases[i].says));
        assert_null(strstr(text, "s3cret"));
        secret_free(secret);
    }
}

static void bounds_the_line(void **state)
{
    (void)state;
    char line[2000], text[256];
    memset(line, 'x', sizeof line);
    line[1022] = '\0';
    put(line, 0600);
    char *secret = secret_read(path, text, sizeof text);
    assert_int_equal(strlen(secret), 1022);
    secret_free(secret);
    line[1022] = 'x';
    line[1999] = '\0';
    put(line, 0600);
    assert_null(secret_read(path, text, sizeof text));
    assert_non_null(strstr(text, "longer than 1022"));
}

static void looks_among_credentials(void **state)
{
    (void)state;
    char text[256];
    put("s3cret\n", 0400);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    char *secret = secret_read("mqtt", text, sizeof text);
    assert_string_equal(secret, "s3cret");
    secret_free(secret);
    assert_null(secret_read("other", text, sizeof text));
    assert_non_null(strstr(text, "cannot read the credential other: "));
    assert_non_null(strstr(text, "or a whole path"));
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void explains_refusals(void **state)
{
    (void)state;
    char text[256];
    refusal_describe(1, text, sizeof text);
    assert_non_null(strstr(text, "version: 3.1.1"));
    refusal_describe(0x84, text, sizeof text);
    assert_non_null(strstr(text, "version: 3.1.1"));
    refusal_describe(0x86, text, sizeof text);
    assert_non_null(strstr(text, "password_file"));
    refusal_describe(0xff, text, sizeof text);
    assert_non_null(strstr(text, "255"));
}

static void shortens_openssl(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"C01E5C:error:0A000086:SSL routines:f:certificate verify failed:../ssl/x.c:1887:\n",
         "certificate verify failed"},
        {"error:0A000086:SSL routines", "error:0A000086:SSL routines"},
        {"something else\n", "something else"},
        {"", ""},
    };
    char text[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refusal_tls(cases[i].line, strlen(cases[i].line), text, sizeof text);
        assert_string_equal(text, cases[i].words);
    }
    refusal_tls("abcdef", 3, text, sizeof text); /* no NUL behind it */
    assert_string_equal(text, "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_first_line),    cmocka_unit_test(bounds_the_line),
        cmocka_unit_test(looks_among_credentials), cmocka_unit_test(explains_refusals),
        cmocka_unit_test(shortens_openssl),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
