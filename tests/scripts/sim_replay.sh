#!/bin/bash
# glass sim and replay as users meet them: what is refused and how, exit statuses, odd links, pictures, captures that
# other commands read, and every capture replayed from both ends.
source tests/scripts/common.bash
capture=captures/http-get.pcap
[ -r "$capture" ] || { skip "sim and replay" "there is no $capture"; exit 0; }

# ---- command lines that are wrong ----------------------------------------------------------------------------
refuses "sim: a loss above 100 %" '100%' sim --loss 2
refuses "sim: a loss below 0" 'probability' sim --loss=-1%
refuses "sim: a time without a unit" 'no unit' sim --rtt 40
refuses "sim: bytes instead of bits" 'rate' sim --rate 20MB
refuses "sim: no queue" 'no queue' sim --queue 0
refuses "sim: a queue for no packet" 'impossible link.*holds no packet' sim --queue 1B
refuses "sim: too slow" 'impossible link.*1 kbit' sim --rate 1
refuses "sim: too far" 'impossible link.*hour' sim --rtt 100h
refuses "sim: too small an MTU" 'impossible link.*68' sim --mtu 67
refuses "sim: packet 0" 'packet numbers' sim --drop 0
refuses "sim: no such algorithm" 'newreno, cubic, bbr.*vegas' sim --cc vegas
refuses "sim: neither on nor off" 'on, off.*maybe' sim --sack maybe
refuses "sim: --ecn neither on nor off" 'on or off' sim --ecn maybe
refuses "sim: no flows" '1 to 1000' sim --flows 0
refuses "sim: too many flows" '1 to 1000' sim --flows 1001
refuses "sim: no such flow" 'no flow 3: the last is 2' sim --flows 2 --flow 3
refuses "sim: a seed below 0" 'whole number' sim --seed -1
refuses "sim: a seed that is none" 'whole number' sim --seed x
refuses "sim: a seed that is too large" 'whole number' sim --seed 18446744073709551616
refuses "sim: a buffer for nothing" '2048' sim --buffer 1
refuses "sim: no such plot" 'choose cwnd, queue' sim --plot foo
refuses "sim: a picture of nothing" '--plot KIND or --ladder' sim --svg "$tmp/x.svg"
refuses "sim: two views" 'choose one' sim --json --plot cwnd
refuses "sim: an option that is none" '--losss.*did you mean --loss' sim --losss 2%
refuses "sim: a file" 'not expected' sim "$capture"
refuses "sim: a capture in no folder" 'missing' sim --bytes 1 -w "$tmp/missing/x.pcapng"
refuses "sim: a capture to standard output" 'name a file' sim --bytes 1 -w -
refuses "sim: a picture in no folder" 'missing' sim --bytes 1 --plot cwnd --svg "$tmp/missing/x.svg"
: >"$tmp/empty.pcap"
head -c 500 /dev/urandom >"$tmp/noise.pcap"
refuses "replay: no file" 'FILE' replay
refuses "replay: missing file" 'missing\.pcap.*[Nn]o such file' replay "$tmp/missing.pcap"
refuses "replay: empty file" 'empty\.pcap.*empty' replay "$tmp/empty.pcap"
refuses "replay: noise" 'noise\.pcap' replay "$tmp/noise.pcap"
refuses "replay: directory" 'directory' replay "$tmp"
refuses "replay: bad BPF" 'syntax|filter|BPF|prot' replay "$capture" -f 'tcp prot 80'
refuses "replay: no such connection" 'no TCP connection 7' replay "$capture" 7
refuses "replay: a number that is none" 'one' replay "$capture" one
refuses "replay: no TCP" 'no TCP connections' replay captures/ping.pcap
refuses "replay: neither end" 'client, server.*both' replay "$capture" --play both
refuses "replay: a seed that is none" 'whole number' replay "$capture" --seed 1.5
refuses "replay: into the file that is read" 'is the file that is read' replay "$capture" -w "$capture"
refuses "replay: to standard output" 'name a file' replay "$capture" -w -
refuses "replay: nothing to play" 'the server sent nothing' replay captures/no-answer.pcap --play server

