/* SPDX-License-Identifier: Apache-2.0 */
/* A script's lines, kept until their time. */
#include <stdlib.h>
#include <string.h>

#include "simulators/script.h"
#include "simulators/world.h"

struct line {
    int64_t at_ms;
    struct place place;
    char text[SCRIPT_LINE_MAX];
};

struct script {
    size_t lines, done;
    struct line *line;
};

bool script_add(struct script **script, int64_t at_ms, const char *text, struct place place)
{
    if (!*script)
        *script = calloc(1, sizeof **script);
    if (!*script || strlen(text) >= SCRIPT_LINE_MAX)
        return false;
    struct line *bigger = realloc((*script)->line, ((*script)->lines + 1) * sizeof *bigger);
    if (!bigger)
        return false;
    (*script)->line = bigger;
    size_t at = (*script)->lines++;
    for (; at > 0 && bigger[at - 1].at_ms > at_ms; at--)
        bigger[at] = bigger[at - 1];
    bigger[at].at_ms = at_ms;
    bigger[at].place = (struct place){.line = place.line, .column = place.column}; /* the document goes */
    memcpy(bigger[at].text, text, strlen(text) + 1);
    return true;
}

void script_free(struct script *script)
{
    if (script)
        free(script->line);
    free(script);
}

void script_judge(const struct script *script, struct world *world, const char *file, struct faults *faults)
{
    for (size_t i = 0; script && i < script->lines; i++) {
        struct place place = script->line[i].place;
        char *said = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&said, &size);
        if (!out)
            return;
        const bool good = script_take(world, script->line[i].text, true, out);
        place.file = file;
        if (fclose(out) == 0 && !good)
            faults_add(faults, FAULT_ERROR, place, "%.*s", (int)strcspn(said, "\n"), said);
        free(said);
    }
}

void script_run_due(struct script *script, struct world *world)
{
    for (; script && script->done < script->lines; script->done++) {
        const struct line *line = &script->line[script->done];
        if (line->at_ms > world->now_ms)
            return;
        if (!script_obey(world, line->text, stderr))
            fprintf(stderr, "minesim: the scenario's '%s' at %lld ms was not obeyed\n", line->text,
                    (long long)line->at_ms);
    }
}
