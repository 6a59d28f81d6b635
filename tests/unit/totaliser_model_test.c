/* SPDX-License-Identifier: Apache-2.0 */
/* Random meters through a year of accidents, against the truth.
 *
 * The device below knows what moved its total; the totaliser sees only readings.
 * After every step the books must balance to the unit (totaliser_rig.h), and after
 * every accepted reading of the true total, what truth and tally have moved apart
 * must lie within the bounds that were journalled since the one before: nothing
 * where nothing was journalled. Accidents that nobody can see are not made.
 *
 * $SEED repeats a run, $METERS sets how many meters live through the year. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/seed.h"
#include "tests/unit/totaliser_rig.h"

__extension__ typedef __int128 wide;

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { INTERVAL_MS = 15 * SECOND, GAP_LIMIT_MS = 60 * SECOND, DAYS = 365 };

static uint64_t random_state;

static uint64_t random_next(void) /* splitmix64 */
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* low to high, both possible. */
static int64_t random_between(int64_t low, int64_t high)
{
    return low >= high ? low : low + (int64_t)(random_next() % (uint64_t)(high - low + 1));
}

static bool random_one_in(int n)
{
    return random_between(1, n) == 1;
}

/* Of any order of magnitude between the two; low > 0. */
static int64_t random_scale(int64_t low, int64_t high)
{
    int64_t top = low;
    while (top < high && !random_one_in(4))
        top = top > high / 4 ? high : top * 4;
    return random_between(low, top);
}

/* --- the device: what it counts, and what it shows --- */

struct device {
    int64_t time_ms;
    int64_t rate; /* counts an hour now; below 0: the belt runs back */
    int64_t part; /* of a count, in 1 / HOUR */
    int64_t total;
    int64_t latched;    /* the total as last shown, unwrapped */
    int64_t truth;      /* how far flow has moved what is shown, resets and presets not counted */
    int64_t test;       /* test material in it */
    int64_t test_shown; /* as of latched */
    int64_t refresh_ms; /* between two updates of what is shown */
    int64_t modulus;    /* 0: none */
    int64_t instant_ms; /* next time it zeroes itself; INT64_MAX: never */
    int64_t least;      /* and does not, below this: nobody could see it */
    bool real;          /* shown as a float32 */
    bool frozen;
    bool testing; /* what flows is test material */
};

/* A float32's unit in the last place at a count. */
static int64_t real_step(int64_t count)
{
    int64_t step = 1;
    while (count >= step << 24)
        step <<= 1;
    return step;
}

static int64_t device_visible(const struct device *device, int64_t total)
{
    int64_t step = device->real ? real_step(total) : 1;
    return (total + step / 2) / step * step;
}

static void device_latch(struct device *device)
{
    int64_t visible = device->real ? device_visible(device, device->total) : device->total;
    device->truth += visible - device->latched;
    device->latched = visible;
    device->test_shown = device->test;
}

static void device_flow(struct device *device, int64_t to_ms)
{
    int64_t part = device->part + device->rate * (to_ms - device->time_ms);
    int64_t counts = part / HOUR;
    device->part = part % HOUR;
    device->total += counts;
    device->test += device->testing ? counts : 0;
    device->time_ms = to_ms;
}

static void device_preset(struct device *device, int64_t total)
{
    device_latch(device);
    device->total = total;
    device->latched = device_visible(device, total);
}

static void device_run_plain(struct device *device, int64_t to_ms)
{
    int64_t update_ms = to_ms - to_ms % device->refresh_ms;
    if (update_ms > device->time_ms) {
        device_flow(device, update_ms);
        if (!device->frozen)
            device_latch(device);
    }
    device_flow(device, to_ms);
}

static int64_t device_shown(const struct device *device)
{
    if (!device->modulus)
        return device->latched;
    int64_t shown = device->latched % device->modulus;
    return shown < 0 ? shown + device->modulus : shown;
}

static void device_run(struct device *device, int64_t to_ms)
{
    while (device->instant_ms <= to_ms) {
        device_run_plain(device, device->instant_ms);
        if (device_shown(device) > device->least)
            device_preset(device, 0);
        device->instant_ms += DAY;
    }
    device_run_plain(device, to_ms);
}

/* --- a meter's year --- */

