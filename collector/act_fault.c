/* SPDX-License-Identifier: Apache-2.0 */
/* The fault log: of an outage that the daemon found, or of any fault, how it showed, what was done, when it
 * ended. Nothing is overwritten: what is written anew counts, the old rows stay. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/incident.h"

static bool fault_known(struct act_context *context, const char *text, struct incident *incident)
{
    char *end;
    struct list incidents;
    bool known = false;
    const int64_t id = strtoll(text, &end, 10);
    if (*text < '0' || *text > '9' || *end)
        return act_refuse(context, "%.60s: expected the number of an outage, as coaltally fault shows it", text);
    if (incidents_read(context->db, INCIDENT_OUTAGES, INT64_MIN, &incidents))
        for (size_t i = 0; i < incidents.count && !known; i++) {
            *incident = ((struct incident *)incidents.at)[i];
            known = incident->id == id;
        }
    free(incidents.at);
    if (!known)
        return act_refuse(context, "there is no outage %" PRId64 "; coaltally fault lists them", id);
    if (incident->mine == 0) /* of a bus of several mines */
        return act_refuse(context, "this outage is of several mines: log it for each, with --mine --device");
    return true;
}

static bool fault_new(struct act_context *context, const struct act *act, struct incident *incident)
{
    *incident = (struct incident){.kind = "outage"};
    if (!incident_subject(context, act, incident) || !incident_instant(context, act, "at", &incident->from_ms))
        return false;
    if (!incident->from_ms)
        return act_refuse(context, "--at is missing: when it began");
    return true;
}

static bool fault_judge(struct act_context *context, const struct incident *incident, bool closes)
{
    if (incident->to_ms && incident->to_ms < incident->from_ms)
        return act_refuse(context, "it would end before it began");
    if (!*incident->sign && !incident->alarm)
        return act_refuse(context, "--sign is missing: how it showed");
    if (closes && !*incident->handling)
        return act_refuse(context, "--handling is missing: what was done");
    return true;
}

static bool fault_read(struct act_context *context, const struct act *act, bool closes, struct incident *incident)
{
    const char *id = act_value(act, "id");
    if (closes && !id)
        return act_refuse(context, "close: which one? coaltally fault lists them");
    if (id ? !fault_known(context, id, incident) : !fault_new(context, act, incident))
        return false;
    if (!incident_instant(context, act, closes ? "at" : "until", &incident->to_ms) ||
        !incident_text(context, act, "sign", incident->sign) ||
        !incident_text(context, act, "handling", incident->handling) ||
        !incident_text(context, act, "note", incident->note))
        return false;
    if (closes && !incident->to_ms)
        incident->to_ms = context->now_ms;
    return fault_judge(context, incident, closes);
}

bool act_fault(struct act_context *context, const struct act *act)
{
    const char *what = act_value(act, "do");
    const bool closes = what && strcmp(what, "close") == 0;
    struct incident incident = {0};
    char from[INSTANT_TEXT_BYTES], to[INSTANT_TEXT_BYTES] = "";
    if (!what || (!closes && strcmp(what, "log") != 0))
        return act_refuse(context, "expected log or close");
    if (!fault_read(context, act, closes, &incident))
        return false;
    incident_write(context, &incident);
    context->journal.from_ms = incident.from_ms;
    context->journal.to_ms = incident.to_ms;
    instant_format(incident.from_ms, from);
    if (incident.to_ms)
        instant_format(incident.to_ms, to);
    return act_done(context, "fault of %s from %s%s%s logged", incident.subject, from,
                    *to ? say(context->language, " to ") : "", to);
}
