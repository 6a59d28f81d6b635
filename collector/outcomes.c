/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/outcomes.h"

#include <string.h>

static const int64_t hour_ms = 3600 * 1000;

/* clang-format off */
static const struct {
    const char *name; /* of wire outcomes: wire_outcome_name() */
    const char *zh;
} titles[OUTCOMES] = {
    [WIRE_OK]           = {NULL, "正常"},
    [WIRE_EXCEPTION]    = {NULL, "设备拒绝"},
    [WIRE_TIMEOUT]      = {NULL, "超时无应答"},
    [WIRE_CONNECT]      = {NULL, "连接不上"},
    [WIRE_GARBAGE]      = {NULL, "应答有误"},
    [WIRE_CLOSED]       = {NULL, "连接中断"},
    [WIRE_DESCRIPTOR]   = {NULL, "文件描述符用尽"},
    [WIRE_FORBIDDEN]    = {NULL, "未发出"},
    [WIRE_STOPPED]      = {NULL, "已停止"},
    [OUTCOME_SHORT]     = {"short", "应答不完整"},
    [OUTCOME_UNIT]      = {"wrong_unit", "其他站的应答"},
    [OUTCOME_SENTINEL]  = {"sentinel", "无值代码"},
    [OUTCOME_RANGE]     = {"range", "超出范围"},
    [OUTCOME_STUCK]     = {"stuck", "数值不动"},
    [OUTCOME_MODEL]     = {"model_missing", "缺少 SunSpec 模型"},
    [OUTCOME_CODE]      = {"exception_other", "其他异常码"},
    [OUTCOME_CODE + 1]  = {"exception_1", "异常码 1 非法功能"},
    [OUTCOME_CODE + 2]  = {"exception_2", "异常码 2 非法数据地址"},
    [OUTCOME_CODE + 3]  = {"exception_3", "异常码 3 非法数据值"},
    [OUTCOME_CODE + 4]  = {"exception_4", "异常码 4 设备故障"},
    [OUTCOME_CODE + 5]  = {"exception_5", "异常码 5 处理中"},
    [OUTCOME_CODE + 6]  = {"exception_6", "异常码 6 设备忙"},
    [OUTCOME_CODE + 7]  = {"exception_7", "异常码 7 否定应答"},
    [OUTCOME_CODE + 8]  = {"exception_8", "异常码 8 存储校验错"},
    [OUTCOME_CODE + 9]  = {"exception_9", "异常码 9"},
    [OUTCOME_CODE + 10] = {"exception_10", "异常码 10 网关无路径"},
    [OUTCOME_CODE + 11] = {"exception_11", "异常码 11 网关后设备无应答"},
};
/* clang-format on */

const char *outcomes_name(size_t outcome)
{
    return outcome < WIRE_OUTCOMES ? wire_outcome_name((enum wire_outcome)outcome) : titles[outcome].name;
}

const char *outcomes_title(size_t outcome, enum language language)
{
    return language == LANGUAGE_ZH ? titles[outcome].zh : outcomes_name(outcome);
}

size_t outcomes_find(const char *name)
{
    for (size_t i = 0; i < OUTCOMES; i++)
        if (strcmp(name, outcomes_name(i)) == 0)
            return i;
    return WIRE_OK;
}

size_t outcomes_worst(const struct sweep_trouble *trouble)
{
    const int code = trouble->exception;
    if (trouble->outcome == WIRE_EXCEPTION && code == SWEEP_NO_MODEL)
        return OUTCOME_MODEL;
    if (trouble->outcome == WIRE_EXCEPTION)
        return (size_t)(OUTCOME_CODE + (code > 0 && code < OUTCOMES_CODES ? code : 0));
    if (trouble->flaw == FLAW_SHORT)
        return OUTCOME_SHORT;
    return trouble->flaw == FLAW_UNIT ? OUTCOME_UNIT : trouble->outcome;
}

/* Sums the slots of the hours [from, to) of which there is one. */
static void outcomes_add_up(const struct outcomes *outcomes, int64_t from, int64_t to, uint32_t sum[static OUTCOMES])
{
    memset(sum, 0, OUTCOMES * sizeof(sum[0]));
    for (int64_t hour = from < 0 ? 0 : from; hour < to; hour++)
        for (int i = 0; i < OUTCOMES; i++)
            sum[i] += outcomes->count[hour % OUTCOMES_HOURS][i];
}

/* The counts of the hour, with those between it and the newest emptied. */
static uint32_t *outcomes_slot(struct outcomes *outcomes, int64_t hour)
{
    const int64_t ahead = hour - outcomes->hour;
    if (ahead == 0)
        return outcomes->count[hour % OUTCOMES_HOURS];
    if (ahead >= OUTCOMES_HOURS || ahead < 0)
        memset(outcomes->count, 0, sizeof(outcomes->count));
    else
        for (int64_t passed = outcomes->hour + 1; passed <= hour; passed++)
            memset(outcomes->count[passed % OUTCOMES_HOURS], 0, sizeof(outcomes->count[0]));
    outcomes->hour = hour;
    outcomes_add_up(outcomes, hour - OUTCOMES_HOURS + 1, hour, outcomes->before);
    return outcomes->count[hour % OUTCOMES_HOURS];
}

/* The qualities of its points, a bit each. */
static unsigned scan_qualities(const struct scan *scan)
{
    unsigned qualities = 0;
    for (size_t i = 0; i < scan->points; i++)
        qualities |= 1u << scan->readings[i].quality;
    return qualities;
}

void outcomes_add(struct outcomes *outcomes, const struct sweep_trouble *trouble, const struct scan *scan, bool stuck,
                  int64_t at_ms)
{
    uint32_t *count = outcomes_slot(outcomes, at_ms / hour_ms);
    const unsigned qualities = scan_qualities(scan);
    const size_t worst = outcomes_worst(trouble);
    count[trouble->outcome]++;
    count[worst] += worst != trouble->outcome;
    count[OUTCOME_SENTINEL] += qualities >> QUALITY_SENTINEL & 1;
    count[OUTCOME_RANGE] += qualities >> QUALITY_RANGE & 1;
    count[OUTCOME_STUCK] += stuck || (qualities & (1u << QUALITY_STUCK | 1u << QUALITY_STALE));
}

void outcomes_sum(const struct outcomes *outcomes, int64_t at_ms, uint32_t sum[static OUTCOMES])
{
    const int64_t hour = at_ms / hour_ms;
    if (hour > outcomes->hour) {
        outcomes_add_up(outcomes, hour - OUTCOMES_HOURS + 1, outcomes->hour + 1, sum);
        return;
    }
    for (int i = 0; i < OUTCOMES; i++)
        sum[i] = outcomes->before[i] + outcomes->count[outcomes->hour % OUTCOMES_HOURS][i];
}
