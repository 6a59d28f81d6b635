/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/config_parts.h"

void config_read_closing(const struct yaml_node *map, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"shift_after", YAML_DURATION, YAML_AT(struct config, closing.shift_after_ms), .max = POLL_DAY_MS},
        {"day_after", YAML_DURATION, YAML_AT(struct config, closing.day_after_ms), .max = POLL_DAY_MS},
        {"unknown", YAML_SHARE, YAML_AT(struct config, closing.unknown_ppm)},
        {"remind", YAML_BOOLEAN, YAML_AT(struct config, closing.remind)},
        {0},
    };
    yaml_read(map, fields, target, context, faults);
}
