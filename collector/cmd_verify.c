/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <unistd.h>

#include "collector/digest.h"
#include "collector/display.h"
#include "collector/page.h"
#include "collector/settings.h"
#include "collector/store_verify.h"
#include "collector/travel.h"
#include "collector/verify_against.h"

struct verifying {
    const struct command *command;
    struct db *db;
    const char *path;
    enum table_format format;
    struct table *rows; /* of findings, for programs; NULL: a page is asked for */
    struct verification all;
    bool simulated;
    char chain[DIGEST_HEX_BYTES]; /* the journal's head; empty: it has no row */
    int64_t chain_row;
    struct text copies; /* of sites, for programs: JSON */
};

/* What was gone through, by the names that data have. */
#define COUNTS(X) X(meters) X(segments) X(tallies) X(totals) X(gaps) X(entries) X(acts) X(versions)

/* --- findings --- */

static void finding_say(const struct command *command, const struct finding *finding)
{
    struct text line = {0};
    text_format(&line, "%s%s%s", finding->check, *finding->meter ? " " : "", finding->meter);
    if (*finding->database)
        text_format(&line, say(command->language, " of site %s, database %s"), finding->site, finding->database);
    text_format(&line, ": %s\n", finding->text);
    if (*finding->look)
        text_format(&line, "  %s: sqlite3 LEDGER \"%s\"\n", say(command->language, "look"), finding->look);
    page_tell("%s", line.at ? line.at : "");
    text_free(&line);
}

static void cell(struct table *rows, const char *text)
{
    if (*text)
        table_text(rows, text);
    else
        table_none(rows);
}

static void finding_row(struct table *rows, const struct finding *finding)
{
    table_row(rows);
    table_text(rows, finding->check);
    cell(rows, finding->meter);
    table_text(rows, finding->text);
    table_text(rows, finding->look);
    cell(rows, finding->site);
    cell(rows, finding->database);
}

/* Texts out of a damaged ledger may be anything. */
static void finding_add(void *context, const struct finding *finding)
{
    struct verifying *verifying = context;
    struct finding clean = *finding;
    text_clean(finding->meter, clean.meter, sizeof clean.meter);
    text_clean(finding->site, clean.site, sizeof clean.site);
    text_clean(finding->database, clean.database, sizeof clean.database);
    text_clean(finding->text, clean.text, sizeof clean.text);
    if (verifying->rows)
        finding_row(verifying->rows, &clean);
    else
        finding_say(verifying->command, &clean);
}

/* --- copies of sites' ledgers --- */

static void copy_say(enum language language, const struct verified_copy *copy)
{
    const bool whole = !copy->waits && copy->rev >= copy->head;
    struct text lines = {0};
    text_format(&lines, say(language, "site %s, database %s: "), copy->site, copy->database);
    if (whole)
        text_format(&lines, say(language, "all of it, up to rev %" PRId64 "\n"), copy->rev);
    else if (copy->waits)
        text_format(&lines, "%s\n",
                    say(language, "not verified\n  nothing of it counts: it waits for coaltally site accept"));
    else
        text_format(&lines,
                    say(language, "catching up\n  at rev %" PRId64 " of %" PRId64 ": only its journal is verified\n"),
                    copy->rev, copy->head);
    if (whole)
        text_format(&lines, say(language, "  chain up to row %" PRId64 ": %.64s\n"), copy->chain_row, copy->chain);
    if (copy->aside)
        text_format(&lines, say(language, "  %" PRId64 " rows not counted\n"), copy->aside);
    if (copy->beside)
        text_format(&lines, say(language, "  another branch of it: %" PRId64 " rows, not counted\n"), copy->beside);
    page_tell("%s", lines.at ? lines.at : "");
    text_free(&lines);
}

static void copy_add(struct text *out, const struct verified_copy *copy)
{
    text_add(out, out->length > 1 ? ", {" : "{");
    text_member(out, "site", copy->site);
    text_member(out, "database", copy->database);
    text_member_int(out, "number", copy->number);
    text_member_bool(out, "waits", copy->waits);
    text_member_int(out, "rev", copy->rev);
    text_member_int(out, "head", copy->head);
    text_member_int(out, "not_counted", copy->aside);
    text_member_int(out, "branch_rows", copy->beside);
    text_member(out, "chain", copy->chain);
    text_member_int(out, "chain_row", copy->chain_row);
    text_add(out, "}");
}

static void copy_tell(void *context, const struct verified_copy *copy)
{
    struct verifying *verifying = context;
    struct verified_copy clean = *copy;
    text_clean(copy->site, clean.site, sizeof clean.site);
    text_clean(copy->database, clean.database, sizeof clean.database);
    text_clean(copy->chain, clean.chain, sizeof clean.chain);
    if (verifying->rows)
        copy_add(&verifying->copies, &clean);
    else
        copy_say(verifying->command->language, &clean);
}

/* --- the end of the page --- */

static void head_read(struct verifying *verifying)
{
    struct db_query *query =
        db_query(verifying->db, "SELECT hash, id FROM journal WHERE id < " TRAVEL_FOREIGN " ORDER BY id DESC LIMIT 1");
    if (db_next(query)) {
        text_clean(db_text(query, 0), verifying->chain, sizeof verifying->chain);
        verifying->chain_row = db_int(query, 1);
    }
    db_done(query);
}

