#!/bin/bash
# The live page in real browsers: headless Chromium, driven through chromedriver, and Firefox, where it is installed, in
# a network namespace each, against glass serve --live on a TUN interface. PAGE_SHOTS=DIR keeps pictures of it, in light
# and dark.
source tests/scripts/common.bash
[ "$(id -u)" = 0 ] || { skip "live page" "only root may make interfaces"; exit 0; }
unshare -n true 2>/dev/null || { skip "live page" "no network namespaces here"; exit 0; }
[ -c /dev/net/tun ] || { skip "live page" "there is no /dev/net/tun"; exit 0; }
for needed in ip curl python3 chromium chromedriver; do
    command -v $needed >/dev/null || { skip "live page" "there is no $needed"; exit 0; }
done

# Inside the namespace: all that runs in it ends with it.
cat >"$tmp/inside" <<'INSIDE'
ip link set lo up || exit 3
"$GLASS" serve --live --link 'rtt 10ms rate 50mbit' >"$tmp/served" 2>"$tmp/err" </dev/null &
glass=$!
for _ in $(seq 100); do
    grep -q 'http://' "$tmp/served" && break
    kill -0 $glass 2>/dev/null || exit 4
    sleep 0.1
done
timeout -k 5 150 python3 tests/live/page.py "$1" "$(grep -o 'http://[0-9.]*/live/' "$tmp/served" | head -n 1)" "$tmp/profile" $glass ||
    { echo "not ok live page: the browser's script ended early"; kill -INT $glass; }
for _ in $(seq 100); do
    kill -0 $glass 2>/dev/null || break
    sleep 0.1
done
kill -KILL $glass 2>/dev/null && echo "not ok Ctrl-C ends glass serve --live: it does not"
wait $glass
echo $? >"$tmp/status"
ip -o link | grep -c glass >"$tmp/devices"
INSIDE
export GLASS tmp
# page BROWSER: all of it. The names of what is checked in Firefox say so.
page() {
    rm -rf "$tmp/profile" "$tmp/status" && mkdir "$tmp/profile"
    timeout -k 5 200 unshare -n bash "$tmp/inside" "$1" </dev/null
    status=$?
    if [ "$status" -ne 0 ] && [ ! -s "$tmp/status" ]; then
        bad "glass serve --live" "status $status: $(head -c 300 "$tmp/err" | tr '\n' '|')"
        return
    fi
    check "Ctrl-C with a page open: exit status 0" [ "$(cat "$tmp/status")" = 0 ]
    check "Ctrl-C leaves no interface" [ "$(cat "$tmp/devices")" = 0 ]
    check "glass serve --live: not a word on standard error" is_empty "$tmp/err"
}
page chromium
if command -v firefox-esr >/dev/null; then
    page firefox | sed -E 's/^(ok|not ok) /\1 Firefox: /'
else
    skip "live page in Firefox" "there is no firefox-esr"
fi