enum menu { /* what can happen to a meter */
            MENU_GAP,
            MENU_RESTART,
            MENU_REBOOT,
            MENU_RESET,
            MENU_PRESET,
            MENU_TORN,
            MENU_GARBAGE,
            MENU_BACK,
            MENU_FREEZE,
            MENU_CALIBRATION,
            MENU_HOLD,
            MENU_TWO,
            MENU_COUNT
};

struct year {
    struct rig rig;
    struct device device;
    int64_t boot_ms;        /* when this boot began */
    int64_t offset_ms;      /* of the device's clock at resets_at */
    unsigned menu;          /* 1 << enum menu */
    int64_t every_ms, days; /* polled every so often, or up to three times that; for so long */
    bool lying;             /* its real refresh is longer than stated */
    int64_t disturbed_ms;   /* until then an accident may still show */
    /* since the last check */
    int64_t truth, test, posted, depth;
    bool checked; /* those are set */
    wide low, high;
    bool unbounded, excluded;
    int64_t checks, bounds, accidents[MENU_COUNT]; /* to see that something happened */
    struct {
        const char *what;
        int64_t at_ms;
    } history[8];
    size_t happened;
};

static struct year year;
static uint64_t meter_seed;

static int64_t allow(int64_t time_ms)
{
    int64_t high = year.rig.state.high, shown = device_shown(&year.device);
    int64_t step = year.device.real ? real_step(high > shown ? high : shown) : 1;
    return totaliser_allow(&year.rig.rules, time_ms, step);
}

static void explain(const char *what)
{
    const struct totaliser_state *state = &year.rig.state;
    print_message("# meter seed %" PRIu64 ": %s at %" PRId64 " ms\n", meter_seed, what, year.device.time_ms);
    print_message("# shown %" PRId64 " truth %" PRId64 " posted %" PRId64 " high %" PRId64 " last %" PRId64
                  " wraps %" PRId64 " segment %" PRId64 " stopped %" PRId64 "\n",
                  device_shown(&year.device), year.device.truth, year.rig.posted, state->high, state->last,
                  state->wraps, state->segment, state->stopped);
    const struct totaliser_rules *rules = &year.rig.rules;
    print_message(
        "# modulus %" PRId64 " max_rate %" PRId64 " noise %" PRId64 " refresh %" PRId64 " (real %" PRId64
        ") resettable %d resets %d convert %" PRId64 "/%" PRId64 " allow(0) %" PRId64 " allow(60 s) %" PRId64 "\n",
        rules->modulus, rules->max_rate, rules->noise, rules->refresh_ms, year.device.refresh_ms, rules->resettable,
        rules->resets, rules->convert.times, rules->convert.over, allow(0), allow(GAP_LIMIT_MS));
    for (size_t i = year.happened > 8 ? year.happened - 8 : 0; i < year.happened; i++)
        print_message("#   %" PRId64 " %s\n", year.history[i % 8].at_ms, year.history[i % 8].what);
    size_t from = year.rig.events > 12 ? year.rig.events - 12 : 0;
    for (size_t i = from; i < year.rig.events; i++) {
        const struct totaliser_event *event = &year.rig.event[i];
        print_message("#   %s %" PRId64 " -> %" PRId64 " amount %" PRId64 " %s %" PRId64 " to %" PRId64 "%s\n",
                      totaliser_reason_name(event->reason), event->before, event->after, event->amount,
                      event->bounded ? "bound" : "no bound", event->low, event->high, event->open ? " open" : "");
    }
}

static void happens(enum menu kind)
{
    static const char *const names[MENU_COUNT] = {
        "gap",     "restart", "reboot", "reset",       "preset", "torn",
        "garbage", "back",    "freeze", "calibration", "hold",   "two devices",
    };
    size_t place = year.happened++ % 8;
    year.history[place].what = names[kind];
    year.history[place].at_ms = year.device.time_ms;
    year.accidents[kind]++;
}

static void expect(bool holds, const char *what)
{
    if (holds)
        return;
    explain(what);
    fail_msg("%s", what);
}

/* What the journal says may lie between truth and tally. */
static void weigh(const struct totaliser_event *event)
{
    wide posted = 0;
    switch (event->reason) {
    case REASON_GAP:
    case REASON_WRAP:
    case REASON_WRAPS_UNKNOWN:
    case REASON_RESET:
        posted = event->amount;
        expect(!event->bounded || (event->low <= posted && posted <= event->high), "posted outside its own bound");
        break;
    case REASON_EXCLUDED:
    case REASON_UNKNOWN:
        year.excluded = true;
        break;
    case REASON_JUMP:
    case REASON_NOISE:
    case REASON_BACKWARD:
        break;
    default:
        return;
    }
    expect(event->bounded || event->open, "no bound and no open work");
    year.unbounded |= !event->bounded;
    year.low += event->low - posted;
    year.high += event->high - posted;
    year.bounds++;
}

