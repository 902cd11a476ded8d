#!/bin/bash
# glass streams, follow and http as users meet them: what is refused and how, exit statuses, pipes, files written, and
# every command on every capture.
source tests/scripts/common.bash
capture=captures/http-get.pcap
[ -r "$capture" ] || { skip streams "there is no $capture"; exit 0; }

# ---- command lines that are wrong ----------------------------------------------------------------------------
: >"$tmp/empty.pcap"
for verb in streams 'follow 0' http; do
    set -- $verb
    verb=$1
    shift
    refuses "$verb: missing file" 'missing\.pcap.*[Nn]o such file' "$verb" "$tmp/missing.pcap" "$@"
    refuses "$verb: empty file" 'empty\.pcap.*empty' "$verb" "$tmp/empty.pcap" "$@"
    refuses "$verb: directory" 'directory' "$verb" "$tmp" "$@"
    refuses "$verb: bad BPF" 'syntax|filter|BPF|prot' "$verb" "$capture" "$@" -f 'tcp prot 80'
    refuses "$verb: an overlap policy that is none" 'first, last, bsd, linux.*solaris' "$verb" "$capture" "$@" --overlap solaris
    refuses "$verb: a buffer that is no size" 'many' "$verb" "$capture" "$@" --max-buffer many
    refuses "$verb: no connections at all" 'max-streams' "$verb" "$capture" "$@" --max-streams 0
done
refuses "streams: no file" 'which capture|FILE' streams
refuses "http: no file" 'which capture|FILE' http
refuses "follow: no file" 'FILE' follow
refuses "follow: no number" 'which connection' follow "$capture"
refuses "follow: a number that is none" 'one' follow "$capture" one
refuses "follow: a number below zero" '1' follow "$capture" -1
refuses "follow: a number that is too large" '4294967296' follow "$capture" 4294967296
refuses "follow: no such connection" 'no TCP connection 1: it has one, numbered 0' follow "$capture" 1
refuses "follow: no such connection of several" 'it has 4, numbered 0 to 3' follow captures/http-parallel.pcap 4
refuses "follow: no TCP in the file" 'it has no TCP connections' follow captures/ping.pcap 0
refuses "follow: --raw of both" '(client|server)' follow "$capture" 0 --raw
refuses "follow: both directions chosen" '(client|server|direction)' follow "$capture" 0 --client --server
refuses "follow: two views" '(raw|hex|views)' follow "$capture" 0 --client --raw --hex
refuses "follow: a number and --all" 'not both' follow "$capture" 0 --all -o "$tmp/never"
refuses "follow: --all without a folder" '-o DIR' follow "$capture" --all
refuses "follow: a folder without --all" '--all' follow "$capture" 0 -o "$tmp/never"
check "follow: nothing was made" [ ! -e "$tmp/never" ]
echo text >"$tmp/file"
refuses "follow: the folder is a file" 'file' follow "$capture" --all -o "$tmp/file"
refuses "follow: a folder in none" 'missing' follow "$capture" --all -o "$tmp/missing/out"
refuses "http: the folder is a file" 'file' http "$capture" --export "$tmp/file"
check "the file is as it was" grep -qx text "$tmp/file"

# Root may write everywhere: become nobody.
mkdir -m 755 "$tmp/theirs"
as_nobody=()
[ "$(id -u)" = 0 ] && as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
cp "$GLASS" "$tmp/glass" && chmod 755 "$tmp/glass"
cp "$capture" "$tmp/get.pcap" && chmod 644 "$tmp/get.pcap"
[ "$(id -u)" = 0 ] || chmod 555 "$tmp/theirs"
if "${as_nobody[@]}" "$tmp/glass" --version >/dev/null 2>&1; then
    for args in "follow $tmp/get.pcap --all -o $tmp/theirs" "http $tmp/get.pcap --export $tmp/theirs"; do
        "${as_nobody[@]}" "$tmp/glass" $args >"$tmp/out" 2>"$tmp/err"
        status=$?
        check "${args%% *}: a folder of somebody else: exit status" [ "$status" -eq 2 ]
        check "${args%% *}: a folder of somebody else: one line says why" grep -q 'theirs.*[Pp]ermission denied' "$tmp/err"
    done
else
    skip "a folder of somebody else" "cannot give up root's rights here"
fi

# ---- exit statuses -------------------------------------------------------------------------------------------
run follow captures/http-cut.pcap 0 --strict
check "--strict: nothing is missing up to the end" [ "$status" -eq 0 ]
run follow captures/snaplen.pcap 0 --strict
check "--strict: bytes are missing: exit status 3" [ "$status" -eq 3 ]
check "--strict: says how many" grep -Eq 'snaplen\.pcap: [0-9]+ bytes are missing' "$tmp/err"
check "--strict: and shows what there is" grep -q 'HTTP/1.1 200' "$tmp/out"
run follow captures/snaplen.pcap 0
check "without --strict: exit status 0" [ "$status" -eq 0 ]
run follow captures/snaplen.pcap --all -o "$tmp/cut" --strict
check "--all --strict: exit status 3" [ "$status" -eq 3 -a -s "$tmp/cut/index.json" ]
head -c 900 "$capture" >"$tmp/cut.pcap"
for args in "streams $tmp/cut.pcap" "follow $tmp/cut.pcap 0" "http $tmp/cut.pcap"; do
    run $args
    check "${args%% *}: a damaged file: what there is, and status 1" [ "$status" -eq 1 -a -s "$tmp/out" ]
    check "${args%% *}: a damaged file: where it is damaged" grep -q 'damaged at byte' "$tmp/err"
