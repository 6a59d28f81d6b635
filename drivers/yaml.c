/* SPDX-License-Identifier: Apache-2.0 */
/* Documents: the tree that libyaml makes of a file, refused where it could mean
 * something else to another reader. What is read from it: yaml_read.c. */
#include "drivers/yaml.h"
#include "drivers/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct yaml_node {
    const struct yaml_document *document;
    const yaml_node_t *node;
};

struct yaml_document {
    char *name;
    yaml_document_t tree;
    bool has_tree;
    struct yaml_node *node; /* parallel to the tree's nodes */
};

static struct place mark_place(const char *name, yaml_mark_t mark)
{
    return (struct place){name, (int)mark.line + 1, (int)mark.column + 1};
}

/* --- what libyaml would let pass --- */

static struct place offset_place(const char *name, const char *text, size_t length, size_t offset)
{
    struct place place = {name, 1, 1};

    for (size_t i = 0; i < offset && i < length; i++) {
        if (text[i] == '\n') {
            place.line++;
            place.column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

/* What libyaml says most, in the language of the faults; the rest as it says it. */
static const char *problem_say(const struct faults *faults, const char *problem)
{
    static const char *const known[] = {
        N_("error without a name"),
        N_("while parsing a block mapping"),
        N_("while parsing a block collection"),
        N_("while parsing a flow mapping"),
        N_("while parsing a flow sequence"),
        N_("while scanning a simple key"),
        N_("while scanning a quoted scalar"),
        N_("while scanning for the next token"),
        N_("did not find expected key"),
        N_("did not find expected '-' indicator"),
        N_("did not find expected ',' or '}'"),
        N_("did not find expected ',' or ']'"),
        N_("did not find expected <document start>"),
        N_("could not find expected ':'"),
        N_("mapping values are not allowed in this context"),
        N_("block sequence entries are not allowed in this context"),
        N_("found character that cannot start any token"),
        N_("found a tab character that violates indentation"),
        N_("found unexpected end of stream"),
        N_("control characters are not allowed"),
        N_("invalid leading UTF-8 octet"),
        N_("invalid trailing UTF-8 octet"),
        N_("incomplete UTF-8 octet sequence"),
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], problem) == 0)
            return faults_say(faults, known[i]);
    return problem;
}

static void parser_fault(const yaml_parser_t *parser, const char *name, const char *text, size_t length,
                         struct faults *faults)
{
    const char *problem = problem_say(faults, parser->problem ? parser->problem : "error without a name");

    switch (parser->error) {
    case YAML_MEMORY_ERROR:
        faults_add(faults, FAULT_ERROR, (struct place){name, 0, 0}, "out of memory");
        return;
    case YAML_READER_ERROR: /* has an offset, and no mark */
        faults_add(faults, FAULT_ERROR, offset_place(name, text, length, parser->problem_offset),
                   "not UTF-8 text: %s (0x%02X)", problem, (unsigned)parser->problem_value);
        return;
    default:
        faults_add(faults, FAULT_ERROR, mark_place(name, parser->problem_mark), "not YAML: %s%s%s", problem,
                   parser->context ? " " : "", parser->context ? problem_say(faults, parser->context) : "");
    }
}

static void node_event_check(const char *name, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag, struct faults *faults)
{
    struct place place = mark_place(name, event->start_mark);

    if (anchor)
        faults_add(faults, FAULT_ERROR, place, "found the anchor \"&%s\"; anchors are not used here: write it out",
                   (const char *)anchor);
    if (tag)
        faults_add(faults, FAULT_ERROR, place, "found the tag \"%s\"; tags are not used here: leave it out",
                   (const char *)tag);
}

/* One event; false where reading on makes no sense. */
static bool event_check(const char *name, const yaml_event_t *event, int *documents, int *depth, struct faults *faults)
{
    struct place place = mark_place(name, event->start_mark);

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++*documents > 1)
            faults_add(faults, FAULT_ERROR, place, "found a second document, expected one only");
        return *documents == 1;
    case YAML_ALIAS_EVENT:
        faults_add(faults, FAULT_ERROR, place, "found the alias \"*%s\"; aliases are not used here: write it out",
                   (const char *)event->data.alias.anchor);
        return true;
    case YAML_SCALAR_EVENT:
        node_event_check(name, event, event->data.scalar.anchor, event->data.scalar.tag, faults);
        if (memchr(event->data.scalar.value, '\0', event->data.scalar.length))
            faults_add(faults, FAULT_ERROR, place, "found a text with a NUL in it");
        return true;
    case YAML_SEQUENCE_START_EVENT:
        node_event_check(name, event, event->data.sequence_start.anchor, event->data.sequence_start.tag, faults);
        break;
    case YAML_MAPPING_START_EVENT:
        node_event_check(name, event, event->data.mapping_start.anchor, event->data.mapping_start.tag, faults);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        --*depth;
        return true;
    default:
        return true;
    }
    if (++*depth > YAML_DEPTH_MAX)
        faults_add(faults, FAULT_ERROR, place, "found lists and maps more than %d deep", YAML_DEPTH_MAX);
    return *depth <= YAML_DEPTH_MAX;
}