/* Truth and tally, since the last reading of the true total that was accepted. */
static void check(void)
{
    struct rig *rig = &year.rig;
    int64_t behind = device_shown(&year.device) - rig->state.last; /* a reading may be down by noise */
    if (!rig->outcome.accepted || behind < 0 || behind > rig->rules.noise)
        return;
    int64_t truth = year.device.truth - behind, test = year.device.test_shown;
    int64_t depth = rig->state.high - rig->state.last;
    struct ratio convert = rig->rules.convert;
    if (year.checked && !year.unbounded) {
        /* in 1 / convert.over of a thousandth */
        wide moved = (wide)(truth - year.truth + depth - year.depth) * convert.times;
        wide apart = moved - (wide)(rig->posted - year.posted) * convert.over;
        wide slack = convert.over == 1 ? 0 : 2 * convert.over;
        expect(apart >= year.low * convert.over - slack, "truth below the bound");
        expect(apart <= year.high * convert.over + slack, "truth above the bound");
        expect(test == year.test || year.excluded, "test material was not excluded");
        /* Readings may be low by noise; coal that ran back before is no test material. */
        wide coal = apart - (wide)(test - year.test) * convert.times;
        wide least = (year.low < 0 ? year.low : 0) * convert.over - slack;
        wide rough = (wide)(year.depth + rig->rules.noise) * convert.times;
        expect(test == year.test || coal >= least - rough, "test material was posted");
    }
    year.truth = truth;
    year.test = test;
    year.posted = rig->posted;
    year.depth = depth;
    year.low = year.high = 0;
    year.checked = true;
    year.unbounded = year.excluded = false;
    year.checks++;
    if (rig->events > RIG_EVENTS_MAX / 2)
        rig_forget(rig);
}

/* Nothing has happened for long: no suspect, no open work. */
static void check_quiet(void)
{
    const struct totaliser_outcome *outcome = &year.rig.outcome;
    if (year.rig.state.stopped)
        year.disturbed_ms = year.device.time_ms + HOUR;
    if (year.device.time_ms < year.disturbed_ms)
        return;
    expect(outcome->verdict != VERDICT_SUSPECT && outcome->verdict != VERDICT_JUMP &&
               outcome->verdict != VERDICT_RANGE && outcome->verdict != VERDICT_NONE,
           "a reading of normal operation was not taken");
    for (size_t i = 0; i < outcome->events; i++)
        expect(!outcome->event[i].open || outcome->event[i].reason == REASON_BELOW_A_DAY,
               "open work in normal operation");
}

static void disturb(int64_t for_ms)
{
    int64_t until_ms = year.device.time_ms + for_ms;
    if (until_ms > year.disturbed_ms)
        year.disturbed_ms = until_ms;
}

static void run_to(int64_t time_ms)
{
    year.rig.at_ms += time_ms - year.device.time_ms;
    device_run(&year.device, time_ms);
}

static void prepare_scan(void)
{
    struct rig *rig = &year.rig;
    int64_t shown = device_shown(&year.device), now_ms = year.device.time_ms;
    int64_t greater = rig->state.high > shown ? rig->state.high : shown;
    rig->step = year.device.real ? real_step(greater) : 1;
    rig->reset_ms = INT64_MIN;
    if (rig->rules.resets)
        rig->reset_ms = (now_ms + 10 * MINUTE) / DAY * DAY - year.boot_ms;
}

static void scan_as(int64_t count, int64_t reread, bool reread_good)
{
    size_t before = year.rig.events;
    prepare_scan();
    rig_scan(&year.rig, 0, true, count, reread_good, reread);
    for (size_t i = before; i < year.rig.events; i++)
        weigh(&year.rig.event[i]);
    check();
}

/* What is shown, or a little less of it. */
static int64_t jittered(void)
{
    int64_t shown = device_shown(&year.device), noise = year.rig.rules.noise;
    return noise && shown >= noise && random_one_in(8) ? shown - random_between(0, noise) : shown;
}

