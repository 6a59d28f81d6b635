/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "collector/config_parts.h"

enum { PPM = 1000000, PERCENT_PPM = 10000 };

/* "0.5 %" */
static void read_unknown(const struct yaml_node *node, void *target, void *context, struct faults *faults)
{
    struct decimal value;
    struct ratio ppm;
    char unit[UNIT_MAX_BYTES];
    (void)context;
    if (!yaml_read_quantity(node, &value, unit, sizeof unit, faults))
        return;
    if (strcmp(unit, "%") != 0 || value.digits < 0 || !ratio_of(value, PERCENT_PPM, 1, &ppm) || ppm.over != 1 ||
        ppm.times > PPM)
        yaml_expected(node, faults, "a share from 0 %% to 100 %%, such as 0.5 %%");
    else
        ((struct config *)target)->closing.unknown_ppm = ppm.times;
}

void config_read_closing(const struct yaml_node *map, void *target, void *context, struct faults *faults)
{
    static const struct yaml_field fields[] = {
        {"shift_after", YAML_DURATION, YAML_AT(struct config, closing.shift_after_ms), .max = POLL_DAY_MS},
        {"day_after", YAML_DURATION, YAML_AT(struct config, closing.day_after_ms), .max = POLL_DAY_MS},
        {"unknown", YAML_CUSTOM, .read = read_unknown},
        {"remind", YAML_BOOLEAN, YAML_AT(struct config, closing.remind)},
        {0},
    };
    yaml_read(map, fields, target, context, faults);
}
