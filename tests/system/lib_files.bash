# SPDX-License-Identifier: Apache-2.0
# Two sites and their county, each in a folder of its own with its own programs; what goes between them goes by file.
load lib_cli

declare -gA daemon_of mines_of # load is a function
here=

setup() {
    TOP=$(mktemp -d "${BATS_TMPDIR:-/tmp}/coaltally.XXXXXX")
    PIDS=()
    STICK=$TOP/stick
    mkdir "$STICK"
}

eval "cli_$(declare -f teardown)"
teardown() {
    FOLDER=$TOP
    cli_teardown
}

# at NAME: what follows happens there.
at() {
    [ -z "$here" ] || { daemon_of[$here]=$daemon; mines_of[$here]=$mines; }
    here=$1
    FOLDER=$TOP/$1
    mkdir -p "$FOLDER"
    export COALTALLY_CONFIG=$FOLDER/coaltally.yaml
    DATABASE=$FOLDER/ledger.db CONTROL=$FOLDER/control TRUTH=$FOLDER/truth.tsv
    daemon=${daemon_of[$1]:-} mines=${mines_of[$1]:-} port=
}

# site NAME: a mine of that name with one quick main scale, which counts.
site() {
    at "$1"
    printf 'mines:\n  - name: %s\n    rate: 800 t/h\n    devices:\n      - {name: %s-scale, profile: siemens-bw500, drives: main_belt, refresh: 0s}\n' \
        "$1" "$1" >"$FOLDER/scenario.yaml"
    start_mines --scenario "$FOLDER/scenario.yaml" --seed "${2:-11}" --site "$1"
    start_counting
}

# line: sites and county that are begun from now on have a broker between them.
line() {
    FOLDER=$TOP
    start_broker
    broker_port=$port
    at "${here:-county}"
}

# to_county: the site's ledger goes there by line too. It is stopped meanwhile.
to_county() {
    sed -i "s/^mqtt: .*//; /^site:/a mqtt: {host: 127.0.0.1, port: $broker_port, county: demo}" "$COALTALLY_CONFIG"
}

# The county has all that the site has.
arrived() { # SITE
    [ "$(sqlite3 -readonly "$TOP/county/ledger.db" "SELECT live_head || ' ' || live_rev FROM replica
        WHERE site = '$1' AND standing = 'accepted'")" = \
      "$(sqlite3 -readonly "$TOP/$1/ledger.db" "SELECT rev || ' ' || rev FROM revision")" ]
}

# county: its ledger, with the sites sim-a and sim-b in its roster.
county() {
    at county
    printf 'mines:\n' >"$FOLDER/roster.yaml"
    printf '  - {name: sim-%s, title: {en: Sim %s, zh: 模拟%s}, simulated: true}\n' a a a b b b >>"$FOLDER/roster.yaml"
    cat >"$COALTALLY_CONFIG" <<CONFIG
site: {timezone: Asia/Shanghai}
database: $DATABASE
runtime: $FOLDER
commit: 1s
clock: {wait: 0s}
${broker_port:+mqtt: {host: 127.0.0.1, port: $broker_port\}}
county: {name: demo, title: {en: Demo, zh: 示例}, roster: roster.yaml, gather: true}
CONFIG
    start_daemon
    stop_daemon
}

more() { # KG: so many more are counted
    local meter=$here-scale
    wait_for 30 has_counted "$meter" $(($(counted "$meter") + $1))
}

# The belts stand, all of it is in the ledger, and the daemon is gone.
rest() {
    settle_scale
    stop_daemon
}

export_to() { coaltally export --output "$STICK/$1" "${@:2}"; } # NAME [OPTION...]

ingest() { coaltally ingest "$STICK/$1" --lang en "${@:2}"; }

# since FILE: where the next export goes on, by the one that wrote it.
since() { head -n 1 "$STICK/$1" | sed 's/.*"head":\([0-9]*\).*/\1/'; }

# kg DATABASE MINE: all that its meters have counted.
kg() {
    sqlite3 -readonly "$1" "SELECT coalesce(sum(metered), 0) FROM tally JOIN meter ON meter.id = tally.meter
        JOIN mine ON mine.id = meter.mine WHERE mine.name = '$2'"
}

# equal SITE...: the county's figures are the sites', row by row and on every page. Also where it is waited for.
equal() {
    local site
    for site; do
        [ "$(kg "$TOP/county/ledger.db" "$site")" -eq "$(kg "$TOP/$site/ledger.db" "$site")" ] || return 1
        [ "$(kg "$TOP/$site/ledger.db" "$site")" -gt 0 ] || return 1
        rows "$TOP/$site/ledger.db" 0 >"$TOP/site.rows"
        rows "$TOP/county/ledger.db" "$(number "$site")" >"$TOP/county.rows"
        diff "$TOP/site.rows" "$TOP/county.rows" || return 1
        diff <(day "$TOP/$site" "$site") <(day "$TOP/county" "$site") || return 1
    done
}

number() { # SITE: of its database that counts, at the county
    sqlite3 -readonly "$TOP/county/ledger.db" \
        "SELECT max(number) FROM replica WHERE site = '$1' AND standing = 'accepted'"
}

# rows DATABASE NUMBER: tallies, segments and journal of a database, with the site's own ids and revs.
rows() {
    sqlite3 -readonly "$1" "SELECT 'tally', meter & 1099511627775, bucket_ms, metered, end_count, last_raw,
            rev & 1099511627775 FROM tally WHERE rev >> 40 = $2 ORDER BY 2, 3;
        SELECT 'segment', meter & 1099511627775, segment, first, high, wraps, base, counted, rev & 1099511627775
            FROM segment WHERE rev >> 40 = $2 ORDER BY 2, 3;
        SELECT 'journal', id & 1099511627775, kind, text, hash, rev & 1099511627775
            FROM journal WHERE rev >> 40 = $2 ORDER BY 2;
        SELECT 'incarnation', id, first_rev & 1099511627775 FROM incarnation WHERE rev >> 40 = $2 ORDER BY 3"
}

# day FOLDER MINE: what the page of the latest day that holds something of it says of it.
day() {
    local date=$(sqlite3 -readonly "$1/ledger.db" "SELECT date(max(day) * 86400, 'unixepoch') FROM day_total
        JOIN meter ON meter.id = day_total.meter JOIN mine ON mine.id = meter.mine WHERE mine.name = '$2'")
    coaltally day -c "$1/coaltally.yaml" --mine "$2" --date "$date" --format csv | grep -v '^"\?#' | cut -d , -f 1-6
}
