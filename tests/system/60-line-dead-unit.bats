#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# One unit of a serial line is dead, or lacks a register: the others do not notice.
bats_require_minimum_version 1.5.0
load lib

scenario_of_twenty() {
    echo "ports: [{name: line-1, rtu: line-1, baud: 19200}]"
    echo "mines:"
    echo "  - name: sim-a"
    echo "    rate: 800 t/h"
    echo "    devices:"
    for unit in {1..20}; do
        echo "      - {name: scale-$unit, profile: siemens-bw500, drives: main_belt, meter: total1, port: line-1, unit: $unit}"
    done
}

says() { coaltally status --format json | grep -qF -- "$1"; }

online() { status_is "$1" online true; }

@test "one of twenty units on a line is dead: the others keep their interval, and it comes back at once" {
    start_broker
    # Each takes some 30 ms of the line.
    start_scenario --lines "$FOLDER" --interval 1s --timeout 600ms < <(scenario_of_twenty)
    start_daemon
    for unit in {1..20}; do wait_for 20 online "scale-$unit"; done
    tell fault scale-7 silent >/dev/null
    wait_for 20 status_is scale-7 online false
    hear 'coaltally/demo/sim-a/+/scan'
    before=$(asked scale-7 asked)
    sleep 12 # the time that is judged
    tried=$(($(asked scale-7 asked) - before))
    # Its 600 ms never fit beside the others' second: asked in every one, they would come each other second.
    [ "$tried" -le 3 ]
    for unit in {1..20}; do
        [ $unit = 7 ] || [ "$(usual_pause "coaltally/demo/sim-a/scale-$unit/scan")" -lt 1500 ] ||
            { echo "scale-$unit: $(usual_pause "coaltally/demo/sim-a/scale-$unit/scan") ms"; return 1; }
    done
    run -0 "$BUILD/coaltally" status --device scale-7 --lang en
    [[ $output == *"does NOT answer since"* && $output == *"timeout "* && $output == *"received: nothing"* ]]
    tell clear scale-7 >/dev/null
    wait_for 45 online scale-7
}

@test "a unit lacks a register: that point is named, all others are read, and so is it once it is there" {
    start_broker
    start_scenario --lines "$FOLDER" <<'END'
ports: [{name: line-1, rtu: line-1, baud: 19200}]
mines:
  - name: sim-a
    rate: 800 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt, meter: total1, port: line-1, unit: 1}
END
    tell fault scale-1 exception 2 point total2 >/dev/null
    start_daemon
    wait_for 20 says '"why":"refuses total2: exception 2, illegal data address"'
    hear 'coaltally/demo/sim-a/scale-1/scan'
    wait_for 10 heard '"missing":{"total2":"exception"}'
    ! grep -v '"missing":{"total2":"exception"}' "$HEARD" | grep -q scan
    [ "$(status_of scale-1 exception_2)" -gt 0 ]
    run -0 "$BUILD/coaltally" status --device scale-1 --lang en
    [[ $output == *"answers since"* && $output == *"exception_2 "* && $output == *"received: 01 83 02"* ]]
    [[ $output == *"alarm amber"*"refuses total2"* ]]
    run -2 "$BUILD/coaltally" status --device scale-2
    tell clear scale-1 >/dev/null
    wait_for 10 says '"why":""'
    settle
    stop_daemon
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'alarm' AND text LIKE 'refused:%total2%'")" = 1 ]
    reconcile
}