static void scan_true(int64_t after_ms)
{
    run_to(year.device.time_ms + after_ms);
    scan_as(jittered(), jittered(), !random_one_in(200) || year.device.time_ms >= year.disturbed_ms);
    check_quiet();
}

static void scan_false(int64_t after_ms, int64_t count)
{
    run_to(year.device.time_ms + after_ms);
    scan_as(count, count, true);
}

static void scan_bad(int64_t after_ms)
{
    run_to(year.device.time_ms + after_ms);
    prepare_scan();
    rig_fail(&year.rig, 0);
}

static void watch(int64_t for_ms, int64_t every_ms)
{
    disturb(for_ms + 75 * MINUTE);
    for (int64_t end_ms = year.device.time_ms + for_ms; year.device.time_ms < end_ms;)
        scan_true(every_ms);
}

static void belt_change(void)
{
    int64_t most = year.rig.rules.max_rate;
    year.device.rate = random_one_in(3) ? 0 : random_one_in(4) ? most : random_between(0, most);
}

/* --- the accidents --- */

/* No rule but 7 can take one for the other within a time, either way round. */
static bool is_far(int64_t from, int64_t to, int64_t time_ms)
{
    const struct totaliser_rules *rules = &year.rig.rules;
    int64_t limit = totaliser_allow(rules, time_ms, year.device.real ? real_step(from < to ? to : from) : 1);
    if ((rules->resettable || rules->resets) && (from <= limit || to <= limit))
        return false;
    int64_t apart = from < to ? to - from : from - to;
    return apart > limit && (!rules->modulus || rules->modulus - apart > limit);
}

static bool find_far(int64_t time_ms, int64_t *count)
{
    int64_t top = year.rig.rules.modulus ? year.rig.rules.modulus - 1 : INT64_C(1) << 31;
    for (int i = 0; i < 20; i++) {
        int64_t value = device_visible(&year.device, random_one_in(2) ? random_between(0, top) : random_scale(1, top));
        int64_t shown = device_shown(&year.device);
        if (is_far(shown, value, time_ms) && is_far(year.rig.state.high, value, time_ms) &&
            is_far(year.rig.state.last, value, time_ms)) {
            *count = value;
            return true;
        }
    }
    return false;
}

static bool can_reset(void)
{
    return year.rig.rules.resettable && !year.rig.rules.resets;
}

static void happen_reset(void)
{
    int64_t limit = allow(5 * MINUTE);
    if (!can_reset() || year.rig.state.high <= 2 * limit || year.rig.state.last <= 2 * limit)
        return;
    happens(MENU_RESET);
    device_preset(&year.device, 0);
    watch(5 * MINUTE, SECOND);
}

static void happen_preset(void)
{
    int64_t shown = device_shown(&year.device), value, limit = allow(GAP_LIMIT_MS) / 2;
    bool small = year.device.rate == 0 && shown > 4 * limit && !year.rig.state.stopped && random_one_in(2);
    if (small) /* held: only the falls in the journal tell of it */
        value = device_visible(&year.device, shown - random_between(year.rig.rules.noise + 1, limit));
    else if (!find_far(30 * MINUTE, &value))
        return;
    happens(MENU_PRESET);
    device_preset(&year.device, value);
    watch(5 * MINUTE, SECOND);
}

static bool can_tear(void)
{
    return !year.device.real && allow(10 * MINUTE) < 65536 && year.rig.rules.modulus > 1000000;
}

static int64_t torn(void)
{
    int64_t shown = device_shown(&year.device);
    bool up = shown < 65536 || (shown + 65536 < year.rig.rules.modulus && random_one_in(2));
    return up ? shown + 65536 : shown - 65536;
}

static void scan_torn(int64_t after_ms)
{
    run_to(year.device.time_ms + after_ms);
    scan_as(torn(), device_shown(&year.device), true);
}

static void happen_torn(void)
{
    if (!can_tear())
        return;
    happens(MENU_TORN);
    disturb(5 * MINUTE);
    scan_torn(SECOND);
    watch(2 * MINUTE, SECOND);
}

static void happen_garbage(void)
{
    int64_t value;
    if (!find_far(30 * MINUTE, &value))
        return;
    happens(MENU_GARBAGE);
    disturb(10 * MINUTE);
    for (int64_t left = random_between(1, 8); left > 0; left--)
        scan_false(SECOND, value);
    watch(5 * MINUTE, SECOND);
}

