/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be known of single ledgers, below the table of a county's sites. */
#include <inttypes.h>
#include <string.h>

#include "collector/amount.h"
#include "collector/quantity.h"
#include "collector/site_lines.h"
#include "collector/store_sites.h"

enum { ID_SHOWN = 8 };

/* A line about one ledger, while it is written. */
struct site_note {
    struct page *page;
    struct db *db;
    struct text text;
    size_t parts;
};

static void note_begin(struct site_note *note, const struct site_line *line)
{
    text_clear(&note->text);
    text_format(&note->text, "%s %.*s: ", line->entry.database.site, ID_SHOWN, line->entry.database.id);
}

static void note_end(struct site_note *note)
{
    page_line(note->page, note->text.at ? note->text.at : "");
    note->page->out.failed |= note->text.failed;
}

static void reason_add(void *context, const char *reason, int64_t rows)
{
    struct site_note *note = context;
    const enum language language = note->page->language;
    text_format(&note->text, "%s%" PRId64 " %s", note->parts++ ? say_of(language, "clause", ", ") : "", rows,
                say(language, reason));
}

static void uncounted_note(struct site_note *note, const struct site_line *line)
{
    if (!line->entry.uncounted)
        return;
    note_begin(note, line);
    text_format(&note->text, say(note->page->language, "%" PRId64 " rows are not counted: "), line->entry.uncounted);
    note->parts = 0;
    site_reasons(note->db, line->entry.database.number, reason_add, note);
    note_end(note);
}

static void amount_add_part(void *context, const char *name, int64_t amount)
{
    struct site_note *note = context;
    const enum language language = note->page->language;
    const struct quantity *quantity = quantity_find(name);
    char shown[AMOUNT_TEXT_MAX];
    if (!quantity || !amount)
        return;
    amount_exact(-amount, shown);
    text_format(&note->text, "%s%s %s%s %s", note->parts++ ? say_of(language, "clause", ", ") : "",
                say(language, quantity->title), amount < 0 ? "+" : "", shown, quantity->unit);
}

static void superseded_note(struct site_note *note, const struct site_line *line)
{
    const struct replica_entry *entry = &line->entry;
    char at[INSTANT_TEXT_BYTES];
    if (!entry->superseded_rows)
        return;
    instant_format(entry->superseded_ms, at);
    note_begin(note, line);
    text_format(&note->text, say(note->page->language, "%" PRId64 " rows were superseded on %s: "),
                entry->superseded_rows, at);
    note->parts = 0;
    site_superseded(note->db, entry->database.number, entry->superseded_ms, amount_add_part, note);
    if (!note->parts)
        text_add(&note->text, say(note->page->language, "no amount of a main meter"));
    note_end(note);
}

static void undecided_note(struct site_note *note, const struct site_line *line)
{
    const struct replica_database *database = &line->entry.database;
    const int64_t rows = database->standing == REPLICA_REPLACED ? site_undecided_count(note->db, database->number) : 0;
    if (!rows)
        return;
    note_begin(note, line);
    text_format(&note->text,
                say(note->page->language,
                    "%" PRId64 " rows of its journal were not decided before another ledger took its place, "
                    "and no longer can be: coaltally site superseded"),
                rows);
    note_end(note);
}

static void kept_note(struct site_note *note, const struct site_line *line)
{
    if (!line->entry.kept)
        return;
    note_begin(note, line);
    text_format(&note->text,
                say(note->page->language,
                    "%" PRId64
                    " closed periods show what they were before the switch, until coaltally site accept %.*s"),
                line->entry.kept, ID_SHOWN, line->entry.database.id);
    note_end(note);
}

static void waits_note(struct site_note *note, const struct site_line *line)
{
    const struct replica_database *database = &line->entry.database;
    const enum language language = note->page->language;
    if (!replica_waits(database))
        return;
    note_begin(note, line);
    text_add(&note->text,
             database->standing == REPLICA_WAITING
                 ? say(language, "another database than the one that counts: its rows wait, none of them counts")
                 : say(language, "a copy of its database was started, or an old backup put back: what came of it "
                                 "waits, what counted before counts on"));
    text_format(&note->text, say(language, "; coaltally site accept %.*s, or reject"), ID_SHOWN, database->id);
    note_end(note);
}

static void refused_note(struct site_note *note, const struct site_line *line)
{
    char at[INSTANT_TEXT_BYTES];
    if (!line->entry.refused)
        return;
    instant_format(line->entry.refused_ms, at);
    note_begin(note, line);
    text_format(&note->text, say(note->page->language, "%" PRId64 " messages were refused, the last on %s: %s"),
                line->entry.refused, at, line->entry.refused_why);
    note_end(note);
}

/* What came that was no message at all belongs to no ledger. */
static void bad_note(struct site_note *note, const struct site_line *line)
{
    const enum language language = note->page->language;
    if (!line->health.bad)
        return;
    text_clear(&note->text);
    text_format(&note->text, "%s: ", line->health.name);
    text_format(&note->text, say(language, "%" PRIu64 " of %" PRIu64 " messages since the start were none of a ledger"),
                line->health.bad, line->health.messages);
    note_end(note);
}

void site_notes(struct page *page, struct db *db, const struct list *lines, const char *site)
{
    struct site_note note = {.page = page, .db = db};
    const struct site_line *line = lines->at;
    for (size_t i = 0; i < lines->count; i++) {
        if (site && strcmp(site, line[i].entry.database.site) != 0)
            continue;
        waits_note(&note, &line[i]);
        uncounted_note(&note, &line[i]);
        superseded_note(&note, &line[i]);
        undecided_note(&note, &line[i]);
        kept_note(&note, &line[i]);
        refused_note(&note, &line[i]);
        if (i == 0 || strcmp(line[i].entry.database.site, line[i - 1].entry.database.site) != 0)
            bad_note(&note, &line[i]);
    }
    text_free(&note.text);
}
