#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Each profile, simulated and read: the request plans, the types, the sums and the chains of
# models. (Both share the map: whether that is right, tests/vectors tell.)
load lib

# Points that cannot have a value as the simulated device is set up: DEVICE POINT,... A device
# whose number of decimals is a setting has a point for each, and one of them speaks.
elsewhere="rayleigh-ri-d175 total-fine
oldham-itrans-2 gas-1-tenths,gas-1-hundredths,gas-2-tenths,gas-2-hundredths"

every_profile() {
    local profile
    start_scenario <<MINES
mines:
$(for profile in "$SOURCE"/drivers/profiles/*.yaml; do
        profile=$(basename "$profile" .yaml)
        echo "  - {name: mine-$profile, devices: [{name: $profile, profile: $profile}]}"
    done)
MINES
}

all_devices_heard() {
    local profile
    for profile in "$SOURCE"/drivers/profiles/*.yaml; do heard "/$(basename "$profile" .yaml)/scan " || return 1; done
}

@test "each profile: no point is missing, and its meter adds up" {
    start_broker
    every_profile
    hear 'coaltally/demo/#'
    start_daemon
    wait_for 60 all_devices_heard
    read_anew
    missing=$(grep '/scan ' "$HEARD" | sed -n 's|.*/\([^/]*\)/scan .*"missing":{\(.*\)}.*|\1 \2|p' | tr -d '{}"' |
        sed 's/:sentinel//g' | sort -u | grep -vxF "$elsewhere" || true)
    [ -z "$missing" ] || { echo "$missing"; return 1; }
    settle
    stop_daemon
    reconcile
    [ "$(sql "SELECT count(*) FROM journal JOIN meter ON meter.id = journal.meter
                WHERE kind NOT IN ('config', 'first')")" = 0 ]
}
