/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/county_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/list.h"
#include "drivers/span.h"

/* --- writing --- */

static void day_add(struct text *out, const char *before, civil_day day)
{
    char text[DATE_TEXT_BYTES];
    if (day == COUNTY_OPEN)
        return;
    civil_format(day, text);
    text_format(out, "%s%s", before, text);
}

static void source_add(struct text *out, const char *source, const char *definition)
{
    text_format(out, "; %s%s%s\n", source, *definition ? ": " : "", definition);
}

static void fact_add(const struct county_mine *mine, const struct county_fact *fact, struct text *out)
{
    text_format(out, "%s %s", mine->name, fact_info(fact->kind)->key);
    day_add(out, " from ", fact->from);
    text_add(out, "\t");
    fact_value_write(fact->kind, fact->value, out);
    if (fact->ends)
        day_add(out, " to ", fact->to);
    source_add(out, fact->source, fact->definition);
}

static void face_add(const struct county_mine *mine, const struct county_face *face, struct text *out)
{
    text_format(out, "%s face %s\t%s", mine->name, face->name, face->kind == FACE_MINING ? "mining" : "heading");
    day_add(out, ", smart from ", face->smart_from);
    day_add(out, ", closed ", face->closed);
    source_add(out, face->source, face->definition);
    for (size_t s = 0; s < face->stretches; s++) {
        const struct county_stretch *stretch = &face->stretch[s];
        text_format(out, "%s face %s method_110", mine->name, face->name);
        day_add(out, " from ", stretch->from);
        text_format(out, "\t%" PRId64 " kg", stretch->coal_kg);
        day_add(out, " to ", stretch->to);
        text_add(out, "\n");
    }
}

static void project_add(const struct county_mine *mine, const struct county_project *project, struct text *out)
{
    text_format(out, "%s project %s %s\t%s", mine->name, project->indicator, project->step_word,
                project->reached ? "reached" : "intended");
    if (project->on == COUNTY_OPEN)
        text_format(out, " %s", project->year);
    day_add(out, " ", project->on);
    source_add(out, project->source, project->definition);
}

void county_record(const struct county *county, struct text *out)
{
    for (size_t m = 0; m < county->mines; m++) {
        const struct county_mine *mine = &county->mine[m];
        text_format(out, "%s title\t%s, %s\n", mine->name, mine->title_en, mine->title_zh);
        text_format(out, "%s simulated\t%s\n", mine->name, mine->simulated ? "true" : "false");
        if (*mine->site)
            text_format(out, "%s site\t%s\n", mine->name, mine->site);
        if (mine->silent_after_ms)
            text_format(out, "%s silent_after\t%" PRId64 " min\n", mine->name, mine->silent_after_ms / MINUTE_MS);
        for (size_t i = 0; i < mine->facts; i++)
            fact_add(mine, &mine->fact[i], out);
        for (size_t i = 0; i < mine->faces; i++)
            face_add(mine, &mine->face[i], out);
        for (size_t i = 0; i < mine->projects; i++)
            project_add(mine, &mine->project[i], out);
    }
}

/* --- comparing --- */

struct line {
    const char *about, *value;
};

static int by_about(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    const int order = strcmp(a->about, b->about);
    return order ? order : strcmp(a->value, b->value);
}

/* Cuts a copy of the record into lines, sorted. */
static bool lines_of(char *copy, struct list *lines)
{
    char *rest = copy, *line;
    while ((line = strsep(&rest, "\n"))) {
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        struct line *added = list_add(lines);
        if (!added)
            return false;
        *added = (struct line){line, tab + 1};
    }
    if (lines->count)
        qsort(lines->at, lines->count, sizeof(struct line), by_about);
    return true;
}

static void change_tell(const struct line *before, const struct line *after, county_change_teller *tell, void *context)
{
    struct county_change change = {.about = before ? before->about : after->about,
                                   .before = before ? before->value : NULL,
                                   .after = after ? after->value : NULL};
    snprintf(change.mine, sizeof change.mine, "%.*s", (int)strcspn(change.about, " "), change.about);
    tell(context, &change);
}

static size_t lines_compare(const struct list *old, const struct list *now, county_change_teller *tell, void *context)
{
    const struct line *a = old->at, *b = now->at;
    size_t i = 0, j = 0, count = 0;
    while (i < old->count || j < now->count) {
        const int order = i == old->count ? 1 : j == now->count ? -1 : strcmp(a[i].about, b[j].about);
        const bool same = order == 0 && strcmp(a[i].value, b[j].value) == 0;
        const struct line *before = order <= 0 ? &a[i++] : NULL, *after = order >= 0 ? &b[j++] : NULL;
        if (same)
            continue;
        change_tell(before, after, tell, context);
        count++;
    }
    return count;
}

size_t county_changes(const char *before, const char *after, county_change_teller *tell, void *context)
{
    struct list old = {.size = sizeof(struct line)}, now = {.size = sizeof(struct line)};
    char *old_copy = strdup(before), *now_copy = strdup(after);
    size_t count = SIZE_MAX;
    if (old_copy && now_copy && lines_of(old_copy, &old) && lines_of(now_copy, &now))
        count = lines_compare(&old, &now, tell, context);
    free(old.at);
    free(now.at);
    free(old_copy);
    free(now_copy);
    return count;
}
