#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The broker of config/mosquitto.conf with the rights of config/mosquitto.acl, as they stand there but for paths and
# ports, and daemons that meet it.
load lib

# --- certificates ---

authority() { # NAME
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \
        -keyout "$FOLDER/$1.key" -out "$FOLDER/$1.crt" -addext keyUsage=critical,keyCertSign 2>/dev/null
}

certificate() { # NAME SUBJECT-ALT-NAME of authority ca
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$FOLDER/$1.key" \
        -out "$FOLDER/$1.csr" 2>/dev/null
    openssl x509 -req -in "$FOLDER/$1.csr" -CA "$FOLDER/ca.crt" -CAkey "$FOLDER/ca.key" -CAcreateserial -days 30 \
        -out "$FOLDER/$1.crt" -extfile <(echo "subjectAltName=$2") 2>/dev/null
}

# --- the broker ---

# secure_broker CERTIFICATE [SED-SCRIPT]: config/mosquitto.conf on $port (a free one, unless it is set).
secure_broker() {
    [ -n "$port" ] || free_port
    cp "$SOURCE/config/mosquitto.acl" "$FOLDER/coaltally.acl"
    chmod 700 "$FOLDER/coaltally.acl"
    { sed -e "s|^listener 8883|listener $port 127.0.0.1|" -e "s|/etc/mosquitto/certs/server|$FOLDER/$1|" \
          -e "s|/etc/mosquitto/certs|$FOLDER|" -e "s|/etc/mosquitto/conf.d|$FOLDER|" -e "s|/etc/mosquitto|$FOLDER|" \
          -e "${2:-}" "$SOURCE/config/mosquitto.conf"
      echo "persistence_location $FOLDER/"
      [ "$(id -u)" != 0 ] || echo 'user root'; } >"$FOLDER/mosquitto.conf"
    for user in north south liulin display; do
        mosquitto_passwd -b $([ -e "$FOLDER/coaltally.passwd" ] || echo -c) "$FOLDER/coaltally.passwd" $user "of-$user"
    done 2>/dev/null
    mosquitto -c "$FOLDER/mosquitto.conf" >>"$FOLDER/mosquitto.log" 2>&1 3>&- &
    broker=$!
    PIDS+=("$broker")
    wait_for 10 listens
}