# ---- how a transfer ends -------------------------------------------------------------------------------------
run sim --bytes 100kB
check "sim: all arrived" [ "$status" -eq 0 ]
check "sim: says so, and nothing else on standard error" grep -q 'all arrived$' "$tmp/out"
check "sim: quiet" is_empty "$tmp/err"
check "sim: 80 columns" [ "$(wc -L <"$tmp/out")" -le 80 ]
run sim --bytes 10kB --loss 100%
check "sim: nothing arrives: status 1" [ "$status" -eq 1 ]
check "sim: nothing arrives: why" grep -q 'timeout$' "$tmp/out"
run sim --bytes 1GB --time 2s
check "sim: broken off: status 1" [ "$status" -eq 1 ]
check "sim: broken off: says when" grep -q 'broken off after 2.00 s' "$tmp/out"
run sim --bytes 2kB --mtu 68
check "sim: smaller than our hosts send: says so" grep -q '552 octets' "$tmp/out"
run sim --bytes 0
check "sim --bytes 0: all arrived" [ "$status" -eq 0 ]
run sim --flows 1000 --bytes 1kB --queue 3000
check "sim: 1000 flows" [ "$status" -eq 0 ]
run sim --queue 68B --bytes 10
check "sim: a queue that holds a SYN" [ "$status" -eq 0 ]
for args in "--rate 0" "--rtt 0" "--rtt 0 --rate 0" "--queue 1" "--rate 10tbit" "--jitter 100ms" "--mtu 600 --black-hole" "--buffer 2048" \
    "--corrupt 10%" "--duplicate 100%" "--reorder 50%" "--burst 2%" "--cc bbr --loss 5%" "--nagle off" \
    "--aqm red" "--aqm codel --ecn on" "--timestamps off --window-scale off --sack off"; do
    run sim --bytes 200kB $args --time 30min
    check "sim $args: all arrived" [ "$status" -eq 0 ]
done

# ---- options in any order, and chance ------------------------------------------------------------------------
# same NAME A B: two command lines print the same.
same() {
    run sim $2
    cp "$tmp/out" "$tmp/want"
    run sim $3
    check "sim: $1" same_file "$tmp/out" "$tmp/want"
}
same "--ack-loss before or after --loss" "--bytes 500kB --ack-loss 9% --loss 1%" "--loss 1% --ack-loss 9% --bytes 500kB"
same "--ecn before or after --aqm" "--bytes 1MB --ecn on --aqm codel" "--aqm codel --ecn on --bytes 1MB"
same "--rtt before or after --jitter" "--bytes 300kB --rtt 9ms --jitter 7ms" "--jitter 7ms --rtt 9ms --bytes 300kB"
run sim --bytes 100kB --loss 5% --seed 3 -w "$tmp/a.pcapng"
run sim --bytes 100kB --loss 5% --seed 3 -w "$tmp/b.pcapng"
check "sim: the same seed, the same capture" same_file "$tmp/a.pcapng" "$tmp/b.pcapng"
run sim --bytes 100kB --loss 5% --seed 4 -w "$tmp/b.pcapng"
check "sim: another seed, another capture" [ "$(cmp -s "$tmp/a.pcapng" "$tmp/b.pcapng"; echo $?)" -eq 1 ]

# ---- the capture, read by other commands ---------------------------------------------------------------------
run check "$tmp/a.pcapng"
check "sim -w: glass check has nothing against it" [ "$status" -eq 0 ]
run streams "$tmp/a.pcapng" --json
check "sim -w: a connection with all the bytes" grep -q '"bytes":100000,' "$tmp/out"
run decode "$tmp/a.pcapng" --tree
check "sim -w: comments tell the state" grep -q 'ESTABLISHED: data; cwnd' "$tmp/out"
run replay "$tmp/a.pcapng" --play server
check "sim -w: our client replayed answers the same" grep -q ': no difference$' "$tmp/out"
run replay "$capture" -w "$tmp/replayed.pcap"
run check "$tmp/replayed.pcap"
check "replay -w: glass check has nothing against it" [ "$status" -eq 0 ]
run streams "$tmp/replayed.pcap" --json
check "replay -w: the recorded addresses" grep -q '"addr":"10.0.0.1","port":37794' "$tmp/out"

