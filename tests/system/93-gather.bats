#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A county's daemon gathers what sites send through a real broker; here the sites are payloads made by hand
# (fake_site), the hostile ones too.
load lib

# start_county [LINE of the section county:...]: a broker, and a daemon that gathers three sites.
start_county() {
    start_broker
    {
        printf 'database: %s\nruntime: %s\ncommit: 1s\nclock: {wait: 0s}\nalarms: {clear_after: 0s}\n' \
            "$DATABASE" "$FOLDER"
        printf 'mqtt: {host: 127.0.0.1, port: %d}\n' "$port"
        printf 'county:\n  name: c\n  roster: roster.yaml\n  gather: true\n'
        printf '  %s\n' "$@"
    } >"$COALTALLY_CONFIG"
    roster 'north' 'south, site: south' 'west, site: west'
    start_daemon
    wait_for 20 grep -q '"connected":true' "$FOLDER/status.json"
}

# roster MINE...
roster() {
    echo mines: >"$FOLDER/roster.yaml"
    printf -- '- {name: %s}\n' "$@" >>"$FOLDER/roster.yaml"
}

fake() { "$BATS_TEST_DIRNAME/fake_site" "$@"; }

# send SITE [OPTION of fake_site...] WHAT: publishes it, and keeps what it said in $FOLDER/sent.
send() {
    fake "${@:2}" >"$FOLDER/sent"
    mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t "coaltally/$1/ledger" -f "$FOLDER/sent"
}

# answer SITE: the last answer, which is retained.
answer() { mosquitto_sub -h 127.0.0.1 -p "$port" -C 1 -W 2 -t "coaltally/county/c/confirmed/$1"; }

# answered SITE SESSION WORD...: the answer of that session has all the words.
answered() {
    local said word
    said=$(answer "$1") || return 1
    [[ $said == *"\"session\":$2,"* ]] || return 1
    for word in "${@:3}"; do [[ $said == *"$word"* ]] || return 1; done
}

# The year that has some of them: hours that a site tells of may be of the last one.
year_of_last() { coaltally year --year "$(last_day | cut -d - -f 1)" "$@"; }
has_tonnes() { [ "$(sqlite3 "$DATABASE" 'SELECT ifnull(sum(metered), 0) FROM tally')" = "$1" ]; }
alarm_stands() { coaltally alarms --format json | grep -q "\"subject\":\"$1\",\"reason\":\"$2\""; }
no_alarm() { ! alarm_stands "$@"; }
site_json() { coaltally site --site "$1" --format json; }
site_has() { site_json "$1" | grep -q -- "$2"; }

@test "a site's ledger comes in, and each message is answered" {
    start_county
    send north --session 11 opening
    wait_for 10 answered north 11 '"reason":"fits"' '"live":null' '"standing":"accepted"' '"county":"c"'
    send north --session 11 --to 8 batch
    wait_for 10 answered north 11 '"rev":8}' '"reason":"fits"'
    site_has north '"rows_behind":3,'
    site_has north '"state":"catching up"'
    send north --session 11 --from 8 batch
    wait_for 10 answered north 11 '"rev":11}' '"reason":"fits"'
    has_tonnes 500000
    site_has north '"state":"consistent","standing":"accepted","consistent":true,"waits":false'
    site_has north '"version":"9.9.9"'
    # a repeat changes nothing; one that fits nowhere is told where to go on
    send north --session 12 --from 8 batch
    wait_for 10 answered north 12 '"reason":"elsewhere"' '"rev":11}'
    has_tonnes 500000
    # the pages are of the county's ledger
    run coaltally status
    [ "$status" = 0 ]
    [[ $output == *"county c"* ]]
    [[ $output == *north*consistent* ]]
    coaltally status --format json | grep -q '"site":"north"'
    year_of_last --format csv | grep -q '^.*north'
}

@test "who is online, whose clock differs, who is silent" {
    start_county 'silent_after: 1min'
    mosquitto_pub -h 127.0.0.1 -p "$port" -r -t coaltally/north/status \
        -m '{"status":"online","simulated":false,"version":"1.2.3","since":1760000000000}'
    mosquitto_pub -h 127.0.0.1 -p "$port" -r -t coaltally/south/status -m '{"status":"offline","version":7}'
    mosquitto_pub -h 127.0.0.1 -p "$port" -r -t coaltally/else/status -m 'what?'
    wait_for 10 site_has north '"online":true,'
    wait_for 10 site_has south '"online":false,'
    site_has south '"state":"nothing sent yet"'
    send north --now-ms $(($(date +%s%3N) + 60000)) opening
    wait_for 10 alarm_stands north site-clock
    site_has north '"clock_difference_ms":[3-6][0-9]\{4\},' # less the time that it took to come
    send north opening
    wait_for 10 no_alarm north site-clock
    # an outage of the daemon's own making is no silence; what is heard of a site is kept over a restart
    stop_daemon
    sqlite3 "$DATABASE" 'UPDATE replica SET heard_ms = heard_ms - 600000'
    start_daemon
    wait_for 20 site_has north '"heard_ms":[0-9]*'
    no_alarm north site-silent
    in_chinese() { coaltally --lang zh site | grep -q 'north.*在线'; }
    wait_for 10 in_chinese
}