listens() { (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

as() { # USER: the arguments of mosquitto_pub and mosquitto_sub
    echo "-h 127.0.0.1 -p $port --cafile $FOLDER/ca.crt -u $1 -P of-$1 -V 5"
}

# may_write USER TOPIC: the broker takes it, in the words of MQTT 5.
may_write() { ! mosquitto_pub $(as "$1") -q 1 -t "$2" -m x 2>&1 | grep -q 'Not authorized'; }

may_not_write() { ! may_write "$@"; }

# may_read USER TOPIC: what is retained there comes to the user. $WRITER[topic] may write it.
may_read() {
    local writer=liulin
    case $2 in coaltally/north/*) writer=north ;; coaltally/south/*) writer=south ;; esac
    mosquitto_pub $(as $writer) -q 1 -r -t "$2" -m kept || return 1
    [ "$(mosquitto_sub $(as "$1") -q 1 -t "$2" -t "always/$1" -C 1 -W 1 2>/dev/null)" = kept ]
}

may_not_read() { ! may_read "$@"; }

# --- a daemon ---

# daemon_of SITE MQTT-ENTRIES: one simulated scale; the rest of its `mqtt:`.
daemon_of() {
    start_scenario --site "$1" <<'MINES'
mines:
  - name: pit
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
    sed -i '/^mqtt:/d' "$COALTALLY_CONFIG"
    echo "mqtt: {host: 127.0.0.1, port: $port, tls: on, $2}" >>"$COALTALLY_CONFIG"
    start_daemon
}

password_of() { # USER: entries with it
    echo "of-$1" >"$FOLDER/$1.password"
    chmod 600 "$FOLDER/$1.password"
    echo "ca_file: $FOLDER/ca.crt, user: $1, password_file: $FOLDER/$1.password"
}

says() { unfolded "$(coaltally status)" | grep -q -- "$1"; }
says_not() { ! says "$1"; }

@test "a site writes its own branch alone and reads its own answer alone; a county its own branch; displays read" {
    authority ca
    certificate server IP:127.0.0.1
    secure_broker server

    may_write north coaltally/north/status
    may_write north coaltally/north/ledger
    may_write north coaltally/north/pit/alarm/x
    may_not_write north coaltally/south/ledger
    may_not_write north coaltally/south/status
    may_not_write north coaltally/county/liulin/confirmed/north
    may_not_write north coaltally/county/liulin/board
    may_not_write north coaltally/liulin/ledger
    may_not_write north elsewhere
    may_read north coaltally/county/liulin/confirmed/north
    may_not_read north coaltally/county/liulin/confirmed/south
    may_not_read north coaltally/south/ledger
    may_read north coaltally/county/liulin/status
    may_not_read north coaltally/county/liulin/board

    may_write liulin coaltally/county/liulin/status
    may_write liulin coaltally/county/liulin/confirmed/north
    may_not_write liulin coaltally/county/zhongyang/status
    may_not_write liulin coaltally/north/ledger
    may_not_write liulin coaltally/liulin/ledger
    may_read liulin coaltally/north/ledger
    may_read liulin coaltally/south/status

    may_not_write display coaltally/display/status
    may_not_write display coaltally/north/status
    may_read display coaltally/north/pit/totals
    may_read display coaltally/county/liulin/board

    # And nobody without a name.
    run mosquitto_pub -h 127.0.0.1 -p "$port" --cafile "$FOLDER/ca.crt" -V 5 -q 1 -t coaltally/north/ledger -m x
    [ "$status" -ne 0 ]
}

@test "a daemon over TLS with its password; where the broker denies it its branch, it says so until it may" {
    authority ca
    certificate server IP:127.0.0.1
    secure_broker server
    daemon_of north "$(password_of north)"
    wait_for 20 says ' connected'
    wait_for 20 may_hear coaltally/north/status '"online"'
    says_not REFUSED
    stop_daemon

    # The same under another site's user.
    sed -i "s|user: north, password_file: $FOLDER/north|user: south, password_file: $FOLDER/south|" "$COALTALLY_CONFIG"
    password_of south
    mosquitto_pub $(as north) -q 1 -r -t coaltally/north/pit/scale-1/state -n
    start_daemon
    wait_for 20 says 'REFUSED by the broker .*: coaltally/north/'
    says 'not authorised (code 135)'
    says ' connected'
    [ -z "$(mosquitto_sub $(as display) -t coaltally/north/pit/scale-1/state -C 1 -W 1 2>/dev/null)" ]
    [[ $(jq -r .mqtt.denied_topic "$FOLDER/status.json") == coaltally/north/* ]]

    # Whoever keeps the broker sees it, and lets it.
    echo -e 'user south\ntopic write coaltally/north/#' >>"$FOLDER/coaltally.acl"
    signal HUP "$broker"
    wait_for 40 says_not REFUSED
    wait_for 90 grep -q 'alarm cleared: mqtt-denied' "$FOLDER/coaltallyd.log"
    [ "$(grep -c 'mqtt-denied' "$FOLDER/coaltallyd.log")" = 2 ] # said once, and that it is over
    wait_for 10 may_hear coaltally/north/status '"online"' # what was lost meanwhile is there
    wait_for 10 may_hear coaltally/north/pit/scale-1/state '"online"'
}

may_hear() { mosquitto_sub $(as display) -t "$1" -C 1 -W 2 | grep -q -- "$2"; }

@test "a broker with another authority's certificate, or one for another host, is not trusted, and it says why" {
    authority ca
    authority stranger
    certificate server IP:127.0.0.1
    certificate elsewhere DNS:elsewhere.example
    secure_broker server
    daemon_of north "$(password_of north | sed "s|/ca.crt|/stranger.crt|")"
    wait_for 20 says 'NOT CONNECTED.*TLS: certificate verify failed: check mqtt.ca_file'
    stop_daemon
    stop_broker
    sed -i 's|/stranger.crt|/ca.crt|' "$COALTALLY_CONFIG"
    secure_broker elsewhere
    start_daemon
    wait_for 20 says 'NOT CONNECTED.*no connection: .*that the certificate names this host'
    stop_broker
    secure_broker server
    wait_for 60 says ' connected' # by itself, once the broker is the right one
}

@test "a certificate in place of a password: its common name is the user, and has the user's rights" {
    authority ca
    certificate server IP:127.0.0.1
    certificate north DNS:north
    certificate south DNS:south
    secure_broker server "/^password_file/d; s/^#require_cert/require_cert/; s/^#use_identity/use_identity/"
    cp "$FOLDER/north.key" "$FOLDER/mqtt-key"
    export CREDENTIALS_DIRECTORY=$FOLDER
    daemon_of north "ca_file: $FOLDER/ca.crt, cert_file: $FOLDER/north.crt, key_file: mqtt-key"
    wait_for 20 says ' connected'
    says_not REFUSED
    local own="--cafile $FOLDER/ca.crt --cert $FOLDER/south.crt --key $FOLDER/south.key -h 127.0.0.1 -p $port -V 5"
    mosquitto_pub $own -q 1 -t coaltally/north/ledger -m x 2>&1 | grep -q 'Not authorized'
    [ -z "$(mosquitto_pub $own -q 1 -t coaltally/south/ledger -m x 2>&1)" ]
    stop_daemon
    sed -i "s|cert_file: [^,]*, key_file: mqtt-key|user: north|" "$COALTALLY_CONFIG"
    start_daemon
    wait_for 20 says 'NOT CONNECTED.*wants \(no other certificate\|one of ours\)' # by when its broker hangs up
}

# at_county VERB...: the command line there.
at_county() { COALTALLY_CONFIG=$FOLDER/county/coaltally.yaml coaltally "$@"; }

start_liulin() {
    mkdir "$FOLDER/county"
    printf 'site: {timezone: Asia/Shanghai}\ndatabase: %s/county/ledger.db\nruntime: %s/county\ncommit: 1s\n' \
        "$FOLDER" "$FOLDER" >"$FOLDER/county/coaltally.yaml"
    printf 'clock: {wait: 0s}\nmqtt: {host: 127.0.0.1, port: %d, tls: on, %s}\n' "$port" "$(password_of liulin)" \
        >>"$FOLDER/county/coaltally.yaml"
    echo 'county: {name: liulin, roster: roster.yaml, gather: true}' >>"$FOLDER/county/coaltally.yaml"
    echo 'mines: [{name: pit, site: north}]' >"$FOLDER/county/roster.yaml"
    COALTALLY_CONFIG=$FOLDER/county/coaltally.yaml "$BUILD/coaltallyd" >>"$FOLDER/county.log" 2>&1 3>&- &
    PIDS+=("$!")
    wait_for 20 test -e "$FOLDER/county/status.json"
}

holds() { at_county site --site north --format json | grep -q -- "$1"; }

@test "a ledger goes from its site to its county and back comes the answer, within these rights" {
    authority ca
    certificate server IP:127.0.0.1
    secure_broker server
    start_liulin
    daemon_of north "$(password_of north), county: liulin"
    wait_for 30 has_counted scale-1 1
    wait_for 30 holds '"consistent":true'
    wait_for 10 may_hear coaltally/county/liulin/status '"online"'
    wait_for 10 may_hear coaltally/county/liulin/confirmed/north '"reason":"fits"'
    [ "$(at_county year --format json | jq '[.. | .metered? // empty | numbers] | max > 0')" = true ]
    says_not REFUSED
    [[ $(at_county status) != *REFUSED* ]]
    [ "$(grep -c denied "$FOLDER/coaltallyd.log" "$FOLDER/county.log" | grep -cv ':0$')" = 0 ]
}

# bridge PORT: config/mosquitto-bridge.conf between that port and the county's broker on $port.
bridge() {
    sed -e "s|^listener 1883|listener $1|" -e "s|broker.county.example:8883|127.0.0.1:$port|" \
        -e "s|/etc/mosquitto/certs|$FOLDER|" -e 's|^remote_password .*|remote_password of-north|' \
        -e 's|^restart_timeout .*|restart_timeout 1|' "$SOURCE/config/mosquitto-bridge.conf" >"$FOLDER/bridge.conf"
    [ "$(id -u)" != 0 ] || sed -i '1i user root' "$FOLDER/bridge.conf"
    mosquitto -c "$FOLDER/bridge.conf" >>"$FOLDER/bridge.log" 2>&1 3>&- &
    PIDS+=("$!")
}

@test "by way of a broker at the mine that bridges to the county's, and over an outage of the line" {
    authority ca
    certificate server IP:127.0.0.1
    secure_broker server
    start_liulin
    local county=$port at_mine
    free_port
    at_mine=$port port=$county
    bridge "$at_mine"
    daemon_of north 'county: liulin'
    sed -i "s|^mqtt: .*|mqtt: {host: 127.0.0.1, port: $at_mine, county: liulin}|" "$COALTALLY_CONFIG"
    stop_daemon
    start_daemon
    wait_for 30 holds '"consistent":true'
    wait_for 10 may_hear coaltally/north/status '"online"'
    stop_broker
    local before=$(counted scale-1)
    wait_for 20 has_counted scale-1 $((before + 1000))
    secure_broker server
    arrived() { [ "$(at_county year --format json | jq '[.. | .metered? // empty | numbers] | max * 1000 | round')" -gt $((before + 1000)) ]; }
    wait_for 90 arrived
    wait_for 30 holds '"consistent":true'
}

@test "over a network without TLS, the check and the start warn" {
    free_port
    start_scenario <<'MINES'
mines:
  - name: pit
    rate: 3000 t/h
    devices:
      - {name: scale-1, profile: siemens-bw500, drives: main_belt}
MINES
    sed -i '/^mqtt:/d' "$COALTALLY_CONFIG"
    echo 'mqtt: {host: 192.0.2.1, tls: off}' >>"$COALTALLY_CONFIG"
    run coaltally check
    [ "$status" -eq 0 ]
    [[ $output == *'warning: all that is published goes over the network in the clear'* ]]
    start_daemon
    grep -q 'warning: all that is published goes over the network in the clear' "$FOLDER/coaltallyd.log"
    sed -i 's/, tls: off//' "$COALTALLY_CONFIG"
    run coaltally check
    [ "$status" -eq 0 ]
    [[ $output != *'in the clear'* ]]
}
