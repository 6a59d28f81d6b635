/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/topic.h"

#include <string.h>

#define COUNTY "county" /* no site has this name */
#define LEDGER "ledger"
#define STATUS "status"

static void topic_part(struct text *out, const char *part)
{
    text_add(out, "/");
    text_add(out, part);
}

/* The branch that is this daemon's own. */
static void topic_site(struct text *out, const struct config *config)
{
    text_add(out, config->mqtt.prefix);
    if (config->county.gather)
        topic_part(out, COUNTY);
    topic_part(out, config->county.gather ? config->county.name : config->site);
}

static void topic_device(struct text *out, const struct config *config, size_t device, const char *what)
{
    topic_site(out, config);
    topic_part(out, config->mine[config->device[device].mine].name);
    topic_part(out, config->device[device].name);
    topic_part(out, what);
}

void topic_status(struct text *out, const struct config *config)
{
    topic_site(out, config);
    topic_part(out, STATUS);
}

void topic_scan(struct text *out, const struct config *config, size_t device)
{
    topic_device(out, config, device, "scan");
}

void topic_state(struct text *out, const struct config *config, size_t device)
{
    topic_device(out, config, device, "state");
}

void topic_totals(struct text *out, const struct config *config, size_t mine)
{
    topic_site(out, config);
    topic_part(out, config->mine[mine].name);
    topic_part(out, "totals");
}

void topic_alarm(struct text *out, const struct config *config, int mine, const char *id)
{
    topic_site(out, config);
    if (mine >= 0)
        topic_part(out, config->mine[mine].name);
    topic_part(out, "alarm");
    topic_part(out, id);
}

void topic_ledger(struct text *out, const struct config *config)
{
    text_add(out, config->mqtt.prefix);
    topic_part(out, config->site);
    topic_part(out, LEDGER);
}

/* "<prefix>/+/<what>" */
static void topic_all(struct text *out, const struct config *config, const char *what)
{
    text_add(out, config->mqtt.prefix);
    topic_part(out, "+");
    topic_part(out, what);
}

/* The site of "<prefix>/<site>/<what>". */
static bool topic_site_of(const struct config *config, const char *topic, const char *what, char site[static ID_BYTES])
{
    const size_t prefix = strlen(config->mqtt.prefix);
    if (strncmp(topic, config->mqtt.prefix, prefix) != 0 || topic[prefix] != '/')
        return false;
    const char *name = topic + prefix + 1;
    const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (length == 0 || length >= ID_BYTES || *name == '-' || name[length] != '/' ||
        strcmp(name + length + 1, what) != 0)
        return false;
    memcpy(site, name, length);
    site[length] = '\0';
    return strcmp(site, COUNTY) != 0;
}

void topic_ledgers(struct text *out, const struct config *config)
{
    topic_all(out, config, LEDGER);
}

bool topic_ledger_site(const struct config *config, const char *topic, char site[static ID_BYTES])
{
    return topic_site_of(config, topic, LEDGER, site);
}

void topic_statuses(struct text *out, const struct config *config)
{
    topic_all(out, config, STATUS);
}

bool topic_status_site(const struct config *config, const char *topic, char site[static ID_BYTES])
{
    return topic_site_of(config, topic, STATUS, site);
}

void topic_county_status(struct text *out, const struct config *config, const char *county)
{
    text_add(out, config->mqtt.prefix);
    topic_part(out, COUNTY);
    topic_part(out, county);
    topic_part(out, STATUS);
}

void topic_confirmed(struct text *out, const struct config *config, const char *county, const char *site)
{
    text_add(out, config->mqtt.prefix);
    topic_part(out, COUNTY);
    topic_part(out, county);
    topic_part(out, "confirmed");
    topic_part(out, site);
}

void topic_board(struct text *out, const struct config *config)
{
    topic_site(out, config);
    topic_part(out, "board");
}

bool topic_matches(const char *filter, const char *topic)
{
    if (*topic == '$' && *filter != '$')
        return false;
    while (*filter) {
        if (strcmp(filter, "#") == 0 || (*topic == '\0' && strcmp(filter, "/#") == 0))
            return true;
        if (*filter == '+') {
            topic += strcspn(topic, "/");
            filter++;
        } else if (*filter++ != *topic++) {
            return false;
        }
    }
    return *topic == '\0';
}
