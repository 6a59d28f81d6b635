#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Chinese: every text has it, every page and fault speaks it, and where the catalogue is missing English goes on.
load lib
load lib_cli

zh() { "$BUILD/coaltally" "$@" --lang zh; }

# english: of a text, the lines with a sentence in English: four words in a row that are no names of options,
# keys, files, formats or places. Prints them; fails when there are none.
english() {
    perl -CSD -ne '
        my $line = $_;
        s/"[^"]*"//g;                        # quoted: what was found
        s{\S*[/@=:_\\-]\S*}{ | }g;           # paths, options, keys, addresses
        s/\b[A-Z][A-Z_]+\b/ | /g;            # NAME, DATE
        $bad = 1, print $line if /\b[a-z]+(?: [a-z]+){3,}/i;
        END { exit !$bad }'
}

# says_chinese STATUS ARGUMENT...: what is wrong is said in Chinese, and nowhere in English.
says_chinese() {
    run "-$1" --separate-stderr zh "${@:2}"
    grep -qP '\p{Han}' <<<"$stderr" || { echo "no Chinese: $stderr"; return 1; }
    ! english <<<"$stderr" || return 1
}

# straight FILE: each cell of a page's tables begins where its heading begins, or ends where it ends. A Chinese
# character is two columns wide. Prints the lines that do not; fails when there is no table.
straight() {
    perl -CSD -Mutf8 -ne '
        sub width { my $n = 0; $n += /[\x{1100}-\x{115f}\x{2e80}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe4f}\x{ff00}-\x{ff60}]/ ? 2 : 1 for split //, $_[0]; $n }
        chomp;
        if (/^\s*$/) { $heading = 0; next }
        next if / 模拟数据$|^进行中|：$|^\*/; # a title, a note
        if (!$heading || !/[0-9-]/) { # a heading has no numbers
            next unless /\S  +\S/; # a line of text
            $heading = $_; %edge = ();
            while (/(\S+(?: \S+)*)/g) { $edge{width substr $_, 0, $-[1]}++; $edge{width substr $_, 0, $+[1]}++ }
            next
        }
        $rows++;
        while (/(\S+(?: \S+)*)/g) {
            next if $edge{width substr $_, 0, $-[1]} || $edge{width substr $_, 0, $+[1]};
            $bad = 1; print "$heading\n$_\n"
        }
        END { print "no table\n" unless $rows; exit($bad || !$rows) }' "$1"
}

@test "each text has its Chinese, each Chinese its text, and their formats agree" {
    for program in xgettext msgmerge msgattrib msgfmt; do command -v $program >/dev/null || skip "no $program"; done
    cp -r "$SOURCE/Makefile" "$SOURCE/drivers" "$SOURCE/collector" "$SOURCE/config" "$FOLDER"
    run make -s -C "$FOLDER" language
    echo "$output"
    [ "$status" = 0 ] && [ -z "$output" ]
    # and the check finds what is wrong
    echo 'const char *more(void) { return N_("one text more than the catalogue has"); }' >"$FOLDER/collector/more.c"
    run make -s -C "$FOLDER" language
    [ "$status" != 0 ]
    [[ $output == *"one text more than the catalogue has"* ]]
    rm "$FOLDER/collector/more.c"
    printf '\nmsgid "nobody says this"\nmsgstr "没有人说"\n' >>"$FOLDER/config/po/zh_CN.po"
    touch "$FOLDER/Makefile"
    run make -s -C "$FOLDER" language
    [ "$status" != 0 ]
}

@test "the help of each verb is in Chinese" {
    run -0 --separate-stderr zh --help
    ! english <<<"$output"
    verbs=$("$BUILD/coaltally" --help --lang en | awk '/^  [a-z]/ { print $1 }')
    [ "$(wc -w <<<"$verbs")" -ge 14 ]
    for verb in $verbs; do
        run -0 --separate-stderr zh $verb --help
        [[ ${lines[0]} == "用法: coaltally $verb"*"[选项]" ]]
        [ -z "$stderr" ]
        ! english <<<"$output"
        # as many options as in English: nothing was left out
        [ "$(grep -c '^  --' <<<"$output")" -eq "$("$BUILD/coaltally" $verb --help --lang en | grep -c '^  --')" ]
    done
}

