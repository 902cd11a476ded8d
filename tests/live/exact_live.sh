#!/bin/bash
# Exactness over a network that loses, reorders and repeats: what curl, wget, ncat and nginx on the kernel's TCP send to
# our stack and get from it has the same SHA-256, both versions, both ways, with nftables' random loss on a router
# between, and through the simulated link. The clients are in a network of their own, two hops away.
#   GLASS_LIVE_BYTES  size of the large file (600000)
#   GLASS_LIVE_FILES  number of small ones (60; none at 5 % loss and through the link)
#   GLASS_LIVE_LOSS   losses each way, in percent (0 1 5)
source tests/live/namespace.bash
needs curl wget ncat nft
octets=${GLASS_LIVE_BYTES:-600000}
files=${GLASS_LIVE_FILES:-60}
losses=${GLASS_LIVE_LOSS:-0 1 5}
limit=$((60 + octets / 100000 + files / 5))  # seconds for the large file or all small ones, however many timeouts
longest=$((10 * limit))

# ---- a client's network behind a router, which is where our stack's interface is -------------------------------
far=$ns-far
ip netns add "$far" || skip_all "no second network namespace"
leave_far() {
    ip netns pids "$far" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
    ip netns del "$far" 2>/dev/null
    leave
}
trap leave_far EXIT
outside() { ip netns exec "$far" "$@"; }
ip -n "$ns" link add near type veth peer name far netns "$far" || skip_all "no veth interfaces"
ip -n "$far" link set lo up
ip -n "$ns" address add 10.8.0.254/24 dev near
ip -n "$far" address add 10.8.0.1/24 dev far
ip -n "$ns" address add fd08::ff/64 dev near nodad
ip -n "$far" address add fd08::1/64 dev far nodad
ip -n "$ns" link set near up
ip -n "$far" link set far up
ip -n "$far" route add default via 10.8.0.254
ip -n "$far" route add default via fd08::ff
inside sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1

# lose PERCENT: of the packets that the router forwards, each way.
lose() {
    inside nft flush ruleset
    [ "$1" = 0 ] && return
    inside nft -f - <<RULES
table inet lossy {
    chain pass {
        type filter hook forward priority 0;
        numgen random mod 100 < $1 counter drop
    }
}
RULES
}
lost() { inside nft list ruleset | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p'; }
lose 1 || skip_all "nftables drops nothing here"

# ---- what is sent ------------------------------------------------------------------------------------------
site=$tmp/site
mkdir -p "$site/small"
head -c "$octets" /dev/urandom >"$site/large.bin"
head -c "$octets" /dev/urandom >"$tmp/up.bin"
python3 - "$site/small" "$files" <<'PYTHON'
import os, random, sys
draw = random.Random(1)
names = [f"{number:05}.bin" for number in range(int(sys.argv[2]))]
for name in names:
    with open(os.path.join(sys.argv[1], name), "wb") as file:
        file.write(draw.randbytes(draw.choice((0, 1, 100, 1000, 5000))))
PYTHON
(cd "$site/small" && printf 'url = "BASE/small/%s"\noutput = "%s"\n' $(for f in *; do echo "$f" "$f"; done)) >"$tmp/urls"
sums() { (cd "$1" && find . -type f ! -name 'index.html*' -print0 | sort -z | xargs -0 sha256sum); }
sums "$site/small" >"$tmp/sums"

# both_ways NAME: with curl, over both versions.
both_ways() {
    local url version=4
    for url in http://10.7.0.2 'http://[fd07::2]'; do
        rm -f "$tmp/got" "$site"/up.bin
        outside curl -sS -g -m $limit -o "$tmp/got" "$url/large.bin" 2>"$tmp/err"
        check "$1, IPv$version: what curl downloads" same_sum "$tmp/got" "$site/large.bin"
        outside curl -sS -g -m $limit -T "$tmp/up.bin" -o /dev/null "$url/up.bin" 2>"$tmp/err"
        check "$1, IPv$version: what curl uploads" same_sum "$site/up.bin" "$tmp/up.bin"
        version=6
    done
    rm -f "$site/up.bin"
}
same_tree() { sums "$1" | cmp -s - "$tmp/sums"; }
# small_files NAME: many, over few connections and over many.
small_files() {
    rm -rf "$tmp/tree" && mkdir "$tmp/tree"
    sed 's|BASE|http://10.7.0.2|' "$tmp/urls" >"$tmp/config"
    (cd "$tmp/tree" && outside curl -sS -m $limit -Z --parallel-max 8 -K "$tmp/config") 2>"$tmp/err"
    check "$1: $files small files with curl" same_tree "$tmp/tree"
    rm -rf "$tmp/tree" && mkdir "$tmp/tree"
    outside timeout $limit wget -q -r -np -nH --cut-dirs=1 -P "$tmp/tree" 'http://[fd07::2]/small/' 2>"$tmp/err"
    check "$1: $files small files with wget, IPv6" same_tree "$tmp/tree"
}

for loss in $losses; do
    lose "$loss"
    start_server --quiet --uploads "$site"
    both_ways "$loss % loss"
    [ "$loss" = 5 ] && [ -z "${GLASS_LIVE_FILES-}" ] || small_files "$loss % loss"
    finish INT
    check "$loss % loss: the server ends well" [ "$status" -eq 0 ]
    [ "$loss" = 0 ] || check "$loss % loss: there was some" [ "$(lost)" -gt 0 ]
done
lose 0
start_server --quiet --uploads "$site" --link "rtt 6ms loss 1% reorder 3% duplicate 3% corrupt 0.5% jitter 1ms"
both_ways "a link that loses, reorders, repeats and corrupts"
[ -z "${GLASS_LIVE_FILES-}" ] || small_files "a link that loses, reorders, repeats and corrupts"
finish INT
for cc in newreno bbr; do
    lose 1
    start_server --quiet --uploads --no-offload --cc $cc --mtu 1400 "$site"
    both_ways "$cc, without offload, 1 % loss"
    finish INT
done

# Our end as the client: a pipe both ways at once, with ncat.
lose 1
port=7000
for peer in 10.8.0.1 fd08::1; do
    rm -f "$tmp/there" "$tmp/here"
    ip netns exec "$far" timeout -s KILL $limit ncat -l $peer $port <"$site/large.bin" >"$tmp/there" 2>/dev/null &
    ncat=$!
    until_true eval "outside ss -Hltn 'sport = :$port' | grep -q ."
    inside timeout -s KILL $limit "$GLASS" nc $peer $port <"$tmp/up.bin" >"$tmp/here" 2>"$tmp/err"
    check "1 % loss, our client to $peer: exit status 0" [ $? -eq 0 ]
    wait $ncat
    check "1 % loss, our client to $peer: all arrived there" same_sum "$tmp/there" "$tmp/up.bin"
    check "1 % loss, our client to $peer: all arrived here" same_sum "$tmp/here" "$site/large.bin"
    port=$((port + 1))
done
