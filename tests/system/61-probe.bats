#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a technician uses on a line: which units answer, neighbours, what moves with the display, and a line
# that the daemon holds.
load lib
bats_require_minimum_version 1.5.0

# Three scales on a serial line, one behind a serial server, one on Modbus TCP.
start_lines() {
    start_scenario <<'MINES'
ports:
  - {name: line-1, rtu: line-1, baud: 38400, parity: none, stop_bits: 1}
  - {name: server-1, rtu_over_tcp: true, baud: 38400}
mines:
  - name: sim-x
    rate: 800 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt, refresh: 0s, port: line-1, unit: 3}
      - {name: scale-2, profile: siemens-bw500, drives: check_belt, refresh: 0s, port: line-1, unit: 7}
      - {name: scale-3, profile: siemens-bw500, drives: check_belt, refresh: 0s, port: server-1, unit: 2}
      - {name: scale-4, profile: siemens-bw500, drives: check_belt, refresh: 0s}
MINES
    line=rtu:$FOLDER/line-1
    serial=(--baud 38400)
    server=rtu_over_tcp:127.0.0.1:$(port_of scale-3)
    tcp=tcp:127.0.0.1:$(port_of scale-4)
}

port_of() { tell show | awk -F '\t' -v name="$1" '$1 ~ name "$" { split($2, part, " "); print part[2] }'; }
probe() { coaltally probe "$@"; }

# refuses STATUS TEXT PROBE-ARGUMENT...
refuses() {
    run "-$1" --separate-stderr coaltally probe "${@:3}"
    [[ $stderr == *"coaltally probe: "*"$2"* ]] || { echo "expected: $2"; echo "said: $stderr"; return 1; }
}

# cell FILE COLUMN KEY...: of the CSV row whose first cells are these.
cell() {
    awk -F , -v wanted="$2" -v key="$(IFS=,; echo "${*:3}")" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        index($0, key ",") == 1 { gsub("\r", ""); print $at[wanted] }' "$1"
}

@test "a scan finds the units of a line, behind a serial server and behind TCP, and says how they answered" {
    start_lines
    run -0 --separate-stderr probe "$line" "${serial[@]}" --scan 1-4,7 --timeout 1s
    [ -z "$stderr" ]
    [[ $output == *"5 of 5 unit ids asked, 2 answered"* ]] || { echo "$output"; return 1; }
    [[ $output =~ $'\n'\ +3\ +answers:\ exception\ 2,\ illegal\ data\ address ]]
    [[ $output =~ $'\n'\ +7\ +answers:\ exception\ 2 ]]
    [ "$(grep -c answers <<<"$output")" -eq 2 ]
    probe "$line" "${serial[@]}" --scan 2-3 --at holding:1013 --timeout 1s --format csv >"$FOLDER/scan.csv"
    grep -q '^2,no answer from .*,timeout,,,' "$FOLDER/scan.csv"
    grep -q '^3,,ok,,0,' "$FOLDER/scan.csv"
    run -0 probe "$server" "${serial[@]}" --scan 2 --lang zh
    [[ $output == *"1 个应答"* ]]
    run -0 probe "$tcp" --scan 1
    [[ $output == *"1 of 1 unit ids asked, 1 answered"* ]]
    refuses 3 'no unit answered within 50 ms each' "$line" "${serial[@]}" --scan 100-102 --timeout 50ms
    # what is there, but cannot be understood
    tell fault scale-1 bad-crc
    run -3 --separate-stderr probe "$line" "${serial[@]}" --scan 3 --timeout 1s
    [[ $output =~ $'\n'\ +3\ .*\ 03\ 83\  ]] || { echo "$output"; return 1; }
    # nothing is there at all
    free_port
    refuses 3 'Connection refused' "tcp:127.0.0.1:$port" --scan 1-247
    refuses 3 'no such serial line' "rtu:$FOLDER/line-2" --scan 1-247
}

@test "a scan ends with Ctrl-C, and shows what it has found" {
    start_lines
    # a shell has its jobs ignore Ctrl-C
    perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$BUILD/coaltally" probe "$line" "${serial[@]}" --scan 3,100-247 --timeout 2s >"$FOLDER/scan.txt" 2>"$FOLDER/scan.log" 3>&- &
    scan=$!
    PIDS+=("$scan")
    answered() { [ "$(asked scale-1 answered)" -gt 0 ] || [ "$(asked scale-1 exceptions)" -gt 0 ]; }
    wait_for 10 answered
    signal INT "$scan"
    wait "$scan"
    grep -q 'of 149 unit ids asked, 1 answered' "$FOLDER/scan.txt"
    grep -Eq '^ +3 +answers' "$FOLDER/scan.txt"
    [ ! -s "$FOLDER/scan.log" ]
}

