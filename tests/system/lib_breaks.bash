# SPDX-License-Identifier: Apache-2.0
# Five scales over one belt, whose counts break.

belt() {
    start_scenario <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: jump, profile: siemens-bw500}
      - {name: reset, profile: siemens-bw500}
      - {name: preset-up, profile: siemens-bw500}
      - {name: preset-down, profile: siemens-bw500}
      - {name: replaced, profile: coaltally-simulated-scale} # its total cannot be reset
MINES
    sed -i '/path: main-belt/s/}$/, refresh: 1s}/' "$COALTALLY_CONFIG"
}

point_of() { [ "$1" = replaced ] && echo total || echo total1; }
lacking() { echo $(($(truth "$1" "$(point_of "$1")" advanced_milli) - $(counted "$1"))); }
row_of() { journal "$1" "$2" | tail -n 1; } # METER KIND

# Each of them goes on.
all_count() {
    local meter
    declare -A before
    for meter in jump reset preset-up preset-down replaced; do before[$meter]=$(counted $meter 2>/dev/null || echo 0); done
    for meter in "${!before[@]}"; do wait_for 30 has_counted $meter "${before[$meter]:-0}"; done
}

nothing_lacks() {
    for meter in jump reset preset-up preset-down replaced; do
        echo "$meter lacks $(lacking $meter)"
        [ "$(lacking $meter)" -eq 0 ]
    done
    coaltally verify
    [ "$(coaltally journal --open --format csv | grep -c '^[0-9]')" -eq 0 ]
    ! coaltally day --lang en | grep -q 'OPEN WORK'
    coaltally trace --meters | "$BATS_TEST_DIRNAME/trace_check"
}
