/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs `fault` and `calibration` share: the list of incidents of chosen mines, and an act of one. */
#ifndef COALTALLY_INCIDENT_PAGE_H
#define COALTALLY_INCIDENT_PAGE_H

#include "collector/act_submit.h"
#include "collector/incident.h"
#include "collector/page.h"
#include "collector/selection.h"

struct incident_page {
    struct selection selection;
    struct page page;
    struct table *table;
    struct list incidents;
    size_t shown, open;
    bool simulated;
};

struct incident_form {
    enum incident_kinds kinds;
    const char *report; /* "faults" */
    const char *title;
    int64_t days; /* shown where --from does not say */
    void (*columns)(struct incident_page *page);
    void (*row)(struct incident_page *page, const struct incident *incident);
};

/* Prints the list; an exit status. */
int incident_list(const struct command *command, const struct incident_form *form);

/* Hands in the act of this verb: the operand "log" or "close" as `do`, the next one as `id`, and the options
 * (NULL-ended). Instants are fixed: an act may wait. */
int incident_act(const struct command *command, const char *const *options);

#define OPTION_DEVICE                                                                                                  \
    {                                                                                                                  \
        "device", "NAME", N_("of this device of the mine"), false                                                      \
    }
#define OPTION_METER                                                                                                   \
    {                                                                                                                  \
        "meter", "NAME", N_("of this meter"), false                                                                    \
    }
#define OPTION_FROM                                                                                                    \
    {                                                                                                                  \
        "from", "DATE", N_("list from there on (default: the last 30 days, calibrations 400)"), false                  \
    }

#endif