@test "neighbours: the total that is asked for one off stands beside it" {
    start_lines
    tell flows stop
    tell fault scale-1 preset 4294960.123
    total=$(tell get scale-1 total1 | cut -f 3)
    probe "$line" "${serial[@]}" --unit 3 --at holding:1016 --words 2 --near --format csv >"$FOLDER/near.csv"
    [ "$(cell "$FOLDER/near.csv" minus_1 uint32 ABCD)" = "$total" ]
    [ "$(cell "$FOLDER/near.csv" here uint32 ABCD)" != "$total" ]
    run -0 probe "$line" "${serial[@]}" --unit 3 --at holding:1015 --words 2 --near
    [[ $output =~ 'type'\ +'order'\ +'1014 (-1)'\ +1015\ +'1016 (+1)' ]]
    # below the first register of the device there is none: what there is is shown all the same
    probe "$line" "${serial[@]}" --unit 3 --at holding:1009 --words 2 --near --format csv >"$FOLDER/edge.csv"
    [ -z "$(cell "$FOLDER/edge.csv" minus_1 uint32 ABCD)" ]
    [ -n "$(cell "$FOLDER/edge.csv" here uint32 ABCD)" ]
    refuses 3 'nor are its neighbours there' "$line" "${serial[@]}" --unit 3 --at holding:0 --near
    probe "$line" "${serial[@]}" --unit 3 --profile siemens-bw500 --near --format csv >"$FOLDER/points.csv"
    [ "$(cell "$FOLDER/points.csv" here total1 holding 1015)" = "4294960.123" ]
    [ "$(cell "$FOLDER/points.csv" plus_1 speed holding 1013)" != "$(cell "$FOLDER/points.csv" here speed holding 1013)" ]
}

@test "the change since the last read: the line that moves as the meter does" {
    start_lines
    tell flows stop
    "$BUILD/coaltally" probe "$tcp" --at holding:1015 --words 2 --watch 100ms --format csv >"$FOLDER/watch.csv" 3>&- &
    watch=$!
    PIDS+=("$watch")
    wait_for 10 grep -q '^3,1015' "$FOLDER/watch.csv"
    before=$(tell get scale-4 total1 | cut -f 3)
    tell fault scale-4 jump 1.234
    moved() { [ "$(awk -F , '$2 == 1015 && $4 == "ABCD" { sum += $(NF > 11 ? 12 : 0) } END { print sum + 0 }' "$FOLDER/watch.csv")" -eq 1234 ]; }
    wait_for 10 moved
    signal TERM "$watch"
    wait "$watch"
    [ "$(grep -c '^read,' "$FOLDER/watch.csv")" -eq 1 ]
    [ "$(tell get scale-4 total1 | cut -f 3)" -eq $((before + 1234)) ]

    run -0 probe "$tcp" --at holding:1015 --words 2 --again 100ms
    [[ $output == *"read 1, "*"read 2, "*"nothing has changed"* ]]
    [[ $output != *"read 3, "* ]]
    run -0 probe "$tcp" --profile siemens-bw500 --watch 100ms --times 3 --format csv
    [ "$(grep -c '^[123],total1,holding,1015' <<<"$output")" -eq 3 ]
    [[ $output == *"3,total1,holding,1015,"*",0.000,t,good"* ]] || { echo "$output"; return 1; }
    run -0 probe "$tcp" --at holding:1015 --words 1 --watch 100ms --times 2 --format json
    [ "$(perl -MJSON::PP -0777 -ne 'my $json = JSON::PP->new; my $reads = 0; while (length) { my ($one, $used) = $json->decode_prefix($_); $reads++ if $one->{rows}[0]{read} == $reads + 1; $_ = substr $_, $used; s/^\s+// } print $reads' <<<"$output")" -eq 2 ]
    # a read that fails does not end the watch
    tell fault scale-4 exception 4
    run -3 --separate-stderr probe "$tcp" --at holding:1015 --watch 100ms --times 2
    [ "$(grep -c 'refuses with exception 4' <<<"$stderr")" -eq 2 ]
}