static void happen_back(void)
{
    int64_t rate = random_between(1, year.rig.rules.max_rate / 2 + 1);
    int64_t for_ms = random_between(10 * SECOND, 10 * MINUTE);
    if (year.device.instant_ms - year.device.time_ms < HOUR) /* back unseen just before a reset */
        return;
    if (year.rig.state.stopped || year.lying || year.device.real ||
        device_shown(&year.device) < rate * for_ms / HOUR + year.rig.rules.noise + 1)
        return;
    happens(MENU_BACK);
    year.device.rate = -rate;
    watch(for_ms, random_between(1, 3) * SECOND);
    year.device.rate = random_one_in(3) ? 0 : random_between(1, year.rig.rules.max_rate);
    watch(3 * MINUTE, random_between(1, 30) * SECOND);
}

/* Back over zero. */
static void happen_back_over_zero(void)
{
    int64_t rate = random_between(1, year.rig.rules.max_rate / 2 + 1);
    int64_t reach = rate * 2 * MINUTE / HOUR;
    if (!year.rig.rules.modulus || year.lying || can_reset() || year.rig.rules.resets ||
        year.rig.rules.modulus < 20 * allow(HOUR))
        return;
    device_preset(&year.device, random_between(0, reach + 2));
    year.device.rate = 0;
    year.unbounded = true; /* the way there is not what is tried here */
    watch(5 * MINUTE, SECOND);
    year.unbounded = true;
    watch(MINUTE, SECOND);
    happens(MENU_BACK);
    year.device.rate = -rate;
    watch(4 * MINUTE, SECOND);
    belt_change();
    watch(5 * MINUTE, SECOND);
}

static void happen_freeze(void)
{
    int64_t for_ms = random_scale(30 * SECOND, 20 * MINUTE), modulus = year.rig.rules.modulus;
    if (year.rig.rules.resets || year.lying || (modulus && allow(for_ms + 2 * MINUTE) > modulus / 2))
        return;
    happens(MENU_FREEZE);
    year.device.frozen = true;
    watch(for_ms, random_between(1, 15) * SECOND);
    year.device.frozen = false;
    watch(5 * MINUTE, SECOND);
}

static void happen_calibration(bool held)
{
    if (year.lying || year.rig.rules.resets)
        return;
    happens(held ? MENU_HOLD : MENU_CALIBRATION);
    disturb(HOUR);
    year.rig.calibrating = !held;
    year.rig.held = held;
    year.device.testing = !year.device.real && random_one_in(2);
    belt_change();
    for (int64_t end_ms = year.device.time_ms + random_scale(MINUTE, 8 * HOUR); year.device.time_ms < end_ms;) {
        if (random_one_in(4))
            scan_bad(10 * SECOND);
        else
            scan_true(10 * SECOND);
        if (random_one_in(50))
            rig_restart(&year.rig);
    }
    if (can_reset() && random_one_in(4))
        device_preset(&year.device, 0);
    if (year.device.testing)
        year.device.rate = 0;
    year.rig.calibrating = year.rig.held = year.device.testing = false;
    watch(5 * MINUTE, SECOND);
}

static void happen_two(void)
{
    int64_t other;
    if (!find_far(3 * HOUR, &other) || year.rig.rules.resets || year.rig.state.stopped)
        return;
    happens(MENU_TWO);
    bool strict = random_one_in(3);
    disturb(4 * HOUR);
    for (int64_t end_ms = year.device.time_ms + random_scale(MINUTE, HOUR); year.device.time_ms < end_ms;) {
        run_to(year.device.time_ms + SECOND);
        int64_t mine = device_shown(&year.device);
        bool first = strict || random_one_in(2), second = !strict && random_one_in(2);
        scan_as(first ? mine : other, second ? mine : other, true);
    }
    watch(5 * MINUTE, SECOND);
}

/* What may happen while nobody looks. */
static void happen_unseen(int64_t gap_ms)
{
    const struct totaliser_rules *rules = &year.rig.rules;
    int64_t value;
    if (can_reset() && gap_ms > 2 * GAP_LIMIT_MS && random_one_in(3)) {
        happens(MENU_RESET);
        device_preset(&year.device, 0);
    } else if ((year.menu & 1 << MENU_PRESET) && !rules->resets && random_one_in(6) &&
               find_far(2 * gap_ms + 10 * MINUTE, &value)) {
        happens(MENU_PRESET);
        device_preset(&year.device, value);
    }
}

