/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/totaliser_rig.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* Meter B: modulus 2^32, 36000 an hour (10 a second), refresh 10 s, interval 1 s;
 * so allow(0) = 122, allow(1 s) = 134, allow(60 s) = 842. */
static const struct totaliser_rules meter_b = {
    .modulus = INT64_C(1) << 32,
    .max_rate = 36000,
    .resolution = 1,
    .noise = 1,
    .refresh_ms = 10 * SECOND,
    .interval_ms = 1 * SECOND,
    .gap_limit_ms = 60 * SECOND,
    .convert = {1, 1},
};

static struct rig rig; /* too large for a stack; each test begins with rig_begin */

static void rig_begin(const struct totaliser_rules *rules)
{
    memset(&rig, 0, sizeof(rig));
    rig.rules = *rules;
    rig.step = 1;
    rig.reset_ms = INT64_MIN;
    rig.at_ms = 1000 * SECOND;
}

/* A meter in use: it stands at `count`, read every second. */
static void rig_stand(const struct totaliser_rules *rules, int64_t count)
{
    rig_begin(rules);
    for (int i = 0; i < 100; i++)
        rig_read(&rig, SECOND, count);
    rig_forget(&rig);
}

static void test_smoke(void **unused)
{
    (void)unused;
    rig_stand(&meter_b, 1000);
    assert_int_equal(rig_read(&rig, SECOND, 1010).amount, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smoke),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