# ---- what is told and drawn ----------------------------------------------------------------------------------
run sim --bytes 100kB --drop 30 --explain
check "sim --explain: which, what became of it, and why" grep -q '#30, sent .* before, was lost: on the list' "$tmp/out"
check "sim --explain: RACK" grep -q 'RFC 8985' "$tmp/out"
run sim --bytes 100kB --drop 30 --explain --sack off
check "sim --explain --sack off: duplicate ACKs" grep -q 'three duplicate ACKs' "$tmp/out"
run sim --bytes 100kB --explain
check "sim --explain: nothing happened" grep -qx 'nothing was sent again' "$tmp/out"
for args in "--plot cwnd" "--plot queue" "--plot seq" "--plot rtt" "--plot flight" "--plot window" "--plot throughput" \
    "--ladder" "--plot cwnd --flow 2" "--plot seq --flow 2" "--ladder --flow 2"; do
    run sim --flows 2 --bytes 200kB --loss 1% $args
    check "sim $args" [ "$status" -eq 0 -a -s "$tmp/out" -a ! -s "$tmp/err" ]
    check "sim $args: 80 columns" [ "$(wc -L <"$tmp/out")" -le 80 ]
    run sim --flows 2 --bytes 200kB --loss 1% $args --svg "$tmp/x.svg"
    check "sim $args --svg: quiet" [ "$status" -eq 0 -a ! -s "$tmp/out" -a -s "$tmp/x.svg" ]
    if command -v python3 >/dev/null; then
        check "sim $args --svg: well-formed" python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' "$tmp/x.svg"
    fi
done
check "sim: no temporary files are left" [ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'glass-sim-*' -newer "$tmp/empty.pcap")" ]
for args in "sim --loss 5% --explain" "sim --flows 200 --bytes 1kB" "sim --loss 5% --explain --json" \
    "replay captures/loss-sender.pcap --all" "replay captures/loss-sender.pcap --json"; do
    { "$GLASS" $args 2>"$tmp/err"; echo $? >"$tmp/status"; } | head -1 >"$tmp/out"
    check "$args | head -1: one line, quietly" [ "$(wc -l <"$tmp/out")" -eq 1 -a ! -s "$tmp/err" ]
    check "$args | head -1: ended by SIGPIPE at the worst" grep -Eqx '0|141' "$tmp/status"
done
"$GLASS" sim --bytes 4000000000000000000 --rate 10tbit --rtt 1ms --buffer 100MB --time 1h >"$tmp/out" 2>"$tmp/err" &
child=$!
sleep 0.3
kill -INT $child
wait $child
status=$?
check "sim: Ctrl-C prints what there is" grep -q 'broken off after' "$tmp/out"
check "sim: Ctrl-C: status 1" [ "$status" -eq 1 ]

# ---- every capture, from both ends ---------------------------------------------------------------------------
slow= wrong= number=0
for file in captures/*.pcap* "$tmp/a.pcapng"; do
    for end in client server; do
        : $((++number)) # not in the redirection: a process of its own would count
        timeout 10 "$GLASS" replay "$file" --play $end --json >"$tmp/json.$number" 2>"$tmp/err" </dev/null
        status=$?
        [ $status -ne 124 ] || slow+=" $file($end)"
        [ $status -eq 0 ] || { [ $status -eq 2 ] && has_lines "$tmp/err" 1; } || wrong+=" $file($end: $status)"
        timeout 10 "$GLASS" replay "$file" --play $end >"$tmp/out" 2>/dev/null </dev/null
        [ "$(wc -L <"$tmp/out")" -le 80 ] || wrong+=" $file($end: more than 80 columns)"
        [ -s "$tmp/json.$number" ] || rm "$tmp/json.$number"
    done
done
check "replay of all captures: in time$slow" [ -z "$slow" ]
check "replay of all captures: exit statuses and widths$wrong" [ -z "$wrong" ]
command -v python3 >/dev/null || { skip "JSON of all replays" "there is no python3"; exit 0; }
run sim --flows 3 --bytes 300kB --loss 3% --explain --json
cp "$tmp/out" "$tmp/json.sim"
python "$tmp"/json.* >"$tmp/out" 2>"$tmp/err" <<'PYTHON'
import sys
from json_lines import objects
for name in sys.argv[1:]:
    assert all(isinstance(o["type"], str) for o in objects(name)), f"{name}: type"
PYTHON
status=$?
check "all replays, and sim: --json parses" [ "$status" -eq 0 ]
