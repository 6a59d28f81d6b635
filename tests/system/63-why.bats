#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Why is there no data? What `status` and the device's state topic answer.
load lib
bats_require_minimum_version 1.5.0

says() { coaltally status --device "$@" >"$FOLDER/said.txt" && grep -qF -- "$what" "$FOLDER/said.txt"; }

# said DEVICE TEXT [OPTION...]: within some scans.
said() {
    what=$2
    wait_for 20 says "$1" "${@:3}" || { cat "$FOLDER/said.txt"; return 1; }
}

count_of() { wait_for 20 counts "$1" "$2"; } # DEVICE OUTCOME
counts() { [ "$(status_of "$1" "$2")" -gt 0 ]; }

@test "a model that is not there, a point without a value, a device's texts, an answer that breaks off" {
    start_broker
    start_scenario --timeout 300ms <<'MINES'
mines:
  - name: sim-x
    devices:
      - {name: inverter, profile: sunspec-inverter}
      - {name: other, profile: sunspec-inverter-float}
      - {name: gas, profile: oldham-itrans-2}
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
    # read as what it is not
    sed -i '/name: other, bus/s/sunspec-inverter-float/sunspec-inverter/; /name: other, path/d' "$COALTALLY_CONFIG"
    hear 'coaltally/demo/sim-x/+/state'
    start_daemon
    said inverter 'it calls itself: maker "SIM-'
    count_of other model_missing
    [ "$(status_of other exception_other)" = 0 ]
    said other 'last bad '
    grep -q 'SunSpec model 101 .* is not there' "$FOLDER/said.txt"
    said other '缺少 SunSpec 模型：' --lang zh
    # what is set up in another way is not missing
    [ "$(status_of gas missing)" = "" ]
    tell fault inverter sentinel point power
    said inverter 'no value of power: sentinel'
    count_of inverter sentinel
    tell fault inverter sentinel point energy
    said inverter 'energy: sentinel'
    wait_for 10 heard 'inverter/state .*"missing":"power, energy: sentinel","texts":"maker \\"SIM-'
    tell fault scale-1 drip
    count_of scale-1 short
    said scale-1 'no whole answer from '
    said scale-1 '应答不完整：' --lang zh
    wait_for 10 heard 'scale-1/state .*"state":"offline".*"last_outcome":"short","received":"00'
    tell clear scale-1
    tell fault scale-1 exception 4
    said scale-1 '异常码 4 设备故障' --lang zh
}

@test "a silent device of a line that the daemon holds is told in one line" {
    start_scenario --timeout 200ms <<'MINES'
ports:
  - {name: line-1, rtu: line-1, baud: 38400}
mines:
  - name: sim-x
    devices:
      - {name: slurry, profile: tuf-2000, port: line-1, unit: 5}
MINES
    start_daemon
    read_it() { coaltally probe slurry 2>/dev/null | grep -q '^forward-whole .* good$'; }
    wait_for 20 read_it
    tell fault slurry silent
    # The scan in whose midst it fell silent has more to tell.
    told() { coaltally probe slurry 2>/dev/null | awk 'END { exit !(NR == 1 && / no answer from .* unit 5 /) }'; }
    wait_for 20 told
    run -3 --separate-stderr coaltally probe slurry
    [ "${#lines[@]}" = 1 ] || { echo "$output"; return 1; }
}

@test "a device that has stopped measuring is counted as stuck, and its points have no value" {
    mkdir "$FOLDER/profiles"
    cat >"$FOLDER/profiles/heart.yaml" <<'PROFILE'
profile: heart
title: A scale with a heartbeat
source: this test
address_base: 0
defaults: {table: holding, order: ABCD, unit: t}
points:
  - {name: beat, kind: state, address: 0, type: uint16, means: freshness, stale_after: 2s}
  - {name: total, kind: counter, address: 1, type: uint32, scale: 0.001}
PROFILE
    start_scenario --profiles "$FOLDER/profiles" <<'MINES'
mines:
  - name: sim-x
    rate: 800 t/h
    devices:
      - {name: scale-1, profile: heart, drives: main_belt}
MINES
    start_daemon
    wait_for 20 has_counted scale-1 10
    tell fault scale-1 stuck point beat
    count_of scale-1 stuck
    said scale-1 'no value of total: stale'
    tell clear scale-1
    fresh() { [ -z "$(status_of scale-1 missing)" ]; }
    wait_for 20 fresh
    settle
    stop_daemon
    reconcile
}
