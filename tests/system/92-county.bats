#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Two sites, a broker and their county, each with its own programs. Whatever is killed or put back between, the
# county's ledger is the sites' to the kilogram in the end, and the sites' is what passed the belts.
load lib
load lib_files

# broker [LINE of configuration...]: on a port that stays the same.
broker() {
    at broker
    start_broker "${BROKER:-}" "$@"
    BROKER=$port broker_port=$port
}

kill_broker() { # what it has acknowledged and not passed on, nobody has
    signal KILL "$broker"
    wait "$broker" 2>/dev/null || true
}

# mine_on_line NAME: a site whose ledger goes to the county, on the line.
mine_on_line() {
    at "$1"
    port=$BROKER
    printf 'mines:\n  - name: %s\n    rate: 800 t/h\n    devices:\n      - {name: %s-scale, profile: siemens-bw500, drives: main_belt, refresh: 0s}\n' \
        "$1" "$1" >"$FOLDER/scenario.yaml"
    start_mines --scenario "$FOLDER/scenario.yaml" --site "$1"
    sed -i 's/^mqtt: {/&county: demo, /' "$COALTALLY_CONFIG"
    start_counting
}

# The county of lib_files, running.
county_on_line() {
    county # made, and stopped again
    start_daemon
}

both_and_county() {
    broker
    county_on_line
    mine_on_line sim-a
    mine_on_line sim-b
}

# The rows of the county's are the site's, and the county knows it.
is_there() { # SITE
    coaltally -c "$TOP/county/coaltally.yaml" site --site "$1" --format json | grep -q '"state":"consistent"' &&
        coaltally -c "$TOP/$1/coaltally.yaml" status --format json | grep -q '"county_state":"confirmed"' &&
        equal "$1"
}

stand() { # SITE: its belts stand, and its ledger says to the kilogram what has passed them
    at "$1"
    settle_scale
}

run_on() { # SITE
    at "$1"
    tell flows start >/dev/null
}

all_are_there() {
    stand sim-a
    stand sim-b
    wait_for 180 is_there sim-a
    wait_for 180 is_there sim-b
    run_on sim-a
    run_on sim-b
}

# What the ledgers of the three say at last, with all daemons stopped.
all_add_up() {
    local site
    for site in sim-a sim-b; do
        stand "$site"
        wait_for 180 is_there "$site"
        stop_daemon
        agrees
        run -0 --separate-stderr coaltally verify
    done
    at county
    stop_daemon
    run -0 --separate-stderr coaltally verify
    equal sim-a sim-b
    for site in sim-a sim-b; do
        run -0 --separate-stderr coaltally verify --against "$TOP/$site/ledger.db"
    done
}

@test "two sites, a broker and a county: each killed in the middle, and all is there to the kilogram" {
    both_and_county
    all_are_there
    at broker
    kill_broker
    at sim-a
    more 100
    broker # without persistence: it remembers nothing
    all_are_there

    at county
    kill_daemon
    at sim-b
    more 100
    at county
    start_daemon
    at sim-a
    kill_daemon
    start_daemon
    all_are_there
    all_add_up
    at sim-a
    [ "$(sql 'SELECT count(*) FROM incarnation')" -eq 2 ]
}

@test "a site's database and the county's, each put back from a backup: nothing is counted twice or lost" {
    both_and_county
    at sim-a
    more 200
    coaltally backup "$TOP/a.backup"
    more 200
    at county
    coaltally backup "$TOP/county.backup"
    all_are_there
    local before=$(kg "$TOP/county/ledger.db" sim-a)

    at sim-a # the county has what the backup does not
    kill_daemon
    coaltally restore "$TOP/a.backup" --by test
    [ "$(kg "$DATABASE" sim-a)" -lt "$before" ]
    start_daemon
    more 100
    all_are_there
    [ "$(kg "$TOP/county/ledger.db" sim-a)" -gt "$before" ]

    at county # and now the county has less than it had confirmed
    kill_daemon
    run -0 --separate-stderr coaltally restore "$TOP/county.backup" --by test --lang en
    [[ $stderr$output != *"newer than the backup"* ]] # those of the sites come again by themselves
    start_daemon
    all_are_there
    all_add_up
}

standing() { # SITE STATE: what its status says of the county
    coaltally -c "$TOP/$1/coaltally.yaml" status --format json | grep -q "\"county_state\":\"$2\""
}

county_kg() { [ "$(kg "$TOP/county/ledger.db" "$1")" "$2" "$3" ]; } # SITE -eq|-gt KG

@test "a new database of a known site waits for a person, and the one that it replaced is refused" {
    broker
    county_on_line
    mine_on_line sim-a
    stand sim-a
    wait_for 60 is_there sim-a
    local before=$(kg "$DATABASE" sim-a) after
    stop_daemon
    mkdir "$FOLDER/former"
    mv "$DATABASE"* "$FOLDER/former"

    tell flows start >/dev/null
    start_daemon
    more 100
    wait_for 60 standing sim-a waiting
    coaltally status --lang en | grep -q 'received, not counted: another database'
    coaltally status --lang zh | grep -q '已收到，未计入'
    county_kg sim-a -eq "$before"
    at county
    coaltally site --lang en | grep -q 'sim-a.*wait'
    coaltally site accept sim-a --by Wang --reason 'new card'
    at sim-a
    wait_for 60 standing sim-a confirmed
    stop_daemon
    after=$(kg "$DATABASE" sim-a)
    [ "$after" -gt 0 ]
    wait_for 60 county_kg sim-a -eq $((before + after)) # the last commit went out at the stop

    # The card is found again, and put into the machine: it was retired.
    rm -r "$DATABASE"*
    mv "$FOLDER/former/"* "$FOLDER"
    start_daemon
    wait_for 60 standing sim-a refused
    coaltally status --lang en | grep -q 'REFUSED: another database was accepted'
    county_kg sim-a -eq $((before + after))
}
