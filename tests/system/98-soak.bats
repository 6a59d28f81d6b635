#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A short make soak: what happens is of chance, and its seed is printed.
load lib

@test "a county in bad weather: at the end every row and every kilogram is equal" {
    if under_sanitizer; then skip "a dozen daemons at a time: make soak of an ordinary build"; fi
    run env COALTALLY_BUILD="$(realpath "$BUILD")" SOAK_SECONDS=20 SOAK_SITES=5 SOAK_FOLDER="$FOLDER" "$SOURCE/tests/soak/run"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == *"every row equal" ]]
    [[ ${lines[-2]} == SIMULATED:*"5 main scales"*"difference 0 kg" ]]
    run pgrep -f "^[^ ]*(mosquitto|minesim|coaltallyd|socat).*$FOLDER"
    [ "$status" -eq 1 ]
}
