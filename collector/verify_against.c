/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/verify_against.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "collector/against.h"
#include "collector/display.h"
#include "collector/page.h"
#include "collector/store.h"

struct verifying {
    const struct command *command;
    struct table *rows;    /* of differences, for programs; NULL: a page is asked for */
    struct text databases; /* for programs: JSON */
    const char *here, *there;
    bool equal;
};

/* --- a difference --- */

static const char *const whats[] = {
    [AGAINST_DIFFERS] = "differs", [AGAINST_ONLY_HERE] = "only-here", [AGAINST_ONLY_THERE] = "only-there"};

static void row_say(enum language language, const struct against_row *row)
{
    struct text line = {0};
    text_format(&line, "%s %s%s%s%s: ", row->table, row->key, *row->meter ? " (" : "", row->meter,
                *row->meter ? ")" : "");
    if (row->what == AGAINST_DIFFERS)
        text_format(&line, say(language, "%s is %s here, %s there\n"), row->column, row->here, row->there);
    else
        text_format(&line, "%s\n",
                    row->what == AGAINST_ONLY_HERE ? say(language, "only here") : say(language, "only there"));
    page_tell("%s", line.at ? line.at : "");
    text_free(&line);
}

static void cell(struct table *rows, const char *text)
{
    if (text && *text)
        table_text(rows, text);
    else
        table_none(rows);
}

static void row_add(struct table *rows, const struct against_row *row)
{
    const char *const cells[] = {row->database,    row->table,  row->key,  row->meter,
                                 whats[row->what], row->column, row->here, row->there};
    table_row(rows);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        cell(rows, cells[i]);
}

static void row_tell(void *context, const struct against_row *row)
{
    struct verifying *verifying = context;
    if (verifying->rows)
        row_add(verifying->rows, row);
    else
        row_say(verifying->command->language, row);
}

/* --- a database --- */

static const char *site_of(const struct against *against)
{
    return *against->here.site ? against->here.site : against->there.site;
}

static void differences_say(enum language language, const struct against *against)
{
    const int64_t all = against->differ + against->only[0] + against->only[1];
    if (all > AGAINST_TOLD_MAX)
        page_tell(say(language, "and %" PRId64 " more\n"), all - AGAINST_TOLD_MAX);
    if (against->parted)
        page_tell("%s\n",
                  say(language,
                      "they went different ways: a backup was put back on one side, and neither is the other's past"));
    if (against->chain_differs && against->chain_row)
        page_tell(say(language, "the journals are equal up to row %" PRId64 ", and part there\n"), against->chain_row);
    else if (against->chain_differs)
        page_tell("%s\n", say(language, "the journals differ from the first row on"));
}

static void standing_say(enum language language, const struct against *against)
{
    const struct against_side *here = &against->here, *there = &against->there;
    if (here->waits || there->waits)
        page_tell(
            "%s\n",
            say(language, "  it waits to be accepted (coaltally site accept): nothing of it counts or is compared"));
    if (here->behind)
        page_tell(say(language, "  here is %" PRId64 " rows behind\n"), here->behind);
    if (there->behind)
        page_tell(say(language, "  there is %" PRId64 " rows behind\n"), there->behind);
    if (here->aside + there->aside)
        page_tell(say(language, "  %" PRId64 " rows not counted\n"), here->aside + there->aside);
}

static void database_say(enum language language, const struct against *against)
{
    const char *site = site_of(against);
    struct text line = {0};
    differences_say(language, against);
    if (*site)
        text_format(&line, say(language, "site %s, "), site);
    text_format(&line, say(language, "database %s: %" PRId64 " rows are equal, up to rev %" PRId64 "\n"),
                against->here.database, against->equal, against->upto);
    page_tell("%s", line.at ? line.at : "");
    text_free(&line);
    if (!against_equal(against))
        page_tell(say(language, "  %" PRId64 " differ, %" PRId64 " are only here, %" PRId64 " only there\n"),
                  against->differ, against->only[0], against->only[1]);
    else if (against->chain_row)
        page_tell(say(language, "  so is the chain, up to row %" PRId64 ": %.64s\n"), against->chain_row,
                  against->chain);
    standing_say(language, against);
}

