/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/board_complete.h"

#include <stdlib.h>
#include <string.h>

/* The mines of a row by their names, each once. */
struct names {
    struct list list; /* const char * */
    bool failed;
};

static bool name_held(const struct names *names, const char *name)
{
    const char *const *held = names->list.at;
    for (size_t i = 0; i < names->list.count; i++)
        if (strcmp(held[i], name) == 0)
            return true;
    return false;
}

static void name_add(struct names *names, const char *name)
{
    if (name_held(names, name))
        return;
    names->list.size = sizeof name;
    const char **slot = list_add(&names->list);
    names->failed |= !slot;
    if (slot)
        *slot = name;
}

/* What a row of several quantities lacks: a mine that is late with one of them is late. */
struct gathering {
    struct names mines, late;
    struct board_complete *out;
};

static bool quantity_judge(const struct selection *selection, struct report *report, const char *quantity,
                           int64_t as_of_ms, struct gathering *gathering)
{
    struct board_complete *out = gathering->out;
    struct complete complete;
    const bool good = complete_judge(selection, report, quantity, complete_year(as_of_ms), as_of_ms, &complete);
    const struct complete_late *late = complete.late.at;
    for (size_t i = 0; i < complete.late.count; i++) {
        if (!name_held(&gathering->late, late[i].name)) {
            text_add(&out->late, out->late.length ? say(selection->language, ", ") : "");
            text_add(&out->late, late[i].title);
        }
        name_add(&gathering->late, late[i].name);
        name_add(&gathering->mines, late[i].name);
    }
    out->mines = complete.mines > out->mines ? complete.mines : out->mines;
    if (complete.complete && (out->to_ms == 0 || complete.complete_to_ms < out->to_ms))
        out->to_ms = complete.complete_to_ms;
    complete_free(&complete);
    return good;
}

static bool is_reported(const struct indicator_find *find)
{
    return find->kind == FIND_SUM || find->kind == FIND_RATIO || find->kind == FIND_UTILISATION;
}

bool board_complete_judge(const struct selection *selection, struct report *report, const struct indicator *indicator,
                          const struct indicator_value *value, int64_t as_of_ms, struct board_complete *out)
{
    const struct indicator_find *find = &indicator->find;
    const struct indicator_part *part = value->parts.at;
    struct gathering gathering = {.out = out};
    bool good = true;
    *out = (struct board_complete){.known = value->has && is_reported(find)};
    for (size_t q = 0; out->known && good && q < find->quantities; q++)
        good = quantity_judge(selection, report, find->quantity[q], as_of_ms, &gathering);
    for (size_t q = 0; out->known && good && q < find->overs; q++)
        good = quantity_judge(selection, report, find->over[q], as_of_ms, &gathering);
    if (find->quantities + find->overs > 1) {
        for (size_t i = 0; i < value->parts.count; i++)
            name_add(&gathering.mines, part[i].mine);
        out->mines = gathering.mines.list.count > out->mines ? gathering.mines.list.count : out->mines;
    }
    out->complete = out->mines - gathering.late.list.count;
    out->to_ms = out->complete ? out->to_ms : 0;
    good = good && !gathering.mines.failed && !gathering.late.failed && !out->late.failed;
    free(gathering.mines.list.at);
    free(gathering.late.list.at);
    return good;
}

void board_complete_free(struct board_complete *complete)
{
    text_free(&complete->late);
}
