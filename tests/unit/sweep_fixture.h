/* SPDX-License-Identifier: Apache-2.0 */
/* A device on loopback and the sweep that reads it, for tests. Included after cmocka. */
#ifndef COALTALLY_SWEEP_FIXTURE_H
#define COALTALLY_SWEEP_FIXTURE_H

#include "drivers/sweep.h"
#include "tests/unit/fake_device.h"

enum { PATIENCE_MS = 5000, UNIT = 7 };

struct fixture {
    struct profile *profile;
    struct fake_device device;
    struct wire *wire;
    struct sweep *sweep;
    struct scan scan;
};

static struct profile *profile_of(const char *text)
{
    struct faults *faults = faults_new();
    struct yaml_document *document = yaml_load_text(text, strlen(text), "p", faults);
    struct profile *profile = document ? profile_read(document, "p", faults) : NULL;
    faults_print(faults, stderr);
    yaml_unload(document);
    faults_free(faults);
    return profile;
}

/* What a cmocka set-up returns: 0, or -1 when the profile has faults or memory ran out. */
static int fixture_start(void **state, const char *profile, fake_answer answer, uint16_t (*value)(int, int))
{
    static struct fixture fixture;
    fixture.profile = profile_of(profile);
    if (!fixture.profile)
        return -1;
    fake_start(&fixture.device, answer);
    fixture.device.value = value;
    fixture.wire = fake_wire("127.0.0.1", fixture.device.port);
    fixture.sweep = sweep_new(fixture.profile, (struct wire_unit){.unit = UNIT, .timeout_ms = PATIENCE_MS});
    *state = &fixture;
    return fixture.wire && fixture.sweep ? 0 : -1;
}

static int fixture_stop(void **state)
{
    struct fixture *fixture = *state;
    sweep_free(fixture->sweep);
    wire_free(fixture->wire);
    fake_stop(&fixture->device);
    profile_free(fixture->profile);
    return 0;
}

#endif
