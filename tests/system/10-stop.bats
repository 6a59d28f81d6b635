#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

two_scales() {
    start_scenario --timeout 30s <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
      - {name: scale-2, profile: siemens-bw500, drives: check_belt}
MINES
}

# Stops it, and says how long that took, ms. The time is taken once it is waited for: until then it is a zombie.
stop_timed() {
    local begin=${EPOCHREALTIME/./}
    stop_daemon
    took=$(((${EPOCHREALTIME/./} - begin) / 1000))
    echo "stopped in $took ms"
}

waits_for_answer() { [ "$(asked scale-2 asked)" -gt $(($(asked scale-2 answered) + $(asked scale-2 exceptions))) ]; }

@test "it stops at once, also while a device keeps it waiting and the broker hangs" {
    start_broker
    two_scales
    start_daemon
    wait_for 20 has_counted scale-1 300
    stop_timed
    [ "$took" -lt 10000 ] # a time-out is three times as long; README has what it takes by itself

    start_daemon
    read_anew
    tell fault scale-2 silent # for half a minute, the time-out
    wait_for 20 waits_for_answer
    signal STOP "$broker"
    stop_timed
    signal CONT "$broker"
    [ "$took" -lt 10000 ] # a time-out is three times as long; README has what it takes by itself

    tell clear scale-2
    local before=$(counted scale-1)
    start_daemon
    wait_for 20 has_counted scale-1 "$before" # its meters are started
    settle
    stop_timed
    reconcile
}

@test "what it has read is on disk when it has stopped" {
    two_scales
    sed -i 's/^commit: .*/commit: 60s/' "$COALTALLY_CONFIG"
    start_daemon
    read_anew
    settle
    stop_daemon
    [ "$(counted scale-1)" -gt 0 ]
    reconcile
}
