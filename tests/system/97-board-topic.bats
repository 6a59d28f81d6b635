#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The county's board, retained, over a real broker: it follows what sites send, says what `coaltally board` says, and
# stays where it cannot be made.
load lib

topic=coaltally/county/c/board

start_county() {
    start_broker
    printf 'database: %s\nruntime: %s\ncommit: 1s\nclock: {wait: 0s}\nalarms: {clear_after: 0s}\nmqtt: {host: 127.0.0.1, port: %d}\n' \
        "$DATABASE" "$FOLDER" "$port" >"$COALTALLY_CONFIG"
    printf 'county: {name: c, roster: roster.yaml, gather: true}\n' >>"$COALTALLY_CONFIG"
    printf 'mines:\n- {name: north}\n- {name: south}\n' >"$FOLDER/roster.yaml"
    start_daemon
    wait_for 20 board
}

# board: what is retained, in $FOLDER/board.
board() { mosquitto_sub -h 127.0.0.1 -p "$port" -C 1 -W 3 -t "$topic" >"$FOLDER/board" && [ -s "$FOLDER/board" ]; }

# send SITE [OPTION of fake_site...]
send() {
    "$BATS_TEST_DIRNAME/fake_site" --mine "$1" "${@:2}" batch |
        mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t "coaltally/$1/ledger" -s
}

kg() { # of the retained board: of the first indicator, raw coal
    board && python3 -c 'import json; print(json.load(open("'"$FOLDER"'/board"))["rows"][0]["numerator"] or 0)'
}
# It shows what the ledger holds of this year, when that is so much in all. What a site sends may be of the last year.
shows() { # KG
    [ "$(sql "SELECT sum(metered) FROM tally")" = "$1" ] && [ "$(kg)" = "$(sql "SELECT ifnull(sum(metered), 0) FROM tally
        WHERE bucket_ms >= unixepoch('$(TZ=Asia/Shanghai date +%Y)-01-01', '-8 hours') * 1000")" ]
}

# The retained board holds what the command says now; but for what the clock alone moves.
as_the_command_says() {
    board
    coaltally board --format json --lang en >"$FOLDER/said"
    python3 - "$FOLDER/board" "$FOLDER/said" <<'PYTHON'
import json, sys
board, said = [json.load(open(name)) for name in sys.argv[1:]]
as_of = board.pop("as_of")
assert isinstance(as_of, int) and as_of > 1760000000000, as_of
assert board["simulated"] is False and board["report"] == "board" and "mines_complete" in board, board
moved = {"complete_to", "pace", "of_time_percent", "needed_per_day", "forecast", "forecast_band"}
for page in [board, said]:
    for row in [page] + page["rows"] + page.get("ledgers", []):
        for key in moved | {"as_of"}:
            row.pop(key, None)
assert board == said, (board, said)
assert len(board["rows"]) >= 5
PYTHON
}

@test "the retained board follows what a site sends, and is what the command says" {
    start_county
    [ "$(wc -l <"$FOLDER/board")" -eq 1 ]
    wait_for 90 as_the_command_says # a day may have begun: it follows within a minute
    send north
    wait_for 10 shows 500000
    wait_for 90 as_the_command_says # a day may have begun: it follows within a minute
    # a second site; and its rows by themselves
    send south --kg 200000 --to 8
    wait_for 10 shows 900000
    send south --kg 200000 --from 8
    wait_for 10 shows 1500000
    wait_for 90 as_the_command_says # a day may have begun: it follows within a minute
    # nothing changes: nothing goes out but what is retained
    mosquitto_sub -h 127.0.0.1 -p "$port" -W 6 -t "$topic" >"$FOLDER/heard" || [ $? -eq 27 ]
    python3 - "$FOLDER/heard" <<'PYTHON'
import json, sys
heard = [json.loads(line) for line in open(sys.argv[1])]
assert 1 <= len(heard) <= 2, heard # a minute may have passed, by which the pace moves
for page in heard:
    del page["as_of"]
assert len({json.dumps(page) for page in heard}) == len(heard), heard
PYTHON

    # a broker that has lost what it retained gets it again
    stop_broker
    start_broker "$port"
    wait_for 90 shows 1500000
    stop_daemon
}

@test "while it cannot be made the last board stays, and there is an alarm" {
    start_county
    send north
    wait_for 10 shows 500000
    local before=$(kg)
    mv "$FOLDER/roster.yaml" "$FOLDER/roster.kept"
    echo 'mines: {' >"$FOLDER/roster.yaml"
    send north --from 11 --hours 6
    alarm() { coaltally alarms --format json | grep -q '"subject":"board","reason":"not-computed"'; }
    wait_for 90 alarm
    [ "$(kg)" = "$before" ]
    mv "$FOLDER/roster.kept" "$FOLDER/roster.yaml"
    no_alarm() { ! alarm; }
    wait_for 90 no_alarm
    stop_daemon
}
