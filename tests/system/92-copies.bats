#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Whoever else sends under a site's name, over real daemons: a second one with a copy of its database, and forged
# messages. The county counts one ledger, once, and both sides say what is going on.
load lib
load lib_files

# A site whose ledger goes to the county by line.
site_and_county() {
    line
    county
    start_daemon
    site sim-a
    more 100
    rest
    to_county
    sed -i 's/^mqtt: {/&client_id: first, /' "$COALTALLY_CONFIG"
    start_daemon
    wait_for 60 arrived sim-a
    tell flows start >/dev/null
}

# copy_started CLIENT_ID: a daemon with what the site's database is now; both read the same scale.
copy_started() {
    tell flows stop >/dev/null
    stop_daemon
    mkdir "$TOP/copy"
    cp "$DATABASE" "$TOP/copy/ledger.db"
    start_daemon
    wait_for 60 arrived sim-a
    sed "s|$TOP/sim-a|$TOP/copy|g; s/client_id: first/client_id: $1/" "$COALTALLY_CONFIG" >"$TOP/copy/coaltally.yaml"
    tell flows start >/dev/null
    at copy
    start_daemon
}

counted_there() { kg "$TOP/county/ledger.db" sim-a; }

# waiting: the incarnation that counts and the one that waits.
waiting() {
    coaltally -c "$TOP/county/coaltally.yaml" site --format json | python3 -c '
import json, sys
states = json.load(sys.stdin)["waiting"]
assert [state["counts"] for state in states] == [True, False], states
print(*(state["incarnation"] for state in states))'
}

runs_here() { # NAME: the incarnation of the daemon there, by its status
    coaltally -c "$TOP/$1/coaltally.yaml" status --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["incarnation"])'
}

# What the county counts is the ledger there.
is_all_of() { # NAME
    [ "$(sqlite3 -readonly "$TOP/county/ledger.db" "SELECT live_head || ' ' || live_rev || ' ' || live_incarnation FROM replica")" = \
      "$(sqlite3 -readonly "$TOP/$1/ledger.db" "SELECT rev || ' ' || rev FROM revision") $(runs_here "$1")" ] &&
        [ "$(counted_there)" -eq "$(kg "$TOP/$1/ledger.db" sim-a)" ]
}

alarm_at() { coaltally -c "$TOP/$1/coaltally.yaml" alarms --format json | grep -q "\"reason\":\"$2\""; }
log_says() { grep -q -- "$2" "$TOP/$1/coaltallyd.log"; }

@test "two copies of one database under two names: one counts, once, the other waits, and both are told" {
    site_and_county
    copy_started second
    wait_for 60 waiting
    local counts waits
    read -r counts waits <<<"$(waiting)"
    [ "$(printf '%s\n' "$counts" "$waits" | sort)" = "$( (runs_here sim-a; runs_here copy) | sort)" ]
    coaltally -c "$TOP/county/coaltally.yaml" site --lang en | grep -q "^sim-a .* ${counts:0:8} .* counts$"
    coaltally status --lang en | grep -Eq "^  here: ledger [0-9a-f]{8}, incarnation (${counts:0:8}|${waits:0:8}), started 20"
    wait_for 60 alarm_at county waits-for-accept

    # both count the same coal, and each hears what the county answers the other
    at sim-a
    more 200
    wait_for 60 alarm_at sim-a copy-runs
    wait_for 60 alarm_at copy copy-runs
    log_says sim-a 'answers what this daemon did not send'

    # the one that waits is stopped and dropped: what is counted is the other's, to the kilogram
    local keep=copy drop=sim-a
    [ "$(runs_here copy)" = "$counts" ] || keep=sim-a drop=copy
    tell flows stop >/dev/null
    at "$drop"
    stop_daemon
    coaltally -c "$TOP/county/coaltally.yaml" site reject sim-a --by Li
    wait_for 90 is_all_of "$keep"
    [ "$(counted_there)" -ge 200 ]
    coaltally -c "$TOP/county/coaltally.yaml" verify >/dev/null
}

@test "two copies under one client id throw each other off the broker, and both say so" {
    site_and_county
    copy_started first
    wait_for 90 log_says copy 'connection lost again and again: does another program connect as "first"'
    wait_for 90 log_says sim-a 'connection lost again and again: does another program connect as "first"'
    wait_for 60 grep -q 'already connected, closing old connection' "$TOP/mosquitto.log"
}

# forged NAME=JSON...: what a site could say, under its name and with its database; the session is its last one.
forged() {
    mosquitto_sub -h 127.0.0.1 -p "$broker_port" -C 1 -W 10 -t coaltally/county/demo/confirmed/sim-a |
        python3 -c '
import json, sys
said = json.load(sys.stdin)
message = {"v": 1, "message": "batch", "versions": [1, 1], "program": "0.0.0", "now_ms": 0,
           "database": said["database"], "session": said["session"], "from": said["live"], "to": said["live"],
           "whole": False, "chain": "", "mines": [], "rows": {}}
for change in sys.argv[1:]:
    name, value = change.split("=", 1)
    message[name] = message[name] | json.loads(value) if value.startswith("{") else json.loads(value)
print(json.dumps(message), end="")' "$@" |
        mosquitto_pub -h 127.0.0.1 -p "$broker_port" -q 1 -t coaltally/sim-a/ledger -s
}

live() { sqlite3 -readonly "$TOP/county/ledger.db" "SELECT live_incarnation FROM replica"; }
forged_fits() { # until it comes between two rows of the site's own
    forged "to={\"incarnation\":\"$(printf 'f%031d' 1)\",\"head\":999999}"
    sleep 0.3
    live | grep -q ^f
}
opened() { grep -c '"message":"opening"' "$TOP/sent.txt"; }
opened_more() { [ "$(opened)" -gt "$1" ]; }

@test "forged messages in the midst of a site's own: all arrives, and what they changed is put right" {
    site_and_county
    mosquitto_sub -h 127.0.0.1 -p "$broker_port" -q 1 -t coaltally/sim-a/ledger >>"$TOP/sent.txt" 2>/dev/null 3>&- &
    PIDS+=("$!")
    for i in {1..5}; do
        forged 'rows=[]'
        forged 'rows=[]' session=4711
        forged v=9
        forged 'from={"rev":1}'
        more 20
    done
    settle_scale
    wait_for 180 arrived sim-a
    equal sim-a
    ! coaltally status | grep REFUSED

    # one that fits, of an incarnation that the site never had: the idle site hears of it, and opens at once
    local before=$(opened)
    wait_for 60 forged_fits
    wait_for 60 opened_more "$before"
    wait_for 60 alarm_at sim-a copy-runs

    # to the county that was the newest state; with its next row the site's is newer again, and goes over whole. A
    # county that starts again need not wait for the site's next opening: it hears that the county is back.
    tell flows start >/dev/null
    more 20
    before=$(opened)
    at county
    kill_daemon
    start_daemon
    at sim-a
    wait_for 60 opened_more "$before"
    tell flows stop >/dev/null
    wait_for 120 arrived sim-a
    equal sim-a
    [ "$(live)" = "$(runs_here sim-a)" ]
}
