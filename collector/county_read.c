/* SPDX-License-Identifier: Apache-2.0 */
/* The roster's files. */
#include <stdlib.h>
#include <string.h>

#include "collector/county_parts.h"
#include "collector/indicator.h"
#include "drivers/span.h"

void *county_grow(struct county_reader *reader, void *array, size_t *count, size_t size)
{
    char *grown = realloc(array, (*count + 1) * size);
    if (!grown) {
        reader->memory = true;
        return NULL;
    }
    memset(grown + *count * size, 0, size);
    ++*count;
    return grown;
}

struct place county_place(const struct county_reader *reader, const struct yaml_node *node)
{
    struct place place = yaml_place(node);
    place.file = reader->path;
    return place;
}

bool county_read_day(const struct yaml_node *node, civil_day *day, struct faults *faults)
{
    const char *text = yaml_text(node);
    if (text && civil_parse(text, day))
        return true;
    yaml_expected(node, faults, "a date such as 2026-10-13");
    return false;
}

/* --- mines --- */

static struct county_mine *mine_at(struct county_reader *reader, const char *name)
{
    struct county *county = reader->county;
    for (size_t m = 0; m < county->mines; m++)
        if (strcmp(county->mine[m].name, name) == 0)
            return &county->mine[m];
    struct county_mine *mines = county_grow(reader, county->mine, &county->mines, sizeof *mines);
    if (!mines)
        return NULL;
    county->mine = mines;
    strcpy(mines[county->mines - 1].name, name);
    return &mines[county->mines - 1];
}

/* The place of a mine that this file named before; line 0: it did not. */
static struct place mine_before(const struct county_reader *reader, const char *name)
{
    const struct county_mine *mine = county_mine(reader->county, name);
    if (mine && mine->place.file == reader->path)
        return mine->place;
    return (struct place){0};
}

static void simulated_judge(const struct county_reader *reader, const struct yaml_node *node, bool known,
                            const struct county_mine *mine, bool before, struct faults *faults)
{
    if (mine->simulated && reader->seeds)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "mine \"%s\" is simulated: the published texts name real mines only, put it into the county's own "
                   "roster (county: roster: of the configuration)",
                   mine->name);
    else if (known && mine->simulated != before)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "mine \"%s\" is %s here and %s in line %d of %s: real and simulated mines are never added, give it "
                   "a name of its own",
                   mine->name, faults_say(faults, mine->simulated ? N_("simulated") : N_("real")),
                   faults_say(faults, before ? N_("simulated") : N_("real")), mine->place.line, mine->place.file);
}

static void read_site(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct county_mine *mine = target;
    (void)context;
    if (yaml_read_id(node, mine->site, sizeof mine->site, faults) && strcmp(mine->site, CONFIG_COUNTY_SITE) == 0)
        faults_add(faults, FAULT_ERROR, yaml_place(node),
                   "the name \"county\" is reserved, expected the site that sends this mine's figures");
}

static void mine_read(struct county_reader *reader, const struct yaml_node *node, struct faults *faults)
{
    static const struct yaml_field title[] = {
        {"en", YAML_TEXT, YAML_AT(struct county_mine, title_en)},
        {"zh", YAML_TEXT, YAML_AT(struct county_mine, title_zh)},
        {0},
    };
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct county_mine, name), .required = true},
        {"title", YAML_MAP, .fields = title},
        {"site", YAML_CUSTOM, .read = read_site},
        {"silent_after", YAML_DURATION, YAML_AT(struct county_mine, silent_after_ms), .min = MINUTE_MS,
         .max = SILENT_MAX_MS},
        {"simulated", YAML_BOOLEAN, YAML_AT(struct county_mine, simulated)},
        {"facts", YAML_CUSTOM, .read = county_read_facts},
        {"faces", YAML_CUSTOM, .read = county_read_faces},
        {"projects", YAML_CUSTOM, .read = county_read_projects},
        {0},
    };
    const struct yaml_node *name = yaml_find(node, "name");
    const char *text = name ? yaml_text(name) : NULL;
    struct county_mine unnamed = {0};
    char id[ID_BYTES];
    const bool named = text && strlen(text) < sizeof id;
    const struct place twice = named ? mine_before(reader, text) : (struct place){0};
    const bool known = named && county_mine(reader->county, text);
    struct county_mine *mine = named ? mine_at(reader, text) : &unnamed;
    if (!mine)
        return;
    const bool before = mine->simulated;
    yaml_read(node, fields, mine, reader, faults);
    if (twice.line)
        faults_add(faults, FAULT_ERROR, yaml_place(node), "found the mine \"%s\" again; it also stands in line %d",
                   text, twice.line);
    simulated_judge(reader, node, known, mine, before, faults);
    if (!twice.line)
        mine->place = county_place(reader, node);
    county_mine_clear(&unnamed);
}