@test "what is wrong is said in Chinese" {
    local file=$FOLDER/bad.yaml
    # usage, also what stands before --lang
    says_chinese 2 shfit
    says_chinese 2 frobnicate
    says_chinese 2 day --dtae today
    says_chinese 2 day -x
    says_chinese 2 day --date
    says_chinese 2 day --date today --date today
    says_chinese 2 day one
    says_chinese 2 day --help=yes
    says_chinese 2 backup
    says_chinese 2 import
    # no configuration, no ledger
    says_chinese 2 day
    says_chinese 2 check
    says_chinese 3 day --database "$FOLDER/none.db"
    says_chinese 3 verify --database "$FOLDER/none.db"
    # a configuration with faults of all kinds, a profile too
    echo 'site: {name: county, tme: 3}' >"$file"
    says_chinese 2 -c "$file" check
    printf 'site: {name: a\n' >"$file"
    says_chinese 2 -c "$file" check
    mkdir "$FOLDER/profiles"
    printf 'profile: odd\ntitle: Odd\nsource: none\naddress_base: 7\npoints:\n  - {name: a, kind: counter, table: holding}\n  - {name: a, type: uint3, kind: gauge, address: -1}\n' \
        >"$FOLDER/profiles/odd.yaml"
    cat >"$file" <<'YAML'
database: ledger.db
timezone: Asia/Nowhere
site: {name: Demo}
mines: [{name: north, title: {en: North, zh: 北}, simulated: maybe, calendar: [{day: "25:00"}]}]
buses: [{name: A, tcp: foo, rtu: x}, {name: b, tcp: "127.0.0.1:1", unknown: 1}]
devices: [{name: scale-1, bus: c, unit: 300, mine: nroth, profile: odd, interval: 10}]
meters: [{name: m-1, mine: north, quantity: raw_cole, point: scale-1.total, role: man, path: p, max_rate: 1}]
YAML
    says_chinese 2 -c "$file" check
    [ "${#stderr_lines[@]}" -ge 8 ]
    says_chinese 2 -c "$file" plan
    says_chinese 2 -c "$file" profiles odd
    # the line
    free_port
    says_chinese 3 probe "tcp:127.0.0.1:$port" --at holding:0
    says_chinese 3 probe "rtu:$FOLDER/line" --at holding:0
    says_chinese 2 probe "udp:x" --at holding:0
    # a ledger that is none
    echo "this is no ledger, whatever it is called" >"$FOLDER/odd.db"
    says_chinese 3 verify --database "$FOLDER/odd.db"
}

@test "acts are answered and refused in Chinese, tables stand straight" {
    start_scale
    start_counting
    run zh enter --mine sim-x --item stock --period 2026-10-01 --value 84300 --source "调度日报" --by 张三
    echo "$output"
    [ "$status" = 0 ]
    grep -qP '\p{Han}' <<<"$output"
    ! english <<<"$output"
    run -0 zh fault log --mine sim-x --device scale-1 --at "$(date -d "2 days ago" +%F)" --until "$(date -d yesterday +%F)" --sign "读数停滞" --by 张三
    ! english <<<"$output"
    run -0 zh calibration log --mine sim-x --device scale-1 --kind zero --before "0.12 %" --after "0.01 %" --by 张三
    ! english <<<"$output"
    meter=$(sql 'SELECT name FROM meter LIMIT 1')
    says_chinese 2 resolve 999999 --discard --reason x --by 张三
    says_chinese 2 adjust --mine sim-x --period 2026-13 --amount 1 --reason x --by 张三
    says_chinese 2 adjust --mine sim-q --period 2026-10 --amount 1 --reason x --by 张三
    says_chinese 2 release "$meter" --by 张三
    says_chinese 2 hold "$meter" --for 25h --by 张三
    says_chinese 2 enter --mine sim-x --item stok --period 2026-10-01 --value 1 --by 张三
    says_chinese 2 close --mine sim-x --period 2026-10-01 --prepared-by 张三 --checked-by 张三
    says_chinese 2 day --mine sim-q
    says_chinese 2 journal --from never
    says_chinese 2 board --date never
    says_chinese 2 day --format xml
    for verb in acts alarms fault calibration journal profiles plan hours shift day dekad month year; do
        zh $verb >"$FOLDER/page" 2>"$FOLDER/said" || [ $verb = plan ]
        straight "$FOLDER/page" || { echo "coaltally $verb"; cat "$FOLDER/page"; return 1; }
    done
    # what programs read is the same in every language
    for verb in acts alarms fault calibration journal day month board; do
        [ "$(zh $verb --format csv | head -1)" = "$(coaltally $verb --format csv --lang en | head -1)" ]
    done
    # the daemon's log is English
    ! grep -P '\p{Han}' "$FOLDER/coaltallyd.log" | grep -v '张三' # but for a name
}

@test "without its catalogue it says so once and goes on in English; where it is installed it is found" {
    mkdir -p "$FOLDER/usr/bin"
    cp "$BUILD/coaltally" "$FOLDER/usr/bin"
    run -0 --separate-stderr "$FOLDER/usr/bin/coaltally" shift --help --lang zh
    [[ ${lines[0]} == "usage: coaltally shift"* ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == *"no Chinese"*"coaltally.mo"* ]]
    run -0 --separate-stderr "$FOLDER/usr/bin/coaltally" shift --help
    [ -z "$stderr" ]
    mkdir -p "$FOLDER/usr/share/coaltally"
    install -D -m 644 "$SOURCE/build/locale/zh_CN/LC_MESSAGES/coaltally.mo" \
        "$FOLDER/usr/share/locale/zh_CN/LC_MESSAGES/coaltally.mo"
    run -0 --separate-stderr env LANG=zh_CN.UTF-8 LC_ALL= "$FOLDER/usr/bin/coaltally" shift --help
    [[ ${lines[0]} == "用法: coaltally shift"* ]]
    [ -z "$stderr" ]
}