static void page_end(const struct verifying *verifying)
{
    const enum language language = verifying->command->language;
    const struct verification *all = &verifying->all;
    page_tell(
        say(language, "%s: %" PRId64 " meters, %" PRId64 " segments, %" PRId64 " tallies, %" PRId64 " totals, %" PRId64
                      " gaps, %" PRId64 " journal rows, %" PRId64 " acts, %" PRId64 " closed versions%s%s\n"),
        verifying->path, all->meters, all->segments, all->tallies, all->totals, all->gaps, all->entries, all->acts,
        all->versions, verifying->simulated ? "   " : "", verifying->simulated ? word(WORD_SIMULATED, language) : "");
    /* What no ledger can prove of itself. */
    if (*verifying->chain)
        page_tell(say(language,
                      "chain %.64s, row %" PRId64 ": whether somebody has made the whole chain anew can be told "
                      "only against the county's copy, or a report that shows its head\n"),
                  verifying->chain, verifying->chain_row);
    if (all->findings == 0)
        puts(say(language, "all of it adds up"));
    else
        page_tell(say(language, "%zu findings: it does NOT add up\n"), all->findings);
}

static void number_fact(struct table *rows, const char *key, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    table_fact_json(rows, key, text);
}

static int data_end(struct verifying *verifying)
{
    struct page page = page_of(verifying->command->language, verifying->format);
    table_fact(verifying->rows, "report", "verify");
    table_fact(verifying->rows, "ledger", verifying->path);
    table_fact_json(verifying->rows, "simulated", verifying->simulated ? "true" : "false");
    table_fact_json(verifying->rows, "holds", verifying->all.findings == 0 ? "true" : "false");
#define X(name) number_fact(verifying->rows, #name, verifying->all.name);
    COUNTS(X)
#undef X
    table_fact(verifying->rows, "chain", verifying->chain);
    number_fact(verifying->rows, "chain_row", verifying->chain_row);
    text_add(&verifying->copies, "]");
    table_fact_json(verifying->rows, "copies", verifying->copies.failed ? "null" : verifying->copies.at);
    const bool good = table_render(verifying->rows, verifying->format, false, &page.out) && page_print(&page);
    page_free(&page);
    return good ? COMMAND_GOOD : command_fail(verifying->command, COMMAND_COULD_NOT, "cannot write the page");
}

/* --- the whole --- */

static int verify_judge(struct verifying *verifying)
{
    const bool shown = isatty(STDERR_FILENO);
    const struct verify_to to = {
        .report = finding_add, .copy = copy_tell, .context = verifying, .progress = shown ? progress_show : NULL};
    int status = COMMAND_GOOD;
    verifying->all = verify_run(verifying->db, &to);
    if (shown)
        fputs("\r\033[K", stderr);
    verifying->simulated = db_value(verifying->db, "SELECT max(simulated) FROM mine", 0, NULL) > 0;
    head_read(verifying);
    if (db_fault(verifying->db) != DB_OK)
        return command_fail(verifying->command, COMMAND_COULD_NOT, "%s", db_error(verifying->db));
    if (verifying->rows)
        status = data_end(verifying);
    else
        page_end(verifying);
    return status == COMMAND_GOOD && verifying->all.findings ? COMMAND_NOT_HELD : status;
}

static int format_read(struct verifying *verifying)
{
    static const struct page_column columns[] = {
        {"check", "", COLUMN_TEXT, COLUMN_DATA}, {"meter", "", COLUMN_TEXT, COLUMN_DATA},
        {"text", "", COLUMN_TEXT, COLUMN_DATA},  {"look", "", COLUMN_TEXT, COLUMN_DATA},
        {"site", "", COLUMN_TEXT, COLUMN_DATA},  {"database", "", COLUMN_TEXT, COLUMN_DATA},
    };
    const char *format = command_value(verifying->command, "format", 0);
    if (format && !table_format_parse(format, &verifying->format))
        return command_fail(verifying->command, COMMAND_USAGE, "--format %s: expected table, csv or json", format);
    if (verifying->format == TABLE_PAGE || command_given(verifying->command, "against"))
        return COMMAND_GOOD;
    verifying->rows = table_new();
    if (!verifying->rows)
        return command_fail(verifying->command, COMMAND_COULD_NOT, "out of memory");
    text_add(&verifying->copies, "[");
    page_columns(verifying->rows, columns, sizeof columns / sizeof *columns, verifying->command->language);
    return COMMAND_GOOD;
}

static int run(struct command *command)
{
    struct settings settings;
    struct verifying verifying = {.command = command};
    int status = format_read(&verifying);
    if (status == COMMAND_GOOD)
        status = settings_read(command, &settings);
    if (status == COMMAND_GOOD)
        status = settings_ledger(command, &settings, &verifying.db);
    if (status == COMMAND_GOOD) {
        const char *other = command_value(command, "against", 0);
        verifying.path = settings.database;
        status = other ? verify_against(command, verifying.db, verifying.path, other, verifying.format)
                       : verify_judge(&verifying);
        db_close(verifying.db);
    }
    table_free(verifying.rows);
    text_free(&verifying.copies);
    return status;
}

static const struct command_option options[] = {
    {"against", "FILE", N_("compare with another ledger, row by row: a county's copy with the site's own file"), false},
    OPTION_FORMAT,
    {0}};

const struct verb verb_verify = {
    .name = "verify",
    .summary = N_("does the ledger add up? every sum is made again, every row of the journal hashed"),
    .options = options,
    .run = run,
};
