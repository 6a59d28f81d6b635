#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What breaks a meter's total: nobody can read what passed between the last reading
# before and the break, nor between the break and the first reading after. The truth
# knows both; what the ledger lacks must be exactly that, and lie within the bound of
# its journal row. All meters of one belt; counts of their registers are kilograms.
load lib

same_belt() {
    start_scenario <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: reset, profile: siemens-bw500}
      - {name: preset-up, profile: siemens-bw500}
      - {name: preset-down, profile: siemens-bw500}
      - {name: jump, profile: siemens-bw500}
      - {name: replaced, profile: coaltally-simulated-scale} # its total cannot be reset
      - {name: never, profile: siemens-bw500}
MINES
}

# What really passed less what was counted, since the first reading.
lacking() { echo $(($(truth "$1" "$2" advanced_milli) - $(counted "$1"))); }

# row DEVICE KIND: before after amount low high open, of the only row of that kind.
row() {
    [ "$(journal "$1" "$2" | wc -l)" -eq 1 ] || { echo "rows of $1 $2: $(journal "$1" "$2" 'journal.*')" >&2; return 1; }
    sql -separator ' ' "SELECT before, after, journal.amount, low, high, bounded, open FROM journal
        JOIN meter ON meter.id = journal.meter WHERE meter.name = '$1' AND journal.kind = '$2'"
}

check_reset() { # DEVICE POINT
    local before after amount low high bounded open unseen
    read -r before after amount low high bounded open <<<"$(row "$1" reset)"
    unseen=$(($(fault_truth "$1" reset before) - before)) # before the break; what came after it is in `after`
    echo "$1: $before -> $after, posted $amount within $low..$high; unseen $unseen; lacking $(lacking "$1" "$2")"
    [ "$amount" -eq "$after" ]
    [ "$(lacking "$1" "$2")" -eq "$unseen" ]
    [ "$bounded$open" = 10 ]
    [ "$low" -le $((amount + unseen)) ]
    [ $((amount + unseen)) -le "$high" ]
}

check_jump() { # DEVICE POINT FAULT
    local before after amount low high bounded open unseen
    read -r before after amount low high bounded open <<<"$(row "$1" jump)"
    unseen=$(($(fault_truth "$1" "$3" before) - before + after - $(fault_truth "$1" "$3" after)))
    echo "$1: $before -> $after, skipped $amount, passed $low..$high; unseen $unseen; lacking $(lacking "$1" "$2")"
    [ "$amount" -eq $((after - before)) ]
    [ "$(lacking "$1" "$2")" -eq "$unseen" ]
    [ "$bounded$open" = 11 ] # a person must decide
    [ "$low" -le "$unseen" ]
    [ "$unseen" -le "$high" ]
}

@test "reset, preset up and down, jump, another meter: what is lacking is known, and journalled with its bound" {
    start_broker
    same_belt
    hear 'coaltally/demo/#'
    start_daemon
    for meter in reset preset-up preset-down jump replaced never; do wait_for 20 has_counted $meter 0; done

    tell fault reset reset
    tell fault preset-up preset 2000000
    tell fault preset-down preset 1000000
    tell fault jump jump 250.125
    tell fault replaced replaced 4321
    wait_for 20 journal_has reset reset
    for meter in preset-up preset-down jump replaced; do wait_for 20 journal_has $meter jump; done
    for meter in preset-up preset-down jump replaced; do wait_for 10 heard "north/alarm/$meter-jump.*\"level\":\"red\""; done
    local before=$(counted jump)
    wait_for 20 has_counted jump "$before" # it goes on

    settle
    stop_daemon
    coaltally verify
    check_reset reset total1
    check_jump preset-up total1 preset
    check_jump preset-down total1 preset
    check_jump jump total1 jump
    check_jump replaced total replaced
    [ "$(lacking never total1)" -eq 0 ]
    [ "$(coaltally journal --open --format csv | grep -c '^[0-9].*jump')" -eq 4 ]
    [ "$(coaltally journal --open --lang zh | tr -d ' \n' | grep -o '跳变[^；]*；[^；]*；实际[^；]*；待处理' | wc -l)" -eq 4 ]
    coaltally journal | grep -q ' first  *[0-9]*$' # one reading, said once
    coaltally journal --kind calendar --format csv | grep -q 'none -> day 00:00, shifts 零点班 00:00, 八点班 08:00, 四点班 16:00;'
    [ "$(sql 'SELECT count(*) FROM segment WHERE closed_ms IS NOT NULL')" -eq 5 ]
}

@test "a belt that stands while its meter is reset loses nothing" {
    same_belt
    start_daemon
    for meter in reset replaced; do wait_for 20 has_counted $meter 0; done
    tell belts stop
    read_anew
    tell fault reset reset
    tell fault preset-up preset 2000000
    tell fault preset-down preset 1000000
    tell fault jump jump -250.125
    tell fault replaced replaced 4321
    read_anew
    tell belts start
    read_anew
    wait_for 20 journal_has replaced jump
    for meter in $(sql 'SELECT name FROM meter'); do wait_for 30 has_counted $meter "$(counted $meter)"; done
    settle
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
}
