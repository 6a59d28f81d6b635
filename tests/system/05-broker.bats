#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

one_scale() { # [OPTION of minesim...]
    start_scenario "$@" <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
}

# A retained message of a topic holds this.
retained() { mosquitto_sub -h 127.0.0.1 -p "$port" -t "$1" --retained-only -C 1 -W 5 | grep -q -- "$2"; }

more_scans() { [ "$(heard north/scale-1/scan)" -gt "$1" ]; }

mqtt_says() { coaltally status | grep -q "^mqtt .*$1"; }

@test "a broker that comes late, goes, and comes again: the ledger goes on, and so do the scans" {
    free_port
    one_scale
    start_daemon
    wait_for 20 has_counted scale-1 500
    wait_for 10 mqtt_says 'NOT CONNECTED'

    start_broker "$port"
    hear 'coaltally/demo/#'
    wait_for 40 more_scans 5
    wait_for 10 retained coaltally/demo/status '"status":"online"'
    wait_for 10 retained coaltally/demo/north/scale-1/state '"state":"online"'
    wait_for 10 retained coaltally/demo/north/totals '"raw_coal"'
    wait_for 10 mqtt_says ' connected'

    stop_broker
    local before=$(counted scale-1)
    wait_for 20 has_counted scale-1 $((before + 1000))
    wait_for 10 mqtt_says 'NOT CONNECTED'
    before=$(heard north/scale-1/scan)
    start_broker "$port" # it has forgotten what it retained
    hear 'coaltally/demo/#'
    wait_for 40 more_scans $((before + 5))
    wait_for 10 retained coaltally/demo/status '"status":"online"'
    wait_for 10 retained coaltally/demo/north/scale-1/state '"state":"online"'

    settle
    kill_daemon
    wait_for 10 retained coaltally/demo/status '"status":"offline"' # the last will
    start_daemon
    wait_for 20 retained coaltally/demo/status '"status":"online"'
    read_anew
    stop_daemon
    retained coaltally/demo/status '"status":"offline"'
    reconcile
}

@test "live_every thins the scans and nothing else; live_qos 1 asks the broker to confirm each" {
    start_broker
    one_scale
    sed -i 's/^mqtt: {/&live_every: 1s, live_qos: 1, /' "$COALTALLY_CONFIG"
    start_daemon
    run mosquitto_sub -h 127.0.0.1 -p "$port" -q 2 -t 'coaltally/demo/+/+/scan' -C 5 -W 20 -F '%q %p'
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -c '^1 {' <<<"$output")" -eq 5 ]
    # Polled every 200 ms: a scan of each second goes out, and it is the newest.
    sed 's/.*"time":\([0-9]*\),.*/\1/' <<<"$output" |
        awk 'NR > 1 && $1 - last < 950 { soon = 1 } { last = $1 } END { exit soon }'
    [ "$(asked scale-1 answered)" -gt 15 ]
    settle
    stop_daemon
    reconcile
}

@test "without a broker in its configuration it counts all the same" {
    one_scale
    [ "$(grep -c mqtt "$COALTALLY_CONFIG")" -eq 0 ]
    start_daemon
    wait_for 20 has_counted scale-1 500
    [[ $(coaltally status) != *mqtt* ]]
    settle
    stop_daemon
    reconcile
}
