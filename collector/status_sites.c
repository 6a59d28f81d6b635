/* SPDX-License-Identifier: Apache-2.0 */
/* The sites of a county on the page `status`. */
#include <inttypes.h>

#include "collector/site_lines.h"
#include "collector/status_parts.h"

int sites_read(struct status_view *view, struct db *db)
{
    if (site_lines_read(db, view->has_health && view->running ? &view->health : NULL, view->now_ms, &view->sites))
        return COMMAND_GOOD;
    return command_fail(view->command, COMMAND_COULD_NOT, "%s", db_fault(db) == DB_OK ? "out of memory" : db_error(db));
}

struct table *sites_table(const struct status_view *view)
{
    const struct site_line *line = view->sites.at;
    struct table *table = site_lines_table(view->page.language);
    for (size_t i = 0; table && i < view->sites.count; i++)
        site_lines_row(table, &line[i], view->page.language, view->now_ms);
    return table;
}

static void inbox_add(struct status_view *view)
{
    const struct health_inbox *inbox = &view->health.inbox;
    const enum language language = view->page.language;
    if (inbox->dropped)
        text_format(&view->page.out, say(language, "%" PRIu64 " messages of sites were dropped, %zu wait\n"),
                    inbox->dropped, inbox->waiting);
    if (inbox->unknown)
        text_format(&view->page.out, say(language, "%" PRIu64 " messages of sites that the roster does not know\n"),
                    inbox->unknown);
}

bool sites_add(struct status_view *view)
{
    struct table *table = sites_table(view);
    if (!table)
        return false;
    const bool good = !table_rows(table) || table_render(table, view->format, view->page.colour, &view->page.out);
    if (!table_rows(table))
        text_format(&view->page.out, "%s\n", say(view->page.language, "no site has sent anything yet"));
    if (view->running)
        inbox_add(view);
    table_free(table);
    return good;
}