@test "hostile payloads are refused, counted and told, and the daemon goes on" {
    start_county
    for what in deep types array broken twice unsound; do send north --session 20 "$what"; done
    head -c 25000000 /dev/zero | tr '\0' x | mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t coaltally/north/ledger -s
    wait_for 20 grep -q '"bad":7,' "$FOLDER/status.json" # while it waits there is room for no other of its sender
    mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t coaltally/north/ledger -n
    send north --session 21 --v 9 batch
    wait_for 20 answered north 21 '"reason":"version"'
    wait_for 10 grep -q '"bad":8,' "$FOLDER/status.json"
    wait_for 10 alarm_stands north bad-messages
    wait_for 10 alarm_stands north other-version
    # a site that the roster does not know, and names that are none
    send stranger --session 22 --mine stranger opening
    wait_for 10 answered stranger 22 '"reason":"unknown-site"'
    wait_for 10 alarm_stands stranger unknown-site
    for name in county Nord 'no rth' -x; do send "$name" batch; done
    # after all that it takes what is good
    send north --session 23 batch
    wait_for 10 answered north 23 '"reason":"fits"'
    has_tonnes 500000
    site_has north '"bad_messages":8,'
    # a site that names another one's ledger as its own
    send south --session 24 --mine north --kg 1 batch
    wait_for 10 answered south 24 '"reason":"other-site"' '"live":null'
    wait_for 10 alarm_stands south ledger-refused
    has_tonnes 500000
    is_running "$daemon"
    [ "$(sqlite3 "$DATABASE" 'SELECT count(*) FROM replica')" = 1 ]
}

@test "rows that cannot be counted are kept aside, and told; after the roster was put right they count" {
    start_county
    # the meter says that it is of a mine that the roster gives to another site
    send north --session 31 --meters-mine south batch
    wait_for 10 answered north 31 '"reason":"fits"'
    [ -z "$(sql 'SELECT 1 FROM day_total')" ] # nothing of it counts
    wait_for 10 alarm_stands north rows-not-counted
    run coaltally site
    [[ $(unfolded "$output") == *"2 rows are not counted: 2 of a mine that is not this site's"* ]]
    # absurd amounts, and ten years in the future
    send south --session 32 --mine south --kg 4000000000000000000 --hours 1 batch
    wait_for 10 answered south 32 '"reason":"fits"'
    send west --session 33 --mine west --shift-ms 315360000000 batch
    wait_for 10 answered west 33 '"reason":"fits"'
    wait_for 10 alarm_stands south rows-not-counted
    wait_for 10 alarm_stands west rows-not-counted
    run coaltally site
    [[ $(unfolded "$output") == *"5 more than 400 days from now"* ]]
    site_has north '"rows_not_counted":2,'
    # the roster is put right
    stop_daemon
    roster 'north' 'south, site: north' 'west, site: west'
    start_daemon
    wait_for 20 site_has north '"rows_not_counted":0,'
    wait_for 20 no_alarm north rows-not-counted
    year_of_last --format csv | grep -q south
}

@test "a site whose rows beside the others are too many is refused, told, and nobody else is" {
    start_county 'beside_max: 1000'
    send north --session 34 --hours 490 batch # what counts is not counted here
    wait_for 10 answered north 34 '"reason":"fits"'
    copy() { send north --session "$1" --database "$(printf "$2%031d" 1)" --hours 490 batch; }
    copy 35 b
    wait_for 10 answered north 35 '"reason":"fits"' '"standing":"waiting"'
    copy 36 c
    wait_for 10 answered north 36 '"reason":"fits"' '"standing":"waiting"'
    copy 37 d
    wait_for 10 answered north 37 '"reason":"too-much"'
    wait_for 10 alarm_stands north ledger-refused
    coaltally alarms --format json | grep -q 'more rows of it wait or cannot be counted than are kept'
    copy 40 c
    wait_for 10 answered north 40 '"reason":"too-much"'
    [[ $(unfolded "$(coaltally site --lang en)") == *'1 messages were refused, the last on '*': too-much'* ]]
    send south --session 38 --mine south batch # others are taken
    wait_for 10 answered south 38 '"reason":"fits"'
    # a person makes room
    coaltally site reject b0000000 --by Li
    copy 39 d
    wait_for 10 answered north 39 '"reason":"fits"' '"standing":"waiting"'
    has_tonnes $((490 * 100000 + 5 * 100000))
}

