#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

# figure SHIFT: what `shift` says of it, in kg.
figure() {
    coaltally shift --date 2026-10-13 --shift "$1" --format csv >"$FOLDER/shift.csv"
    column_of "$FOLDER/shift.csv" mine north metered | tr -d .
}

traced() { coaltally trace --date 2026-10-13 --shift "$1" | tee "$FOLDER/trace.txt" | "$BATS_TEST_DIRNAME/trace_check"; }

both_shifts() { [ "$(sql 'SELECT count(*) FROM shift_total WHERE metered > 2000')" -ge 2 ]; }

@test "a figure follows from the printed trace alone, over a shift's start" {
    ! under_sanitizer || skip "libfaketime and a sanitizer cannot be preloaded together"
    start_scenario --interval 700ms <<'MINES' # so that the edge falls between two readings
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
    start_daemon env TZ=Asia/Shanghai FAKETIME='@2026-10-13 07:59:55' \
        LD_PRELOAD="$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
    wait_for 40 both_shifts
    stop_daemon
    for shift in 1 2; do
        run traced $shift
        sed 's/^/# /' "$FOLDER/trace.txt"
        [ "$status" -eq 0 ]
        [ "$output" -gt 2000 ]
        [ "$output" -eq "$(figure $shift)" ]
        run "$BATS_TEST_DIRNAME/trace_rows_check" < <(coaltally trace --date 2026-10-13 --shift $shift --format json)
        echo "# $output"
        [ "$status" -eq 0 ]
        [ "${output%% *}" -eq "$(figure $shift)" ]
    done
    run coaltally trace --date 2026-10-13 --format csv
    [ "$(grep -c ',reading,' <<<"$output")" -ge 2 ]
    grep -q 'before the edge' "$FOLDER/trace.txt"
    run coaltally verify
    [ "$status" -eq 0 ]

    # at a county a ledger's tallies come before its segments
    sqlite3 "$DATABASE" 'DELETE FROM segment'
    run timeout 60 "$BUILD/coaltally" trace --date 2026-10-13 --shift 2
    [ "$status" -eq 3 ]
    [[ $output == *'segment 1 of meter scale-1 is not here'* ]]
}
