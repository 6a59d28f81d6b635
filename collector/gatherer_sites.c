/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of each site since the start. */
#include <stdio.h>
#include <string.h>

#include "collector/display.h"
#include "collector/gatherer_parts.h"
#include "collector/json.h"

/* More names than any county has sites; a broker that lets anybody write may bring any number. */
enum { SITES_MAX = 1024, STRANGERS_MAX = 64 };

static struct gathered_site *site_add(struct gatherer *gatherer, const char *name, size_t index)
{
    const bool known = site_mines_any(&gatherer->mines, name);
    if (gatherer->sites.count >= SITES_MAX || (!known && gatherer->strangers >= STRANGERS_MAX))
        return NULL;
    struct gathered_site *site = list_insert(&gatherer->sites, index);
    if (!site)
        return NULL;
    snprintf(site->health.name, sizeof site->health.name, "%s", name);
    site->health.known = known;
    gatherer->strangers += !known;
    return site;
}

struct gathered_site *gathered_site(struct gatherer *gatherer, const char *name)
{
    struct gathered_site *sites = gatherer->sites.at;
    size_t low = 0, high = gatherer->sites.count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = strcmp(sites[middle].health.name, name);
        if (order == 0)
            return &sites[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return site_add(gatherer, name, low);
}

/* Anything may stand there: what is no status says nothing. An emptied topic is one that nobody keeps any more. */
void gathered_status(struct gatherer *gatherer, const struct inbox_letter *letter)
{
    char why[160];
    struct json *root = json_read(letter->bytes, letter->length, why, sizeof why);
    const char *status = json_words(json_member(root, "status")), *version = json_words(json_member(root, "version"));
    struct gathered_site *site = gathered_site(gatherer, letter->sender);
    if (site) {
        struct health_site *health = &site->health;
        health->online = status && strcmp(status, "online") == 0;
        health->presence = health->online || (status && strcmp(status, "offline") == 0);
        health->since_ms = 0;
        json_number(json_member(root, "since"), &health->since_ms);
        text_clean(version ? version : "", health->version, sizeof health->version);
    }
    json_close(root);
}