@test "a second database of a site waits for a person, who may take it back" {
    start_county
    other=$(printf 'b%031d' 1)
    send north --session 41 batch
    wait_for 10 answered north 41 '"standing":"accepted"'
    send north --session 42 --database "$other" --kg 7000 opening
    wait_for 10 answered north 42 '"standing":"waiting"'
    send north --session 42 --database "$other" --kg 7000 batch
    wait_for 10 answered north 42 '"branch":{' '"standing":"waiting"'
    has_tonnes 500000
    wait_for 10 alarm_stands north waits-for-accept
    run coaltally site
    [[ $(unfolded "$output") == *"coaltally site accept b0000000, or reject"* ]]
    # which is which: of each state that there is to choose from its incarnation, when it began, its last row
    grep -Eq '^north +b0000000 +[0-9a-f]{8} +20.{17} +20.{17} +11 +WAITS$' <<<"$output"
    [ "$(grep -Ec '^north +[0-9a-f]{8} +[0-9a-f]{8} +20.{17} +20.{17} +11 +counts$' <<<"$output")" = 1 ]
    coaltally site --lang zh | grep -q '等待$'
    coaltally site --site north --format json | python3 -c '
import json, sys
live, waits = json.load(sys.stdin)["waiting"]
assert live["counts"] and live["accept"] is None and live["database"] != waits["database"], live
assert waits["database"] == sys.argv[1] and not waits["counts"] and waits["rows"] == 11, waits
assert waits["accept"] == "coaltally site accept b0000000" and waits["reject"] == "coaltally site reject b0000000", waits
assert 0 < waits["started_ms"] < waits["last_row_ms"] and waits["incarnation"] != live["incarnation"], waits' "$other"

    run coaltally site accept south --by Li
    [ "$status" = 2 ]
    [[ $output == *"b0000000 (north)"* ]]
    run coaltally site accept north
    [ "$status" = 2 ]
    [[ $output == *--by* ]]

    run coaltally site accept north --by Li --reason 'a new computer'
    [ "$status" = 0 ]
    [[ $output == *"ledger b0000000 counts from now on"* ]]
    has_tonnes 535000
    coaltally site --format json | grep -q '"waiting":\[\]' # nothing is left to choose from
    wait_for 10 no_alarm north waits-for-accept
    send north --session 43 --from 11 batch
    wait_for 10 answered north 43 '"reason":"retired"'
    wait_for 10 alarm_stands north ledger-refused

    run coaltally site reject b0000000 --by Li
    [ "$status" = 0 ]
    has_tonnes 500000
    run coaltally acts --format json
    [ "$(grep -c '"verb":"site"' <<<"$output")" = 3 ]
    coaltally journal --format csv | grep -q 'site by Li'

    # with the daemon stopped the command does it itself
    stop_daemon
    run coaltally site accept b0000000 --by Wang
    [ "$status" = 0 ]
    has_tonnes 535000
    coaltally verify >/dev/null
}

@test "what nobody decided of a ledger is no open work once another one took its place, and is told" {
    start_county
    other=$(printf 'b%031d' 1)
    send north --session 45 --jump batch
    wait_for 10 answered north 45 '"rev":12}'
    coaltally journal --open --format csv | grep -q ',jump,'
    page() { coaltally day --from "$(date -d "2 days ago" +%F)" --to "$(date -d "2 days" +%F)" --lang en; }
    decided_at() { [[ $(unfolded "$(page)") == *"$1"* ]]; }
    decided_at "to be decided by coaltally resolve 1 at north"
    [ -z "$(coaltally site superseded | grep journal)" ]

    send north --session 46 --database "$other" --kg 7000 batch
    wait_for 10 answered north 46 '"standing":"waiting"'
    coaltally site accept b0000000 --by Li --reason 'a new computer'
    [ -z "$(coaltally journal --open --format csv | grep jump)" ]
    coaltally journal --format json | grep -q '"kind":"jump".*"open":false'
    decided_at "was never decided, and its ledger is north (former 1)"
    [[ $(coaltally site superseded --lang en) == *"journal"*"belt"*"[1]"*"893"* ]]
    [[ $(unfolded "$(coaltally site --lang en)") == *"1 rows of its journal were not decided before another ledger took its place"* ]]
    coaltally site superseded --format json | grep -q '"table":"journal".*"key":"\[1\]".*"before":893.000'
    has_tonnes 535000

    coaltally site reject b0000000 --by Li # and it is again, when that is taken back
    coaltally journal --open --format csv | grep -q ',jump,'
    decided_at "to be decided by coaltally resolve 1 at north"
    [ -z "$(coaltally site superseded | grep journal)" ]
}

