#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a technician uses at the instrument (probe, profiles, check), and the board, over simulated devices.
load lib
load lib_cli

port_of() { tell show | awk -F '\t' -v name="$1" '$1 ~ name "$" { sub("port ", "", $2); print $2 }'; }
probe() { coaltally probe "tcp:127.0.0.1:$scale" "$@"; }

# refuses STATUS TEXT PROBE-ARGUMENT...
refuses() {
    run "-$1" --separate-stderr coaltally probe "${@:3}"
    [[ $stderr == "coaltally probe: "*"$2"* ]] || { echo "expected: $2"; echo "said: $stderr"; return 1; }
}

@test "probe shows a total in every type and order, and by its profile, as the simulator has it" {
    start_scale
    tell flows stop
    tell fault scale-1 preset 4294960.123
    scale=$(port_of scale-1)
    total=$(tell get scale-1 total1 | cut -f 3)
    [ "$total" = 4294960123 ] # 0xFFFFE3FB
    run -0 --separate-stderr probe --unit 1 --at holding:1015 --words 2
    [ -z "$stderr" ]
    [[ $output =~ 1015\ +FFFF\ +ABCD\ +65535\ +-1\ +4294960123\ +-7173\  ]]
    [[ $output =~ CDAB\ +3824943103\  ]] # E3FB FFFF
    [[ $output =~ BADC\ +65535\ +-1\ +4294966243\  ]]
    [[ $output =~ DCBA\ +4226023423\  ]]
    run -0 probe --at holding:1016 --base 1 --words 2
    [[ $output == *"4294960123"* ]]
    run -0 probe --at holding:41016 --base 40001 --words 2 --format csv
    [[ $output == *"4294960123"* ]]

    run -0 probe --unit 1 --profile siemens-bw500 --format csv
    [[ $output == *"total1,holding,1015,uint32,FFFF E3FB,4294960123,4294960.123,t,good"* ]] || { echo "$output"; return 1; }
    run -0 probe --profile siemens-bw500 --format json
    [ "$(perl -MJSON::PP -0777 -ne 'print scalar @{decode_json($_)->{rows}}' <<<"$output")" -eq 9 ]

    # what it prints to be pasted is a configuration
    { printf 'site: {name: pasted}\nmines:\n  - {name: north, calendar: [{from: 2026-01-01, day: "00:00", shifts: {a: "00:00"}}]}\n'
      probe --unit 1 --profile siemens-bw500 --mine north | sed -n '/^# For coaltally.yaml/,$p'; } >"$FOLDER/pasted.yaml"
    run -0 coaltally -c "$FOLDER/pasted.yaml" check
    [[ $output == *"127.0.0.1:$scale"*"configuration OK, 0 warnings"* ]]

    # never a write
    [ "$(asked scale-1 writes_refused)" -eq 0 ]
}

@test "probe of a device that refuses, is silent, is not there; and what makes no sense" {
    start_scale
    scale=$(port_of scale-1)
    to=tcp:127.0.0.1:$scale
    tell fault scale-1 exception 2
    refuses 3 "127.0.0.1:$scale unit 1 refuses with exception 2, illegal data address (8 holding registers from 1015)" $to --at holding:1015
    refuses 3 'exception 2, illegal data address' $to --profile siemens-bw500
    tell clear scale-1
    tell fault scale-1 silent
    refuses 3 "no answer from 127.0.0.1:$scale unit 1 within 200 ms" $to --at holding:1015 --timeout 200ms
    refuses 3 "no answer" $to --profile siemens-bw500 --timeout 200ms
    tell clear scale-1
    free_port
    refuses 3 "cannot connect to 127.0.0.1:$port within 1000 ms: Connection refused" "tcp:127.0.0.1:$port" --at holding:0
    refuses 3 '' tcp:no-such-host.invalid --at holding:0
    refuses 2 'give one of --at TABLE:ADDRESS and --profile NAME' $to
    refuses 2 'give one of --at TABLE:ADDRESS and --profile NAME' $to --at holding:0 --profile siemens-bw500
    refuses 2 'is no address: found "modbus:/dev/ttyS1", expected tcp:HOST' modbus:/dev/ttyS1 --at holding:0
    refuses 3 'no such serial line' rtu:/dev/no-such-line --at holding:0
    refuses 2 '' $to --at holdnig:0
    refuses 2 '' $to --at holding:65536
    refuses 3 '(6 holding registers from 65530)' $to --at holding:65530 --words 100 # there are no more
    refuses 2 '' $to --at holding:0 --words 126
    refuses 2 '' $to --at holding:0 --unit 256
    refuses 2 'no profile "siemens-bw50"' $to --profile siemens-bw50
    refuses 2 '' $to --at holding:0 --timeout never
    run -0 probe --at holding:1015 --words 2 # and it works again
}

