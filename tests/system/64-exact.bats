#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Totals of 19 digits, far beyond what a double can tell apart, through every way out of the programs.
load lib
bats_require_minimum_version 1.5.0

BEGIN=9223372000000000001 # of the 9223372036854775807 that int64 holds: there a double steps by 1024

# is TEXT PART
is() { [[ $1 == *"$2"* ]] || { echo "expected $2 in: $1"; return 1; }; }

# as_read RAW PLACES: with its decimals
as_read() { echo "${1:0:${#1}-$2}.${1: -$2}"; }

@test "19 digits are the same at the register, the broker, the ledger, probe, trace and reports" {
    start_broker
    start_scenario <<'MINES'
mines:
  - name: sim-x
    rate: 2000 t/h
    devices:
      - {name: scale-1, profile: coaltally-simulated-scale, drives: main_belt, meter: total, refresh: 0s}
      - {name: gas-1, profile: krohne-altosonic-v12}
MINES
    tell flows stop
    tell fault scale-1 preset "$(as_read $BEGIN 3)" point total
    tell fault gas-1 preset "$(as_read $BEGIN 6)" point forward
    hear 'coaltally/demo/sim-x/+/scan' 'coaltally/demo/sim-x/totals'
    start_daemon
    wait_for 20 heard "scale-1/scan .*\"total\":$(as_read $BEGIN 3)[,}]"
    wait_for 20 heard "gas-1/scan .*\"forward\":$(as_read $BEGIN 6)[,}]"
    tell flows start
    wait_for 20 has_counted scale-1 300
    wait_for 20 has_counted gas-1 10
    settle
    scale=$(tell get scale-1 total | cut -f 3) gas=$(tell get gas-1 forward | cut -f 3)
    echo "scale-1 $scale, gas-1 $gas"
    [ "$scale" -gt $((BEGIN + 300)) ]
    wait_for 20 heard "scale-1/scan .*\"total\":$(as_read "$scale" 3)[,}]"
    wait_for 20 heard "gas-1/scan .*\"forward\":$(as_read "$gas" 6)[,}]"

    is "$(coaltally probe scale-1 --format csv)" ",int64,$(printf '%016X' "$scale" | sed 's/..../& /g; s/ $//'),$scale,$(as_read "$scale" 3),t,good,"
    is "$(coaltally probe scale-1 --format json)" "\"raw\":$scale,\"value\":$(as_read "$scale" 3),"
    at=tcp:127.0.0.1:$(sed -n 's/.*name: scale-1, tcp: "127.0.0.1:\([0-9]*\)".*/\1/p' "$COALTALLY_CONFIG")
    is "$(coaltally probe "$at" --at holding:10 --words 4 --format csv)" ",$scale,$scale,"
    stop_daemon
    [ "$(sql "SELECT last_raw FROM tally JOIN meter ON meter.id = meter WHERE name = 'scale-1' ORDER BY bucket_ms DESC LIMIT 1")" = "$scale" ]
    [ "$(sql "SELECT last_raw FROM tally JOIN meter ON meter.id = meter WHERE name = 'gas-1' ORDER BY bucket_ms DESC LIMIT 1")" = "$gas" ]
    [ "$(counted scale-1)" = $((scale - BEGIN)) ]
    is "$(coaltally trace --from "$(first_day)" --to "$(last_day)" --quantity raw_coal | rejoined)" "raw $scale segment 1 high $scale wraps 0"
    is "$(coaltally trace --from "$(first_day)" --to "$(last_day)" --quantity gas_drained | rejoined)" "raw $gas segment 1 high $gas wraps 0"
    is "$(coaltally day --date "$(first_day)" --format json)" 'first reading 9,223,372,000,000,000.001 t'
    reconcile
}

@test "what leaves 64 bits is no value, and is not cut" {
    mkdir "$FOLDER/profiles"
    sed 's/^profile: .*/profile: wide/; s/type: int64, scale: 0.001, sentinels: \[-1\]/type: uint64, scale: 0.001/' \
        "$SOURCE/drivers/profiles/coaltally-simulated-scale.yaml" >"$FOLDER/profiles/wide.yaml"
    start_scenario <<'MINES'
mines:
  - name: sim-x
    devices:
      - {name: scale-1, profile: coaltally-simulated-scale, drives: main_belt, meter: total1, refresh: 0s}
MINES
    tell flows stop
    tell fault scale-1 sentinel point total # -1: all bits set
    at=tcp:127.0.0.1:$(sed -n 's/.*name: scale-1, tcp: "127.0.0.1:\([0-9]*\)".*/\1/p' "$COALTALLY_CONFIG")
    is "$(coaltally probe "$at" --at holding:10 --words 4 --format csv)" ",18446744073709551615,-1,"
    run -0 coaltally probe "$at" --profile wide --format csv
    is "$output" 'total,holding,10,uint64,FFFF FFFF FFFF FFFF,18446744073709551615,,t,range,'
    run -0 coaltally probe "$at" --profile coaltally-simulated-scale --format csv
    is "$output" 'total,holding,10,int64,FFFF FFFF FFFF FFFF,-1,,t,sentinel,'
}