/* How many brackets are open after one more character; those within quotes may be taken for open ones, and few for
 * closed ones. */
static int brackets_count(int open, char at, char *quote)
{
    if (*quote ? at == *quote : at == '"' || at == '\'')
        *quote = *quote ? '\0' : at;
    if (at == '[' || at == '{')
        return open + 1;
    return (at == ']' || at == '}') && !*quote && open ? open - 1 : open;
}

/* Whether a text can have none of what only its events tell, which saves plain texts, most of them, half of the work.
 * Lists within lists are but guessed at, so that the tree is not made of thousands: depth_check sees those it has. */
static bool events_needless(const char *text, size_t length)
{
    const char *end = text + length;
    char quote = '\0';
    int open = 0;
    for (const char *at = text; at < end; at++) {
        open = brackets_count(open, *at, &quote);
        if (open > YAML_DEPTH_MAX)
            return false;
        const bool first = at == text || at[-1] == '\n' || at[-1] == '\r';
        if (*at == '&' || *at == '*' || *at == '!' || *at == '\\' || *at == '\0')
            return false;
        if (first && (*at == '%' || (end - at >= 3 && (memcmp(at, "---", 3) == 0 || memcmp(at, "...", 3) == 0))))
            return false;
    }
    return true;
}

/* The first of two passes: libyaml's tree no longer knows anchors, aliases and
 * what comes after the first document. */
