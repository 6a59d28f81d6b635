#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Pages over a county's ledger: of each site what the site's own pages say, figure by figure, with the site's own
# numbers; whose rows they are; and what of it is missing.
load lib
load lib_files

# twin NAME SEED: a site whose meters have the names that another site's have too: a past, a jump that waits for
# somebody, what people did about this and that, and closed periods.
twin() {
    at "$1"
    printf 'mines:\n  - name: %s\n    rate: 800 t/h\n    devices:\n' "$1" >"$FOLDER/scenario.yaml"
    printf '      - {name: scale-%d, profile: siemens-bw500, drives: %s, refresh: 0s}\n' 1 main_belt 2 check_belt \
        >>"$FOLDER/scenario.yaml"
    start_mines --scenario "$FOLDER/scenario.yaml" --seed "$2" --site "$1" --history 2026-09-20.. \
        --history-out "$FOLDER/history.csv"
    coaltally import "$FOLDER/history.csv" --by Li
    start_daemon
    read_anew
    tell fault scale-1 jump 412.000
    wait_for 20 journal_has scale-1 jump
    coaltally coefficient scale-1 0.95 --from 2026-10-05 --reason sieved --by Li
    coaltally adjust --mine "$1" --period 2026-10 --amount -120 --reason stock --by Li
    coaltally enter --mine "$1" --item plan --period 2026-11 --value 200000 --source dispatch --by Li
    coaltally close --mine "$1" --period 2026-10 --prepared-by Li --checked-by Wu
    coaltally close --mine "$1" --period 2026-10-05 --prepared-by Li --checked-by Wu
    settle
    stop_daemon
    export_to "$1.rows"
}

# page FOLDER MINE VERB...: in data, without what says where it comes from.
page() {
    coaltally "${@:3}" -c "$1/coaltally.yaml" --mine "$2" --format csv --lang en | tr -d '\r' |
        awk -F, -v OFS=, 'NR == 1 { last = NF; if ($NF == "catching_up") drop = 2; if ($NF == "site") drop = 1 }
                          drop == 2 { $(NF - 1) = $NF = "" } drop == 1 { $NF = "" } { print }' | sort
}

same_page() { # MINE VERB...
    diff <(page "$TOP/$1" "$@") <(page "$TOP/county" "$@") >"$TOP/differs"
}

same() {
    local mine
    for mine in sim-a sim-b; do
        page "$TOP/county" "$mine" "$@" | grep -q "$mine" || { echo "nothing of $mine: $*"; return 1; }
        # What depends on the hour, and on how much of a shift is gone, is asked again.
        wait_for 60 same_page "$mine" "$@" || { echo "$mine: $*"; cat "$TOP/differs"; return 1; }
    done
}

# Two of them, and the county that has taken in both: made by the first test that asks, copied by the others.
two_sites() {
    local made=$BATS_FILE_TMPDIR/made
    if [ ! -d "$made" ]; then
        twin sim-a 11
        twin sim-b 12
        county
        ingest sim-a.rows
        ingest sim-b.rows
        mkdir "$made.new"
        cp -r "$TOP/sim-a" "$TOP/sim-b" "$TOP/county" "$made.new"
        rm -f "$made.new"/*/control
        echo "$TOP" >"$made.new/top"
        mv "$made.new" "$made"
    else
        cp -r "$made"/* "$TOP"
        sed -i "s|$(cat "$made/top")|$TOP|g" "$TOP"/*/coaltally.yaml
        at county
    fi
}

