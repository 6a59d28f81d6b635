#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every verb of the command line: its help, its mistakes, its pages and its data.
load lib
load lib_cli

VERBS='check profiles probe status hours shift day dekad month year board journal trace verify enter acts import backup'
REPORTS='status hours shift day dekad month year board journal' # with --format
FIGURES='hours shift day dekad month year trace'                # with --mine, --quantity

# says STATUS TEXT ARGUMENT...: what the command line says on stderr, and nothing else.
says() {
    run "-$1" --separate-stderr coaltally "${@:3}"
    [ -z "$output" ] || { echo "on stdout: $output"; return 1; }
    [[ $stderr == *"$2"* ]] || { echo "expected: $2"; echo "said: $stderr"; return 1; }
}

# Each line of a page as columns of one table: the display width at which every cell ends or begins. A
# character of Chinese is two wide. Prints the lines whose numbers do not stand under their heading's end.
crooked() { # HEADING: lines from the one that begins with it to the next empty one
    perl -CSD -Mutf8 -e '
        sub width { my $n = 0; $n += /[\x{1100}-\x{115f}\x{2e80}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe4f}\x{ff00}-\x{ff60}]/ ? 2 : 1 for split //, $_[0]; $n }
        utf8::decode(my $heading = shift);
        my (@ends, $rows, $bad);
        while (<STDIN>) {
            chomp;
            if (/^\Q$heading\E/) { @ends = (); push @ends, width($`) + width($1) while /(?<!\S)(\S+(?: \S+)*)/g; next }
            next unless @ends;
            if (/^$|^\*/ || /^rounded rows less totals|^stated before|\x{6b64}\x{524d}\x{516c}\x{5e03}|\x{5c3e}\x{5dee}/) { @ends = (); next } # below it are texts
            $rows++;
            # a number ends where a heading ends, unless the row is over: quality and marks are texts
            while (/(?<!\S)(-|[0-9][0-9,]*(?:\.[0-9]+)?(?: %)?)(?=  |$)/g) {
                my $end = width(substr $_, 0, $+[1]);
                next if grep { $_ == $end } @ends;
                print "crooked at $end: $_\n";
                $bad = 1;
            }
        }
        print "no table under $heading\n" unless $rows;
        exit($bad || !$rows)' "$1"
}

# All twelve devices have been read.
all_online() { coaltally status --format json | jq -e '.rows | length == 12 and all(.online)'; }

@test "help, and every mistake of spelling" {
    local verb
    run -0 coaltally --help
    for verb in $VERBS; do [[ $output == *$'\n'"  $verb "* ]]; done
    run -2 coaltally
    run -0 --separate-stderr coaltally --version
    [[ $output =~ ^coaltally\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    for verb in $VERBS; do
        run -0 --separate-stderr coaltally $verb --help
        [[ ${lines[0]} == "usage: coaltally $verb"* ]]
        [[ $output == *"--lang LANG"* ]]
        [ -z "$stderr" ]
        run -0 coaltally $verb --help --lang zh
        [[ ${lines[0]} == "用法: coaltally $verb"* ]]
        says 2 'unknown option --lnag; did you mean --lang?' $verb --lnag zh
        says 2 'unknown option --wibble; see --help' $verb --wibble
        says 2 '--lang fr: expected en or zh' $verb --lang fr
        says 2 '--config needs a value (FILE)' $verb --config
        says 2 '--lang was given twice' $verb --lang en --lang zh
        says 2 '--help takes no value' $verb --help=yes
        says 2 'unknown option -x; see --help' $verb -x
        says 2 'unexpected argument' $verb one two three
    done
    says 2 'unknown verb shfit; did you mean shift?' shfit
    says 2 'unknown verb frobnicate; coaltally --help lists them' frobnicate
    for verb in status hours shift day dekad month year board journal trace verify backup; do
        says 2 "no configuration: $COALTALLY_CONFIG: No such file or directory" $verb $([ $verb != backup ] || echo to)
    done
}

@test "every page and all data of a running site" {
    local verb date row
    start_mines --mines 2 --seed 21
    start_daemon
    wait_for 30 counting
    wait_for 30 grep -q '"devices"' "$FOLDER/status.json"
    wait_for 30 all_online

    # wrong values, each with what was expected
    for verb in hours shift day dekad month year board trace; do
        for date in 2026-02-29 2026-13-01 26-01-01 2026-1-1 tomorrow ''; do
            says 2 "--date $date: expected today, yesterday or a date like 2026-10-13" $verb --date "$date"
        done
        run -0 --separate-stderr coaltally $verb --date yesterday
    done
    # before the first reading nothing is known: a sum of 0 would be a figure
    run -0 coaltally day --date "$(sql "SELECT date(min(day) * 86400 - 86400, 'unixepoch') FROM day_total")" --quantity raw_coal --lang en
    [[ ${lines[2]} =~ ^sim-a(\ +-){6}\ +0\.0\ %\ +before$ ]]
    [[ ${lines[4]} =~ ^total(\ +-){6}$ ]]
    for verb in $FIGURES; do
        says 2 'no mine sim-q; did you mean sim-a?' $verb --mine sim-q
        says 2 'no meter of the quantity raw_cole' $verb --quantity raw_cole
    done
    for verb in $REPORTS; do
        says 2 '--format xml: expected table, csv or json' $verb --format xml
    done
    says 2 '--shift 4: that day has 3 shifts' shift --shift 4
    says 2 '--shift 9: expected a number from 1 to 8' shift --shift 9
    says 2 '--month 2026-13: expected this, last or a month like 2026-10' month --month 2026-13
    says 2 '--year 26: expected this, last or a year like 2026' year --year 26
    says 2 '--unit kg: expected t or 10kt' day --unit kg

    for verb in $REPORTS trace verify; do
        # a page: marked, straight, without escape codes where nobody looks at it
        for language in en zh; do
            run -0 --separate-stderr coaltally $verb --lang $language
            [ -z "$stderr" ]
            [[ $output == *"$([ $language = en ] && echo SIMULATED || echo 模拟数据)"* ]]
            [[ $output != *$'\033'* ]]
            grep -qx '.* ' <<<"$output" && { echo "a line ends in a space"; return 1; } || true
        done
    done
    for verb in hours shift day dekad month year; do
        coaltally $verb | crooked mine
        coaltally $verb --lang zh | crooked 煤矿
        coaltally $verb --lang zh --meters | crooked 煤矿
        # one page a quantity, and one of what a shift hands over, each with its mark
        [ "$(coaltally $verb --quantity all | grep -c SIMULATED)" -eq $([ $verb = shift ] && echo 4 || echo 3) ]
    done
    coaltally status --lang zh | crooked 设备
    coaltally board --lang zh | crooked 指标
    coaltally board --all --lang zh | crooked 指标

    # data: as many rows either way, all of them marked, numbers with all their digits
    for verb in $REPORTS; do
        run -0 --separate-stderr coaltally $verb --format json
        rows=$(perl -MJSON::PP -0777 -ne '
            my $all = decode_json($_);
            my @rows = @{$all->{rows}};
            die "not marked\n" unless $all->{simulated};
            for (@rows) { die "a row is not marked\n" unless exists $_->{simulated} }
            die "other columns\n" if @rows && grep { join(",", sort keys %$_) ne join(",", sort keys %{$rows[0]}) } @rows;
            print scalar @rows' <<<"$output")
        [ "$rows" -gt 0 ]
        run -0 --separate-stderr coaltally $verb --format csv
        [[ ${lines[0]} == *,simulated* ]]
        [ "${#lines[@]}" -eq $((rows + 1)) ]
    done
    for verb in $REPORTS; do
        [ "$(coaltally $verb --format csv --lang zh | head -1)" = "$(coaltally $verb --format csv | head -1)" ]
    done
    run coaltally day --mine sim-a --quantity raw_coal --format csv
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[1]} =~ ^[0-9-]+,sim-a,raw_coal,t,.*,[0-9]+\.[0-9]{3}, ]]

    # colour for a terminal, none in a pipe or where NO_COLOR asks for none
    command -v script >/dev/null || skip "no script(1) to make a terminal with"
    script -qec "$BUILD/coaltally status" /dev/null </dev/null | grep -q $'\033\['
    [[ $(NO_COLOR=1 script -qec "$BUILD/coaltally status" /dev/null </dev/null) != *$'\033'* ]]
    stop_daemon
    run -1 coaltally status
    [[ $output == *"does NOT run"*SIMULATED* ]]
}

@test "a page that cannot be written is no success" {
    [ -w /dev/full ] || skip "no /dev/full"
    start_scale
    start_counting
    for verb in $REPORTS trace verify check profiles; do
        status=0
        coaltally $verb >/dev/full 2>"$FOLDER/said" || status=$?
        [ "$status" -eq 3 ]
        grep -q 'cannot write the' "$FOLDER/said"
    done
}
