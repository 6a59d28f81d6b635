#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# make install puts everything in its place, and the programs run from there; the unit is sound.
load lib
load lib_cli

# install_into FOLDER PREFIX: what was built already, whatever built it.
install_into() {
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$SOURCE" install DESTDIR="$1" PREFIX="$2" \
        BUILD="$(realpath --relative-to="$SOURCE" "$BUILD")"
}

@test "everything is in its place, and runs from there, even moved" {
    install_into "$FOLDER/root" /usr
    local file root=$FOLDER/root
    for file in coaltallyd coaltally minesim; do [ -x "$root/usr/bin/$file" ]; done
    for file in lib/systemd/system/coaltallyd.service lib/sysusers.d/coaltally.conf \
        share/coaltally/seeds/indicators.yaml share/coaltally/profiles/siemens-bw500.yaml \
        share/doc/coaltally/examples/coaltally.yaml share/man/man8/coaltallyd.8 share/man/man1/coaltally.1 \
        share/man/zh_CN/man1/coaltally.1 share/locale/zh_CN/LC_MESSAGES/coaltally.mo; do
        [ "$(stat -c %a "$root/usr/$file")" = 644 ]
    done
    [ -d "$root/etc/coaltally" ]
    [ "$(cat "$SOURCE"/drivers/profiles/*.yaml | sha256sum)" = "$(cat "$root"/usr/share/coaltally/profiles/*.yaml | sha256sum)" ]
    [ -z "$(grep -r '@PREFIX@' "$root/usr/lib")" ]
    grep -qx 'ExecStart=/usr/bin/coaltallyd -c /etc/coaltally/coaltally.yaml' "$root/usr/lib/systemd/system/coaltallyd.service"

    # From another place than it was made for, and with nothing said about where the data is.
    mv "$root/usr" "$FOLDER/moved"
    unset COALTALLY_PROFILES COALTALLY_SEEDS
    BUILD=$FOLDER/moved/bin
    cd "$FOLDER"
    coaltally -c "$FOLDER/moved/share/doc/coaltally/examples/coaltally.yaml" check
    start_scale
    start_counting
    run -0 coaltally profiles siemens-bw500
    [[ $output == *"file: $FOLDER/moved/share/coaltally/profiles/siemens-bw500.yaml"* ]]
    run -0 coaltally board
    [[ $output == *"raw coal"*"3,600"* ]]
    run -0 --separate-stderr coaltally board --lang zh
    [[ $output == *"原煤产量"* && -z $stderr ]]
    settle_scale
    stop_daemon
    reconcile
}

@test "installed twice, the configuration of the site stays" {
    install_into "$FOLDER/root" /usr/local
    echo mine >"$FOLDER/root/etc/coaltally/coaltally.yaml"
    install_into "$FOLDER/root" /usr/local
    [ "$(cat "$FOLDER/root/etc/coaltally/coaltally.yaml")" = mine ]
    grep -qx 'ExecStart=/usr/local/bin/coaltallyd -c /etc/coaltally/coaltally.yaml' \
        "$FOLDER/root/usr/local/lib/systemd/system/coaltallyd.service"
}

@test "systemd finds nothing to complain about in the unit, and little that the service may do" {
    command -v systemd-analyze >/dev/null || skip "no systemd-analyze here"
    install_into "$FOLDER/root" /usr
    local unit=$FOLDER/coaltallyd.service
    sed "s|^ExecStart=|&$FOLDER/root|" "$FOLDER/root/usr/lib/systemd/system/coaltallyd.service" >"$unit"
    run -0 systemd-analyze verify --man=no "$unit"
    [ -z "$output" ]
    run -0 systemd-analyze security --offline=yes --threshold=20 "$unit"
    [[ $output == *"Overall exposure level"* ]]
}
