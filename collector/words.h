/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the pages, English and Chinese, in one table. */
#ifndef COALTALLY_WORDS_H
#define COALTALLY_WORDS_H

#include <stdbool.h>

#include "drivers/language.h"

/* One text in both languages. */
struct phrase {
    const char *en;
    const char *zh;
};

static inline const char *phrase_in(struct phrase phrase, enum language language)
{
    return language == LANGUAGE_ZH ? phrase.zh : phrase.en;
}

/* clang-format off */
#define WORDS(X)                                             \
    X(SIMULATED,  "SIMULATED",        "模拟数据")             \
    X(METERED,    "metered",          "计量")                 \
    X(REPORTED,   "reported",         "上报")                 \
    X(BY_METERS,  "by meters",        "计量折算")             \
    X(BY_HAND,    "by hand",          "手工填报")             \
    X(ADJUSTED,   "adjusted",         "调整")                 \
    X(PLAN,       "plan",             "计划")                 \
    X(DONE_SHARE, "done",             "完成率")               \
    X(ADDED,      "by people",        "人工")                 \
    X(MINE,       "mine",             "煤矿")                 \
    X(METER,      "meter",            "计量点")               \
    X(QUANTITY,   "quantity",         "计量项目")             \
    X(SHIFT,      "shift",            "班次")                 \
    X(HOUR,       "hour",             "小时")                 \
    X(HOURS,      "hours",            "时间")                 \
    X(DAY,        "day",              "日产")                 \
    X(MONTH,      "month",            "月累计")               \
    X(DEKAD,      "dekad",            "旬产")                 \
    X(OWN_MONTH,  "own month",        "矿结算月")             \
    X(YEAR,       "year",             "年累计")               \
    X(PER_DAY,    "per day",          "日均")                 \
    X(AMOUNT,     "amount",           "产量")                 \
    X(COMPARED,   "compared",         "可比")                 \
    X(PREVIOUS,   "before",           "上期")                 \
    X(YEAR_AGO,   "a year ago",       "同期")                 \
    X(CHANGE,     "change",           "增减")                 \
    X(ON_PREVIOUS,"on it",            "环比")                 \
    X(ON_YEAR_AGO,"on it",            "同比")                 \
    X(RUNNING_SUM,"so far",           "累计")                 \
    X(TOTAL,      "total",            "合计")                 \
    X(READ,       "read",             "采集率")               \
    X(QUALITY,    "quality",          "数据质量")             \
    X(MEASURED,   "measured",         "实测")                 \
    X(ESTIMATED,  "estimated",        "估算")                 \
    X(NO_DATA,    "no data",          "断线")                 \
    X(NOT_YET,    "not yet",          "未到")                 \
    X(OPEN_WORK,  "OPEN WORK",        "待处理")               \
    X(SINCE,      "since",            "始于")                 \
    X(INDICATOR,  "indicator",        "指标")                 \
    X(UNIT,       "unit",             "单位")                 \
    X(DONE,       "done",             "完成")                 \
    X(TARGET,     "target",           "目标")                 \
    X(OF_IT,      "of it",            "完成率")               \
    X(TIME,       "time",             "时间进度")             \
    X(PACE,       "pace",             "超欠")                 \
    X(NEEDED,     "per day",          "日均须完成")           \
    X(FORECAST,   "forecast",         "预计全年")             \
    X(SOURCE,     "source",           "来源")                 \
    X(NO_DATA_YET,"no data yet",      "暂无数据")             \
    X(WHEN,       "when",             "时间")                 \
    X(KIND,       "kind",             "类别")                 \
    X(ABOUT,      "about",            "对象")                 \
    X(TEXT,       "what",             "内容")                 \
    X(DEVICE,     "device",           "设备")                 \
    X(STATE,      "state",            "状态")                 \
    X(LAST_GOOD,  "last good",        "最近正常")             \
    X(WHY,        "why",              "原因")                 \
    X(NUMBER,     "no",               "序号")                 \
    X(ALARM,      "alarm",            "报警")                 \
    X(AMBER,      "amber",            "黄色")                 \
    X(RED,        "red",              "红色")               \
    X(BY,         "by",               "操作人")               \
    X(USER,       "user",             "系统用户")             \
    X(ROLE_MAIN,  "main",             "主")                   \
    X(ROLE_CHECK, "check",            "校核")                 \
    X(ACT,        "act",              "操作")                 \
    X(ANSWER,     "answer",           "答复")                 \
    X(REFUSED,    "refused",          "未受理")               \
    X(WAITS,      "waits",            "排队")
/* clang-format on */

enum word {
#define X(id, en, zh) WORD_##id,
    WORDS(X)
#undef X
        WORD_COUNT
};

const char *word(enum word id, enum language language);

/* A kind of journal row as people say it: "jump", "跳变"; one that this version does
 * not know stands as it is. */
const char *kind_title(const char *kind, enum language language);

/* What an act is given, by the name of its option: "mine", "煤矿"; one that this
 * version does not know stands as it is. */
const char *argument_title(const char *argument, enum language language);

/* A quality's name (drivers/reading.h): "stuck", "数值不动". */
const char *quality_title(const char *quality, enum language language);

/* "en" or "zh"; false for anything else. */
bool language_parse(const char *text, enum language *out);

/* By LC_ALL, LC_MESSAGES, LANG, the first that is set and not empty: zh* is Chinese. */
enum language language_default(void);

#endif
