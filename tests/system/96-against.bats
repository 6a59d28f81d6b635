#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A county's file: verify goes through each site's ledger as at the site, verify --against through the site's own file
# row by row; whatever is edited by hand at the county is named, with the site and its database.
load lib
load lib_files

# Two sites with an act each, and what the county got of them.
sites_and_county() {
    local letter
    for letter in a b; do
        site "sim-$letter"
        more 300
        coaltally adjust --mine "sim-$letter" --quantity raw_coal --period today --amount 5t --reason moisture --by Wang
        rest
        export_to "$letter.rows"
    done
    county
    ingest a.rows
    ingest b.rows
    sqlite3 "$DATABASE" ".backup '$TOP/sound.db'"
    database=$(sqlite3 "$TOP/sim-b/ledger.db" 'SELECT database FROM revision')
}

compare() { coaltally --database "$1" verify --against "$2" --lang en "${@:3}"; }

restored() {
    rm -f "$DATABASE" "$DATABASE-wal" "$DATABASE-shm"
    cp "$TOP/sound.db" "$DATABASE"
}

# edited CHECK WHAT SQL: verify names the site, --against the row.
edited() {
    restored
    sqlite3 "$DATABASE" "$3; SELECT changes()" >"$TOP/changes"
    [ "$(tail -1 "$TOP/changes")" -ge 1 ] || { echo "nothing changed: $3"; return 1; }
    if [ -n "$1" ]; then
        run -1 --separate-stderr coaltally verify --lang en
        output=$(rejoined <<<"$output")
        grep -q "^$1.* of site sim-b, database $database: " <<<"$output" || { echo "expected $1: $3"; echo "$output"; return 1; }
        ! grep "of site sim-a" <<<"$output"
        [[ $output == *"it does NOT add up"* ]]
    fi
    [ -n "$2" ] || return 0
    run -1 --separate-stderr compare "$DATABASE" "$TOP/sim-b/ledger.db"
    output=$(rejoined <<<"$output")
    grep -q "^$2" <<<"$output" || { echo "expected $2: $3"; echo "$output"; return 1; }
    [[ $output == *"are NOT equal"* ]]
    [ "$(grep -c ' rows are equal' <<<"$output")" -eq 1 ] # sim-a is in the file too, and not compared
    run -0 --separate-stderr compare "$DATABASE" "$TOP/sim-a/ledger.db"
    [[ $(rejoined <<<"$output") == *": equal" ]]
}

of_b='rev >> 40 = (SELECT number FROM replica WHERE site = '"'sim-b'"')'

newest() { echo "rev = (SELECT max(rev) FROM $1 WHERE $of_b)"; }

