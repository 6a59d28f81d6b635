#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Where a bus can be, and what it does when the device on it does not answer.
load lib
bats_require_minimum_version 1.5.0

port_of() { tell show | awk -F '\t' -v name="$1" '$1 ~ name "$" { split($2, part, " "); print part[2] }'; }

listens() { coaltally probe "$1" --unit 1 --at holding:1009 --words 1; }

# also_at PORT: the same, as [::1]:$port.
also_at() {
    command -v socat || skip "no socat"
    [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6 || skip "no IPv6 here"
    local to=$1
    free_port
    socat "TCP6-LISTEN:$port,bind=[::1],fork,reuseaddr" "TCP4:127.0.0.1:$to" >>"$FOLDER/socat.log" 2>&1 3>&- &
    PIDS+=("$!")
    wait_for 10 listens "tcp:[::1]:$port"
}

three_behind_a_gateway() {
    start_scenario "$@" <<'MINES'
ports:
  - {name: server, rtu_over_tcp: true, baud: 38400}
mines:
  - name: sim-x
    rate: 2000 t/h
    devices:
      - {name: unit-1, profile: siemens-bw500, drives: main_belt, refresh: 0s, port: gateway, unit: 1}
      - {name: unit-2, profile: siemens-bw500, drives: main_belt, refresh: 0s, port: gateway, unit: 2}
      - {name: unit-3, profile: siemens-bw500, drives: main_belt, refresh: 0s, port: gateway, unit: 3}
      - {name: line-1, profile: siemens-bw500, drives: main_belt, refresh: 0s, port: server, unit: 1}
MINES
}

all_count() { for meter in unit-1 unit-2 unit-3 line-1; do has_counted "$meter" 300 || return 1; done; }

@test "a gateway by its IPv6 address, a serial server by its name; a unit that the gateway misses is missed alone" {
    three_behind_a_gateway
    also_at "$(port_of unit-1)"
    sed -i -e "s/name: gateway, tcp: \"[^\"]*\"/name: gateway, tcp: \"[::1]:$port\"/" \
        -e 's/rtu_over_tcp: "127.0.0.1:/rtu_over_tcp: "localhost:/' "$COALTALLY_CONFIG"
    grep -q 'rtu_over_tcp: "localhost:' "$COALTALLY_CONFIG"
    start_daemon
    wait_for 30 all_count
    [[ $(coaltally status) == *"tcp [::1]:$port "*"rtu_over_tcp localhost:"* ]]
    tell fault unit-2 exception 11
    wait_for 20 status_is unit-2 online false
    [ "$(status_of unit-2 exception_11)" -gt 0 ]
    before=$(counted unit-3)
    wait_for 20 has_counted unit-3 $((before + 300))
    status_is unit-1 online true
    status_is unit-3 online true
    [ "$(status_of unit-1 bad_24h)" = 0 ]
    tell clear unit-2
    wait_for 40 status_is unit-2 online true
    settle
    stop_daemon
    reconcile
}

@test "stops within a second, whatever it waits for" {
    three_behind_a_gateway --timeout 30s --interval 1s
    tell fault 'unit-*' silent
    tell fault line-1 silent
    start_daemon
    asked_all() { [ "$(asked unit-1 asked)" -gt 0 ] && [ "$(asked line-1 asked)" -gt 0 ]; }
    wait_for 20 asked_all
    local began=${EPOCHREALTIME/./}
    stop_daemon
    local took_ms=$(((${EPOCHREALTIME/./} - began) / 1000))
    echo "stopped after $took_ms ms"
    under_sanitizer || [ "$took_ms" -lt 1000 ]
}
