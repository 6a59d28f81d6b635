/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/gathered.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/assess.h"

enum { NAMES_MAX = 4 }; /* further ones are counted */

int64_t gathered_as_of(const struct replica_entry *entry)
{
    return gathered_catches_up(entry) ? entry->applied_ms : entry->heard_ms;
}

bool gathered_catches_up(const struct replica_entry *entry)
{
    return entry->database.standing == REPLICA_ACCEPTED && !replica_consistent(&entry->database);
}

/* --- whose --- */

/* Whether a chosen mine is of that site; a ledger that waits has none yet, its site has. */
static bool is_chosen(const struct selection *selection, const struct replica_entry *entry)
{
    const struct roster *roster = selection->roster;
    bool all = true;
    for (size_t m = 0; m < roster->mines; m++) {
        all &= selection->mine[m];
        if (!selection->mine[m] || !roster->mine[m].number)
            continue;
        for (size_t i = 0; i < roster->sites; i++)
            if (roster->site[i].number == roster->mine[m].number &&
                strcmp(roster->site[i].name, entry->database.site) == 0)
                return true;
    }
    return all;
}

struct list gathered_entries(const struct selection *selection)
{
    struct list all = {0};
    if (!selection->roster->sites || !replica_entries(selection->db, &all))
        return all;
    struct replica_entry *entry = all.at;
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++)
        if (is_chosen(selection, &entry[i]))
            entry[kept++] = entry[i];
    all.count = kept;
    return all;
}

const struct replica_entry *gathered_entry(const struct list *entries, int64_t number)
{
    const struct replica_entry *entry = entries->at;
    for (size_t i = 0; i < entries->count; i++)
        if (entry[i].database.number == number)
            return &entry[i];
    return NULL;
}

/* --- lines --- */

/* One line about ledgers of one kind. */
struct naming {
    const struct selection *selection;
    enum language language;
    struct text *lines;
    size_t count;
};

/* Writes what there is to say of a ledger of the kind; false: it is not of that kind. */
typedef bool entry_sayer(const struct replica_entry *entry, enum language language, char *text, size_t size);

static void naming_add(struct naming *naming, const char *title, const struct replica_entry *entry, const char *said)
{
    char site[SITE_TEXT_BYTES];
    roster_site_name(naming->selection->roster, entry->database.number, site);
    if (naming->count++ >= NAMES_MAX)
        return;
    text_add(naming->lines, naming->count > 1 ? say(naming->language, ", ") : say(naming->language, title));
    text_format(naming->lines, "%s%s", site, said);
}

static void line_add(const struct list *entries, const struct selection *selection, enum language language,
                     const char *title, entry_sayer *sayer, const char *end, struct text *lines)
{
    struct naming naming = {.selection = selection, .language = language, .lines = lines};
    const struct replica_entry *entry = entries->at;
    char said[160];
    for (size_t i = 0; i < entries->count; i++)
        if (sayer(&entry[i], language, said, sizeof said))
            naming_add(&naming, title, &entry[i], said);
    if (naming.count > NAMES_MAX)
        text_format(lines, say(language, " and %zu more"), naming.count - NAMES_MAX);
    if (naming.count)
        text_format(lines, "%s\n", *end ? say(language, end) : "");
}

/* " (as of 11-22 13:20:05, 13 rows behind)" */
static bool catching_say(const struct replica_entry *entry, enum language language, char *text, size_t size)
{
    const struct replica_database *database = &entry->database;
    const bool same = strcmp(database->live.position.incarnation, database->stated_incarnation) == 0;
    const int64_t behind = database->stated_head - database->live.position.rev;
    char at[24];
    instant_brief(gathered_as_of(entry), at);
    if (!gathered_catches_up(entry))
        return false;
    if (!gathered_as_of(entry))
        snprintf(text, size, "%s", say(language, " (nothing yet)"));
    else if (same && behind > 0)
        snprintf(text, size, say(language, " (as of %s, %" PRId64 " rows behind)"), at, behind);
    else
        snprintf(text, size, say(language, " (as of %s)"), at);
    return true;
}

static bool uncounted_say(const struct replica_entry *entry, enum language language, char *text, size_t size)
{
    snprintf(text, size, say(language, " %" PRId64 " rows"), entry->uncounted);
    return entry->uncounted > 0 && entry->database.standing != REPLICA_WAITING;
}

static bool waiting_say(const struct replica_entry *entry, enum language language, char *text, size_t size)
{
    (void)language;
    snprintf(text, size, "%s", "");
    return entry->database.standing == REPLICA_WAITING || replica_waits(&entry->database);
}

