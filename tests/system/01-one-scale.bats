#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

@test "one scale is counted to the kilogram" {
    start_scenario <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
    start_daemon
    wait_for 20 has_counted scale-1 2000
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"1 main scales"*"difference 0 kg"* ]]
    [ "$(counted scale-1)" -eq "$(truth scale-1 total1 advanced_milli)" ]
    [ "$(counted scale-1)" -gt 2000 ]
}
