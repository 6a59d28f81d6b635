#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
load lib

faults="exception slow late drip garbage cut close short extra wrong-unit wrong-transaction wrong-function"

# One scale a fault, each on a bus of its own and named after it.
scale_a_fault() {
    start_scenario --timeout 400ms < <(
        echo 'mines:'
        echo '  - name: north'
        echo '    rate: 3000 t/h'
        echo '    devices:'
        for fault in $faults; do echo "      - {name: $fault, profile: siemens-bw500, drives: main_belt}"; done
    )
}

each() { # COMMAND...: for each scale; its name goes where % stands
    local name
    for name in $faults; do "${@//%/$name}" || { echo "failed for $name: $*"; return 1; }; done
}

spoiled_often() { # all devices' answers
    tell truth >/dev/null
    awk -F '\t' '$1 == "device" && $9 + $10 < 3 && $3 != "slow" { few = 1 } END { exit few }' "$TRUTH"
}

shown() { [ "$(status_of "$1" "$2")" -ge 3 ]; } # DEVICE OUTCOME

# Every total that was published lies between what the register held at the first and the last scan,
# and none below the one before.
no_wrong_total() {
    local first=$(truth "$1" total1 first_count) last=$(truth "$1" total1 count)
    sed -n "s|^coaltally/demo/north/$1/scan .*\"total1\":\([0-9]*\)\.\([0-9]*\)[,}].*|\1\2|p" "$HEARD" |
        awk -v first="$first" -v last="$last" '
            $1 < first || $1 > last || $1 < before { print "published", $1, "after", before; wrong = 1 }
            { before = $1; totals++ }
            END { exit wrong || totals < 3 }'
}

@test "bad answers: none is ever counted or published; exact when they end" {
    start_broker
    scale_a_fault
    hear 'coaltally/demo/north/+/scan'
    start_daemon_at_rest
    each wait_for 20 has_counted % 300

    each tell fault % %
    wait_for 60 spoiled_often
    while read -r name outcome; do
        wait_for 20 shown "$name" "$outcome" || { cat "$FOLDER/status.csv"; return 1; }
    done <<'OUTCOMES'
exception exceptions
late timeouts
drip timeouts
drip short
garbage bad_24h
cut closed
cut short
close closed
short garbage
short short
wrong-unit garbage
wrong-unit wrong_unit
wrong-transaction garbage
wrong-function garbage
OUTCOMES
    [ "$(status_of exception online)" = true ] # an exception is an answer
    [ "$(status_of cut online)" = false ]
    [[ $(coaltally status) == *"the answer has transaction "*" where "*" was expected"* ]]
    each tell clear %

    settle_scale
    stop_daemon
    run reconcile
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"12 main scales"*"difference 0 kg"* ]]
    each no_wrong_total %
    [ "$(sql "SELECT count(*) FROM journal WHERE kind IN ('jump', 'reset', 'wrap', 'glitch', 'range', 'backward')")" -eq 0 ]
}