static void events_check(const char *text, size_t length, const char *name, struct faults *faults)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int documents = 0, depth = 0;
    bool more = true;

    if (!yaml_parser_initialize(&parser)) {
        faults_add(faults, FAULT_ERROR, (struct place){name, 0, 0}, "out of memory");
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    while (more) {
        if (!yaml_parser_parse(&parser, &event)) {
            parser_fault(&parser, name, text, length, faults);
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT && event_check(name, &event, &documents, &depth, faults);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

/* --- the tree --- */

static bool tree_load(struct yaml_document *document, const char *text, size_t length, struct faults *faults)
{
    yaml_parser_t parser;

    if (!yaml_parser_initialize(&parser)) {
        faults_add(faults, FAULT_ERROR, (struct place){document->name, 0, 0}, "out of memory");
        return false;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    document->has_tree = yaml_parser_load(&parser, &document->tree);
    if (!document->has_tree)
        parser_fault(&parser, document->name, text, length, faults);
    yaml_parser_delete(&parser);
    return document->has_tree;
}

static bool nodes_link(struct yaml_document *document, struct faults *faults)
{
    size_t count = (size_t)(document->tree.nodes.top - document->tree.nodes.start);

    if (count == 0) {
        faults_add(faults, FAULT_ERROR, (struct place){document->name, 0, 0}, N_("the file is empty"));
        return false;
    }
    document->node = calloc(count, sizeof *document->node);
    if (!document->node) {
        faults_add(faults, FAULT_ERROR, (struct place){document->name, 0, 0}, "out of memory");
        return false;
    }
    for (size_t i = 0; i < count; i++)
        document->node[i] = (struct yaml_node){document, &document->tree.nodes.start[i]};
    return true;
}

static void child_deepen(int *depth, int child, int parent)
{
    if (child > 0)
        depth[child - 1] = parent + 1;
}

/* In the tree a list or map stands before what is in it. */
static bool depth_check(const struct yaml_document *document, struct faults *faults)
{
    const yaml_node_t *node = document->tree.nodes.start;
    const size_t count = (size_t)(document->tree.nodes.top - node);
    int *depth = calloc(count, sizeof *depth);
    bool good = depth != NULL;

    for (size_t i = 0; good && i < count; i++) {
        if (node[i].type == YAML_SEQUENCE_NODE)
            for (const yaml_node_item_t *item = node[i].data.sequence.items.start;
                 item < node[i].data.sequence.items.top; item++)
                child_deepen(depth, *item, depth[i]);
        if (node[i].type == YAML_MAPPING_NODE)
            for (const yaml_node_pair_t *pair = node[i].data.mapping.pairs.start; pair < node[i].data.mapping.pairs.top;
                 pair++) {
                child_deepen(depth, pair->key, depth[i]);
                child_deepen(depth, pair->value, depth[i]);
            }
        good = node[i].type == YAML_SCALAR_NODE || depth[i] < YAML_DEPTH_MAX;
        if (!good)
            faults_add(faults, FAULT_ERROR, mark_place(document->name, node[i].start_mark),
                       "found lists and maps more than %d deep", YAML_DEPTH_MAX);
    }
    if (!depth)
        faults_add(faults, FAULT_ERROR, (struct place){document->name, 0, 0}, "out of memory");
    free(depth);
    return good;
}

static int by_text(const void *left, const void *right)
{
    const struct yaml_node *a = *(struct yaml_node *const *)left, *b = *(struct yaml_node *const *)right;
    int order = strcmp(yaml_text(a), yaml_text(b));

    return order ? order : (a > b) - (a < b);
}

/* The entry of that key is no more, so that a reader meets no key twice. */
static void entry_drop(yaml_node_t *map, const struct yaml_document *document, const struct yaml_node *key)
{
    yaml_node_pair_t *pair = map->data.mapping.pairs.start;

    while (pair < map->data.mapping.pairs.top && &document->node[pair->key - 1] != key)
        pair++;
    if (pair == map->data.mapping.pairs.top)
        return;
    memmove(pair, pair + 1, (size_t)(map->data.mapping.pairs.top - pair - 1) * sizeof *pair);
    map->data.mapping.pairs.top--;
}

/* Keys that are no texts, and those that were there before, are said and left out. */
static void map_check(struct yaml_document *document, size_t index, const struct yaml_node **keys,
                      struct faults *faults)
{
    const struct yaml_node *map = &document->node[index];
    yaml_node_t *entries = &document->tree.nodes.start[index];
    size_t count = 0;

    for (size_t i = 0; i < yaml_size(map);) {
        const struct yaml_node *key = &document->node[entries->data.mapping.pairs.start[i].key - 1];
        if (yaml_text(key)) {
            keys[count++] = key;
            i++;
            continue;
        }
        faults_add(faults, FAULT_ERROR, yaml_place(key), "found a list or a map as a key, expected a text");
        entry_drop(entries, document, key);
    }
    qsort(keys, count, sizeof *keys, by_text);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (strcmp(yaml_text(keys[first]), yaml_text(keys[i])) != 0) {
            first = i;
            continue;
        }
        faults_add(faults, FAULT_ERROR, yaml_place(keys[i]), "found the key \"%s\" again; it also stands in line %d",
                   yaml_text(keys[i]), yaml_place(keys[first]).line);
        entry_drop(entries, document, keys[i]);
    }
}

static bool maps_check(struct yaml_document *document, struct faults *faults)
{
    size_t count = (size_t)(document->tree.nodes.top - document->tree.nodes.start);
    const struct yaml_node **keys = calloc(count, sizeof *keys);

    if (!keys)
        faults_add(faults, FAULT_ERROR, (struct place){document->name, 0, 0}, "out of memory");
    for (size_t i = 0; keys && i < count; i++)
        if (yaml_is_map(&document->node[i]))
            map_check(document, i, keys, faults);
    free(keys);
    return keys != NULL;
}

struct yaml_document *yaml_load_text(const char *text, size_t length, const char *name, struct faults *faults)
{
    size_t before = faults_count(faults, FAULT_ERROR);
    struct yaml_document *document = calloc(1, sizeof *document);
    bool has_mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;

    if (has_mark) { /* the byte order mark that some editors write */
        text += 3;
        length -= 3;
    }
    if (!document || !(document->name = strdup(name))) {
        free(document);
        faults_add(faults, FAULT_ERROR, (struct place){name, 0, 0}, "out of memory");
        return NULL;
    }
    if (!events_needless(text, length))
        events_check(text, length, name, faults);
    if (faults_count(faults, FAULT_ERROR) == before && tree_load(document, text, length, faults) &&
        nodes_link(document, faults) && depth_check(document, faults) && maps_check(document, faults))
        return document;
    yaml_unload(document);
    return NULL;
}

enum { BYTES_FIRST = 64 << 10 };

/* The whole of a file, or the first of it, larger than YAML_BYTES_MAX; NULL: out of memory. */
static char *bytes_read(FILE *file, size_t *length)
{
    char *text = NULL;
    *length = 0;
    for (size_t room = BYTES_FIRST; *length <= YAML_BYTES_MAX && !feof(file) && !ferror(file); room *= 2) {
        char *grown = realloc(text, room);
        if (!grown) {
            free(text);
            return NULL;
        }
        text = grown;
        *length += fread(text + *length, 1, room - *length, file);
    }
    return text;
}

char *yaml_bytes(const char *path, size_t *length, struct faults *faults)
{
    const size_t before = faults_count(faults, FAULT_ERROR);
    const struct place place = {path, 0, 0};
    FILE *file = fopen(path, "re");
    char *text = file ? bytes_read(file, length) : NULL;

    if (!file) {
        faults_add(faults, FAULT_ERROR, place, "cannot be opened: %s", say_error(errno));
        return NULL;
    }
    if (!text) {
        faults_add(faults, FAULT_ERROR, place, "out of memory");
        fclose(file);
        return NULL;
    }
    if (ferror(file))
        faults_add(faults, FAULT_ERROR, place, "cannot be read: %s", say_error(errno));
    else if (*length > YAML_BYTES_MAX)
        faults_add(faults, FAULT_ERROR, place, "is larger than %d MiB", YAML_BYTES_MAX >> 20);
    fclose(file);
    if (faults_count(faults, FAULT_ERROR) == before)
        return text;
    free(text);
    return NULL;
}

struct yaml_document *yaml_load(const char *path, struct faults *faults)
{
    size_t length;
    char *text = yaml_bytes(path, &length, faults);
    struct yaml_document *document = text ? yaml_load_text(text, length, path, faults) : NULL;

    free(text);
    return document;
}

void yaml_unload(struct yaml_document *document)
{
    if (!document)
        return;
    if (document->has_tree)
        yaml_document_delete(&document->tree);
    free(document->node);
    free(document->name);
    free(document);
}

/* --- walking --- */

const struct yaml_node *yaml_root(const struct yaml_document *document)
{
    return document->node;
}

struct place yaml_place(const struct yaml_node *node)
{
    return mark_place(node->document->name, node->node->start_mark);
}

const char *yaml_text(const struct yaml_node *node)
{
    return node->node->type == YAML_SCALAR_NODE ? (const char *)node->node->data.scalar.value : NULL;
}

bool yaml_is_plain(const struct yaml_node *node)
{
    return node->node->type == YAML_SCALAR_NODE && node->node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

bool yaml_is_list(const struct yaml_node *node)
{
    return node->node->type == YAML_SEQUENCE_NODE;
}

bool yaml_is_map(const struct yaml_node *node)
{
    return node->node->type == YAML_MAPPING_NODE;
}

size_t yaml_size(const struct yaml_node *node)
{
    if (yaml_is_list(node))
        return (size_t)(node->node->data.sequence.items.top - node->node->data.sequence.items.start);
    if (yaml_is_map(node))
        return (size_t)(node->node->data.mapping.pairs.top - node->node->data.mapping.pairs.start);
    return 0;
}

const struct yaml_node *yaml_item(const struct yaml_node *list, size_t index)
{
    return &list->document->node[list->node->data.sequence.items.start[index] - 1];
}

static const struct yaml_node *key_node(const struct yaml_node *map, size_t index)
{
    return &map->document->node[map->node->data.mapping.pairs.start[index].key - 1];
}

const char *yaml_key(const struct yaml_node *map, size_t index)
{
    return yaml_text(key_node(map, index));
}

struct place yaml_key_place(const struct yaml_node *map, size_t index)
{
    return yaml_place(key_node(map, index));
}

const struct yaml_node *yaml_value(const struct yaml_node *map, size_t index)
{
    return &map->document->node[map->node->data.mapping.pairs.start[index].value - 1];
}

const struct yaml_node *yaml_find(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; yaml_is_map(map) && i < yaml_size(map); i++)
        if (strcmp(yaml_key(map, i), key) == 0)
            return yaml_value(map, i);
    return NULL;
}
