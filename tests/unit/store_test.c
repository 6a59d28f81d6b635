/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/site.h"

struct scene {
    char folder[64], database[128];
    struct site site;
    struct store *store;
    char text[512];
};

static int scene_setup(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    *state = scene;
    folder_make(scene->folder);
    snprintf(scene->database, sizeof(scene->database), "%s/ledger.db", scene->folder);
    site_make(&scene->site, 4, scene->database);
    return 0;
}

static int scene_teardown(void **state)
{
    struct scene *scene = *state;
    store_close(scene->store);
    folder_remove(scene->folder);
    free(scene);
    return 0;
}

static void open_at(struct scene *scene, int64_t wall_ms, int64_t boot_ms)
{
    enum store_outcome outcome = store_open(&scene->site.config, (struct clock_now){wall_ms, boot_ms}, &scene->store,
                                            scene->text, sizeof(scene->text));
    if (outcome != STORE_OK)
        print_message("# %s\n", scene->text);
    assert_int_equal(outcome, STORE_OK);
}

static void opens_twice(void **state)
{
    struct scene *scene = *state;
    open_at(scene, SITE_DAY_MS, 1000);
    store_close(scene->store);
    open_at(scene, SITE_DAY_MS, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opens_twice, scene_setup, scene_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
