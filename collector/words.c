/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/words.h"

#include <stdlib.h>
#include <string.h>

static const struct phrase words[WORD_COUNT] = {
#define X(id, en, zh) [WORD_##id] = {en, zh},
    WORDS(X)
#undef X
};

const char *word(enum word id, enum language language)
{
    return phrase_in(words[id], language);
}

/* The title of a name that stands in data as it is in English. */
static const char *title(const struct phrase *titles, size_t count, const char *name, enum language language)
{
    for (size_t i = 0; language == LANGUAGE_ZH && i < count; i++)
        if (strcmp(name, titles[i].en) == 0)
            return titles[i].zh;
    return name;
}

const char *argument_title(const char *argument, enum language language)
{
    static const struct phrase arguments[] = {
        {"after", "校后"},       {"alarm", "报警"},        {"amount", "数量"},
        {"at", "时刻"},          {"before", "校前"},       {"calendar", "班制"},
        {"checked-by", "审核"},  {"closing", "期末库存"},  {"coefficient", "系数"},
        {"count", "计入"},       {"despite", "强制结账"},  {"device", "设备"},
        {"discard", "不计入"},   {"do", "操作"},           {"factor", "系数"},
        {"file", "文件"},        {"for", "时长"},          {"from", "自"},
        {"handling", "处理"},    {"id", "序号"},           {"item", "项目"},
        {"kind", "类别"},        {"meter", "计量点"},      {"meters", "计量点数"},
        {"mine", "煤矿"},        {"name", "名称"},         {"new-first", "新表初"},
        {"note", "说明"},        {"old-last", "旧表末"},   {"period", "期间"},
        {"prepared-by", "制表"}, {"quantity", "计量项目"}, {"readings", "读数"},
        {"reason", "原因"},      {"row", "日志行"},        {"serial", "编号"},
        {"sign", "现象"},        {"source", "来源"},       {"to", "至"},
        {"until", "至"},         {"value", "数值"},        {"word", "处置"},
        {"ack", "确认"},
    };
    return title(arguments, sizeof arguments / sizeof *arguments, argument, language);
}

const char *quality_title(const char *quality, enum language language)
{
    static const struct phrase qualities[] = {
        {"good", "正常"},      {"timeout", "超时"},   {"exception", "设备拒绝"}, {"sentinel", "无值代码"},
        {"range", "超出范围"}, {"stuck", "数值不动"}, {"calibrating", "校准中"}, {"stale", "陈旧"},
    };
    return title(qualities, sizeof qualities / sizeof *qualities, quality, language);
}

const char *kind_title(const char *kind, enum language language)
{
    static const struct phrase kinds[] = {
        {"first", "首次读数"},
        {"gap", "断测"},
        {"noise", "抖动"},
        {"backward", "倒走"},
        {"below-a-day", "久未回升"},
        {"wrap", "满程翻转"},
        {"wraps-unknown", "翻转次数不明"},
        {"reset", "清零"},
        {"glitch", "误读"},
        {"jump", "跳变"},
        {"range", "超出量程"},
        {"dropped", "复读不符"},
        {"not-taken", "读数未采用"},
        {"stopped", "停计"},
        {"excluded", "不计入"},
        {"creep", "空带走字"},
        {"hold-ended", "停计结束"},
        {"replaced", "更换仪表"},
        {"unknown", "量不明"},
        {"breaks", "频繁中断"},
        {"differs", "计量点不符"},
        {"rate-differs", "流量与累计不符"},
        {"config", "配置变更"},
        {"calendar", "班制变更"},
        {"calendar-waits", "班制待生效"},
        {"start", "启动"},
        {"clock", "时钟跳变"},
        {"alarm", "报警"},
        {"alarm-cleared", "报警解除"},
        {"rows-lost", "记录丢失"},
        {"minutes-dropped", "分钟值丢弃"},
        {"closed", "结账"},
        {"act", "操作"},
        {"act-file", "操作文件"},
        {"closed", "已结账"},
        {"seal", "封存"},
        {"altered", "台账被改动"},
    };
    return title(kinds, sizeof kinds / sizeof *kinds, kind, language);
}

bool language_parse(const char *text, enum language *out)
{
    static const char *const names[LANGUAGES] = {"en", "zh"};
    for (int i = 0; i < LANGUAGES; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum language)i;
            return true;
        }
    }
    return false;
}

enum language language_default(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
    }
    return LANGUAGE_EN;
}
