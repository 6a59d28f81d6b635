/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/refusal.h"

#include <stdio.h>
#include <string.h>

/* MQTT 3.1.1, table 3.1, and MQTT 5, table 2-6: those that a publisher can meet. */
static const struct refusal {
    int code;
    const char *what, *remedy;
} refusals[] = {
    {1, "it does not speak this version of MQTT", "set mqtt `version: 3.1.1`"},
    {2, "it does not take this client id", "set mqtt `client_id:`"},
    {3, "it is not available", "look at the broker's log"},
    {4, "bad user name or password", "check mqtt `user:` and `password_file:`"},
    {5, "not authorised", "check mqtt `user:`, `password_file:` and the broker's access rules"},
    {0x84, "it does not speak MQTT 5", "set mqtt `version: 3.1.1`"},
    {0x85, "it does not take this client id", "set mqtt `client_id:`"},
    {0x86, "bad user name or password", "check mqtt `user:` and `password_file:`"},
    {0x87, "not authorised", "check mqtt `user:`, `password_file:` and the broker's access rules"},
    {0x88, "it is not available", "look at the broker's log"},
    {0x89, "it is busy", "look at the broker's log"},
    {0x8a, "this client is banned", "look at the broker's log"},
    {0x8b, "it is shutting down", "look at the broker's log"},
    {0x8d, "it heard nothing from us for too long", "look at the network"},
    {0x8e, "another client came with the same client id", "give each daemon its own `site:` or mqtt `client_id:`"},
    {0x90, "it does not take this topic", "check mqtt `prefix:`"},
    {0x95, "the message is too large for it", "raise its limit"},
    {0x97, "a quota is used up", "raise its limit"},
    {0x9a, "it does not keep retained messages", "allow them in the broker"},
    {0x9b, "it does not take this quality of service", "set mqtt `live_qos: 0`"},
    {0x9f, "too many connections a second", "look at the broker's limits"},
};

void refusal_describe(int code, char *text, size_t size)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (refusals[i].code == code) {
            snprintf(text, size, "%s (code %d): %s", refusals[i].what, code, refusals[i].remedy);
            return;
        }
    snprintf(text, size, "code %d: look at the broker's log", code);
}

void refusal_tls(const char *line, size_t length, char *text, size_t size)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%.*s", (int)(length < sizeof copy ? length : sizeof copy - 1), line);
    char *part = strstr(copy, "error:");
    for (int i = 0; part && i < 4; i++) {
        part = strchr(part, ':');
        if (part)
            part++;
    }
    if (part)
        part[strcspn(part, ":\n")] = '\0';
    copy[strcspn(copy, "\n")] = '\0';
    snprintf(text, size, "%s", part && part[0] ? part : copy);
}