static void database_add(struct text *out, const struct against *against)
{
    text_add(out, out->length > 1 ? ", {" : "{");
    text_member(out, "site", site_of(against));
    text_member(out, "database", against->here.database);
    text_member_bool(out, "equal", against_equal(against));
    text_member_bool(out, "waits", against->here.waits || against->there.waits);
    text_member_int(out, "rev", against->upto);
    text_member_int(out, "equal_rows", against->equal);
    text_member_int(out, "differ", against->differ);
    text_member_int(out, "only_here", against->only[0]);
    text_member_int(out, "only_there", against->only[1]);
    text_member_int(out, "behind_here", against->here.behind);
    text_member_int(out, "behind_there", against->there.behind);
    text_member_int(out, "not_counted", against->here.aside + against->there.aside);
    text_member_bool(out, "parted", against->parted);
    text_member_bool(out, "chain_equal", !against->chain_differs);
    text_member(out, "chain", against->chain);
    text_member_int(out, "chain_row", against->chain_row);
    text_add(out, "}");
}

static void database_tell(void *context, const struct against *against)
{
    struct verifying *verifying = context;
    struct against clean = *against;
    text_clean(against->chain, clean.chain, sizeof clean.chain);
    verifying->equal &= against_equal(against);
    if (verifying->rows)
        database_add(&verifying->databases, &clean);
    else
        database_say(verifying->command->language, &clean);
}

/* --- the end --- */

static int data_end(struct verifying *verifying, enum table_format format)
{
    struct page page = page_of(verifying->command->language, format);
    text_add(&verifying->databases, "]");
    table_fact(verifying->rows, "report", "against");
    table_fact(verifying->rows, "here", verifying->here);
    table_fact(verifying->rows, "there", verifying->there);
    table_fact_json(verifying->rows, "holds", verifying->equal ? "true" : "false");
    table_fact_json(verifying->rows, "databases", verifying->databases.failed ? "null" : verifying->databases.at);
    const bool good = table_render(verifying->rows, format, false, &page.out) && page_print(&page);
    page_free(&page);
    return good ? COMMAND_GOOD : command_fail(verifying->command, COMMAND_COULD_NOT, "cannot write the page");
}

static int end(struct verifying *verifying, enum table_format format)
{
    int status = COMMAND_GOOD;
    if (verifying->rows)
        status = data_end(verifying, format);
    else
        page_tell(verifying->equal ? say(verifying->command->language, "%s (here) and %s (there): equal\n")
                                   : say(verifying->command->language, "%s (here) and %s (there) are NOT equal\n"),
                  verifying->here, verifying->there);
    return status == COMMAND_GOOD && !verifying->equal ? COMMAND_NOT_HELD : status;
}

/* --- the whole --- */

static int compare(struct verifying *verifying, struct db *here, struct db *there, enum table_format format)
{
    const bool shown = isatty(STDERR_FILENO);
    const struct against_to to = {row_tell, database_tell, verifying, shown ? progress_show : NULL};
    const int databases = against_run(here, there, &to);
    if (shown)
        fputs("\r\033[K", stderr);
    if (databases < 0)
        return command_fail(verifying->command, COMMAND_COULD_NOT, "%s",
                            db_fault(here) != DB_OK ? db_error(here) : db_error(there));
    if (databases == 0)
        return command_fail(verifying->command, COMMAND_USAGE,
                            "%s has nothing of %s: neither is the other's ledger, a copy of it at the county, nor a "
                            "backup; coaltally site lists the databases that a county holds",
                            verifying->here, verifying->there);
    return end(verifying, format);
}

static struct table *rows_new(const struct command *command)
{
    static const struct page_column columns[] = {
        {"database", "", COLUMN_TEXT, COLUMN_DATA}, {"table", "", COLUMN_TEXT, COLUMN_DATA},
        {"key", "", COLUMN_TEXT, COLUMN_DATA},      {"meter", "", COLUMN_TEXT, COLUMN_DATA},
        {"what", "", COLUMN_TEXT, COLUMN_DATA},     {"column", "", COLUMN_TEXT, COLUMN_DATA},
        {"here", "", COLUMN_TEXT, COLUMN_DATA},     {"there", "", COLUMN_TEXT, COLUMN_DATA},
    };
    struct table *rows = table_new();
    if (rows)
        page_columns(rows, columns, sizeof columns / sizeof *columns, command->language);
    return rows;
}

int verify_against(const struct command *command, struct db *here, const char *path, const char *other,
                   enum table_format format)
{
    struct verifying verifying = {.command = command, .here = path, .there = other, .equal = true};
    int status;
    struct db *there = store_read(other);
    if (format != TABLE_PAGE && !(verifying.rows = rows_new(command)))
        status = command_fail(command, COMMAND_COULD_NOT, "out of memory");
    else if (!there || db_fault(there) != DB_OK)
        status = command_fail(command, COMMAND_COULD_NOT, "%s", there ? db_error(there) : say_own("out of memory"));
    else {
        text_add(&verifying.databases, "[");
        status = compare(&verifying, here, there, format);
    }
    db_close(there);
    table_free(verifying.rows);
    text_free(&verifying.databases);
    return status;
}
