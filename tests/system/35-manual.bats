#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The manual and the README say what the programs do: no option, key or fault without its words.
load lib

manual() { cat "$SOURCE/config/man/$1"; }

# section PAGE VERB: what the page says under a verb.
section() {
    manual "$1" | awk -v verb="$2" '
        /^\.It Ic / { inside = $3 == verb }
        /^\.Sh / { inside = 0 }
        inside'
}

# options TEXT: the long options that a help text lists, without those of all verbs.
options() { grep -o '^  --[a-z-]*' | tr -d ' ' | grep -vxE -e '--(config|database|lang|help)'; }

lacking=
lack() { lacking+="$1"$'\n'; }

@test "each verb and option of the command line is in its manual page, in both languages" {
    verbs=$("$BUILD/coaltally" --help --lang en | awk '/^  [a-z]/ { print $1 }')
    [ "$(wc -w <<<"$verbs")" -ge 14 ]
    for verb in $verbs; do
        options=$("$BUILD/coaltally" "$verb" --help --lang en | options || true)
        for page in coaltally.1 zh_CN/coaltally.1; do
            text=$(section "$page" "$verb")
            [ -n "$text" ] || lack "$page: $verb"
            for option in $options; do
                grep -qE -- "-${option#--}( |\$)" <<<"$text" || lack "$page: $verb $option"
            done
        done
    done
    [ -z "$lacking" ] || { echo "not in the manual:"; echo "$lacking"; return 1; }
}

@test "the Chinese page has what the English one has" {
    # the same verbs, options, examples, files and variables in the same order
    outline() { manual "$1" | grep -oE '^\.It (Ic [a-z]+|Fl .*|Ev .*|Pa .*|[0-9])|^coaltally .*' | sed 's/ Ar [^ ]*//g; s/ *$//'; }
    diff <(outline coaltally.1) <(outline zh_CN/coaltally.1 | grep -v 'coaltally\.mo')
    [ "$(outline coaltally.1 | wc -l)" -ge 150 ]
    if command -v mandoc >/dev/null; then mandoc -T lint -W error "$SOURCE"/config/man/zh_CN/*.1; fi
}

@test "each option, command and fault of the simulator is in its manual page" {
    page=$(manual minesim.1)
    help=$("$BUILD/minesim" --help)
    for option in $(grep -o '^  --[a-z-]*' <<<"$help"); do
        grep -qE -- "Fl -${option#--}( |\$)|, -${option#--} " <<<"$page" || lack "$option"
    done
    faults=$(sed -n '/^Faults:/,/^$/s/^  \([a-z-]*\)  .*/\1/p' <<<"$help")
    [ "$(wc -w <<<"$faults")" -ge 25 ]
    for fault in $faults; do
        grep -qE "^\.It Cm .*\b$fault\b" <<<"$page" || lack "$fault"
    done
    commands=$(sed -n '/^Commands,/,/^Faults:/s/^  \([a-z]*\)  *[A-Za-z[].*/\1/p' <<<"$help")
    [ "$(wc -w <<<"$commands")" -ge 10 ]
    for command in $commands; do
        grep -q "^\.It Ic $command\b" <<<"$page" || lack "$command"
    done
    [ -z "$lacking" ] || { echo "not in minesim.1:"; echo "$lacking"; return 1; }
}

@test "each key of the configuration and of profiles is in the manual page, and so is each quantity" {
    page=$(manual coaltally.yaml.5)
    keys=$(cat "$SOURCE"/collector/config*.c "$SOURCE"/drivers/{point_read,profile,profile_links}.c | tr -d '\n' |
        grep -oE '\{?"[a-z_]+", *YAML_' | grep -oE '[a-z_]+"' | tr -d '"' | sort -u)
    [ "$(wc -w <<<"$keys")" -ge 50 ]
    for key in $keys $(sed -n 's/^    {"\([a-z_]*\)", "[a-zA-Z0-9]*", ".*/\1/p' "$SOURCE/collector/quantity.c"); do
        grep -qw -- "$key" <<<"$page" || lack "$key"
    done
    [ -z "$lacking" ] || { echo "not in coaltally.yaml.5:"; echo "$lacking"; return 1; }
}

@test "the examples of the manual page are in order" {
    mkdir "$FOLDER/profiles"
    manual coaltally.yaml.5 | awk -v folder="$FOLDER" '
        /^\.Bd -literal$/ { file = folder (found++ ? "/profiles/my-scale.yaml" : "/example.yaml"); next }
        /^\.Ed$/ { file = "" }
        file { print > file }'
    run "$BUILD/coaltally" -c "$FOLDER/example.yaml" check --lang en
    [ "$status" = 0 ]
    [[ $output == *"configuration OK, 0 warnings"* ]]
    run "$BUILD/coaltally" -c "$FOLDER/example.yaml" profiles my-scale
    [ "$status" = 0 ]
    [[ $output == *total1* ]]
}

@test "the tests that the README names exist" {
    for file in $(grep -ohE '`(tests/[a-z]*/)?[0-9a-z_-]+(\.bats|_test\.c)`' "$SOURCE"/README*.md | tr -d '`' | sort -u); do
        compgen -G "$SOURCE/tests/*/${file##*/}" >/dev/null || lack "$file"
    done
    [ -z "$lacking" ] || { echo "named and not there:"; echo "$lacking"; return 1; }
}
