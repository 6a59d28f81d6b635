#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# make demo's script, from a checkout of its own: exact at the end, and nothing is left.
load lib
load lib_cli

checkout() {
    mkdir -p "$FOLDER/clone/build" "$FOLDER/home" "$FOLDER/tmp"
    cp -r "$SOURCE/simulators" "$SOURCE/drivers" "$SOURCE/seeds" "$FOLDER/clone"
    cp "$BUILD/coaltally" "$BUILD/coaltallyd" "$BUILD/minesim" "$FOLDER/clone/build"
    cp -r "$SOURCE/build/locale" "$FOLDER/clone/build"
}

demo() { # VARIABLE=VALUE...: in no environment but this
    env -i PATH="$PATH" HOME="$FOLDER/home" TMPDIR="$FOLDER/tmp" LC_ALL=C.UTF-8 "$@" "$FOLDER/clone/simulators/demo"
}

left_running() { pgrep -f "^[^ ]*(mosquitto|minesim|coaltallyd).*$FOLDER" || pgrep -f "^$FOLDER"; }

@test "the demo ends with no kilogram of difference, and leaves nothing behind" {
    checkout
    run demo DEMO_SECONDS=10
    echo "$output"
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == SIMULATED:*"3 main scales"*"the ledgers of the sites hold"*"that of the county"*"difference 0 kg" ]]
    [[ $output == *"coaltally/sim-a/sim-a/a-scale-1/scan {"* ]]
    [ "$(grep -c "^all of it adds up" <<<"$output")" -eq 4 ] # three sites and their county
    [ "$(grep -c "(there): equal" <<<"$output")" -eq 3 ]
    [ "$(grep -c "imported .* readings of 4 meters" <<<"$output")" -eq 3 ]
    [[ $output == *"the broker is killed"* ]]
    [[ $output == *"simulated mines: 24, 24 of them producing, capacity 3,810.0 10^4 t/a"* ]]
    [[ $output =~ entered\ ([0-9]+)\ of\ ([0-9]+)\ rows ]]
    [ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
    [[ $output == *" of 24 mines complete to "*"late: "*"sim-d"*"sim-k"* ]]
    [[ $output == *指标看板*模拟数据*原煤产量* ]]
    [[ $output == *"(jump of a-scale-1): 0.000 t counted"* ]]
    [[ $output == *"c-scale-1: in place of row"* ]]
    [ "$(grep -c 'main .*raw_coal .* 0.000 t$' <<<"$output")" -eq 3 ]
    [[ $output != *$'\033'* ]]
    run left_running
    [ "$status" -eq 1 ]
    [ -z "$(ls -A "$FOLDER/home" "$FOLDER/tmp" | grep -v ':$')" ]
    [ "$(cd "$FOLDER/clone" && ls -A)" = $'.demo\nbuild\ndrivers\nseeds\nsimulators' ]
}

@test "stopped in the middle, it leaves nothing running" {
    checkout
    demo DEMO_SECONDS=600 >"$FOLDER/demo.log" 2>&1 3>&- &
    PIDS+=("$!")
    demo=$!
    wait_for 150 grep -q 'live scans of sim-a' "$FOLDER/demo.log"
    run left_running
    [ "$status" -eq 0 ]
    # what is typed as ^C reaches the whole group; here the script alone is told
    is_running "$demo"
    kill -TERM "$(pgrep -P "$demo" -f simulators/demo || echo "$demo")"
    status=0
    wait "$demo" || status=$?
    [ "$status" -ne 0 ]
    run left_running
    [ "$status" -eq 1 ]
}

@test "a wrong wish is refused" {
    checkout
    for seconds in 9 ten -1; do
        run -2 demo "DEMO_SECONDS=$seconds"
        [[ $output == "demo: DEMO_SECONDS=$seconds: expected"* ]]
    done
}
