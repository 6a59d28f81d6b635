#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The configuration is judged before anything runs by it: coaltally check, coaltally profiles.

bats_require_minimum_version 1.5.0

setup() {
    root=$BATS_TEST_DIRNAME/../..
    coaltally=${COALTALLY_BUILD:-$root/build}/coaltally
    file=$BATS_TEST_TMPDIR/coaltally.yaml
    export LC_ALL=C.UTF-8
    unset COALTALLY_CONFIG COALTALLY_PROFILES
}

site() {
    cat >"$file" <<'END'
site: {name: demo}
mines:
  - {name: demo, calendar: [{from: 2026-01-01, day: "00:00", shifts: {a: "00:00"}}]}
buses:
  - {name: weigh, tcp: "127.0.0.1:1"}
devices:
  - {name: scale-1, bus: weigh, unit: 1, profile: siemens-bw500}
meters:
  - {name: belt-1, quantity: raw_coal, point: scale-1.total1, role: main, max_rate: 1200 t/h}
END
}

@test "the example is in order" {
    run -0 --separate-stderr "$coaltally" -c "$root/config/coaltally.yaml" check
    [ "${lines[-1]}" = "configuration OK, 0 warnings" ]
    [ -z "$stderr" ]
}

@test "a good one is planned: requests, cycles, silence" {
    site
    run -0 --separate-stderr "$coaltally" -c "$file" check
    [[ $output =~ scale-1\ +siemens-bw500\ +weigh\ +1\ +1\ s\ +1\ +11\ +0\ +43\ +10\ ms\ +48\ ms ]]
    [[ $output =~ weigh\ +127.0.0.1:1\ +1\ +10\ ms\ +48\ ms\ +1\ s\ +1.0 ]]
    [[ $output =~ belt-1\ +demo\ +raw_coal\ +main\ +main\ +scale-1.total1\ +124\ d ]]
    [ "${lines[-1]}" = "configuration OK, 0 warnings" ]
}

@test "all faults are named at once, each with its place" {
    site
    sed -i -e 's/weigh, unit/weihg, unit/' -e 's/raw_coal/raw_cole/' -e 's/main,/man,/' -e 's/site: {/site: {nme: x, /' "$file"
    run -2 --separate-stderr "$coaltally" -c "$file" check
    [ -z "$output" ]
    mapfile -t said <<<"$stderr"
    [ "${#said[@]}" = 5 ]
    [ "${said[0]}" = "$file:1:8: found the unknown key \"nme\"; did you mean \"name\"?" ]
    [ "${said[1]}" = "$file:7:26: no bus \"weihg\"; did you mean \"weigh\"?" ]
    [ "${said[2]}" = "$file:9:30: no quantity \"raw_cole\"; did you mean \"raw_coal\"?" ]
    [ "${said[3]}" = "$file:9:69: found \"man\", expected one of main, check; did you mean \"main\"?" ]
    [ "${said[4]}" = "coaltally check: 4 faults, 0 warnings in $file" ]
}

@test "warnings do not stop it" {
    site
    sed 's/belt-1/belt-2/;s/total1/total2/' <(tail -1 "$file") >>"$file"
    run -0 --separate-stderr "$coaltally" -c "$file" check
    [[ $stderr = "$file:10:"*'warning: meter "belt-1" is main for raw_coal on path "main" too (line 9)'* ]]
    [ "${lines[-1]}" = "configuration OK, 1 warning" ]
}

@test "no file, no YAML, a folder" {
    run -2 "$coaltally" -c "$BATS_TEST_TMPDIR/none.yaml" check
    [[ $output = *"none.yaml: cannot be opened"*"example coaltally.yaml"* ]]
    run -2 "$coaltally" -c "$BATS_TEST_TMPDIR" check
    echo 'site: [' >"$file"
    run -2 "$coaltally" -c "$file" check
    [[ ${lines[0]} = "$file:2:1: not YAML"* ]]
}

@test "device types are listed, with their points" {
    run -0 "$coaltally" -c "$file" profiles
    [[ $output =~ siemens-bw500\ +2\ +3\ +4\ +Siemens ]]
    run -0 "$coaltally" -c "$file" profiles siemens-bw500
    [[ $output =~ total1\ +counter\ +holding:1015\ +uint32\ +ABCD\ +0.001\ +t\ +resettable ]]
    run -2 "$coaltally" -c "$file" profiles no-such-type
    run -2 "$coaltally" -c "$file" profiles ../profiles/siemens-bw500
}

@test "a profile beside the configuration comes first, and a faulty one is said" {
    site
    mkdir "$BATS_TEST_TMPDIR/profiles"
    cp "$root/drivers/profiles/siemens-bw500.yaml" "$BATS_TEST_TMPDIR/profiles/"
    run -0 "$coaltally" -c "$file" profiles siemens-bw500
    [[ $output = *"file: $BATS_TEST_TMPDIR/profiles/siemens-bw500.yaml"* ]]
    sed -i 's/uint32/uint23/' "$BATS_TEST_TMPDIR/profiles/siemens-bw500.yaml"
    run -2 "$coaltally" -c "$file" profiles
    [[ $output = *'"uint23"'*'"uint32"'* ]]
    run -2 "$coaltally" -c "$file" check
    [[ $output = *'the profile "siemens-bw500" has faults'* ]]
}
