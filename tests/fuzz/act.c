/* SPDX-License-Identifier: Apache-2.0 */
/* Any file of the folder for acts: no crash, and what is an act is the same act when it is written again. */
#include <string.h>

#include "collector/act.h"
#include "tests/fuzz/fuzz.h"

static void must_be_same(const struct act *act, const struct act *again)
{
    MUST(strcmp(act->uid, again->uid) == 0 && strcmp(act->verb, again->verb) == 0);
    MUST(strcmp(act->by, again->by) == 0 && act->at_ms == again->at_ms && act->language == again->language);
    MUST(act->arguments == again->arguments);
    for (size_t i = 0; i < act->arguments; i++) {
        MUST(strcmp(act->argument[i].name, again->argument[i].name) == 0);
        MUST(strcmp(act->argument[i].value, again->argument[i].value) == 0);
        MUST(i == 0 || strcmp(act->argument[i - 1].name, act->argument[i].name) < 0);
    }
}

static void must_come_back(const struct act *act)
{
    struct act again;
    struct text file = {0}, arguments = {0};
    char why[256];
    act_format(act, &file);
    MUST(act_parse(file.at, file.length, &again, why, sizeof why));
    must_be_same(act, &again);
    act_free(&again);
    act_arguments(act, &arguments);
    MUST(act_parse_arguments(arguments.at, &again, why, sizeof why));
    MUST(again.arguments == act->arguments);
    act_free(&again);
    text_free(&arguments);
    text_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct act act;
    char why[256] = "";
    if (act_parse((const char *)data, size, &act, why, sizeof why))
        must_come_back(&act);
    else
        MUST(why[0]);
    act_free(&act);
    return 0;
}
