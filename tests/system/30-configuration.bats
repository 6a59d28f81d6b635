#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A bad configuration of every kind: all its faults are named, and nothing is made.
load lib
bats_require_minimum_version 1.5.0

# The faults that FILE has, sorted, as lines FILE:LINE:COLUMN: TEXT of $stderr.
says_all() { # FILE EXPECTED...
    local expected
    for expected in "${@:2}"; do
        grep -qF -- "$1:$expected" <<<"$stderr" || { echo "not said: $1:$expected"; echo "$stderr"; return 1; }
    done
    [ "$(grep -cE "^$1(:[0-9]+:[0-9]+)?: " <<<"$stderr")" -eq $(($# - 1)) ] || { echo "more was said:"; echo "$stderr"; return 1; }
}

@test "a file with many faults has all of them named, by the command line and by the daemon" {
    cat >"$COALTALLY_CONFIG" <<END
site: {name: North, timezone: Asia/Shangai, colour: red}
database: $FOLDER/made/ledger.db
commit: 10 parsecs
gap: 0s
runtime: made
mines:
  - name: county
    calendar: []
  - name: deep
    calendar:
      - {from: 2026-02-30, day: "24:61", shifts: {a: "00:00", b: "00:00"}}
  - name: deep
    calender: []
defaults: {interval: 1s, timeout: 99999999s}
buses:
  - {name: weigh, tcp: "127.0.0.1:99999"}
  - {name: serial, rtu: ttyS1}
  - {name: weigh, tcp: ":502"}
devices:
  - {name: scale-1, bus: wiegh, unit: 300, profile: siemens-bw50}
  - {name: scale-2, bus: weigh, unit: 007, profile: siemens-bw500, mine: dep}
meters:
  - {name: belt-1, mine: deep, quantity: raw_cole, point: scale-1.total1, role: mian, max_rate: 1200 t/h}
  - {name: belt-2, mine: deep, quantity: raw_coal, point: scale-2.totel1, role: main, max_rate: fast}
  - {name: belt-3, mine: deep, quantity: raw_coal, point: scale-2.total1, role: check, max_rate: 1200 kWh/h, noise: 1 t, noise: 2 t}
  - {name: belt-4, mine: deep, quantity: raw_coal, point: total1, role: check}
mqtt: {host: "10.1.1.5:1883", port: 70000, live_qos: 2, password: secret}
END
    expected=(
        '1:14: found "North", expected a name of 1 to 63 letters a-z'
        '1:31: no time zone "Asia/Shangai" is known'
        '1:45: found the unknown key "colour", expected one of name, timezone'
        '3:9: found "10 parsecs", expected a duration from 1s to 1min'
        '4:6: found "0s", expected a duration from 10s to 1h'
        '5:10: found "made", expected a whole path that begins with /'
        '7:11: the name "county" is reserved'
        '8:15: expected at least one rule'
        '11:16: found "2026-02-30", expected a date'
        '11:33: found "24:61", expected a time of day'
        '11:66: shift "b" starts at "00:00", expected the shifts in the order of their starts'
        '12:5: the key "calendar" is missing'
        '12:11: a second mine "deep"; the first is in line 9'
        '13:5: found the unknown key "calender"; did you mean "calendar"?'
        '14:35: found "99999999s", expected a duration from 10ms to 1min'
        '16:24: found "127.0.0.1:99999", expected host:port'
        '17:25: found "ttyS1", expected the path of a serial line'
        '18:12: a second bus "weigh"; the first is in line 16'
        '18:24: found ":502", expected host:port'
        '20:26: no bus "wiegh"; did you mean "weigh"?'
        '20:39: found "300", expected a whole number from 0 to 255'
        '20:53: no profile "siemens-bw50"; did you mean "siemens-bw500"?'
        '21:39: found "007", expected a whole number from 0 to 255 without quotes or leading zeros'
        '21:74: no mine "dep"; did you mean "deep"?'
        '23:42: no quantity "raw_cole"; did you mean "raw_coal"?'
        '23:81: found "mian", expected one of main, check; did you mean "main"?'
        '24:59: no siemens-bw500 point "totel1"; did you mean "total1"?'
        '24:97: found "fast", expected a number, a space and a unit'
        '25:98: found the unit "kWh/h" for raw_coal, expected one of t, kg, g, kt'
        '25:122: found the key "noise" again; it also stands in line 25'
        '26:5: the key "max_rate" is missing'
        '26:59: found "total1", expected a device and its point'
        '27:14: found "10.1.1.5:1883", expected a name or an address alone'
        '27:37: found "70000", expected a whole number from 1 to 65535'
        '27:54: found "2", expected a whole number from 0 to 1'
        '27:57: found the unknown key "password", expected one of host, port'
    )
    run -2 --separate-stderr "$BUILD/coaltally" check
    [ -z "$output" ]
    says_all "$COALTALLY_CONFIG" "${expected[@]}"
    [[ $stderr == *"coaltally check: ${#expected[@]} faults, 0 warnings in $COALTALLY_CONFIG" ]]

    run -2 --separate-stderr timeout 20 "$BUILD/coaltallyd"
    says_all "$COALTALLY_CONFIG" "${expected[@]}"
    [ "$(ls "$FOLDER")" = coaltally.yaml ]
}

@test "what is no YAML, or more of it than is used here, is said with its place" {
    local file=$FOLDER/bad.yaml case
    while IFS='|' read -r text expected; do
        printf -- "$text" >"$file"
        for case in "$BUILD/coaltallyd -c $file" "$BUILD/coaltally -c $file check"; do
            run -2 --separate-stderr timeout 20 $case
            says_all "$file" "$expected"
        done
    done <<'END'
site: {name: a}\n\tmines: x\n|2:1: not YAML: found character that cannot start any token
site: {name: "a\n|2:1: not YAML: found unexpected end of stream
site: \377\n|1:7: not UTF-8 text
site: {name: &a b}\n|1:14: found the anchor "&a"
site: {name: !!str b}\n|1:14: found the tag
site: {name: b}\n---\nsite: {name: b}\n|2:1: found a second document
just a text|1:1: found "just a text", expected a map
- a\n- b\n|1:1: found a list, expected a map
| the file is empty
END
    head -c 5000000 /dev/zero | tr '\0' '#' >"$file"
    run -2 "$BUILD/coaltallyd" -c "$file"
    [[ $output == *"is larger than 4 MiB"* ]]
    run -2 "$BUILD/coaltallyd" -c "$FOLDER"
    [[ $output == *"Is a directory"* ]]
    run -2 "$BUILD/coaltallyd" -c "$FOLDER/none"
    [[ $output == *"$FOLDER/none: cannot be opened: No such file or directory"* ]]
    run -2 "$BUILD/coaltallyd" --confg "$FOLDER/none"
    run -2 "$BUILD/coaltallyd" one two
    [[ $output == *'unexpected argument "one"'* ]]
}
