#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The ledger's way to the county, as the site goes it: over a real broker, to a county played by the test.
load lib
load lib_county

one_scale() { # [OPTION of minesim...]
    start_scenario "$@" <<'MINES'
mines:
  - name: north
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
}

# status says this of the county.
county_says() { coaltally status --lang en | grep -qE -- "$1"; }
fact() { coaltally status --format json | sed -n "s/.*\"$1\":\(\"[^\"]*\"\|[0-9a-z]*\).*/\1/p"; }
fact_is() { [ "$(fact "$1")" = "$2" ]; }

# As many rows more in the ledger, by another hand: old tallies, each with its rev.
more_rows() {
    sqlite3 "$DATABASE" ".timeout 5000" "BEGIN IMMEDIATE;
        WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < $1)
        INSERT INTO tally(meter, bucket_ms, end_ms, metered, good_ms, end_count, rev)
        SELECT 1, (SELECT min(bucket_ms) FROM tally) - n * 3600000, (SELECT min(bucket_ms) FROM tally) - (n - 1) * 3600000,
               0, 0, 0, (SELECT rev FROM revision) + n FROM row;
        UPDATE revision SET rev = rev + $1; COMMIT"
}

committed_since() { [ "$(fact committed_ms)" -gt "$(($1 + 2000))" ]; }
head_rev() { sql 'SELECT rev FROM revision'; }
held_rev() { field rev "$(<"$FOLDER/live")"; }
rows_held() { [ "$(held_rev)" = "$(head_rev)" ]; }
held_from() { [ "$(held_rev)" -ge "$1" ]; } # REV: all that was in the ledger then, while it grows
all_held() { rows_held && county_says '^county liulin   confirmed, last answered'; }

@test "at each connection it opens; nothing goes out but what is new; at most eight batches are unanswered" {
    start_broker
    one_scale
    start_daemon
    wait_for 20 has_counted scale-1 500
    county_says '^county none   the ledger stays here'
    fact_is county_state '"none"'
    stop_daemon
    more_rows 20000
    to_county
    listen
    start_daemon
    wait_for 5 sent_more opening 0
    [ "$(sent batch)" -eq 0 ]
    wait_for 10 fact_is county_state '"silent"'
    county_says '^county liulin   DOES NOT ANSWER, 2[0-9]* rows behind, not answered since coaltallyd started'

    answer "$(last_sent opening)" null
    wait_for 10 sent_more batch 7
    wait_for 10 fact_is county_state '"behind"'
    local commits=$(fact committed_ms)
    wait_for 20 committed_since "$commits"
    [ "$(sent batch)" -eq 8 ]
    grep -q '"whole":true' <<<"$(grep '"message":"batch"' "$SENT" | head -n 1)"
    answer "$(last_sent batch)" "$(field to "$(last_sent batch)")" # of all that went before too
    wait_for 10 sent_more batch 15
}

@test "what a broker loses is sent again; once all is confirmed nothing goes out" {
    start_broker
    one_scale
    to_county
    listen
    start_daemon
    wait_for 20 sent_more opening 0
    answer "$(last_sent opening)" null
    wait_for 20 has_counted scale-1 500
    wait_for 20 sent_more batch 2
    signal KILL "$broker" # it has acknowledged them; nobody else has them
    wait "$broker" || true
    local openings=$(sent opening)
    wait_for 10 fact_is county_state '"silent"'
    start_broker "$port" # and it has forgotten who subscribed, and what was retained
    serve
    wait_for 60 sent_more opening "$openings"
    wait_for 30 held_from "$(head_rev)"
    settle
    wait_for 30 all_held
    local batches=$(sent batch) rev=$(head_rev)
    sleep 2 # of two commits
    all_held
    [ "$(head_rev)" -ne "$rev" ] || [ "$(sent batch)" -eq "$batches" ]

    kill_daemon # and a new incarnation goes on from there
    batches=$(sent batch)
    start_daemon
    wait_for 30 all_held
    [ "$(grep '"message":"batch"' "$SENT" | tail -n +$((batches + 1)) | grep -c '"whole":true')" -eq 0 ]
    read_anew
    stop_daemon
    wait_for 10 rows_held # the last commit goes out as well
    reconcile
}

@test "a refusal is told with what to do, in both languages, and so is a county that takes it again" {
    start_broker
    one_scale
    to_county
    echo 'alarms: {clear_after: 0s}' >>"$COALTALLY_CONFIG"
    listen
    start_daemon
    wait_for 20 sent_more opening 0
    stop_daemon
    # What the county retained for the run before is no answer to this one.
    answer "$(last_sent opening)" null retired
    local openings=$(sent opening)
    start_daemon
    wait_for 20 sent_more opening "$openings"
    wait_for 10 county_says '^county liulin   DOES NOT ANSWER'
    ! county_says REFUSED

    answer "$(last_sent opening)" null too-many
    wait_for 10 county_says '^  REFUSED: too many databases of this site wait at the county already'
    fact_is county_state '"refused"'
    fact_is county_refused '"too-many"'
    coaltally status --lang zh | grep -q '被拒绝：'
    wait_for 10 eval 'coaltally alarms --lang en | grep -q "liulin.*the county does not take the ledger: too many"'
    coaltally alarms --lang zh | grep -q 'liulin.*县端不接收台账：'
    coaltally alarms --lang zh | grep 'liulin' | grep -qv 'too many'
    grep -q 'county liulin does not take the ledger: too many' "$FOLDER/coaltallyd.log"

    tell flows stop
    stop_broker # with the connection it asks again
    start_broker "$port"
    serve
    wait_for 60 all_held
    grep -q 'county liulin takes the ledger again' "$FOLDER/coaltallyd.log"
    wait_for 10 eval '! coaltally alarms --lang en | grep -q liulin'
}

resident_kb() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$daemon/status"; }

@test "a long outage takes no memory, and afterwards everything goes" {
    start_broker
    one_scale
    to_county
    serve
    start_daemon
    wait_for 20 has_counted scale-1 500
    wait_for 30 held_from "$(head_rev)"
    stop_broker
    wait_for 10 county_says 'DOES NOT ANSWER'
    local held=$(held_rev) before
    more_rows 1000
    before=$(resident_kb)
    more_rows 100000
    local commits=$(fact committed_ms)
    wait_for 20 committed_since "$commits"
    [ "$(held_rev)" = "$held" ]
    under_sanitizer || [ "$(resident_kb)" -lt $((before + 4096)) ]
    county_says '^county liulin   DOES NOT ANSWER, 1[0-9]{5} rows behind, last answered'
}

@test "a broker that lets the site write no ledger is an alarm that says so" {
    printf '%s\n' 'topic readwrite coaltally/demo/status' 'topic readwrite coaltally/demo/north/#' 'topic readwrite coaltally/demo/alarm/#' 'topic read #' 'topic write up' \
        >"$FOLDER/acl"
    start_broker '' "user $(id -un)" "acl_file $FOLDER/acl"
    one_scale
    to_county
    echo 'alarms: {clear_after: 0s}' >>"$COALTALLY_CONFIG"
    start_daemon
    wait_for 20 eval 'coaltally alarms --lang en | grep -q "mqtt.*the broker does not let us use coaltally/demo/ledger"'
    coaltally alarms --lang zh | grep -q 'mqtt.*消息服务器不允许使用 coaltally/demo/ledger'
}
