#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

@test "three mines, each meter in its own unit; nothing but reads on the wire" {
    start_broker
    start_mines --mines 3 --seed 4
    start_daemon
    run mosquitto_sub -h 127.0.0.1 -p "$port" -t 'coaltally/demo/+/+/scan' -C 40 -W 60
    [ "$status" -eq 0 ]
    [ "$(grep -c '"simulated":true' <<<"$output")" -eq 40 ]
    for mine in a b c; do
        wait_for 20 has_counted $mine-scale-1 300
        wait_for 20 has_counted $mine-scale-2 300
        wait_for 20 has_counted $mine-power-1 300
        wait_for 20 has_counted $mine-gas-1 300
    done
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"3 main scales"*"difference 0 kg"* ]]

    tell truth
    run awk -F '\t' '$1 == "#device" { for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == "device" { devices++; writes += $at["writes_refused"]; unread += $at["answered"] == 0
                         wrong += $at["exceptions"] + $at["spoiled"] }
        END { print devices, writes, unread, wrong }' "$TRUTH"
    [ "$output" = "18 0 0 0" ]

    # That the mines would have seen one: function 6 to register 0.
    exec 9<>"/dev/tcp/127.0.0.1/$(asked a-scale-1 port)"
    printf '\0\1\0\0\0\6\1\6\0\0\0\1' >&9
    [ "$(head -c 9 <&9 | od -An -tx1 -j 7 | tr -d ' ')" = 8601 ]
    exec 9>&-
    [ "$(asked a-scale-1 writes_refused)" -eq 1 ]

    run mosquitto_sub -h 127.0.0.1 -p "$port" -t coaltally/demo/status -C 1 -W 20
    [[ $output == *'"status":"offline"'* ]]
    run mosquitto_sub -h 127.0.0.1 -p "$port" -t 'coaltally/demo/+/totals' -C 3 -W 20
    [ "$(grep -c '"simulated":true' <<<"$output")" -eq 3 ]
}

@test "no program can send a write: none names a function of libmodbus that writes" {
    local program words
    for program in coaltallyd coaltally; do
        words=$(nm -D --undefined-only "$BUILD/$program" | grep -o 'modbus_[a-z_]*' | sort)
        [[ $words == *modbus_* ]] # the symbols can be seen
        echo "$program:" $words
        [ "$(grep -cE 'write|mask|raw_request' <<<"$words")" -eq 0 ]
    done
}
