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
    [[ $output == *$'no source confirms: compare with the instrument\nsiemens-bw500  zeroing, spanning, totalizing\n'* ]]
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

@test "what no source confirms is said, and once more where a meter counts by it" {
    site
    sed -i 's/profile: siemens-bw500/profile: supmeter-bst106/; s/total1/total/' "$file"
    run -0 --separate-stderr "$coaltally" -c "$file" check
    [[ $output == *$'\nsupmeter-bst106  all of it\n'* ]]
    [[ $stderr == *"no source confirms where point \"total\" is"* ]]
    sed -i 's/supmeter-bst106/eastron-sdm72d-m/; s/raw_coal/energy/; s/1200 t.h/1 MW/' "$file"
    run -0 --separate-stderr "$coaltally" -c "$file" check
    [[ $output != *"no source confirms"* ]]
}

@test "warnings do not stop it" {
    site
    sed 's/belt-1/belt-2/;s/total1/total2/' <(tail -1 "$file") >>"$file"
    run -0 --separate-stderr "$coaltally" -c "$file" check
    [[ $stderr = "$file:10:"*'warning: meter "belt-1" is main for raw_coal on path "main" too (line 9)'* ]]
    [ "${lines[-1]}" = "configuration OK, 1 warning" ]
}

@test "a certificate or a password that is not there is said before the daemon misses it" {
    site
    echo "mqtt: {host: broker.example, ca_file: $BATS_TEST_TMPDIR/none.pem, user: u, password_file: /nowhere/none}" >>"$file"
    run -0 --separate-stderr "$coaltally" -c "$file" check
    [[ $stderr = "$file:10:7: warning: ca_file: there is no $BATS_TEST_TMPDIR/none.pem on this machine, "*$'\n'"$file:10:7: warning: password_file: there is no /nowhere/none "* ]]
    [ "${lines[-1]}" = "configuration OK, 2 warnings" ]
    sed -i "s|ca_file[^,]*, ||; s|/nowhere/none|coaltally.mqtt-password|" "$file"
    run -0 --separate-stderr "$coaltally" -c "$file" check
    [ "${lines[-1]}" = "configuration OK, 0 warnings" ]
}

@test "a credential that an example or the readme names is one that the unit loads" {
    local named
    for named in $(sed -n 's/.*\(password_file\|key_file\): \([^/ ,}]*\).*/\2/p' "$root"/config/*.yaml "$root"/README*.md); do
        grep -qx "LoadCredential=$named" "$root/config/coaltallyd.service" || { echo "$named"; return 1; }
    done
    [ "$named" ]
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
    [[ $output =~ total1\ +counter\ +holding:1015\ +uint32\ +ABCD\ +0.001\ +t\ +"p. 141, 143, 146"\ +resettable ]]
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

# line INTERVAL: six scales on a line of 1200 baud.
line() {
    site
    sed -i -e "s|tcp: .*|rtu: $BATS_TEST_TMPDIR/line, baud: 1200, timeout: 500ms, retries: 1, interval: $1}|" "$file"
    for unit in 2 3 4 5 6; do
        sed -i "/^meters:/i\\  - {name: scale-$unit, bus: weigh, unit: $unit, profile: siemens-bw500}" "$file"
    done
}

@test "plan tells what a line takes, and that it fits" {
    line 5s
    run -0 --separate-stderr "$coaltally" -c "$file" plan --format csv
    [ "${lines[0]%$'\r'}" = device,bus,unit,every_ms,requests,bytes,cycle_ms,timeout_ms,bus_cycle_ms,bus_use_percent,bus_falls_silent_ms,bus_is_silent_ms,fits ]
    [ "${#lines[@]}" = 7 ]
    # 8 bytes out, 27 back, twice 3.5 characters of silence, each of 10 bits; 10 ms besides.
    IFS=, read -r device bus unit every requests bytes cycle silent all use falls is fits <<<"${lines[6]%$'\r'}"
    [ "$device $bus $unit $every $requests $bytes $fits" = "scale-6 weigh 6 5000 1 35 true" ]
    [ "$cycle" -ge 355 ] && [ "$cycle" -le 370 ]
    [ "$silent" = $((500 + 8 * 10 * 1000 / 1200)) ]
    [ "$all" -ge $((6 * cycle)) ] && [ "$falls" -ge $((5 * cycle + 2 * silent)) ] && [ "$is" -lt "$all" ]
    run -0 "$coaltally" -c "$file" plan --lang zh
    [[ $output == *波特率*1200* ]]
}

@test "plan says which devices do not keep their interval" {
    line 1s
    run -1 --separate-stderr "$coaltally" -c "$file" plan --lang en
    [[ $output == *"6 of 6 devices do not keep their interval"* ]]
    run -1 --separate-stderr "$coaltally" -c "$file" plan --format json
    [[ $output == *'"fits": false'* || $output == *'"fits":false'* ]]
    sed -i 's/weigh, unit: 6/weihg, unit: 6/' "$file"
    run -2 --separate-stderr "$coaltally" -c "$file" plan
    [[ $stderr == *weihg* ]]
}
