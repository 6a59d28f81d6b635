#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What befalls a meter and is healed to the kilogram: all meters of one belt, each
# named after its accident. Counts of these registers are kilograms.
load lib

same_belt() {
    start_scenario <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: wrap, profile: siemens-bw500}
      - {name: torn, profile: siemens-bw500}
      - {name: torn-twice, profile: siemens-bw500}
      - {name: back, profile: siemens-bw500}
      - {name: stuck, profile: siemens-bw500}
      - {name: slow, profile: coaltally-simulated-scale}     # which states a refresh of 1 s
      - {name: sentinel, profile: coaltally-simulated-scale}
      - {name: bit, profile: coaltally-simulated-scale}
  - name: quiet
    rate: 20 t/h
    devices:
      - {name: noise, profile: siemens-bw500}
MINES
}

meters="wrap torn torn-twice back stuck slow sentinel bit noise"

answered_more() { [ "$(asked "$1" answered)" -ge "$2" ]; } # DEVICE TIMES

missing() { heard "$1/scan.*\"missing\":{.*\"$2\":\"$3\""; } # DEVICE POINT QUALITY

row_is() { # METER KIND CONDITION over the columns of the journal
    [ "$(journal "$1" "$2" "$3" | sort -u)" = 1 ] || { echo "$1 $2: not $3:"; journal "$1" "$2" 'journal.*'; return 1; }
}

no_row_but() { # METER KIND...: the first reading, and these
    local meter=$1 others
    shift
    others=$(sql "SELECT kind FROM journal JOIN meter ON meter.id = journal.meter WHERE meter.name = '$meter'
                  AND kind NOT IN ('config', 'first', 'alarm', 'alarm-cleared')")
    for kind; do others=$(grep -vx -- "$kind" <<<"$others" || true); done
    [ -z "$others" ] || { echo "$meter: $others"; return 1; }
}

@test "wrap, torn read, backwards, noise, slow refresh, stuck, sentinel, calibration: healed to the kilogram" {
    start_broker
    same_belt
    tell fault wrap wrap 3500
    tell refresh slow 2s
    hear 'coaltally/demo/#'
    start_daemon
    for meter in $meters; do wait_for 20 has_counted $meter 0; done

    tell fault torn torn
    tell fault torn-twice torn 65536 times 2
    tell fault back back 200
    local answered=$(asked back answered)
    tell fault stuck stuck for 3s
    tell fault sentinel sentinel
    tell fault noise noise 1
    tell fault bit calibration 1000
    wait_for 20 missing sentinel total sentinel
    tell clear sentinel
    wait_for 20 answered_more back $((answered + 10))
    tell clear back
    wait_for 20 missing bit total calibrating
    wait_for 20 journal_has bit stopped
    local held=$(counted bit)
    wait_for 20 has_counted slow 5000 # more than two of its updates
    wait_for 20 journal_has wrap wrap
    [ "$(counted bit)" -eq "$held" ] # test material is not counted
    tell clear bit
    wait_for 20 journal_has bit excluded
    wait_for 20 has_counted bit "$held"

    tell clear noise
    tell refresh slow 0s
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"9 main scales"*"difference 0 kg"* ]]

    # The journal, with the amounts that the readings say.
    row_is wrap wrap 'count = 1 AND before > 4294960000 AND after < 6000 AND amount = after + 4294967296 - before
                      AND low <= amount AND amount <= high AND NOT open'
    no_row_but wrap wrap
    row_is torn glitch 'count = 1'
    no_row_but torn glitch
    row_is torn-twice glitch 'count >= 1'
    no_row_but torn-twice glitch
    row_is back backward 'amount > 0 AND amount = before - after AND low = 0 AND high >= amount'
    [ "$(journal_sum back backward count)" -ge 3 ]
    [ "$(journal_sum back backward amount)" -le "$(truth back total1 fell)" ]
    [ "$(journal_sum back backward amount)" -gt $(($(truth back total1 fell) / 2)) ]
    no_row_but back backward
    row_is noise noise 'count >= 1 AND amount >= count'
    no_row_but noise noise
    no_row_but stuck
    no_row_but slow
    no_row_but sentinel
    row_is bit excluded 'amount = after - before AND amount > 0 AND NOT open'
    [ "$(journalled bit excluded amount)" -ge "$(truth bit total calibrated)" ]
    [ "$(truth bit total calibrated)" -gt 0 ]
    no_row_but bit stopped excluded
    heard 'north/alarm/bit-excluded.*"cleared":null'
    if heard 'north/alarm/bit-excluded.*"cleared":[0-9]'; then return 1; fi # a person should look
}
