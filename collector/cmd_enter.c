/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/act_submit.h"
#include "collector/entry.h"

static int run(struct command *command)
{
    static const char *const taken[] = {"mine", "item", "name", "from", "to", "value", "source", NULL};
    struct settings settings;
    struct act act = {0};
    struct entry entry;
    char period[PERIOD_TEXT_BYTES], why[400];
    const int status = settings_read(command, &settings);
    if (status != COMMAND_GOOD)
        return status;
    act_take(&act, command, taken);
    act_add(&act, "period", act_period(command, period));
    if (!entry_read(&act, &entry, command->language, why, sizeof why))
        return command_fail(command, COMMAND_USAGE, "%s", why);
    return act_submit(command, &settings, &act);
}

static const struct command_option options[] = {
    {"mine", "NAME", {"of this mine", "煤矿"}, false},
    {"item",
     "ITEM",
     {"raw_coal or another quantity, heading_advance, heading_coal, stock, shipped, loss, milestone, planned_stop, "
      "plan",
      "raw_coal 等计量项目，heading_advance 掘进进尺、heading_coal 掘进煤、stock 库存、shipped 外运量、loss 损失、"
      "milestone 节点、planned_stop 计划停产、plan 生产计划"},
     false},
    {"name",
     "NAME",
     {"which milestone; the quantity of a plan (default raw_coal)", "节点名称；计划的计量项目（默认 raw_coal）"},
     false},
    {"period", "PERIOD", {PERIOD_FORMS, PERIOD_FORMS_ZH}, false},
    {"from", "INSTANT", {"of a planned stop: instead of --period", "计划停产的起始时刻（代替 --period）"}, false},
    {"to", "INSTANT", {"and its end", "计划停产的结束时刻"}, false},
    {"value",
     "VALUE",
     {"the amount, \"84300\" or \"84.3 kt\"; of a milestone its state, of a stop why",
      "数量，如 84300 或 \"84.3 kt\"；节点的状态；停产的原因"},
     false},
    {"source", "TEXT", {"where it comes from: \"dispatch report 10-13\"", "来源，如“调度日报”"}, false},
    OPTION_BY,
    {0},
};

const struct verb verb_enter = {
    .name = "enter",
    .summary = {"enter by hand what no meter gives", "手工填报无计量的数据"},
    .options = options,
    .run = run,
};