done
# The handshake's ACK twice; then the second one with a header that is longer than its segment.
{ head -c 286 "$capture"; head -c 286 "$capture" | tail -c 82; } >"$tmp/again.pcap"
run decode "$tmp/again.pcap"
check "decode: the same ACK again" grep -q 'duplicate ACK 1 of #3' "$tmp/out"
printf '\360' | dd of="$tmp/again.pcap" bs=1 seek=348 conv=notrunc status=none
run decode "$tmp/again.pcap"
check "decode: a header that is none is said" grep -q 'header length 60 exceeds the 32 bytes' "$tmp/out"
check "decode: and not judged" [ "$(grep -c 'duplicate ACK' "$tmp/out")" -eq 0 ]
for args in "streams captures/ping.pcap" "http captures/ping.pcap"; do
    run $args
    check "${args%% *}: nothing there: status 0, and says so" [ "$status" -eq 0 -a -s "$tmp/out" ]
    run $args --json
    check "${args%% *} --json: nothing there: not a word" [ "$status" -eq 0 -a ! -s "$tmp/out" ]
done
run streams "$capture" -f 'port 9'
check "streams: nothing matches" grep -q 'filter' "$tmp/out"
run streams captures/http-parallel.pcap -f 'tcp port 80' --json
check "streams: a filter that matches" has_lines "$tmp/out" 4

# ---- pipes, compressed files ---------------------------------------------------------------------------------
for args in "streams" "streams --json" "http" "http --json" "follow 0" "follow 0 --hex" "follow 0 --json"; do
    set -- $args
    verb=$1
    shift
    { "$GLASS" "$verb" captures/loss-sender.pcap "$@" 2>"$tmp/err"; echo $? >"$tmp/status"; } | head -1 >"$tmp/out"
    check "$args | head -1: one line, quietly" [ "$(wc -l <"$tmp/out")" -eq 1 -a ! -s "$tmp/err" ]
    check "$args | head -1: ended by SIGPIPE at the worst" grep -Eqx '0|141' "$tmp/status"
    run "$verb" "$capture" "$@"
    cp "$tmp/out" "$tmp/want"
    "$GLASS" "$verb" - "$@" <"$capture" >"$tmp/out" 2>"$tmp/err"
    check "$args: standard input, the same" same_file "$tmp/out" "$tmp/want"
    gzip -c "$capture" | "$GLASS" "$verb" - "$@" >"$tmp/out" 2>"$tmp/err"
    check "$args: gzip, the same" same_file "$tmp/out" "$tmp/want"
done
run follow captures/packed.pcap.gz 0
check "follow: a packed file" [ "$status" -eq 0 -a -s "$tmp/out" ]

# ---- what is written -----------------------------------------------------------------------------------------
run follow "$capture" --all -o "$tmp/all"
check "--all: quiet" [ "$status" -eq 0 -a ! -s "$tmp/out" -a ! -s "$tmp/err" ]
for side in client server; do
    run follow "$capture" 0 --raw --$side
    check "--all and --raw --$side: the same bytes" same_file "$tmp/out" "$tmp/all/stream-0-$side.bin"
done
run streams "$capture" --json
sums=$(sha256sum "$tmp/all/stream-0-client.bin" "$tmp/all/stream-0-server.bin" | cut -d ' ' -f 1)
for sum in $sums; do
    check "streams --json: the SHA-256 of these bytes" grep -q "\"sha256\":\"$sum\"" "$tmp/out"
done
run streams "$capture" --json --no-hash
check "streams --json --no-hash" [ "$(grep -c sha256 "$tmp/out")" -eq 0 ]
run http "$capture" --export "$tmp/bodies"
check "http --export: the body" grep -q '<h1>Every byte of this page can be seen.</h1>' "$tmp/bodies/stream-0-response-0-index.html"
run streams captures/loss-plain.pcap
check "streams: 80 columns" [ "$(wc -L <"$tmp/out")" -le 80 ]
check "streams: what went wrong" grep -Eq 'lossy [0-9.]+ %' "$tmp/out"
run streams captures/loss-plain.pcap --long
check "streams --long: a second line" grep -q '1697 B again' "$tmp/out"

# ---- every command, every capture ----------------------------------------------------------------------------
command -v python3 >/dev/null || { skip "JSON of all captures" "there is no python3"; exit 0; }
slow= wrong=
number=0
for file in captures/*.pcap*; do
    for args in streams http "follow 0"; do
        set -- $args
        verb=$1
        shift
        : $((++number))  # not in the redirection: a process of its own would count
        timeout 20 "$GLASS" "$verb" "$file" "$@" --json >"$tmp/json.$number" 2>"$tmp/err" </dev/null
        status=$?
        [ $status -ne 124 ] || slow+=" $file($args)"
        [ $status -eq 0 ] || [ $status -eq 124 ] || { [ $status -eq 2 ] && grep -q 'no TCP connection' "$tmp/err"; } ||
            wrong+=" $file($args: $status)"
        timeout 20 "$GLASS" "$verb" "$file" "$@" --color never >"$tmp/out" 2>/dev/null </dev/null
        [ $? -ne 124 ] || slow+=" $file($args)"
        grep -q "$(printf '\033')" "$tmp/out" && wrong+=" $file($args: control sequences)"
    done
done
check "all commands on all captures: in time$slow" [ -z "$slow" ]
check "all commands on all captures: exit statuses$wrong" [ -z "$wrong" ]
python "$tmp"/json.* >"$tmp/out" 2>"$tmp/err" <<'PYTHON'
import sys
from json_lines import objects
for name in sys.argv[1:]:
    assert all(isinstance(o["stream"], int) for o in objects(name)), f"{name}: stream"
PYTHON
status=$?
check "all commands on all captures: --json parses" [ "$status" -eq 0 ]