@test "of each mine the county's pages say what its site's say, to the kilogram" {
    two_sites
    same shift
    same shift --date 2026-10-05
    same shift --meters
    same hours
    same day
    same day --date 2026-10-05 --figure all
    same day --from 2026-10-01 --to 2026-11-15
    same dekad
    same month
    same month --month 2026-10
    same month --month 2026-10 --figure metered --meters
    same year
    same report day --date 2026-10-05
    same report month --month 2026-10
    same report month
    same report year
    same report integrity --month 2026-10
    same trace --date 2026-10-05
    same trace --month 2026-10
    same trace --date today --meters
    same journal
    same journal --open
    same journal --meter scale-1
    same acts
    same alarms
    same close --list --period 2026-10
    same close --list --period 2026-10-05

    # The sum of both, and of all that a county says beside it.
    sum=$(coaltally month --month 2026-10 --lang en)
    a=$(page "$TOP/sim-a" sim-a month --month 2026-10 | grep sim-a | cut -d , -f 5)
    b=$(page "$TOP/sim-b" sim-b month --month 2026-10 | grep sim-b | cut -d , -f 5)
    total=$(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.0f", a + b }' | sed 's/\(...\)$/,\1/')
    [[ $sum == *"total "*"$total"* ]] || { echo "$sum; not $total"; return 1; }
    [[ $sum == *"gathered from 2 ledgers of sites, equal to each as of "*" or later"* ]]
    [[ $sum == *'sim-a v1'*'sim-b v1'* ]] && [[ $sum != *chain* ]]

  
    [[ $(unfolded "$(coaltally board --lang en)") == *'gathered from 2 ledgers of sites'* ]]
}

@test "numbers are the sites' own, with whose they are; a site's rows are acted on at the site" {
    two_sites
    before=$(sqlite3 -readonly "$DATABASE" .dump | grep -v 'INTO \(act\|journal\|revision\|incarnation\|totals\)' | sha256sum)
    work=$(sqlite3 -readonly "$TOP/sim-a/ledger.db" "SELECT id FROM journal WHERE open = 1")
    alarm=$(sqlite3 -readonly "$TOP/sim-a/ledger.db" "SELECT id FROM journal WHERE kind = 'alarm' AND text LIKE 'jump:%'")
    run -0 coaltally alarms --lang en
    [ "$(grep -c ',scale-1,jump,' <<<"$(alarms_of_sites)")" -eq 2 ] # one of each, and none is the other's
    local alarms=$(alarms_of_sites)
    [[ $(unfolded "$output") == *"$alarm RED "*" sim-a sim-a scale-1 jump"*"resolve $work at the site"* ]]
    local day shift # those of the jump
    read -r day shift <<<"$(sqlite3 -readonly -separator ' ' "$TOP/sim-a/ledger.db" "SELECT date(at), strftime('%H', at) / 8 + 1
        FROM (SELECT datetime(to_ms / 1000, 'unixepoch', '+8 hours') AS at FROM journal WHERE id = $work)")"
    [[ $(unfolded "$(coaltally day --date "$day" --lang en)") == *"*1 sim-a scale-1 jump"*"decided by coaltally resolve $work at sim-a"* ]]
    run -0 coaltally shift --date "$day" --shift "$shift" --lang en
    [[ $(unfolded "$output") == *"sim-a: alarms "*"; resolve $work"* ]]
    [ "$(coaltally journal --open --format csv | grep -c ",scale-1,jump,.*,sim-[ab]")" -eq 2 ]
    [ "$(coaltally journal --meter scale-1 --mine sim-b --kind jump --format csv | grep -c ",jump,.*,sim-b")" -eq 1 ]

    refused() { # TEXT COMMAND...
        run -2 --separate-stderr coaltally "${@:2}" --lang en
        [[ $(unfolded "$stderr") == *"refused: $1"* ]] || { echo "$stderr"; return 1; }
    }
    refused "row $work is of the journal of sim-a, sim-b" resolve "$work" --count --reason seen --by Li
    refused "alarm $alarm is of sim-a, sim-b" alarms ack "$alarm" --by Li
    refused 'meter scale-1 is of the ledger of site sim-a' hold scale-1 --for 1h --reason test --by Li
    refused 'meter scale-1 is of the ledger of site sim-a' coefficient scale-1 0.9 --from 2026-11-01 --reason x --by Li
    refused 'mine sim-b is of the ledger of site sim-b' adjust --mine sim-b --period 2026-10 --amount 1 --reason x --by Li
    refused 'mine sim-b is of the ledger of site sim-b' close --mine sim-b --period 2026-10-06 --prepared-by Li --checked-by Wu
    refused 'mine sim-a is of the ledger of site sim-a' enter --mine sim-a --item raw_coal --period 2026-09 --value 5 \
        --source x --by Li
    after=$(sqlite3 -readonly "$DATABASE" .dump | grep -v 'INTO \(act\|journal\|revision\|incarnation\|totals\)' | sha256sum)
    [ "$before" = "$after" ]
    coaltally enter --mine sim-a --item plan --period 2026-12 --value 210000 --source county --by Li # what a county may say
    coaltally verify

    # A daemon on it closes none of a site's periods, and neither recalls nor clears its alarms.
    versions=$(sql 'SELECT count(*) FROM version')
    echo 'closing: {shift_after: 1s, day_after: 1s}' >>"$COALTALLY_CONFIG"
    start_daemon
    wait_for 20 runs_since $(($(date +%s%3N) + 3000))
    stop_daemon
    [ "$(sql 'SELECT count(*) FROM version')" -eq "$versions" ]
    [ "$(sql "SELECT count(*) FROM journal WHERE kind = 'alarm-cleared' AND subject = 'scale-1' AND id < 1 << 40")" -eq 0 ]
    [ "$(alarms_of_sites)" = "$alarms" ]
}

alarms_of_sites() { coaltally alarms --format csv | tr -d '\r' | grep ',sim-[ab]$' | sort; }
runs_since() { [ "$(sed 's/.*"as_of":\([0-9]*\).*/\1/' "$FOLDER/status.json" | head -c 13)" -gt "$1" ]; } # MS

@test "what is missing is said on each page; a chain is named with who holds it" {
    two_sites
    run -0 coaltally trace --mine sim-a --date 2026-10-05 --lang en
    chain=$(coaltally trace -c "$TOP/sim-a/coaltally.yaml" --date 2026-10-05 --lang en | sed -n 's/^chain \([0-9a-f]*\).*/\1/p')
    [[ $(unfolded "$output") == *"chain $chain"*'of the journal of sim-a, held by the county since '*'the same as the site last stated'* ]]
    [[ $output != *"${chain}"*"${chain}"* ]]

    # The site has said since that it has more; rows of it cannot be counted; another ledger of it waits.
    sqlite3 "$DATABASE" "UPDATE replica SET stated_head = stated_head + 7 WHERE site = 'sim-b';
        INSERT INTO replica_row SELECT number, 'tally', '[9,9]', (number << 40) + 1, 'of a mine that is not this site''s',
            '{}' FROM replica WHERE site = 'sim-b';
        INSERT INTO replica SELECT 3, 'ffffffffffffffffffffffffffffffff', 'sim-a', 'waiting', 0, live_incarnation, live_head,
            live_rev, live_chain, '', 0, 0, '', '', 0, 0, '', stated_incarnation, stated_head, 0, 0, 0, NULL, '', 0, 0, ''
            FROM replica WHERE site = 'sim-a'"
    for verb in day month 'report month' board 'board --mines' capacity 'report integrity'; do
        run -0 coaltally $verb --lang en
        page=$(unfolded "$output")
        [[ $page == *'CATCHING UP: sim-b (as of '*', 7 rows behind)'* ]] || { echo "$verb: $page"; return 1; }
        [[ $page == *'NOT COUNTED: sim-b 1 rows'* ]]
        [[ $page == *'NOT COUNTED, for it waits for coaltally site accept: a ledger of sim-a'* ]]
    done
    [[ $(coaltally month --mine sim-b --format csv) == *',true'* ]]
    [[ $(coaltally month --format json) == *'"ledgers":['*'"site": "sim-b"'*'"catching_up": true, "not_counted": 1'* ]]
    [[ $(coaltally trace --mine sim-b --date 2026-10-05 --lang en) == *'CATCHING UP: rev '*' of '* ]]
}

same_kg() { [ "$(kg "$TOP/sim-a/ledger.db" sim-a)" -eq "$(kg "$TOP/county/ledger.db" sim-a)" ]; }
site_says() { [[ $(coaltally trace -c "$TOP/sim-a/coaltally.yaml" --lang en) == *"$1"* ]]; }

@test "over a real broker the county has a site's tonnes within seconds, and both say who holds what" {
    at county
    start_broker
    local broker_port=$port
    printf 'mines:\n  - {name: sim-a, simulated: true}\n' >"$FOLDER/roster.yaml"
    printf 'database: %s\nruntime: %s\ncommit: 1s\nclock: {wait: 0s}\n' "$DATABASE" "$FOLDER" >"$COALTALLY_CONFIG"
    printf 'mqtt: {host: 127.0.0.1, port: %d}\ncounty: {name: demo, roster: roster.yaml, gather: true}\n' "$port" \
        >>"$COALTALLY_CONFIG"
    start_daemon

    at sim-a
    port=$broker_port
    printf 'mines:\n  - name: sim-a\n    rate: 800 t/h\n    devices:\n      - {name: %s, drives: main_belt, refresh: 0s}\n' \
        'scale-1, profile: siemens-bw500' >"$FOLDER/scenario.yaml"
    start_mines --scenario "$FOLDER/scenario.yaml" --seed 13 --site sim-a
    sed -i 's/^\(mqtt: {.*\)}/\1, county: demo}/' "$COALTALLY_CONFIG"
    start_counting
    wait_for 30 has_counted scale-1 300
    settle
    wait_for 30 same_kg
    wait_for 30 site_says 'held by the county demo, which had confirmed all of it by'
    [ "$(kg "$TOP/county/ledger.db" sim-a)" -gt 300 ]
    stop_daemon
    at county
    wait_for 20 same_page sim-a day
    [[ $(coaltally day --lang en) == *"gathered from the site's ledger, equal to it as of "* ]]
    [[ $(coaltally trace --mine sim-a --lang en) == *'of the journal of sim-a, held by the county since '* ]]
    stop_daemon
}

# narrow VERB...: none of its lines is wider than a page, in either language; it says something, and nothing is wrong.
# A Chinese character is two columns wide.
narrow() {
    local language
    for language in en zh; do
        run --separate-stderr coaltally "$@" --lang $language
        [ "$status" -le 1 ] && [ -n "$output" ] || { echo "$*: $status $stderr"; return 1; }
        perl -CSD -ne 'chomp; $columns = 0;
            $columns += /[\x{1100}-\x{115f}\x{2e80}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe4f}\x{ff00}-\x{ff60}]/ ? 2 : 1
                for split //;
            $wide = 1, print "$columns: $_\n" if $columns > 100;
            END { exit $wide }' <<<"$output" || { echo "coaltally $* --lang $language"; return 1; }
    done
}

@test "no page is wider than 100 columns, at a mine and at the county, in either language" {
    two_sites
    local place verb
    narrow --help
    for verb in $(coaltally --help --lang en | awk '/^  [a-z]/ { print $1 }'); do
        narrow $verb --help
    done
    for place in sim-a county; do
        at $place
        for verb in status hours shift day dekad month year 'day --meters' 'month --compare year' 'day --date 2026-10-05' \
            board 'board --all' 'board --mines' roster capacity 'report shift' 'report day' 'report month --month 2026-10' \
            'report integrity --month 2026-11' 'report integrity --detail --month 2026-11' journal 'journal --open' alarms \
            acts fault calibration 'close --mine sim-a --list' 'trace --date today --meters' 'trace --period 2026-10-05' \
            'trace --month 2026-10' verify profiles 'profiles siemens-bw500' check plan; do
            case $place:$verb in
                sim-a:board* | sim-a:roster | sim-a:capacity) continue ;; # of a county
                county:check | county:plan) continue ;; # polls nothing
            esac
            narrow $verb
        done
    done
    narrow site list
    narrow verify --against "$TOP/sim-b/ledger.db"
}
