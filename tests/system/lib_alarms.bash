# SPDX-License-Identifier: Apache-2.0
# Three scales whose alarms are asked for as a person does.

# Two units behind one gateway, a scale on a bus of its own.
three_scales() { # [LINE of configuration...]
    start_scenario --timeout 1s <<'MINES'
mines:
  - name: north
    rate: 2000 t/h
    devices:
      - {name: unit-1, profile: siemens-bw500, drives: main_belt, port: gateway, unit: 1}
      - {name: unit-2, profile: siemens-bw500, drives: check_belt, port: gateway, unit: 2}
      - {name: alone, profile: siemens-bw500, drives: check_belt}
MINES
    sed -i 's/^defaults: {/&alarm_after: 4s, /' "$COALTALLY_CONFIG"
    printf '%s\n' "${@:-alarms: {clear_after: 0s\}}" >>"$COALTALLY_CONFIG"
}

# standing: "subject reason" of each alarm that `alarms` shows, sorted, without the clock's.
standing() {
    coaltally alarms --format csv |
        awk -F ',' '!/^"?#/ && named { print $at["subject"], $at["reason"] }
                    !/^"?#/ && !named { for (i = 1; i <= NF; i++) at[$i] = i; named = 1 }' |
        grep -v '^clock ' | sort
}
stands() { [ "$(standing)" = "$(printf '%s\n' "$@")" ]; }
nothing_stands() { [ -z "$(standing)" ]; }
id_of() { coaltally alarms --format csv >"$FOLDER/alarms.csv"; column_of "$FOLDER/alarms.csv" subject "$1" id; } # SUBJECT
raised() { sql "SELECT count(*) FROM journal WHERE kind = 'alarm' AND subject = '$1' AND text LIKE '$2:%'"; }

refused() { # STATUS TEXT COMMAND...
    run "${@:3}"
    [ "$status" -eq "$1" ] && [[ $output == *"$2"* ]] || { echo "$status: $output"; return 1; }
}

standing_any() { [ -n "$(standing)" ]; }