@test "a restored ledger takes the place of what was counted, and tells by how much" {
    start_county
    send north --session 51 --hours 9 batch
    wait_for 10 answered north 51 '"rev":15}'
    has_tonnes 900000
    # the same database, whole, as a new incarnation of an older state: named as what it is to replace
    fake --session 52 --hours 9 --kg 60000 --incarnation "$(printf 'c%031d' 1)" batch |
        python3 -c 'import json, sys
said = json.load(sys.stdin)
database = said["database"]
import hashlib
said["from"] = {"incarnation": hashlib.md5(database.encode()).hexdigest(), "head": 15, "rev": 15}
print(json.dumps(said), end="")' >"$FOLDER/sent"
    mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t coaltally/north/ledger -f "$FOLDER/sent"
    wait_for 10 answered north 52 '"incarnation":"c0000' '"reason":"fits"'
    has_tonnes 540000
    wait_for 10 alarm_stands north branch-switched
    status_says() { coaltally status | grep -q "$1"; }
    wait_for 10 status_says 'superseded, 360.000 t less'
    run coaltally site
    [[ $(unfolded "$output") == *"rows were superseded on"*"raw coal -360.000 t"* ]]
    [[ $(coaltally site superseded) == "superseded at county c   11 rows"* ]]
    [ "$(coaltally site superseded --site north --format json | python3 -c 'import json, sys
print(sum((row["before"] - (row["after"] or 0)) * 1000 for row in json.load(sys.stdin)["rows"] if row["table"] == "tally"))')" = 360000.0 ]
}

@test "a roster that cannot be read: nothing is gathered, and that is said" {
    start_county
    stop_daemon
    echo 'mines: [{name: north, sight: n}]' >"$FOLDER/roster.yaml"
    start_daemon
    wait_for 20 alarm_stands county nothing-gathered
    send north --session 61 batch
    [ -z "$(answer north)" ]
    roster 'north'
    stop_daemon
    start_daemon
    wait_for 20 grep -q '"connected":true' "$FOLDER/status.json"
    send north --session 62 batch
    wait_for 10 answered north 62 '"reason":"fits"'
    wait_for 20 no_alarm county nothing-gathered
}

@test "a daemon that polls a mine of its own gathers too, and nobody else names that mine" {
    start_broker
    start_mines --mines 1
    roster 'north' 'sim-a, site: north'
    printf 'county: {name: c, roster: %s/roster.yaml, gather: true}\n' "$FOLDER" >>"$COALTALLY_CONFIG"
    start_daemon
    wait_for 20 grep -q '"connected":true' "$FOLDER/status.json"
    send north --session 71 --meters-mine sim-a batch
    wait_for 20 answered north 71 '"reason":"fits"'
    wait_for 10 site_has north '"rows_not_counted":2,'
    own_counted() { [ "$(sqlite3 "$DATABASE" 'SELECT count(*) > 0 FROM tally WHERE metered > 0 AND rev < 1 << 40')" = 1 ]; }
    wait_for 20 own_counted
    run coaltally status
    [[ $output == *scale*north*consistent* ]]
    coaltally status --sites --format csv | grep -q '^north,'
    ! coaltally status --format csv | grep -q '^north,'
    [ -n "$(mosquitto_sub -h 127.0.0.1 -p "$port" -C 1 -W 10 -t coaltally/county/c/sim-a/totals)" ]
}

@test "capacities are watched over what was gathered, and each mine's alarm names it" {
    start_county
    fact='fact: approved_capacity, value: 1, from: 2020-01-01, source: s'
    roster "north, facts: [{$fact}]" "south, site: south, facts: [{$fact}]"
    send north --session 81 --kg 5000000 batch
    send south --session 82 --mine south --kg 6000000 batch
    wait_for 10 answered north 81 '"reason":"fits"'
    wait_for 10 answered south 82 '"reason":"fits"'
    stop_daemon # the roster is read at a start
    start_daemon
    over() { coaltally alarms --format csv | grep -q "$1-20[0-9][0-9],year-over-capacity,"; }
    wait_for 20 over north
    wait_for 20 over south
}
