/* SPDX-License-Identifier: Apache-2.0 */
/* Why a broker did not want us, in words that say what to do. Pure. */
#ifndef COALTALLY_REFUSAL_H
#define COALTALLY_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

/* What a return code of MQTT 3.1.1 (1 to 5) or a reason code of MQTT 5 (128 and
 * above) means: "bad user name or password (code 134): check mqtt.user and
 * mqtt.password_file". `text` may be cut short. */
void refusal_describe(int code, char *text, size_t size);

/* What OpenSSL says in one line of its error queue, for people: from
 * "...:error:0A000086:SSL routines:f:certificate verify failed:file:line:" the
 * words "certificate verify failed"; the whole line where it has another form. */
void refusal_tls(const char *line, size_t length, char *text, size_t size);

#endif
