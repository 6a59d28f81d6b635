#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

@test "one mine's scales are counted to the kilogram" {
    start_mines --mines 1 --seed 3
    start_daemon
    sleep 5
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"difference 0 kg"* ]]
}

@test "three mines, over MQTT as well" {
    start_broker
    start_mines --mines 3 --seed 4
    start_daemon
    run mosquitto_sub -h 127.0.0.1 -p "$port" -t 'coaltally/demo/+/+/scan' -C 18 -W 10
    [ "$status" -eq 0 ]
    [ "$(grep -c '"simulated":true' <<<"$output")" -eq 18 ]
    settle
    stop_daemon
    run mosquitto_sub -h 127.0.0.1 -p "$port" -t coaltally/demo/status -C 1 -W 5
    [[ $output == *'"status":"offline"'* ]]
    reconcile
}

@test "nothing but reads was ever on the wire" {
    start_mines --mines 1 --seed 5
    start_daemon
    sleep 3
    stop_daemon
    tell truth
    [ "$(awk -F '\t' '$1 == "device" { sum += $NF } END { print sum }' "$TRUTH")" -eq 0 ]
    [ "$(awk -F '\t' '$1 == "device" && $6 == 0' "$TRUTH" | wc -l)" -eq 0 ]
}
