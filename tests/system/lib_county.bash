# SPDX-License-Identifier: Apache-2.0
# A county played by the test: it hears what a site sends, and answers as the test wants.

# to_county [KEYS]: the site's ledger goes to county liulin; once $COALTALLY_CONFIG is written.
to_county() { sed -i 's/^mqtt: {/&county: liulin, '"${1:-}"'/' "$COALTALLY_CONFIG"; }

# field NAME MESSAGE: of a message, a number, a text or a position, as JSON.
field() { sed -n 's/.*"'"$1"'":\({[^}]*}\|"[^"]*"\|[0-9a-z]*\).*/\1/p' <<<"$2"; }

# answer MESSAGE LIVE [REASON]: what the county says to it. LIVE: a position as JSON, or null.
answer() {
    mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -r -t coaltally/county/liulin/confirmed/demo -m "{\"v\":1,\
\"message\":\"answer\",\"versions\":[1,1],\"program\":\"0.1.0\",\"now_ms\":0,\"county\":\"liulin\",\
\"database\":$(field database "$1"),\"session\":$(field session "$1"),\"live\":$2,\"branch\":null,\
\"reason\":\"${3:-fits}\",\"why\":\"\",\"standing\":\"accepted\"}"
}

# listen: all that the site sends, a message a line, into $SENT.
listen() {
    SENT=$FOLDER/sent.txt
    : >>"$SENT"
    mosquitto_sub -h 127.0.0.1 -p "$port" -q 1 -t coaltally/demo/ledger >>"$SENT" 2>/dev/null 3>&- &
    PIDS+=("$!")
}

sent() { grep -c "\"message\":\"$1\"" "$SENT"; } # opening, batch
sent_more() { [ "$(sent "$1")" -gt "$2" ]; }
last_sent() { grep "\"message\":\"$1\"" "$SENT" | tail -n 1; }

# serve: answers all from now on, as a county does that takes each batch that fits; what it holds lies in $FOLDER/live.
serve() {
    [ -e "$FOLDER/live" ] || echo null >"$FOLDER/live"
    mkfifo "$FOLDER/line"
    mosquitto_sub -h 127.0.0.1 -p "$port" -q 1 -t coaltally/demo/ledger >"$FOLDER/line" 2>/dev/null 3>&- &
    PIDS+=("$!")
    while read -r message; do
        live=$(<"$FOLDER/live") reason=fits
        if [[ $message == *'"message":"batch"'* && $(field from "$message") != "$live" ]]; then
            reason=elsewhere
        elif [[ $message == *'"message":"batch"'* ]]; then
            live=$(field to "$message")
            echo "$live" >"$FOLDER/live"
        fi
        answer "$message" "$live" "$reason"
    done <"$FOLDER/line" 3>&- &
    PIDS+=("$!")
}