@test "by the configuration: every point raw, decoded and why not; a device, and a bus" {
    start_lines
    tell flows stop
    tell fault scale-2 preset 12.345
    run -0 probe scale-2 --format csv
    [[ $output == *"scale-2,total1,holding,1015,uint32,0000 3039,12345,12.345,t,good"* ]] || { echo "$output"; return 1; }
    run -0 probe --bus line-1
    [[ $output == *"scale-1  rtu:$FOLDER/line-1 unit 3, read in "*"scale-2  rtu:$FOLDER/line-1 unit 7, read in "* ]]
    [[ $output != *"For coaltally.yaml"* ]]
    probe --bus line-1 --format csv >"$FOLDER/bus.csv"
    [ "$(cut -d , -f 1 "$FOLDER/bus.csv" | sort | uniq -c | tr -s ' ' | tr '\n' ';')" = " 1 device; 9 scale-1; 9 scale-2;" ]
    tell fault scale-2 exception 2 point total1
    run --separate-stderr probe scale-2 --format csv
    [[ $output =~ total1,holding,1015,uint32,,,,t,exception,,\"?[^$'\n']*exception\ 2,\ illegal\ data\ address ]] || { echo "$output"; return 1; }
    tell clear scale-2
    tell fault scale-2 silent
    run -3 --separate-stderr probe --bus line-1
    [[ $output == *"scale-1  "* ]]
    [[ $stderr == *"scale-2: no answer"* ]]
    refuses 2 'no device "scale-9" in ' scale-9
    refuses 2 'no bus "line-9" in ' --bus line-9
    refuses 2 '--at goes with an address' scale-1 --at holding:0
    refuses 2 'give a device or --bus' scale-1 --bus line-1
    refuses 2 'expected an address, a device'
}

@test "a line that the daemon holds is not asked: what it has read last is shown" {
    start_lines
    tell flows stop
    tell fault scale-1 preset 98765.432
    start_daemon
    read_it() { grep -q '98765.432' "$FOLDER/scans.tsv" && grep -q scale-3 "$FOLDER/scans.tsv"; }
    wait_for 20 read_it
    refuses 3 "coaltallyd holds the line $FOLDER/line-1, and a line has one master" scale-1
    [[ $output == *"scale-1  rtu $FOLDER/line-1 unit 3  siemens-bw500: read by coaltallyd "*" s ago"* ]]
    [[ $output =~ total1\ +holding\ +1015\ +uint32\ .*\ 98765\.432\ +t\ +good ]]
    [[ $output != *scale-2* ]]
    refuses 3 "coaltallyd holds the line" "$line" "${serial[@]}" --scan 1-247
    [[ $output == *scale-1*scale-2* ]]
    refuses 3 "coaltallyd holds the line" "$server" --unit 2 --at holding:1015
    [[ $output == *"scale-3  rtu_over_tcp "* ]]
    refuses 3 "coaltallyd holds the line" --bus line-1 --format csv
    [[ $output == *"scale-1,total1,holding,1015,uint32,"*",98765.432,t,good"* ]]
    run -3 --separate-stderr probe scale-1 --lang zh
    [[ $output == *"秒前读取"* && $stderr == *"采集服务占用线路 "* ]]
    # by another name
    mkdir "$FOLDER/by-id"
    ln -s "$FOLDER/line-1" "$FOLDER/by-id/adapter"
    refuses 3 "coaltallyd holds the line" "rtu:$FOLDER/by-id/adapter" "${serial[@]}" --scan 1-247
    [[ $output == *scale-1*scale-2* ]]
    # why there is no value
    tell fault scale-2 silent
    silent() { coaltally probe scale-2 2>/dev/null | grep -q 'no answer from .* unit 7'; }
    wait_for 20 silent
    # Modbus TCP is for all
    run -0 probe scale-4
    # without the file of another user's daemon it is refused all the same
    chmod 000 "$FOLDER/scans.tsv"
    refuses 3 "coaltallyd holds the line" --bus server-1
    stop_daemon
    run -0 probe scale-1
    [[ $output == *"scale-1  rtu:$FOLDER/line-1 unit 3, read in "* ]]
}

@test "what makes no sense is said" {
    to=tcp:127.0.0.1:1502
    refuses 2 '--baud is of a serial line' $to --baud 9600 --at holding:0
    refuses 2 '--parity mark: expected none, even or odd' rtu:/dev/ttyS1 --parity mark --at holding:0
    refuses 2 '--stop-bits 3: expected a number from 1 to 2' rtu:/dev/ttyS1 --stop-bits 3 --at holding:0
    refuses 2 '--baud 1: expected a number' rtu:/dev/ttyS1 --baud 1 --at holding:0
    refuses 2 '--unit 0: on a serial line 0 means all units' rtu:/dev/ttyS1 --unit 0 --at holding:0
    refuses 2 '--scan 0-9: on a serial line 0 means all units' rtu_over_tcp:127.0.0.1:1502 --scan 0-9
    refuses 2 '--scan 0-256: expected unit ids' $to --scan 0-256
    refuses 2 '--scan asks once' $to --scan 1-2 --watch 1s
    refuses 2 '--scan asks all units' $to --scan 1-2 --unit 3
    refuses 2 'give one of --again TIME and --watch TIME' $to --at holding:0 --again 1s --watch 1s
    refuses 2 '--times N is for --watch' $to --at holding:0 --times 2
    refuses 2 '--watch 1ms: expected a time from 100ms' $to --at holding:0 --watch 1ms
    refuses 2 '--near is for registers' $to --at coil:0 --near
    refuses 2 '--words 5: expected a number from 1 to 4' $to --at holding:0 --near --words 5
    refuses 2 'no profile "simens-bw500"; did you mean "siemens-bw500"?' $to --profile simens-bw500
    refuses 2 'no profile "zzz"; coaltally profiles lists what there is' $to --profile zzz
    refuses 2 '没有设备模板 "simens-bw500"；是否为 "siemens-bw500"？' $to --profile simens-bw500 --lang zh
    free_port
    refuses 3 "毫秒内无法连接 127.0.0.1:$port：连接被拒绝" "tcp:127.0.0.1:$port" --at holding:0 --lang zh
}
