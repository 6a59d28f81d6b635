/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/items.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "collector/entry.h"

static void amounts_are_exact(void **state)
{
    static const struct {
        const char *value, *unit;
        int64_t amount;   /* thousandths */
        const char *says; /* NULL: it is one */
    } cases[] = {
        {"84300", "t", 84300000, NULL},
        {"84300t", "t", 84300000, NULL},
        {"84300.125 t", "t", 84300125, NULL},
        {"84.3 kt", "t", 84300000, NULL},
        {"500 kg", "t", 500, NULL},
        {"0", "t", 0, NULL},
        {"12.4", "m", 12400, NULL},
        {"12.4 m", "m", 12400, NULL},
        {"3 GJ", "GJ", 3000, NULL},
        {"1000000000", "t", 1000000000000, NULL},
        {"1000000000.001", "t", 0, "at most 1000000000"},
        {"0.0001", "t", 0, "whole thousandths"},
        {"500 g", "t", 0, "whole thousandths"},
        {"84,300", "t", 0, "no commas"},
        {"1 m3", "t", 0, "expected a number in t"},
        {"12 t", "m", 0, "expected a number in m"},
        {"-1", "t", 0, "not negative"},
        {"", "t", 0, "expected a number"},
        {"t", "t", 0, "expected a number"},
        {"1.2.3", "t", 0, "expected a number"},
        {"1e3", "t", 0, "expected a number in t"},
        {"99999999999999999999", "t", 0, "expected a number"},
        {"0000000000000000000000000000000000000000000000000000000001", "t", 0, "expected a number"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t amount = 0;
        char text[200] = "";
        bool good = item_amount(cases[i].value, cases[i].unit, &amount, LANGUAGE_EN, text, sizeof text);
        if (good != !cases[i].says || amount != cases[i].amount || (cases[i].says && !strstr(text, cases[i].says)))
            fail_msg("\"%s\" in %s: %s", cases[i].value, cases[i].unit, text);
    }
}

/* Every quantity can be entered, and no item hides one. */
static void every_quantity_is_an_item(void **state)
{
    char names[256];
    struct item item;
    (void)state;

    for (size_t i = 0; i < quantity_count(); i++) {
        assert_true(item_find(quantity_at(i)->name, &item));
        assert_string_equal(item.unit, quantity_at(i)->unit);
        assert_string_equal(item.title, quantity_at(i)->title);
    }
    assert_false(item_find("", &item));
    assert_false(item_find("Stock", &item));
    assert_true(item_names(names, sizeof names) < sizeof names);
    for (char *name = strtok(names, ", "); name; name = strtok(NULL, ", ")) {
        assert_true(item_find(name, &item));
        assert_string_equal(item.name, name);
        assert_null(quantity_find(name));
    }
}

/* Arguments as an act may have them, in the order item, name, period, from, to, value, source. */
static void entries_are_judged(void **state)
{
    static const char *const names[] = {"item", "name", "period", "from", "to", "value", "source"};
    static const struct {
        const char *argument[7];
        const char *says; /* NULL: it is one */
    } cases[] = {
        {{"stock", NULL, "2026-10-13", NULL, NULL, "1", "x"}, NULL},
        {{"raw_coal", NULL, "2026-10/2", NULL, NULL, "1", "x"}, NULL},
        {{"plan", NULL, "2026-10", NULL, NULL, "1", "x"}, NULL},
        {{"plan", "gas_drained", "2026", NULL, NULL, "1 m3", "x"}, NULL},
        {{"milestone", "shaft", "2026-10-13", NULL, NULL, "done", "x"}, NULL},
        {{"planned_stop", NULL, "2026-10-13/3", NULL, NULL, "repair", "x"}, NULL},
        {{"planned_stop", NULL, NULL, "2026-10-13 08:00", "2026-10-14", "repair", "x"}, NULL},
        {{NULL, NULL, "2026-10-13", NULL, NULL, "1", "x"}, "--item is missing"},
        {{"stock", NULL, NULL, NULL, NULL, "1", "x"}, "--period is missing"},
        {{"stock", NULL, "2026-10-13", NULL, NULL, NULL, "x"}, "--value is missing"},
        {{"stock", NULL, "2026-10-13", NULL, NULL, "1", NULL}, "--source is missing"},
        {{"stock", NULL, "2026-10-13", NULL, NULL, "1", ""}, "--source is missing"},
        {{"stock", NULL, "2026-10", NULL, NULL, "1", "x"}, "entered for a day"},
        {{"stock", "x", "2026-10-13", NULL, NULL, "1", "x"}, "--name is not for stock"},
        {{"stock", NULL, NULL, "2026-10-13", "2026-10-14", "1", "x"}, "stock takes --period"},
        {{"stock", NULL, "2026-10-13", "2026-10-13", NULL, "1", "x"}, "--period 2026-10-13: expected"},
        {{"planned_stop", NULL, NULL, "2026-10-14", "2026-10-13", "x", "x"}, "the earlier first"},
        {{"planned_stop", NULL, NULL, "2026-10-14", NULL, "x", "x"}, "two instants"},
        {{"milestone", NULL, "2026-10-13", NULL, NULL, "done", "x"}, "--name is missing"},
        {{"plan", "coal", "2026-10", NULL, NULL, "1", "x"}, "--name coal: expected a quantity"},
        {{"plan", "energy", "2026-10", NULL, NULL, "1 t", "x"}, "expected a number in kWh"},
        {{"milestone", "shaft", "2026-10-13", NULL, NULL, "do\nne", "x"}, "--value: expected one line"},
    };
    (void)state;

    calendar_zone("Asia/Shanghai");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct act act = {0};
        struct entry entry;
        char text[400] = "";
        for (size_t a = 0; a < 7; a++)
            act_add(&act, names[a], cases[i].argument[a]);
        bool good = entry_read(&act, &entry, LANGUAGE_EN, text, sizeof text);
        if (good != !cases[i].says || (cases[i].says && !strstr(text, cases[i].says)))
            fail_msg("case %zu: %s", i, text);
        assert_int_equal(entry_read(&act, &entry, LANGUAGE_ZH, text, sizeof text), good);
    }
}

static void an_entry_says_its_period(void **state)
{
    struct act act = {0};
    struct entry entry;
    char text[400];
    (void)state;

    calendar_zone("Asia/Shanghai");
    act_add(&act, "item", "planned_stop");
    act_add(&act, "from", "2026-10-13 08:00");
    act_add(&act, "to", "2026-10-14");
    act_add(&act, "value", "repair");
    act_add(&act, "source", "x");
    assert_true(entry_read(&act, &entry, LANGUAGE_EN, text, sizeof text));
    assert_int_equal(entry.period.days.to - entry.period.days.from, 1);
    assert_int_equal(entry.to_ms - entry.from_ms, 16 * 3600 * 1000);
    entry_period(&entry, text);
    assert_string_equal(text, "2026-10-13 08:00 .. 2026-10-14 00:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_exact),
        cmocka_unit_test(every_quantity_is_an_item),
        cmocka_unit_test(entries_are_judged),
        cmocka_unit_test(an_entry_says_its_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
