#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

# Three scales on buses of their own, and three units of one bus.
six_scales() {
    start_scenario --timeout 4s <<'MINES'
mines:
  - name: north
    rate: 2000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
      - {name: scale-2, profile: siemens-bw500, drives: check_belt}
      - {name: scale-3, profile: siemens-bw500, drives: check_belt}
  - name: south
    rate: 3000 t/h
    devices:
      - {name: unit-1, profile: siemens-bw500, drives: main_belt, port: gateway, unit: 1}
      - {name: unit-2, profile: siemens-bw500, drives: check_belt, port: gateway, unit: 2}
      - {name: unit-3, profile: siemens-bw500, drives: check_belt, port: gateway, unit: 3}
MINES
    sed -i 's/^defaults: {/&alarm_after: 3s, /' "$COALTALLY_CONFIG"
    printf '%s\n' 'gap: 10s' 'alarms: {clear_after: 0s}' >>"$COALTALLY_CONFIG"
}

now_ms() { date +%s%3N; }
passed() { [ "$(now_ms)" -ge "$1" ]; } # TIME, ms

@test "a silent device harms nobody, and is healed to the kilogram" {
    start_broker
    six_scales
    hear 'coaltally/demo/#'
    start_daemon
    for meter in scale-1 scale-2 scale-3 unit-1 unit-2 unit-3; do wait_for 20 has_counted $meter 200; done

    local from=$(now_ms)
    tell fault scale-2 silent
    tell fault unit-2 silent
    local silent=$(now_ms)
    wait_for 20 heard 'north/scale-2/state.*"state":"offline"'
    wait_for 20 heard 'south/unit-2/state.*"state":"offline"'
    wait_for 20 heard 'north/alarm/.*scale-2.*no-data'
    wait_for 20 heard 'south/alarm/.*unit-2.*no-data'
    wait_for 20 status_is scale-2 online false
    [ "$(status_of scale-2 timeouts)" -gt 0 ]
    [ "$(status_of scale-1 bad_24h)" -eq 0 ]
    [ "$(status_of unit-3 bad_24h)" -eq 0 ]
    local before=$(counted scale-2)
    wait_for 20 passed $((silent + 11500)) # longer than `gap`
    [ "$(counted scale-2)" -eq "$before" ]
    local to=$(now_ms)
    tell clear scale-2
    tell clear unit-2
    wait_for 30 heard 'north/scale-2/state.*"state":"online".*"error":""'
    wait_for 30 has_counted scale-2 "$before"
    wait_for 30 has_counted unit-2 1000
    wait_for 30 journal_has scale-2 gap

    # Both had time-outs of 4 s. On buses of their own nobody waited for that; on the same bus a try at most.
    local meter
    for meter in north/scale-1 north/scale-3; do
        echo "$meter: longest pause $(longest_pause coaltally/demo/$meter/scan "$from" "$to") ms"
        under_sanitizer || [ "$(longest_pause coaltally/demo/$meter/scan "$from" "$to")" -lt 3500 ]
    done
    for meter in south/unit-1 south/unit-3; do
        echo "$meter: longest pause $(longest_pause coaltally/demo/$meter/scan "$from" "$to") ms"
        under_sanitizer || [ "$(longest_pause coaltally/demo/$meter/scan "$from" "$to")" -lt 7500 ]
    done

    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]

    # The gap lies over the silence; its amount is what two readings say.
    run sql "SELECT gap.to_ms - gap.from_ms > 10000, gap.from_ms < $silent + 1000, gap.to_ms > $to, gap.amount > 0,
             gap.amount = journal.after - journal.before, journal.low <= gap.amount AND gap.amount <= journal.high
             FROM gap JOIN meter ON meter.id = gap.meter JOIN journal ON journal.meter = meter.id
             AND journal.kind = 'gap' WHERE meter.name = 'scale-2'"
    [ "$output" = "1|1|1|1|1|1" ]
    [ "$(sql "SELECT count(*) FROM gap JOIN meter ON meter.id = gap.meter
              WHERE meter.name NOT IN ('scale-2', 'unit-2')")" -eq 0 ]
    # Those before are of a start that took longer than alarm_after.
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'alarm-cleared' AND at_ms > $from AND subject IN ('scale-2', 'unit-2')")" -eq 2 ]
}
