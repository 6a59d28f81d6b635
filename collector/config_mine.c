/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/config_parts.h"

static void mine_finish(struct config_mine *mine)
{
    if (!*mine->title_en)
        strcpy(mine->title_en, mine->name);
    if (!*mine->title_zh)
        strcpy(mine->title_zh, mine->title_en);
}

void config_read_mines(const struct yaml_node *list, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field title[] = {
        {"en", YAML_TEXT, YAML_AT(struct config_mine, title_en)},
        {"zh", YAML_TEXT, YAML_AT(struct config_mine, title_zh)},
        {0},
    };
    static const struct yaml_field fields[] = {
        {"name", YAML_ID, YAML_AT(struct config_mine, name), .required = true},
        {"title", YAML_MAP, .fields = title},
        {"simulated", YAML_BOOLEAN, YAML_AT(struct config_mine, simulated)},
        {"calendar", YAML_CUSTOM, .read = config_read_calendar, .required = true},
        {"month_cutoff", YAML_INTEGER, YAML_AT(struct config_mine, month_cutoff), .min = 1, .max = 31},
        {0},
    };
    struct config *config = target;
    struct config_reader *reader = context;
    config->mine = config_array(reader, list, sizeof *config->mine, &config->mines);
    if (yaml_is_list(list) && yaml_size(list) == 0)
        faults_add(faults, FAULT_ERROR, yaml_place(list), "found no mine, expected at least one");
    for (size_t i = 0; i < config->mines; i++) {
        struct config_mine *mine = &config->mine[i];
        yaml_read(yaml_item(list, i), fields, mine, reader, faults);
        mine_finish(mine);
        mine->place = yaml_place(yaml_item(list, i));
        mine->place.file = config->path;
    }
    config_unique(reader, "mines", config_mine_names(config));
}
