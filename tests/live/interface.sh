#!/bin/bash
# Live capture, on the loopback interface of a network namespace of its own: what ping sends is seen, filtered, counted
# and written.
source tests/scripts/common.bash
[ "$(id -u)" = 0 ] || { skip "live capture" "only root may capture"; exit 0; }
unshare -n true 2>/dev/null || { skip "live capture" "no network namespaces here"; exit 0; }
for needed in ip ping; do
    command -v $needed >/dev/null || { skip "live capture" "there is no $needed"; exit 0; }
done

# Inside: packets come as long as the capture runs, so that it does not matter when it begins.
cat >"$tmp/inside" <<'INSIDE'
ip link set lo up || exit 3
ping -q -i 0.05 127.0.0.1 >/dev/null &
trap "kill $!" EXIT
"$@"
INSIDE
live() {
    timeout 30 unshare -n bash "$tmp/inside" "$GLASS" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
}

live decode -i lo -n 4 -f 'icmp[0] == 8' -w "$tmp/live.pcap"
if [ "$status" -eq 3 ]; then
    skip "live capture" "the loopback interface does not come up"
    exit 0
fi
check "decode -i: exit status 0" [ "$status" -eq 0 ]
check "decode -i -n 4: four lines" has_lines "$tmp/out" 4
check "decode -i -f: echo requests, as filtered" [ "$(grep -c 'echo request' "$tmp/out")" -eq 4 ]
check "decode -i: not a word on standard error" is_empty "$tmp/err"
run decode "$tmp/live.pcap"
check "decode -i -w: what was shown is in the file" [ "$(grep -c 'echo request' "$tmp/out")" -eq 4 ]
check "decode -i -w: checksums are good" [ "$(grep -c 'wrong' "$tmp/out")" -eq 0 ]

live decode -i lo -n 2 --json
check "decode -i --json" [ "$(python3 -c 'import json, sys
print(sum("layers" in json.loads(line) for line in open(sys.argv[1])))' "$tmp/out")" = 2 ]

# Ctrl-C ends a capture in good order, and what was caught is in the file.
cat >"$tmp/interrupt" <<'INSIDE'
"$@" > >(tee "$TMP/seen") &
glass=$!
for _ in $(seq 100); do
    [ "$(grep -c echo "$TMP/seen" 2>/dev/null)" -ge 3 ] 2>/dev/null && break
    sleep 0.1
done
kill -INT $glass
wait $glass
INSIDE
TMP=$tmp timeout 30 unshare -n bash "$tmp/inside" bash "$tmp/interrupt" "$GLASS" decode -i lo -f icmp -w "$tmp/ended.pcap" \
    >"$tmp/out" 2>"$tmp/err" </dev/null
status=$?
check "Ctrl-C ends a capture: exit status 0" [ "$status" -eq 0 ]
shown=$(wc -l <"$tmp/out")
run decode "$tmp/ended.pcap"
check "Ctrl-C: the file is whole" [ "$status" -eq 0 -a "$shown" -ge 3 ]
check "Ctrl-C: all that was shown is in it" has_lines "$tmp/out" "$shown"

live decode -i lo -f 'nonsense'
check "bad BPF on an interface: exit status 2" [ "$status" -eq 2 ]
check "bad BPF on an interface: one line" has_lines "$tmp/err" 1