static void mines_read(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    (void)target;
    if (!yaml_is_list(list)) {
        yaml_expected(list, faults, "a list");
        return;
    }
    for (size_t i = 0; i < yaml_size(list); i++)
        mine_read(context, yaml_item(list, i), faults);
}

/* --- files --- */

static void text_read(struct county_reader *reader, const char *text, size_t length, struct county_file *file,
                      struct faults *faults)
{
    static const struct yaml_field root[] = {{"mines", YAML_CUSTOM, .read = mines_read, .required = true}, {0}};
    struct yaml_document *document = yaml_load_text(text, length, file->path, faults);
    reader->path = file->path;
    if (document)
        yaml_read(yaml_root(document), root, reader->county, reader, faults);
    yaml_unload(document);
    if (reader->memory)
        faults_add(faults, FAULT_ERROR, (struct place){file->path, 0, 0}, "out of memory");
}

static void file_load(struct county *county, size_t index, const char *path, struct faults *faults)
{
    struct county_reader reader = {.county = county, .seeds = index == 0};
    struct county_file *file = &county->file[index];
    size_t length;
    if (!path || !*path)
        return;
    if (snprintf(file->path, sizeof file->path, "%s", path) >= (int)sizeof file->path) {
        faults_add(faults, FAULT_ERROR, (struct place){path, 0, 0}, "the path is too long");
        return;
    }
    char *text = yaml_bytes(path, &length, faults);
    if (text)
        text_read(&reader, text, length, file, faults);
    file->text = text;
    file->length = text ? length : 0;
}

bool county_file_hash(const struct county_file *file, char hash[static DIGEST_HEX_BYTES])
{
    return digest_hex(file->text ? file->text : "", file->length, hash);
}

static struct county *finish(struct county *county, size_t errors_before, struct faults *faults)
{
    county_judge(county, faults);
    if (faults_count(faults, FAULT_ERROR) == errors_before)
        return county;
    county_free(county);
    return NULL;
}

struct county *county_load(const char *seeds, const char *own, struct faults *faults)
{
    const size_t before = faults_count(faults, FAULT_ERROR);
    struct county *county = calloc(1, sizeof *county);
    if (!county) {
        faults_add(faults, FAULT_ERROR, (struct place){own ? own : seeds, 0, 0}, "out of memory");
        return NULL;
    }
    file_load(county, 0, seeds, faults);
    file_load(county, 1, own, faults);
    return finish(county, before, faults);
}

struct county *county_load_text(const char *text, size_t length, const char *name, struct faults *faults)
{
    const size_t before = faults_count(faults, FAULT_ERROR);
    struct county *county = calloc(1, sizeof *county);
    struct county_reader reader = {.county = county};
    if (!county) {
        faults_add(faults, FAULT_ERROR, (struct place){name, 0, 0}, "out of memory");
        return NULL;
    }
    snprintf(county->file[1].path, sizeof county->file[1].path, "%s", name);
    text_read(&reader, text, length, &county->file[1], faults);
    return finish(county, before, faults);
}

struct county *county_open(const struct config_county *config, struct faults *faults)
{
    char seeds[PATH_BYTES];
    if (seeds_path("mines.yaml", seeds))
        return county_load(seeds, config->roster, faults);
    faults_add(faults, FAULT_ERROR, (struct place){"mines.yaml", 0, 0},
               "was found neither in $COALTALLY_SEEDS nor in the folders that were installed with this program: name "
               "its folder in COALTALLY_SEEDS");
    return NULL;
}