static bool kept_say(const struct replica_entry *entry, enum language language, char *text, size_t size)
{
    snprintf(text, size, say(language, " %" PRId64 " closed periods"), entry->kept);
    return entry->kept > 0;
}

static bool differs_say(const struct replica_entry *entry, enum language language, char *text, size_t size)
{
    (void)language;
    snprintf(text, size, "%s", "");
    return entry->database.chain_differs;
}

void gathered_missing(const struct selection *selection, enum language language, struct text *lines)
{
    struct list entries = gathered_entries(selection);
    line_add(&entries, selection, language, N_("CATCHING UP: "), catching_say, "", lines);
    line_add(&entries, selection, language, N_("NOT COUNTED: "), uncounted_say, N_("; why, tells coaltally site"),
             lines);
    line_add(&entries, selection, language, N_("NOT COUNTED, for it waits for coaltally site accept: a ledger of "),
             waiting_say, "", lines);
    line_add(&entries, selection, language, N_("as before a restore, until coaltally site accept: "), kept_say, "",
             lines);
    line_add(&entries, selection, language, N_("CHAIN ENDS OTHERWISE than at the site: "), differs_say,
             N_("; coaltally verify tells where"), lines);
    free(entries.at);
}

void gathered_when(const struct selection *selection, enum language language, struct text *lines)
{
    struct list entries = gathered_entries(selection);
    const struct replica_entry *entry = entries.at;
    int64_t oldest_ms = INT64_MAX;
    size_t count = 0;
    char at[24];
    for (size_t i = 0; i < entries.count; i++)
        if (entry[i].database.standing == REPLICA_ACCEPTED && !gathered_catches_up(&entry[i])) {
            oldest_ms = gathered_as_of(&entry[i]) < oldest_ms ? gathered_as_of(&entry[i]) : oldest_ms;
            count++;
        }
    instant_brief(oldest_ms, at);
    if (count == 1)
        text_format(lines, say(language, "gathered from the site's ledger, equal to it as of %s\n"), at);
    else if (count)
        text_format(lines, say(language, "gathered from %zu ledgers of sites, equal to each as of %s or later\n"),
                    count, at);
    free(entries.at);
}

void gathered_print(struct page *page, const struct text *lines)
{
    const char *line = lines->length ? lines->at : "";
    while (*line) {
        const size_t length = strcspn(line, "\n");
        struct text one = {0};
        text_add_bytes(&one, line, length);
        page_line(page, one.at ? one.at : "");
        text_free(&one);
        line += length + (line[length] == '\n');
    }
    page->out.failed |= lines->failed;
}

/* --- data --- */

static void fact_add(const struct replica_entry *entry, struct text *out)
{
    const struct replica_database *database = &entry->database;
    char at[INSTANT_TEXT_BYTES];
    instant_format(gathered_as_of(entry), at);
    text_format(out, "%s{\"site\": ", out->length > 1 ? ", " : "");
    text_add_json(out, database->site);
    text_format(out, ", \"number\": %" PRId64 ", \"standing\": ", database->number);
    text_add_json(out, replica_standing_name(database->standing));
    text_format(out, ", \"as_of\": %s%s%s", gathered_as_of(entry) ? "\"" : "", gathered_as_of(entry) ? at : "null",
                gathered_as_of(entry) ? "\"" : "");
    text_format(out, ", \"catching_up\": %s, \"not_counted\": %" PRId64 ", \"waits\": %s, \"kept_versions\": %" PRId64,
                gathered_catches_up(entry) ? "true" : "false", entry->uncounted,
                database->standing == REPLICA_WAITING || replica_waits(database) ? "true" : "false", entry->kept);
    text_format(out, ", \"chain_differs\": %s}", database->chain_differs ? "true" : "false");
}

void gathered_facts(const struct selection *selection, struct table *table)
{
    struct list entries = gathered_entries(selection);
    struct text list = {0};
    text_add(&list, "[");
    for (size_t i = 0; i < entries.count; i++)
        fact_add(&((const struct replica_entry *)entries.at)[i], &list);
    text_add(&list, "]");
    if (selection->roster->sites)
        table_fact_json(table, "ledgers", list.failed ? "null" : list.at);
    text_free(&list);
    free(entries.at);
}

void gathered_add(const struct selection *selection, struct page *page, struct table *table)
{
    struct text lines = {0};
    gathered_missing(selection, selection->language, &lines);
    gathered_when(selection, selection->language, &lines);
    gathered_print(page, &lines);
    gathered_facts(selection, table);
    text_free(&lines);
}