static void happen_gap(void)
{
    int64_t gap_ms = random_scale(20 * SECOND, 5 * DAY), end_ms = year.device.time_ms + gap_ms;
    int64_t event_ms = year.device.time_ms + random_between(0, gap_ms);
    happens(MENU_GAP);
    belt_change();
    if (random_one_in(2))
        scan_bad(SECOND);
    if (event_ms > year.device.time_ms)
        run_to(event_ms);
    happen_unseen(gap_ms);
    belt_change();
    if (end_ms > year.device.time_ms)
        run_to(end_ms);
    disturb(5 * MINUTE);
    if ((year.menu & 1 << MENU_TORN) && can_tear() && random_one_in(3))
        scan_torn(SECOND);
    watch(5 * MINUTE, SECOND);
}

static void happen_restart(void)
{
    happens(MENU_RESTART);
    rig_restart(&year.rig);
    if (random_one_in(2))
        run_to(year.device.time_ms + random_scale(SECOND, HOUR));
    watch(MINUTE, SECOND);
}

static void happen_reboot(void)
{
    int64_t off_ms = random_scale(20 * SECOND, 6 * HOUR), error_ms = 0;
    bool unknown = (year.menu & 1 << MENU_REBOOT) && random_one_in(3);
    bool wrong = (year.menu & 1 << MENU_REBOOT) && random_one_in(2);
    happens(MENU_REBOOT);
    run_to(year.device.time_ms + off_ms);
    if (unknown)
        error_ms = random_between(-DAY, DAY);
    else if (wrong) /* a clock that was ahead by hours, or lags by seconds */
        error_ms = random_one_in(2) ? random_between(-2 * HOUR, 0) : random_between(0, 15 * SECOND);
    rig_restart(&year.rig);
    int64_t boot_ms = year.device.time_ms - random_between(10 * SECOND, MINUTE);
    totaliser_rebase(&year.rig.state, year.boot_ms - boot_ms + error_ms, unknown);
    year.boot_ms = boot_ms;
    year.rig.at_ms = year.device.time_ms - boot_ms;
    watch(5 * MINUTE, SECOND);
}

static void happen(enum menu what)
{
    switch (what) {
    case MENU_GAP:
        happen_gap();
        break;
    case MENU_RESTART:
        happen_restart();
        break;
    case MENU_REBOOT:
        happen_reboot();
        break;
    case MENU_RESET:
        happen_reset();
        break;
    case MENU_PRESET:
        happen_preset();
        break;
    case MENU_TORN:
        happen_torn();
        break;
    case MENU_GARBAGE:
        happen_garbage();
        break;
    case MENU_BACK:
        if (random_one_in(4))
            happen_back_over_zero();
        else
            happen_back();
        break;
    case MENU_FREEZE:
        happen_freeze();
        break;
    case MENU_CALIBRATION:
    case MENU_HOLD:
        happen_calibration(what == MENU_HOLD);
        break;
    case MENU_TWO:
        happen_two();
        break;
    case MENU_COUNT:
        break;
    }
}

/* --- the meters --- */

static void choose_rules(struct totaliser_rules *rules)
{
    static const int64_t moduli[] = {
        65536, 1000000, 10000000, 100000000, INT64_C(1) << 31, INT64_C(1) << 32, INT64_C(1000000000000), 0};
    static const struct ratio ratios[] = {{1, 1}, {1000, 1}, {10, 1}, {1, 3}, {453592, 1000}};
    static const int64_t refreshes[] = {15 * SECOND, 20 * SECOND, 60 * SECOND};
    int64_t modulus = moduli[random_between(0, 7)];
    *rules = (struct totaliser_rules){
        .modulus = modulus,
        .max_rate = random_scale(60, !modulus || modulus > 1000000 ? 10000000 : modulus * 8),
        .resolution = 1,
        .noise = random_between(0, 2) * random_between(0, 3),
        .refresh_ms = refreshes[random_between(0, 2)],
        .interval_ms = INTERVAL_MS,
        .gap_limit_ms = GAP_LIMIT_MS,
        .resettable = random_one_in(2),
        .convert = ratios[random_between(0, 4)],
    };
    if (totaliser_allow(rules, GAP_LIMIT_MS, 1) >= modulus / 2 && modulus) /* `check` refuses it */
        rules->max_rate = modulus * 8;
    rules->resets = rules->resettable && random_one_in(4);
}

