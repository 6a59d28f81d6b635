/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/bus.h"

#include "tests/unit/daemon_rig.h"
#include "tests/unit/fake_device.h"

struct scene {
    struct rig rig;
    struct fake_device device;
    struct meter *meter[1];
    struct bus *bus;
};

static atomic_uint total; /* what the scale shows */
static atomic_bool runs;
static atomic_int exception;

static uint16_t shown(int table, int address)
{
    const unsigned now = atomic_load(&total);
    if (table == 2)
        return atomic_load(&runs);
    return address == 2 ? (uint16_t)(now >> 16) : address == 3 ? (uint16_t)now : 0;
}

static bool answer_refusal(struct fake_device *device, int peer, const uint8_t *question)
{
    uint8_t answer[9];
    (void)device;
    memcpy(answer, question, 8);
    answer[5] = 3;
    answer[7] |= 0x80;
    answer[8] = (uint8_t)atomic_load(&exception);
    return fake_send(peer, answer, sizeof answer);
}

static int start(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    *state = scene;
    atomic_store(&total, 1000);
    fake_start(&scene->device, answer_good);
    scene->device.value = shown;
    rig_start(&scene->rig, scene->device.port);
    scene->meter[0] = meter_new(&scene->rig.site, 0);
    meter_start(scene->meter[0], NULL);
    scene->bus = bus_new(&scene->rig.site, 0, scene->meter);
    return 0;
}

static void stop(struct scene *scene)
{
    if (!scene->bus)
        return;
    eventfd_write(scene->rig.site.stop, 1);
    bus_stop(scene->bus);
    bus_join(scene->bus);
    bus_free(scene->bus);
    scene->bus = NULL;
}

static int end(void **state)
{
    struct scene *scene = *state;
    stop(scene);
    meter_free(scene->meter[0]);
    rig_stop(&scene->rig);
    fake_stop(&scene->device);
    free(scene);
    return 0;
}

/* Waits until the device has been asked that often after now. */
static void wait_asked(struct scene *scene, int more)
{
    const int wanted = atomic_load(&scene->device.questions) + more;
    for (int tries = 0; tries < 3000 && atomic_load(&scene->device.questions) < wanted; tries++)
        rig_wait_ms(10);
    assert_true(atomic_load(&scene->device.questions) >= wanted);
}

static void wait_online(struct scene *scene, bool online)
{
    struct device_state state = {0};
    for (int tries = 0; tries < 3000; tries++) {
        state = live_device_state(scene->rig.site.live, 0);
        if (state.known && state.online == online)
            return;
        rig_wait_ms(10);
    }
    fail_msg("not %s in time", online ? "online" : "offline");
}

/* All that the meter has counted and that waits. */
static int64_t counted(struct scene *scene)
{
    int64_t sum = 0;
    struct batch *batch = ledger_take(scene->rig.site.ledger, clock_now().wall_ms, true);
    for (size_t i = 0; i < batch->tallies; i++)
        sum += batch->tally[i].amount;
    batch_free(batch);
    return sum;
}

static void what_the_register_gains_is_counted(void **state)
{
    struct scene *scene = *state;

    assert_true(bus_start(scene->bus));
    wait_asked(scene, 5); /* two requests a scan, and a reread of the first reading */
    atomic_store(&total, 1007);
    wait_asked(scene, 5);
    stop(scene);
    assert_int_equal(counted(scene), 7);
}

/* A gateway answers for a device that is not there. */
static void a_gateways_word_is_no_answer_of_the_device(void **state)
{
    static const struct {
        int exception;
        bool online;
    } cases[] = {{2, true}, {11, false}, {6, true}, {10, false}};
    struct scene *scene = *state;

    atomic_store(&scene->device.answer, answer_refusal);
    atomic_store(&exception, cases[0].exception);
    assert_true(bus_start(scene->bus));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        atomic_store(&exception, cases[i].exception);
        wait_online(scene, cases[i].online);
    }
}

/* Refuses all that holds the gauge at 0; the total is read all the same. */
static bool answer_without_rate(struct fake_device *device, int peer, const uint8_t *question)
{
    const bool lacks = question[7] == 3 && question[8] == 0 && question[9] == 0;
    return lacks ? answer_exception(device, peer, question) : answer_good(device, peer, question);
}

static bool alarm_stands(struct scene *scene, const char *id, char what[static 200])
{
    size_t count;
    struct alarm *alarm = alarms_list(live_alarms(scene->rig.site.live), &count);
    bool stands = false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(alarm[i].id, id) == 0) {
            stands = alarm[i].cleared_ms == 0;
            strcpy(what, alarm[i].what);
        }
    free(alarm);
    return stands;
}

static void wait_alarm(struct scene *scene, bool stands, char what[static 200])
{
    for (int tries = 0; tries < 3000; tries++) {
        if (alarm_stands(scene, "scale-1-refused", what) == stands)
            return;
        rig_wait_ms(10);
    }
    fail_msg("the alarm does not %s", stands ? "come" : "go");
}

static void what_is_refused_is_an_alarm_and_the_rest_is_counted(void **state)
{
    struct scene *scene = *state;
    char what[200] = "";

    atomic_store(&scene->device.answer, answer_without_rate);
    assert_true(bus_start(scene->bus));
    wait_alarm(scene, true, what);
    assert_string_equal(what, "refuses rate: exception 2, illegal data address");
    wait_asked(scene, 5);
    atomic_store(&total, 1007);
    wait_asked(scene, 8);
    atomic_store(&scene->device.answer, answer_good);
    wait_alarm(scene, false, what);
    stop(scene);
    assert_int_equal(counted(scene), 7);
}

/* A bus that waits is alive until its wait is over. */
static void a_waiting_bus_is_alive(void **state)
{
    struct scene *scene = *state;

    atomic_store(&scene->device.answer, answer_nothing);
    assert_true(bus_start(scene->bus));
    for (int i = 0; i < 100; i++) {
        assert_true(bus_alive_until_ms(scene->bus) > clock_now().boot_ms);
        rig_wait_ms(20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_register_gains_is_counted, start, end),
        cmocka_unit_test_setup_teardown(a_gateways_word_is_no_answer_of_the_device, start, end),
        cmocka_unit_test_setup_teardown(what_is_refused_is_an_alarm_and_the_rest_is_counted, start, end),
        cmocka_unit_test_setup_teardown(a_waiting_bus_is_alive, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
