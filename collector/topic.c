/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/topic.h"

static void topic_site(struct text *out, const struct config *config)
{
    text_add(out, config->mqtt.prefix);
    text_add(out, "/");
    text_add(out, config->site);
}

static void topic_part(struct text *out, const char *part)
{
    text_add(out, "/");
    text_add(out, part);
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
    topic_part(out, "status");
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