@test "check says what polling asks: the simulator counts as many requests" {
    start_mines --mines 1 --seed 2
    coaltally check >"$FOLDER/plan.txt" 2>/dev/null
    while read -r device profile unit requests; do
        before=$(asked "$device" asked)
        coaltally probe "tcp:127.0.0.1:$(port_of "$device")" --unit "$unit" --profile "$profile" >"$FOLDER/probe.txt"
        grep -q "(requests: $requests)" "$FOLDER/probe.txt"
        [ $(($(asked "$device" asked) - before)) -eq "$requests" ]
    done < <(awk '/^device /, /^$/ { if (NF > 8 && $1 != "device") print $1, $2, $4, $7 }' "$FOLDER/plan.txt")
    [ "$(awk '/^device /, /^$/' "$FOLDER/plan.txt" | grep -o '^a-[^ ]*' | sort -u | wc -l)" -eq 6 ]
    grep -Eq '^a-scale-1 +siemens-bw500 +a-scale-1 +1 +200 ms +1 +11 +0 ' "$FOLDER/plan.txt"
    grep -Eq '^a-ch4 +pemtech-pt2008 +a-sensors +1 ' "$FOLDER/plan.txt"
    grep -Eq '^a-sensors +127.0.0.1:[0-9]+ +2 ' "$FOLDER/plan.txt"
}

@test "profiles lists every device type, each readable by itself" {
    run -0 coaltally -c "$FOLDER/none.yaml" profiles
    for file in "$SOURCE"/drivers/profiles/*.yaml; do
        name=$(basename "$file" .yaml)
        [[ $output == *$'\n'"$name "* ]]
        coaltally -c "$FOLDER/none.yaml" profiles "$name" >"$FOLDER/points.txt"
        [ "$(awk '$2 ~ /^(gauge|counter|state|text)$/' "$FOLDER/points.txt" | wc -l)" -eq "$(grep -Ec '^ *- *\{ *name:' "$file")" ]
    done
    run -2 coaltally -c "$FOLDER/none.yaml" profiles siemens-bw50
    [[ $output == *'no profile "siemens-bw50"'* ]]
}

@test "the board: what the main scales have counted, against the county's targets" {
    start_mines --mines 2 --seed 5
    start_daemon
    wait_for 30 counting
    settle
    stop_daemon
    local date=$(last_day)
    seeds_of "${date%%-*}"
    board() { coaltally board --date "$date" "$@"; }
    board --format json >"$FOLDER/board.json"
    coaltally year --year "${date%%-*}" --quantity raw_coal --format csv >"$FOLDER/year.csv"
    perl -MJSON::PP -0777 -e '
        my ($board) = map { decode_json($_) } do { local @ARGV = shift; <> };
        my $kg = 0;
        open my $year, "<", shift or die;
        my ($head, @lines) = split /\n/, join "", <$year>;
        for (@lines) { my @cell = split /,/; $cell[4] =~ tr/.//d; $kg += $cell[4] }
        my ($coal) = grep { $_->{id} eq "raw-coal" } @{$board->{rows}};
        die "no raw coal" unless $coal;
        die "done $coal->{done}, counted $kg kg\n" unless $kg > 0 && abs($coal->{done} * 1e7 - $kg) < 1;
        die "target $coal->{target}\n" unless $coal->{target} == 3600;
        die "not marked" unless $board->{simulated} && $coal->{simulated};
        die "mines $board->{mines}" unless $board->{mines} == 2;
        my ($day, $days) = (shift() - 1, shift);
        die "of time $coal->{of_time_percent}\n" if abs($coal->{of_time_percent} - 100 * $day / $days) > 0.6;
        die "needed $coal->{needed_per_day}\n" if $day < 364 && abs($coal->{needed_per_day} - 3600 / ($days - $day)) > 3600 / ($days - $day) / ($days - $day);
    ' "$FOLDER/board.json" "$FOLDER/year.csv" "$(date -d "$date" +%-j)" "$(date -d "${date%%-*}-12-31" +%-j)"
    # a forecast takes a whole day: its column stands, empty
    [[ $(board) == *forecast*source* ]]
    # before the first reading no mine is complete, and another year has no targets
    run -0 coaltally board --date 2024-06-01
    [[ $output == *"0 of 2 mines complete"*"late: sim-a, sim-b"*"no target of 2024 is stated"* ]]
    # complete up to the last reading, not to the moment of asking
    last=$(sql "SELECT min(at_ms) / 1000 FROM (SELECT max(last_at_ms) AS at_ms FROM tally
        JOIN meter ON meter.id = tally.meter WHERE role = 'main' GROUP BY meter)")
    [[ $(board) == *"2 of 2 mines complete to $(TZ=Asia/Shanghai date -d "@$last" '+%F %T')"$'\n'* ]]
    # every indicator of the seeds is there; what nothing measures says so
    all=$(board --all --format csv | tail -n +2 | cut -d , -f 1 | sort)
    [ "$all" = "$(sed -n 's/^ *- *{* *id: *\([a-z0-9-]*\).*/\1/p' "$SOURCE/seeds/indicators.yaml" | sort)" ]
    run -0 board --only no-data
    [[ $output == *"no data yet"* ]]
    [[ $output != *"metered since"* ]]
    # the mines that the county names, with what is known of each
    [ "$(board --projects --format csv | tail -n +2 | cut -d , -f 1 | sort -u | wc -l)" -eq 6 ]
    board --projects --format csv | grep -q '^guojiagou,Guojiagou,planned,400,,,,guojiagou-start,'
    board --projects --lang zh | grep -q '^郭家沟  拟建  .* 400  郭家沟开工 .*开工建设  2026 *$'
    run -2 coaltally board --projects --all
    [[ $output == *"pages of their own"* ]]
    COALTALLY_SEEDS=$FOLDER run -0 coaltally board # a folder without them: the ones that came with it
}