static void choose_device(struct device *device, const struct totaliser_rules *rules)
{
    int64_t top = rules->modulus ? rules->modulus - 1 : INT64_C(1) << 30;
    device->modulus = rules->modulus;
    device->real = !rules->modulus && random_one_in(2);
    device->refresh_ms = random_between(1, rules->refresh_ms);
    device->total = random_one_in(2) ? random_between(0, top) : random_scale(1, top);
    if (device->modulus && random_one_in(4))
        device->total = top - random_between(0, rules->max_rate < top ? rules->max_rate : top);
    device->latched = device_visible(device, device->total);
    device->instant_ms = INT64_MAX;
}

static void begin_year(bool accidents)
{
    memset(&year, 0, sizeof(year));
    choose_rules(&year.rig.rules);
    year.every_ms = INTERVAL_MS;
    year.days = DAYS;
    year.menu = accidents ? (unsigned)random_next() & ((1U << MENU_COUNT) - 1) : 0;
    if (!(year.menu & 1 << MENU_RESET))
        year.rig.rules.resettable = year.rig.rules.resets = false;
    choose_device(&year.device, &year.rig.rules);
    if (accidents && random_one_in(4)) {
        year.lying = true;
        year.rig.rules.resettable = year.rig.rules.resets = false;
        year.rig.rules.refresh_ms = INTERVAL_MS;
        year.every_ms = SECOND; /* only close polling forgives it */
        year.days = DAYS / 15;
        year.device.refresh_ms = random_between(15, 60) * SECOND;
    }
    year.device.time_ms = INT64_C(1000) * DAY;
    year.boot_ms = year.device.time_ms - HOUR;
    year.rig.at_ms = HOUR;
    year.offset_ms = random_between(-9 * MINUTE, 9 * MINUTE);
    if (year.rig.rules.resets)
        year.device.instant_ms = year.device.time_ms + DAY + year.offset_ms;
    year.device.least = 2 * totaliser_allow(&year.rig.rules, 5 * MINUTE, 64);
}

/* A restart, or a reboot with a good clock, is normal. */
static enum menu choose_happening(void)
{
    enum menu what = (enum menu)random_between(0, MENU_COUNT - 1);
    return year.menu & 1U << what ? what : random_one_in(8) ? MENU_REBOOT : MENU_RESTART;
}

static void live_year(bool accidents)
{
    begin_year(accidents);
    int64_t end_ms = year.device.time_ms + year.days * DAY;
    int64_t next_ms = year.device.time_ms + HOUR, change_ms = 0;
    watch(MINUTE, SECOND);
    if (!accidents)
        year.disturbed_ms = 0;
    while (year.device.time_ms < end_ms) {
        if (year.device.time_ms >= change_ms) {
            belt_change();
            change_ms = year.device.time_ms + random_scale(MINUTE, 12 * HOUR);
        }
        if (year.device.time_ms >= next_ms) {
            happen(choose_happening());
            if (!accidents)
                year.disturbed_ms = 0;
            next_ms = year.device.time_ms + random_scale(MINUTE, 5 * DAY);
        }
        scan_true(random_between(year.every_ms, 3 * year.every_ms));
    }
}

static void live_years(bool accidents, int meters)
{
    uint64_t seeds = random_state;
    int64_t checks = 0, bounds = 0, happened[MENU_COUNT] = {0};
    for (int i = 0; i < meters; i++) {
        random_state = seeds;
        meter_seed = random_next();
        seeds = random_state;
        random_state = meter_seed;
        live_year(accidents);
        checks += year.checks;
        bounds += year.bounds;
        for (int kind = 0; kind < MENU_COUNT; kind++)
            happened[kind] += year.accidents[kind];
    }
    print_message("# %d meters, %" PRId64 " readings checked, %" PRId64 " bounds;", meters, checks, bounds);
    for (int kind = 0; kind < MENU_COUNT; kind++)
        print_message(" %" PRId64, happened[kind]);
    print_message("\n");
    random_state = seeds;
}

static int meters_wanted(void)
{
    const char *text = getenv("METERS");
    int meters = text ? atoi(text) : 16;
    return meters > 0 ? meters : 16;
}

static void test_normal_operation(void **unused)
{
    (void)unused;
    live_years(false, (meters_wanted() + 3) / 4);
}

static void test_accidents(void **unused)
{
    (void)unused;
    live_years(true, meters_wanted());
}

int main(void)
{
    random_state = seed_take();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_operation),
        cmocka_unit_test(test_accidents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