@test "what a county holds is verified as at the site, and every edit of it is named with site and database" {
    sites_and_county
    run -0 --separate-stderr coaltally verify --lang en
    [[ $output == *"site sim-a, database "*": all of it, up to rev "*"  chain up to row "*"site sim-b, database $database: "* ]]
    [[ $output == *"all of it adds up"* ]]
    [ -z "$(awk 'length > 100' <<<"$output")" ]
    coaltally verify --format json | python3 -c '
import json, sys
page = json.load(sys.stdin)
assert page["holds"] and not page["rows"], page
assert [(c["site"], c["rev"] == c["head"], c["not_counted"]) for c in page["copies"]] == [
    ("sim-a", True, 0), ("sim-b", True, 0)], page["copies"]'
    run -0 --separate-stderr compare "$DATABASE" "$TOP/sim-b/ledger.db"
    [[ $(unfolded "$output") == "site sim-b, database $database: "*" rows are equal, up to rev "*" so is the chain, up to row "*": equal " ]]
    [ -z "$(awk 'length > 100' <<<"$output")" ]
    run -0 --separate-stderr coaltally --database "$TOP/sim-b/ledger.db" verify --against "$DATABASE" --lang zh
    [[ $output == *"相同"* ]]

    edited 'tally sim-b-scale' 'tally .*(sim-b-scale): metered is ' \
        "UPDATE tally SET metered = metered + 1 WHERE $(newest tally)"
    edited 'tally sim-b-scale' 'tally .*(sim-b-scale): only there' "DELETE FROM tally WHERE $(newest tally)"
    edited 'segment sim-b-scale' 'segment .*(sim-b-scale): counted is ' "UPDATE segment SET counted = counted - 1 WHERE $of_b"
    edited 'journal' 'journal id .*: text is ' "UPDATE journal SET text = 'as it should be' WHERE $(newest journal)"
    edited 'chain' 'journal id .*: only there' "DELETE FROM journal WHERE $(newest journal)"
    edited 'chain' 'the journals are equal up to row .*, and part there' "DELETE FROM journal WHERE $(newest journal)"
    edited 'act' 'act id .*: actor is "x" here, "Wang" there' "UPDATE act SET actor = 'x' WHERE $of_b AND actor = 'Wang'"
    edited 'act' 'adjustment act .*: amount is ' "UPDATE adjustment SET amount = amount * 2 WHERE $of_b"
    edited 'version' 'version id 1: only here' "INSERT INTO version SELECT 1 | (rev >> 40 << 40), mine, 'raw_coal', 'day',
        from_day, to_day, -1, 1, 0, amount, amount, 0, 0, '', '', '', '', '', '', rev >> 40 << 40, NULL, rev
        FROM adjustment WHERE $of_b"
    edited 'seal' 'meter id .*(sim-b-scale): path is ' "UPDATE meter SET path = 'elsewhere' WHERE $of_b"
    edited 'chain' '' "UPDATE replica SET live_chain = 'x' WHERE site = 'sim-b'"

    # what the county derived is its own
    restored
    sqlite3 "$DATABASE" "UPDATE day_total SET metered = metered + 1 WHERE meter IN (SELECT id FROM meter WHERE name = 'sim-b-scale')"
    run -1 --separate-stderr coaltally verify --lang en
    [[ $output == "total sim-b-scale"* ]]
    run -0 compare "$DATABASE" "$TOP/sim-b/ledger.db"
    restored
    sqlite3 "$DATABASE" "UPDATE replica SET number = 9 WHERE site = 'sim-b'"
    run -1 --separate-stderr coaltally verify --lang en
    [[ $output == *"copy: "*"of which the ledger knows nothing"* ]]
}

@test "against a file that has gone on, is in use, or is another one" {
    site sim-a
    more 300
    export_to a.rows
    county
    ingest a.rows
    at sim-a
    more 200
    run -0 --separate-stderr compare "$TOP/county/ledger.db" "$DATABASE" # its daemon runs
    [[ $(unfolded "$output") == *" rows are equal, up to rev $(since a.rows)"*"here is "*" rows behind"*": equal " ]]
    coaltally backup "$TOP/backup.db"
    more 100
    rest
    run -0 compare "$DATABASE" "$TOP/backup.db"
    [[ $output == *"there is "*" rows behind"* ]]
    compare "$DATABASE" "$TOP/backup.db" --format json | python3 -c '
import json, sys
page = json.load(sys.stdin)
[one] = page["databases"]
assert page["holds"] and one["equal"] and one["behind_there"] > 0 and one["behind_here"] == 0, page'

    # a restored backup that went on is another branch of it
    mv "$DATABASE" "$TOP/former.db" && mv "$DATABASE-wal" "$TOP/former.db-wal" 2>/dev/null || true
    cp "$TOP/backup.db" "$DATABASE"
    start_daemon
    more 50
    rest
    run -1 compare "$TOP/former.db" "$DATABASE"
    [[ $output == *"they went different ways"* ]]

    site sim-b
    run -2 --separate-stderr compare "$DATABASE" "$TOP/former.db"
    [[ $stderr == *"has nothing of"* ]]
    run -3 --separate-stderr compare "$DATABASE" "$TOP/none.db"
    [[ $stderr == *"there is no ledger"* ]]
    sqlite3 "$TOP/former.db" 'PRAGMA user_version = 3' # of the version before
    run -3 --separate-stderr compare "$DATABASE" "$TOP/former.db"
    [[ $stderr == *"made by an older coaltally"* ]]
}
