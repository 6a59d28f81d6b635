#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The disk of a site died: its ledger comes back from the rows that the county has of it; no coal is lost, none counts
# twice, and the county's figures are the site's again.
load lib
load lib_files

@test "the disk of a site died: its ledger comes back from the county, and no coal is lost" {
    site sim-a
    more 500
    local today=$(TZ=Asia/Shanghai date +%F) by=(--by Li)
    coaltally coefficient sim-a-scale 0.95 --from "$today" --reason sieved "${by[@]}"
    coaltally adjust --mine sim-a --period today --amount +10t --reason "a car not weighed" "${by[@]}"
    coaltally hold sim-a-scale --for 40m --reason belt "${by[@]}"
    coaltally release sim-a-scale "${by[@]}"
    coaltally enter --mine sim-a --item stock --period 2026-01-01 --value 100 --source test "${by[@]}"
    rest
    export_to a.rows
    local page=$(day "$FOLDER" sim-a)
    county
    ingest a.rows
    run -0 export_to back.rows --site sim-a
    at sim-a
    tell flows start
    start_daemon
    more 300 # what the county has not
    kill_daemon
    rm -r "$DATABASE"*
    run -2 --separate-stderr coaltally restore --by Li
    [[ $stderr == *'name a backup, or --from-county'* ]]
    sed '3y/0123456789/1234567890/' "$STICK/back.rows" >"$STICK/altered.rows"
    run -1 --separate-stderr coaltally restore --from-county "$STICK/altered.rows" --by Li
    [[ $stderr == *'refused: it was altered'* ]]
    sed 's/^site: {name: sim-a,/site: {name: sim-b,/' "$COALTALLY_CONFIG" >"$FOLDER/other.yaml"
    run -2 --separate-stderr coaltally restore -c "$FOLDER/other.yaml" --from-county "$STICK/back.rows" --by Li
    [[ $(unfolded "$stderr") == *'is of site sim-a, and this is site sim-b'* ]]
    [ ! -e "$DATABASE" ]
    run -0 coaltally restore --from-county "$STICK/back.rows" --by Li --lang en
    [[ ${lines[0]} == *'restored as of 20'* ]]
    [[ $output == *'rows of the ledger of sim-a, as the county had them   SIMULATED'* ]]
    [[ $output == *'the copy was complete: the site goes on'* ]]
    [ -z "$(find "$FOLDER" -name '*.copying*' -o -name '*.restoring*')" ]
    coaltally verify
    [ "$(day "$FOLDER" sim-a)" = "$page" ]
    [ "$(sql "SELECT group_concat(verb) FROM act")" = coefficient,adjust,hold,release,enter,restore ]
    [ "$(sql 'SELECT database FROM revision')" = "$(sed -n '1s/.*"database":"\([0-9a-f]*\)".*/\1/p' "$STICK/a.rows")" ]
    start_daemon
    more 100
    rest
    reconcile # to the kilogram by the simulator's truth
    export_to next.rows --since "$(since a.rows)"
    run -3 --separate-stderr coaltally restore --from-county "$STICK/next.rows" --by Li
    [[ $(unfolded "$stderr") == *'it has only the rows above '*'without --since'* ]]
    at county
    run -0 ingest next.rows
    [[ $output == *"rows new, 0 the same, 0 not counted; the county's copy is complete"* ]]
    equal sim-a
    at sim-a
    run -3 --separate-stderr coaltally restore --from-county "$STICK/back.rows" --by Li --lang en
    [[ $(unfolded "$stderr") == *'the ledger is there, and has all that the file has'* ]]
    run -2 --separate-stderr coaltally restore --from-county "$STICK/next.rows" "$STICK/back.rows" --by Li
}

@test "from a copy that was catching up the ledger comes as another branch, which the county switches to" {
    site sim-a
    more 300
    rest
    export_to a.rows
    county
    ingest a.rows
    # The site has stated more than it sent.
    sqlite3 "$DATABASE" "UPDATE replica SET stated_head = stated_head + 5"
    run -0 export_to back.rows --site sim-a --lang en
    [[ $output == *'this copy was not complete when it was exported'* ]]
    at sim-a
    tell flows start
    rm -r "$DATABASE"*
    run -0 coaltally restore --from-county "$STICK/back.rows" --by Li --lang en
    [[ $output == *'the site sends all of its ledger again'* ]]
    coaltally verify
    start_daemon
    more 100
    rest
    reconcile
    export_to since.rows --since "$(since a.rows)"
    export_to next.rows
    at county
    run -1 --separate-stderr ingest since.rows
    [[ $(unfolded "$stderr") == *'is a new or a restored one): export all of it, without --since'* ]]
    run -0 ingest next.rows
    [[ $output == *'the ledger was restored or made anew: from now on this one counts'* ]]
    equal sim-a
    run -0 ingest a.rows
    [[ $output == *'not counted: it waits until a person accepts it'* ]] # an old stick
    equal sim-a
    run -0 coaltally site reject sim-a --by Li --lang en
    run -0 ingest next.rows
    [[ $output != *'waits'* ]]
    equal sim-a
    coaltally verify
}

@test "the disk of a site died: from the county's file it goes on by line, with what the county got meanwhile" {
    line
    county
    start_daemon
    site sim-a
    stop_daemon
    to_county
    start_daemon
    more 200
    wait_for 20 arrived sim-a
    at county
    export_to back.rows --site sim-a
    at sim-a
    more 200 # more comes to the county after that
    wait_for 20 arrived sim-a
    kill_daemon
    rm -r "$DATABASE"*
    coaltally restore --from-county "$STICK/back.rows" --by Li
    start_daemon
    more 100
    wait_for 40 arrived sim-a # what the county had more was another life of this ledger
    settle_scale
    wait_for 40 arrived sim-a
    stop_daemon
    reconcile
    at county
    stop_daemon
    equal sim-a
    coaltally verify --against "$TOP/sim-a/ledger.db"
}
